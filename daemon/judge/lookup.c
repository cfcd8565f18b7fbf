#include "judge/lookup.h"

#include "judge/expansion.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool same_path(const struct path *a, const struct path *b)
{
    if (a->count != b->count)
        return false;
    for (int i = 0; i < a->count; i++)
        if (a->hops[i].to != b->hops[i].to || a->hops[i].column != b->hops[i].column)
            return false;
    return true;
}

static void note_path(struct lookups *l, const struct path *p)
{
    for (int i = 0; i < l->path_count; i++)
        if (same_path(&l->paths[i], p))
            return;
    if (l->path_count < LOOKUPS_MAX)
        l->paths[l->path_count++] = *p;
    else
        l->too_many = true;
}

void lookup_note(struct lookups *l, const struct path *p)
{
    struct path part = *p;

    for (part.count = 1; part.count <= p->count; part.count++)
        note_path(l, &part);
}

const char *expansion_literal(const struct expansion *x, struct piece a)
{
    if (a.n < 2 || a.s[0] != '\'' || a.s[a.n - 1] != '\'')
        return NULL;
    return arena_textn(x->arena, a.s + 1, a.n - 2);
}

static const struct dataset *dataset_named(const struct expansion *x, const char *name)
{
    for (LIST_EACH(const struct dataset, d, &x->settings->datasets))
        if (d->id && strcmp(d->id, name) == 0)
            return d;
    return NULL;
}

/* The name by which SQL calls a dataset that is looked up inside `scope`. */
static const char *name_inside(const struct scope *scope, const struct dataset *d, struct arena *a)
{
    int taken = 0;

    for (const struct scope *s = scope; s; s = s->outer)
        taken += s->dataset == d;
    return taken ? arena_print(a, "other%s_%d", d->id, taken) : d->id;
}

enum wanted {
    WANT_FIRST,
    WANT_LAST,
    WANT_COUNT,
    WANT_SUM,
    WANT_ANY,
    WANT_MOST,
    WANT_ALL,
    WANT_CODES,
    WANT_REMAINING,
    WANT_DUTY,
    WANT_DEED,
    WANT_NONE
};

static enum wanted wanted(const char *s, size_t n)
{
    static const char *const names[] = { "first",     "last",    "count_of", "sum_of",
                                         "any_of",    "most_of", "all_of",   "codes",
                                         "remaining", "duty",    "deed" };

    for (int i = 0; i < (int)WANT_NONE; i++)
        if (strlen(names[i]) == n && strncasecmp(names[i], s, n) == 0)
            return (enum wanted)i;
    return WANT_NONE;
}

static bool has_column(enum wanted w)
{
    return w == WANT_FIRST || w == WANT_LAST || w == WANT_SUM || w == WANT_MOST || w == WANT_ALL;
}

static bool check_column(struct expansion *x, const struct dataset *d, const char *column)
{
    struct nearest near = { .word = column };

    if (dataset_column(d, column))
        return true;
    for (LIST_EACH(const struct column, c, &d->columns))
        nearest_try(&near, c->name);
    return error_set(x->error, ERROR_SETUP, "%s has no column \"%s\"%s%s%s", d->id, column,
                     near.name ? " (" : "", near.name ? near.name : "", near.name ? "?)" : "");
}

/* "case.unit": what the subject `case`, of the rows of `d`, says; NULL with an error. */
static const struct clause *clause_named(struct expansion *x, const struct dataset *d,
                                         const char *text)
{
    const char *dot = strchr(text, '.');
    const char *name = arena_textn(x->arena, text, (size_t)(dot - text));
    const struct subject *j = settings_subject(x->settings, name);
    const struct clause *c = NULL;

    if (!j || !text_same(j->from, d->id))
        return error_set(x->error, ERROR_SETUP, "%s has no subject \"%s\"", d->id, name), NULL;
    c = subject_clause(j, dot + 1, strlen(dot + 1));
    if (!c)
        error_set(x->error, ERROR_SETUP,
                  "a subject has no \"%s\" (label, unit, office, owner or amount)", dot + 1);
    return c;
}

static void note_at_large(struct lookups *l, const struct dataset *d)
{
    for (int i = 0; i < l->at_large_count; i++)
        if (l->at_large[i] == d)
            return;
    if (l->at_large_count < LOOKUPS_MAX)
        l->at_large[l->at_large_count++] = d;
    else
        l->too_many = true;
}

/* Notes how the rows of `inner` belong to those of the rule: by `leg` from the row of its outer
 * scope. What is too far away to be followed back is read at large, as is each step to it. */
static void note_way(struct expansion *x, struct scope *inner, const struct path *leg)
{
    const struct scope *outer = inner->outer;

    inner->way = outer->way;
    inner->lost = outer->lost || outer->way.count + leg->count > HOPS_MAX;
    if (inner->lost) {
        for (int i = 0; i < leg->count; i++)
            note_at_large(x->lookups, leg->hops[i].to);
        return;
    }
    memcpy(inner->way.hops + inner->way.count, leg->hops, (size_t)leg->count * sizeof *leg->hops);
    inner->way.count += leg->count;
    lookup_note(x->lookups, &inner->way);
}

/* The scope of the rows of `d` that belong to the row of `outer` along `way` (path_along()), which
 * `*ret_leg` becomes. */
static bool enter(struct expansion *x, const struct scope *outer, const struct dataset *d,
                  const char *way, struct scope *ret, struct path *ret_leg)
{
    *ret = (struct scope){ .name = name_inside(outer, d, x->arena), .outer = outer };
    if (!path_along(x->settings, outer->dataset, way, ret_leg, &ret->dataset, x->error))
        return false;
    note_way(x, ret, ret_leg);
    return true;
}

/* " FROM entries WHERE ...": its rows that fulfil the condition. */
static bool add_rows(struct expansion *x, const struct scope *inner, const struct path *leg,
                     const struct piece *condition, struct text *out)
{
    const struct dataset *d = inner->dataset;

    text_addf(out, " FROM %s%s%s WHERE ", d->id, inner->name == d->id ? "" : " AS ",
              inner->name == d->id ? "" : inner->name);
    path_link(leg, inner->outer->dataset, inner->outer->name, inner->name, out);
    if (!condition)
        return true;
    text_add(out, " AND (");
    if (!expansion_add(x, inner, condition->s, condition->n, out))
        return false;
    text_add(out, "\n)");
    return true;
}

/* What a look-up takes of a row: a column, or "case.unit", what a subject says of it. */
static bool value_of(struct expansion *x, const struct scope *inner, const char *column,
                     const char **ret)
{
    const char *dot = strchr(column, '.');
    const struct clause *c;
    AUTO_TEXT out = { 0 };

    if (!dot) {
        *ret = arena_print(x->arena, "%s.%s", inner->name, column);
        return check_column(x, inner->dataset, column);
    }
    c = clause_named(x, inner->dataset, column);
    if (!c)
        return false;
    if (inner->name != inner->dataset->id) /* nor can a subject lead to itself */
        return error_set(x->error, ERROR_SETUP, "\"%s\" cannot be looked up from a row of %s",
                         column, inner->dataset->id);
    text_add(&out, "(");
    if (!c->text)
        text_add(&out, "NULL");
    else if (!expansion_add(x, inner, c->text, strlen(c->text), &out))
        return false;
    text_add(&out, "\n)");
    *ret = arena_text(x->arena, text_of(&out));
    return true;
}

/* "SELECT min(entries.entry_on) FROM ...". */
static bool add_query(struct expansion *x, const struct scope *inner, const struct path *leg,
                      enum wanted w, const char *column, const struct piece *condition,
                      struct text *out)
{
    static const char *const results[] = { [WANT_FIRST] = "min",
                                           [WANT_LAST] = "max",
                                           [WANT_SUM] = "coalesce(sum",
                                           [WANT_MOST] = "",
                                           [WANT_ALL] = "list_join(json_group_array" };
    const char *value = NULL;

    if (column && !value_of(x, inner, column, &value))
        return false;
    text_add(out, "SELECT ");
    if (value)
        text_addf(out, "%s(%s)%s", results[w], value,
                  w == WANT_SUM   ? ", 0)"
                  : w == WANT_ALL ? ")"
                                  : "");
    else
        text_add(out, w == WANT_COUNT ? "count(*)" : "1");
    if (!add_rows(x, inner, leg, condition, out))
        return false;
    if (w == WANT_MOST) /* the smallest of several that are as frequent; of values, not of NULLs */
        text_addf(out, " GROUP BY 1 ORDER BY %s IS NULL, count(*) DESC, 1 LIMIT 1", value);
    return true;
}

/* first('entries', 'entry_on', condition) and its like. */
static bool expand_lookup(struct expansion *x, const struct scope *scope, enum wanted w,
                          const struct piece *args, int count, struct text *out)
{
    const char *id = count ? expansion_literal(x, args[0]) : NULL;
    const char *last = id && strrchr(id, '.') ? strrchr(id, '.') + 1 : id;
    const struct dataset *d = last ? dataset_named(x, last) : NULL;
    const char *column = has_column(w) && count > 1 ? expansion_literal(x, args[1]) : NULL;
    int fixed = has_column(w) ? 2 : 1;
    struct scope inner;
    struct path leg;

    if (!id || (has_column(w) && !column) || count > fixed + 1 || count < fixed)
        return error_set(x->error, ERROR_SETUP,
                         "a look-up takes 'dataset'%s and perhaps a condition",
                         has_column(w) ? ", 'column'" : "");
    if (!d)
        return error_set(x->error, ERROR_SETUP, "there is no dataset \"%s\"", last);
    text_add(out, w == WANT_ANY ? "EXISTS (" : "(");
    if (!enter(x, scope, d, id, &inner, &leg) ||
        !add_query(x, &inner, &leg, w, column, count > fixed ? &args[fixed] : NULL, out))
        return false;
    text_add(out, ")");
    return true;
}

/* codes('statutes'): the values of a table of codes, as arguments. */
static bool expand_codes(struct expansion *x, const struct piece *args, int count, struct text *out)
{
    const char *name = count == 1 ? expansion_literal(x, args[0]) : NULL;
    const struct code_table *t = name ? settings_codes(x->settings, name) : NULL;
    const char *between = "";

    if (!t)
        return error_set(x->error, ERROR_SETUP, "codes takes the name of a table of codes%s%s",
                         name ? ", not " : "", name ? name : "");
    for (LIST_EACH(const struct code, o, &t->values)) {
        text_addf(out, "%s'", between);
        for (const char *s = o->value; *s; s++)
            text_addn(out, *s == '\'' ? "''" : s, *s == '\'' ? 2 : 1);
        text_add(out, "'");
        between = ", ";
    }
    return true;
}

static bool in_scope(const struct scope *scope, const struct dataset *d)
{
    for (; scope; scope = scope->outer)
        if (scope->dataset == d)
            return true;
    return false;
}

/* A word that is no look-up: the name of a dataset in a plain subquery? The own one is read there
 * as well, unless it stands before a column. */
static void note_word(struct expansion *x, const struct scope *scope, const char *s, size_t n,
                      bool qualifies)
{
    const char *word = arena_textn(x->arena, s, n);
    const struct dataset *d = dataset_named(x, word);
    struct lookups *l = x->lookups;

    if (strcasecmp(word, "duties") == 0 || strcasecmp(word, "duty") == 0)
        l->duties_at_large = x->mentions = true;
    if (strcasecmp(word, "deeds") == 0 || strcasecmp(word, "deed") == 0)
        l->deeds = l->deeds_at_large = x->mentions = true;
    if (d && !(qualifies && in_scope(scope, d)))
        note_at_large(l, d);
}

/* A word at `s`: written out or copied. Returns what stands behind it, NULL on an error. */
static const char *expand_word(struct expansion *x, const struct scope *scope, const char *s,
                               const char *end, struct text *out)
{
    const char *after = piece_word(s, end), *open = piece_blank(after, end);
    size_t n = (size_t)(after - s);
    struct piece args[PIECE_ARGUMENTS_MAX];
    enum wanted w = wanted(s, n);
    int count = 0;

    if (n == 6 && strncasecmp(s, "period", 6) == 0 && after < end && *after == '.') {
        const char *word = after + 1, *stop = piece_word(word, end);

        if (stop - word == 5 && strncasecmp(word, "first", 5) == 0)
            return text_add(out, ":period_first"), stop;
        if (stop - word == 4 && strncasecmp(word, "last", 4) == 0)
            return text_add(out, ":period_last"), stop;
    }
    if (w == WANT_NONE || open == end || *open != '(') {
        note_word(x, scope, s, n, after < end && *after == '.');
        text_addn(out, s, n);
        return after;
    }
    after = piece_arguments(open, end, args, &count);
    if (!after) {
        error_set(x->error, ERROR_SETUP, "%.*s( has no end, or too many arguments", (int)n, s);
        return NULL;
    }
    if (w == WANT_CODES)
        return expand_codes(x, args, count, out) ? after : NULL;
    if (w == WANT_REMAINING)
        return expansion_remaining(x, scope, args, count, out) ? after : NULL;
    if (w == WANT_DUTY || w == WANT_DEED)
        return expansion_duty(x, scope, w == WANT_DEED, args, count, out) ? after : NULL;
    return expand_lookup(x, scope, w, args, count, out) ? after : NULL;
}

bool expansion_add(struct expansion *x, const struct scope *scope, const char *s, size_t n,
                   struct text *out)
{
    const char *end = s + n;

    while (s < end) {
        const char *after = piece_quoted(s, end);

        if (after == s && (isalpha((unsigned char)*s) || *s == '_')) {
            s = expand_word(x, scope, s, end, out);
            if (!s)
                return false;
            continue;
        }
        if (after == s && isdigit((unsigned char)*s))
            after = piece_word(s, end); /* 1e5 is no word */
        else if (after == s && *s == '.')
            after = piece_word(s + 1, end); /* a column may have the name of a dataset */
        if (after == s)
            after++;
        text_addn(out, s, (size_t)(after - s));
        s = after;
    }
    return true;
}

static bool few_enough(struct expansion *x)
{
    return !x->lookups->too_many ||
           error_set(x->error, ERROR_SETUP, "the rule looks up more than %d other datasets",
                     LOOKUPS_MAX);
}

bool lookup_expand(const struct settings *s, const struct dataset *own, const char *expression,
                   struct lookups *l, struct arena *a, const char **ret, struct error *e)
{
    struct expansion x = { .settings = s, .lookups = l, .arena = a, .error = e };
    struct scope scope = { .dataset = own, .name = own->id };
    AUTO_TEXT out = { 0 };
    int before = l->rule_count;

    if (!expansion_add(&x, &scope, expression, strlen(expression), &out) || !few_enough(&x))
        return false;
    if (x.mentions) {
        expansion_rules(&x, expression);
        if (l->rule_count == before && !before)
            return error_set(e, ERROR_SETUP,
                             "reads duties or deeds and names no rule (rule = 'id') to read of");
    }
    *ret = arena_text(a, text_of(&out));
    return true;
}

bool lookup_rows(const struct settings *s, const struct dataset *own, const struct dataset *d,
                 const char *way, const char *condition, struct lookups *l, struct arena *a,
                 const char **ret, struct error *e)
{
    struct expansion x = { .settings = s, .lookups = l, .arena = a, .error = e };
    struct scope scope = { .dataset = own, .name = own->id };
    struct piece piece = { condition, condition ? strlen(condition) : 0 };
    struct scope inner;
    struct path leg;
    AUTO_TEXT out = { 0 };

    if (!enter(&x, &scope, d, way, &inner, &leg))
        return false;
    text_addf(&out, "SELECT %s.%s", inner.name, d->key);
    if (!add_rows(&x, &inner, &leg, condition ? &piece : NULL, &out) || !few_enough(&x))
        return false;
    *ret = arena_text(a, text_of(&out));
    return true;
}
