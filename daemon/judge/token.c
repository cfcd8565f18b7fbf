#include "judge/token.h"

#include "judge/piece.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static struct token token_of(enum token_type type, const char *s, const char *end)
{
    return (struct token){ .type = type, .s = s, .n = (int)(end - s), .end = end };
}

static const char *skip(const char *s, const char *end)
{
    const char *before;

    do {
        before = s;
        s = piece_blank(s, end);
        if (s < end && (*s == '-' || *s == '/'))
            s = piece_quoted(s, end);
    } while (s != before);
    return s;
}

/* 17, 1.5, .5, 1e-3 */
static const char *number_end(const char *s, const char *end)
{
    const char *from = s;

    while (s < end && (isalnum((unsigned char)*s) || *s == '.' ||
                       ((*s == '+' || *s == '-') && s > from && (s[-1] | 0x20) == 'e' &&
                        (from[0] != '0' || (from[1] | 0x20) != 'x'))))
        s++;
    return s;
}

static const char *sign_end(const char *s, const char *end)
{
    static const char *const signs[] = {
        "->>", "<=", ">=", "<>", "!=", "==", "||", "<<", ">>", "->"
    };

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if ((size_t)(end - s) >= strlen(signs[i]) && strncmp(s, signs[i], strlen(signs[i])) == 0)
            return s + strlen(signs[i]);
    return s + 1;
}

struct token token_next(const char *s, const char *end)
{
    const char *after;

    s = skip(s, end);
    if (s >= end)
        return token_of(TOKEN_END, end, end);
    after = piece_quoted(s, end);
    if (after > s && *s == '\'')
        return token_of(TOKEN_STRING, s, after);
    if (after > s) {
        struct token t = token_of(TOKEN_WORD, s + 1, after - 1);

        t.end = after;
        return t;
    }
    if (isdigit((unsigned char)*s) || (*s == '.' && end - s > 1 && isdigit((unsigned char)s[1])))
        return token_of(TOKEN_NUMBER, s, number_end(s, end));
    if (isalpha((unsigned char)*s) || *s == '_')
        return token_of(TOKEN_WORD, s, piece_word(s, end));
    if (*s == ':')
        return token_of(TOKEN_PARAMETER, s, piece_word(s + 1, end));
    return token_of(TOKEN_SIGN, s, sign_end(s, end));
}

bool token_is(const struct token *t, const char *word)
{
    return (t->type == TOKEN_WORD || t->type == TOKEN_SIGN) && (size_t)t->n == strlen(word) &&
           strncasecmp(t->s, word, (size_t)t->n) == 0;
}

bool token_is_one_of(const struct token *t, const char *words)
{
    size_t n;

    for (; t->type == TOKEN_WORD && *words; words += n + (words[n] == ' ')) {
        n = strcspn(words, " ");
        if ((size_t)t->n == n && strncasecmp(t->s, words, n) == 0)
            return true;
    }
    return false;
}
