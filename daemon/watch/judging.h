/* judging: one judgement, from the version of the data and the day to moves and messages (T3).
 *
 * What is visited: rows touched since the last judged version; every row for a rule that is new,
 * has another text, or can change its answer without its row; duties whose next day has come.
 * Duties are committed to data.db, then findings, moves, notifications and messages to state.db in
 * one transaction, then the duties' next days. Killed anywhere, the same judgement is made again
 * and gives the same keys. */
#ifndef WATCH_JUDGING_H
#define WATCH_JUDGING_H

#include "base/clock.h"
#include "base/text.h"
#include "db/db.h"
#include "watch/generation.h"

#include <stdbool.h>

struct judgement {
    struct generation *generation;
    struct db *data, *state;
    date today;
    instant now;
    instant moment;      /* up to which it judges: `now`, or the end of a day that was chosen */
    bool digest;         /* the hour of the digest has come */
    const char *refused; /* why the last reload was refused, NULL: it was not */
};

struct judging_report {
    int64_t observed, moves, messages;
};

/* True if there is something to judge: data, day or rules are ahead of the last judgement. */
bool judging_needed(const struct judgement *j, bool *ret, struct error *e);

/* Makes it. ERROR_INPUT when `today` is before the last judged day: the day never runs backwards.
 */
bool judging_run(const struct judgement *j, struct judging_report *ret, struct error *e);

/* Judges everything from the data as it is, writes nothing, and appends a line to `ret` for each
 * duty about which that says something else than what is stored: none, if each judgement looked at
 * all it had to. Only right when judging_needed() says no. */
bool judging_audit(const struct judgement *j, struct text *ret, struct error *e);

#endif
