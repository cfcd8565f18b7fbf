#include "base/escape.h"

#include <string.h>

void escape_html(struct text *out, const char *s)
{
    for (; *s; s++) {
        switch (*s) {
        case '&':
            text_add(out, "&amp;");
            break;
        case '<':
            text_add(out, "&lt;");
            break;
        case '>':
            text_add(out, "&gt;");
            break;
        case '"':
            text_add(out, "&quot;");
            break;
        case '\'':
            text_add(out, "&#39;");
            break;
        default:
            if ((unsigned char)*s < 0x20 && *s != '\n' && *s != '\t')
                text_add(out, "\xEF\xBF\xBD");
            else
                text_addn(out, s, 1);
        }
    }
}

/* True if the sequence at `s` could change how a terminal or a reader sees the text around it. */
static bool is_hostile(const unsigned char *s, size_t n)
{
    if (n == 1)
        return s[0] < 0x20 || s[0] == 0x7F;
    if (n == 2)
        return s[0] == 0xC2 && s[1] < 0xA0; /* C1 controls */
    if (n == 3 && s[0] == 0xE2 && s[1] == 0x80)
        return s[2] == 0xA8 || s[2] == 0xA9 || (s[2] >= 0xAA && s[2] <= 0xAE);
    return n == 3 && s[0] == 0xE2 && s[1] == 0x81 && s[2] >= 0xA6 && s[2] <= 0xA9;
}

static void escape_some(struct text *out, const char *s, bool lines)
{
    size_t left = strlen(s), n;

    for (; left; s += n, left -= n) {
        bool good;

        for (n = 1; n < left && ((unsigned char)s[n] & 0xC0) == 0x80 && n < 4; n++)
            ;
        good = utf8_check(s, n) == n;
        if (!good)
            n = 1;
        if (good && lines && (*s == '\n' || *s == '\t'))
            text_addn(out, s, 1);
        else if (good && !is_hostile((const unsigned char *)s, n))
            text_addn(out, s, n);
        else
            for (size_t i = 0; i < n; i++)
                text_addf(out, "\\x%02X", (unsigned char)s[i]);
    }
}

void escape_line(struct text *out, const char *s)
{
    escape_some(out, s, false);
}

void escape_lines(struct text *out, const char *s)
{
    escape_some(out, s, true);
}

void escape_sql(struct text *out, const char *s, char quote)
{
    text_addn(out, &quote, 1);
    for (; *s; s++) {
        if (*s == quote)
            text_addn(out, &quote, 1);
        text_addn(out, s, 1);
    }
    text_addn(out, &quote, 1);
}
