#include "judge/compare.h"

#include "judge/walk.h"

#include <string.h>

void walk_on(struct walk *w)
{
    w->behind = w->now.end;
    w->now = token_next(w->now.end, w->end);
}

bool walk_accept(struct walk *w, const char *word)
{
    if (!token_is(&w->now, word))
        return false;
    walk_on(w);
    return true;
}

void walk_expect(struct walk *w, const char *word)
{
    w->lost |= !walk_accept(w, word);
}

/* `a` and `b` are compared, in what is written from `a` up to here. */
void walk_compare(struct walk *w, const struct value *a, const struct value *b)
{
    AUTO_TEXT advice = { 0 };
    struct value whole = { .s = a->s, .n = (int)(w->behind - a->s) };

    if (w->found || w->lost || kind_comparable(a, b))
        return;
    w->found = true;
    kind_advise(a, b, &advice);
    error_set(w->error, ERROR_SETUP, "%.*s: %.*s is %s and %.*s is %s, which cannot be compared%s",
              whole.n, whole.s, a->n, a->s, kind_name(a->kind), b->n, b->s, kind_name(b->kind),
              text_of(&advice));
}

/* --- operators --- */

static struct value read_part(struct walk *w, int bind)
{
    const char *from = w->now.s - (w->now.type == TOKEN_WORD && w->now.end != w->now.s + w->now.n);
    struct value v = bind > BIND_SIGN ? walk_operand(w) : walk_expression(w, bind);

    v.s = from;
    v.n = (int)(w->behind - from);
    return v;
}

static void read_in(struct walk *w, const struct value *left)
{
    if (!walk_accept(w, "(")) {
        read_part(w, BIND_LESS); /* a table */
        return;
    }
    if (token_is_one_of(&w->now, "SELECT WITH VALUES")) {
        const char *from = w->now.s;
        struct value v = walk_query(w);

        v.s = from;
        v.n = (int)(w->behind - from);
        walk_compare(w, left, &v);
    } else if (!token_is(&w->now, ")")) {
        do {
            struct value v = read_part(w, BIND_OR);

            v.is_column = false; /* as +v */
            walk_compare(w, left, &v);
        } while (walk_accept(w, ","));
    }
    walk_expect(w, ")");
}

static void read_between(struct walk *w, const struct value *left)
{
    struct value v = read_part(w, BIND_LESS);

    walk_compare(w, left, &v);
    walk_expect(w, "AND");
    v = read_part(w, BIND_LESS);
    walk_compare(w, left, &v);
}

static void read_is(struct walk *w, const struct value *left)
{
    struct value v;

    walk_accept(w, "NOT");
    if (walk_accept(w, "DISTINCT"))
        walk_expect(w, "FROM");
    v = read_part(w, BIND_LESS);
    walk_compare(w, left, &v);
}

/* The words that compare; the first of them is `now`, perhaps behind NOT. */
static struct value read_relation(struct walk *w, const struct value *left)
{
    if (walk_accept(w, "ISNULL") || walk_accept(w, "NOTNULL"))
        return value_of_kind(KIND_BOOLEAN);
    if (walk_accept(w, "IS")) {
        read_is(w, left);
        return value_of_kind(KIND_BOOLEAN);
    }
    walk_accept(w, "NOT");
    if (walk_accept(w, "IN")) {
        read_in(w, left);
    } else if (walk_accept(w, "BETWEEN")) {
        read_between(w, left);
    } else if (!walk_accept(w, "NULL")) { /* LIKE, GLOB */
        walk_on(w);
        walk_expression(w, BIND_LESS);
        if (walk_accept(w, "ESCAPE"))
            walk_expression(w, BIND_LESS);
    }
    return value_of_kind(KIND_BOOLEAN);
}

static int bind_of(const struct token *t)
{
    static const struct {
        const char *sign;
        int bind;
    } all[] = { { "=", BIND_EQUAL },  { "==", BIND_EQUAL },    { "<>", BIND_EQUAL },
                { "!=", BIND_EQUAL }, { "<", BIND_LESS },      { "<=", BIND_LESS },
                { ">", BIND_LESS },   { ">=", BIND_LESS },     { "&", BIND_BITS },
                { "|", BIND_BITS },   { "<<", BIND_BITS },     { ">>", BIND_BITS },
                { "+", BIND_PLUS },   { "-", BIND_PLUS },      { "*", BIND_TIMES },
                { "/", BIND_TIMES },  { "%", BIND_TIMES },     { "||", BIND_JOIN },
                { "->", BIND_JOIN },  { "->>", BIND_JOIN },    { "OR", BIND_OR },
                { "AND", BIND_AND },  { "COLLATE", BIND_SIGN } };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (token_is(t, all[i].sign))
            return all[i].bind;
    return token_is_one_of(t, "IS IN NOT BETWEEN LIKE GLOB REGEXP MATCH ISNULL NOTNULL")
               ? BIND_EQUAL
               : 0;
}

/* What + - * / % give. */
static enum kind sum_of(const struct value *a, const struct value *b, bool times)
{
    if (a->kind == KIND_UNKNOWN || b->kind == KIND_UNKNOWN)
        return KIND_UNKNOWN;
    if (a->kind == KIND_DATETIME || b->kind == KIND_DATETIME)
        return a->kind == b->kind ? KIND_NUMBER : KIND_UNKNOWN;
    if (!times && (a->kind == KIND_MONEY || b->kind == KIND_MONEY))
        return KIND_MONEY;
    return KIND_NUMBER;
}

static struct value combine(struct walk *w, const struct value *left, const struct token *op,
                            int bind)
{
    struct value right = read_part(w, bind + 1);

    switch (bind) {
    case BIND_EQUAL:
    case BIND_LESS:
        walk_compare(w, left, &right);
        return value_of_kind(KIND_BOOLEAN);
    case BIND_OR:
    case BIND_AND:
        return value_of_kind(KIND_BOOLEAN);
    case BIND_PLUS:
    case BIND_TIMES:
        return value_of_kind(sum_of(left, &right, bind == BIND_TIMES));
    case BIND_BITS:
        return value_of_kind(KIND_NUMBER);
    default:
        return value_of_kind(token_is(op, "||") ? KIND_TEXT : KIND_UNKNOWN);
    }
}

struct value walk_expression(struct walk *w, int bind)
{
    struct value left = read_part(w, BIND_SIGN + 1);
    const char *from = left.s;
    int binds;

    while (!w->lost && (binds = bind_of(&w->now)) >= bind && binds) {
        struct token op = w->now;

        if (binds == BIND_SIGN) { /* COLLATE name */
            walk_on(w);
            walk_on(w);
        } else if (binds == BIND_EQUAL && op.type == TOKEN_WORD) {
            left = read_relation(w, &left);
        } else {
            walk_on(w);
            left = combine(w, &left, &op, binds);
        }
        left.s = from;
        left.n = (int)(w->behind - from);
    }
    return left;
}

/* Reads all of it; NULL-terminated `expression` is lent. */
static struct value walk_all(struct walk *w, struct names *names, const struct dataset *own,
                             const char *expression)
{
    struct value v;

    names_of_dataset(names, own, NULL);
    w->names = names;
    w->behind = expression;
    w->end = expression + strlen(expression);
    w->now = token_next(expression, w->end);
    v = walk_expression(w, BIND_OR);
    w->lost |= w->now.type != TOKEN_END;
    return v;
}

bool compare_check(const struct settings *s, const struct dataset *own, const char *expression,
                   struct error *e)
{
    struct error why;
    AUTO_NAMES names = { 0 };
    struct walk w = { .settings = s, .error = &why };

    walk_all(&w, &names, own, expression);
    if (w.lost || !w.found)
        return true;
    *e = why;
    return false;
}

/* The columns that have days: "; on_day is a date". */
static void advise_days(const struct dataset *own, struct text *out)
{
    for (LIST_EACH(const struct column, c, &own->columns))
        if (c->type == COLUMN_DATE || c->type == COLUMN_DATETIME)
            text_addf(out, "%s%s is %s", out->size ? ", " : "; ", c->name,
                      kind_name(kind_of_column(c)));
}

bool compare_is_day(const struct settings *s, const struct dataset *own, const char *expression,
                    struct error *e)
{
    struct error unused;
    AUTO_NAMES names = { 0 };
    struct walk w = { .settings = s, .error = &unused };
    struct value v = walk_all(&w, &names, own, expression);
    AUTO_TEXT advice = { .max = 300 };

    if (w.lost || v.kind == KIND_UNKNOWN || v.kind == KIND_DATE || v.kind == KIND_DATETIME)
        return true;
    if (v.kind == KIND_TEXT && (v.is_literal ? kind_is_day(&v) : !v.is_column))
        return true;
    advise_days(own, &advice);
    return error_set(e, ERROR_SETUP,
                     "\"%s\" is %s, where a day is expected: a date or a datetime%s", expression,
                     kind_name(v.kind), text_of(&advice));
}
