/* sentinel: days that stand for none (date_is_sentinel()) and that no `empty` of their source
 * names, a column and text once. The only writer of table sentinel. */
#ifndef INGEST_SENTINEL_H
#define INGEST_SENTINEL_H

#include "base/error.h"
#include "config/settings.h"
#include "db/db.h"
#include "ingest/convert.h"

#include <stdbool.h>

/* Notes those among `values`, one a column of `d`, of a record that `source` brought. All in the
 * caller's transaction. */
bool sentinel_note(struct db *data, const struct dataset *d, const char *source,
                   const struct value *values, struct error *e);

/* Forgets those that no row of `d` has any more. */
bool sentinel_drop_gone(struct db *data, const struct dataset *d, struct error *e);

#endif
