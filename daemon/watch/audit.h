/* audit: what an audit found, and what is watched of it: `status --audit`.
 *
 * Of each finding or recommendation: its rules with their state, since when they watch, how their
 * duties stand, what is open, the last change, and the first month of the watch against the last.
 * Like `coverage --count` it looks at every case, so it is never done inside the daemon.        */
#ifndef WATCH_AUDIT_H
#define WATCH_AUDIT_H

#include "watch/report.h"

/* { audit, title, day, whole, items: [ { name, text, on, off (rules), since, duties, cases, known
 *   (duties that the data can tell), met, late, ahead, past, quiet, unknown, open (findings that
 *   are alarmed), amount (of these, cents; once a case), last (day of the last change),
 * first_month: MONTH, last_month: MONTH, rules: [ { id, title, state, why, missing, ... } ]
 * (watch/coverage.h) } ] } MONTH: { passed (last days), done }; null before a rule watches. whole:
 * every item has a rule that is on, none of its rules is off for want of data, and nothing is open.
 * NULL with ERROR_INPUT when there is no such audit. */
struct json *audit(const struct report_from *r, const char *id, struct error *e);

#endif
