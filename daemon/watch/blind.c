#include "watch/blind.h"

#include "base/number.h"
#include "base/text.h"
#include "base/zone.h"
#include "codec/json.h"
#include "fetch/source.h"
#include "ingest/payload.h"
#include "notify/words.h"
#include "watch/moves.h"

#include <string.h>

/* Says why `s` cannot be seen at `now`, or nothing. */
static const char *reason(const struct source *s, const struct source_state *st, instant now,
                          struct arena *a, instant *ret_since)
{
    instant since = st->good_at != INSTANT_NONE ? st->good_at : st->first_at;
    char span[SPAN_TEXT_SIZE];

    *ret_since = st->error_since != INSTANT_NONE ? st->error_since : since;
    if (st->held_pull)
        return arena_print(a, "a payload is held: %s", st->error ? st->error : "");
    if (st->error_class == ERROR_INPUT || st->error_class == ERROR_SETUP)
        return st->error;
    if (since == INSTANT_NONE || now - since <= s->max_age)
        return NULL;
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
        *l =
            (struct sightline){ .source = source, .loaded = st.good_pull != 0, .as_of = DATE_NONE };
        l->why = reason(source, &st, j->now, a, &l->since);
        l->failing = st.error != NULL;
        if (st.good_at != INSTANT_NONE && (l->why || j->now - st.good_at > source->max_age))
            l->as_of = zone_day(s->zone, st.good_at);
        l++;
    }
    return true;
}

static bool is_open(struct db *state, const char *rule, const char *subject, bool *ret,
                    struct error *e)
{
    int64_t open = 0;

    if (!db_number(state, &open, e,
                   "SELECT status = 'OPEN' FROM finding WHERE rule = ? AND subject = ?"
                   " AND period = ''",
                   "tt", rule, subject))
        return false;
    *ret = open != 0;
    return true;
}

static const char *subject_of(const struct source *s, struct arena *a)
{
    return arena_print(a, "source %s", s->id);
}

bool blind_changed(const struct judgement *j, bool *ret, struct error *e)
{
    AUTO(arena) a = arena_new();
    struct sightline *all;
    size_t n = j->generation->settings->sources.count;

    *ret = false;
    if (!blind_look(j, a, &all, e))
        return false;
    for (size_t i = 0; i < n && !*ret; i++) {
        bool open;

        if (!is_open(j->state, RULE_BLIND, subject_of(all[i].source, a), &open, e))
            return false;
        *ret = all[i].why ? !open : open && !all[i].failing;
    }
    return true;
}

/* --- one source --- */

struct blind_facts {
    const struct judgement *j;
    const struct sightline *line;
    int64_t count, amount;
    const char *title, *remedy, *clears;
    const char *const *steps; /* NULL-terminated */
};

static void blind_facts(const void *data, struct text *derivation, struct text *inputs)
{
    const struct blind_facts *f = data;
    AUTO(json) j = json_group();
    struct json *steps = json_list();

    json_set_text(j, "title", f->title);
    json_set_text(j, "law", NULL);
    json_set_text(j, "remedy", f->remedy);
    json_set_text(j, "clears", f->clears);
    json_set_text(j, "label", NULL);
    for (const char *const *s = f->steps; *s; s++)
        json_add_text(steps, *s);
    json_set(j, "steps", steps);
    json_write(j, false, derivation);
    text_add(inputs, "{}");
}

static struct moving moving_of(const struct judgement *j, const char *rule, const char *subject,
                               bool present)
{
    return (struct moving){
        .judgement = j,
        .about = { .rule = rule, .subject = subject, .period = "", .amount = INT64_MIN },
        .sight = { .today = j->today,
                   .answer = present ? ANSWER_PENDING : ANSWER_MET,
                   .last = DATE_NONE,
                   .safe = DATE_NONE,
                   .met_on = j->today,
                   .stage = present ? 0 : -1,
                   .quiet_on = DATE_NONE },
        .severity = SEVERITY_WARNING,
        .past_severity = SEVERITY_WARNING,
        .facts = blind_facts
    };
}

/* The duties whose rules read the dataset of this source. */
static bool count_behind(const struct judgement *j, const struct source *s, int64_t *count,
                         int64_t *amount, struct error *e)
{
    *count = *amount = 0;
    for (int i = 0; i < j->generation->book->count; i++) {
        const struct prepared_rule *r = &j->generation->book->rules[i];
        STMT q = NULL;
        bool row = false;

        if (strcmp(r->dataset->id, s->dataset) != 0)
            continue;
        if (!db_query(j->data, &q, e,
                      "SELECT count(*), coalesce(sum(amount), 0) FROM duty WHERE rule = ?", "t",
                      r->def->id) ||
            !db_row(q, &row, e))
            return false;
        *count += row ? db_int(q, 0) : 0;
        *amount += row ? db_int(q, 1) : 0;
    }
    return true;
}

static const char *const *steps_of(const struct judgement *j, const struct sightline *l,
                                   const struct blind_facts *f, struct arena *a)
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
    steps[3] = arena_print(
        a, "%lld duties, %s, are watched on what was last known; time goes on for them.",
        (long long)f->count, money_text(f->amount, money));
    return steps;
}

static bool judge_source(const struct judgement *j, const struct sightline *l, struct arena *a,
                         int64_t *moves, struct error *e)
{
    const char *subject = subject_of(l->source, a);
    struct moving m = moving_of(j, RULE_BLIND, subject, l->why != NULL);
    struct blind_facts f = { .j = j, .line = l };
    bool open;

    if (!is_open(j->state, RULE_BLIND, subject, &open, e))
        return false;
    if (!l->why && (!open || l->failing))
        return true; /* only good news ends it, not an error of another kind */
    if (!count_behind(j, l->source, &f.count, &f.amount, e))
        return false;
    f.title = arena_print(a, "Source %s cannot be seen", l->source->id);
    f.remedy = arena_print(a,
                           "Find out why, then: dutywatch status; a payload that is held goes on "
                           "with dutywatch release %s or is dropped with dutywatch discard %s.",
                           l->source->id, l->source->id);
    f.clears = "The next good pull.";
    f.steps = steps_of(j, l, &f, a);
    m.operators = true;
    m.facts_data = &f;
    return moves_make(&m, NULL, moves, e);
}

/* Findings about sources that are configured no more. */
static bool drop_sources(const struct judgement *j, int64_t *moves, struct error *e)
{
    static const char *const steps[] = { "The source is no longer configured.", NULL };
    AUTO(arena) a = arena_new();
    STMT s = NULL;
    bool row;

    if (!db_query(j->state, &s, e,
                  "SELECT subject FROM finding WHERE rule = 'blind' AND status = 'OPEN'", ""))
        return false;
    for (;;) {
        struct blind_facts f = { .j = j, .title = "A source is gone", .steps = steps };
        const char *subject;
        struct moving m;

        arena_reset(a);
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        subject = arena_text(a, db_text(s, 0));
        m = moving_of(j, RULE_BLIND, subject, false);
        m.sight.answer = ANSWER_OUTSIDE;
        m.operators = true;
        m.facts_data = &f;
        if (text_starts(subject, "source ") &&
            !settings_source(j->generation->settings, subject + strlen("source ")) &&
            !moves_make(&m, NULL, moves, e))
            return false;
    }
}

/* --- gaps in the data --- */

static bool judge_gap(const struct judgement *j, struct stmt *s, struct arena *a, int64_t *moves,
                      struct error *e)
{
    const char *rule = arena_text(a, db_text(s, 0)), *ask = arena_text(a, db_text(s, 1));
    const char *office = arena_text(a, db_text(s, 3));
    char money[MONEY_TEXT_SIZE];
    struct blind_facts f = { .j = j };
    const char *subject =
        arena_print(a, "%s: %s%s%s", rule, ask, office ? ", " : "", office ? office : "");
    struct moving m = moving_of(j, RULE_INCOMPLETE, subject, true);

    m.about.unit = arena_text(a, db_text(s, 2));
    m.about.office = office;
    m.about.owner = arena_text(a, db_text(s, 7));
    m.about.amount = db_int_or_none(s, 5);
    m.severity = SEVERITY_NOTICE;
    m.digest = true;
    f.title = "The data does not tell";
    f.remedy = arena_print(a, "Enter %s.", ask);
    f.clears = "The next pull that has it.";
    f.steps = (const char *const[]){
        arena_print(a, "%lld cases, %s, for which this is not known: %s.", (long long)db_int(s, 4),
                    money_text(db_is_null(s, 5) ? 0 : db_int(s, 5), money), ask),
        arena_print(a, "Among them: %s.", db_text(s, 6)),
        "Nothing is closed for it and no date is taken back; the dates known before go on.", NULL
    };
    m.facts_data = &f;
    return moves_make(&m, NULL, moves, e);
}

#define GAP_QUERY                                                                                  \
    "SELECT rule, ask, min(unit), office, count(*), sum(amount),"                                  \
    " (SELECT group_concat(subject, ', ') FROM (SELECT subject FROM duty AS some"                  \
    "   WHERE some.answer = 'unknown' AND some.rule = duty.rule AND some.ask = duty.ask"           \
    "   AND some.office IS duty.office ORDER BY subject LIMIT 20)),"                               \
    " CASE WHEN count(DISTINCT owner) = 1 THEN min(owner) END"                                     \
    " FROM duty WHERE answer = 'unknown' GROUP BY rule, ask, office"

static bool open_gaps(const struct judgement *j, int64_t *moves, struct error *e)
{
    AUTO(arena) a = arena_new();
    STMT s = NULL;
    bool row;

    if (!db_query(j->data, &s, e, GAP_QUERY, ""))
        return false;
    for (;;) {
        arena_reset(a);
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        if (!judge_gap(j, s, a, moves, e))
            return false;
    }
}

/* True if a duty still lacks what the finding `subject` asks for. */
static bool gap_there(const struct judgement *j, const char *subject, bool *ret, struct error *e)
{
    int64_t there = 0;

    if (!db_number(j->data, &there, e,
                   "SELECT EXISTS (SELECT 1 FROM duty WHERE answer = 'unknown'"
                   " AND rule || ': ' || ask || coalesce(', ' || office, '') = ?)",
                   "t", subject))
        return false;
    *ret = there != 0;
    return true;
}

static bool close_gaps(const struct judgement *j, int64_t *moves, struct error *e)
{
    static const char *const steps[] = { "It is known now.", NULL };
    AUTO(arena) a = arena_new();
    STMT s = NULL;
    bool row, there;

    if (!db_query(j->state, &s, e,
                  "SELECT subject, unit, office, owner FROM finding WHERE rule = 'incomplete'"
                  " AND status = 'OPEN'",
                  ""))
        return false;
    for (;;) {
        struct blind_facts f = { .j = j,
                                 .title = "The data does not tell",
                                 .remedy = "Nothing more is to be done.",
                                 .steps = steps };
        struct moving m;

        arena_reset(a);
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        m = moving_of(j, RULE_INCOMPLETE, arena_text(a, db_text(s, 0)), false);
        m.about.unit = arena_text(a, db_text(s, 1));
        m.about.office = arena_text(a, db_text(s, 2));
        m.about.owner = arena_text(a, db_text(s, 3));
        m.facts_data = &f;
        if (!gap_there(j, m.about.subject, &there, e) ||
            (!there && !moves_make(&m, NULL, moves, e)))
            return false;
    }
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
    return drop_sources(j, moves, e) && open_gaps(j, moves, e) && close_gaps(j, moves, e);
}
