#include "watch/round.h"

#include "base/text.h"
#include "base/yield.h"
#include "codec/digest.h"
#include "judge/documents.h"
#include "judge/duty.h"
#include "judge/facts.h"
#include "judge/opinion.h"
#include "judge/sight.h"
#include "judge/standard.h"
#include "watch/edits.h"
#include "watch/moves.h"

#include <stdio.h>
#include <string.h>

/* One subject, or one standard, under way. */
struct weighing {
    struct round *round;
    struct arena *arena;
    struct seen *seen; /* the duties that were observed */
    const char *ask;   /* nothing can be said of any of them: why; NULL: that is not so */
};

struct seen {
    const char *subject, *period;
    struct seen *next;
};

/* --- one duty --- */

struct facts_of {
    const struct round *round;
    const struct observation *o;
    date as_of;
    const struct duty *kept; /* NULL: the dates are new */
};

static void make_facts(const void *data, struct text *derivation, struct text *inputs)
{
    const struct facts_of *f = data;
    const struct observation *o = f->o;
    AUTO(json) edits = json_list();

    if (f->round->judged_version > 0 && rule_is_single(o->rule) && o->answer != ANSWER_MET &&
        !o->quiet_because)
        edits_add(f->round->j->data, o->rule, o->subject, f->round->judged_version, edits);
    facts_derivation(o, f->as_of, f->kept, edits, derivation);
    facts_inputs(f->o, inputs);
}

/* The day of the data behind a dataset when one of its sources is old or cannot be seen. */
static date as_of(const struct round *g, const struct dataset *d)
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
    if (sight_is_past(s) && r->past_remind.count)
        return r->past_remind;
    return s->stage >= 0 ? r->rungs[s->stage].remind : (struct term){ 0 };
}

/* A digest of what is known: another one ends an acknowledgement. */
static int64_t evidence_hash(const struct observation *o)
{
    AUTO_TEXT t = { 0 };
    uint64_t hash;
    int64_t ret;

    text_addf(&t, "%d %d", o->met_on, o->bound);
    if (o->front)
        text_addf(&t, " %lld", (long long)o->front->digest);
    for (int i = 0; i < o->rule->way_count && !o->front; i++)
        text_addf(&t, " %d", o->starts[i]);
    for (int i = 0; i < o->evidence_count; i++)
        text_addf(&t, "\n%s\n%s", o->evidence[i].name,
                  o->evidence[i].value ? o->evidence[i].value : "");
    hash = hash_of(text_of(&t), t.size, 0);
    memcpy(&ret, &hash, sizeof ret);
    return ret;
}

static struct sight see(const struct round *g, const struct observation *o, date last, date safe,
                        instant due_at)
{
    int n = (int)(o->rule - g->book->rules);
    struct sight s = sight_of(o, last, safe, due_at, g->j->today, g->j->moment);

    s.silenced =
        silence_find(&g->silences, o->rule->def->id, o->subject, o->unit, o->office) != NULL;
    s.evidence = evidence_hash(o);
    s.baseline = g->baseline[n];
    s.rule_changed = g->retold[n];
    s.remind = remind_of(o->rule, &s);
    return s;
}

static void note_difference(struct round *g, const struct observation *o, const char *what)
{
    if (g->differences && !o->rule->failures)
        text_addf(g->differences, "%s %s %s: %s\n", o->rule->def->id, o->subject, o->period, what);
}

static void note_change(struct round *g, const struct observation *o)
{
    struct duty_change *c;

    note_difference(g, o, answer_name(o->answer));
    if (!o->rule->referred)
        return;
    c = arena_alloc(g->arena, sizeof *c);
    *c = (struct duty_change){ .rule = o->rule,
                               .subject = arena_text(g->arena, o->subject),
                               .next = g->changes };
    g->changes = c;
}

/* The data cannot tell the date now: the one derived before stands. */
static bool is_kept(const struct observation *o, const struct duty *before)
{
    return before && o->answer == ANSWER_UNKNOWN && before->due != DATE_NONE;
}

static bool keep_duty(struct round *g, const struct observation *o, const struct sight *s,
                      const struct finding *f, const struct derivation *d,
                      const struct duty *before, struct error *e)
{
    date ahead = documents_ahead(o);
    bool kept = is_kept(o, before);
    struct duty duty = { .rule = o->rule->def->id,
                         .subject = o->subject,
                         .period = o->period,
                         .label = o->label,
                         .unit = o->unit,
                         .office = o->office,
                         .owner = o->owner,
                         .answer = answer_name(o->answer),
                         .start = observe_start(o),
                         .earliest = d->earliest,
                         .due = s->last,
                         .due_at = kept ? before->due_at : deadline_moment(d, o->rule->zone),
                         .safe = s->safe,
                         .bound = d->bound,
                         .met_on = o->answer == ANSWER_MET ? o->met_on : DATE_NONE,
                         .next_day = finding_next_day(f, s, o->rule->rungs, o->rule->rung_count),
                         .amount = o->amount,
                         .ask = o->ask,
                         .quiet = s->quiet ? o->quiet_because : NULL,
                         .planned_on = o->ahead,
                         .planned = o->planned,
                         .pull = o->pull,
                         .line = o->line,
                         .inputs_hash = s->evidence };
    bool changed;

    if (o->ahead != DATE_NONE && (ahead == DATE_NONE || o->ahead < ahead))
        ahead = o->ahead;
    if (ahead != DATE_NONE && (duty.next_day == DATE_NONE || ahead < duty.next_day))
        duty.next_day = ahead;
    if (!duty_put(g->j->data, &duty, before, &changed, e))
        return false;
    if (changed)
        note_change(g, o);
    return true;
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

/* Why nothing is told of it: "silenced by ann until 2026-03-01: audit"; NULL: it is told. */
static const char *silence_words(const struct round *g, const struct observation *o)
{
    const struct silence *s =
        silence_find(&g->silences, o->rule->def->id, o->subject, o->unit, o->office);
    char day[DATE_TEXT_SIZE];

    return s ? arena_print(g->arena, "silenced by %s until %s: %s", s->person,
                           date_text(s->until, day), s->reason)
             : NULL;
}

/* The dates, computed twice; a difference is told to the operators (watch/blind). */
static struct derivation derive(const struct observation *o)
{
    char said[OPINION_TEXT_SIZE];
    bool same;
    struct derivation d = opinion_derive(o, &same, said);

    if (!same && !o->rule->differing++)
        text_print(o->rule->difference, sizeof o->rule->difference, "%s: %s", o->subject, said);
    return d;
}

static bool judge_observation(struct round *g, const struct observation *o,
                              const struct duty *before, struct error *e)
{
    struct derivation d = derive(o);
    bool kept = is_kept(o, before);
    bool bound = kept ? before->bound : d.bound;
    struct sight sight = kept ? see(g, o, before->due, before->safe, before->due_at)
                              : see(g, o, d.last, d.safe, deadline_moment(&d, o->rule->zone));
    struct facts_of facts = {
        .round = g, .o = o, .as_of = as_of(g, o->rule->dataset), .kept = kept ? before : NULL
    };
    struct moving m = { .judgement = g->j,
                        .about = { .rule = o->rule->def->id,
                                   .subject = o->subject,
                                   .period = o->period,
                                   .unit = o->unit,
                                   .office = o->office,
                                   .owner = o->owner,
                                   .amount = o->amount,
                                   .quiet_because = o->quiet_because,
                                   .silence = silence_words(g, o),
                                   .pull = o->pull },
                        .sight = sight,
                        .rungs = o->rule->rungs,
                        .rung_count = o->rule->rung_count,
                        .past_severity = (enum severity)o->rule->ladder->past_severity,
                        .data_version = g->version,
                        .facts = make_facts,
                        .facts_data = &facts };
    int64_t moves = g->report->moves;
    struct finding after;

    if (!moves_make(&m, &after, &g->report->moves, e))
        return false;
    if (g->report->moves > moves)
        note_difference(g, o, "moves");
    d.bound = bound;
    if (kept)
        d.earliest = before->earliest;
    if (o->answer == ANSWER_PENDING || o->answer == ANSWER_UNKNOWN ||
        (o->answer == ANSWER_MET && o->rule->referred))
        return keep_duty(g, o, &sight, &after, &d, before, e);
    if (!before)
        return true;
    note_change(g, o);
    return duty_drop(g->j->data, o->rule->def->id, o->subject, o->period, e);
}

/* A contradiction counts from the day on which it was first seen. */
static bool first_seen(struct round *g, struct observation *o, struct error *e)
{
    date opened = DATE_NONE;

    if (o->rule->kind != RULE_INTEGRITY || o->answer != ANSWER_PENDING)
        return true;
    if (!history_opened(g->j->state, o->rule->def->id, o->subject, o->period, &opened, e))
        return false;
    if (opened != DATE_NONE)
        o->start = opened;
    return true;
}

/* After a crash a finding may be there although its duty is gone already: whose it was. */
static bool get_before(const struct round *g, const struct observation *o, struct arena *a,
                       struct duty *ret, struct error *e)
{
    struct finding_about about = { .amount = INT64_MIN };

    if (o->answer == ANSWER_OUTSIDE &&
        !history_whose(g->j->state, o->rule->def->id, o->subject, o->period, a, &about, e))
        return false;
    *ret = (struct duty){
        .unit = about.unit, .office = about.office, .owner = about.owner, .amount = about.amount
    };
    return true;
}

static bool weigh(struct round *g, const struct observation *seen, struct error *e)
{
    AUTO(arena) a = arena_new();
    struct observation o = *seen;
    struct duty before;
    bool found;

    g->report->observed++;
    if (!duty_get(g->j->data, o.rule->def->id, o.subject, o.period, a, &before, &found, e))
        return false;
    if (!found && !get_before(g, &o, a, &before, e))
        return false;
    fill_from(&o, &before);
    return first_seen(g, &o, e) && judge_observation(g, &o, found ? &before : NULL, e);
}

bool weigh_outside(struct round *g, struct prepared_rule *r, const char *subject,
                   const char *period, struct error *e)
{
    struct observation o = observe_nothing(r, subject, period);

    return weigh(g, &o, e);
}

/* --- all duties of a subject --- */

static bool each_observation(void *data, const struct observation *o, struct error *e)
{
    struct weighing *w = data;
    struct seen *s = arena_alloc(w->arena, sizeof *s);

    *s = (struct seen){ .subject = arena_text(w->arena, o->subject),
                        .period = arena_text(w->arena, o->period),
                        .next = w->seen };
    w->seen = s;
    if (!*o->period && o->answer == ANSWER_UNKNOWN)
        w->ask = arena_text(w->arena, o->ask);
    return weigh(w->round, o, e);
}

static bool was_seen(const struct weighing *w, const char *subject, const char *period)
{
    for (const struct seen *s = w->seen; s; s = s->next)
        if (strcmp(s->period, period) == 0 && strcmp(s->subject, subject) == 0)
            return true;
    return false;
}

/* Whether the record of a subject left its source, which takes that for an end. */
static bool has_left(struct round *g, const struct prepared_rule *r, const char *subject, bool *ret,
                     struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;
    bool row = false;

    *ret = false;
    if (!rule_is_single(r))
        return true;
    text_addf(&sql, "SELECT EXISTS (SELECT 1 FROM %s WHERE %s = ? AND _gone < 0)", r->dataset->id,
              r->dataset->key);
    if (!db_query_text(g->j->data, &s, e, text_of(&sql), "t", subject) || !db_row(s, &row, e))
        return false;
    *ret = row && db_int(s, 0);
    return true;
}

/* What was watched and is not seen any more: unknown when nothing can be said, else let go. */
static bool sweep(struct weighing *w, struct prepared_rule *r, struct db *db, const char *sql,
                  const char *subject, struct error *e)
{
    struct seen *left = NULL;
    STMT s = NULL;
    bool row;

    if (!db_query(db, &s, e, sql, subject ? "tt" : "t", r->def->id, subject))
        return false;
    for (;;) { /* the list first: the table is written below */
        struct seen *n;

        if (!db_row(s, &row, e))
            return false;
        if (!row)
            break;
        if (was_seen(w, db_text(s, 0), db_text(s, 1)))
            continue;
        n = arena_alloc(w->arena, sizeof *n);
        *n = (struct seen){ arena_text(w->arena, db_text(s, 0)),
                            arena_text(w->arena, db_text(s, 1)), left };
        left = n;
    }
    for (; left; left = left->next) {
        struct observation o = observe_nothing(r, left->subject, left->period);

        if (w->ask)
            observe_unknown(&o, w->ask);
        if (!has_left(w->round, r, left->subject, &o.gone, e) || !weigh(w->round, &o, e))
            return false;
    }
    return true;
}

/* Of one subject, or (NULL) of all: two texts, because SQLite uses the key of the table only for a
 * subject that is asked for by itself. */
#define WATCHED "SELECT subject, period FROM duty WHERE rule = ?1"
#define FINDINGS "SELECT subject, period FROM finding WHERE rule = ?1 AND "
#define IS_LATE "breached_on IS NOT NULL"
#define OF_SUBJECT " AND subject = ?2"

/* What was late by a duty that is not seen any more was not late. That nothing can be said of it,
 * or that the rule is off, is no reason to say so. After a crash a finding may be open although its
 * duty is gone already. */
static bool sweep_all(struct weighing *w, struct prepared_rule *r, const char *subject,
                      struct error *e)
{
    const struct judgement *j = w->round->j;
    const char *open = FINDINGS "status = 'OPEN'", *open_of = FINDINGS "status = 'OPEN'" OF_SUBJECT;

    return sweep(w, r, j->data, subject ? WATCHED OF_SUBJECT : WATCHED, subject, e) &&
           (w->ask || r->off ||
            sweep(w, r, j->state, subject ? FINDINGS IS_LATE OF_SUBJECT : FINDINGS IS_LATE, subject,
                  e)) &&
           (!w->round->behind || sweep(w, r, j->state, subject ? open_of : open, subject, e));
}

bool weigh_subject(struct round *g, struct prepared_rule *r, const char *subject, bool outside,
                   struct error *e)
{
    AUTO(arena) a = arena_new();
    struct weighing w = { .round = g, .arena = a };

    yield_now();
    if (!outside && !r->off && !observe_subject(r, subject, &g->known, a, each_observation, &w, e))
        return false;
    if (was_seen(&w, subject, "") && (r->kind == RULE_DEADLINE || r->kind == RULE_INTEGRITY))
        return true; /* it has no other duty */
    return sweep_all(&w, r, subject, e);
}

bool weigh_standard(struct round *g, struct prepared_rule *r, struct error *e)
{
    AUTO(arena) a = arena_new();
    struct weighing w = { .round = g, .arena = a };
    struct error why;

    if (standard_observe(r, &g->known, a, each_observation, &w, &why))
        return sweep_all(&w, r, NULL, e);
    if (why.class != ERROR_SETUP) {
        *e = why;
        return false;
    }
    if (!r->failures++) /* nobody is closed for it */
        text_print(r->failure, sizeof r->failure, "%s", why.text);
    return true;
}
