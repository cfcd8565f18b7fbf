/* The values of one record: what stands in its fields, put through codes and into columns. */
#include "base/limit.h"
#include "base/text.h"
#include "codec/json.h"
#include "ingest/codes.h"
#include "ingest/excerpt.h"
#include "ingest/list.h"
#include "ingest/record_plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LIMIT(VALUE_MAX, 200); /* told: a value that is quoted ends in an ellipsis */

/* One field that is being read into one column. */
struct taking {
    const struct plan *plan;
    const char *field;
    struct json *list; /* of a list: the elements so far */
    struct arena *job;
    struct complaints *why;
};

static void complain(const struct taking *t, const char *value, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void complain(const struct taking *t, const char *value, const char *format, ...)
{
    struct complaints *why = t->why;
    struct complaint *c;
    AUTO_TEXT reason = { 0 };
    va_list args;

    c = arena_alloc(t->job, sizeof *c);
    va_start(args, format);
    text_addv(&reason, format, args);
    va_end(args);
    *c = (struct complaint){ .column = t->plan->column->name,
                             .field = t->field,
                             .value = value,
                             .reason = arena_text(t->job, text_of(&reason)) };
    *(why->last ? &why->last->next : &why->first) = c;
    why->last = c;
    why->count++;
    why->bad_key |= t->plan->key;
    why->rejected |= t->plan->key || t->plan->column->required;
}

static bool holds(const struct texts *list, const char *s, size_t n)
{
    for (size_t i = 0; i < list->count; i++)
        if (strlen(list->all[i]) == n && memcmp(list->all[i], s, n) == 0)
            return true;
    return false;
}

/* The value of one candidate, trimmed; false if it is empty. */
static bool value_of(const struct shape *sh, const struct plan *p, const struct fields *f,
                     const struct candidate *c, const char **ret, size_t *ret_size)
{
    if (!fields_get(f, c->number, ret, ret_size))
        return false;
    if (sh->source->trim || p->form.type != COLUMN_TEXT)
        text_trim(ret, ret_size);
    return *ret_size && !holds(&sh->source->empty, *ret, *ret_size);
}

/* All of them, those that are empty too, unless all are. */
static const struct candidate *join(const struct shape *sh, const struct plan *p,
                                    const struct fields *f, struct arena *job, const char **ret,
                                    size_t *ret_size)
{
    AUTO_TEXT all = { 0 };
    bool any = false;

    for (size_t i = 0; i < p->count; i++) {
        text_add(&all, i ? p->join : "");
        if (value_of(sh, p, f, &p->from[i], ret, ret_size)) {
            text_addn(&all, *ret, *ret_size);
            any = true;
        }
    }
    *ret = arena_textn(job, text_of(&all), all.size);
    *ret_size = all.size;
    return any ? p->from : NULL;
}

/* The candidate whose value counts; NULL if all are empty. */
static const struct candidate *choose(const struct shape *sh, const struct plan *p,
                                      const struct fields *f, struct arena *job, const char **ret,
                                      size_t *ret_size)
{
    if (p->join)
        return join(sh, p, f, job, ret, ret_size);
    for (size_t i = 0; i < p->count; i++)
        if (value_of(sh, p, f, &p->from[i], ret, ret_size))
            return &p->from[i];
    return NULL;
}

/* The value as complaints keep it. */
static const char *cut_value(const struct taking *t, const char *s, size_t n)
{
    AUTO_TEXT clean = { 0 };

    excerpt_clean(s, n, VALUE_MAX, &clean);
    return arena_text(t->job, text_of(&clean));
}

static void complain_choice(const struct taking *t, const char *s, size_t n)
{
    const struct texts *values = &t->plan->column->values;
    char said[EXCERPT_SIZE];
    AUTO_TEXT list = { .max = 150 };

    excerpt(s, n, said, sizeof said);
    for (size_t i = 0; i < values->count; i++)
        text_addf(&list, "%s%s", i ? ", " : "", values->all[i]);
    complain(t, cut_value(t, s, n), "'%s' is none of %s%s", said, text_of(&list),
             list.cut ? "..." : "");
}

static void complain_form(const struct taking *t, const char *s, size_t n)
{
    char said[EXCERPT_SIZE];

    excerpt(s, n, said, sizeof said);
    complain(t, cut_value(t, s, n), "'%s' is not %s%s", said, t->plan->form.says,
             convert_hint(&t->plan->form, s, n));
}

static bool is_allowed(const struct plan *p, const char *s, size_t n)
{
    return !p->column->values.count || holds(&p->column->values, s, n);
}

/* Puts the value for it in the column's codes in the place of *s. False if that is no value, which
 * is said where it must not be. */
static bool decode(const struct taking *t, const char **s, size_t *n)
{
    const struct column *c = t->plan->column;
    const char *value = t->plan->codes ? codes_find(t->plan->codes, *s, *n) : NULL;
    char said[EXCERPT_SIZE];

    if (value) {
        *s = value;
        *n = strlen(value);
        return true;
    }
    if (!t->plan->codes || c->table->otherwise == OTHERWISE_KEEP)
        return true;
    if (c->table->otherwise == OTHERWISE_REJECT || c->required || t->plan->key)
        complain(t, cut_value(t, *s, *n), "'%s' is not in the codes \"%s\"",
                 excerpt(*s, *n, said, sizeof said), c->table->name);
    return false;
}

static bool is_listed(const struct json *list, const char *element)
{
    for (size_t i = 0; i < json_count(list); i++)
        if (strcmp(json_text(json_at(list, i)), element) == 0)
            return true;
    return false;
}

static bool take_part(void *data, const char *s, size_t n)
{
    const struct taking *t = data;
    AUTO_TEXT element = { 0 };

    if (!decode(t, &s, &n))
        return true;
    text_addn(&element, s, n);
    if (t->plan->form.type == COLUMN_LIST || !is_listed(t->list, text_of(&element)))
        json_add_text(t->list, text_of(&element));
    if (!is_allowed(t->plan, s, n))
        complain_choice(t, s, n);
    return true;
}

static bool is_several(const struct taking *t, const char *s, size_t n)
{
    return t->plan->codes && codes_are_several(t->plan->codes, s, n);
}

static bool take_element(void *data, const char *s, size_t n)
{
    const struct taking *t = data;

    return is_several(t, s, n) ? codes_split(t->plan->codes, s, n, take_part, data)
                               : take_part(data, s, n);
}

static void take_list(struct taking *t, const char *s, size_t n, struct value *ret)
{
    AUTO(json) list = json_list();
    AUTO_TEXT text = { 0 };

    t->list = list;
    if (!list_each(s, n, t->plan->column->separator, take_element, t)) {
        complain_form(t, s, n);
        return;
    }
    json_write(list, false, &text);
    *ret = (struct value){ .type = COLUMN_LIST,
                           .text = arena_textn(t->job, text.data, text.size),
                           .size = text.size };
}

/* Several codes in one value of a text column: a list of them, unless they are one. */
static bool join_codes(struct taking *t, const char **s, size_t *n)
{
    AUTO(json) list = json_list();
    AUTO_TEXT text = { 0 };
    size_t before = t->why->count;

    t->list = list;
    codes_split(t->plan->codes, *s, *n, take_part, t);
    if (t->why->count > before || !json_count(list))
        return false;
    if (json_count(list) == 1)
        text_add(&text, json_text(json_at(list, 0)));
    else
        json_write(list, false, &text);
    *s = arena_textn(t->job, text_of(&text), text.size);
    *n = text.size;
    return true;
}

static void take_one(struct taking *t, const char *s, size_t n, struct value *ret)
{
    const char *text;

    if (is_several(t, s, n) ? !join_codes(t, &s, &n) : !decode(t, &s, &n))
        return;
    text = arena_textn(t->job, s, n);
    if (!convert(&t->plan->form, text, n, ret))
        complain_form(t, text, n);
    else if (!is_allowed(t->plan, text, n))
        complain_choice(t, text, n);
}

/* Bytes that are not UTF-8 are no value of any column. */
static bool check_text(const struct taking *t, const struct fields *f, const char *s, size_t n)
{
    size_t at = f->ascii ? n : utf8_check(s, n);

    if (at < n)
        complain(t, cut_value(t, s, n), "byte 0x%02X (byte %zu of the value) is not UTF-8",
                 (unsigned char)s[at], at + 1);
    return at == n;
}

static void read_value(struct taking *t, const struct fields *f, const char *s, size_t n,
                       struct value *ret)
{
    size_t before = t->why->count;

    if (!check_text(t, f, s, n))
        return;
    if (t->plan->form.type == COLUMN_LIST)
        take_list(t, s, n, ret);
    else
        take_one(t, s, n, ret);
    if (t->why->count > before)
        ret->null = true;
}

static void read_column(const struct shape *sh, const struct plan *p, const struct fields *f,
                        struct value *ret, struct arena *job, struct complaints *why)
{
    struct taking t = { .plan = p, .field = p->from[0].field, .job = job, .why = why };
    const struct candidate *c;
    size_t before = why->count;
    const char *s;
    size_t n;

    *ret = (struct value){ .type = p->form.type, .null = true };
    c = choose(sh, p, f, job, &s, &n);
    if (!c) {
        why->no_key |= p->key;
        if (p->key || p->column->required)
            complain(&t, "", "is empty, but %s", p->key ? "it is the key" : "required");
        return;
    }
    t.field = c->field;
    read_value(&t, f, s, n, ret);
    ret->unread = why->count > before ? why->last->reason : NULL;
}

bool record_read(const struct shape *sh, const struct fields *f, struct value *values,
                 struct arena *job, struct complaints *why)
{
    *why = (struct complaints){ .count = 0 };
    for (size_t i = 0; i < sh->dataset->columns.count; i++)
        read_column(sh, &sh->plans[i], f, &values[i], job, why);
    return !why->rejected;
}

const char *record_key(const struct shape *sh, const struct fields *f, struct arena *job)
{
    struct complaints why = { .count = 0 };
    struct value v;

    for (size_t i = 0; i < sh->dataset->columns.count; i++)
        if (sh->plans[i].key)
            read_column(sh, &sh->plans[i], f, &v, job, &why);
    return why.count ? NULL : v.text;
}

const char *const *shape_columns(const struct shape *sh, struct arena *a)
{
    const char **names = arena_alloc(a, (sh->dataset->columns.count + 1) * sizeof *names);
    size_t count = 0;

    for (size_t i = 0; i < sh->dataset->columns.count; i++) {
        const struct plan *p = &sh->plans[i];
        bool there = false;

        for (size_t k = 0; k < p->count; k++)
            there |= p->from[k].number >= 0;
        if (there)
            names[count++] = p->column->name;
    }
    return names; /* arenas give zeroed memory */
}
