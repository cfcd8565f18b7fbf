/* token: the words of an SQL expression, one after the other. Pure. */
#ifndef JUDGE_TOKEN_H
#define JUDGE_TOKEN_H

#include <stdbool.h>

enum token_type {
    TOKEN_END,
    TOKEN_WORD,   /* a name or a keyword; `s` without the quotes of a quoted name */
    TOKEN_STRING, /* 'text', with its quotes */
    TOKEN_NUMBER,
    TOKEN_PARAMETER, /* :today */
    TOKEN_SIGN       /* "(", "<=", "||" */
};

struct token {
    enum token_type type;
    const char *s;
    int n;
    const char *end; /* what stands behind it */
};

/* The first token from `s` on; blanks and comments are passed over. */
struct token token_next(const char *s, const char *end);

/* Whether it is that keyword, in any case, or that sign. */
bool token_is(const struct token *t, const char *word);

/* Whether it is one of several words, blank-separated and in capitals. */
bool token_is_one_of(const struct token *t, const char *words);

#endif
