/* text: a string that grows, up to a ceiling if there is one, and small questions about UTF-8 text.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/limit.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Start with `struct text t = { 0 };`, or `.max = ...` for one that people read: what does not fit
 * is dropped, the text ends in an ellipsis, and `cut` is set. Where machines read it, whoever sets
 * `max` asks for `cut`. Always NUL-terminated once something was added; `data` is NULL before. */
struct text {
    char *data;
    size_t size, room, max;
    bool cut;
};

void text_add(struct text *t, const char *s);
void text_addn(struct text *t, const char *s, size_t n);
void text_addf(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_addv(struct text *t, const char *format, va_list args);

/* What printf would print, in a buffer; what does not fit ends in an ellipsis. Returns it. */
const char *text_print(char *buffer, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
const char *text_printv(char *buffer, size_t size, const char *format, va_list args);

/* Empty again; the memory stays. */
void text_clear(struct text *t);

/* Frees the memory; the struct may be used again. */
void text_free(struct text *t);

/* The text, or "" when nothing was added. */
const char *text_of(const struct text *t);

#define AUTO_TEXT __attribute__((cleanup(text_free))) struct text

/* The offset of the first byte that is not part of well-formed UTF-8 (RFC 3629: no surrogates, no
 * overlong forms, nothing above U+10FFFF), or `n` if all of it is. */
size_t utf8_check(const char *s, size_t n);

/* How many columns a terminal needs for it: code points, combining marks not counted. */
size_t utf8_width(const char *s);

/* Moves `*s` and `*n` past blanks at both ends: ASCII white space, U+00A0 no-break space, U+FEFF,
 * U+2000 to U+200B, U+202F, U+3000. */
void text_trim(const char **s, size_t *n);

bool text_same(const char *a, const char *b); /* NULL equals only NULL */

/* Orders two texts as people read codes: the case of ASCII letters does not count, and a run of
 * blanks is one blank. Less than 0, 0 or more, as memcmp() has it. */
int text_order_folded(const char *a, size_t a_size, const char *b, size_t b_size);

/* The word that belongs to a number: `one` for 1, else `many`. */
const char *text_plural(int64_t n, const char *one, const char *many);

bool text_starts(const char *s, const char *prefix);
bool text_ends(const char *s, const char *suffix);

/* Of the names that are tried the one nearest to `word`, if near enough to be a slip of the pen (a
 * third of its length in edits). For "unknown key "max_byte" (max_bytes?)". Texts are lent. */
struct nearest {
    const char *word, *name; /* name NULL: none is */
    size_t edits;            /* from one to the other */
};

/* Start with `struct nearest n = { .word = word };`. NULL is no name. */
void nearest_try(struct nearest *n, const char *name);

/* The same of all `names` (NULL-terminated). */
const char *text_nearest(const char *word, const char *const *names);

#endif
