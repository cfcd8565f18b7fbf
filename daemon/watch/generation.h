/* generation: configuration and rules, built whole, then swapped.
 *
 * A reload builds the next one beside the current one; only when everything in it is good does it
 * take over. A refused one changes nothing and its problems are said. Jobs under way keep their own
 * reference. Building checks every rule against an empty database first, so that a bad
 * configuration never touches the tables.                                                      */
#ifndef WATCH_GENERATION_H
#define WATCH_GENERATION_H

#include "base/arena.h"
#include "base/problem.h"
#include "config/settings.h"
#include "db/db.h"
#include "judge/cage.h"
#include "judge/rule.h"

#include <stdbool.h>

struct generation {
    struct arena *arena;
    struct settings *settings;
    struct cage *cage;
    struct rulebook *book;
    int number;
    int references;
};

/* The settings alone, for verbs that ask the daemon or read its files: no rule is built, no
 * credential is tried. What is wrong is added to `p`; false only when there are none at all. The
 * caller's reference is the only one. */
bool generation_settings(const char *path, const char *state_dir, struct problems *p,
                         struct generation **ret);

/* Reads and checks everything, changes nothing. `state_dir` (NULL: as configured) replaces the
 * setting. The caller's reference is the only one. False if there are problems (errors); `*ret` is
 * set even then when enough could be read to look at, else NULL. */
bool generation_check(const char *path, const char *state_dir, struct problems *p,
                      struct generation **ret);

/* The same, then makes the tables in `data` and the rules ready on it. */
bool generation_build(const char *path, const char *state_dir, struct db *data, int number,
                      struct problems *p, struct generation **ret);

/* Makes the rules of settings ready on data.db as it is, for reading, unless they are. ERROR_SETUP
 * with the first problem. */
bool generation_read(struct generation *g, struct error *e);

/* The same for tests of rules: with the sources of trials_prepare(), and no credential is tried. */
bool generation_trial(const char *path, const char *state_dir, struct db *data, struct problems *p,
                      struct generation **ret);

/* Whether `next` can take over from `now` while the daemon runs; adds what only a restart can
 * change. */
bool generation_follows(const struct generation *now, const struct generation *next,
                        struct problems *p);

/* Gives a reference back; the last one frees it. NULL is fine. */
void generation_unref(struct generation *g);

DEFINE_AUTO(generation, generation_unref)

#endif
