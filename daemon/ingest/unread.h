/* unread: the cells of a row that could not be read, as its column _unread has them. Pure.
 *
 *     { "opened_on": { "why": "'2/30/2026' is not a date (mm/dd/yyyy)", "kept": false } }
 *
 * kept: the row has the value that it had before; else it has none, which is not the same as empty.
 */
#ifndef INGEST_UNREAD_H
#define INGEST_UNREAD_H

#include "base/arena.h"
#include "base/text.h"
#include "config/settings.h"
#include "ingest/convert.h"

#include <stdbool.h>

/* Appends it for `values`, one a column of `d`; nothing when each was read. */
void unread_write(const struct dataset *d, const struct value *values, struct text *out);

/* Why the column could not be read, in `a`; NULL: it could. `*ret_kept` as above. */
const char *unread_why(const char *unread, const char *column, struct arena *a, bool *ret_kept);

/* Whether a cell of the column could not be read and has no value. */
bool unread_lacks(const char *unread, const char *column);

/* Calls `each` with each column that could not be read. */
typedef void unread_fn(void *data, const char *column, const char *why, bool kept);
void unread_each(const char *unread, unread_fn *each, void *data);

#endif
