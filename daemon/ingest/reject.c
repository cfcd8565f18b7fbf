#include "ingest/reject.h"

#include "base/limit.h"
#include "codec/digest.h"
#include "ingest/excerpt.h"

#include <string.h>

LIMIT(REJECT_RAW_MAX,
      2000); /* told: so many bytes of a rejected record are kept; the payload has all */

struct reject {
    struct reject *next;
    int64_t line, lines;
    struct not_taken what;
    const char *raw;
    char mark[MARK_SIZE];
};

struct rejects {
    struct arena *arena;
    struct reject *first, **last;
    int64_t kept;
};

struct rejects *rejects_new(struct arena *a)
{
    struct rejects *r = arena_alloc(a, sizeof *r);

    r->arena = a;
    r->last = &r->first;
    return r;
}

static const char *or_none(const char *s)
{
    return s ? s : "";
}

/* A cell is known by its value; a record that as a whole is not taken by all of it: another one
 * with that key is not known yet. */
static void make_mark(const struct not_taken *n, const struct raw *raw, const char *shown,
                      char mark[static MARK_SIZE])
{
    char all[DIGEST_TEXT_SIZE], whole[DIGEST_TEXT_SIZE] = "";

    if (!n->column)
        digest_of(raw->bytes, raw->size, whole);
    digest_of_parts((const char *const[]){ n->dataset, n->key ? n->key : shown, or_none(n->field),
                                           or_none(n->value), whole, NULL },
                    all);
    memcpy(mark, all, MARK_SIZE - 1);
    mark[MARK_SIZE - 1] = '\0';
}

void rejects_add(struct rejects *r, const struct raw *raw, const struct not_taken *n)
{
    AUTO_TEXT clean = { 0 };
    struct reject *one;

    if (r->kept++ >= REJECTS_KEPT_MAX)
        return;
    excerpt_clean(raw->bytes, raw->size, REJECT_RAW_MAX, &clean);
    one = arena_alloc(r->arena, sizeof *one);
    *one = (struct reject){ .line = raw->line,
                            .lines = raw->lines,
                            .raw = arena_text(r->arena, text_of(&clean)),
                            .what = { .dataset = n->dataset,
                                      .key = arena_text(r->arena, n->key),
                                      .field = arena_text(r->arena, n->field),
                                      .column = arena_text(r->arena, n->column),
                                      .value = arena_text(r->arena, n->value),
                                      .reason = arena_text(r->arena, n->reason),
                                      .cells = arena_text(r->arena, n->cells),
                                      .cell = n->cell } };
    make_mark(&one->what, raw, one->raw, one->mark);
    *r->last = one;
    r->last = &one->next;
}

bool rejects_write(const struct rejects *r, struct db *data, int64_t pull, struct error *e)
{
    if (!db_run(data, e, "DELETE FROM reject WHERE pull = ?", "i", pull))
        return false;
    for (const struct reject *one = r->first; one; one = one->next)
        if (!db_run(
                data, e,
                "INSERT INTO reject (pull, line, lines, dataset, key, field, column_name, value,"
                " reason, cell, cells, raw, mark) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                " ?)",
                "iiittttttittt", pull, one->line, one->lines, one->what.dataset, one->what.key,
                one->what.field, one->what.column, one->what.value, one->what.reason,
                (int64_t)one->what.cell, one->what.cells, one->raw, one->mark))
            return false;
    return true;
}

bool rejects_carry(struct db *data, const char *dataset, const char *key_column, int64_t from,
                   int64_t to, int64_t again, struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;

    text_addf(&sql,
              "UPDATE reject SET pull = ?1, of_pull = coalesce(of_pull, pull) WHERE pull = ?2"
              " AND dataset = ?3 AND coalesce(of_pull, pull) <> ?4 AND (key IS NULL OR NOT"
              " (EXISTS (SELECT 1 FROM %s AS t WHERE t.%s = reject.key AND t._pull = ?1) OR key IN"
              "  (SELECT key FROM reject WHERE pull = ?1 AND dataset = ?3 AND key IS NOT NULL)))",
              dataset, key_column);
    return db_query_text(data, &s, e, text_of(&sql), "iiti", to, from, dataset, again) &&
           db_done(s, e);
}
