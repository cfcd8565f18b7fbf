/* edits: what the record said before, for a move that follows from it.
 *
 *     Changed in the record: culpability was "fraud", is "negligence".
 *     Changed in waivers W-12: until_on was Wed 3 Mar 2027, is Tue 3 Mar 2026.
 *
 * Told are the columns that the rule reads, of the row itself and of the rows that refer to it,
 * with the value of the last judgement and the one of today. What is new, or left, is no edit. */
#ifndef WATCH_EDITS_H
#define WATCH_EDITS_H

#include "base/limit.h"
#include "codec/json.h"
#include "db/db.h"
#include "judge/rule.h"

#include <stdint.h>

LIMIT(EDITS_MAX, 6); /* told: that further rows of a case were changed */

/* Adds a sentence for each row that changed after version `since` to `list`; where they cannot be
 * read, a sentence that says so. */
void edits_add(struct db *data, const struct prepared_rule *r, const char *subject, int64_t since,
               struct json *list);

#endif
