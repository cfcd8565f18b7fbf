/* lacks: SQL that says of a row, and of those to which a rule looks from it, whether a value that
 * is read could not be read (ingest/unread.h). Internal to judge/. Pure.
 *
 * A value that is lacking is not an absent one: a condition that is false for want of it is neither
 * true nor false. All texts are made in `a`. */
#ifndef JUDGE_LACKS_H
#define JUDGE_LACKS_H

#include "base/arena.h"
#include "judge/rule.h"

/* Whether the row, or one to which `l` leads from it, lacks a value of what is read (`reads`). */
const char *lacks_any(const struct prepared_rule *r, const struct reads *reads,
                      const struct lookups *l, struct arena *a);

/* The condition `sql`, but NULL for a row that itself lacks a value. */
const char *lacks_if_read(const struct prepared_rule *r, const struct reads *reads, const char *sql,
                          struct arena *a);

/* The condition `sql`, but NULL where it is not true and a row to which it looks lacks a value. */
const char *lacks_unless(const struct prepared_rule *r, const struct reads *reads,
                         const struct lookups *l, const char *sql, struct arena *a);

/* The rows of other datasets, but ledgers, that lack a value, by enum unread_column: those that
 * belong to the row :key, and one of each dataset of which any row counts. NULL when the rule looks
 * nowhere. */
const char *lacks_rows(const struct prepared_rule *r, struct arena *a);

#endif
