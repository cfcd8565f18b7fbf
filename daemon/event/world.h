/* world: time, chance and the network as one parameter.
 *
 * `run` passes the kernel and libcurl (event/net.h); scenarios pass a fake that they step. Nothing
 * else in the program may ask for the time or open a connection.                               */
#ifndef EVENT_WORLD_H
#define EVENT_WORLD_H

#include "base/clock.h"
#include "base/error.h"
#include "base/limit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum request_kind {
    REQUEST_GET,  /* http, https, file; redirects are followed, at most five, http(s) only */
    REQUEST_POST, /* http, https; redirects are not followed */
    REQUEST_MAIL  /* smtp, smtps: `body` is the whole message, sent byte for byte */
};

/* Takes the next bytes of a body. False (with `e` filled) stops the transfer with that error. */
typedef bool receive_fn(void *data, const char *bytes, size_t n, struct error *e);

/* What is asked of the network. Everything is borrowed until the answer came. */
struct request {
    enum request_kind kind;
    const char *url;
    const char *const *headers; /* "Name: value", NULL-terminated; NULL for none */
    const char *user;           /* with `password`: HTTP basic or SMTP AUTH; NULL for none */
    const char *password;
    const char *bearer;        /* "Authorization: Bearer ..." (never logged); NULL for none */
    const char *etag;          /* GET: sent as If-None-Match; NULL for none */
    const char *last_modified; /* GET: sent as If-Modified-Since (for file: compared); or NULL */
    const char *body;          /* POST and MAIL */
    size_t body_size;
    const char *mail_from;      /* envelope */
    const char *const *mail_to; /* envelope, NULL-terminated */
    const char *ca_file;        /* NULL: the system's */
    bool require_tls;           /* smtp: STARTTLS must succeed */
    instant timeout;            /* whole transfer */
    instant connect_timeout;
    int64_t max_bytes;   /* of the body that `receive` gets: a larger one is refused */
    receive_fn *receive; /* GET: where the body goes; NULL: kept in answer.reply, cut */
    void *receive_data;
};

LIMIT(ETAG_MAX, 256); /* wider: a longer ETag is not sent back, so the whole is fetched again */
LIMIT(NEXT_PAGE_MAX, 256); /* told: a longer address of the next page ends in an ellipsis */
LIMIT(REPLY_MAX, 1024);    /* told: what the other side said ends in an ellipsis */

/* What came of it. Valid only during the call of the answer function. */
struct answer {
    bool ok;             /* the transfer came to its end: look at `status` */
    struct error error;  /* if not ok */
    int status;          /* HTTP status (304 also for an unchanged file), or the SMTP reply code */
    bool unchanged;      /* 304, or a file not newer than last_modified */
    instant retry_after; /* how long the server asked us to wait; 0 if it did not say */
    instant modified_at; /* GET: Last-Modified, or a file's time; 0 if it did not say */
    int64_t bytes;       /* received */
    bool at_recipient;   /* MAIL: `status` and `reply` are the answer to a RCPT */
    char etag[ETAG_MAX], last_modified[64], content_type[128]; /* "" if not sent */
    char next_page[NEXT_PAGE_MAX]; /* where the header Link says that it goes on; "" if it does not
                                    */
    char reply[REPLY_MAX];         /* SMTP: the server's last line; POST: start of the body */
};

typedef void answer_fn(void *data, const struct answer *a);

struct world {
    instant (*now)(struct world *w);
    uint64_t (*random)(struct world *w);

    /* Starts `q`; `done` is called exactly once, later, never from inside ask(). False (with `e`)
     * if it could not even be started; `done` is not called then. */
    bool (*ask)(struct world *w, const struct request *q, answer_fn *done, void *data,
                struct error *e);
};

#endif
