#include "watch/report.h"

#include "base/arena.h"
#include "base/escape.h"
#include "base/text.h"
#include "base/zone.h"
#include "codec/json.h"
#include "fetch/source.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void set_instant(struct json *j, const char *key, instant t)
{
    char text[INSTANT_TEXT_SIZE];

    json_set_text(j, key, t == INSTANT_NONE || t == 0 ? NULL : instant_text(t, text));
}

static void set_amount(struct json *j, const char *key, int64_t amount)
{
    if (amount == INT64_MIN)
        json_set(j, key, json_nothing());
    else
        json_set_whole(j, key, amount);
}

bool report_open(const struct settings *s, instant now, struct report_from *ret, struct error *e)
{
    AUTO_TEXT sql = { 0 };
    AUTO_TEXT path = { 0 };

    *ret = (struct report_from){ .settings = s, .now = now };
    text_addf(&path, "%s/state.db", s->state_dir);
    if (access(text_of(&path), F_OK))
        return error_set(
            e, ERROR_SETUP,
            "%s: nothing has been judged yet; start the service, or run: dutywatch once",
            s->state_dir);
    text_add(&sql, "ATTACH ");
    escape_sql(&sql, text_of(&path), '\'');
    text_add(&sql, " AS st");
    if (db_open_reader(s->state_dir, "data.db", &ret->db, e) &&
        db_script(ret->db, text_of(&sql), e))
        return true;
    report_close(ret);
    return error_wrap(e, "%s (root and the user dutywatch may read it)", s->state_dir);
}

void report_close(struct report_from *r)
{
    db_close(r->db);
    r->db = NULL;
}

static bool judged_day(const struct report_from *r, date *ret, struct error *e)
{
    STMT s = NULL;
    bool row = false;

    if (!db_query(r->db, &s, e, "SELECT value FROM st.setting WHERE key = 'judged_day'", "") ||
        !db_row(s, &row, e))
        return false;
    *ret = row ? db_date(s, 0) : DATE_NONE;
    return true;
}

/* --- status --- */

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

#define REJECTS_SHOWN 20

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

/* What the last payload that was read brought. */
static bool add_last_pull(const struct report_from *r, struct json *j, const char *source,
                          struct error *e)
{
    struct json *last = json_nothing();
    STMT s = NULL;
    bool row = false;

    if (!db_query(r->db, &s, e,
                  "SELECT id, at, records, rejects, added, changed, gone, state FROM pull"
                  " WHERE source = ? AND records IS NOT NULL ORDER BY id DESC LIMIT 1",
                  "t", source) ||
        !db_row(s, &row, e))
        return false;
    if (row) {
        static const char *const keys[] = { "records", "rejects", "added", "changed", "gone" };

        last = json_group();
        json_set_whole(last, "pull", db_int(s, 0));
        set_instant(last, "at", db_int(s, 1));
        for (int i = 0; i < 5; i++)
            json_set_whole(last, keys[i], db_int(s, i + 2));
        json_set_text(last, "state", db_text(s, 7));
    }
    json_set(j, "last_read", last);
    return !row || add_rejects(r, last, db_int(s, 0), e);
}

static struct json *source_of(const struct report_from *r, const struct source *s, bool *healthy,
                              struct error *e)
{
    AUTO(arena) a = arena_new();
    struct source_state st;
    struct json *j;
    const char *state;

    if (!source_get(r->db, s->id, a, &st, e))
        return NULL;
    state = sight(&st, s, r->now);
    *healthy &= strcmp(state, "good") == 0;
    j = json_group();
    json_set_text(j, "id", s->id);
    json_set_text(j, "dataset", s->dataset);
    json_set_text(j, "state", state);
    set_instant(j, "good_at", st.good_at);
    set_instant(j, "next_at", st.next_at);
    json_set_text(j, "error", st.error);
    set_instant(j, "error_since", st.error_since);
    json_set_whole(j, "good_pull", st.good_pull);
    json_set_whole(j, "held_pull", st.held_pull);
    if (add_last_pull(r, j, s->id, e))
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
    return count_into(r->db, j, "watched", "SELECT count(*) FROM duty", e) &&
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
    char text[DATE_TEXT_SIZE];
    bool healthy = true, ok;
    date day = DATE_NONE;

    json_set_text(j, "name", r->settings->name);
    json_set_text(j, "mode", r->settings->mode == MODE_LIVE ? "live" : "trial");
    ok = judged_day(r, &day, e);
    json_set_text(j, "day", day == DATE_NONE ? NULL : date_text(day, text));
    for (LIST_EACH(const struct source, s, &r->settings->sources)) {
        struct json *one = ok ? source_of(r, s, &healthy, e) : NULL;

        ok = one != NULL;
        if (ok)
            json_add(sources, one);
    }
    for (LIST_EACH(const struct rule, rule, &r->settings->rules))
        json_add_text(rules, rule->id);
    for (LIST_EACH(const struct channel, c, &r->settings->channels))
        json_add_text(channels, c->name);
    ok = ok && count_findings(r, findings, e) && count_messages(r, messages, e);
    healthy &= json_get_whole(messages, "dead") == 0;
    json_set(j, "sources", sources);
    json_set(j, "rules", rules);
    json_set(j, "channels", channels);
    json_set(j, "findings", findings);
    json_set(j, "messages", messages);
    json_set_truth(j, "healthy", healthy);
    if (ok)
        return j;
    json_free(j);
    return NULL;
}

/* --- list --- */

struct listing {
    const struct report_from *r;
    const struct list_filter *f;
    date day;
    struct json *duties;
    int64_t total, past, within[4], unknown, quiet;
};

static const int spans[4] = { 30, 90, 180, 365 };

static bool matches(const char *wanted, const char *value)
{
    return !wanted || text_same(wanted, value);
}

static void count(struct listing *l, date last, bool unknown, bool quiet)
{
    l->total++;
    l->unknown += unknown;
    l->quiet += quiet;
    l->past += last != DATE_NONE && last < l->day;
    for (int i = 0; i < 4 && last != DATE_NONE && last >= l->day; i++)
        l->within[i] += last - l->day <= spans[i];
}

/* The columns that both queries of a listing give, in this order. */
enum {
    ROW_RULE,
    ROW_SUBJECT,
    ROW_LABEL,
    ROW_UNIT,
    ROW_OFFICE,
    ROW_OWNER,
    ROW_AMOUNT,
    ROW_ANSWER,
    ROW_LAST,
    ROW_SAFE,
    ROW_QUIET,
    ROW_ASK,
    ROW_STATUS,
    ROW_FINDING,
    ROW_BREACHED
};

static bool wanted(const struct listing *l, struct stmt *s)
{
    const struct list_filter *f = l->f;
    date last = db_date(s, ROW_LAST);

    if (!matches(f->rule, db_text(s, ROW_RULE)) || !matches(f->unit, db_text(s, ROW_UNIT)) ||
        !matches(f->office, db_text(s, ROW_OFFICE)) || !matches(f->owner, db_text(s, ROW_OWNER)) ||
        !matches(f->subject, db_text(s, ROW_SUBJECT)))
        return false;
    if (f->past && (last == DATE_NONE || last >= l->day))
        return false;
    if (f->within >= 0 && (last == DATE_NONE || last < l->day || last - l->day > f->within))
        return false;
    return !f->unknown || text_same(db_text(s, ROW_ANSWER), "unknown");
}

static void add_row(struct listing *l, struct stmt *s)
{
    static const struct {
        const char *key;
        int column;
    } texts[] = { { "rule", ROW_RULE },          { "subject", ROW_SUBJECT },
                  { "name", ROW_LABEL },         { "unit", ROW_UNIT },
                  { "office", ROW_OFFICE },      { "owner", ROW_OWNER },
                  { "status", ROW_STATUS },      { "answer", ROW_ANSWER },
                  { "last_day", ROW_LAST },      { "act_by", ROW_SAFE },
                  { "because", ROW_QUIET },      { "ask", ROW_ASK },
                  { "past_since", ROW_BREACHED } };
    struct json *j = json_group();
    date safe = db_date(s, ROW_SAFE);

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_set_text(j, texts[i].key, db_text(s, texts[i].column));
    if (db_is_null(s, ROW_LABEL))
        json_set_text(j, "name", db_text(s, ROW_SUBJECT));
    set_amount(j, "amount", db_int_or_none(s, ROW_AMOUNT));
    if (safe == DATE_NONE)
        json_set(j, "days_left", json_nothing());
    else
        json_set_whole(j, "days_left", safe - l->day);
    if (db_is_null(s, ROW_FINDING))
        json_set(j, "finding", json_nothing());
    else
        json_set_whole(j, "finding", db_int(s, ROW_FINDING));
    json_add(l->duties, j);
    count(l, db_date(s, ROW_LAST), text_same(db_text(s, ROW_ANSWER), "unknown"),
          !db_is_null(s, ROW_QUIET));
}

static bool run_listing(struct listing *l, const char *sql, struct error *e)
{
    STMT s = NULL;
    bool row;

    if (!db_query_text(l->r->db, &s, e, sql, ""))
        return false;
    for (;;) {
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        if (wanted(l, s))
            add_row(l, s);
    }
}

#define DUTY_LISTING                                                                               \
    "SELECT d.rule, d.subject, d.label, d.unit, d.office, d.owner, d.amount, d.answer, d.due,"     \
    " d.safe, d.quiet, d.ask, coalesce(nullif(f.status, 'RESOLVED'), 'WATCHED'), f.id,"            \
    " f.breached_on FROM main.duty d LEFT JOIN st.finding f"                                       \
    " ON f.rule = d.rule AND f.subject = d.subject AND f.period = d.period"

#define OTHER_LISTING                                                                              \
    "SELECT f.rule, f.subject, NULL, f.unit, f.office, f.owner, f.amount, NULL, f.due, f.safe,"    \
    " f.quiet_because, NULL, f.status, f.id, f.breached_on FROM st.finding f"                      \
    " WHERE NOT EXISTS (SELECT 1 FROM main.duty d WHERE d.rule = f.rule"                           \
    " AND d.subject = f.subject AND d.period = f.period)"

static bool read_listing(struct listing *l, struct error *e)
{
    AUTO_TEXT sql = { 0 };

    text_add(&sql, DUTY_LISTING " UNION ALL " OTHER_LISTING);
    if (!l->f->closed)
        text_add(&sql, " AND f.status = 'OPEN'");
    text_add(&sql, text_same(l->f->sort, "amount") ? " ORDER BY 7 DESC NULLS LAST, 10, 2"
                                                   : " ORDER BY 10 NULLS LAST, 7 DESC, 2");
    return run_listing(l, text_of(&sql), e);
}

struct json *report_list(const struct report_from *r, const struct list_filter *f, struct error *e)
{
    struct listing l = { .r = r, .f = f, .duties = json_list() };
    struct json *j = json_group(), *counts = json_group();
    char text[DATE_TEXT_SIZE];
    bool ok = judged_day(r, &l.day, e) && read_listing(&l, e);

    json_set_text(j, "day", l.day == DATE_NONE ? NULL : date_text(l.day, text));
    json_set_whole(counts, "total", l.total);
    json_set_whole(counts, "past", l.past);
    for (int i = 0; i < 4; i++) {
        char key[24];

        snprintf(key, sizeof key, "within_%d", spans[i]);
        json_set_whole(counts, key, l.within[i]);
    }
    json_set_whole(counts, "unknown", l.unknown);
    json_set_whole(counts, "not_alarmed", l.quiet);
    json_set(j, "counts", counts);
    json_set(j, "duties", l.duties);
    if (ok)
        return j;
    json_free(j);
    return NULL;
}

/* --- messages --- */

static struct json *message_of(struct stmt *s)
{
    struct json *j = json_group();

    json_set_text(j, "key", db_text(s, 0));
    json_set_text(j, "state", db_text(s, 1));
    json_set_text(j, "kind", db_text(s, 2));
    json_set_text(j, "channel", db_text(s, 3));
    json_set_text(j, "recipient", db_text(s, 4));
    json_set_text(j, "subject", db_text(s, 5));
    set_instant(j, "created_at", db_int_or_none(s, 6));
    set_instant(j, "next_at", db_int_or_none(s, 7));
    set_instant(j, "sent_at", db_int_or_none(s, 8));
    json_set_whole(j, "attempts", db_int(s, 9));
    json_set_text(j, "answer", db_text(s, 10));
    return j;
}

#define MESSAGE_COLUMNS                                                                            \
    "SELECT key, state, kind, channel, recipient, subject, created_at, next_at, sent_at, "         \
    "attempts,"                                                                                    \
    " (SELECT answer FROM attempt WHERE message = key ORDER BY number DESC LIMIT 1)"

struct json *report_queue(const struct report_from *r, bool all, struct error *e)
{
    struct json *j = json_group(), *list = json_list();
    STMT s = NULL;
    bool row = false, ok;

    json_set(j, "messages", list);
    ok = db_query(r->db, &s, e,
                  MESSAGE_COLUMNS " FROM message WHERE ? OR state <> 'SENT'"
                                  " ORDER BY created_at, key",
                  "i", (int64_t)all);
    while (ok && (ok = db_row(s, &row, e)) && row)
        json_add(list, message_of(s));
    if (ok)
        return j;
    json_free(j);
    return NULL;
}

static bool add_attempts(const struct report_from *r, struct json *j, struct error *e)
{
    struct json *list = json_list();
    STMT s = NULL;
    bool row = false, ok;

    json_set(j, "tries", list);
    ok = db_query(r->db, &s, e,
                  "SELECT number, at, ended_at, outcome, status, answer FROM attempt"
                  " WHERE message = ? ORDER BY number",
                  "t", json_get_text(j, "key"));
    while (ok && (ok = db_row(s, &row, e)) && row) {
        struct json *one = json_group();

        json_set_whole(one, "number", db_int(s, 0));
        set_instant(one, "at", db_int(s, 1));
        set_instant(one, "ended_at", db_int_or_none(s, 2));
        json_set_text(one, "outcome", db_text(s, 3));
        json_set_whole(one, "status", db_int(s, 4));
        json_set_text(one, "answer", db_text(s, 5));
        json_add(list, one);
    }
    return ok;
}

struct json *report_message(const struct report_from *r, const char *key, struct error *e)
{
    struct json *j = NULL;
    STMT s = NULL;
    bool row = false;
    size_t size;
    const char *bytes;

    if (!db_query(r->db, &s, e,
                  MESSAGE_COLUMNS ", content, bytes FROM message"
                                  " WHERE key >= ?1 AND key < ?1 || 'g' ORDER BY key LIMIT 1",
                  "t", key) ||
        !db_row(s, &row, e))
        return NULL;
    if (!row) {
        error_set(e, ERROR_INPUT, "no message whose key begins with %s", key);
        return NULL;
    }
    j = message_of(s);
    json_set(j, "content", json_read(db_text(s, 11), strlen(db_text(s, 11)), NULL));
    bytes = db_bytes(s, 12, &size);
    json_set_text(j, "as_sent", bytes ? bytes : NULL);
    if (add_attempts(r, j, e))
        return j;
    json_free(j);
    return NULL;
}
