/* smtp: a mail handed to a server (RFC 5321), over a connection that libcurl has opened.
 *
 * libcurl has greeted, encrypted and logged in (CURLOPT_CONNECT_ONLY); here follow MAIL, RCPT,
 * DATA and the message, one step a reply, never waiting but in the loop. For event/ alone.      */
#ifndef EVENT_SMTP_H
#define EVENT_SMTP_H

#include <curl/curl.h>

#include "event/loop.h"
#include "event/world.h"

struct smtp;

/* Where the outcome goes: status, reply, ok or error into `answer`, then `end` is called, once;
 * smtp_free() is allowed in it. `host` is for sentences. */
struct smtp_end {
    struct answer *answer;
    const char *host;
    loop_fn *end;
    void *data;
};

/* True if sender, recipients and message can be put into commands. */
bool smtp_check(const struct request *q, struct error *e);

/* Begins the dialogue; it ends by itself at `deadline` (clock_ticks()). NULL (with `e`) if the
 * connection cannot be watched. */
struct smtp *smtp_new(struct loop *l, CURL *easy, const struct request *q, int64_t deadline,
                      const struct smtp_end *end, struct error *e);
void smtp_free(struct smtp *s); /* NULL is fine; libcurl closes the connection */

#endif
