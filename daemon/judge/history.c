#include "judge/history.h"

#include "base/text.h"
#include "codec/digest.h"
#include "db/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool history_get(struct db *state, const char *rule, const char *subject, const char *period,
                 struct finding *ret, struct error *e)
{
    STMT s = NULL;
    bool row = false;

    *ret = (struct finding){ .stage = -1,
                             .due = DATE_NONE,
                             .safe = DATE_NONE,
                             .opened_on = DATE_NONE,
                             .breached_on = DATE_NONE,
                             .closed_on = DATE_NONE,
                             .reminded_on = DATE_NONE,
                             .quiet_on = DATE_NONE,
                             .acked_until = DATE_NONE,
                             .start = DATE_NONE,
                             .met_on = DATE_NONE };
    if (!db_query(state, &s, e,
                  "SELECT id, status, stage, due, safe, opened_on, breached_on, closed_on,"
                  " reminded_on, quiet_because, quiet_on, ordinal, silenced, acked_until,"
                  " acked_evidence, start, met_on FROM finding"
                  " WHERE rule = ? AND subject = ? AND period = ?",
                  "ttt", rule, subject, period) ||
        !db_row(s, &row, e))
        return error_wrap(e, "finding %s %s", rule, subject);
    if (!row)
        return true;
    *ret = (struct finding){ .id = db_int(s, 0),
                             .status = status_read(db_text(s, 1)),
                             .stage = (int)db_int(s, 2),
                             .due = db_date(s, 3),
                             .safe = db_date(s, 4),
                             .opened_on = db_date(s, 5),
                             .breached_on = db_date(s, 6),
                             .closed_on = db_date(s, 7),
                             .reminded_on = db_date(s, 8),
                             .quiet = !db_is_null(s, 9),
                             .quiet_on = db_date(s, 10),
                             .ordinal = db_int(s, 11),
                             .silenced = db_int(s, 12) != 0,
                             .acked_until = db_date(s, 13),
                             .acked_evidence = db_int(s, 14),
                             .start = db_date(s, 15),
                             .met_on = db_date(s, 16) };
    return true;
}

bool history_opened(struct db *state, const char *rule, const char *subject, const char *period,
                    date *ret, struct error *e)
{
    STMT s = NULL;
    bool row = false;

    if (!db_query(state, &s, e,
                  "SELECT max(m.day) FROM finding AS f JOIN move AS m ON m.finding = f.id"
                  " WHERE f.rule = ? AND f.subject = ? AND f.period = ? AND f.status = 'OPEN'"
                  " AND m.to_status = 'OPEN' AND m.from_status IS NOT 'OPEN'",
                  "ttt", rule, subject, period) ||
        !db_row(s, &row, e))
        return error_wrap(e, "finding %s %s", rule, subject);
    *ret = row ? db_date(s, 0) : DATE_NONE;
    return true;
}

bool history_whose(struct db *state, const char *rule, const char *subject, const char *period,
                   struct arena *a, struct finding_about *ret, struct error *e)
{
    STMT s = NULL;
    bool row = false;

    if (!db_query(state, &s, e,
                  "SELECT unit, office, owner, amount FROM finding WHERE rule = ? AND subject = ?"
                  " AND period = ?",
                  "ttt", rule, subject, period) ||
        !db_row(s, &row, e))
        return error_wrap(e, "finding %s %s", rule, subject);
    if (!row)
        return true;
    ret->unit = arena_text(a, db_text(s, 0));
    ret->office = arena_text(a, db_text(s, 1));
    ret->owner = arena_text(a, db_text(s, 2));
    ret->amount = db_int_or_none(s, 3);
    return true;
}

bool history_put(struct db *state, const struct finding_about *about, struct finding *f,
                 struct error *e)
{
    if (!db_run(state, e,
                "INSERT INTO finding (rule, subject, period, unit, office, owner, amount, status,"
                " stage, due, safe, opened_on, breached_on, closed_on, reminded_on, quiet_because,"
                " quiet_on, ordinal, last_confirmed_pull, severity, silenced, acked_until,"
                " acked_evidence, start, met_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (rule, subject, period) DO UPDATE SET unit = excluded.unit,"
                " office = excluded.office, owner = excluded.owner, amount = excluded.amount,"
                " status = excluded.status, stage = excluded.stage, due = excluded.due,"
                " safe = excluded.safe, opened_on = excluded.opened_on,"
                " breached_on = excluded.breached_on, closed_on = excluded.closed_on,"
                " reminded_on = excluded.reminded_on, quiet_because = excluded.quiet_because,"
                " quiet_on = excluded.quiet_on, ordinal = excluded.ordinal,"
                " last_confirmed_pull = excluded.last_confirmed_pull,"
                " severity = excluded.severity, silenced = excluded.silenced,"
                " acked_until = excluded.acked_until, acked_evidence = excluded.acked_evidence,"
                " start = excluded.start, met_on = excluded.met_on",
                "ttttttmtiddddddtdiitididd", about->rule, about->subject, about->period,
                about->unit, about->office, about->owner, about->amount, status_name(f->status),
                (int64_t)f->stage, f->due, f->safe, f->opened_on, f->breached_on, f->closed_on,
                f->reminded_on, f->quiet ? about->quiet_because : NULL, f->quiet_on, f->ordinal,
                about->pull, about->severity, (int64_t)f->silenced, f->acked_until,
                f->acked_evidence, f->start, f->met_on))
        return error_wrap(e, "finding %s %s", about->rule, about->subject);
    if (!f->id)
        f->id = db_last_id(state);
    return true;
}

/* A move as it is stored, all but the number of its finding. */
struct stored {
    int64_t number;
    const char *rule, *subject, *period;
    int64_t ordinal;
    date day;
    instant at;
    const char *cause, *from_status, *to_status;
    int64_t from_stage, to_stage;
    const char *severity;
    date due_before, due_after, safe, opened_on, breached_on, closed_on, quiet_on, met_on;
    const char *quiet_because, *unit, *office, *owner;
    int64_t amount;
    const char *inputs, *derivation;
    int64_t data_version;
    const char *generation;
};

/* One value of a link: its length and itself, or "-" for none, so that no two moves give the same
 * bytes. */
static void link_text(struct digest *d, const char *value)
{
    char size[24];

    if (!value) {
        digest_add(d, "-", 1);
        return;
    }
    digest_add(d, size, (size_t)snprintf(size, sizeof size, "%zu:", strlen(value)));
    digest_add(d, value, strlen(value));
}

static void link_number(struct digest *d, int64_t value)
{
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)value);
    link_text(d, value == INT64_MIN ? NULL : text);
}

static void link_day(struct digest *d, date value)
{
    char text[DATE_TEXT_SIZE];

    link_text(d, value == DATE_NONE ? NULL : date_text(value, text));
}

static void link_of(const char *last, const struct stored *m, char ret[DIGEST_TEXT_SIZE])
{
    const char *const texts[] = { m->rule,        m->subject,   m->period,   m->cause,
                                  m->from_status, m->to_status, m->severity, m->quiet_because,
                                  m->unit,        m->office,    m->owner,    m->inputs,
                                  m->derivation,  m->generation };
    const int64_t numbers[] = { m->number,   m->ordinal, m->at,          m->from_stage,
                                m->to_stage, m->amount,  m->data_version };
    const date days[] = { m->day,       m->due_before,  m->due_after, m->safe,
                          m->opened_on, m->breached_on, m->closed_on, m->quiet_on };
    struct digest *d = digest_new();

    link_text(d, last);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        link_text(d, texts[i]);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        link_number(d, numbers[i]);
    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        link_day(d, days[i]);
    if (m->met_on != DATE_NONE) /* the links of moves from before it was kept stay as they are */
        link_day(d, m->met_on);
    digest_end(d, ret);
}

static struct stored stored_of(const struct move *m, int64_t number)
{
    const struct finding_about *about = m->about;
    const struct finding *f = m->after;

    return (struct stored){ .number = number,
                            .rule = about->rule,
                            .subject = about->subject,
                            .period = about->period,
                            .ordinal = m->ordinal,
                            .day = m->day,
                            .at = m->at,
                            .cause = cause_name(m->cause),
                            .from_status = status_name(m->before->status),
                            .to_status = status_name(f->status),
                            .from_stage = m->before->stage,
                            .to_stage = f->stage,
                            .severity = m->severity,
                            .due_before = m->before->due,
                            .due_after = f->due,
                            .safe = f->safe,
                            .opened_on = f->opened_on,
                            .breached_on = f->breached_on,
                            .closed_on = f->closed_on,
                            .quiet_on = f->quiet_on,
                            .met_on = f->met_on,
                            .quiet_because = f->quiet ? about->quiet_because : NULL,
                            .unit = about->unit,
                            .office = about->office,
                            .owner = about->owner,
                            .amount = about->amount,
                            .inputs = m->inputs,
                            .derivation = m->derivation,
                            .data_version = m->data_version,
                            .generation = m->generation };
}

bool history_move(struct db *state, const struct move *m, struct error *e)
{
    char *last AUTO_FREE = NULL;
    char chain[DIGEST_TEXT_SIZE];
    struct stored s;
    int64_t number = 0;

    if (!setting_get(state, "chain", &last, e) ||
        !db_number(state, &number, e, "SELECT coalesce(max(number), 0) + 1 FROM move", ""))
        return false;
    s = stored_of(m, number);
    link_of(last, &s, chain);
    return setting_put(state, "chain", chain, e) &&
           db_run(
               state, e,
               "INSERT INTO move (finding, ordinal, day, at, cause, from_status, to_status,"
               " from_stage, to_stage, severity, due_before, due_after, safe, opened_on,"
               " breached_on, closed_on, quiet_on, quiet_because, unit, office, owner, amount,"
               " inputs, derivation, data_version, generation, number, chain, met_on) VALUES"
               " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
               " ?, ?)",
               "iiditttiitdddddddttttmttititd", m->finding, s.ordinal, s.day, s.at, s.cause,
               s.from_status, s.to_status, s.from_stage, s.to_stage, s.severity, s.due_before,
               s.due_after, s.safe, s.opened_on, s.breached_on, s.closed_on, s.quiet_on,
               s.quiet_because, s.unit, s.office, s.owner, s.amount, s.inputs, s.derivation,
               s.data_version, s.generation, number, chain, s.met_on);
}

static struct stored read_stored(struct stmt *s)
{
    return (struct stored){ .number = db_int(s, 0),
                            .rule = db_text(s, 1),
                            .subject = db_text(s, 2),
                            .period = db_text(s, 3),
                            .ordinal = db_int(s, 4),
                            .day = db_date(s, 5),
                            .at = db_int(s, 6),
                            .cause = db_text(s, 7),
                            .from_status = db_text(s, 8),
                            .to_status = db_text(s, 9),
                            .from_stage = db_int(s, 10),
                            .to_stage = db_int(s, 11),
                            .severity = db_text(s, 12),
                            .due_before = db_date(s, 13),
                            .due_after = db_date(s, 14),
                            .safe = db_date(s, 15),
                            .opened_on = db_date(s, 16),
                            .breached_on = db_date(s, 17),
                            .closed_on = db_date(s, 18),
                            .quiet_on = db_date(s, 19),
                            .quiet_because = db_text(s, 20),
                            .unit = db_text(s, 21),
                            .office = db_text(s, 22),
                            .owner = db_text(s, 23),
                            .amount = db_int_or_none(s, 24),
                            .inputs = db_text(s, 25),
                            .derivation = db_text(s, 26),
                            .data_version = db_int(s, 27),
                            .generation = db_text(s, 28),
                            .met_on = db_date(s, 31) };
}

/* Walks the links in `s`; `last` (of DIGEST_TEXT_SIZE) begins as the link before the first. */
static bool walk_chain(struct stmt *s, char *last, int64_t next, struct arena *a,
                       struct chain_report *ret, struct error *e)
{
    char link[DIGEST_TEXT_SIZE];
    bool row = false;

    for (;; next++) {
        struct stored m;

        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        m = read_stored(s);
        ret->links++;
        link_of(*last ? last : NULL, &m, link);
        if (m.number != next) {
            ret->broken =
                arena_print(a, "link %lld is missing: after it comes %lld.%lld", (long long)next,
                            (long long)db_int(s, 30), (long long)m.ordinal);
            return true;
        }
        if (!text_same(link, db_text(s, 29))) {
            ret->broken = arena_print(a, "link %lld does not hold: %lld.%lld, %s, rule %s",
                                      (long long)m.number, (long long)db_int(s, 30),
                                      (long long)m.ordinal, m.subject, m.rule);
            return true;
        }
        memcpy(last, link, sizeof link);
    }
}

bool history_verify(struct db *state, struct arena *a, struct chain_report *ret, struct error *e)
{
    char *before AUTO_FREE = NULL;
    char *end AUTO_FREE = NULL;
    char last[DIGEST_TEXT_SIZE];
    int64_t from = 1;
    STMT s = NULL;

    *ret = (struct chain_report){ 0 };
    if (!setting_get(state, "chain_before", &before, e) || !setting_get(state, "chain", &end, e) ||
        !setting_get_number(state, "chain_from", &from, e) ||
        !db_query(state, &s, e,
                  "SELECT m.number, f.rule, f.subject, f.period, m.ordinal, m.day, m.at, m.cause,"
                  " m.from_status, m.to_status, m.from_stage, m.to_stage, m.severity, m.due_before,"
                  " m.due_after, m.safe, m.opened_on, m.breached_on, m.closed_on, m.quiet_on,"
                  " m.quiet_because, m.unit, m.office, m.owner, m.amount, m.inputs, m.derivation,"
                  " m.data_version, m.generation, m.chain, m.finding, m.met_on FROM move m"
                  " LEFT JOIN finding f ON f.id = m.finding WHERE m.number >= ? ORDER BY m.number",
                  "i", from))
        return error_wrap(e, "chain of moves");
    ret->before = from - 1;
    snprintf(last, sizeof last, "%s", before ? before : "");
    if (!walk_chain(s, last, from, a, ret, e))
        return error_wrap(e, "chain of moves");
    if (!ret->broken && !text_same(end ? end : "", last))
        ret->broken = arena_print(a, "the chain ends too early: after link %lld there were more",
                                  (long long)(from + ret->links - 1));
    return true;
}

bool history_rule(struct db *state, const char *rule, char **ret_digest, struct error *e)
{
    STMT s = NULL;
    bool row = false;

    if (!db_query(state, &s, e, "SELECT digest FROM rule WHERE id = ?", "t", rule) ||
        !db_row(s, &row, e))
        return error_wrap(e, "rule %s", rule);
    *ret_digest = copy_text(row ? db_text(s, 0) : "");
    return true;
}

bool history_put_rule(struct db *state, const char *rule, const char *digest, date since,
                      struct error *e)
{
    return db_run(state, e,
                  "INSERT INTO rule (id, digest, since) VALUES (?, ?, ?)"
                  " ON CONFLICT (id) DO UPDATE SET digest = excluded.digest",
                  "ttd", rule, digest, since);
}

bool history_drop_rule(struct db *state, const char *rule, struct error *e)
{
    return db_run(state, e, "DELETE FROM rule WHERE id = ?", "t", rule);
}
