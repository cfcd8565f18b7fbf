/* report: what reading verbs show, as JSON made from the two databases.
 *
 * The same functions serve the daemon (over the control socket) and a verb that reads the files
 * itself when no daemon runs. Nothing is computed anew: what is shown is what was judged.     */
#ifndef WATCH_REPORT_H
#define WATCH_REPORT_H

#include "base/clock.h"
#include "config/settings.h"
#include "db/db.h"

#include <stdbool.h>

struct json;

struct report_from {
    struct db *db; /* data.db with state.db attached as st, for reading only */
    const struct settings *settings;
    instant now;
};

/* Opens both for reading. ERROR_SETUP with what to do when they are not there or not readable. */
bool report_open(const struct settings *s, instant now, struct report_from *ret, struct error *e);
void report_close(struct report_from *r);

/* The day of the last judgement, DATE_NONE if there was none. */
bool report_day(const struct report_from *r, date *ret, struct error *e);

/* (watch/status.c) { day, mode, sources: [ { id, state, good_at, next_at, error, last_read: { pull,
 * records, rejects, added, changed, gone, state, rejected: [ { line, field, value, reason } ] },
 * differences, differ: [ { key, field, kept, said: [ { line, value } ], pull } ] }
 * ], rules: [ id ], channels: [ name ], findings: { open, past, quiet, unknown, watched },
 * messages: { queued, in_flight, dead, sent }, healthy } */
struct json *report_status(const struct report_from *r, struct error *e);

/* Filters of `list`; NULL and -1 mean any. */
struct list_filter {
    const char *rule, *unit, *office, *owner, *subject;
    int64_t within;   /* last day from today to so many days on */
    bool past;        /* only those whose last day has passed */
    bool unknown;     /* only those that the data cannot tell */
    bool closed;      /* findings that ended, too */
    const char *sort; /* "date" (preset) or "amount" */
};

/* { day, counts: { total, past, within_30, within_90, within_180, within_365, unknown, quiet },
 *   duties: [ { rule, subject, name, unit, office, owner, amount, status, answer, last_day, act_by,
 *   days_left, because, ask, finding, breached_on } ] } */
struct json *report_list(const struct report_from *r, const struct list_filter *f, struct error *e);

/* { messages: [ { key, state, kind, channel, recipient, subject, created_at, next_at, attempts,
 *   answer } ] }; `all`: sent ones too. */
struct json *report_queue(const struct report_from *r, bool all, struct error *e);

/* One message whole: as in report_queue with content, bytes and each attempt. `key`: its start. */
struct json *report_message(const struct report_from *r, const char *key, struct error *e);

#endif
