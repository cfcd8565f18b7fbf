/* outside: all that goes on when the program is killed.
 *
 * A scenario runs in a child process that can die like any daemon (SIGKILL, no goodbye); the next
 * child goes on where it stood. What is not the program itself lives in memory that all of them
 * share, at the same address: the clock, the servers it asks, the mailboxes it fills, how far the
 * script has come, what is to go wrong. Nothing in it is freed alone. */
#ifndef SCENARIO_OUTSIDE_H
#define SCENARIO_OUTSIDE_H

#include "base/clock.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A served source, found by the last part of its url. */
struct server {
    struct server *next;
    const char *name;
    const char *content;
    size_t size;
    char etag[24];
    bool no_etag, truncated, endless, silent;
    int status;             /* 200 unless it is out of order */
    enum error_class error; /* the transfer itself fails */
    const char *error_text;
    instant delay, retry_after;
    int64_t asked, unchanged; /* how often; how often it said 304 */
};

/* How the other side treats what is sent to an address or url; without one all is accepted. */
struct mailbox {
    struct mailbox *next;
    const char *address;
    int status;  /* it answers so */
    bool broken; /* the connection breaks */
    bool held;   /* it takes the message, but its answer never arrives */
    instant delay;
};

/* A message that arrived. */
struct delivery {
    struct delivery *next;
    instant at;
    const char *to, *key, *bytes_digest;
    const char *subject, *kind, *text; /* looked up when they are needed */
    bool answered;                     /* the sender knows that it arrived */
    int life;                          /* of the sender that was told so */
    int times;
};

struct log_line {
    struct log_line *next;
    const char *text;
};

/* Trouble that an advance or a start reported. */
struct trouble {
    struct trouble *next;
    enum error_class class;
    const char *text;
    bool expected;
    int64_t times;
};

#define POINTS_WATCHED 20000

/* What is to go wrong, by number of the commit or transaction since the beginning; 0: nothing. */
struct faults {
    int64_t commits, begins;
    int64_t kill_before, kill_after, fail_commit, fail_begin;
    int64_t writes, fail_write;  /* of SQLite to its files */
    int kill_at_point;           /* 1 to 5 for T1 to T5 */
    bool watch_points;           /* look what each commit was */
    char points[POINTS_WATCHED]; /* what they were: '1' to '5' for T1 to T5 */
};

#define VERDICT_SIZE 16384

struct outside {
    size_t used; /* bytes of this memory handed out */
    instant clock;
    uint64_t chance;
    size_t position; /* the statement under way */
    bool again;      /* it was begun before a kill */
    bool killed;     /* the child died on purpose */
    bool tortured;   /* one fault more than the script knows of: attempts are not counted */
    int life;        /* children so far */
    struct server *servers;
    struct mailbox *mailboxes;
    struct delivery *deliveries, **last_delivery;
    int64_t delivery_count, cleared; /* those before are forgotten by expect */
    struct log_line *lines, **last_line;
    int line_count;
    struct trouble *troubles;
    struct faults faults;
    const char *config; /* its text; NULL before it was given */
    const char *broken; /* a law of the house that was broken meanwhile */
    int64_t pulls, advances;
    const char *final; /* what stood in the databases at the end */
    bool passed;
    char verdict[VERDICT_SIZE];
};

struct outside *outside_new(void);
void outside_free(struct outside *o); /* NULL is fine */

/* Memory that survives, zeroed; a copy of a text, of bytes (a NUL follows). */
void *outside_alloc(struct outside *o, size_t size);
const char *outside_text(struct outside *o, const char *s);
const char *outside_bytes(struct outside *o, const char *s, size_t n);

/* Found by name, made when missing. */
struct server *outside_server(struct outside *o, const char *name, bool make);
struct mailbox *outside_mailbox(struct outside *o, const char *address, bool make);

void outside_log(struct outside *o, const char *line);

/* Returns how often it was seen. */
int64_t outside_trouble(struct outside *o, const struct error *e);

/* Forgets what arrived and was logged so far. */
void outside_clear(struct outside *o);

#endif
