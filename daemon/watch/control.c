#include "watch/control.h"

#include "base/limit.h"
#include "base/log.h"
#include "base/text.h"
#include "base/zone.h"
#include "codec/json.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define PIECE_SIZE 65536

LIMIT(REQUEST_MAX, 64 * 1024); /* refused: a request of more bytes to the daemon */
LIMIT(CLIENTS_MAX,
      16); /* refused: more clients of the daemon at a time; they are told to try again */
LIMIT(ANSWER_MAX, 64 * 1024 * 1024); /* refused: a larger answer of the daemon, in bytes; the files
                                        are read where that may be */
#define BLANK_EVERY (2 * SECOND)
#define TURN_EVERY (SECOND / 10)

struct client {
    struct client *next;
    struct control *control;
    int fd;
    char person[64]; /* who asks, by the socket's credentials */
    struct loop_fd *watch;
    struct text in, out;
    size_t sent;
    instant asked_at; /* the first of what waits in `in`; INSTANT_NONE: nothing does */
    uint64_t turn;    /* in which it was heard last */
};

struct control {
    struct loop *loop;
    struct engine *engine;
    loop_fn *wake;
    void *wake_data;
    char *path;
    int fd;
    struct loop_fd *watch;
    struct client *first;
    int count;
    struct client *answering; /* whose answer is being made */
    instant heard_at;         /* when that one was sent something last */
    instant turn_at;          /* when the clients were heard last within other work */
    uint64_t turns;           /* how often */
};

static void client_free(struct client *c)
{
    struct client **at = &c->control->first;

    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    c->control->count--;
    loop_fd_free(c->watch);
    close(c->fd);
    text_free(&c->in);
    text_free(&c->out);
    free(c);
}

static instant now(const struct control *c)
{
    struct world *w = engine_world(c->engine);

    return w->now(w);
}

static void write_answer(struct text *out, struct json *parameters, const struct error *why)
{
    struct json *j = json_group();

    if (why) {
        json_set_text(j, "error", "dutywatch.Failed");
        if (!parameters)
            parameters = json_group();
        json_set_text(parameters, "message", why->text);
        json_set_whole(parameters, "class", (int64_t)why->class);
    }
    json_set(j, "parameters", parameters);
    json_write(j, false, out);
    text_addn(out, "", 1); /* the NUL that ends it */
    json_free(j);
}

/* An answer that would be cut is not given: half of one is wrong. */
static void answer(struct client *c, struct json *parameters, const struct error *why)
{
    AUTO_TEXT whole = { .max = ANSWER_MAX };
    struct error e;

    write_answer(&whole, parameters, why);
    if (!whole.cut) {
        text_addn(&c->out, whole.data, whole.size);
        return;
    }
    error_set(&e, ERROR_TOO_MUCH,
              "the answer is more than the %d MB that the daemon gives at once: ask for less, or "
              "read the files as root or dutywatch",
              ANSWER_MAX >> 20);
    write_answer(&c->out, NULL, &e);
}

static void run(struct client *c, const struct json *request, const char *method)
{
    struct json *details = NULL, *result;
    struct error e = { .class = ERROR_NONE };
    struct client *before = c->control->answering;
    bool wake = false;

    c->control->answering = c;
    c->control->heard_at = now(c->control);
    result = control_run(c->control->engine, c->person, method, json_get(request, "parameters"),
                         &details, &wake, &e);
    c->control->answering = before;
    answer(c, result ? result : details, result ? NULL : &e);
    if (wake)
        c->control->wake(c->control->wake_data);
}

/* False when it must wait: the daemon works at something. */
static bool may_run(struct client *c, const char *method)
{
    char at[INSTANT_TEXT_SIZE];
    instant since = INSTANT_NONE;
    const char *work = c->control->answering ? "answering somebody else"
                                             : engine_works_at(c->control->engine, &since);
    struct error e;

    if (!work || strcmp(method, "dutywatch.Status") == 0)
        return true;
    if (now(c->control) - c->asked_at < CONTROL_PATIENCE)
        return false;
    error_set(&e, ERROR_RETRY,
              "the daemon is %s%s%s; nothing was done: ask again, or for the status", work,
              since == INSTANT_NONE ? "" : " since ",
              since == INSTANT_NONE
                  ? ""
                  : zone_text(engine_generation(c->control->engine)->settings->zone, since, at));
    answer(c, NULL, &e);
    return true;
}

/* False when the request has to wait. */
static bool serve_one(struct client *c, const char *line, size_t n)
{
    struct error e = { .class = ERROR_NONE };
    AUTO(json) request = json_read(line, n, &e);
    const char *method = json_get_text(request, "method");
    size_t before = c->out.size;

    if (!method) {
        error_set(&e, ERROR_INPUT, "no JSON object with a method");
        answer(c, NULL, &e);
        return true;
    }
    if (!may_run(c, method))
        return false;
    if (c->out.size == before) /* it was not refused */
        run(c, request, method);
    return true;
}

static void serve(struct client *c)
{
    char *end;

    while (c->in.size && (end = memchr(c->in.data, '\0', c->in.size))) {
        size_t used = (size_t)(end - c->in.data) + 1;

        if (c->asked_at == INSTANT_NONE)
            c->asked_at = now(c->control);
        if (!serve_one(c, c->in.data, used - 1))
            return;
        c->asked_at = INSTANT_NONE;
        memmove(c->in.data, c->in.data + used, c->in.size - used);
        c->in.size -= used;
    }
}

/* False when the client is gone, or says more than anybody has to ask; the latter is told. */
static bool take(struct client *c)
{
    char buffer[PIECE_SIZE];
    ssize_t n = recv(c->fd, buffer, sizeof buffer, 0);
    struct error e;

    if (n <= 0)
        return n < 0 && (errno == EAGAIN || errno == EINTR);
    text_addn(&c->in, buffer, (size_t)n);
    if (!c->in.cut)
        return true;
    error_set(&e, ERROR_INPUT, "a request is at most %d bytes long", REQUEST_MAX);
    answer(c, NULL, &e);
    (void)!send(c->fd, c->out.data, c->out.size, MSG_NOSIGNAL);
    return false;
}

static bool give(struct client *c)
{
    ssize_t n;

    while (c->sent < c->out.size) {
        n = send(c->fd, c->out.data + c->sent, c->out.size - c->sent, MSG_NOSIGNAL);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        c->sent += (size_t)n;
    }
    text_free(&c->out);
    c->sent = 0;
    return true;
}

static void client_ready(void *data, int fd, unsigned ready)
{
    struct client *c = data;

    (void)fd;
    if ((ready & LOOP_READ) && !take(c)) {
        client_free(c);
        return;
    }
    serve(c);
    if (!give(c)) {
        client_free(c);
        return;
    }
    loop_fd_want(c->watch, c->out.size ? LOOP_READ | LOOP_WRITE : LOOP_READ);
}

/* "ann", or "uid 1000" when that has no name. */
static void name_person(struct client *c)
{
    struct ucred peer = { 0 };
    socklen_t size = sizeof peer;
    const struct passwd *p;

    if (getsockopt(c->fd, SOL_SOCKET, SO_PEERCRED, &peer, &size)) {
        snprintf(c->person, sizeof c->person, "somebody");
        return;
    }
    p = getpwuid(peer.uid);
    if (p)
        text_print(c->person, sizeof c->person, "%s", p->pw_name);
    else
        snprintf(c->person, sizeof c->person, "uid %u", (unsigned)peer.uid);
}

/* What fits the socket's buffer is sent; the client is not waited for. */
static void turn_away(int client)
{
    AUTO_TEXT out = { 0 };
    struct error e;

    error_set(&e, ERROR_RETRY, "the daemon answers %d others already; try again", CLIENTS_MAX);
    write_answer(&out, NULL, &e);
    (void)!send(client, out.data, out.size, MSG_NOSIGNAL);
    close(client);
}

static void accept_one(void *data, int fd, unsigned ready)
{
    struct control *control = data;
    struct client *c;
    struct error e;
    int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    (void)ready;
    if (client < 0)
        return;
    if (control->count >= CLIENTS_MAX) {
        turn_away(client);
        return;
    }
    c = alloc(sizeof *c);
    *c = (struct client){
        .next = control->first, .control = control, .fd = client, .asked_at = INSTANT_NONE
    };
    c->in.max = REQUEST_MAX;
    name_person(c);
    c->watch = loop_watch(control->loop, "control client", client, LOOP_READ, client_ready, c, &e);
    control->first = c;
    control->count++;
    if (!c->watch) {
        log_error("control: %s", e.text);
        client_free(c);
    }
}

/* To who waits for a long answer. */
static void keep_alive(struct control *c)
{
    if (!c->answering || now(c) - c->heard_at < BLANK_EVERY)
        return;
    c->heard_at = now(c);
    (void)!send(c->answering->fd, "\n", 1, MSG_NOSIGNAL);
}

/* One that was not heard since the turn began. While one is heard there may be another turn, in
 * which others come and go. */
static struct client *next_client(const struct control *c, uint64_t turn)
{
    struct client *one = c->first;

    while (one && (one->turn >= turn || one == c->answering))
        one = one->next;
    return one;
}

void control_turn(void *control)
{
    struct control *c = control;
    struct client *one;
    uint64_t turn;

    if (!c)
        return;
    keep_alive(c);
    if (now(c) - c->turn_at < TURN_EVERY && engine_works_at(c->engine, &(instant){ 0 }))
        return;
    c->turn_at = now(c);
    accept_one(c, c->fd, LOOP_READ);
    turn = ++c->turns;
    while ((one = next_client(c, turn))) {
        one->turn = turn;
        client_ready(one, one->fd, LOOP_READ);
    }
}

static bool address(const char *dir, struct sockaddr_un *ret, struct error *e)
{
    *ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
    if (snprintf(ret->sun_path, sizeof ret->sun_path, "%s/control", dir) >=
        (int)sizeof ret->sun_path)
        return error_set(e, ERROR_SETUP, "run_dir %s is too long for a socket", dir);
    return true;
}

static bool listen_at(struct control *c, const char *dir, struct error *e)
{
    struct sockaddr_un at;
    mode_t old;
    bool ok;

    if (!address(dir, &at, e))
        return false;
    if (mkdir(dir, 0750) && errno != EEXIST)
        return error_set(e, ERROR_SETUP, "run_dir %s: %s", dir, strerror(errno));
    c->path = copy_text(at.sun_path);
    c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    unlink(c->path); /* the state directory's lock says that nobody else listens */
    old = umask(0117);
    ok = c->fd >= 0 && !bind(c->fd, (struct sockaddr *)&at, sizeof at) && !listen(c->fd, 8);
    umask(old);
    return ok || error_set(e, ERROR_SETUP, "%s: %s", c->path, strerror(errno));
}

bool control_new(struct loop *l, struct engine *g, const char *dir, loop_fn *wake, void *wake_data,
                 struct control **ret, struct error *e)
{
    struct control *c = alloc(sizeof *c);

    *c = (struct control){ .loop = l, .engine = g, .wake = wake, .wake_data = wake_data, .fd = -1 };
    if (listen_at(c, dir, e))
        c->watch = loop_watch(l, "control", c->fd, LOOP_READ, accept_one, c, e);
    if (!c->watch) {
        control_free(c);
        return false;
    }
    *ret = c;
    return true;
}

void control_free(struct control *c)
{
    if (!c)
        return;
    while (c->first)
        client_free(c->first);
    loop_fd_free(c->watch);
    if (c->fd >= 0)
        close(c->fd);
    if (c->path)
        unlink(c->path);
    free(c->path);
    free(c);
}

/* --- the other end --- */

static bool silent(int code, const char *what, struct error *e)
{
    if (code == EAGAIN || code == EWOULDBLOCK)
        return error_set(e, ERROR_RETRY,
                         "the daemon %s for %d seconds; see: systemctl status dutywatch", what,
                         (int)(CONTROL_SILENCE / SECOND));
    return error_set(e, ERROR_RETRY, "the daemon hung up%s%s", code ? ": " : "",
                     code ? strerror(code) : "");
}

static bool exchange(int fd, const struct text *request, struct text *reply, struct error *e)
{
    char buffer[PIECE_SIZE];
    size_t sent = 0;
    ssize_t n;

    while (sent < request->size) {
        n = send(fd, request->data + sent, request->size - sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EPIPE)
            break; /* it hung up, but may have said why */
        if (n <= 0)
            return silent(errno, "takes nothing", e);
        sent += (size_t)n;
    }
    for (;;) {
        n = recv(fd, buffer, sizeof buffer, 0);
        if (n <= 0)
            return silent(n ? errno : 0, "says nothing", e);
        text_addn(reply, buffer, (size_t)n);
        if (reply->cut)
            return error_set(e, ERROR_TOO_MUCH, "the daemon answers with more than %zu MB",
                             reply->max >> 20);
        if (buffer[n - 1] == '\0')
            return true;
    }
}

static enum control_result read_reply(const struct text *reply, struct json **ret, struct error *e)
{
    AUTO(json) j = json_read(text_of(reply), reply->size - 1, e);
    struct json *parameters = json_get(j, "parameters");

    if (!j)
        return CONTROL_FAILED;
    *ret = parameters ? json_copy_ref(parameters) : json_group();
    if (!json_get(j, "error"))
        return CONTROL_ANSWERED;
    error_set(e, (enum error_class)json_get_whole(parameters, "class"), "%s",
              json_get_text(parameters, "message"));
    return CONTROL_FAILED;
}

static void be_patient(int fd)
{
    struct timeval most = { .tv_sec = CONTROL_SILENCE / SECOND };

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
}

enum control_result control_ask(const char *dir, const char *method, struct json *parameters,
                                struct json **ret, struct error *e)
{
    AUTO(json) request = json_group();
    AUTO_TEXT out = { 0 };
    AUTO_TEXT reply = { .max = 2 * ANSWER_MAX };
    enum control_result result = CONTROL_FAILED;
    struct sockaddr_un at;
    int fd;

    *ret = NULL;
    json_set_text(request, "method", method);
    json_set(request, "parameters", parameters ? parameters : json_group());
    json_write(request, false, &out);
    text_addn(&out, "", 1);
    if (!address(dir, &at, e))
        return CONTROL_FAILED;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    be_patient(fd);
    if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof at)) {
        result = errno == ENOENT || errno == ECONNREFUSED ? CONTROL_ABSENT : CONTROL_FAILED;
        error_set(e, ERROR_SETUP, "%s: %s%s", at.sun_path, strerror(errno),
                  errno == EACCES ? "; be root or in the group dutywatch" : "");
    } else if (exchange(fd, &out, &reply, e)) {
        result = read_reply(&reply, ret, e);
    }
    if (fd >= 0)
        close(fd);
    return result;
}
