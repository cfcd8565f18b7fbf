/* mail: the content of a message as the bytes of a mail: plain text and HTML, for people.
 *
 * Pure: the same content and form give the same bytes. They are made once, at the first attempt,
 * kept, and sent byte for byte. plain.c and html.c write the two forms, phrase.c the words that
 * they share. What data says is escaped by each at the last moment.                             */
#ifndef SEND_MAIL_H
#define SEND_MAIL_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"

struct json;

struct mail_form {
    const char *from;      /* "dutywatch <dutywatch@example.gov>" */
    const char *const *to; /* NULL-terminated */
    const char *reply_to;  /* where questions and answers go; NULL for none */
    const char *host;      /* Message-ID: <key@host> */
    instant made_at;       /* Date: */
};

/* Appends the mail for `content` (notify/content.h). False (SETUP) if an address is none. */
bool mail_render(const struct json *content, const struct mail_form *form, struct text *ret,
                 struct error *e);

#endif
