/* say: what people answer, in scenarios. */
#ifndef SCENARIO_SAY_H
#define SCENARIO_SAY_H

#include "scenario/run.h"
#include "scenario/script.h"

/* ack RULE SUBJECT until DAY: ann acknowledges the open finding. */
void say_ack(struct run *r, struct words *w);

/* silence rule|case|unit|office NAME... until DAY: ann wants to hear nothing of them. */
void say_silence(struct run *r, struct words *w);

/* golive unit|office NAME: ann takes it out of trial. */
void say_golive(struct run *r, struct words *w);

#endif
