/* codes: a code table, ready to be looked into: what a source writes -> the one value for it. Pure.
 *
 *     "PRC", "China, P.R.", "CHINA"  ->  "China"
 *
 * Each value stands for itself too. In a `plain` table only letters and digits count, and what
 * stands from `until` on does not, so that "19 U.S.C. § 1592(c)(2)" is "19USC1592". A value that
 * the table does not have may be several of its codes, with what `split` names between them. */
#ifndef INGEST_CODES_H
#define INGEST_CODES_H

#include "base/arena.h"
#include "config/settings.h"
#include "ingest/list.h"

#include <stddef.h>

struct codes;

/* Lives in `a`, and needs `t`. */
struct codes *codes_new(const struct code_table *t, struct arena *a);

/* The value for `text` (`n` bytes), or NULL if the table does not have it. */
const char *codes_find(const struct codes *c, const char *text, size_t n);

/* Whether `text` may be several codes: the table does not have it as a whole, or there are more
 * behind what does not count of the first, as in "1592(a) and 1595a". */
bool codes_are_several(const struct codes *c, const char *text, size_t n);

/* Calls `each` for the parts of such a text, as they are written; what has nothing before `until`,
 * such as the "(c)" of "1592(a), (c)", is of the part before it, and what stands in brackets is not
 * taken apart. False if `each` said so. */
bool codes_split(const struct codes *c, const char *text, size_t n, list_element_fn *each,
                 void *data);

#endif
