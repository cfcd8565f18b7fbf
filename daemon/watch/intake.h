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

/* Reads all that wait, then drops old payloads, and once a day old versions of rows. */
bool intake_all(struct db *data, const struct settings *s, struct fetcher *f, instant now,
                struct error *e);

/* Looks which sources are to be read another way than they were: their payloads wait once more, or
 * the source is due now, for want of one or because it is elsewhere. `all`: also those that nothing
 * good ever came from. */
bool intake_edited(struct db *data, const struct settings *s, const struct fetcher *f, bool all,
                   struct error *e);

/* What a person decides about the held pull of a source: believed without the guard, or dropped.
 * ERROR_INPUT when nothing is held. */
bool intake_release(struct db *data, const struct settings *s, const char *source, struct error *e);
bool intake_discard(struct db *data, const struct settings *s, const char *source, struct error *e);

#endif
