#include "ingest/rows.h"

#include "base/arena.h"
#include "base/limit.h"
#include "base/text.h"
#include "codec/digest.h"
#include "ingest/difference.h"
#include "ingest/merge.h"
#include "ingest/stage.h"
#include "ingest/table.h"

#include <stdlib.h>
#include <string.h>

struct rows {
    struct rows_of of;
    struct table *table;
    struct stage *stage;  /* NULL: records with one key are not united */
    struct merge *merge;  /* likewise */
    struct value *values; /* of the record at hand */
    size_t key_at;        /* the key's number among the columns */
    struct arena *record; /* as long as one record */
    unsigned char *seen;  /* a bit for each row id that the payload has */
    size_t seen_size;
    int64_t *missing; /* ids */
    size_t missing_room;
    struct tally tally;
};

static bool was_seen(const struct rows *r, int64_t id)
{
    size_t at = (size_t)id / 8;

    return at < r->seen_size && (r->seen[at] >> (id % 8) & 1);
}

static void see(struct rows *r, int64_t id)
{
    size_t at = (size_t)id / 8;

    if (at >= r->seen_size) {
        size_t size = (at + 64) * 2;

        r->seen = grow(r->seen, size, 1);
        memset(r->seen + r->seen_size, 0, size - r->seen_size);
        r->seen_size = size;
    }
    r->seen[at] = (unsigned char)(r->seen[at] | 1u << (id % 8));
}

static void reject(struct rows *r, const struct raw *raw, const char *field, const char *value,
                   const char *reason)
{
    r->tally.rejects++;
    rejects_add(r->of.rejects, raw, field, value, reason);
}

static void reject_complaints(struct rows *r, const struct raw *raw, const struct complaints *why)
{
    r->tally.rejects++;
    for (size_t i = 0; i < why->count; i++)
        rejects_add(r->of.rejects, raw, why->all[i].field, why->all[i].value, why->all[i].reason);
}

static bool is_own(const struct rows *r, const struct row *row)
{
    return text_same(row->source, source_owner(r->of.source));
}

/* Whether a payload that came after this one says what the row is. */
static bool came_later(struct rows *r, int64_t id, bool *ret, struct error *e)
{
    int64_t came = 0;

    if (r->of.late && !table_came(r->table, id, &came, e))
        return false;
    *ret = came > r->of.came;
    return true;
}

/* `*ret`: so the record does not count, but for that its row is there. */
static bool yield(struct rows *r, const struct row *row, bool *ret, struct error *e)
{
    *ret = false;
    if (!is_own(r, row))
        return true;
    if (!came_later(r, row->id, ret, e))
        return false;
    if (*ret) {
        see(r, row->id);
        r->tally.known += !row->gone;
    }
    return true;
}

/* A row whose record came again byte for byte. What changes say last of it, they say. */
static bool known_again(struct rows *r, const struct row *row, int64_t line, struct error *e)
{
    bool later;

    if (!yield(r, row, &later, e))
        return false;
    if (later)
        return true;
    see(r, row->id);
    if (r->of.source->of && !table_confirm(r->table, row->id, r->of.pull, line, e))
        return false;
    if (!row->gone) {
        r->tally.known++;
        return true;
    }
    r->tally.changed++;
    return table_mark(r->table, row->id, 0, r->of.version, e);
}

static bool put_row(struct rows *r, const struct value *values, const struct raw *raw, int64_t hash,
                    struct error *e)
{
    const char *key = values[r->key_at].text;
    struct origin o = { .source = source_owner(r->of.source),
                        .hash = hash,
                        .version = r->of.version,
                        .pull = r->of.pull,
                        .line = raw->line,
                        .raw = raw->bytes,
                        .raw_size = raw->size };
    struct row row;
    bool changed, later;
    int64_t id;

    if (!table_find_key(r->table, key, &row, e))
        return false;
    if (row.id && was_seen(r, row.id)) {
        reject(r, raw, r->of.dataset->key, key,
               "this key stands in the payload before; the first record is kept");
        return true;
    }
    if (!row.id) {
        r->tally.added++;
        if (!table_insert(r->table, values, &o, &id, e))
            return false;
        see(r, id);
        return true;
    }
    if (!yield(r, &row, &later, e))
        return false;
    if (later)
        return true;
    r->tally.known += !row.gone && is_own(r, &row);
    see(r, row.id);
    if (!table_update(r->table, row.id, values, &o, &changed, e))
        return false;
    r->tally.changed += changed;
    return true;
}

/* The record's values, or a reject, or it is none of this dataset. */
static bool read_record(struct rows *r, struct reader *reader, const struct shape *sh,
                        const struct raw *raw)
{
    struct complaints why = { .count = 0 };
    struct fields fields;
    struct error bad;

    if (!reader_fields(reader, raw, &fields, &bad)) {
        reject(r, raw, NULL, NULL, bad.text);
        return false;
    }
    if (record_read(sh, &fields, r->values, r->record, &why))
        return true;
    if (why.no_key && r->of.source->optional)
        r->tally.records--;
    else
        reject_complaints(r, raw, &why);
    return false;
}

bool rows_take(struct rows *r, struct reader *reader, const struct shape *sh, const struct raw *raw,
               struct error *e)
{
    int64_t hash;
    struct row row;

    arena_reset(r->record);
    r->tally.records++;
    if (r->stage) {
        if (read_record(r, reader, sh, raw))
            stage_add(r->stage, r->values[r->key_at].text, raw);
        return true;
    }
    hash = (int64_t)hash_of(raw->bytes, raw->size, shape_seed(sh));
    if (!table_find_hash(r->table, hash, source_owner(r->of.source), &row, e))
        return false;
    if (row.id && was_seen(r, row.id)) {
        reject(r, raw, r->of.dataset->key, NULL, "the same record stands in the payload before");
        return true;
    }
    if (row.id)
        return known_again(r, &row, raw->line, e);
    return !read_record(r, reader, sh, raw) || put_row(r, r->values, raw, hash, e);
}

LIMIT(GROUP_KEPT_MAX,
      64 * 1024); /* told: explain shows so many bytes of the records that make one row */

/* The hash over the records with one key, of a single one its own; and as much of them as the row
 * keeps, in lines. */
static bool read_group(struct reader *reader, const struct staged *all, size_t count, uint64_t seed,
                       struct text *kept, int64_t *ret_hash, struct error *e)
{
    AUTO_TEXT one = { 0 };

    for (size_t i = 0; i < count; i++) {
        text_clear(&one);
        if (!reader_again(reader, all[i].offset, all[i].size, &one, e))
            return false;
        seed = hash_of(text_of(&one), one.size, seed);
        if (kept->size + one.size < GROUP_KEPT_MAX)
            text_addf(kept, i ? "\n%s" : "%s", text_of(&one));
    }
    *ret_hash = (int64_t)seed;
    return true;
}

/* They were read without complaint before. */
static bool merge_group(struct rows *r, struct reader *reader, const struct shape *sh,
                        const struct staged *all, size_t count, struct error *e)
{
    struct complaints why;
    struct fields fields;
    AUTO_TEXT one = { 0 };

    merge_begin(r->merge);
    for (size_t i = 0; i < count; i++) {
        struct raw raw = { .line = all[i].line, .size = all[i].size };

        arena_reset(r->record);
        text_clear(&one);
        if (!reader_again(reader, all[i].offset, all[i].size, &one, e))
            return false;
        raw.bytes = text_of(&one);
        if (!reader_fields(reader, &raw, &fields, e) ||
            !record_read(sh, &fields, r->values, r->record, &why))
            return error_set(e, ERROR_RETRY, "the payload was changed while it was read");
        merge_add(r->merge, r->values, raw.line);
    }
    return true;
}

static bool unite(struct rows *r, struct reader *reader, const struct shape *sh,
                  const struct staged *all, size_t count, struct error *e)
{
    int64_t hash, before = db_written(r->of.data);
    AUTO_TEXT kept = { 0 };
    const struct value *values;
    bool later = false;
    struct row row;

    if (!read_group(reader, all, count, shape_seed(sh), &kept, &hash, e) ||
        !table_find_hash(r->table, hash, source_owner(r->of.source), &row, e))
        return false;
    if (row.id && !row.gone && !was_seen(r, row.id))
        return known_again(r, &row, all[0].line, e);
    if (!merge_group(r, reader, sh, all, count, e))
        return false;
    values = merge_values(r->merge);
    if (!table_find_key(r->table, values[r->key_at].text, &row, e))
        return false;
    if (row.id && was_seen(r, row.id)) /* another take of this payload has brought it */
        return true;
    if (row.id && !yield(r, &row, &later, e))
        return false;
    if (later)
        return true;
    if (!difference_put(r->of.data, r->of.dataset, r->merge, values[r->key_at].text,
                        r->of.source->id, r->of.pull, e))
        return false;
    r->tally.differs |= db_written(r->of.data) > before;
    return put_row(r, values,
                   &(struct raw){ all[0].line, all[0].offset, text_of(&kept), kept.size }, hash, e);
}

bool rows_unite(struct rows *r, struct reader *reader, const struct shape *sh, struct error *e)
{
    const struct staged *all;
    size_t count;

    while (r->stage && (all = stage_next(r->stage, &count)))
        if (!unite(r, reader, sh, all, count, e))
            return false;
    return true;
}

void rows_reject(struct rows *r, const struct raw *raw, const char *reason)
{
    r->tally.records++;
    reject(r, raw, NULL, NULL, reason);
}

static void add_missing(struct rows *r, int64_t id)
{
    if ((size_t)r->tally.missing == r->missing_room) {
        r->missing_room = 2 * r->missing_room + 64;
        r->missing = grow(r->missing, r->missing_room, sizeof *r->missing);
    }
    r->missing[r->tally.missing++] = id;
}

/* One part after the other. Those of which the payload has no row are taken back out. */
struct parting {
    struct rows *rows;
    const char *part; /* the one at hand; NULL: rows without */
    bool carried;
    int64_t before; /* missing ones of the parts before it */
};

static void end_part(struct parting *p)
{
    if (!p->carried)
        p->rows->tally.missing = p->before;
    p->before = p->rows->tally.missing;
    p->carried = false;
}

static bool look_at_row(void *data, int64_t id, const char *part, struct error *e)
{
    struct parting *p = data;
    bool later = false;

    if (!text_same(part, p->part)) {
        end_part(p);
        arena_reset(p->rows->record);
        p->part = arena_text(p->rows->record, part);
    }
    if (was_seen(p->rows, id))
        p->carried = true;
    else if (!came_later(p->rows, id, &later, e))
        return false;
    else if (!later)
        add_missing(p->rows, id);
    return true;
}

bool rows_missing(struct rows *r, struct error *e)
{
    const struct source *s = r->of.source;
    struct parting p = { .rows = r };

    if (s->content != CONTENT_SNAPSHOT)
        return true;
    arena_reset(r->record);
    if (!table_each(r->table, s->id, s->part, look_at_row, &p, e))
        return false;
    if (s->part)
        end_part(&p);
    r->tally.known += r->tally.missing;
    return true;
}

bool rows_leave(struct rows *r, struct error *e)
{
    int gone = r->of.source->gone;

    for (int64_t i = 0; i < r->tally.missing && gone != GONE_IGNORE; i++)
        if (!table_mark(r->table, r->missing[i], gone == GONE_CLOSED ? -r->of.pull : r->of.pull,
                        r->of.version, e))
            return false;
    return !r->merge || difference_drop_gone(r->of.data, r->of.dataset, e);
}

const struct tally *rows_tally(const struct rows *r)
{
    return &r->tally;
}

static size_t key_number(const struct dataset *d)
{
    const struct column *key = dataset_column(d, d->key);

    return (size_t)(key - (const struct column *)d->columns.all);
}

bool rows_open(const struct rows_of *of, struct rows **ret, struct error *e)
{
    AUTO(rows) r = alloc(sizeof *r);

    r->of = *of;
    r->record = arena_new();
    r->key_at = key_number(of->dataset);
    r->values = alloc(of->dataset->columns.count * sizeof *r->values);
    if (of->dataset->keep != KEEP_ROW) {
        r->stage = stage_new();
        r->merge = merge_new(of->dataset);
    } else if (!difference_drop_all(of->data, of->dataset, e)) {
        return false;
    }
    if (!table_open(of->data, of->dataset, &r->table, e))
        return false;
    *ret = r;
    r = NULL;
    return true;
}

void rows_free(struct rows *r)
{
    if (!r)
        return;
    table_close(r->table);
    stage_free(r->stage);
    merge_free(r->merge);
    arena_free(r->record);
    free(r->values);
    free(r->seen);
    free(r->missing);
    free(r);
}
