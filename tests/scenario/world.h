/* world: time, chance and network as a scenario wants them.
 *
 * The clock stands until it is set. What is asked is answered later, by fake_answer(), never from
 * inside ask(): from the servers and mailboxes of the outside. Questions die with the child that
 * asked them. */
#ifndef SCENARIO_WORLD_H
#define SCENARIO_WORLD_H

#include "event/world.h"
#include "scenario/outside.h"

struct fake;

struct fake *fake_new(struct outside *o);
void fake_free(struct fake *f); /* what is under way is never answered */
struct world *fake_world(struct fake *f);

/* When the next answer arrives; INSTANT_NONE if nothing is under way. */
instant fake_next_at(const struct fake *f);

/* Gives the next answer that is due. */
void fake_answer(struct fake *f);

/* Notes a message that arrived, as the bytes of a mail or the body of a webhook. */
struct delivery *fake_deliver(struct outside *o, const char *to, const char *key, const char *bytes,
                              size_t size);

/* Copies the text between `before` and the first of `ends` into `ret`; false if it is not there. */
bool fake_between(const char *bytes, const char *before, const char *ends, char *ret, size_t size);

#endif
