/* guard: whether a whole pull can be believed. Pure.
 *
 * A payload that is half empty, or of which much is unreadable, is more likely an accident at its
 * source than the truth. It is held: nothing changes until somebody releases or discards it, or the
 * next one is good.                                                                            */
#ifndef INGEST_GUARD_H
#define INGEST_GUARD_H

#include "base/error.h"
#include "config/settings.h"

#include <stdbool.h>
#include <stdint.h>

struct counts {
    int64_t records; /* in the payload, good and bad */
    int64_t rejects; /* of them, those that could not be read into a row */
    int64_t known;   /* rows that the dataset (or this source's part of it) had before */
    int64_t missing; /* of them, those that the payload does not have */
    bool changes; /* it only brings what is new or changed: no least number, nothing is missing */
    int64_t spoiled; /* records that are rows, but with a cell that could not be read */
    int64_t lost;    /* lines that rejected records go over, beyond the first of each: by what
                        looks like one broken record others may be swallowed */
};

/* True if the pull may go in. Else `why` says which limit it breaks and by how much (all of them):
 *     only 2 good records, min_rows is 10
 *     8,131 of 31,183 known rows (26.1%) are missing, max_shrink is 20%
 *     12.0% of 50 records were rejected, max_rejects is 5%
 * A first load has nothing to shrink from. Exactly the limit is still believed. Percentages are
 * rounded up, so that what breaks a limit also looks larger. */
bool guard_believes(const struct guard *g, const struct counts *c, bool first_load,
                    struct error *why);

#endif
