/* newest: the day of the content by a column of it (content_age of a source). */
#ifndef INGEST_NEWEST_H
#define INGEST_NEWEST_H

#include "base/clock.h"
#include "config/settings.h"
#include "db/db.h"

#include <stdbool.h>

/* The end of the newest day that the column has in the source's rows, or the newest moment; what
 * lies after `now` is a slip of the pen and does not count. 0: none has any. The source's
 * content_age has a column. */
bool newest_read(struct db *data, const struct settings *settings, const struct source *s,
                 instant now, instant *ret, struct error *e);

#endif
