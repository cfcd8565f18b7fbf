#include "judge/kind.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum kind kind_of_column(const struct column *c)
{
    static const enum kind kinds[] = {
        [COLUMN_TEXT] = KIND_TEXT,       [COLUMN_INTEGER] = KIND_NUMBER,
        [COLUMN_REAL] = KIND_NUMBER,     [COLUMN_MONEY] = KIND_MONEY,
        [COLUMN_DATE] = KIND_DATE,       [COLUMN_DATETIME] = KIND_DATETIME,
        [COLUMN_BOOLEAN] = KIND_BOOLEAN, [COLUMN_LIST] = KIND_LIST,
    };

    return kinds[c->type];
}

/* --- what others did --- */

const char *const kind_duty_columns[] = { "earliest", "due",    "due_at", "safe",
                                          "met_on",   "answer", "amount", NULL };
const char *const kind_deed_columns[] = { "opened_on", "breached_on", "acked_on",
                                          "told_to",   "bounced",     NULL };

static enum kind kind_at(const char *const *names, const enum kind *kinds, const char *name)
{
    for (int i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return kinds[i];
    return KIND_UNKNOWN;
}

enum kind kind_of_duty(const char *column)
{
    static const enum kind kinds[] = { KIND_DATE, KIND_DATE, KIND_DATETIME, KIND_DATE,
                                       KIND_DATE, KIND_TEXT, KIND_MONEY };

    return kind_at(kind_duty_columns, kinds, column);
}

enum kind kind_of_deed(const char *column)
{
    static const enum kind kinds[] = { KIND_DATE, KIND_DATE, KIND_DATE, KIND_TEXT, KIND_NUMBER };

    return kind_at(kind_deed_columns, kinds, column);
}

/* --- functions --- */

enum kind kind_of_either(const struct value *a, const struct value *b)
{
    if (a->kind == b->kind)
        return a->kind;
    if (a->kind == KIND_MONEY && b->kind == KIND_NUMBER && b->is_literal)
        return KIND_MONEY;
    if (b->kind == KIND_MONEY && a->kind == KIND_NUMBER && a->is_literal)
        return KIND_MONEY;
    return KIND_UNKNOWN;
}

static enum kind either_of(const struct value *v, int count)
{
    struct value all = count ? v[0] : (struct value){ .kind = KIND_UNKNOWN };

    for (int i = 1; i < count; i++)
        all = (struct value){ .kind = kind_of_either(&all, &v[i]),
                              .is_literal = all.is_literal && v[i].is_literal };
    return all.kind;
}

enum kind kind_of_call(const char *name, const struct value *arguments, int count)
{
    static const struct {
        const char *name;
        enum kind kind;
    } all[] = { { "day", KIND_DATE },
                { "date_add", KIND_DATE },
                { "days_between", KIND_NUMBER },
                { "year", KIND_NUMBER },
                { "month", KIND_NUMBER },
                { "money", KIND_MONEY },
                { "list_has", KIND_BOOLEAN },
                { "list_covers", KIND_BOOLEAN },
                { "list_count", KIND_NUMBER },
                { "length", KIND_NUMBER },
                { "instr", KIND_NUMBER },
                { "unicode", KIND_NUMBER },
                { "sign", KIND_NUMBER },
                { "count", KIND_NUMBER },
                { "count_of", KIND_NUMBER },
                { "any_of", KIND_BOOLEAN },
                { "remaining", KIND_NUMBER },
                { "lower", KIND_TEXT },
                { "upper", KIND_TEXT },
                { "trim", KIND_TEXT },
                { "ltrim", KIND_TEXT },
                { "rtrim", KIND_TEXT },
                { "replace", KIND_TEXT },
                { "substr", KIND_TEXT },
                { "substring", KIND_TEXT },
                { "hex", KIND_TEXT },
                { "typeof", KIND_TEXT },
                { "like", KIND_BOOLEAN },
                { "glob", KIND_BOOLEAN } };
    static const char *const same[] = { "coalesce", "ifnull", "max", "min", "nullif" };
    static const char *const sums[] = { "abs", "avg", "round", "sum", "total" };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcasecmp(all[i].name, name) == 0)
            return all[i].kind;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (strcasecmp(same[i], name) == 0)
            return either_of(arguments, strcasecmp(name, "nullif") == 0 && count ? 1 : count);
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
        if (strcasecmp(sums[i], name) == 0)
            return count && arguments[0].kind == KIND_MONEY ? KIND_MONEY : KIND_NUMBER;
    if (strcasecmp(name, "iif") == 0 && count > 1)
        return either_of(arguments + 1, count - 1);
    return KIND_UNKNOWN;
}

/* --- comparing --- */

static bool is_number(enum kind k)
{
    return k >= KIND_NUMBER;
}

/* "2026", "2026-03", "2026-03-31" and what begins so; '' and signs of no language. */
static bool is_like_date(const struct value *v)
{
    static const char form[] = "dddd-dd-dd";
    bool word = false;

    for (int i = 1; i < v->n - 1; i++)
        word |= isalnum((unsigned char)v->s[i]) != 0;
    for (int i = 0; word && i < v->n - 2 && form[i]; i++)
        if (form[i] == 'd' ? !isdigit((unsigned char)v->s[i + 1]) : v->s[i + 1] != form[i])
            return false;
    return !word || v->n - 2 >= 10 || v->n - 2 == 4 || v->n - 2 == 5 || v->n - 2 == 7 ||
           v->n - 2 == 8;
}

bool kind_is_day(const struct value *literal)
{
    return literal->n == 12 && is_like_date(literal);
}

/* What SQLite takes as a number: '17', ' -1.5e3 '. */
static bool is_like_number(const struct value *v)
{
    int blanks = (int)strspn(v->s + 1, " "), n = (int)strspn(v->s + 1, " 0123456789+-.eE");
    char *end;

    strtod(v->s + 1, &end);
    while (*end == ' ')
        end++;
    return n > blanks && n == v->n - 2 && end == v->s + v->n - 1;
}

/* A number with a text. */
static bool is_number_in(const struct value *number, const struct value *text)
{
    if (text->kind != KIND_TEXT)
        return false; /* no date and no list is a number */
    if (text->is_literal)
        return number->is_column && is_like_number(text) &&
               !(number->kind == KIND_MONEY && memchr(text->s, '.', (size_t)text->n));
    return number->kind == KIND_NUMBER && (number->is_column || text->is_column);
}

/* Two texts, of which the first is no plain text. */
static bool is_text_in(const struct value *a, const struct value *text)
{
    if (text->kind != KIND_TEXT)
        return a->kind == text->kind;
    if (!text->is_literal)
        return true;
    return a->kind == KIND_DATE ? is_like_date(text) : text->n == 2 || text->s[1] == '[';
}

bool kind_comparable(const struct value *a, const struct value *b)
{
    if (a->kind == KIND_UNKNOWN || b->kind == KIND_UNKNOWN)
        return true;
    if (is_number(a->kind) != is_number(b->kind))
        return is_number(a->kind) ? is_number_in(a, b) : is_number_in(b, a);
    if (is_number(a->kind))
        return a->kind == b->kind || (a->kind != KIND_DATETIME && b->kind != KIND_DATETIME) ||
               a->kind == KIND_NUMBER || b->kind == KIND_NUMBER;
    return a->kind == KIND_TEXT ? b->kind == KIND_TEXT || is_text_in(b, a) : is_text_in(a, b);
}

const char *kind_name(enum kind k)
{
    static const char *const names[] = {
        [KIND_UNKNOWN] = "a value",     [KIND_TEXT] = "text",         [KIND_DATE] = "a date",
        [KIND_LIST] = "a list",         [KIND_NUMBER] = "a number",   [KIND_MONEY] = "money",
        [KIND_DATETIME] = "a datetime", [KIND_BOOLEAN] = "a boolean",
    };

    return names[k];
}

static const struct value *one_of(enum kind k, const struct value *a, const struct value *b)
{
    return a->kind == k ? a : b->kind == k ? b : NULL;
}

void kind_advise(const struct value *a, const struct value *b, struct text *out)
{
    const struct value *v;

    if ((v = one_of(KIND_DATETIME, a, b)))
        text_addf(out, "; day(%.*s) is a date, and a date is written '2026-03-31'", v->n, v->s);
    else if ((v = one_of(KIND_MONEY, a, b)))
        text_add(out, "; money('1,234.56') is an amount");
    else if ((v = one_of(KIND_BOOLEAN, a, b)))
        text_add(out, "; a boolean is 1 or 0");
    else if ((v = one_of(KIND_LIST, a, b)))
        text_addf(out, "; list_has(%.*s, 'text') asks for one of a list", v->n, v->s);
    else if (one_of(KIND_DATE, a, b) && one_of(KIND_NUMBER, a, b))
        text_add(out, "; date_add(day, '30 days') is a date, days_between(day, day) a number");
    else if (one_of(KIND_DATE, a, b))
        text_add(out, "; a date is written '2026-03-31'");
    else
        text_add(out, "; a number has no quotes");
}
