#include "judge/deadline.h"

#include "calendar/lastday.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* One derivation under way: what it finds and what it says are made by the same steps. */
struct deriving {
    const struct observation *o;
    const struct prepared_rule *rule;
    struct derivation d;
    date start;             /* that the date counts from; DATE_NONE: stated, or none */
    deadline_step_fn *step; /* NULL: nothing is told */
    void *data;
};

static void tell(const struct deriving *v, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void tell(const struct deriving *v, const char *format, ...)
{
    AUTO_TEXT s = { .max = 2048 };
    va_list args;

    if (!v->step)
        return;
    va_start(args, format);
    text_addv(&s, format, args);
    va_end(args);
    v->step(v->data, text_of(&s));
}

static enum last_day_mode mode_of(const struct deriving *v)
{
    const struct deadline *d = v->rule->def->deadline;

    return d ? (enum last_day_mode)d->last_day : LAST_DAY_LAW;
}

/* "5 years after that is Mon 3 Mar 2025 (19 U.S.C. 1621(1))." */
static void tell_term(const struct deriving *v, struct term term, date end, bool clamped)
{
    char day[DATE_LONG_SIZE], length[TERM_TEXT_SIZE];
    const char *law = v->rule->def->law;
    bool back = term.count < 0;

    term.count = abs(term.count);
    tell(v, "%s %s that is %s%s%s%s%s.", term_text(term, length), back ? "before" : "after",
         date_long(end, day), clamped ? ", the last day of a month without that date" : "",
         law ? " (" : "", law ? law : "", law ? ")" : "");
}

/* --- where it starts --- */

static date way_end(const struct way *w, date start, bool *ret_clamped)
{
    *ret_clamped = false;
    return w->stated ? start : term_end(start, w->term, ret_clamped);
}

static void tell_way(const struct deriving *v, const struct way *w, date start, date end,
                     bool clamped)
{
    char day[DATE_LONG_SIZE];

    if (w->stated) {
        tell(v, "The record states the day: %s (%s).", date_long(start, day), w->words);
        return;
    }
    tell(v, "The time runs from %s: %s. That day itself is not counted.", date_long(start, day),
         w->words);
    tell_term(v, w->term, end, clamped);
}

static void use_bound(struct deriving *v)
{
    const struct observation *o = v->o;
    char day[DATE_LONG_SIZE];

    if (o->bound == DATE_NONE) {
        tell(v, "No date can be derived: the day from which the time runs (%s) is not known.",
             v->rule->ways[0].words);
        return;
    }
    v->d.bound = true;
    v->d.nominal = term_end(o->bound, v->rule->bound_term, &v->d.clamped);
    tell(v, "The day from which the time runs is not known: %s.", v->rule->ways[0].words);
    tell(v, "It cannot be later than %s (%s), so the time runs out no later than shown here.",
         date_long(o->bound, day), v->rule->def->deadline->no_later_than->after.text);
    tell_term(v, v->rule->bound_term, v->d.nominal, v->d.clamped);
}

/* The ways whose start is known; the earliest or latest of them binds. */
static void choose_way(struct deriving *v)
{
    const struct prepared_rule *r = v->rule;

    for (int i = 0; i < r->way_count; i++) {
        date start = v->o->starts[i], end;
        bool clamped;

        if (start == DATE_NONE) {
            if (r->way_count > 1)
                tell(v, "One day is not known and is left out: %s.", r->ways[i].words);
            continue;
        }
        end = way_end(&r->ways[i], start, &clamped);
        tell_way(v, &r->ways[i], start, end, clamped);
        if (v->d.nominal != DATE_NONE && (r->latest ? end <= v->d.nominal : end >= v->d.nominal))
            continue;
        v->d.nominal = end;
        v->d.clamped = clamped;
        v->start = r->ways[i].stated ? DATE_NONE : start;
    }
}

static void start_deadline(struct deriving *v)
{
    bool known = observe_start(v->o) != DATE_NONE;
    char day[DATE_LONG_SIZE];

    if (!known) {
        use_bound(v);
        return;
    }
    choose_way(v);
    if (v->rule->way_count > 1 && v->d.nominal != DATE_NONE)
        tell(v, "The %s of these counts: %s.", v->rule->latest ? "latest" : "earliest",
             date_long(v->d.nominal, day));
}

/* --- ledgers --- */

/* Days of [first, last] that lie behind `from` and have not been counted. */
static int new_days(date first, date last, date from)
{
    if (first <= from)
        first = from + 1;
    return last >= first ? last - first + 1 : 0;
}

/* Days that do not count, united; in the order of their first day. */
static void toll(struct deriving *v)
{
    date done = v->start;
    int total = 0;
    char day[DATE_LONG_SIZE], last[DATE_LONG_SIZE];

    for (int i = 0; i < v->o->toll_count && v->start != DATE_NONE; i++) {
        const struct ledger_entry *n = &v->o->tollings[i];
        int days;

        if (n->first == DATE_NONE || n->last == DATE_NONE || n->revoked_on != DATE_NONE) {
            tell(v, "Days that may not count are left out: %s has no first or last day%s.",
                 n->document, n->revoked_on != DATE_NONE ? ", or was revoked" : "");
            continue;
        }
        if (n->first > v->d.nominal)
            continue;
        days = new_days(n->first, n->last, done);
        if (!days)
            continue;
        done = n->last > done ? n->last : done;
        total += days;
        v->d.nominal += days;
        tell(v, "%d day%s do%s not count: %s to %s (%s).", days, days == 1 ? "" : "s",
             days == 1 ? "es" : "", date_long(n->first, day), date_long(n->last, last),
             n->document);
    }
    if (total)
        tell(v, "So the time ends on %s.", date_long(v->d.nominal, day));
}

static void dispute(struct deriving *v, const struct ledger_entry *n, const char *why)
{
    char day[DATE_LONG_SIZE];

    if (n->until == DATE_NONE) {
        tell(v, "%s is not counted on: %s.", n->document, why);
        return;
    }
    tell(v, "%s is not counted on: %s. If it holds, the time ends on %s.", n->document, why,
         date_long(n->until, day));
    if (n->until > v->d.nominal && n->until > v->d.alternative)
        v->d.alternative = n->until; /* DATE_NONE is before every day */
}

/* Extensions in the order in which they were signed. */
static void extend(struct deriving *v)
{
    char day[DATE_LONG_SIZE], until[DATE_LONG_SIZE];

    for (int i = 0; i < v->o->extension_count && v->d.nominal != DATE_NONE; i++) {
        const struct ledger_entry *n = &v->o->extensions[i];

        if (n->revoked_on != DATE_NONE) {
            tell(v, "%s does not count: it was revoked on %s.", n->document,
                 date_long(n->revoked_on, day));
        } else if (n->until == DATE_NONE) {
            dispute(v, n, "it does not say until when");
        } else if (n->signed_on == DATE_NONE) {
            dispute(v, n, "the day on which it was signed is not known");
        } else if (n->signed_on > v->d.nominal) {
            dispute(v, n, "it was signed after the last day");
        } else if (n->until > v->d.nominal) {
            tell(v, "%s, signed on %s, extends it to %s.", n->document,
                 date_long(n->signed_on, day), date_long(n->until, until));
            v->d.nominal = n->until;
            v->start = DATE_NONE;
        }
    }
    if (v->d.alternative != DATE_NONE && v->d.alternative <= v->d.nominal)
        v->d.alternative = DATE_NONE;
}

static void cap(struct deriving *v)
{
    date end;
    bool clamped;

    if (!v->rule->capped || v->o->cap == DATE_NONE || v->d.nominal == DATE_NONE)
        return;
    end = way_end(&v->rule->cap, v->o->cap, &clamped);
    if (end >= v->d.nominal)
        return;
    tell(v, "It may not be later than this:");
    tell_way(v, &v->rule->cap, v->o->cap, end, clamped);
    v->d.nominal = end;
    v->d.clamped = clamped;
}

/* --- the last day --- */

/* A reason with the day put where its %s stands. */
static void add_reason(struct text *out, const char *reason, const char *day)
{
    const char *at = strstr(reason, "%s");

    text_addn(out, reason, (size_t)(at - reason));
    text_add(out, day);
    text_add(out, at + 2);
}

static void tell_last(const struct deriving *v)
{
    static const char *const why[] = {
        [LAST_DAY_COURT] = "the last day runs on to %s, the next day that is no Saturday, Sunday "
                           "or legal holiday (FRCP 6(a))",
        [LAST_DAY_FILING] = "the last day runs on to %s, the next business day of the office "
                            "(Thalson Co. v. United States, 28 Cust. Ct. 536)",
        [LAST_DAY_LAW] = "it stays the last day, %s, because nothing says that it runs on",
        [LAST_DAY_SAFE] = "the last day goes back to %s, the business day before",
    };
    const struct derivation *d = &v->d;
    AUTO_TEXT said = { .max = 400 };
    char last[DATE_LONG_SIZE], safe[DATE_LONG_SIZE];

    if (workday_is(d->nominal)) {
        tell(v, "That is the last day; it is no Saturday or Sunday.");
        return;
    }
    add_reason(&said, why[mode_of(v)], date_long(d->last, last));
    tell(v, "That is a weekend: %s.", text_of(&said));
    if (d->safe != d->last)
        tell(v, "Act by %s, the last business day before, so that nobody has to rely on that.",
             date_long(d->safe, safe));
}

static void end_it(struct deriving *v)
{
    struct derivation *d = &v->d;
    char day[DATE_LONG_SIZE];

    if (d->nominal == DATE_NONE)
        return;
    d->last = last_day(d->nominal, mode_of(v));
    d->safe = workday_back(d->nominal);
    tell_last(v);
    if (d->alternative != DATE_NONE) {
        d->alternative = last_day(d->alternative, mode_of(v));
        tell(v, "If what is disputed holds, the last day is %s.", date_long(d->alternative, day));
    }
    tell(v, "Holidays are not considered: no calendar of them is configured.");
}

/* --- the kinds --- */

static void derive_deadline(struct deriving *v)
{
    start_deadline(v);
    v->d.earliest = v->d.nominal;
    toll(v);
    extend(v);
    cap(v);
    if (v->d.earliest > v->d.nominal)
        v->d.earliest = v->d.nominal;
    if (v->d.earliest != DATE_NONE)
        v->d.earliest = last_day(v->d.earliest, mode_of(v));
}

static void derive_period(struct deriving *v)
{
    char day[DATE_LONG_SIZE];

    if (v->o->start == DATE_NONE)
        return;
    tell(v, "The period is %s; it ends on %s.", v->o->period_words, date_long(v->o->start, day));
    if (v->o->event)
        tell(v, "The number is %s.", v->o->event);
    v->d.nominal = v->o->start;
    if (!v->rule->grace.count)
        return;
    v->d.nominal = term_end(v->o->start, v->rule->grace, &v->d.clamped);
    tell_term(v, v->rule->grace, v->d.nominal, v->d.clamped);
}

static void derive_wrong(struct deriving *v)
{
    char day[DATE_LONG_SIZE];

    if (v->o->start == DATE_NONE)
        return;
    tell(v, "It was first seen on %s.", date_long(v->o->start, day));
    if (!v->rule->fix.count)
        return;
    v->d.nominal = term_end(v->o->start, v->rule->fix, &v->d.clamped);
    tell_term(v, v->rule->fix, v->d.nominal, v->d.clamped);
}

static void derive_event(struct deriving *v)
{
    const struct observation *o = v->o;
    char day[DATE_LONG_SIZE];

    if (o->start == DATE_NONE)
        return;
    tell(v, "It begins with \"%s\" on %s.", o->event, date_long(o->start, day));
    if (o->violated_on != DATE_NONE) {
        v->d.nominal = o->violated_on - 1;
        tell(v, "What must not follow happened on %s; that cannot be undone.",
             date_long(o->violated_on, day));
    } else if (v->rule->within.count) {
        v->d.nominal = term_end(o->start, v->rule->within, &v->d.clamped);
        tell_term(v, v->rule->within, v->d.nominal, v->d.clamped);
    }
}

static struct derivation derive(const struct observation *o, deadline_step_fn *step, void *data)
{
    static void (*const kinds[])(struct deriving *) = { [RULE_DEADLINE] = derive_deadline,
                                                        [RULE_CADENCE] = derive_period,
                                                        [RULE_STANDARD] = derive_period,
                                                        [RULE_INTEGRITY] = derive_wrong,
                                                        [RULE_LIFECYCLE] = derive_event };
    struct deriving v = { .o = o,
                          .rule = o->rule,
                          .d = { .nominal = DATE_NONE,
                                 .last = DATE_NONE,
                                 .safe = DATE_NONE,
                                 .earliest = DATE_NONE,
                                 .alternative = DATE_NONE },
                          .start = DATE_NONE,
                          .step = step,
                          .data = data };

    kinds[o->rule->kind](&v);
    end_it(&v);
    if (o->rule->kind != RULE_DEADLINE)
        v.d.earliest = v.d.last;
    return v.d;
}

struct derivation deadline_derive(const struct observation *o)
{
    return derive(o, NULL, NULL);
}

void deadline_explain(const struct observation *o, deadline_step_fn *step, void *data)
{
    derive(o, step, data);
}
