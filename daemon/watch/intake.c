#include "watch/intake.h"

#include "base/log.h"
#include "base/text.h"
#include "db/schema.h"
#include "fetch/again.h"
#include "ingest/mapping.h"
#include "ingest/others.h"
#include "ingest/payload.h"
#include "ingest/table.h"

static void log_ingest(const struct source *s, const struct ingest_report *r)
{
    if (r->result == INGEST_GOOD)
        log_about(
            LOG_LEVEL_INFO, "SOURCE", s->id,
            "source %s: %lld %s: %lld new, %lld changed, %lld gone, %lld rejected, %lld cells "
            "unreadable",
            s->id, (long long)r->records, text_plural(r->records, "record", "records"),
            (long long)r->added, (long long)r->changed, (long long)r->gone, (long long)r->rejects,
            (long long)r->unread);
    else
        log_about(LOG_LEVEL_ERROR, "SOURCE", s->id, "source %s: payload %s: %s", s->id,
                  r->result == INGEST_HELD ? "held, nothing changed" : "refused, nothing changed",
                  r->why.text);
}

static bool put_aside(struct db *data, const struct pull *p, const char *why, struct error *e)
{
    if (!db_begin(data, e))
        return false;
    if (!source_discard(data, p, why, e)) {
        db_rollback(data);
        return false;
    }
    return db_commit(data, e);
}

bool intake_one(struct db *data, const struct settings *settings, struct pull *p, bool trusted,
                struct error *e)
{
    const struct source *s = settings_source(settings, p->source);
    struct ingest_report report;

    if (!s)
        return put_aside(data, p, "the source is no longer configured", e);
    if (!ingest_payload(data, settings, s, p, trusted, &report, e))
        return false;
    log_ingest(s, &report);
    return true;
}

/* It reads the whole table of versions, so not with each payload. */
static bool forget_versions(struct db *data, const struct settings *s, instant now, struct error *e)
{
    int64_t last = 0;

    if (!setting_get_number(data, "versions_dropped_on", &last, e))
        return false;
    return last == now / DAY || (table_forget(data, now - s->keep_versions, e) &&
                                 setting_put_number(data, "versions_dropped_on", now / DAY, e));
}

bool intake_all(struct db *data, const struct settings *s, struct fetcher *f, instant now,
                struct error *e)
{
    AUTO(arena) a = arena_new();
    struct pull p = { 0 };

    do {
        arena_reset(a);
        if (!pull_waiting(data, a, &p, e) || (p.id && !intake_one(data, s, &p, false, e)))
            return false;
    } while (p.id);
    return fetch_prune(f, s, e) && forget_versions(data, s, now, e);
}

/* The rows that a source brought for itself are those of another one from now on. */
static bool adopt(struct db *data, const struct settings *settings, const struct source *s,
                  struct error *e)
{
    for (LIST_EACH(const struct take, t, &s->takes)) {
        const struct dataset *d = settings_dataset(settings, t->dataset);

        if (!others_adopt(data, d, s->id, s->of, e) || !table_adopt(data, d, s->id, s->of, e))
            return false;
    }
    return true;
}

/* Nothing is kept: changes older than their snapshot need not be read, anything else is fetched. */
static bool fetch_anew(struct db *data, const struct source *s, bool same_place,
                       const char *mapping, struct error *e)
{
    bool over = false;

    if (s->of && same_place && !source_is_overtaken(data, s, &over, e))
        return false;
    return over ? source_settle(data, s->id, mapping, e) : source_due(data, s->id, e);
}

static bool read_again(struct db *data, const struct settings *settings, const struct source *s,
                       const struct fetcher *f, bool all, struct error *e)
{
    AUTO(arena) a = arena_new();
    char mapping[DIGEST_TEXT_SIZE];
    struct source_state st;
    bool again = false, same_place;

    mapping_of_source(settings, s, mapping);
    if (!source_get(data, s->id, a, &st, e))
        return false;
    if (text_same(st.mapping, mapping) ||
        (!st.mapping && (!all || st.failures))) /* one that failed: watch/retry */
        return true;
    same_place = mapping_same_place(st.mapping, mapping);
    if ((s->of && !adopt(data, settings, s, e)) ||
        (same_place && !fetch_again(f, data, s, mapping, &again, e)))
        return false;
    return again || fetch_anew(data, s, same_place, mapping, e);
}

bool intake_edited(struct db *data, const struct settings *s, const struct fetcher *f, bool all,
                   struct error *e)
{
    for (LIST_EACH(const struct source, o, &s->sources))
        if (!read_again(data, s, o, f, all, e))
            return false;
    return true;
}

/* The pull that is held. `kept_back`: else the last good one, if rows that it does not have stay.
 */
static bool held(struct db *data, const struct settings *s, const char *source, bool kept_back,
                 struct arena *a, struct pull *ret, struct error *e)
{
    struct source_state st;
    bool found = false;

    if (!settings_source(s, source))
        return error_set(e, ERROR_INPUT, "no source \"%s\" is configured", source);
    if (!source_get(data, source, a, &st, e))
        return false;
    if (st.held_pull && !pull_get(data, st.held_pull, a, ret, &found, e))
        return false;
    if (!found && kept_back && st.kept_back && !pull_get(data, st.good_pull, a, ret, &found, e))
        return false;
    return found || error_set(e, ERROR_INPUT, "source %s: nothing is held", source);
}

bool intake_release(struct db *data, const struct settings *s, const char *source, struct error *e)
{
    AUTO(arena) a = arena_new();
    struct pull p;

    return held(data, s, source, true, a, &p, e) && intake_one(data, s, &p, true, e);
}

bool intake_discard(struct db *data, const struct settings *s, const char *source, struct error *e)
{
    AUTO(arena) a = arena_new();
    struct pull p;

    return held(data, s, source, false, a, &p, e) &&
           put_aside(data, &p, "discarded by a person", e);
}
