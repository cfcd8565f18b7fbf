/* differs: what the records of one payload say differently of one row, one finding a dataset and
 * column; and what two sources say differently of it, one finding a column and two sources. For
 * those who can correct it at its source, told in the digest. */
#ifndef WATCH_DIFFERS_H
#define WATCH_DIFFERS_H

#include "watch/judging.h"

#include <stdbool.h>

/* Opens and closes them by what ingest/difference.h and ingest/others.h have noted, inside the
 * transaction of the judgement. */
bool differs_judge(const struct judgement *j, int64_t *moves, struct error *e);

#endif
