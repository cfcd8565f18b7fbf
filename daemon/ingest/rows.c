#include "ingest/taking.h"

#include "base/text.h"
#include "codec/digest.h"
#include "ingest/difference.h"
#include "ingest/excerpt.h"
#include "ingest/sentinel.h"

#include <stdlib.h>
#include <string.h>

bool row_set_has(const struct row_set *s, int64_t id)
{
    size_t at = (size_t)id / 8;

    return at < s->size && (s->bits[at] >> (id % 8) & 1);
}

void row_set_add(struct row_set *s, int64_t id)
{
    size_t at = (size_t)id / 8;

    if (at >= s->size) {
        size_t size = (at + 64) * 2;

        s->bits = grow(s->bits, size, 1);
        memset(s->bits + s->size, 0, size - s->size);
        s->size = size;
    }
    s->bits[at] = (unsigned char)(s->bits[at] | 1u << (id % 8));
}

const bool *taking_columns(struct rows *r, const struct shape *sh)
{
    const char *const *names;
    size_t i = 0;

    if (r->shape == sh)
        return r->has;
    r->shape = sh;
    names = shape_columns(sh, r->kept);
    for (LIST_EACH(const struct column, c, &r->of.dataset->columns)) {
        const char *const *n = names;

        while (*n && strcmp(*n, c->name) != 0)
            n++;
        r->has[i++] = *n != NULL;
    }
    return r->has;
}

bool taking_is_own(const struct rows *r, const struct row *row)
{
    return text_same(row->source, source_owner(r->of.source));
}

bool taking_came_later(struct rows *r, int64_t id, bool *ret, struct error *e)
{
    int64_t came = 0;

    if (r->of.late && !table_came(r->table, id, &came, e))
        return false;
    *ret = came > r->of.came;
    return true;
}

/* `*ret`: so the record does not count, but for that its row is there. */
bool taking_yield(struct rows *r, const struct row *row, bool *ret, struct error *e)
{
    *ret = false;
    if (!taking_is_own(r, row))
        return true;
    if (!taking_came_later(r, row->id, ret, e))
        return false;
    if (*ret) {
        row_set_add(&r->seen, row->id);
        r->tally.known += !row->gone;
    }
    return true;
}

/* A row whose record came again byte for byte. What changes say last of it, they say. */
bool taking_known(struct rows *r, const struct row *row, int64_t line, struct error *e)
{
    bool later;

    if (!taking_yield(r, row, &later, e))
        return false;
    if (later)
        return true;
    row_set_add(&r->seen, row->id);
    if (r->of.source->content == CONTENT_CHANGES &&
        !table_confirm(r->table, row->id, r->of.pull, line, e))
        return false;
    if (!row->gone) {
        r->tally.known++;
        return true;
    }
    r->tally.changed++;
    return table_mark(r->table, row->id, 0, r->of.version, e);
}

/* Where a row stands in the table of those that changed, or the free place for it. */
static size_t place_of(const struct rows *r, int64_t id)
{
    size_t at = (size_t)((uint64_t)id * 0x9E3779B97F4A7C15u) & (r->before_room - 1);

    while (r->before[at].id && r->before[at].id != id)
        at = (at + 1) & (r->before_room - 1);
    return at;
}

/* Twice the room, so that half of it is always free. */
static void widen(struct rows *r)
{
    struct row_before *old = r->before;
    size_t room = r->before_room;

    r->before_room = room ? 2 * room : 64;
    r->before = alloc(r->before_room * sizeof *r->before);
    for (size_t i = 0; i < room; i++)
        if (old[i].id)
            r->before[place_of(r, old[i].id)] = old[i];
    free(old);
}

static void note_before(struct rows *r, const struct row *row)
{
    if (2 * (r->before_count + 1) > r->before_room)
        widen(r);
    r->before[place_of(r, row->id)] = (struct row_before){ row->id, row->hash };
    r->before_count++;
}

/* Whether `hash` is that of the record by which the row was known before this payload. */
static bool was_known_by(const struct rows *r, int64_t id, int64_t hash)
{
    const struct row_before *b = r->before_count ? &r->before[place_of(r, id)] : NULL;

    return b && b->id == id && b->hash == hash;
}

/* A second record with a key. The first one counts; but when this one is what the row was known by,
 * the first is the one that is out of place. */
static bool put_again(struct rows *r, const struct row *row, const struct value *values,
                      const struct origin *o, const struct raw *raw, struct error *e)
{
    bool changed, known = was_known_by(r, row->id, o->hash);

    refused_note(r, raw, r->of.dataset->key, values[r->key_at].text,
                 known
                     ? "this key stands in the payload before; this record, which is known, is kept"
                     : "this key stands in the payload before; the first record is kept");
    return !known || table_update(r->table, row->id, values, o, &changed, e);
}

bool taking_put(struct rows *r, const bool *has, const struct value *values, const struct raw *raw,
                int64_t hash, struct error *e)
{
    const char *key = values[r->key_at].text;
    AUTO_TEXT clean = { 0 };
    struct origin o = { .source = source_owner(r->of.source),
                        .hash = hash,
                        .version = r->of.version,
                        .pull = r->of.pull,
                        .line = raw->line,
                        .raw = raw->bytes,
                        .raw_size = raw->size };
    struct row row;
    bool changed, later, own;
    int64_t id;

    if (raw->size > ROW_RAW_MAX || utf8_check(raw->bytes, raw->size) < raw->size) {
        excerpt_clean(raw->bytes, raw->size, ROW_RAW_MAX, &clean);
        o.raw = text_of(&clean);
        o.raw_size = clean.size;
    }
    if (!sentinel_note(r->of.data, r->of.dataset, r->of.source->id, values, e))
        return false;
    if (!table_find_key(r->table, key, &row, e))
        return false;
    if (row.id && row_set_has(&r->seen, row.id))
        return put_again(r, &row, values, &o, raw, e);
    if (!row.id) {
        r->tally.added++;
        if (!table_insert(r->table, values, &o, &id, e))
            return false;
        row_set_add(&r->seen, id);
        return true;
    }
    if (!taking_yield(r, &row, &later, e))
        return false;
    if (later)
        return true;
    r->tally.known += !row.gone && taking_is_own(r, &row);
    if (!contested_own(r, &row, &own, e))
        return false;
    if (!own)
        return contested_put(r, values, &o, has, raw, e);
    row_set_add(&r->seen, row.id);
    note_before(r, &row);
    if (!table_update(r->table, row.id, values, &o, &changed, e))
        return false;
    r->tally.changed += changed;
    return true;
}

bool rows_take(struct rows *r, struct reader *reader, const struct shape *sh, const struct raw *raw,
               struct error *e)
{
    int64_t hash;
    struct row row;
    bool taken, known;

    arena_reset(r->record);
    r->tally.records++;
    if (r->stage) {
        if (!refused_read(r, reader, sh, raw, &taken, e))
            return false;
        if (taken)
            unite_stage(r, reader, sh, raw);
        return true;
    }
    hash = (int64_t)hash_of(raw->bytes, raw->size, shape_seed(sh));
    if (!table_find_hash(r->table, hash, source_owner(r->of.source), &row, e))
        return false;
    if (row.id && row_set_has(&r->seen, row.id) && !row.unread) {
        refused_note(r, raw, r->of.dataset->key, NULL,
                     "the same record stands in the payload before");
        return true;
    }
    if (row.id && !row.unread)
        return taking_known(r, &row, raw->line, e);
    if (!row.id && !contested_known(r, raw, raw->line, hash, &known, e))
        return false;
    if (!row.id && known)
        return true;
    return refused_read(r, reader, sh, raw, &taken, e) &&
           (!taken || taking_put(r, taking_columns(r, sh), r->values, raw, hash, e));
}

bool rows_reject(struct rows *r, const struct raw *raw, const char *reason, struct error *e)
{
    r->tally.records++;
    return refused_whole(r, raw, reason, e);
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
    r->kept = arena_new();
    r->values = alloc(of->dataset->columns.count * sizeof *r->values);
    r->inner = alloc(of->dataset->columns.count * sizeof *r->inner);
    if (of->dataset->keep != KEEP_ROW) {
        r->stage = stage_new();
        r->merge = merge_new(of->dataset);
    } else if (!difference_drop_all(of->data, of->dataset, e)) {
        return false;
    }
    r->has = alloc(of->dataset->columns.count * sizeof *r->has);
    r->contested = others_are(of->settings, of->dataset);
    if (!others_tidy(of->data, of->settings, of->dataset, e) ||
        !table_open(of->data, of->dataset, &r->table, e))
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
    arena_free(r->kept);
    free(r->values);
    free(r->inner);
    free(r->before);
    free(r->seen.bits);
    free(r->stays.bits);
    free(r->said.bits);
    free(r->has);
    unite_free(r);
    free(r->missing);
    free(r);
}
