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
struct generation;

struct report_from {
    struct db *db; /* data.db with state.db attached as st, for reading only */
    const struct settings *settings;
    struct generation *generation; /* for what asks the rules themselves; NULL: there is none */
    instant now;
    int64_t most; /* lines of a list that are given at once; 0: all */
    bool running; /* somebody holds the state directory: a daemon, or once */
};

/* Opens both for reading, in one transaction. ERROR_SETUP with what to do when they are not there
 * or not readable. */
bool report_open(const struct settings *s, instant now, struct report_from *ret, struct error *e);
void report_close(struct report_from *r);

/* Whether a list may have so many lines (`most`); ERROR_TOO_MUCH. */
bool report_fits(const struct report_from *r, int64_t lines, struct error *e);

/* The day of the last judgement, DATE_NONE if there was none. */
bool report_day(const struct report_from *r, date *ret, struct error *e);

/* The moment up to which it judged, INSTANT_NONE if there was none. */
bool report_moment(const struct report_from *r, instant *ret, struct error *e);

/* (watch/status.c) { day, mode, sources: [ { id, state, good_at, next_at, error, failures,
 * last_read: { pull, records, rejects, added, changed, gone, state, rejected: [ { line, field,
 * value, reason } ] }, differences, differ: [ { key, field, kept, said: [ { line, value } ], pull }
 * ] }
 * ], rules: [ id ], channels: [ name ], findings: { open, past, quiet, unknown, watched },
 * messages: { queued, in_flight, dead, sent }, healthy, why: as of watch/health.h };
 * a daemon adds { generation, works_at: "judging" or "reading" or null, works_since } */
struct json *report_status(const struct report_from *r, struct error *e);

/* As a unit, an office or an owner: what has none. */
#define LIST_NONE "(none)"

/* Filters of `list`; NULL, -1 and INT64_MIN mean any. */
struct list_filter {
    const char *rule, *unit, *office, *owner, *subject;
    const char *status;  /* "watched", "open", "resolved", "withdrawn", "all"; NULL: what has not
                            ended */
    const char *within;  /* last day from today to so much on: "30" (days), "90 days", "6 months" */
    int severity;        /* enum severity: that or above */
    int64_t min_amount;  /* cents; what is not known is less */
    bool past;           /* only those whose last day has passed */
    bool unknown;        /* only those that the data cannot tell */
    bool lost;           /* only what was not done in time, with what lost.h says of it; presets:
                            critical, in any status, by day */
    bool quiet, alarmed; /* only those with a reason not to alarm, only those without */
    const char *sort;    /* "urgency" (preset), "due", "amount", "subject" */
    int64_t limit;       /* so many are given, all are counted; 0: all */
};

/* Reads what `list` is asked for over the control socket (the names of the options). */
void list_filter_read(const struct json *parameters, struct list_filter *ret);

/* (watch/list.c) Urgency is money times nearness: the amount, times 30 / (30 + days), the days
 * being those left to act by, or those since the last day when it has passed; in between none. An
 * amount that is not known counts as the median of those that are. In this order come those with a
 * date; after them those without, by amount; then those that are not alarmed; last those that have
 * ended. By "due" and "amount" what is not known comes last. Equals stand by day, subject, rule,
 * period.
 *
 * Money is counted once a case, with the largest of its amounts.
 *
 * { day, counts: { total, shown, amount, amount_unknown, past, past_amount, within_N,
 * within_N_amount (N: 30, 60, 90, 180, 365), unknown, not_alarmed, reasons: [ { because, cases,
 * amount } ] }, duties: [ { rule, subject,
 * period, name, unit, office, owner, amount, status, severity, answer, last_day, due_at, by,
 * act_by, days_left, because, ask, finding, past_since, done_on } ] }
 *
 * ERROR_INPUT for a filter that makes no sense, and for a rule, unit or office that is none
 * (watch/known.h). */
struct json *report_list(const struct report_from *r, const struct list_filter *f, struct error *e);

/* The same with each of the duties handed over as it comes, and "duties" left out of the result. */
typedef void report_row_fn(void *data, struct json *row);
struct json *report_list_each(const struct report_from *r, const struct list_filter *f,
                              report_row_fn *each, void *data, struct error *e);

/* { messages: [ { key, state, kind, channel, recipient, subject, created_at, next_at, attempts,
 *   answer } ] }: those that are not sent, and those that were sent at `since` or later
 * (0: all; INT64_MAX: none). */
struct json *report_queue(const struct report_from *r, instant since, struct error *e);

/* One message whole: as in report_queue with content, bytes and each attempt. `key`: its start. */
struct json *report_message(const struct report_from *r, const char *key, struct error *e);

#endif
