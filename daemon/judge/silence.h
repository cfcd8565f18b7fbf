/* silence: what is not told for a while, because a person said so. The only writer of table
 * silence.
 *
 * A silence names a rule, a subject, a unit, an office, or several of them: what fulfils all of
 * them is judged as ever, and nothing is told of it until the day after its last. It always has a
 * reason and an end. */
#ifndef JUDGE_SILENCE_H
#define JUDGE_SILENCE_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/date.h"
#include "db/db.h"

#include <stdbool.h>

struct silence {
    int64_t id;
    const char *rule, *subject, *unit, *office; /* NULL: any; not all four */
    date until;                                 /* its last day */
    const char *reason, *person;
    instant at;
};

struct silences {
    struct silence *all;
    int count;
};

/* Those that hold on `today`, in the order of their ids; texts live in `a`. */
bool silences_read(struct db *state, date today, struct arena *a, struct silences *ret,
                   struct error *e);

/* The first that fits; NULL if none does. */
const struct silence *silence_find(const struct silences *s, const char *rule, const char *subject,
                                   const char *unit, const char *office);

/* In transactions of their own. `*ret_id` is the new one's number. */
bool silence_add(struct db *state, const struct silence *s, int64_t *ret_id, struct error *e);

/* ERROR_INPUT when none of that number holds. */
bool silence_end(struct db *state, int64_t id, date today, const char *person, instant now,
                 struct error *e);

#endif
