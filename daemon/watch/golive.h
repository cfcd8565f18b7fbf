/* golive: one unit or office leaves trial, while the rest stays in it. */
#ifndef WATCH_GOLIVE_H
#define WATCH_GOLIVE_H

#include "watch/judging.h"

#include <stdbool.h>

struct golive {
    const char *unit, *office; /* NULL: any; not both */
    const char *person;
};

/* From now on what is found there goes to its readers; what is open there by now is told to them as
 * a first load is, once. `*ret_open` gets how many findings that are. ERROR_INPUT when the
 * installation is not in trial, nothing is known of such a unit or office, or it is live. */
bool golive(const struct judgement *j, const struct golive *g, int64_t *ret_open, struct error *e);

/* Tells every open finding that `g` names (none: all of them) to its readers as a first load does,
 * inside the caller's transaction. */
bool golive_tell(const struct judgement *j, const struct golive *g, int64_t *ret_open,
                 struct error *e);

#endif
