/* lastday: what happens to a nominal last day on which an office or court is closed. Pure.
 *
 * Authority of the modes: COURT, USCIT Rule 6(a) for suits at the Court of International Trade,
 * FRCP 6(a) ("any statute that does not specify a method of computing time") at district courts:
 * the calendar of the court says which; FILING, the text that the rule names: for protests, and for
 * them alone, Thalson Co. v. United States, 28 Cust. Ct. 536 (a last day on a Saturday runs to
 * Monday); LAW, 19 CFR 159.9(c)(2), 19 USC 1515(b) (an event by operation of law happens on the day
 * itself); BUSINESS, 19 CFR 101.1 (Monday to Friday without national holidays); SAFE, none: it is
 * the day to act by, so that nobody has to rely on a day that runs on.        */
#ifndef CALENDAR_LASTDAY_H
#define CALENDAR_LASTDAY_H

#include "base/date.h"
#include "calendar/counting.h"

#include <stdbool.h>

enum last_day_mode {
    LAST_DAY_COURT,    /* runs on to the next day that is no Saturday, Sunday or legal holiday */
    LAST_DAY_FILING,   /* the same by the calendar of the office where something is filed */
    LAST_DAY_LAW,      /* operation of law: stays, closed or not */
    LAST_DAY_BUSINESS, /* the same as filing, for a duty that is due on a business day */
    LAST_DAY_SAFE,     /* goes back to the last business day */
    LAST_DAY_BEFORE    /* the day before, closed or not: it must happen before the term ends */
};

/* "court", "filing", "law", "business", "safe", "before": the words of the configuration,
 * NULL-terminated. */
extern const char *const last_day_names[];

/* The last day by `mode` of a term that ends on `nominal`. `back`: the term was counted backwards,
 * so that running on means to go further back. */
date last_day(const struct counting *c, date nominal, enum last_day_mode mode, bool back);

/* The last day that `last`, which is none of `back`, would be if the days were closed of which that
 * is arguable (calendar_arguable()); `last` itself: nothing about it is. */
date last_day_arguable(const struct counting *c, date last, enum last_day_mode mode);

/* The last day on or before `nominal` on which all of `all` (NULL-terminated; a NULL calendar is
 * Monday to Friday) are open: what rungs count to. On some day of the week they all have to be. */
date safe_day(const struct counting *const *all, date nominal);

#endif
