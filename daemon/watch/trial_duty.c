#include "base/number.h"
#include "base/text.h"
#include "codec/json.h"
#include "ingest/table.h"
#include "judge/deadline.h"
#include "judge/duty.h"
#include "judge/facts.h"
#include "judge/finding.h"
#include "judge/history.h"
#include "judge/standard.h"
#include "watch/trial_ground.h"

#include <string.h>

/* What is said of one duty; texts are NULL where there is nothing. */
struct found {
    const char *answer, *ask, *quiet, *unit, *office, *owner;
    date last, safe, met_on, past_since;
    instant due_at;
    int64_t amount;
    const char *stage, *finding, *changes;
    const char *derivation; /* JSON */
};

/* The observations of one subject, of which one is meant. */
struct looking {
    const struct trial_at *at;
    const struct trial_expect *expect;
    struct found *found;
    const char *period; /* of the one that was found */
    struct text periods;
    int count;
};

/* --- what the rule says --- */

static const char *stage_of(const struct trial_at *t, const struct prepared_rule *r,
                            const struct found *f)
{
    const struct rung *rungs = r->ladder->rungs.all;
    int stage;

    if (f->last == DATE_NONE || !f->answer || strcmp(f->answer, "met") == 0)
        return NULL;
    if (t->ground->today > f->last ||
        (f->due_at != INSTANT_NONE && trial_moment(t->ground) > f->due_at))
        return "past";
    stage = ladder_stage(r->rungs, r->rung_count, f->safe, t->ground->today);
    return stage < 0 ? NULL : rungs[stage].when;
}

/* The date that stands for it, which is an older one where the data cannot tell it now. */
static bool add_duty(struct looking *l, const struct observation *o, const struct duty **ret_kept,
                     struct error *e)
{
    struct arena *a = l->at->arena;
    struct duty *d = arena_alloc(a, sizeof *d);
    bool there;

    *ret_kept = NULL;
    if (!duty_get(l->at->ground->data, o->rule->def->id, o->subject, o->period, a, d, &there, e))
        return false;
    if (!there || strcmp(d->answer, "met") == 0)
        return true;
    if (o->answer == ANSWER_UNKNOWN && d->due != DATE_NONE)
        *ret_kept = d;
    l->found->last = d->due;
    l->found->due_at = d->due_at;
    l->found->safe = d->safe;
    l->found->unit = d->unit;
    l->found->office = d->office;
    l->found->owner = d->owner;
    l->found->amount = d->amount;
    return true;
}

static bool take(struct looking *l, const struct observation *o, struct error *e)
{
    struct derivation d = deadline_derive(o);
    struct arena *a = l->at->arena;
    AUTO_TEXT derivation = { 0 };
    const struct duty *kept;

    l->period = arena_text(a, o->period);
    *l->found = (struct found){ .answer = answer_name(o->answer),
                                .ask = arena_text(a, o->ask),
                                .quiet = arena_text(a, o->quiet_because),
                                .unit = arena_text(a, o->unit),
                                .office = arena_text(a, o->office),
                                .owner = arena_text(a, o->owner),
                                .last = d.last,
                                .due_at = deadline_moment(&d, o->rule->zone),
                                .safe = d.safe,
                                .met_on = o->answer == ANSWER_MET ? o->met_on : DATE_NONE,
                                .past_since = DATE_NONE,
                                .amount = o->amount };
    if (!add_duty(l, o, &kept, e))
        return false;
    facts_derivation(o, DATE_NONE, kept, NULL, &derivation);
    l->found->derivation = arena_text(a, text_of(&derivation));
    return true;
}

static bool each_observation(void *data, const struct observation *o, struct error *e)
{
    struct looking *l = data;
    const struct trial_expect *x = l->expect;
    struct observation seen = *o;

    if (strcmp(o->subject, x->subject) != 0 || (x->period && strcmp(o->period, x->period) != 0))
        return true;
    if (o->rule->kind == RULE_INTEGRITY && o->answer == ANSWER_PENDING &&
        !history_opened(l->at->ground->state, o->rule->def->id, o->subject, o->period, &seen.start,
                        e))
        return false;
    text_addf(&l->periods, "%s%s", l->count++ ? ", " : "", o->period);
    return take(l, &seen, e);
}

static bool observe(struct looking *l, struct prepared_rule *r, struct error *e)
{
    const struct ground *g = l->at->ground;
    size_t count = g->generation->settings->datasets.count;
    bool *unseen = arena_alloc(l->at->arena, count + 1), *unread;
    struct setting_of known = { .today = g->today,
                                .loaded = g->loaded,
                                .unseen = unseen,
                                .settings = g->generation->settings };

    if (r->off)
        return true;
    for (size_t i = 0; i < count; i++)
        unseen[i] = !g->loaded[i];
    if (!tables_unread(g->data, g->generation->settings, l->at->arena, &unread, e))
        return false;
    known.unread = unread;
    if (rule_is_single(r))
        return observe_subject(r, l->expect->subject, &known, l->at->arena, each_observation, l, e);
    return standard_observe(r, &known, l->at->arena, each_observation, l, e);
}

/* Whether the group of a standard has a row that the rule binds, or had one. */
static bool is_group(struct looking *l, struct prepared_rule *r, bool *ret, struct error *e)
{
    struct ground *g = l->at->ground;
    const char *group = l->expect->subject;
    int64_t duty = 0, finding = 0;

    if (!standard_has_group(r, g->today, group, ret, e) ||
        !db_number(g->data, &duty, e,
                   "SELECT EXISTS (SELECT 1 FROM duty WHERE rule = ? AND subject = ?)", "tt",
                   r->def->id, group) ||
        !db_number(g->state, &finding, e,
                   "SELECT EXISTS (SELECT 1 FROM finding WHERE rule = ? AND subject = ?)", "tt",
                   r->def->id, group))
        return false;
    *ret |= duty || finding;
    return true;
}

/* Whether the subject is there at all: what is not is a slip of the pen in the test. */
static bool is_there(struct looking *l, struct prepared_rule *r, bool *ret, struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;

    if (!rule_is_single(r))
        return is_group(l, r, ret, e);
    text_addf(&sql, "SELECT 1 FROM %s WHERE %s = ?", r->dataset->id, r->dataset->key);
    return db_query_text(l->at->ground->data, &s, e, text_of(&sql), "t", l->expect->subject) &&
           db_row(s, ret, e);
}

/* --- what became of it --- */

static bool read_changes(struct looking *l, int64_t finding, struct error *e)
{
    AUTO_TEXT t = { 0 };
    STMT s = NULL;
    bool row = true;

    if (!db_query(l->at->ground->state, &s, e,
                  "SELECT cause FROM move WHERE finding = ? AND at = ? ORDER BY ordinal", "ii",
                  finding, l->at->ground->now))
        return false;
    while (row) {
        if (!db_row(s, &row, e))
            return false;
        if (row)
            text_addf(&t, "%s%s", t.size ? ", " : "", db_text(s, 0));
    }
    l->found->changes = t.size ? arena_text(l->at->arena, text_of(&t)) : NULL;
    return true;
}

static bool read_finding(struct looking *l, struct error *e)
{
    static const char *const names[] = { NULL, "open", "resolved", "withdrawn" };
    struct finding f;

    if (!history_get(l->at->ground->state, l->expect->rule, l->expect->subject,
                     l->period           ? l->period
                     : l->expect->period ? l->expect->period
                                         : "",
                     &f, e))
        return false;
    l->found->finding = names[f.status];
    l->found->past_since = f.status == STATUS_NONE ? DATE_NONE : f.breached_on;
    return f.status == STATUS_NONE || read_changes(l, f.id, e);
}

/* --- held against what is expected --- */

/* One field; NULL expected: it does not matter. */
struct comparing {
    struct json *list;
    bool differs;
};

static void compare(struct comparing *c, const char *field, const char *expected, const char *found)
{
    if (!expected)
        return;
    found = found && *found ? found : "none";
    c->differs |= strcmp(expected, found) != 0;
    trial_differ(c->list, field, expected, found);
}

static void compare_day(struct comparing *c, const char *field, const char *expected, date found)
{
    char day[DATE_TEXT_SIZE];

    compare(c, field, expected, found == DATE_NONE ? NULL : date_text(found, day));
}

static const char *joined(const struct texts *t, struct arena *a)
{
    AUTO_TEXT all = { 0 };

    for (size_t i = 0; i < t->count; i++)
        text_addf(&all, "%s%s", i ? ", " : "", t->all[i]);
    return t->count ? arena_text(a, text_of(&all)) : NULL;
}

static void compare_steps(struct comparing *c, const struct texts *wanted, const struct json *steps)
{
    for (size_t i = 0; i < wanted->count; i++) {
        const char *found = NULL;

        for (size_t k = 0; k < json_count(steps) && !found; k++)
            if (strstr(facts_sentence(json_at(steps, k)), wanted->all[i]))
                found = wanted->all[i];
        compare(c, "steps", wanted->all[i], found);
    }
}

static void compare_all(struct comparing *c, const struct looking *l, const struct json *steps)
{
    const struct trial_expect *x = l->expect;
    const struct found *f = l->found;
    char expected[MONEY_TEXT_SIZE], found[MONEY_TEXT_SIZE];

    compare(c, "answer", x->answer ? trial_answers[x->answer] : NULL, f->answer);
    compare_day(c, "last_day", x->last_day, f->last);
    compare_day(c, "act_by", x->act_by, f->safe);
    compare(c, "stage", x->stage, f->stage);
    compare(c, "ask", x->ask, f->ask);
    compare(c, "quiet", x->quiet, f->quiet);
    compare_day(c, "met_on", x->met_on, f->met_on);
    compare_day(c, "past_since", x->past_since, f->past_since);
    compare(c, "unit", x->unit, f->unit);
    compare(c, "office", x->office, f->office);
    compare(c, "owner", x->owner, f->owner);
    if (x->amount != INT64_MIN)
        compare(c, "amount", money_text(x->amount, expected),
                f->amount == INT64_MIN ? NULL : money_text(f->amount, found));
    compare(c, "finding", x->finding ? trial_findings[x->finding] : NULL, f->finding);
    compare(c, "changes", joined(&x->changes, l->at->arena), f->changes);
    compare_steps(c, &x->steps, steps);
}

/* A failure of `l`, with all that was compared, and the steps of the date. */
static void report(const struct looking *l, const struct json *compared, const struct json *found)
{
    struct json *differences, *steps;
    const struct trial_expect *x = l->expect;

    trial_fail(l->at, x->at,
               arena_print(l->at->arena, "%s %s%s%s", x->rule, x->subject,
                           l->period && *l->period ? " " : "", l->period ? l->period : ""),
               &differences, &steps);
    for (size_t i = 0; i < json_count(compared); i++)
        json_add(differences, json_copy_ref(json_at(compared, i)));
    for (size_t i = 0; i < json_count(found); i++)
        json_add_text(steps, facts_sentence(json_at(found, i)));
}

static bool hold(struct looking *l, struct error *e)
{
    AUTO(json) compared = json_list();
    AUTO(json) facts = NULL;
    struct comparing c = { compared, false };
    const struct found *f = l->found;

    if (f->derivation)
        facts = json_read(f->derivation, strlen(f->derivation), e);
    compare_all(&c, l, json_get(facts, "steps"));
    if (c.differs)
        report(l, compared, json_get(facts, "steps"));
    return true;
}

/* What cannot be compared fails with one difference. */
static bool refuse(const struct looking *l, const char *field, const char *expected,
                   const char *found)
{
    AUTO(json) compared = json_list();

    trial_differ(compared, field, expected, found);
    report(l, compared, NULL);
    return true;
}

static bool look(struct looking *l, struct error *e)
{
    struct ground *g = l->at->ground;
    struct prepared_rule *r = rulebook_rule(g->generation->book, l->expect->rule);
    bool there = true;

    if (r && (!is_there(l, r, &there, e) || (there && !observe(l, r, e))))
        return false;
    if (!there)
        return refuse(l, "subject", rule_is_single(r) ? "a row" : "a group",
                      arena_print(l->at->arena, "no row %s%s in dataset %s",
                                  rule_is_single(r) ? "" : "of the group ", l->expect->subject,
                                  r->dataset->id));
    if (r && r->off && l->expect->answer)
        return refuse(l, "rule", "on", arena_print(l->at->arena, "off: %s", r->off));
    if (l->count > 1)
        return refuse(l, "period", "one; say which",
                      arena_text(l->at->arena, text_of(&l->periods)));
    if (r)
        l->found->stage = stage_of(l->at, r, l->found);
    return read_finding(l, e) && hold(l, e);
}

bool trial_duty(const struct trial_at *t, const struct trial_expect *x, struct error *e)
{
    struct found found = { .answer = "outside",
                           .last = DATE_NONE,
                           .safe = DATE_NONE,
                           .due_at = INSTANT_NONE,
                           .met_on = DATE_NONE,
                           .past_since = DATE_NONE,
                           .amount = INT64_MIN };
    struct looking l = { .at = t, .expect = x, .found = &found };
    bool ok = look(&l, e);

    text_free(&l.periods);
    return ok;
}
