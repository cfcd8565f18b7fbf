/* duty: what is being watched, one row a rule and subject. The only writer of table duty.
 *
 * A row is there while the duty binds and is not met. It can be built again from the data. Its
 * next_day moves on only after the moves of a judgement are committed (duty_advance), so that a
 * crash in between has the same day judged again.                                              */
#ifndef JUDGE_DUTY_H
#define JUDGE_DUTY_H

#include "base/arena.h"
#include "base/date.h"
#include "db/db.h"

#include <stdbool.h>
#include <stdint.h>

struct duty {
    const char *rule, *subject, *period; /* period "" for a duty without one */
    const char *label, *unit, *office, *owner;
    const char *answer; /* "pending" or "unknown" */
    date due, safe;     /* the last day, the day to act by; DATE_NONE: not known */
    bool bound;         /* the date is only a bound */
    date then_day;      /* when to look again although nothing changed */
    int64_t amount;     /* cents or INT64_MIN */
    const char *ask, *quiet;
    int64_t pull, line;
};

/* Reads one; `*ret_found` tells whether it is there. Texts live in `a`. */
bool duty_get(struct db *data, const char *rule, const char *subject, const char *period,
              struct arena *a, struct duty *ret, bool *ret_found, struct error *e);

/* Writes it unless `before` (NULL: none) says the same already. */
bool duty_put(struct db *data, const struct duty *d, const struct duty *before, struct error *e);

bool duty_drop(struct db *data, const char *rule, const char *subject, const char *period,
               struct error *e);

/* True if some next_day has not moved on yet. */
bool duty_behind(struct db *data, bool *ret, struct error *e);

/* Sets next_day to then_day where they differ, in a transaction of its own. */
bool duty_advance(struct db *data, struct error *e);

#endif
