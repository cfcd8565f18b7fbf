/* calendars: those that end, as findings for the operators.
 *
 * Closings are ordered late in the year. Sixty days before the last verified day of a calendar that
 * a rule uses, and until it is verified further, a finding of its own says what rests on it.    */
#ifndef WATCH_CALENDARS_H
#define WATCH_CALENDARS_H

#include "watch/judging.h"

#include <stdbool.h>

/* Days before its end on which a calendar is complained about. */
#define CALENDAR_WARN_DAYS 60

/* Opens and closes them, inside the transaction of the judgement. */
bool calendars_judge(const struct judgement *j, int64_t *moves, struct error *e);

#endif
