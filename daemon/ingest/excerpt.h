/* excerpt: a piece of a payload, fit to stand inside a sentence. */
#ifndef INGEST_EXCERPT_H
#define INGEST_EXCERPT_H

#include "base/text.h"

#include <stddef.h>

#define EXCERPT_SIZE 72

/* Copies the start of `s` (`n` bytes) into `buffer` of `room` (at least 16) bytes as one line of
 * well-formed UTF-8: control characters become blanks, bytes that are not UTF-8 become "\xNN", and
 * what does not fit is cut between characters and ends in "...". Returns `buffer`. */
const char *excerpt(const char *s, size_t n, char *buffer, size_t room);

/* Appends `s` as UTF-8: bytes that are not, and NUL, become "\xNN". Of more than `most` bytes of
 * `s`, as many whole characters, and an ellipsis. */
void excerpt_clean(const char *s, size_t n, size_t most, struct text *out);

/* How many of the first `most` bytes of `s` make up whole characters. */
size_t excerpt_cut(const char *s, size_t n, size_t most);

#endif
