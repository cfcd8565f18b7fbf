/* pass: one pass over the rows of a dataset, for all rules over it at once. */
#ifndef JUDGE_PASS_H
#define JUDGE_PASS_H

#include "judge/observe.h"

#include <stdbool.h>
#include <stdint.h>

/* Which rows a pass visits. */
struct visit {
    const struct setting_of *known;
    int64_t since; /* rows whose version is above */
    bool all;      /* every row for every rule */
    /* Rules (numbers in the rulebook) that see every row although `all` is false; NULL: none. */
    const bool *whole;
};

/* Receives the rule and a subject that is to be looked at. */
typedef bool observe_subject_fn(void *data, struct prepared_rule *r, const char *subject,
                                enum glance glance, struct error *e);

/* One pass over the rows of `p`: calls `each` for every rule and row. When a rule fails while rows
 * are filtered, the pass starts again without the filter: `each` may see a row twice. */
bool observe_pass(const struct rulebook *b, const struct rule_pass *p, const struct visit *v,
                  observe_subject_fn *each, void *data, struct error *e);

#endif
