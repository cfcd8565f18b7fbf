#include "ingest/mapping.h"

#include "base/text.h"

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
