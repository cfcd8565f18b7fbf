/* reject: the records of a pull that became no row, and why. The only writer of the table reject.
 */
#ifndef INGEST_REJECT_H
#define INGEST_REJECT_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "ingest/reader.h"

#include <stdbool.h>
#include <stdint.h>

/* The rejects of one pull, until they are written. */
struct rejects;

/* It lives in `a`. */
struct rejects *rejects_new(struct arena *a);

/* Copies all of it. Of very many the first 10,000 are kept. Any text but the reason may be NULL. */
void rejects_add(struct rejects *r, const struct raw *raw, const char *field, const char *value,
                 const char *reason);

/* Writes them in the place of those that the pull had, in the caller's transaction. */
bool rejects_write(const struct rejects *r, struct db *data, int64_t pull, struct error *e);

#endif
