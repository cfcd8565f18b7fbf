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

/* Names of columns, each once. */
struct reads_columns {
    const char **names;
    size_t count;
};

/* Columns of another dataset than the expression's own. */
struct reads_other {
    const char *dataset;
    struct reads_columns columns;
};

/* What expressions read; it lives in the arena given. */
struct reads {
    struct reads_columns own; /* of the own dataset */
    bool today;
    struct reads_other *others;
    size_t other_count;
};

/* True if `column` is one of them. */
bool reads_column(const struct reads_columns *c, const char *column);

/* What is read of a dataset that is not the own one; NULL: nothing. */
const struct reads_columns *reads_of(const struct reads *r, const char *dataset);

/* What an expression may ask for beside its row and :today. */
enum cage_parameters {
    CAGE_NOTHING = 0,
    CAGE_PERIOD = 1, /* :period_first, :period_last */
    CAGE_GROUP = 2   /* :group */
};

/* Values for the parameters of a statement; those that it does not have are not used. */
struct cage_values {
    date today;
    const char *key;   /* :key */
    int64_t since;     /* :since */
    date first, last;  /* :period_first, :period_last */
    const char *group; /* :group */
};

/* Opens DIR/data.db; with `dir` NULL an empty database in memory, with the tables that `tables`
 * (SQL) makes: for `check`, which touches no state. `s` must outlive the cage. */
bool cage_open(const char *dir, const char *tables, const struct settings *s, struct cage **ret,
               struct error *e);
void cage_close(struct cage *c); /* NULL is fine; frees what SQLite holds */

/* Gives back what SQLite keeps for speed. */
void cage_relax(struct cage *c);

/* Prepares `expression` alone over `dataset` (NULL: over no row) and adds what it reads to `reads`.
 * `parameters`: enum cage_parameters. ERROR_SETUP with a sentence for the writer of the rule: "no
 * such column: statuss (status?)", "may not call random", "may not read sqlite_schema", "is not one
 * expression". */
bool cage_check(struct cage *c, const struct dataset *dataset, const char *expression,
                int parameters, struct reads *reads, struct arena *a, struct error *e);

/* Prepares a statement built of checked expressions; it must give `columns` columns. It may read
 * our own columns (those that begin with _). */
bool cage_prepare(struct cage *c, const char *sql, int columns, struct cage_stmt **ret,
                  struct error *e);
void cage_finalize(struct cage_stmt *s); /* NULL is fine */

/* Lets the statement take `times` the step budget for one row: it goes over all rows at once. */
void cage_allow(struct cage_stmt *s, int64_t times);

/* Starts it anew and binds what it has parameters for. */
bool cage_bind(struct cage_stmt *s, const struct cage_values *v, struct error *e);

/* Lets go of the row, and so of the state of the database that it was read from. */
void cage_reset(struct cage_stmt *s);

/* The next row within the step budget. ERROR_SETUP "takes more than rule_steps = N steps". */
bool cage_row(struct cage_stmt *s, bool *ret, struct error *e);

/* Columns of the current row; texts live until the next step. */
const char *cage_text(struct cage_stmt *s, int column); /* NULL for null */
int64_t cage_number(struct cage_stmt *s, int column);
double cage_real(struct cage_stmt *s, int column);
bool cage_is_null(struct cage_stmt *s, int column);
bool cage_is_number(struct cage_stmt *s, int column);

DEFINE_AUTO(cage, cage_close)

#endif
