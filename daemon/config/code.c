#include "config/code.h"

#include <ctype.h>
#include <string.h>

size_t code_counted(const struct code_table *t, const char *text, size_t n)
{
    const char *at = t->until ? memmem(text, n, t->until, strlen(t->until)) : NULL;

    return at ? (size_t)(at - text) : n;
}

#define SECTION_SIGN "\xC2\xA7"

void code_reduce(const struct code_table *t, const char *text, size_t n, struct text *out)
{
    size_t end = code_counted(t, text, n);

    for (size_t i = 0; i < end; i++) {
        bool sign = end - i >= 2 && memcmp(text + i, SECTION_SIGN, 2) == 0;

        if (t->plain && sign)
            i++;
        else if (!t->plain || isalnum((unsigned char)text[i]) || (unsigned char)text[i] >= 0x80)
            text_addn(out, text + i, 1);
    }
}

int code_order(const struct code_table *t, const char *a, size_t a_size, const char *b,
               size_t b_size)
{
    int order;

    if (t->fold || t->plain)
        return text_order_folded(a, a_size, b, b_size);
    order = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return order ? order : (a_size > b_size) - (a_size < b_size);
}
