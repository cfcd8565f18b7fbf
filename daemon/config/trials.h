/* trials: tests of rules, as they are written in *.test files beside the rules.
 *
 * A file names a configuration and holds tests; a test has steps: a day, the rows that the datasets
 * hold from that day on, and what must come of it. Everything that is wrong with the form of a file
 * is a problem with its line; whether the names lead anywhere is checked by watch/trial, which has
 * the configuration. Strings live in the arena given. NULL and absent days: not said.            */
#ifndef CONFIG_TRIALS_H
#define CONFIG_TRIALS_H

#include "config/settings.h"

#include <stdbool.h>

/* The rows of one dataset from this step on: a line of column names, then one line a row. */
struct trial_rows {
    struct place at;
    const char *dataset;
    struct texts lines;
};

extern const char *const trial_answers[], *const trial_findings[];

/* What must be said of one duty. Days are written as such or "none". */
struct trial_expect {
    struct place at;
    const char *rule, *subject, *period; /* period NULL: the only one */
    int answer;                          /* of trial_answers; 0: any */
    const char *last_day, *act_by, *stage, *ask, *quiet, *met_on, *past_since;
    const char *unit, *office, *owner;
    int64_t amount;       /* INT64_MIN: not said */
    int finding;          /* of trial_findings; 0: any */
    struct texts changes; /* causes of the moves of this step, or "none" */
    struct texts steps;   /* texts that the derivation contains */
};

/* A message of this step. */
struct trial_message {
    struct place at;
    const char *to; /* NULL: anybody */
    struct texts contains, lacks;
    int64_t count; /* so many; -1: at least one */
};

struct trial_step {
    struct place at;
    date day;
    struct list rows;        /* struct trial_rows */
    struct texts not_loaded; /* datasets of which nothing ever came */
    struct list expect, messages;
};

struct trial {
    struct place at;
    const char *name;
    struct trial_step own; /* what stands in the test itself, when it has one step */
    struct list steps;     /* struct trial_step; never empty after trials_load() */
};

struct trial_file {
    const char *path;
    const char *config; /* as written, made relative to the folder of the file; or found there */
    struct list tests;  /* struct trial */
};

/* Reads one file. `config`: for a file that names none; NULL: dutywatch.conf beside it, or the only
 * *.conf there. What is wrong is added to `p`; NULL only when nothing could be read. */
struct trial_file *trials_load(const char *path, const char *config, struct arena *a,
                               struct problems *p);

/* The configuration of a folder as above; NULL when there is none, or several. */
const char *trials_config_of(const char *dir, struct arena *a);

/* Gives each dataset a source of its own, with the column names as they are and days as yyyy-mm-dd,
 * instead of the configured ones; nothing is ever too old, and nobody is in trial. */
void trials_prepare(struct settings *s, struct arena *a);

/* Checks what is given away: a rule in the folder of a pack that is `shipped` needs a law and a
 * test that names it. `ret_untested` (may be NULL) gets the other rules without a test: "a, b and
 * 7 more". */
void trials_check_packs(const struct settings *s, struct problems *p, struct text *ret_untested);

#endif
