/* act: the statements of a scenario. The table in act.c prints their list (scenario --help). */
#ifndef SCENARIO_ACT_H
#define SCENARIO_ACT_H

#include "scenario/run.h"

/* Executes one; ends the life when it fails or makes no sense. */
void act(struct run *r, const struct statement *s);

/* Prints what statements there are. */
void act_help(void);

#endif
