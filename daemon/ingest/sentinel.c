#include "ingest/sentinel.h"

#include "base/text.h"
#include "base/zone.h"

#include <stdio.h>

static bool is_sentinel(const struct value *v)
{
    if (v->null)
        return false;
    return v->type == COLUMN_DATE ? date_is_sentinel((date)v->number)
           : v->type == COLUMN_DATETIME
               ? date_is_sentinel((date)(v->number / DAY - (v->number % DAY < 0)))
               : false;
}

/* As the table has it: a date as text, a datetime in microseconds. */
static const char *stored(const struct value *v, char buffer[DATE_TEXT_SIZE + 16])
{
    if (v->type == COLUMN_DATE)
        return date_text((date)v->number, buffer);
    snprintf(buffer, DATE_TEXT_SIZE + 16, "%lld", (long long)v->number);
    return buffer;
}

bool sentinel_note(struct db *data, const struct dataset *d, const char *source,
                   const struct value *values, struct error *e)
{
    char day[DATE_TEXT_SIZE + 16];
    size_t i = 0;

    for (LIST_EACH(const struct column, c, &d->columns)) {
        const struct value *v = &values[i++];

        if (is_sentinel(v) &&
            !db_run(data, e,
                    "INSERT INTO sentinel (dataset, column_name, value, source, day)"
                    " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET day = NULL"
                    " WHERE day <> excluded.day", /* two sources read it as two days */
                    "ttttt", d->id, c->name, v->text, source, stored(v, day)))
            return false;
    }
    return true;
}

/* The days of that kind that rows have in the column; what was taken as closed is asked of nobody.
 */
static void add_there(struct text *sql, const struct dataset *d, const struct column *c)
{
    text_addf(sql, "(SELECT CAST(%s AS TEXT) FROM %s WHERE coalesce(_gone, 0) >= 0 AND ", c->name,
              d->id);
    if (c->type == COLUMN_DATETIME)
        text_addf(sql, "(%s >= %lld OR %s < %lld))", c->name,
                  (long long)(date_of(2200, 1, 1) * DAY), c->name,
                  (long long)(date_of(1901, 1, 1) * DAY));
    else
        text_addf(sql, "(%s >= '2200' OR %s < '1901'))", c->name, c->name);
}

/* Each row is looked at once, however many days were noted. */
static bool drop_gone(struct db *data, const struct dataset *d, const struct column *c,
                      struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;

    text_add(&sql, "DELETE FROM sentinel WHERE dataset = ? AND column_name = ? AND CASE WHEN day"
                   " IS NULL THEN NOT EXISTS ");
    add_there(&sql, d, c);
    text_add(&sql, " ELSE day NOT IN ");
    add_there(&sql, d, c);
    text_add(&sql, " END");
    return db_query_text(data, &s, e, text_of(&sql), "tt", d->id, c->name) && db_done(s, e);
}

bool sentinel_drop_gone(struct db *data, const struct dataset *d, struct error *e)
{
    for (LIST_EACH(const struct column, c, &d->columns)) {
        int64_t noted = 0;

        if (!db_number(data, &noted, e,
                       "SELECT count(*) FROM sentinel WHERE dataset = ? AND column_name = ?", "tt",
                       d->id, c->name) ||
            (noted && !drop_gone(data, d, c, e)))
            return false;
    }
    return true;
}
