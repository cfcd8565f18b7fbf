/* stage: where the records of a payload stand, grouped by their keys.
 *
 * Records that share a key may stand anywhere in a payload, and several takes may read them. Some
 * 50 bytes are kept of each, not the record: it is read from the payload once more. */
#ifndef INGEST_STAGE_H
#define INGEST_STAGE_H

#include "base/memory.h"
#include "ingest/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct staged {
    uint64_t key[2]; /* a hash: two keys with one are not to be expected in this world */
    int64_t line, offset;
    int64_t first;  /* the offset of the first record with this key, */
    int first_take; /* and who reads that */
    int take;
    size_t size;
};

struct stage;

struct stage *stage_new(void);
void stage_free(struct stage *s); /* NULL is fine */

/* `take`: the number of the one that reads it. */
void stage_add(struct stage *s, const char *key, const struct raw *raw, int take);

/* The records with one key, take by take and each in the order of the payload; the keys in the
 * order of their first. NULL after the last, and all are forgotten. */
const struct staged *stage_next(struct stage *s, size_t *ret_count);

DEFINE_AUTO(stage, stage_free)

#endif
