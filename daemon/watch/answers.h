/* answers: what a person says about a finding, taken into the record.
 *
 * Each has a person, a reason and an end, at most ANSWER_DAYS_MAX away. The person is who asks
 * through the control socket.                                                                    */
#ifndef WATCH_ANSWERS_H
#define WATCH_ANSWERS_H

#include "base/arena.h"
#include "base/limit.h"
#include "judge/silence.h"
#include "watch/judging.h"

#include <stdbool.h>

LIMIT(ANSWER_DAYS_MAX, 400);   /* refused: an answer or a silence that lasts for more days */
LIMIT(ANSWER_REASON_MAX, 500); /* refused: a reason of more bytes */

struct json;
struct finding;
struct finding_about;
struct step;

struct answer_to {
    const char *what; /* the number of a finding, or a subject */
    const char *rule; /* of the subject; NULL: it has one open finding only */
    date until;
    const char *reason, *person;
};

/* Acknowledges an open finding until a day: nothing is repeated till then. A move of its own. `ret`
 * gets the number of the finding. ERROR_INPUT with a sentence for the person: no such finding, it
 * has ended, several fit (named), the day or the reason is missing or too far. */
bool answers_ack(const struct judgement *j, const struct answer_to *a, int64_t *ret,
                 struct error *e);

/* Silences what fits until a day; `ret` gets the number of the silence. */
bool answers_silence(const struct judgement *j, const struct silence *s, int64_t *ret,
                     struct error *e);

/* Whether what a person says has a reason and an end that is not too far. ERROR_INPUT else. */
bool answers_check_end(const struct judgement *j, date until, const char *reason, struct error *e);

/* What a finding is about, as it was recorded; texts live in `a`. ERROR_INPUT when there is none.
 */
bool answers_about(const struct judgement *j, int64_t finding, struct arena *a,
                   struct finding_about *ret, struct error *e);

/* Writes a step that no rule made, inside the caller's transaction: with what the last move said,
 * and `extra` beside it under `key` (the reference is taken). */
bool answers_write(const struct judgement *j, struct finding_about *about,
                   const struct finding *before, struct step *step, const char *key,
                   struct json *extra, struct error *e);

#endif
