/* compose: the content of one message out of what it carries. No database.
 *
 * Feed it the notices of one recipient in their order (worst first), then take the content
 * (notify/content.h). All notices about one subject become one case with its next act and one
 * date.                                                                                       */
#ifndef NOTIFY_COMPOSE_H
#define NOTIFY_COMPOSE_H

#include "base/clock.h"
#include "base/date.h"
#include "config/settings.h"
#include "judge/finding.h"

#include <stdbool.h>
#include <stdint.h>

struct json;

/* One notification with its finding and its move. */
struct notice {
    int64_t finding, ordinal;
    const char *rule, *subject, *unit, *office, *owner;
    int64_t amount; /* cents or INT64_MIN */
    enum cause cause;
    const char *severity;
    enum status status;         /* of the finding now */
    date due_before, due, safe; /* before the move; of the finding now */
    const char *derivation;     /* JSON of the move */
};

struct composition;

/* `kind` as in notify/content.h; "digest" and "baseline" have sections by urgency, others too. */
struct composition *compose_begin(const struct settings *s, const char *kind, date day,
                                  instant now);
void compose_notice(struct composition *c, const struct notice *n);

/* A row of the table "due within", of "not alarmed because", and further sentences. An amount of
 * INT64_MIN: none of them is known, which is not zero. */
void compose_money(struct composition *c, int within_days, int64_t count, int64_t amount);
void compose_not_alarmed(struct composition *c, const char *because, int64_t count, int64_t amount);
void compose_lead(struct composition *c, const char *sentence);
void compose_foot(struct composition *c, const char *sentence);

/* How many cases it has so far. */
int compose_count(const struct composition *c);

/* The finished content; `trial_for` is the real recipient while in trial, else NULL. Frees the
 * composition. The caller frees the JSON. */
struct json *compose_end(struct composition *c, const char *key, const char *digest,
                         const char *trial_for);

#endif
