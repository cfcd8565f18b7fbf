/* scan: JSON byte by byte, strictly (RFC 8259), in bounded memory. Pure.
 *
 *     { "results" : [ 1 , { "a" : "b" } ] }
 *     B K       k   B BE  B K k   B  E E E     B begin, E end, K and k begin and end of a key
 *
 * It may stop between any two bytes and go on with more. Whether text is UTF-8 and escapes are well
 * formed is checked everywhere; values are not kept, keys only so far as they are short.       */
#ifndef INGEST_SCAN_H
#define INGEST_SCAN_H

#include "base/error.h"
#include "base/limit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

LIMIT(SCAN_DEPTH_MAX, 128); /* refused: a JSON payload that is nested deeper */
LIMIT(SCAN_KEY_MAX, 250);   /* refused: a JSON payload in which a longer name is looked for */

enum scan_event {
    SCAN_MORE,      /* all bytes are looked at */
    SCAN_BEGIN,     /* a value begins at `at`, with `type` */
    SCAN_END,       /* the value ends before `at` */
    SCAN_KEY_BEGIN, /* a key begins at `at`, with its quote */
    SCAN_KEY_END,   /* it ends before `at`; `key` has it as it stands, without quotes */
    SCAN_BAD        /* not JSON: `what` says why, `at` where */
};

/* Starts as { 0 }. */
struct scan {
    size_t at;     /* the next byte; the caller shifts it when bytes are moved */
    int64_t lines; /* line ends passed */
    int depth;     /* containers around the value or key of the event */
    char type;     /* its first byte */
    bool in_array; /* the innermost of them is an array */
    bool key_escaped;
    size_t key_size; /* more than SCAN_KEY_MAX: `key` has only the start */
    char key[SCAN_KEY_MAX];
    const char *what;

    int state, escape; /* private from here */
    bool announced, is_key;
    const char *literal;
    unsigned char more, low, high; /* of a character that is under way: bytes, limits of the next */
    unsigned char arrays[SCAN_DEPTH_MAX / 8];
};

/* Goes on to the next event in `bytes` (of `end`). */
enum scan_event scan_next(struct scan *s, const char *bytes, size_t end);

/* After the last byte: SCAN_END of a number that ends there, SCAN_MORE if all is well, SCAN_BAD. */
enum scan_event scan_last(struct scan *s);

#endif
