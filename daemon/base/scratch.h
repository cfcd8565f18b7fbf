/* scratch: a folder of one process, for what is not to be kept.
 *
 *     scratch_new()     TOP/dutywatch-scratch-KIND-XXXXXX, mode 0700, locked
 *     scratch_free()    removed with all that is in it
 *
 * A process that is killed leaves its folder, with copies of what may be nobody else's to read.
 * The lock goes with the process, and the next scratch_new() of that kind removes what is not
 * locked and belongs to the same user.                                                         */
#ifndef BASE_SCRATCH_H
#define BASE_SCRATCH_H

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>

struct scratch;

/* `top`: "/tmp". ERROR_SETUP with the path and what the system says. */
bool scratch_new(const char *top, const char *kind, struct scratch **ret, struct error *e);
const char *scratch_path(const struct scratch *s);
void scratch_free(struct scratch *s);

DEFINE_AUTO(scratch, scratch_free)

#endif
