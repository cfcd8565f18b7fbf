/* lastday: what happens to a nominal last day that falls on a day without business.
 *
 * Weekends only: calendars with the holidays of an office or court are configuration and come with
 * their own module; until one is named, a derivation says "holidays not considered".
 *
 * Authority of the modes: COURT, FRCP 6(a) ("any statute that does not specify a method of
 * computing time"); FILING, Thalson Co. v. United States, 28 Cust. Ct. 536 (a last day on a
 * Saturday runs to Monday); LAW, 19 CFR 159.9(c)(2), 19 USC 1515(b) (an event by operation of law
 * happens on the day itself).                                                                 */
#ifndef CALENDAR_LASTDAY_H
#define CALENDAR_LASTDAY_H

#include "base/date.h"

#include <stdbool.h>

enum last_day_mode {
    LAST_DAY_COURT,  /* runs on to the next day that is no Saturday, Sunday or legal holiday */
    LAST_DAY_FILING, /* the same by the calendar of the office where something is filed */
    LAST_DAY_LAW,    /* operation of law: stays, weekend or not */
    LAST_DAY_SAFE    /* goes back to the last business day */
};

/* Monday to Friday. */
bool workday_is(date d);

/* The last workday on or before `d`: the day that rungs count to, so that nobody has to rely on a
 * roll-forward. */
date workday_back(date d);

/* The first workday on or after `d`. */
date workday_forward(date d);

/* The last day by `mode` of a term that ends on `nominal`. */
date last_day(date nominal, enum last_day_mode mode);

/* "court", "filing", "law", "safe": the words of the configuration, NULL-terminated. */
extern const char *const last_day_names[];

#endif
