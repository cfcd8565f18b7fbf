#include "ingest/payload.h"

#include "base/arena.h"
#include "base/text.h"
#include "codec/digest.h"
#include "db/schema.h"
#include "ingest/guard.h"
#include "ingest/reader.h"
#include "ingest/record.h"
#include "ingest/reject.h"
#include "ingest/rows.h"

struct ingest {
    struct db *data;
    const struct settings *settings;
    const struct source *source;
    const struct dataset *dataset;
    struct pull *pull;
    struct reader *reader;
    struct rows *rows;
    struct rejects *rejects;
    int64_t version;     /* that this pull would make */
    struct arena *arena; /* as long as the ingest */
    struct ingest_report *report;
};

/* Reads every record. False with `why` filled when the payload is refused, with `e` when our own
 * side failed; `*ret_ours` tells which. */
static bool take_all(struct ingest *g, const struct shape *sh, struct error *why, bool *ret_ours,
                     struct error *e)
{
    for (;;) {
        struct raw raw;
        enum reading reading = reader_next(g->reader, &raw, why);

        *ret_ours = false;
        if (reading == READ_END) {
            *ret_ours = true;
            return rows_unite(g->rows, g->reader, sh, e);
        }
        if (reading == READ_FAILED)
            return false;
        if (reading == READ_BAD) {
            rows_reject(g->rows, &raw, why->text);
        } else if (!rows_take(g->rows, g->reader, sh, &raw, e)) {
            *ret_ours = true;
            return false;
        }
    }
}

static void count(struct ingest *g)
{
    const struct tally *t = g->rows ? rows_tally(g->rows) : &(struct tally){ 0 };
    struct ingest_report *r = g->report;

    r->records = t->records;
    r->rejects = t->rejects;
    r->added = t->added;
    r->changed = t->changed;
    r->gone = t->missing;
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
    count(g);
    if (!db_begin(g->data, e))
        return false;
    if (!rejects_write(g->rejects, g->data, g->pull->id, e) ||
        !source_not_ingested(g->data, g->pull, result == INGEST_HELD ? "HELD" : "REFUSED",
                             why->text, e)) {
        db_rollback(g->data);
        return false;
    }
    return db_commit(g->data, e);
}

static bool finish(struct ingest *g, struct error *e)
{
    struct ingest_report *r = g->report;
    char mapping[DIGEST_TEXT_SIZE];

    if (!rows_leave(g->rows, e))
        return false;
    count(g);
    r->version_moved = r->added || r->changed || rows_tally(g->rows)->differs ||
                       (r->gone && g->source->gone != GONE_IGNORE);
    if (!r->version_moved)
        g->pull->version = --g->version;
    r->result = INGEST_GOOD;
    ingest_mapping(g->settings, g->source, mapping);
    return rejects_write(g->rejects, g->data, g->pull->id, e) &&
           setting_put_number(g->data, "version", g->version, e) &&
           source_ingested(g->data, g->pull, mapping, e) && db_commit(g->data, e);
}

static bool is_believed(const struct ingest *g, struct error *why)
{
    const struct tally *t = rows_tally(g->rows);
    struct counts c = { .records = t->records,
                        .rejects = t->rejects,
                        .known = t->known,
                        .missing = t->missing,
                        .changes = g->source->content == CONTENT_CHANGES };

    return guard_believes(g->dataset->guard, &c, t->known == 0, why);
}

/* Inside the transaction. False: `e` from our own side; else the report says what became of it. */
static bool run(struct ingest *g, bool trusted, struct error *e)
{
    struct rows_of of = { .data = g->data,
                          .dataset = g->dataset,
                          .source = g->source,
                          .pull = g->pull->id,
                          .version = g->version,
                          .rejects = g->rejects };
    const struct shape *sh;
    struct error why;
    bool ours = false;

    if (!reader_open(g->pull->path, g->source, &g->reader, &why))
        return why.class == ERROR_INPUT ? put_aside(g, INGEST_REFUSED, &why, e)
                                        : error_set(e, why.class, "%s", why.text);
    sh = shape_new(g->dataset, g->source, g->settings->zone, g->reader, g->arena, &why);
    if (!sh)
        return put_aside(g, INGEST_REFUSED, &why, e);
    if (!rows_open(&of, &g->rows, e))
        return false;
    if (!take_all(g, sh, &why, &ours, e))
        return ours ? false : put_aside(g, INGEST_REFUSED, &why, e);
    if (!rows_missing(g->rows, e))
        return false;
    if (!trusted && !is_believed(g, &why))
        return put_aside(g, INGEST_HELD, &why, e);
    return finish(g, e);
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
    struct ingest g = { .data = data,
                        .settings = settings,
                        .source = s,
                        .dataset = settings_dataset(settings, s->dataset),
                        .pull = p,
                        .rejects = rejects_new(arena),
                        .arena = arena,
                        .report = ret };
    bool ok;

    *ret = (struct ingest_report){ 0 };
    if (!p->path)
        return error_set(e, ERROR_INPUT, "pull %lld: its payload is no longer kept",
                         (long long)p->id);
    if (!ingest_version(data, &g.version, e) || !db_begin(data, e))
        return error_wrap(e, "source %s", s->id);
    g.version++;
    ok = run(&g, trusted, e);
    rows_free(g.rows);
    reader_free(g.reader);
    if (!ok) {
        db_rollback(data);
        return error_wrap(e, "source %s: pull %lld", s->id, (long long)p->id);
    }
    return true;
}
