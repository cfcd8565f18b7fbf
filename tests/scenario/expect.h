/* expect: what must be so; a life ends where it is not, with what was found instead. */
#ifndef SCENARIO_EXPECT_H
#define SCENARIO_EXPECT_H

#include "scenario/run.h"

void expect(struct run *r, struct words *w);
void expect_help(void);

/* Prints all messages that arrived since the last clear, as their readers see them. */
void expect_print(struct run *r);

#endif
