/* rejected: what the payloads that are good have that was not taken: records that are no row, and
 * cells that cannot be read; what a person says of it. Told by watch/rejected_told. */
#ifndef WATCH_REJECTED_H
#define WATCH_REJECTED_H

#include "base/arena.h"
#include "judge/accepted.h"
#include "watch/judging.h"

#include <stdbool.h>
#include <stdint.h>

struct report_from;
struct json;

/* One of them, as it is read again. */
struct rejected {
    const char *source, *dataset, *key, *field, *column, *value, *reason, *raw, *mark, *cells;
    int64_t pull, line, lines; /* the pull whose line it is */
    int64_t record;            /* its number; several things may be wrong with one record */
    bool cell;                 /* the record is a row, only this cell was not taken */
    bool is_accepted;
    struct accepted accepted; /* if it is */
};

/* Calls `each` for what the last good payload of `source` (NULL: of each source) has, in its order.
 * `data` and `state` may be one connection that has both. Texts live until `each` returns. */
typedef bool rejected_fn(void *data, const struct rejected *r, struct error *e);
bool rejected_each(struct db *data, struct db *state, const struct settings *s, const char *source,
                   date today, rejected_fn *each, void *each_data, struct error *e);

/* How much of one source was not taken. */
struct rejected_counts {
    int64_t records, cells; /* that nobody accepted */
    int64_t accepted;       /* of both */
    int64_t beyond;         /* of records and cells, what is not kept: nobody can accept it */
    int64_t last;           /* the record that was counted last */
};

/* Adds one that rejected_each() gave; then what is not kept of the payload (ingest/reject). */
void rejected_count(struct rejected_counts *n, const struct rejected *r);
bool rejected_count_beyond(struct db *data, const char *source, struct rejected_counts *n,
                           struct error *e);

/* Whether there is one that nobody has accepted. */
bool rejected_any(struct db *data, struct db *state, const struct settings *s, const char *source,
                  date today, bool *ret, struct error *e);

/* "line 21: fine: '1.000,00' is not an amount of money (1,234.56); line ...": what is not taken of
 * the record with that key, in `a`; NULL: all of it is. */
bool rejected_say(struct db *data, const char *dataset, const char *key, struct arena *a,
                  const char **ret, struct error *e);

/* What `dutywatch rejects` shows: { rejects: [ { source, pull, line, lines, dataset, key, field,
 * value, reason, cell, mark, raw, accepted: { until, reason, person } or null } ], accepted, open,
 * sources: [ { source, kept_back, since, keyless } ] }. `all`: with those that are accepted. */
struct json *rejected_report(const struct report_from *r, const char *source, bool all,
                             struct error *e);

/* Reads the payloads of what is rejected again, as if they had come now; `*ret` is how many wait,
 * `*ret_lost` how many are no longer kept. In a transaction of its own. */
bool rejected_retry(struct db *data, const struct settings *s, const char *source, int64_t *ret,
                    int64_t *ret_lost, struct error *e);

/* A person accepts what has the mark, until a day. ERROR_INPUT with a sentence for the person. */
bool rejected_accept(const struct judgement *j, const struct accepted *a, struct error *e);

#endif
