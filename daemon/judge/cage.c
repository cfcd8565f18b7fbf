#include "judge/cage.h"

#include "base/text.h"
#include "base/yield.h"
#include "judge/functions.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REFUSED_SIZE 256

#define STEPS_AT_ONCE 1000

struct cage {
    sqlite3 *handle;
    const struct settings *settings;
    int64_t steps;              /* since the last row */
    int64_t times;              /* of the budget that they may take */
    bool ours;                  /* our own columns may be read */
    struct reads *reads;        /* filled while an expression is checked */
    const struct dataset *own;  /* whose expression it is */
    struct arena *arena;        /* for the names in reads */
    char refused[REFUSED_SIZE]; /* what the authorizer said; its arguments die with the call */
};

struct cage_stmt {
    sqlite3_stmt *s;
    struct cage *cage;
    int64_t times; /* of the step budget */
};

static int refuse(struct cage *c, const char *what, const char *name)
{
    if (!c->refused[0])
        text_print(c->refused, sizeof c->refused, "may not %s%s%s", what, name ? " " : "",
                   name ? name : "");
    return SQLITE_DENY;
}

/* --- what is read --- */

bool reads_column(const struct reads_columns *c, const char *column)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->names[i], column) == 0)
            return true;
    return false;
}

const struct reads_columns *reads_of(const struct reads *r, const char *dataset)
{
    for (size_t i = 0; i < r->other_count; i++)
        if (strcmp(r->others[i].dataset, dataset) == 0)
            return &r->others[i].columns;
    return NULL;
}

/* `all`, of `count` elements of `size`, with room for one more. */
static void *with_room(struct cage *c, void *all, size_t count, size_t size)
{
    if (count & (count - 1)) /* it has room up to the next power of two */
        return all;
    return arena_grow(c->arena, all, count * size, (count ? 2 * count : 1) * size);
}

static void note_column(struct cage *c, struct reads_columns *r, const struct dataset *d,
                        const char *column)
{
    if (!dataset_column(d, column) || reads_column(r, column))
        return;
    r->names = with_room(c, r->names, r->count, sizeof *r->names);
    r->names[r->count++] = arena_text(c->arena, column);
}

static void note_other(struct cage *c, const struct dataset *d, const char *column)
{
    struct reads *r = c->reads;
    size_t i = 0;

    while (i < r->other_count && strcmp(r->others[i].dataset, d->id) != 0)
        i++;
    if (i == r->other_count) {
        r->others = with_room(c, r->others, r->other_count, sizeof *r->others);
        r->others[r->other_count++] = (struct reads_other){ .dataset = d->id };
    }
    note_column(c, &r->others[i].columns, d, column);
}

/* --- what may be read --- */

/* What rules read of duties and deeds (db/schema). */
static bool is_derived(const char *table)
{
    return strcmp(table, "duty") == 0 || strcmp(table, "duties") == 0 ||
           strcmp(table, "deed") == 0 || strcmp(table, "deeds") == 0;
}

/* Our own column that expressions may read: look-ups are written out with it. */
static bool is_open(const char *column)
{
    return strcmp(column, "_gone") == 0;
}

static int authorize_read(struct cage *c, const char *table, const char *column)
{
    const struct dataset *d = settings_dataset(c->settings, table);

    if (!d)
        return is_derived(table) ? SQLITE_OK : refuse(c, "read", table);
    if (!c->ours && *column && !is_open(column) && !dataset_column(d, column))
        return refuse(c, "read the column", column);
    if (c->reads && d == c->own)
        note_column(c, &c->reads->own, d, column);
    else if (c->reads)
        note_other(c, d, column);
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
        return function_listed(b) || (c->ours && strcmp(b, FUNCTION_UNREAD) == 0)
                   ? SQLITE_OK
                   : refuse(c, "call", b);
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

    yield_point();
    c->steps += STEPS_AT_ONCE;
    return c->steps / c->times > c->settings->rule_steps;
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
    c->times = 1;
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
    struct nearest near = { 0 };

    if (c->refused[0])
        return error_set(e, ERROR_SETUP, "%s", c->refused);
    if (!name || !c->own)
        return error_set(e, ERROR_SETUP, "%s", message);
    name += strlen("no such column: ");
    near.word = name;
    for (LIST_EACH(const struct column, column, &c->own->columns))
        nearest_try(&near, column->name);
    if (near.name)
        return error_set(e, ERROR_SETUP, "no such column: %s (%s?)", name, near.name);
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

/* No parameter but those that were promised. */
static bool check_parameters(sqlite3_stmt *s, int parameters, struct reads *reads, struct error *e)
{
    int n = sqlite3_bind_parameter_count(s);

    for (int i = 1; i <= n; i++) {
        const char *name = sqlite3_bind_parameter_name(s, i);

        if (name && strcmp(name, ":today") == 0)
            reads->today = true;
        else if (name && (parameters & CAGE_PERIOD) && text_starts(name, ":period_"))
            continue;
        else if (name && (parameters & CAGE_GROUP) && strcmp(name, ":group") == 0)
            continue;
        else if (name && text_starts(name, ":period_"))
            return error_set(e, ERROR_SETUP, "only a rule with every has a period");
        else
            return error_set(e, ERROR_SETUP, "knows no parameter but :today%s",
                             parameters & CAGE_GROUP ? " and :group" : "");
    }
    return true;
}

bool cage_check(struct cage *c, const struct dataset *dataset, const char *expression,
                int parameters, struct reads *reads, struct arena *a, struct error *e)
{
    AUTO_TEXT sql = { 0 };
    sqlite3_stmt *s = NULL;
    bool ok;

    /* in WHERE too: there an aggregate over the whole table is an error */
    if (dataset)
        text_addf(&sql, "SELECT (%s\n) FROM %s WHERE (%s\n)", expression, dataset->id, expression);
    else
        text_addf(&sql, "SELECT (%s\n)", expression);
    c->reads = reads;
    c->own = dataset;
    c->arena = a;
    ok = prepare(c, text_of(&sql), 1, &s, e) && check_parameters(s, parameters, reads, e);
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
    **ret = (struct cage_stmt){ .s = raw, .cage = c, .times = 1 };
    return true;
}

void cage_allow(struct cage_stmt *s, int64_t times)
{
    s->times = times;
}

void cage_finalize(struct cage_stmt *s)
{
    if (!s)
        return;
    sqlite3_finalize(s->s);
    free(s);
}

static int bind_text(sqlite3_stmt *s, const char *name, const char *value)
{
    int at = sqlite3_bind_parameter_index(s, name);

    return at ? sqlite3_bind_text(s, at, value, -1, SQLITE_TRANSIENT) : SQLITE_OK;
}

static int bind_day(sqlite3_stmt *s, const char *name, date d)
{
    char day[DATE_TEXT_SIZE];

    return bind_text(s, name, d == DATE_NONE ? NULL : date_text(d, day));
}

bool cage_bind(struct cage_stmt *s, const struct cage_values *v, struct error *e)
{
    int at_since = sqlite3_bind_parameter_index(s->s, ":since");
    int code = SQLITE_OK;

    sqlite3_reset(s->s);
    s->cage->ours = true; /* a changed schema makes SQLite prepare again */
    code |= bind_day(s->s, ":today", v->today);
    code |= bind_text(s->s, ":key", v->key);
    code |= bind_text(s->s, ":group", v->group);
    code |= bind_day(s->s, ":period_first", v->first);
    code |= bind_day(s->s, ":period_last", v->last);
    if (at_since)
        code |= sqlite3_bind_int64(s->s, at_since, v->since);
    return code == SQLITE_OK || error_set(e, ERROR_BUG, "%s", sqlite3_errmsg(s->cage->handle));
}

void cage_reset(struct cage_stmt *s)
{
    sqlite3_reset(s->s);
}

bool cage_row(struct cage_stmt *s, bool *ret, struct error *e)
{
    struct cage *c = s->cage;
    int code;

    c->steps = 0;
    c->times = s->times;
    c->ours = true;
    code = sqlite3_step(s->s);
    c->times = 1;
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

double cage_real(struct cage_stmt *s, int column)
{
    return sqlite3_column_double(s->s, column);
}

bool cage_is_null(struct cage_stmt *s, int column)
{
    return sqlite3_column_type(s->s, column) == SQLITE_NULL;
}

bool cage_is_number(struct cage_stmt *s, int column)
{
    return sqlite3_column_type(s->s, column) == SQLITE_INTEGER;
}
