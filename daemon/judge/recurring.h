/* recurring: the duties of one subject that come again: periods of a cadence, events of a
 * lifecycle. Internal to judge/. */
#ifndef JUDGE_RECURRING_H
#define JUDGE_RECURRING_H

#include "judge/observe.h"

/* Calls `each` for every period from the first that binds to the one that contains today. Of
 * `events`, each row meets one period: the earliest that is not met yet, in which or in whose grace
 * it happened. */
bool cadence_observe(struct prepared_rule *r, const char *subject, const struct setting_of *k,
                     struct arena *a, observe_fn *each, void *data, struct error *e);

/* Calls `each` for every event that begins a duty: the period is its day. */
bool lifecycle_observe(struct prepared_rule *r, const char *subject, const struct setting_of *k,
                       struct arena *a, observe_fn *each, void *data, struct error *e);

#endif
