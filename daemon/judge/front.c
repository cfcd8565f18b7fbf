#include "judge/front.h"

#include "base/text.h"
#include "codec/digest.h"
#include "judge/opinion.h"
#include "judge/papers.h"

#include <string.h>

/* Whether each row has a day of its own from which its time runs. */
static bool is_dated(const struct prepared_rule *r)
{
    return r->front && !r->shared;
}

/* --- one date --- */

struct choosing {
    struct observation *o;
    const struct front_set *set;
    struct arena *arena;
    const struct papers *papers;
    date *lasts; /* by item, then holder; DATE_NONE: not known */
    date reckoned;
};

/* The documents of one date, and the observation that it would be alone. */
struct placed {
    struct ledger_entry *extensions, *tollings;
};

static struct placed room_for(const struct choosing *c)
{
    size_t room = (size_t)papers_count(c->papers) + 1;

    return (struct placed){ arena_alloc(c->arena, room * sizeof(struct ledger_entry)),
                            arena_alloc(c->arena, room * sizeof(struct ledger_entry)) };
}

/* Makes `o` that of one date. */
static void place(const struct choosing *c, const struct front_item *item,
                  const struct front_holder *holder, const struct placed *at, bool say,
                  struct observation *o)
{
    papers_place(c->papers, item, holder, at->extensions, at->tollings, say);
    if (is_dated(o->rule)) {
        o->starts[0] = item->start;
        o->seconds[0] = -1;
    }
    o->extensions = at->extensions;
    o->tollings = at->tollings;
    o->scope = holder->scope;
}

static date last_of(const struct choosing *c, const struct front_item *item,
                    const struct front_holder *holder, const struct placed *at)
{
    struct observation o = *c->o;
    char said[OPINION_TEXT_SIZE];
    bool same;

    place(c, item, holder, at, false, &o);
    return opinion_derive(&o, &same, said).last;
}

static void derive_all(struct choosing *c)
{
    const struct front_set *s = c->set;
    struct placed at = room_for(c);

    for (int i = 0; i < s->item_count; i++) {
        const struct front_item *item = &s->items[i], *before = i ? item - 1 : NULL;
        bool repeats =
            before && before->start == item->start && papers_same(c->papers, before, item);

        for (int k = 0; k < s->holder_count; k++) {
            date *last = &c->lasts[i * s->holder_count + k];

            *last = repeats ? last[-s->holder_count] : last_of(c, item, &s->holders[k], &at);
        }
    }
}

/* --- which binds --- */

/* Whether date `i` comes before date `k`: of those on one day the one that runs from the earlier
 * day, since it may have been moved there from a closed day, and is to be acted on before. */
static bool is_sooner(const struct choosing *c, int i, int k)
{
    int each = c->set->holder_count;

    if (c->lasts[i] != c->lasts[k])
        return c->lasts[i] < c->lasts[k];
    return c->set->items[i / each].start < c->set->items[k / each].start;
}

/* The number of the date that binds; -1: there is none. */
static int binding(const struct choosing *c, bool earliest)
{
    int count = c->set->item_count * c->set->holder_count, best = -1, latest = -1;

    for (int i = 0; i < count; i++) {
        date d = c->lasts[i];

        if (d == DATE_NONE)
            continue;
        if ((earliest || d >= c->reckoned) && (best < 0 || is_sooner(c, i, best)))
            best = i;
        if (latest < 0 || d > c->lasts[latest] ||
            (d == c->lasts[latest] && is_sooner(c, i, latest)))
            latest = i;
    }
    return best >= 0 ? best : latest;
}

static void note_passed(const struct choosing *c, struct front *f, int item, int holder, date last)
{
    const struct front_holder *h = &c->set->holders[holder];

    if (f->lost_on != DATE_NONE && last + 1 >= f->lost_on)
        return;
    f->lost_on = last + 1;
    f->lost_item = c->set->items[item].name;
    f->lost_party = c->set->party_count > 1 ? h->party : NULL;
    f->lost_scope = c->set->scope_count > 1 ? h->scope : NULL;
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

    for (int k = 0; k < c->set->holder_count; k++) {
        date last = c->lasts[item * c->set->holder_count + k];

        if (last == DATE_NONE)
            continue;
        if (last < c->reckoned) {
            ++*ret_passed;
            note_passed(c, f, item, k, last);
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

        if (c->lasts[i * c->set->holder_count] == DATE_NONE) {
            f->undated++;
            continue;
        }
        next = next_of(c, i, f, &passed);
        f->passed += passed == c->set->holder_count;
        f->passed_in_part += passed && passed < c->set->holder_count;
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
        text_addf(t, "\n%s %s %d %d %d %d %d %s %s %s %d %d", all[i].document,
                  all[i].unreadable ? all[i].unreadable : "", all[i].signed_on, all[i].until,
                  all[i].first, all[i].last, all[i].revoked_on, all[i].covers ? all[i].covers : "",
                  all[i].whose ? all[i].whose : "", all[i].scope ? all[i].scope : "", all[i].common,
                  all[i].received);
}

static int64_t digest_set(const struct observation *o, const struct front_set *s)
{
    AUTO_TEXT t = { 0 };
    uint64_t hash;
    int64_t ret;

    for (int i = 0; i < s->item_count; i++)
        text_addf(&t, "\n%s %d %lld", s->items[i].key ? s->items[i].key : "", s->items[i].start,
                  (long long)s->items[i].worth);
    for (int i = 0; i < s->holder_count; i++)
        text_addf(&t, "\n%s %s", s->holders[i].party ? s->holders[i].party : "",
                  s->holders[i].scope ? s->holders[i].scope : "");
    for (int i = 0; i < o->rule->way_count && !is_dated(o->rule); i++)
        text_addf(&t, "\n%d", o->starts[i]);
    text_addf(&t, "\n%d", o->bound);
    add_documents(&t, o->extensions, o->extension_count);
    add_documents(&t, o->tollings, o->toll_count);
    hash = hash_of(text_of(&t), t.size, 0);
    memcpy(&ret, &hash, sizeof ret);
    return ret;
}

/* Whether all dates are one, and there is nothing to say of several. */
static bool one_date(const struct choosing *c)
{
    bool rows = c->set->item_count > 1 || c->set->items[0].name;

    return (!is_dated(c->o->rule) || !rows) && !papers_differ(c->papers);
}

/* Makes the observation that of one date. */
static void bind(struct choosing *c, struct front *f, int item, int holder)
{
    const struct front_item *i = &c->set->items[item];
    const struct front_holder *h = &c->set->holders[holder];
    struct placed at = room_for(c);

    f->item = i->name ? i->name : "the case itself";
    f->party = h->party;
    f->scope = c->set->scope_count > 1 ? h->scope : NULL;
    f->own = i->own || !is_dated(c->o->rule);
    f->key = i->key;
    f->pull = i->pull;
    f->line = i->line;
    place(c, i, h, &at, true, c->o);
    c->o->front = one_date(c) ? NULL : f;
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

/* --- the items --- */

/* Where no row has an earlier day, the one that the case states is an item of its own; where the
 * case has no rows, so is the case. */
static bool is_one_more(const struct observation *o, const struct front_set *set)
{
    for (int i = 0; i < set->item_count; i++) {
        date start = set->items[i].start;

        if (start == DATE_NONE)
            start = o->starts[0];
        if (o->also == DATE_NONE || (start != DATE_NONE && start <= o->also))
            return false;
    }
    return true;
}

static struct front_set complete(const struct observation *o, const struct front_set *set,
                                 struct arena *a)
{
    struct front_item *all = arena_alloc(a, ((size_t)set->item_count + 1) * sizeof *all);
    struct front_set ret = *set;

    if (set->item_count)
        memcpy(all, set->items, (size_t)set->item_count * sizeof *all);
    ret.items = all;
    for (int i = 0; i < set->item_count && is_dated(o->rule); i++)
        if (all[i].start == DATE_NONE) {
            all[i].start = o->starts[0];
            all[i].own = true;
        }
    if (!set->item_count || (is_dated(o->rule) && is_one_more(o, set)))
        all[ret.item_count++] =
            (struct front_item){ .start = o->also != DATE_NONE ? o->also : o->starts[0],
                                 .pull = o->pull,
                                 .line = o->line,
                                 .own = true };
    return ret;
}

static int dayless(const struct front_set *set)
{
    int n = 0;

    for (int i = 0; i < set->item_count; i++)
        n += set->items[i].name && set->items[i].own;
    return n;
}

void front_choose(struct observation *o, const struct front_set *given, date today, struct arena *a)
{
    struct front_set set = complete(o, given, a);
    size_t dates = (size_t)set.item_count * (size_t)set.holder_count + 1;
    struct choosing c = { .o = o,
                          .set = &set,
                          .arena = a,
                          .papers = papers_of(o, &set, a),
                          .lasts = arena_alloc(a, dates * sizeof *c.lasts),
                          .reckoned = reckoned_on(o, today) };
    struct front *f;
    int best;

    derive_all(&c);
    best = binding(&c, o->met_on != DATE_NONE || o->answer == ANSWER_UNKNOWN);
    if (best < 0)
        return;
    f = arena_alloc(a, sizeof *f);
    *f = (struct front){ .items = given->item_count,
                         .parties = set.party_count,
                         .scopes = set.scope_count,
                         .dayless = dayless(&set),
                         .reckoned = c.reckoned,
                         .met = o->met_on != DATE_NONE,
                         .lost_on = DATE_NONE,
                         .digest = digest_set(o, &set) };
    count_items(&c, f, c.lasts[best]);
    bind(&c, f, best / set.holder_count, best % set.holder_count);
}
