#include "event/transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/limit.h"
#include "base/text.h"
#include "event/body.h"
#include "event/fault.h"
#include "event/smtp.h"

#define TIMEOUT (60 * SECOND)
#define CONNECT_TIMEOUT (20 * SECOND)
LIMIT(REDIRECTS_MAX, 5); /* refused: more redirects of a source; it fails */

/* Options that libcurl cannot refuse for a reason of ours. */
#define SET(easy, option, value)                                                                   \
    do {                                                                                           \
        if (curl_easy_setopt(easy, option, value) == CURLE_OUT_OF_MEMORY)                          \
            out_of_memory();                                                                       \
    } while (0)

static void add_header(struct transfer *t, const char *line)
{
    struct curl_slist *longer = curl_slist_append(t->headers, line);

    if (!longer)
        out_of_memory();
    t->headers = longer;
}

static void add_named(struct transfer *t, const char *name, const char *value)
{
    char *line AUTO_FREE = NULL;

    if (!value || !value[0])
        return;
    if (asprintf(&line, "%s: %s", name, value) < 0)
        out_of_memory();
    add_header(t, line);
}

/* A line break in a header or an address would begin another one. */
static bool one_line(const char *what, const char *s, struct error *e)
{
    for (const char *c = s; c && *c; c++)
        if ((unsigned char)*c < ' ' && *c != '\t')
            return error_set(e, ERROR_SETUP, "%s: a control character is in it", what);
    return true;
}

static bool lines_check(const struct request *q, struct error *e)
{
    for (const char *const *h = q->headers; h && *h; h++)
        if (!one_line("header", *h, e))
            return false;
    return one_line("etag", q->etag, e) && one_line("last_modified", q->last_modified, e) &&
           one_line("bearer", q->bearer, e) && one_line("url", q->url, e);
}

/* One part of a parsed url, "" if it has none; the caller frees it with free(). */
static char *part_of(CURLU *url, CURLUPart part, unsigned flags)
{
    char *theirs = NULL, *ours;

    if (curl_url_get(url, part, &theirs, flags) == CURLUE_OUT_OF_MEMORY)
        out_of_memory();
    ours = copy_text(theirs ? theirs : "");
    curl_free(theirs);
    return ours;
}

static bool scheme_fits(enum request_kind kind, const char *scheme)
{
    bool web = strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0;

    switch (kind) {
    case REQUEST_GET:
        return web || strcmp(scheme, "file") == 0;
    case REQUEST_POST:
        return web;
    case REQUEST_MAIL:
        return strcmp(scheme, "smtp") == 0 || strcmp(scheme, "smtps") == 0;
    }
    return false;
}

/* Where the parsed `url` leads: fills host, origin, secure, is_file. */
static bool place_read(struct transfer *t, CURLU *url, struct error *e)
{
    char *scheme AUTO_FREE = part_of(url, CURLUPART_SCHEME, 0);
    char *host AUTO_FREE = part_of(url, CURLUPART_HOST, 0);
    char *port AUTO_FREE = part_of(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);

    if (!scheme_fits(t->q.kind, scheme))
        return error_set(e, ERROR_SETUP, "url: %s:// is not offered here", scheme);
    t->secure = strcmp(scheme, "https") == 0;
    t->is_file = strcmp(scheme, "file") == 0;
    free(t->host);
    free(t->origin);
    t->host = t->is_file ? part_of(url, CURLUPART_PATH, CURLU_URLDECODE) : copy_text(host);
    if (asprintf(&t->origin, "%s://%s:%s", scheme, host, port) < 0)
        out_of_memory();
    return true;
}

static bool url_read(struct transfer *t, const char *url, struct error *e)
{
    CURLU *parsed = curl_url();
    CURLUcode code = parsed ? curl_url_set(parsed, CURLUPART_URL, url, 0) : CURLUE_OUT_OF_MEMORY;
    bool read;

    if (code == CURLUE_OUT_OF_MEMORY)
        out_of_memory();
    read = code ? error_set(e, ERROR_SETUP, "url: %s", curl_url_strerror(code))
                : place_read(t, parsed, e);
    curl_url_cleanup(parsed);
    return read;
}

/* Only mail servers: their lines while libcurl greets and logs in. */
static size_t reply_came(char *bytes, size_t size, size_t n, void *data)
{
    struct transfer *t = data;
    size_t length = size * n;

    while (length > 0 && (bytes[length - 1] == '\r' || bytes[length - 1] == '\n'))
        length--;
    text_print(t->answer.reply, sizeof t->answer.reply, "%.*s", (int)length, bytes);
    return size * n;
}

static void set_limits(struct transfer *t)
{
    instant connect = t->q.connect_timeout > 0 ? t->q.connect_timeout : CONNECT_TIMEOUT;
    int64_t left = (t->deadline - clock_ticks()) / 1000;

    SET(t->easy, CURLOPT_TIMEOUT_MS, (long)(left > 1 ? left : 1));
    SET(t->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(connect > 1000 ? connect / 1000 : 1));
}

static void set_common(struct transfer *t)
{
    CURL *h = t->easy;

    SET(h, CURLOPT_PRIVATE, t);
    SET(h, CURLOPT_ERRORBUFFER, t->says);
    SET(h, CURLOPT_NOSIGNAL, 1L);
    SET(h, CURLOPT_QUICK_EXIT, 1L); /* do not wait for a name service that hangs */
    SET(h, CURLOPT_WRITEFUNCTION, body_came);
    SET(h, CURLOPT_WRITEDATA, t);
    SET(h, CURLOPT_URL, t->q.url);
    SET(h, CURLOPT_SSL_VERIFYPEER, 1L);
    SET(h, CURLOPT_SSL_VERIFYHOST, 2L);
    SET(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (t->q.ca_file)
        SET(h, CURLOPT_CAINFO, t->q.ca_file);
    if (t->q.user) {
        SET(h, CURLOPT_USERNAME, t->q.user);
        SET(h, CURLOPT_PASSWORD, t->q.password ? t->q.password : "");
    }
    set_limits(t);
}

/* What every GET says, also to the place it was redirected to. */
static void add_conditions(struct transfer *t)
{
    add_header(t, "Accept-Encoding: gzip");
    add_named(t, "If-None-Match", t->q.etag);
    add_named(t, "If-Modified-Since", t->q.last_modified);
}

static void set_web(struct transfer *t)
{
    CURL *h = t->easy;

    SET(h, CURLOPT_PROTOCOLS_STR, "http,https");
    SET(h, CURLOPT_FOLLOWLOCATION, 0L); /* ours: libcurl cannot forbid only https to http */
    SET(h, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(h, CURLOPT_USERAGENT, "dutywatch/" DUTYWATCH_VERSION);
    SET(h, CURLOPT_HEADERFUNCTION, body_head_came);
    SET(h, CURLOPT_HEADERDATA, t);
    for (const char *const *line = t->q.headers; line && *line; line++)
        add_header(t, *line);
    if (t->q.bearer) {
        SET(h, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
        SET(h, CURLOPT_XOAUTH2_BEARER, t->q.bearer);
    }
    if (t->q.kind == REQUEST_POST) {
        SET(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->q.body_size);
        SET(h, CURLOPT_POSTFIELDS, t->q.body ? t->q.body : "");
        add_header(t, "Expect:"); /* no pause of a second for a server that does not know it */
    } else {
        add_conditions(t);
    }
    SET(h, CURLOPT_HTTPHEADER, t->headers);
}

static bool set_file(struct transfer *t, struct error *e)
{
    time_t since = t->q.last_modified ? curl_getdate(t->q.last_modified, NULL) : -1;

    if (!file_before(t->host, &t->look, e))
        return false;
    SET(t->easy, CURLOPT_PROTOCOLS_STR, "file");
    if (since >= 0) {
        SET(t->easy, CURLOPT_TIMECONDITION, (long)CURL_TIMECOND_IFMODSINCE);
        SET(t->easy, CURLOPT_TIMEVALUE_LARGE, (curl_off_t)since);
    }
    return true;
}

static bool is_this_machine(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
           text_starts(host, "127.");
}

/* libcurl connects, encrypts and logs in; it would wait for the answer to DATA and QUIT without
 * looking at anything else, so smtp.c sends the mail. */
static bool set_mail(struct transfer *t, struct error *e)
{
    bool must = t->q.require_tls || (t->q.user && !is_this_machine(t->host));

    if (!smtp_check(&t->q, e))
        return false;
    SET(t->easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    SET(t->easy, CURLOPT_USE_SSL, (long)(must ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    SET(t->easy, CURLOPT_CONNECT_ONLY, 1L);
    SET(t->easy, CURLOPT_HEADERFUNCTION, reply_came);
    SET(t->easy, CURLOPT_HEADERDATA, t);
    return true;
}

static bool set_all(struct transfer *t, struct error *e)
{
    if (!lines_check(&t->q, e) || !url_read(t, t->q.url, e))
        return false;
    set_common(t);
    if (t->q.kind == REQUEST_MAIL)
        return set_mail(t, e);
    if (t->is_file)
        return set_file(t, e);
    set_web(t);
    return true;
}

struct transfer *transfer_new(const struct request *q, answer_fn *done, void *data, struct error *e)
{
    AUTO(transfer) t = alloc(sizeof *t);
    struct transfer *ret;

    t->q = *q;
    t->done = done;
    t->data = data;
    t->deadline = clock_ticks() + (q->timeout > 0 ? q->timeout : TIMEOUT);
    t->easy = curl_easy_init();
    if (!t->easy)
        out_of_memory();
    if (!set_all(t, e))
        return NULL;
    ret = t;
    t = NULL;
    return ret;
}

void transfer_free(struct transfer *t)
{
    if (!t)
        return;
    smtp_free(t->smtp);
    body_forget(t);
    text_free(&t->start);
    curl_easy_cleanup(t->easy);
    curl_slist_free_all(t->headers);
    free(t->host);
    free(t->origin);
    free(t);
}

static enum transfer_next fail(struct transfer *t)
{
    t->answer.ok = false;
    return TRANSFER_ANSWERED;
}

/* Drops what another origin must not see. Only libcurl's own list of headers is left to it. */
static void forget_secrets(struct transfer *t)
{
    curl_slist_free_all(t->headers);
    t->headers = NULL;
    for (const char *const *line = t->q.headers; line && *line; line++)
        if (strncasecmp(*line, "Accept", 6) == 0)
            add_header(t, *line);
    add_conditions(t);
    SET(t->easy, CURLOPT_HTTPHEADER, t->headers);
    SET(t->easy, CURLOPT_USERNAME, NULL);
    SET(t->easy, CURLOPT_PASSWORD, NULL);
    SET(t->easy, CURLOPT_XOAUTH2_BEARER, NULL);
    SET(t->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
}

static enum transfer_next redirect(struct transfer *t, const char *to)
{
    char *from AUTO_FREE = copy_text(t->host);
    char *origin AUTO_FREE = copy_text(t->origin);
    bool secure = t->secure;
    struct error *e = &t->answer.error;

    if (++t->redirects > REDIRECTS_MAX) {
        error_set(e, ERROR_SETUP, "%s: redirects more than %d times; check the url", from,
                  REDIRECTS_MAX);
        return fail(t);
    }
    if (!one_line("url", to, e) || !url_read(t, to, e) || t->is_file) {
        error_set(e, ERROR_SETUP, "%s: redirects to a place that is no http url", from);
        return fail(t);
    }
    if (secure && !t->secure) {
        error_set(e, ERROR_SETUP, "%s: redirects from https to http, which is not followed", from);
        return fail(t);
    }
    if (strcmp(origin, t->origin) != 0)
        forget_secrets(t);
    SET(t->easy, CURLOPT_URL, to);
    set_limits(t);
    body_forget(t);
    return TRANSFER_AGAIN;
}

static enum transfer_next web_answer(struct transfer *t)
{
    struct answer *a = &t->answer;
    curl_off_t pause = 0;
    time_t modified;
    char *to = NULL;

    if (!body_end(t, &a->error))
        return fail(t);
    curl_easy_getinfo(t->easy, CURLINFO_REDIRECT_URL, &to);
    if (t->q.kind == REQUEST_GET && to) {
        char *copy AUTO_FREE = copy_text(to); /* libcurl's goes with the next url */

        return redirect(t, copy);
    }
    curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &pause);
    a->status = (int)body_status(t);
    a->unchanged = a->status == 304;
    a->retry_after = pause > 0 ? (instant)pause * SECOND : 0;
    body_header(t, "ETag", a->etag, sizeof a->etag);
    body_header(t, "Last-Modified", a->last_modified, sizeof a->last_modified);
    body_header(t, "Content-Type", a->content_type, sizeof a->content_type);
    modified = a->last_modified[0] ? curl_getdate(a->last_modified, NULL) : -1;
    a->modified_at = modified > 0 ? (instant)modified * SECOND : 0;
    body_next_page(t, a->next_page, sizeof a->next_page);
    a->ok = true;
    return TRANSFER_ANSWERED;
}

static enum transfer_next file_answer(struct transfer *t)
{
    struct answer *a = &t->answer;
    long unmet = 0;

    if (!file_after(t->host, &t->look, &a->error))
        return fail(t);
    curl_easy_getinfo(t->easy, CURLINFO_CONDITION_UNMET, &unmet);
    a->unchanged = unmet;
    a->status = unmet ? 304 : 200;
    file_date(&t->look, clock_now(), a->last_modified, sizeof a->last_modified);
    a->modified_at = (instant)t->look.stat.st_mtim.tv_sec * SECOND;
    a->ok = true;
    return TRANSFER_ANSWERED;
}

/* Of a mail server's refusal its own line says most. */
static enum transfer_next fault(struct transfer *t, CURLcode code)
{
    bool refused = code == CURLE_LOGIN_DENIED || code == CURLE_WEIRD_SERVER_REPLY;
    bool mail = t->q.kind == REQUEST_MAIL;

    if (mail)
        t->answer.status = (int)body_status(t);
    fault_of(code, t->host, mail && refused ? t->answer.reply : t->says, &t->answer.error);
    return fail(t);
}

enum transfer_next transfer_finish(struct transfer *t, CURLcode code)
{
    if (t->refused.class != ERROR_NONE) {
        t->answer.error = t->refused;
        return fail(t);
    }
    if (code != CURLE_OK && !t->enough)
        return fault(t, code);
    if (t->q.kind == REQUEST_MAIL)
        return TRANSFER_TALK;
    return t->is_file ? file_answer(t) : web_answer(t);
}
