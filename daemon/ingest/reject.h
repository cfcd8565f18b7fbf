/* reject: what a pull had that was not taken, and why: records that became no row, and cells that
 * could not be read. The only writer of the table reject.
 *
 * Each has a mark by which people speak of it: of a record with a key, of its dataset, key, field
 * and value; of any other, of its bytes. The same thing in the next payload has the same mark. */
#ifndef INGEST_REJECT_H
#define INGEST_REJECT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/limit.h"
#include "db/db.h"
#include "ingest/reader.h"

#include <stdbool.h>
#include <stdint.h>

#define MARK_SIZE 13 /* twelve hexadecimal digits and a NUL */

/* One thing that was not taken. Any text but the dataset and the reason may be NULL. */
struct not_taken {
    const char *dataset;
    const char *key;    /* of its row; NULL: none can be read */
    const char *field;  /* as the complaint names it (ingest/record.h); NULL: the whole record */
    const char *column; /* of the dataset */
    const char *value, *reason;
    bool cell;         /* the record is a row, only this cell of it was not taken */
    const char *cells; /* of a record that is no row: what of it can be read, as JSON */
};

/* What one pull did not take, until it is written. */
struct rejects;

/* It lives in `a`. */
struct rejects *rejects_new(struct arena *a);

LIMIT(REJECTS_KEPT_MAX, 10000); /* told: how many records were rejected; so many are kept */

/* Copies all of it. */
void rejects_add(struct rejects *r, const struct raw *raw, const struct not_taken *n);

/* Writes them in the place of those that the pull had, in the caller's transaction. */
bool rejects_write(const struct rejects *r, struct db *data, int64_t pull, struct error *e);

/* What the pull `from` did not take stands on as the pull `to`'s: of changes, that a record came no
 * more is no cure. Only what has a key that `to` does not bring, and what has none; but not what is
 * of the payload `again` that `to` is once more. In the caller's transaction, after the rows of
 * `to` were written. */
bool rejects_carry(struct db *data, const char *dataset, const char *key_column, int64_t from,
                   int64_t to, int64_t again, struct error *e);

#endif
