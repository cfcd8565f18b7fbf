#include "base/scratch.h"

#include "base/folder.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRIES 8

struct scratch {
    char *path;
    int fd; /* of the folder; holds the lock */
};

static int open_folder(const char *path)
{
    return open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Removes the folder unless its process lives or it is another user's. */
static void remove_left(const char *path)
{
    int fd = open_folder(path);
    struct stat st;

    if (fd < 0)
        return;
    if (fstat(fd, &st) == 0 && st.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0)
        folder_remove(path);
    close(fd);
}

static void sweep(const char *top, const char *start)
{
    DIR *d = opendir(top);

    for (struct dirent *f = d ? readdir(d) : NULL; f; f = readdir(d)) {
        AUTO_TEXT path = { 0 };

        if (!text_starts(f->d_name, start))
            continue;
        text_addf(&path, "%s/%s", top, f->d_name);
        remove_left(text_of(&path));
    }
    if (d)
        closedir(d);
}

/* Between the making and the lock another process may sweep it away: then there is no link to it.
 */
static bool lock(struct scratch *s)
{
    struct stat st;

    s->fd = open_folder(s->path);
    return s->fd >= 0 && flock(s->fd, LOCK_EX) == 0 && fstat(s->fd, &st) == 0 && st.st_nlink > 0;
}

bool scratch_new(const char *top, const char *kind, struct scratch **ret, struct error *e)
{
    AUTO_TEXT start = { 0 };

    text_addf(&start, "dutywatch-scratch-%s-", kind);
    sweep(top, text_of(&start));
    for (int i = 0; i < TRIES; i++) {
        AUTO_TEXT path = { 0 };
        AUTO(scratch) s = alloc(sizeof *s);

        s->fd = -1;
        text_addf(&path, "%s/%sXXXXXX", top, text_of(&start));
        s->path = copy_text(text_of(&path));
        if (!mkdtemp(s->path)) {
            error_set(e, ERROR_SETUP, "%s: %s", text_of(&path), strerror(errno));
            free(s->path);
            s->path = NULL;
            return false;
        }
        if (lock(s)) {
            *ret = s;
            s = NULL;
            return true;
        }
    }
    return error_set(e, ERROR_SETUP, "%s: no folder for %s stays there", top, kind);
}

const char *scratch_path(const struct scratch *s)
{
    return s->path;
}

void scratch_free(struct scratch *s)
{
    if (!s)
        return;
    if (s->path)
        folder_remove(s->path);
    if (s->fd >= 0)
        close(s->fd);
    free(s->path);
    free(s);
}
