/* period: terms ("5 years") and where they end.
 *
 * Years and months end on the anniversary, never after a number of days (HQ H328370; US v. Liu,
 * Slip Op. 23-44). The day of the event is not counted: one day after Monday is Tuesday. A month
 * without that day ends on its last day; 29 February in a year without one is clamped to 28
 * February, the earlier of the two arguable days.                                            */
#ifndef CALENDAR_PERIOD_H
#define CALENDAR_PERIOD_H

#include "base/date.h"

#include <stdbool.h>

enum term_unit { TERM_DAYS, TERM_WEEKS, TERM_MONTHS, TERM_YEARS };

struct term {
    int count; /* negative: backwards */
    enum term_unit unit;
};

/* Reads "5 years", "1 year", "-24 months", "30 days", "2 weeks". False if it is none of these or
 * above 400 years. "business days" are read by calendars, which come with the working days of an
 * office; see term_is_business(). */
bool term_read(const char *text, struct term *ret);

/* True for "7 business days", which term_read() refuses. */
bool term_is_business(const char *text);

/* The last day of a term that starts with the event on `start`. `*ret_clamped` (may be NULL) tells
 * whether a month end had to be clamped. DATE_NONE outside the years 1 to 9999. */
date term_end(date start, struct term t, bool *ret_clamped);

/* "5 years", "-1 month"; returns `buffer`. */
#define TERM_TEXT_SIZE 32
const char *term_text(struct term t, char buffer[TERM_TEXT_SIZE]);

#endif
