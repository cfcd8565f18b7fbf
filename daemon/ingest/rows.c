#include "ingest/rows.h"

#include "base/arena.h"
#include "base/text.h"
#include "codec/digest.h"
#include "ingest/table.h"

#include <stdlib.h>
#include <string.h>

struct rows {
    struct rows_of of;
    struct table *table;
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

/* A row whose record came again byte for byte. */
static bool known_again(struct rows *r, const struct row *row, struct error *e)
{
    see(r, row->id);
    if (!row->gone) {
        r->tally.known++;
        return true;
    }
    r->tally.changed++;
    return table_mark(r->table, row->id, 0, r->of.version, e);
}

static bool put_row(struct rows *r, const struct raw *raw, int64_t hash, struct error *e)
{
    const char *key = r->values[r->key_at].text;
    struct origin o = { .source = r->of.source->id,
                        .hash = hash,
                        .version = r->of.version,
                        .pull = r->of.pull,
                        .line = raw->line,
                        .raw = raw->bytes,
                        .raw_size = raw->size };
    struct row row;
    bool changed;
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
        if (!table_insert(r->table, r->values, &o, &id, e))
            return false;
        see(r, id);
        return true;
    }
    r->tally.known += !row.gone && text_same(row.source, r->of.source->id);
    see(r, row.id);
    if (!table_update(r->table, row.id, r->values, &o, &changed, e))
        return false;
    r->tally.changed += changed;
    return true;
}

bool rows_take(struct rows *r, struct reader *reader, const struct shape *sh, const struct raw *raw,
               struct error *e)
{
    int64_t hash = (int64_t)hash_of(raw->bytes, raw->size, shape_seed(sh));
    struct complaints why = { .count = 0 };
    struct fields fields;
    struct error bad;
    struct row row;

    arena_reset(r->record);
    r->tally.records++;
    if (!table_find_hash(r->table, hash, r->of.source->id, &row, e))
        return false;
    if (row.id && was_seen(r, row.id)) {
        reject(r, raw, r->of.dataset->key, NULL, "the same record stands in the payload before");
        return true;
    }
    if (row.id)
        return known_again(r, &row, e);
    if (!reader_fields(reader, raw, &fields, &bad)) {
        reject(r, raw, NULL, NULL, bad.text);
        return true;
    }
    if (!record_read(sh, &fields, r->values, r->record, &why)) {
        reject_complaints(r, raw, &why);
        return true;
    }
    return put_row(r, raw, hash, e);
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

    (void)e;
    if (!text_same(part, p->part)) {
        end_part(p);
        arena_reset(p->rows->record);
        p->part = arena_text(p->rows->record, part);
    }
    if (was_seen(p->rows, id))
        p->carried = true;
    else
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
    return true;
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
    arena_free(r->record);
    free(r->values);
    free(r->seen);
    free(r->missing);
    free(r);
}
