#include "ingest/difference.h"

bool difference_put(struct db *data, const struct dataset *d, const struct merge *m,
                    const char *key, const char *source, int64_t pull, struct error *e)
{
    const struct value *kept = merge_values(m);
    size_t n = 0;

    if (!db_run(data, e, "DELETE FROM difference WHERE dataset = ? AND key = ?", "tt", d->id, key))
        return false;
    for (LIST_EACH(const struct column, c, &d->columns)) {
        AUTO_TEXT said = { 0 };

        if (merge_difference(m, n, &said) &&
            !db_run(data, e,
                    "INSERT INTO difference (dataset, key, field, source, pull, kept, said)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    "ttttitt", d->id, key, c->name, source, pull,
                    kept[n].null ? NULL : kept[n].text, text_of(&said)))
            return false;
        n++;
    }
    return true;
}

bool difference_drop_gone(struct db *data, const struct dataset *d, struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;

    text_addf(&sql,
              "DELETE FROM difference WHERE dataset = ? AND key NOT IN"
              " (SELECT %s FROM %s WHERE _gone IS NULL AND %s = difference.key)",
              d->key, d->id, d->key);
    return db_query_text(data, &s, e, text_of(&sql), "t", d->id) && db_done(s, e);
}

bool difference_drop_all(struct db *data, const struct dataset *d, struct error *e)
{
    return db_run(data, e, "DELETE FROM difference WHERE dataset = ?", "t", d->id);
}
