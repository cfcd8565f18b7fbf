/* example: a deadline in a few words, and what comes of it. */
#ifndef TESTS_LIB_EXAMPLE_H
#define TESTS_LIB_EXAMPLE_H

#include "base/text.h"
#include "calendar/lastday.h"
#include "judge/deadline.h"

/* What one observation gives. Terms: "" is none. */
struct example {
    enum last_day_mode mode;
    const char *term, *start; /* after `start`; a term below zero: before it */
    const char *bound_term, *bound;
    bool states; /* the record states the day: `start` is it */
    const char *law, *roll_law;
    const struct calendar *calendar, *office;
    const char *nominal, *last, *safe;
    const char *sentences;
};

/* What example_explain() derived last. */
extern struct derivation example_derived;

/* A deadline_step_fn: adds the sentence and a line end to the `struct text` at `data`; the step
 * must be one of those that there are. */
void example_note(void *data, const struct derivation_step *s);

/* Derives and explains it; the caller frees the text. */
struct text example_explain(const struct example *x);

/* It gives these dates and sentences, and gives them again. */
void example_check(const struct example *x);

#endif
