/* compare: whether the comparisons of an expression can depend on what is compared. Pure.
 *
 * It reads the expression as SQLite does: columns, literals, the functions of rules, look-ups,
 * duty() and deed(), subqueries over datasets. What it does not know may be anything, so that
 * nothing is refused that can hold, but for an amount, a moment or a boolean with a column of text,
 * whose cells would have to be cents, microseconds or 1 and 0. Looked at are = <> < <= > >= IS
 * BETWEEN IN and CASE x WHEN. */
#ifndef JUDGE_COMPARE_H
#define JUDGE_COMPARE_H

#include "base/error.h"
#include "config/settings.h"

#include <stdbool.h>

/* `expression` as it is written in a rule, over a row of `own` (NULL: over no row); it was found to
 * be one expression (judge/cage.h). ERROR_SETUP with the first comparison that no value decides:
 * "done > d: done is a datetime and d is a date, which cannot be compared; day(done) is a date". */
bool compare_check(const struct settings *s, const struct dataset *own, const char *expression,
                   struct error *e);

/* The same of an expression that has to give a day. ERROR_SETUP when it gives something else for
 * sure: a column of text, a number, money, a boolean, a list, a text that is no day. */
bool compare_is_day(const struct settings *s, const struct dataset *own, const char *expression,
                    struct error *e);

#endif
