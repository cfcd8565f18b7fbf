#include "judge/sight.h"

#include "base/zone.h"

struct sight sight_of(const struct observation *o, date last, date safe, instant due_at, date today,
                      instant moment)
{
    const struct prepared_rule *r = o->rule;
    bool single = r->kind == RULE_DEADLINE && !o->front;
    struct sight s = { .today = today,
                       .answer = o->answer,
                       .start = single ? observe_start(o) : DATE_NONE,
                       .gone = o->gone,
                       .last = last,
                       .safe = safe,
                       .timed = due_at != INSTANT_NONE,
                       .over = due_at != INSTANT_NONE && moment > due_at,
                       .front = o->front != NULL && o->answer != ANSWER_UNKNOWN,
                       .lost_on = o->front ? o->front->lost_on : DATE_NONE,
                       .met_on = o->met_on,
                       .mended = r->kind == RULE_INTEGRITY,
                       .quiet = o->quiet_because != NULL && o->answer == ANSWER_PENDING,
                       .quiet_on = o->quiet_on,
                       .opens = r->kind == RULE_INTEGRITY && o->answer == ANSWER_PENDING };

    s.met_after = s.timed && o->met_on == last && o->met_seconds >= 0 &&
                  zone_instant(r->zone, o->met_on, o->met_seconds) > due_at;
    s.stage = ladder_stage(r->rungs, r->rung_count, safe, today);
    return s;
}
