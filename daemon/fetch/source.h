/* source: what is known of each source, and its payloads. The only writer of tables source and
 * pull; ingest/ reports through it in its own transaction.
 *
 *     FETCHED ──▶ INGESTED            read, believed
 *        │  └───▶ HELD ──▶ INGESTED   not believed; released by a person
 *        │          └────▶ DISCARDED  by a person, or by the next pull that is good or held
 *        └──────▶ REFUSED             cannot be read at all                                   */
#ifndef FETCH_SOURCE_H
#define FETCH_SOURCE_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"
#include "config/settings.h"
#include "db/db.h"

#include <stdbool.h>
#include <stdint.h>

/* Texts live in the arena given; "" never stands for NULL. */
struct source_state {
    const char *id, *etag, *last_modified, *mapping, *digest, *error;
    const char *held_why; /* what is wrong with the payload that is held */
    instant next_at, good_at, first_at, error_since; /* INSTANT_NONE: never */
    instant content_at; /* of when the good content is: 0 of no day; INSTANT_NONE: not known */
    int64_t failures, good_pull, held_pull; /* 0: none */
    int64_t
        kept_back; /* rows that its last good payload does not have and that stay (ingest/rows.h)
                    */
    instant kept_back_since;
    enum error_class error_class;
};

/* Reads it; a source never seen has next_at 0: due. */
bool source_get(struct db *data, const char *id, struct arena *a, struct source_state *ret,
                struct error *e);

struct pull {
    int64_t id;
    const char *source, *state, *digest, *path, *etag, *last_modified, *mapping, *reason;
    instant at;
    int64_t came; /* the pull with which the payload came first: itself, or what it is once more */
    instant content_at;    /* of when the content is, as far as the pull tells */
    const char *next_page; /* the answer said that it goes on there; NULL: it did not */
    int64_t bytes, records, rejects, added, changed, gone, version;
    int64_t unread;             /* cells that could not be read */
    int64_t kept_back, keyless; /* rows that are missing and stay; the records because of which */
    const char *columns;        /* of each dataset those it had, as JSON; NULL: not known */
};

bool pull_get(struct db *data, int64_t id, struct arena *a, struct pull *ret, bool *ret_found,
              struct error *e);

/* The pull that came first of those that are FETCHED and not read yet; id 0 if there is none. */
bool pull_waiting(struct db *data, struct arena *a, struct pull *ret, struct error *e);

/* Whether a pull of the source waits to be read (of changes: one that is there once more), or one
 * that came after the last good one was read by this `mapping` and not believed. */
bool pull_tried(struct db *data, const struct source *s, const char *mapping, bool *ret,
                struct error *e);

/* The next pull that came after `after` and whose payload is kept and was read: of a snapshot the
 * last good one alone; of changes to a snapshot those that came after that one's last good one.
 * id 0: there is none. */
bool pull_kept(struct db *data, const struct source *s, int64_t after, struct arena *a,
               struct pull *ret, struct error *e);

/* Puts the payload of a pull to wait once more, as a pull of its own, in the caller's transaction.
 */
bool pull_again(struct db *data, const struct pull *p, struct error *e);

/* Whether a payload that came after this one was read. */
bool pull_is_late(struct db *data, const struct pull *p, bool *ret, struct error *e);

/* Whether the last good payload of the changes `s` came before the snapshot that is good now: it
 * says nothing any more. */
bool source_is_overtaken(struct db *data, const struct source *s, bool *ret, struct error *e);

/* Nothing of the source is to be read another way, so it counts as read by `mapping`. */
bool source_settle(struct db *data, const char *id, const char *mapping, struct error *e);

/* Makes the source due now; NULL: each. */
bool source_due(struct db *data, const char *id, struct error *e);

/* Makes due now (or when their servers allow it) the sources of which something is wrong, if they
 * were tried last before `tried_before`. */
bool source_retry(struct db *data, instant tried_before, instant now, struct error *e);

/* T1, each in a transaction of its own. */
bool source_fetched(struct db *data, const struct source *s, const struct pull *p, instant next_at,
                    instant now, struct error *e);
/* `content_at`: what the answer says of the content that is there; INSTANT_NONE: nothing new. */
bool source_unchanged(struct db *data, const struct source *s, instant content_at, instant next_at,
                      instant now, struct error *e);
/* The payload is one that was not believed, refused or discarded before, and is still to be read
 * by the same `mapping`: nothing new is known. `*ret` tells whether that is so for its digest; then
 * next_at is set, and the error is again what is wrong with it, whatever came between. */
bool source_same_again(struct db *data, const struct source *s, const struct pull *p,
                       instant next_at, bool *ret, struct error *e);
/* `not_before`: the server wants no other try before; 0: it did not say. */
bool source_failed(struct db *data, const struct source *s, const struct error *why,
                   instant next_at, instant not_before, instant now, struct error *e);

/* Inside the transaction of ingest. `mapping` is the digest of how it was read. */
bool source_ingested(struct db *data, const struct pull *p, const char *mapping, struct error *e);

/* A good snapshot came by `p`: what is held of the changes `id` to it and came before is discarded.
 * Inside the transaction of ingest. */
bool source_overtake(struct db *data, const char *id, const struct pull *p, struct error *e);

/* The payload was not believed or not readable: state HELD or REFUSED, and why. In a transaction
 * that the caller has begun. */
bool source_not_ingested(struct db *data, const struct pull *p, const char *state,
                         const char *reason, struct error *e);

/* After the state was copied elsewhere: payloads lie in the folder `spool` now. In a transaction of
 * its own. */
bool source_move_spool(struct db *data, const char *spool, struct error *e);

/* Discards a held pull in the caller's transaction. */
bool source_discard(struct db *data, const struct pull *p, const char *reason, struct error *e);

#endif
