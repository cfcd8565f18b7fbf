/* difference: what records of one payload with one key say differently. The only writer of the
 * table difference. A difference stands until the row is brought again, or leaves. */
#ifndef INGEST_DIFFERENCE_H
#define INGEST_DIFFERENCE_H

#include "base/error.h"
#include "db/db.h"
#include "ingest/merge.h"

#include <stdbool.h>
#include <stdint.h>

/* All in the caller's transaction. Writes what differs in the records that `m` has united under
 * `key`, in the place of what did before. */
bool difference_put(struct db *data, const struct dataset *d, const struct merge *m,
                    const char *key, const char *source, int64_t pull, struct error *e);

/* Those of rows that have left. */
bool difference_drop_gone(struct db *data, const struct dataset *d, struct error *e);

/* A dataset that unites no records has none. */
bool difference_drop_all(struct db *data, const struct dataset *d, struct error *e);

#endif
