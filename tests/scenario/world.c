#include "scenario/world.h"

#include "base/memory.h"
#include "base/text.h"
#include "codec/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE 700 /* bytes that arrive at once: no multiple of anything */

/* A question under way. */
struct pending {
    struct pending *next;
    instant due;
    bool silent; /* nobody answers: it ends by its timeout */
    const struct request *q;
    answer_fn *done;
    void *data;
};

struct fake {
    struct world world; /* first: the program sees this */
    struct outside *outside;
    struct pending *first;
};

static struct fake *of(struct world *w)
{
    return (struct fake *)(void *)w;
}

static instant now(struct world *w)
{
    return of(w)->outside->clock;
}

/* splitmix64 */
static uint64_t chance(struct world *w)
{
    uint64_t z = (of(w)->outside->chance += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static struct server *server_of(const struct fake *f, const char *url)
{
    const char *slash = strrchr(url, '/');

    return outside_server(f->outside, slash ? slash + 1 : url, false);
}

/* The mailbox that decides about a request; NULL: all is well. */
static struct mailbox *mailbox_of(const struct fake *f, const struct request *q)
{
    if (q->kind == REQUEST_POST)
        return outside_mailbox(f->outside, q->url, false);
    for (size_t i = 0; q->mail_to[i]; i++) {
        struct mailbox *m = outside_mailbox(f->outside, q->mail_to[i], false);

        if (m)
            return m;
    }
    return NULL;
}

static void insert(struct fake *f, struct pending *p)
{
    struct pending **at = &f->first;

    while (*at && (*at)->due <= p->due)
        at = &(*at)->next;
    p->next = *at;
    *at = p;
}

static bool ask(struct world *w, const struct request *q, answer_fn *done, void *data,
                struct error *e)
{
    struct fake *f = of(w);
    struct pending *p = alloc(sizeof *p);
    instant delay = 0;

    (void)e;
    *p = (struct pending){ .q = q, .done = done, .data = data };
    if (q->kind == REQUEST_GET) {
        struct server *s = server_of(f, q->url);

        f->outside->pulls++;
        if (s) {
            s->asked++;
            delay = s->delay;
            p->silent = s->silent;
        }
    } else {
        struct mailbox *m = mailbox_of(f, q);

        delay = m ? m->delay : 0;
        p->silent = m && m->held;
    }
    if (p->silent || delay > q->timeout) {
        p->silent = true;
        delay = q->timeout;
    }
    p->due = f->outside->clock + delay;
    insert(f, p);
    return true;
}

struct fake *fake_new(struct outside *o)
{
    struct fake *f = alloc(sizeof *f);

    *f = (struct fake){ .world = { .now = now, .random = chance, .ask = ask }, .outside = o };
    return f;
}

void fake_free(struct fake *f)
{
    while (f->first) {
        struct pending *p = f->first;

        f->first = p->next;
        free(p);
    }
    free(f);
}

struct world *fake_world(struct fake *f)
{
    return &f->world;
}

instant fake_next_at(const struct fake *f)
{
    return f->first ? f->first->due : INSTANT_NONE;
}

static void fail(struct answer *a, enum error_class class, const char *text)
{
    a->ok = false;
    error_set(&a->error, class, "%s", text);
}

/* --- what is pulled --- */

/* Hands over up to `most` bytes in pieces, again and again for an endless body. */
static void feed(const struct server *s, const struct request *q, size_t most, struct answer *a)
{
    size_t at = 0;

    while (at < most) {
        size_t n = most - at < PIECE ? most - at : PIECE;

        if (!q->receive(q->receive_data, s->content + at, n, &a->error)) {
            a->ok = false;
            return;
        }
        a->bytes += (int64_t)n;
        at += n;
        if (at == most && s->endless)
            at = 0;
    }
}

static void answer_get(struct server *s, const struct request *q, struct answer *a)
{
    if (!s) {
        fail(a, ERROR_RETRY, "nothing is served under this url");
        return;
    }
    if (s->error != ERROR_NONE) {
        fail(a, s->error, s->error_text);
        return;
    }
    a->status = s->status;
    a->retry_after = s->retry_after;
    if (s->status != 200)
        return;
    if (!s->no_etag)
        snprintf(a->etag, sizeof a->etag, "%s", s->etag);
    if (!s->no_etag && q->etag && strcmp(q->etag, s->etag) == 0) {
        a->status = 304;
        a->unchanged = true;
        s->unchanged++;
        return;
    }
    feed(s, q, s->truncated ? s->size / 2 : s->size, a);
    if (a->ok && s->truncated)
        fail(a, ERROR_RETRY, "the connection broke off before the end of the body");
}

/* --- what is sent --- */

bool fake_between(const char *bytes, const char *before, const char *ends, char *ret, size_t size)
{
    const char *at = strcasestr(bytes, before);
    size_t n;

    if (!at)
        return false;
    at += strlen(before);
    n = strcspn(at, ends);
    if (n >= size)
        return false;
    memcpy(ret, at, n);
    ret[n] = '\0';
    return true;
}

static const char *key_of(const struct request *q, char *key, size_t size)
{
    if (q->kind == REQUEST_MAIL)
        return fake_between(q->body, "\nMessage-ID: <", "@>", key, size) ? key : "no key";
    for (size_t i = 0; q->headers && q->headers[i]; i++)
        if (fake_between(q->headers[i], "webhook-id: ", "\r\n", key, size))
            return key;
    return "no key";
}

static const char *to_of(const struct request *q, struct text *to)
{
    if (q->kind == REQUEST_POST)
        return q->url;
    for (size_t i = 0; q->mail_to[i]; i++)
        text_addf(to, "%s%s", i ? ", " : "", q->mail_to[i]);
    return text_of(to);
}

static void note_broken(struct outside *o, const char *what, const struct delivery *d)
{
    AUTO_TEXT t = { 0 };

    text_addf(&t, "message %.12s to %s %s", d->key, d->to, what);
    o->broken = outside_text(o, text_of(&t));
}

struct delivery *fake_deliver(struct outside *o, const char *to, const char *key, const char *bytes,
                              size_t size)
{
    char digest[DIGEST_TEXT_SIZE];
    struct delivery *d;

    digest_of(bytes, size, digest);
    for (d = o->deliveries; d; d = d->next)
        if (strcmp(d->key, key) == 0 && strcmp(d->to, to) == 0) {
            if (strcmp(d->bytes_digest, digest) != 0)
                note_broken(o, "came again with other bytes under the same key", d);
            if (d->answered && d->life == o->life)
                note_broken(o, "came again although its sender knew that it had arrived", d);
            d->times++;
            return d;
        }
    d = outside_alloc(o, sizeof *d);
    *d = (struct delivery){ .at = o->clock,
                            .to = outside_text(o, to),
                            .key = outside_text(o, key),
                            .bytes_digest = outside_text(o, digest),
                            .times = 1 };
    *o->last_delivery = d;
    o->last_delivery = &d->next;
    o->delivery_count++;
    return d;
}

static struct delivery *take_in(const struct fake *f, const struct request *q)
{
    AUTO_TEXT to = { 0 };
    char key[256];

    return fake_deliver(f->outside, to_of(q, &to), key_of(q, key, sizeof key), q->body,
                        q->body_size);
}

/* Fills the answer; the delivery if the message arrived. */
static struct delivery *answer_sent(struct fake *f, const struct request *q, bool silent,
                                    struct answer *a)
{
    const struct mailbox *m = mailbox_of(f, q);
    bool mail = q->kind == REQUEST_MAIL;

    if (silent) {
        fail(a, ERROR_RETRY, "no answer within the time allowed");
        return m && m->held ? take_in(f, q) : NULL;
    }
    if (m && m->broken) {
        fail(a, ERROR_RETRY, "the connection was reset");
        return NULL;
    }
    a->status = m && m->status ? m->status : mail ? 250 : 200;
    a->at_recipient = mail && m && m->status;
    snprintf(a->reply, sizeof a->reply, "%d %s", a->status,
             a->status < 300    ? "ok"
             : a->status == 550 ? "5.1.1 no such mailbox"
             : a->status == 554 ? "5.7.1 no relay for you"
                                : "not now or not here");
    return a->status < 300 ? take_in(f, q) : NULL;
}

void fake_answer(struct fake *f)
{
    struct pending *p = f->first;
    struct answer *a = alloc(sizeof *a);
    struct delivery *d = NULL;

    f->first = p->next;
    a->ok = true;
    if (p->q->kind == REQUEST_GET && p->silent)
        fail(a, ERROR_RETRY, "no answer within the time allowed");
    else if (p->q->kind == REQUEST_GET)
        answer_get(server_of(f, p->q->url), p->q, a);
    else
        d = answer_sent(f, p->q, p->silent, a);
    if (d && a->ok) {
        d->answered = true;
        d->life = f->outside->life;
    }
    p->done(p->data, a);
    free(a);
    free(p);
}
