/* table: the rows of one dataset in data.db. The only writer of the dataset tables and row_version.
 *
 * A dataset `cases` is a table `cases` with its columns and ours, which rules cannot see:
 *
 *     _source  the source whose row it is; "": none _pull, _line  where its record stands
 *     _hash    of the record's bytes                _raw          the record as received
 *     _version of the data when the row changed     _offset_X     minutes, of the datetime X
 *     _gone    NULL: present; pull in which it was no longer there: n asked for, -n taken as closed
 *     _unread  NULL: each cell could be read; else (ingest/unread.h) which could not, and why
 *
 * Rows are never deleted. What a row was before it changed is kept as JSON of the changed columns.
 */
#ifndef INGEST_TABLE_H
#define INGEST_TABLE_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "config/settings.h"
#include "db/db.h"
#include "ingest/convert.h"

#include <stdbool.h>
#include <stdint.h>

/* Appends the CREATE TABLE and CREATE INDEX statements of a dataset. */
void table_ddl(const struct dataset *d, struct text *out);

/* Makes the table or brings it to the columns of `d`: missing columns are added, columns that refer
 * are indexed. When the key or the type of a column changed it is made anew, and the rows that it
 * had are put aside: if the configuration is taken back before all is read again, so are they. */
bool table_define(struct db *data, const struct dataset *d, struct error *e);

/* All its sources were read as they are configured, in the caller's transaction: what was put aside
 * is dropped. */
bool table_loaded(struct db *data, const struct dataset *d, struct error *e);

/* Of each dataset of the settings, in their order, whether some row has a cell that could not be
 * read; in `a`. */
bool tables_unread(struct db *data, const struct settings *s, struct arena *a, bool **ret,
                   struct error *e);

/* Drops what rows were before they changed, where that was before a moment. */
bool table_forget(struct db *data, instant before, struct error *e);

struct table;

/* Ready to take rows, inside a transaction of the caller. */
bool table_open(struct db *data, const struct dataset *d, struct table **ret, struct error *e);
void table_close(struct table *t); /* NULL is fine */

/* Where a row comes from. */
struct origin {
    const char *source;
    int64_t hash, version, pull, line;
    const char *raw;
    size_t raw_size;
};

struct row {
    int64_t id;         /* 0: there is none */
    bool gone, unread;  /* unread: some cell of it could not be read */
    int64_t hash;       /* of the record by which it is known */
    const char *source; /* until the next look-up */
};

bool table_find_hash(struct table *t, int64_t hash, const char *source, struct row *ret,
                     struct error *e);
bool table_find_key(struct table *t, const char *key, struct row *ret, struct error *e);

bool table_insert(struct table *t, const struct value *values, const struct origin *o,
                  int64_t *ret_id, struct error *e);

/* Writes `values` over row `id`; what is unread in them stays what the row has. `*ret_changed`:
 * whether a column is different now, or could not be read; then the old values are kept and the row
 * gets the new version. */
bool table_update(struct table *t, int64_t id, const struct value *values, const struct origin *o,
                  bool *ret_changed, struct error *e);

/* Marks a row as gone (`gone` as above) or, with 0, as there again. */
bool table_mark(struct table *t, int64_t id, int64_t gone, int64_t version, struct error *e);

/* Whether the key of the row is made up, since its own could not be read. */
bool table_is_made_up(struct table *t, int64_t id, bool *ret, struct error *e);

/* The record of a row came again, by another pull. */
bool table_confirm(struct table *t, int64_t id, int64_t pull, int64_t line, struct error *e);

/* When what the row says came: the first pull (struct pull, `came`) with the payload that brought
 * it or in which it was gone. */
bool table_came(struct table *t, int64_t id, int64_t *ret, struct error *e);

/* The rows that `from` brought are those of `to` from now on. */
bool table_adopt(struct db *data, const struct dataset *d, const char *from, const char *to,
                 struct error *e);

/* The row stays as it is and is nobody's: its source has it no more, which ignores that. */
bool table_let_go(struct table *t, int64_t id, struct error *e);

/* The key of a row, in `a`. */
bool table_key(struct table *t, int64_t id, struct arena *a, const char **ret, struct error *e);

/* Calls `each` with the id of every row of `source` that is not gone, and with its value in the
 * column `part`, in the order of these values. `part` may be NULL: all have NULL, in no order.
 * `others`: and with what it says of rows of others (ingest/others.h), the number of that below 0.
 */
typedef bool table_row_fn(void *data, int64_t id, const char *part, struct error *e);
bool table_each(struct table *t, const char *source, const char *part, bool others,
                table_row_fn *each, void *data, struct error *e);

DEFINE_AUTO(table, table_close)

#endif
