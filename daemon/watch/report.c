#include "watch/report.h"

#include "base/escape.h"
#include "base/text.h"
#include "codec/json.h"
#include "db/schema.h"
#include "watch/lock.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool report_open(const struct settings *s, instant now, struct report_from *ret, struct error *e)
{
    AUTO_TEXT sql = { 0 };
    AUTO_TEXT path = { 0 };

    *ret = (struct report_from){ .settings = s, .now = now, .running = lock_is_held(s->state_dir) };
    text_addf(&path, "%s/state.db", s->state_dir);
    if (access(text_of(&path), F_OK))
        return error_set(
            e, ERROR_SETUP,
            "%s: nothing has been judged yet; start the service, or run: dutywatch once",
            s->state_dir);
    text_add(&sql, "ATTACH ");
    escape_sql(&sql, text_of(&path), '\'');
    text_add(&sql, " AS st; PRAGMA st.cache_size = -32768");
    if (db_open_reader(s->state_dir, "data.db", &ret->db, e) &&
        db_script(ret->db, text_of(&sql), e) && db_script(ret->db, "BEGIN", e) &&
        schema_readable(ret->db, e))
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

bool report_moment(const struct report_from *r, instant *ret, struct error *e)
{
    STMT s = NULL;
    bool row = false;

    if (!db_query(r->db, &s, e,
                  "SELECT CAST(value AS INTEGER) FROM st.setting WHERE key = 'judged_moment'",
                  "") ||
        !db_row(s, &row, e))
        return false;
    *ret = row ? db_int(s, 0) : INSTANT_NONE;
    return true;
}

bool report_fits(const struct report_from *r, int64_t lines, struct error *e)
{
    return !r->most || lines <= r->most ||
           error_set(
               e, ERROR_TOO_MUCH,
               "it has more lines than the daemon gives at once (%lld): ask for less, or read "
               "the files as root or dutywatch",
               (long long)r->most);
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

struct json *report_queue(const struct report_from *r, instant since, struct error *e)
{
    struct json *j = json_group(), *list = json_list();
    STMT s = NULL;
    bool row = false, ok;

    json_set(j, "messages", list);
    ok = db_query(r->db, &s, e,
                  MESSAGE_COLUMNS " FROM message WHERE sent_at >= ? OR"
                                  " state IN ('QUEUED', 'IN_FLIGHT', 'DEAD')"
                                  " ORDER BY +created_at, key", /* few, by their indexes */
                  "i", since);
    while (ok && (ok = db_row(s, &row, e)) && row) {
        json_add(list, message_of(s));
        ok = report_fits(r, (int64_t)json_count(list), e);
    }
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
