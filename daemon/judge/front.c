#include "judge/front.h"

#include "codec/digest.h"
#include "codec/json.h"
#include "judge/opinion.h"

#include <stdlib.h>
#include <string.h>

/* --- what a document covers --- */

/* The words of a cell, sorted; NULL: it is empty and covers everything. */
struct words {
    const char **all;
    size_t count;
};

/* One document of the subject. */
struct paper {
    const struct ledger_entry *entry;
    const struct words *items, *parties;
    bool tolls;
};

struct choosing {
    struct observation *o;
    const struct front_set *set;
    struct arena *arena;
    struct paper *papers;
    int paper_count;
    date *lasts; /* by item, then party; DATE_NONE: not known */
    date reckoned;
};

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const struct words *words_of(const char *cell, struct arena *a)
{
    struct words *w;
    AUTO(json) list = NULL;

    if (!cell)
        return NULL;
    if (*cell == '[')
        list = json_read(cell, strlen(cell), NULL);
    w = arena_alloc(a, sizeof *w);
    w->all = arena_alloc(a, (json_count(list) + 1) * sizeof *w->all);
    for (size_t i = 0; i < json_count(list); i++)
        w->all[w->count++] = arena_text(a, json_text(json_at(list, i)));
    if (!list)
        w->all[w->count++] = cell;
    qsort(w->all, w->count, sizeof *w->all, by_text);
    return w;
}

static bool has(const struct words *w, const char *word)
{
    return !w || !word || bsearch(&word, w->all, w->count, sizeof *w->all, by_text);
}

static void add_papers(struct choosing *c, const struct ledger_entry *all, int count, bool tolls)
{
    bool crossed = c->set->parties != NULL;

    for (int i = 0; i < count; i++)
        c->papers[c->paper_count++] =
            (struct paper){ .entry = &all[i],
                            .items = words_of(all[i].covers, c->arena),
                            .parties = crossed ? words_of(all[i].whose, c->arena) : NULL,
                            .tolls = tolls };
}

static const char *party_of(const struct choosing *c, int party)
{
    return c->set->parties ? c->set->parties[party] : NULL;
}

/* --- one date --- */

/* The documents as they are for one item and party; `why` in `a`, or (NULL) not said. */
static void place_papers(const struct choosing *c, const struct front_item *item, const char *party,
                         struct ledger_entry *extensions, struct ledger_entry *tollings, bool say)
{
    int next[2] = { 0, 0 };

    for (int i = 0; i < c->paper_count; i++) {
        const struct paper *p = &c->papers[i];
        struct ledger_entry *n = p->tolls ? &tollings[next[1]++] : &extensions[next[0]++];

        *n = *p->entry;
        if (n->outside)
            continue;
        if (!has(p->items, item->name))
            n->outside = say ? arena_print(c->arena, "it does not cover %s", item->name) : "";
        else if (!has(p->parties, party))
            n->outside = say ? arena_print(c->arena, "it is not of %s", party) : "";
    }
}

/* Two items with one start, to which the same documents apply, have one date. */
static bool same_papers(const struct choosing *c, const struct front_item *a,
                        const struct front_item *b)
{
    for (int i = 0; i < c->paper_count; i++)
        if (has(c->papers[i].items, a->name) != has(c->papers[i].items, b->name))
            return false;
    return true;
}

static date last_of(const struct choosing *c, const struct front_item *item, const char *party,
                    struct ledger_entry *extensions, struct ledger_entry *tollings)
{
    struct observation o = *c->o;
    char said[OPINION_TEXT_SIZE];
    bool same;

    place_papers(c, item, party, extensions, tollings, false);
    o.starts[0] = item->start;
    o.extensions = extensions;
    o.tollings = tollings;
    return opinion_derive(&o, &same, said).last;
}

static void derive_all(struct choosing *c)
{
    const struct front_set *s = c->set;
    size_t room = (size_t)c->paper_count + 1;
    struct ledger_entry *extensions = arena_alloc(c->arena, room * sizeof *extensions);
    struct ledger_entry *tollings = arena_alloc(c->arena, room * sizeof *tollings);

    for (int i = 0; i < s->item_count; i++) {
        const struct front_item *item = &s->items[i], *before = i ? item - 1 : NULL;
        bool repeats = before && before->start == item->start && same_papers(c, before, item);

        for (int k = 0; k < s->party_count; k++) {
            date *last = &c->lasts[i * s->party_count + k];

            *last = item->start == DATE_NONE ? DATE_NONE
                    : repeats                ? last[-s->party_count]
                              : last_of(c, item, party_of(c, k), extensions, tollings);
        }
    }
}

/* --- which binds --- */

/* The number of the date that binds; -1: there is none. */
static int binding(const struct choosing *c, bool earliest)
{
    int count = c->set->item_count * c->set->party_count, best = -1, latest = -1;

    for (int i = 0; i < count; i++) {
        date d = c->lasts[i];

        if (d == DATE_NONE)
            continue;
        if ((earliest || d >= c->reckoned) && (best < 0 || d < c->lasts[best]))
            best = i;
        if (latest < 0 || d > c->lasts[latest])
            latest = i;
    }
    return best >= 0 ? best : latest;
}

static void note_passed(struct front *f, date last)
{
    if (f->lost_on == DATE_NONE || last + 1 < f->lost_on)
        f->lost_on = last + 1;
}

static void add_month(struct front_month *months, int *count, date d, int64_t worth)
{
    int year, month, day, i = *count;
    date first;

    date_split(d, &year, &month, &day);
    first = date_of(year, month, 1);
    while (i && months[i - 1].first > first)
        i--;
    if (!i || months[i - 1].first != first) {
        memmove(&months[i + 1], &months[i], (size_t)(*count - i) * sizeof *months);
        months[i++] = (struct front_month){ .first = first };
        ++*count;
    }
    months[i - 1].items++;
    months[i - 1].worth += worth;
}

/* What has passed of one item, and the next of its dates; DATE_NONE: all have passed. */
static date next_of(const struct choosing *c, int item, struct front *f, int *ret_passed)
{
    date next = DATE_NONE;

    for (int k = 0; k < c->set->party_count; k++) {
        date last = c->lasts[item * c->set->party_count + k];

        if (last == DATE_NONE)
            continue;
        if (last < c->reckoned) {
            ++*ret_passed;
            note_passed(f, last);
        } else if (next == DATE_NONE || last < next) {
            next = last;
        }
    }
    return next;
}

static void count_items(const struct choosing *c, struct front *f, date bind)
{
    struct front_month *months =
        arena_alloc(c->arena, ((size_t)c->set->item_count + 1) * sizeof *months);

    f->months = months;
    for (int i = 0; i < c->set->item_count; i++) {
        const struct front_item *item = &c->set->items[i];
        int passed = 0;
        date next;

        if (c->lasts[i * c->set->party_count] == DATE_NONE) {
            f->undated++;
            continue;
        }
        next = next_of(c, i, f, &passed);
        f->passed += passed == c->set->party_count;
        f->passed_in_part += passed && passed < c->set->party_count;
        if (next == DATE_NONE) {
            f->passed_worth += item->worth;
            continue;
        }
        if (next == bind) {
            f->next++;
            f->next_worth += item->worth;
        }
        add_month(months, &f->month_count, next, item->worth);
    }
}

static void add_documents(struct text *t, const struct ledger_entry *all, int count)
{
    for (int i = 0; i < count; i++)
        text_addf(t, "\n%s %s %d %d %d %d %d %s %s", all[i].document,
                  all[i].unreadable ? all[i].unreadable : "", all[i].signed_on, all[i].until,
                  all[i].first, all[i].last, all[i].revoked_on, all[i].covers ? all[i].covers : "",
                  all[i].whose ? all[i].whose : "");
}

static int64_t digest_set(const struct observation *o, const struct front_set *s)
{
    AUTO_TEXT t = { 0 };
    uint64_t hash;
    int64_t ret;

    for (int i = 0; i < s->item_count; i++)
        text_addf(&t, "\n%s %d %lld", s->items[i].key, s->items[i].start,
                  (long long)s->items[i].worth);
    for (int i = 0; s->parties && i < s->party_count; i++)
        text_addf(&t, "\n%s", s->parties[i]);
    add_documents(&t, o->extensions, o->extension_count);
    add_documents(&t, o->tollings, o->toll_count);
    hash = hash_of(text_of(&t), t.size, 0);
    memcpy(&ret, &hash, sizeof ret);
    return ret;
}

/* Makes the observation that of one date. */
static void bind(struct choosing *c, struct front *f, int item, int party)
{
    const struct front_item *i = &c->set->items[item];
    struct observation *o = c->o;
    size_t room = (size_t)c->paper_count + 1;
    struct ledger_entry *extensions = arena_alloc(c->arena, room * sizeof *extensions);
    struct ledger_entry *tollings = arena_alloc(c->arena, room * sizeof *tollings);

    f->item = i->name;
    f->party = party_of(c, party);
    f->key = i->key;
    f->pull = i->pull;
    f->line = i->line;
    place_papers(c, i, f->party, extensions, tollings, true);
    o->starts[0] = i->start;
    o->seconds[0] = -1;
    o->extensions = extensions;
    o->tollings = tollings;
    o->front = f;
}

/* The day after which nothing passes any more. */
static date reckoned_on(const struct observation *o, date today)
{
    if (o->met_on != DATE_NONE)
        return o->met_on;
    if (o->quiet_because && o->quiet_on != DATE_NONE && o->quiet_on < today)
        return o->quiet_on;
    return today;
}

void front_choose(struct observation *o, const struct front_set *set, date today, struct arena *a)
{
    size_t dates = (size_t)set->item_count * (size_t)set->party_count + 1;
    struct choosing c = { .o = o,
                          .set = set,
                          .arena = a,
                          .lasts = arena_alloc(a, dates * sizeof *c.lasts),
                          .reckoned = reckoned_on(o, today) };
    struct front *f;
    int best;

    c.papers =
        arena_alloc(a, ((size_t)(o->extension_count + o->toll_count) + 1) * sizeof *c.papers);
    add_papers(&c, o->extensions, o->extension_count, false);
    add_papers(&c, o->tollings, o->toll_count, true);
    derive_all(&c);
    best = binding(&c, o->met_on != DATE_NONE || o->answer == ANSWER_UNKNOWN);
    if (best < 0)
        return;
    f = arena_alloc(a, sizeof *f);
    *f = (struct front){ .items = set->item_count,
                         .parties = set->party_count,
                         .reckoned = c.reckoned,
                         .met = o->met_on != DATE_NONE,
                         .lost_on = DATE_NONE,
                         .digest = digest_set(o, set) };
    count_items(&c, f, c.lasts[best]);
    bind(&c, f, best / set->party_count, best % set->party_count);
}

/* --- reading --- */

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

static bool read_parties(struct cage_stmt *s, const struct cage_values *v, struct arena *a,
                         struct front_set *set, struct error *e)
{
    const char **all = arena_alloc(a, (FRONT_PARTIES_MAX + 1) * sizeof *all);
    bool row = true;

    set->party_count = 0;
    if (!cage_bind(s, v, e))
        return false;
    while (row && set->party_count <= FRONT_PARTIES_MAX) {
        if (!cage_row(s, &row, e))
            return false;
        if (row)
            all[set->party_count++] =
                arena_text(a, cage_text(s, cage_is_null(s, PARTY_NAME) ? PARTY_KEY : PARTY_NAME));
    }
    cage_reset(s);
    set->parties = set->party_count ? all : NULL;
    if (!set->party_count)
        set->party_count = 1; /* nobody is named: the documents of all count */
    return true;
}

bool front_observe(struct observation *o, const struct cage_values *v, struct arena *a,
                   struct error *e)
{
    const struct prepared_rule *r = o->rule;
    struct front_set set = { .party_count = 1 };

    if (!r->front_rows)
        return true;
    if (!read_items(r->front_rows, v, a, &set, e) ||
        (r->front_parties && !read_parties(r->front_parties, v, a, &set, e)))
        return false;
    if (set.item_count > FRONT_ITEMS_MAX)
        return refuse(o, FRONT_ITEMS_MAX, r->front->id, a);
    if (set.party_count > FRONT_PARTIES_MAX)
        return refuse(o, FRONT_PARTIES_MAX, r->crossed->id, a);
    if (set.item_count * set.party_count > FRONT_DATES_MAX)
        return refuse(o, FRONT_DATES_MAX, "dates", a);
    front_choose(o, &set, v->today, a);
    return true;
}
