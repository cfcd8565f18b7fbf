#include "event/net.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "event/smtp.h"
#include "event/transfer.h"

struct net {
    struct world world; /* first: a struct world * is a struct net * */
    struct loop *loop;
    struct loop_timer *timer; /* libcurl's one timer */
    CURLM *multi;             /* while there are transfers */
    bool started;             /* curl_global_init() was called */
    struct transfer *running;
};

static struct net *net_of(struct world *w)
{
    return (struct net *)w;
}

static instant net_now(struct world *w)
{
    (void)w;
    return clock_now();
}

static uint64_t net_random(struct world *w)
{
    uint64_t r = 0;

    (void)w;
    while (getrandom(&r, sizeof r, 0) != (ssize_t)sizeof r)
        ; /* interrupted by a signal: eight bytes cannot come in parts */
    return r;
}

static void list_add(struct net *n, struct transfer *t)
{
    t->next = n->running;
    if (t->next)
        t->next->previous = t;
    n->running = t;
}

static void list_remove(struct net *n, struct transfer *t)
{
    if (t->next)
        t->next->previous = t->previous;
    if (t->previous)
        t->previous->next = t->next;
    else
        n->running = t->next;
}

/* With the last transfer goes what libcurl kept for the next, and the heap gives back its rest. */
static void close_if_idle(struct net *n)
{
    if (n->running || !n->multi)
        return;
    curl_multi_cleanup(n->multi);
    n->multi = NULL;
    loop_timer_after(n->timer, -1);
    malloc_trim(0);
}

static void answered(struct net *n, struct transfer *t)
{
    list_remove(n, t);
    curl_multi_remove_handle(n->multi, t->easy);
    t->done(t->data, &t->answer);
    transfer_free(t);
}

/* smtp.c has come to its end. */
static void talk_ended(void *data)
{
    struct transfer *t = data;
    struct net *n = t->net;

    answered(n, t);
    close_if_idle(n);
}

static void talk(struct net *n, struct transfer *t)
{
    struct smtp_end end = { .answer = &t->answer, .host = t->host, .end = talk_ended, .data = t };

    t->smtp = smtp_new(n->loop, t->easy, &t->q, t->deadline, &end, &t->answer.error);
    if (!t->smtp)
        answered(n, t);
}

static void finished(struct net *n, CURL *easy, CURLcode code)
{
    char *private = NULL;
    struct transfer *t;

    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
    t = (struct transfer *)(void *)private;
    switch (transfer_finish(t, code)) {
    case TRANSFER_ANSWERED:
        answered(n, t);
        break;
    case TRANSFER_AGAIN:
        curl_multi_remove_handle(n->multi, easy);
        curl_multi_add_handle(n->multi, easy);
        break;
    case TRANSFER_TALK:
        talk(n, t);
        break;
    }
}

/* Lets libcurl work on one socket (or its timer), then acts on all that ended, outside libcurl. */
static void drive(struct net *n, curl_socket_t fd, int events)
{
    CURLMsg *message;
    int count;

    curl_multi_socket_action(n->multi, fd, events, &count);
    while (n->multi && (message = curl_multi_info_read(n->multi, &count)))
        if (message->msg == CURLMSG_DONE) /* read before the handle is removed: it dies with it */
            finished(n, message->easy_handle, message->data.result);
    close_if_idle(n);
}

static void timer_due(void *data)
{
    struct net *n = data;

    if (n->multi)
        drive(n, CURL_SOCKET_TIMEOUT, 0);
}

static void socket_ready(void *data, int fd, unsigned ready)
{
    int events =
        (ready & LOOP_READ ? CURL_CSELECT_IN : 0) | (ready & LOOP_WRITE ? CURL_CSELECT_OUT : 0);

    drive(data, fd, events);
}

static int want_timer(CURLM *multi, long ms, void *data)
{
    struct net *n = data;

    (void)multi;
    loop_timer_after(n->timer, ms < 0 ? -1 : (instant)ms * 1000);
    return 0;
}

static int want_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *kept)
{
    struct net *n = data;
    struct loop_fd *watch = kept;
    unsigned want =
        (what & CURL_POLL_IN ? LOOP_READ : 0U) | (what & CURL_POLL_OUT ? LOOP_WRITE : 0U);

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        loop_fd_free(watch);
        return 0;
    }
    if (watch) {
        loop_fd_want(watch, want);
        return 0;
    }
    watch = loop_watch(n->loop, "network", fd, want, socket_ready, n, NULL);
    curl_multi_assign(n->multi, fd, watch);
    return watch ? 0 : -1;
}

static bool open_multi(struct net *n, struct error *e)
{
    if (n->multi)
        return true;
    if (!n->started && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return error_set(e, ERROR_SETUP, "libcurl does not start");
    n->started = true;
    n->multi = curl_multi_init();
    if (!n->multi)
        return error_set(e, ERROR_RETRY, "libcurl has no descriptors or memory left");
    curl_multi_setopt(n->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
    curl_multi_setopt(n->multi, CURLMOPT_SOCKETDATA, n);
    curl_multi_setopt(n->multi, CURLMOPT_TIMERFUNCTION, want_timer);
    curl_multi_setopt(n->multi, CURLMOPT_TIMERDATA, n);
    return true;
}

static bool net_ask(struct world *w, const struct request *q, answer_fn *done, void *data,
                    struct error *e)
{
    struct net *n = net_of(w);
    struct transfer *t;

    if (!open_multi(n, e))
        return false;
    t = transfer_new(q, done, data, e);
    if (!t) {
        close_if_idle(n);
        return false;
    }
    t->net = n;
    list_add(n, t);
    curl_multi_add_handle(n->multi, t->easy); /* only asks for the timer */
    return true;
}

struct world *world_real_new(struct loop *l, struct error *e)
{
    struct net *n = alloc(sizeof *n);

    (void)e;
    n->world = (struct world){ .now = net_now, .random = net_random, .ask = net_ask };
    n->loop = l;
    n->timer = loop_after(l, "network timer", -1, timer_due, n);
    return &n->world;
}

void world_real_free(struct world *w)
{
    struct net *n = net_of(w);

    if (!n)
        return;
    while (n->running) {
        struct transfer *t = n->running;

        list_remove(n, t);
        curl_multi_remove_handle(n->multi, t->easy);
        transfer_free(t);
    }
    close_if_idle(n);
    if (n->started)
        curl_global_cleanup();
    loop_timer_free(n->timer);
    free(n);
}
