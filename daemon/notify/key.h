/* key: the names of notifications and messages. Pure.
 *
 * A key is the SHA-256 over what is told to whom, never over a row number or a time, so that what
 * is made twice has one name; with what stands in state.db each can be computed again.        */
#ifndef NOTIFY_KEY_H
#define NOTIFY_KEY_H

#include "base/clock.h"
#include "base/date.h"
#include "codec/digest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One move (by its ordinal) of the finding of a rule, subject and period, told to a recipient. */
struct key_of_move {
    const char *rule, *subject, *period;
    int64_t ordinal;
    const char *channel, *recipient;
};
void key_of_notification(const struct key_of_move *n, char ret[DIGEST_TEXT_SIZE]);

/* A message that carries these notifications; `keys` are sorted in place, keys[count] is NULL. */
void key_of_message(const char **keys, size_t count, char ret[DIGEST_TEXT_SIZE]);

/* The number under which a part (from 1) of a digest stands in its key: those of trial have numbers
 * of their own. */
int key_part(int part, bool trial);

/* The digest NAME of a day, its part (key_part()). */
void key_of_digest(const char *channel, const char *recipient, const char *name, date day, int part,
                   char ret[DIGEST_TEXT_SIZE]);

/* What tells that the message `dead` could not be delivered. */
void key_of_dead(const char *dead, const char *channel, const char *recipient,
                 char ret[DIGEST_TEXT_SIZE]);

/* What tells, `when`, that a channel does not deliver, or (`works`) that it does again. */
void key_of_channel(const char *channel, const char *recipient, instant when, bool works,
                    char ret[DIGEST_TEXT_SIZE]);

/* What tells on `day` that judging waits because the clock was ahead. */
void key_of_clock(const char *channel, const char *recipient, date day, char ret[DIGEST_TEXT_SIZE]);

/* A test message made at a moment, as instant_text() writes it. */
void key_of_test(const char *channel, const char *recipient, const char *at,
                 char ret[DIGEST_TEXT_SIZE]);

#endif
