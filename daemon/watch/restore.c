/* Putting a backup in the place of a state directory (watch/backup.h). */
#include "base/arena.h"
#include "base/folder.h"
#include "db/schema.h"
#include "fetch/source.h"
#include "watch/backup.h"
#include "watch/lock.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STAGE "restoring"
#define BEFORE "before-restore"

static const char *const bases[] = { "data.db", "state.db" };
static const char *const logs[] = { "-wal", "-shm" };

static const char *in(struct arena *a, const char *dir, const char *name)
{
    return arena_print(a, "%s/%s", dir, name);
}

static bool system_failed(const char *path, struct error *e)
{
    return error_set(e, ERROR_SETUP, "%s: %s", path, strerror(errno));
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

static void remove_folder(const char *dir)
{
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Brings the copies to this program's schema and this folder, each in one file again. */
static bool settle(const char *stage, const char *spool, struct error *e)
{
    AUTO(db) data = NULL;
    AUTO(db) state = NULL;

    return schema_open_data(stage, &data, e) && source_move_spool(data, spool, e) &&
           db_script(data, "PRAGMA wal_checkpoint(TRUNCATE)", e) &&
           schema_open_state(stage, &state, e) &&
           db_script(state, "PRAGMA wal_checkpoint(TRUNCATE)", e);
}

static bool copy_spool(struct arena *a, const char *from, const char *to, struct error *e)
{
    char **names = folder_names(from);
    bool ok = folder_make(to, e);

    for (char **n = names; ok && n && *n; n++)
        ok = file_copy(in(a, from, *n), in(a, to, *n), e);
    folder_names_free(names);
    return ok && folder_sync(to, e);
}

/* Everything beside the old state, ready to be put in its place. */
static bool stage_all(struct arena *a, const char *dir, const char *stage, const char *spool,
                      struct error *e)
{
    remove_folder(stage);
    if (!folder_make(stage, e))
        return false;
    for (int i = 0; i < 2; i++)
        if (!file_copy(in(a, dir, bases[i]), in(a, stage, bases[i]), e))
            return false;
    return copy_spool(a, in(a, dir, "spool"), in(a, stage, "spool"), e) && settle(stage, spool, e);
}

/* The old files go to BEFORE; the databases get a second name there, so that their place is never
 * empty. Without their logs, which would be taken for those of the new ones. */
static bool keep_old(struct arena *a, const char *state_dir, struct error *e)
{
    const char *before = in(a, state_dir, BEFORE);

    remove_folder(before);
    if (!folder_make(before, e))
        return false;
    for (int i = 0; i < 2; i++) {
        if (link(in(a, state_dir, bases[i]), in(a, before, bases[i])) && errno != ENOENT)
            return system_failed(in(a, before, bases[i]), e);
        for (int k = 0; k < 2; k++) {
            const char *name = arena_print(a, "%s%s", bases[i], logs[k]);

            if (rename(in(a, state_dir, name), in(a, before, name)) && errno != ENOENT)
                return system_failed(in(a, before, name), e);
        }
    }
    if (rename(in(a, state_dir, "spool"), in(a, before, "spool")) && errno != ENOENT)
        return system_failed(in(a, before, "spool"), e);
    return rmdir(before) == 0 ||
           folder_sync(before, e); /* there was nothing to keep, or it stays */
}

static bool put_in_place(struct arena *a, const char *stage, const char *state_dir, struct error *e)
{
    static const char *const names[] = { "spool", "state.db", "data.db" };

    for (int i = 0; i < 3; i++)
        if (rename(in(a, stage, names[i]), in(a, state_dir, names[i])))
            return system_failed(in(a, state_dir, names[i]), e);
    remove_folder(stage);
    return folder_sync(state_dir, e);
}

/* Root restores for the user whose folder it is. */
static void give_to_owner(struct arena *a, const char *state_dir)
{
    struct stat st;
    char **names;

    if (geteuid() != 0 || stat(state_dir, &st))
        return;
    for (int i = 0; i < 3; i++) {
        const char *folder = i == 0 ? state_dir : in(a, state_dir, i == 1 ? "spool" : BEFORE);

        names = folder_names(folder);
        for (char **n = names; n && *n; n++)
            if (lchown(in(a, folder, *n), st.st_uid, st.st_gid))
                break; /* a file system without owners */
        folder_names_free(names);
        if (i && lchown(folder, st.st_uid, st.st_gid) && errno != ENOENT)
            return;
    }
}

static bool has_state(struct arena *a, const char *state_dir)
{
    return access(in(a, state_dir, "data.db"), F_OK) == 0 ||
           access(in(a, state_dir, "state.db"), F_OK) == 0;
}

static bool restore(struct arena *a, const char *dir, const char *state_dir, bool force,
                    struct error *e)
{
    const char *stage = in(a, state_dir, STAGE);

    if (has_state(a, state_dir) && !force)
        return error_set(e, ERROR_INPUT,
                         "%s has a state already; --force puts the backup in its place and keeps "
                         "the old one in %s/" BEFORE,
                         state_dir, state_dir);
    return stage_all(a, dir, stage, in(a, state_dir, "spool"), e) && keep_old(a, state_dir, e) &&
           put_in_place(a, stage, state_dir, e);
}

bool backup_restore(const char *dir, const char *state_dir, bool force, struct error *e)
{
    AUTO(arena) a = arena_new();
    int lock = -1;
    bool ok;

    if (!folder_make(state_dir, e) || !lock_take(state_dir, &lock, e))
        return false;
    ok = restore(a, dir, state_dir, force, e);
    if (ok)
        give_to_owner(a, state_dir);
    lock_drop(lock);
    return ok;
}
