/* merge: the records of one payload that have one key become one row. Pure.
 *
 *     merge_begin()
 *     merge_add()          each record, in the order of the payload
 *     merge_values()       the row: of each column what its `keep`, else the dataset's, says
 *     merge_difference()   a column of which the records say different things
 *
 * Records that agree are one row and no more is said. Where the smallest or largest is kept, a
 * record without a value does not disagree; where all are kept, none does. A column that one record
 * has unread is unread of all.                                                                 */
#ifndef INGEST_MERGE_H
#define INGEST_MERGE_H

#include "base/text.h"
#include "config/settings.h"
#include "ingest/convert.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct merge;

/* Used for one key after the other; needs `d`. */
struct merge *merge_new(const struct dataset *d);
void merge_free(struct merge *m); /* NULL is fine */

void merge_begin(struct merge *m);

/* Copies what it needs of `values`, one a column. `has`, likewise: whether the record has a field
 * for it at all; of a column for which it has none it says nothing, not even that there is no
 * value. */
void merge_add(struct merge *m, const struct value *values, const bool *has, int64_t line);

/* Until the next merge_begin(). */
const struct value *merge_values(const struct merge *m);

/* What the records say of column `n`, as JSON: [ { "line": 3, "value": "open" }, ... ], each value
 * once with the first line that has it, at most 8 of them. False if they agree. */
bool merge_difference(const struct merge *m, size_t n, struct text *ret);

DEFINE_AUTO(merge, merge_free)

#endif
