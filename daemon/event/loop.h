/* loop: the one place where the program waits.
 *
 * A thin sd-event: timers, file descriptors, signals and the watchdog, each with a name. The loop
 * has no heartbeat of its own: with nothing armed it sleeps until the watchdog is due.
 *
 *     loop_new() -> loop_signals(), loop_watchdog(), loop_at(), loop_watch() -> loop_run()
 *     loop_stop() from any callback ends loop_run(); then loop_free()
 *
 * Callbacks run one after the other; each may arm, stop or free anything, also itself. What was
 * made on a loop is freed before the loop.                                                     */
#ifndef EVENT_LOOP_H
#define EVENT_LOOP_H

#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>

struct loop;
struct loop_timer;
struct loop_fd;

typedef void loop_fn(void *data);

/* NULL (with `e`) only if the kernel has no descriptors left. SIGPIPE is ignored from here on. */
struct loop *loop_new(struct error *e);
void loop_free(struct loop *l);

/* Dispatches until loop_stop(), also one called before. False if the loop itself broke. May be
 * called again. */
bool loop_run(struct loop *l, struct error *e);
void loop_stop(struct loop *l);

/* Calls `fn` once when the wall clock shows `when` or later (also when the clock is set past it),
 * INSTANT_NONE: not yet. It may come up to a tenth of the way, at most a second, late, so that the
 * kernel can join wake-ups. `name` is for the journal and gdb. */
struct loop_timer *loop_at(struct loop *l, const char *name, instant when, loop_fn *fn, void *data);

/* The same by the clock that is never set, `span` microseconds from now; negative: not yet. */
struct loop_timer *loop_after(struct loop *l, const char *name, instant span, loop_fn *fn,
                              void *data);

/* Arms it anew, or takes the arm off with INSTANT_NONE (a negative span). */
void loop_timer_at(struct loop_timer *t, instant when);
void loop_timer_after(struct loop_timer *t, instant span);

void loop_timer_free(struct loop_timer *t); /* NULL is fine */

#define LOOP_READ 1U
#define LOOP_WRITE 2U

/* `ready` holds LOOP_READ, LOOP_WRITE or both; a fault or a hang-up makes both ready. */
typedef void loop_fd_fn(void *data, int fd, unsigned ready);

/* Calls `fn` as long as `fd` is ready for what is wanted. The caller closes `fd`, after freeing
 * the watch. NULL (with `e`) if the kernel cannot watch it. */
struct loop_fd *loop_watch(struct loop *l, const char *name, int fd, unsigned want, loop_fd_fn *fn,
                           void *data, struct error *e);
void loop_fd_want(struct loop_fd *w, unsigned want);
void loop_fd_free(struct loop_fd *w); /* NULL is fine */

/* SIGTERM and SIGINT stop the loop, SIGHUP calls `reload`, SIGUSR1 calls `poke` (either may be
 * NULL: the signal is swallowed). Children inherit these signals blocked: unblock them there. */
bool loop_signals(struct loop *l, loop_fn *reload, loop_fn *poke, void *data, struct error *e);

/* Answers systemd's watchdog from the loop, at half its time; nothing if none was asked for. */
bool loop_watchdog(struct loop *l, struct error *e);

DEFINE_AUTO(loop, loop_free)

#endif
