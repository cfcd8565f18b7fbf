#include "notify/failing.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/text.h"
#include "base/zone.h"
#include "codec/json.h"
#include "notify/compose.h"
#include "notify/key.h"
#include "notify/message.h"
#include "notify/packing.h"
#include "notify/route.h"

/* A relay that restarts is no news. */
#define PATIENCE HOUR
/* While something waits for it. */
#define REMINDER DAY

/* A channel that does not work, or works again. */
struct news {
    const struct settings *settings;
    const char *channel, *answer;
    instant since, now;
    date today;
    bool works;
    bool refuses; /* it answers, and takes nothing */
};

static struct json *content_of(const struct news *n, const char *key)
{
    struct message_draft *c = message_begin(n->settings, "operator", n->today, n->now);
    AUTO(arena) a = arena_new();
    char at[INSTANT_TEXT_SIZE];
    struct json *content;

    zone_text(n->settings->zone, n->since, at);
    if (n->works) {
        message_lead(c, arena_print(a,
                                    "Channel \"%s\" delivers again. Nothing was accepted since "
                                    "%s.",
                                    n->channel, at));
        message_lead(c, "What waits is sent as its next try comes; to try all at once: dutywatch "
                        "reload.");
    } else {
        if (n->refuses)
            message_lead(
                c, arena_print(a, "The channel \"%s\" refuses what it is given.", n->channel));
        message_lead(c, arena_print(a,
                                    "Nothing was accepted through channel \"%s\" since %s. What "
                                    "is to go through it waits and is tried again; what finds no "
                                    "way within give_up_after is dead.",
                                    n->channel, at));
        message_lead(c, arena_print(a, "The last answer: %s", n->answer ? n->answer : "none"));
        message_lead(c, "Mend the channel: its server, login, sender or rights. Then: dutywatch "
                        "reload, which tries all that waits at once.");
    }
    message_foot(c, "What waits: dutywatch queue");
    content = message_end(c, key, NULL, NULL);
    json_set_text(content, "subject",
                  arena_print(a, "[%s] Channel %s %s", n->settings->name, n->channel,
                              n->works ? "delivers again" : "does not deliver"));
    return content;
}

/* To each of the operators, through another channel; where there is none, the journal has it. */
static bool tell(struct db *state, const struct news *n, struct error *e)
{
    const char *channel = packing_other_channel(n->settings, n->channel);
    AUTO(arena) a = arena_new();
    struct recipient *all;
    int count = route_operators(n->settings, a, &all);

    if (n->works)
        log_notice("channel %s delivers again", n->channel);
    else
        log_error("channel %s: nothing is accepted: %s", n->channel, n->answer ? n->answer : "");
    for (int i = 0; i < count && !text_same(channel, n->channel); i++) {
        AUTO(json) content = NULL;
        char key[DIGEST_TEXT_SIZE];

        key_of_channel(n->channel, all[i].address, n->works ? n->since : n->now, n->works, key);
        content = content_of(n, key);
        if (!compose_put(state, channel, all[i].address, key, content, NULL, n->now, e))
            return false;
    }
    return true;
}

static bool ended(struct db *state, const struct settings *s, const char *channel, date today,
                  instant now, struct error *e)
{
    STMT q = NULL;
    bool row = false;

    if (!db_query(state, &q, e,
                  "SELECT failing_since FROM channel WHERE name = ? AND told_at IS NOT NULL", "t",
                  channel) ||
        !db_row(q, &row, e))
        return false;
    if (row) {
        struct news n = { .settings = s,
                          .channel = channel,
                          .since = db_int(q, 0),
                          .now = now,
                          .today = today,
                          .works = true };

        if (!tell(state, &n, e))
            return false;
    }
    return db_run(state, e, "DELETE FROM channel WHERE name = ?", "t", channel);
}

/* When a channel is to be told of: ?1 after it failed, or ?2 after that was told; null: not now. */
#define DUE                                                                                        \
    "(CASE WHEN told_at IS NULL THEN failing_since + ?1"                                           \
    " WHEN EXISTS (SELECT 1 FROM message WHERE state = 'QUEUED' AND message.channel = name)"       \
    " THEN told_at + ?2 END)"

/* The first channel that is due: `like`'s, or of all where that is NULL. `ret->channel` is NULL
 * where none is. */
static bool next_due(struct db *state, const struct news *like, instant patience, struct arena *a,
                     struct news *ret, struct error *e)
{
    STMT q = NULL;
    bool row = false;

    *ret = *like;
    ret->channel = NULL;
    if (!db_query(state, &q, e,
                  "SELECT name, failing_since, answer FROM channel WHERE " DUE
                  " <= ?3 AND (?4 IS NULL OR name = ?4) ORDER BY name LIMIT 1",
                  "iiit", patience, REMINDER, like->now, like->channel) ||
        !db_row(q, &row, e))
        return false;
    if (row) {
        ret->channel = arena_text(a, db_text(q, 0));
        ret->since = db_int(q, 1);
        ret->answer = arena_text(a, db_text(q, 2));
    }
    return true;
}

/* Tells of `like`'s channel (NULL: of each) where that is due. What tells of one may wait for
 * another, which is then due: so they are asked for one by one. */
static bool tell_due(struct db *state, const struct news *like, instant patience, struct error *e)
{
    AUTO(arena) a = arena_new();
    struct news n;

    for (;;) {
        if (!next_due(state, like, patience, a, &n, e))
            return false;
        if (!n.channel)
            return true;
        if (settings_channel(like->settings, n.channel) && !tell(state, &n, e))
            return false;
        if (!db_run(state, e, "UPDATE channel SET told_at = ? WHERE name = ?", "it", like->now,
                    n.channel))
            return false;
    }
}

bool failing_note(struct db *state, const struct settings *s, const char *channel,
                  const struct settlement *settled, bool refuses, date today, instant now,
                  struct error *e)
{
    const struct news n = {
        .settings = s, .channel = channel, .now = now, .today = today, .refuses = true
    };

    if (settled->outcome == OUTCOME_ACCEPTED)
        return ended(state, s, channel, today, now, e);
    return settled->outcome == OUTCOME_REFUSED ||
           (db_run(state, e,
                   "INSERT INTO channel (name, failing_since, answer) VALUES (?, ?, ?)"
                   " ON CONFLICT (name) DO UPDATE SET answer = excluded.answer",
                   "tit", channel, now, settled->answer) &&
            (!refuses || tell_due(state, &n, 0, e)));
}

bool failing_tell_at(struct db *state, instant *ret, struct error *e)
{
    STMT q = NULL;
    bool row = false;

    *ret = INSTANT_NONE;
    if (!db_query(state, &q, e, "SELECT min(" DUE ") FROM channel", "ii", PATIENCE, REMINDER) ||
        !db_row(q, &row, e))
        return error_wrap(e, "channels");
    if (row && !db_is_null(q, 0))
        *ret = db_int(q, 0);
    return true;
}

bool failing_tell(struct db *state, const struct settings *s, date today, instant now,
                  struct error *e)
{
    const struct news n = { .settings = s, .now = now, .today = today };

    if (!db_begin(state, e))
        return false;
    if (tell_due(state, &n, PATIENCE, e))
        return db_commit(state, e);
    db_rollback(state);
    return error_wrap(e, "channels");
}
