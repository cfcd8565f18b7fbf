#include "judge/lookup.h"

#include "judge/piece.h"

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
    WANT_DUTY,
    WANT_DEED,
    WANT_NONE
};

static enum wanted wanted(const char *s, size_t n)
{
    static const char *const names[] = { "first",   "last",      "count_of", "sum_of", "any_of",
                                         "most_of", "remaining", "duty",     "deed" };

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

/* `column`: the own one that names the subject whose duties or deeds are read; NULL: the key. */
static void note_rule(struct expansion *x, const char *name, const char *column)
{
    struct lookups *l = x->lookups;

    for (int i = 0; i < l->rule_count; i++)
        if (strcmp(l->rules[i], name) == 0 && text_same(l->columns[i], column))
            return;
    if (!settings_rule(x->settings, name) || l->rule_count == LOOKUPS_MAX)
        return;
    l->columns[l->rule_count] = column;
    l->rules[l->rule_count++] = name;
}

/* Whose duties: the subject itself, or the one that `of` names, which can be followed back when it
 * is a column of the rule's own rows. */
struct whom {
    const struct piece *of; /* NULL: the same subject */
    const char *column;
    bool at_large;
};

static struct whom whom_of(struct expansion *x, const struct scope *scope, const struct piece *of)
{
    struct whom w = { .of = of, .at_large = scope->outer != NULL };
    size_t own = strlen(scope->name);
    const char *text;
    const struct column *c;

    if (!of || scope->outer)
        return w;
    text = arena_textn(x->arena, of->s, of->n);
    if (strncmp(text, scope->name, own) == 0 && text[own] == '.')
        text += own + 1;
    c = dataset_column(scope->dataset, text);
    w.column = c ? c->name : NULL;
    w.at_large = !c;
    return w;
}

static bool add_whom(struct expansion *x, const struct scope *scope, const struct whom *w,
                     struct text *out)
{
    if (!w->of)
        text_addf(out, "%s.%s", scope->name, scope->dataset->key);
    else if (w->column)
        text_addf(out, "%s.%s", scope->name, w->column);
    else if (!expand(x, scope, w->of->s, w->of->n, out))
        return false;
    return true;
}

/* remaining('rule' [, subject], day). */
static bool expand_remaining(struct expansion *x, const struct scope *scope,
                             const struct piece *args, int count, struct text *out)
{
    const char *rule = count ? literal(x, args[0]) : NULL;
    const struct rule *def = rule ? settings_rule(x->settings, rule) : NULL;
    struct whom w;

    if (!rule || count > 3)
        return error_set(x->error, ERROR_SETUP,
                         "remaining() takes 'rule', perhaps a subject, perhaps a day");
    if (!def)
        return error_set(x->error, ERROR_SETUP, "there is no rule \"%s\"", rule);
    w = whom_of(x, scope, count == 3 ? &args[1] : NULL);
    note_rule(x, def->id, w.column);
    x->lookups->duties_at_large |= w.at_large;
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
    if (!add_whom(x, scope, &w, out))
        return false;
    text_add(out, "\n)))");
    return true;
}

static bool check_named(struct expansion *x, const char *column, bool deed)
{
    static const char *const duties[] = { "earliest", "due",    "due_at", "safe",
                                          "met_on",   "answer", "amount", NULL };
    static const char *const deeds[] = { "opened_on", "breached_on", "acked_on",
                                         "told_to",   "bounced",     NULL };
    const char *const *names = deed ? deeds : duties;

    for (int i = 0; names[i]; i++)
        if (strcmp(names[i], column) == 0)
            return true;
    return error_set(x->error, ERROR_SETUP, "%s have no \"%s\"%s%s%s", deed ? "deeds" : "duties",
                     column, text_nearest(column, names) ? " (" : "",
                     text_nearest(column, names) ? text_nearest(column, names) : "",
                     text_nearest(column, names) ? "?)" : "");
}

/* 'a, b' of rules, as SQL: 'a', 'b'. */
static bool add_rules(struct expansion *x, char *list, const struct whom *w, struct text *out)
{
    char *rest = NULL;
    const char *between = "";

    for (char *name = strtok_r(list, ", ", &rest); name; name = strtok_r(NULL, ", ", &rest)) {
        const struct rule *def = settings_rule(x->settings, name);

        if (!def)
            return error_set(x->error, ERROR_SETUP, "there is no rule \"%s\"", name);
        note_rule(x, def->id, w->column);
        text_addf(out, "%s'%s'", between, def->id);
        between = ", ";
    }
    return *between || error_set(x->error, ERROR_SETUP, "names no rule");
}

/* duty('rule, rule', 'column' [, subject]) and deed(). */
static bool expand_duty(struct expansion *x, const struct scope *scope, bool deed,
                        const struct piece *args, int count, struct text *out)
{
    const char *rules = count ? literal(x, args[0]) : NULL;
    const char *column = count > 1 ? literal(x, args[1]) : NULL;
    const char *from = deed ? "deeds" : "duties";
    struct whom w;

    if (!rules || !column || count > 3)
        return error_set(x->error, ERROR_SETUP, "%s() takes 'rule', 'column', perhaps a subject",
                         deed ? "deed" : "duty");
    if (!check_named(x, column, deed))
        return false;
    w = whom_of(x, scope, count == 3 ? &args[2] : NULL);
    x->lookups->deeds |= deed;
    x->lookups->deeds_at_large |= deed && w.at_large;
    x->lookups->duties_at_large |= !deed && w.at_large;
    text_addf(out, "(SELECT %s(%s.%s) FROM %s WHERE %s.rule IN (", deed ? "max" : "min", from,
              column, from, from);
    if (!add_rules(x, arena_text(x->arena, rules), &w, out))
        return false;
    text_addf(out, ") AND %s.subject = (", from);
    if (!add_whom(x, scope, &w, out))
        return false;
    text_add(out, "\n))");
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
    if (!d || (qualifies && in_scope(scope, d)))
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
    if (w == WANT_REMAINING)
        return expand_remaining(x, scope, args, count, out) ? after : NULL;
    if (w == WANT_DUTY || w == WANT_DEED)
        return expand_duty(x, scope, w == WANT_DEED, args, count, out) ? after : NULL;
    return expand_lookup(x, scope, w, args, count, out) ? after : NULL;
}

static bool expand(struct expansion *x, const struct scope *scope, const char *s, size_t n,
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
        const char *after = piece_quoted(s, end);

        if (*s == '\'' && after - s >= 2)
            note_rule(x, arena_textn(x->arena, s + 1, (size_t)(after - s) - 2), NULL);
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
