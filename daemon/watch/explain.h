/* explain: the way back, from a message or a finding to the line of the payload.
 *
 *     message ▸ what it carried ▸ finding and moves ▸ how the date was computed ▸ what the row said
 *     ▸ the pull it came with ▸ its line, as received
 *
 * Everything is read as it was written when it was decided.                                   */
#ifndef WATCH_EXPLAIN_H
#define WATCH_EXPLAIN_H

#include "watch/report.h"

/* `what` is the number of a finding ("12"), one of its moves ("12.3", the ref of a message), the
 * start of a message key (8 hexadecimal digits or more), or a subject. With `rule` only what is of
 * that one is shown of it.
 *
 * { message (or null), findings: [ { id, rule, subject, unit, office, owner, amount, status,
 *   last_day, due_at, by (absent when the last day has no hour), act_by, opened_on, past_since,
 * because, told: [ { recipient, channel, message, state, withheld } ], moves: [ { ordinal, day, at,
 * cause, severity, unit, derivation, inputs, pull } ] } ], watched: [ a duty as report_list() has
 * it, also one that was found ] }
 *
 * ERROR_INPUT when nothing of the kind is there, or no such rule (watch/known.h). */
struct json *explain(const struct report_from *r, const char *what, const char *rule,
                     struct error *e);

#endif
