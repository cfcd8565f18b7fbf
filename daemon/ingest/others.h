/* others: what a source says of a row that another source owns. The only writer of the table
 * other_record.
 *
 * Of several sources that fill one dataset one owns a row: the first that has it, or the first in
 * the dataset's `prefer`. What the others say of it is kept here, so that it is known byte for byte
 * as rows are, that a difference can be told, and that the row passes to one of them when its owner
 * has it no more. There is one record a row and source; none where one source fills a dataset.
 *
 * Values are kept as JSON texts: { "due": "2026-12-01", "amount": "4200", "done": null }. What the
 * source has no column for is left out: it says nothing of that; nor of what could not be read,
 * which is noted as { "_unread_due": "'soon' is not a date" } so that the row lacks it when it
 * passes. */
#ifndef INGEST_OTHERS_H
#define INGEST_OTHERS_H

#include "base/arena.h"
#include "config/settings.h"
#include "db/db.h"
#include "ingest/table.h"

#include <stdbool.h>
#include <stdint.h>

struct other {
    int64_t id; /* 0: there is none */
    const char *key, *source;
    int64_t hash, pull, line; /* hash 0: it is read again when it comes again */
    const char *said, *raw;
};

/* Whether sources of more than one owner fill the dataset. */
bool others_are(const struct settings *s, const struct dataset *d);

/* Whether rows of this source are rows of the dataset; not one that the dataset lost, nor "". */
bool others_fill(const struct settings *s, const struct dataset *d, const char *owner);

/* Whether `source` owns a row rather than `owner`: that one fills the dataset no more, or stands
 * behind it in `prefer`. */
bool others_prefer(const struct settings *s, const struct dataset *d, const char *source,
                   const char *owner);

/* All below in the caller's transaction; texts of what is found live in `a`. */

/* By its bytes, or (`key` not NULL) by its key. */
bool other_find(struct db *data, const struct dataset *d, const char *source, const char *key,
                int64_t hash, struct arena *a, struct other *ret, struct error *e);

/* Which of them owns the row when its owner has it no more: by `prefer`, then as they stand in the
 * configuration. */
bool other_best(struct db *data, const struct settings *s, const struct dataset *d, const char *key,
                struct arena *a, struct other *ret, struct error *e);

/* Writes `values` in the place of what the source said; `has`: whether the payload has the column,
 * one a column. `*ret_id` is its number. */
bool other_put(struct db *data, const struct dataset *d, const char *key,
               const struct value *values, const bool *has, const struct origin *o, int64_t *ret_id,
               struct error *e);

/* The same of the row `id`, which another source is about to own. */
bool other_put_row(struct db *data, const struct dataset *d, int64_t id, struct error *e);

bool other_confirm(struct db *data, int64_t id, int64_t pull, int64_t line, struct error *e);
bool other_drop(struct db *data, int64_t id, struct error *e);

/* What it says as values of the dataset's columns, in `a`. */
void other_values(const struct dataset *d, const struct other *o, struct value *ret,
                  struct arena *a);

/* Notes which of the records that `pull` brought, or whose row has changed with `version`, differ
 * from their row. `*ret`: whether that is another than before. */
bool others_compare(struct db *data, const struct dataset *d, int64_t pull, int64_t version,
                    bool *ret, struct error *e);

/* The source `from` brings the changes of `to` from now on (struct source, `of`): what it said of
 * the rows of that one counts, where it came after what they say. In a transaction of its own, with
 * a version of the data if a row changes. */
bool others_adopt(struct db *data, const struct dataset *d, const char *from, const char *to,
                  struct error *e);

/* Drops those of sources that fill the dataset no more; of one that has a single owner, and (NULL)
 * of one that is made anew, all. */
bool others_tidy(struct db *data, const struct settings *s, const struct dataset *d,
                 struct error *e);

#endif
