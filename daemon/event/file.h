/* file: a file:// url is looked at before libcurl opens it, and again after it was read.
 *
 * Before: a missing file may come later, one that may not be read needs an operator, and a pipe or
 * a device would block the loop. After: a file that changed while it was read gives neither the
 * old nor the new content. For event/ alone.                                                   */
#ifndef EVENT_FILE_H
#define EVENT_FILE_H

#include <stddef.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/error.h"

struct file_look {
    struct stat stat;
};

bool file_before(const char *path, struct file_look *ret, struct error *e);
bool file_after(const char *path, const struct file_look *before, struct error *e);

/* "Mon, 03 Mar 2025 11:00:00 GMT" of the modification, or "" when it is so young at `now` that
 * another one could get the same second and go unseen. */
void file_date(const struct file_look *look, instant now, char *ret, size_t size);

#endif
