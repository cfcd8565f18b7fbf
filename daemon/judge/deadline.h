/* deadline: a date with its derivation. Pure.
 *
 * From an observation comes the nominal day (the end of the term, or the stated day), the last day
 * (what the mode makes of a closed day, by the calendar of the rule) and the safe day (the last day
 * on or before the nominal one on which that calendar and the office's are open: what rungs count
 * to). The duty is breached on the day after the last day. What must happen before the nominal day
 * has the day before it as its last, whoever states the nominal one, and extensions must be signed
 * by then.
 *
 * Of several ways to count, those that are known bind; each runs to its end with the days that a
 * tolling ledger says do not count in it. An extension counts when it was signed on or before the
 * last day, also one to which a closed day moved that, and moves the nominal day to its end: while
 * suit is possible time has not run out (USCIT Rule 6(a), FRCP 6(a)). One that was signed or came
 * in late, without a day or an end, of whom nobody can tell, or that was revoked (United States v.
 * Katana Racing, 75 F.4th 1346, left open whether that is possible) is disputed: it moves only the
 * alternative date. Ways beside the date are told, and bind nothing.
 *
 * Where only a bound is known (no start day, but "opened on + 5 years"), the date is the bound and
 * `bound` is set: "no later than, unless".
 *
 * Where the calendar has opening hours, the last day of a deadline ends when the office closes; a
 * term in business days ends at the time of day at which it began, and a stated moment is kept. */
#ifndef JUDGE_DEADLINE_H
#define JUDGE_DEADLINE_H

#include "base/clock.h"
#include "base/date.h"
#include "base/text.h"
#include "judge/observe.h"

#include <stdbool.h>

struct derivation {
    date nominal, last, safe; /* DATE_NONE: no date can be derived */
    date earliest;            /* the last day if no ledger counted */
    date alternative;         /* the last day if what is disputed counted; DATE_NONE: nothing is */
    bool bound;               /* only the bound is known */
    bool clamped;             /* a month end was clamped */
    bool uncounted;  /* no date: business days reach beyond those that the calendar knows */
    bool unverified; /* the closings of that time are not all known */
    int by; /* the time of day, in seconds since midnight, at which the last day ends for an office
               with opening hours; -1: at its end */
};

/* The dates of `o`. */
struct derivation deadline_derive(const struct observation *o);

/* The moment at which the last day ends for an office with opening hours; INSTANT_NONE: at its end.
 */
instant deadline_moment(const struct derivation *d, const char *zone);

/* A day that a step read: the column or expression, what it held, and the row that it is of. */
struct step_input {
    const char *field;
    date value;
    const char *dataset, *key;
    int64_t pull, line;
};

/* One step of a derivation. All of it is lent for the call. */
struct derivation_step {
    const char *does;      /* what kind of step it is: one of derivation_steps */
    const char *sentence;  /* the same for people */
    const char *authority; /* NULL: none is claimed */
    date result;           /* the day that came of it; DATE_NONE: it gave none */
    const struct step_input *inputs;
    int input_count;
};

/* "start", "term", ...: every value of `does`, ended by NULL. */
extern const char *const derivation_steps[];

typedef void deadline_step_fn(void *data, const struct derivation_step *step);

/* Calls `step` for each step of the derivation of `o`, in order. The same input gives the same
 * steps, byte for byte. */
void deadline_explain(const struct observation *o, deadline_step_fn *step, void *data);

#endif
