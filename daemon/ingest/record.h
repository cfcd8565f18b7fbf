/* record: the fields of a record to the typed row of a dataset, or to what is wrong with it. Pure.
 *
 *     shape_new()      once a payload: which field goes into which column, and how it is written
 *     record_read()    fields -> one struct value a column, or complaints
 *
 * A column that no mapping names is looked for under its own name. Of several names the first whose
 * value is not empty wins, record by record, or all are put together. Values go through the
 * column's table of codes; a list is taken apart. A column that the payload lacks is NULL in each
 * row, unless it is the key or required: then the whole payload is refused. */
#ifndef INGEST_RECORD_H
#define INGEST_RECORD_H

#include "base/arena.h"
#include "base/error.h"
#include "base/limit.h"
#include "codec/digest.h"
#include "config/settings.h"
#include "ingest/convert.h"
#include "ingest/reader.h"

#include <stdbool.h>
#include <stdint.h>

struct shape;

LIMIT(REASON_MAX, 300); /* told: why a cell was rejected ends in an ellipsis */

/* What is wrong with one field of a record. */
struct complaint {
    const char *field; /* "case_no", or "case_no (Case Number)" with its name in the payload */
    const char *value; /* as it was received, at most 200 bytes; "" if empty */
    char reason[REASON_MAX]; /* "'31/02/2025' is not a date (yyyy-mm-dd)" */
};

LIMIT(COMPLAINTS_MAX, 16); /* told: how many more things are wrong with a record */

struct complaints {
    struct complaint all[COMPLAINTS_MAX];
    size_t count;
    size_t more; /* further ones for which there was no room */
    bool no_key; /* the key is empty: the record is perhaps none of this dataset */
};

/* The shape of the payload that `r` has opened, for source `s` of dataset `d`; it lives in `a`, and
 * needs `d` and `s`. Times without an offset are read in the source's zone, else `zone_default`.
 * NULL (ERROR_INPUT, all names in one sentence) when a CSV header lacks the key or a required
 * column, or has a column's name twice. */
struct shape *shape_new(const struct dataset *d, const struct source *s, const char *zone_default,
                        struct reader *r, struct arena *a, struct error *e);

/* SHA-256 over all that decides what the bytes of a record mean: columns, types, required, values,
 * codes, keep, map, patterns, format, zone, and the names of a CSV header in their order. */
const char *shape_digest(const struct shape *sh);

/* The start of it as a number: the seed for the hash of a record's bytes. */
uint64_t shape_seed(const struct shape *sh);

/* The digest of what is configured alone, without a payload: an edited mapping has another one. */
void mapping_digest(const struct dataset *d, const struct source *s, const char *zone_default,
                    char ret[DIGEST_TEXT_SIZE]);

/* Fills one value for each column of the dataset. False if any is wrong: then `why` has all that
 * is. Texts live in `job`. */
bool record_read(const struct shape *sh, const struct fields *f, struct value *values,
                 struct arena *job, struct complaints *why);

#endif
