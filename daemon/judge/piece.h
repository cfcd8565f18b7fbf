/* piece: the pieces of an SQL expression, as far as look-ups must tell them apart. Pure.
 *
 * Each function looks at the text from `s` to `end` and returns what stands behind the piece. */
#ifndef JUDGE_PIECE_H
#define JUDGE_PIECE_H

#include "base/limit.h"

#include <stddef.h>

struct piece {
    const char *s;
    size_t n;
};

LIMIT(PIECE_ARGUMENTS_MAX, 4); /* refused: more arguments of a function in a rule */

/* A string, a quoted name, or a comment that begins at `s`; `s` itself if none does. */
const char *piece_quoted(const char *s, const char *end);

/* Blanks, and the letters, digits and "_" of a word; maybe none. */
const char *piece_blank(const char *s, const char *end);
const char *piece_word(const char *s, const char *end);

/* The arguments of a call whose "(" is at `s`, without blanks around them. NULL when it has no ")"
 * or too many arguments. */
const char *piece_arguments(const char *s, const char *end, struct piece *args, int *ret_count);

#endif
