/* payload: one spooled pull into its datasets (T2), or the reason why not.
 *
 * Rows, rejects and the version of the data change in one transaction, or nothing does. A record
 * whose bytes are known is not parsed. The same bytes give the same rows.                      */
#ifndef INGEST_PAYLOAD_H
#define INGEST_PAYLOAD_H

#include "codec/digest.h"
#include "config/settings.h"
#include "db/db.h"
#include "fetch/source.h"

#include <stdbool.h>
#include <stdint.h>

enum ingest_result {
    INGEST_GOOD,   /* INGESTED */
    INGEST_HELD,   /* the guard does not believe it: nothing changed */
    INGEST_REFUSED /* it cannot be read at all: nothing changed */
};

struct ingest_report {
    enum ingest_result result;
    struct error why; /* HELD, REFUSED: what to tell the data steward */
    int64_t records, rejects, added, changed, gone;
    int64_t passed_over; /* what `skip` of the source says is no record */
    int64_t unread;      /* cells that could not be read, of records that are rows */
    bool version_moved;  /* something is to be judged */
};

/* Reads pull `p` of source `s`. `trusted`: a person released it, the guard is not asked, and what
 * is missing leaves. False only for errors of our own side (database, disk): then the pull stays as
 * it was. */
bool ingest_payload(struct db *data, const struct settings *settings, const struct source *s,
                    struct pull *p, bool trusted, struct ingest_report *ret, struct error *e);

/* The version of the data: it grows by one with each pull that changed something. */
bool ingest_version(struct db *data, int64_t *ret, struct error *e);

#endif
