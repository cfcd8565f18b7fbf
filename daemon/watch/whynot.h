/* whynot: why a subject is told, or not told, under a rule.
 *
 * The rules are asked anew, condition by condition with the values that they saw; what was decided
 * and told is read from the record.                                                              */
#ifndef WATCH_WHYNOT_H
#define WATCH_WHYNOT_H

#include "watch/report.h"

/* { subject, rule, title, period, answer, because, conditions: [ { part, text, holds (true, false,
 *   null), values: [ { name, value } ] } ], periods: [ { period, answer } ] }
 *
 * answer is one of
 *   off-for-want-of-data, off-by-choice    the rule is not judged
 *   no-record      the dataset has no such key
 *   out-of-scope   a condition does not hold
 *   left-out       a limit_to does not hold
 *   unknown        the data cannot tell: what to enter
 *   done           it was done
 *   ended          it no longer binds; or the record was closed at its source
 *   not-yet-due    the first rung has not come
 *   quiet          there is a reason not to alarm
 *   silenced       a person silenced it
 *   acknowledged   told, and acknowledged until a day
 *   withheld       another reason, as recorded
 *   waiting        in a message that is not sent yet, or for the digest
 *   bounced        told, but no message arrived
 *   told           to whom and when
 * `period` (NULL): the latest of a duty that comes again. ERROR_INPUT when there is no such rule.
 */
struct json *why_not(const struct report_from *r, const char *subject, const char *rule,
                     const char *period, struct error *e);

#endif
