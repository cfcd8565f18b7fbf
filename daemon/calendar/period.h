/* period: terms ("5 years") and where they end.
 *
 * Years and months end on the anniversary, never after a number of days (HQ H328370; US v. Liu,
 * Slip Op. 23-44). The day of the event is not counted: one day after Monday is Tuesday. A month
 * without that day ends on its last day. What becomes of 29 February, and business days: see
 * calendar/counting.h.                                                                       */
#ifndef CALENDAR_PERIOD_H
#define CALENDAR_PERIOD_H

#include "base/date.h"

#include <stdbool.h>

enum term_unit { TERM_DAYS, TERM_WEEKS, TERM_MONTHS, TERM_YEARS, TERM_BUSINESS_DAYS };

struct term {
    int count; /* negative: backwards */
    enum term_unit unit;
};

/* Reads "5 years", "1 year", "-24 months", "30 days", "2 weeks", "7 business days" ("working
 * days" are the same). False if it is none of these or above 400 years. */
bool term_read(const char *text, struct term *ret);

/* The same, but false for business days: where no calendar is. */
bool term_read_plain(const char *text, struct term *ret);

/* The last day of a term, which is not in business days, that starts with the event on `start`.
 * `*ret_clamped` (may be NULL) tells whether a month end had to be clamped. DATE_NONE outside the
 * years 1 to 9999. */
date term_end(date start, struct term t, bool *ret_clamped);

/* "5 years", "-1 month", "7 business days"; returns `buffer`. */
#define TERM_TEXT_SIZE 32
const char *term_text(struct term t, char buffer[TERM_TEXT_SIZE]);

#endif
