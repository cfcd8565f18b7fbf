#include "ingest/table.h"

#include "base/log.h"
#include "codec/json.h"
#include "db/schema.h"
#include "ingest/others.h"

#include <string.h>

static const char *storage(const struct column *c)
{
    switch ((enum column_type)c->type) {
    case COLUMN_INTEGER:
    case COLUMN_MONEY:
    case COLUMN_DATETIME:
    case COLUMN_BOOLEAN:
        return "INTEGER";
    case COLUMN_REAL:
        return "REAL";
    case COLUMN_TEXT:
    case COLUMN_DATE:
    case COLUMN_LIST:
    default:
        return "TEXT";
    }
}

static void add_column(const struct dataset *d, const struct column *c, struct text *out)
{
    text_addf(out, "%s %s%s", c->name, storage(c),
              strcmp(c->name, d->key) == 0 ? " PRIMARY KEY NOT NULL" : "");
    if (c->type == COLUMN_DATETIME)
        text_addf(out, ", _offset_%s INTEGER", c->name);
}

static void index_rows(const struct dataset *d, struct text *out)
{
    text_addf(out,
              "CREATE INDEX %s_hash ON %s (_hash); CREATE INDEX %s_version ON %s (_version);"
              "CREATE INDEX IF NOT EXISTS \"%s~unread\" ON %s (_unread) WHERE _unread IS NOT NULL;",
              d->id, d->id, d->id, d->id, d->id, d->id);
}

void table_ddl(const struct dataset *d, struct text *out)
{
    text_addf(out, "CREATE TABLE %s (", d->id);
    for (LIST_EACH(const struct column, c, &d->columns)) {
        add_column(d, c, out);
        text_add(out, ", ");
    }
    text_addf(out, "_source TEXT NOT NULL, _hash INTEGER NOT NULL, _version INTEGER NOT NULL,"
                   " _pull INTEGER NOT NULL, _line INTEGER NOT NULL, _gone INTEGER, _unread TEXT,"
                   " _raw TEXT) STRICT;");
    index_rows(d, out);
}

/* The columns along which rules look up are indexed, no other: each index costs as much as a write.
 */
static bool index_references(struct db *data, const struct dataset *d, struct error *e)
{
    AUTO_TEXT sql = { 0 };

    for (LIST_EACH(const struct column, c, &d->columns))
        if (c->refers && strcmp(c->name, d->key) != 0)
            text_addf(&sql, "CREATE INDEX IF NOT EXISTS \"%s.%s\" ON %s (%s);", d->id, c->name,
                      d->id, c->name);
        else
            text_addf(&sql, "DROP INDEX IF EXISTS \"%s.%s\";", d->id, c->name);
    return db_script(data, text_of(&sql), e);
}

/* "text", "text KEY": how a column is read and what it is for. */
static void kind_of(const struct dataset *d, const struct column *c, struct text *out)
{
    text_addf(out, "%s%s", column_type_names[c->type], strcmp(c->name, d->key) == 0 ? " KEY" : "");
}

/* Likewise how it is stored: "TEXT", "TEXT KEY", "INTEGER OFFSET" (of a moment). */
static void storage_of(const struct dataset *d, const struct column *c, struct text *out)
{
    text_addf(out, "%s%s%s", storage(c), strcmp(c->name, d->key) == 0 ? " KEY" : "",
              c->type == COLUMN_DATETIME ? " OFFSET" : "");
}

/* What stands in the file about a column of a table; "" if it is not there. */
static bool describe(struct db *data, const char *table, const char *column, struct text *ret,
                     struct error *e)
{
    STMT s = NULL;
    bool row = false;

    if (!db_query(data, &s, e,
                  "SELECT type, pk, EXISTS (SELECT 1 FROM pragma_table_info(?1)"
                  " WHERE name = '_offset_' || ?2) FROM pragma_table_info(?1) WHERE name = ?2",
                  "tt", table, column) ||
        !db_row(s, &row, e))
        return false;
    if (row)
        text_addf(ret, "%s%s%s", db_text(s, 0), db_int(s, 1) ? " KEY" : "",
                  db_int(s, 2) ? " OFFSET" : "");
    return true;
}

/* The setting that keeps the kinds of a table's columns: text and date are stored alike. */
static const char *kinds_key(const char *table, struct text *t)
{
    text_clear(t);
    text_addf(t, "kinds of %s", table);
    return t->data;
}

static bool read_kinds(struct db *data, const char *table, struct json **ret, struct error *e)
{
    char *text AUTO_FREE = NULL;
    AUTO_TEXT key = { 0 };

    if (!setting_get(data, kinds_key(table, &key), &text, e))
        return false;
    *ret = text ? json_read(text, strlen(text), NULL) : NULL;
    *ret = *ret ? *ret : json_group();
    return true;
}

static bool write_kinds(struct db *data, const struct dataset *d, struct error *e)
{
    AUTO(json) kinds = NULL;
    AUTO_TEXT key = { 0 };
    AUTO_TEXT text = { 0 };

    if (!read_kinds(data, d->id, &kinds, e)) /* also of columns that are no longer named */
        return false;
    for (LIST_EACH(const struct column, c, &d->columns)) {
        text_clear(&text);
        kind_of(d, c, &text);
        json_set_text(kinds, c->name, text_of(&text));
    }
    text_clear(&text);
    json_write(kinds, false, &text);
    return setting_put(data, kinds_key(d->id, &key), text_of(&text), e);
}

/* Whether the rows of `table` can stay: the columns that it has are of the kinds that are wanted.
 */
static bool fits(struct db *data, const struct dataset *d, const char *table, bool *ret,
                 struct error *e)
{
    AUTO(json) kinds = NULL;

    if (!read_kinds(data, table, &kinds, e))
        return false;
    *ret = true;
    for (LIST_EACH(const struct column, c, &d->columns)) {
        const char *known = json_get_text(kinds, c->name);
        AUTO_TEXT is = { 0 };
        AUTO_TEXT want = { 0 };
        AUTO_TEXT kind = { 0 };

        storage_of(d, c, &want);
        kind_of(d, c, &kind);
        if (!describe(data, table, c->name, &is, e))
            return false;
        if (!is.size && strcmp(c->name, d->key) == 0)
            *ret = false;
        if (is.size && (!text_same(text_of(&is), text_of(&want)) ||
                        (known && !text_same(known, text_of(&kind)))))
            *ret = false;
    }
    return true;
}

/* A table made before cells were told to be unread. */
static bool extend_unread(struct db *data, const struct dataset *d, struct error *e)
{
    AUTO_TEXT is = { 0 };
    AUTO_TEXT sql = { 0 };

    if (!describe(data, d->id, "_unread", &is, e))
        return false;
    if (!is.size)
        text_addf(&sql, "ALTER TABLE %s ADD COLUMN _unread TEXT;", d->id);
    text_addf(&sql,
              "CREATE INDEX IF NOT EXISTS \"%s~unread\" ON %s (_unread)"
              " WHERE _unread IS NOT NULL;",
              d->id, d->id);
    return db_script(data, text_of(&sql), e);
}

static bool extend(struct db *data, const struct dataset *d, struct error *e)
{
    if (!extend_unread(data, d, e))
        return false;
    for (LIST_EACH(const struct column, c, &d->columns)) {
        AUTO_TEXT is = { 0 };
        AUTO_TEXT sql = { 0 };

        if (!describe(data, d->id, c->name, &is, e))
            return false;
        if (is.size)
            continue;
        text_addf(&sql, "ALTER TABLE %s ADD COLUMN %s %s;", d->id, c->name, storage(c));
        if (c->type == COLUMN_DATETIME)
            text_addf(&sql, "ALTER TABLE %s ADD COLUMN _offset_%s INTEGER;", d->id, c->name);
        if (!db_script(data, text_of(&sql), e))
            return false;
    }
    return true;
}

static bool is_there(struct db *data, const char *table, bool *ret, struct error *e)
{
    int64_t there = 0;

    if (!db_number(data, &there, e,
                   "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?", "t",
                   table))
        return false;
    *ret = there != 0;
    return true;
}

static bool make(struct db *data, const struct dataset *d, struct error *e)
{
    AUTO_TEXT sql = { 0 };

    table_ddl(d, &sql);
    return db_script(data, text_of(&sql), e);
}

/* The name of the table that is put aside. No dataset can have it. */
static const char *aside_of(const struct dataset *d, struct text *t)
{
    text_addf(t, "%s~was", d->id);
    return t->data;
}

static bool rename_kinds(struct db *data, const char *from, const char *to, struct error *e)
{
    AUTO_TEXT old = { 0 };
    AUTO_TEXT new = { 0 };

    kinds_key(from, &old);
    kinds_key(to, &new);
    return db_run(data, e, "DELETE FROM setting WHERE key = ?", "t", text_of(&new)) &&
           db_run(data, e, "UPDATE setting SET key = ? WHERE key = ?", "tt", text_of(&new),
                  text_of(&old));
}

/* The names of indexes are those of the whole file. */
static void drop_indexes(const struct dataset *d, struct text *sql)
{
    text_addf(sql,
              "DROP INDEX IF EXISTS %s_hash; DROP INDEX IF EXISTS %s_version;"
              "DROP INDEX IF EXISTS \"%s~unread\";",
              d->id, d->id, d->id);
    for (LIST_EACH(const struct column, c, &d->columns))
        text_addf(sql, "DROP INDEX IF EXISTS \"%s.%s\";", d->id, c->name);
}

/* Makes the table anew beside the rows that it had. What is aside already stays: then the table was
 * not loaded since. */
static bool replace(struct db *data, const struct dataset *d, bool has_aside, struct error *e)
{
    AUTO_TEXT aside = { 0 };
    AUTO_TEXT sql = { 0 };

    log_notice("dataset %s: made anew, its sources are read again", d->id);
    drop_indexes(d, &sql);
    if (has_aside)
        text_addf(&sql, "DROP TABLE %s;", d->id);
    else
        text_addf(&sql, "ALTER TABLE %s RENAME TO \"%s\";", d->id, aside_of(d, &aside));
    table_ddl(d, &sql);
    return db_script(data, text_of(&sql), e) && others_tidy(data, NULL, d, e) &&
           (has_aside || rename_kinds(data, d->id, text_of(&aside), e)) &&
           db_run(data, e, "DELETE FROM setting WHERE key = 'kinds of ' || ?", "t", d->id);
}

/* The configuration is what it was before the table was made anew: so are the rows. */
static bool take_back(struct db *data, const struct dataset *d, struct error *e)
{
    AUTO_TEXT aside = { 0 };
    AUTO_TEXT sql = { 0 };

    log_notice("dataset %s: the rows that it had before are taken back", d->id);
    drop_indexes(d, &sql);
    text_addf(&sql, "DROP TABLE %s; ALTER TABLE \"%s\" RENAME TO %s;", d->id, aside_of(d, &aside),
              d->id);
    index_rows(d, &sql);
    return db_script(data, text_of(&sql), e) && others_tidy(data, NULL, d, e) &&
           rename_kinds(data, text_of(&aside), d->id, e);
}

static bool define(struct db *data, const struct dataset *d, struct error *e)
{
    AUTO_TEXT aside = { 0 };
    bool there, has_aside, good = false, was_good = false;

    if (!is_there(data, d->id, &there, e) || !is_there(data, aside_of(d, &aside), &has_aside, e))
        return false;
    if (!there)
        return make(data, d, e);
    if (!fits(data, d, d->id, &good, e) ||
        (has_aside && !fits(data, d, text_of(&aside), &was_good, e)))
        return false;
    if (!good && !(was_good ? take_back(data, d, e) : replace(data, d, has_aside, e)))
        return false;
    return extend(data, d, e);
}

bool table_define(struct db *data, const struct dataset *d, struct error *e)
{
    if (!db_begin(data, e))
        return false;
    if (!define(data, d, e) || !index_references(data, d, e) || !write_kinds(data, d, e)) {
        db_rollback(data);
        return error_wrap(e, "dataset %s", d->id);
    }
    return db_commit(data, e);
}

bool table_loaded(struct db *data, const struct dataset *d, struct error *e)
{
    AUTO_TEXT aside = { 0 };
    AUTO_TEXT sql = { 0 };
    bool there;

    if (!is_there(data, aside_of(d, &aside), &there, e))
        return false;
    if (!there)
        return true;
    text_addf(&sql, "DROP TABLE \"%s\";", text_of(&aside));
    return db_script(data, text_of(&sql), e) &&
           db_run(data, e, "DELETE FROM setting WHERE key = 'kinds of ' || ?", "t",
                  text_of(&aside));
}
