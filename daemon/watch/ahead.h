/* ahead: a clock that was ahead once. No day is judged twice, so nothing is judged until the latest
 * judged day has come again; the operators are told so each day. */
#ifndef WATCH_AHEAD_H
#define WATCH_AHEAD_H

#include "watch/judging.h"

#include <stdbool.h>

/* `*ret` tells whether judging waits. Tells the operators unless `*told_on` is today. */
bool ahead_waits(const struct judgement *j, date *told_on, bool *ret, struct error *e);

#endif
