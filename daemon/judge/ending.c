#include "judge/deriving.h"

#include "calendar/lastday.h"

#include <stdlib.h>
#include <string.h>

static enum last_day_mode mode_of(const struct deriving *v)
{
    const struct deadline *d = v->rule->def->deadline;

    return d ? (enum last_day_mode)d->last_day : LAST_DAY_LAW;
}

date derive_last(const struct deriving *v, date nominal)
{
    return last_day(&v->counting, nominal, mode_of(v), v->back);
}

/* A reason with the day put where its %s stands, if it has one. */
static void add_reason(struct text *out, const char *reason, const char *day)
{
    const char *at = strstr(reason, "%s");

    if (!at) {
        text_add(out, reason);
        return;
    }
    text_addn(out, reason, (size_t)(at - reason));
    text_add(out, day);
    text_add(out, at + 2);
}

/* "Christmas Day (5 USC 6103(a))". */
static void add_closing(struct text *out, const struct closed_day *why)
{
    text_add(out, why->name);
    if (why->of != why->day)
        text_add(out, ", observed");
    if (why->law)
        text_addf(out, " (%s)", why->law);
}

/* The same, or "on a weekend" when it is nothing else. */
static void add_why(struct text *out, const struct counting *c, date d)
{
    const struct closed_day *why = calendar_why(c->calendar, d, c->place);

    if (why)
        add_closing(out, why);
    else
        text_add(out, "on a weekend");
}

static bool is_same_reason(const struct closed_day *a, const struct closed_day *b)
{
    return b && text_same(a->name, b->name) && text_same(a->law, b->law) &&
           (a->of == a->day) == (b->of == b->day);
}

/* The days from `from` to `to` in one sentence; `to` may be the earlier one. */
static void tell_run(const struct deriving *v, const struct closed_day *closed, date from, date to)
{
    const struct derivation_step s = { .does = "calendar", .authority = closed->law, .result = to };
    char first[DATE_LONG_SIZE], last[DATE_LONG_SIZE];
    AUTO_TEXT why = { .max = 400 };

    add_why(&why, &v->counting, from);
    if (from == to)
        derive_step(v, &s, "%s is closed too: %s.", date_long(from, first), text_of(&why));
    else
        derive_step(v, &s, "%s to %s are closed too: %s.", date_long(from < to ? from : to, first),
                    date_long(from < to ? to : from, last), text_of(&why));
}

/* So many days of one closing are told one by one. */
#define DAYS_TOLD 3

/* The closed days between the nominal and the last day that are no weekend. */
static void tell_passed(const struct deriving *v)
{
    const struct counting *c = &v->counting;
    date from = v->d.nominal, to = v->d.last, next;
    int step = to < from ? -1 : 1;

    for (date d = from + step; d != to && from != to; d = next) {
        const struct closed_day *closed = calendar_why(c->calendar, d, c->place);

        next = d + step;
        if (!closed)
            continue;
        while (next != to && is_same_reason(closed, calendar_why(c->calendar, next, c->place)))
            next += step;
        if (abs(next - d) > DAYS_TOLD) {
            tell_run(v, closed, d, next - step);
            continue;
        }
        for (; d != next; d += step)
            tell_run(v, closed, d, d);
    }
}

static void tell_open(const struct deriving *v)
{
    const struct calendar *c = v->counting.calendar;
    char day[DATE_LONG_SIZE];

    date_long(v->d.nominal, day);
    if (c)
        derive_step(v, STEP("last day", v->d.last), "%s is the last day; the calendar %s is open.",
                    day, calendar_name(c));
    else
        derive_step(v, STEP("last day", v->d.last),
                    "%s is the last day; it is no Saturday or Sunday.", day);
}

/* What must happen before the day on which the term ends. */
static void tell_before(const struct deriving *v)
{
    char day[DATE_LONG_SIZE];

    derive_step(v, STEP("last day", v->d.last),
                "It must happen before that day: the last day is %s, the day before.",
                date_long(v->d.last, day));
}

/* The authority by which a last day on a closed day moves. */
static const char *roll_law(const struct deriving *v)
{
    const struct deadline *d = v->rule->def->deadline;
    const char *law;

    if (v->fixed || v->back || mode_of(v) == LAST_DAY_LAW || mode_of(v) == LAST_DAY_SAFE)
        return NULL;
    if (d && d->roll_law)
        return d->roll_law;
    if (mode_of(v) != LAST_DAY_COURT)
        return NULL;
    law = v->counting.calendar ? calendar_plan_of(v->counting.calendar)->roll_law : NULL;
    return law ? law : "FRCP 6(a)";
}

static void tell_closed(const struct deriving *v)
{
    static const char *const on[] = {
        [LAST_DAY_COURT] = "the last day runs on to %s, the next day that is no Saturday, Sunday "
                           "or legal holiday",
        [LAST_DAY_FILING] = "the last day runs on to %s, the next business day of the office",
        [LAST_DAY_LAW] = "it stays the last day, because nothing says that it runs on",
        [LAST_DAY_BUSINESS] = "the last day runs on to %s, the next business day",
        [LAST_DAY_SAFE] = "the last day goes back to %s, the business day before",
        [LAST_DAY_BEFORE] = "",
    };
    const char *law = roll_law(v);
    bool runs_on = mode_of(v) != LAST_DAY_LAW && mode_of(v) != LAST_DAY_SAFE;
    AUTO_TEXT why = { .max = 400 };
    AUTO_TEXT said = { .max = 600 };
    char last[DATE_LONG_SIZE], day[DATE_LONG_SIZE];

    add_why(&why, &v->counting, v->d.nominal);
    add_reason(&said,
               v->fixed
                   ? "it stays the last day, because a document states it and no term is counted"
               : v->back && runs_on ? "counted back, the last day goes on back to %s, the business "
                                      "day before"
                                    : on[mode_of(v)],
               date_long(v->d.last, last));
    if (law)
        text_addf(&said, " (%s)", law);
    else if (mode_of(v) == LAST_DAY_FILING && !v->fixed && !v->back)
        text_add(&said, ", by a practice for which no text is named");
    derive_step(
        v, &(struct derivation_step){ .does = "last day", .authority = law, .result = v->d.last },
        "%s is %s: %s.", date_long(v->d.nominal, day), text_of(&why), text_of(&said));
    tell_passed(v);
}

static void tell_safe(const struct deriving *v)
{
    const struct derivation *d = &v->d;
    const struct calendar *office = v->office.calendar;
    char safe[DATE_LONG_SIZE];

    if (d->safe == d->nominal || d->safe == d->last)
        return;
    derive_step(v, STEP("act by", d->safe),
                "Act by %s, the last business day before%s%s, so that nobody has to rely on that.",
                date_long(d->safe, safe), office ? " by the calendar " : "",
                office ? calendar_name(office) : "");
}

/* The time of day at which the last day ends. */
static void find_hour(struct deriving *v)
{
    const struct counting *c = &v->counting;
    int closes = calendar_closes(c->calendar);
    bool own = v->hour >= 0 && v->d.last == v->d.nominal;

    if (v->rule->kind != RULE_DEADLINE || closes < 0 || v->rule->front)
        return;
    if (!own && !calendar_is_open(c->calendar, v->d.last, c->place))
        return; /* nobody closes on a closed day: it counts to its end */
    v->d.by = own ? v->hour : closes;
    derive_step(v, STEP("last day", v->d.last), "The last day ends at %02d:%02d, %s.",
                v->d.by / 3600, v->d.by / 60 % 60,
                !own                    ? "when the office closes"
                : v->start == DATE_NONE ? "as the record states"
                                        : "the time of day from which the business days run");
}

static void tell_last(const struct deriving *v)
{
    if (mode_of(v) == LAST_DAY_BEFORE)
        tell_before(v);
    else if (calendar_is_open(v->counting.calendar, v->d.nominal, v->counting.place))
        tell_open(v);
    else
        tell_closed(v);
    tell_safe(v);
}

/* The last day is one on which it is arguable whether it is a day at all: the earlier one counts.
 */
static void find_arguable(struct deriving *v)
{
    const struct calendar *c = v->counting.calendar;
    struct derivation *d = &v->d;
    const struct closed_day *why = calendar_arguable(c, d->last);
    char day[DATE_LONG_SIZE], on[DATE_LONG_SIZE];
    AUTO_TEXT because = { .max = 400 };
    date other =
        v->fixed || v->back ? d->last : last_day_arguable(&v->counting, d->last, mode_of(v));

    if (other == d->last)
        return;
    add_closing(&because, why);
    derive_step(
        v,
        &(struct derivation_step){ .does = "alternative", .authority = why->law, .result = other },
        "On %s the calendar %s is closed: %s. Whether %s is closed then too is arguable; if "
        "so, the last day is %s. The earlier day counts here.",
        date_long(d->last, day), calendar_name(calendar_doubted(c)), text_of(&because),
        calendar_name(c), date_long(other, on));
    if (d->alternative == DATE_NONE || other > d->alternative)
        d->alternative = other;
}

/* Offices are closed by order as late as a week ahead: what was ordered behind the day on which a
 * calendar was looked up is not in it. `other` may be the same one, or NULL. */
static void tell_orders(const struct deriving *v, const struct calendar *c,
                        const struct calendar *other, date high)
{
    date as_of = calendar_as_of(c), until = calendar_verified_until(c);
    bool both = other && other != c && calendar_as_of(other) == as_of;
    char day[DATE_LONG_SIZE];

    if (as_of != DATE_NONE && high > as_of && (until == DATE_NONE || high <= until))
        derive_step(v, STEP("calendar", DATE_NONE),
                    "A closing of %s%s%s that was ordered after %s is not in here.",
                    calendar_name(c), both ? " or " : "", both ? calendar_name(other) : "",
                    date_long(as_of, day));
    if (other && other != c && !both)
        tell_orders(v, other, NULL, high);
}

/* What is not known of the closed days that were used. */
static void tell_limits(struct deriving *v)
{
    const struct derivation *d = &v->d;
    const struct calendar *used[] = { v->counting.calendar, v->office.calendar };
    date high = d->last > d->nominal ? d->last : d->nominal;
    char day[DATE_LONG_SIZE];

    if (!used[0] && !used[1]) {
        derive_step(v, STEP("calendar", DATE_NONE),
                    "Holidays are not considered: no calendar of them is configured.");
        return;
    }
    for (int i = 0; i < 2; i++) {
        if (!used[i] || (i && used[1] == used[0]) || calendar_is_verified(used[i], d->safe, high))
            continue;
        v->d.unverified = true;
        if (calendar_verified_until(used[i]) != DATE_NONE &&
            high > calendar_verified_until(used[i]))
            derive_step(v, STEP("calendar", DATE_NONE),
                        "Calendar not verified: %s is verified until %s.", calendar_name(used[i]),
                        date_long(calendar_verified_until(used[i]), day));
        else
            derive_step(v, STEP("calendar", DATE_NONE),
                        "Calendar not verified: the closings of %s are not known for that time.",
                        calendar_name(used[i]));
    }
    tell_orders(v, used[0], used[1], high);
}

void derive_ending(struct deriving *v)
{
    const struct counting *const all[] = { &v->counting, &v->office, NULL };
    struct derivation *d = &v->d;
    bool before = mode_of(v) == LAST_DAY_BEFORE;
    char day[DATE_LONG_SIZE];

    if (d->nominal == DATE_NONE)
        return;
    d->last = v->fixed && !before ? d->nominal : derive_last(v, d->nominal);
    d->safe = safe_day(all, before ? d->last : d->nominal);
    if (v->step)
        tell_last(v);
    find_hour(v);
    if (d->alternative != DATE_NONE) {
        if (!v->disputed || before)
            d->alternative = derive_last(v, d->alternative);
        derive_step(v, STEP("alternative", d->alternative), "If %s holds, the last day is %s.",
                    v->disputed ? "what is disputed" : "that other day",
                    date_long(d->alternative, day));
    }
    find_arguable(v);
    tell_limits(v);
}
