#include "watch/asof.h"

#include "base/limit.h"
#include "base/text.h"
#include "base/zone.h"
#include "codec/digest.h"
#include "codec/json.h"
#include "judge/facts.h"

#include <stdio.h>
#include <string.h>

/* How many findings or messages a page has. */
LIMIT(AS_OF_PAGE,
      400); /* paged: findings or messages of one answer to as-of; the verb asks for all */

static bool read_moment(const char *time, instant *ret)
{
    static const char *const patterns[] = { "yyyy-mm-ddTHH:MM:SSZ",  "yyyy-mm-ddTHH:MMZ",
                                            "yyyy-mm-dd HH:MM:SSZ",  "yyyy-mm-dd HH:MMZ",
                                            "yyyy-mm-dd HH:MM:SS Z", "yyyy-mm-dd HH:MM Z" };
    struct date_fields f;

    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        if (date_parse(patterns[i], time, strlen(time), &f) && f.has_offset) {
            *ret = date_of(f.year, f.month, f.day) * DAY + f.hour * HOUR +
                   (f.minute - f.offset) * MINUTE + f.second * SECOND + f.micro;
            return true;
        }
    return false;
}

/* The moment that `time` names; the end of a day is the last microsecond of it. */
static bool moment_of(const struct report_from *r, const char *time, instant *ret, struct error *e)
{
    date day = date_read(time);
    char now[INSTANT_TEXT_SIZE];

    if (day != DATE_NONE)
        *ret = zone_instant(r->settings->zone, day + 1, 0) - 1;
    else if (!read_moment(time ? time : "", ret))
        return error_set(e, ERROR_INPUT,
                         "\"%s\" is neither a day (2026-03-01) nor a moment with its offset "
                         "(2026-03-01T12:00:00-05:00)",
                         time ? time : "");
    if (*ret < r->now)
        return true;
    return error_set(e, ERROR_INPUT, "%s has not passed yet; it is now %s", time,
                     instant_text(r->now / SECOND * SECOND, now));
}

static struct json *parsed(const char *text)
{
    struct json *j = text ? json_read(text, strlen(text), NULL) : NULL;

    return j ? j : json_nothing();
}

/* --- findings --- */

/* The columns that a move has in every query here, from the first on. */
#define MOVE_COLUMNS                                                                               \
    "m.ordinal, m.day, m.at, m.cause, m.to_status, m.due_before, m.due_after, m.unit, m.office,"   \
    " m.owner, m.amount, m.derivation, m.inputs, m.data_version, m.generation, m.chain"
enum {
    M_ORDINAL,
    M_DAY,
    M_AT,
    M_CAUSE,
    M_STATUS,
    M_BEFORE,
    M_DUE,
    M_UNIT,
    M_OFFICE,
    M_OWNER,
    M_AMOUNT,
    M_DERIVATION,
    M_INPUTS,
    M_VERSION,
    M_GENERATION,
    M_CHAIN,
    M_COUNT /* what a query has beside it begins here */
};

struct text_column {
    const char *key;
    int column;
};

static void set_texts(struct json *j, struct stmt *s, const struct text_column *all)
{
    for (; all->key; all++)
        json_set_text(j, all->key, db_text(s, all->column));
}

static struct json *move_of(struct stmt *s)
{
    static const struct text_column texts[] = { { "day", M_DAY },
                                                { "cause", M_CAUSE },
                                                { "status", M_STATUS },
                                                { "last_day_before", M_BEFORE },
                                                { "last_day", M_DUE },
                                                { "unit", M_UNIT },
                                                { "office", M_OFFICE },
                                                { "owner", M_OWNER },
                                                { "rules", M_GENERATION },
                                                { "chain", M_CHAIN },
                                                { NULL, 0 } };
    struct json *j = json_group();

    json_set_whole(j, "ordinal", db_int(s, M_ORDINAL));
    json_set_instant(j, "at", db_int(s, M_AT));
    set_texts(j, s, texts);
    json_set_amount(j, "amount", db_int_or_none(s, M_AMOUNT));
    json_set_whole(j, "data_version", db_int(s, M_VERSION));
    json_set(j, "derivation", parsed(db_text(s, M_DERIVATION)));
    json_set_text(j, "to_do", facts_to_do(j));
    json_set(j, "inputs", parsed(db_text(s, M_INPUTS)));
    return j;
}

/* What stands beside the move in FINDINGS. */
enum {
    F_ID = M_COUNT,
    F_RULE,
    F_SUBJECT,
    F_PERIOD,
    F_STAGE,
    F_SEVERITY,
    F_SAFE,
    F_OPENED,
    F_BREACHED,
    F_CLOSED,
    F_QUIET_ON,
    F_QUIET,
    F_MET
};

#define FINDINGS                                                                                   \
    "SELECT " MOVE_COLUMNS ", f.id, f.rule, f.subject, f.period, m.to_stage, m.severity, m.safe,"  \
    " m.opened_on, m.breached_on, m.closed_on, m.quiet_on, m.quiet_because, m.met_on"              \
    " FROM st.finding f JOIN st.move m ON m.finding = f.id AND m.ordinal ="                        \
    " (SELECT max(ordinal) FROM st.move WHERE finding = f.id AND at <= ?1)"                        \
    " WHERE (f.subject, f.rule, f.period) > (?2, ?3, ?4) AND (?5 IS NULL OR f.subject = ?5)"       \
    " AND (?6 IS NULL OR m.unit = ?6) ORDER BY f.subject, f.rule, f.period LIMIT ?7"

static bool add_told(const struct report_from *r, struct json *j, int64_t id, instant at,
                     struct error *e)
{
    static const char *const keys[] = { "channel", "recipient", "role",
                                        "cadence", "message",   "withheld" };
    struct json *list = json_list();
    STMT s = NULL;
    bool row = false;

    json_set(j, "told", list);
    if (!db_query(r->db, &s, e,
                  "SELECT n.finding || '.' || n.ordinal, n.channel, n.recipient, n.role, n.cadence,"
                  " m.key, n.withheld FROM st.notification n JOIN st.move v"
                  " ON v.finding = n.finding AND v.ordinal = n.ordinal LEFT JOIN st.message m"
                  " ON m.key = n.message AND m.created_at <= ?2 WHERE n.finding = ?1"
                  " AND v.at <= ?2 ORDER BY n.ordinal, n.channel, n.recipient",
                  "ii", id, at))
        return false;
    for (;;) {
        struct json *one;

        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        one = json_group();
        json_set_text(one, "ref", db_text(s, 0));
        for (int i = 0; i < 6; i++)
            json_set_text(one, keys[i], db_text(s, i + 1));
        json_add(list, one);
    }
}

static bool add_moves(const struct report_from *r, struct json *j, int64_t id, instant at,
                      struct error *e)
{
    struct json *list = json_list();
    STMT s = NULL;
    bool row = false;

    json_set(j, "moves", list);
    if (!db_query(r->db, &s, e,
                  "SELECT " MOVE_COLUMNS " FROM st.move m WHERE m.finding = ? AND m.at <= ?"
                  " ORDER BY m.ordinal",
                  "ii", id, at))
        return false;
    for (;;) {
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        json_add(list, move_of(s));
    }
}

static struct json *finding_of(struct stmt *s)
{
    static const struct text_column texts[] = { { "rule", F_RULE },
                                                { "subject", F_SUBJECT },
                                                { "period", F_PERIOD },
                                                { "unit", M_UNIT },
                                                { "office", M_OFFICE },
                                                { "owner", M_OWNER },
                                                { "status", M_STATUS },
                                                { "severity", F_SEVERITY },
                                                { "last_day", M_DUE },
                                                { "act_by", F_SAFE },
                                                { "opened_on", F_OPENED },
                                                { "past_since", F_BREACHED },
                                                { "ended_on", F_CLOSED },
                                                { "because", F_QUIET },
                                                { "quiet_since", F_QUIET_ON },
                                                { "done_on", F_MET },
                                                { NULL, 0 } };
    struct json *j = json_group(), *change = move_of(s);
    const char *name = json_get_text(json_get(change, "derivation"), "label");

    json_set_whole(j, "finding", db_int(s, F_ID));
    set_texts(j, s, texts);
    json_set_text(j, "name", name ? name : db_text(s, F_SUBJECT));
    json_set_amount(j, "amount", db_int_or_none(s, M_AMOUNT));
    json_set_whole(j, "stage", db_int(s, F_STAGE));
    json_set(j, "change", change);
    return j;
}

/* The "next" of a page: the three texts by which the last row is found again. */
static struct json *place_of(const char *a, const char *b, const char *c)
{
    struct json *list = json_list();

    json_add_text(list, a);
    json_add_text(list, b);
    json_add_text(list, c);
    return list;
}

static const char *place(const struct json *after, size_t i)
{
    const char *text = json_text(json_at(after, i));

    return text ? text : "";
}

static bool read_findings(const struct report_from *r, const struct asof_page *p, instant at,
                          struct json *out, struct error *e)
{
    struct json *list = json_list();
    STMT s = NULL;
    bool row = false;

    json_set(out, "findings", list);
    json_set(out, "next", json_nothing());
    if (!db_query(r->db, &s, e, FINDINGS, "ittttti", at, place(p->after, 0), place(p->after, 1),
                  place(p->after, 2), p->subject, p->unit, (int64_t)AS_OF_PAGE))
        return false;
    for (;;) {
        struct json *j;

        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        j = finding_of(s);
        json_add(list, j);
        if (!add_told(r, j, db_int(s, F_ID), at, e) ||
            (p->whole && !add_moves(r, j, db_int(s, F_ID), at, e)))
            return false;
        if (json_count(list) == AS_OF_PAGE)
            json_set(out, "next",
                     place_of(db_text(s, F_SUBJECT), db_text(s, F_RULE), db_text(s, F_PERIOD)));
    }
}

/* --- messages --- */

#define MESSAGES                                                                                   \
    "SELECT key, kind, channel, recipient, subject, created_at, instead_of, bytes_digest, bytes,"  \
    " content LIKE '%\"trial_for\":%' FROM st.message g WHERE created_at <= ?1"                    \
    " AND (created_at, key) > (?2, ?3) AND ((?4 IS NULL AND ?5 IS NULL) OR EXISTS"                 \
    " (SELECT 1 FROM st.notification n JOIN st.finding f ON f.id = n.finding JOIN st.move m"       \
    "  ON m.finding = n.finding AND m.ordinal = n.ordinal WHERE n.message = g.key AND n.withheld " \
    "IS NULL"                                                                                      \
    "  AND (?4 IS NULL OR f.subject = ?4) AND (?5 IS NULL OR m.unit = ?5)))"                       \
    " ORDER BY created_at, key LIMIT ?6"

static bool add_carried(const struct report_from *r, struct json *j, struct error *e)
{
    struct json *list = json_list();
    STMT s = NULL;
    bool row = false, ok;

    json_set(j, "carries", list);
    ok = db_query(r->db, &s, e,
                  "SELECT finding || '.' || ordinal FROM st.notification WHERE message = ?"
                  " AND withheld IS NULL"
                  " ORDER BY finding, ordinal",
                  "t", json_get_text(j, "key"));
    while (ok && (ok = db_row(s, &row, e)) && row)
        json_add_text(list, db_text(s, 0));
    return ok;
}

static struct json *try_of(struct stmt *s, instant at)
{
    struct json *j = json_group();
    bool ended = !db_is_null(s, 2) && db_int(s, 2) <= at;

    json_set_whole(j, "number", db_int(s, 0));
    json_set_instant(j, "at", db_int(s, 1));
    json_set_instant(j, "ended_at", ended ? db_int(s, 2) : INSTANT_NONE);
    json_set_text(j, "outcome", ended ? db_text(s, 3) : NULL);
    json_set_whole(j, "status", ended ? db_int(s, 4) : 0);
    json_set_text(j, "answer", ended ? db_text(s, 5) : NULL);
    return j;
}

/* Where the last try until then left it. */
static const char *state_of(const struct json *tries)
{
    const struct json *last = json_at(tries, json_count(tries) - 1);
    const char *outcome = json_get_text(last, "outcome");

    if (!last || text_same(outcome, "later"))
        return "QUEUED";
    if (!outcome)
        return "IN_FLIGHT";
    return text_same(outcome, "accepted") ? "SENT" : "DEAD";
}

static bool add_tries(const struct report_from *r, struct json *j, instant at, struct error *e)
{
    struct json *list = json_list();
    STMT s = NULL;
    bool row = false, ok;

    json_set(j, "tries", list);
    ok = db_query(r->db, &s, e,
                  "SELECT number, at, ended_at, outcome, status, answer FROM st.attempt"
                  " WHERE message = ? AND at <= ? ORDER BY number",
                  "ti", json_get_text(j, "key"), at);
    while (ok && (ok = db_row(s, &row, e)) && row)
        json_add(list, try_of(s, at));
    json_set_text(j, "state", state_of(list));
    return ok;
}

static void add_bytes(struct json *j, struct stmt *s, bool whole)
{
    bool rendered = json_count(json_get(j, "tries")) != 0;
    AUTO_TEXT base64 = { 0 };
    const void *bytes;
    size_t size;

    json_set_text(j, "sha256", rendered ? db_text(s, 7) : NULL);
    bytes = db_bytes(s, 8, &size);
    if (!whole || !rendered || !bytes)
        return;
    base64_write(bytes, size, &base64);
    json_set_text(j, "bytes", text_of(&base64));
}

static struct json *message_of(struct stmt *s)
{
    static const struct text_column texts[] = { { "key", 0 },     { "kind", 1 },
                                                { "channel", 2 }, { "recipient", 3 },
                                                { "subject", 4 }, { "instead_of", 6 },
                                                { NULL, 0 } };
    struct json *j = json_group();

    set_texts(j, s, texts);
    json_set_instant(j, "made_at", db_int(s, 5));
    json_set_truth(j, "trial", db_int(s, 9) != 0);
    return j;
}

static bool read_messages(const struct report_from *r, const struct asof_page *p, instant at,
                          struct json *out, struct error *e)
{
    struct json *list = json_list(), *last = json_at(p->after, 0);
    STMT s = NULL;
    bool row = false;

    json_set(out, "messages", list);
    json_set(out, "next", json_nothing());
    if (!db_query(r->db, &s, e, MESSAGES, "iittti", at, last ? json_whole(last) : INSTANT_NONE + 1,
                  place(p->after, 1), p->subject, p->unit, (int64_t)AS_OF_PAGE))
        return false;
    for (;;) {
        struct json *j;

        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        j = message_of(s);
        json_add(list, j);
        if (!add_carried(r, j, e) || !add_tries(r, j, at, e))
            return false;
        add_bytes(j, s, p->whole);
        if (json_count(list) == AS_OF_PAGE) {
            struct json *next = json_list();

            json_add(next, json_of_whole(db_int(s, 5)));
            json_add_text(next, db_text(s, 0));
            json_set(out, "next", next);
        }
    }
}

/* --- both --- */

typedef bool read_fn(const struct report_from *r, const struct asof_page *p, instant at,
                     struct json *out, struct error *e);

static struct json *page(const struct report_from *r, const struct asof_page *p, read_fn *read,
                         struct error *e)
{
    struct json *j;
    instant at = INSTANT_NONE;

    if (!moment_of(r, p->time, &at, e))
        return NULL;
    j = json_group();
    json_set_instant(j, "as_of", at);
    if (read(r, p, at, j, e))
        return j;
    json_free(j);
    return NULL;
}

struct json *asof_findings(const struct report_from *r, const struct asof_page *p, struct error *e)
{
    return page(r, p, read_findings, e);
}

struct json *asof_messages(const struct report_from *r, const struct asof_page *p, struct error *e)
{
    return page(r, p, read_messages, e);
}
