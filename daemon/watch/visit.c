#include "watch/round.h"

#include "base/text.h"
#include "db/schema.h"
#include "judge/duty.h"
#include "judge/history.h"
#include "judge/pass.h"
#include "watch/deeds.h"

#include <stdlib.h>
#include <string.h>

/* --- which rules see everything --- */

static bool reads_dataset(const struct prepared_rule *r, const char *id)
{
    return strcmp(r->dataset->id, id) == 0 || reads_of(&r->reads, id);
}

static bool changed_since(const struct round *g, const struct dataset *d, bool *ret,
                          struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;
    bool row = false;

    text_addf(&sql, "SELECT EXISTS (SELECT 1 FROM %s WHERE _version > ?)", d->id);
    if (!db_query_text(g->j->data, &s, e, text_of(&sql), "i", g->judged_version) ||
        !db_row(s, &row, e))
        return false;
    *ret = row && db_int(s, 0);
    return true;
}

/* True when a dataset changed that `r` reads at large, so that nothing leads back to a subject. */
static bool changed_at_large(const struct round *g, const struct prepared_rule *r, bool *ret,
                             struct error *e)
{
    *ret = false;
    for (int i = 0; i < r->lookups.at_large_count && !*ret; i++)
        if (!changed_since(g, r->lookups.at_large[i], ret, e))
            return false;
    return true;
}

/* The ids of the datasets that were loaded, in a line. */
static const char *loaded_names(const struct round *g)
{
    AUTO_TEXT t = { 0 };
    size_t n = 0;

    for (LIST_EACH(const struct dataset, d, &g->known.settings->datasets))
        if (g->loaded[n++])
            text_addf(&t, " %s ", d->id);
    return arena_text(g->arena, text_of(&t));
}

/* True when one of the datasets that `r` reads is loaded now and was not before, or the other way
 * round. */
static bool loads_changed(const struct round *g, const struct prepared_rule *r, const char *before)
{
    size_t n = 0;

    for (LIST_EACH(const struct dataset, d, &g->known.settings->datasets)) {
        AUTO_TEXT name = { 0 };

        text_addf(&name, " %s ", d->id);
        if ((strstr(before, text_of(&name)) != NULL) != g->loaded[n++] && reads_dataset(r, d->id))
            return true;
    }
    return false;
}

static bool is_loaded(const struct round *g, const struct dataset *d)
{
    return g->loaded[d - (const struct dataset *)g->known.settings->datasets.all];
}

static bool period_begins(const struct round *g, const struct prepared_rule *r)
{
    return r->kind == RULE_CADENCE && g->new_day && g->judged_day != DATE_NONE &&
           cadence_period(&r->cadence, g->judged_day).first !=
               cadence_period(&r->cadence, g->j->today).first;
}

/* What the last round saw beside the rows. */
struct seen_before {
    char *loaded, *calendars;
};

static bool choose_rule(struct round *g, int i, const struct seen_before *before, struct error *e)
{
    struct prepared_rule *r = &g->book->rules[i];
    char *digest AUTO_FREE = NULL;
    bool at_large, changed;

    r->failures = 0;
    r->runs = 0;
    r->differing = 0;
    if (!history_rule(g->j->state, r->def->id, &digest, e) || !changed_at_large(g, r, &at_large, e))
        return false;
    changed = strcmp(digest, r->digest) != 0;
    g->baseline[i] = changed && !r->off && is_loaded(g, r->dataset);
    g->retold[i] = g->baseline[i] && *digest;
    g->whole[i] = g->baseline[i] || at_large || (r->reads.today && g->new_day) ||
                  period_begins(g, r) ||
                  loads_changed(g, r, before->loaded ? before->loaded : "") ||
                  rule_calendar_changed(g->book, r, before->calendars ? before->calendars : "");
    return !g->baseline[i] || history_put_rule(g->j->state, r->def->id, r->digest, g->j->today, e);
}

static bool read_before(struct round *g, struct seen_before *b, int64_t *ret_deeds, struct error *e)
{
    return setting_get(g->j->state, "judged_loaded", &b->loaded, e) &&
           setting_get(g->j->state, "judged_calendars", &b->calendars, e) &&
           setting_get_number(g->j->data, "deeds_version", ret_deeds, e) &&
           setting_get_number(g->j->state, "judged_deeds", &g->judged_deeds, e);
}

bool visit_choose(struct round *g, struct error *e)
{
    struct seen_before before = { 0 };
    int64_t deeds = 0;
    bool ok = read_before(g, &before, &deeds, e);

    for (int i = 0; ok && i < g->book->count; i++)
        ok = choose_rule(g, i, &before, e);
    free(before.loaded);
    free(before.calendars);
    return ok && setting_put(g->j->state, "judged_loaded", loaded_names(g), e) &&
           setting_put(g->j->state, "judged_calendars", g->book->calendars, e) &&
           setting_put_number(g->j->state, "judged_deeds", deeds, e);
}

/* --- subjects that changed rows of other datasets touch --- */

/* The columns of `d` that `r` reads, for IN (...); NULL when it reads none: then all count. */
static const char *columns_read(const struct prepared_rule *r, const struct dataset *d,
                                struct arena *a)
{
    const struct reads_columns *c = reads_of(&r->reads, d->id);
    AUTO_TEXT t = { 0 };

    if (!c)
        return NULL;
    for (size_t n = 0; n < c->count; n++)
        text_addf(&t, "'%s', ", c->names[n]);
    text_add(&t, "'_gone', '_unread'");
    return arena_text(a, text_of(&t));
}

/* Which rows of `d` changed: those that are new, left or came back, those that changed more than
 * once, and those of which a column that the rule reads has another value. */
static void add_changed(const struct prepared_rule *r, const struct dataset *d, struct text *sql,
                        struct arena *a)
{
    const char *columns = columns_read(r, d, a);

    text_addf(sql, "%s._version > ?1", d->id);
    if (columns)
        text_addf(sql,
                  " AND (NOT EXISTS (SELECT 1 FROM row_version AS v WHERE v.dataset = '%s' AND"
                  " v.key = %s.%s AND v.version > ?1) OR EXISTS (SELECT 1 FROM row_version AS v"
                  " WHERE v.dataset = '%s' AND v.key = %s.%s AND v.version > ?1 AND"
                  " (v.from_version > ?1 OR EXISTS (SELECT 1 FROM json_each(v.was) AS c WHERE"
                  " c.key IN (%s)))))",
                  d->id, d->id, d->key, d->id, d->id, d->key, columns);
}

/* The keys of the dataset before the last hop to which the changed rows belong, now and by what
 * they said before. */
static void add_last_hop(const struct prepared_rule *r, const struct path *p, struct text *sql,
                         struct arena *a)
{
    const struct hop *h = &p->hops[p->count - 1];
    const struct dataset *before = p->count > 1 ? p->hops[p->count - 2].to : r->dataset;

    if (h->down) {
        text_addf(sql, "SELECT %s FROM %s WHERE ", h->column, h->to->id);
        add_changed(r, h->to, sql, a);
        text_addf(sql,
                  " UNION SELECT json_extract(was, '$.%s') FROM row_version WHERE dataset = '%s'"
                  " AND version > ?1",
                  h->column, h->to->id);
    } else {
        text_addf(sql, "SELECT %s FROM %s WHERE %s IN (SELECT %s FROM %s WHERE ", before->key,
                  before->id, h->column, h->to->key, h->to->id);
        add_changed(r, h->to, sql, a);
        text_add(sql, ")");
    }
}

/* From keys of the dataset that hop `i` leads to back to keys of the dataset before it. */
static void add_back(const struct prepared_rule *r, const struct path *p, int i, struct text *sql)
{
    const struct hop *h = &p->hops[i];
    const struct dataset *before = i ? p->hops[i - 1].to : r->dataset;
    AUTO_TEXT inner = { 0 };

    text_add(&inner, text_of(sql));
    text_clear(sql);
    if (h->down)
        text_addf(sql, "SELECT %s FROM %s WHERE %s IN (%s)", h->column, h->to->id, h->to->key,
                  text_of(&inner));
    else
        text_addf(sql, "SELECT %s FROM %s WHERE %s IN (%s)", before->key, before->id, h->column,
                  text_of(&inner));
}

/* The subjects that `s` has in its first column. */
static bool weigh_keys(struct round *g, struct prepared_rule *r, struct stmt *s, struct error *e)
{
    AUTO(arena) a = arena_new();
    bool row;

    for (;;) {
        const char *subject;

        arena_reset(a);
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        subject = arena_text(a, db_text(s, 0));
        if (subject && !weigh_subject(g, r, subject, false, e))
            return false;
    }
}

static bool visit_path(struct round *g, struct prepared_rule *r, const struct path *p,
                       struct error *e)
{
    const struct dataset *d = p->hops[p->count - 1].to;
    AUTO(arena) a = arena_new();
    AUTO_TEXT sql = { 0 };
    AUTO_TEXT there = { 0 };
    STMT s = NULL;
    bool changed;

    if (!changed_since(g, d, &changed, e))
        return false;
    if (!changed)
        return true;
    add_last_hop(r, p, &sql, a);
    for (int i = p->count - 2; i >= 0; i--)
        add_back(r, p, i, &sql);
    /* only subjects that are there: a key may name none */
    text_addf(&there, "SELECT %s FROM %s WHERE %s IN (%s)", r->dataset->key, r->dataset->id,
              r->dataset->key, text_of(&sql));
    return (db_query_text(g->j->data, &s, e, text_of(&there), "i", g->judged_version) &&
            weigh_keys(g, r, s, e)) ||
           error_wrap(e, "rule %s", r->def->id);
}

/* The subjects of `r` whose own column `column` names `subject`. */
static bool weigh_named(struct round *g, struct prepared_rule *r, const char *column,
                        const char *subject, struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;

    text_addf(&sql, "SELECT %s FROM %s WHERE %s = ?", r->dataset->key, r->dataset->id, column);
    return db_query_text(g->j->data, &s, e, text_of(&sql), "t", subject) && weigh_keys(g, r, s, e);
}

/* A duty or deed of `rule` for `subject` changed: whoever reads it by the key or a column. */
static bool weigh_readers(struct round *g, struct prepared_rule *r, const char *rule,
                          const char *subject, struct error *e)
{
    for (int i = 0; i < r->lookups.rule_count; i++) {
        const char *column = r->lookups.columns[i];

        if (strcmp(rule, r->lookups.rules[i]) == 0 &&
            !(column ? weigh_named(g, r, column, subject, e)
                     : weigh_subject(g, r, subject, false, e)))
            return error_wrap(e, "rule %s", r->def->id);
    }
    return true;
}

/* Subjects whose duties under rules that `r` reads changed in this round. */
static bool visit_duties(struct round *g, struct prepared_rule *r, struct error *e)
{
    for (const struct duty_change *c = g->changes; c; c = c->next)
        if (!weigh_readers(g, r, c->rule->def->id, c->subject, e))
            return false;
    return true;
}

/* Subjects about whose duties people did something since the last round. */
static bool visit_deeds(struct round *g, struct prepared_rule *r, struct error *e)
{
    AUTO(arena) a = arena_new();
    STMT s = NULL;
    bool row;

    if (!r->lookups.deeds)
        return true;
    if (!db_query(g->j->data, &s, e, "SELECT rule, subject FROM deed WHERE version > ?", "i",
                  g->judged_deeds))
        return false;
    for (;;) {
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        if (!weigh_readers(g, r, arena_text(a, db_text(s, 0)), arena_text(a, db_text(s, 1)), e))
            return false;
    }
}

/* Subjects on which the rule failed, or about which it was not asked because it failed too often:
 * whether it works for them now is seen by asking again. */
static bool visit_failed(struct round *g, struct prepared_rule *r, struct error *e)
{
    STMT s = NULL;

    return (db_query(g->j->data, &s, e,
                     "SELECT DISTINCT subject FROM duty WHERE rule = ?1 AND answer = 'unknown' AND"
                     " ask BETWEEN ?2 AND ?2 || '~' ORDER BY subject",
                     "tt", r->def->id, ASK_WORKS) &&
            weigh_keys(g, r, s, e)) ||
           error_wrap(e, "rule %s", r->def->id);
}

/* True when `r` reads duties at large and one of their rules changed in this round. */
static bool duties_changed(const struct round *g, const struct prepared_rule *r)
{
    for (const struct duty_change *c = g->changes; c; c = c->next)
        for (int i = 0; i < r->lookups.rule_count && r->lookups.duties_at_large; i++)
            if (strcmp(c->rule->def->id, r->lookups.rules[i]) == 0)
                return true;
    return false;
}

/* --- a layer --- */

/* What is right and has no duty has nothing to be judged; most rows are so. After a crash, and
 * while data that the rule reads is missing, each is looked at. */
static bool is_settled(const struct round *g, struct prepared_rule *r, const char *subject,
                       bool *ret, struct error *e)
{
    const char *missing;
    bool there;

    *ret = false;
    if (g->behind || observe_not_loaded(r, &g->known, &missing))
        return true;
    if (!duty_has(g->j->data, r->def->id, subject, &there, e))
        return false;
    *ret = !there;
    r->runs++;
    return true;
}

static bool each_row(void *data, struct prepared_rule *r, const char *subject, enum glance glance,
                     struct error *e)
{
    bool settled = false;

    if (glance == GLANCE_RIGHT && !is_settled(data, r, subject, &settled, e))
        return false;
    return settled || weigh_subject(data, r, subject, glance == GLANCE_OUTSIDE, e);
}

static bool visit_passes(struct round *g, int layer, struct error *e)
{
    struct visit v = {
        .known = &g->known, .since = g->judged_version, .all = g->behind, .whole = g->whole
    };

    for (int i = 0; i < g->book->pass_count; i++) {
        const struct rule_pass *p = &g->book->passes[i];
        bool any = g->behind || g->version > g->judged_version;

        for (int n = 0; n < p->count && !any; n++)
            any = g->whole[p->rules[n] - g->book->rules];
        if (p->layer == layer && any && !observe_pass(g->book, p, &v, each_row, g, e))
            return false;
    }
    return true;
}

static bool visit_standard(struct round *g, struct prepared_rule *r, struct error *e)
{
    int n = (int)(r - g->book->rules);

    if (!is_loaded(g, r->dataset) || (!g->behind && !g->whole[n] && !g->new_day &&
                                      !g->silences_changed && g->version == g->judged_version))
        return true;
    return weigh_standard(g, r, e);
}

static bool visit_rule(struct round *g, struct prepared_rule *r, struct error *e)
{
    int n = (int)(r - g->book->rules);

    if (r->off)
        return true;
    if (!rule_is_single(r))
        return visit_standard(g, r, e);
    if (g->behind || g->whole[n])
        return true; /* every subject has been looked at */
    for (int i = 0; i < r->lookups.path_count && g->version > g->judged_version; i++)
        if (!visit_path(g, r, &r->lookups.paths[i], e))
            return false;
    return visit_failed(g, r, e) && visit_duties(g, r, e) && visit_deeds(g, r, e);
}

/* Duties of the layer whose next day has come. */
static bool visit_due(struct round *g, int layer, struct error *e)
{
    AUTO(arena) a = arena_new();
    STMT s = NULL;
    bool row;

    if (!db_query(g->j->data, &s, e, "SELECT DISTINCT rule, subject FROM duty WHERE next_day <= ?",
                  "d", g->j->today))
        return false;
    for (;;) {
        struct prepared_rule *r;
        const char *subject;

        arena_reset(a);
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        r = rulebook_rule(g->book, db_text(s, 0));
        subject = arena_text(a, db_text(s, 1));
        if (!r || r->layer != layer || !rule_is_single(r)) /* dropped ones: see watch/judging */
            continue;
        if (!weigh_subject(g, r, subject, false, e))
            return error_wrap(e, "duty %s %s", r->def->id, subject);
    }
}

/* Open findings that are silenced now and were not, or the other way round, and those whose
 * acknowledgement has ended. */
static bool visit_answers(struct round *g, int layer, struct error *e)
{
    AUTO(arena) a = arena_new();
    STMT s = NULL;
    bool row;

    if (!db_query(g->j->state, &s, e,
                  "SELECT rule, subject, unit, office, silenced, acked_until FROM finding"
                  " WHERE status = 'OPEN' AND (acked_until < ?1 OR ?2)",
                  "di", g->j->today, (int64_t)g->silences_changed))
        return false;
    for (;;) {
        struct prepared_rule *r;
        const char *subject;
        bool silenced;

        arena_reset(a);
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        r = rulebook_rule(g->book, db_text(s, 0));
        subject = arena_text(a, db_text(s, 1));
        if (!r || r->layer != layer || !rule_is_single(r))
            continue;
        silenced = silence_find(&g->silences, r->def->id, subject, db_text(s, 2), db_text(s, 3));
        if ((silenced != (db_int(s, 4) != 0) ||
             (!db_is_null(s, 5) && db_date(s, 5) < g->j->today)) &&
            !weigh_subject(g, r, subject, false, e))
            return error_wrap(e, "finding %s %s", r->def->id, subject);
    }
}

bool visit_layer(struct round *g, int layer, struct error *e)
{
    for (int i = 0; i < g->book->count; i++) {
        bool deeds = false;

        if (g->book->rules[i].layer != layer)
            continue;
        if (!deeds_at_large(g->j, &g->book->rules[i], g->judged_deeds, &deeds, e))
            return false;
        g->whole[i] |= deeds || duties_changed(g, &g->book->rules[i]);
    }
    if (!visit_passes(g, layer, e))
        return false;
    for (int i = 0; i < g->book->count; i++)
        if (g->book->rules[i].layer == layer && !visit_rule(g, &g->book->rules[i], e))
            return false;
    return g->behind || (visit_due(g, layer, e) && visit_answers(g, layer, e));
}
