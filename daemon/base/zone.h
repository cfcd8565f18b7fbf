/* zone: IANA time zones, from an instant to a day and back.
 *
 * A zone is its name ("America/New_York", "UTC"). The C library does the work; it knows one zone
 * at a time, so the current one is kept and changed only when another is asked for. The program
 * has one thread.                                                                               */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include "base/clock.h"
#include "base/date.h"

#include <stdbool.h>

/* True if the zone data of this machine knows `name`. */
bool zone_known(const char *name);

/* The day that `t` belongs to in `zone`. */
date zone_day(const char *zone, instant t);

/* Seconds since midnight of `t` in `zone` (by the clock on the wall). */
int zone_seconds(const char *zone, instant t);

/* The instant at which the wall clock of `zone` shows `d` and `seconds` since midnight. In the
 * hour that summer time skips it is the moment after the gap, in the hour that it repeats the
 * first of the two. */
instant zone_instant(const char *zone, date d, int seconds);

/* The nearest name to one that is not known: "America/New_York" for "America/New_Yrok". NULL when
 * there is none near. */
#define ZONE_NAME_SIZE 128
const char *zone_nearest(const char *name, char buffer[ZONE_NAME_SIZE]);

/* "17:00", the hour and minute of `t` in `zone`; "24:00" if `t` is the end of day `d`. Returns
 * `buffer`. */
#define HOUR_TEXT_SIZE 16
const char *zone_hour(const char *zone, date d, instant t, char buffer[HOUR_TEXT_SIZE]);

/* "2025-03-31 06:00:00 EDT" of `t`; returns `buffer`. */
#define INSTANT_TEXT_SIZE 48
const char *zone_text(const char *zone, instant t, char buffer[INSTANT_TEXT_SIZE]);

/* "2025-03-31T10:00:00Z", or with microseconds when there are some. For programs. */
const char *instant_text(instant t, char buffer[INSTANT_TEXT_SIZE]);

#endif
