#include "event/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <systemd/sd-event.h>

#include "base/log.h"

#define COARSEST SECOND
#define FINEST ((instant)1000)
#define NEVER UINT64_MAX

struct loop {
    sd_event *event;
    bool stopped;
    loop_fn *reload, *poke;
    void *data;
};

struct loop_timer {
    sd_event_source *source;
    bool wall; /* by the wall clock */
    loop_fn *fn;
    void *data;
};

struct loop_fd {
    sd_event_source *source;
    loop_fd_fn *fn;
    void *data;
};

/* For what fails only for want of memory. */
static void must(int r)
{
    if (r < 0)
        out_of_memory();
}

static bool failed(int r, struct error *e, const char *what)
{
    enum error_class class = r == -EPERM || r == -EBADF ? ERROR_BUG : ERROR_RETRY;

    return error_set(e, class, "%s: %s", what, strerror(-r));
}

/* sd-event opens one descriptor for each clock at its first timer: here, so that a timer cannot
 * fail later. */
static bool open_clocks(struct loop *l, struct error *e)
{
    static const clockid_t clocks[] = { CLOCK_REALTIME, CLOCK_MONOTONIC };

    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++) {
        sd_event_source *source = NULL;
        int r = sd_event_add_time(l->event, &source, clocks[i], NEVER, 0, NULL, NULL);

        sd_event_source_unref(source);
        if (r < 0)
            return failed(r, e, "event loop: timer");
    }
    return true;
}

struct loop *loop_new(struct error *e)
{
    AUTO(loop) l = alloc(sizeof *l);
    struct loop *ret;
    int r;

    signal(SIGPIPE, SIG_IGN);
    r = sd_event_new(&l->event);
    if (r < 0) {
        failed(r, e, "event loop");
        return NULL;
    }
    if (!open_clocks(l, e))
        return NULL;
    ret = l;
    l = NULL;
    return ret;
}

void loop_free(struct loop *l)
{
    if (!l)
        return;
    sd_event_unref(l->event);
    free(l);
}

/* Not sd_event_loop(): what it has run once takes no source any more. */
bool loop_run(struct loop *l, struct error *e)
{
    int r = 0;

    while (!l->stopped && r >= 0)
        r = sd_event_run(l->event, UINT64_MAX);
    l->stopped = false;
    return r >= 0 || failed(r, e, "event loop");
}

void loop_stop(struct loop *l)
{
    l->stopped = true;
}

/* The timer may be freed by its own function: nothing touches it after the call. */
static int timer_due(sd_event_source *source, uint64_t usec, void *data)
{
    struct loop_timer *t = data;

    (void)source;
    (void)usec;
    t->fn(t->data);
    return 0;
}

static struct loop_timer *timer_new(struct loop *l, const char *name, loop_fn *fn, void *data,
                                    bool wall)
{
    struct loop_timer *t = alloc(sizeof *t);

    t->fn = fn;
    t->data = data;
    t->wall = wall;
    must(sd_event_add_time(l->event, &t->source, wall ? CLOCK_REALTIME : CLOCK_MONOTONIC, NEVER, 0,
                           timer_due, t));
    must(sd_event_source_set_enabled(t->source, SD_EVENT_OFF));
    must(sd_event_source_set_description(t->source, name));
    return t;
}

/* `at` is by the timer's own clock, `ahead` how far that is from now. */
static void timer_arm(struct loop_timer *t, instant at, instant ahead)
{
    instant late = ahead / 10;

    late = late < FINEST ? FINEST : late > COARSEST ? COARSEST : late;
    must(sd_event_source_set_time(t->source, at < 0 ? 0 : (uint64_t)at));
    must(sd_event_source_set_time_accuracy(t->source, (uint64_t)late));
    must(sd_event_source_set_enabled(t->source, SD_EVENT_ONESHOT));
}

struct loop_timer *loop_at(struct loop *l, const char *name, instant when, loop_fn *fn, void *data)
{
    struct loop_timer *t = timer_new(l, name, fn, data, true);

    loop_timer_at(t, when);
    return t;
}

struct loop_timer *loop_after(struct loop *l, const char *name, instant span, loop_fn *fn,
                              void *data)
{
    struct loop_timer *t = timer_new(l, name, fn, data, false);

    loop_timer_after(t, span);
    return t;
}

void loop_timer_at(struct loop_timer *t, instant when)
{
    if (when == INSTANT_NONE)
        must(sd_event_source_set_enabled(t->source, SD_EVENT_OFF));
    else if (t->wall)
        timer_arm(t, when, when - clock_now());
    else
        loop_timer_after(t, when > clock_now() ? when - clock_now() : 0);
}

void loop_timer_after(struct loop_timer *t, instant span)
{
    if (span < 0)
        must(sd_event_source_set_enabled(t->source, SD_EVENT_OFF));
    else
        timer_arm(t, (t->wall ? clock_now() : clock_ticks()) + span, span);
}

void loop_timer_free(struct loop_timer *t)
{
    if (!t)
        return;
    sd_event_source_disable_unref(t->source);
    free(t);
}

static uint32_t epoll_events(unsigned want)
{
    return (want & LOOP_READ ? EPOLLIN : 0U) | (want & LOOP_WRITE ? EPOLLOUT : 0U);
}

static int fd_ready(sd_event_source *source, int fd, uint32_t events, void *data)
{
    struct loop_fd *w = data;
    unsigned ready = 0;

    (void)source;
    if (events & (EPOLLIN | EPOLLERR | EPOLLHUP))
        ready |= LOOP_READ;
    if (events & (EPOLLOUT | EPOLLERR | EPOLLHUP))
        ready |= LOOP_WRITE;
    w->fn(w->data, fd, ready);
    return 0;
}

struct loop_fd *loop_watch(struct loop *l, const char *name, int fd, unsigned want, loop_fd_fn *fn,
                           void *data, struct error *e)
{
    struct loop_fd *w = alloc(sizeof *w);
    int r;

    w->fn = fn;
    w->data = data;
    r = sd_event_add_io(l->event, &w->source, fd, epoll_events(want), fd_ready, w);
    if (r < 0) {
        failed(r, e, name);
        free(w);
        return NULL;
    }
    must(sd_event_source_set_description(w->source, name));
    return w;
}

void loop_fd_want(struct loop_fd *w, unsigned want)
{
    must(sd_event_source_set_io_events(w->source, epoll_events(want)));
}

void loop_fd_free(struct loop_fd *w)
{
    if (!w)
        return;
    sd_event_source_disable_unref(w->source);
    free(w);
}

static int signal_came(sd_event_source *source, const struct signalfd_siginfo *info, void *data)
{
    struct loop *l = data;

    (void)source;
    if (info->ssi_signo == SIGHUP) {
        if (l->reload)
            l->reload(l->data);
    } else if (info->ssi_signo == SIGUSR1) {
        if (l->poke)
            l->poke(l->data);
    } else {
        log_info("SIG%s: stopping", sigabbrev_np((int)info->ssi_signo));
        loop_stop(l);
    }
    return 0;
}

bool loop_signals(struct loop *l, loop_fn *reload, loop_fn *poke, void *data, struct error *e)
{
    static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1 };

    l->reload = reload;
    l->poke = poke;
    l->data = data;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        sd_event_source *source = NULL;
        int r = sd_event_add_signal(l->event, &source, signals[i] | SD_EVENT_SIGNAL_PROCMASK,
                                    signal_came, l);

        if (r < 0)
            return failed(r, e, "event loop: signal");
        sd_event_source_set_description(source, sigabbrev_np(signals[i]));
        sd_event_source_set_floating(source, true); /* the loop owns it */
        sd_event_source_unref(source);
    }
    return true;
}

bool loop_watchdog(struct loop *l, struct error *e)
{
    int r = sd_event_set_watchdog(l->event, true);

    return r >= 0 || failed(r, e, "watchdog");
}
