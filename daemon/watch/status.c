#include "base/limit.h"
#include "watch/report.h"

#include "base/arena.h"
#include "codec/json.h"
#include "fetch/source.h"
#include "watch/content.h"
#include "watch/health.h"

#include <string.h>

static const char *sight(const struct source_state *st, const struct source *s, instant now)
{
    if (st->held_pull)
        return "held";
    if (st->error_class != ERROR_NONE)
        return "failing";
    if (st->good_at == INSTANT_NONE)
        return "not pulled yet";
    return now - st->good_at > s->max_age ? "late" : "good";
}

LIMIT(REJECTS_SHOWN, 20); /* told: how many records were rejected */

/* The first records of a pull that could not be read. */
static bool add_rejects(const struct report_from *r, struct json *j, int64_t pull, struct error *e)
{
    struct json *list = json_list();
    STMT s = NULL;
    bool row = false, ok;

    json_set(j, "rejected", list);
    ok = db_query(r->db, &s, e,
                  "SELECT line, field, value, reason FROM reject WHERE pull = ?"
                  " ORDER BY line, rowid LIMIT ?",
                  "ii", pull, (int64_t)REJECTS_SHOWN);
    while (ok && (ok = db_row(s, &row, e)) && row) {
        struct json *one = json_group();

        json_set_whole(one, "line", db_int(s, 0));
        json_set_text(one, "field", db_text(s, 1));
        json_set_text(one, "value", db_text(s, 2));
        json_set_text(one, "reason", db_text(s, 3));
        json_add(list, one);
    }
    return ok;
}

LIMIT(DIFFERENCES_SHOWN, 20); /* told: how many values differ in all */

/* The rows of which records of the source say different things: how many, and the first of them. */
static bool add_differences(const struct report_from *r, struct json *j, const char *source,
                            struct error *e)
{
    struct json *list = json_list();
    int64_t count = 0;
    STMT s = NULL;
    bool row = false, ok;

    json_set(j, "differ", list);
    ok = db_number(r->db, &count, e, "SELECT count(*) FROM difference WHERE source = ?", "t",
                   source) &&
         db_query(r->db, &s, e,
                  "SELECT key, field, kept, said, pull FROM difference WHERE source = ?"
                  " ORDER BY dataset, key, field LIMIT ?",
                  "ti", source, (int64_t)DIFFERENCES_SHOWN);
    json_set_whole(j, "differences", count);
    while (ok && (ok = db_row(s, &row, e)) && row) {
        struct json *one = json_group();

        json_set_text(one, "key", db_text(s, 0));
        json_set_text(one, "field", db_text(s, 1));
        json_set_text(one, "kept", db_text(s, 2));
        json_set(one, "said", json_read(db_text(s, 3), strlen(db_text(s, 3)), NULL));
        json_set_whole(one, "pull", db_int(s, 4));
        json_add(list, one);
    }
    return ok;
}

/* What the last payload that was read brought. */
static bool add_last_pull(const struct report_from *r, struct json *j, const char *source,
                          struct error *e)
{
    struct json *last = json_nothing();
    STMT s = NULL;
    bool row = false;

    if (!db_query(r->db, &s, e,
                  "SELECT id, at, records, rejects, added, changed, gone, coalesce(unread, 0), "
                  "state FROM pull"
                  " WHERE source = ? AND records IS NOT NULL ORDER BY id DESC LIMIT 1",
                  "t", source) ||
        !db_row(s, &row, e))
        return false;
    if (row) {
        static const char *const keys[] = { "records", "rejects", "added",
                                            "changed", "gone",    "unread" };

        last = json_group();
        json_set_whole(last, "pull", db_int(s, 0));
        json_set_instant(last, "at", db_int(s, 1));
        for (int i = 0; i < 6; i++)
            json_set_whole(last, keys[i], db_int(s, i + 2));
        json_set_text(last, "state", db_text(s, 8));
    }
    json_set(j, "last_read", last);
    return !row || add_rejects(r, last, db_int(s, 0), e);
}

static struct json *datasets_of(const struct source *s)
{
    struct json *list = json_list();

    for (LIST_EACH(const struct take, t, &s->takes))
        json_add_text(list, t->dataset);
    return list;
}

static struct json *source_of(const struct report_from *r, const struct source *s, struct error *e)
{
    AUTO(arena) a = arena_new();
    struct source_state st;
    struct json *j;
    const char *state, *late;

    if (!source_get(r->db, s->id, a, &st, e))
        return NULL;
    late = content_late(r->settings, s, &st, r->now, a);
    state = sight(&st, s, r->now);
    if (late && strcmp(state, "good") == 0)
        state = "content late";
    j = json_group();
    json_set_text(j, "id", s->id);
    json_set_text(j, "of", s->of);
    json_set_text(j, "dataset", s->dataset);
    json_set(j, "datasets", datasets_of(s));
    json_set_text(j, "state", state);
    json_set_instant(j, "good_at", st.good_at);
    json_set_instant(j, "next_at", st.next_at);
    json_set_instant(j, "content_at", st.content_at);
    json_set_truth(j, "content_watched", !s->content_age->preset);
    json_set_text(j, "content_late", late);
    json_set_text(j, "error", st.held_pull ? st.held_why : st.error);
    json_set_instant(j, "error_since", st.error_since);
    json_set_whole(j, "failures", st.failures);
    json_set_whole(j, "good_pull", st.good_pull);
    json_set_whole(j, "held_pull", st.held_pull);
    if (add_last_pull(r, j, s->id, e) && add_differences(r, j, s->id, e))
        return j;
    json_free(j);
    return NULL;
}

static bool count_into(struct db *db, struct json *j, const char *key, const char *sql,
                       struct error *e)
{
    STMT s = NULL;
    bool row = false;

    if (!db_query_text(db, &s, e, sql, "") || !db_row(s, &row, e))
        return false;
    json_set_whole(j, key, row ? db_int(s, 0) : 0);
    return true;
}

static bool count_findings(const struct report_from *r, struct json *j, struct error *e)
{
    return count_into(r->db, j, "watched", "SELECT count(*) FROM duty WHERE answer <> 'met'", e) &&
           count_into(r->db, j, "unknown", "SELECT count(*) FROM duty WHERE answer = 'unknown'",
                      e) &&
           count_into(r->db, j, "open",
                      "SELECT count(*) FROM finding WHERE status = 'OPEN'"
                      " AND quiet_because IS NULL",
                      e) &&
           count_into(r->db, j, "past",
                      "SELECT count(*) FROM finding WHERE status = 'OPEN'"
                      " AND breached_on IS NOT NULL",
                      e) &&
           count_into(r->db, j, "not_alarmed",
                      "SELECT count(*) FROM finding WHERE status = 'OPEN'"
                      " AND quiet_because IS NOT NULL",
                      e);
}

static bool count_messages(const struct report_from *r, struct json *j, struct error *e)
{
    return count_into(r->db, j, "queued", "SELECT count(*) FROM message WHERE state = 'QUEUED'",
                      e) &&
           count_into(r->db, j, "in_flight",
                      "SELECT count(*) FROM message WHERE state = 'IN_FLIGHT'", e) &&
           count_into(r->db, j, "dead", "SELECT count(*) FROM message WHERE state = 'DEAD'", e) &&
           count_into(r->db, j, "sent", "SELECT count(*) FROM message WHERE state = 'SENT'", e);
}

struct json *report_status(const struct report_from *r, struct error *e)
{
    struct json *j = json_group(), *sources = json_list(), *findings = json_group();
    struct json *messages = json_group(), *rules = json_list(), *channels = json_list();
    struct json *why = json_list();
    bool ok;
    date day = DATE_NONE;

    json_set_text(j, "name", r->settings->name);
    json_set_text(j, "mode", r->settings->mode == MODE_LIVE ? "live" : "trial");
    ok = report_day(r, &day, e);
    json_set_day(j, "day", day);
    for (LIST_EACH(const struct source, s, &r->settings->sources)) {
        struct json *one = ok ? source_of(r, s, e) : NULL;

        ok = one != NULL;
        if (ok)
            json_add(sources, one);
    }
    for (LIST_EACH(const struct rule, rule, &r->settings->rules))
        json_add_text(rules, rule->id);
    for (LIST_EACH(const struct channel, c, &r->settings->channels))
        json_add_text(channels, c->name);
    ok = ok && count_findings(r, findings, e) && count_messages(r, messages, e) &&
         health_read(r, why, e);
    json_set(j, "sources", sources);
    json_set(j, "rules", rules);
    json_set(j, "channels", channels);
    json_set(j, "findings", findings);
    json_set(j, "messages", messages);
    json_set_truth(j, "healthy", !json_count(why));
    json_set(j, "why", why);
    if (ok)
        return j;
    json_free(j);
    return NULL;
}
