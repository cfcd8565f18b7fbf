#include "judge/lookup.h"

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
}

void lookup_note(struct lookups *l, const struct path *p)
{
    struct path part = *p;

    for (part.count = 1; part.count <= p->count; part.count++)
        note_path(l, &part);
}

/* A dataset whose columns an expression may name, and by which name. */
struct scope {
    const struct dataset *dataset;
    const char *name;
    const struct scope *outer;
};

struct expansion {
    const struct settings *settings;
    struct lookups *lookups;
    struct arena *arena;
    struct error *error;
    bool mentions; /* duties, deeds or remaining(): strings may be rules */
};

static bool expand(struct expansion *x, const struct scope *scope, const char *s, size_t n,
                   struct text *out);

/* The end of a string, a quoted name, or a comment that begins at `s`; `s` itself if none does. */
static const char *skip_quoted(const char *s, const char *end)
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

static const char *skip_blank(const char *s, const char *end)
{
    while (s < end && isspace((unsigned char)*s))
        s++;
    return s;
}

static const char *skip_word(const char *s, const char *end)
{
    while (s < end && (isalnum((unsigned char)*s) || *s == '_'))
        s++;
    return s;
}

struct piece {
    const char *s;
    size_t n;
};

#define ARGUMENTS_MAX 4

/* Cuts the arguments of a call whose "(" is at `s`. Returns what stands behind its ")", or NULL
 * when it has none or too many arguments. */
static const char *cut_arguments(const char *s, const char *end, struct piece *args, int *ret_count)
{
    const char *start = ++s;
    int depth = 0, n = 0;

    while (s < end) {
        const char *after = skip_quoted(s, end);

        if (after != s) {
            s = after;
            continue;
        }
        if (depth == 0 && (*s == ',' || *s == ')')) {
            if (n == ARGUMENTS_MAX)
                return NULL;
            start = skip_blank(start, s);
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

/* The text of an argument that is a string; NULL if it is none. */
static const char *literal(const struct expansion *x, struct piece a)
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
    WANT_REMAINING,
    WANT_NONE
};

static enum wanted wanted(const char *s, size_t n)
{
    static const char *const names[] = { "first",  "last",    "count_of", "sum_of",
                                         "any_of", "most_of", "remaining" };

    for (int i = 0; i < (int)WANT_NONE; i++)
        if (strlen(names[i]) == n && strncasecmp(names[i], s, n) == 0)
            return (enum wanted)i;
    return WANT_NONE;
}

static bool has_column(enum wanted w)
{
    return w == WANT_FIRST || w == WANT_LAST || w == WANT_SUM || w == WANT_MOST;
}

static bool check_column(struct expansion *x, const struct dataset *d, const char *column)
{
    const char *names[128] = { NULL };
    size_t n = 0;

    if (dataset_column(d, column))
        return true;
    for (LIST_EACH(const struct column, c, &d->columns))
        if (n < 127)
            names[n++] = c->name;
    return error_set(x->error, ERROR_SETUP, "%s has no column \"%s\"%s%s%s", d->id, column,
                     text_nearest(column, names) ? " (" : "",
                     text_nearest(column, names) ? text_nearest(column, names) : "",
                     text_nearest(column, names) ? "?)" : "");
}

/* " FROM entries WHERE ...": the rows of `d`, called `name`, that belong to the row of `scope`
 * along `way` (path_along()). */
static bool add_rows(struct expansion *x, const struct scope *scope, const struct dataset *d,
                     const char *way, const char *name, const struct piece *condition,
                     struct text *out)
{
    struct scope inner = { .dataset = d, .name = name, .outer = scope };
    struct path path;

    if (!path_along(x->settings, scope->dataset, way, &path, &d, x->error))
        return false;
    lookup_note(x->lookups, &path);
    text_addf(out, " FROM %s%s%s WHERE ", d->id, name == d->id ? "" : " AS ",
              name == d->id ? "" : name);
    path_link(&path, scope->dataset, scope->name, name, out);
    if (!condition)
        return true;
    text_add(out, " AND (");
    if (!expand(x, &inner, condition->s, condition->n, out))
        return false;
    text_add(out, "\n)");
    return true;
}

/* first('entries', 'entry_on', condition) and its like. */
static bool expand_lookup(struct expansion *x, const struct scope *scope, enum wanted w,
                          const struct piece *args, int count, struct text *out)
{
    const char *id = count ? literal(x, args[0]) : NULL;
    const char *last = id && strrchr(id, '.') ? strrchr(id, '.') + 1 : id;
    const struct dataset *d = last ? dataset_named(x, last) : NULL;
    const char *column = has_column(w) && count > 1 ? literal(x, args[1]) : NULL;
    static const char *const results[] = {
        [WANT_FIRST] = "min", [WANT_LAST] = "max", [WANT_SUM] = "coalesce(sum", [WANT_MOST] = ""
    };
    int fixed = has_column(w) ? 2 : 1;
    const char *name;

    if (!id || (has_column(w) && !column) || count > fixed + 1 || count < fixed)
        return error_set(x->error, ERROR_SETUP,
                         "a look-up takes 'dataset'%s and perhaps a condition",
                         has_column(w) ? ", 'column'" : "");
    if (!d)
        return error_set(x->error, ERROR_SETUP, "there is no dataset \"%s\"", last);
    if (column && !check_column(x, d, column))
        return false;
    name = name_inside(scope, d, x->arena);
    text_add(out, w == WANT_ANY ? "EXISTS (SELECT 1" : "(SELECT ");
    if (has_column(w))
        text_addf(out, "%s(%s.%s)%s", results[w], name, column, w == WANT_SUM ? ", 0)" : "");
    else if (w == WANT_COUNT)
        text_add(out, "count(*)");
    if (!add_rows(x, scope, d, id, name, count > fixed ? &args[fixed] : NULL, out))
        return false;
    if (w == WANT_MOST) /* the smallest of several that are as frequent; of values, not of NULLs */
        text_addf(out, " GROUP BY 1 ORDER BY %s.%s IS NULL, count(*) DESC, 1 LIMIT 1", name,
                  column);
    text_add(out, ")");
    return true;
}

static void note_rule(struct expansion *x, const char *name)
{
    struct lookups *l = x->lookups;

    for (int i = 0; i < l->rule_count; i++)
        if (strcmp(l->rules[i], name) == 0)
            return;
    if (settings_rule(x->settings, name) && l->rule_count < LOOKUPS_MAX)
        l->rules[l->rule_count++] = name;
}

/* remaining('rule' [, subject], day). */
static bool expand_remaining(struct expansion *x, const struct scope *scope,
                             const struct piece *args, int count, struct text *out)
{
    const char *rule = count ? literal(x, args[0]) : NULL;
    const struct rule *def = rule ? settings_rule(x->settings, rule) : NULL;

    if (!rule || count > 3)
        return error_set(x->error, ERROR_SETUP,
                         "remaining() takes 'rule', perhaps a subject, perhaps a day");
    if (!def)
        return error_set(x->error, ERROR_SETUP, "there is no rule \"%s\"", rule);
    note_rule(x, def->id);
    text_add(out, "days_between((");
    if (count == 1) {
        x->lookups->today = true;
        text_add(out, ":today");
    } else if (!expand(x, scope, args[count - 1].s, args[count - 1].n, out)) {
        return false;
    }
    text_addf(out,
              "\n), (SELECT min(duties.safe) FROM duties WHERE duties.rule = '%s' AND"
              " duties.answer <> 'met' AND duties.subject = (",
              def->id);
    if (count < 3) {
        text_addf(out, "%s.%s", scope->name, scope->dataset->key);
    } else {
        x->lookups->duties_at_large = true;
        if (!expand(x, scope, args[1].s, args[1].n, out))
            return false;
    }
    text_add(out, "\n)))");
    return true;
}

static bool in_scope(const struct scope *scope, const struct dataset *d)
{
    for (; scope; scope = scope->outer)
        if (scope->dataset == d)
            return true;
    return false;
}

/* A word that is no look-up: the name of a dataset in a plain subquery? */
static void note_word(struct expansion *x, const struct scope *scope, const char *s, size_t n)
{
    const char *word = arena_textn(x->arena, s, n);
    const struct dataset *d = dataset_named(x, word);
    struct lookups *l = x->lookups;

    if (strcasecmp(word, "duties") == 0 || strcasecmp(word, "duty") == 0)
        l->duties_at_large = x->mentions = true;
    if (strcasecmp(word, "deeds") == 0 || strcasecmp(word, "deed") == 0)
        l->deeds = x->mentions = true;
    if (!d || in_scope(scope, d))
        return;
    for (int i = 0; i < l->at_large_count; i++)
        if (l->at_large[i] == d)
            return;
    if (l->at_large_count < LOOKUPS_MAX)
        l->at_large[l->at_large_count++] = d;
}

/* A word at `s`: written out or copied. Returns what stands behind it, NULL on an error. */
static const char *expand_word(struct expansion *x, const struct scope *scope, const char *s,
                               const char *end, struct text *out)
{
    const char *after = skip_word(s, end), *open = skip_blank(after, end);
    size_t n = (size_t)(after - s);
    struct piece args[ARGUMENTS_MAX];
    enum wanted w = wanted(s, n);
    int count = 0;

    if (n == 6 && strncasecmp(s, "period", 6) == 0 && after < end && *after == '.') {
        const char *word = after + 1, *stop = skip_word(word, end);

        if (stop - word == 5 && strncasecmp(word, "first", 5) == 0)
            return text_add(out, ":period_first"), stop;
        if (stop - word == 4 && strncasecmp(word, "last", 4) == 0)
            return text_add(out, ":period_last"), stop;
    }
    if (w == WANT_NONE || open == end || *open != '(') {
        note_word(x, scope, s, n);
        text_addn(out, s, n);
        return after;
    }
    after = cut_arguments(open, end, args, &count);
    if (!after) {
        error_set(x->error, ERROR_SETUP, "%.*s( has no end, or too many arguments", (int)n, s);
        return NULL;
    }
    if (w == WANT_REMAINING)
        return expand_remaining(x, scope, args, count, out) ? after : NULL;
    return expand_lookup(x, scope, w, args, count, out) ? after : NULL;
}

static bool expand(struct expansion *x, const struct scope *scope, const char *s, size_t n,
                   struct text *out)
{
    const char *end = s + n;

    while (s < end) {
        const char *after = skip_quoted(s, end);

        if (after == s && (isalpha((unsigned char)*s) || *s == '_')) {
            s = expand_word(x, scope, s, end, out);
            if (!s)
                return false;
            continue;
        }
        if (after == s && isdigit((unsigned char)*s))
            after = skip_word(s, end); /* 1e5 is no word */
        if (after == s)
            after++;
        text_addn(out, s, (size_t)(after - s));
        s = after;
    }
    return true;
}

/* The strings of an expression that are ids of rules: whose duties it reads. */
static void note_rules(struct expansion *x, const char *s)
{
    const char *end = s + strlen(s);

    while (s < end) {
        const char *after = skip_quoted(s, end);

        if (*s == '\'' && after - s >= 2)
            note_rule(x, arena_textn(x->arena, s + 1, (size_t)(after - s) - 2));
        s = after > s ? after : s + 1;
    }
}

bool lookup_expand(const struct settings *s, const struct dataset *own, const char *expression,
                   struct lookups *l, struct arena *a, const char **ret, struct error *e)
{
    struct expansion x = { .settings = s, .lookups = l, .arena = a, .error = e };
    struct scope scope = { .dataset = own, .name = own->id };
    AUTO_TEXT out = { 0 };
    int before = l->rule_count;

    if (!expand(&x, &scope, expression, strlen(expression), &out))
        return false;
    if (x.mentions) {
        note_rules(&x, expression);
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
    const char *name = name_inside(&scope, d, a);
    AUTO_TEXT out = { 0 };

    text_addf(&out, "SELECT %s.%s", name, d->key);
    if (!add_rows(&x, &scope, d, way, name, condition ? &piece : NULL, &out))
        return false;
    *ret = arena_text(a, text_of(&out));
    return true;
}
