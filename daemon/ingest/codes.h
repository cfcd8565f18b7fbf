/* codes: a code table, ready to be looked into: what a source writes -> the one value for it. Pure.
 *
 *     "PRC", "China, P.R.", "CHINA"  ->  "China"
 *
 * Each value stands for itself too.                                                            */
#ifndef INGEST_CODES_H
#define INGEST_CODES_H

#include "base/arena.h"
#include "config/settings.h"

#include <stddef.h>

struct codes;

/* Lives in `a`, and needs `t`. */
struct codes *codes_new(const struct code_table *t, struct arena *a);

/* The value for `text` (`n` bytes), or NULL if the table does not have it. */
const char *codes_find(const struct codes *c, const char *text, size_t n);

#endif
