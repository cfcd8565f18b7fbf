#include "watch/report.h"

#include "base/escape.h"
#include "base/text.h"
#include "codec/json.h"
#include "db/schema.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

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
        db_script(ret->db, text_of(&sql), e) && schema_readable(ret->db, e))
        return true;
    report_close(ret);
    return error_wrap(e, "%s (root and the user dutywatch may read it)", s->state_dir);
}

void report_close(struct report_from *r)
{
    db_close(r->db);
    r->db = NULL;
}

bool report_day(const struct report_from *r, date *ret, struct error *e)
{
    STMT s = NULL;
    bool row = false;

    if (!db_query(r->db, &s, e, "SELECT value FROM st.setting WHERE key = 'judged_day'", "") ||
        !db_row(s, &row, e))
        return false;
    *ret = row ? db_date(s, 0) : DATE_NONE;
    return true;
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
    json_set_amount(j, "amount", db_int_or_none(s, ROW_AMOUNT));
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
    bool ok = report_day(r, &l.day, e) && read_listing(&l, e);

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
    json_set_instant(j, "created_at", db_int_or_none(s, 6));
    json_set_instant(j, "next_at", db_int_or_none(s, 7));
    json_set_instant(j, "sent_at", db_int_or_none(s, 8));
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
        json_set_instant(one, "at", db_int(s, 1));
        json_set_instant(one, "ended_at", db_int_or_none(s, 2));
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
