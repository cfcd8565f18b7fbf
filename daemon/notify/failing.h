/* failing: channels through which nothing gets out. The only writer of table channel.
 *
 *     failing_note()   an attempt was not accepted: since when; one that was ends it
 *     failing_tell()   after an hour of that the operators are told, through another channel, and
 *                      each day while it lasts
 *     failing_note()   at once where the channel answers and refuses whatever it is given
 *     failing_note()   and told again when something is accepted
 *
 * A refusal of one message is an answer, so it neither begins nor ends anything.               */
#ifndef NOTIFY_FAILING_H
#define NOTIFY_FAILING_H

#include "notify/outbox.h"

#include "config/settings.h"

#include <stdbool.h>

/* What came of an attempt through `channel`, inside the transaction that settles it; `refuses`:
 * it answered, and not of this message alone. */
bool failing_note(struct db *state, const struct settings *s, const char *channel,
                  const struct settlement *settled, bool refuses, date today, instant now,
                  struct error *e);

/* When failing_tell() has something to tell; INSTANT_NONE: nothing. */
bool failing_tell_at(struct db *state, instant *ret, struct error *e);

/* Tells what is due. In a transaction of its own. */
bool failing_tell(struct db *state, const struct settings *s, date today, instant now,
                  struct error *e);

#endif
