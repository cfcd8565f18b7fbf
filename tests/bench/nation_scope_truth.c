/* The truth about the cases of nation_scope.h. A clock has a day for each entry and each party; the
 * day that binds is the first that has not passed, or the last of all when all have. */
#include "bench/nation_scope.h"

#include <string.h>

#define DATES_MAX ((ENTRIES_MAX + 1) * 2)

/* One day of a clock: as it is counted, and as it runs on from a weekend. */
struct last {
    day counted, on;
};

struct dates {
    const struct clock *clock;
    struct last all[DATES_MAX];
    int count;
};

static bool holds_for(enum signer by, int party, int parties)
{
    if (parties == 0)
        return true;
    if (by == SIGNED_BY_NOBODY)
        return parties == 1;
    return by == SIGNED_BY_BOTH || by == (party == 0 ? SIGNED_BY_FIRST : SIGNED_BY_SECOND);
}

/* A waiver names its statute in one of several ways; the numbers of these plants tell them apart.
 */
static bool is_of(const struct waiver *w, const struct clock *k)
{
    return !w->statute ||
           (strstr(w->statute, "595a") != NULL) == (strstr(k->statute, "595a") != NULL);
}

static day tolled_days(const struct telling *t, const struct clock *k, int party)
{
    const struct life *l = t->l;

    if (!k->tolled || l->toll_last == NONE || l->toll_last + 10 > t->n->today)
        return 0;
    if (!l->scope.property_absent && !holds_for(l->scope.absent, party, l->scope.parties))
        return 0;
    return l->toll_last - l->toll_first + 1;
}

/* `entry` from 1, or 0 for the case itself. */
static struct last last_of(const struct telling *t, const struct clock *k, day start, int entry,
                           int party)
{
    const struct life *l = t->l;
    day counted = day_anniversary(start, k->years) + tolled_days(t, k, party);
    day found = l->scope.property_found;
    struct last ret;

    if (found != NONE && day_anniversary(found, 2) > counted)
        counted = day_anniversary(found, 2);
    ret = (struct last){ counted, day_rolled(counted) };
    for (int i = 0; i < l->waiver_count; i++) {
        const struct waiver *w = &l->waivers[i];

        if (seen(t, w->received) != NONE && w->signed_on <= ret.on && w->received <= ret.on &&
            (w->entry == 0 || w->entry == entry) && is_of(w, k) &&
            holds_for(w->by, party, l->scope.parties) && w->until > ret.counted)
            ret = (struct last){ w->until, w->until };
    }
    return ret;
}

static void add(const struct telling *t, struct dates *d, day start, int entry)
{
    int parties = t->l->scope.parties;

    for (int party = 0; party < (parties ? parties : 1); party++)
        d->all[d->count++] = last_of(t, d->clock, start, entry, party);
}

static struct dates dates_of(const struct telling *t, const struct clock *k)
{
    const struct life *l = t->l;
    day of_case = k->start(l, t->n->today), first = NONE;
    struct dates d = { .clock = k };

    for (int i = 0; i < l->entry_count; i++) {
        day start = k->dated && l->entries[i].on != NONE ? l->entries[i].on : of_case;

        first = earlier(first, start);
        add(t, &d, start, i + 1);
    }
    if (k->dated && of_case != NONE && of_case < first) /* one more clock */
        add(t, &d, of_case, 0);
    return d;
}

/* The one that binds on day `at`; of those on one day, the one to act on first. */
static struct last binding(const struct dates *d, day at)
{
    struct last next = { 0 }, latest = { 0 };

    for (int i = 0; i < d->count; i++) {
        struct last one = d->all[i];

        if (one.on > latest.on || (one.on == latest.on && one.counted < latest.counted))
            latest = one;
        if (one.on >= at && (next.on == NONE || one.on < next.on ||
                             (one.on == next.on && one.counted < next.counted)))
            next = one;
    }
    return next.on != NONE ? next : latest;
}

static struct last earliest(const struct dates *d)
{
    return binding(d, NONE);
}

static const char *rule_of(const struct life *l, const struct clock *k)
{
    day found = l->scope.property_found;

    return found != NONE && day_anniversary(found, 2) > day_anniversary(k->start(l, found), 5)
               ? "sol-forfeiture-property"
               : k->rule;
}

/* When the office forfeited the property itself, as far as it did not return it. */
static day forfeited(const struct telling *t)
{
    const struct scope *s = &t->l->scope;

    if (seen(t, s->forfeited) == NONE || (s->other_returned && seen(t, s->other_returned) == NONE))
        return NONE;
    return s->other_returned > s->forfeited ? s->other_returned : s->forfeited;
}

static void tell_clock(const struct telling *t, const struct clock *k)
{
    const struct life *l = t->l;
    struct dates d = dates_of(t, k);
    day returned = seen(t, l->scope.returned), first = earliest(&d).on, last;
    day at = returned != NONE ? returned : t->n->today;
    bool lost = first < at;
    day found = first + 1 > l->opened ? first + 1 : l->opened;

    if (forfeited(t) != NONE)
        return;
    /* of the entries the first that has passed, as RULES in test_nation_pack.py has it */
    last = lost && strcmp(k->rule, "sol-1592-negligence") == 0 ? first : binding(&d, at).on;
    if (returned != NONE)
        say(t, rule_of(l, k), lost ? "quiet late" : "quiet", lost ? found : NONE, last);
    else
        say(t, rule_of(l, k), lost ? "past" : "ahead", lost ? found : NONE, last);
}

/* What hangs on the limitation of the case, whichever ends first. */
static void tell_before(const struct telling *t, struct last next, struct last first)
{
    const struct life *l = t->l;
    struct telling of = *t;
    day due = NONE, received = NONE;

    if (forfeited(t) == NONE && seen(t, l->scope.returned) == NONE) {
        if (next.counted - first.counted < 180)
            of.first = day_safe(day_safe(first.counted) - 180);
        undone(&of, "referral", day_safe(day_safe(next.counted) - 180), l->opened);
    }
    if (l->scope.matter->penalty) {
        of.first = last_of_asking(first.counted);
        undone(&of, "waiver-request", last_of_asking(next.counted), l->opened);
    }
    for (int i = 0; i < l->waiver_count; i++) {
        const struct waiver *w = &l->waivers[i];

        if (seen(t, w->received) != NONE && w->until > due && !w->statute) {
            due = w->until;
            received = w->received;
        }
    }
    if (due > next.on)
        undone(t, "waiver-end", day_safe(due), received);
}

static void tell_waivers(const struct telling *t)
{
    const struct life *l = t->l;
    const struct clock *k = &l->scope.matter->clocks[0];
    struct telling of = *t;

    for (int i = 0; i < l->waiver_count; i++) {
        const struct waiver *w = &l->waivers[i];

        if (seen(t, w->received) == NONE)
            continue;
        life_waiver_no(l, i, of.no);
        if (l->scope.parties && (w->by == SIGNED_BY_NOBODY || w->by == SIGNED_BY_OTHER))
            say(&of, "party-unknown", "past", w->received, NONE);
        if (l->plant == PLANT_WAIVER_ROLLED &&
            w->signed_on > day_rolled(day_anniversary(life_violation(l), k->years)))
            say(&of, "waiver-after-all", "past", w->received, NONE);
    }
}

static void tell_record(const struct telling *t)
{
    const struct life *l = t->l;

    if (!l->scope.matter->listed)
        say(t, "statute-spelling", "past", l->opened, NONE);
    if (l->plant == PLANT_VIOLATION_FIRST)
        say(t, "violation-before-entries", "past", l->opened, NONE);
    if (l->plant == PLANT_ENTRY_UNDATED)
        say(t, "entry-without-day", "past", l->opened, NONE);
    if (l->plant == PLANT_FRAUD_FIRST)
        say(t, "fraud-discovered-before", "past", l->opened, NONE);
}

void truth_scope(const struct telling *t)
{
    const struct matter *m = t->l->scope.matter;
    struct last next = { 0 }, first = { 0 };

    for (int i = 0; i < CLOCKS_MAX && m->clocks[i].rule; i++) {
        struct dates d = dates_of(t, &m->clocks[i]);
        struct last one = binding(&d, t->n->today), least = earliest(&d);

        tell_clock(t, &m->clocks[i]);
        if (next.on == NONE || one.counted < next.counted)
            next = one;
        if (first.on == NONE || least.counted < first.counted)
            first = least;
    }
    tell_before(t, next, first);
    tell_waivers(t);
    tell_record(t);
}
