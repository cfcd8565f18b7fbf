/* trial: tests of rules (config/trials.h), run without a daemon.
 *
 * A ground is a configuration with two databases of its own in a folder of its own, which goes when
 * the ground goes: neither the configured state nor a source, a channel or the network is touched,
 * and today is what the test says. One ground serves all tests of a configuration: each begins
 * with empty tables.
 *
 *     ground_open()     the folder, the databases, the rules made ready
 *     trial_check()     what a test names is there
 *     trial_run()       rows in, judged as the daemon judges, held against what is expected
 *     ground_close()                                                                           */
#ifndef WATCH_TRIAL_H
#define WATCH_TRIAL_H

#include "base/problem.h"
#include "config/trials.h"
#include "watch/generation.h"

#include <stdbool.h>

struct ground;
struct json;

/* What is wrong with the configuration is added to `p`; everything else is in `e`. */
bool ground_open(const char *config, struct problems *p, struct ground **ret, struct error *e);
void ground_close(struct ground *g); /* NULL is fine */

const char *ground_config(const struct ground *g);
struct generation *ground_generation(struct ground *g);

/* Adds a problem for each rule, dataset or column that a test names and the configuration does not
 * have. */
void trial_check(const struct ground *g, const struct trial *t, struct problems *p);

/* Runs a test that trial_check() found good. `*ret`, which the caller frees:
 *
 * { name, file, line, passed, failures: [ { file, line, day, step (from 1; 0: the only one),
 *   what, differences: [ { field, expected, found, same } ], steps: [ sentence ] } ] }
 *
 * `steps` are those of the date, or of a message what was told instead. False only when the
 * database failed. */
bool trial_run(struct ground *g, const struct trial *t, struct json **ret, struct error *e);

DEFINE_AUTO(ground, ground_close)

#endif
