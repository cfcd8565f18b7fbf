/* remaining(), duty() and deed(): what the duties of other rules say, and what people did about
 * them. */
#include "judge/expansion.h"
#include "judge/kind.h"

#include <string.h>

/* `column`: the own one that names the subject whose duties or deeds are read; NULL: the key. */
static void note_rule(struct expansion *x, const char *name, const char *column)
{
    struct lookups *l = x->lookups;

    for (int i = 0; i < l->rule_count; i++)
        if (strcmp(l->rules[i], name) == 0 && text_same(l->columns[i], column))
            return;
    if (!settings_rule(x->settings, name))
        return;
    if (l->rule_count == LOOKUPS_MAX) {
        l->too_many = true;
        return;
    }
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
    else if (!expansion_add(x, scope, w->of->s, w->of->n, out))
        return false;
    return true;
}

bool expansion_remaining(struct expansion *x, const struct scope *scope, const struct piece *args,
                         int count, struct text *out)
{
    const char *rule = count ? expansion_literal(x, args[0]) : NULL;
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
    } else if (!expansion_add(x, scope, args[count - 1].s, args[count - 1].n, out)) {
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
    const char *const *names = deed ? kind_deed_columns : kind_duty_columns;

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

bool expansion_duty(struct expansion *x, const struct scope *scope, bool deed,
                    const struct piece *args, int count, struct text *out)
{
    const char *rules = count ? expansion_literal(x, args[0]) : NULL;
    const char *column = count > 1 ? expansion_literal(x, args[1]) : NULL;
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

void expansion_rules(struct expansion *x, const char *s)
{
    const char *end = s + strlen(s);

    while (s < end) {
        const char *after = piece_quoted(s, end);

        if (*s == '\'' && after - s >= 2)
            note_rule(x, arena_textn(x->arena, s + 1, (size_t)(after - s) - 2), NULL);
        s = after > s ? after : s + 1;
    }
}
