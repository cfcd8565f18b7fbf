#include "watch/edits.h"

#include "base/date.h"
#include "base/number.h"
#include "base/text.h"

#include <string.h>

/* The rows of one dataset, and what is read of it. */
struct edited {
    struct db *data;
    const struct prepared_rule *rule;
    const struct dataset *dataset;
    const char *subject;
    int64_t since;
    struct json *list;
};

/* True if the rule reads column `name` of the dataset. */
static bool is_read(const struct edited *x, const char *name)
{
    const struct reads *reads = &x->rule->reads;
    const struct reads_columns *c =
        x->dataset == x->rule->dataset ? &reads->own : reads_of(reads, x->dataset->id);

    return c && reads_column(c, name);
}

static const struct column *column_of(const struct dataset *d, const char *name)
{
    for (LIST_EACH(const struct column, c, &d->columns))
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

static void add_value(struct text *t, const struct column *c, struct stmt *s, int n)
{
    char buffer[DATE_LONG_SIZE], money[MONEY_TEXT_SIZE];
    AUTO_TEXT value = { .max = 80 };
    date day;

    if (db_is_null(s, n)) {
        text_add(t, "nothing");
        return;
    }
    text_add(&value, db_text(s, n));
    day = c->type == COLUMN_DATE ? date_read(text_of(&value)) : DATE_NONE;
    if (day != DATE_NONE)
        text_add(t, date_long(day, buffer));
    else if (c->type == COLUMN_MONEY)
        text_add(t, money_text(db_int(s, n), money));
    else if (c->type == COLUMN_BOOLEAN)
        text_add(t, db_int(s, n) ? "yes" : "no");
    else
        text_addf(t, "\"%s\"", text_of(&value));
}

/* "culpability was "fraud", is "negligence"" of row `key`, unless it is as it was. The row of `s`:
 * key, column, the value that it had. */
static bool add_column(const struct edited *x, struct stmt *s, struct text *t, struct error *e)
{
    const struct column *c = column_of(x->dataset, db_text(s, 1));
    AUTO_TEXT sql = { 0 };
    STMT now = NULL;
    bool row = false;

    if (!c || !is_read(x, c->name))
        return true;
    text_addf(&sql, "SELECT %s FROM %s WHERE %s = ?1 AND %s IS NOT ?2", c->name, x->dataset->id,
              x->dataset->key, c->name);
    if (!db_query_text(x->data, &now, e, text_of(&sql), "tt", db_text(s, 0), db_text(s, 2)) ||
        !db_row(now, &row, e))
        return false;
    if (!row)
        return true;
    text_addf(t, "%s%s was ", t->size ? "; " : "", c->name);
    add_value(t, c, s, 2);
    text_add(t, ", is ");
    add_value(t, c, now, 0);
    return true;
}

static void end_row(const struct edited *x, const char *key, struct text *t)
{
    AUTO_TEXT sentence = { .max = 600 };

    if (t->size && json_count(x->list) == EDITS_MAX)
        json_add_text(x->list, "Further rows were changed.");
    if (t->size && json_count(x->list) < EDITS_MAX) {
        if (x->dataset == x->rule->dataset)
            text_add(&sentence, "Changed in the record: ");
        else
            text_addf(&sentence, "Changed in %s %s: ", x->dataset->id, key);
        text_addf(&sentence, "%s.", text_of(t));
        json_add_text(x->list, text_of(&sentence));
    }
    text_clear(t);
}

/* `which`: which rows, by ?1, the subject. Of each column the oldest value after ?2 counts. */
static bool add_rows(const struct edited *x, const char *which, struct error *e)
{
    AUTO_TEXT sql = { 0 };
    AUTO_TEXT changes = { .max = 500 };
    AUTO_TEXT key = { 0 };
    STMT s = NULL;
    bool row = false, ok;

    text_addf(&sql,
              "SELECT v.key, c.key, c.value, min(v.version) FROM row_version AS v,"
              " json_each(v.was) AS c WHERE v.dataset = '%s' AND v.key IN (%s) AND v.version > ?2"
              " GROUP BY v.key, c.key",
              x->dataset->id, which);
    ok = db_query_text(x->data, &s, e, text_of(&sql), "ti", x->subject, x->since);
    while (ok && (ok = db_row(s, &row, e)) && row) {
        if (strcmp(text_of(&key), db_text(s, 0)) != 0) {
            end_row(x, text_of(&key), &changes);
            text_clear(&key);
            text_add(&key, db_text(s, 0));
        }
        ok = add_column(x, s, &changes, e);
    }
    if (ok)
        end_row(x, text_of(&key), &changes);
    return ok;
}

static bool add_all(struct edited *x, struct error *e)
{
    const struct lookups *l = &x->rule->lookups;

    if (!add_rows(x, "?1", e))
        return false;
    for (int i = 0; i < l->path_count; i++) {
        const struct hop *h = &l->paths[i].hops[0];
        AUTO_TEXT which = { 0 };

        if (l->paths[i].count != 1 || !h->down)
            continue;
        x->dataset = h->to;
        text_addf(&which, "SELECT %s FROM %s WHERE %s = ?1", h->to->key, h->to->id, h->column);
        if (!add_rows(x, text_of(&which), e))
            return false;
    }
    return true;
}

void edits_add(struct db *data, const struct prepared_rule *r, const char *subject, int64_t since,
               struct json *list)
{
    struct edited x = { data, r, r->dataset, subject, since, list };
    struct error e;

    if (!add_all(&x, &e))
        json_add_text(list, "What changed in the record could not be read.");
}
