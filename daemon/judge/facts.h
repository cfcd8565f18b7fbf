/* facts: what a move was decided on, as JSON that needs nothing else to be read years later.
 *
 * derivation  { title, law, remedy, clears, label, period, because, because_detail, ask, met_on,
 *               as_of, otherwise (the last day if what is disputed holds), bound,
 *               steps: [ sentences ] }
 * inputs      { dataset, key, pull, line, fields: [ { name, value } ], raw }                    */
#ifndef JUDGE_FACTS_H
#define JUDGE_FACTS_H

#include "base/text.h"
#include "judge/observe.h"

/* Appends the derivation of `o`. `as_of`: the day of the data when it is old, else DATE_NONE.
 * `kept`: the dates are those derived before, because the data cannot tell them now. */
void facts_derivation(const struct observation *o, date as_of, bool kept, struct text *out);

/* Appends where the row came from and what it said. */
void facts_inputs(const struct observation *o, struct text *out);

#endif
