/* verify: whether a state directory or a backup is still what was written.
 *
 * A backup against its SHA256SUMS; both files through SQLite's own check; the chain of moves link
 * by link; findings against their last moves; every key of a notification and a message computed
 * again; the bytes of messages and the payloads that are still kept against their digests.      */
#ifndef WATCH_VERIFY_H
#define WATCH_VERIFY_H

#include "base/error.h"
#include "base/limit.h"

struct json;

/* { dir, backup (whether it is one), good, checks: [ { what, count, wrong: [ sentence ] } ] }.
 * `wrong` has up to VERIFY_WRONG_MAX sentences, "more" how many there are beside them. What cannot
 * be read is wrong; NULL only when DIR has no state at all. */
LIMIT(VERIFY_WRONG_MAX, 20); /* told: how many more things verify found wrong */
struct json *verify(const char *dir, struct error *e);

#endif
