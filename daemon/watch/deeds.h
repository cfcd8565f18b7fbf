/* deeds: what people did about duties, where rules can read it. The only writer of table deed.
 *
 * Copied from state.db into data.db after a judgement is committed, for rules whose deeds another
 * rule reads. A rule that reads them is judged again when they changed.                          */
#ifndef WATCH_DEEDS_H
#define WATCH_DEEDS_H

#include "watch/judging.h"

#include <stdbool.h>

/* Brings them up to date, in a transaction of its own; nothing is written when nothing changed. */
bool deeds_refresh(const struct judgement *j, struct error *e);

#endif
