#include "config/effective.h"

#include "base/number.h"
#include "config/tables.h"

#include <string.h>

struct showing {
    const struct settings *settings;
    const char *name; /* of the rule */
    struct text *out;
};

static void add_text(struct text *out, const char *s)
{
    text_add(out, "\"");
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            text_add(out, "\\");
        if (*s == '\n')
            text_add(out, "\\n");
        else
            text_addn(out, s, 1);
    }
    text_add(out, "\"");
}

static void add_texts(struct text *out, const struct texts *t)
{
    text_add(out, "[ ");
    for (size_t i = 0; i < t->count; i++) {
        text_add(out, i ? ", " : "");
        add_text(out, t->all[i]);
    }
    text_add(out, " ]");
}

static void add_clauses(struct text *out, const struct clauses *c)
{
    text_add(out, "( ");
    for (size_t i = 0; i < c->count; i++) {
        text_add(out, i ? ", " : "");
        add_text(out, c->all[i].text);
    }
    text_add(out, " )");
}

/* The value of a field that is no group and no list; nothing when it is absent. */
static void add_value(struct text *out, const struct field *f, const void *at)
{
    char day[DATE_TEXT_SIZE], money[MONEY_TEXT_SIZE];
    int64_t n;

    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_TERM:
    case FIELD_COUNTED:
        if (*(const char *const *)at)
            add_text(out, *(const char *const *)at);
        break;
    case FIELD_TRUTH:
        text_add(out, *(const bool *)at ? "true" : "false");
        break;
    case FIELD_CHOICE:
        add_text(out, f->choices[*(const int *)at]);
        break;
    case FIELD_DATE:
        if (*(const date *)at != DATE_NONE)
            add_text(out, date_text(*(const date *)at, day));
        break;
    case FIELD_MONEY:
        n = *(const int64_t *)at;
        if (n != INT64_MIN)
            add_text(out, money_text(n, money));
        break;
    case FIELD_PERCENT:
        n = *(const int64_t *)at;
        text_addf(out, n % 100 ? "\"%lld.%02lld%%\"" : "\"%lld%%\"", (long long)(n / 100),
                  (long long)(n % 100));
        break;
    case FIELD_TEXTS:
        if (((const struct texts *)at)->count)
            add_texts(out, at);
        break;
    case FIELD_CLAUSE:
        if (((const struct clause *)at)->text)
            add_text(out, ((const struct clause *)at)->text);
        break;
    case FIELD_CLAUSES:
        if (((const struct clauses *)at)->count)
            add_clauses(out, at);
        break;
    case FIELD_COUNT:
    case FIELD_SPAN:
    case FIELD_SIZE:
    case FIELD_DAYTIME:
    case FIELD_GROUP:
    case FIELD_LIST:
    case FIELD_MAP:
    case FIELD_CHANGES:
    default:
        text_addf(out, "%lld", (long long)*(const int64_t *)at);
        break;
    }
}

/* Where it was adapted; NULL: it was not. The last change counts. */
static const struct change *change_of(const struct showing *v, const char *path)
{
    const struct change *found = NULL;

    for (LIST_EACH(const struct change, c, &v->settings->changes))
        if (strcmp(c->name, v->name) == 0 && strcmp(c->field, path) == 0)
            found = c;
    return found;
}

static void add_fields(const struct showing *v, const struct schema *s, const void *from,
                       const char *path, int depth);

static void add_line(const struct showing *v, const char *path, int depth, const char *name,
                     const char *value)
{
    const struct change *c = change_of(v, path);

    text_addf(v->out, "%*s%s = %s;", depth * 4, "", name, value);
    if (c)
        text_addf(v->out, "   # %s:%d", c->at.file, c->at.line);
    text_add(v->out, "\n");
}

static void add_group(const struct showing *v, const struct field *f, const void *group,
                      const char *path, int depth)
{
    text_addf(v->out, "%*s%s = {\n", depth * 4, "", f->name);
    add_fields(v, f->of, group, path, depth + 1);
    text_addf(v->out, "%*s};\n", depth * 4, "");
}

static void add_list(const struct showing *v, const struct field *f, const struct list *l,
                     const char *path, int depth)
{
    const struct change *c = change_of(v, path);

    text_addf(v->out, "%*s%s = (", depth * 4, "", f->name);
    if (c)
        text_addf(v->out, "   # %s:%d", c->at.file, c->at.line);
    text_add(v->out, "\n");
    for (size_t i = 0; i < l->count; i++) {
        text_addf(v->out, "%*s{\n", (depth + 1) * 4, "");
        add_fields(v, f->of, (const char *)l->all + i * f->of->size, "-", depth + 2);
        text_addf(v->out, "%*s}%s\n", (depth + 1) * 4, "", i + 1 < l->count ? "," : "");
    }
    text_addf(v->out, "%*s);\n", depth * 4, "");
}

/* As the preset would be written. */
static bool is_preset(const struct field *f, const char *value)
{
    AUTO_TEXT quoted = { 0 };

    if (!f->preset)
        return false;
    add_text(&quoted, f->preset);
    return strcmp(value, f->preset) == 0 || strcmp(value, text_of(&quoted)) == 0;
}

static void add_fields(const struct showing *v, const struct schema *s, const void *from,
                       const char *path, int depth)
{
    for (const struct field *f = s->fields; f->name; f++) {
        const void *at = (const char *)from + f->at;
        AUTO_TEXT value = { 0 };
        AUTO_TEXT below = { 0 };

        text_addf(&below, "%s%s%s", path, *path ? "." : "", f->name);
        if (f->type == FIELD_GROUP) {
            if (*(const void *const *)at)
                add_group(v, f, *(const void *const *)at, text_of(&below), depth);
            continue;
        }
        if (f->type == FIELD_LIST || f->type == FIELD_MAP) {
            if (((const struct list *)at)->count)
                add_list(v, f, at, text_of(&below), depth);
            continue;
        }
        add_value(&value, f, at);
        if (value.size && !is_preset(f, text_of(&value)))
            add_line(v, text_of(&below), depth, f->name, text_of(&value));
    }
}

void effective_rule(const struct settings *s, const struct rule *r, struct text *out)
{
    struct showing v = { .settings = s, .name = r->id, .out = out };

    text_addf(out, "# %s:%d\nrules = ( {\n", r->at.file, r->at.line);
    add_fields(&v, &rule_schema, r, "", 1);
    text_add(out, "} );\n");
}
