/* papers: which documents of a case hold for one date of a front, and which of them nobody can
 * tell. Internal to judge/front. Pure.
 *
 * A document binds by what it says: the rows that it covers, the statutes, the parties. What it
 * leaves empty is everything, but for the party: a waiver is personal to who gives it, and time
 * does not run while "the person" is absent (19 U.S.C. 1621(2); United States v. Katana Racing, 75
 * F.4th 1346). So where a case has several parties, a document that names none of them is doubtful,
 * unless it is common to all (an absence of the property); so is one of somebody who is no party of
 * the case. */
#ifndef JUDGE_PAPERS_H
#define JUDGE_PAPERS_H

#include "judge/front.h"

struct papers;

/* Those of `o`, whose front is `set`. Both must outlive it; it lives in `a`. */
const struct papers *papers_of(const struct observation *o, const struct front_set *set,
                               struct arena *a);

/* How many there are. */
int papers_count(const struct papers *p);

/* The documents as they are for one item and holder, into room for papers_count() each. `say`: in
 * words, in the arena; else only whether. */
void papers_place(const struct papers *p, const struct front_item *item,
                  const struct front_holder *holder, struct ledger_entry *extensions,
                  struct ledger_entry *tollings, bool say);

/* Whether the same documents hold for two items. */
bool papers_same(const struct papers *p, const struct front_item *a, const struct front_item *b);

/* Whether some document makes a difference between items or holders. */
bool papers_differ(const struct papers *p);

#endif
