/* taking: one payload on its way into the rows of one dataset. Internal to ingest/.
 *
 *     ingest/rows      begins and ends it; what a record that is a row does to the table
 *     ingest/unite     records with one key that make one row
 *     ingest/refused   records that are none, cells that cannot be read, and what they keep back
 *     ingest/contested whose a row is that several sources have
 *     ingest/leaving   what the payload does not have                                          */
#ifndef INGEST_TAKING_H
#define INGEST_TAKING_H

#include "base/arena.h"
#include "base/limit.h"
#include "ingest/merge.h"
#include "ingest/others.h"
#include "ingest/rows.h"
#include "ingest/stage.h"
#include "ingest/table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A bit for each row id. */
struct row_set {
    unsigned char *bits;
    size_t size;
};

/* What a row was known by before this payload changed it. */
struct row_before {
    int64_t id, hash;
};

/* A part of which nothing leaves. */
struct part {
    const char *name;
    struct part *next;
};

struct rows {
    struct rows_of of;
    struct table *table;
    struct stage *stage;   /* NULL: records with one key are not united */
    struct merge *merge;   /* likewise */
    struct united *united; /* likewise: the takes that read them */
    size_t united_count;
    struct value *values;      /* of the record at hand */
    struct value *inner;       /* of a line inside it */
    size_t key_at;             /* the key's number among the columns */
    struct arena *record;      /* as long as one record */
    struct row_set seen;       /* rows that the payload brings */
    struct row_before *before; /* those of them that it changed: a hash table by id */
    size_t before_count, before_room;
    struct row_set stays; /* rows whose record is in it and could not be read */
    bool nothing_leaves;  /* a record without a readable key and part */
    struct part *parts;   /* else */
    struct arena *kept;   /* their names */
    int64_t *missing;     /* ids of rows that leave */
    size_t missing_room;
    bool contested;            /* sources of other owners fill the dataset too */
    struct row_set said;       /* records in other_record that the payload brings, or that stay */
    const struct shape *shape; /* of which `has` tells what columns the payload has, one a column */
    bool *has;
    struct tally tally;
};

bool row_set_has(const struct row_set *s, int64_t id);
void row_set_add(struct row_set *s, int64_t id);

/* Whether the row is one that this payload speaks for. */
bool taking_is_own(const struct rows *r, const struct row *row);

/* Whether a payload that came after this one says what the row is. */
bool taking_came_later(struct rows *r, int64_t id, bool *ret, struct error *e);

/* Likewise of the record of a row, which counts as brought then. */
bool taking_yield(struct rows *r, const struct row *row, bool *ret, struct error *e);

/* A row whose record came again byte for byte. What changes say last of it, they say. */
bool taking_known(struct rows *r, const struct row *row, int64_t line, struct error *e);

/* For which columns the payload has a field in that shape, one a column; until the next shape. */
const bool *taking_columns(struct rows *r, const struct shape *sh);

/* Puts a record into the table, under the key in `values`. `has`: those of it. */
bool taking_put(struct rows *r, const bool *has, const struct value *values, const struct raw *raw,
                int64_t hash, struct error *e);

LIMIT(ROW_RAW_MAX, 64 * 1024); /* told: what came of a longer record, or of all those of one row,
                                  ends in an ellipsis in explain; the payload has all of it */

/* --- ingest/unite --- */

/* A record that is a row, to be united with the others that have its key. */
void unite_stage(struct rows *r, struct reader *reader, const struct shape *sh,
                 const struct raw *raw);
void unite_free(struct rows *r);

/* --- ingest/contested --- */

/* Whether the row, which is there, is that of the payload's source, or becomes it now: its owner
 * has it no more, or stands behind this source. */
bool contested_own(struct rows *r, const struct row *row, bool *ret, struct error *e);

/* What the payload says of a row that is another source's. */
bool contested_put(struct rows *r, const struct value *values, const struct origin *o,
                   const bool *has, const struct raw *raw, struct error *e);

/* Whether the record of that hash is known as one of such a row; then it is done with. `raw`: to
 * refuse a second one; NULL: it is no matter. */
bool contested_known(struct rows *r, const struct raw *raw, int64_t line, int64_t hash, bool *ret,
                     struct error *e);

/* A record of that key is in the payload, though it cannot be read: what was said stays. */
bool contested_stays(struct rows *r, const char *key, struct error *e);

/* What is missing: a row, or (below 0) what the source said of another's. `*ret`: it was seen to,
 * the row is that of another source that has it; else it is gone. */
bool contested_leave(struct rows *r, int64_t id, bool *ret, struct error *e);

/* At the end: which records differ now. */
bool contested_end(struct rows *r, struct error *e);

/* --- ingest/refused --- */

/* Notes a record that is not taken although its key is known: `key` may be NULL. */
void refused_note(struct rows *r, const struct raw *raw, const char *field, const char *key,
                  const char *reason);

/* One that is not one record, or has no fields: it may be that of any row. */
bool refused_whole(struct rows *r, const struct raw *raw, const char *reason, struct error *e);

/* The values of a record, into `r->values`; `*ret` tells whether it is a row. Else it is noted, or
 * it is none of this dataset. */
bool refused_read(struct rows *r, struct reader *reader, const struct shape *sh,
                  const struct raw *raw, bool *ret, struct error *e);

/* Whether rows of `part` (NULL: those without) stay although the payload does not have them. */
bool refused_keeps(const struct rows *r, const char *part);

#endif
