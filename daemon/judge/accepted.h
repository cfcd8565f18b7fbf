/* accepted: what a payload has that is not taken, and of which a person said that it is known. The
 * only writer of table accepted.
 *
 * It names one thing by its mark (ingest/reject.h): the same thing in the next payload is accepted
 * as well, another value of the same cell is not. It has a reason and an end, and it only makes
 * quiet: nothing is taken because of it, and nothing leaves. */
#ifndef JUDGE_ACCEPTED_H
#define JUDGE_ACCEPTED_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/date.h"
#include "db/db.h"

#include <stdbool.h>

struct accepted {
    int64_t id;
    const char *source, *mark;
    date until; /* its last day */
    const char *reason, *person;
    instant at;
};

/* In a transaction of its own. What was accepted under the mark before has ended. */
bool accepted_add(struct db *state, const struct accepted *n, struct error *e);

/* ERROR_INPUT when none of that mark holds. */
bool accepted_end(struct db *state, const char *mark, date today, const char *person, instant now,
                  struct error *e);

/* The one that holds for a mark of a source on `today`; `*ret_found` tells whether there is one.
 * Texts live in `a`. `db` is state.db, or has it attached as st. */
bool accepted_find(struct db *db, const char *source, const char *mark, date today, struct arena *a,
                   struct accepted *ret, bool *ret_found, struct error *e);

#endif
