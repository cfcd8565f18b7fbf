/* ledgers: those of extensions that cannot be seen, as findings for the operators.
 *
 * Without waivers every date is the earliest one: what looks past may be kept. One finding a ledger
 * says how many duties and how much money stand on such dates, instead of one for each duty. */
#ifndef WATCH_LEDGERS_H
#define WATCH_LEDGERS_H

#include "watch/blind.h"

#include <stdbool.h>

/* Opens and closes them, inside the transaction of the judgement. */
bool ledgers_judge(const struct judgement *j, const struct sightline *all, int64_t *moves,
                   struct error *e);

#endif
