#include "watch/blind.h"

#include "base/number.h"
#include "base/text.h"
#include "base/zone.h"
#include "fetch/source.h"
#include "notify/words.h"
#include "watch/calendars.h"
#include "watch/content.h"
#include "watch/ledgers.h"
#include "watch/own.h"
#include "watch/reach.h"

#include <string.h>

/* Says why `s` cannot be seen at `now`, or nothing. */
static const char *reason(const struct settings *all, const struct source *s,
                          const struct source_state *st, instant now, struct arena *a,
                          instant *ret_since)
{
    instant since = st->good_at != INSTANT_NONE ? st->good_at : st->first_at;
    char span[SPAN_TEXT_SIZE];

    *ret_since = st->error_since != INSTANT_NONE ? st->error_since : since;
    if (st->held_pull)
        return arena_print(a, "a payload is held: %s", st->held_why ? st->held_why : "");
    if (st->error_class == ERROR_INPUT || st->error_class == ERROR_SETUP)
        return st->error;
    if (since == INSTANT_NONE || now - since <= s->max_age) {
        const char *late = content_late(all, s, st, now, a);

        *ret_since = late ? content_late_at(s, st) : *ret_since;
        return late;
    }
    *ret_since = since;
    if (st->error)
        return arena_print(a, "no good pull for more than %s: %s", span_text(s->max_age, span),
                           st->error);
    return arena_print(a, "no good pull for more than %s", span_text(s->max_age, span));
}

bool blind_look(const struct judgement *j, struct arena *a, struct sightline **ret, struct error *e)
{
    const struct settings *s = j->generation->settings;
    struct sightline *l = arena_alloc(a, (s->sources.count + 1) * sizeof *l);

    *ret = l;
    for (LIST_EACH(const struct source, source, &s->sources)) {
        struct source_state st;

        if (!source_get(j->data, source->id, a, &st, e))
            return false;
        *l = (struct sightline){ .source = source,
                                 .loaded = st.good_pull && !source->of,
                                 .as_of = DATE_NONE };
        l->why = reason(s, source, &st, j->now, a, &l->since);
        l->failing = st.error != NULL;
        if (st.good_at != INSTANT_NONE && (l->why || j->now - st.good_at > source->max_age))
            l->as_of = zone_day(s->zone, st.good_at);
        if (st.content_at > 0 && content_late(s, source, &st, j->now, a))
            l->as_of = content_day(s, source, &st);
        l++;
    }
    return true;
}

static const char *subject_of(const struct source *s, struct arena *a)
{
    return arena_print(a, "source %s", s->id);
}

/* What the operators must hear of a configuration that was refused. */
#define SUBJECT_CONFIGURATION "configuration"

bool blind_changed(const struct judgement *j, bool *ret, struct error *e)
{
    AUTO(arena) a = arena_new();
    struct sightline *all;
    size_t n = j->generation->settings->sources.count;
    bool open;

    *ret = false;
    if (!blind_look(j, a, &all, e) ||
        !own_is_open(j->state, RULE_BLIND, SUBJECT_CONFIGURATION, &open, e))
        return false;
    *ret = open != (j->refused != NULL);
    for (size_t i = 0; i < n && !*ret; i++) {
        if (!own_is_open(j->state, RULE_BLIND, subject_of(all[i].source, a), &open, e))
            return false;
        *ret = all[i].why ? !open : open && !all[i].failing;
    }
    return true;
}

/* --- one source --- */

/* The duties whose rules read the dataset of this source. */
static bool count_behind(const struct judgement *j, const struct source *s, int64_t *count,
                         int64_t *amount, struct error *e)
{
    *count = *amount = 0;
    for (int i = 0; i < j->generation->book->count; i++) {
        const struct prepared_rule *r = &j->generation->book->rules[i];
        STMT q = NULL;
        bool row = false;

        if (!source_fills(s, r->dataset->id))
            continue;
        if (!db_query(j->data, &q, e,
                      "SELECT count(*), coalesce(sum(amount), 0) FROM duty WHERE rule = ?"
                      " AND answer <> 'met'",
                      "t", r->def->id) ||
            !db_row(q, &row, e))
            return false;
        *count += row ? db_int(q, 0) : 0;
        *amount += row ? db_int(q, 1) : 0;
    }
    return true;
}

static const char *const *steps_of(const struct judgement *j, const struct sightline *l,
                                   int64_t count, int64_t amount, struct arena *a)
{
    const char **steps = arena_alloc(a, 5 * sizeof *steps);
    char since[INSTANT_TEXT_SIZE], day[DATE_LONG_SIZE], money[MONEY_TEXT_SIZE];

    steps[0] = l->why ? l->why : "It can be seen again.";
    if (!l->why)
        return steps;
    steps[1] =
        arena_print(a, "Since %s.", zone_text(j->generation->settings->zone, l->since, since));
    steps[2] = l->as_of != DATE_NONE
                   ? arena_print(a, "The data is of %s.", date_long(l->as_of, day))
                   : "There is no data of it yet.";
    steps[3] = arena_print(a, "%lld %s%s%s %s watched on what was last known; time goes on for %s.",
                           (long long)count, text_plural(count, "duty", "duties"),
                           amount ? ", " : "", amount ? money_text(amount, money) : "",
                           text_plural(count, "is", "are"), text_plural(count, "it", "them"));
    return steps;
}

static bool judge_source(const struct judgement *j, const struct sightline *l, struct arena *a,
                         int64_t *moves, struct error *e)
{
    const char *id = l->source->id;
    struct own o = { .rule = RULE_BLIND,
                     .subject = subject_of(l->source, a),
                     .amount = INT64_MIN,
                     .title = arena_print(a, "Source %s cannot be seen", id),
                     .clears = l->source->content_age
                                   ? "The next good pull, with content that is new enough."
                                   : "The next good pull.",
                     .severity = SEVERITY_WARNING,
                     .operators = true };
    int64_t count, amount;
    bool open;

    if (!own_is_open(j->state, RULE_BLIND, o.subject, &open, e))
        return false;
    if (!l->why && (!open || l->failing))
        return true; /* only good news ends it, not an error of another kind */
    if (!count_behind(j, l->source, &count, &amount, e))
        return false;
    o.remedy = arena_print(a,
                           "Find out why, then: dutywatch status; a payload that is held goes on "
                           "with dutywatch release %s or is dropped with dutywatch discard %s.",
                           id, id);
    o.steps = steps_of(j, l, count, amount, a);
    return own_judge(j, &o, l->why ? OWN_THERE : OWN_ENDED, moves, e);
}

/* Findings about sources and rules that are configured no more. */
static bool drop_unknown(const struct judgement *j, int64_t *moves, struct error *e)
{
    static const char *const steps[] = { "It is no longer configured.", NULL };
    AUTO(arena) a = arena_new();
    STMT s = NULL;
    bool row;

    if (!db_query(j->state, &s, e,
                  "SELECT subject FROM finding WHERE rule = 'blind' AND status = 'OPEN'", ""))
        return false;
    for (;;) {
        struct own o = { .rule = RULE_BLIND,
                         .amount = INT64_MIN,
                         .title = "No longer configured",
                         .steps = steps,
                         .operators = true };
        bool known = true;

        arena_reset(a);
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        o.subject = arena_text(a, db_text(s, 0));
        if (text_starts(o.subject, "source "))
            known = settings_source(j->generation->settings, o.subject + strlen("source "));
        else if (text_starts(o.subject, "rule "))
            known = settings_rule(j->generation->settings, o.subject + strlen("rule "));
        else if (text_starts(o.subject, "computation "))
            known = settings_rule(j->generation->settings, o.subject + strlen("computation "));
        else if (text_starts(o.subject, "calendar "))
            known = settings_calendar(j->generation->settings, o.subject + strlen("calendar "));
        else if (text_starts(o.subject, "ledger "))
            known = settings_dataset(j->generation->settings, o.subject + strlen("ledger "));
        if (!known && !own_judge(j, &o, OWN_DROPPED, moves, e))
            return false;
    }
}

/* --- what is ours --- */

/* A rule that failed on a case of this judgement; one that was run and did not is well again. */
static bool judge_rule(const struct judgement *j, const struct prepared_rule *r, int64_t *moves,
                       struct error *e)
{
    AUTO(arena) a = arena_new();
    struct own o = { .rule = RULE_BLIND,
                     .subject = arena_print(a, "rule %s", r->def->id),
                     .amount = INT64_MIN,
                     .title = arena_print(a, "Rule %s does not work", r->def->id),
                     .remedy = arena_print(a, "Mend it: %s:%d, then: dutywatch reload.",
                                           r->def->at.file, r->def->at.line),
                     .clears = "The next judgement in which it works.",
                     .severity = SEVERITY_WARNING,
                     .operators = true };
    bool open;

    if (!r->runs && !r->failures)
        return true; /* not asked: nothing new is known */
    if (!own_is_open(j->state, RULE_BLIND, o.subject, &open, e))
        return false;
    if (!open && !r->failures)
        return true;
    o.steps = (const char *const[]){
        r->failures ? arena_print(a, "It %s.", r->failure) : "It works again.",
        r->failures ? "What it watches is unknown: nothing is closed, dates known before go on."
                    : NULL,
        NULL
    };
    return own_judge(j, &o, r->failures ? OWN_THERE : OWN_ENDED, moves, e);
}

/* Two computations of one date differ: the mistake is ours. */
static bool judge_computation(const struct judgement *j, const struct prepared_rule *r,
                              int64_t *moves, struct error *e)
{
    AUTO(arena) a = arena_new();
    struct own o = { .rule = RULE_BLIND,
                     .subject = arena_print(a, "computation %s", r->def->id),
                     .amount = INT64_MIN,
                     .title = arena_print(
                         a, "Dates of rule %s are computed in two ways that differ", r->def->id),
                     .remedy = "Report it with what is said here: it is a mistake of dutywatch. "
                               "Check these dates by hand.",
                     .clears = "The next judgement in which both agree.",
                     .severity = SEVERITY_CRITICAL,
                     .operators = true };
    bool open;

    if (!r->runs)
        return true;
    if (!own_is_open(j->state, RULE_BLIND, o.subject, &open, e))
        return false;
    if (!open && !r->differing)
        return true;
    o.steps = (const char *const[]){
        r->differing ? arena_print(a, "%d of its dates differ; the first is that of %s.",
                                   r->differing, r->difference)
                     : "Both agree again.",
        r->differing ? "The earlier day is used." : NULL, NULL
    };
    return own_judge(j, &o, r->differing ? OWN_THERE : OWN_ENDED, moves, e);
}

static bool judge_configuration(const struct judgement *j, int64_t *moves, struct error *e)
{
    struct own o = { .rule = RULE_BLIND,
                     .subject = SUBJECT_CONFIGURATION,
                     .amount = INT64_MIN,
                     .title = "The configuration was refused, the old one stays",
                     .remedy = "dutywatch check shows all that is wrong; mend it, then: "
                               "dutywatch reload.",
                     .clears = "The next good reload.",
                     .severity = SEVERITY_WARNING,
                     .operators = true };
    bool open;

    if (!own_is_open(j->state, RULE_BLIND, o.subject, &open, e))
        return false;
    if (!open && !j->refused)
        return true;
    o.steps = (const char *const[]){ j->refused ? j->refused : "It was read again.", NULL };
    return own_judge(j, &o, j->refused ? OWN_THERE : OWN_ENDED, moves, e);
}

bool blind_judge(const struct judgement *j, const struct sightline *all, int64_t *moves,
                 struct error *e)
{
    size_t n = j->generation->settings->sources.count;

    for (size_t i = 0; i < n; i++) {
        AUTO(arena) a = arena_new();

        if (!judge_source(j, &all[i], a, moves, e))
            return error_wrap(e, "source %s", all[i].source->id);
    }
    for (int i = 0; i < j->generation->book->count; i++)
        if (!judge_rule(j, &j->generation->book->rules[i], moves, e) ||
            !judge_computation(j, &j->generation->book->rules[i], moves, e))
            return error_wrap(e, "rule %s", j->generation->book->rules[i].def->id);
    return calendars_judge(j, moves, e) && ledgers_judge(j, all, moves, e) &&
           reach_judge(j, moves, e) && judge_configuration(j, moves, e) &&
           drop_unknown(j, moves, e);
}
