/* maildir: a message as a file in a Maildir, the channel that needs no server.
 *
 *     DIR/tmp/KEY.dutywatch    while it is written
 *     DIR/new/KEY.dutywatch    delivered; any mail program finds it here
 *     DIR/cur/KEY.dutywatch:2,S   where a mail program puts it once it was seen
 *
 * The name comes from the message key, so a message delivered again after a crash is recognised
 * and not written twice.                                                                       */
#ifndef SEND_MAILDIR_H
#define SEND_MAILDIR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* True once the file lies safely on disk, also if it did before. DIR and its three folders are
 * made (0700) where they are missing; DIR's parent must be there. */
bool maildir_deliver(const char *dir, const char *key, const char *bytes, size_t n,
                     struct error *e);

#endif
