/* known: whether a name that a verb is given is that of anything.
 *
 * A filter with a mistyped name finds nothing, and a silence with one keeps nothing back: that must
 * not look as if all were well. Each function gives true for NULL, and ERROR_INPUT for a name that
 * is of nothing, with the nearest name there is, or the first of them.
 *
 * `data` and `state` are the two databases, or twice one with both (struct report_from).       */
#ifndef WATCH_KNOWN_H
#define WATCH_KNOWN_H

#include "config/settings.h"
#include "db/db.h"
#include "watch/generation.h"

#include <stdbool.h>

/* True for the rules that dutywatch itself brings: blind, incomplete, differs. */
bool known_own(const char *rule);

/* A configured rule. */
bool known_rule(const struct settings *s, const char *rule, struct error *e);

/* A configured rule, one of dutywatch itself, or one that is gone and has findings yet. */
bool known_found(const struct settings *s, struct db *state, const char *rule, struct error *e);

/* Where to look. */
struct known {
    const struct settings *settings;
    struct db *data, *state;
    struct generation *generation; /* to ask an expression of a subject; NULL: there is none */
    date today;
};

/* A unit, an office or an owner: one of a duty, a finding, a route or a contact, or what the column
 * or the expression of a subject gives for some row; so a unit without findings is known. True as
 * well where it cannot be told: nothing is loaded yet. */
bool known_unit(const struct known *k, const char *unit, struct error *e);
bool known_office(const struct known *k, const char *office, struct error *e);
bool known_owner(const struct known *k, const char *owner, struct error *e);

/* Warns of each unit and office of a route that nothing in the data has, as far as columns tell. */
void known_routes(const struct known *k, struct problems *p);

/* A case: one of a duty or a finding, or the key of a row that rules can bind. */
bool known_case(const struct settings *s, struct db *data, struct db *state, const char *subject,
                struct error *e);

#endif
