/* pull: one attempt to fetch a source, its payload spooled to disk byte for byte.
 *
 *     fetch_start()  asks the world; the body goes to DIR/spool/SOURCE.part, bounded
 *     (answer)       synced, named by its digest, and T1: pull and source state committed
 *     done()         tells the engine that something is there to read, or that it failed
 *
 * A snapshot and the changes to it are fetched one after the other, so that their pulls have an
 * order. A body that is the last good one again is dropped; so is what failed half-way. A crash
 * before T1 leaves a file that no pull names: fetch_clean() removes such files at the start. */
#ifndef FETCH_PULL_H
#define FETCH_PULL_H

#include "config/settings.h"
#include "db/db.h"
#include "event/world.h"

#include <stdbool.h>

struct fetcher;

enum fetch_result {
    FETCH_PAYLOAD,
    FETCH_UNCHANGED,
    FETCH_FAILED,
    FETCH_FAILED_AGAIN /* for a reason that FETCH_FAILED gave less than an hour ago */
};

/* Called once for each fetch_start() that began an attempt; before it returns when the attempt
 * could not even be asked for. `why` only when it failed. When T1 itself failed, `why` has the
 * error of the database. */
typedef void fetched_fn(void *data, const char *source, enum fetch_result result,
                        const struct error *why);

/* `dir` is the state directory; the spool is made when missing. */
bool fetcher_new(struct world *w, struct db *data, const char *dir, fetched_fn *done,
                 void *done_data, struct fetcher **ret, struct error *e);

/* Attempts under way are forgotten; the world must not answer them any more. NULL is fine. */
void fetcher_free(struct fetcher *f);

/* Starts an attempt unless one for this source is under way (true as well); after the one of its
 * snapshot, or of other changes to it, if that is. `mapping` is the
 * digest of how it is read now: another one than at the last good pull makes the payload be read
 * again in full. What cannot be started at all (no credential) is a failed attempt: T1 as well. */
bool fetch_start(struct fetcher *f, const struct source *s, const char *mapping, struct error *e);

/* True if a payload lies in this fetcher's spool: a dry run works on a copy of the database, and
 * neither drops nor adds a file of the daemon's. */
bool fetch_owns(const struct fetcher *f, const char *path);

/* Attempts under way or waiting for such. */
int fetch_count(const struct fetcher *f);

/* Removes files of the spool that no pull names. */
bool fetch_clean(struct fetcher *f, struct error *e);

/* Drops payloads that are older than keep_payloads of `s` or, oldest first, over its size in all;
 * never the last good one of a source, one that is held or waiting, or changes that came after the
 * snapshot that is good now, which count for the size first. The pull keeps its row. */
bool fetch_prune(struct fetcher *f, const struct settings *s, struct error *e);

DEFINE_AUTO(fetcher, fetcher_free)

#endif
