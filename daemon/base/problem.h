/* problem: all that is wrong with the configuration, collected before anything is said.
 *
 * `check`, start and reload print every problem of every file at once, as
 *     etc/dutywatch.conf:44: source "cases": unknown key "max_byte" (max_bytes?)            */
#ifndef BASE_PROBLEM_H
#define BASE_PROBLEM_H

#include "base/limit.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

LIMIT(PROBLEM_LINE_MAX, 4096); /* told: a problem of more bytes ends in an ellipsis */

struct problem {
    char *file; /* NULL if it is about no file */
    int line;   /* 0 if it is about no line */
    char *text;
    bool warning; /* worth saying, but nothing fails for it */
};

/* Start with `struct problems p = { 0 };`, end with problems_free(). */
struct problems {
    struct problem *all;
    size_t count, errors;
};

void problem_add(struct problems *p, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void problem_warn(struct problems *p, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* "file:line: text", with "warning: " before the text of a warning, into `buffer`. */
const char *problem_text(const struct problem *p, char *buffer, size_t size);

/* Sorts by file, then line; the order of those on one line stays. */
void problems_sort(struct problems *p);

void problems_free(struct problems *p);

#endif
