/* lost: the register of what was not done in time. What stands beside a line of it.
 *
 * Whether it is a loss is decided by a person, who enters that in the record; so the columns that
 * the rule names as evidence are those of today's record, not of the day on which it was lost. */
#ifndef WATCH_LOST_H
#define WATCH_LOST_H

#include "watch/report.h"

/* Adds to `row` (a duty of report_list()):
 *     record: [ { name, value } ]      the columns in `evidence` of the rule, else those that
 *                                      have a value; empty: the record or the rule is no more;
 *                                      amounts as "$1,234.50"
 *     told: [ { day, recipient, channel, cause, state } ]
 *                                      who was told of it when, in order, at most 200; state:
 *                                      of the message; null: it waits for its digest            */
bool lost_add(const struct report_from *r, struct json *row, struct error *e);

#endif
