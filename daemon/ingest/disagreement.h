/* disagreement: of which values two sources that have one row say different things. Read from the
 * rows and what ingest/others keeps beside them; nothing is written. */
#ifndef INGEST_DISAGREEMENT_H
#define INGEST_DISAGREEMENT_H

#include "base/arena.h"
#include "base/text.h"
#include "config/settings.h"
#include "db/db.h"

#include <stdbool.h>
#include <stdint.h>

/* Appends what is true in SQL where other_record `o` says something else than the row `t` has. */
void disagreement_where(const struct column *c, struct text *out);

/* Whether anything of the dataset differs. */
bool disagreement_any(struct db *data, const struct dataset *d, bool *ret, struct error *e);

/* Two sources that differ, in the order of their names, and on how many rows. */
struct disagreement {
    const char *one, *two;
    int64_t count;
};

/* Those about a column, in `a`; `*ret_count` of them. */
bool disagreement_read(struct db *data, const struct dataset *d, const struct column *c,
                       struct arena *a, struct disagreement **ret, int *ret_count, struct error *e);

/* The first `most` rows of one, in the order of their keys: "C-1: 2026-12-01 (a, line 2),
 * 2020-01-01 (b, line 2); ...", the value that the row has first. */
bool disagreement_show(struct db *data, const struct dataset *d, const struct column *c,
                       const struct disagreement *n, int most, struct text *out, struct error *e);

#endif
