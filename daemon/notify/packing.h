/* packing: notifications packed into messages, inside the transaction that made them.
 *
 * At once: all notifications of one judgement for one recipient are one message, its key the
 * SHA-256 over their sorted keys (or the only one's). A digest takes what waits for one recipient;
 * its key comes from channel, recipient, name and day, so that a digest made twice is one. A
 * baseline is one message a recipient. */
#ifndef NOTIFY_PACKING_H
#define NOTIFY_PACKING_H

#include "base/clock.h"
#include "config/settings.h"
#include "db/db.h"

#include <stdbool.h>

/* Packs every waiting notification of `cadence` (notify/notification.h) into messages and puts
 * them into the outbox. `*ret_count` (may be NULL) gets how many messages were made. */
bool packing_run(struct db *state, const struct settings *s, const char *cadence, date day,
                 instant now, int *ret_count, struct error *e);

/* Tells the operators that the message `key` is dead: through their channel, or through another
 * one when that is the channel that failed. In the caller's transaction (T5). */
bool packing_tell_dead(struct db *state, const struct settings *s, const char *key, date day,
                       instant now, struct error *e);

/* Puts a marked test message for one recipient; `ret_key` gets its key. */
bool packing_test(struct db *state, const struct settings *s, const char *channel,
                  const char *recipient, date day, instant now, char ret_key[65], struct error *e);

/* Tells the operators that nothing is judged until `judged` has come again, because the clock was
 * ahead when it was: once a day. In a transaction of its own. */
bool packing_tell_clock(struct db *state, const struct settings *s, date judged, date today,
                        instant now, struct error *e);

/* A channel for what the operators must hear of the channel `failed`: theirs, or another one when
 * it is theirs; `failed` itself if there is no other. */
const char *packing_other_channel(const struct settings *s, const char *failed);

#endif
