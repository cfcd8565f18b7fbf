/* compose: what waits for one recipient becomes messages, inside the transaction that made it.
 *
 * One message, or several parts when there are more cases than a message holds (notify/message.h):
 * what can still be done stands in the first, then what is past, then the rest; all of them go the
 * same day. What a message carries is marked with its key; a notification so marked stands in it,
 * but for what a first load only counts by year, which is withheld.                             */
#ifndef NOTIFY_COMPOSE_H
#define NOTIFY_COMPOSE_H

#include "base/clock.h"
#include "config/settings.h"
#include "db/db.h"

#include <stdbool.h>

struct json;

struct compose_for {
    struct db *state;
    const struct settings *settings;
    const char *cadence, *channel, *recipient;
    bool trial; /* what is found where nothing is live yet */
    date day;
    instant now;
};

bool compose(const struct compose_for *f, struct error *e);

/* As SQL has it: while the installation is live, nothing is in trial. */
int64_t compose_is_trial(const struct settings *s);

/* Puts finished content into the outbox. */
bool compose_put(struct db *state, const char *channel, const char *recipient, const char *key,
                 const struct json *content, const char *instead_of, instant now, struct error *e);

#endif
