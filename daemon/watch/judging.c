#include "watch/judging.h"

#include "base/log.h"
#include "base/text.h"
#include "base/zone.h"
#include "db/schema.h"
#include "ingest/payload.h"
#include "judge/deadline.h"
#include "judge/duty.h"
#include "judge/facts.h"
#include "judge/observe.h"
#include "notify/notification.h"
#include "notify/packing.h"
#include "watch/blind.h"
#include "watch/differs.h"
#include "watch/gaps.h"
#include "watch/moves.h"

#include <string.h>

/* A judgement under way. */
struct judging {
    const struct judgement *j;
    const struct rulebook *book;
    struct arena *arena;          /* as long as the judgement */
    struct sightline *sightlines; /* one a source */
    int64_t version, judged_version;
    date judged_day;
    bool *whole, *baseline; /* one a rule */
    bool new_rules, new_day;
    bool behind; /* duties were committed, their moves were not: everything is visited again */
    char *mark;  /* "version day rules": what this judgement is of */
    struct judging_report *report;
};

/* --- one duty --- */

struct facts_of {
    const struct observation *o;
    date as_of;
    bool kept;
};

static void make_facts(const void *data, struct text *derivation, struct text *inputs)
{
    const struct facts_of *f = data;

    facts_derivation(f->o, f->as_of, f->kept, derivation);
    facts_inputs(f->o, inputs);
}

/* The day of the data behind a dataset when one of its sources is old or cannot be seen. */
static date as_of(const struct judging *g, const struct dataset *d)
{
    date oldest = DATE_NONE;
    size_t i = 0;

    for (LIST_EACH(const struct source, s, &g->j->generation->settings->sources)) {
        const struct sightline *l = &g->sightlines[i++];

        if (source_fills(s, d->id) && l->as_of != DATE_NONE &&
            (oldest == DATE_NONE || l->as_of < oldest))
            oldest = l->as_of;
    }
    return oldest;
}

static struct term remind_of(const struct prepared_rule *r, const struct sight *s)
{
    if (s->last != DATE_NONE && s->today > s->last && r->past_remind.count)
        return r->past_remind;
    return s->stage >= 0 ? r->rungs[s->stage].remind : (struct term){ 0 };
}

static struct sight sight_of(const struct judging *g, const struct observation *o, date last,
                             date safe)
{
    struct sight s = { .today = g->j->today,
                       .answer = o->answer,
                       .gone = o->gone,
                       .last = last,
                       .safe = safe,
                       .met_on = o->met_on,
                       .quiet = o->quiet_because != NULL && o->answer == ANSWER_PENDING,
                       .quiet_on = o->quiet_on,
                       .baseline = g->baseline[o->rule - g->book->rules] };

    s.stage = ladder_stage(o->rule->rungs, o->rule->rung_count, safe, g->j->today);
    s.remind = remind_of(o->rule, &s);
    return s;
}

static bool keep_duty(const struct judging *g, const struct observation *o, const struct sight *s,
                      const struct finding *f, bool bound, const struct duty *before,
                      struct error *e)
{
    struct duty d = { .rule = o->rule->def->id,
                      .subject = o->subject,
                      .period = "",
                      .label = o->label,
                      .unit = o->unit,
                      .office = o->office,
                      .owner = o->owner,
                      .answer = answer_name(o->answer),
                      .due = s->last,
                      .safe = s->safe,
                      .bound = bound,
                      .then_day = finding_next_day(f, s, o->rule->rungs, o->rule->rung_count),
                      .amount = o->amount,
                      .ask = o->answer == ANSWER_UNKNOWN ? o->ask : NULL,
                      .quiet = s->quiet ? o->quiet_because : NULL,
                      .pull = o->pull,
                      .line = o->line };

    return duty_put(g->j->data, &d, before, e);
}

/* The people and the money as known before, when the row cannot tell them now. */
static void fill_from(struct observation *o, const struct duty *before)
{
    if (o->answer != ANSWER_OUTSIDE && o->answer != ANSWER_UNKNOWN)
        return;
    if (!o->unit)
        o->unit = before->unit;
    if (!o->office)
        o->office = before->office;
    if (!o->owner)
        o->owner = before->owner;
    if (!o->label)
        o->label = before->label;
    if (o->amount == INT64_MIN)
        o->amount = before->amount;
}

static bool judge_observation(struct judging *g, struct observation *o, const struct duty *before,
                              struct error *e)
{
    struct derivation d = deadline_derive(o);
    bool kept = before && o->answer == ANSWER_UNKNOWN && before->due != DATE_NONE;
    struct sight sight = sight_of(g, o, kept ? before->due : d.last, kept ? before->safe : d.safe);
    struct facts_of facts = { .o = o, .as_of = as_of(g, o->rule->dataset), .kept = kept };
    struct moving m = { .judgement = g->j,
                        .about = { .rule = o->rule->def->id,
                                   .subject = o->subject,
                                   .period = "",
                                   .unit = o->unit,
                                   .office = o->office,
                                   .owner = o->owner,
                                   .amount = o->amount,
                                   .quiet_because = o->quiet_because,
                                   .pull = o->pull },
                        .sight = sight,
                        .rungs = o->rule->rungs,
                        .rung_count = o->rule->rung_count,
                        .past_severity = (enum severity)o->rule->ladder->past_severity,
                        .data_version = g->version,
                        .facts = make_facts,
                        .facts_data = &facts };
    struct finding after;

    if (!moves_make(&m, &after, &g->report->moves, e))
        return false;
    if (o->answer == ANSWER_PENDING || o->answer == ANSWER_UNKNOWN)
        return keep_duty(g, o, &sight, &after, kept ? before->bound : d.bound, before, e);
    return !before || duty_drop(g->j->data, o->rule->def->id, o->subject, "", e);
}

static bool each_observation(void *data, const struct observation *seen, struct error *e)
{
    struct judging *g = data;
    AUTO(arena) a = arena_new();
    struct observation o = *seen;
    struct duty before;
    bool found;

    g->report->observed++;
    if (!duty_get(g->j->data, o.rule->def->id, o.subject, "", a, &before, &found, e))
        return false;
    if (found)
        fill_from(&o, &before);
    else if (o.answer == ANSWER_OUTSIDE && !g->behind)
        return true; /* never bound: there can be no open finding */
    return judge_observation(g, &o, found ? &before : NULL, e);
}

/* --- what is visited --- */

static bool visit_touched(struct judging *g, struct error *e)
{
    struct visit v = {
        .since = g->judged_version, .all = g->behind, .whole = g->whole, .today = g->j->today
    };
    bool any = g->behind || g->version > g->judged_version;

    for (int i = 0; i < g->book->count && !any; i++)
        any = g->whole[i];
    for (int i = 0; i < g->book->pass_count && any; i++)
        if (!observe_pass(g->book, &g->book->passes[i], &v, each_observation, g, e))
            return false;
    return true;
}

/* A rule that is configured no more, or off: what it watched is let go. */
static bool let_go(struct judging *g, struct prepared_rule *r, const char *subject, struct error *e)
{
    struct observation o = observe_nothing(r, subject);

    return each_observation(g, &o, e);
}

static bool visit_due(struct judging *g, struct error *e)
{
    AUTO(arena) a = arena_new();
    STMT s = NULL;
    bool row;

    if (!db_query(g->j->data, &s, e,
                  "SELECT rule, subject FROM duty WHERE next_day <= ?"
                  " AND next_day > '0001-01-01'", /* new ones were judged just now */
                  "d", g->j->today))
        return false;
    for (;;) {
        struct prepared_rule *r;
        struct observation o;
        const char *subject;

        arena_reset(a);
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        r = rulebook_rule(g->book, db_text(s, 0));
        subject = arena_text(a, db_text(s, 1));
        if (!r)
            continue; /* see drop_rules() */
        if (r->off ? !let_go(g, r, subject, e)
                   : !observe_one(r, subject, g->j->today, a, &o, e) || !each_observation(g, &o, e))
            return error_wrap(e, "duty %s %s", r->def->id, subject);
    }
}

static void dropped_facts(const void *data, struct text *derivation, struct text *inputs)
{
    (void)data;
    text_add(derivation, "{\"steps\":[\"The rule is no longer configured.\"]}");
    text_add(inputs, "{}");
}

/* Findings of rules that are no longer there are withdrawn, their duties dropped. */
static bool drop_finding(struct judging *g, const struct finding_about *about, struct error *e)
{
    struct moving m = { .judgement = g->j,
                        .about = *about,
                        .sight = { .today = g->j->today,
                                   .answer = ANSWER_OUTSIDE,
                                   .last = DATE_NONE,
                                   .safe = DATE_NONE,
                                   .met_on = DATE_NONE,
                                   .stage = -1,
                                   .quiet_on = DATE_NONE },
                        .data_version = g->version,
                        .facts = dropped_facts };

    return moves_make(&m, NULL, &g->report->moves, e) &&
           duty_drop(g->j->data, about->rule, about->subject, "", e);
}

static bool drop_findings(struct judging *g, struct error *e)
{
    AUTO(arena) a = arena_new();
    STMT s = NULL;
    bool row;

    if (!db_query(g->j->state, &s, e,
                  "SELECT rule, subject, unit, office, owner, amount FROM finding"
                  " WHERE status = 'OPEN' AND rule NOT IN ('blind', 'incomplete', 'differs')",
                  ""))
        return false;
    for (;;) {
        struct finding_about about;

        arena_reset(a);
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        about = (struct finding_about){ .rule = arena_text(a, db_text(s, 0)),
                                        .subject = arena_text(a, db_text(s, 1)),
                                        .period = "",
                                        .unit = arena_text(a, db_text(s, 2)),
                                        .office = arena_text(a, db_text(s, 3)),
                                        .owner = arena_text(a, db_text(s, 4)),
                                        .amount = db_int_or_none(s, 5) };
        if (!rulebook_rule(g->book, about.rule) && !drop_finding(g, &about, e))
            return false;
    }
}

/* What rules watch that are off, or configured no more. */
static bool drop_duties(struct judging *g, struct error *e)
{
    AUTO(arena) a = arena_new();
    STMT s = NULL;
    bool row;

    if (!db_query(g->j->data, &s, e, "SELECT rule, subject FROM duty ORDER BY rule, subject", ""))
        return false;
    for (;;) {
        struct prepared_rule *r;
        const char *rule, *subject;

        arena_reset(a);
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        rule = arena_text(a, db_text(s, 0));
        subject = arena_text(a, db_text(s, 1));
        r = rulebook_rule(g->book, rule);
        if (r && r->off ? !let_go(g, r, subject, e)
                        : !r && !duty_drop(g->j->data, rule, subject, "", e))
            return false;
    }
}

static bool drop_rules(struct judging *g, struct error *e)
{
    return !g->new_rules || (drop_findings(g, e) && drop_duties(g, e));
}

/* --- the whole --- */

static bool is_loaded(const struct judging *g, const struct dataset *d)
{
    size_t i = 0;

    for (LIST_EACH(const struct source, s, &g->j->generation->settings->sources)) {
        if (source_fills(s, d->id) && g->sightlines[i].loaded)
            return true;
        i++;
    }
    return false;
}

/* Which rules see every row, and for which this is the beginning. */
static bool choose_rules(struct judging *g, struct error *e)
{
    for (int i = 0; i < g->book->count; i++) {
        struct prepared_rule *r = &g->book->rules[i];
        char *digest AUTO_FREE = NULL;
        bool changed;

        r->failures = 0;
        r->runs = 0;
        if (!history_rule(g->j->state, r->def->id, &digest, e))
            return false;
        changed = strcmp(digest, r->digest) != 0;
        g->baseline[i] = changed && !r->off && is_loaded(g, r->dataset);
        g->whole[i] = g->baseline[i] || (r->reads.elsewhere && g->version > g->judged_version) ||
                      (r->reads.today && g->new_day);
        if (g->baseline[i] && !history_put_rule(g->j->state, r->def->id, r->digest, g->j->today, e))
            return false;
    }
    return true;
}

/* Whether the last judgement got from the one commit to the other. */
static bool read_behind(struct judging *g, struct error *e)
{
    char *duties AUTO_FREE = NULL;
    char *judged AUTO_FREE = NULL;
    char day[DATE_TEXT_SIZE];

    if (!setting_get(g->j->data, "duties_of", &duties, e) ||
        !setting_get(g->j->state, "judged", &judged, e))
        return false;
    g->behind |= !text_same(duties, judged);
    if (g->arena)
        g->mark = arena_print(g->arena, "%lld %s %s", (long long)g->version,
                              date_text(g->j->today, day), g->book->digest);
    return true;
}

/* Where the last judgement stood. */
static bool read_marks(struct judging *g, struct error *e)
{
    char *day AUTO_FREE = NULL;
    char *rules AUTO_FREE = NULL;

    if (!ingest_version(g->j->data, &g->version, e) ||
        !setting_get_number(g->j->state, "judged_version", &g->judged_version, e) ||
        !setting_get(g->j->state, "judged_day", &day, e) ||
        !setting_get(g->j->state, "judged_rules", &rules, e))
        return false;
    if (g->version < g->judged_version) {
        g->judged_version = -1; /* data.db was made anew */
        g->behind = true;
    }
    g->judged_day = date_read(day);
    g->new_day = g->judged_day == DATE_NONE || g->j->today > g->judged_day;
    g->new_rules = !text_same(rules, g->book->digest);
    if (g->judged_day != DATE_NONE && g->j->today < g->judged_day)
        return error_set(e, ERROR_INPUT,
                         "the clock shows %s, but %s was judged already; the day never runs "
                         "backwards",
                         date_text(g->j->today, (char[DATE_TEXT_SIZE]){ 0 }), day);
    return read_behind(g, e);
}

static bool write_marks(const struct judging *g, struct error *e)
{
    char day[DATE_TEXT_SIZE];

    return setting_put(g->j->data, "duties_of", g->mark, e) &&
           setting_put(g->j->state, "judged", g->mark, e) &&
           setting_put_number(g->j->state, "judged_version", g->version, e) &&
           setting_put(g->j->state, "judged_day", date_text(g->j->today, day), e) &&
           setting_put(g->j->state, "judged_rules", g->book->digest, e) &&
           (!g->j->digest ||
            setting_put(g->j->state, "digest_day", date_text(g->j->today, day), e));
}

static bool pack(const struct judging *g, struct error *e)
{
    const struct settings *s = g->j->generation->settings;
    static const char *const cadences[] = { CADENCE_TEXT_NOW, CADENCE_TEXT_BASELINE,
                                            CADENCE_TEXT_DAILY };

    for (int i = 0; i < (g->j->digest ? 3 : 2); i++) {
        int made = 0;

        if (!packing_run(g->j->state, s, cadences[i], g->j->today, g->j->now, &made, e))
            return false;
        g->report->messages += made;
    }
    return true;
}

/* Everything between the two BEGINs and the two COMMITs. */
static bool judge(struct judging *g, struct error *e)
{
    if (!choose_rules(g, e) || !visit_touched(g, e) || !visit_due(g, e) || !drop_rules(g, e) ||
        !blind_judge(g->j, g->sightlines, &g->report->moves, e) ||
        !gaps_judge(g->j, &g->report->moves, e) || !differs_judge(g->j, &g->report->moves, e) ||
        !pack(g, e))
        return false;
    for (int i = 0; i < g->book->count; i++)
        if (g->book->rules[i].failures)
            log_error("rule %s: %s", g->book->rules[i].def->id, g->book->rules[i].failure);
    return write_marks(g, e);
}

bool judging_needed(const struct judgement *j, bool *ret, struct error *e)
{
    struct judging g = { .j = j, .book = j->generation->book };

    *ret = false;
    if (!read_marks(&g, e))
        return false;
    *ret = g.version > g.judged_version || g.new_day || g.new_rules || g.behind;
    return *ret || (duty_behind(j->data, ret, e) && (*ret || blind_changed(j, ret, e)));
}

/* The last judgement was killed, or the disk was full, after its moves were committed and before
 * the next days of their duties moved on. */
static bool end_last(const struct judging *g, struct error *e)
{
    return g->behind || duty_advance(g->j->data, e);
}

bool judging_run(const struct judgement *j, struct judging_report *ret, struct error *e)
{
    AUTO(arena) arena = arena_new();
    struct judging g = { .j = j, .book = j->generation->book, .arena = arena, .report = ret };
    bool ok;

    *ret = (struct judging_report){ 0 };
    g.whole = arena_alloc(arena, (size_t)g.book->count + 1);
    g.baseline = arena_alloc(arena, (size_t)g.book->count + 1);
    if (!read_marks(&g, e) || !end_last(&g, e) || !blind_look(j, arena, &g.sightlines, e) ||
        !db_begin(j->data, e))
        return error_wrap(e, "judging");
    ok = db_begin(j->state, e) && judge(&g, e);
    /* duties first: killed between the two commits, the same judgement is made again */
    ok = ok && db_commit(j->data, e) && db_commit(j->state, e);
    if (!ok) {
        db_rollback(j->state);
        db_rollback(j->data);
        return error_wrap(e, "judging");
    }
    return duty_advance(j->data, e);
}
