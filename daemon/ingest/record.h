/* record: the fields of a record to the typed row of a dataset, or to what is wrong with it. Pure.
 *
 *     shape_new()      once a payload: which field goes into which column, and how it is written
 *     record_read()    fields -> one struct value a column, with complaints about what is none
 *     record_key()     the key alone, of a record that has something else wrong
 *     shape_columns()  which columns the payload has
 *
 * A cell that cannot be read is not an empty one: the record is a row all the same, and its value
 * says that it is unread, unless the column is the key or required, or the payload has no row then.
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

/* What is wrong with one field of a record. */
struct complaint {
    const char *column; /* of the dataset */
    const char *field;  /* "case_no", or "case_no (Case Number)" with its name in the payload */
    const char *value;  /* as it was received, at most 200 bytes; "" if empty */
    const char *reason; /* "'31/02/2025' is not a date (yyyy-mm-dd)" */
    struct complaint *next;
};

/* Of one record; they live in the arena given to record_read(). */
struct complaints {
    struct complaint *first, *last; /* in the order of the columns */
    size_t count;
    bool no_key;   /* the key is empty: the record is perhaps none of this dataset */
    bool bad_key;  /* the key is empty or cannot be read */
    bool rejected; /* it is no row: the key or a required column is bad; else only cells are */
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

/* Fills one value for each column of the dataset; `why` has all that is wrong. False if the record
 * can be no row. Else a cell that could not be read is null and `unread`. Texts live in `job`. */
bool record_read(const struct shape *sh, const struct fields *f, struct value *values,
                 struct arena *job, struct complaints *why);

/* The key of a record; NULL if it is empty or cannot be read. Lives in `job`. */
const char *record_key(const struct shape *sh, const struct fields *f, struct arena *job);

/* The columns of the dataset for which the payload has a field, a name each, in `a`; ended by NULL.
 * Of JSON every column: what an object lacks is seen record by record. */
const char *const *shape_columns(const struct shape *sh, struct arena *a);

#endif
