#include "ingest/taking.h"

#include "base/text.h"
#include "codec/json.h"
#include "ingest/reject.h"

#include <stdio.h>
#include <string.h>

/* The row of that key is in the payload, whatever else is wrong with its record. */
static bool protect(struct rows *r, const char *key, struct row *ret, struct error *e)
{
    if (!table_find_key(r->table, key, ret, e))
        return false;
    if (ret->id)
        row_set_add(&r->stays, ret->id);
    return contested_stays(r, key, e);
}

/* The record may be that of any row of the part `part`; NULL: of any part. */
static void keep_back(struct rows *r, const char *part)
{
    struct part *p;

    r->tally.keyless++;
    if (!part) {
        r->nothing_leaves = true;
        return;
    }
    p = arena_alloc(r->kept, sizeof *p);
    *p = (struct part){ arena_text(r->kept, part), r->parts };
    r->parts = p;
}

bool refused_keeps(const struct rows *r, const char *part)
{
    const struct part *p = r->parts;

    while (p && !text_same(p->name, part))
        p = p->next;
    return !r->of.trusted && (r->nothing_leaves || p);
}

void refused_note(struct rows *r, const struct raw *raw, const char *field, const char *key,
                  const char *reason)
{
    r->tally.rejects++;
    r->tally.lost += raw->lines - 1;
    rejects_add(r->of.rejects, raw,
                &(struct not_taken){ .dataset = r->of.dataset->id,
                                     .field = field,
                                     .key = key,
                                     .value = field ? key : NULL,
                                     .reason = reason });
}

/* One that cannot be cut into its fields, or is not one record. */
static bool reject_whole(struct rows *r, const struct raw *raw, const char *key, const char *reason,
                         struct error *e)
{
    struct row row = { 0 };

    if (key && !protect(r, key, &row, e))
        return false;
    refused_note(r, raw, NULL, row.id ? key : NULL, reason);
    if (!row.id)
        keep_back(r, NULL);
    return true;
}

bool refused_whole(struct rows *r, const struct raw *raw, const char *reason, struct error *e)
{
    return reject_whole(r, raw, NULL, reason, e);
}

/* What of a record that is no row can be read. */
static void write_cells(const struct rows *r, struct text *out)
{
    AUTO(json) all = json_group();
    size_t i = 0;

    for (LIST_EACH(const struct column, c, &r->of.dataset->columns)) {
        const struct value *v = &r->values[i++];

        if (!v->null)
            json_set_text(all, c->name, v->text);
    }
    json_write(all, false, out);
}

static void note_complaints(struct rows *r, const struct raw *raw, const struct complaints *why,
                            const char *key)
{
    AUTO_TEXT cells = { 0 };

    if (why->rejected)
        write_cells(r, &cells);
    for (const struct complaint *c = why->first; c; c = c->next)
        rejects_add(r->of.rejects, raw,
                    &(struct not_taken){ .dataset = r->of.dataset->id,
                                         .key = key,
                                         .field = c->field,
                                         .column = c->column,
                                         .value = c->value,
                                         .reason = c->reason,
                                         .cell = !why->rejected,
                                         .cells = cells.size ? text_of(&cells) : NULL });
}

static const char *part_of(const struct rows *r)
{
    size_t i = 0;

    for (LIST_EACH(const struct column, c, &r->of.dataset->columns)) {
        if (text_same(c->name, r->of.source->part))
            return r->values[i].null ? NULL : r->values[i].text;
        i++;
    }
    return NULL;
}

/* Whether rules gather the rows of the dataset around one of another dataset: one row less may then
 * make a date later. Of what is watched for itself, a record less is a case that is told. */
static bool is_gathered(const struct settings *s, const char *dataset)
{
    for (LIST_EACH(const struct rule, rule, &s->rules))
        for (size_t i = 0; rule->deadline && i < deadline_sets(rule->deadline)->count; i++)
            if (strcmp(deadline_sets(rule->deadline)->all[i], dataset) == 0)
                return true;
    for (LIST_EACH(const struct subject, subject, &s->subjects))
        if (text_same(subject->from, dataset))
            return false;
    return true;
}

/* Whether the record is one of those, and it can be read to what it belongs. */
static bool can_belong(const struct rows *r)
{
    size_t i = 0;

    if (!is_gathered(r->of.settings, r->of.dataset->id))
        return false;
    for (LIST_EACH(const struct column, c, &r->of.dataset->columns)) {
        const struct value *v = &r->values[i++];

        if (c->refers && !v->null && !v->unread)
            return true;
    }
    return false;
}

/* The columns of which nothing could be read, as those of a row. A key is made of the bytes. */
static void fill_in(struct rows *r, const struct complaints *why, int64_t hash)
{
    struct value *key = &r->values[r->key_at];

    for (const struct complaint *c = why->first; c; c = c->next) {
        size_t i = 0;

        for (LIST_EACH(const struct column, column, &r->of.dataset->columns)) {
            if (strcmp(column->name, c->column) == 0 && !r->values[i].unread)
                r->values[i].unread = c->reason;
            i++;
        }
    }
    if (!why->bad_key)
        return;
    key->null = false;
    key->text = arena_print(r->record, "unreadable %08x", (unsigned)(uint64_t)hash);
    key->size = strlen(key->text);
}

/* One of which the key or a required column is bad. What is known of it stays as it was. Where
 * nothing is, but to whom it belongs, it is a row with cells that could not be read: without it
 * there would be fewer parties or entries than there are, and a last day would be later. */
static bool reject_record(struct rows *r, const struct shape *sh, const struct raw *raw,
                          const struct complaints *why, struct error *e)
{
    const char *key = why->bad_key ? NULL : r->values[r->key_at].text;
    int64_t hash = (int64_t)hash_of(raw->bytes, raw->size, shape_seed(sh));
    bool belongs = can_belong(r);
    struct row row;

    r->tally.rejects++;
    r->tally.lost += raw->lines - 1;
    note_complaints(r, raw, why, key);
    if (!key)
        keep_back(r, part_of(r));
    if (belongs) {
        fill_in(r, why, hash);
        key = r->values[r->key_at].text;
    }
    if (!key)
        return true;
    if (!protect(r, key, &row, e))
        return false;
    return (row.id && !row.gone) || !belongs ||
           taking_put(r, taking_columns(r, sh), r->values, raw, hash, e);
}

/* Whether a line inside a record is a record of its own. With two columns any sentence with a comma
 * looks like one, so its row has to be known. */
struct inside {
    struct rows *rows;
    const struct shape *shape;
};

static bool is_record(void *data, const struct fields *f)
{
    const struct inside *in = data;
    struct rows *r = in->rows;
    struct complaints why;
    struct row row = { 0 };
    struct error e;

    return record_read(in->shape, f, r->inner, r->record, &why) && !why.count &&
           (f->count > 2 ||
            (table_find_key(r->table, r->inner[r->key_at].text, &row, &e) && row.id));
}

/* The number of lines of a record that were swallowed by it. */
static int64_t count_swallowed(struct rows *r, struct reader *reader, const struct shape *sh,
                               const struct raw *raw)
{
    struct inside in = { r, sh };

    return raw->lines > 1 ? reader_lines(reader, raw, is_record, &in) : 0;
}

/* One that reader_fields() refused. Of a wrong number of fields the key can be trusted if it is
 * that of a row, and if there is no room for a second record in it. */
static bool refuse_fields(struct rows *r, const struct shape *sh, const struct raw *raw,
                          const struct fields *f, const char *reason, struct error *e)
{
    bool one = f->found && f->found + 1 < 2 * f->count && raw->lines == 1;

    return reject_whole(r, raw, one ? record_key(sh, f, r->record) : NULL, reason, e);
}

static bool refuse_swallowing(struct rows *r, const struct raw *raw, int64_t swallowed,
                              struct error *e)
{
    char reason[160];

    snprintf(
        reason, sizeof reason,
        "a quoted value goes on to line %lld over %lld %s; a quote is missing, or one too many",
        (long long)(raw->line + raw->lines - 1), (long long)swallowed,
        text_plural(swallowed, "line that looks like a record", "lines that look like records"));
    return refused_whole(r, raw, reason, e);
}

bool refused_read(struct rows *r, struct reader *reader, const struct shape *sh,
                  const struct raw *raw, bool *ret, struct error *e)
{
    struct complaints why;
    struct fields fields;
    struct error bad;
    int64_t swallowed;

    *ret = false;
    if (!reader_fields(reader, raw, &fields, &bad))
        return refuse_fields(r, sh, raw, &fields, bad.text, e);
    if (!record_read(sh, &fields, r->values, r->record, &why) && why.no_key &&
        r->of.source->optional) {
        r->tally.records--;
        return true;
    }
    swallowed = count_swallowed(r, reader, sh, raw);
    if (swallowed)
        return refuse_swallowing(r, raw, swallowed, e);
    if (why.rejected)
        return reject_record(r, sh, raw, &why, e);
    if (why.count) {
        r->tally.unread += (int64_t)why.count;
        r->tally.spoiled++;
        note_complaints(r, raw, &why, r->values[r->key_at].text);
    }
    *ret = true;
    return true;
}
