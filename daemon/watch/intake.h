/* intake: payloads that wait in the spool, one after the other into their datasets (T2). */
#ifndef WATCH_INTAKE_H
#define WATCH_INTAKE_H

#include "config/settings.h"
#include "fetch/pull.h"
#include "fetch/source.h"

#include <stdbool.h>

/* Reads one; what its source is no longer configured for is put aside. `trusted`: a person released
 * it, the guard is not asked. */
bool intake_one(struct db *data, const struct settings *s, struct pull *p, bool trusted,
                struct error *e);

/* Reads all that wait, then drops old payloads. */
bool intake_all(struct db *data, const struct settings *s, struct fetcher *f, struct error *e);

#endif
