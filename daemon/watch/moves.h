/* moves: from an observation to what is written about it, inside a judgement's transaction. */
#ifndef WATCH_MOVES_H
#define WATCH_MOVES_H

#include "judge/history.h"
#include "watch/judging.h"

#include <stdbool.h>

/* What finding_step() needs and what is written when it moves. */
struct moving {
    const struct judgement *judgement;
    struct finding_about about;
    struct sight sight;
    const struct rung_term *rungs; /* for the severity; NULL: `severity` */
    int rung_count;
    enum severity severity, past_severity;
    bool operators; /* who is told: the operators instead of the routes */
    bool digest;    /* never at once */
    int64_t data_version;

    /* Makes the JSON of the move, only when there is one. */
    void (*facts)(const void *data, struct text *derivation, struct text *inputs);
    const void *facts_data;
};

/* Steps the finding as often as it moves; writes finding, moves and notifications. `ret` (may be
 * NULL) gets its state after that. */
bool moves_make(const struct moving *m, struct finding *ret, int64_t *moves, struct error *e);

#endif
