#include "watch/outlook.h"

#include "fetch/source.h"

static void earlier(instant *best, instant t)
{
    if (t != INSTANT_NONE && (*best == INSTANT_NONE || t < *best))
        *best = t;
}

static void add_source(struct outlook *o, const struct source *s, const struct source_state *st,
                       instant now, bool under_way)
{
    instant since = st->good_at != INSTANT_NONE ? st->good_at : st->first_at;
    instant old_at = since == INSTANT_NONE ? INSTANT_NONE : since + s->max_age + SECOND;

    if (!(under_way && st->next_at <= now))
        earlier(&o->due_at, st->next_at);
    if (old_at > now)
        earlier(&o->grows_old_at, old_at);
    o->trouble |= st->error || st->held_pull || (old_at != INSTANT_NONE && old_at <= now);
}

bool outlook_read(struct outlook *o, const struct judgement *j, const struct fetcher *f,
                  struct error *e)
{
    AUTO(arena) a = arena_new();
    struct outlook now = { .known = true, .due_at = INSTANT_NONE, .grows_old_at = INSTANT_NONE };

    if (o->known)
        return true;
    for (LIST_EACH(const struct source, s, &j->generation->settings->sources)) {
        struct source_state st;

        if (!source_get(j->data, s->id, a, &st, e))
            return false;
        add_source(&now, s, &st, j->now, fetch_count(f) > 0);
    }
    *o = now;
    return true;
}

void outlook_forget(struct outlook *o)
{
    o->known = false;
}
