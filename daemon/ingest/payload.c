#include "ingest/payload.h"

#include "base/arena.h"
#include "base/text.h"
#include "codec/digest.h"
#include "db/schema.h"
#include "ingest/guard.h"
#include "ingest/reader.h"
#include "ingest/record.h"
#include "ingest/table.h"

#include <stdlib.h>
#include <string.h>

/* Rejects of one pull that are kept; the rest is counted. */
#define REJECTS_KEPT 10000
#define REJECT_RAW_MAX 2000

struct reject {
    struct reject *next;
    int64_t line;
    const char *field, *value, *reason, *raw;
};

struct ingest {
    struct db *data;
    const struct settings *settings;
    const struct source *source;
    const struct dataset *dataset;
    struct pull *pull;
    struct reader *reader;
    struct shape *shape;
    struct table *table;
    struct value *values;
    size_t key_at;       /* the key's number among the columns */
    int64_t version;     /* that this pull would make */
    unsigned char *seen; /* a bit for each row id that the payload has */
    size_t seen_size;
    int64_t seen_before;  /* rows that were known and are there again */
    struct arena *arena;  /* as long as the ingest */
    struct arena *record; /* one record */
    struct reject *first, **last;
    int64_t kept;
    struct ingest_report *report;
};

static bool was_seen(const struct ingest *g, int64_t id)
{
    size_t at = (size_t)id / 8;

    return at < g->seen_size && (g->seen[at] >> (id % 8) & 1);
}

static void see(struct ingest *g, int64_t id)
{
    size_t at = (size_t)id / 8;

    if (at >= g->seen_size) {
        size_t size = (at + 64) * 2;

        g->seen = grow(g->seen, size, 1);
        memset(g->seen + g->seen_size, 0, size - g->seen_size);
        g->seen_size = size;
    }
    g->seen[at] = (unsigned char)(g->seen[at] | 1u << (id % 8));
}

static void reject(struct ingest *g, const struct raw *raw, const char *field, const char *value,
                   const char *reason)
{
    struct reject *r;

    if (g->kept++ >= REJECTS_KEPT)
        return;
    r = arena_alloc(g->arena, sizeof *r);
    *r = (struct reject){ .line = raw->line,
                          .field = arena_text(g->arena, field),
                          .value = arena_text(g->arena, value),
                          .reason = arena_text(g->arena, reason),
                          .raw = arena_textn(g->arena, raw->bytes,
                                             raw->size < REJECT_RAW_MAX ? raw->size
                                                                        : REJECT_RAW_MAX) };
    *g->last = r;
    g->last = &r->next;
}

static void reject_complaints(struct ingest *g, const struct raw *raw, const struct complaints *why)
{
    g->report->rejects++;
    for (size_t i = 0; i < why->count; i++)
        reject(g, raw, why->all[i].field, why->all[i].value, why->all[i].reason);
}

/* A row that is known, by its bytes or by its key. */
static bool known_again(struct ingest *g, const struct row *row, struct error *e)
{
    see(g, row->id);
    if (!row->gone) {
        g->seen_before++;
        return true;
    }
    g->report->changed++;
    return table_mark(g->table, row->id, 0, g->version, e);
}

static bool put_row(struct ingest *g, const struct raw *raw, int64_t hash, struct error *e)
{
    const char *key = g->values[g->key_at].text;
    struct origin o = { .source = g->source->id,
                        .hash = hash,
                        .version = g->version,
                        .pull = g->pull->id,
                        .line = raw->line,
                        .raw = raw->bytes,
                        .raw_size = raw->size };
    struct row row;
    bool changed;
    int64_t id;

    if (!table_find_key(g->table, key, &row, e))
        return false;
    if (row.id && was_seen(g, row.id)) {
        g->report->rejects++;
        reject(g, raw, g->dataset->key, key,
               "this key stands in the payload before; the first record is kept");
        return true;
    }
    if (!row.id) {
        g->report->added++;
        if (!table_insert(g->table, g->values, &o, &id, e))
            return false;
        see(g, id);
        return true;
    }
    g->seen_before += !row.gone && text_same(row.source, g->source->id);
    see(g, row.id);
    if (!table_update(g->table, row.id, g->values, &o, &changed, e))
        return false;
    g->report->changed += changed;
    return true;
}

static bool take_record(struct ingest *g, const struct raw *raw, struct error *e)
{
    int64_t hash = (int64_t)hash_of(raw->bytes, raw->size, shape_seed(g->shape));
    struct complaints why = { .count = 0 };
    struct fields fields;
    struct error bad;
    struct row row;

    if (!table_find_hash(g->table, hash, g->source->id, &row, e))
        return false;
    if (row.id && was_seen(g, row.id)) {
        g->report->rejects++;
        reject(g, raw, g->dataset->key, NULL, "the same record stands in the payload before");
        return true;
    }
    if (row.id)
        return known_again(g, &row, e);
    if (!reader_fields(g->reader, raw, &fields, &bad)) {
        g->report->rejects++;
        reject(g, raw, NULL, NULL, bad.text);
        return true;
    }
    if (!record_read(g->shape, &fields, g->values, g->record, &why)) {
        reject_complaints(g, raw, &why);
        return true;
    }
    return put_row(g, raw, hash, e);
}

/* Reads every record. False with `why` filled when the payload is refused, with `e` when our own
 * side failed; `*ret_ours` tells which. */
static bool take_all(struct ingest *g, struct error *why, bool *ret_ours, struct error *e)
{
    for (;;) {
        struct raw raw;
        enum reading reading = reader_next(g->reader, &raw, why);

        *ret_ours = false;
        if (reading == READ_END)
            return true;
        if (reading == READ_FAILED)
            return false;
        g->report->records++;
        arena_reset(g->record);
        if (reading == READ_BAD) {
            g->report->rejects++;
            reject(g, &raw, NULL, NULL, why->text);
        } else if (!take_record(g, &raw, e)) {
            *ret_ours = true;
            return false;
        }
    }
}

static bool mark_missing(void *data, int64_t id, struct error *e)
{
    struct ingest *g = data;
    int64_t gone = g->source->gone == GONE_CLOSED ? -g->pull->id : g->pull->id;

    if (was_seen(g, id))
        return true;
    g->report->gone++;
    return g->source->gone == GONE_IGNORE || table_mark(g->table, id, gone, g->version, e);
}

static bool count_known(struct ingest *g, int64_t *ret, struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;
    bool row = false;

    text_addf(&sql, "SELECT count(*) FROM %s WHERE _gone IS NULL AND _source = ?", g->dataset->id);
    if (!db_query_text(g->data, &s, e, text_of(&sql), "t", g->source->id) || !db_row(s, &row, e))
        return false;
    *ret = row ? db_int(s, 0) : 0;
    return true;
}

static bool write_rejects(struct ingest *g, struct error *e)
{
    if (!db_run(g->data, e, "DELETE FROM reject WHERE pull = ?", "i", g->pull->id))
        return false;
    for (const struct reject *r = g->first; r; r = r->next)
        if (!db_run(g->data, e,
                    "INSERT INTO reject (pull, line, field, value, reason, raw)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    "iitttt", g->pull->id, r->line, r->field, r->value, r->reason, r->raw))
            return false;
    return true;
}

static void copy_counts(const struct ingest *g)
{
    const struct ingest_report *r = g->report;

    g->pull->records = r->records;
    g->pull->rejects = r->rejects;
    g->pull->added = r->added;
    g->pull->changed = r->changed;
    g->pull->gone = r->gone;
    g->pull->version = g->version;
}

/* Nothing changed but the state of the pull and its rejects. */
static bool put_aside(struct ingest *g, enum ingest_result result, const struct error *why,
                      struct error *e)
{
    db_rollback(g->data);
    g->report->result = result;
    g->report->why = *why;
    copy_counts(g);
    if (!db_begin(g->data, e))
        return false;
    if (!write_rejects(g, e) ||
        !source_not_ingested(g->data, g->pull, result == INGEST_HELD ? "HELD" : "REFUSED",
                             why->text, e)) {
        db_rollback(g->data);
        return false;
    }
    return db_commit(g->data, e);
}

static bool finish(struct ingest *g, const char *mapping, struct error *e)
{
    struct ingest_report *r = g->report;

    if (g->source->content == CONTENT_SNAPSHOT &&
        !table_each(g->table, g->source->id, mark_missing, g, e))
        return false;
    r->version_moved = r->added || r->changed || (r->gone && g->source->gone != GONE_IGNORE);
    if (!r->version_moved)
        g->version--;
    copy_counts(g);
    return write_rejects(g, e) && setting_put_number(g->data, "version", g->version, e) &&
           source_ingested(g->data, g->pull, mapping, e);
}

static bool is_believed(const struct ingest *g, int64_t known, bool first, struct error *why)
{
    struct counts c = { .records = g->report->records,
                        .rejects = g->report->rejects,
                        .known = known,
                        .missing =
                            g->source->content == CONTENT_SNAPSHOT ? known - g->seen_before : 0,
                        .changes = g->source->content == CONTENT_CHANGES };

    g->report->gone = c.missing;
    return guard_believes(g->dataset->guard, &c, first, why);
}

/* Inside the transaction. False: `e` from our own side; else the report says what became of it. */
static bool run(struct ingest *g, bool trusted, struct error *e)
{
    char mapping[DIGEST_TEXT_SIZE];
    int64_t known = 0;
    struct error why;
    bool ours = false;

    ingest_mapping(g->settings, g->source, mapping);
    if (!reader_open(g->pull->path, g->source, &g->reader, &why))
        return why.class == ERROR_INPUT ? put_aside(g, INGEST_REFUSED, &why, e)
                                        : error_set(e, why.class, "%s", why.text);
    g->shape = shape_new(g->dataset, g->source, g->settings->zone, g->reader, g->arena, &why);
    if (!g->shape)
        return put_aside(g, INGEST_REFUSED, &why, e);
    if (!table_open(g->data, g->dataset, &g->table, e) || !count_known(g, &known, e))
        return false;
    if (!take_all(g, &why, &ours, e))
        return ours ? false : put_aside(g, INGEST_REFUSED, &why, e);
    if (!trusted && !is_believed(g, known, known == 0, &why))
        return put_aside(g, INGEST_HELD, &why, e);
    g->report->gone = 0;
    if (!finish(g, mapping, e))
        return false;
    g->report->result = INGEST_GOOD;
    return db_commit(g->data, e);
}

static size_t key_number(const struct dataset *d)
{
    size_t i = 0;

    for (LIST_EACH(const struct column, c, &d->columns)) {
        if (strcmp(c->name, d->key) == 0)
            break;
        i++;
    }
    return i;
}

void ingest_mapping(const struct settings *settings, const struct source *s,
                    char ret[DIGEST_TEXT_SIZE])
{
    char mapping[DIGEST_TEXT_SIZE];

    mapping_digest(settings_dataset(settings, s->dataset), s, settings->zone, mapping);
    digest_of_parts((const char *const[]){ mapping, s->url, NULL }, ret);
}

bool ingest_version(struct db *data, int64_t *ret, struct error *e)
{
    *ret = 0;
    return setting_get_number(data, "version", ret, e);
}

bool ingest_payload(struct db *data, const struct settings *settings, const struct source *s,
                    struct pull *p, bool trusted, struct ingest_report *ret, struct error *e)
{
    AUTO(arena) arena = arena_new();
    AUTO(arena) record = arena_new();
    struct ingest g = { .data = data,
                        .settings = settings,
                        .source = s,
                        .dataset = settings_dataset(settings, s->dataset),
                        .pull = p,
                        .arena = arena,
                        .record = record,
                        .report = ret };
    bool ok;

    *ret = (struct ingest_report){ 0 };
    g.last = &g.first;
    g.values = arena_alloc(arena, (g.dataset->columns.count + 1) * sizeof *g.values);
    g.key_at = key_number(g.dataset);
    if (!p->path)
        return error_set(e, ERROR_INPUT, "pull %lld: its payload is no longer kept",
                         (long long)p->id);
    if (!ingest_version(data, &g.version, e) || !db_begin(data, e))
        return error_wrap(e, "source %s", s->id);
    g.version++;
    ok = run(&g, trusted, e);
    table_close(g.table);
    reader_free(g.reader);
    free(g.seen);
    if (!ok) {
        db_rollback(data);
        return error_wrap(e, "source %s: pull %lld", s->id, (long long)p->id);
    }
    return true;
}
