#include "notify/compose.h"

#include "base/arena.h"
#include "base/text.h"
#include "codec/json.h"
#include "notify/key.h"
#include "notify/message.h"
#include "notify/notification.h"
#include "notify/outbox.h"

#include <string.h>

/* One message in the making. */
struct packing {
    struct db *state;
    const struct settings *settings;
    const char *cadence, *kind, *channel, *recipient;
    bool trial; /* of what is found where nothing is live yet */
    date day;
    instant now;
    struct arena *arena;
    const char **keys; /* of the part at hand, those that it only counts among them */
    size_t key_count, key_room;
    struct message_parts parts;
    date old; /* what passed before is only counted; DATE_NONE: nothing is */
};

/* As SQL has it: while the installation is live, nothing is in trial. */
int64_t compose_is_trial(const struct settings *s)
{
    return s->mode == MODE_TRIAL;
}

static const char *kind_of(const char *cadence)
{
    if (strcmp(cadence, CADENCE_TEXT_DAILY) == 0)
        return "digest";
    return strcmp(cadence, CADENCE_TEXT_BASELINE) == 0 ? "baseline" : "now";
}

static void key_of(const struct packing *p, char ret[DIGEST_TEXT_SIZE])
{
    if (strcmp(p->kind, "digest") == 0)
        key_of_digest(p->channel, p->recipient, "daily", p->day, key_part(p->parts.part, p->trial),
                      ret);
    else
        key_of_message(p->keys, p->key_count, ret);
}

static void read_notice(struct stmt *s, struct notice *n)
{
    *n = (struct notice){ .finding = db_int(s, 1),
                          .ordinal = db_int(s, 2),
                          .rule = db_text(s, 3),
                          .subject = db_text(s, 4),
                          .unit = db_text(s, 5),
                          .office = db_text(s, 6),
                          .owner = db_text(s, 7),
                          .amount = db_int_or_none(s, 8),
                          .cause = cause_read(db_text(s, 9)),
                          .severity = db_text(s, 10),
                          .status = status_read(db_text(s, 11)),
                          .due_before = db_date(s, 12),
                          .due = db_date(s, 13),
                          .safe = db_date(s, 14),
                          .derivation = db_text(s, 15),
                          .over = db_int(s, 16) != 0 };
}

static void keep_key(struct packing *p, const char *key)
{
    if (p->key_count + 2 > p->key_room) {
        p->key_room = (p->key_count + 2) * 2;
        p->keys = arena_grow(p->arena, p->keys, p->key_count * sizeof *p->keys,
                             p->key_room * sizeof *p->keys);
    }
    p->keys[p->key_count++] = arena_text(p->arena, key);
    p->keys[p->key_count] = NULL;
}

/* What waits for this recipient. */
#define WAITING                                                                                    \
    " FROM notification n JOIN finding f ON f.id = n.finding"                                      \
    " JOIN move m ON m.finding = n.finding AND m.ordinal = n.ordinal"                              \
    " WHERE n.message IS NULL AND n.withheld IS NULL AND n.cadence = ?1 AND n.channel = ?2"        \
    " AND n.recipient = ?3 AND (n.trial AND ?4) = ?5"

/* What is told, the most urgent first: what can still be done, what is past, what else is open or
 * may be past if a guess is right, what has ended. */
enum { URGENT_AHEAD, URGENT_PAST };
#define URGENCY                                                                                    \
    "CASE WHEN f.status <> 'OPEN' OR m.cause IN ('moved', 'data corrected') THEN 3"                \
    " WHEN f.safe IS NULL THEN 2 WHEN f.due < ?7 OR f.breached_on <= f.due"                        \
    " THEN CASE WHEN m.derivation ->> '$.guess' IS NULL THEN 1 ELSE 2 END ELSE 0 END"
#define TOLD WAITING " AND (?6 IS NULL OR f.due IS NULL OR f.due >= ?6)"
#define ORDERED " ORDER BY 1, f.safe, f.amount DESC, f.subject, f.rule, n.ordinal"

/* A part ends before a further case when it is full; what can still be done stays in the first. */
static bool begins_part(int cases, int64_t urgency)
{
    return cases >= MESSAGE_CASES && urgency != URGENT_AHEAD;
}

/* How many parts there will be, and what they have together. */
static bool count_parts(struct packing *p, struct error *e)
{
    AUTO(json) all = json_group();
    struct json *here = json_group();
    struct message_parts *w = &p->parts;
    STMT s = NULL;
    bool row = true, ok;
    int cases = 0;

    *w = (struct message_parts){ .parts = 1, .first = DATE_NONE };
    ok = db_query(p->state, &s, e, "SELECT " URGENCY ", f.subject, f.safe" TOLD ORDERED, "tttiidd",
                  p->cadence, p->channel, p->recipient, compose_is_trial(p->settings),
                  (int64_t)p->trial, p->old, p->day);
    while (ok && (ok = db_row(s, &row, e)) && row) {
        const char *subject = db_text(s, 1);

        if (!json_get(all, subject))
            w->cases++;
        if (db_int(s, 0) == URGENT_PAST && !json_get_truth(all, subject))
            w->past++;
        json_set_truth(all, subject, json_get_truth(all, subject) || db_int(s, 0) == URGENT_PAST);
        if (db_int(s, 0) == URGENT_AHEAD && w->first == DATE_NONE)
            w->first = db_date(s, 2);
        if (json_get(here, subject))
            continue;
        if (begins_part(cases, db_int(s, 0))) {
            json_free(here);
            here = json_group();
            cases = 0;
            w->parts++;
        }
        json_set_truth(here, subject, true);
        cases++;
    }
    json_free(here);
    return ok;
}

/* What passed long ago is only counted: that is not told, and rings at its own next rung. */
static bool count_old(struct packing *p, struct message_draft *c, struct error *e)
{
    STMT s = NULL;
    bool row;

    if (p->old == DATE_NONE)
        return true;
    if (!db_query(p->state, &s, e, "SELECT n.key, f.due, f.amount" WAITING " AND f.due < ?6",
                  "tttiid", p->cadence, p->channel, p->recipient, compose_is_trial(p->settings),
                  (int64_t)p->trial, p->old))
        return false;
    for (;;) {
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            break;
        keep_key(p, db_text(s, 0));
        message_old(c, db_date(s, 1), db_int_or_none(s, 2));
    }
    for (size_t i = 0; i < p->key_count; i++)
        if (!db_run(p->state, e, "UPDATE notification SET withheld = ? WHERE key = ?", "tt",
                    NOTIFICATION_COUNTED, p->keys[i]))
            return false;
    return true;
}

/* The money inside 30, 60, 90 and 180 days, over the open findings this recipient was told of. The
 * + keeps SQLite from reading all open findings for each recipient. */
static bool add_money(const struct packing *p, struct message_draft *c, struct error *e)
{
    static const int spans[] = { 30, 60, 90, 180 };

    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        STMT s = NULL;
        bool row = false;

        if (!db_query(p->state, &s, e,
                      "SELECT count(*), sum(amount) FROM finding"
                      " WHERE +status = 'OPEN' AND safe BETWEEN ? AND ? AND quiet_because IS NULL"
                      " AND id IN (SELECT finding FROM notification WHERE channel = ?"
                      " AND recipient = ? AND withheld IS NULL)",
                      "ddtt", p->day, p->day + spans[i], p->channel, p->recipient) ||
            !db_row(s, &row, e))
            return false;
        if (row && db_int(s, 0))
            message_money(c, spans[i], db_int(s, 0), db_int_or_none(s, 1));
    }
    return true;
}

/* What this recipient is not told of, counted by reason. */
static bool add_not_alarmed(const struct packing *p, struct message_draft *c, struct error *e)
{
    STMT s = NULL;
    bool row;

    if (!db_query(p->state, &s, e,
                  "SELECT quiet_because, count(*), sum(amount) FROM finding"
                  " WHERE +status = 'OPEN' AND quiet_because IS NOT NULL"
                  " AND id IN (SELECT finding FROM notification WHERE channel = ?"
                  " AND recipient = ?) GROUP BY quiet_because ORDER BY 2 DESC, 1",
                  "tt", p->channel, p->recipient))
        return false;
    for (;;) {
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        message_not_alarmed(c, db_text(s, 0), db_int(s, 1), db_int_or_none(s, 2));
    }
}

static bool mark_packed(const struct packing *p, const char *key, struct error *e)
{
    for (size_t i = 0; i < p->key_count; i++)
        if (!db_run(p->state, e, "UPDATE notification SET message = ? WHERE key = ?", "tt", key,
                    p->keys[i]))
            return false;
    return true;
}

/* Puts finished content into the outbox. */
bool compose_put(struct db *state, const char *channel, const char *recipient, const char *key,
                 const struct json *content, const char *instead_of, instant now, struct error *e)
{
    AUTO_TEXT text = { 0 };
    struct message m = { .key = key,
                         .channel = channel,
                         .recipient = recipient,
                         .kind = json_get_text(content, "kind"),
                         .subject = json_get_text(content, "subject"),
                         .instead_of = instead_of };

    json_write(content, false, &text);
    m.content = text_of(&text);
    return outbox_put(state, &m, now, e);
}

static struct message_draft *begin_part(struct packing *p)
{
    struct message_draft *c = message_begin(p->settings, p->kind, p->day, p->now);

    p->parts.part++;
    p->key_count = 0;
    message_in_parts(c, &p->parts);
    return c;
}

/* Puts the part into the outbox; frees it. */
static bool end_part(struct packing *p, struct message_draft *c, struct error *e)
{
    bool digest = strcmp(p->kind, "digest") == 0;
    bool counts = digest || strcmp(p->kind, "baseline") == 0;
    char key[DIGEST_TEXT_SIZE] = "";
    struct json *content;
    bool ok = !counts || p->parts.part > 1 || (add_money(p, c, e) && add_not_alarmed(p, c, e));

    if (ok)
        key_of(p, key);
    content = message_end(c, key, digest ? "daily" : NULL, p->trial ? p->recipient : NULL);
    ok = ok && compose_put(p->state, p->channel, p->recipient, key, content, NULL, p->now, e) &&
         mark_packed(p, key, e);
    json_free(content);
    return ok;
}

/* Feeds what waits for this recipient into one part after the other. */
static bool feed(struct packing *p, struct message_draft **c, struct error *e)
{
    STMT s = NULL;
    struct notice n;
    bool row;

    if (!db_query(p->state, &s, e,
                  "SELECT " URGENCY ", f.id, n.ordinal, f.rule, f.subject, f.unit, f.office,"
                  " f.owner, f.amount, m.cause, m.severity, f.status, m.due_before, f.due, f.safe,"
                  " m.derivation, f.breached_on <= f.due, n.key" TOLD ORDERED,
                  "tttiidd", p->cadence, p->channel, p->recipient, compose_is_trial(p->settings),
                  (int64_t)p->trial, p->old, p->day))
        return false;
    for (;;) {
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        read_notice(s, &n);
        if (!message_has(*c, n.subject) && begins_part(message_count(*c), db_int(s, 0))) {
            if (!end_part(p, *c, e)) {
                *c = NULL;
                return false;
            }
            *c = begin_part(p);
        }
        keep_key(p, db_text(s, 17));
        message_notice(*c, &n);
    }
}

static bool pack(struct packing *p, struct error *e)
{
    struct message_draft *c;
    bool ok;

    p->old = message_old_before(p->settings, p->kind, p->day);
    if (!count_parts(p, e))
        return error_wrap(e, "message to %s", p->recipient);
    c = begin_part(p);
    ok = count_old(p, c, e) && feed(p, &c, e);
    if (ok)
        ok = end_part(p, c, e);
    else if (c)
        json_free(message_end(c, "", NULL, NULL));
    return ok || error_wrap(e, "message to %s", p->recipient);
}

bool compose(const struct compose_for *f, struct error *e)
{
    struct packing p = { .state = f->state,
                         .settings = f->settings,
                         .cadence = f->cadence,
                         .kind = kind_of(f->cadence),
                         .channel = f->channel,
                         .recipient = f->recipient,
                         .trial = f->trial,
                         .day = f->day,
                         .now = f->now,
                         .arena = arena_new() };
    bool ok = pack(&p, e);

    arena_free(p.arena);
    return ok;
}
