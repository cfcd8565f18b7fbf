#include "ingest/unread.h"

#include "codec/json.h"

#include <string.h>

void unread_write(const struct dataset *d, const struct value *values, struct text *out)
{
    AUTO(json) all = json_group();
    size_t i = 0;

    for (LIST_EACH(const struct column, c, &d->columns)) {
        const struct value *v = &values[i++];
        struct json *one;

        if (!v->unread)
            continue;
        one = json_group();
        json_set_text(one, "why", v->unread);
        json_set_truth(one, "kept", !v->null);
        json_set(all, c->name, one);
    }
    if (json_count(all))
        json_write(all, false, out);
}

const char *unread_why(const char *unread, const char *column, struct arena *a, bool *ret_kept)
{
    AUTO(json) all = unread ? json_read(unread, strlen(unread), NULL) : NULL;
    const struct json *one = all ? json_get(all, column) : NULL;

    *ret_kept = one && json_get_truth(one, "kept");
    return one ? arena_text(a, json_get_text(one, "why")) : NULL;
}

bool unread_lacks(const char *unread, const char *column)
{
    AUTO(json) all = unread ? json_read(unread, strlen(unread), NULL) : NULL;
    const struct json *one = all ? json_get(all, column) : NULL;

    return one && !json_get_truth(one, "kept");
}

struct passing {
    unread_fn *each;
    void *data;
};

static void pass_on(void *data, const char *name, struct json *one)
{
    const struct passing *p = data;

    p->each(p->data, name, json_get_text(one, "why"), json_get_truth(one, "kept"));
}

void unread_each(const char *unread, unread_fn *each, void *data)
{
    AUTO(json) all = unread ? json_read(unread, strlen(unread), NULL) : NULL;
    struct passing p = { each, data };

    if (all)
        json_each(all, pass_on, &p);
}
