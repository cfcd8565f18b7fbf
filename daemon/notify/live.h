/* live: the units and offices whose messages go to their readers while the rest is in trial. The
 * only writer of table live. */
#ifndef NOTIFY_LIVE_H
#define NOTIFY_LIVE_H

#include "base/clock.h"
#include "config/settings.h"
#include "db/db.h"

#include <stdbool.h>

/* True when what is found in this unit and office (each may be NULL) goes to the trial readers. */
bool live_is_trial(struct db *state, const struct settings *s, const char *unit, const char *office,
                   bool *ret, struct error *e);

/* Turns a unit, an office, or an office of a unit live, inside the caller's transaction.
 * `*ret_new` is false when it was already. */
bool live_add(struct db *state, const char *unit, const char *office, const char *person,
              instant now, bool *ret_new, struct error *e);

#endif
