#include "notify/notification.h"

#include "notify/key.h"
#include "notify/live.h"
#include "notify/route.h"
#include "notify/words.h"

/* True if this recipient was told of the finding before. */
static bool heard(struct db *state, const struct told *t, const struct recipient *r, bool *ret,
                  struct error *e)
{
    int64_t n = 0;

    if (!db_number(state, &n, e,
                   "SELECT EXISTS (SELECT 1 FROM notification WHERE finding = ? AND channel = ?"
                   " AND recipient = ? COLLATE NOCASE AND withheld IS NULL)",
                   "itt", t->finding, r->channel, r->address))
        return false;
    *ret = n != 0;
    return true;
}

static const char *cadence_of(const struct told *t, const struct recipient *r)
{
    switch (manner_of(t->cause)) {
    case MANNER_BASELINE:
        return CADENCE_TEXT_BASELINE;
    case MANNER_DIGEST:
        return CADENCE_TEXT_DAILY;
    case MANNER_NOW:
    case MANNER_SILENT:
    default:
        return t->digest || r->cadence == CADENCE_DAILY ? CADENCE_TEXT_DAILY : CADENCE_TEXT_NOW;
    }
}

static bool is_good_news(enum cause c)
{
    return manner_of(c) == MANNER_DIGEST && c != CAUSE_REMIND;
}

static bool plan_one(struct db *state, const struct told *t, const struct recipient *r, bool trial,
                     struct error *e)
{
    const char *withheld = t->withheld;
    char key[DIGEST_TEXT_SIZE];
    bool known = true;

    if (!withheld && is_good_news(t->cause)) {
        if (!heard(state, t, r, &known, e))
            return false;
        if (!known)
            withheld = "never told of it";
    }
    key_of_notification(&(struct key_of_move){ .rule = t->about->rule,
                                               .subject = t->about->subject,
                                               .period = t->about->period,
                                               .ordinal = t->ordinal,
                                               .channel = r->channel,
                                               .recipient = r->address },
                        key);
    return db_run(state, e,
                  "INSERT INTO notification (key, finding, ordinal, channel, recipient, role,"
                  " cadence, day, withheld, trial) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                  " ON CONFLICT (key) DO NOTHING",
                  "tiittttdti", key, t->finding, t->ordinal, r->channel, r->address, r->role,
                  cadence_of(t, r), t->day, withheld, (int64_t)trial);
}

bool notification_plan(struct db *state, const struct settings *s, const struct told *t,
                       struct error *e)
{
    AUTO(arena) a = arena_new();
    struct recipient *all;
    int n =
        t->operators ? route_operators(s, a, &all) : route_find(s, t->about, t->severity, a, &all);
    bool trial;

    if (!live_is_trial(state, s, t->about->unit, t->about->office, &trial, e))
        return false;
    for (int i = 0; i < n; i++)
        if (!plan_one(state, t, &all[i], trial, e))
            return error_wrap(e, "notification to %s", all[i].address);
    return true;
}
