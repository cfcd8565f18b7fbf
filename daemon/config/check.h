/* check: what refers to what, after everything is read. Internal to config/. */
#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

#include "config/settings.h"

/* Adds a problem for each name that leads nowhere, each duplicate, each group that lacks what its
 * type needs, for a missing catch-all route, and for an unknown zone. */
void settings_check(const struct settings *s, struct problems *p);

#endif
