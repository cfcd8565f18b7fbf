/* asof: what was believed, found and told at a moment, read from stored moves, messages and
 * attempts. Nothing is computed anew, and nothing is shown that was written after the moment, so
 * that the same moment gives the same bytes whenever it is asked for, here or from a copy.
 *
 * The moment is one of the clock, not a judged day: a move counts from when it was written. It
 * must have passed. What is asked for comes in pages, so that no answer grows without end.     */
#ifndef WATCH_ASOF_H
#define WATCH_ASOF_H

#include "watch/report.h"

/* A page of it. `after`: the "next" of the page before, NULL for the first. `whole`: every move
 * until then, and the bytes of messages. */
struct asof_page {
    const char *time; /* "2026-03-01": the end of that day in the configuration's zone; or a moment
                         with its offset, "2026-03-01T12:00:00-05:00" */
    const char *subject, *unit; /* NULL: any */
    const struct json *after;
    bool whole;
};

/* By subject, rule and period:
 *
 * { as_of, findings: [ { finding, rule, subject, period, name, unit, office, owner, amount, status,
 *   stage, severity, last_day, act_by, opened_on, past_since, ended_on, because, quiet_since,
 *   change: MOVE, told: [ { ref, channel, recipient, role, cadence, message, withheld } ],
 *   moves: [ MOVE ] if whole } ], next (null: that was all) }
 * MOVE: { ordinal, day, at, cause, status, last_day_before, last_day, unit, office, owner, amount,
 *   derivation, inputs, data_version, rules, chain }
 *
 * ERROR_INPUT for a time that is none or has not passed. */
struct json *asof_findings(const struct report_from *r, const struct asof_page *p, struct error *e);

/* By the moment in which they were made, then by key:
 *
 * { as_of, messages: [ { key, kind, channel, recipient, trial, subject, made_at, state, instead_of,
 *   carries: [ "12.3" ], tries: [ { number, at, ended_at, outcome, status, answer } ],
 *   sha256, bytes (base64) if whole } ], next }
 * State, tries and bytes are as they were at the moment. */
struct json *asof_messages(const struct report_from *r, const struct asof_page *p, struct error *e);

#endif
