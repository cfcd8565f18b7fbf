#include "judge/cage.h"

#include "base/text.h"
#include "judge/functions.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEPS_AT_ONCE 1000

struct cage {
    sqlite3 *handle;
    const struct settings *settings;
    int64_t steps;             /* since the last row */
    bool ours;                 /* our own columns may be read */
    struct reads *reads;       /* filled while an expression is checked */
    const struct dataset *own; /* whose expression it is */
    struct arena *arena;       /* for the names in reads */
    char refused[256];         /* what the authorizer said; its arguments die with the call */
};

struct cage_stmt {
    sqlite3_stmt *s;
    struct cage *cage;
};

static int refuse(struct cage *c, const char *what, const char *name)
{
    if (!c->refused[0])
        snprintf(c->refused, sizeof c->refused, "may not %s%s%.200s", what, name ? " " : "",
                 name ? name : "");
    return SQLITE_DENY;
}

static void note_column(struct cage *c, const char *column)
{
    struct reads *r = c->reads;

    if (!*column || !dataset_column(c->own, column))
        return;
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->names[i], column) == 0)
            return;
    if (r->count < sizeof r->names / sizeof *r->names)
        r->names[r->count++] = arena_text(c->arena, column);
    else
        r->elsewhere = true; /* too many to follow: judged whole */
}

static void note_other(struct cage *c, const char *table)
{
    struct reads *r = c->reads;

    r->elsewhere = true;
    for (size_t i = 0; i < r->other_count; i++)
        if (strcmp(r->others[i], table) == 0)
            return;
    if (r->other_count < sizeof r->others / sizeof *r->others)
        r->others[r->other_count++] = arena_text(c->arena, table);
}

static int authorize_read(struct cage *c, const char *table, const char *column)
{
    const struct dataset *d = settings_dataset(c->settings, table);

    if (!d)
        return refuse(c, "read", table);
    if (!c->ours && *column && !dataset_column(d, column))
        return refuse(c, "read the column", column);
    if (c->reads && d == c->own)
        note_column(c, column);
    else if (c->reads)
        note_other(c, table);
    return SQLITE_OK;
}

/* The sixth argument (the innermost view) is ignored: a rule can forge it with a CTE's name. */
static int authorize(void *data, int action, const char *a, const char *b, const char *schema,
                     const char *forged)
{
    struct cage *c = data;

    (void)schema;
    (void)forged;
    switch (action) {
    case SQLITE_SELECT:
        return SQLITE_OK;
    case SQLITE_READ:
        return authorize_read(c, a ? a : "", b ? b : "");
    case SQLITE_FUNCTION:
        return function_listed(b) ? SQLITE_OK : refuse(c, "call", b);
    case SQLITE_RECURSIVE:
        return refuse(c, "use recursion", NULL);
    case SQLITE_PRAGMA:
        return refuse(c, "use the pragma", a);
    case SQLITE_ATTACH:
        return refuse(c, "attach a file", NULL);
    default: /* writes, and whatever later versions add */
        return refuse(c, "change anything", NULL);
    }
}

static int count_steps(void *data)
{
    struct cage *c = data;

    c->steps += STEPS_AT_ONCE;
    return c->steps > c->settings->rule_steps;
}

static void set_limits(sqlite3 *handle)
{
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 16 * 1024 * 1024);
    sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, 1024 * 1024);
    sqlite3_limit(handle, SQLITE_LIMIT_EXPR_DEPTH, 200);
    sqlite3_limit(handle, SQLITE_LIMIT_COMPOUND_SELECT, 50);
    sqlite3_limit(handle, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200);
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
}

static bool open_handle(const char *dir, struct cage *c, struct error *e)
{
    AUTO_TEXT path = { 0 };
    int flags = dir ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;

    if (dir)
        text_addf(&path, "%s/data.db", dir);
    else
        text_add(&path, ":memory:");
    if (sqlite3_open_v2(text_of(&path), &c->handle, flags | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK)
        return true;
    return error_set(e, ERROR_SETUP, "%s: %s", text_of(&path),
                     c->handle ? sqlite3_errmsg(c->handle) : "out of memory");
}

bool cage_open(const char *dir, const char *tables, const struct settings *s, struct cage **ret,
               struct error *e)
{
    AUTO(cage) c = alloc(sizeof *c);

    c->settings = s;
    if (!open_handle(dir, c, e))
        return false;
    if (!dir && sqlite3_exec(c->handle, tables, NULL, NULL, NULL) != SQLITE_OK)
        return error_set(e, ERROR_BUG, "tables: %s", sqlite3_errmsg(c->handle));
    sqlite3_exec(c->handle, "PRAGMA cache_size = -8192", NULL, NULL, NULL);
    sqlite3_busy_timeout(c->handle, 10000);
    set_limits(c->handle);
    if (!functions_register(c->handle, s->zone, e))
        return false;
    sqlite3_set_authorizer(c->handle, authorize, c);
    sqlite3_progress_handler(c->handle, STEPS_AT_ONCE, count_steps, c);
    *ret = c;
    c = NULL;
    return true;
}

void cage_relax(struct cage *c)
{
    sqlite3_db_release_memory(c->handle);
}

void cage_close(struct cage *c)
{
    if (!c)
        return;
    sqlite3_close_v2(c->handle);
    free(c);
}

/* What SQLite or the authorizer said, with the nearest column when one is unknown. */
static bool said(struct cage *c, struct error *e)
{
    const char *message = sqlite3_errmsg(c->handle), *name = strstr(message, "no such column: ");
    const char *names[128] = { NULL }, *near;
    size_t n = 0;

    if (c->refused[0])
        return error_set(e, ERROR_SETUP, "%s", c->refused);
    if (!name || !c->own)
        return error_set(e, ERROR_SETUP, "%s", message);
    for (LIST_EACH(const struct column, column, &c->own->columns))
        if (n < 127)
            names[n++] = column->name;
    name += strlen("no such column: ");
    near = text_nearest(name, names);
    if (near)
        return error_set(e, ERROR_SETUP, "no such column: %s (%s?)", name, near);
    return error_set(e, ERROR_SETUP, "no such column: %s in dataset %s", name, c->own->id);
}

static bool prepare(struct cage *c, const char *sql, int columns, sqlite3_stmt **ret,
                    struct error *e)
{
    const char *tail = NULL;
    sqlite3_stmt *s = NULL;

    c->refused[0] = '\0';
    c->steps = 0;
    if (sqlite3_prepare_v3(c->handle, sql, -1, 0, &s, &tail) != SQLITE_OK)
        return said(c, e);
    if (!s || *tail || !sqlite3_stmt_readonly(s) || sqlite3_stmt_isexplain(s) ||
        sqlite3_column_count(s) != columns) {
        sqlite3_finalize(s);
        return error_set(e, ERROR_SETUP, "is not one expression");
    }
    *ret = s;
    return true;
}

bool cage_check(struct cage *c, const struct dataset *dataset, const char *expression,
                struct reads *reads, struct arena *a, struct error *e)
{
    AUTO_TEXT sql = { 0 };
    sqlite3_stmt *s = NULL;
    bool ok;

    /* in WHERE too: there an aggregate over the whole table is an error */
    text_addf(&sql, "SELECT (%s\n) FROM %s WHERE (%s\n)", expression, dataset->id, expression);
    c->reads = reads;
    c->own = dataset;
    c->arena = a;
    ok = prepare(c, text_of(&sql), 1, &s, e);
    if (ok && sqlite3_bind_parameter_count(s) > (sqlite3_bind_parameter_index(s, ":today") > 0))
        ok = error_set(e, ERROR_SETUP, "knows no parameter but :today");
    if (ok && sqlite3_bind_parameter_index(s, ":today"))
        reads->today = true;
    sqlite3_finalize(s);
    c->reads = NULL;
    c->own = NULL;
    return ok;
}

bool cage_prepare(struct cage *c, const char *sql, int columns, struct cage_stmt **ret,
                  struct error *e)
{
    sqlite3_stmt *raw = NULL;
    bool ok;

    c->ours = true;
    ok = prepare(c, sql, columns, &raw, e);
    c->ours = false;
    if (!ok)
        return false;
    *ret = alloc(sizeof **ret);
    **ret = (struct cage_stmt){ .s = raw, .cage = c };
    return true;
}

void cage_finalize(struct cage_stmt *s)
{
    if (!s)
        return;
    sqlite3_finalize(s->s);
    free(s);
}

bool cage_bind(struct cage_stmt *s, date today, const char *key, int64_t since, struct error *e)
{
    int at_today = sqlite3_bind_parameter_index(s->s, ":today");
    int at_key = sqlite3_bind_parameter_index(s->s, ":key");
    int at_since = sqlite3_bind_parameter_index(s->s, ":since");
    char day[DATE_TEXT_SIZE];
    int code = SQLITE_OK;

    sqlite3_reset(s->s);
    s->cage->ours = true; /* a changed schema makes SQLite prepare again */
    if (at_today)
        code |= sqlite3_bind_text(s->s, at_today, date_text(today, day), -1, SQLITE_TRANSIENT);
    if (at_key)
        code |= sqlite3_bind_text(s->s, at_key, key, -1, SQLITE_TRANSIENT);
    if (at_since)
        code |= sqlite3_bind_int64(s->s, at_since, since);
    return code == SQLITE_OK || error_set(e, ERROR_BUG, "%s", sqlite3_errmsg(s->cage->handle));
}

bool cage_row(struct cage_stmt *s, bool *ret, struct error *e)
{
    struct cage *c = s->cage;
    int code;

    c->steps = 0;
    c->ours = true;
    code = sqlite3_step(s->s);
    c->ours = false;
    if (code == SQLITE_INTERRUPT)
        return error_set(e, ERROR_SETUP, "takes more than rule_steps = %lld steps for one case",
                         (long long)c->settings->rule_steps);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return error_set(e, (code & 0xFF) == SQLITE_BUSY ? ERROR_RETRY : ERROR_SETUP, "%s",
                         sqlite3_errmsg(c->handle));
    *ret = code == SQLITE_ROW;
    if (!*ret)
        sqlite3_reset(s->s); /* lets go of the snapshot */
    return true;
}

const char *cage_text(struct cage_stmt *s, int column)
{
    return (const char *)sqlite3_column_text(s->s, column);
}

int64_t cage_number(struct cage_stmt *s, int column)
{
    return sqlite3_column_int64(s->s, column);
}

bool cage_is_null(struct cage_stmt *s, int column)
{
    return sqlite3_column_type(s->s, column) == SQLITE_NULL;
}

bool cage_is_number(struct cage_stmt *s, int column)
{
    return sqlite3_column_type(s->s, column) == SQLITE_INTEGER;
}
