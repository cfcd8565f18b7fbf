/* db: one SQLite file, statements, transactions.
 *
 * Two files hold everything: data.db (rows, pulls, duties) and state.db (what was decided and
 * told). Both in WAL mode with synchronous=FULL: a commit that returned is on disk. SQL stands
 * next to the function that runs it, as one literal; statements are kept prepared by the address
 * of that literal.
 *
 *     STMT s = NULL;
 *
 *     if (!db_query(db, &s, e, "SELECT state FROM pull WHERE id = ?", "i", id) ||
 *         !db_row(s, &found, e))
 *         return error_wrap(e, "pull %lld", (long long)id);
 *     state = db_text(s, 0);
 *
 * Errors: a busy or full disk is ERROR_RETRY, a corrupt or unreadable file ERROR_SETUP, wrong SQL
 * ERROR_BUG.                                                                                   */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/date.h"
#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct stmt;

/* Opens (and makes, mode 0640) DIR/NAME for reading and writing. */
bool db_open(const char *dir, const char *name, struct db **ret, struct error *e);

/* Opens an existing file for reading only, beside a running daemon or after it. */
bool db_open_reader(const char *dir, const char *name, struct db **ret, struct error *e);

/* Rolls back what is not committed. NULL is fine. */
void db_close(struct db *db);

/* Transactions do not nest; BEGIN IMMEDIATE. db_rollback() never fails. */
bool db_begin(struct db *db, struct error *e);
bool db_commit(struct db *db, struct error *e);
void db_rollback(struct db *db);

/* Prepares `sql` and binds by `types`, one letter a parameter:
 *     i int64_t     t const char * (NULL: null)     d date (DATE_NONE: null, else "2025-03-31")
 *     r double      m int64_t, INT64_MIN: null (an amount or an instant that may be missing)
 *     n null (takes no argument)                    b const void *, size_t
 * `sql` must live as long as the db if it is a literal (it is the key of the statement cache);
 * for built text use db_query_text(). */
bool db_query(struct db *db, struct stmt **ret, struct error *e, const char *sql, const char *types,
              ...);

/* The same for SQL built at run time; nothing is kept. */
bool db_query_text(struct db *db, struct stmt **ret, struct error *e, const char *sql,
                   const char *types, ...);

/* Binds again by the same letters; the statement starts anew. */
bool db_rebind(struct stmt *s, struct error *e, const char *types, ...);

/* Binds one parameter (from 1) of a statement that starts anew with db_restart(). */
void db_restart(struct stmt *s);
bool db_bind_text(struct stmt *s, int n, const char *text, struct error *e);
bool db_bind_textn(struct stmt *s, int n, const char *text, size_t size, struct error *e);
bool db_bind_int(struct stmt *s, int n, int64_t value, struct error *e);
bool db_bind_real(struct stmt *s, int n, double value, struct error *e);

/* Steps; `*ret` tells whether there is a row. */
bool db_row(struct stmt *s, bool *ret, struct error *e);

/* Steps a statement that gives no rows. */
bool db_done(struct stmt *s, struct error *e);

/* db_query() and db_done() in one. */
bool db_run(struct db *db, struct error *e, const char *sql, const char *types, ...);

/* Runs a script without parameters. */
bool db_script(struct db *db, const char *sql, struct error *e);

/* One whole number; `*ret` stays as it is when there is no row. */
bool db_number(struct db *db, int64_t *ret, struct error *e, const char *sql, const char *types,
               ...);

/* Columns of the current row; texts live until the next step. */
const char *db_text(struct stmt *s, int column); /* NULL for null */
int64_t db_int(struct stmt *s, int column);
int64_t db_int_or_none(struct stmt *s, int column); /* INT64_MIN for null */
double db_real(struct stmt *s, int column);
date db_date(struct stmt *s, int column); /* DATE_NONE for null */
const void *db_bytes(struct stmt *s, int column, size_t *ret_size);
bool db_is_null(struct stmt *s, int column);

int64_t db_last_id(struct db *db);

/* Grows with each row written through this connection; costs nothing to ask. */
int64_t db_written(struct db *db);

/* Gives the statement back; NULL is fine. */
void stmt_free(struct stmt *s);
void stmt_autofree(struct stmt **s);
#define STMT __attribute__((cleanup(stmt_autofree))) struct stmt *

/* Brings the schema from its version (PRAGMA user_version) to `count`, one transaction a step. A
 * version above `count` is refused: the file was written by a newer program. */
bool db_migrate(struct db *db, const char *const *steps, int count, struct error *e);

/* Frees what SQLite keeps for speed. Called when the daemon goes idle. */
void db_relax(struct db *db);

/* A copy of the whole database (mode 0640), consistent, through the backup interface: one file,
 * without a log beside it. In a transaction it is the database as that one sees it. */
bool db_copy(struct db *db, const char *dir, const char *name, struct error *e);

/* Scenarios and tests: called with "begin" and "commit" before each, and with "committed" after a
 * commit that is on disk already; false makes that call fail with the error it filled. NULL takes
 * the hook away. */
typedef bool db_fault_fn(void *data, const char *what, const char *file, struct error *e);
void db_set_fault(db_fault_fn *fault, void *data);

DEFINE_AUTO(db, db_close)

#endif
