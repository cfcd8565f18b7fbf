/* message: the content of one message out of what it carries. No database.
 *
 * Feed it the notices of one recipient in their order (worst first), then take the content
 * (notify/content.h). All notices about one subject become one case with its next act and one
 * date.                                                                                       */
#ifndef NOTIFY_MESSAGE_H
#define NOTIFY_MESSAGE_H

#include "base/clock.h"
#include "base/date.h"
#include "base/limit.h"
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
    bool over;                  /* its last day is over although it is today */
    const char *derivation;     /* JSON of the move */
};

struct message_draft;

/* `kind` as in notify/content.h; "digest" and "baseline" have sections by urgency, others too. */
struct message_draft *message_begin(const struct settings *s, const char *kind, date day,
                                    instant now);
void message_notice(struct message_draft *c, const struct notice *n);

/* A row of the table "due within", of "not alarmed because", and further sentences. An amount of
 * INT64_MIN: none of them is known, which is not zero. */
void message_money(struct message_draft *c, int within_days, int64_t count, int64_t amount);
void message_not_alarmed(struct message_draft *c, const char *because, int64_t count,
                         int64_t amount);
void message_lead(struct message_draft *c, const char *sentence);
void message_foot(struct message_draft *c, const char *sentence);

/* What a first load only counts by year: its last day passed before message_old_before(). */
void message_old(struct message_draft *c, date due, int64_t amount);

/* The day before which a message of this kind only counts what is past; DATE_NONE: it tells all. */
date message_old_before(const struct settings *s, const char *kind, date day);

/* What is still to be done stays together with the first part. Of that, cases beyond the bound are
 * told in short: their title, day, amount and who. */
LIMIT(MESSAGE_CASES, 500); /* paged: a message with more cases is sent in parts */

/* Of a message in parts: its number, how many there are, and what all of them have together. */
struct message_parts {
    int part, parts;
    int cases, past; /* past: their last day has passed */
    date first;      /* to act by, of what is ahead; DATE_NONE: nothing is */
};
void message_in_parts(struct message_draft *c, const struct message_parts *p);

/* How many cases it has so far. */
int message_count(const struct message_draft *c);

/* True if the case of that subject is in it. */
bool message_has(const struct message_draft *c, const char *subject);

/* The finished content; `trial_for` is the real recipient while in trial, else NULL. Frees the
 * composition. The caller frees the JSON. */
struct json *message_end(struct message_draft *c, const char *key, const char *digest,
                         const char *trial_for);

#endif
