#include "ingest/record.h"

#include "base/limit.h"
#include "base/text.h"
#include "codec/json.h"
#include "ingest/codes.h"
#include "ingest/excerpt.h"
#include "ingest/list.h"
#include "ingest/mapping.h"
#include "ingest/record_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LIMIT(HEADER_LIST_MAX, 800); /* told: the columns that a payload has end in an ellipsis */

static const struct mapping *mapping_of(const struct source *s, const char *column)
{
    for (LIST_EACH(const struct mapping, m, &s->map))
        if (text_same(m->column, column))
            return m;
    return NULL;
}

/* The names under which the payload may have a column. */
static struct texts names_of(const struct column *c, const struct mapping *m)
{
    if (m && m->from.count)
        return m->from;
    return (struct texts){ &c->name, 1 };
}

static struct plan plan_of(const struct shape *sh, const struct column *c, const char *zone,
                           struct reader *r, struct arena *a)
{
    const struct mapping *m = mapping_of(sh->source, c->name);
    struct texts names = names_of(c, m);
    struct plan p = { .column = c, .count = names.count };

    p.key = text_same(c->name, sh->dataset->key);
    p.form = form_of(c, sh->source, m, zone, a);
    p.join = m ? m->join : NULL;
    p.codes = c->table ? codes_new(c->table, a) : NULL;
    p.from = arena_alloc(a, names.count * sizeof *p.from);
    for (size_t i = 0; i < names.count; i++) {
        p.from[i].number = reader_column(r, names.all[i]);
        p.from[i].field = text_same(names.all[i], c->name)
                              ? c->name
                              : arena_print(a, "%s (%s)", c->name, names.all[i]);
    }
    return p;
}

/* Of names that are put together each is needed. */
static bool is_missing(const struct plan *p)
{
    size_t there = 0;

    for (size_t i = 0; i < p->count; i++)
        there += p->from[i].number >= 0;
    return (p->key || p->column->required) && (p->join ? there < p->count : !there);
}

/* `"Case Number" (for case_no, required; "CaseNumber"?)` */
static void say_missing(const struct plan *p, const struct source *s, const char *const *header,
                        struct text *out)
{
    struct texts names = names_of(p->column, mapping_of(s, p->column->name));
    const char *near = text_nearest(names.all[0], header);

    for (size_t i = 0; i < names.count; i++)
        text_addf(out, "%s\"%s\"", !i ? "" : p->join ? " and " : " or ", names.all[i]);
    text_addf(out, " (for %s, %s", p->column->name, p->key ? "the key" : "required");
    if (near)
        text_addf(out, "; \"%s\"?", near);
    text_add(out, ")");
}

static const char *const *header_of(const struct reader *r, struct text *list, struct arena *a)
{
    size_t count;
    const char *const *names = reader_names(r, &count);
    const char **copy = arena_alloc(a, (count + 1) * sizeof *copy); /* ended by NULL */

    for (size_t i = 0; i < count; i++) {
        copy[i] = names[i];
        text_addf(list, "%s%s", i ? ", " : "", *names[i] ? names[i] : "(no name)");
    }
    return copy;
}

static bool check_missing(const struct shape *sh, const struct reader *r, struct arena *a,
                          struct error *e)
{
    AUTO_TEXT missing = { .max = HEADER_LIST_MAX };
    AUTO_TEXT list = { .max = HEADER_LIST_MAX };
    const char *const *header = header_of(r, &list, a);
    char said[HEADER_LIST_MAX + 16];
    size_t count = 0;

    for (size_t i = 0; i < sh->dataset->columns.count; i++) {
        if (!is_missing(&sh->plans[i]))
            continue;
        text_add(&missing, count++ ? ", " : "");
        say_missing(&sh->plans[i], sh->source, header, &missing);
    }
    if (!count)
        return true;
    excerpt(text_of(&list), list.size, said, sizeof said);
    return error_set(e, ERROR_INPUT, "column%s %s %s missing; the header has: %s",
                     count > 1 ? "s" : "", text_of(&missing), count > 1 ? "are" : "is", said);
}

/* The reader has refused mapped names that stand twice; here those that stand for themselves. */
static bool check_twice(const struct shape *sh, const struct reader *r, struct error *e)
{
    for (LIST_EACH(const struct column, c, &sh->dataset->columns)) {
        int count = reader_column_count(r, c->name);

        if (count > 1 && !mapping_of(sh->source, c->name))
            return error_set(e, ERROR_INPUT, "the header has column \"%s\" %d times", c->name,
                             count);
    }
    return true;
}

struct shape *shape_new(const struct dataset *d, const struct source *s, const char *zone_default,
                        struct reader *r, struct arena *a, struct error *e)
{
    struct shape *sh = arena_alloc(a, sizeof *sh);
    const struct column *columns = d->columns.all;
    const char *const *names;
    AUTO_TEXT t = { 0 };
    size_t count;

    sh->dataset = d;
    sh->source = s;
    sh->plans = arena_alloc(a, d->columns.count * sizeof *sh->plans);
    for (size_t i = 0; i < d->columns.count; i++)
        sh->plans[i] = plan_of(sh, &columns[i], zone_default, r, a);
    mapping_describe(d, s, zone_default, &t);
    names = reader_names(r, &count);
    if (s->format == FORMAT_CSV) {
        if (!check_missing(sh, r, a, e) || !check_twice(sh, r, e))
            return NULL;
        mapping_add(&t, names, count);
    }
    digest_of(t.data, t.size, sh->digest);
    return sh;
}

const char *shape_digest(const struct shape *sh)
{
    return sh->digest;
}

uint64_t shape_seed(const struct shape *sh)
{
    char start[17];

    memcpy(start, sh->digest, 16);
    start[16] = '\0';
    return strtoull(start, NULL, 16);
}
