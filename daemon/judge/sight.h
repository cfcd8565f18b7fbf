/* sight: what an observation says of its dates on a day, ready for finding_step(). Pure.
 *
 * Whoever asks whether something is past, or was done late, asks it of this: judging, and what
 * counts anew (watch/tally). */
#ifndef JUDGE_SIGHT_H
#define JUDGE_SIGHT_H

#include "base/clock.h"
#include "judge/finding.h"
#include "judge/observe.h"

/* `last`, `safe`, `due_at` (INSTANT_NONE: at the end of the last day): as derived from `o`, or as
 * they stood before where the data cannot tell them now. `moment`: up to which it is judged. What
 * does not come from the observation (the reminder, silence, evidence, baseline) is left empty. */
struct sight sight_of(const struct observation *o, date last, date safe, instant due_at, date today,
                      instant moment);

#endif
