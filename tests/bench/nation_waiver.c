/* Requests for waivers: in the month in which two years are left, and before each waiver; some are
 * never made, made late, not answered, or refused and left at that. They hang on the case alone. */
#include "bench/nation_entry.h"
#include "bench/nation_truth.h"

#include <string.h>

/* NONE: it never happens. */
struct ask {
    day requested, answered, planned;
    bool refused;
    const char *plant;
};

struct asks {
    struct ask all[WAIVERS_MAX + 1];
    int count;
};

/* When two years are left of what ends on `limit`. */
static day two_years_left(day limit)
{
    return day_anniversary(day_safe(limit), -2);
}

day last_of_asking(day limit)
{
    return day_safe(day_months(two_years_left(limit), 1));
}

/* What becomes of it. */
static void answer(struct ask *a, struct chance *c)
{
    int how = chance_between(c, 1, 100);

    a->refused = true;
    a->answered = a->requested + chance_between(c, 5, 50);
    a->planned = a->answered + chance_between(c, 3, 25);
    a->plant = how <= 4    ? "waiver request not answered"
               : how <= 8  ? "refusal without a plan"
               : how <= 12 ? "plan after a refusal late"
               : how <= 16 ? "waiver request answered late"
                           : "";
    if (how <= 4)
        a->answered = a->planned = NONE;
    else if (how <= 8)
        a->planned = NONE;
    else if (how <= 12)
        a->planned = a->answered + chance_between(c, 40, 200);
    else if (how <= 16)
        a->answered = a->planned = a->requested + chance_between(c, 70, 300);
    else if (how <= 30) /* a plan at once, and the refusal long after */
        a->planned = a->requested + chance_between(c, 10, 50),
        a->answered = a->requested + chance_between(c, 70, 200);
    else if (how <= 50)
        a->answered = NONE;
}

/* The request that the directive wants. */
static void ask_first(const struct life *l, struct chance *c, struct asks *r)
{
    day limit = life_limit(l, l->opened), end = life_end(l);
    struct ask *a = &r->all[r->count];
    int how = chance_between(c, 1, 100);

    if (limit == NONE)
        limit = day_anniversary(l->opened, 5);
    a->requested = two_years_left(limit) + chance_between(c, -20, 25);
    if (how <= 6)
        a->requested += chance_between(c, 60, 300);
    if (a->requested <= l->opened)
        a->requested = l->opened + chance_between(c, 1, 10);
    answer(a, c);
    if (how > 12 && a->requested < end) /* others are never asked for */
        r->count++;
    else if (how <= 6 && a->requested < end)
        r->count++;
    if (a->answered >= end)
        a->answered = a->planned = NONE;
    else if (a->planned >= end)
        a->planned = NONE;
}

static bool has_waivers(const struct life *l)
{
    return strcmp(l->statute, "1641") != 0;
}

static struct asks asks_make(const struct nation *n, const struct life *l)
{
    struct chance c = chance_of(n->seed, CHANCE_ASK, l->number);
    struct asks r = { .count = 0 };

    if (!has_waivers(l) || l->scope.matter)
        return r;
    ask_first(l, &c, &r);
    for (int i = 0; i < l->waiver_count; i++) {
        const struct waiver *w = &l->waivers[i];

        r.all[r.count++] = (struct ask){ .requested = w->signed_on - chance_between(&c, 10, 40),
                                         .answered = w->received,
                                         .plant = "" };
    }
    return r;
}

static const char *ask_no(const struct life *l, int i, char buffer[WAIVER_NO_SIZE])
{
    char no[CASE_NO_SIZE];

    snprintf(buffer, WAIVER_NO_SIZE, "R%d-%s", i, life_case_no(l, no));
    return buffer;
}

void asks_write(const struct nation *n, struct files *f, const struct life *l)
{
    struct asks r = asks_make(n, l);
    char no[WAIVER_NO_SIZE], case_no[CASE_NO_SIZE], a[DAY_SIZE], b[DAY_SIZE], c[DAY_SIZE];

    for (int i = 0; i < r.count; i++) {
        const struct ask *ask = &r.all[i];
        bool answered = ask->answered != NONE && ask->answered <= n->today;
        bool planned = ask->planned != NONE && ask->planned <= n->today;

        if (ask->requested > n->today)
            continue;
        fprintf(f->waiver_requests, "%s,%s,%s,%s,%s,%s\n", ask_no(l, i, no),
                life_case_no(l, case_no), day_iso(ask->requested, a),
                answered ? day_iso(ask->answered, b) : "",
                !answered      ? ""
                : ask->refused ? "refused"
                               : "signed",
                planned ? day_iso(ask->planned, c) : "");
        f->rows++;
    }
}

/* --- truth --- */

/* True if `a` was made for what ends on `limit`: from three months before two years are left, and
 * no waiver came of it before that, which would be why it ends on `limit`. */
static bool is_asked_for(const struct telling *t, const struct ask *a, day limit)
{
    day answered = seen(t, a->answered);

    return seen(t, a->requested) != NONE && a->requested >= day_months(day_safe(limit), -27) &&
           (a->refused || answered == NONE || answered >= two_years_left(limit));
}

/* Without a waiver a request for the first entry is one for all of them. */
static bool is_for_all(const struct telling *t, const struct ask *a)
{
    const struct life *l = t->l;
    day first = life_violation(l);

    for (int i = 0; i < l->waiver_count; i++)
        if (seen(t, l->waivers[i].received) != NONE && seen(t, l->waivers[i].revoked) == NONE)
            return false;
    if (first == NONE || strcmp(l->statute, "1592") != 0 ||
        (l->culpability == FRAUD && seen(t, l->downgraded) == NONE))
        return false;
    return seen(t, a->requested) != NONE && a->requested >= day_months(first, 33) &&
           (a->refused || seen(t, a->answered) == NONE);
}

/* A month from when two years are left, of the entry that comes next. A waiver counts by moving
 * the end. */
static void tell_asking(const struct telling *t, const struct asks *r)
{
    const struct life *l = t->l;
    struct telling of = *t;
    day quiet = quiet_since(t), at = quiet != NONE && quiet < t->n->today ? quiet : t->n->today;
    day first = life_limit(l, t->n->today), asked = NONE;
    day last = closed_undated(t) ? first : life_next_limit(l, at);

    if (last == NONE)
        first = last = day_anniversary(l->opened, 5);
    for (int i = 0; i < r->count; i++)
        if (is_asked_for(t, &r->all[i], last) || is_for_all(t, &r->all[i]))
            asked = earlier(asked, r->all[i].requested);
    of.first = last_of_asking(first);
    of.plant = "waiver not asked for in time";
    tell(&of, "waiver-request", last_of_asking(last), void_since(t), asked, l->suit);
}

/* The first waiver since the request, which answers it whatever else is noted. */
static day given(const struct telling *t, const struct ask *a)
{
    day first = NONE;

    for (int i = 0; i < t->l->waiver_count; i++) {
        const struct waiver *w = &t->l->waivers[i];

        if (seen(t, w->received) != NONE && w->signed_on >= a->requested)
            first = earlier(first, w->signed_on);
    }
    return first;
}

static void tell_ask(const struct telling *t, const struct ask *a, int i)
{
    struct telling of = *t;
    day answered = earlier(seen(t, a->answered), given(t, a));

    ask_no(t->l, i, of.no);
    of.suit_ends = true;
    of.plant = a->plant;
    if (seen(t, a->requested) == NONE)
        return;
    tell(&of, "waiver-answer", day_safe(a->requested + 60), NONE, answered, a->planned);
    if (a->refused && seen(t, a->answered) != NONE)
        tell(&of, "waiver-refused", day_safe(a->answered + 30), NONE, a->planned, NONE);
}

void truth_asks(const struct telling *t)
{
    struct asks r = asks_make(t->n, t->l);

    if (has_waivers(t->l) && !t->no_case)
        tell_asking(t, &r);
    for (int i = 0; i < r.count; i++)
        tell_ask(t, &r.all[i], i);
}
