/* rejected_told: what was not taken of payloads, told from the first one on as findings of its own.
 *
 *     source cases          to the operators: how many, the first of them, and the rows that stay
 *                           because a record has no readable key; again each day while there are
 * any cases A-20            to whom the case belongs, where that can be told
 *
 * What a person has accepted (judge/accepted.h) is counted and not told. What a payload that is
 * held has is told with it (watch/blind.h). A cell for want of which a duty is unknown is asked for
 * (watch/gaps.h) and not told twice.                                                           */
#ifndef WATCH_REJECTED_TOLD_H
#define WATCH_REJECTED_TOLD_H

#include "watch/judging.h"

#include <stdbool.h>
#include <stdint.h>

/* True if the open findings about it differ from what is there: a judgement is needed. */
bool rejected_changed(const struct judgement *j, bool *ret, struct error *e);

/* Opens and closes them, inside the transaction of the judgement. */
bool rejected_judge(const struct judgement *j, int64_t *moves, struct error *e);

#endif
