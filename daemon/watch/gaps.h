/* gaps: what the data does not tell, one finding a rule, field to enter and office, for those who
 * can enter it. Told in the digest. */
#ifndef WATCH_GAPS_H
#define WATCH_GAPS_H

#include "watch/judging.h"

#include <stdbool.h>

/* Opens and closes them by the duties whose answer is unknown, inside the transaction of the
 * judgement. */
bool gaps_judge(const struct judgement *j, int64_t *moves, struct error *e);

#endif
