/* blind: what cannot be seen, as findings of its own, for the operators.
 *
 * One a source that is held, failing or silent for longer than its max_age, with the count and the
 * money of the duties behind it; one a rule that fails; one for a configuration that was refused.
 * They open and close like any other finding. Gaps in the data are watch/gaps.h.               */
#ifndef WATCH_BLIND_H
#define WATCH_BLIND_H

#include "base/arena.h"
#include "watch/judging.h"

#include <stdbool.h>

/* The state of one source as far as seeing goes. */
struct sightline {
    const struct source *source;
    const char *why; /* it cannot be seen because; NULL: it can */
    instant since;
    date as_of;   /* day of its data, when that is older than max_age or it cannot be seen; else
                     DATE_NONE */
    bool failing; /* the last attempt was not good */
    bool loaded;  /* it was good once, and not only with changes to a snapshot */
};

/* One per source of the generation, in `a`. */
bool blind_look(const struct judgement *j, struct arena *a, struct sightline **ret,
                struct error *e);

/* True if the open findings about sources differ from what is seen: a judgement is needed. */
bool blind_changed(const struct judgement *j, bool *ret, struct error *e);

/* Opens and closes them, inside the transaction of the judgement. */
bool blind_judge(const struct judgement *j, const struct sightline *all, int64_t *moves,
                 struct error *e);

#endif
