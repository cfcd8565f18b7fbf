#include "judge/piece.h"

#include <ctype.h>

const char *piece_quoted(const char *s, const char *end)
{
    const char *at = s;
    char close = *s == '[' ? ']' : *s;

    if (end - s >= 2 && s[0] == '-' && s[1] == '-') {
        while (at < end && *at != '\n')
            at++;
        return at;
    }
    if (end - s >= 2 && s[0] == '/' && s[1] == '*') {
        for (at = s + 2; at < end && !(at[-1] == '*' && at[0] == '/' && at > s + 2); at++)
            ;
        return at < end ? at + 1 : end;
    }
    if (*s != '\'' && *s != '"' && *s != '`' && *s != '[')
        return s;
    for (at = s + 1; at < end; at++)
        if (*at == close) {
            if (close == ']' || at + 1 == end || at[1] != close)
                return at + 1;
            at++; /* doubled: stands for itself */
        }
    return end;
}

const char *piece_blank(const char *s, const char *end)
{
    while (s < end && isspace((unsigned char)*s))
        s++;
    return s;
}

const char *piece_word(const char *s, const char *end)
{
    while (s < end && (isalnum((unsigned char)*s) || *s == '_'))
        s++;
    return s;
}

const char *piece_arguments(const char *s, const char *end, struct piece *args, int *ret_count)
{
    const char *start = ++s;
    int depth = 0, n = 0;

    while (s < end) {
        const char *after = piece_quoted(s, end);

        if (after != s) {
            s = after;
            continue;
        }
        if (depth == 0 && (*s == ',' || *s == ')')) {
            if (n == PIECE_ARGUMENTS_MAX)
                return NULL;
            start = piece_blank(start, s);
            args[n++] = (struct piece){ start, (size_t)(s - start) };
            while (args[n - 1].n && isspace((unsigned char)start[args[n - 1].n - 1]))
                args[n - 1].n--;
            start = s + 1;
            if (*s == ')') {
                *ret_count = n;
                return s + 1;
            }
        }
        depth += (*s == '(') - (*s == ')');
        s++;
    }
    return NULL;
}
