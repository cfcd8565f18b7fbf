/* route: who is told of a finding, how and when. Pure.
 *
 * Routes are tried in their order; the first that fits wins unless it says go_on. A recipient in
 * braces ({owner}, {unit}, {office}) is looked up in the data of the case: among the contacts, else
 * an address as it is. A route whose recipients all lead nowhere is passed over, so that the
 * catch-all gets what nobody else can; what is no address (codec/mime.h) leads nowhere where mail
 * goes. Addresses come out alike however they are written. */
#ifndef NOTIFY_ROUTE_H
#define NOTIFY_ROUTE_H

#include "base/arena.h"
#include "codec/mime.h"
#include "config/settings.h"
#include "judge/history.h"

#include <stdbool.h>

struct recipient {
    const char *channel;
    char address[MIME_ADDRESS_SIZE];
    const char *role; /* "{owner}" or the address itself */
    enum route_cadence cadence;
};

/* `ret` gets them, in `a`; returns how many, none twice. With a valid configuration at least one,
 * but for a route that says never. */
int route_find(const struct settings *s, const struct finding_about *about, enum severity severity,
               struct arena *a, struct recipient **ret);

/* Whether a route fills this placeholder ("{owner}") with addresses to which mail goes, for a case
 * that has `value` there (NULL: for any). */
bool route_uses(const struct settings *s, const char *placeholder, const char *value);

/* Whether a value of the data is a contact or an address to which mail can go. */
bool route_reaches(const struct settings *s, const char *value);

/* The operators as recipients. */
int route_operators(const struct settings *s, struct arena *a, struct recipient **ret);

#endif
