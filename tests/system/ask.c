/* ask: the network edge alone. Each argument is a request as JSON; all are asked at once, in one
 * process on one loop, and what came of them is printed as JSON:
 *
 *     ask '{"kind": "get", "url": "http://127.0.0.1:8000/a.csv", "max_bytes": 1000}'
 *     {"answers": [{"ok": true, "status": 200, "body": "...", ...}], "stall_ms": 3}
 *
 * "stall_ms" is the longest time in which the loop did nothing else: a transfer that blocks shows.
 */
#include "codec/json.h"
#include "event/net.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "codec/digest.h"

#define BEAT ((instant)20000)
#define LIST_MAX 64
#define BODY_SHOWN 4096

struct ask {
    struct loop *loop;
    struct world *world;
    struct loop_timer *beat;
    int64_t last_beat, stall;
    int waiting;
    int64_t idle_ms;
    struct json *answers;
    struct one *first;
};

struct one {
    struct ask *ask;
    struct one *next;
    struct json *q, *says;
    const char *lists[3][LIST_MAX];
    struct text body, sent;
    bool refuse; /* "refuse": true: the receiver takes nothing */
    int answered;
};

static const char *const *strings(struct one *o, int list, const char *key)
{
    struct json *from = json_get(o->q, key);
    size_t n = json_count(from);

    for (size_t i = 0; i < n && i < LIST_MAX - 1; i++)
        o->lists[list][i] = json_text(json_at(from, i));
    return n ? o->lists[list] : NULL;
}

static bool receive(void *data, const char *bytes, size_t n, struct error *e)
{
    struct one *o = data;

    if (o->refuse)
        return error_set(e, ERROR_RETRY, "disk full");
    text_addn(&o->body, bytes, n);
    return true;
}

static void say_answer(struct json *to, const struct answer *a)
{
    static const char *const classes[] = { "", "retry", "input", "setup", "bug" };

    json_set_truth(to, "ok", a->ok);
    json_set_text(to, "error", a->ok ? NULL : a->error.text);
    json_set_text(to, "class", a->ok ? NULL : classes[a->error.class]);
    json_set_whole(to, "status", a->status);
    json_set_truth(to, "unchanged", a->unchanged);
    json_set_whole(to, "retry_after", a->retry_after / SECOND);
    json_set_whole(to, "bytes", a->bytes);
    json_set_text(to, "etag", a->etag);
    json_set_text(to, "last_modified", a->last_modified);
    json_set_text(to, "content_type", a->content_type);
    json_set_text(to, "reply", a->reply);
}

static void answered(void *data, const struct answer *a)
{
    struct one *o = data;
    char hex[DIGEST_TEXT_SIZE];

    if (o->answered++) {
        fprintf(stderr, "answered twice\n");
        abort();
    }
    say_answer(o->says, a);
    digest_of(text_of(&o->body), o->body.size, hex);
    json_set_whole(o->says, "body_size", (int64_t)o->body.size);
    json_set_text(o->says, "body_sha256", hex);
    if (o->body.size < BODY_SHOWN)
        json_set_text(o->says, "body", text_of(&o->body));
    if (--o->ask->waiting == 0)
        loop_stop(o->ask->loop);
}

static void stop(void *data)
{
    loop_stop(data);
}

static int64_t descriptors(void)
{
    DIR *d = opendir("/proc/self/fd");
    int64_t n = 0;

    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n - 3; /* ".", "..", d */
}

/* How often an idle loop wakes, and how small the process is by then. */
static void idle(struct ask *a, struct json *to)
{
    struct loop_timer *end = loop_after(a->loop, "end", a->idle_ms * 1000, stop, a->loop);
    struct rusage before, after;
    long long anon = 0;
    char line[256];
    FILE *f;

    getrusage(RUSAGE_SELF, &before);
    loop_run(a->loop, NULL);
    getrusage(RUSAGE_SELF, &after);
    loop_timer_free(end);
    f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        sscanf(line, "RssAnon: %lld kB", &anon);
    if (f)
        fclose(f);
    json_set_whole(to, "wakes", after.ru_nvcsw - before.ru_nvcsw);
    json_set_whole(to, "anon_kb", anon);
    json_set_whole(to, "descriptors", descriptors());
}

static void beat(void *data)
{
    struct ask *a = data;
    int64_t now = clock_ticks();

    if (now - a->last_beat > a->stall)
        a->stall = now - a->last_beat;
    a->last_beat = now;
    loop_timer_after(a->beat, BEAT);
}

static enum request_kind kind_of(const char *name)
{
    return !name || strcmp(name, "get") == 0 ? REQUEST_GET
           : strcmp(name, "post") == 0       ? REQUEST_POST
                                             : REQUEST_MAIL;
}

/* "body", or "body_times" times that. */
static void put_body(struct one *o, struct request *q)
{
    const char *body = json_get_text(o->q, "body");
    int64_t times = json_get_whole(o->q, "body_times");

    for (int64_t i = 0; body && i < (times ? times : 1); i++)
        text_add(&o->sent, body);
    q->body = o->sent.data;
    q->body_size = o->sent.size;
}

static void start(struct ask *a, const char *text)
{
    struct one *o = alloc(sizeof *o);
    struct error e = { 0 };
    struct request q = { 0 };

    o->ask = a;
    o->next = a->first;
    a->first = o;
    o->q = json_read(text, strlen(text), &e);
    if (!o->q) {
        fprintf(stderr, "%s\n", e.text);
        exit(2);
    }
    q.kind = kind_of(json_get_text(o->q, "kind"));
    q.url = json_get_text(o->q, "url");
    q.headers = strings(o, 0, "headers");
    q.user = json_get_text(o->q, "user");
    q.password = json_get_text(o->q, "password");
    q.bearer = json_get_text(o->q, "bearer");
    q.etag = json_get_text(o->q, "etag");
    q.last_modified = json_get_text(o->q, "last_modified");
    q.mail_from = json_get_text(o->q, "mail_from");
    q.mail_to = strings(o, 1, "mail_to");
    q.ca_file = json_get_text(o->q, "ca_file");
    q.require_tls = json_get_truth(o->q, "require_tls");
    q.timeout = json_get_whole(o->q, "timeout_ms") * 1000;
    q.connect_timeout = json_get_whole(o->q, "connect_ms") * 1000;
    q.max_bytes = json_get(o->q, "max_bytes") ? json_get_whole(o->q, "max_bytes") : 16 << 20;
    q.receive = q.kind == REQUEST_GET && !json_get_truth(o->q, "keep") ? receive : NULL;
    q.receive_data = o;
    if (json_get_whole(o->q, "idle_ms"))
        a->idle_ms = json_get_whole(o->q, "idle_ms");
    o->refuse = json_get_truth(o->q, "refuse");
    o->says = json_group();
    json_add(a->answers, json_copy_ref(o->says));
    put_body(o, &q);
    if (a->world->ask(a->world, &q, answered, o, &e)) {
        a->waiting++;
    } else {
        struct answer failed = { .error = e };

        say_answer(o->says, &failed);
        json_set_truth(o->says, "started", false);
    }
    if (o->answered) {
        fprintf(stderr, "answered from inside ask()\n");
        abort();
    }
}

static void forget(struct ask *a)
{
    for (struct one *o = a->first, *next; o; o = next) {
        next = o->next;
        json_free(o->q);
        json_free(o->says);
        text_free(&o->body);
        text_free(&o->sent);
        free(o);
    }
}

int main(int count, char **arguments)
{
    struct ask a = { .loop = loop_new(NULL), .answers = json_list() };
    struct json *all = json_group();
    AUTO_TEXT out = { 0 };
    struct error e;

    a.world = world_real_new(a.loop, &e);
    for (int i = 1; i < count; i++)
        start(&a, arguments[i]);
    a.last_beat = clock_ticks();
    a.beat = loop_after(a.loop, "beat", BEAT, beat, &a);
    if (a.waiting && !loop_run(a.loop, &e))
        return 3;
    beat(&a);
    loop_timer_free(a.beat);
    if (a.idle_ms)
        idle(&a, all);
    world_real_free(a.world);
    loop_free(a.loop);
    json_set(all, "answers", a.answers);
    json_set_whole(all, "stall_ms", a.stall / 1000);
    json_write(all, false, &out);
    puts(text_of(&out));
    json_free(all);
    forget(&a);
    return 0;
}
