/* faults: commits, transactions and writes that fail, and death right before or after a commit.
 *
 * What a commit was is seen in the databases: T1 a payload waits, T2 it was read, T3 findings and
 * messages, T4 a message is in flight, T5 its attempt has ended; other commits have no name. */
#ifndef SCENARIO_FAULTS_H
#define SCENARIO_FAULTS_H

#include "scenario/run.h"

/* Watches the commits of this life. */
void faults_watch(struct run *r);
void faults_end(struct run *r);

/* Dies like a daemon that gets SIGKILL; the next life goes on. */
_Noreturn void faults_die(struct outside *o);

/* 1 to 5 for "T1" to "T5", else 0. */
int faults_point(const char *name);

#endif
