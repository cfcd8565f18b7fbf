/* own: findings that dutywatch makes about itself and its data, beside those of the rules. They
 * have no date: they are there or not. */
#ifndef WATCH_OWN_H
#define WATCH_OWN_H

#include "watch/moves.h"

#include <stdbool.h>

/* What such a finding says. Texts live until own_judge() returns. */
struct own {
    const char *rule, *subject; /* RULE_BLIND, _INCOMPLETE, _DIFFERS, _REJECTED of notify/words.h */
    const char *unit, *office, *owner;
    int64_t amount; /* cents or INT64_MIN */
    const char *title, *remedy, *clears;
    const char *const *steps; /* sentences, NULL-terminated */
    enum severity severity;
    bool operators;     /* told to the operators whatever the routes say */
    bool digest;        /* never at once */
    struct term remind; /* told again after so long, with what it says then; count 0: not */
};

enum own_state { OWN_THERE, OWN_ENDED, OWN_DROPPED };

/* Opens, keeps, resolves (OWN_ENDED) or withdraws (OWN_DROPPED: what it was about is gone) it,
 * inside the transaction of the judgement. */
bool own_judge(const struct judgement *j, const struct own *o, enum own_state state, int64_t *moves,
               struct error *e);

/* How a finding that stands no more ends: `o` has its rule, subject, unit, office and owner, the
 * rest is to be filled in. */
typedef enum own_state own_end_fn(const void *data, struct own *o);

/* Ends those of `rule` that are open, whose subject begins with `prefix` and is no member of
 * `there`. */
struct own_ending {
    const char *rule, *prefix;
    const struct json *there;
    own_end_fn *how;
    const void *how_data;
};
bool own_end(const struct judgement *j, const struct own_ending *n, int64_t *moves,
             struct error *e);

/* Whether such a finding is open. */
bool own_is_open(struct db *state, const char *rule, const char *subject, bool *ret,
                 struct error *e);

#endif
