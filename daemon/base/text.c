#include "base/text.h"

#include "base/limit.h"
#include "base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LIMIT(NEAREST_MAX, 64); /* told: that there is none such; no name is suggested for a longer word */

#define ELLIPSIS "\xE2\x80\xA6"
#define ELLIPSIS_SIZE (sizeof ELLIPSIS - 1)

static void append(struct text *t, const char *s, size_t n)
{
    if (t->size + n + 1 > t->room) {
        t->room = (t->size + n + 1) * 2;
        t->data = grow(t->data, t->room, 1);
    }
    memcpy(t->data + t->size, s, n);
    t->size += n;
    t->data[t->size] = '\0';
}

/* Whoever reads a text that was cut sees that: it ends in an ellipsis, after a whole character. */
static void cut(struct text *t, const char *s, size_t n)
{
    size_t room = t->max > t->size ? t->max - t->size : 0;

    append(t, s, n < room ? n : room);
    t->cut = true;
    if (t->max < ELLIPSIS_SIZE)
        return;
    if (t->size > t->max - ELLIPSIS_SIZE)
        t->size = t->max - ELLIPSIS_SIZE;
    while (t->size && ((unsigned char)t->data[t->size] & 0xC0) == 0x80)
        t->size--;
    append(t, ELLIPSIS, ELLIPSIS_SIZE);
}

void text_addn(struct text *t, const char *s, size_t n)
{
    if (t->cut)
        return;
    if (t->max && t->size + n > t->max)
        cut(t, s, n);
    else
        append(t, s, n);
}

void text_add(struct text *t, const char *s)
{
    text_addn(t, s, strlen(s));
}

void text_addv(struct text *t, const char *format, va_list args)
{
    va_list again;
    char *s AUTO_FREE = NULL;
    int n;

    va_copy(again, args);
    n = vasprintf(&s, format, again);
    va_end(again);
    if (n < 0)
        out_of_memory();
    text_addn(t, s, (size_t)n);
}

void text_addf(struct text *t, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    text_addv(t, format, args);
    va_end(args);
}

const char *text_printv(char *buffer, size_t size, const char *format, va_list args)
{
    AUTO_TEXT t = { .max = size - 1 };

    text_addv(&t, format, args);
    memcpy(buffer, text_of(&t), t.size + 1);
    return buffer;
}

const char *text_print(char *buffer, size_t size, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    text_printv(buffer, size, format, args);
    va_end(args);
    return buffer;
}

void text_clear(struct text *t)
{
    t->size = 0;
    t->cut = false;
    if (t->data)
        t->data[0] = '\0';
}

void text_free(struct text *t)
{
    free(t->data);
    t->data = NULL;
    t->size = t->room = 0;
    t->cut = false;
}

const char *text_of(const struct text *t)
{
    return t->data ? t->data : "";
}

/* The length of the well-formed sequence at `s`, 0 if there is none. Table 3-7 of Unicode. */
static size_t sequence(const unsigned char *s, size_t n)
{
    unsigned char low = 0x80, high = 0xBF;
    size_t length;

    if (s[0] < 0x80)
        return 1;
    if (s[0] < 0xC2 || s[0] > 0xF4)
        return 0;
    length = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    if (n < length)
        return 0;
    if (s[0] == 0xE0)
        low = 0xA0;
    else if (s[0] == 0xED)
        high = 0x9F;
    else if (s[0] == 0xF0)
        low = 0x90;
    else if (s[0] == 0xF4)
        high = 0x8F;
    if (s[1] < low || s[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if (s[i] < 0x80 || s[i] > 0xBF)
            return 0;
    return length;
}

size_t utf8_check(const char *s, size_t n)
{
    size_t at = 0, step;

    while (at < n) {
        step = sequence((const unsigned char *)s + at, n - at);
        if (!step)
            break;
        at += step;
    }
    return at;
}

size_t utf8_width(const char *s)
{
    size_t width = 0;

    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;

        if ((c & 0xC0) == 0x80)
            continue;
        if (c == 0xCC || (c == 0xCD && (unsigned char)s[1] < 0xB0))
            continue; /* U+0300 to U+036F: combining marks */
        width++;
    }
    return width;
}

/* The length of the blank that `s` starts with, 0 if it starts with none. */
static size_t blank_at(const char *s, size_t n)
{
    const unsigned char *u = (const unsigned char *)s;

    if (!n)
        return 0;
    if (u[0] == ' ' || (u[0] >= '\t' && u[0] <= '\r'))
        return 1;
    if (n >= 2 && u[0] == 0xC2 && u[1] == 0xA0)
        return 2;
    if (n < 3)
        return 0;
    if (u[0] == 0xEF && u[1] == 0xBB && u[2] == 0xBF)
        return 3;
    if (u[0] == 0xE2 && u[1] == 0x80 && ((u[2] >= 0x80 && u[2] <= 0x8B) || u[2] == 0xAF))
        return 3;
    if (u[0] == 0xE3 && u[1] == 0x80 && u[2] == 0x80)
        return 3;
    return 0;
}

void text_trim(const char **s, size_t *n)
{
    size_t step;

    while ((step = blank_at(*s, *n)) > 0) {
        *s += step;
        *n -= step;
    }
    for (;;) {
        step = 0;
        for (size_t back = 1; back <= 3 && back <= *n && !step; back++)
            if (blank_at(*s + *n - back, back) == back)
                step = back;
        if (!step)
            return;
        *n -= step;
    }
}

bool text_same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* The next character as it counts, or -1 at the end. */
static int next_folded(const char **s, const char *end)
{
    unsigned char c;

    if (*s == end)
        return -1;
    c = (unsigned char)*(*s)++;
    if (c != ' ' && c != '\t')
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    while (*s < end && (**s == ' ' || **s == '\t'))
        ++*s;
    return ' ';
}

int text_order_folded(const char *a, size_t a_size, const char *b, size_t b_size)
{
    const char *a_end = a + a_size, *b_end = b + b_size;
    int x, y;

    do {
        x = next_folded(&a, a_end);
        y = next_folded(&b, b_end);
    } while (x == y && x >= 0);
    return x - y;
}

const char *text_plural(int64_t n, const char *one, const char *many)
{
    return n == 1 ? one : many;
}

bool text_starts(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *s, const char *suffix)
{
    size_t n = strlen(s), m = strlen(suffix);

    return n >= m && strcmp(s + n - m, suffix) == 0;
}

/* Edits (insert, drop, replace, swap of neighbours) between two short words. */
static size_t distance(const char *a, const char *b)
{
    size_t rows[3][NEAREST_MAX + 1];
    size_t n = strlen(a), m = strlen(b);

    if (n > NEAREST_MAX || m > NEAREST_MAX)
        return SIZE_MAX;
    for (size_t j = 0; j <= m; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *now = rows[i % 3], *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];

        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);

            if (last[j] + 1 < best)
                best = last[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
    }
    return rows[n % 3][m];
}

void nearest_try(struct nearest *n, const char *name)
{
    size_t d = name ? distance(n->word, name) : SIZE_MAX;

    if (d > strlen(n->word) / 3 + 1 || (n->name && d >= n->edits))
        return;
    n->name = name;
    n->edits = d;
}

const char *text_nearest(const char *word, const char *const *names)
{
    struct nearest n = { .word = word };

    for (; *names; names++)
        nearest_try(&n, *names);
    return n.name;
}
