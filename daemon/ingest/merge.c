#include "ingest/merge.h"

#include "base/arena.h"
#include "base/limit.h"
#include "codec/json.h"

#include <stdlib.h>
#include <string.h>

LIMIT(SAID_MAX, 8); /* told: more different values of one cell are an ellipsis, with their line */

/* The values of one column, each once. */
struct said {
    struct value values[SAID_MAX];
    int64_t lines[SAID_MAX];
    size_t count;
    int64_t more; /* the line of the first one beyond; 0: none */
};

struct merge {
    const struct dataset *dataset;
    struct value *values; /* one a column */
    struct said *said;    /* likewise */
    const char **unread;  /* likewise: why a value of some record could not be read */
    bool *begun;          /* likewise: some record has a field for it */
    struct arena *arena;  /* as long as one key */
};

struct merge *merge_new(const struct dataset *d)
{
    struct merge *m = alloc(sizeof *m);

    m->dataset = d;
    m->values = alloc((d->columns.count + 1) * sizeof *m->values);
    m->said = alloc((d->columns.count + 1) * sizeof *m->said);
    m->unread = alloc((d->columns.count + 1) * sizeof *m->unread);
    m->begun = alloc((d->columns.count + 1) * sizeof *m->begun);
    m->arena = arena_new();
    return m;
}

void merge_free(struct merge *m)
{
    if (!m)
        return;
    arena_free(m->arena);
    free(m->values);
    free(m->said);
    free(m->unread);
    free(m->begun);
    free(m);
}

void merge_begin(struct merge *m)
{
    size_t i = 0;

    arena_reset(m->arena);
    for (LIST_EACH(const struct column, c, &m->dataset->columns)) {
        m->values[i] = (struct value){ .type = (enum column_type)c->type, .null = true };
        m->said[i].count = 0;
        m->said[i].more = 0;
        m->unread[i] = NULL;
        m->begun[i++] = false;
    }
}

static enum keep keep_of(const struct merge *m, const struct column *c)
{
    return (enum keep)(c->keep != KEEP_ROW ? c->keep : m->dataset->keep);
}

static int order_texts(const struct value *a, const struct value *b)
{
    int order = memcmp(a->text, b->text, a->size < b->size ? a->size : b->size);

    return order ? order : (a->size > b->size) - (a->size < b->size);
}

/* Of two values of one column, neither of them NULL. */
static int order(const struct value *a, const struct value *b)
{
    if (a->type == COLUMN_TEXT || a->type == COLUMN_LIST)
        return order_texts(a, b);
    if (a->type == COLUMN_REAL)
        return (a->real > b->real) - (a->real < b->real);
    return (a->number > b->number) - (a->number < b->number);
}

static bool is_same(const struct value *a, const struct value *b)
{
    return a->null || b->null ? a->null && b->null : order(a, b) == 0;
}

static struct value copy(struct merge *m, const struct value *v)
{
    struct value copy = *v;

    if (!v->null)
        copy.text = arena_textn(m->arena, v->text, v->size);
    return copy;
}

static void note(struct merge *m, struct said *s, const struct value *v, int64_t line)
{
    for (size_t i = 0; i < s->count; i++)
        if (is_same(&s->values[i], v))
            return;
    if (s->count == SAID_MAX) {
        s->more = s->more ? s->more : line;
        return;
    }
    s->values[s->count] = copy(m, v);
    s->lines[s->count++] = line;
}

static bool has(const struct json *list, const char *element)
{
    for (size_t i = 0; i < json_count(list); i++)
        if (text_same(json_text(json_at(list, i)), element))
            return true;
    return false;
}

/* The elements of both lists, each once. */
static void unite(struct merge *m, struct value *into, const struct value *v)
{
    AUTO(json) all = json_read(into->text, into->size, NULL);
    AUTO(json) more = json_read(v->text, v->size, NULL);
    AUTO_TEXT t = { 0 };

    for (size_t i = 0; i < json_count(more); i++)
        if (!has(all, json_text(json_at(more, i))))
            json_add_text(all, json_text(json_at(more, i)));
    json_write(all, false, &t);
    if (t.size != into->size) {
        into->text = arena_textn(m->arena, t.data, t.size);
        into->size = t.size;
    }
}

static void take(struct merge *m, enum keep keep, struct value *into, const struct value *v)
{
    switch (keep) {
    case KEEP_LAST:
        *into = copy(m, v);
        return;
    case KEEP_MIN:
    case KEEP_MAX:
    case KEEP_ALL:
        if (v->null)
            return;
        if (into->null || (keep == KEEP_MIN && order(v, into) < 0) ||
            (keep == KEEP_MAX && order(v, into) > 0))
            *into = copy(m, v);
        else if (keep == KEEP_ALL)
            unite(m, into, v);
        return;
    case KEEP_ROW:
    case KEEP_FIRST:
        return;
    }
}

static void add(struct merge *m, size_t i, enum keep keep, const struct value *v, int64_t line)
{
    if (v->unread)
        m->unread[i] = arena_text(m->arena, v->unread);
    if (!m->begun[i])
        m->values[i] = copy(m, v);
    else if (!is_same(&m->values[i], v))
        take(m, keep, &m->values[i], v);
    m->begun[i] = true;
    if (keep != KEEP_ALL && !v->unread && !(v->null && (keep == KEEP_MIN || keep == KEEP_MAX)))
        note(m, &m->said[i], v, line);
}

void merge_add(struct merge *m, const struct value *values, const bool *has, int64_t line)
{
    size_t i = 0;

    for (LIST_EACH(const struct column, c, &m->dataset->columns)) {
        if (has[i])
            add(m, i, keep_of(m, c), &values[i], line);
        i++;
    }
}

const struct value *merge_values(const struct merge *m)
{
    for (size_t i = 0; i < m->dataset->columns.count; i++)
        if (m->unread[i])
            m->values[i] =
                (struct value){ .type = m->values[i].type, .null = true, .unread = m->unread[i] };
    return m->values;
}

bool merge_difference(const struct merge *m, size_t n, struct text *ret)
{
    const struct said *s = &m->said[n];
    AUTO(json) list = json_list();

    if (s->count < 2)
        return false;
    for (size_t i = 0; i < s->count; i++) {
        struct json *one = json_group();

        json_set_whole(one, "line", s->lines[i]);
        json_set_text(one, "value", s->values[i].null ? NULL : s->values[i].text);
        json_add(list, one);
    }
    if (s->more) {
        struct json *one = json_group();

        json_set_whole(one, "line", s->more);
        json_set_text(one, "value", "\xE2\x80\xA6");
        json_add(list, one);
    }
    json_write(list, false, ret);
    return true;
}
