/* route: who is told of a finding, how and when. Pure.
 *
 * Routes are tried in their order; the first that fits wins unless it says go_on. A recipient in
 * braces ({owner}, {unit}, {office}) is looked up in the data of the case: an address as it is,
 * else among the contacts. A route whose recipients all lead nowhere is passed over, so that the
 * catch-all gets what nobody else can. */
#ifndef NOTIFY_ROUTE_H
#define NOTIFY_ROUTE_H

#include "base/arena.h"
#include "config/settings.h"
#include "judge/history.h"

#include <stdbool.h>

struct recipient {
    const char *channel, *address;
    const char *role; /* "{owner}" or the address itself */
    enum route_cadence cadence;
};

/* `ret` gets them, in `a`; returns how many, none twice. With a valid configuration at least one,
 * but for a route that says never. */
int route_find(const struct settings *s, const struct finding_about *about, enum severity severity,
               struct arena *a, struct recipient **ret);

/* The operators as recipients. */
int route_operators(const struct settings *s, struct arena *a, struct recipient **ret);

#endif
