#include "event/smtp.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE_SIZE 4096

#include "base/text.h"
#include "codec/mime.h"

/* The command whose reply is awaited, in order. */
enum step { STEP_MAIL, STEP_RCPT, STEP_DATA, STEP_BODY };

static const char *const step_names[] = { "MAIL FROM", "RCPT TO", "DATA", "the message" };

struct smtp {
    CURL *easy;
    const struct request *q;
    struct smtp_end end;
    struct loop_fd *watch;
    struct loop_timer *timer;
    enum step step;
    size_t recipient; /* whose RCPT is answered next */
    struct text out;
    size_t sent;      /* of out */
    struct text line; /* that is coming; at most REPLY_MAX */
};

bool smtp_check(const struct request *q, struct error *e)
{
    if (q->mail_from && q->mail_from[0] && !mime_address_check(q->mail_from))
        return error_set(e, ERROR_SETUP, "sender \"%s\" is not an address", q->mail_from);
    if (!q->mail_to || !q->mail_to[0])
        return error_set(e, ERROR_SETUP, "the mail has no recipient");
    for (const char *const *to = q->mail_to; *to; to++)
        if (!mime_address_check(*to))
            return error_set(e, ERROR_INPUT, "recipient \"%s\" is not an address", *to);
    if (!q->body || !q->body_size)
        return error_set(e, ERROR_BUG, "the mail is empty");
    return true;
}

/* Nothing more will be sent or read: the outcome is in the answer. */
static void finish(struct smtp *s)
{
    size_t n;

    if (s->sent == s->out.size)
        curl_easy_send(s->easy, "QUIT\r\n", 6, &n); /* a courtesy: its answer is not waited for */
    loop_fd_free(s->watch);
    s->watch = NULL;
    loop_timer_free(s->timer);
    s->timer = NULL;
    s->end.end(s->end.data); /* may free `s` */
}

static void fail(struct smtp *s, enum error_class class, const char *why)
{
    error_set(&s->end.answer->error, class, "%s: %s after %s", s->end.host, why,
              step_names[s->step]);
    s->end.answer->ok = false;
    finish(s);
}

static void too_late(void *data)
{
    fail(data, ERROR_RETRY, "no answer in time");
}

static void command(struct smtp *s, const char *name, const char *address)
{
    text_clear(&s->out);
    s->sent = 0;
    if (address)
        text_addf(&s->out, "%s:<%s>\r\n", name, address);
    else
        text_addf(&s->out, "%s\r\n", name);
}

/* RFC 5321 section 4.5.2: a line that begins with a dot gets another; a dot alone ends it all. */
static void put_message(struct smtp *s)
{
    const char *at = s->q->body, *end = at + s->q->body_size;

    text_clear(&s->out);
    s->sent = 0;
    while (at < end) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        size_t n = (size_t)((line_end ? line_end + 1 : end) - at);

        if (*at == '.')
            text_add(&s->out, ".");
        text_addn(&s->out, at, n);
        at += n;
    }
    if (s->q->body_size < 2 || memcmp(end - 2, "\r\n", 2) != 0)
        text_add(&s->out, "\r\n");
    text_add(&s->out, ".\r\n");
}

/* The server took the last step: the next one. False when there is none. */
static bool go_on(struct smtp *s)
{
    switch (s->step) {
    case STEP_MAIL:
        s->step = STEP_RCPT;
        command(s, "RCPT TO", s->q->mail_to[0]);
        return true;
    case STEP_RCPT:
        if (s->q->mail_to[++s->recipient]) {
            command(s, "RCPT TO", s->q->mail_to[s->recipient]);
            return true;
        }
        s->step = STEP_DATA;
        command(s, "DATA", NULL);
        return true;
    case STEP_DATA:
        s->step = STEP_BODY;
        put_message(s);
        return true;
    case STEP_BODY:
        break;
    }
    return false;
}

/* 530, 534, 535 and 538 (RFC 4954) are about the login, not about this mail. */
static bool about_login(int code)
{
    return code == 530 || code == 534 || code == 535 || code == 538;
}

/* A whole reply came. False when the dialogue is over, and `s` perhaps gone. */
static bool reply_came(struct smtp *s, int code)
{
    int want = s->step == STEP_DATA ? 3 : 2;

    text_print(s->end.answer->reply, sizeof s->end.answer->reply, "%s", text_of(&s->line));
    s->end.answer->status = code;
    s->end.answer->at_recipient = s->step == STEP_RCPT;
    if (code / 100 == want && go_on(s))
        return true;
    if (about_login(code)) {
        error_set(&s->end.answer->error, ERROR_SETUP,
                  "%s: wants a login or another one (%s); check user and credential", s->end.host,
                  text_of(&s->line));
        s->end.answer->ok = false;
    } else if (code / 100 != want && code < 400) {
        fail(s, ERROR_RETRY, "an answer that makes no sense");
        return false;
    } else {
        s->end.answer->ok = true;
    }
    finish(s);
    return false;
}

/* A line "250-first", of several, or "250 last". */
static bool line_came(struct smtp *s)
{
    const unsigned char *c = (const unsigned char *)text_of(&s->line);

    while (s->line.size > 0 && isspace(c[s->line.size - 1]))
        s->line.data[--s->line.size] = '\0';
    if (!isdigit(c[0]) || !isdigit(c[1]) || !isdigit(c[2]) ||
        (c[3] && c[3] != ' ' && c[3] != '-')) {
        fail(s, ERROR_RETRY, "no answer of SMTP");
        return false;
    }
    if (c[3] == '-')
        return true;
    return reply_came(s, (c[0] - '0') * 100 + (c[1] - '0') * 10 + (c[2] - '0'));
}

static bool bytes_came(struct smtp *s, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] != '\0')
            text_addn(&s->line, &bytes[i], 1);
        if (bytes[i] != '\n')
            continue;
        if (!line_came(s))
            return false;
        text_clear(&s->line);
    }
    return true;
}

/* Sends what there is. False when the connection broke, and `s` perhaps gone. */
static bool flush(struct smtp *s)
{
    while (s->sent < s->out.size) {
        size_t n = 0;
        CURLcode code = curl_easy_send(s->easy, s->out.data + s->sent, s->out.size - s->sent, &n);

        if (code == CURLE_AGAIN)
            break;
        if (code != CURLE_OK) {
            fail(s, ERROR_RETRY, "the connection broke");
            return false;
        }
        s->sent += n;
    }
    loop_fd_want(s->watch, LOOP_READ | (s->sent < s->out.size ? LOOP_WRITE : 0U));
    return true;
}

/* Sends and reads until the connection has nothing more to give. */
static void go(void *data, int fd, unsigned ready)
{
    struct smtp *s = data;
    char bytes[PIECE_SIZE];

    (void)fd;
    (void)ready;
    while (flush(s)) {
        size_t n = 0;
        CURLcode code = curl_easy_recv(s->easy, bytes, sizeof bytes, &n);

        if (code == CURLE_AGAIN)
            return;
        if (code != CURLE_OK || n == 0) {
            fail(s, ERROR_RETRY, "the connection was closed");
            return;
        }
        if (!bytes_came(s, bytes, n))
            return;
    }
}

struct smtp *smtp_new(struct loop *l, CURL *easy, const struct request *q, int64_t deadline,
                      const struct smtp_end *end, struct error *e)
{
    curl_socket_t fd = CURL_SOCKET_BAD;
    int64_t left = deadline - clock_ticks();
    struct smtp *s;

    curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &fd);
    if (fd == CURL_SOCKET_BAD) {
        error_set(e, ERROR_RETRY, "%s: the connection was closed", end->host);
        return NULL;
    }
    s = alloc(sizeof *s);
    s->easy = easy;
    s->q = q;
    s->end = *end;
    s->watch = loop_watch(l, "mail", fd, LOOP_READ | LOOP_WRITE, go, s, e);
    if (!s->watch) {
        free(s);
        return NULL;
    }
    s->timer = loop_after(l, "mail timeout", left > 0 ? left : 0, too_late, s);
    command(s, "MAIL FROM", q->mail_from ? q->mail_from : "");
    return s;
}

void smtp_free(struct smtp *s)
{
    if (!s)
        return;
    loop_fd_free(s->watch);
    loop_timer_free(s->timer);
    text_free(&s->out);
    text_free(&s->line);
    free(s);
}
