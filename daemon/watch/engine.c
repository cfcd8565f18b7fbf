#include "watch/engine.h"

#include "base/log.h"
#include "base/text.h"
#include "base/zone.h"
#include "db/schema.h"
#include "fetch/pull.h"
#include "fetch/source.h"
#include "ingest/mapping.h"
#include "send/courier.h"
#include "watch/ahead.h"
#include "watch/intake.h"
#include "watch/judging.h"
#include "watch/lock.h"
#include "watch/outlook.h"
#include "watch/retry.h"
#include "watch/summary.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/* A judgement waits for transfers under way, so that what belongs together is judged together, but
 * not longer than this. */
#define JUDGE_WAIT (5 * MINUTE)

struct engine {
    struct world *world;
    struct engine_options options;
    int lock;
    struct db *data, *state;
    struct generation *generation;
    struct fetcher *fetcher;
    struct courier *courier;
    struct outlook outlook;
    instant waiting_since; /* a judgement is wanted since; INSTANT_NONE: none */
    date looked_day;       /* of the last look whether there is something to judge */
    date digest_day;       /* of the last digest */
    date ahead_told;       /* when the operators were told last that judging waits */
    bool waits;            /* for a day that was judged already */
    bool look;             /* something happened since then */
    bool payloads;         /* some may wait to be read */
    bool edited;           /* some may have to be read another way */
    bool all_pulled;       /* for pull_all: every source was started */
    const char *works_at;  /* what keeps it from the loop, or NULL */
    instant works_since;
    char *refused; /* why the last reload was, or NULL */
    bool failed;   /* the database failed inside a callback */
    struct error error;
};

static instant now(struct engine *g)
{
    return g->world->now(g->world);
}

static const struct settings *settings(const struct engine *g)
{
    return g->generation->settings;
}

date engine_today(struct engine *g)
{
    return g->options.today != DATE_NONE ? g->options.today : zone_day(settings(g)->zone, now(g));
}

static void note_failure(struct engine *g, const struct error *e)
{
    g->failed = true;
    g->error = *e;
}

static void wake(struct engine *g)
{
    if (g->options.wake)
        g->options.wake(g->options.wake_data);
}

static void fetched(void *data, const char *source, enum fetch_result result,
                    const struct error *why)
{
    struct engine *g = data;

    if (result == FETCH_FAILED)
        log_about(LOG_LEVEL_WARNING, "SOURCE", source, "source %s: %s", source, why->text);
    else if (result == FETCH_FAILED_AGAIN) /* logged within the hour */
        log_debug("source %s: %s", source, why->text);
    g->payloads |= result == FETCH_PAYLOAD;
    g->look |= result != FETCH_UNCHANGED || !g->outlook.known || g->outlook.trouble;
    outlook_forget(&g->outlook);
    wake(g);
}

static void delivered(void *data, const struct error *e)
{
    struct engine *g = data;

    if (e)
        note_failure(g, e);
    wake(g);
}

static bool open_state(struct engine *g, const char *dir, struct error *e)
{
    return lock_take(dir, &g->lock, e) && schema_open_data(dir, &g->data, e) &&
           schema_open_state(dir, &g->state, e);
}

/* The configuration was found good: what goes wrong now is the database. */
static bool build_first(struct engine *g, struct error *e)
{
    struct problems p = { 0 };
    bool ok =
        generation_build(g->options.config, g->options.state_dir, g->data, 1, &p, &g->generation) ||
        error_set(e, ERROR_SETUP, "%s", p.count ? p.all[p.count - 1].text : "unknown");

    problems_free(&p);
    return ok;
}

/* Everything is read again: at the start, after a reload, after a person did something. */
void engine_look(struct engine *g)
{
    g->look = g->payloads = true;
    outlook_forget(&g->outlook);
}

static bool read_digest_day(struct engine *g, struct error *e)
{
    char *last AUTO_FREE = NULL;

    if (!setting_get(g->state, "digest_day", &last, e))
        return false;
    g->digest_day = date_read(last);
    return true;
}

static bool start(struct engine *g, struct problems *p, struct error *e)
{
    AUTO(generation) check = NULL;
    const char *dir;

    if (!generation_check(g->options.config, g->options.state_dir, p, &check))
        return error_set(e, ERROR_SETUP, "the configuration has errors");
    dir = check->settings->state_dir;
    if (!open_state(g, dir, e))
        return false;
    if (!build_first(g, e))
        return error_wrap(e, "%s: the tables could not be made", dir);
    return fetcher_new(g->world, g->data, dir, fetched, g, &g->fetcher, e) &&
           courier_new(g->world, g->state, delivered, g, &g->courier, e) &&
           fetch_clean(g->fetcher, e) && read_digest_day(g, e) &&
           retry_now(g->data, g->state, now(g) - RETRY_PAUSE, now(g), e);
}

bool engine_new(struct world *w, const struct engine_options *o, struct problems *p,
                struct engine **ret, struct error *e)
{
    AUTO(engine) g = alloc(sizeof *g);

    g->world = w;
    g->options = *o;
    g->lock = -1;
    g->waiting_since = INSTANT_NONE;
    g->looked_day = DATE_NONE;
    g->ahead_told = DATE_NONE;
    g->edited = true;
    engine_look(g);
    if (!start(g, p, e))
        return false;
    *ret = g;
    g = NULL;
    return true;
}

void engine_free(struct engine *g)
{
    if (!g)
        return;
    courier_free(g->courier);
    fetcher_free(g->fetcher);
    generation_unref(g->generation);
    db_close(g->state);
    db_close(g->data);
    lock_drop(g->lock);
    free(g->refused);
    free(g);
}

static void work_at(struct engine *g, const char *what)
{
    g->works_at = what;
    g->works_since = now(g);
}

const char *engine_works_at(const struct engine *g, instant *ret_since)
{
    *ret_since = g->works_since;
    return g->works_at;
}

static bool read_payloads(struct engine *g, struct error *e)
{
    if (!g->payloads)
        return true;
    work_at(g, "reading");
    engine_look(g);
    if (g->edited && !intake_edited(g->data, settings(g), g->fetcher, g->generation->number > 1, e))
        return false;
    g->edited = false;
    if (!intake_all(g->data, settings(g), g->fetcher, now(g), e))
        return false;
    g->payloads = false;
    return true;
}

/* --- sources --- */

/* A day that was chosen is judged as of its end. */
struct judgement engine_judgement(struct engine *g)
{
    date day = g->options.today;

    return (struct judgement){ .generation = g->generation,
                               .data = g->data,
                               .state = g->state,
                               .today = engine_today(g),
                               .now = now(g),
                               .moment = day == DATE_NONE
                                             ? now(g)
                                             : zone_instant(settings(g)->zone, day + 1, 0) - 1,
                               .refused = g->refused };
}

/* True when the first source is due, or all of them shall be. */
static bool sources_due(struct engine *g, bool *ret, struct error *e)
{
    struct judgement j = engine_judgement(g);

    if (!outlook_read(&g->outlook, &j, g->fetcher, e))
        return false;
    *ret = g->options.pull_all ? !g->all_pulled
                               : g->outlook.due_at != INSTANT_NONE && g->outlook.due_at <= j.now;
    return true;
}

/* Snapshots, or the changes to them, which are newer. */
static bool start_those(struct engine *g, bool changes, struct arena *a, struct error *e)
{
    for (LIST_EACH(const struct source, s, &settings(g)->sources)) {
        char mapping[DIGEST_TEXT_SIZE];
        struct source_state st;

        mapping_of_source(settings(g), s, mapping);
        if (!source_get(g->data, s->id, a, &st, e) ||
            ((s->of != NULL) == changes && (g->options.pull_all || st.next_at <= now(g)) &&
             !fetch_start(g->fetcher, s, mapping, e)))
            return false;
    }
    return true;
}

static bool start_sources(struct engine *g, struct error *e)
{
    AUTO(arena) a = arena_new();
    bool due;

    if (!sources_due(g, &due, e))
        return false;
    if (!due)
        return true;
    g->all_pulled = true;
    outlook_forget(&g->outlook);
    return start_those(g, false, a, e) && start_those(g, true, a, e);
}

/* --- judging --- */

static instant digest_at(struct engine *g, date day)
{
    return zone_instant(settings(g)->zone, day, (int)settings(g)->digest_at);
}

/* True when today's digest has not been made and its hour has come. */
static bool digest_due(struct engine *g)
{
    date today = engine_today(g);

    return (g->digest_day == DATE_NONE || g->digest_day < today) &&
           (g->options.today != DATE_NONE || now(g) >= digest_at(g, today));
}

/* Whether there is something to judge; asked only when something happened. */
static bool look(struct engine *g, const struct judgement *j, bool *ret, struct error *e)
{
    bool grew_old = g->outlook.grows_old_at != INSTANT_NONE && g->outlook.grows_old_at <= j->now;

    if (grew_old || (g->outlook.over_at != INSTANT_NONE && g->outlook.over_at < j->moment))
        engine_look(g);
    *ret = false;
    if (!g->look && g->looked_day == j->today)
        return true;
    if (g->options.today == DATE_NONE && !ahead_waits(j, &g->ahead_told, &g->waits, e))
        return false;
    if (!g->waits && !judging_needed(j, ret, e))
        return false;
    g->look = *ret;
    g->looked_day = j->today;
    return true;
}

static bool judge(struct engine *g, struct error *e)
{
    struct judgement j = engine_judgement(g);
    struct judging_report report;
    bool needed;

    j.digest = digest_due(g);
    if (!look(g, &j, &needed, e))
        return false;
    if (g->waits || (!needed && !j.digest)) {
        g->waiting_since = INSTANT_NONE;
        return true;
    }
    if (g->waiting_since == INSTANT_NONE)
        g->waiting_since = now(g);
    if (fetch_count(g->fetcher) && now(g) - g->waiting_since < JUDGE_WAIT)
        return true;
    work_at(g, "judging");
    if (!judging_run(&j, &report, e))
        return false;
    g->waiting_since = INSTANT_NONE;
    outlook_forget(&g->outlook);
    if (j.digest)
        g->digest_day = j.today;
    if (report.moves || report.messages)
        log_info("judged: %lld %s looked at, %lld %s, %lld %s", (long long)report.observed,
                 text_plural(report.observed, "duty", "duties"), (long long)report.moves,
                 text_plural(report.moves, "change", "changes"), (long long)report.messages,
                 text_plural(report.messages, "message", "messages"));
    return true;
}

bool engine_audit(struct engine *g, struct text *ret, struct error *e)
{
    struct judgement j = engine_judgement(g);
    bool waits = true;

    return judging_needed(&j, &waits, e) && (waits || judging_audit(&j, ret, e));
}

bool engine_advance(struct engine *g, struct error *e)
{
    struct error other;
    bool ok;

    if (g->failed) {
        *e = g->error;
        g->failed = false;
        return false;
    }
    courier_use(g->courier, settings(g), engine_today(g));
    ok = read_payloads(g, e) && start_sources(g, e) && judge(g, e);
    work_at(g, NULL);
    /* what was decided is sent even if nothing can be judged now */
    return (g->options.send_nothing || courier_advance(g->courier, ok ? e : &other)) && ok;
}

instant engine_next_at(struct engine *g)
{
    struct judgement j = engine_judgement(g);
    const char *zone = settings(g)->zone;
    instant best = INSTANT_NONE, t;
    date today = zone_day(zone, now(g));
    struct error e;

    if (outlook_read(&g->outlook, &j, g->fetcher, &e))
        outlook_earlier(&best, outlook_next(&g->outlook));
    outlook_earlier(&best, zone_instant(zone, today + 1, 0));
    outlook_earlier(&best,
                    now(g) < digest_at(g, today) ? digest_at(g, today) : digest_at(g, today + 1));
    if (courier_count(g->courier) < COURIER_MOST && courier_next_at(g->courier, &t, &e))
        outlook_earlier(&best, t);
    if (g->waiting_since != INSTANT_NONE)
        outlook_earlier(&best, g->waiting_since + JUDGE_WAIT);
    return best;
}

bool engine_busy(const struct engine *g)
{
    return fetch_count(g->fetcher) || courier_count(g->courier);
}

bool engine_idle(struct engine *g)
{
    struct error e;
    instant next;

    if (engine_busy(g) || g->waiting_since != INSTANT_NONE || g->payloads)
        return false;
    return g->options.send_nothing || !courier_next_at(g->courier, &next, &e) ||
           next == INSTANT_NONE || next > now(g);
}

/* The first problem, for the operators' message. */
static bool refuse(struct engine *g, const struct problems *p)
{
    char line[PROBLEM_LINE_MAX] = "";

    for (size_t i = 0; i < p->count && !*line; i++)
        if (!p->all[i].warning)
            problem_text(&p->all[i], line, sizeof line);
    free(g->refused);
    g->refused = copy_text(line);
    g->look = true;
    return false;
}

bool engine_reload(struct engine *g, struct problems *p)
{
    struct generation *next = NULL;
    struct error e;

    if (!generation_build(g->options.config, g->options.state_dir, g->data,
                          g->generation->number + 1, p, &next))
        return refuse(g, p);
    if (!generation_follows(g->generation, next, p)) {
        generation_unref(next);
        return refuse(g, p);
    }
    courier_use(g->courier, next->settings, engine_today(g));
    generation_unref(g->generation);
    g->generation = next;
    free(g->refused);
    g->refused = NULL;
    g->edited = true;
    engine_look(g);
    if (!retry_now(g->data, g->state, now(g) + 1, now(g), &e))
        note_failure(g, &e);
    return true;
}

void engine_summary(struct engine *g, struct text *out)
{
    summary_write(g->data, g->state, settings(g), out);
    if (g->refused)
        text_add(out, "; the last reload was refused, the old configuration stays");
    if (g->waits)
        text_add(out, "; nothing is judged: the clock was ahead once (see the log)");
    if (g->outlook.trouble)
        text_add(out, "; a source cannot be seen (dutywatch status)");
}

void engine_relax(struct engine *g)
{
    db_relax(g->data);
    db_relax(g->state);
    cage_relax(g->generation->cage);
    malloc_trim(0);
}

struct db *engine_data(struct engine *g)
{
    return g->data;
}

struct db *engine_state(struct engine *g)
{
    return g->state;
}

struct generation *engine_generation(struct engine *g)
{
    return g->generation;
}

struct world *engine_world(struct engine *g)
{
    return g->world;
}

bool engine_release(struct engine *g, const char *source, struct error *e)
{
    engine_look(g);
    return intake_release(g->data, settings(g), source, e);
}

bool engine_discard(struct engine *g, const char *source, struct error *e)
{
    engine_look(g);
    return intake_discard(g->data, settings(g), source, e);
}

bool engine_pull(struct engine *g, const char *source, struct error *e)
{
    if (source && !settings_source(settings(g), source))
        return error_set(e, ERROR_INPUT, "no source \"%s\" is configured", source);
    engine_look(g);
    return source_due(g->data, source, e);
}
