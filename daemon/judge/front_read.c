/* Reads what a front is made of: the rows, the parties, the statutes. */
#include "base/text.h"
#include "codec/json.h"
#include "judge/front.h"

#include <string.h>

static bool refuse(struct observation *o, int most, const char *what, struct arena *a)
{
    observe_untold(o, arena_print(a, "no more than %d %s: more cannot be counted", most, what));
    return true;
}

static struct front_item read_item(struct cage_stmt *s, struct arena *a)
{
    return (struct front_item){
        .key = arena_text(a, cage_text(s, FRONT_KEY)),
        .name = arena_text(a, cage_text(s, cage_is_null(s, FRONT_ITEM) ? FRONT_KEY : FRONT_ITEM)),
        .start = cage_is_null(s, FRONT_START) ? DATE_NONE : date_read(cage_text(s, FRONT_START)),
        .worth = cage_is_null(s, FRONT_WORTH) ? 0 : cage_number(s, FRONT_WORTH),
        .pull = cage_number(s, FRONT_PULL),
        .line = cage_number(s, FRONT_LINE)
    };
}

/* Makes room for one more element of `size`. */
static void *grown(void *all, int count, int *room, size_t size, struct arena *a)
{
    void *more;

    if (count < *room)
        return all;
    *room = *room ? *room * 2 : 64;
    more = arena_alloc(a, (size_t)*room * size);
    if (count)
        memcpy(more, all, (size_t)count * size);
    return more;
}

static bool read_items(struct cage_stmt *s, const struct cage_values *v, struct arena *a,
                       struct front_set *set, struct error *e)
{
    struct front_item *all = NULL;
    int room = 0;
    bool row = true;

    if (!cage_bind(s, v, e))
        return false;
    while (row && set->item_count <= FRONT_ITEMS_MAX) {
        if (!cage_row(s, &row, e))
            return false;
        if (!row)
            break;
        all = grown(all, set->item_count, &room, sizeof *all, a);
        all[set->item_count++] = read_item(s, a);
    }
    cage_reset(s);
    set->items = all;
    return true;
}

static bool is_known(const char *const *all, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(all[i], name) == 0)
            return true;
    return false;
}

/* The parties of the case, each name once; nobody is named: one that is NULL, and the documents of
 * all count. */
static bool read_parties(struct cage_stmt *s, const struct cage_values *v, struct arena *a,
                         struct front_set *set, const char ***ret, struct error *e)
{
    const char **all = arena_alloc(a, (FRONT_PARTIES_MAX + 1) * sizeof *all);
    const char *name;
    int count = 0;
    bool row = s != NULL;

    if (s && !cage_bind(s, v, e))
        return false;
    while (row && count <= FRONT_PARTIES_MAX) {
        if (!cage_row(s, &row, e))
            return false;
        name = row ? cage_text(s, cage_is_null(s, PARTY_NAME) ? PARTY_KEY : PARTY_NAME) : NULL;
        if (row && !is_known(all, count, name))
            all[count++] = arena_text(a, name);
    }
    if (s)
        cage_reset(s);
    if (!count)
        all[count++] = NULL;
    set->party_count = count;
    *ret = all;
    return true;
}

/* What a document must cover: a word, or a list with a date for each of it. */
static void read_scopes(const struct observation *o, struct arena *a, struct front_set *set,
                        const char ***ret)
{
    AUTO(json)
    list = o->scope && *o->scope == '[' ? json_read(o->scope, strlen(o->scope), NULL) : NULL;
    const char **all = arena_alloc(a, (json_count(list) + 1) * sizeof *all);

    all[0] = list ? NULL : o->scope;
    for (size_t i = 0; i < json_count(list); i++)
        all[i] = arena_text(a, json_text(json_at(list, i)));
    set->scope_count = json_count(list) > 1 ? (int)json_count(list) : 1;
    *ret = all;
}

static void cross(struct front_set *set, const char **parties, const char **scopes, struct arena *a)
{
    struct front_holder *all;

    set->holder_count = set->party_count * set->scope_count;
    all = arena_alloc(a, (size_t)set->holder_count * sizeof *all);
    for (int i = 0; i < set->holder_count; i++)
        all[i] =
            (struct front_holder){ parties[i / set->scope_count], scopes[i % set->scope_count] };
    set->holders = all;
}

bool front_observe(struct observation *o, const struct cage_values *v, struct arena *a,
                   struct error *e)
{
    const struct prepared_rule *r = o->rule;
    struct front_set set = { 0 };
    const char **parties, **scopes;

    if (!r->front_rows && !(o->scope && *o->scope == '['))
        return true;
    if ((r->front_rows && !read_items(r->front_rows, v, a, &set, e)) ||
        !read_parties(r->front_parties, v, a, &set, &parties, e))
        return false;
    read_scopes(o, a, &set, &scopes);
    if (set.item_count > FRONT_ITEMS_MAX)
        return refuse(o, FRONT_ITEMS_MAX, r->front->id, a);
    if (set.party_count > FRONT_PARTIES_MAX)
        return refuse(o, FRONT_PARTIES_MAX, r->crossed->id, a);
    if ((int64_t)set.item_count * set.party_count * set.scope_count > FRONT_DATES_MAX)
        return refuse(o, FRONT_DATES_MAX, "dates", a);
    cross(&set, parties, scopes, a);
    front_choose(o, &set, v->today, a);
    return true;
}
