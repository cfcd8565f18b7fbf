#include "ingest/sentinel.h"

#include "base/arena.h"
#include "base/zone.h"

static bool is_sentinel(const struct value *v)
{
    if (v->null)
        return false;
    return v->type == COLUMN_DATE ? date_is_sentinel((date)v->number)
           : v->type == COLUMN_DATETIME
               ? date_is_sentinel((date)(v->number / DAY - (v->number % DAY < 0)))
               : false;
}

bool sentinel_note(struct db *data, const struct dataset *d, const char *source,
                   const struct value *values, struct error *e)
{
    size_t i = 0;

    for (LIST_EACH(const struct column, c, &d->columns)) {
        const struct value *v = &values[i++];

        if (is_sentinel(v) &&
            !db_run(data, e,
                    "INSERT INTO sentinel (dataset, column_name, value, source) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT DO NOTHING",
                    "tttt", d->id, c->name, v->text, source))
            return false;
    }
    return true;
}

/* Whether some row has such a day in the column; what was taken as closed is asked of nobody. */
static bool is_there(struct db *data, const struct dataset *d, const struct column *c, bool *ret,
                     struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;
    bool row = false;

    text_addf(&sql, "SELECT EXISTS (SELECT 1 FROM %s WHERE coalesce(_gone, 0) >= 0 AND ", d->id);
    if (c->type == COLUMN_DATETIME)
        text_addf(&sql, "(%s >= %lld OR %s < %lld))", c->name,
                  (long long)(date_of(2200, 1, 1) * DAY), c->name,
                  (long long)(date_of(1901, 1, 1) * DAY));
    else
        text_addf(&sql, "(%s >= '2200' OR %s < '1901'))", c->name, c->name);
    if (!db_query_text(data, &s, e, text_of(&sql), "") || !db_row(s, &row, e))
        return false;
    *ret = row && db_int(s, 0);
    return true;
}

bool sentinel_drop_gone(struct db *data, const struct dataset *d, struct error *e)
{
    for (LIST_EACH(const struct column, c, &d->columns)) {
        int64_t noted = 0;
        bool there = false;

        if (!db_number(data, &noted, e,
                       "SELECT count(*) FROM sentinel WHERE dataset = ? AND column_name = ?", "tt",
                       d->id, c->name))
            return false;
        if (!noted)
            continue;
        if (!is_there(data, d, c, &there, e) ||
            (!there &&
             !db_run(data, e, "DELETE FROM sentinel WHERE dataset = ? AND column_name = ?", "tt",
                     d->id, c->name)))
            return false;
    }
    return true;
}
