/* script: a .scn file as statements.
 *
 *     # a comment; the first line of the file says what the scenario proves
 *     serve cases <<END              a here-block: lines up to END, without the indentation that
 *         case_no,due                they have in common
 *         C-1,2025-04-01
 *     END
 *     at 2025-03-01 06:00  reload    two statements: first the time, then what happens then
 *     clear; release cases           two statements on a line
 *
 * A word in double quotes may hold blanks, `;`, `#` and \" \\ \n. */
#ifndef SCENARIO_SCRIPT_H
#define SCENARIO_SCRIPT_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

#define WORDS_MAX 24

struct statement {
    int line;
    int count;
    const char *words[WORDS_MAX];
    const char *block; /* the here-block, NULL for none */
};

struct script {
    const char *path, *dir;
    const char *title; /* of the first comment */
    struct statement *all;
    size_t count;
};

/* Reads it; everything lives in `a`. The error names file and line. */
bool script_read(const char *path, struct arena *a, struct script *ret, struct error *e);

/* A whole file in `a`, with a NUL behind it. */
bool script_file(const char *path, struct arena *a, char **ret, size_t *ret_size, struct error *e);

/* Walks along the words of a statement. */
struct words {
    const struct statement *s;
    int next;
};

const char *words_peek(const struct words *w);        /* NULL at the end */
const char *words_take(struct words *w);              /* the next one, NULL at the end */
bool words_is(struct words *w, const char *expected); /* takes the next one if it is this */

#endif
