/* coverage: which rules watch, which cannot and what they lack, and which duties nobody can act on
 * because the data has no date or nobody who is theirs.
 *
 * Rules are told from the settings, duties as they were last judged.
 * `tallies`: of tally_rules(), or NULL.                                                       */
#ifndef WATCH_COVERAGE_H
#define WATCH_COVERAGE_H

#include "watch/report.h"

/* { day, whole, rules: [ { id, title, law, state, why, missing: [ { dataset, column, sources } ],
 *   watched, unknown, tally: TALLY if `tallies` and it is on } ], no_date: GAP, no_owner: GAP }
 * state: "on", "off for want of data", "off by choice", "does not work". column null: any of the
 * dataset. sources: those that fill the dataset, where a map for the column would stand.
 * TALLY: { cases, without, left_out, duties, met, late, ahead, past, quiet, unknown }
 * (watch/tally.h) GAP: { count, cases, amount (once a case, cents), duties: [ { subject, rule,
 * period, name, unit, office, owner, amount, ask } ] if `list` } no_owner: the owner is missing, or
 * neither an address nor the name of a contact; only of rules whose subject states an owner. whole:
 * no rule is off for want of data or does not work, and both gaps are empty. */
struct tally;
struct json *coverage(const struct report_from *r, bool list, const struct tally *tallies,
                      struct error *e);

#endif
