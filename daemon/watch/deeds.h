/* deeds: what people did about duties, where rules can read it. The only writer of table deed.
 *
 * Copied from state.db into data.db after a judgement is committed, for rules whose deeds another
 * rule reads. A rule that reads them is judged again when they changed.                          */
#ifndef WATCH_DEEDS_H
#define WATCH_DEEDS_H

#include "watch/judging.h"

#include <stdbool.h>

/* Brings them up to date after the judgement that state.db calls "judged", in a transaction of its
 * own. Nothing is done while no rule reads deeds. */
bool deeds_refresh(const struct judgement *j, struct error *e);

/* True when a judgement is needed for the sake of deeds: they changed after the last one, or the
 * last one ended before they were brought up to date. */
bool deeds_behind(const struct judgement *j, bool *ret, struct error *e);

#endif
