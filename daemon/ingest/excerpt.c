#include "ingest/excerpt.h"

#include <stdio.h>
#include <string.h>

/* The length of the well-formed character at `s`, 0 if there is none. */
static size_t character(const char *s, size_t n)
{
    for (size_t length = 1; length <= 4 && length <= n; length++)
        if (utf8_check(s, length) == length)
            return length;
    return 0;
}

const char *excerpt(const char *s, size_t n, char *buffer, size_t room)
{
    const size_t most = room - 4; /* "..." and NUL */
    size_t out = 0, step;

    for (size_t i = 0; i < n; i += step ? step : 1) {
        step = character(s + i, n - i);
        if (out + (step ? step : 4) > most) {
            memcpy(buffer + out, "...", 4);
            return buffer;
        }
        if (!step) {
            out += (size_t)snprintf(buffer + out, 5, "\\x%02X", (unsigned char)s[i]);
        } else if ((unsigned char)s[i] < ' ' || s[i] == 0x7F) {
            buffer[out++] = ' ';
        } else {
            memcpy(buffer + out, s + i, step);
            out += step;
        }
    }
    buffer[out] = '\0';
    return buffer;
}

void excerpt_clean(const char *s, size_t n, size_t most, struct text *out)
{
    const char *end = s + excerpt_cut(s, n, most);
    bool cut = n > most;

    while (s < end) {
        size_t good = utf8_check(s, (size_t)(end - s));
        const char *nul = memchr(s, '\0', good);

        good = nul ? (size_t)(nul - s) : good;
        text_addn(out, s, good);
        s += good;
        if (s < end)
            text_addf(out, "\\x%02X", (unsigned char)*s++);
    }
    if (cut)
        text_add(out, "\xE2\x80\xA6");
}

size_t excerpt_cut(const char *s, size_t n, size_t most)
{
    if (n <= most)
        return n;
    while (most > 0 && ((unsigned char)s[most] & 0xC0) == 0x80)
        most--;
    return most;
}
