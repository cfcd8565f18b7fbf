/* transfer: one request from its start to its answer. For net.c alone. */
#ifndef EVENT_TRANSFER_H
#define EVENT_TRANSFER_H

#include <curl/curl.h>

#include "base/memory.h"
#include "base/text.h"
#include "codec/gunzip.h"
#include "event/file.h"
#include "event/world.h"

struct net;
struct smtp;

/* What net.c does with a transfer that libcurl has ended. */
enum transfer_next {
    TRANSFER_ANSWERED, /* `answer` is complete */
    TRANSFER_AGAIN,    /* a redirect: hand it to libcurl again */
    TRANSFER_TALK      /* connected to a mail server: the mail is still to be sent */
};

struct transfer {
    struct net *net;
    struct transfer *next, *previous; /* of all that run */
    struct request q;
    answer_fn *done;
    void *data;
    struct answer answer;
    CURL *easy;
    struct curl_slist *headers;
    char *host;   /* for sentences; the path of a file */
    char *origin; /* scheme://host:port */
    bool secure;  /* https */
    bool is_file;
    struct file_look look;
    int redirects;
    int64_t deadline;      /* by clock_ticks() */
    bool head_whole;       /* the empty line after the head came */
    bool body_begun;       /* its encoding is known */
    struct gunzip *gunzip; /* NULL: the body is not compressed */
    struct text start;     /* of a body that nobody receives */
    bool enough;           /* the start of an error page was read, the rest does not matter */
    struct error refused;  /* why a body was not taken; class ERROR_NONE: it was */
    char says[CURL_ERROR_SIZE];
    struct smtp *smtp; /* the dialogue, once it has begun */
};

/* Ready to be handed to libcurl, or NULL (with `e`). */
struct transfer *transfer_new(const struct request *q, answer_fn *done, void *data,
                              struct error *e);
void transfer_free(struct transfer *t); /* its handle must be in no multi */

/* libcurl ended with `code`. */
enum transfer_next transfer_finish(struct transfer *t, CURLcode code);

DEFINE_AUTO(transfer, transfer_free)

#endif
