/* schedule: when a source is pulled again. Pure. */
#ifndef FETCH_SCHEDULE_H
#define FETCH_SCHEDULE_H

#include "base/clock.h"
#include "config/settings.h"

#include <stdint.h>

/* After a good attempt: one period later. */
instant schedule_after_good(const struct source *s, instant now);

/* After `failures` failed attempts in a row (1 or more): retry_first, doubled each time up to
 * retry_most, give or take a fifth by `chance` so that many do not knock at once; never sooner
 * than the server asked for (retry_after, 0: it did not say; at most a day is honoured). */
instant schedule_after_failure(const struct source *s, int64_t failures, instant retry_after,
                               uint64_t chance, instant now);

/* What a server asked for, as long as it is honoured: a day. */
instant schedule_honoured(instant retry_after);

#endif
