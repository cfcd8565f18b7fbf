/* check: what refers to what, after everything is read. Internal to config/. */
#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

#include "config/settings.h"

#include <stddef.h>

/* Adds a problem for each name that leads nowhere, each duplicate, each group that lacks what its
 * type needs, for a missing catch-all route, and for an unknown zone. */
void settings_check(const struct settings *s, struct problems *p);

/* The part about ladders, subjects, profiles and rules. */
void check_rules(const struct settings *s, struct problems *p);

/* The part about one source. */
void check_source(const struct settings *s, const struct source *o, struct problems *p);

/* http://, https:// or file:///. */
bool check_is_url(const char *url);

/* Whoever is written down as sender or recipient can be one: an address where mail goes, a contact
 * or a placeholder that there is. */
void check_recipients(const struct settings *s, struct problems *p);

/* Adds `who: no KIND "name" (nearest?)`. */
void check_missing(struct problems *p, struct place at, const char *who, const char *kind,
                   const char *name, const char *const *names);

/* `source "cases"`: who has the problem; good until the next call. */
const char *check_who(const char *kind, const char *name);

/* The names of a list, for check_missing(); good until the next call. `at` is where the name stands
 * in a struct of `size` bytes. */
const char *const *check_names(const struct list *l, size_t size, size_t at);

#define NAMES(list, type, field)                                                                   \
    check_names(list, sizeof(struct type), offsetof(struct type, field))

#endif
