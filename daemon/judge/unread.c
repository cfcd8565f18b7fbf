#include "judge/unread.h"

#include "base/text.h"
#include "ingest/unread.h"

#include <string.h>

/* The columns of a row that are lacking, among those that are read. */
struct lacking {
    const struct reads_columns *read; /* NULL: none */
    struct text said;
};

static void add_column(void *data, const char *column, const char *why, bool kept)
{
    struct lacking *l = data;

    (void)why;
    if (!kept && l->read && reads_column(l->read, column))
        text_addf(&l->said, "%s%s", l->said.size ? ", " : "", column);
}

/* "opened_on, which cannot be read"; NULL: nothing that is read is lacking. `of`: whose, or NULL.
 */
static const char *ask_for(struct lacking *l, const char *cells, const char *of, struct arena *a)
{
    const char *ask = NULL;

    unread_each(cells, add_column, l);
    if (l->said.size)
        ask = arena_print(a, "%s%s%s, which cannot be read", text_of(&l->said), of ? " of " : "",
                          of ? of : "");
    text_free(&l->said);
    return ask;
}

/* The first of them is what is asked for, before all else that is not known. */
static void make_unknown(struct observation *o, const char *ask)
{
    if (!o->unread)
        o->ask = ask;
    o->unread = true;
    o->firm = true;
    o->answer = ANSWER_UNKNOWN;
}

static void look_at_own(const struct prepared_rule *r, struct arena *a, struct observation *o)
{
    struct lacking l = { .read = &r->reads.own };
    const char *ask;

    if (cage_is_null(r->detail, DETAIL_UNREAD))
        return;
    ask = ask_for(&l, cage_text(r->detail, DETAIL_UNREAD), NULL, a);
    if (ask)
        make_unknown(o, ask);
}

static void look_at_other(const struct prepared_rule *r, struct arena *a, struct observation *o)
{
    const char *dataset = cage_text(r->unread, UNREAD_DATASET);
    const char *of = arena_print(a, "%s %s", dataset, cage_text(r->unread, UNREAD_KEY));
    struct lacking l = { .read = reads_of(&r->reads, dataset) };
    const char *ask = ask_for(&l, cage_text(r->unread, UNREAD_CELLS), of, a);

    if (ask)
        make_unknown(o, ask);
}

/* Whether a dataset to which the rule looks has such a row at all. */
static bool may_lack(const struct prepared_rule *r, const struct setting_of *k)
{
    const struct lookups *l = &r->lookups;

    if (!r->unread_sql || !k->unread)
        return false;
    for (int i = 0; i < l->path_count; i++)
        if (k->unread[settings_number(k->settings, l->paths[i].hops[l->paths[i].count - 1].to)])
            return true;
    for (int i = 0; i < l->at_large_count; i++)
        if (k->unread[settings_number(k->settings, l->at_large[i])])
            return true;
    return false;
}

bool unread_observe(struct prepared_rule *r, const struct cage_values *v,
                    const struct setting_of *k, struct arena *a, struct observation *o,
                    struct error *e)
{
    bool row = true;

    look_at_own(r, a, o);
    if (!may_lack(r, k))
        return true;
    if ((!r->unread && !cage_prepare(r->cage, r->unread_sql, UNREAD_COLUMNS, &r->unread, e)) ||
        !cage_bind(r->unread, v, e))
        return false;
    while (row) {
        if (!cage_row(r->unread, &row, e))
            return false;
        if (row)
            look_at_other(r, a, o);
    }
    cage_reset(r->unread);
    return true;
}
