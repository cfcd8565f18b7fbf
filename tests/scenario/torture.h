/* torture: a scenario again and again, killed right before and right after each of its commits,
 * with each commit failing once, and with the disk full at a write near it: the end must be the
 * same. */
#ifndef SCENARIO_TORTURE_H
#define SCENARIO_TORTURE_H

#include "base/text.h"
#include "scenario/outside.h"
#include "scenario/script.h"

/* One run of a scenario from nothing to its end; `faults` may be NULL; the caller frees it. */
struct outside *scenario_run(const struct script *s, const struct faults *faults, bool talk);

/* True if the script asks for it, or FULL=1 and it does not refuse. */
bool scenario_wants_torture(const struct script *s);

/* False with what was found in `said`; `*ret_runs` gets how many runs were made. */
bool scenario_torture(const struct script *s, int64_t *ret_runs, struct text *said);

#endif
