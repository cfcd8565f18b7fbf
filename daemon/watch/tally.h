/* tally: how the duties of each rule stand, those that are met and are not kept among them.
 *
 * Every case is looked at under every rule, as a judgement would; nothing is written. That takes as
 * long as a first judgement, so it is never done inside the daemon.                            */
#ifndef WATCH_TALLY_H
#define WATCH_TALLY_H

#include "base/arena.h"
#include "watch/report.h"

/* Of one rule. Each duty is counted once: met (in time), late (met after its last day), ahead, past
 * (not met, and its last day has passed), quiet (not met, with a reason not to alarm that began in
 * time) or unknown (the data cannot tell). */
struct tally {
    int64_t cases;    /* that have a duty; of a standard: groups and periods */
    int64_t without;  /* cases that have none: out of scope, or nothing of theirs has begun */
    int64_t left_out; /* cases that limit_to leaves out */
    int64_t met, late, ahead, past, quiet, unknown;
    const char *first; /* the case that was seen first */
};

/* One for each rule of the rulebook, in its order, in `a`: as on the day of the last judgement.
 * Makes the rules of `r->generation` ready; it must not be one by which a daemon judges. */
bool tally_rules(const struct report_from *r, struct arena *a, struct tally **ret, struct error *e);

#endif
