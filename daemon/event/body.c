#include "event/body.h"

#include "base/limit.h"
#include "codec/link.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

LIMIT(ERROR_PAGE_MAX, 65536); /* told: a longer page that says why a server refuses ends in an
                                 ellipsis; no more of it is read */

long body_status(const struct transfer *t)
{
    long status = 0;

    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    return t->is_file ? 200 : status;
}

/* A body that nobody receives: its start is kept as text. */
static bool keep_start(struct transfer *t, const char *bytes, size_t n)
{
    t->start.max = REPLY_MAX - 1;
    for (size_t i = 0; i < n && !t->start.cut; i++)
        text_addn(&t->start, bytes[i] ? &bytes[i] : " ", 1);
    text_print(t->answer.reply, REPLY_MAX, "%s", text_of(&t->start));
    t->enough = t->answer.bytes > ERROR_PAGE_MAX;
    return !t->enough;
}

void body_header(struct transfer *t, const char *name, char *ret, size_t size)
{
    struct curl_header *header;

    ret[0] = '\0';
    if (curl_easy_header(t->easy, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK &&
        strlen(header->value) < size)
        snprintf(ret, size, "%s", header->value);
}

static bool is_wanted(const struct transfer *t)
{
    long status = body_status(t);

    return t->q.receive && status >= 200 && status <= 299;
}

/* Bytes of a body, unpacked. */
static bool take(void *data, const char *bytes, size_t n, struct error *e)
{
    struct transfer *t = data;

    t->answer.bytes += (int64_t)n;
    if (!is_wanted(t))
        return keep_start(t, bytes, n);
    if (t->answer.bytes > t->q.max_bytes)
        return error_set(e, ERROR_INPUT, "%s: sends more than max_bytes (%lld)", t->host,
                         (long long)t->q.max_bytes);
    return t->q.receive(t->q.receive_data, bytes, n, e);
}

/* Before the first byte: how it is packed, and whether it says that it is too large. */
static bool begin_body(struct transfer *t, struct error *e)
{
    curl_off_t size = -1;
    char coding[64];

    body_header(t, "Content-Encoding", coding, sizeof coding);
    curl_easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &size);
    t->body_begun = true;
    if (strcasecmp(coding, "gzip") == 0 || strcasecmp(coding, "x-gzip") == 0)
        t->gunzip = gunzip_new();
    else if (coding[0] && strcasecmp(coding, "identity") != 0 && is_wanted(t))
        return error_set(e, ERROR_INPUT, "%s: the body is packed as %s, which was not asked for",
                         t->host, coding);
    if (size > t->q.max_bytes && is_wanted(t))
        return error_set(e, ERROR_INPUT, "%s: has %lld bytes, more than max_bytes (%lld)", t->host,
                         (long long)size, (long long)t->q.max_bytes);
    return true;
}

size_t body_came(char *bytes, size_t size, size_t n, void *data)
{
    struct transfer *t = data;
    bool taken;

    n *= size;
    if (n == 0)
        return 0;
    taken = (t->body_begun || begin_body(t, &t->refused)) &&
            (t->gunzip ? gunzip_add(t->gunzip, bytes, n, take, t, &t->refused)
                       : take(t, bytes, n, &t->refused));
    return taken ? n : CURL_WRITEFUNC_ERROR;
}

/* Lines of a head, and of what may follow a chunked body. */
size_t body_head_came(char *bytes, size_t size, size_t n, void *data)
{
    struct transfer *t = data;

    n *= size;
    if (n >= 5 && memcmp(bytes, "HTTP/", 5) == 0)
        t->head_whole = false;
    if (n > 0 && (bytes[0] == '\r' || bytes[0] == '\n'))
        t->head_whole = true;
    return n;
}

bool body_end(struct transfer *t, struct error *e)
{
    if (!t->head_whole)
        return error_set(e, ERROR_RETRY, "%s: the head of the answer is truncated", t->host);
    return !t->gunzip || t->enough || !is_wanted(t) || gunzip_end(t->gunzip, e) ||
           error_wrap(e, "%s", t->host);
}

void body_forget(struct transfer *t)
{
    gunzip_free(t->gunzip);
    t->gunzip = NULL;
    t->body_begun = t->head_whole = t->enough = false;
    t->answer.bytes = 0;
    t->answer.reply[0] = '\0';
    text_clear(&t->start);
}

void body_next_page(struct transfer *t, char *ret, size_t size)
{
    struct curl_header *header;

    ret[0] = '\0';
    for (size_t i = 0; curl_easy_header(t->easy, "Link", i, CURLH_HEADER, -1, &header) == CURLHE_OK;
         i++)
        if (link_next(header->value, ret, size))
            return;
}
