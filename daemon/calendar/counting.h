/* counting: from an event to the end of a term, by a calendar. Pure.
 *
 * Years and months end on the anniversary, and a month without that date on its last day
 * (calendar/period.h). For a term that starts on 29 February and ends in a year without one, no
 * authority is known: 28 February is the earlier of the two arguable days, and the preset.
 * Business days are those on which the calendar is open; the day of the event does not count.  */
#ifndef CALENDAR_COUNTING_H
#define CALENDAR_COUNTING_H

#include "base/date.h"
#include "calendar/calendar.h"
#include "calendar/period.h"

enum leap_day { LEAP_FEBRUARY_28, LEAP_MARCH_1 };

/* "february 28", "march 1": the words of the configuration, NULL-terminated. */
extern const char *const leap_day_names[];

struct counting {
    const struct calendar *calendar; /* NULL: Monday to Friday is open, and nothing else is known */
    const char *place;               /* whose local closings count, or NULL */
    enum leap_day leap;
};

enum counted {
    COUNTED_PLAIN,
    COUNTED_MONTH_END, /* a month without that date: its last day */
    COUNTED_LEAP,      /* 29 February in a year without one: `arguable` is the other day */
    COUNTED_UNVERIFIED /* business days beyond those that were verified: no day can be given */
};

struct count_end {
    date day; /* DATE_NONE: COUNTED_UNVERIFIED, no start, or outside the years 1 to 9999 */
    enum counted how;
    date arguable; /* DATE_NONE: none */
};

/* Where a term ends that runs from (or, below zero, back from) the event on `start`. */
struct count_end count_term(const struct counting *c, date start, struct term t);

#endif
