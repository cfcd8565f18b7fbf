#include "ingest/list.h"

#include "base/text.h"
#include "ingest/json.h"

#include <string.h>

struct giving {
    list_element_fn *each;
    void *data;
};

static bool give(void *data, const char *text, size_t n)
{
    const struct giving *g = data;

    text_trim(&text, &n);
    return !n || g->each(g->data, text, n);
}

/* The end of the element at `s`: where `separator` or `end` is. */
static const char *find_end(const char *s, const char *end, const char *separator)
{
    const char *p = memmem(s, (size_t)(end - s), separator, strlen(separator));

    return p ? p : end;
}

static bool separate(const char *s, size_t n, const char *separator, struct giving *g)
{
    const char *end = s + n, *stop;

    for (;; s = stop + strlen(separator)) {
        stop = find_end(s, end, separator);
        if (!give(g, s, (size_t)(stop - s)))
            return false;
        if (stop == end)
            return true;
    }
}

/* The quoted element at *s, with \ before what stands for itself; leaves *s behind it. */
static bool take_quoted(const char **s, const char *end, struct text *ret)
{
    text_clear(ret);
    for (++*s; *s < end && **s != '"'; ++*s) {
        if (**s == '\\' && *s + 1 < end)
            ++*s;
        text_addn(ret, *s, 1);
    }
    return *s < end && *(*s)++ == '"';
}

/* {a,"b c",NULL}; with a NULL `g` it only says whether it is one. */
static bool take_braced(const char *s, size_t n, struct giving *g)
{
    const char *end = s + n - 1, *stop;
    AUTO_TEXT element = { 0 };

    for (s++; s < end; s = stop + 1) {
        bool quoted = *s == '"';

        if (quoted && !take_quoted(&s, end, &element))
            return false;
        stop = find_end(s, end, ",");
        if (quoted ? stop != s : memchr(s, '"', (size_t)(stop - s)) != NULL)
            return false;
        if (!quoted) {
            text_clear(&element);
            if (stop - s != 4 || memcmp(s, "NULL", 4) != 0)
                text_addn(&element, s, (size_t)(stop - s));
        }
        if (g && !give(g, text_of(&element), element.size))
            return false;
    }
    return true;
}

bool list_each(const char *text, size_t n, const char *separator, list_element_fn *each, void *data)
{
    struct giving g = { each, data };
    bool is_array = false, ok;

    if (n >= 2 && text[0] == '{' && text[n - 1] == '}' && take_braced(text, n, NULL))
        return take_braced(text, n, &g);
    if (n >= 2 && text[0] == '[' && text[n - 1] == ']') {
        ok = json_elements(text, n, give, &g, &is_array);
        if (is_array)
            return ok;
    }
    return separate(text, n, separator, &g);
}
