/* engine: the whole program between one moment and the next.
 *
 *     engine_new()       state opened, what a crash left behind put right, configuration built
 *     engine_advance()   everything that is due now: payloads read, sources asked, judged, sent
 *     engine_next_at()   when to call it again, unless an answer of the network comes first
 *
 * It never waits: the world calls it back, the loop (or a scenario) calls engine_advance(). The
 * only owner of the databases, the fetcher, the courier and the current generation. */
#ifndef WATCH_ENGINE_H
#define WATCH_ENGINE_H

#include "base/problem.h"
#include "base/text.h"
#include "db/db.h"
#include "event/world.h"
#include "watch/generation.h"
#include "watch/judging.h"

#include <stdbool.h>

struct engine;

struct engine_options {
    const char *config;    /* path of the main file */
    const char *state_dir; /* instead of the configured one; NULL: as configured */
    date today;            /* judge as of this day; DATE_NONE: by the clock */
    bool pull_all;         /* pull every source at once, due or not (once) */
    bool send_nothing;     /* leave messages in the outbox (dry run) */

    /* Called when something finished and engine_advance() should be called soon. */
    void (*wake)(void *data);
    void *wake_data;
};

/* What is wrong with the configuration is added to `p`; everything else is in `e`. One engine a
 * state directory: a second one is refused. */
bool engine_new(struct world *w, const struct engine_options *o, struct problems *p,
                struct engine **ret, struct error *e);

/* The network must not answer any more. What was under way is taken up at the next start. */
void engine_free(struct engine *g); /* NULL is fine */

/* False when the database failed; calling it again later is safe. */
bool engine_advance(struct engine *g, struct error *e);

/* INSTANT_NONE: nothing is planned. */
instant engine_next_at(struct engine *g);

/* Transfers under way. */
bool engine_busy(const struct engine *g);

/* What keeps it from the loop right now, "judging" or "reading", and since when; NULL: nothing. For
 * whoever has a turn meanwhile (base/yield.h), and may only read. */
const char *engine_works_at(const struct engine *g, instant *ret_since);

/* True when there is nothing more to do now: no transfer, no payload, no judgement, nothing due. */
bool engine_idle(struct engine *g);

/* Builds the next generation and swaps it in; false leaves the old one and fills `p`. */
bool engine_reload(struct engine *g, struct problems *p);

/* One line for `systemctl status`: "live: 474 duties, 132 open, 108 past the last day". */
void engine_summary(struct engine *g, struct text *out);

/* Judges everything anew, changes nothing, and appends a line to `ret` for each duty about which
 * that says something else than what is stored (judging_audit()). Does nothing while a judgement
 * waits. */
bool engine_audit(struct engine *g, struct text *ret, struct error *e);

/* Gives memory back when nothing is going on. */
void engine_relax(struct engine *g);

/* For reports and the verbs that change something; engine_look() after a change that is to be
 * judged. */
struct judgement engine_judgement(struct engine *g);
void engine_look(struct engine *g);
struct db *engine_data(struct engine *g);
struct db *engine_state(struct engine *g);
struct generation *engine_generation(struct engine *g);
struct world *engine_world(struct engine *g);
date engine_today(struct engine *g);

/* Releases (the guard is not asked) or discards the held pull of a source. ERROR_INPUT when there
 * is none. */
bool engine_release(struct engine *g, const char *source, struct error *e);
bool engine_discard(struct engine *g, const char *source, struct error *e);

/* Makes a source due now; NULL: all of them. */
bool engine_pull(struct engine *g, const char *source, struct error *e);

DEFINE_AUTO(engine, engine_free)

#endif
