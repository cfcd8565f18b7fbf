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

/* The number of the mount through which `fd` was opened; -1: the kernel does not say. */
static int mount_of(int fd)
{
    AUTO_TEXT path = { 0 };
    char line[LINE_SIZE];
    int id = -1;
    FILE *info;

    text_addf(&path, "/proc/self/fdinfo/%d", fd);
    if (!(info = fopen(text_of(&path), "re")))
        return -1;
    while (id < 0 && fgets(line, sizeof line, info))
        if (sscanf(line, "mnt_id: %d", &id) != 1)
            id = -1;
    fclose(info);
    return id;
}

/* The device of a file as the kernel lists locks: that of its file system ("80 52 0:41 / ..." in
 * the list of mounts, its own number first). What stat() says is another one on btrfs and
 * overlayfs. */
static bool device_of(int fd, unsigned *ret_major, unsigned *ret_minor)
{
    int id = mount_of(fd), each;
    FILE *mounts = id < 0 ? NULL : fopen("/proc/self/mountinfo", "re");
    bool found = false;
    char *line = NULL;
    size_t room = 0;

    while (mounts && !found && getline(&line, &room, mounts) > 0)
        found = sscanf(line, "%d %*d %u:%u", &each, ret_major, ret_minor) == 3 && each == id;
    free(line);
    if (mounts)
        fclose(mounts);
    return found;
}

/* Whether the kernel lists a lock on the file. Where its device is not known the inode has to do.
 */
static bool is_listed(int fd, unsigned long long inode, FILE *locks)
{
    unsigned major = 0, minor = 0, on[2];
    bool known = device_of(fd, &major, &minor), held = false;
    char line[LINE_SIZE];

    while (!held && fgets(line, sizeof line, locks)) {
        const char *kind = strstr(line, ": FLOCK ");
        unsigned long long of;

        held = kind && sscanf(kind, ": FLOCK %*s %*s %*d %x:%x:%llu", &on[0], &on[1], &of) == 3 &&
               of == inode && (!known || (on[0] == major && on[1] == minor));
    }
    return held;
}

/* Who only looks must not lock, not even for a moment: a start would fail. The kernel lists locks
 * as "1: FLOCK  ADVISORY  WRITE 4242 08:01:131074 0 EOF", the device in hexadecimal digits and the
 * inode last. */
bool lock_is_held(const char *dir)
{
    AUTO_TEXT path = { 0 };
    struct stat st;
    bool held = false;
    FILE *locks;
    int fd;

    text_addf(&path, "%s/lock", dir);
    fd = open(text_of(&path), O_PATH | O_CLOEXEC);
    if (fd < 0)
        return false;
    locks = fopen("/proc/locks", "re");
    if (locks) {
        held = !fstat(fd, &st) && is_listed(fd, st.st_ino, locks);
        fclose(locks);
    }
    close(fd);
    return held;
}
