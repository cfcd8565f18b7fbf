#include "send/maildir.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_SIZE 256

static bool failed(struct error *e, const char *dir, const char *what)
{
    bool later = errno == ENOSPC || errno == EDQUOT || errno == EIO || errno == EINTR ||
                 errno == EMFILE || errno == ENFILE || errno == ENOMEM;

    return error_set(e, later ? ERROR_RETRY : ERROR_SETUP, "maildir %s: %s: %s", dir, what,
                     strerror(errno));
}

static void close_quietly(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

#define AUTO_FD __attribute__((cleanup(close_quietly))) int

/* The folder `name` below `at`, made if it is missing, or -1. */
static int open_folder(int at, const char *name)
{
    if (mkdirat(at, name, 0700) == 0)
        fsync(at); /* its name must outlive a crash as its content does */
    else if (errno != EEXIST)
        return -1;
    return openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* True if a mail program moved it to cur/, where flags follow the name. */
static bool was_seen(int cur, const char *name)
{
    int copy = openat(cur, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = copy < 0 ? NULL : fdopendir(copy);
    size_t n = strlen(name);
    struct dirent *entry;
    bool found = false;

    while (list && !found && (entry = readdir(list)))
        found = strncmp(entry->d_name, name, n) == 0 &&
                (entry->d_name[n] == '\0' || entry->d_name[n] == ':');
    if (list)
        closedir(list);
    return found;
}

static bool write_all(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t written = write(fd, bytes, n);

        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            bytes += written;
            n -= (size_t)written;
        }
    }
    return fsync(fd) == 0;
}

/* Keys become names of files: nothing that could leave the folder or begin flags. */
static bool name_of(const char *key, char ret[NAME_SIZE])
{
    for (const char *c = key; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '-' && *c != '_')
            return false;
    return key[0] && snprintf(ret, NAME_SIZE, "%s.dutywatch", key) < NAME_SIZE;
}

bool maildir_deliver(const char *dir, const char *key, const char *bytes, size_t n, struct error *e)
{
    AUTO_FD top = open_folder(AT_FDCWD, dir);
    AUTO_FD tmp = top < 0 ? -1 : open_folder(top, "tmp");
    AUTO_FD cur = tmp < 0 ? -1 : open_folder(top, "cur");
    AUTO_FD new = cur < 0 ? -1 : open_folder(top, "new");
    AUTO_FD file = -1;
    char name[NAME_SIZE];

    if (new < 0)
        return failed(e, dir, "open");
    if (!name_of(key, name))
        return error_set(e, ERROR_BUG, "maildir %s: \"%s\" cannot name a file", dir, key);
    if (faccessat(new, name, F_OK, 0) == 0 || was_seen(cur, name))
        return true;
    file = openat(tmp, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0 || !write_all(file, bytes, n)) {
        failed(e, dir, "write");
        unlinkat(tmp, name, 0);
        return false;
    }
    if (renameat(tmp, name, new, name) < 0 || fsync(new) < 0)
        return failed(e, dir, "deliver");
    return true;
}
