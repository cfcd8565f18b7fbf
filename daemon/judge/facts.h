/* facts: what a move was decided on, as JSON that needs nothing else to be read years later.
 *
 * derivation  { title, law, remedy, clears, remedy_past, clears_past (absent: as before the last
 *               day), gone (true: the record left its source; absent), label, unit_by (what says
 * that it is this unit, or null), period, because, because_detail, ask, met_on, as_of, otherwise
 * (the last day if what is disputed holds), bound, by ("17:00": when the last day ends; null: at
 * its end), unseen (the ledger of extensions that cannot be seen, or null), front: null or { of
 * (the dataset), items, parties, undated, reckoned, passed, passed_in_part, passed_worth (cents),
 * lost_on, item, party, next, next_worth, months: [ { first, items, worth } ] } (struct front),
 *               steps: [ { does (derivation_steps, or "note"), says (a sentence), authority, result
 *               (a day), inputs: [ { field, value (a day), dataset, key, pull, line } ] } ] }
 * inputs      { dataset, key, pull, line, fields: [ { name, value } ], raw }                    */
#ifndef JUDGE_FACTS_H
#define JUDGE_FACTS_H

#include "base/text.h"
#include "codec/json.h"
#include "judge/duty.h"
#include "judge/observe.h"

/* Appends the derivation of `o`. `as_of`: the day of the data when it is old, else DATE_NONE.
 * `kept`: the duty with the dates derived before, because the data cannot tell them now; NULL.
 * `edits`: sentences about what changed in the record, which come first; NULL. */
void facts_derivation(const struct observation *o, date as_of, const struct duty *kept,
                      const struct json *edits, struct text *out);

/* Appends where the row came from and what it said. */
void facts_inputs(const struct observation *o, struct text *out);

/* Adds a step that is about the data and no computation. */
void facts_note(struct json *steps, const char *sentence);

/* What there is to do about an open duty with this derivation, and what ends its alarm; lent; NULL:
 * nothing. The one place that decides it: before the last day what the rule says; when that has
 * passed, what it says can still be done then; of a record that left its source, to enter how it
 * ended; and where the duty is not alarmed any more although its last day had passed, only a person
 * can say what that means, if its severity means a loss. */
const char *facts_remedy(const struct json *facts, bool past, const char *severity);
const char *facts_clears(const struct json *facts, bool past);

/* The same of a move with "day", "last_day", "cause", "derivation" and maybe "severity", on its own
 * day; NULL for one that ended the duty. */
const char *facts_to_do(const struct json *move);

/* What a step says to people; lent. */
const char *facts_sentence(const struct json *step);

#endif
