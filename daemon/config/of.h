/* of: a source that brings the changes to what another one has as a whole.
 *
 * A case system exports all its cases once a month and each night those that changed. The source of
 * the nights names that of the months:
 *
 *     sources = ( { id = "cases";  url = "file:///srv/all.csv"; every = "1 day"; map = ...; },
 *                 { id = "nights"; url = "file:///srv/new.csv"; of = "cases"; } );
 *
 * The rows are those of `cases`, so the next snapshot speaks for all of them.                   */
#ifndef CONFIG_OF_H
#define CONFIG_OF_H

#include "config/settings.h"

/* Gives each source with an `of` what it does not set itself: the options of the other one that
 * say how a payload is read. Before takes are filled; the copies live in `a`. */
void of_inherit(struct settings *s, struct arena *a);

/* Adds what is wrong with the `of` of `o`; nothing when it has none. */
void of_check(const struct settings *s, const struct source *o, struct problems *p);

#endif
