/* reach: people whom the data names and to whom no mail can go, as findings for the operators.
 *
 * An owner cell with two addresses, or with a slip of the pen, is known before anything is to be
 * told: the routes pass over it, and here the operators hear of it, one finding a text with an @,
 * and one in the digest for all names that no contact has. coverage lists them (watch/coverage.h).
 */
#ifndef WATCH_REACH_H
#define WATCH_REACH_H

#include "watch/judging.h"

#include <stdbool.h>

/* Opens and closes them, inside the transaction of the judgement. Looks only when the data, the
 * day or the configuration is another one than at the last look. */
bool reach_judge(const struct judgement *j, int64_t *moves, struct error *e);

#endif
