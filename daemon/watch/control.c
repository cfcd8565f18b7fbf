#include "watch/control.h"

#include "base/log.h"
#include "base/text.h"
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

#define REQUEST_MAX ((size_t)64 * 1024)
#define CLIENTS_MAX 16

struct client {
    struct client *next;
    struct control *control;
    int fd;
    char person[64]; /* who asks, by the socket's credentials */
    struct loop_fd *watch;
    struct text in, out;
    size_t sent;
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

static void answer(struct client *c, struct json *parameters, const struct error *why)
{
    struct json *out = json_group();

    if (why) {
        json_set_text(out, "error", "dutywatch.Failed");
        if (!parameters)
            parameters = json_group();
        json_set_text(parameters, "message", why->text);
        json_set_whole(parameters, "class", (int64_t)why->class);
    }
    json_set(out, "parameters", parameters);
    json_write(out, false, &c->out);
    text_addn(&c->out, "", 1); /* the NUL that ends it */
    json_free(out);
}

static void run(struct client *c, const char *line, size_t n)
{
    struct json *details = NULL, *result;
    struct error e = { .class = ERROR_NONE };
    AUTO(json) request = json_read(line, n, &e);
    const char *method = json_get_text(request, "method");
    bool wake = false;

    if (!method) {
        error_set(&e, ERROR_INPUT, "no JSON object with a method");
        answer(c, NULL, &e);
        return;
    }
    result = control_run(c->control->engine, c->person, method, json_get(request, "parameters"),
                         &details, &wake, &e);
    answer(c, result ? result : details, result ? NULL : &e);
    if (wake)
        c->control->wake(c->control->wake_data);
}

/* False when the client is gone. */
static bool take(struct client *c)
{
    char buffer[4096], *end;
    ssize_t n = recv(c->fd, buffer, sizeof buffer, 0);

    if (n <= 0)
        return n < 0 && (errno == EAGAIN || errno == EINTR);
    text_addn(&c->in, buffer, (size_t)n);
    if (c->in.cut)
        return false; /* nobody asks so much */
    while (c->in.size && (end = memchr(c->in.data, '\0', c->in.size))) {
        size_t used = (size_t)(end - c->in.data) + 1;

        run(c, c->in.data, used - 1);
        memmove(c->in.data, c->in.data + used, c->in.size - used);
        c->in.size -= used;
    }
    return true;
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
    if (((ready & LOOP_READ) && !take(c)) || !give(c)) {
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
        snprintf(c->person, sizeof c->person, "%s", p->pw_name);
    else
        snprintf(c->person, sizeof c->person, "uid %u", (unsigned)peer.uid);
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
        close(client);
        return;
    }
    c = alloc(sizeof *c);
    *c = (struct client){ .next = control->first, .control = control, .fd = client };
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

static bool exchange(int fd, const struct text *request, struct text *reply, struct error *e)
{
    char buffer[65536];
    size_t sent = 0;
    ssize_t n;

    while (sent < request->size) {
        n = send(fd, request->data + sent, request->size - sent, MSG_NOSIGNAL);
        if (n <= 0)
            return error_set(e, ERROR_RETRY, "the daemon hung up: %s", strerror(errno));
        sent += (size_t)n;
    }
    for (;;) {
        n = recv(fd, buffer, sizeof buffer, 0);
        if (n <= 0)
            return error_set(e, ERROR_RETRY, "the daemon gave no answer");
        text_addn(reply, buffer, (size_t)n);
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

enum control_result control_ask(const char *dir, const char *method, struct json *parameters,
                                struct json **ret, struct error *e)
{
    AUTO(json) request = json_group();
    AUTO_TEXT out = { 0 };
    AUTO_TEXT reply = { .max = (size_t)1 << 30 };
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
