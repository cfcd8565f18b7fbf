/* another: days, months and closed days for judge/opinion, written without calendar/. Pure.
 *
 * Days are turned into years, months and days by the Julian day number (Fliegel and Van Flandern,
 * Communications of the ACM 11 (1968) 657); a plan is asked of one day at a time, backwards from
 * the day to the holiday that closes it.                                                       */
#ifndef JUDGE_ANOTHER_H
#define JUDGE_ANOTHER_H

#include "base/date.h"
#include "calendar/calendar.h"

#include <stdbool.h>
#include <stdint.h>

int another_year(date d);

/* So many days or months on; DATE_NONE outside the years 1 to 9999. `march`: 29 February goes to
 * 1 March where it does not exist, else to 28 February. */
date another_days(date start, int64_t days);
date another_months(date start, int months, bool march);

/* True if `p` closes the day at `place`; NULL plan: Saturdays and Sundays. */
bool another_closed(const struct calendar_plan *p, date d, const char *place);

#endif
