/* outlook: when the next source is due, one grows old, or a last day ends by the hour, remembered
 * until something changes.
 *
 * The truth stands in data.db. This is what the engine has read there once, so that a moment in
 * which nothing happened costs nothing: outlook_forget() after each pull, payload, judgement and
 * reload.                                                                                     */
#ifndef WATCH_OUTLOOK_H
#define WATCH_OUTLOOK_H

#include "fetch/pull.h"
#include "watch/judging.h"

#include <stdbool.h>

struct outlook {
    bool known;
    bool trouble;         /* a source fails, is held, or is old */
    instant due_at;       /* the first source, but for those under way; INSTANT_NONE: none */
    instant grows_old_at; /* the next one that is without news for longer than its max_age,
                             or whose content will be older than its content_age */
    instant over_at;      /* the next last day that ends today, by the hour */
};

/* Reads it unless it is known. */
bool outlook_read(struct outlook *o, const struct judgement *j, const struct fetcher *f,
                  struct error *e);

/* When the first of these is; INSTANT_NONE: none. */
instant outlook_next(const struct outlook *o);

/* `*best` becomes `t` when that is earlier; INSTANT_NONE is never. */
void outlook_earlier(instant *best, instant t);

void outlook_forget(struct outlook *o);

#endif
