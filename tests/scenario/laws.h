/* laws: what holds at the end of every scenario, and what two runs of one are compared by. */
#ifndef SCENARIO_LAWS_H
#define SCENARIO_LAWS_H

#include "scenario/run.h"

/* Ends the life when a law of the house is broken: a message lost or sent twice, a notification
 * that no message carries, moves with gaps, trouble that nobody expected, a damaged database. */
void laws_check(struct run *r);

/* Everything that must be the same whether the program was killed or not, one fact a line: in
 * r->o->final. Not in it: times, attempts, numbers of pulls. */
void laws_final(struct run *r);

#endif
