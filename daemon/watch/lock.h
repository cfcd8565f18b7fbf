/* lock: one engine a state directory. */
#ifndef WATCH_LOCK_H
#define WATCH_LOCK_H

#include "base/error.h"

#include <stdbool.h>

/* Makes DIR (0750) when missing and locks DIR/lock until the process ends or lock_drop(). */
bool lock_take(const char *dir, int *ret_fd, struct error *e);
void lock_drop(int fd); /* -1 is fine */

/* Whether somebody, this process as well, holds it, as the kernel lists locks; false when that
 * cannot be read. */
bool lock_is_held(const char *dir);

#endif
