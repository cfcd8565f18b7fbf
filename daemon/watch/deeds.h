/* deeds: what people did about duties, where rules can read it. The only writer of table deed.
 *
 * Copied from state.db into data.db, for rules whose deeds another rule reads: those of a layer
 * before the next one is judged, so that what opened and what was breached is of the same
 * judgement; and all once more after it, for what people did meanwhile. A rule that reads them is
 * judged again when they changed. */
#ifndef WATCH_DEEDS_H
#define WATCH_DEEDS_H

#include "watch/judging.h"

#include <stdbool.h>

/* A judgement begins, inside its transactions. `again`: the last one was cut off before it was
 * committed, so that what was copied may never have been. */
bool deeds_begin(const struct judgement *j, bool again, struct error *e);

/* The rules of a layer were judged: those of a higher one, which come next, see it. Inside the
 * transactions of the judgement. */
bool deeds_add_layer(const struct judgement *j, int layer, struct error *e);

/* True when deeds changed after version `since` and `r` reads those of many subjects, so that
 * nothing leads back to some of them. */
bool deeds_at_large(const struct judgement *j, const struct prepared_rule *r, int64_t since,
                    bool *ret, struct error *e);

/* Brings them up to date after the judgement that state.db calls "judged", in a transaction of its
 * own. Nothing is done while no rule reads deeds. */
bool deeds_refresh(const struct judgement *j, struct error *e);

/* True when a judgement is needed for the sake of deeds: they changed after the last one, or the
 * last one ended before they were brought up to date. */
bool deeds_behind(const struct judgement *j, bool *ret, struct error *e);

#endif
