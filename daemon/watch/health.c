#include "watch/health.h"

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"
#include "base/zone.h"
#include "codec/json.h"
#include "db/schema.h"
#include "fetch/source.h"
#include "watch/content.h"
#include "watch/rejected.h"

#include <sys/statvfs.h>

/* What may pass by itself is no cause before. */
#define PATIENCE HOUR

static void add(struct json *why, const char *cause, const char *about, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void add(struct json *why, const char *cause, const char *about, const char *format, ...)
{
    AUTO_TEXT text = { 0 };
    struct json *one = json_group();
    va_list args;

    va_start(args, format);
    text_addv(&text, format, args);
    va_end(args);
    json_set_text(one, "cause", cause);
    json_set_text(one, "level", text_same(cause, "rejects") ? "warning" : "critical");
    json_set_text(one, "about", about);
    json_set_text(one, "text", text_of(&text));
    json_add(why, one);
}

static bool past(instant since, const struct report_from *r)
{
    return since != INSTANT_NONE && r->now - since > PATIENCE;
}

bool health_expect(struct db *state, instant now, struct error *e)
{
    return setting_put_number(state, "watched_since", now, e);
}

/* When a daemon began to watch last; INSTANT_NONE: none ever did. */
static bool watched_since(const struct report_from *r, instant *ret, struct error *e)
{
    *ret = INSTANT_NONE;
    return db_number(r->db, ret, e,
                     "SELECT CAST(value AS INTEGER) FROM st.setting WHERE key = 'watched_since'",
                     "");
}

static void look_running(const struct report_from *r, instant since, struct json *why)
{
    char at[INSTANT_TEXT_SIZE];

    if (since != INSTANT_NONE && !r->running)
        add(why, "not-running", NULL,
            "no daemon runs, though one was started on %s: systemctl start dutywatch",
            zone_text(r->settings->zone, since, at));
}

/* A payload is written before it is read, and its rows take about as much again. */
static bool look_disk(const struct report_from *r, struct json *why, struct error *e)
{
    struct statvfs disk;
    int64_t largest = 0, free_bytes;

    if (!db_number(r->db, &largest, e,
                   "SELECT coalesce(max(bytes), 0) FROM pull WHERE path IS NOT NULL", ""))
        return false;
    if (statvfs(r->settings->state_dir, &disk))
        return true; /* it is open, so it is there; a file system that does not say is no fault */
    free_bytes = (int64_t)(disk.f_bavail * disk.f_frsize);
    if (free_bytes / 2 < largest)
        add(why, "disk-low", NULL,
            "%s has %lld MB free, less than twice the largest payload (%lld MB)",
            r->settings->state_dir, (long long)(free_bytes / 1000000),
            (long long)(largest / 1000000));
    return true;
}

static bool look_judged(const struct report_from *r, instant since, struct json *why,
                        struct error *e)
{
    const char *zone = r->settings->zone;
    char judged[DATE_TEXT_SIZE], today[DATE_TEXT_SIZE];
    date day = DATE_NONE, now = zone_day(zone, r->now);

    if (!report_day(r, &day, e))
        return false;
    if (day == DATE_NONE) {
        if (past(since, r))
            add(why, "judging-behind", NULL, "no day was judged yet");
    } else if (day > now) {
        add(why, "clock-ahead", NULL,
            "%s was judged already, but the clock shows %s: nothing is judged until that day",
            date_text(day, judged), date_text(now, today));
    } else if (past(zone_instant(zone, day + 1, 0), r)) {
        add(why, "judging-behind", NULL, "the day judged last is %s, today is %s",
            date_text(day, judged), date_text(now, today));
    }
    return true;
}

static bool look_channels(const struct report_from *r, struct json *why, struct error *e)
{
    STMT s = NULL;
    bool row = false;

    if (!db_query(r->db, &s, e,
                  "SELECT name, failing_since, answer FROM channel WHERE failing_since < ?"
                  " ORDER BY failing_since, name",
                  "i", r->now - PATIENCE))
        return false;
    for (;;) {
        char at[INSTANT_TEXT_SIZE];

        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        if (settings_channel(r->settings, db_text(s, 0)))
            add(why, "channel-failing", db_text(s, 0),
                "channel %s: nothing was accepted since %s: %s", db_text(s, 0),
                zone_text(r->settings->zone, db_int(s, 1), at), db_text(s, 2) ? db_text(s, 2) : "");
    }
}

static bool look_messages(const struct report_from *r, struct json *why, struct error *e)
{
    int64_t dead = 0, late = 0;

    if (!db_number(r->db, &dead, e, "SELECT count(*) FROM message WHERE state = 'DEAD'", "") ||
        !db_number(r->db, &late, e,
                   "SELECT count(*) FROM message WHERE state IN ('QUEUED', 'IN_FLIGHT')"
                   " AND next_at < ?",
                   "i", r->now - PATIENCE))
        return false;
    if (dead)
        add(why, "message-dead", NULL,
            "%lld %s dead, not delivered and not tried again: dutywatch "
            "queue",
            (long long)dead, text_plural(dead, "message is", "messages are"));
    if (late)
        add(why, "message-late", NULL,
            "%lld %s more than an hour past the next try: dutywatch "
            "queue",
            (long long)late, text_plural(late, "message is", "messages are"));
    return true;
}

static void look_source(const struct report_from *r, const struct source *s,
                        const struct source_state *st, struct arena *a, struct json *why)
{
    instant good = st->good_at != INSTANT_NONE ? st->good_at : st->first_at;
    const char *late = content_late(r->settings, s, st, r->now, a);
    char at[INSTANT_TEXT_SIZE], span[SPAN_TEXT_SIZE];

    if (st->held_pull)
        add(why, "source-held", s->id, "source %s: a payload is held: %s", s->id,
            st->held_why ? st->held_why : "");
    else if (st->error && past(st->error_since, r))
        add(why, "source-failing", s->id, "source %s: failing since %s: %s", s->id,
            zone_text(r->settings->zone, st->error_since, at), st->error);
    else if (good != INSTANT_NONE && r->now - good > s->max_age)
        add(why, "source-late", s->id, "source %s: no good pull for more than %s", s->id,
            span_text(s->max_age, span));
    else if (good == INSTANT_NONE && !r->running)
        add(why, "source-never", s->id, "source %s: it was never asked", s->id);
    else if (late)
        add(why, "content-late", s->id, "source %s: %s", s->id, late);
}

static bool look_sources(const struct report_from *r, struct json *why, struct error *e)
{
    AUTO(arena) a = arena_new();

    for (LIST_EACH(const struct source, s, &r->settings->sources)) {
        struct source_state st;

        if (!source_get(r->db, s->id, a, &st, e))
            return false;
        look_source(r, s, &st, a, why);
    }
    return true;
}

static bool count_one(void *data, const struct rejected *r, struct error *e)
{
    (void)e;
    rejected_count(data, r);
    return true;
}

/* "1 record became no row and 2 cells could not be read, and nobody accepted that" */
static void say_not_taken(const struct rejected_counts *n, struct text *ret)
{
    if (n->records)
        text_addf(ret, "%lld %s became no row", (long long)n->records,
                  text_plural(n->records, "record", "records"));
    if (n->cells)
        text_addf(ret, "%s%lld %s could not be read", ret->size ? " and " : "", (long long)n->cells,
                  text_plural(n->cells, "cell", "cells"));
    if (ret->size)
        text_addf(ret, "%s nobody accepted that: dutywatch rejects",
                  n->records && n->cells ? ", and" : " and");
}

static bool look_rejects(const struct report_from *r, struct json *why, struct error *e)
{
    AUTO(arena) a = arena_new();
    date day = DATE_NONE;

    if (!report_day(r, &day, e))
        return false;
    for (LIST_EACH(const struct source, s, &r->settings->sources)) {
        AUTO_TEXT says = { 0 };
        struct rejected_counts n = { 0 };
        struct source_state st;
        char since[INSTANT_TEXT_SIZE];

        if (!source_get(r->db, s->id, a, &st, e) ||
            !rejected_each(r->db, r->db, r->settings, s->id, day, count_one, &n, e) ||
            !rejected_count_beyond(r->db, s->id, &n, e))
            return false;
        say_not_taken(&n, &says);
        if (st.kept_back)
            text_addf(&says,
                      "%s%lld %s missing and nothing is taken as gone since %s, as a record has no "
                      "readable key: dutywatch release %s",
                      says.size ? "; " : "", (long long)st.kept_back,
                      text_plural(st.kept_back, "row is", "rows are"),
                      zone_text(r->settings->zone, st.kept_back_since, since), s->id);
        if (says.size)
            add(why, "rejects", s->id, "source %s: %s", s->id, text_of(&says));
    }
    return true;
}

bool health_read(const struct report_from *r, struct json *why, struct error *e)
{
    instant since;

    if (!watched_since(r, &since, e))
        return false;
    look_running(r, since, why);
    return look_disk(r, why, e) && look_judged(r, since, why, e) && look_channels(r, why, e) &&
           look_messages(r, why, e) && look_sources(r, why, e) && look_rejects(r, why, e);
}
