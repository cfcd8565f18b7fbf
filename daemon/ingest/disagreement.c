#include "ingest/disagreement.h"

#include "base/number.h"
#include "base/zone.h"

#include <string.h>

void disagreement_where(const struct column *c, struct text *out)
{
    text_addf(
        out, "(json_type(o.said, '$.%s') IS NOT NULL AND json_type(t._unread, '$.%s') IS NULL AND ",
        c->name, c->name);
    if (c->type == COLUMN_REAL) /* as text it may have lost its last digit */
        text_addf(out,
                  "((t.%s IS NULL) <> (o.said ->> '$.%s' IS NULL) OR abs(t.%s - CAST(o.said ->>"
                  " '$.%s' AS REAL)) > 1e-12 * abs(t.%s)))",
                  c->name, c->name, c->name, c->name, c->name);
    else
        text_addf(out, "CAST(t.%s AS TEXT) IS NOT (o.said ->> '$.%s'))", c->name, c->name);
}

bool disagreement_any(struct db *data, const struct dataset *d, bool *ret, struct error *e)
{
    int64_t there = 0;

    if (!db_number(data, &there, e,
                   "SELECT EXISTS (SELECT 1 FROM other_record WHERE dataset = ? AND differs)", "t",
                   d->id))
        return false;
    *ret = there != 0;
    return true;
}

static void add_from(const struct dataset *d, const struct column *c, struct text *sql)
{
    text_addf(sql,
              " FROM other_record AS o JOIN %s AS t ON t.%s = o.key WHERE o.dataset = '%s' AND"
              " o.differs AND t._gone IS NULL AND ",
              d->id, d->key, d->id);
    disagreement_where(c, sql);
}

bool disagreement_read(struct db *data, const struct dataset *d, const struct column *c,
                       struct arena *a, struct disagreement **ret, int *ret_count, struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;
    bool row = true;

    *ret = NULL;
    *ret_count = 0;
    text_add(&sql, "SELECT min(t._source, o.source), max(t._source, o.source), count(*)");
    add_from(d, c, &sql);
    text_add(&sql, " GROUP BY 1, 2 ORDER BY 1, 2");
    if (!db_query_text(data, &s, e, text_of(&sql), ""))
        return false;
    for (;;) {
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        *ret = arena_grow(a, *ret, (size_t)*ret_count * sizeof **ret,
                          ((size_t)*ret_count + 1) * sizeof **ret);
        (*ret)[(*ret_count)++] =
            (struct disagreement){ arena_text(a, db_text(s, 0)), arena_text(a, db_text(s, 1)),
                                   db_int(s, 2) };
    }
}

/* A value as its column stores it, for people. */
static void show_value(const struct column *c, const char *stored, struct text *out)
{
    char money[MONEY_TEXT_SIZE], at[INSTANT_TEXT_SIZE];
    int64_t n = 0;

    if (!stored || !*stored)
        text_add(out, "nothing");
    else if (c->type == COLUMN_MONEY && number_read(stored, strlen(stored), &n))
        text_add(out, money_text(n, money));
    else if (c->type == COLUMN_DATETIME && number_read(stored, strlen(stored), &n))
        text_add(out, instant_text(n, at));
    else if (c->type == COLUMN_BOOLEAN)
        text_add(out, strcmp(stored, "1") == 0 ? "true" : "false");
    else
        text_add(out, stored);
}

bool disagreement_show(struct db *data, const struct dataset *d, const struct column *c,
                       const struct disagreement *n, int most, struct text *out, struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;
    bool row = true, first = true;

    text_addf(&sql,
              "SELECT o.key, CAST(t.%s AS TEXT), t._source, t._line, o.said ->> '$.%s',"
              " o.source, o.line",
              c->name, c->name);
    add_from(d, c, &sql);
    text_add(&sql, " AND min(t._source, o.source) = ? AND max(t._source, o.source) = ?"
                   " ORDER BY o.key LIMIT ?");
    if (!db_query_text(data, &s, e, text_of(&sql), "tti", n->one, n->two, (int64_t)most))
        return false;
    for (;; first = false) {
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        text_addf(out, "%s%s: ", first ? "" : "; ", db_text(s, 0));
        show_value(c, db_text(s, 1), out);
        text_addf(out, " (%s, line %lld), ", db_text(s, 2), (long long)db_int(s, 3));
        show_value(c, db_text(s, 4), out);
        text_addf(out, " (%s, line %lld)", db_text(s, 5), (long long)db_int(s, 6));
    }
}
