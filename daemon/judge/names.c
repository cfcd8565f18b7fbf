#include "judge/names.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CLAUSES                                                                                    \
    "WHERE GROUP ORDER HAVING LIMIT JOIN ON USING LEFT INNER CROSS OUTER NATURAL UNION EXCEPT "    \
    "INTERSECT WINDOW INDEXED NOT FULL RIGHT"

/* What they have beside what is declared: texts. */
#define OF_DEEDS "RULE SUBJECT PERIOD"
#define OF_DUTIES OF_DEEDS " UNIT OFFICE OWNER"

static bool same_name(const struct token *t, const char *name)
{
    return (size_t)t->n == strlen(name) && strncasecmp(t->s, name, (size_t)t->n) == 0;
}

void names_free(struct names *n)
{
    free(n->tables);
    *n = (struct names){ 0 };
}

static void add(struct names *n, struct table_named t)
{
    n->tables = grow(n->tables, (size_t)n->count + 1, sizeof *n->tables);
    n->tables[n->count++] = t;
}

void names_of_dataset(struct names *n, const struct dataset *d, const struct names *outer)
{
    *n = (struct names){ .outer = outer };
    if (d)
        add(n, (struct table_named){
                   .name = { .type = TOKEN_WORD, .s = d->id, .n = (int)strlen(d->id) },
                   .dataset = d });
}

/* The table that `t` names; `t` moves on to its last token. */
static void add_table(struct names *n, const struct settings *s, struct token *t, const char *end)
{
    struct table_named of = { .name = *t };
    struct token next = token_next(t->end, end);

    if (t->type != TOKEN_WORD) { /* a subquery */
        n->unknown = true;
        return;
    }
    for (LIST_EACH(const struct dataset, d, &s->datasets))
        if (d->id && same_name(t, d->id))
            of.dataset = d;
    if (same_name(t, "duties"))
        of.derived = kind_of_duty;
    if (same_name(t, "deeds"))
        of.derived = kind_of_deed;
    if (token_is(&next, "AS")) {
        *t = next;
        next = token_next(t->end, end);
    }
    if (next.type == TOKEN_WORD && !token_is_one_of(&next, CLAUSES))
        of.name = *t = next;
    if (of.dataset || of.derived)
        add(n, of);
    else
        n->unknown = true;
}

void names_of_query(struct names *n, const struct settings *s, struct token t, const char *end,
                    const struct names *outer)
{
    bool from = false, expects = false;

    *n = (struct names){ .outer = outer, .unknown = !token_is(&t, "SELECT") };
    for (int depth = 0; t.type != TOKEN_END && depth >= 0; t = token_next(t.end, end)) {
        if (expects && depth == 0) {
            add_table(n, s, &t, end);
            expects = false;
            if (t.type == TOKEN_WORD)
                continue;
        }
        depth += token_is(&t, "(") - token_is(&t, ")");
        if (depth)
            continue;
        if (token_is_one_of(&t, "UNION EXCEPT INTERSECT"))
            n->unknown = true;
        if (token_is_one_of(&t, "WHERE GROUP ORDER HAVING LIMIT"))
            from = false;
        expects = token_is(&t, "FROM") || token_is(&t, "JOIN") || (from && token_is(&t, ","));
        from |= token_is(&t, "FROM");
    }
}

static bool find(const struct table_named *t, const struct token *column, enum kind *ret)
{
    char name[128];

    if (column->n >= (int)sizeof name)
        return false;
    memcpy(name, column->s, (size_t)column->n);
    name[column->n] = '\0';
    if (t->derived) {
        *ret = t->derived(name);
        if (*ret == KIND_UNKNOWN &&
            token_is_one_of(column, t->derived == kind_of_duty ? OF_DUTIES : OF_DEEDS))
            *ret = KIND_TEXT;
        return *ret != KIND_UNKNOWN;
    }
    for (LIST_EACH(const struct column, c, &t->dataset->columns))
        if (strcasecmp(c->name, name) == 0) {
            *ret = kind_of_column(c);
            return true;
        }
    return false;
}

enum kind names_kind(const struct names *n, const struct token *table, const struct token *column)
{
    for (; n; n = n->outer) {
        enum kind kind = KIND_UNKNOWN;
        int found = 0;

        if (!table && n->unknown)
            return KIND_UNKNOWN;
        for (int i = 0; i < n->count; i++)
            if (!table || (n->tables[i].name.n == table->n &&
                           strncasecmp(n->tables[i].name.s, table->s, (size_t)table->n) == 0))
                found += find(&n->tables[i], column, &kind);
        if (found)
            return found == 1 ? kind : KIND_UNKNOWN;
        if (table && n->unknown)
            return KIND_UNKNOWN;
    }
    return KIND_UNKNOWN;
}
