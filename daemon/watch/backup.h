/* backup: the whole state in one folder, and back.
 *
 *     DIR/data.db, state.db   one file each, of one moment
 *     DIR/spool/              the payloads that are still kept
 *     DIR/configuration/      every file that was read, under its absolute path
 *     DIR/backup.json         when, by which version, of which state directory
 *     DIR/SHA256SUMS          of all of these, as sha256sum writes it; last, so that a backup
 *                             without it was never finished
 *
 * Credentials are not in it. */
#ifndef WATCH_BACKUP_H
#define WATCH_BACKUP_H

#include "base/clock.h"
#include "config/settings.h"
#include "db/db.h"

#include <stdbool.h>

struct json;

/* Makes a backup in DIR, which must be empty or not there; reads only, beside a running daemon or
 * without one. The result is what stands in backup.json:
 *
 * { made_at, version, state_dir, configuration, judged_day, chain, payloads, payloads_missing } */
struct json *backup_make(const struct settings *s, const char *dir, instant now, struct error *e);

/* True if DIR has a SHA256SUMS, finished or not what it says. */
bool backup_is(const char *dir);

/* Compares every file with SHA256SUMS; `each` hears of each one that is missing or another one.
 * False only when there is no SHA256SUMS that can be read. */
typedef void backup_wrong_fn(void *data, const char *sentence);
bool backup_check(const char *dir, backup_wrong_fn *wrong, void *data, int64_t *ret_files,
                  struct error *e);

/* Puts the state of a backup that was checked into STATE_DIR and locks it meanwhile (ERROR_SETUP
 * when a daemon has it). ERROR_INPUT when there is a state already and not `force`; with it the old
 * one is kept in STATE_DIR/before-restore. Payloads are where the restored state says. */
bool backup_restore(const char *dir, const char *state_dir, bool force, struct error *e);

#endif
