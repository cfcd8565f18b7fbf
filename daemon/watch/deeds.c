#include "watch/deeds.h"

#include "base/arena.h"
#include "base/text.h"
#include "db/schema.h"

#include <string.h>

/* The columns of DEED_QUERY, which are those of table deed. */
enum {
    DEED_RULE,
    DEED_SUBJECT,
    DEED_PERIOD,
    DEED_OPENED,
    DEED_BREACHED,
    DEED_ACKED,
    DEED_TOLD,
    DEED_BOUNCED
};

#define DEED_QUERY                                                                                 \
    "SELECT rule, subject, period, opened_on, breached_on,"                                        \
    " CASE WHEN acked_until IS NOT NULL THEN (SELECT max(day) FROM move WHERE cause = 'answered'"  \
    "   AND move.finding = finding.id) END,"                                                       \
    " (SELECT group_concat(recipient, ', ') FROM (SELECT DISTINCT n.recipient FROM notification"   \
    "   AS n JOIN message AS m ON m.key = n.message WHERE n.finding = finding.id AND"              \
    "   n.withheld IS NULL AND m.state = 'SENT' ORDER BY 1)),"                                     \
    " EXISTS (SELECT 1 FROM notification AS n JOIN message AS m ON m.key = n.message"              \
    "   WHERE n.finding = finding.id AND n.withheld IS NULL AND m.state = 'DEAD')"                 \
    " FROM finding WHERE rule = ?"

/* What is written is of this version of the deeds. */
struct writing {
    struct db *data;
    int64_t version;
    bool changed;
};

/* Writes one deed unless it is there as it is. */
static bool put(struct writing *w, struct stmt *s, struct error *e)
{
    int64_t same = 0;

    if (!db_number(w->data, &same, e,
                   "SELECT EXISTS (SELECT 1 FROM deed WHERE rule = ? AND subject = ? AND period = ?"
                   " AND opened_on IS ? AND breached_on IS ? AND acked_on IS ? AND told_to IS ?"
                   " AND bounced = ?)",
                   "ttttttti", db_text(s, DEED_RULE), db_text(s, DEED_SUBJECT),
                   db_text(s, DEED_PERIOD), db_text(s, DEED_OPENED), db_text(s, DEED_BREACHED),
                   db_text(s, DEED_ACKED), db_text(s, DEED_TOLD), db_int(s, DEED_BOUNCED)))
        return false;
    if (same)
        return true;
    w->changed = true;
    return db_run(w->data, e,
                  "INSERT INTO deed (rule, subject, period, opened_on, breached_on, acked_on,"
                  " told_to, bounced, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                  " ON CONFLICT (rule, subject, period) DO UPDATE SET"
                  " opened_on = excluded.opened_on, breached_on = excluded.breached_on,"
                  " acked_on = excluded.acked_on, told_to = excluded.told_to,"
                  " bounced = excluded.bounced, version = excluded.version",
                  "tttttttii", db_text(s, DEED_RULE), db_text(s, DEED_SUBJECT),
                  db_text(s, DEED_PERIOD), db_text(s, DEED_OPENED), db_text(s, DEED_BREACHED),
                  db_text(s, DEED_ACKED), db_text(s, DEED_TOLD), db_int(s, DEED_BOUNCED),
                  w->version);
}

static bool refresh_rule(const struct judgement *j, const struct prepared_rule *r,
                         struct writing *w, struct error *e)
{
    STMT s = NULL;
    bool row;

    if (!db_query(j->state, &s, e, DEED_QUERY, "t", r->def->id))
        return false;
    for (;;) {
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        if (!put(w, s, e))
            return false;
    }
}

#define ALL_LAYERS (-1)

/* Those of the rules of a layer. `*ret_version` is what all deeds are of now. */
static bool refresh(const struct judgement *j, int layer, int64_t *ret_version, struct error *e)
{
    const struct rulebook *b = j->generation->book;
    struct writing w = { .data = j->data };

    *ret_version = 0; /* none yet */
    if (!setting_get_number(j->data, "deeds_version", ret_version, e))
        return false;
    w.version = *ret_version + 1;
    for (int i = 0; i < b->count; i++)
        if (b->rules[i].referred && (layer == ALL_LAYERS || layer == b->rules[i].layer) &&
            !refresh_rule(j, &b->rules[i], &w, e))
            return false;
    if (!w.changed)
        return true;
    *ret_version = w.version;
    return setting_put_number(j->data, "deeds_version", w.version, e);
}

bool deeds_begin(const struct judgement *j, bool again, struct error *e)
{
    return !again || db_run(j->data, e, "DELETE FROM deed", "");
}

bool deeds_add_layer(const struct judgement *j, int layer, struct error *e)
{
    int64_t version;

    if (!j->generation->book->deeds)
        return true;
    return (refresh(j, layer, &version, e) &&
            setting_put_number(j->state, "judged_deeds", version, e)) ||
           error_wrap(e, "deeds");
}

bool deeds_at_large(const struct judgement *j, const struct prepared_rule *r, int64_t since,
                    bool *ret, struct error *e)
{
    int64_t changed = 0;
    bool many = r->lookups.deeds_at_large || (r->lookups.deeds && !rule_is_single(r));

    if (many && !db_number(j->data, &changed, e,
                           "SELECT EXISTS (SELECT 1 FROM deed WHERE version > ?)", "i", since))
        return error_wrap(e, "deeds");
    *ret = changed != 0;
    return true;
}

bool deeds_refresh(const struct judgement *j, struct error *e)
{
    char *judged AUTO_FREE = NULL;
    int64_t version;

    if (!j->generation->book->deeds)
        return true;
    if (!setting_get(j->state, "judged", &judged, e) || !db_begin(j->data, e))
        return error_wrap(e, "deeds");
    if (!refresh(j, ALL_LAYERS, &version, e) || !setting_put(j->data, "deeds_of", judged, e)) {
        db_rollback(j->data);
        return error_wrap(e, "deeds");
    }
    return db_commit(j->data, e);
}

bool deeds_behind(const struct judgement *j, bool *ret, struct error *e)
{
    char *judged AUTO_FREE = NULL;
    char *of AUTO_FREE = NULL;
    int64_t deeds = 0, seen = 0;

    *ret = false;
    if (!j->generation->book->deeds)
        return true;
    if (!setting_get(j->state, "judged", &judged, e) || !setting_get(j->data, "deeds_of", &of, e) ||
        !setting_get_number(j->data, "deeds_version", &deeds, e) ||
        !setting_get_number(j->state, "judged_deeds", &seen, e))
        return error_wrap(e, "deeds");
    *ret = deeds != seen || !text_same(judged, of);
    return true;
}
