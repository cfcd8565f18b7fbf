/* content: how old what a source brought is, as opposed to the pull that brought it.
 *
 * A file that is read every quarter of an hour may have been written a year ago. Where the source
 * has a content_age, content that is older is as good as a source that is late: the operators hear
 * of it, and duties go on with the day of the content.                                         */
#ifndef WATCH_CONTENT_H
#define WATCH_CONTENT_H

#include "base/arena.h"
#include "fetch/source.h"

/* The day of the content; DATE_NONE: not known. */
date content_day(const struct settings *s, const struct source *source,
                 const struct source_state *st);

/* Why the content is too old at `now` ("its content is late: ..."), in `a`; NULL: it is not, or
 * nobody asks, or nothing is known of it yet. */
const char *content_late(const struct settings *s, const struct source *source,
                         const struct source_state *st, instant now, struct arena *a);

/* When it will be too old unless something newer comes; INSTANT_NONE: never. */
instant content_late_at(const struct source *source, const struct source_state *st);

#endif
