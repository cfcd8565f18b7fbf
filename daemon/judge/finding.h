/* finding: the state of one duty that somebody must hear of, and its step from one day to the
 * next. Pure.
 *
 *                 rung or breach              met              rung or breach again
 *     (watching) ───────────────▶ OPEN ────────────▶ RESOLVED ──────────────────▶ OPEN
 *                                  │ no longer binds
 *                                  └───────────────▶ WITHDRAWN ─────────────────▶ OPEN
 *
 * Stage, breach, quiet, silence and acknowledgement beside it, in this order of precedence: met,
 * withdrawn, unknown, quiet, silence, acknowledgement. An acknowledgement holds until its day, a
 * further rung, the breach, or other evidence, whichever comes first: until then nothing is
 * repeated; then it is told that the finding is still open. Of a front (judge/front.h) the nearest
 * date is watched: when it passes, a part is lost, which is a breach, and the next one is watched;
 * each further part is an advance, which does not end an acknowledgement. A silence is told nothing
 * of, has an end, and when that comes the rung it then stands on is told once.
 *
 * One truth whatever the timing: the last day, the day on which it was done and since when it was
 * past (breached_on) are what the data of now says (finding_breached_on), however often it was
 * looked at before. So what was done late is on record although nobody looked between its last day
 * and that day (it is RESOLVED without ever having been OPEN); another date, or another day of
 * doing, makes that anew, also of a finding that is closed; and what no longer binds, or is to be
 * done again by a day ahead, was no breach. What was believed stays in the moves. Two things hang
 * on when it was looked at: a contradiction, whose time runs from the first sight (mended, it was
 * none), and a record that left its source, of which the last word stands.
 *
 * Unknown never resolves, withdraws or moves a finding; the rungs of a date once derived go on.
 * Quiet before or on the last day: staged, not told,
 * no breach, also when that is recorded after it; after it the breach stands. When the reason to be
 * quiet ends, the rung it then stands on is told once. */
#ifndef JUDGE_FINDING_H
#define JUDGE_FINDING_H

#include "base/date.h"
#include "base/limit.h"
#include "judge/observe.h"

#include <stdbool.h>

enum status { STATUS_NONE, STATUS_OPEN, STATUS_RESOLVED, STATUS_WITHDRAWN };
const char *status_name(enum status s); /* "OPEN": as stored; "" for NONE */
enum status status_read(const char *name);

enum cause {
    CAUSE_NONE,
    CAUSE_BASELINE, /* already so when the watch began */
    CAUSE_STAGE,
    CAUSE_BREACHED,
    CAUSE_MOVED,
    CAUSE_MET,
    CAUSE_MET_LATE,
    CAUSE_REOPENED,
    CAUSE_WITHDRAWN,
    CAUSE_GONE,
    CAUSE_REMIND,
    CAUSE_QUIET,
    CAUSE_QUIET_ENDED,
    CAUSE_RULE_CHANGED, /* already so under a new text of the rule */
    CAUSE_CORRECTED,    /* another date, because what the record said before was changed */
    CAUSE_ANSWERED,     /* a person acknowledged it */
    CAUSE_ADVANCED,     /* of a front: its nearest date has passed, the next one is watched */
    CAUSE_COUNT
};
const char *cause_name(enum cause c); /* "met late": as stored */
enum cause cause_read(const char *name);

struct finding {
    int64_t id; /* 0: none yet */
    enum status status;
    int stage;      /* number of the rung it stands on, -1 before the first */
    date due, safe; /* the last day and the day to act by */
    date opened_on, breached_on, closed_on, reminded_on;
    date met_on; /* of what is RESOLVED: the day on which it was done; DATE_NONE: not known */
    bool quiet;
    date quiet_on;
    date start; /* from when the time ran, of a deadline; DATE_NONE: not known */
    bool silenced;
    date acked_until;       /* DATE_NONE: it is not acknowledged */
    int64_t acked_evidence; /* digest of what was known then */
    int64_t ordinal;        /* of its last move */
};

/* What is known today, ready to step. */
struct sight {
    date today;
    enum answer answer;
    bool gone;
    date start;      /* from when the time runs, of a deadline; DATE_NONE: not known */
    date last, safe; /* DATE_NONE: no date is known */
    bool timed;      /* the last day ends at a time of day (an office with opening hours) */
    bool over;       /* and that time has passed */
    bool met_after;  /* and it was met on the last day, but after that */
    bool front;      /* `last` is the nearest of several dates */
    date lost_on;    /* of a front: the day after the first that has passed; DATE_NONE: none has */
    date met_on;
    bool mended;        /* it is met since nothing is wrong any more: no day of it is kept */
    int stage;          /* the rung that `today` has reached */
    struct term remind; /* of that rung, or after the last day; count 0: none */
    bool quiet;
    date quiet_on;
    bool silenced;
    int64_t evidence;  /* digest of what is known */
    bool opens;        /* it is a finding at once, whatever rung it stands on */
    bool baseline;     /* the rule is judged for the first time, or for the first time as it is */
    bool rule_changed; /* with `baseline`: it had another text before */
};

struct step {
    enum cause cause; /* CAUSE_NONE: nothing happened, `next` equals what it was */
    struct finding next;
};

/* One step. Called again with its own result until it says CAUSE_NONE; it ends after at most
 * FINDING_STEPS_MAX, each with an ordinal of its own. */
LIMIT(FINDING_STEPS_MAX, 4); /* never: a finding moves no more often in one day */
struct step finding_step(const struct finding *f, const struct sight *s);

/* A person acknowledges an open finding until a day; `evidence` is what is known of it now. */
struct step finding_answer(const struct finding *f, date until, int64_t evidence);

/* True if the last day is over. */
bool sight_is_past(const struct sight *s);

/* Since when it is, or was, past its last day without having been done, by what is known now: the
 * day after the last day (the last day itself where that ends by the hour), of a front the day
 * after the first that passed. DATE_NONE: it is not, was done in time, or was quiet in time. What
 * counts as late anywhere is this. */
date finding_breached_on(const struct sight *s);

/* The rung that `today` has reached on the way to `safe`: -1 before the first. */
int ladder_stage(const struct rung_term *rungs, int count, date safe, date today);

/* The next day on which finding_step() could say something new although no data changed: a rung,
 * the day after the last day, a reminder; the last day itself (which may be today), when it ends at
 * a time that has not come. DATE_NONE: none. */
date finding_next_day(const struct finding *f, const struct sight *s, const struct rung_term *rungs,
                      int count);

#endif
