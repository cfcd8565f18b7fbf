/* mime: one mail message as bytes (RFC 5322, MIME), through GMime. */
#ifndef CODEC_MIME_H
#define CODEC_MIME_H

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>

struct mime_message {
    const char *from;           /* "dutywatch <dutywatch@example.gov>" */
    const char *const *to;      /* addresses, NULL-terminated */
    const char *reply_to;       /* NULL for none */
    const char *subject;        /* UTF-8, encoded as needed; line breaks become blanks */
    const char *message_id;     /* "key@host" without angle brackets; stable over retries */
    const char *in_reply_to;    /* the thread's first Message-ID, or NULL */
    instant date;               /* Date: */
    const char *const *headers; /* further "Name: value", NULL-terminated; NULL for none */
    const char *plain;          /* UTF-8, lines ended by \n */
    const char *html;           /* UTF-8; NULL: plain only */
};

/* Appends the message with CRLF line ends, no line over 998 bytes, 7-bit clean. The same input
 * gives the same bytes. False if an address cannot be read or is missing. */
bool mime_write(const struct mime_message *m, struct text *out, struct error *e);

/* Appends the text of a message as mime_write() makes them: its plain part, decoded, with line ends
 * as they are. False if there is none. */
bool mime_plain(const char *bytes, size_t size, struct text *out);

/* True if `address` is one mailbox as RFC 5321 wants it in an envelope: local@domain, or a bare
 * local name, which the server completes with a domain of its own. */
bool mime_address_check(const char *address);

/* Reads one mailbox as people write it: "ann@example.org", "Ann Smith <Ann@Example.org>", "root".
 * `ret` gets its address alone, in small letters: two spellings are one person. False (`e`, of
 * class INPUT: "several addresses in one text", "no address") for anything else, and then `ret` is
 * as it was. */
#define MIME_ADDRESS_SIZE 256
bool mime_address_read(const char *written, char ret[MIME_ADDRESS_SIZE], struct error *e);

#endif
