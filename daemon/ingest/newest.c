#include "ingest/newest.h"

#include "base/text.h"
#include "base/zone.h"

/* Of one dataset; moves `*ret` forward. */
static bool read_one(struct db *data, const struct settings *settings, const struct source *s,
                     const struct dataset *d, instant now, instant *ret, struct error *e)
{
    const struct column *c = dataset_column(d, s->content_age->column);
    AUTO_TEXT sql = { 0 };
    STMT q = NULL;
    bool row = false;
    instant found = 0;

    if (!c)
        return true;
    text_addf(&sql, "SELECT max(%s) FROM %s WHERE _source = ?1 AND _gone IS NULL AND %s <= ?2",
              c->name, d->id, c->name);
    if (!(c->type == COLUMN_DATE
              ? db_query_text(data, &q, e, text_of(&sql), "td", source_owner(s),
                              zone_day(settings->zone, now))
              : db_query_text(data, &q, e, text_of(&sql), "ti", source_owner(s), now)) ||
        !db_row(q, &row, e))
        return error_wrap(e, "dataset %s: %s", d->id, c->name);
    if (row && !db_is_null(q, 0))
        found = c->type == COLUMN_DATE
                    ? zone_instant(settings->zone, date_read(db_text(q, 0)) + 1, 0)
                    : db_int(q, 0);
    if (found > *ret)
        *ret = found;
    return true;
}

bool newest_read(struct db *data, const struct settings *settings, const struct source *s,
                 instant now, instant *ret, struct error *e)
{
    *ret = 0;
    for (LIST_EACH(const struct take, t, &s->takes))
        if (!read_one(data, settings, s, settings_dataset(settings, t->dataset), now, ret, e))
            return false;
    return true;
}
