#include "ingest/mapping.h"

#include "base/text.h"
#include "ingest/others.h"

#include <stdio.h>
#include <string.h>

static void add_part(struct text *t, const char *s)
{
    if (s)
        text_addf(t, "%zu:%s", strlen(s), s);
    else
        text_add(t, "-");
}

void mapping_add(struct text *t, const char *const *all, size_t count)
{
    text_addf(t, "[%zu]", count);
    for (size_t i = 0; i < count; i++)
        add_part(t, all[i]);
}

/* Raised when this program begins to read the same bytes differently. */
#define READING_VERSION "reading 2"

static void describe_codes(const struct code_table *table, struct text *t)
{
    text_addf(t, "%d%d", table->otherwise, table->fold);
    if (table->plain || table->until || table->split.count)
        text_addf(t, " %d %s", table->plain, table->until ? table->until : "");
    for (size_t i = 0; i < table->split.count; i++)
        text_addf(t, " %s", table->split.all[i]);
    for (LIST_EACH(const struct code, o, &table->values)) {
        add_part(t, o->value);
        mapping_add(t, o->from.all, o->from.count);
    }
}

void mapping_describe(const struct dataset *d, const struct source *s, const char *zone_default,
                      struct text *t)
{
    add_part(t, READING_VERSION);
    add_part(t, d->key);
    text_addf(t, "%d", d->keep);
    for (LIST_EACH(const struct column, c, &d->columns)) {
        add_part(t, c->name);
        text_addf(t, "%d%d%d", c->type, c->required, c->keep);
        mapping_add(t, c->values.all, c->values.count);
        if (c->type == COLUMN_LIST)
            add_part(t, c->separator);
        if (c->table)
            describe_codes(c->table, t);
    }
    text_addf(t, "%d%d%d", s->format, s->header, s->trim);
    add_part(t, s->pointer);
    add_part(t, s->delimiter);
    add_part(t, s->zone ? s->zone : zone_default);
    mapping_add(t, s->columns.all, s->columns.count);
    mapping_add(t, s->dates.all, s->dates.count);
    mapping_add(t, s->empty.all, s->empty.count);
    mapping_add(t, s->skip.all, s->skip.count);
    for (LIST_EACH(const struct mapping, m, &s->map)) {
        add_part(t, m->column);
        mapping_add(t, m->from.all, m->from.count);
        mapping_add(t, m->dates.all, m->dates.count);
        add_part(t, m->join);
    }
}

void mapping_digest(const struct dataset *d, const struct source *s, const char *zone_default,
                    char ret[DIGEST_TEXT_SIZE])
{
    AUTO_TEXT t = { 0 };

    mapping_describe(d, s, zone_default, &t);
    digest_of(t.data, t.size, ret);
}

#define HALF ((DIGEST_TEXT_SIZE - 1) / 2)

/* Whose a row is hangs on who else has it. */
static void add_precedence(const struct settings *s, const struct dataset *d,
                           char all[DIGEST_TEXT_SIZE])
{
    if (!others_are(s, d))
        return;
    digest_of_parts((const char *const[]){ all, "prefer", NULL }, all);
    for (size_t i = 0; i < d->prefer.count; i++)
        digest_of_parts((const char *const[]){ all, d->prefer.all[i], NULL }, all);
}

/* Whether the take's records are united with those of one before it. */
static bool is_united(const struct settings *settings, const struct source *s, const struct take *t)
{
    const struct dataset *d = settings_dataset(settings, t->dataset);

    for (LIST_EACH(const struct take, before, &s->takes)) {
        if (before == t)
            return false;
        if (d->keep != KEEP_ROW && strcmp(before->dataset, t->dataset) == 0)
            return true;
    }
    return false;
}

/* Half of it is a digest of the mapping, half one of the place. */
void mapping_of_source(const struct settings *settings, const struct source *s,
                       char ret[DIGEST_TEXT_SIZE])
{
    char mapping[DIGEST_TEXT_SIZE], place[DIGEST_TEXT_SIZE], all[DIGEST_TEXT_SIZE] = "";

    for (LIST_EACH(const struct take, t, &s->takes)) {
        struct source as_taken = source_of_take(s, t);

        mapping_digest(settings_dataset(settings, t->dataset), &as_taken, settings->zone, mapping);
        digest_of_parts((const char *const[]){ all, mapping, t->dataset, NULL }, all);
        if (is_united(settings, s, t))
            digest_of_parts((const char *const[]){ all, "united", NULL }, all);
        add_precedence(settings, settings_dataset(settings, t->dataset), all);
    }
    if (s->of)
        digest_of_parts((const char *const[]){ all, s->of, NULL }, all);
    if (s->whole)
        digest_of_parts((const char *const[]){ all, "whole", NULL }, all);
    if (s->content_age && s->content_age->column)
        digest_of_parts((const char *const[]){ all, "content", s->content_age->column, NULL }, all);
    digest_of(s->url, strlen(s->url), place);
    snprintf(ret, DIGEST_TEXT_SIZE, "%.*s%.*s", HALF, all, HALF, place);
}

bool mapping_same_place(const char *mapping, const char *other)
{
    return mapping && other && strlen(mapping) > HALF && strlen(other) > HALF &&
           strcmp(mapping + HALF, other + HALF) == 0;
}
