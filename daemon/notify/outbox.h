/* outbox: what has been decided and not yet delivered. The only writer of tables message and
 * attempt.
 *
 * A message is put inside the transaction that moves its findings, so both exist or neither.
 *
 *     outbox_put()                       QUEUED
 *     outbox_claim()    due              IN_FLIGHT, an attempt begins (T4)
 *     outbox_settle()   accepted         SENT                         (T5)
 *                       refused for now  QUEUED, later
 *                       refused for good DEAD, and the operators hear of it another way
 *     outbox_recover()  after a crash    IN_FLIGHT becomes QUEUED: it may arrive twice, with the
 *                                        same key
 *
 * The bytes are rendered at the first claim, kept, and sent unchanged at each attempt.         */
#ifndef NOTIFY_OUTBOX_H
#define NOTIFY_OUTBOX_H

#include "base/arena.h"
#include "base/clock.h"
#include "db/db.h"

#include <stdbool.h>
#include <stddef.h>

struct message {
    const char *key, *channel, *recipient, *kind, *subject;
    const char *content; /* JSON, notify/content.h */
    const char *bytes;   /* as rendered; NULL before the first claim */
    size_t bytes_size;
    const char *instead_of; /* the dead message that this one tells of, or NULL */
    instant created_at;
    int64_t attempts;
};

/* Puts it QUEUED and due; the same key again is nothing. In the caller's transaction. */
bool outbox_put(struct db *state, const struct message *m, instant now, struct error *e);

/* The next message due at `now`, read only; `*ret_found` false if there is none. */
bool outbox_due(struct db *state, instant now, struct arena *a, struct message *ret,
                bool *ret_found, struct error *e);

/* T4: IN_FLIGHT, one attempt more, the bytes kept. A transaction of its own. */
bool outbox_claim(struct db *state, const struct message *m, const char *bytes, size_t size,
                  instant now, struct error *e);

enum outcome { OUTCOME_ACCEPTED, OUTCOME_LATER, OUTCOME_REFUSED };

struct settlement {
    enum outcome outcome;
    int status;         /* SMTP or HTTP */
    const char *answer; /* what the other side said, as it said it */
    instant next_at;    /* OUTCOME_LATER */
    instant not_before; /* the other side wants no other try before; 0: it did not say */
};

/* Whether, since `m` was put, its channel took a message to somebody else: what it refuses is the
 * recipient of `m` then, not everything. */
bool outbox_works_for_others(struct db *state, const struct message *m, bool *ret, struct error *e);

/* Writes the end of the current attempt, inside the caller's transaction (T5). */
bool outbox_settle(struct db *state, const struct message *m, const struct settlement *s,
                   instant now, struct error *e);

/* Makes due now (or when the other side allows it) what waits and was tried last before
 * `tried_before`. */
bool outbox_retry(struct db *state, instant tried_before, instant now, struct error *e);

/* At the start: what was in flight is queued again. */
bool outbox_recover(struct db *state, instant now, struct error *e);

/* When the next message is due; INSTANT_NONE if none is queued. */
bool outbox_next_at(struct db *state, instant *ret, struct error *e);

#endif
