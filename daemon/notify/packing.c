#include "notify/packing.h"

#include "base/arena.h"
#include "base/text.h"
#include "base/zone.h"
#include "codec/json.h"
#include "notify/compose.h"
#include "notify/key.h"
#include "notify/message.h"
#include "notify/notification.h"
#include "notify/outbox.h"
#include "notify/route.h"

#include <string.h>

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
                  "ti", cadence, compose_is_trial(settings)))
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
        struct compose_for f = { .state = state,
                                 .settings = s,
                                 .cadence = cadence,
                                 .channel = groups[count].channel,
                                 .recipient = groups[count].recipient,
                                 .trial = groups[count].trial,
                                 .day = day,
                                 .now = now };

        if (!compose(&f, e))
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
        ok = compose_put(state, channel, all[i].address, new_key, content, key, now, e);
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
    ok = compose_put(state, channel, recipient, ret_key, content, NULL, now, e);
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
        ok = compose_put(state, all[i].channel, all[i].address, key, content, NULL, now, e);
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
