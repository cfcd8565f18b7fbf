/* Datasets that make one row of the records of a payload that have one key, whichever take reads
 * them (ingest/taking.h). */
#include "ingest/taking.h"

#include "base/text.h"
#include "codec/digest.h"
#include "ingest/difference.h"

#include <stdlib.h>

/* One take that reads some of the records. */
struct united {
    struct reader *reader;
    const struct shape *shape;
    bool *has;
};

static size_t column_count(const struct rows *r)
{
    return r->of.dataset->columns.count;
}

/* The number of the take; they come one after the other. */
static int number_of(struct rows *r, struct reader *reader, const struct shape *sh)
{
    struct united *u;

    if (!r->united_count || r->united[r->united_count - 1].shape != sh) {
        const bool *has = taking_columns(r, sh);

        r->united = grow(r->united, r->united_count + 1, sizeof *r->united);
        u = &r->united[r->united_count++];
        *u = (struct united){ reader, sh, alloc((column_count(r) + 1) * sizeof *u->has) };
        for (size_t i = 0; i < column_count(r); i++)
            u->has[i] = has[i];
    }
    return (int)r->united_count - 1;
}

void unite_stage(struct rows *r, struct reader *reader, const struct shape *sh,
                 const struct raw *raw)
{
    stage_add(r->stage, r->values[r->key_at].text, raw, number_of(r, reader, sh));
}

void unite_free(struct rows *r)
{
    for (size_t i = 0; i < r->united_count; i++)
        free(r->united[i].has);
    free(r->united);
}

/* The hash over the records with one key, of a single one its own; and as much of them as the row
 * keeps, in lines. */
static bool read_group(const struct rows *r, const struct staged *all, size_t count,
                       struct text *kept, int64_t *ret_hash, struct error *e)
{
    uint64_t seed = shape_seed(r->united[all[0].take].shape), own;
    AUTO_TEXT one = { 0 };

    for (size_t i = 0; i < count; i++) {
        const struct united *u = &r->united[all[i].take];

        text_clear(&one);
        if (!reader_again(u->reader, all[i].offset, all[i].size, &one, e))
            return false;
        if (i && all[i].take != all[i - 1].take) {
            own = shape_seed(u->shape);
            seed = hash_of((const char *)&own, sizeof own, seed);
        }
        seed = hash_of(text_of(&one), one.size, seed);
        if (!i || all[i].offset != all[i - 1].offset)
            text_addf(kept, i ? "\n%s" : "%s", text_of(&one));
    }
    *ret_hash = (int64_t)seed;
    return true;
}

/* They were rows before. */
static bool merge_group(struct rows *r, const struct staged *all, size_t count, struct error *e)
{
    struct complaints why;
    struct fields fields;
    AUTO_TEXT one = { 0 };

    merge_begin(r->merge);
    for (size_t i = 0; i < count; i++) {
        const struct united *u = &r->united[all[i].take];
        struct raw raw = { .line = all[i].line, .size = all[i].size };

        arena_reset(r->record);
        text_clear(&one);
        if (!reader_again(u->reader, all[i].offset, all[i].size, &one, e))
            return false;
        raw.bytes = text_of(&one);
        if (!reader_fields(u->reader, &raw, &fields, e) ||
            !record_read(u->shape, &fields, r->values, r->record, &why))
            return error_set(e, ERROR_RETRY, "the payload was changed while it was read");
        merge_add(r->merge, r->values, u->has, raw.line);
    }
    return true;
}

/* The columns for which some record of the group has a field, in `r->record`. */
static const bool *columns_of(const struct rows *r, const struct staged *all, size_t count)
{
    bool *has = arena_alloc(r->record, (column_count(r) + 1) * sizeof *has);

    for (size_t c = 0; c < column_count(r); c++) {
        has[c] = false;
        for (size_t i = 0; i < count && !has[c]; i++)
            has[c] = r->united[all[i].take].has[c];
    }
    return has;
}

/* A row that stays another source's: what stands beside it is about that one's records. */
static bool is_others(const struct rows *r, const struct row *row)
{
    return r->contested && row->id && !row->gone && !taking_is_own(r, row) &&
           !others_prefer(r->of.settings, r->of.dataset, source_owner(r->of.source), row->source);
}

/* The row stands for a record with this key that could not be read: these are told beside it. */
static bool refuse_group(struct rows *r, const struct staged *all, size_t count, const char *key,
                         struct error *e)
{
    AUTO_TEXT one = { 0 };

    for (size_t i = 0; i < count; i++) {
        struct raw raw = {
            .line = all[i].line, .lines = 1, .offset = all[i].offset, .size = all[i].size
        };

        text_clear(&one);
        if (!reader_again(r->united[all[i].take].reader, all[i].offset, all[i].size, &one, e))
            return false;
        raw.bytes = text_of(&one);
        refused_note(r, &raw, r->of.dataset->key, key,
                     "another record with this key could not be read; the row stands for that one");
    }
    return true;
}

/* What was read of the group becomes the row. */
static bool put_group(struct rows *r, const struct staged *all, size_t count,
                      const struct text *kept, int64_t hash, struct error *e)
{
    const struct value *values = merge_values(r->merge);
    const char *key = values[r->key_at].text;
    const struct raw raw = { .line = all[0].line,
                             .lines = 1,
                             .offset = all[0].offset,
                             .bytes = text_of(kept),
                             .size = kept->size };
    int64_t before = db_written(r->of.data);
    bool later = false;
    struct row row;

    if (!table_find_key(r->table, key, &row, e))
        return false;
    if (row.id && row_set_has(&r->seen, row.id))
        return refuse_group(r, all, count, key, e);
    if (row.id && !row.gone && row_set_has(&r->stays, row.id)) { /* one of them is no row */
        row_set_add(&r->seen, row.id);
        r->tally.known++;
        return true;
    }
    if (row.id && !taking_yield(r, &row, &later, e))
        return false;
    if (later)
        return true;
    if (!is_others(r, &row) &&
        !difference_put(r->of.data, r->of.dataset, r->merge, key, r->of.source->id, r->of.pull, e))
        return false;
    r->tally.differs |= db_written(r->of.data) > before;
    return taking_put(r, columns_of(r, all, count), values, &raw, hash, e);
}

static bool unite(struct rows *r, const struct staged *all, size_t count, struct error *e)
{
    AUTO_TEXT kept = { .max = ROW_RAW_MAX };
    bool known = false;
    struct row row;
    int64_t hash;

    if (!read_group(r, all, count, &kept, &hash, e) ||
        !table_find_hash(r->table, hash, source_owner(r->of.source), &row, e))
        return false;
    if (row.id && !row.gone && !row.unread && !row_set_has(&r->seen, row.id))
        return taking_known(r, &row, all[0].line, e);
    arena_reset(r->record);
    if (!row.id && !contested_known(r, NULL, all[0].line, hash, &known, e))
        return false;
    return known || (merge_group(r, all, count, e) && put_group(r, all, count, &kept, hash, e));
}

bool rows_unite(struct rows *r, struct error *e)
{
    const struct staged *all;
    size_t count;

    while (r->stage && (all = stage_next(r->stage, &count)))
        if (!unite(r, all, count, e))
            return false;
    return true;
}
