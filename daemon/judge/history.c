#include "judge/history.h"

#include "codec/digest.h"
#include "db/schema.h"

#include <stdio.h>
#include <stdlib.h>

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
                             .quiet_on = DATE_NONE };
    if (!db_query(state, &s, e,
                  "SELECT id, status, stage, due, safe, opened_on, breached_on, closed_on,"
                  " reminded_on, quiet_because, quiet_on, ordinal FROM finding"
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
                             .ordinal = db_int(s, 11) };
    return true;
}

bool history_put(struct db *state, const struct finding_about *about, struct finding *f,
                 struct error *e)
{
    if (!db_run(state, e,
                "INSERT INTO finding (rule, subject, period, unit, office, owner, amount, status,"
                " stage, due, safe, opened_on, breached_on, closed_on, reminded_on, quiet_because,"
                " quiet_on, ordinal, last_confirmed_pull)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (rule, subject, period) DO UPDATE SET unit = excluded.unit,"
                " office = excluded.office, owner = excluded.owner, amount = excluded.amount,"
                " status = excluded.status, stage = excluded.stage, due = excluded.due,"
                " safe = excluded.safe, opened_on = excluded.opened_on,"
                " breached_on = excluded.breached_on, closed_on = excluded.closed_on,"
                " reminded_on = excluded.reminded_on, quiet_because = excluded.quiet_because,"
                " quiet_on = excluded.quiet_on, ordinal = excluded.ordinal,"
                " last_confirmed_pull = excluded.last_confirmed_pull",
                "ttttttmtiddddddtdii", about->rule, about->subject, about->period, about->unit,
                about->office, about->owner, about->amount, status_name(f->status),
                (int64_t)f->stage, f->due, f->safe, f->opened_on, f->breached_on, f->closed_on,
                f->reminded_on, f->quiet ? about->quiet_because : NULL, f->quiet_on, f->ordinal,
                about->pull))
        return error_wrap(e, "finding %s %s", about->rule, about->subject);
    if (!f->id)
        f->id = db_last_id(state);
    return true;
}

/* The chain's next link. */
static bool link_to(struct db *state, const struct move *m, char ret[DIGEST_TEXT_SIZE],
                    struct error *e)
{
    char *last AUTO_FREE = NULL;
    char numbers[96], day[DATE_TEXT_SIZE];

    if (!setting_get(state, "chain", &last, e))
        return false;
    snprintf(numbers, sizeof numbers, "%lld %lld %d", (long long)m->finding, (long long)m->ordinal,
             m->after->stage);
    digest_of_parts((const char *const[]){ last ? last : "", numbers, date_text(m->day, day),
                                           cause_name(m->cause), status_name(m->after->status),
                                           m->inputs ? m->inputs : "",
                                           m->derivation ? m->derivation : "", NULL },
                    ret);
    return setting_put(state, "chain", ret, e);
}

bool history_move(struct db *state, const struct move *m, struct error *e)
{
    char chain[DIGEST_TEXT_SIZE];

    if (!link_to(state, m, chain, e))
        return false;
    return db_run(state, e,
                  "INSERT INTO move (finding, ordinal, day, at, cause, from_status, to_status,"
                  " from_stage, to_stage, severity, due_before, due_after, inputs, derivation,"
                  " data_version, generation, chain)"
                  " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  "iiditttiitddttitt", m->finding, m->ordinal, m->day, m->at, cause_name(m->cause),
                  status_name(m->before->status), status_name(m->after->status),
                  (int64_t)m->before->stage, (int64_t)m->after->stage, m->severity, m->before->due,
                  m->after->due, m->inputs, m->derivation, m->data_version, m->generation, chain);
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
    return db_run(
        state, e,
        "INSERT INTO rule (id, digest, since) VALUES (?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET digest = excluded.digest, since = excluded.since",
        "ttd", rule, digest, since);
}
