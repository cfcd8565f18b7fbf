#include "watch/explain.h"

#include "base/arena.h"
#include "base/limit.h"
#include "base/number.h"
#include "base/text.h"
#include "base/zone.h"
#include "codec/json.h"
#include "fetch/source.h"
#include "ingest/excerpt.h"
#include "judge/facts.h"
#include "watch/known.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LIMIT(LINE_SHOWN_MAX,
      4000); /* told: a longer line ends in an ellipsis in explain; the payload has all */

static struct json *parsed(const char *text)
{
    return text ? json_read(text, strlen(text), NULL) : NULL;
}

/* --- lines of payloads --- */

static const char *path_of(const struct json *pull)
{
    const char *path = json_get_text(pull, "path");

    return path ? path : "";
}

static int by_place(const void *a, const void *b)
{
    const struct json *x = *(const struct json *const *)a, *y = *(const struct json *const *)b;
    int64_t lines = json_get_whole(x, "line") - json_get_whole(y, "line");
    int paths = strcmp(path_of(x), path_of(y));

    return paths ? paths : (lines > 0) - (lines < 0);
}

/* Gives each pull, in the order of by_place(), its line of the payload as it lies in the spool.
 * What is no longer kept gives none. */
static void read_lines(struct json *const *pulls, size_t count)
{
    char *line AUTO_FREE = NULL;
    size_t room = 0;
    int64_t at = 0;
    ssize_t n = 0;
    FILE *f = NULL;

    for (size_t i = 0; i < count; i++) {
        AUTO_TEXT said = { 0 };

        if (i == 0 || strcmp(path_of(pulls[i]), path_of(pulls[i - 1])) != 0) {
            if (f)
                fclose(f);
            f = fopen(path_of(pulls[i]), "re");
            at = 0;
        }
        while (f && at < json_get_whole(pulls[i], "line") && (n = getline(&line, &room, f)) >= 0)
            at++;
        if (!f || at == 0 || at != json_get_whole(pulls[i], "line"))
            continue;
        while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
            n--;
        excerpt_clean(line, (size_t)n, LINE_SHOWN_MAX, &said);
        json_set_text(pulls[i], "payload_line", text_of(&said));
    }
    if (f)
        fclose(f);
}

/* The lines of all moves of all findings, each payload read once however many there are. */
static void add_lines(const struct json *findings)
{
    struct json **pulls AUTO_FREE = NULL;
    size_t count = 0;

    for (size_t i = 0; i < json_count(findings); i++) {
        const struct json *moves = json_get(json_at(findings, i), "moves");

        pulls = grow(pulls, count + json_count(moves) + 1, sizeof *pulls);
        for (size_t k = 0; k < json_count(moves); k++) {
            struct json *pull = json_get(json_at(moves, k), "pull");

            if (json_type_of(pull) == JSON_GROUP)
                pulls[count++] = pull;
        }
    }
    if (count) {
        qsort(pulls, count, sizeof(struct json *), by_place);
        read_lines(pulls, count);
    }
}

/* --- moves --- */

/* The pull behind the inputs of a move. */
static struct json *pull_of(const struct report_from *r, const struct json *inputs, struct error *e)
{
    AUTO(arena) a = arena_new();
    int64_t id = json_get_whole(inputs, "pull"), line = json_get_whole(inputs, "line");
    struct json *j;
    struct pull p;
    bool found = false;

    if (!id || !pull_get(r->db, id, a, &p, &found, e) || !found)
        return json_nothing();
    j = json_group();
    json_set_whole(j, "id", p.id);
    json_set_text(j, "source", p.source);
    json_set_instant(j, "at", p.at);
    json_set_text(j, "digest", p.digest);
    json_set_text(j, "path", p.path);
    json_set_whole(j, "line", line);
    json_set(j, "payload_line", json_nothing());
    return j;
}

static struct json *move_of(const struct report_from *r, struct stmt *s, struct error *e)
{
    struct json *j = json_group(), *inputs = parsed(db_text(s, 6));

    json_set_whole(j, "ordinal", db_int(s, 0));
    json_set_text(j, "day", db_text(s, 1));
    json_set_instant(j, "at", db_int(s, 2));
    json_set_text(j, "cause", db_text(s, 3));
    json_set_text(j, "severity", db_text(s, 4));
    json_set_text(j, "last_day_before", db_text(s, 7));
    json_set_text(j, "last_day", db_text(s, 8));
    json_set(j, "derivation", parsed(db_text(s, 5)));
    json_set_text(j, "to_do", facts_to_do(j));
    json_set(j, "pull", pull_of(r, inputs, e));
    json_set(j, "inputs", inputs);
    json_set_whole(j, "data_version", db_int(s, 9));
    json_set_text(j, "rules", db_text(s, 10));
    json_set_text(j, "chain", db_text(s, 11));
    json_set_text(j, "unit", db_text(s, 12));
    return j;
}

static bool add_moves(const struct report_from *r, struct json *finding, int64_t id,
                      struct error *e)
{
    struct json *list = json_list();
    STMT s = NULL;
    bool row = false, ok;

    json_set(finding, "moves", list);
    ok = db_query(r->db, &s, e,
                  "SELECT ordinal, day, at, cause, severity, derivation, inputs, due_before,"
                  " due_after, data_version, generation, chain, unit FROM move WHERE finding = ?"
                  " ORDER BY ordinal DESC",
                  "i", id);
    while (ok && (ok = db_row(s, &row, e)) && row)
        json_add(list, move_of(r, s, e));
    return ok;
}

static bool add_told(const struct report_from *r, struct json *finding, int64_t id, struct error *e)
{
    struct json *list = json_list();
    STMT s = NULL;
    bool row = false, ok;

    json_set(finding, "told", list);
    ok =
        db_query(r->db, &s, e,
                 "SELECT n.ordinal, n.channel, n.recipient, n.role, n.message, m.state, n.withheld,"
                 " n.cadence FROM notification n LEFT JOIN message m ON m.key = n.message"
                 " WHERE n.finding = ? ORDER BY n.ordinal, n.channel, n.recipient",
                 "i", id);
    while (ok && (ok = db_row(s, &row, e)) && row) {
        static const char *const keys[] = { "channel", "recipient", "role",   "message",
                                            "state",   "withheld",  "cadence" };
        struct json *one = json_group();

        json_set_whole(one, "ordinal", db_int(s, 0));
        for (int i = 0; i < 7; i++)
            json_set_text(one, keys[i], db_text(s, i + 1));
        json_add(list, one);
    }
    return ok;
}

/* `rule`: nothing is added for a finding of another one; NULL: any. */
static bool add_finding(const struct report_from *r, struct json *list, int64_t id,
                        const char *rule, struct error *e)
{
    static const char *const keys[] = { "rule",       "subject", "period",   "unit",   "office",
                                        "owner",      "status",  "last_day", "act_by", "opened_on",
                                        "past_since", "because", "done_on" };
    char hour[HOUR_TEXT_SIZE];
    struct json *j;
    STMT s = NULL;
    bool row = false;

    if (!db_query(r->db, &s, e,
                  "SELECT rule, subject, period, unit, office, owner, status, due, safe, opened_on,"
                  " breached_on, quiet_because, amount, (SELECT d.due_at FROM main.duty d WHERE"
                  " d.rule = f.rule AND d.subject = f.subject AND d.period = f.period AND d.due ="
                  " f.due), met_on FROM finding f WHERE id = ?1"
                  " AND (?2 IS NULL OR rule = ?2)",
                  "it", id, rule) ||
        !db_row(s, &row, e))
        return false;
    if (!row)
        return true;
    j = json_group();
    json_set_whole(j, "id", id);
    for (int i = 0; i < 12; i++)
        json_set_text(j, keys[i], db_text(s, i));
    json_set_text(j, keys[12], db_text(s, 14));
    if (db_is_null(s, 12))
        json_set(j, "amount", json_nothing());
    else
        json_set_whole(j, "amount", db_int(s, 12));
    json_set_instant(j, "due_at", db_int_or_none(s, 13));
    if (!db_is_null(s, 13))
        json_set_text(j, "by", zone_hour(r->settings->zone, db_date(s, 7), db_int(s, 13), hour));
    json_add(list, j);
    return add_told(r, j, id, e) && add_moves(r, j, id, e);
}

/* The findings that a query names, in the first column. */
static bool add_findings(const struct report_from *r, struct json *list, const char *sql,
                         const char *what, const char *rule, struct error *e)
{
    int64_t *ids AUTO_FREE = NULL;
    size_t n = 0;
    STMT s = NULL;
    bool row = false;

    if (!db_query(r->db, &s, e, sql, "tt", what, rule))
        return false;
    for (;;) {
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            break;
        ids = grow(ids, n + 1, sizeof *ids);
        ids[n++] = db_int(s, 0);
    }
    for (size_t i = 0; i < n; i++)
        if (!add_finding(r, list, ids[i], rule, e))
            return false;
    return true;
}

static bool is_key(const char *what)
{
    return strlen(what) >= 8 && strspn(what, "0123456789abcdef") == strlen(what);
}

/* "12" or "12.3": the number of a finding. */
static bool is_number(const char *what, int64_t *ret)
{
    return number_read(what, strcspn(what, "."), ret) && *ret > 0;
}

static bool find(const struct report_from *r, const char *what, const char *rule, struct json *out,
                 struct json *list, struct error *e)
{
    int64_t id;

    if (is_key(what)) {
        struct json *message = report_message(r, what, e);

        if (message) {
            json_set(out, "message", message);
            return add_findings(r, list,
                                "SELECT DISTINCT n.finding FROM notification n JOIN finding f"
                                " ON f.id = n.finding WHERE n.message = ?1 AND n.withheld IS NULL"
                                " AND (?2 IS NULL OR f.rule = ?2)",
                                json_get_text(message, "key"), rule, e);
        }
    }
    if (is_number(what + (*what == '#'), &id) && !add_finding(r, list, id, rule, e))
        return false;
    /* a case may have the number of a finding for its key */
    return add_findings(r, list,
                        "SELECT id FROM finding WHERE subject = ?1 AND (?2 IS NULL OR rule = ?2)"
                        " AND CAST(id AS TEXT) <> subject ORDER BY status, safe",
                        what, rule, e);
}

/* What is listed about a subject; the reader leaves out what its findings say already. */
static bool watched(const struct report_from *r, const char *subject, const char *rule,
                    struct json *out, struct error *e)
{
    struct list_filter f = {
        .subject = subject, .rule = rule, .severity = -1, .min_amount = INT64_MIN
    };
    struct json *list = report_list(r, &f, e);

    if (!list)
        return false;
    json_set(out, "watched", json_copy_ref(json_get(list, "duties")));
    json_free(list);
    return true;
}

static bool nothing(const char *what, const char *rule, struct error *e)
{
    return error_set(e, ERROR_INPUT,
                     "%s is no finding, no message and no case that is watched%s%s; dutywatch list "
                     "shows what is, dutywatch why-not CASE %s why a case is not",
                     what, rule ? " under rule " : "", rule ? rule : "", rule ? rule : "RULE");
}

struct json *explain(const struct report_from *r, const char *what, const char *rule,
                     struct error *e)
{
    struct json *out = json_group(), *list = json_list();
    bool ok;

    json_set(out, "message", json_nothing());
    json_set(out, "findings", list);
    ok = known_found(r->settings, r->db, rule, e) && find(r, what, rule, out, list, e) &&
         watched(r, what, rule, out, e);
    if (ok && !json_count(list) && !json_count(json_get(out, "watched")) &&
        json_type_of(json_get(out, "message")) != JSON_GROUP)
        ok = nothing(what, rule, e);
    if (ok) {
        add_lines(list);
        return out;
    }
    json_free(out);
    return NULL;
}
