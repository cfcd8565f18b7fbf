#include "codec/link.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const char *skip_blanks(const char *s)
{
    return s + strspn(s, " \t");
}

/* The end of what a parameter has behind its "=": a quoted string or a token. */
static const char *value_end(const char *s)
{
    if (*s != '"')
        return s + strcspn(s, " \t,;");
    for (s++; *s && *s != '"'; s++)
        if (*s == '\\' && s[1])
            s++;
    return *s ? s + 1 : s;
}

/* Whether one of the words in [s, end) is "next". */
static bool names_next(const char *s, const char *end)
{
    while (s < end) {
        size_t n = 0;

        while (s < end && (isspace((unsigned char)*s) || *s == '"'))
            s++;
        while (s + n < end && !isspace((unsigned char)s[n]) && s[n] != '"')
            n++;
        if (n == strlen("next") && strncasecmp(s, "next", n) == 0)
            return true;
        s += n;
    }
    return false;
}

/* Passes over the parameters of a link. `*ret` becomes true at rel=next; the first rel counts. */
static const char *read_parameters(const char *s, bool *ret)
{
    bool related = false;

    for (s = skip_blanks(s); *s == ';'; s = skip_blanks(s)) {
        const char *name = skip_blanks(s + 1);
        size_t n = strcspn(name, " \t=,;");
        const char *value = skip_blanks(name + n), *end;

        if (*value != '=') {
            s = value;
            continue;
        }
        value = skip_blanks(value + 1);
        end = value_end(value);
        if (!related && n == strlen("rel") && strncasecmp(name, "rel", n) == 0) {
            related = true;
            *ret = names_next(value, end);
        }
        s = end;
    }
    return s;
}

bool link_next(const char *value, char *ret, size_t size)
{
    const char *s = value;

    while (*(s += strcspn(s, "<"))) {
        const char *close = strchr(s, '>');
        const char *url = s + 1;
        bool next = false;

        if (!close)
            return false;
        s = read_parameters(close + 1, &next);
        if (next) {
            text_print(ret, size, "%.*s", (int)(close - url), url);
            return true;
        }
    }
    return false;
}
