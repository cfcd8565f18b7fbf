/* history: findings and their moves. The only writer of tables finding, move and rule.
 *
 * A move is written with everything that it was decided on (inputs, derivation, the version of the
 * data, the digest of the rules) and all that is believed of its finding after it, so that what was
 * believed at any moment can be read from the moves alone when payloads and rows are long gone.
 * Moves are numbered in the order in which they were written and form a chain: each carries the
 * SHA-256 of the one before with its own content. The last link is the setting "chain".        */
#ifndef JUDGE_HISTORY_H
#define JUDGE_HISTORY_H

#include "base/arena.h"
#include "base/clock.h"
#include "db/db.h"
#include "judge/finding.h"

#include <stdbool.h>

/* Who and what a finding is about, beside its state. */
struct finding_about {
    const char *rule, *subject, *period;
    const char *unit, *office, *owner;
    int64_t amount; /* cents or INT64_MIN */
    const char *quiet_because;
    const char *silence;  /* why nothing is told of it; NULL: it is told */
    const char *severity; /* of its last move */
    int64_t pull;         /* that last confirmed it */
};

struct move {
    const struct finding_about *about;
    int64_t finding, ordinal;
    date day;
    instant at;
    enum cause cause;
    const struct finding *before, *after;
    const char *severity;
    const char *inputs, *derivation; /* JSON */
    int64_t data_version;
    const char *generation;
};

/* Reads the state of a finding; status NONE if there is none. */
bool history_get(struct db *state, const char *rule, const char *subject, const char *period,
                 struct finding *ret, struct error *e);

/* The day on which the finding opened last; DATE_NONE if it is not open. */
bool history_opened(struct db *state, const char *rule, const char *subject, const char *period,
                    date *ret, struct error *e);

/* Whose the finding was when it moved last, and the money: unit, office, owner and amount of `ret`,
 * in `a`. As they are where there is no such finding. */
bool history_whose(struct db *state, const char *rule, const char *subject, const char *period,
                   struct arena *a, struct finding_about *ret, struct error *e);

/* Writes the finding as it is after a move (or only its `about`) and sets its id when it is new. */
bool history_put(struct db *state, const struct finding_about *about, struct finding *f,
                 struct error *e);

/* Appends a move to the chain. */
bool history_move(struct db *state, const struct move *m, struct error *e);

/* Computes the chain again from its first link to its last. `*ret_broken` gets, in `a`, which link
 * is the first that does not hold, or NULL if all do; `*ret_links` how many were looked at up to
 * there, `*ret_before` how many moves are older than the links that can be computed again. */
struct chain_report {
    const char *broken;
    int64_t links, before;
};
bool history_verify(struct db *state, struct arena *a, struct chain_report *ret, struct error *e);

/* The digest with which a rule was last judged, "" if never; freed by the caller. */
bool history_rule(struct db *state, const char *rule, char **ret_digest, struct error *e);

/* A rule that is judged no more: should it come back, that is a new beginning. */
bool history_drop_rule(struct db *state, const char *rule, struct error *e);

/* The digest with which a rule is judged from now on. `since`: the first day of its watch, which
 * stays when its text changes. */
bool history_put_rule(struct db *state, const char *rule, const char *digest, date since,
                      struct error *e);

#endif
