#include "ingest/payload.h"

#include "base/arena.h"
#include "base/text.h"
#include "codec/digest.h"
#include "codec/json.h"
#include "db/schema.h"
#include "ingest/guard.h"
#include "ingest/mapping.h"
#include "ingest/newest.h"
#include "ingest/others.h"
#include "ingest/page.h"
#include "ingest/reader.h"
#include "ingest/record.h"
#include "ingest/reject.h"
#include "ingest/rows.h"
#include "ingest/table.h"

#include <stdio.h>
#include <string.h>

/* One take of the payload. Takes into one dataset share its rows. */
struct taking {
    struct source source; /* as it is for this take */
    const struct dataset *dataset;
    struct reader *reader; /* until the ingest ends */
    struct rows *rows;
    bool shared;                /* the rows are an earlier one's */
    const char *const *columns; /* those that the payload has */
    int64_t passed_over;        /* what its `skip` says is no record */
};

struct ingest {
    struct db *data;
    const struct settings *settings;
    const struct source *source;
    struct pull *pull;
    struct taking *takes;
    size_t count;
    struct rejects *rejects;
    int64_t version;             /* that this pull would make */
    bool late;                   /* a payload that came after this one was read */
    bool first;                  /* of its source none was good before */
    bool trusted;                /* a person says that it can be believed */
    struct json *columns_before; /* of the last good payload, read the same way; NULL */
    struct arena *arena;         /* as long as the ingest */
    struct ingest_report *report;
};

/* What stopped the reading. */
struct stop {
    struct error why; /* the payload is refused */
    bool ours;        /* no: our own side failed, `e` says how */
};

/* Reads every record. */
static bool take_records(struct taking *t, struct reader *reader, const struct shape *sh,
                         struct stop *stop, struct error *e)
{
    for (;;) {
        struct raw raw;
        enum reading reading = reader_next(reader, &raw, &stop->why);

        stop->ours = reading == READ_END || reading == READ_RECORD;
        if (reading == READ_END)
            t->passed_over = reader_passed_over(reader);
        if (reading == READ_END)
            return true;
        if (reading == READ_FAILED)
            return false;
        if (reading == READ_BAD ? !rows_reject(t->rows, &raw, stop->why.text, e)
                                : !rows_take(t->rows, reader, sh, &raw, e))
            return false;
    }
}

static bool take(struct ingest *g, struct taking *t, struct stop *stop, struct error *e)
{
    struct rows_of of = { .data = g->data,
                          .settings = g->settings,
                          .dataset = t->dataset,
                          .source = &t->source,
                          .pull = g->pull->id,
                          .version = g->version,
                          .came = g->pull->came,
                          .late = g->late,
                          .trusted = g->trusted,
                          .rejects = g->rejects };
    const struct shape *sh;

    stop->ours = true;
    if (!t->rows && !rows_open(&of, &t->rows, e))
        return false;
    if (!reader_open(g->pull->path, &t->source, &t->reader, &stop->why)) {
        stop->ours = stop->why.class != ERROR_INPUT;
        return stop->ours && error_set(e, stop->why.class, "%s", stop->why.text);
    }
    sh = shape_new(t->dataset, &t->source, g->settings->zone, t->reader, g->arena, &stop->why);
    stop->ours = sh != NULL;
    if (sh)
        t->columns = shape_columns(sh, g->arena);
    return sh && take_records(t, t->reader, sh, stop, e);
}

static bool take_all(struct ingest *g, struct stop *stop, struct error *e)
{
    for (size_t i = 0; i < g->count; i++) {
        struct taking *t = &g->takes[i];

        for (size_t k = 0; k < i && !t->rows; k++)
            if (g->takes[k].dataset == t->dataset) {
                t->rows = g->takes[k].rows;
                t->shared = true;
            }
        if (take(g, t, stop, e))
            continue;
        if (g->count > 1 && !stop->ours)
            error_wrap(&stop->why, "dataset %s", t->dataset->id);
        return false;
    }
    for (size_t i = 0; i < g->count; i++)
        if (!g->takes[i].shared &&
            (!rows_unite(g->takes[i].rows, e) || !rows_missing(g->takes[i].rows, e))) {
            stop->ours = true;
            return false;
        }
    return true;
}

static void count(struct ingest *g)
{
    struct ingest_report *r = g->report;

    r->records = r->rejects = r->unread = r->passed_over = r->added = r->changed = r->gone = 0;
    g->pull->kept_back = g->pull->keyless = 0;
    for (size_t i = 0; i < g->count; i++) {
        const struct tally *t = g->takes[i].rows ? rows_tally(g->takes[i].rows) : NULL;

        if (!t || g->takes[i].shared)
            continue;
        r->records += t->records;
        r->rejects += t->rejects;
        r->added += t->added;
        r->changed += t->changed;
        r->gone += t->missing;
        r->unread += t->unread;
        r->passed_over += g->takes[i].passed_over;
        g->pull->kept_back += t->kept_back;
        g->pull->keyless += t->keyless;
        r->version_moved |=
            t->added || t->changed || t->differs || (t->missing && g->source->gone != GONE_IGNORE);
    }
    g->pull->records = r->records;
    g->pull->rejects = r->rejects;
    g->pull->unread = r->unread;
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
    g->report->version_moved = false;
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

/* True if another source of the dataset is still to be read as it is configured now. */
static bool is_behind(const struct ingest *g, const struct dataset *d, bool *ret, struct error *e)
{
    for (LIST_EACH(const struct source, s, &g->settings->sources)) {
        char mapping[DIGEST_TEXT_SIZE];
        struct source_state st;

        if (s == g->source || !source_fills(s, d->id))
            continue;
        mapping_of_source(g->settings, s, mapping);
        if (!source_get(g->data, s->id, g->arena, &st, e))
            return false;
        *ret |= st.mapping && !text_same(st.mapping, mapping);
    }
    return true;
}

static bool note_loaded(const struct ingest *g, struct error *e)
{
    for (size_t i = 0; i < g->count; i++) {
        bool behind = false;

        if (!is_behind(g, g->takes[i].dataset, &behind, e) ||
            (!behind && !table_loaded(g->data, g->takes[i].dataset, e)))
            return false;
    }
    return true;
}

/* What is held of the changes to this snapshot and came before it says nothing new. */
static bool overtake(const struct ingest *g, struct error *e)
{
    for (LIST_EACH(const struct source, s, &g->settings->sources))
        if (text_same(s->of, g->source->id) && !source_overtake(g->data, s->id, g->pull, e))
            return false;
    return true;
}

/* Which columns the payload has, by dataset; a dataset that several takes fill has those of each.
 */
static struct json *columns_now(const struct ingest *g)
{
    struct json *all = json_group();

    for (size_t i = 0; i < g->count; i++) {
        struct json *names = json_get(all, g->takes[i].dataset->id);

        if (!names) {
            names = json_group();
            json_set(all, g->takes[i].dataset->id, names);
        }
        for (const char *const *n = g->takes[i].columns; n && *n; n++)
            json_set_truth(names, *n, true);
    }
    return all;
}

/* Of changes: what was not taken before, and did not come again. */
static bool carry_rejects(const struct ingest *g, struct error *e)
{
    struct source_state st;

    if (g->source->content != CONTENT_CHANGES)
        return true;
    if (!source_get(g->data, g->source->id, g->arena, &st, e))
        return false;
    for (size_t i = 0; i < g->count; i++)
        if (!g->takes[i].shared && st.good_pull && st.good_pull != g->pull->id &&
            !rejects_carry(g->data, g->takes[i].dataset->id, g->takes[i].dataset->key, st.good_pull,
                           g->pull->id, g->pull->came, e))
            return false;
    return true;
}

static bool finish(struct ingest *g, struct error *e)
{
    char mapping[DIGEST_TEXT_SIZE];
    AUTO(json) columns = columns_now(g);
    AUTO_TEXT text = { 0 };

    for (size_t i = 0; i < g->count; i++)
        if (!g->takes[i].shared && !rows_leave(g->takes[i].rows, e))
            return false;
    if (g->source->content_age && g->source->content_age->column &&
        !newest_read(g->data, g->settings, g->source, g->pull->at, &g->pull->content_at, e))
        return false;
    count(g);
    if (!g->report->version_moved)
        g->pull->version = --g->version;
    g->report->result = INGEST_GOOD;
    mapping_of_source(g->settings, g->source, mapping);
    json_write(columns, false, &text);
    g->pull->columns = arena_text(g->arena, text_of(&text));
    return rejects_write(g->rejects, g->data, g->pull->id, e) && carry_rejects(g, e) &&
           setting_put_number(g->data, "version", g->version, e) &&
           source_ingested(g->data, g->pull, mapping, e) && overtake(g, e) && note_loaded(g, e) &&
           db_commit(g->data, e);
}

/* The columns of the last good payload that this one lacks: a name that was changed, or a damaged
 * header. Taken as empty they would end what waivers, closings and payments say. */
static void doubt_columns(const struct ingest *g, const struct taking *t, struct text *out)
{
    const struct json *before =
        g->columns_before ? json_get(g->columns_before, t->dataset->id) : NULL;
    AUTO(json) now = columns_now(g);
    const struct json *here = json_get(now, t->dataset->id);

    for (LIST_EACH(const struct column, c, &t->dataset->columns))
        if (before && json_get(before, c->name) && !json_get(here, c->name))
            text_addf(out, "%scolumn %s, which the last good payload had, is missing",
                      out->size ? "; " : "", c->name);
}

/* Whether the payload says of itself that it is a part of more. False: our own side failed. */
static bool doubt_page(const struct ingest *g, struct text *doubts, struct error *e)
{
    AUTO_TEXT page = { 0 };

    if (g->source->whole)
        return true;
    if (g->pull->next_page)
        text_addf(&page, "the header Link leads to another page: %s", g->pull->next_page);
    for (size_t i = 0; i < g->count && !page.size; i++)
        if (g->source->format == FORMAT_JSON &&
            !page_check(g->pull->path, g->takes[i].source.pointer, &page, e))
            return false;
    if (page.size)
        text_addf(doubts,
                  "no whole body: %s; have the whole sent in one, or write whole = true if it is",
                  text_of(&page));
    return true;
}

/* What speaks against it: that it is a page, and all that its datasets doubt. */
static bool is_believed(const struct ingest *g, bool *ret, struct error *why, struct error *e)
{
    AUTO_TEXT doubts = { 0 };

    if (!doubt_page(g, &doubts, e))
        return false;
    for (size_t i = 0; i < g->count; i++) {
        const struct taking *t = &g->takes[i];
        const struct tally *tally = rows_tally(t->rows);
        struct counts c = { .records = tally->records,
                            .rejects = tally->rejects,
                            .spoiled = tally->spoiled,
                            .lost = tally->lost,
                            .known = tally->known,
                            .missing = tally->missing + tally->kept_back,
                            .changes = g->source->content == CONTENT_CHANGES };

        AUTO_TEXT here = { 0 };

        if (t->shared)
            continue;
        if (!guard_believes(t->dataset->guard, &c, tally->known == 0 || g->first, why))
            text_add(&here, why->text);
        doubt_columns(g, t, &here);
        if (!here.size)
            continue;
        text_add(&doubts, doubts.size ? "; " : "");
        if (g->count > 1)
            text_addf(&doubts, "dataset %s: ", t->dataset->id);
        text_add(&doubts, text_of(&here));
    }
    *ret = !doubts.size;
    if (doubts.size)
        error_set(why, ERROR_INPUT, "%s", text_of(&doubts));
    return true;
}

/* Inside the transaction. False: `e` from our own side; else the report says what became of it. */
static bool run(struct ingest *g, struct error *e)
{
    struct stop stop;
    bool believed = g->trusted;

    if (!take_all(g, &stop, e))
        return !stop.ours && put_aside(g, INGEST_REFUSED, &stop.why, e);
    if (!g->trusted && !is_believed(g, &believed, &stop.why, e))
        return false;
    if (!believed)
        return put_aside(g, INGEST_HELD, &stop.why, e);
    return finish(g, e);
}

bool ingest_version(struct db *data, int64_t *ret, struct error *e)
{
    *ret = 0;
    return setting_get_number(data, "version", ret, e);
}

static void prepare_takes(struct ingest *g)
{
    size_t i = 0;

    g->count = g->source->takes.count;
    g->takes = arena_alloc(g->arena, g->count * sizeof *g->takes);
    for (LIST_EACH(const struct take, t, &g->source->takes))
        g->takes[i++] = (struct taking){ .source = source_of_take(g->source, t),
                                         .dataset = settings_dataset(g->settings, t->dataset) };
}

/* What the last good payload had, if it was read as this one is. */
static bool read_columns(struct ingest *g, const struct source_state *st, struct error *e)
{
    char mapping[DIGEST_TEXT_SIZE];
    struct pull before;
    bool found = false;

    mapping_of_source(g->settings, g->source, mapping);
    if (!st->good_pull || !text_same(st->mapping, mapping))
        return true;
    if (!pull_get(g->data, st->good_pull, g->arena, &before, &found, e))
        return false;
    if (found && before.columns)
        g->columns_before = json_read(before.columns, strlen(before.columns), NULL);
    return true;
}

bool ingest_payload(struct db *data, const struct settings *settings, const struct source *s,
                    struct pull *p, bool trusted, struct ingest_report *ret, struct error *e)
{
    AUTO(arena) arena = arena_new();
    struct ingest g = { .data = data,
                        .settings = settings,
                        .source = s,
                        .pull = p,
                        .rejects = rejects_new(arena),
                        .arena = arena,
                        .trusted = trusted,
                        .report = ret };
    struct source_state st;
    bool ok;

    *ret = (struct ingest_report){ 0 };
    if (!p->path)
        return error_set(e, ERROR_INPUT, "pull %lld: its payload is no longer kept",
                         (long long)p->id);
    if (!ingest_version(data, &g.version, e) || !source_get(data, s->id, arena, &st, e) ||
        !pull_is_late(data, p, &g.late, e) || !db_begin(data, e))
        return error_wrap(e, "source %s", s->id);
    g.first = st.good_pull == 0;
    g.version++;
    prepare_takes(&g);
    ok = read_columns(&g, &st, e) && run(&g, e);
    for (size_t i = 0; i < g.count; i++)
        if (!g.takes[i].shared)
            rows_free(g.takes[i].rows);
    for (size_t i = 0; i < g.count; i++)
        reader_free(g.takes[i].reader);
    json_free(g.columns_before);
    if (!ok) {
        db_rollback(data);
        return error_wrap(e, "source %s: pull %lld", s->id, (long long)p->id);
    }
    return true;
}
