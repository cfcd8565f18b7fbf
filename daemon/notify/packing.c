#include "notify/packing.h"

#include "base/arena.h"
#include "base/text.h"
#include "base/zone.h"
#include "codec/json.h"
#include "notify/key.h"
#include "notify/message.h"
#include "notify/notification.h"
#include "notify/outbox.h"
#include "notify/route.h"

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
    const char **keys;
    size_t key_count;
};

/* As SQL has it: while the installation is live, nothing is in trial. */
static int64_t is_trial(const struct settings *s)
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
        key_of_digest(p->channel, p->recipient, "daily", p->day, p->trial ? 2 : 1, ret);
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

/* Feeds what waits for this recipient into the composition and remembers the keys. */
static bool gather(struct packing *p, struct message_draft *c, struct error *e)
{
    STMT s = NULL;
    struct notice n;
    size_t room = 0;
    bool row;

    if (!db_query(p->state, &s, e,
                  "SELECT n.key, f.id, n.ordinal, f.rule, f.subject, f.unit, f.office, f.owner,"
                  " f.amount, m.cause, m.severity, f.status, m.due_before, f.due, f.safe,"
                  " m.derivation, f.breached_on <= f.due FROM notification n"
                  " JOIN finding f ON f.id = n.finding"
                  " JOIN move m ON m.finding = n.finding AND m.ordinal = n.ordinal"
                  " WHERE n.message IS NULL AND n.withheld IS NULL AND n.cadence = ?"
                  " AND n.channel = ? AND n.recipient = ? AND (n.trial AND ?) = ?"
                  " ORDER BY f.safe, f.amount DESC, f.subject, f.rule, n.ordinal",
                  "tttii", p->cadence, p->channel, p->recipient, is_trial(p->settings),
                  (int64_t)p->trial))
        return false;
    for (;;) {
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        if (p->key_count + 2 > room) {
            room = (p->key_count + 2) * 2;
            p->keys = arena_grow(p->arena, p->keys, p->key_count * sizeof *p->keys,
                                 room * sizeof *p->keys);
        }
        p->keys[p->key_count++] = arena_text(p->arena, db_text(s, 0));
        read_notice(s, &n);
        message_notice(c, &n);
    }
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
    return db_run(p->state, e,
                  "UPDATE notification SET message = ? WHERE message IS NULL"
                  " AND withheld IS NULL AND cadence = ? AND channel = ? AND recipient = ?"
                  " AND (trial AND ?) = ?",
                  "ttttii", key, p->cadence, p->channel, p->recipient, is_trial(p->settings),
                  (int64_t)p->trial);
}

bool packing_put(struct db *state, const char *channel, const char *recipient, const char *key,
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

static bool pack_one(struct packing *p, struct error *e)
{
    struct message_draft *c = message_begin(p->settings, p->kind, p->day, p->now);
    bool digest = strcmp(p->kind, "digest") == 0;
    bool counts = digest || strcmp(p->kind, "baseline") == 0;
    char key[DIGEST_TEXT_SIZE] = "";
    struct json *content;
    bool ok = gather(p, c, e) && (!counts || (add_money(p, c, e) && add_not_alarmed(p, c, e)));

    if (ok)
        key_of(p, key);
    content = message_end(c, key, digest ? "daily" : NULL, p->trial ? p->recipient : NULL);
    ok = ok && packing_put(p->state, p->channel, p->recipient, key, content, NULL, p->now, e) &&
         mark_packed(p, key, e);
    json_free(content);
    return ok || error_wrap(e, "message to %s", p->recipient);
}

/* One message to come. */
struct group {
    const char *channel, *recipient;
    bool trial;
};

/* Who waits, ended by a NULL channel. */
static bool read_groups(struct db *state, const struct settings *settings, const char *cadence,
                        struct arena *a, struct group **ret, struct error *e)
{
    struct group *all = NULL;
    size_t n = 0, room = 0;
    STMT s = NULL;
    bool row = false;

    if (!db_query(state, &s, e,
                  "SELECT DISTINCT channel, recipient, trial AND ?2 FROM notification WHERE message"
                  " IS NULL AND withheld IS NULL AND cadence = ?1 ORDER BY channel, recipient, 3",
                  "ti", cadence, is_trial(settings)))
        return error_wrap(e, "messages");
    do {
        if (!db_row(s, &row, e))
            return error_wrap(e, "messages");
        if (n + 1 > room) {
            room = (n + 1) * 2;
            all = arena_grow(a, all, n * sizeof *all, room * sizeof *all);
        }
        all[n] = (struct group){ 0 };
        if (row)
            all[n] = (struct group){ arena_text(a, db_text(s, 0)), arena_text(a, db_text(s, 1)),
                                     db_int(s, 2) != 0 };
        n++;
    } while (row);
    *ret = all;
    return true;
}

bool packing_run(struct db *state, const struct settings *s, const char *cadence, date day,
                 instant now, int *ret_count, struct error *e)
{
    AUTO(arena) a = arena_new();
    struct group *groups = NULL;
    int count = 0;

    if (!read_groups(state, s, cadence, a, &groups, e))
        return false;
    for (; groups[count].channel; count++) {
        struct packing p = { .state = state,
                             .settings = s,
                             .cadence = cadence,
                             .kind = kind_of(cadence),
                             .channel = groups[count].channel,
                             .recipient = groups[count].recipient,
                             .trial = groups[count].trial,
                             .day = day,
                             .now = now,
                             .arena = arena_new() };
        bool ok = pack_one(&p, e);

        arena_free(p.arena);
        if (!ok)
            return false;
    }
    if (ret_count)
        *ret_count = count;
    return true;
}

const char *packing_other_channel(const struct settings *s, const char *failed)
{
    if (strcmp(s->operators->channel, failed) != 0)
        return s->operators->channel;
    for (LIST_EACH(const struct channel, c, &s->channels))
        if (strcmp(c->name, failed) != 0)
            return c->name;
    return s->operators->channel;
}

static struct json *dead_content(const struct settings *s, struct stmt *m, const char *key,
                                 const char *new_key, date day, instant now)
{
    struct message_draft *c = message_begin(s, "operator", day, now);
    AUTO(arena) a = arena_new();
    struct json *content;

    message_lead(c, arena_print(a,
                                "A message to %s through channel \"%s\" could not be delivered "
                                "and is not tried again.",
                                db_text(m, 1), db_text(m, 0)));
    message_lead(c, arena_print(a, "Its subject: %s", db_text(m, 2)));
    message_lead(c, arena_print(a, "The last answer: %s", db_text(m, 3) ? db_text(m, 3) : "none"));
    message_lead(c, "Tell the reader another way, then mend the address or the channel.");
    message_foot(c, arena_print(a, "The whole message: dutywatch queue --show %.12s", key));
    content = message_end(c, new_key, NULL, NULL);
    json_set_text(content, "subject",
                  arena_print(a, "[%s] Not delivered: message to %s", s->name, db_text(m, 1)));
    return content;
}

bool packing_tell_dead(struct db *state, const struct settings *s, const char *key, date day,
                       instant now, struct error *e)
{
    AUTO(arena) a = arena_new();
    struct recipient *all;
    int n = route_operators(s, a, &all);
    STMT m = NULL;
    bool row = false;

    if (!db_query(state, &m, e,
                  "SELECT channel, recipient, subject, (SELECT answer FROM attempt"
                  " WHERE message = key ORDER BY number DESC LIMIT 1), instead_of"
                  " FROM message WHERE key = ?",
                  "t", key) ||
        !db_row(m, &row, e))
        return error_wrap(e, "dead message");
    if (!row || !db_is_null(m, 4))
        return true; /* a message about a dead message is not told of again */
    for (int i = 0; i < n; i++) {
        const char *channel = packing_other_channel(s, db_text(m, 0));
        char new_key[DIGEST_TEXT_SIZE];
        struct json *content;
        bool ok;

        key_of_dead(key, channel, all[i].address, new_key);
        content = dead_content(s, m, key, new_key, day, now);
        ok = packing_put(state, channel, all[i].address, new_key, content, key, now, e);
        json_free(content);
        if (!ok)
            return false;
    }
    return true;
}

bool packing_test(struct db *state, const struct settings *s, const char *channel,
                  const char *recipient, date day, instant now, char ret_key[65], struct error *e)
{
    struct message_draft *c = message_begin(s, "test", day, now);
    AUTO(arena) a = arena_new();
    char at[INSTANT_TEXT_SIZE];
    struct json *content;
    bool ok;

    key_of_test(channel, recipient, instant_text(now, at), ret_key);
    message_lead(c, "This is a test message. Nothing has happened and nothing needs to be done.");
    message_lead(c, arena_print(a, "It came from %s through channel \"%s\".", s->name, channel));
    content = message_end(c, ret_key, NULL, NULL);
    json_set_text(content, "subject", arena_print(a, "[%s] Test message", s->name));
    if (!db_begin(state, e)) {
        json_free(content);
        return false;
    }
    ok = packing_put(state, channel, recipient, ret_key, content, NULL, now, e);
    json_free(content);
    if (!ok) {
        db_rollback(state);
        return false;
    }
    return db_commit(state, e);
}

static struct json *clock_content(const struct settings *s, const char *key, date judged,
                                  date today, instant now)
{
    struct message_draft *c = message_begin(s, "operator", today, now);
    AUTO(arena) a = arena_new();
    char was[DATE_LONG_SIZE], is[DATE_LONG_SIZE];
    struct json *content;

    message_lead(c, arena_print(a, "The clock shows %s, but %s was judged already.",
                                date_long(today, is), date_long(judged, was)));
    message_lead(c, "Nothing is judged until that day has come again: no day is judged twice. Data "
                    "is still pulled, and messages that wait are still sent.");
    message_lead(c, "If the clock was ahead by mistake, stop the service and restore a backup from "
                    "before that: dutywatch restore DIR --force. What was told meanwhile rested on "
                    "a wrong day.");
    content = message_end(c, key, NULL, NULL);
    json_set_text(
        content, "subject",
        arena_print(a, "[%s] Nothing is judged until %s", s->name, date_long(judged, was)));
    return content;
}

static bool tell_clock(struct db *state, const struct settings *s, date judged, date today,
                       instant now, struct error *e)
{
    AUTO(arena) a = arena_new();
    struct recipient *all;
    int n = route_operators(s, a, &all);

    for (int i = 0; i < n; i++) {
        char key[DIGEST_TEXT_SIZE];
        struct json *content;
        bool ok;

        key_of_clock(all[i].channel, all[i].address, today, key);
        content = clock_content(s, key, judged, today, now);
        ok = packing_put(state, all[i].channel, all[i].address, key, content, NULL, now, e);
        json_free(content);
        if (!ok)
            return false;
    }
    return true;
}

bool packing_tell_clock(struct db *state, const struct settings *s, date judged, date today,
                        instant now, struct error *e)
{
    if (!db_begin(state, e))
        return false;
    if (tell_clock(state, s, judged, today, now, e))
        return db_commit(state, e);
    db_rollback(state);
    return error_wrap(e, "clock");
}
