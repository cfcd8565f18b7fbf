/* health: what is wrong enough that somebody must look, each with a name for machines and a
 * sentence for people. `status` ends with 1 exactly when there is something.
 *
 *     not-running        a daemon ran here, and none does now
 *     disk-low           less free than twice the largest payload that is kept
 *     judging-behind     the day that was judged last ended more than an hour ago
 *     clock-ahead        a later day than today was judged: nothing is until it has come
 *     channel-failing    nothing was accepted through it for over an hour
 *     message-dead       refused for good, or not accepted for give_up_after
 *     message-late       an hour past the moment of its next try
 *     source-held        a payload waits for a person
 *     source-failing     for over an hour
 *     source-late        nothing good for longer than its max_age
 *     source-never       configured, but never asked, and nobody runs who would
 *     content-late       what it brings is older than its content_age
 *     rejects            records that became no row and cells that could not be read, which nobody
 *                        accepted; rows that stay because a record has no readable key         */
#ifndef WATCH_HEALTH_H
#define WATCH_HEALTH_H

#include "watch/report.h"

#include <stdbool.h>

struct json;

/* Adds to the list `why`, the worst first, { cause, level: "warning" or "critical", about, text }.
 * `about`: the source or channel, or null. Only rejects are a warning. */
bool health_read(const struct report_from *r, struct json *why, struct error *e);

/* Called when a daemon begins to watch: from now on one is expected to run. */
bool health_expect(struct db *state, instant now, struct error *e);

#endif
