#include "judge/opinion.h"

#include "calendar/lastday.h"
#include "judge/another.h"

#include <stdio.h>
#include <stdlib.h>

struct forming {
    const struct observation *o;
    const struct prepared_rule *rule;
    struct opinion p;
    date start;
    struct term term; /* from `start` */
    date began;
    bool back, untolled;
    bool fixed; /* the day stands in a document */
    int hour;   /* of day, that belongs to the day; -1: none */
};

static const struct calendar_plan *plan_of(const struct counting *c)
{
    return c->calendar ? calendar_plan_of(c->calendar) : NULL;
}

static bool is_closed(const struct forming *f, const struct counting *c, date d)
{
    return another_closed(plan_of(c), d, f->o->place);
}

/* --- terms --- */

static bool is_known_between(const struct calendar_plan *p, date a, date b)
{
    date low = a < b ? a : b, high = a < b ? b : a;

    return p && (p->verified_from == DATE_NONE || low >= p->verified_from) &&
           (p->verified_until == DATE_NONE || high <= p->verified_until) &&
           another_year(low) >= CALENDAR_FIRST_YEAR && another_year(high) <= CALENDAR_LAST_YEAR;
}

static date count_open(struct forming *f, date start, int count)
{
    const struct counting *c = &f->rule->counting;
    int step = count < 0 ? -1 : 1, left = abs(count);
    date d = start;

    if (!left)
        while (is_closed(f, c, d))
            d++;
    while (left) {
        d += step;
        if (another_year(d) < 1 || another_year(d) > 9999)
            return DATE_NONE;
        if (!is_closed(f, c, d))
            left--;
    }
    if (is_known_between(plan_of(c), start, d))
        return d;
    f->p.uncounted = true;
    return DATE_NONE;
}

static date end_of(struct forming *f, date start, struct term t)
{
    if (start == DATE_NONE)
        return DATE_NONE;
    switch (t.unit) {
    case TERM_BUSINESS_DAYS:
        return count_open(f, start, t.count);
    case TERM_MONTHS:
        return another_months(start, t.count, f->rule->counting.leap == LEAP_MARCH_1);
    case TERM_YEARS:
        return another_months(start, 12 * t.count, f->rule->counting.leap == LEAP_MARCH_1);
    case TERM_WEEKS:
        return another_days(start, 7LL * t.count);
    case TERM_DAYS:
    default:
        return another_days(start, t.count);
    }
}

/* --- where it starts --- */

static date way_end(struct forming *f, const struct way *w, date start)
{
    return w->stated ? start : end_of(f, start, w->term);
}

/* The first day that is neither over nor closed when the event comes in. */
static date came_in(const struct forming *f, int i)
{
    const struct calendar_plan *p = plan_of(&f->rule->counting);
    date d = f->o->starts[i];
    int seconds = f->o->seconds[i];

    if (d == DATE_NONE || f->rule->ways[i].stated || !p || !p->closes || seconds < 0)
        return d;
    if (seconds >= p->closes)
        d++;
    while (is_closed(f, &f->rule->counting, d))
        d++;
    return d;
}

/* A moment that is stated keeps its time of day, and so do business days, from when the office is
 * there. */
static int hour_of(const struct forming *f, int i)
{
    const struct calendar_plan *p = plan_of(&f->rule->counting);
    const struct way *w = &f->rule->ways[i];
    int at = f->o->seconds[i];

    if (w->stated || at < 0)
        return at;
    if (w->term.unit != TERM_BUSINESS_DAYS || w->term.count < 1 || !p || !p->has_hours)
        return -1;
    if (at >= p->closes || is_closed(f, &f->rule->counting, f->o->starts[i]) || at < p->opens)
        at = p->opens;
    return at;
}

/* --- ledgers --- */

static bool counts(const struct ledger_entry *n)
{
    return !n->outside && !n->doubtful && !n->unreadable && n->first != DATE_NONE &&
           n->last != DATE_NONE && n->revoked_on == DATE_NONE;
}

/* The first day behind `d` that some entry tolls; DATE_NONE if there is none. */
static date next_tolled(const struct observation *o, date d)
{
    date best = DATE_NONE;

    for (int i = 0; i < o->toll_count; i++) {
        const struct ledger_entry *n = &o->tollings[i];
        date day = n->first > d ? n->first : d + 1;

        if (counts(n) && day <= n->last && (best == DATE_NONE || day < best))
            best = day;
    }
    return best;
}

/* The last day of the tolled days that begin with `d`, without a gap. */
static date tolled_until(const struct observation *o, date d)
{
    for (bool further = true; further;) {
        further = false;
        for (int i = 0; i < o->toll_count; i++) {
            const struct ledger_entry *n = &o->tollings[i];

            if (counts(n) && n->first <= d + 1 && n->last > d) {
                d = n->last;
                further = true;
            }
        }
    }
    return d;
}

/* Open days behind the start and up to `end` that some entry tolls. */
static int tolled_open(const struct forming *f, date end)
{
    int count = 0;

    for (date d = next_tolled(f->o, f->start); d != DATE_NONE && d <= end; d = next_tolled(f->o, d))
        count += !is_closed(f, &f->rule->counting, d);
    return count;
}

/* A longer term until it is longer by what is tolled within it. */
static void run_open(struct forming *f)
{
    date end = f->p.nominal;
    int more = 0;

    for (int now = tolled_open(f, end); end != DATE_NONE && now != more;
         now = tolled_open(f, end)) {
        more = now;
        end = count_open(f, f->start, f->term.count + more);
    }
    f->p.nominal = end;
}

/* Time runs on untolled days only, until as many have passed as the term has. */
static void run(struct forming *f)
{
    const struct observation *o = f->o;
    int left = f->p.nominal - f->start;
    date d = f->start, tolled;

    if (f->untolled || f->start == DATE_NONE || f->p.nominal == DATE_NONE || f->back ||
        !o->toll_count)
        return;
    if (f->term.unit == TERM_BUSINESS_DAYS) {
        if (f->term.count > 0)
            run_open(f);
        return;
    }
    for (;;) {
        tolled = next_tolled(o, d);
        if (tolled == DATE_NONE || tolled - 1 - d >= left)
            break;
        left -= tolled - 1 - d;
        d = tolled_until(o, tolled);
    }
    f->p.nominal = d + left;
}

static void take(struct forming *f, const struct way *w, date start)
{
    f->p.nominal = way_end(f, w, start);
    f->back = !w->stated && w->term.count < 0;
    f->start = f->began = w->stated ? DATE_NONE : start;
    f->term = w->term;
    f->untolled = w->untolled;
}

/* Each way runs to its end alone; then they are compared. */
static void choose(struct forming *f)
{
    const struct prepared_rule *r = f->rule;
    date best = DATE_NONE, from = DATE_NONE;
    int binds = -1;

    for (int i = 0; i < r->way_count; i++) {
        struct forming one = *f;
        date start = came_in(f, i);

        if (start == DATE_NONE)
            continue;
        take(&one, &r->ways[i], start);
        run(&one);
        f->p.uncounted |= one.p.uncounted;
        if (binds < 0 || (r->latest ? one.p.nominal > best : one.p.nominal < best)) {
            best = one.p.nominal;
            from = start;
            binds = i;
        }
    }
    if (binds >= 0) {
        take(f, &r->ways[binds], from);
        f->hour = hour_of(f, binds);
        return;
    }
    if (f->o->bound != DATE_NONE)
        f->p.nominal = end_of(f, f->o->bound, r->bound_term);
}

/* The last day lies before the one on which the time ends. */
static bool is_before(const struct forming *f)
{
    return f->rule->def->deadline && f->rule->def->deadline->last_day == LAST_DAY_BEFORE;
}

static date last_of(const struct forming *f, date nominal)
{
    const struct counting *c = &f->rule->counting;
    enum last_day_mode mode = f->rule->def->deadline
                                  ? (enum last_day_mode)f->rule->def->deadline->last_day
                                  : LAST_DAY_LAW;
    int step = mode == LAST_DAY_SAFE || f->back ? -1 : 1;
    date d = nominal;

    if (mode == LAST_DAY_LAW || nominal == DATE_NONE)
        return nominal;
    if (mode == LAST_DAY_BEFORE)
        return another_days(nominal, -1);
    while (is_closed(f, c, d))
        d += step;
    return d;
}

/* Nobody doubts it, and it was signed, and came in, while time still ran. */
static bool is_good(const struct forming *f, const struct ledger_entry *n)
{
    date last = last_of(f, f->p.nominal);
    date end = is_before(f) || (!f->fixed && last > f->p.nominal) ? last : f->p.nominal;
    bool early =
        f->rule->def->deadline->since_start && f->began != DATE_NONE && n->signed_on < f->began;

    return !n->outside && !n->doubtful && !n->unreadable && !n->ahead && !early &&
           n->revoked_on == DATE_NONE && n->until != DATE_NONE && n->until < date_of(2200, 1, 1) &&
           n->signed_on != DATE_NONE && n->signed_on <= end &&
           (n->received == DATE_NONE || n->received <= end);
}

/* The next extension behind number `i` that is good and gives more. */
static int next_extension(const struct forming *f, int i)
{
    for (i++; i < f->o->extension_count; i++)
        if (is_good(f, &f->o->extensions[i]) && f->o->extensions[i].until > f->p.nominal)
            return i;
    return -1;
}

/* As far as they reach, each no further than one may, and no more of them than may count. */
static void extend(struct forming *f)
{
    int64_t most = f->rule->def->deadline->extensions_at_most, taken = 0;

    for (int i = next_extension(f, -1); f->p.nominal != DATE_NONE && i >= 0;
         i = next_extension(f, i)) {
        date until = f->o->extensions[i].until, reach = until;

        if (most && taken++ == most)
            return;
        if (f->rule->each.count)
            reach = end_of(f, f->p.nominal, f->rule->each);
        f->fixed = reach == DATE_NONE || reach >= until;
        f->p.nominal = f->fixed ? until : reach;
        f->hour = -1;
        f->back = false;
    }
}

static void cap(struct forming *f)
{
    const struct way *w = &f->rule->cap;
    date end;

    if (!f->rule->capped || f->o->cap == DATE_NONE || f->p.nominal == DATE_NONE)
        return;
    end = way_end(f, w, f->o->cap);
    if (end >= f->p.nominal)
        return;
    f->p.nominal = end;
    f->hour = -1;
    f->fixed = false;
    f->back = !w->stated && w->term.count < 0;
}

/* --- the last day --- */

static date safe_of(const struct forming *f, date nominal)
{
    date d = nominal;

    while (is_closed(f, &f->rule->counting, d) || is_closed(f, &f->rule->office, d))
        d--;
    return d;
}

/* Open until it closes, or until the time of day that belongs to the day. */
static int by_of(const struct forming *f)
{
    const struct calendar_plan *p = plan_of(&f->rule->counting);

    if (f->rule->kind != RULE_DEADLINE || !p || !p->has_hours || f->rule->front)
        return -1;
    if (f->hour >= 0 && f->p.nominal == f->p.last)
        return f->hour;
    return is_closed(f, &f->rule->counting, f->p.last) ? -1 : p->closes;
}

static void of_deadline(struct forming *f)
{
    date cap_free, base;

    choose(f);
    base = f->p.nominal;
    run(f);
    extend(f);
    cap_free = f->p.nominal;
    cap(f);
    base = base != DATE_NONE && cap_free != DATE_NONE && f->p.nominal < base ? f->p.nominal : base;
    f->p.earliest = last_of(f, base);
}

struct opinion opinion_of(const struct observation *o)
{
    const struct opinion none = { DATE_NONE, DATE_NONE, DATE_NONE, DATE_NONE, false, -1 };
    struct forming f = { .o = o, .rule = o->rule, .p = none, .start = DATE_NONE, .hour = -1 };
    const struct term terms[] = { [RULE_CADENCE] = f.rule->grace,
                                  [RULE_STANDARD] = f.rule->grace,
                                  [RULE_INTEGRITY] = f.rule->fix,
                                  [RULE_LIFECYCLE] = f.rule->within };
    enum rule_kind kind = o->rule->kind;

    if (kind == RULE_DEADLINE)
        of_deadline(&f);
    else if (o->start != DATE_NONE && kind == RULE_LIFECYCLE && o->violated_on != DATE_NONE)
        f.p.nominal = o->violated_on - 1;
    else if (o->start != DATE_NONE && terms[kind].count)
        f.p.nominal = end_of(&f, o->start, terms[kind]);
    else if (kind == RULE_CADENCE || kind == RULE_STANDARD)
        f.p.nominal = o->start;
    if (f.p.uncounted)
        return (struct opinion){ DATE_NONE, DATE_NONE, DATE_NONE, DATE_NONE, true, -1 };
    if (f.p.nominal == DATE_NONE)
        return none;
    f.p.last = f.fixed && !is_before(&f) ? f.p.nominal : last_of(&f, f.p.nominal);
    f.p.safe = safe_of(&f, is_before(&f) ? f.p.last : f.p.nominal);
    f.p.by = by_of(&f);
    if (kind != RULE_DEADLINE)
        f.p.earliest = f.p.last;
    return f.p;
}

/* --- the two together --- */

static void earlier(date *d, date other)
{
    if (*d == DATE_NONE || (other != DATE_NONE && other < *d))
        *d = other;
}

/* The time of day of the earlier last day; of the same one the earlier time. */
static void earlier_hour(const struct opinion *p, struct derivation *d)
{
    bool same = p->last == d->last;

    if (p->last == DATE_NONE || (d->last != DATE_NONE && p->last > d->last))
        return;
    if (!same || d->by < 0 || (p->by >= 0 && p->by < d->by))
        d->by = p->by;
}

/* " 17:00", or nothing; returns `buffer`. */
#define BY_TEXT_SIZE 24
static const char *by_text(int by, char buffer[BY_TEXT_SIZE])
{
    *buffer = '\0';
    if (by >= 0)
        snprintf(buffer, BY_TEXT_SIZE, " %02d:%02d:%02d", by / 3600, by / 60 % 60, by % 60);
    return buffer;
}

bool opinion_settle(const struct opinion *p, struct derivation *d, char buffer[OPINION_TEXT_SIZE])
{
    char a[DATE_TEXT_SIZE], b[DATE_TEXT_SIZE], c[DATE_TEXT_SIZE], e[DATE_TEXT_SIZE];
    char x[BY_TEXT_SIZE], y[BY_TEXT_SIZE];

    if (p->nominal == d->nominal && p->last == d->last && p->safe == d->safe &&
        p->earliest == d->earliest && p->uncounted == d->uncounted && p->by == d->by)
        return true;
    snprintf(
        buffer, OPINION_TEXT_SIZE,
        "the time ends on %s, the last day is %s%s by one computation; %s and %s%s by the other",
        date_text(d->nominal, a), date_text(d->last, b), by_text(d->by, x),
        date_text(p->nominal, c), date_text(p->last, e), by_text(p->by, y));
    earlier_hour(p, d);
    earlier(&d->nominal, p->nominal);
    earlier(&d->last, p->last);
    earlier(&d->safe, p->safe);
    earlier(&d->earliest, p->earliest);
    return false;
}

struct derivation opinion_derive(const struct observation *o, bool *ret_same,
                                 char buffer[OPINION_TEXT_SIZE])
{
    struct derivation d = deadline_derive(o);
    struct opinion p = opinion_of(o);

    *ret_same = opinion_settle(&p, &d, buffer);
    return d;
}
