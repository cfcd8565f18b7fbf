#include "judge/deadline.h"

#include "calendar/lastday.h"

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

static enum last_day_mode mode_of(const struct observation *o)
{
    return (enum last_day_mode)o->rule->def->deadline->last_day;
}

struct derivation deadline_derive(const struct observation *o)
{
    struct derivation d = { .nominal = DATE_NONE, .last = DATE_NONE, .safe = DATE_NONE };

    if (o->start != DATE_NONE && o->rule->def->deadline->due.text)
        d.nominal = o->start;
    else if (o->start != DATE_NONE)
        d.nominal = term_end(o->start, o->rule->term, &d.clamped);
    else if (o->bound != DATE_NONE) {
        d.nominal = term_end(o->bound, o->rule->bound_term, &d.clamped);
        d.bound = true;
    }
    if (d.nominal == DATE_NONE)
        return d;
    d.last = last_day(d.nominal, mode_of(o));
    d.safe = workday_back(d.nominal);
    return d;
}

struct telling {
    deadline_step_fn *step;
    void *data;
};

static void tell(const struct telling *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void tell(const struct telling *t, const char *format, ...)
{
    AUTO_TEXT s = { .max = 2048 };
    va_list args;

    va_start(args, format);
    text_addv(&s, format, args);
    va_end(args);
    t->step(t->data, text_of(&s));
}

static void tell_start(const struct telling *t, const struct observation *o,
                       const struct derivation *d)
{
    const struct deadline *def = o->rule->def->deadline;
    char day[DATE_LONG_SIZE];

    if (d->bound) {
        tell(t, "The day from which the time runs is not known: %s.", o->rule->start_words);
        tell(t, "It cannot be later than %s (%s), so the time runs out no later than shown here.",
             date_long(o->bound, day), def->no_later_than->after.text);
    } else if (def->due.text) {
        tell(t, "The record states the day: %s (%s).", date_long(o->start, day),
             o->rule->start_words);
    } else {
        tell(t, "The time runs from %s: %s. That day itself is not counted.",
             date_long(o->start, day), o->rule->start_words);
    }
}

static void tell_term(const struct telling *t, const struct observation *o,
                      const struct derivation *d)
{
    struct term term = d->bound ? o->rule->bound_term : o->rule->term;
    bool back = o->rule->backwards && !d->bound;
    char day[DATE_LONG_SIZE], length[TERM_TEXT_SIZE];
    const char *law = o->rule->def->law;

    if (o->rule->def->deadline->due.text && !d->bound)
        return;
    if (back)
        term.count = -term.count;
    tell(t, "%s %s that is %s%s%s%s%s.", term_text(term, length), back ? "before" : "after",
         date_long(d->nominal, day),
         d->clamped ? ", the last day of a month without that date" : "", law ? " (" : "",
         law ? law : "", law ? ")" : "");
}

/* A reason with the day put where its %s stands. */
static void add_reason(struct text *out, const char *reason, const char *day)
{
    const char *at = strstr(reason, "%s");

    text_addn(out, reason, (size_t)(at - reason));
    text_add(out, day);
    text_add(out, at + 2);
}

static void tell_last(const struct telling *t, const struct observation *o,
                      const struct derivation *d)
{
    static const char *const why[] = {
        [LAST_DAY_COURT] = "the last day runs on to %s, the next day that is no Saturday, Sunday "
                           "or legal holiday (FRCP 6(a))",
        [LAST_DAY_FILING] = "the last day runs on to %s, the next business day of the office "
                            "(Thalson Co. v. United States, 28 Cust. Ct. 536)",
        [LAST_DAY_LAW] = "it stays the last day, %s, because nothing says that it runs on",
        [LAST_DAY_SAFE] = "the last day goes back to %s, the business day before",
    };
    AUTO_TEXT said = { .max = 400 };
    char last[DATE_LONG_SIZE], safe[DATE_LONG_SIZE];

    if (workday_is(d->nominal)) {
        tell(t, "That is the last day; it is no Saturday or Sunday.");
        return;
    }
    add_reason(&said, why[mode_of(o)], date_long(d->last, last));
    tell(t, "That is a weekend: %s.", text_of(&said));
    if (d->safe != d->last)
        tell(t, "Act by %s, the last business day before, so that nobody has to rely on that.",
             date_long(d->safe, safe));
}

void deadline_explain(const struct observation *o, deadline_step_fn *step, void *data)
{
    struct telling t = { .step = step, .data = data };
    struct derivation d = deadline_derive(o);

    if (d.nominal == DATE_NONE) {
        tell(&t, "No date can be derived: the day from which the time runs (%s) is not known.",
             o->rule->start_words);
        return;
    }
    tell_start(&t, o, &d);
    tell_term(&t, o, &d);
    tell_last(&t, o, &d);
    tell(&t, "Holidays are not considered: no calendar of them is configured.");
}
