/* clock: the only place that asks the kernel for the time. Everything else is told the time by
 * the world (event/world.h), so that tests can step it.                                        */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

typedef int64_t instant; /* UTC microseconds since 1970-01-01 00:00, leap seconds not counted */

#define INSTANT_NONE INT64_MIN
#define SECOND ((instant)1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* The wall clock. */
instant clock_now(void);

/* A clock that is never set back, for measuring: microseconds since some start. */
int64_t clock_ticks(void);

#endif
