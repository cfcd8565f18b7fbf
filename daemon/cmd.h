/* cmd: what every verb gets and the helpers that they share. Only the files of the verbs include
 * it.
 *
 * Exit codes: 0 nothing wrong, 1 findings or a difference, 2 wrong call, 3 could not do it, 78 bad
 * configuration (EX_CONFIG).                                                                   */
#ifndef CMD_H
#define CMD_H

#include "base/error.h"
#include "base/limit.h"
#include "base/problem.h"
#include "base/text.h"
#include "codec/json.h"
#include "watch/generation.h"

#include <stdbool.h>
#include <stdio.h>

enum exit_code { EXIT_GOOD = 0, EXIT_FOUND = 1, EXIT_USAGE = 2, EXIT_FAILED = 3, EXIT_CONFIG = 78 };

struct call;
typedef int verb_fn(struct call *c);

/* One option of a verb, beside those that every verb has. */
struct option_of {
    const char *name;  /* "--today" */
    const char *value; /* what it takes, "DAY"; NULL: nothing */
    const char *help;
};

struct verb {
    const char *name;
    verb_fn *run;
    const char *arguments;           /* "[--past] [--within DAYS]" */
    const char *help;                /* one line */
    const struct option_of *options; /* ended by a NULL name */
    const char *example;
    bool changes; /* needs the daemon, or the files for itself */
};

extern const struct verb verbs[]; /* ended by a NULL name */

LIMIT(ARGUMENTS_MAX, 16); /* refused: more arguments of a verb */
LIMIT(OPTIONS_MAX, 32);   /* refused: more options of a verb */

struct call {
    const struct verb *verb;
    const char *config, *state_dir; /* --config, --state-dir or NULL */
    bool json;
    bool colour; /* standard output is a terminal that shows colour */
    int count;   /* arguments that are no options */
    const char *arguments[ARGUMENTS_MAX];
    int option_count;
    struct {
        const char *name, *value;
    } options[OPTIONS_MAX];
};

/* The value of an option ("" for one without), NULL when it was not given. */
const char *call_option(const struct call *c, const char *name);

/* "dutywatch: verb: sentence" on standard error; returns `code`. */
int call_fail(const struct call *c, enum exit_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Wrong call: the sentence and how it is called. */
int call_usage(const struct call *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The exit code for an error. */
enum exit_code exit_of(const struct error *e);

/* Prints all problems on standard error (as JSON on standard output with --json). */
void problems_print(const struct call *c, const struct problems *p);

/* The settings, for verbs that only need to know where things are. Problems are printed; NULL when
 * they cannot be used. The generation is to be given back. */
struct generation *call_settings(struct call *c);

/* Runs a method on the daemon; when none runs and `method` only reads, on the files. NULL after
 * the error was printed; `ret_code` then has the exit code. */
struct json *call_method(struct call *c, const char *method, struct json *parameters,
                         int *ret_code);

/* The two halves of it. The daemon: NULL after the error was printed, or with `*ret_absent` when
 * none runs, or the answer is more than it gives at once and the files can be read. The files:
 * false after the error was printed; `ret` is to be closed, `ret_generation` given back. */
struct report_from;
struct json *call_daemon(struct call *c, const char *method, struct json *parameters,
                         bool *ret_absent, int *ret_code);
bool call_files(struct call *c, struct generation **ret_generation, struct report_from *ret,
                int *ret_code);

/* Copies the two databases to a directory that is there, so that they can be worked on. */
bool call_copy_state(const char *from, const char *to, struct error *e);

/* Prints JSON in its long form. */
void print_json(const struct json *j);

/* Text for a terminal: control characters made visible, padded or cut to `width` columns (0: as
 * long as it is). */
void print_cell(FILE *out, const char *s, int width);

/* "suit", or with the period of a duty that comes again "survey 2026-03". Good until the next call.
 */
const char *rule_text(const struct json *duty);

/* "2026-11-24 05:03 UTC" of a moment as JSON has it; "never" for NULL. Good until the next call. */
const char *when_text(const char *moment);

/* Colours, "" when they are not wanted. */
const char *paint(const struct call *c, const char *colour);
#define RED "\033[31m"
#define YELLOW "\033[33m"
#define GREEN "\033[32m"
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

/* What status says, and with the messages what once says. */
void print_status(const struct call *c, const struct json *j);
void print_once(const struct call *c, const struct json *j, bool dry);

/* The results of tests, { passed, failed, tests: [ as of watch/trial.h, microseconds ] }. */
void print_tests(const struct call *c, const struct json *j);
/* As JUnit has it; each error of `p` is a test that could not be run. */
void write_junit(const struct json *j, const struct problems *p, struct text *out);

verb_fn cmd_check, cmd_run, cmd_once, cmd_status, cmd_audit, cmd_list, cmd_explain, cmd_as_of,
    cmd_queue, cmd_ack, cmd_silence, cmd_golive, cmd_preview, cmd_why_not, cmd_send_test,
    cmd_release, cmd_discard, cmd_reload, cmd_pull, cmd_backup, cmd_restore, cmd_verify,
    cmd_coverage, cmd_calendar, cmd_test, cmd_rejects;

#endif
