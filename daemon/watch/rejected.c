#include "watch/rejected.h"

#include "base/text.h"
#include "codec/json.h"
#include "fetch/source.h"
#include "ingest/reject.h"
#include "watch/answers.h"
#include "watch/report.h"

#include <string.h>

static bool read_one(struct db *state, struct stmt *s, const char *source, date today,
                     struct arena *a, struct rejected *ret, struct error *e)
{
    *ret = (struct rejected){ .source = source,
                              .dataset = arena_text(a, db_text(s, 0)),
                              .key = arena_text(a, db_text(s, 1)),
                              .field = arena_text(a, db_text(s, 2)),
                              .column = arena_text(a, db_text(s, 3)),
                              .value = arena_text(a, db_text(s, 4)),
                              .reason = arena_text(a, db_text(s, 5)),
                              .raw = arena_text(a, db_text(s, 6)),
                              .mark = arena_text(a, db_text(s, 7)),
                              .cells = arena_text(a, db_text(s, 8)),
                              .pull = db_int(s, 9),
                              .line = db_int(s, 10),
                              .lines = db_int(s, 11),
                              .cell = db_int(s, 12) != 0,
                              .record = db_int(s, 13) };
    return !ret->mark ||
           accepted_find(state, source, ret->mark, today, a, &ret->accepted, &ret->is_accepted, e);
}

static bool each_of(struct db *data, struct db *state, const struct source *source, date today,
                    rejected_fn *each, void *each_data, struct error *e)
{
    AUTO(arena) a = arena_new();
    struct source_state st;
    STMT s = NULL;
    bool row, over = false;

    if (!source_get(data, source->id, a, &st, e) ||
        (source->of && !source_is_overtaken(data, source, &over, e)))
        return false;
    if (over) /* a snapshot that came later says what is */
        return true;
    if (!db_query(data, &s, e,
                  "SELECT dataset, key, field, column_name, value, reason, raw, mark, cells,"
                  " coalesce(of_pull, pull), line, lines, cell, dense_rank() OVER (ORDER BY"
                  " coalesce(of_pull, pull), line, dataset, cell) FROM reject WHERE pull = ?"
                  " ORDER BY coalesce(of_pull, pull), line, rowid",
                  "i", st.good_pull))
        return false;
    for (;;) {
        struct rejected r;

        arena_reset(a);
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        if (!read_one(state, s, source->id, today, a, &r, e) || !each(each_data, &r, e))
            return false;
    }
}

bool rejected_each(struct db *data, struct db *state, const struct settings *s, const char *source,
                   date today, rejected_fn *each, void *each_data, struct error *e)
{
    for (LIST_EACH(const struct source, one, &s->sources))
        if ((!source || strcmp(source, one->id) == 0) &&
            !each_of(data, state, one, today, each, each_data, e))
            return error_wrap(e, "source %s", one->id);
    return true;
}

void rejected_count(struct rejected_counts *n, const struct rejected *r)
{
    if (r->is_accepted) {
        n->accepted++;
    } else if (r->cell) {
        n->cells++;
    } else if (r->record != n->last) {
        n->records++;
        n->last = r->record;
    }
}

#define KEPT                                                                                       \
    "SELECT p.rejects, p.unread, count(*), count(DISTINCT iif(r.cell, NULL, r.dataset || ' ' ||"   \
    " r.line)), total(r.cell) FROM source AS s JOIN pull AS p ON p.id = s.good_pull"               \
    " JOIN reject AS r ON r.pull = p.id WHERE s.id = ? AND r.of_pull IS NULL"

bool rejected_count_beyond(struct db *data, const char *source, struct rejected_counts *n,
                           struct error *e)
{
    STMT s = NULL;
    bool row = false;

    if (!n->records && !n->cells && !n->accepted)
        return true;
    if (!db_query(data, &s, e, KEPT, "t", source) || !db_row(s, &row, e))
        return error_wrap(e, "source %s", source);
    if (!row || db_int(s, 2) < REJECTS_KEPT_MAX)
        return true;
    n->beyond = db_int(s, 0) - db_int(s, 3) + db_int(s, 1) - db_int(s, 4);
    n->records += db_int(s, 0) - db_int(s, 3);
    n->cells += db_int(s, 1) - db_int(s, 4);
    return true;
}

struct open_one {
    struct rejected_counts counts;
    bool found;
};

static bool stop_at_open(void *data, const struct rejected *r, struct error *e)
{
    struct open_one *o = data;

    (void)e;
    rejected_count(&o->counts, r);
    o->found = !r->is_accepted;
    return !o->found;
}

bool rejected_any(struct db *data, struct db *state, const struct settings *s, const char *source,
                  date today, bool *ret, struct error *e)
{
    struct open_one o = { .found = false };

    if (!rejected_each(data, state, s, source, today, stop_at_open, &o, e) && !o.found)
        return false;
    if (!o.found && !rejected_count_beyond(data, source, &o.counts, e))
        return false;
    *ret = o.found || o.counts.beyond;
    return true;
}

bool rejected_say(struct db *data, const char *dataset, const char *key, struct arena *a,
                  const char **ret, struct error *e)
{
    AUTO_TEXT t = { .max = 1500 };
    STMT s = NULL;
    bool row = true;

    *ret = NULL;
    if (!db_query(
            data, &s, e,
            "SELECT r.line, r.field, r.reason FROM reject AS r WHERE r.dataset = ? AND r.key = ?"
            " AND r.pull IN (SELECT good_pull FROM source) ORDER BY r.line, r.rowid",
            "tt", dataset, key))
        return false;
    while (row) {
        if (!db_row(s, &row, e))
            return false;
        if (row)
            text_addf(&t, "%sline %lld: %s%s%s", t.size ? "; " : "", (long long)db_int(s, 0),
                      db_text(s, 1) ? db_text(s, 1) : "", db_text(s, 1) ? ": " : "", db_text(s, 2));
    }
    if (t.size)
        *ret = arena_text(a, text_of(&t));
    return true;
}

/* --- what the verb shows --- */

struct reporting {
    struct json *list;
    bool all;
    int64_t open, accepted;
};

static struct json *acceptance(const struct accepted *n)
{
    struct json *j = json_group();

    json_set_day(j, "until", n->until);
    json_set_text(j, "reason", n->reason);
    json_set_text(j, "person", n->person);
    return j;
}

static bool report_one(void *data, const struct rejected *r, struct error *e)
{
    struct reporting *p = data;
    struct json *j;

    (void)e;
    p->accepted += r->is_accepted;
    p->open += !r->is_accepted;
    if (r->is_accepted && !p->all)
        return true;
    j = json_group();
    json_set_text(j, "source", r->source);
    json_set_whole(j, "pull", r->pull);
    json_set_whole(j, "line", r->line);
    json_set_whole(j, "lines", r->lines);
    json_set_text(j, "dataset", r->dataset);
    json_set_text(j, "key", r->key);
    json_set_text(j, "field", r->field);
    json_set_text(j, "value", r->value);
    json_set_text(j, "reason", r->reason);
    json_set_truth(j, "cell", r->cell);
    json_set_text(j, "mark", r->mark);
    json_set_text(j, "raw", r->raw);
    json_set(j, "accepted", r->is_accepted ? acceptance(&r->accepted) : json_nothing());
    json_add(p->list, j);
    return true;
}

/* The sources of which rows stay that their payload does not have. */
static bool report_kept_back(const struct report_from *r, const char *source, struct json *list,
                             struct error *e)
{
    AUTO(arena) a = arena_new();

    for (LIST_EACH(const struct source, one, &r->settings->sources)) {
        struct source_state st;
        int64_t keyless = 0;
        struct json *j;

        if (source && strcmp(source, one->id) != 0)
            continue;
        if (!source_get(r->db, one->id, a, &st, e) ||
            !db_number(r->db, &keyless, e, "SELECT keyless FROM pull WHERE id = ?", "i",
                       st.good_pull))
            return false;
        if (!st.kept_back)
            continue;
        j = json_group();
        json_set_text(j, "source", one->id);
        json_set_whole(j, "kept_back", st.kept_back);
        json_set_instant(j, "since", st.kept_back_since);
        json_set_whole(j, "keyless", keyless);
        json_add(list, j);
    }
    return true;
}

struct json *rejected_report(const struct report_from *r, const char *source, bool all,
                             struct error *e)
{
    struct reporting p = { .list = json_list(), .all = all };
    struct json *out = json_group(), *kept_back = json_list();
    date today = DATE_NONE;

    json_set(out, "rejects", p.list);
    json_set(out, "sources", kept_back);
    if (source && !settings_source(r->settings, source))
        error_set(e, ERROR_INPUT, "no source \"%s\" is configured", source);
    else if (report_day(r, &today, e) &&
             rejected_each(r->db, r->db, r->settings, source, today, report_one, &p, e) &&
             report_kept_back(r, source, kept_back, e)) {
        json_set_whole(out, "open", p.open);
        json_set_whole(out, "accepted", p.accepted);
        return out;
    }
    json_free(out);
    return NULL;
}

/* --- reading them again --- */

/* Puts one payload to wait once more, unless it is no longer kept. */
static bool retry_pull(struct db *data, int64_t id, int64_t *ret, int64_t *ret_lost,
                       struct error *e)
{
    AUTO(arena) a = arena_new();
    bool found = false;
    struct pull p;

    if (!pull_get(data, id, a, &p, &found, e))
        return false;
    if (!found || !p.path) {
        ++*ret_lost;
        return true;
    }
    ++*ret;
    return pull_again(data, &p, e);
}

/* The payloads of which something was not taken, oldest first. */
static bool retry_source(struct db *data, const char *source, int64_t *ret, int64_t *ret_lost,
                         struct error *e)
{
    STMT s = NULL;
    bool row;

    if (!db_query(data, &s, e,
                  "SELECT DISTINCT coalesce(r.of_pull, r.pull) FROM reject AS r"
                  " JOIN source AS s ON s.good_pull = r.pull WHERE s.id = ? ORDER BY 1",
                  "t", source))
        return false;
    for (;;) {
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        if (!retry_pull(data, db_int(s, 0), ret, ret_lost, e))
            return false;
    }
}

bool rejected_retry(struct db *data, const struct settings *s, const char *source, int64_t *ret,
                    int64_t *ret_lost, struct error *e)
{
    bool ok = true;

    *ret = *ret_lost = 0;
    if (source && !settings_source(s, source))
        return error_set(e, ERROR_INPUT, "no source \"%s\" is configured", source);
    if (!db_begin(data, e))
        return false;
    for (LIST_EACH(const struct source, one, &s->sources))
        if (ok && (!source || strcmp(source, one->id) == 0))
            ok = retry_source(data, one->id, ret, ret_lost, e);
    if (ok)
        return db_commit(data, e);
    db_rollback(data);
    return false;
}

/* --- accepting --- */

static bool has_mark(const struct judgement *j, const struct accepted *a, const char **ret_source,
                     struct arena *arena, struct error *e)
{
    STMT s = NULL;
    bool row = false;

    if (!db_query(j->data, &s, e,
                  "SELECT s.id FROM reject AS r JOIN source AS s ON s.good_pull = r.pull"
                  " WHERE r.mark = ?",
                  "t", a->mark) ||
        !db_row(s, &row, e))
        return false;
    *ret_source = row ? arena_text(arena, db_text(s, 0)) : NULL;
    return row || error_set(e, ERROR_INPUT,
                            "nothing that was not taken is called %s; dutywatch rejects lists it",
                            a->mark);
}

bool rejected_accept(const struct judgement *j, const struct accepted *a, struct error *e)
{
    AUTO(arena) arena = arena_new();
    struct accepted n = *a;

    if (!a->mark || !*a->mark)
        return error_set(e, ERROR_INPUT, "name what is accepted; dutywatch rejects lists it");
    return answers_check_end(j, a->until, a->reason, e) && has_mark(j, a, &n.source, arena, e) &&
           accepted_add(j->state, &n, e);
}
