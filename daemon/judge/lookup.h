/* lookup: what expressions look up in other datasets, written out as plain SQL. Pure.
 *
 *     first('entries', 'entry_on')            the earliest value among the rows that belong to
 *     last('entries', 'entry_on', amount > 0) this one; the latest; only of rows that fulfil a
 *     count_of('waivers')                     condition; how many; the sum; whether there is one
 *     sum_of('bills', 'paid')
 *     any_of('suits', court = 'CIT')
 *     most_of('entries', 'center')            the most frequent value
 *     first('cases', 'case.unit')             what a subject says of such a row: its label, unit,
 *                                             office, owner or amount
 *     remaining('sol')                        days from the judged day to the day to act by, of
 *     remaining('sol', decided_on)            another rule's duty for the same subject; from
 *     remaining('sol', case_no, decided_on)   another day; for another subject
 *     duty('sol, other', 'safe')              the smallest value in the duties of these rules for
 *     duty('sol', 'due', case_no)             the same subject; for another subject
 *     deed('sol', 'breached_on')              the largest in what people did about them; the same
 *     period.first  period.last               of the period that is judged
 *
 * What belongs to a row is found along `refers`, in both directions and over up to HOPS_MAX steps:
 * the shortest way counts, two shortest ways are an error ('case_entries.entries' says which). A
 * row that left its source without a reason still counts (nobody knows why it left); one that was
 * closed does not.
 *
 * An expression may also hold plain subqueries over other datasets, over `duties` and over `deeds`.
 * What can be followed along a path is noted as such, so that a changed row leads back to the
 * subjects that it touches; what cannot is noted as read at large.                              */
#ifndef JUDGE_LOOKUP_H
#define JUDGE_LOOKUP_H

#include "base/arena.h"
#include "base/error.h"
#include "base/limit.h"
#include "config/settings.h"
#include "judge/path.h"

#include <stdbool.h>

LIMIT(LOOKUPS_MAX, 24); /* refused: a rule that looks up more other datasets or rules */

/* What the expressions of a rule lead to, beside their own row. */
struct lookups {
    struct path paths[LOOKUPS_MAX]; /* each way, and each beginning of it */
    int path_count;
    const struct dataset *at_large[LOOKUPS_MAX]; /* named in plain subqueries */
    int at_large_count;
    const char *rules[LOOKUPS_MAX];   /* whose duties or deeds are read */
    const char *columns[LOOKUPS_MAX]; /* the own column that names their subject; NULL: the key */
    int rule_count;
    bool duties_at_large, deeds_at_large; /* by plain subqueries: of any subject */
    bool deeds, today;
    bool too_many; /* more than fit here: refused */
};

/* Writes `expression` over a row of `own` out as SQL that has no look-ups; the text lives in `a`.
 * Adds to `l` what it leads to. ERROR_SETUP with a sentence for the writer of the rule. */
bool lookup_expand(const struct settings *s, const struct dataset *own, const char *expression,
                   struct lookups *l, struct arena *a, const char **ret, struct error *e);

/* The same for all rows of `d` that belong to a row of `own` along `way` (path_along(); mostly the
 * id of `d`) and fulfil `condition` (NULL: any): a query for their keys. */
bool lookup_rows(const struct settings *s, const struct dataset *own, const struct dataset *d,
                 const char *way, const char *condition, struct lookups *l, struct arena *a,
                 const char **ret, struct error *e);

/* Notes the path and each beginning of it. */
void lookup_note(struct lookups *l, const struct path *p);

#endif
