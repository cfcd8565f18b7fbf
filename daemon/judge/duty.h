/* duty: what is being watched, one row a rule, subject and period. The only writer of table duty.
 *
 * A row is there while the duty binds and is not met; a met one stays where another rule reads it.
 * It can be built again from the data.                                                          */
#ifndef JUDGE_DUTY_H
#define JUDGE_DUTY_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/date.h"
#include "db/db.h"

#include <stdbool.h>
#include <stdint.h>

struct duty {
    const char *rule, *subject, *period; /* period "" for a duty without one */
    const char *label, *unit, *office, *owner;
    const char *answer; /* "pending", "unknown", "met" */
    date start;         /* from when the time runs; DATE_NONE: not known */
    date earliest;      /* the last day without what ledgers add */
    date due, safe;     /* the last day, the day to act by; DATE_NONE: not known */
    instant due_at;     /* when the last day ends; INSTANT_NONE: at its end */
    bool bound;         /* the date is only a bound */
    date met_on;
    date next_day;           /* when to look again although nothing changed */
    int64_t amount;          /* cents or INT64_MIN */
    date planned_on;         /* a day that has not come: of what is to be done; DATE_NONE: none */
    const char *planned;     /* what; NULL */
    const char *ask, *quiet; /* what to enter; the reason not to alarm. NULL: nothing, none */
    int64_t pull, line;
    int64_t inputs_hash; /* digest of what was known of it */
};

/* Reads one; `*ret_found` tells whether it is there. Texts live in `a`. */
bool duty_get(struct db *data, const char *rule, const char *subject, const char *period,
              struct arena *a, struct duty *ret, bool *ret_found, struct error *e);

/* Whether the rule watches something of the subject. */
bool duty_has(struct db *data, const char *rule, const char *subject, bool *ret, struct error *e);

/* Writes it unless `before` (NULL: none) says the same already; `*ret_changed` tells which. */
bool duty_put(struct db *data, const struct duty *d, const struct duty *before, bool *ret_changed,
              struct error *e);

bool duty_drop(struct db *data, const char *rule, const char *subject, const char *period,
               struct error *e);

#endif
