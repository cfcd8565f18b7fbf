#include "db/db.h"

#include "base/text.h"
#include "base/yield.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define CACHE_SIZE 96
#define BUSY_MS 10000
#define STEPS_A_TURN 500000 /* of a statement: some ten milliseconds */

struct stmt {
    sqlite3_stmt *s;
    struct db *db;
    const char *literal; /* the cache's key; NULL: not kept */
    bool in_use;
};

struct db {
    sqlite3 *handle;
    char *file;
    bool in_transaction;
    struct stmt *kept[CACHE_SIZE];
};

static db_fault_fn *fault;
static void *fault_data;

void db_set_fault(db_fault_fn *f, void *data)
{
    fault = f;
    fault_data = data;
}

static bool may(struct db *db, const char *what, struct error *e)
{
    return !fault || fault(fault_data, what, db->file, e);
}

static enum error_class class_of(int code)
{
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_INTERRUPT:
        return ERROR_RETRY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return ERROR_SETUP;
    default:
        return ERROR_BUG;
    }
}

static bool failed(struct db *db, struct error *e)
{
    int code = sqlite3_extended_errcode(db->handle);

    return error_set(e, class_of(code), "%s: %s", db->file, sqlite3_errmsg(db->handle));
}

static int turn(void *stop)
{
    yield_now();
    return stop != NULL;
}

static bool open_file(const char *dir, const char *name, int flags, struct db **ret,
                      struct error *e)
{
    struct db *db = alloc(sizeof *db);
    mode_t old = umask(0027); /* SQLite gives -wal and -shm the mode of the file itself */
    AUTO_TEXT path = { 0 };
    int code;

    text_addf(&path, "%s/%s", dir, name);
    db->file = copy_text(name);
    code = sqlite3_open_v2(text_of(&path), &db->handle, flags | SQLITE_OPEN_NOMUTEX, NULL);
    umask(old);
    if (code != SQLITE_OK) {
        error_set(e, ERROR_SETUP, "%s: %s", text_of(&path),
                  db->handle ? sqlite3_errmsg(db->handle) : "out of memory");
        db_close(db);
        return false;
    }
    sqlite3_busy_timeout(db->handle, BUSY_MS);
    sqlite3_progress_handler(db->handle, STEPS_A_TURN, turn, NULL);
    *ret = db;
    return true;
}

bool db_open(const char *dir, const char *name, struct db **ret, struct error *e)
{
    struct db *db;
    int keep = 1;

    if (!open_file(dir, name, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &db, e))
        return false;
    if (!db_script(db,
                   "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                   "PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384;"
                   "PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY",
                   e)) {
        db_close(db);
        return false;
    }
    sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
    *ret = db;
    return true;
}

bool db_open_reader(const char *dir, const char *name, struct db **ret, struct error *e)
{
    return open_file(dir, name, SQLITE_OPEN_READONLY, ret, e) &&
           db_script(*ret, "PRAGMA cache_size = -32768", e);
}

void db_close(struct db *db)
{
    if (!db)
        return;
    for (int i = 0; i < CACHE_SIZE; i++)
        if (db->kept[i]) {
            sqlite3_finalize(db->kept[i]->s);
            free(db->kept[i]);
        }
    sqlite3_close_v2(db->handle);
    free(db->file);
    free(db);
}

bool db_script(struct db *db, const char *sql, struct error *e)
{
    char *text = NULL;
    int code = sqlite3_exec(db->handle, sql, NULL, NULL, &text);

    if (code == SQLITE_OK)
        return true;
    error_set(e, class_of(code), "%s: %s", db->file, text ? text : sqlite3_errstr(code));
    sqlite3_free(text);
    return false;
}

bool db_begin(struct db *db, struct error *e)
{
    if (!may(db, "begin", e) || !db_script(db, "BEGIN IMMEDIATE", e))
        return error_wrap(e, "begin");
    db->in_transaction = true;
    return true;
}

bool db_commit(struct db *db, struct error *e)
{
    if (!may(db, "commit", e) || !db_script(db, "COMMIT", e)) {
        db_rollback(db);
        return error_wrap(e, "commit");
    }
    db->in_transaction = false;
    return may(db, "committed", e);
}

void db_rollback(struct db *db)
{
    if (db->in_transaction)
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
    db->in_transaction = false;
}

/* A kept statement that is free, or NULL. */
static struct stmt *from_cache(struct db *db, const char *sql)
{
    for (int i = 0; i < CACHE_SIZE && db->kept[i]; i++)
        if (db->kept[i]->literal == sql && !db->kept[i]->in_use)
            return db->kept[i];
    return NULL;
}

static void keep(struct db *db, struct stmt *s)
{
    for (int i = 0; i < CACHE_SIZE; i++)
        if (!db->kept[i]) {
            db->kept[i] = s;
            return;
        }
    s->literal = NULL; /* the cache is full: finalized after use */
}

static bool prepare(struct db *db, const char *sql, bool literal, struct stmt **ret,
                    struct error *e)
{
    struct stmt *s = literal ? from_cache(db, sql) : NULL;

    if (!s) {
        sqlite3_stmt *raw;

        if (sqlite3_prepare_v3(db->handle, sql, -1, literal ? SQLITE_PREPARE_PERSISTENT : 0, &raw,
                               NULL) != SQLITE_OK)
            return failed(db, e);
        s = alloc(sizeof *s);
        s->s = raw;
        s->db = db;
        if (literal) {
            s->literal = sql;
            keep(db, s);
        }
    }
    s->in_use = true;
    stmt_free(*ret);
    *ret = s;
    return true;
}

static bool bind_all(struct stmt *s, const char *types, va_list args, struct error *e)
{
    char day[DATE_TEXT_SIZE];
    int code = SQLITE_OK, n = 1;

    for (; *types && code == SQLITE_OK; types++, n++) {
        if (*types == 'i') {
            code = sqlite3_bind_int64(s->s, n, va_arg(args, int64_t));
        } else if (*types == 'm') {
            int64_t value = va_arg(args, int64_t);

            code = value == INT64_MIN ? sqlite3_bind_null(s->s, n)
                                      : sqlite3_bind_int64(s->s, n, value);
        } else if (*types == 't') {
            code = sqlite3_bind_text(s->s, n, va_arg(args, const char *), -1, SQLITE_TRANSIENT);
        } else if (*types == 'd') {
            date d = va_arg(args, date);

            code = d == DATE_NONE
                       ? sqlite3_bind_null(s->s, n)
                       : sqlite3_bind_text(s->s, n, date_text(d, day), -1, SQLITE_TRANSIENT);
        } else if (*types == 'r') {
            code = sqlite3_bind_double(s->s, n, va_arg(args, double));
        } else if (*types == 'b') {
            const void *bytes = va_arg(args, const void *);
            size_t size = va_arg(args, size_t);

            code = sqlite3_bind_blob64(s->s, n, bytes, size, SQLITE_TRANSIENT);
        } else {
            code = sqlite3_bind_null(s->s, n);
        }
    }
    return code == SQLITE_OK || failed(s->db, e);
}

bool db_query(struct db *db, struct stmt **ret, struct error *e, const char *sql, const char *types,
              ...)
{
    va_list args;
    bool ok;

    if (!prepare(db, sql, true, ret, e))
        return false;
    va_start(args, types);
    ok = bind_all(*ret, types, args, e);
    va_end(args);
    return ok;
}

bool db_query_text(struct db *db, struct stmt **ret, struct error *e, const char *sql,
                   const char *types, ...)
{
    va_list args;
    bool ok;

    if (!prepare(db, sql, false, ret, e))
        return false;
    va_start(args, types);
    ok = bind_all(*ret, types, args, e);
    va_end(args);
    return ok;
}

bool db_rebind(struct stmt *s, struct error *e, const char *types, ...)
{
    va_list args;
    bool ok;

    db_restart(s);
    va_start(args, types);
    ok = bind_all(s, types, args, e);
    va_end(args);
    return ok;
}

void db_restart(struct stmt *s)
{
    sqlite3_reset(s->s);
    sqlite3_clear_bindings(s->s);
}

bool db_bind_text(struct stmt *s, int n, const char *text, struct error *e)
{
    return sqlite3_bind_text(s->s, n, text, -1, SQLITE_TRANSIENT) == SQLITE_OK || failed(s->db, e);
}

bool db_bind_textn(struct stmt *s, int n, const char *text, size_t size, struct error *e)
{
    return sqlite3_bind_text64(s->s, n, text, size, SQLITE_TRANSIENT, SQLITE_UTF8) == SQLITE_OK ||
           failed(s->db, e);
}

bool db_bind_int(struct stmt *s, int n, int64_t value, struct error *e)
{
    return sqlite3_bind_int64(s->s, n, value) == SQLITE_OK || failed(s->db, e);
}

bool db_bind_real(struct stmt *s, int n, double value, struct error *e)
{
    return sqlite3_bind_double(s->s, n, value) == SQLITE_OK || failed(s->db, e);
}

bool db_row(struct stmt *s, bool *ret, struct error *e)
{
    int code = sqlite3_step(s->s);

    yield_point();
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return failed(s->db, e);
    *ret = code == SQLITE_ROW;
    return true;
}

bool db_done(struct stmt *s, struct error *e)
{
    bool row;

    return db_row(s, &row, e);
}

bool db_run(struct db *db, struct error *e, const char *sql, const char *types, ...)
{
    STMT s = NULL;
    va_list args;
    bool ok;

    if (!prepare(db, sql, true, &s, e))
        return false;
    va_start(args, types);
    ok = bind_all(s, types, args, e);
    va_end(args);
    return ok && db_done(s, e);
}

bool db_number(struct db *db, int64_t *ret, struct error *e, const char *sql, const char *types,
               ...)
{
    STMT s = NULL;
    va_list args;
    bool ok, row = false;

    if (!prepare(db, sql, true, &s, e))
        return false;
    va_start(args, types);
    ok = bind_all(s, types, args, e);
    va_end(args);
    if (!ok || !db_row(s, &row, e))
        return false;
    if (row)
        *ret = db_int(s, 0);
    return true;
}

const char *db_text(struct stmt *s, int column)
{
    return (const char *)sqlite3_column_text(s->s, column);
}

int64_t db_int(struct stmt *s, int column)
{
    return sqlite3_column_int64(s->s, column);
}

int64_t db_int_or_none(struct stmt *s, int column)
{
    return db_is_null(s, column) ? INT64_MIN : db_int(s, column);
}

double db_real(struct stmt *s, int column)
{
    return sqlite3_column_double(s->s, column);
}

date db_date(struct stmt *s, int column)
{
    return date_read(db_text(s, column));
}

const void *db_bytes(struct stmt *s, int column, size_t *ret_size)
{
    const void *bytes = sqlite3_column_blob(s->s, column);

    *ret_size = (size_t)sqlite3_column_bytes(s->s, column);
    return bytes;
}

bool db_is_null(struct stmt *s, int column)
{
    return sqlite3_column_type(s->s, column) == SQLITE_NULL;
}

int64_t db_last_id(struct db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}

int64_t db_written(struct db *db)
{
    return sqlite3_total_changes64(db->handle);
}

void stmt_free(struct stmt *s)
{
    if (!s)
        return;
    s->in_use = false;
    if (s->literal) {
        sqlite3_reset(s->s);
        sqlite3_clear_bindings(s->s);
        return;
    }
    sqlite3_finalize(s->s);
    free(s);
}

void stmt_autofree(struct stmt **s)
{
    stmt_free(*s);
    *s = NULL;
}

bool db_migrate(struct db *db, const char *const *steps, int count, struct error *e)
{
    int64_t version = 0;
    char sql[64];

    if (!db_number(db, &version, e, "PRAGMA user_version", ""))
        return false;
    if (version > count)
        return error_set(e, ERROR_SETUP,
                         "%s: written by a newer dutywatch (schema %lld, this one knows %d)",
                         db->file, (long long)version, count);
    for (; version < count; version++) {
        if (!db_begin(db, e))
            return false;
        snprintf(sql, sizeof sql, "PRAGMA user_version = %lld", (long long)version + 1);
        if (!db_script(db, steps[version], e) || !db_script(db, sql, e)) {
            db_rollback(db);
            return error_wrap(e, "schema step %lld", (long long)version + 1);
        }
        if (!db_commit(db, e))
            return false;
    }
    return true;
}

void db_relax(struct db *db)
{
    for (int i = 0; i < CACHE_SIZE; i++)
        if (db->kept[i] && db->kept[i]->in_use)
            return;
    for (int i = 0; i < CACHE_SIZE; i++)
        if (db->kept[i]) {
            sqlite3_finalize(db->kept[i]->s);
            free(db->kept[i]);
            db->kept[i] = NULL;
        }
    sqlite3_db_release_memory(db->handle);
}

bool db_copy(struct db *db, const char *dir, const char *name, struct error *e)
{
    AUTO(db) copy = NULL;
    sqlite3_backup *b;
    int code;

    if (!open_file(dir, name, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &copy, e))
        return false;
    b = sqlite3_backup_init(copy->handle, "main", db->handle, "main");
    if (!b)
        return failed(copy, e);
    code = sqlite3_backup_step(b, -1);
    sqlite3_backup_finish(b);
    if (code != SQLITE_DONE)
        return failed(copy, e);
    return db_script(copy, "PRAGMA journal_mode = DELETE", e);
}
