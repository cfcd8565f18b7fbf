/* observe: what the data says of one duty today.
 *
 * Three answers and one that is none: OUTSIDE (the duty does not bind), PENDING (not done yet),
 * MET (done on a day), UNKNOWN (the data cannot tell: `applies` is NULL, an unknown clause holds,
 * no start day is known, a row left the extract, a rule ran over its budget). A NULL met_on is an
 * answer: not done yet. Unknown closes nothing and never stops a clock (judge/finding.h).     */
#ifndef JUDGE_OBSERVE_H
#define JUDGE_OBSERVE_H

#include "base/arena.h"
#include "base/date.h"
#include "base/error.h"
#include "judge/rule.h"

#include <stdbool.h>
#include <stdint.h>

enum answer { ANSWER_OUTSIDE, ANSWER_PENDING, ANSWER_UNKNOWN, ANSWER_MET };

/* "outside", "pending", "unknown", "met": as stored. */
const char *answer_name(enum answer a);

struct evidence {
    const char *name;
    const char *value; /* as a person reads it; NULL: no value */
};

/* Texts live in the arena given to the function that made it. */
struct observation {
    struct prepared_rule *rule;
    const char *subject; /* the key of the row */
    const char *label, *unit, *office, *owner;
    int64_t amount; /* cents, INT64_MIN: not known */
    enum answer answer;
    const char *ask;   /* UNKNOWN: what to enter */
    bool gone;         /* the row left its source */
    date start, bound; /* DATE_NONE: not known */
    date met_on;
    const char *quiet_because, *quiet_detail; /* NULL: no reason to be quiet */
    date quiet_on;
    const struct evidence *evidence;
    int evidence_count;
    int64_t pull, line; /* where the row comes from */
    const char *raw;    /* its record as received */
};

/* Receives one observation; false stops with its error. */
typedef bool observe_fn(void *data, const struct observation *o, struct error *e);

/* Which rows a pass visits. */
struct visit {
    int64_t since; /* rows whose version is above; for rules judged whole see `all` */
    bool all;      /* every row for every rule */
    /* Rules (numbers in the rulebook) that see every row although `all` is false; NULL: none. */
    const bool *whole;
    date today;
};

/* A rule that failed on so many rows of one judgement is not run on the rest of them. */
#define RULE_FAILURES_MAX 3

/* One pass over the rows of `p`: calls `each` for every rule and row; rows that are surely outside
 * of a rule come as OUTSIDE with nothing but the subject. The arena is reset for each row. When a
 * rule fails while rows are filtered, the pass starts again without the filter: `each` may see a
 * row twice, with the same answer. */
bool observe_pass(const struct rulebook *b, const struct rule_pass *p, const struct visit *v,
                  observe_fn *each, void *data, struct error *e);

/* OUTSIDE, and nothing known. */
struct observation observe_nothing(struct prepared_rule *r, const char *subject);

/* What the data says of one subject. A row that is not there is UNKNOWN: rows that leave their
 * source are kept and marked, so only a dataset that is being loaded anew lacks one. */
bool observe_one(struct prepared_rule *r, const char *subject, date today, struct arena *a,
                 struct observation *ret, struct error *e);

#endif
