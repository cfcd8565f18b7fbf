#include "ingest/others.h"

#include "base/escape.h"
#include "base/number.h"
#include "base/text.h"
#include "codec/json.h"
#include "db/schema.h"
#include "ingest/disagreement.h"

#include <stdio.h>
#include <string.h>

/* --- who owns a row --- */

bool others_fill(const struct settings *s, const struct dataset *d, const char *owner)
{
    for (LIST_EACH(const struct source, o, &s->sources))
        if (source_fills(o, d->id) && text_same(source_owner(o), owner))
            return true;
    return false;
}

bool others_are(const struct settings *s, const struct dataset *d)
{
    const char *first = NULL;

    for (LIST_EACH(const struct source, o, &s->sources)) {
        if (!source_fills(o, d->id))
            continue;
        if (first && !text_same(first, source_owner(o)))
            return true;
        first = source_owner(o);
    }
    return false;
}

static size_t rank(const struct dataset *d, const char *source)
{
    size_t n = 0;

    while (n < d->prefer.count && strcmp(d->prefer.all[n], source) != 0)
        n++;
    return n;
}

bool others_prefer(const struct settings *s, const struct dataset *d, const char *source,
                   const char *owner)
{
    return !others_fill(s, d, owner) || rank(d, source) < rank(d, owner);
}

/* --- looking up --- */

#define OTHER "SELECT id, key, source, hash, pull, line, said, raw FROM other_record WHERE "

static bool read_other(struct stmt *s, struct arena *a, struct other *ret, struct error *e)
{
    bool row = false;

    *ret = (struct other){ 0 };
    if (!db_row(s, &row, e))
        return false;
    if (row)
        *ret = (struct other){ .id = db_int(s, 0),
                               .key = arena_text(a, db_text(s, 1)),
                               .source = arena_text(a, db_text(s, 2)),
                               .hash = db_int(s, 3),
                               .pull = db_int(s, 4),
                               .line = db_int(s, 5),
                               .said = arena_text(a, db_text(s, 6)),
                               .raw = arena_text(a, db_text(s, 7)) };
    return true;
}

bool other_find(struct db *data, const struct dataset *d, const char *source, const char *key,
                int64_t hash, struct arena *a, struct other *ret, struct error *e)
{
    STMT s = NULL;
    bool ok = key ? db_query(data, &s, e, OTHER "dataset = ? AND key = ? AND source = ?", "ttt",
                             d->id, key, source)
                  : db_query(data, &s, e, OTHER "dataset = ? AND source = ? AND hash = ?", "tti",
                             d->id, source, hash);

    return ok && read_other(s, a, ret, e);
}

bool other_best(struct db *data, const struct settings *s, const struct dataset *d, const char *key,
                struct arena *a, struct other *ret, struct error *e)
{
    size_t best = SIZE_MAX;

    *ret = (struct other){ 0 };
    for (LIST_EACH(const struct source, o, &s->sources)) {
        struct other one;

        if (o->of || !source_fills(o, d->id) || rank(d, o->id) >= best)
            continue;
        if (!other_find(data, d, o->id, key, 0, a, &one, e))
            return false;
        if (one.id) {
            best = rank(d, o->id);
            *ret = one;
        }
    }
    return true;
}

/* --- writing --- */

/* A value as its column stores it, as text. */
static void write_value(struct json *said, const struct column *c, const struct value *v)
{
    AUTO_TEXT name = { 0 };
    char text[64];

    if (v->null || v->type == COLUMN_TEXT || v->type == COLUMN_LIST) {
        json_set_text(said, c->name, v->null ? NULL : v->text);
        return;
    }
    if (v->type == COLUMN_DATE)
        date_text((date)v->number, text);
    else if (v->type == COLUMN_REAL)
        snprintf(text, sizeof text, "%.17g", v->real);
    else
        snprintf(text, sizeof text, "%lld", (long long)v->number);
    json_set_text(said, c->name, text);
    if (v->type == COLUMN_DATETIME && v->has_offset) {
        text_addf(&name, "_offset_%s", c->name);
        json_set_whole(said, text_of(&name), v->offset_minutes);
    }
}

#define UNREAD "_unread_"

static void write_unread(struct json *said, const struct column *c, const char *why)
{
    AUTO_TEXT name = { 0 };

    text_addf(&name, UNREAD "%s", c->name);
    json_set_text(said, text_of(&name), why);
}

#define PUT                                                                                        \
    "INSERT INTO other_record (dataset, key, source, hash, pull, line, said, raw)"                 \
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (dataset, key, source) DO UPDATE SET"            \
    " hash = excluded.hash, pull = excluded.pull, line = excluded.line, said = excluded.said,"     \
    " raw = excluded.raw RETURNING id"

bool other_put(struct db *data, const struct dataset *d, const char *key,
               const struct value *values, const bool *has, const struct origin *o, int64_t *ret_id,
               struct error *e)
{
    AUTO(json) said = json_group();
    AUTO_TEXT text = { 0 };
    AUTO_TEXT raw = { 0 };
    bool unread = false;
    size_t i = 0;

    for (LIST_EACH(const struct column, c, &d->columns)) {
        const struct value *v = &values[i];

        if (v->unread)
            write_unread(said, c, v->unread);
        else if (has[i])
            write_value(said, c, v);
        unread |= v->unread != NULL;
        i++;
    }
    json_write(said, false, &text);
    text_addn(&raw, o->raw, o->raw_size);
    return db_number(data, ret_id, e, PUT, "tttiiitt", d->id, key, o->source,
                     unread ? (int64_t)0 : o->hash, o->pull, o->line, text_of(&text),
                     text_of(&raw));
}

/* Columns that the payload of the row did not have say nothing; where that is not known they do. */
static void add_said(const struct dataset *d, const struct column *c, struct text *sql)
{
    const char *cast = c->type == COLUMN_REAL ? "printf('%!.20g', t." : "CAST(t.";
    const char *as = c->type == COLUMN_REAL ? ")" : " AS TEXT)";

    text_addf(sql,
              " UNION ALL SELECT '%s', CASE WHEN t.%s IS NOT NULL THEN %s%s%s END FROM %s AS t"
              " LEFT JOIN pull AS p ON p.id = t._pull WHERE t.rowid = ?1 AND (t.%s IS NOT NULL OR"
              " p.columns IS NULL OR p.columns -> '$.%s.%s' IS NOT NULL)"
              " AND json_type(t._unread, '$.%s') IS NULL",
              c->name, c->name, cast, c->name, as, d->id, c->name, d->id, c->name, c->name);
    if (c->type == COLUMN_DATETIME)
        text_addf(sql,
                  " UNION ALL SELECT '_offset_%s', t._offset_%s FROM %s AS t WHERE t.rowid = ?1 AND"
                  " t._offset_%s IS NOT NULL",
                  c->name, c->name, d->id, c->name);
}

bool other_put_row(struct db *data, const struct dataset *d, int64_t id, struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;

    text_addf(&sql,
              "INSERT OR REPLACE INTO other_record (dataset, key, source, hash, pull, line, said,"
              " raw) SELECT '%s', %s, _source, iif(_unread IS NULL, _hash, 0), _pull, _line,"
              " (SELECT json_group_object(n, v) FROM (SELECT '" UNREAD "' || j.key AS n,"
              " j.value ->> '$.why' AS v FROM %s AS t, json_each(t._unread) AS j"
              " WHERE t.rowid = ?1",
              d->id, d->key, d->id);
    for (LIST_EACH(const struct column, c, &d->columns))
        add_said(d, c, &sql);
    text_addf(&sql, ")), _raw FROM %s WHERE rowid = ?1", d->id);
    return db_query_text(data, &s, e, text_of(&sql), "i", id) && db_done(s, e);
}

bool other_confirm(struct db *data, int64_t id, int64_t pull, int64_t line, struct error *e)
{
    return db_run(data, e, "UPDATE other_record SET pull = ?, line = ? WHERE id = ?", "iii", pull,
                  line, id);
}

bool other_drop(struct db *data, int64_t id, struct error *e)
{
    return db_run(data, e, "DELETE FROM other_record WHERE id = ?", "i", id);
}

static struct value value_of(const struct json *said, const struct column *c, struct arena *a)
{
    const char *text = json_get_text(said, c->name);
    const char *unread = json_get_text(said, arena_print(a, UNREAD "%s", c->name));
    struct value v = { .type = (enum column_type)c->type,
                       .null = !text,
                       .unread = arena_text(a, unread) };
    const struct json *offset;

    if (!text)
        return v;
    v.text = arena_text(a, text);
    v.size = strlen(text);
    if (v.type == COLUMN_DATE)
        v.number = date_read(text);
    else if (v.type == COLUMN_REAL)
        v.null = !real_read(text, v.size, &v.real);
    else if (v.type != COLUMN_TEXT && v.type != COLUMN_LIST)
        v.null = !number_read(text, v.size, &v.number);
    offset = json_get(said, arena_print(a, "_offset_%s", c->name));
    v.has_offset = offset != NULL;
    v.offset_minutes = (int)json_whole(offset);
    return v;
}

void other_values(const struct dataset *d, const struct other *o, struct value *ret,
                  struct arena *a)
{
    AUTO(json) said = json_read(o->said, strlen(o->said), NULL);
    size_t i = 0;

    for (LIST_EACH(const struct column, c, &d->columns))
        ret[i++] = value_of(said, c, a);
}

/* --- differences --- */

bool others_compare(struct db *data, const struct dataset *d, int64_t pull, int64_t version,
                    bool *ret, struct error *e)
{
    AUTO_TEXT differs = { 0 };
    AUTO_TEXT sql = { 0 };
    int64_t before = db_written(data);
    STMT s = NULL;

    text_addf(&differs,
              "EXISTS (SELECT 1 FROM %s AS t WHERE t.%s = o.key AND t._gone IS NULL AND"
              " (0",
              d->id, d->key);
    for (LIST_EACH(const struct column, c, &d->columns))
        if (strcmp(c->name, d->key) != 0) {
            text_add(&differs, " OR ");
            disagreement_where(c, &differs);
        }
    text_add(&differs, "))");
    text_addf(&sql,
              "UPDATE other_record AS o SET differs = %s WHERE o.id IN (SELECT id FROM other_record"
              " WHERE dataset = ?1 AND pull = ?2 UNION SELECT r.id FROM %s AS c JOIN other_record"
              " AS r ON r.dataset = ?1 AND r.key = c.%s WHERE c._version = ?3) AND differs <> %s",
              text_of(&differs), d->id, d->key, text_of(&differs));
    if (!db_query_text(data, &s, e, text_of(&sql), "tii", d->id, pull, version) || !db_done(s, e))
        return false;
    *ret = db_written(data) > before;
    return true;
}

/* --- a source that becomes the changes of another --- */

/* The next record of `from` about a row of `to` that came after what the row says. */
static bool next_later(struct db *data, const struct dataset *d, const char *from, const char *to,
                       int64_t after, struct arena *a, struct other *ret, int64_t *ret_row,
                       struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;

    text_addf(&sql,
              "SELECT o.id, o.key, o.source, o.hash, o.pull, o.line, o.said, o.raw, t.rowid FROM"
              " other_record AS o JOIN %s AS t ON t.%s = o.key WHERE o.dataset = '%s' AND"
              " o.source = ? AND t._source = ? AND t._gone IS NULL AND o.pull > t._pull AND"
              " o.id > ? ORDER BY o.id LIMIT 1",
              d->id, d->key, d->id);
    if (!db_query_text(data, &s, e, text_of(&sql), "tti", from, to, after) ||
        !read_other(s, a, ret, e))
        return false;
    *ret_row = ret->id ? db_int(s, 8) : 0;
    return true;
}

static bool adopt_all(struct db *data, const struct dataset *d, const char *from, const char *to,
                      int64_t version, bool *ret_changed, struct error *e)
{
    AUTO(table) t = NULL;
    AUTO(arena) a = arena_new();
    struct other o = { 0 };
    int64_t row = 0;

    *ret_changed = false;
    if (!table_open(data, d, &t, e))
        return false;
    for (;;) {
        struct value *values;
        int64_t last = o.id;
        bool changed;

        arena_reset(a);
        if (!next_later(data, d, from, to, last, a, &o, &row, e))
            return false;
        if (!o.id)
            return true;
        values = arena_alloc(a, (d->columns.count + 1) * sizeof *values);
        other_values(d, &o, values, a);
        if (!table_update(t, row, values,
                          &(struct origin){ .source = to,
                                            .hash = o.hash,
                                            .version = version,
                                            .pull = o.pull,
                                            .line = o.line,
                                            .raw = o.raw ? o.raw : "",
                                            .raw_size = o.raw ? strlen(o.raw) : 0 },
                          &changed, e))
            return false;
        *ret_changed |= changed;
    }
}

bool others_adopt(struct db *data, const struct dataset *d, const char *from, const char *to,
                  struct error *e)
{
    int64_t version = 0;
    bool changed;

    if (!setting_get_number(data, "version", &version, e) || !db_begin(data, e))
        return false;
    if (adopt_all(data, d, from, to, version + 1, &changed, e) &&
        (!changed || setting_put_number(data, "version", version + 1, e)))
        return db_commit(data, e);
    db_rollback(data);
    return false;
}

bool others_tidy(struct db *data, const struct settings *s, const struct dataset *d,
                 struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT q = NULL;

    text_add(&sql, "DELETE FROM other_record WHERE dataset = ? AND source NOT IN (''");
    if (s && others_are(s, d))
        for (LIST_EACH(const struct source, o, &s->sources))
            if (source_fills(o, d->id)) {
                text_add(&sql, ", ");
                escape_sql(&sql, source_owner(o), '\'');
            }
    text_add(&sql, ")");
    return db_query_text(data, &q, e, text_of(&sql), "t", d->id) && db_done(q, e);
}
