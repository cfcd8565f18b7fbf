/* webhook: a message for a program: a CloudEvents body, signed as Standard Webhooks wants it.
 *
 * The body is made once and sent byte for byte at each attempt; timestamp and signature are made
 * anew, so that a receiver can refuse what is old. The id is the message key: what arrives twice is
 * recognised by it.                                                                             */
#ifndef SEND_WEBHOOK_H
#define SEND_WEBHOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"

struct json;

/* Appends the CloudEvents 1.0 event (structured mode) that carries `content` (notify/content.h):
 * id is its key, type "dutywatch." and its kind, time its made_at. `source` names this service. */
void webhook_body(struct json *content, const char *source, struct text *ret);

/* One attempt. */
struct webhook_attempt {
    const char *id; /* the message key */
    instant now;
    const char *secret; /* "whsec_<base64>", or several between blanks: each signs */
    const char *body;
    size_t body_size;
};

/* Headers as event/world.h takes them. Start with { 0 }. */
struct webhook_headers {
    struct text text;
    const char *lines[5];
};

/* False (SETUP) if a secret cannot be read or is shorter than 16 bytes. */
bool webhook_headers(const struct webhook_attempt *a, struct webhook_headers *ret, struct error *e);
void webhook_headers_free(struct webhook_headers *h);

#endif
