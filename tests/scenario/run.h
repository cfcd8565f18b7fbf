/* run: one life of the program inside a scenario: a child that executes the script from where the
 * one before was killed. */
#ifndef SCENARIO_RUN_H
#define SCENARIO_RUN_H

#include "scenario/outside.h"
#include "scenario/script.h"
#include "scenario/world.h"
#include "watch/engine.h"

#include <stdbool.h>

/* What the daemon waits after trouble with its database; what systemd waits before a restart. */
#define AGAIN_AFTER (30 * SECOND)

struct run {
    const struct script *script;
    const struct statement *at; /* under way */
    struct outside *o;
    struct fake *world;
    struct engine *engine; /* NULL until time goes on or a statement needs it */
    const char *dir;       /* with dutywatch.conf, state/, credentials/ */
    struct arena *arena;
    instant planned;         /* when the engine wants to be called */
    bool soon;               /* something finished: it is called at once */
    bool talk;               /* log lines go to standard error as well */
    struct db *data, *state; /* readers of our own, for scenario/faults.h */
};

/* Ends this life and the scenario: "FILE:LINE: ...", and what was logged last. */
_Noreturn void run_fail(const struct run *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Writes the configuration file. */
void run_configure(struct run *r, const char *text);

/* The zone of the configuration; a time of its wall clock, INSTANT_NONE if that is no time. */
const char *run_zone(const struct run *r);
instant run_time(const struct run *r, const char *day, const char *time);

/* The engine, started when there is none. */
struct engine *run_engine(struct run *r);

/* Goes on to `target`: does everything that is due before it, and with `including` at it. */
void run_to(struct run *r, instant target, bool including);

/* Does what is due now, without moving the clock. */
void run_settle(struct run *r);

/* Looks into the maildirs for messages that were not seen before. */
void run_scan(struct run *r);

/* Executes the script from the outside's position to its end. Returns at the end. */
void run_script(struct run *r);

/* Ends the life as it should: the engine stopped, everything freed. */
void run_end(struct run *r);

#endif
