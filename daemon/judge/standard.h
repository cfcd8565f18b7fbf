/* standard: what a measure says of each group and period.
 *
 * A row belongs to the period of its day and to its group. The value is the sum of the numerators
 * over the sum of the denominators; rows that are excluded are counted and left out. A period is
 * judged when it has ended. A group with fewer than `min_cases` rows in it is held against its
 * target by its latest `min_periods` periods with rows, put together; if there are not so many yet,
 * it says nothing.
 *
 * Against peers, a group is told when the rate of all other groups lies outside the confidence
 * interval of its own rate (Wilson 1927), on the side that is worse; the confidence is for all
 * groups of the period together (Bonferroni), so that one alarm in a hundred periods is chance.  */
#ifndef JUDGE_STANDARD_H
#define JUDGE_STANDARD_H

#include "judge/observe.h"

/* Calls `each` for each group and period that has ended, from `since` on. */
bool standard_observe(struct prepared_rule *r, const struct setting_of *k, struct arena *a,
                      observe_fn *each, void *data, struct error *e);

/* Whether a row that the rule binds is of the group, on whatever day; true when the rule is off. */
bool standard_has_group(struct prepared_rule *r, date today, const char *group, bool *ret,
                        struct error *e);

/* The two ends of the interval for `hits` of `cases` at `confidence` (0 to 1), by Wilson. */
void standard_interval(double hits, double cases, double confidence, double *ret_low,
                       double *ret_high);

#endif
