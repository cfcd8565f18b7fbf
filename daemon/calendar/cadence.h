/* cadence: the periods of a duty that comes again. Pure.
 *
 * Weeks begin on Monday (ISO 8601). Months, quarters, halves and years are those of the calendar;
 * a fiscal year begins on 1 October and has the number of the year in which it ends (31 USC 1102).
 * With a count above one, periods are counted in blocks from the one that contains `since`.      */
#ifndef CALENDAR_CADENCE_H
#define CALENDAR_CADENCE_H

#include "base/date.h"

#include <stdbool.h>

enum cadence_unit {
    CADENCE_WEEK,
    CADENCE_MONTH,
    CADENCE_QUARTER,
    CADENCE_HALF,
    CADENCE_YEAR,
    CADENCE_FISCAL_YEAR
};

/* "week", "month", "quarter", "half", "year", "fiscal year": the words of the configuration,
 * NULL-terminated. */
extern const char *const cadence_units[];

struct cadence {
    enum cadence_unit unit;
    int count;  /* every so many of them, from 1 */
    date since; /* where blocks of more than one begin; must be a day when count > 1 */
};

struct period {
    date first, last; /* both belong to it; DATE_NONE when there is none */
};

/* The period that contains `d` (not DATE_NONE). The last one that begins before the year 9999 ends
 * may end with that year. */
struct period cadence_period(const struct cadence *c, date d);

/* The one after `p`. */
struct period cadence_next(const struct cadence *c, struct period p);

/* How a period is called where it is stored: "2026-W05", "2026-03", "2026-Q1", "2026-H1", "2026",
 * "FY2026"; with a count above one its first and last day, "2026-01-01/2026-02-28". Sorts by time
 * within one cadence. Returns `buffer`. */
#define PERIOD_TEXT_SIZE 32
const char *period_text(const struct cadence *c, struct period p, char buffer[PERIOD_TEXT_SIZE]);

/* The same for people: "March 2026", "the week from Mon 26 Jan 2026". Returns `buffer`. */
#define PERIOD_LONG_SIZE 64
const char *period_long(const struct cadence *c, struct period p, char buffer[PERIOD_LONG_SIZE]);

#endif
