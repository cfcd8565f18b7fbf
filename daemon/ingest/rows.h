/* rows: the records of one payload become the rows of one dataset.
 *
 *     rows_open()       in the caller's transaction
 *     rows_take()       each record: known by its bytes, new, changed, or rejected
 *     rows_unite()      where records with one key make one row, whichever take reads them: now
 *     rows_missing()    of a snapshot: which rows it does not have
 *     rows_tally()      what the guard is asked about
 *     rows_leave()      if it believes that: they are gone
 *     rows_free()
 *
 * A record whose bytes are known is not parsed. A snapshot speaks for the rows of its own source,
 * and of these, where the source has a `part`, for the parts that it carries: offices that hand in
 * one after the other do not make each other's cases leave. Changes to a snapshot bring rows of its
 * source. A payload that is read after one that came later leaves alone what that one says.
 *
 * Where several sources fill the dataset, a row is that of the first that had it, or of the first
 * in the dataset's `prefer`; what another says of it is kept beside it (ingest/others.h). A row
 * that its owner has no more, and another has, is that one's: it has not left.
 *
 * What cannot be read is not absent. A record that is no row keeps the row with its key as it was.
 * A record whose key cannot be read may be that of any row that is missing, and one that goes over
 * several lines may have swallowed others: then nothing leaves, in its part where that can be read,
 * until a person says so (`trusted`), the source `skip`s such records, or a payload has none.   */
#ifndef INGEST_ROWS_H
#define INGEST_ROWS_H

#include "base/error.h"
#include "config/settings.h"
#include "db/db.h"
#include "ingest/guard.h"
#include "ingest/reader.h"
#include "ingest/record.h"
#include "ingest/reject.h"

#include <stdbool.h>
#include <stdint.h>

/* All of it must outlive the rows. */
struct rows_of {
    struct db *data;
    const struct settings *settings;
    const struct dataset *dataset;
    const struct source *source;
    int64_t pull, version; /* the version of the data that this pull would make */
    int64_t came;          /* the pull with which the payload came first */
    bool late;             /* a payload that came later was read */
    bool trusted;          /* a person says that what is missing has left */
    struct rejects *rejects;
};

/* What came of them so far. */
struct tally {
    int64_t records, rejects, added, changed;
    int64_t lost;      /* lines of rejected records beyond the first of each */
    int64_t unread;    /* cells that could not be read, of records that are rows */
    int64_t spoiled;   /* these records */
    int64_t keyless;   /* rejected records that may be those of any row */
    int64_t known;     /* rows of the source (in the parts carried) that it had before */
    int64_t missing;   /* of them, those that the payload does not have, but for those kept back */
    int64_t kept_back; /* missing as well, and they do not leave */
    bool differs;      /* what records say differently is not what it was */
};

struct rows;

bool rows_open(const struct rows_of *of, struct rows **ret, struct error *e);
void rows_free(struct rows *r); /* NULL is fine */

/* One record that reader_next() gave. False only for errors of our own side: what is wrong with a
 * record is a reject. */
bool rows_take(struct rows *r, struct reader *reader, const struct shape *sh, const struct raw *raw,
               struct error *e);

/* One that it could not give, and why. */
bool rows_reject(struct rows *r, const struct raw *raw, const char *reason, struct error *e);

/* After the last record of all; the readers are needed until here, and the shapes. */
bool rows_unite(struct rows *r, struct error *e);

/* Then. */
bool rows_missing(struct rows *r, struct error *e);

/* Marks what is missing as gone, as the source says. */
bool rows_leave(struct rows *r, struct error *e);

const struct tally *rows_tally(const struct rows *r);

DEFINE_AUTO(rows, rows_free)

#endif
