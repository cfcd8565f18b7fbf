#include "watch/lock.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_SIZE 256

bool lock_take(const char *dir, int *ret_fd, struct error *e)
{
    AUTO_TEXT path = { 0 };
    int fd;

    if (mkdir(dir, 0750) && errno != EEXIST)
        return error_set(e, ERROR_SETUP, "%s: %s", dir, strerror(errno));
    text_addf(&path, "%s/lock", dir);
    fd = open(text_of(&path), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (fd < 0)
        return error_set(e, ERROR_SETUP, "%s: %s; run as root or as the user dutywatch",
                         text_of(&path), strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB)) {
        close(fd);
        return error_set(e, ERROR_SETUP,
                         "%s is in use by another dutywatch; stop it first, or ask it (dutywatch "
                         "status)",
                         dir);
    }
    *ret_fd = fd;
    return true;
}

void lock_drop(int fd)
{
    if (fd >= 0)
        close(fd);
}

/* Who only looks must not lock, not even for a moment: a start would fail. The kernel lists locks
 * as "1: FLOCK  ADVISORY  WRITE 4242 08:01:131074 0 EOF", the inode last; its devices are not those
 * of stat() everywhere. */
bool lock_is_held(const char *dir)
{
    AUTO_TEXT path = { 0 };
    char line[LINE_SIZE];
    struct stat st;
    bool held = false;
    FILE *locks;

    text_addf(&path, "%s/lock", dir);
    if (stat(text_of(&path), &st) || !(locks = fopen("/proc/locks", "re")))
        return false;
    while (!held && fgets(line, sizeof line, locks)) {
        const char *kind = strstr(line, ": FLOCK "), *inode = strrchr(line, ':');

        held = kind && inode && strtoull(inode + 1, NULL, 10) == st.st_ino;
    }
    fclose(locks);
    return held;
}
