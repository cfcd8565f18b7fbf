#include "ingest/table.h"

#include "base/memory.h"
#include "codec/json.h"
#include "ingest/unread.h"

#include <stdlib.h>
#include <string.h>

struct table {
    struct db *data;
    const struct dataset *dataset;
    struct value *values; /* of a row of which some are kept */
    struct arena *kept;   /* what these are */
    struct stmt *find_hash, *find_key, *insert, *old, *update, *mark, *keep, *confirm, *came,
        *made_up;
};

/* The columns of the table in the order in which values are bound, each followed by `after`. */
static void list_columns(const struct dataset *d, const char *after, struct text *out)
{
    for (LIST_EACH(const struct column, c, &d->columns)) {
        text_addf(out, "%s%s, ", c->name, after);
        if (c->type == COLUMN_DATETIME)
            text_addf(out, "_offset_%s%s, ", c->name, after);
    }
}

static int count_bound(const struct dataset *d)
{
    int n = 0;

    for (LIST_EACH(const struct column, c, &d->columns))
        n += c->type == COLUMN_DATETIME ? 2 : 1;
    return n;
}

static bool prepare_writes(struct table *t, struct error *e)
{
    const struct dataset *d = t->dataset;
    AUTO_TEXT insert = { 0 };
    AUTO_TEXT update = { 0 };
    AUTO_TEXT old = { 0 };

    text_addf(&insert, "INSERT INTO %s (", d->id);
    list_columns(d, "", &insert);
    text_add(&insert, "_source, _hash, _version, _pull, _line, _raw, _unread) VALUES (");
    for (int i = 0; i < count_bound(d); i++)
        text_add(&insert, "?, ");
    text_add(&insert, "?, ?, ?, ?, ?, ?, ?)");
    text_addf(&update, "UPDATE %s SET ", d->id);
    list_columns(d, " = ?", &update);
    text_add(&update, "_source = ?, _hash = ?, _version = ?, _pull = ?, _line = ?, _raw = ?,"
                      " _unread = ?, _gone = NULL WHERE rowid = ?");
    text_add(&old, "SELECT ");
    list_columns(d, "", &old);
    text_addf(&old, "_pull, _line, _gone, _version, _unread FROM %s WHERE rowid = ?", d->id);
    return db_query_text(t->data, &t->insert, e, text_of(&insert), "") &&
           db_query_text(t->data, &t->update, e, text_of(&update), "") &&
           db_query_text(t->data, &t->old, e, text_of(&old), "");
}

bool table_open(struct db *data, const struct dataset *d, struct table **ret, struct error *e)
{
    AUTO(table) t = alloc(sizeof *t);
    AUTO_TEXT hash = { 0 };
    AUTO_TEXT key = { 0 };
    AUTO_TEXT mark = { 0 };
    AUTO_TEXT made_up = { 0 };
    AUTO_TEXT keep = { 0 };
    AUTO_TEXT confirm = { 0 };
    AUTO_TEXT came = { 0 };

    t->data = data;
    t->dataset = d;
    t->kept = arena_new();
    t->values = alloc(d->columns.count * sizeof *t->values);
    text_addf(&hash,
              "SELECT rowid, _gone, _source, _unread IS NOT NULL, _hash FROM %s WHERE _hash = ?"
              " AND _source = ?",
              d->id);
    text_addf(&key, "SELECT rowid, _gone, _source, _unread IS NOT NULL, _hash FROM %s WHERE %s = ?",
              d->id, d->key);
    text_addf(&keep,
              "INSERT INTO row_version (dataset, key, version, pull, line, was, from_version)"
              " SELECT '%s', %s, ?, _pull, _line, coalesce(?, json_object('_gone', _gone)),"
              " _version FROM %s WHERE rowid = ?",
              d->id, d->key, d->id);
    text_addf(&confirm, "UPDATE %s SET _pull = ?, _line = ? WHERE rowid = ?", d->id);
    text_addf(&came,
              "SELECT coalesce(max(coalesce(p.came, p.id)), 0) FROM %s t JOIN pull p"
              " ON p.id IN (t._pull, abs(t._gone)) WHERE t.rowid = ?",
              d->id);
    text_addf(&mark, "UPDATE %s SET _gone = nullif(?, 0), _version = ? WHERE rowid = ?", d->id);
    text_addf(&made_up, "SELECT json_type(_unread, '$.%s') IS NOT NULL FROM %s WHERE rowid = ?",
              d->key, d->id);
    if (!db_query_text(data, &t->find_hash, e, text_of(&hash), "") ||
        !db_query_text(data, &t->find_key, e, text_of(&key), "") ||
        !db_query_text(data, &t->mark, e, text_of(&mark), "") ||
        !db_query_text(data, &t->made_up, e, text_of(&made_up), "") ||
        !db_query_text(data, &t->keep, e, text_of(&keep), "") ||
        !db_query_text(data, &t->confirm, e, text_of(&confirm), "") ||
        !db_query_text(data, &t->came, e, text_of(&came), "") || !prepare_writes(t, e))
        return error_wrap(e, "dataset %s", d->id);
    *ret = t;
    t = NULL;
    return true;
}

void table_close(struct table *t)
{
    if (!t)
        return;
    stmt_free(t->find_hash);
    stmt_free(t->find_key);
    stmt_free(t->insert);
    stmt_free(t->old);
    stmt_free(t->update);
    stmt_free(t->mark);
    stmt_free(t->made_up);
    stmt_free(t->keep);
    stmt_free(t->confirm);
    stmt_free(t->came);
    arena_free(t->kept);
    free(t->values);
    free(t);
}

static bool read_row(struct stmt *s, struct row *ret, struct error *e)
{
    bool row = false;

    *ret = (struct row){ 0 };
    if (!db_row(s, &row, e))
        return false;
    if (row)
        *ret = (struct row){ .id = db_int(s, 0),
                             .gone = !db_is_null(s, 1),
                             .source = db_text(s, 2),
                             .unread = db_int(s, 3) != 0,
                             .hash = db_int(s, 4) };
    return true;
}

bool table_find_hash(struct table *t, int64_t hash, const char *source, struct row *ret,
                     struct error *e)
{
    db_restart(t->find_hash);
    return db_bind_int(t->find_hash, 1, hash, e) && db_bind_text(t->find_hash, 2, source, e) &&
           read_row(t->find_hash, ret, e);
}

bool table_find_key(struct table *t, const char *key, struct row *ret, struct error *e)
{
    db_restart(t->find_key);
    return db_bind_text(t->find_key, 1, key, e) && read_row(t->find_key, ret, e);
}

static bool bind_value(struct stmt *s, int n, const struct value *v, struct error *e)
{
    char day[DATE_TEXT_SIZE];

    if (v->null)
        return true; /* cleared by db_restart() */
    switch (v->type) {
    case COLUMN_TEXT:
    case COLUMN_LIST:
        return db_bind_textn(s, n, v->text, v->size, e);
    case COLUMN_DATE:
        return db_bind_text(s, n, date_text((date)v->number, day), e);
    case COLUMN_REAL:
        return db_bind_real(s, n, v->real, e);
    case COLUMN_INTEGER:
    case COLUMN_MONEY:
    case COLUMN_DATETIME:
    case COLUMN_BOOLEAN:
    default:
        return db_bind_int(s, n, v->number, e);
    }
}

/* Binds values and origin; `*ret_next` is the number of the parameter after them. */
static bool bind_row(struct table *t, struct stmt *s, const struct value *values,
                     const struct origin *o, int *ret_next, struct error *e)
{
    AUTO_TEXT unread = { 0 };
    int n = 1;

    unread_write(t->dataset, values, &unread);
    db_restart(s);
    for (size_t i = 0; i < t->dataset->columns.count; i++) {
        if (!bind_value(s, n++, &values[i], e))
            return false;
        if (values[i].type == COLUMN_DATETIME) {
            if (!values[i].null && values[i].has_offset &&
                !db_bind_int(s, n, values[i].offset_minutes, e))
                return false;
            n++;
        }
    }
    *ret_next = n + 7;
    return db_bind_text(s, n, o->source, e) && db_bind_int(s, n + 1, o->hash, e) &&
           db_bind_int(s, n + 2, o->version, e) && db_bind_int(s, n + 3, o->pull, e) &&
           db_bind_int(s, n + 4, o->line, e) && db_bind_textn(s, n + 5, o->raw, o->raw_size, e) &&
           db_bind_text(s, n + 6, unread.size ? text_of(&unread) : NULL, e);
}

bool table_insert(struct table *t, const struct value *values, const struct origin *o,
                  int64_t *ret_id, struct error *e)
{
    int next;

    if (!bind_row(t, t->insert, values, o, &next, e) || !db_done(t->insert, e))
        return false;
    *ret_id = db_last_id(t->data);
    return true;
}

/* True if column `n` of the old row says the same as `v`. */
static bool is_same(struct stmt *old, int n, const struct value *v)
{
    char day[DATE_TEXT_SIZE];
    const char *text;

    if (v->null || db_is_null(old, n))
        return v->null && db_is_null(old, n);
    switch (v->type) {
    case COLUMN_TEXT:
    case COLUMN_LIST:
        text = db_text(old, n);
        return strlen(text) == v->size && memcmp(text, v->text, v->size) == 0;
    case COLUMN_DATE:
        return strcmp(db_text(old, n), date_text((date)v->number, day)) == 0;
    case COLUMN_REAL:
        return !(db_real(old, n) < v->real) && !(db_real(old, n) > v->real);
    case COLUMN_INTEGER:
    case COLUMN_MONEY:
    case COLUMN_DATETIME:
    case COLUMN_BOOLEAN:
    default:
        return db_int(old, n) == v->number;
    }
}

/* Column `n` of the old row as a value of the column `c`. */
static struct value old_value(struct table *t, int n, const struct column *c)
{
    struct value v = { .type = (enum column_type)c->type, .null = db_is_null(t->old, n) };

    if (v.null)
        return v;
    v.text = arena_text(t->kept, db_text(t->old, n));
    v.size = strlen(v.text);
    switch (v.type) {
    case COLUMN_DATE:
        v.number = date_read(v.text);
        break;
    case COLUMN_REAL:
        v.real = db_real(t->old, n);
        break;
    case COLUMN_DATETIME:
        v.has_offset = !db_is_null(t->old, n + 1);
        v.offset_minutes = (int)db_int(t->old, n + 1);
        v.number = db_int(t->old, n);
        break;
    case COLUMN_TEXT:
    case COLUMN_LIST:
    case COLUMN_INTEGER:
    case COLUMN_MONEY:
    case COLUMN_BOOLEAN:
    default:
        v.number = db_int(t->old, n);
        break;
    }
    return v;
}

/* `values` with what the old row has where they are unread. */
static const struct value *keep_values(struct table *t, const struct value *values)
{
    int n = 0;
    size_t i = 0;

    arena_reset(t->kept);
    for (LIST_EACH(const struct column, c, &t->dataset->columns)) {
        t->values[i] = values[i].unread ? old_value(t, n, c) : values[i];
        t->values[i].unread = values[i].unread;
        n += c->type == COLUMN_DATETIME ? 2 : 1;
        i++;
    }
    return t->values;
}

/* The old values of the columns that differ, and which could not be read. */
static struct json *difference(struct table *t, const struct value *values)
{
    struct json *was = json_group();
    AUTO_TEXT unread = { 0 };
    int n = 0;
    size_t i = 0;

    for (LIST_EACH(const struct column, c, &t->dataset->columns)) {
        if (!is_same(t->old, n, &values[i]))
            json_set_text(was, c->name, db_text(t->old, n));
        n += c->type == COLUMN_DATETIME ? 2 : 1;
        i++;
    }
    unread_write(t->dataset, values, &unread);
    if (!text_same(db_text(t->old, n + 4), unread.size ? text_of(&unread) : NULL))
        json_set_text(was, "_unread", db_text(t->old, n + 4));
    return was;
}

/* Keeps what the row says before it changes: `was`, or (NULL) only whether it was gone. */
static bool keep_old(struct table *t, int64_t id, const char *was, int64_t version, struct error *e)
{
    return db_rebind(t->keep, e, "iti", version, was, id) && db_done(t->keep, e);
}

bool table_update(struct table *t, int64_t id, const struct value *values, const struct origin *o,
                  bool *ret_changed, struct error *e)
{
    int bound = count_bound(t->dataset), next;
    struct origin now = *o;
    AUTO(json) was = NULL;
    AUTO_TEXT text = { 0 };
    bool row = false, gone;

    db_restart(t->old);
    if (!db_bind_int(t->old, 1, id, e) || !db_row(t->old, &row, e))
        return false;
    values = keep_values(t, values);
    was = difference(t, values);
    gone = !db_is_null(t->old, bound + 2);
    *ret_changed = json_count(was) > 0 || gone;
    if (gone)
        json_set_text(was, "_gone", db_text(t->old, bound + 2));
    if (!*ret_changed)
        now.version = db_int(t->old, bound + 3);
    json_write(was, false, &text);
    db_restart(t->old);
    return (!*ret_changed || keep_old(t, id, text_of(&text), o->version, e)) &&
           bind_row(t, t->update, values, &now, &next, e) && db_bind_int(t->update, next, id, e) &&
           db_done(t->update, e);
}

bool table_mark(struct table *t, int64_t id, int64_t gone, int64_t version, struct error *e)
{
    return keep_old(t, id, NULL, version, e) && db_rebind(t->mark, e, "iii", gone, version, id) &&
           db_done(t->mark, e);
}

bool table_is_made_up(struct table *t, int64_t id, bool *ret, struct error *e)
{
    bool row;

    if (!db_rebind(t->made_up, e, "i", id) || !db_row(t->made_up, &row, e))
        return false;
    *ret = row && db_int(t->made_up, 0);
    db_restart(t->made_up);
    return true;
}

bool table_confirm(struct table *t, int64_t id, int64_t pull, int64_t line, struct error *e)
{
    return db_rebind(t->confirm, e, "iii", pull, line, id) && db_done(t->confirm, e);
}

bool table_came(struct table *t, int64_t id, int64_t *ret, struct error *e)
{
    bool row = false;

    if (!db_rebind(t->came, e, "i", id) || !db_row(t->came, &row, e))
        return false;
    *ret = row ? db_int(t->came, 0) : 0;
    db_restart(t->came);
    return true;
}

bool table_adopt(struct db *data, const struct dataset *d, const char *from, const char *to,
                 struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;

    text_addf(&sql, "UPDATE %s SET _source = ? WHERE _source = ?", d->id);
    return db_query_text(data, &s, e, text_of(&sql), "tt", to, from) && db_done(s, e);
}

bool table_let_go(struct table *t, int64_t id, struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;

    text_addf(&sql, "UPDATE %s SET _source = '' WHERE rowid = ?", t->dataset->id);
    return db_query_text(t->data, &s, e, text_of(&sql), "i", id) && db_done(s, e);
}

bool table_key(struct table *t, int64_t id, struct arena *a, const char **ret, struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;
    bool row = false;

    text_addf(&sql, "SELECT %s FROM %s WHERE rowid = ?", t->dataset->key, t->dataset->id);
    if (!db_query_text(t->data, &s, e, text_of(&sql), "i", id) || !db_row(s, &row, e))
        return false;
    *ret = row ? arena_text(a, db_text(s, 0)) : "";
    return true;
}

bool table_each(struct table *t, const char *source, const char *part, bool others,
                table_row_fn *each, void *data, struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;
    bool row;

    text_addf(&sql, "SELECT rowid, %s FROM %s WHERE _gone IS NULL AND _source = ?1",
              part ? part : "NULL", t->dataset->id);
    if (others)
        text_addf(&sql,
                  " UNION ALL SELECT -id, %s%s%s FROM other_record WHERE dataset = '%s'"
                  " AND source = ?1",
                  part ? "said ->> '$." : "NULL", part ? part : "", part ? "'" : "",
                  t->dataset->id);
    text_add(&sql, part ? " ORDER BY 2" : "");
    if (!db_query_text(t->data, &s, e, text_of(&sql), "t", source))
        return false;
    for (;;) {
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        if (!each(data, db_int(s, 0), db_text(s, 1), e))
            return false;
    }
}

static bool has_unread(struct db *data, const struct dataset *d, bool *ret, struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;
    bool row = false;

    text_addf(&sql, "SELECT EXISTS (SELECT 1 FROM %s WHERE _unread IS NOT NULL)", d->id);
    if (!db_query_text(data, &s, e, text_of(&sql), "") || !db_row(s, &row, e))
        return false;
    *ret = row && db_int(s, 0);
    return true;
}

bool tables_unread(struct db *data, const struct settings *s, struct arena *a, bool **ret,
                   struct error *e)
{
    size_t n = 0;

    *ret = arena_alloc(a, (s->datasets.count + 1) * sizeof **ret);
    for (LIST_EACH(const struct dataset, d, &s->datasets))
        if (!has_unread(data, d, &(*ret)[n++], e))
            return false;
    return true;
}

bool table_forget(struct db *data, instant before, struct error *e)
{
    /* versions grow with time, but a payload that is read again has the time at which it came */
    return db_run(data, e,
                  "DELETE FROM row_version WHERE version < coalesce((SELECT min(version) FROM pull"
                  " WHERE version IS NOT NULL AND at >= ?), 0)",
                  "i", before);
}
