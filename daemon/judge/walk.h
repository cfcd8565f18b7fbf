/* walk: an expression while its comparisons are looked at. Internal to judge/compare. Pure.
 *
 *     judge/compare    operators, and what is compared with what
 *     judge/operand    what stands between them: brackets, calls, words */
#ifndef JUDGE_WALK_H
#define JUDGE_WALK_H

#include "base/error.h"
#include "judge/names.h"

/* How strongly an operator binds, as SQLite has it. */
enum {
    BIND_OR = 1,
    BIND_AND,
    BIND_NOT,
    BIND_EQUAL,
    BIND_LESS,
    BIND_BITS,
    BIND_PLUS,
    BIND_TIMES,
    BIND_JOIN,
    BIND_SIGN
};

/* A walk over an expression. */
struct walk {
    const struct settings *settings;
    const struct names *names;
    struct token now;
    const char *behind; /* the end of the token before */
    const char *end;
    bool lost; /* it is not what this module takes it for: nothing is said of it */
    bool found;
    struct error *error;
};

/* To the next token; the same if it is that word. */
void walk_on(struct walk *w);
bool walk_accept(struct walk *w, const char *word);
void walk_expect(struct walk *w, const char *word);

/* `a` and `b` are compared, in what is written from `a` up to here. */
void walk_compare(struct walk *w, const struct value *a, const struct value *b);

/* An expression up to an operator that binds less; its value without or with its place. */
struct value walk_expression(struct walk *w, int bind);
struct value walk_operand(struct walk *w);

/* A subquery, without its brackets. */
struct value walk_query(struct walk *w);

static inline struct value value_of_kind(enum kind k)
{
    return (struct value){ .kind = k };
}

#endif
