/* control: how verbs talk to the running daemon.
 *
 * A socket RUN_DIR/control (mode 0660). Each message is a JSON object ended by NUL, as Varlink has
 * it on the wire:
 *
 *     { "method": "dutywatch.Status", "parameters": { ... } }
 *     { "parameters": { ... } }                       the answer
 *     { "error": "dutywatch.Failed", "parameters": { "message": "...", "problems": [ ... ] } }
 *
 * The daemon knows who asks by the socket's peer credentials. Reading methods answer what the verb
 * would read itself; changing ones need the daemon.
 *
 * While the daemon judges or reads payloads, dutywatch.Status is answered at once, with "works_at"
 * and "works_since"; anything else waits, and after CONTROL_PATIENCE is told since when. While a
 * long answer is made, blanks are sent, which JSON allows: a client that hears nothing for
 * CONTROL_SILENCE gives up.                                                                      */
#ifndef WATCH_CONTROL_H
#define WATCH_CONTROL_H

#include "event/loop.h"
#include "watch/engine.h"

#include <stdbool.h>

struct json;
struct control;

#define CONTROL_SILENCE (10 * SECOND)
#define CONTROL_PATIENCE (5 * SECOND)

/* Listens on DIR/control; DIR is made (0750) when missing. `wake` is called after a method that
 * gave the engine something to do. */
bool control_new(struct loop *l, struct engine *g, const char *dir, loop_fn *wake, void *wake_data,
                 struct control **ret, struct error *e);
void control_free(struct control *c); /* NULL is fine; removes the socket */

/* Hears the clients out of their turn: from within long work of the engine (as yield_fn), and once
 * after it. */
void control_turn(void *control);

enum control_result {
    CONTROL_ANSWERED, /* `ret` is the answer's parameters */
    CONTROL_ABSENT,   /* no daemon listens there */
    CONTROL_FAILED    /* `e`, and `ret` has the parameters of the error if there are any */
};

/* Asks the daemon and waits for the answer. Takes the reference of `parameters`. */
enum control_result control_ask(const char *dir, const char *method, struct json *parameters,
                                struct json **ret, struct error *e);

/* One method, run on the engine for `person`; the parameters of the answer, or NULL with `e` and
 * maybe `ret_details`. Used by the daemon. */
struct json *control_run(struct engine *g, const char *person, const char *method,
                         const struct json *parameters, struct json **ret_details, bool *ret_wake,
                         struct error *e);

#endif
