/* cage: where the expressions of rules run, and what they cannot do there.
 *
 * A connection of its own, opened for reading only, to data.db. An authorizer allows reading the
 * columns of declared datasets and calling listed functions, and denies everything else: writes,
 * pragmas, attached files, recursion, other tables, the clock. It decides by the name of the
 * table, never by the view that SQLite names beside it, which a CTE can forge. EXPLAIN and VACUUM
 * are not asked about, so each statement must also be read-only and give the columns that are
 * expected. A step budget stops what runs for ever. Text in double quotes is an error.
 *
 * An expression is prepared alone (cage_check) before it is put into a statement, so that it
 * cannot close a bracket that it did not open.                                                 */
#ifndef JUDGE_CAGE_H
#define JUDGE_CAGE_H

#include "base/arena.h"
#include "base/date.h"
#include "base/error.h"
#include "config/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cage;
struct cage_stmt;

/* What an expression reads: columns of its own dataset, and whether anything else (another
 * dataset, or the judged day), so that its answer can change without its row. */
struct reads {
    const char *names[64]; /* columns of the own dataset; live in the arena given */
    size_t count;
    bool elsewhere, today;
    const char *others[16]; /* other datasets */
    size_t other_count;
};

/* Opens DIR/data.db; with `dir` NULL an empty database in memory, with the tables that `tables`
 * (SQL) makes: for `check`, which touches no state. `s` must outlive the cage. */
bool cage_open(const char *dir, const char *tables, const struct settings *s, struct cage **ret,
               struct error *e);
void cage_close(struct cage *c); /* NULL is fine; frees what SQLite holds */

/* Gives back what SQLite keeps for speed. */
void cage_relax(struct cage *c);

/* Prepares `expression` alone over `dataset` and adds what it reads to `reads`. ERROR_SETUP with
 * a sentence for the writer of the rule: "no such column: statuss (status?)", "may not call
 * random", "may not read sqlite_schema", "is not one expression". */
bool cage_check(struct cage *c, const struct dataset *dataset, const char *expression,
                struct reads *reads, struct arena *a, struct error *e);

/* Prepares a statement built of checked expressions; it must give `columns` columns. It may read
 * our own columns (those that begin with _). */
bool cage_prepare(struct cage *c, const char *sql, int columns, struct cage_stmt **ret,
                  struct error *e);
void cage_finalize(struct cage_stmt *s); /* NULL is fine */

/* Starts it anew: binds :today, and `:key` (text) or `:since` (number) where the statement has
 * them. */
bool cage_bind(struct cage_stmt *s, date today, const char *key, int64_t since, struct error *e);

/* The next row within the step budget. ERROR_SETUP "takes more than rule_steps = N steps". */
bool cage_row(struct cage_stmt *s, bool *ret, struct error *e);

/* Columns of the current row; texts live until the next step. */
const char *cage_text(struct cage_stmt *s, int column); /* NULL for null */
int64_t cage_number(struct cage_stmt *s, int column);
bool cage_is_null(struct cage_stmt *s, int column);
bool cage_is_number(struct cage_stmt *s, int column);

DEFINE_AUTO(cage, cage_close)

#endif
