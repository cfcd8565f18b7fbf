#include "watch/outlook.h"

#include "fetch/source.h"
#include "watch/content.h"

void outlook_earlier(instant *best, instant t)
{
    if (t != INSTANT_NONE && (*best == INSTANT_NONE || t < *best))
        *best = t;
}

static void add_source(struct outlook *o, const struct source *s, const struct source_state *st,
                       instant now, bool under_way)
{
    instant since = st->good_at != INSTANT_NONE ? st->good_at : st->first_at;
    instant old_at = since == INSTANT_NONE ? INSTANT_NONE : since + s->max_age + SECOND;
    instant late_at = content_late_at(s, st);

    if (!(under_way && st->next_at <= now))
        outlook_earlier(&o->due_at, st->next_at);
    if (old_at > now)
        outlook_earlier(&o->grows_old_at, old_at);
    if (late_at > now)
        outlook_earlier(&o->grows_old_at, late_at);
    o->trouble |= st->error || st->held_pull || (old_at != INSTANT_NONE && old_at <= now) ||
                  (late_at != INSTANT_NONE && late_at <= now);
}

/* The duties of which that is the next that happens are looked at again from today on. */
static bool read_over(instant *ret, const struct judgement *j, struct error *e)
{
    STMT s = NULL;
    bool row;

    if (!db_query(j->data, &s, e,
                  "SELECT min(due_at) FROM duty WHERE next_day <= ? AND due_at >= ?", "di",
                  j->today, j->moment) ||
        !db_row(s, &row, e))
        return false;
    *ret = row ? db_int_or_none(s, 0) : INSTANT_NONE;
    return true;
}

bool outlook_read(struct outlook *o, const struct judgement *j, const struct fetcher *f,
                  struct error *e)
{
    AUTO(arena) a = arena_new();
    struct outlook now = {
        .known = true, .due_at = INSTANT_NONE, .grows_old_at = INSTANT_NONE, .over_at = INSTANT_NONE
    };

    if (o->known)
        return true;
    for (LIST_EACH(const struct source, s, &j->generation->settings->sources)) {
        struct source_state st;

        if (!source_get(j->data, s->id, a, &st, e))
            return false;
        add_source(&now, s, &st, j->now, fetch_count(f) > 0);
    }
    if (!read_over(&now.over_at, j, e))
        return false;
    *o = now;
    return true;
}

instant outlook_next(const struct outlook *o)
{
    instant best = o->due_at;

    outlook_earlier(&best, o->grows_old_at);
    if (o->over_at != INSTANT_NONE) /* that moment itself is in time */
        outlook_earlier(&best, o->over_at + 1);
    return best;
}

void outlook_forget(struct outlook *o)
{
    o->known = false;
}
