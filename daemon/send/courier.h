/* courier: takes messages that are due out of the outbox and brings them to their channels.
 *
 *     outbox_due()  ─▶ rendered once ─▶ T4 claimed ─▶ network ─▶ T5 settled
 *
 * At most COURIER_MOST are on their way at a time. What the other side said is kept word for word.
 * A message that is not accepted within give_up_after, or refused for good, is dead: the operators
 * are told through another channel in the same transaction. So they are when a channel refuses
 * everything, whose messages wait (send/verdict.h).                                            */
#ifndef SEND_COURIER_H
#define SEND_COURIER_H

#include "base/limit.h"
#include "config/settings.h"
#include "db/db.h"
#include "event/world.h"

#include <stdbool.h>

LIMIT(COURIER_MOST, 4); /* paged: messages under way at a time; the others go next */

struct courier;

/* Called after each T5, so that the engine can go on. `e` (or NULL): the database failed. */
typedef void delivered_fn(void *data, const struct error *e);

/* Also queues again what a crash left in flight. */
bool courier_new(struct world *w, struct db *state, delivered_fn *done, void *done_data,
                 struct courier **ret, struct error *e);

/* Deliveries under way are forgotten; the world must not answer them any more. NULL is fine. */
void courier_free(struct courier *c);

/* The settings from here on, also for what is under way; they must live until the next call.
 * `today` is for messages about dead ones. */
void courier_use(struct courier *c, const struct settings *s, date today);

/* Starts what is due. courier_use() first. */
bool courier_advance(struct courier *c, struct error *e);

/* When the next message is due, or the operators are to be told of a channel; INSTANT_NONE: never.
 */
bool courier_next_at(struct courier *c, instant *ret, struct error *e);

/* Deliveries under way. */
int courier_count(const struct courier *c);

DEFINE_AUTO(courier, courier_free)

#endif
