#include "watch/tally.h"

#include "base/text.h"
#include "fetch/source.h"
#include "ingest/table.h"
#include "judge/history.h"
#include "judge/opinion.h"
#include "judge/pass.h"
#include "judge/sight.h"
#include "judge/standard.h"
#include "watch/generation.h"

struct tallying {
    const struct report_from *r;
    struct rulebook *book;
    struct arena *arena, *turn; /* `turn`: of one case */
    struct setting_of known;
    struct tally *all;
    instant moment; /* up to which was judged */
    int64_t duties; /* of the case under way */
};

/* By the same dates, the same hour and the same reasons as it is judged. */
static void count_duty(struct tally *t, const struct observation *o, const struct derivation *d,
                       const struct tallying *g)
{
    struct sight s =
        sight_of(o, d->last, d->safe, deadline_moment(d, o->rule->zone), g->known.today, g->moment);
    bool late = finding_breached_on(&s) != DATE_NONE;

    if (o->answer == ANSWER_UNKNOWN)
        t->unknown++;
    else if (o->answer == ANSWER_MET)
        late ? t->late++ : t->met++;
    else if (late)
        t->past++;
    else if (s.quiet)
        t->quiet++;
    else
        t->ahead++;
}

/* A contradiction counts from the day on which it was first seen. */
static bool first_seen(const struct tallying *g, struct observation *o, struct error *e)
{
    date opened = DATE_NONE;

    if (o->rule->kind != RULE_INTEGRITY || o->answer != ANSWER_PENDING)
        return true;
    if (!history_opened(g->r->db, o->rule->def->id, o->subject, o->period, &opened, e))
        return false;
    if (opened != DATE_NONE)
        o->start = opened;
    return true;
}

static bool each_duty(void *data, const struct observation *seen, struct error *e)
{
    struct tallying *g = data;
    struct tally *t = &g->all[seen->rule - g->book->rules];
    struct observation o = *seen;
    char said[OPINION_TEXT_SIZE];
    struct derivation d;
    bool same;

    if (!first_seen(g, &o, e))
        return false;
    d = opinion_derive(&o, &same, said);
    g->duties++;
    count_duty(t, &o, &d, g);
    return true;
}

static bool each_case(void *data, struct prepared_rule *r, const char *subject, enum glance glance,
                      struct error *e)
{
    struct tallying *g = data;
    struct tally *t = &g->all[r - g->book->rules];

    if (text_same(t->first, subject))
        *t = (struct tally){ 0 }; /* the pass begins again */
    if (!t->first)
        t->first = arena_text(g->arena, subject);
    g->duties = 0;
    arena_reset(g->turn);
    if (glance != GLANCE_OUTSIDE &&
        !observe_subject(r, subject, &g->known, g->turn, each_duty, g, e))
        return false;
    if (g->duties)
        t->cases++;
    else
        t->without++;
    return true;
}

/* A standard that does not work is told by its state. */
static bool count_standard(struct tallying *g, struct prepared_rule *r, struct error *e)
{
    struct error why;

    g->duties = 0;
    arena_reset(g->turn);
    if (!standard_observe(r, &g->known, g->turn, each_duty, g, &why) && why.class != ERROR_SETUP) {
        *e = why;
        return false;
    }
    g->all[r - g->book->rules].cases = g->duties;
    return true;
}

/* What limit_to leaves out has no duty either, and is counted apart. */
static bool count_left_out(struct tallying *g, struct prepared_rule *r, struct error *e)
{
    const struct cage_values v = { .today = g->known.today };
    struct tally *t = &g->all[r - g->book->rules];
    bool row = false;

    if (r->off || !r->limited)
        return true;
    if (!cage_bind(r->limited, &v, e) || !cage_row(r->limited, &row, e))
        return error_wrap(e, "rule %s", r->def->id);
    t->left_out = row ? cage_number(r->limited, 0) : 0;
    t->without = t->without > t->left_out ? t->without - t->left_out : 0;
    cage_reset(r->limited);
    return true;
}

/* Which datasets were ever loaded. */
static bool look_loaded(struct tallying *g, struct error *e)
{
    const struct settings *s = g->r->settings;
    bool *loaded = arena_alloc(g->arena, s->datasets.count + 1);
    bool *filled = arena_alloc(g->arena, s->datasets.count + 1);

    g->known.loaded = loaded;
    for (LIST_EACH(const struct source, source, &s->sources)) {
        struct source_state state;
        size_t n = 0;

        if (!source_get(g->r->db, source->id, g->arena, &state, e))
            return false;
        for (LIST_EACH(const struct dataset, d, &s->datasets)) {
            filled[n] |= source_fills(source, d->id);
            loaded[n++] |= state.good_pull && !source->of && source_fills(source, d->id);
        }
    }
    for (size_t n = 0; n < s->datasets.count; n++)
        loaded[n] |= !filled[n]; /* what nobody fills is empty */
    return true;
}

static bool count_all(struct tallying *g, struct error *e)
{
    struct visit v = { .known = &g->known, .all = true };

    for (int i = 0; i < g->book->pass_count; i++)
        if (!observe_pass(g->book, &g->book->passes[i], &v, each_case, g, e))
            return false;
    for (int i = 0; i < g->book->count; i++) {
        struct prepared_rule *r = &g->book->rules[i];

        if ((!r->off && !rule_is_single(r) && !count_standard(g, r, e)) || !count_left_out(g, r, e))
            return false;
    }
    return true;
}

bool tally_rules(const struct report_from *r, struct arena *a, struct tally **ret, struct error *e)
{
    AUTO(arena) turn = arena_new();
    struct tallying g = { .r = r, .arena = a, .turn = turn, .known = { .settings = r->settings } };

    bool *unread;

    if (!generation_read(r->generation, e) || !report_day(r, &g.known.today, e) ||
        !report_moment(r, &g.moment, e) || !tables_unread(r->db, r->settings, a, &unread, e) ||
        !look_loaded(&g, e))
        return false;
    g.known.unread = unread;
    g.book = r->generation->book;
    g.all = *ret = arena_alloc(a, ((size_t)g.book->count + 1) * sizeof *g.all);
    return g.known.today == DATE_NONE || count_all(&g, e);
}
