#include "event/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"

#define YOUNG (2 * SECOND)

bool file_before(const char *path, struct file_look *ret, struct error *e)
{
    if (stat(path, &ret->stat) < 0 || access(path, R_OK) < 0) {
        enum error_class class = errno == ENOENT || errno == ENOTDIR ? ERROR_RETRY : ERROR_SETUP;

        return error_set(e, class, "%s: %s", path, strerror(errno));
    }
    if (!S_ISREG(ret->stat.st_mode))
        return error_set(e, ERROR_SETUP, "%s: not a regular file", path);
    return true;
}

/* Another inode under the name is fine: the old content was read to its end. */
bool file_after(const char *path, const struct file_look *before, struct error *e)
{
    const struct stat *b = &before->stat;
    struct stat now;

    if (stat(path, &now) < 0 || now.st_ino != b->st_ino || now.st_dev != b->st_dev)
        return true;
    if (now.st_size == b->st_size && now.st_mtim.tv_sec == b->st_mtim.tv_sec &&
        now.st_mtim.tv_nsec == b->st_mtim.tv_nsec)
        return true;
    return error_set(e, ERROR_RETRY,
                     "%s: changed while it was read; write it elsewhere and rename it", path);
}

void file_date(const struct file_look *look, instant now, char *ret, size_t size)
{
    static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    int64_t s = look->stat.st_mtim.tv_sec;
    int year, month, day, rest = (int)((s % 86400 + 86400) % 86400);
    date d = (date)((s - rest) / 86400);

    ret[0] = '\0';
    if (s * SECOND > now - YOUNG)
        return;
    date_split(d, &year, &month, &day);
    snprintf(ret, size, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[date_weekday(d)], day,
             months[month - 1], year, rest / 3600, rest / 60 % 60, rest % 60);
}
