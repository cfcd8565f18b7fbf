/* retry: what failed is tried now rather than at its next turn, after somebody has mended
 * something: at a reload, and at a start after a pause. What the other side asked for (Retry-After)
 * holds. */
#ifndef WATCH_RETRY_H
#define WATCH_RETRY_H

#include "base/clock.h"
#include "db/db.h"

#include <stdbool.h>

/* A start so long after the last try is taken for a mended machine, not for one that restarts. */
#define RETRY_PAUSE (10 * MINUTE)

/* Sources that failed and messages that wait, if they were tried last before `tried_before`. In
 * transactions of its own. */
bool retry_now(struct db *data, struct db *state, instant tried_before, instant now,
               struct error *e);

#endif
