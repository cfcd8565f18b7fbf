#include "judge/walk.h"

#include "base/memory.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* The names that FROM gives are known inside; the first column is what it gives. */
struct value walk_query(struct walk *w)
{
    const struct names *outer = w->names;
    AUTO_NAMES inner = { 0 };
    struct value first = value_of_kind(KIND_UNKNOWN);
    bool seen = false;

    names_of_query(&inner, w->settings, w->now, w->end, outer);
    w->names = &inner;
    while (w->now.type != TOKEN_END && !token_is(&w->now, ")") && !w->lost) {
        const char *before = w->now.s;

        if (token_is_one_of(&w->now,
                            "SELECT DISTINCT ALL FROM WHERE GROUP BY ORDER HAVING LIMIT OFFSET ASC "
                            "DESC JOIN ON LEFT INNER CROSS OUTER NATURAL USING UNION EXCEPT "
                            "INTERSECT AS NULLS LAST VALUES WITH") ||
            token_is(&w->now, ",") || token_is(&w->now, "*")) {
            walk_on(w);
            continue;
        }
        if (!seen)
            first = walk_expression(w, BIND_OR);
        else
            walk_expression(w, BIND_OR);
        seen = true;
        w->lost |= w->now.s == before;
    }
    w->names = outer;
    first.is_literal = false;
    return inner.unknown ? value_of_kind(KIND_UNKNOWN) : first;
}

static struct value read_brackets(struct walk *w)
{
    struct value v;

    walk_on(w);
    if (token_is_one_of(&w->now, "SELECT WITH VALUES")) {
        v = walk_query(w);
    } else {
        v = walk_expression(w, BIND_OR);
        while (walk_accept(w, ",")) { /* a row of values */
            walk_expression(w, BIND_OR);
            v = value_of_kind(KIND_UNKNOWN);
        }
    }
    walk_expect(w, ")");
    return v;
}

static struct value read_case(struct walk *w)
{
    struct value base = value_of_kind(KIND_UNKNOWN), all = base;
    bool first = true;

    walk_on(w);
    if (!token_is(&w->now, "WHEN"))
        base = walk_expression(w, BIND_OR);
    while (walk_accept(w, "WHEN")) {
        struct value when = walk_expression(w, BIND_OR), then;

        walk_compare(w, &base, &when);
        walk_expect(w, "THEN");
        then = walk_expression(w, BIND_OR);
        all = value_of_kind(first ? then.kind : kind_of_either(&all, &then));
        first = false;
    }
    if (walk_accept(w, "ELSE")) {
        struct value other = walk_expression(w, BIND_OR);

        all = value_of_kind(kind_of_either(&all, &other));
    }
    walk_expect(w, "END");
    return all;
}

static struct value read_cast(struct walk *w)
{
    struct value v = value_of_kind(KIND_UNKNOWN);

    walk_expect(w, "(");
    walk_expression(w, BIND_OR);
    walk_expect(w, "AS");
    if (token_is_one_of(&w->now, "INTEGER REAL NUMERIC"))
        v.kind = KIND_NUMBER;
    if (token_is(&w->now, "TEXT"))
        v.kind = KIND_TEXT;
    v.is_column = true; /* so SQLite has it */
    walk_on(w);
    walk_expect(w, ")");
    return v;
}

/* --- calls --- */

static const struct dataset *dataset_of(const struct walk *w, const struct value *path)
{
    const char *s, *end;

    if (!path->is_literal || path->kind != KIND_TEXT)
        return NULL;
    s = path->s + 1;
    end = path->s + path->n - 1;
    for (const char *at = s; at < end; at++)
        if (*at == '.')
            s = at + 1;
    for (LIST_EACH(const struct dataset, d, &w->settings->datasets))
        if (d->id && strlen(d->id) == (size_t)(end - s) && memcmp(d->id, s, strlen(d->id)) == 0)
            return d;
    return NULL;
}

/* 'column' as a token, without its quotes. */
static struct token in_quotes(const struct value *v)
{
    bool text = v->is_literal && v->kind == KIND_TEXT;

    return (struct token){ .type = TOKEN_WORD, .s = v->s + text, .n = text ? v->n - 2 : 0 };
}

/* first(), last(), most_of() and sum_of() give what their column is; duty() and deed() too. */
static struct value kind_of_lookup(struct walk *w, const struct token *name,
                                   const struct value *args, int count, const struct names *inner)
{
    struct token column = count > 1 ? in_quotes(&args[1]) : (struct token){ .n = 0 };
    struct value v = value_of_kind(KIND_UNKNOWN);
    char text[64];

    if (count < 2 || column.n >= (int)sizeof text)
        return v;
    snprintf(text, sizeof text, "%.*s", column.n, column.s);
    if (token_is(name, "DUTY"))
        v.kind = kind_of_duty(text);
    else if (token_is(name, "DEED"))
        v.kind = kind_of_deed(text);
    else if (dataset_of(w, &args[0]))
        v.kind = names_kind(inner, &inner->tables[0].name, &column);
    if (token_is(name, "SUM_OF") && v.kind != KIND_MONEY)
        v.kind = KIND_NUMBER;
    v.is_column = token_is(name, "MOST_OF");
    return v;
}

static struct value read_call(struct walk *w, const struct token *name)
{
    bool lookup = token_is_one_of(name, "FIRST LAST COUNT_OF SUM_OF ANY_OF MOST_OF");
    bool typed = token_is_one_of(name, "FIRST LAST SUM_OF MOST_OF DUTY DEED");
    struct value *args AUTO_FREE = NULL;
    const struct names *outer = w->names;
    AUTO_NAMES inner = { .outer = outer };
    char text[64];
    int count = 0;

    snprintf(text, sizeof text, "%.*s", name->n, name->s);
    walk_expect(w, "(");
    walk_accept(w, "DISTINCT");
    while (!token_is(&w->now, ")") && w->now.type != TOKEN_END && !w->lost) {
        struct value v =
            walk_accept(w, "*") ? value_of_kind(KIND_UNKNOWN) : walk_expression(w, BIND_OR);

        args = grow(args, (size_t)count + 1, sizeof *args);
        args[count++] = v;
        if (lookup && count == 1) { /* what follows is over its rows */
            names_of_dataset(&inner, dataset_of(w, &v), outer);
            inner.unknown = !inner.count;
            w->names = &inner;
        }
        if (!walk_accept(w, ","))
            break;
    }
    w->names = outer;
    walk_expect(w, ")");
    return typed ? kind_of_lookup(w, name, args, count, &inner)
                 : value_of_kind(kind_of_call(text, args, count));
}

/* --- words --- */

static struct value read_name(struct walk *w, const struct token *name)
{
    struct token column;

    if (!token_is(&w->now, "."))
        return (struct value){ .kind = names_kind(w->names, NULL, name), .is_column = true };
    walk_on(w);
    column = w->now;
    w->lost |= column.type != TOKEN_WORD;
    walk_on(w);
    if (token_is(name, "PERIOD"))
        return value_of_kind(KIND_DATE);
    return (struct value){ .kind = names_kind(w->names, name, &column), .is_column = true };
}

static struct value read_word(struct walk *w)
{
    struct token word = w->now;
    bool quoted = word.end != word.s + word.n;

    if (!quoted && token_is(&word, "CASE"))
        return read_case(w);
    walk_on(w);
    if (quoted)
        return read_name(w, &word);
    if (token_is_one_of(&word, "NULL TRUE FALSE CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP"))
        return value_of_kind(KIND_UNKNOWN);
    if (token_is(&word, "EXISTS"))
        return read_brackets(w), value_of_kind(KIND_BOOLEAN);
    if (token_is(&word, "CAST"))
        return read_cast(w);
    if (token_is(&word, "X") && w->now.type == TOKEN_STRING && w->now.s == word.end)
        return walk_on(w), value_of_kind(KIND_UNKNOWN); /* bytes */
    return token_is(&w->now, "(") ? read_call(w, &word) : read_name(w, &word);
}

static struct value read_parameter(struct walk *w)
{
    struct token t = w->now;
    bool day = (t.n == 6 && strncasecmp(t.s, ":today", 6) == 0) ||
               (t.n > 8 && strncasecmp(t.s, ":period_", 8) == 0);

    walk_on(w);
    return value_of_kind(day ? KIND_DATE : KIND_UNKNOWN);
}

static struct value read_sign(struct walk *w)
{
    bool minus = token_is(&w->now, "-");
    struct value v;

    if (!minus && !token_is(&w->now, "+") && !token_is(&w->now, "~")) {
        w->lost = true;
        return value_of_kind(KIND_UNKNOWN);
    }
    walk_on(w);
    v = walk_expression(w, BIND_SIGN);
    v.is_column = false;
    if (minus && v.kind != KIND_NUMBER && v.kind != KIND_MONEY)
        v = value_of_kind(KIND_UNKNOWN);
    return v;
}

struct value walk_operand(struct walk *w)
{
    enum token_type type = w->now.type;

    if (token_is(&w->now, "("))
        return read_brackets(w);
    if (token_is(&w->now, "NOT")) {
        walk_on(w);
        walk_expression(w, BIND_NOT);
        return value_of_kind(KIND_BOOLEAN);
    }
    if (type == TOKEN_WORD)
        return read_word(w);
    if (type == TOKEN_PARAMETER)
        return read_parameter(w);
    if (type == TOKEN_STRING || type == TOKEN_NUMBER) {
        walk_on(w);
        return (struct value){ .kind = type == TOKEN_STRING ? KIND_TEXT : KIND_NUMBER,
                               .is_literal = true };
    }
    return read_sign(w);
}
