/* observe: what the data says of a subject's duties today.
 *
 * Three answers and one that is none: OUTSIDE (the duty does not bind), PENDING (not done yet),
 * MET (done on a day), UNKNOWN (the data cannot tell: `applies` is NULL, an unknown clause holds,
 * no start day is known, a row left the extract, a dataset was never loaded, a rule ran over its
 * budget). What was done by its last day is MET although an unknown clause holds, a reason to be
 * quiet has no day, or the row left the extract. A NULL met_on is an answer: not done yet. Unknown
 * closes nothing and never stops a clock (judge/finding.h).
 *
 * Rules of kind deadline and integrity have one duty a subject, with the period ""; a cadence has
 * one for each period, a lifecycle one for each event that begins it (judge/recurring), a standard
 * one for each group and period (judge/standard).                                              */
#ifndef JUDGE_OBSERVE_H
#define JUDGE_OBSERVE_H

#include "base/arena.h"
#include "base/date.h"
#include "base/error.h"
#include "base/limit.h"
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

/* What is left of one calendar month of a front. */
struct front_month {
    date first;
    int items;     /* whose next last day is in it */
    int64_t worth; /* cents */
};

/* The state of a set of dates on a day (judge/front.h). An item is a row of the front; with parties
 * it has a date for each of them. */
struct front {
    int items, parties;   /* parties: 1 if it is not crossed */
    date reckoned;        /* what had passed on this day is counted as passed */
    bool met;             /* it is the day on which the duty was met */
    int undated;          /* items without a day */
    int passed;           /* items whose last day has passed for every party */
    int passed_in_part;   /* and those for some of them only */
    int64_t passed_worth; /* of the items that have passed for every party; cents */
    date lost_on;         /* the day after the first last day that has passed; DATE_NONE: none */
    const char *lost_item, *lost_party,
        *lost_scope; /* whose that is; NULL: see item, party, scope */
    int next;        /* items with the date that binds, for some party */
    int64_t next_worth;
    const struct front_month *months; /* of what is left, in their order */
    int month_count;
    const char *item, *party; /* which binds; party NULL: not crossed */
    const char *scope;        /* and for what a document must hold; NULL: one is like another */
    int scopes;               /* of so many; 1 if one is like another */
    int dayless;              /* items that count from the day of the case, or from the bound */
    bool own;                 /* the day of the case, not of the row, is that which binds */
    const char *key;          /* of the row of the item, and where that comes from */
    int64_t pull, line;
    int64_t digest; /* of all rows, parties and documents */
};

/* A row of a ledger that belongs to the subject. Days that are not known are DATE_NONE. */
struct ledger_entry {
    const char *document;
    const char *outside;             /* why it does not hold for this case; NULL: it does */
    const char *doubtful;            /* why nobody knows whether it does; NULL: it is known */
    date signed_on, received, until; /* an extension */
    const char *unreadable;          /* those of its columns that cannot be read; NULL: each can */
    bool ahead;                      /* the day on which it was signed has not come */
    date first, last;                /* a tolling; both days do not count */
    date revoked_on;
    const char *covers, *whose, *scope; /* as received, a list or a word; NULL: all there is */
    bool common;                        /* it is everybody's although it names nobody */
    const char *key;                    /* of its row, and where that comes from */
    int64_t pull, line;
};

/* Texts live in the arena given to the function that made it. */
struct observation {
    struct prepared_rule *rule;
    const char *subject;      /* the key of the row, or the name of the group */
    const char *period;       /* "" for a duty without one */
    const char *period_words; /* for people; NULL */
    const char *label, *unit, *office, *owner;
    const char *unit_by;       /* what says that it is this unit, for people; NULL */
    const char *scope, *party; /* what a document must cover, which may be a list with a date for
                                  each of it, and for whom; NULL: any */
    const char *place;         /* whose local closings count; NULL: none */
    int64_t amount;            /* cents, INT64_MIN: not known */
    enum answer answer;
    const char *ask;   /* UNKNOWN: what to enter; PENDING: what is wrong with a document; NULL */
    bool firm;         /* UNKNOWN, also when it was done in time */
    const char *guess; /* "it is a penalty under 19 U.S.C. 1592": its last day may pass only if that
                          is so, and that is asked for; NULL: it is no guess */
    bool unread;       /* UNKNOWN for a cell that cannot be read */
    bool gone;         /* the row left its source */
    date starts[WAYS_MAX]; /* deadline: of each way; DATE_NONE: not known */
    int seconds[WAYS_MAX]; /* of each start, since midnight; -1: only the day is known */
    date cap;              /* the start of `at_most` */
    date beside[WAYS_MAX]; /* of what is told beside the date; DATE_NONE: not known */
    date also;             /* a front: the day that the case itself states */
    date start;            /* every other kind: from when the time runs */
    date bound;
    date met_on;
    int met_seconds;     /* since midnight; -1: only the day is known */
    date ahead;          /* the first day on which something that is planned comes; DATE_NONE */
    const char *planned; /* what that is, for people: "done"; NULL */
    date violated_on;    /* lifecycle: the day of what must not follow; else DATE_NONE */
    const char *event;   /* lifecycle: what began the duty; standard: the number, in words */
    const struct ledger_entry *extensions, *tollings;
    int extension_count, toll_count;
    const char *unseen; /* the ledger of extensions that cannot be seen: the day is the earliest */
    const struct front *front; /* NULL: it has one date; the start and documents are of its item */
    const char *quiet_because, *quiet_detail; /* NULL: no reason to be quiet */
    date quiet_on;
    const struct evidence *evidence;
    int evidence_count;
    int64_t pull, line; /* where the row comes from */
    const char *raw;    /* its record as received */
};

/* The earliest or only day from which time is known to run; DATE_NONE: none is. */
date observe_start(const struct observation *o);

/* Receives one observation; false stops with its error. */
typedef bool observe_fn(void *data, const struct observation *o, struct error *e);

/* What is known beside the rows. */
struct setting_of {
    date today;
    /* One for each dataset of the settings, in their order: whether a good pull ever came; NULL:
     * all of them. */
    const bool *loaded;
    /* The same: whether what it has now cannot be seen (never loaded, not mapped, too old); NULL:
     * none of them. */
    const bool *unseen;
    /* The same: whether some row of it has a cell that could not be read; NULL: none of them. */
    const bool *unread;
    const struct settings *settings;
};

/* A rule that failed on so many rows of one judgement is not run on the rest of them. */
LIMIT(RULE_FAILURES_MAX,
      3); /* unknown: the cases of a rule that are left when it failed on so many */

/* With what is asked for begins where a rule failed, or was not run on the rest. */
#define ASK_WORKS "a rule that works: "

/* With what is asked for begins where a duty is watched on a guess. */
#define ASK_GUESS "whether "

/* OUTSIDE, and nothing known. */
struct observation observe_nothing(struct prepared_rule *r, const char *subject,
                                   const char *period);

/* What the data says of one subject: calls `each` for each of its duties that bind or may bind, or
 * not at all. A row that is not there is UNKNOWN: rows that leave their source are kept and marked,
 * so only a dataset that is being loaded anew lacks one. Not for standards. */
bool observe_subject(struct prepared_rule *r, const char *subject, const struct setting_of *k,
                     struct arena *a, observe_fn *each, void *data, struct error *e);

enum truth { TRUTH_NO, TRUTH_YES, TRUTH_UNKNOWN };

/* Whether one condition of the rule holds for a subject, with the values that it read, in `a`.
 * `*ret_row` tells whether the record is there. */
bool observe_condition(struct cage *c, const struct prepared_rule *r, const struct condition *n,
                       const char *subject, const struct setting_of *k, struct arena *a,
                       enum truth *ret, struct evidence **ret_values, bool *ret_row,
                       struct error *e);

/* --- for judge/recurring and judge/standard --- */

/* Makes the answer UNKNOWN; the first reason is kept. It yields to observe_met(). */
void observe_unknown(struct observation *o, const char *ask);

/* The same, for what makes it UNKNOWN whether it was done or binds at all. */
void observe_untold(struct observation *o, const char *ask);

/* Precedence: what was done by a last day that is known is MET, whatever else is unknown. */
void observe_met(struct observation *o);

/* A day that has not come is planned: it is noted as `what`, and is none until it comes. So is a
 * day that stands for none (date_is_sentinel()), which is not noted. */
date observe_came(struct observation *o, date d, date today, const char *what);

/* A duty whose business days reach beyond those that its calendar knows, or whose time would end
 * outside the years 1 to 9999, is UNKNOWN. */
void observe_counted(struct observation *o, struct arena *a);

/* Runs the detail statement with the parameters `v`; the values of `o` that hold for the subject
 * are set. False with ERROR_SETUP when the rule failed. `*ret_row` tells whether the row is there.
 */
bool observe_detail(struct prepared_rule *r, const struct cage_values *v,
                    const struct setting_of *k, struct arena *a, struct observation *o,
                    bool *ret_row, struct error *e);

/* A value of the column `name` as a person reads it; NULL for null. */
const char *observe_show(const struct prepared_rule *r, struct cage_stmt *s, int column,
                         const char *name, struct arena *a);

/* True when a dataset that the rule reads was never loaded; `*ret_name` is its id. */
bool observe_not_loaded(const struct prepared_rule *r, const struct setting_of *k,
                        const char **ret_name);

#endif
