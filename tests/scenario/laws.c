#include "scenario/laws.h"

#include "base/text.h"
#include "codec/digest.h"
#include "codec/json.h"
#include "db/db.h"
#include "watch/verify.h"

#include <string.h>

/* Each must give no row; what it gives is said. */
static const struct law {
    bool data; /* of data.db, else of state.db */
    const char *says, *sql;
} laws[] = {
    { true, "data.db is damaged",
      "SELECT * FROM pragma_integrity_check WHERE 1 <> "
      "(integrity_check = 'ok')" },
    { false, "state.db is damaged",
      "SELECT * FROM pragma_integrity_check WHERE 1 <> "
      "(integrity_check = 'ok')" },
    { false, "a notification is in no message",
      "SELECT key FROM notification WHERE message IS NULL AND withheld IS NULL"
      " AND cadence <> 'daily'" },
    { false, "a notification names a message that is not there",
      "SELECT key FROM notification WHERE message IS NOT NULL"
      " AND message NOT IN (SELECT key FROM message)" },
    { false, "the moves of a finding have a gap",
      "SELECT f.rule || ' ' || f.subject FROM finding f WHERE f.ordinal <>"
      " (SELECT count(*) FROM move WHERE finding = f.id)"
      " OR f.ordinal <> (SELECT max(ordinal) FROM move WHERE finding = f.id)" },
    { false, "a move does not begin where the one before ended",
      "SELECT f.rule || ' ' || f.subject || ' ' || b.ordinal FROM move a JOIN move b"
      " ON b.finding = a.finding AND b.ordinal = a.ordinal + 1 JOIN finding f ON f.id = a.finding"
      " WHERE a.to_status <> b.from_status OR a.to_stage <> b.from_stage OR a.day > b.day"
      " OR a.due_after IS NOT b.due_before" },
    { false, "a move was told twice to one recipient",
      "SELECT finding || '.' || ordinal || ' ' || recipient FROM notification"
      " GROUP BY finding, ordinal, channel, recipient HAVING count(*) > 1" },
    { false, "a message is left in flight",
      "SELECT key FROM message WHERE state = 'IN_FLIGHT' AND 0 = ?" },
    { true, "a payload was left unread", "SELECT id FROM pull WHERE state = 'FETCHED' AND 0 = ?" },
};

static void check_law(struct run *r, const struct law *l, int64_t busy)
{
    struct db *db = l->data ? engine_data(r->engine) : engine_state(r->engine);
    STMT s = NULL;
    bool row = false;
    struct error e;

    if (!db_query_text(db, &s, &e, l->sql, strchr(l->sql, '?') ? "i" : "", busy) ||
        !db_row(s, &row, &e))
        run_fail(r, "%s: %s", l->says, e.text);
    if (row)
        run_fail(r, "%s: %s", l->says, db_text(s, 0));
}

/* A message that arrived is one that the outbox knows; one that it calls sent has arrived. */
static void check_deliveries(struct run *r)
{
    STMT s = NULL;
    bool row;
    struct error e;

    if (!db_query(engine_state(r->engine), &s, &e,
                  "SELECT key, recipient, state FROM message ORDER BY key", ""))
        run_fail(r, "%s", e.text);
    for (;;) {
        const struct delivery *d;

        if (!db_row(s, &row, &e))
            run_fail(r, "%s", e.text);
        if (!row)
            return;
        for (d = r->o->deliveries; d && strcmp(d->key, db_text(s, 0)) != 0; d = d->next)
            continue;
        if (!d && strcmp(db_text(s, 2), "SENT") == 0)
            run_fail(r, "message %.12s to %s is called sent and did not arrive", db_text(s, 0),
                     db_text(s, 1));
    }
}

/* The key of a notification comes from what it tells to whom and from nothing else: no row number,
 * no time (design: it must be the same after a crash). */
static void check_keys(struct run *r)
{
    STMT s = NULL;
    bool row;
    struct error e;

    if (!db_query(engine_state(r->engine), &s, &e,
                  "SELECT f.rule, f.subject, f.period, CAST(n.ordinal AS TEXT), n.channel,"
                  " n.recipient, n.key FROM notification n JOIN finding f ON f.id = n.finding",
                  ""))
        run_fail(r, "%s", e.text);
    for (;;) {
        const char *parts[7] = { NULL };
        char key[DIGEST_TEXT_SIZE];

        if (!db_row(s, &row, &e))
            run_fail(r, "%s", e.text);
        if (!row)
            return;
        for (int i = 0; i < 6; i++)
            parts[i] = db_text(s, i);
        digest_of_parts(parts, key);
        if (strcmp(key, db_text(s, 6)) != 0)
            run_fail(r, "the key of a notification of %s %s is not made as it should", parts[0],
                     parts[1]);
    }
}

static void check_trouble(struct run *r)
{
    for (const struct trouble *t = r->o->troubles; t; t = t->next)
        if (!t->expected && !strstr(t->text, "disk"))
            run_fail(r, "trouble that nobody expected, %lld times: %s", (long long)t->times,
                     t->text);
}

/* What was judged by what changed is what judging everything says. */
static void check_audit(struct run *r)
{
    AUTO_TEXT t = { 0 };
    struct error e;

    db_set_fault(NULL, NULL); /* nothing is committed any more */
    if (!engine_audit(run_engine(r), &t, &e))
        run_fail(r, "%s", e.text);
    if (t.size)
        run_fail(r, "judging everything says something else: %s", text_of(&t));
}

/* The chain, the keys and the bytes are what `dutywatch verify` computes again. */
static void check_verify(struct run *r)
{
    AUTO_TEXT dir = { 0 };
    AUTO_TEXT said = { 0 };
    AUTO(json) j = NULL;
    struct error e;

    text_addf(&dir, "%s/state", r->dir);
    j = verify(text_of(&dir), &e);
    if (!j)
        run_fail(r, "%s", e.text);
    json_write(json_get(j, "checks"), true, &said);
    if (!json_get_truth(j, "good"))
        run_fail(r, "verify finds something wrong: %s", text_of(&said));
}

void laws_check(struct run *r)
{
    int64_t busy = engine_busy(run_engine(r));

    run_scan(r);
    if (r->o->broken)
        run_fail(r, "%s", r->o->broken);
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++)
        check_law(r, &laws[i], busy);
    check_deliveries(r);
    check_keys(r);
    check_trouble(r);
    check_audit(r);
    check_verify(r);
}

/* Each gives one text a row. */
static const struct fact {
    bool data;
    const char *sql;
} facts[] = {
    { false, "SELECT 'finding ' || json_array(rule, subject, period, unit, office, owner, amount,"
             " status, stage, due, safe, opened_on, breached_on, closed_on, reminded_on,"
             " quiet_because, quiet_on, ordinal) FROM finding ORDER BY rule, subject, period" },
    { false, "SELECT 'move ' || json_array(f.rule, f.subject, m.ordinal, m.day, m.cause,"
             " m.from_status, m.to_status, m.from_stage, m.to_stage, m.severity, m.due_before,"
             " m.due_after) FROM move m JOIN finding f ON f.id = m.finding"
             " ORDER BY f.rule, f.subject, m.ordinal" },
    { false, "SELECT 'notification ' || json_array(f.rule, f.subject, n.ordinal, n.recipient,"
             " n.cadence, n.day, n.withheld, n.key, n.message) FROM notification n"
             " JOIN finding f ON f.id = n.finding ORDER BY f.rule, f.subject, n.ordinal, n.key" },
    /* of a channel it is told each day, with the moment in the key */
    { false, "SELECT 'message ' || json_array(kind, channel, recipient, subject, state, instead_of,"
             " iif(subject LIKE '%Channel % deliver%', '', key)) AS fact FROM message GROUP BY fact"
             " ORDER BY fact" },
    { true,
      "SELECT 'duty ' || json_array(rule, subject, period, answer, due, safe, bound, next_day,"
      " amount, ask, quiet) FROM duty ORDER BY rule, subject, period" },
    { true,
      "SELECT 'source ' || json_array(id, digest, good_pull IS NULL, held_pull IS NULL, error)"
      " FROM source ORDER BY id" },
};

static void add_facts(struct run *r, const struct fact *f, struct text *t)
{
    struct db *db = f->data ? engine_data(r->engine) : engine_state(r->engine);
    STMT s = NULL;
    bool row;
    struct error e;

    if (!db_query(db, &s, &e, f->sql, ""))
        run_fail(r, "%s", e.text);
    for (;;) {
        if (!db_row(s, &row, &e))
            run_fail(r, "%s", e.text);
        if (!row)
            return;
        text_addf(t, "%s\n", db_text(s, 0));
    }
}

void laws_final(struct run *r)
{
    AUTO_TEXT t = { 0 };

    run_engine(r);
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        add_facts(r, &facts[i], &t);
    r->o->final = outside_text(r->o, text_of(&t));
}
