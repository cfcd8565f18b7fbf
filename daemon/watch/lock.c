#include "watch/lock.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

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
