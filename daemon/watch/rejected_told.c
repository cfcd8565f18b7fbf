#include "watch/rejected_told.h"

#include "base/arena.h"
#include "base/limit.h"
#include "base/text.h"
#include "base/zone.h"
#include "codec/json.h"
#include "fetch/source.h"
#include "notify/words.h"
#include "watch/own.h"
#include "watch/rejected.h"
#include "watch/sentinels.h"

#include <stdio.h>
#include <string.h>

#define REJECTED_TITLE "Not all of the data could be read"

LIMIT(REJECTED_EXAMPLES, 5); /* told: that they are among others; rejects has all */
LIMIT(REJECTED_CASES_MAX,
      100); /* told: the operators, of how many more records of a source no owner is */

/* What is told of one source. */
struct source_telling {
    const struct judgement *judgement;
    const struct source *source;
    struct arena *arena;
    struct json *there; /* subjects of the findings that stand */
    struct rejected_counts counts;
    int64_t keyless_line;
    struct text examples;
    int examples_said;
    int told;       /* cases told one by one */
    int64_t untold; /* records beyond that */
    int64_t *moves;
};

static const char *subject_of_source(const char *id, struct arena *a)
{
    return arena_print(a, "source %s", id);
}

/* "line 21: fine: '1.000,00' is not an amount of money (1,234.56)" */
static void add_line(struct text *t, const struct rejected *r)
{
    text_addf(t, "line %lld: %s%s%s", (long long)r->line, r->field ? r->field : "",
              r->field ? ": " : "", r->reason);
}

/* --- to whom a case belongs --- */

struct whose {
    const char *unit, *office, *owner;
    bool asked_for; /* a duty says already that it cannot be read */
};

/* By the duties of the rules over its dataset: another dataset may have the same key. */
static bool find_duty(const struct judgement *j, const struct rejected *r, struct arena *a,
                      struct whose *ret, struct error *e)
{
    const struct rulebook *b = j->generation->book;

    *ret = (struct whose){ 0 };
    for (int i = 0; i < b->count; i++) {
        STMT s = NULL;
        bool row = false;

        if (!b->rules[i].dataset || !text_same(b->rules[i].dataset->id, r->dataset))
            continue;
        if (!db_query(j->data, &s, e,
                      "SELECT max(unit), max(office), max(owner), max(ask LIKE '%, which cannot be"
                      " read') FROM duty WHERE rule = ? AND subject = ?",
                      "tt", b->rules[i].def->id, r->key) ||
            !db_row(s, &row, e))
            return false;
        ret->unit = ret->unit ? ret->unit : arena_text(a, db_text(s, 0));
        ret->office = ret->office ? ret->office : arena_text(a, db_text(s, 1));
        ret->owner = ret->owner ? ret->owner : arena_text(a, db_text(s, 2));
        ret->asked_for |= db_int(s, 3) != 0;
    }
    return true;
}

/* What the record itself says, where a subject names a plain column for it. */
static void add_cells(const struct judgement *j, const struct rejected *r, struct arena *a,
                      struct whose *ret)
{
    AUTO(json) cells = r->cells ? json_read(r->cells, strlen(r->cells), NULL) : NULL;

    for (LIST_EACH(const struct subject, s, &j->generation->settings->subjects)) {
        if (!cells || !text_same(s->from, r->dataset))
            continue;
        if (!ret->owner && s->owner.text)
            ret->owner = arena_text(a, json_get_text(cells, s->owner.text));
        if (!ret->unit && s->unit.text)
            ret->unit = arena_text(a, json_get_text(cells, s->unit.text));
        if (!ret->office && s->office.text)
            ret->office = arena_text(a, json_get_text(cells, s->office.text));
    }
}

/* Tells the owner, or keeps what he was told before: it ends when it can be read. */
static bool tell_whose(struct source_telling *t, const struct rejected *r, const struct whose *w,
                       const char *subject, struct error *e)
{
    AUTO(arena) a = arena_new();
    AUTO_TEXT line = { 0 };
    struct own o = { .rule = RULE_REJECTED,
                     .subject = subject,
                     .unit = w->unit,
                     .office = w->office,
                     .owner = w->owner,
                     .amount = INT64_MIN,
                     .title = REJECTED_TITLE,
                     .remedy = arena_print(a, "Correct it at its source (%s).", t->source->id),
                     .clears = "The next pull in which it can be read.",
                     .severity = SEVERITY_NOTICE,
                     .digest = true };

    add_line(&line, r);
    o.steps = (const char *const[]){
        arena_print(a, "In the data of %s, %s.", t->source->id, text_of(&line)),
        r->cell ? "What was known before stands until it can be read."
                : "The record was not taken: what was known of it before stands.",
        NULL
    };
    t->told++;
    json_set_truth(t->there, subject, true);
    return own_judge(t->judgement, &o, OWN_THERE, t->moves, e);
}

static bool tell_owner(struct source_telling *t, const struct rejected *r, struct error *e)
{
    AUTO(arena) a = arena_new();
    const char *subject = arena_print(a, "%s %s", r->dataset, r->key);
    struct whose w = { 0 };
    bool open = false;

    if (json_get(t->there, subject)) /* another cell of the same record */
        return true;
    if (t->told < REJECTED_CASES_MAX) {
        if (!find_duty(t->judgement, r, a, &w, e))
            return false;
        add_cells(t->judgement, r, a, &w);
        if (w.owner && !w.asked_for)
            return tell_whose(t, r, &w, subject, e);
    }
    if (!own_is_open(t->judgement->state, RULE_REJECTED, subject, &open, e))
        return false;
    t->untold += !open && t->told >= REJECTED_CASES_MAX;
    if (open || t->told >= REJECTED_CASES_MAX)
        json_set_truth(t->there, subject, true);
    return true;
}

static bool each_rejected(void *data, const struct rejected *r, struct error *e)
{
    struct source_telling *t = data;

    rejected_count(&t->counts, r);
    if (r->is_accepted)
        return true;
    if (!r->key && !t->keyless_line)
        t->keyless_line = r->line;
    if (t->examples_said < REJECTED_EXAMPLES) {
        text_add(&t->examples, t->examples_said++ ? "; " : "");
        add_line(&t->examples, r);
    }
    return !r->key || tell_owner(t, r, e);
}

/* --- to the operators --- */

/* "12 rows are missing and one record has no readable key (line 86): they stay as they are, since
 * 3 Mar 2026." NULL: none do. */
static const char *say_kept_back(const struct source_telling *t, struct error *e, bool *ret_ok)
{
    char since[INSTANT_TEXT_SIZE], line[40] = "";
    struct source_state st;
    int64_t keyless = 0;
    long long days;

    *ret_ok = source_get(t->judgement->data, t->source->id, t->arena, &st, e) &&
              db_number(t->judgement->data, &keyless, e, "SELECT keyless FROM pull WHERE id = ?",
                        "i", st.good_pull);
    if (!*ret_ok || !st.kept_back)
        return NULL;
    days = (t->judgement->now - st.kept_back_since) / DAY;
    if (t->keyless_line)
        snprintf(line, sizeof line, " (line %lld)", (long long)t->keyless_line);
    return arena_print(
        t->arena,
        "%lld %s missing and %lld %s no readable key%s: nothing is taken as gone, since %s"
        " (%lld %s). dutywatch release %s takes what is missing as gone; skip in the source's"
        " configuration passes over lines that are no records.",
        (long long)st.kept_back, text_plural(st.kept_back, "row is", "rows are"),
        (long long)keyless, text_plural(keyless, "record has", "records have"), line,
        zone_text(t->judgement->generation->settings->zone, st.kept_back_since, since), days,
        text_plural(days, "day", "days"), t->source->id);
}

/* "2 records and 1 cell were not taken; 3 more that are accepted. Namely: line 4: ..." */
static const char *say_counts(const struct source_telling *t)
{
    const struct rejected_counts *n = &t->counts;
    AUTO_TEXT says = { 0 };

    text_addf(&says, "%lld %s and %lld %s %s not taken", (long long)n->records,
              text_plural(n->records, "record", "records"), (long long)n->cells,
              text_plural(n->cells, "cell", "cells"),
              text_plural(n->records + n->cells, "was", "were"));
    if (n->accepted)
        text_addf(&says, "; %lld more that are accepted", (long long)n->accepted);
    if (n->beyond)
        text_addf(&says, "; of them %lld are more than are kept: only the payload has them",
                  (long long)n->beyond);
    text_add(&says, ".");
    if (t->examples.size)
        text_addf(&says, " %s: %s.",
                  n->records + n->cells > REJECTED_EXAMPLES ? "Among them" : "Namely",
                  text_of(&t->examples));
    return arena_text(t->arena, text_of(&says));
}

static bool tell_operators(struct source_telling *t, struct error *e)
{
    struct own o = { .rule = RULE_REJECTED,
                     .subject = subject_of_source(t->source->id, t->arena),
                     .amount = INT64_MIN,
                     .title =
                         arena_print(t->arena, "Not all of source %s could be read", t->source->id),
                     .clears = "The next pull in which all can be read, or that it is accepted.",
                     .severity = SEVERITY_WARNING,
                     .operators = true,
                     .digest = true,
                     .remind = { 1, TERM_DAYS } };
    bool ok;
    const char *kept_back = say_kept_back(t, e, &ok);

    if (!ok)
        return false;
    if (!t->counts.records && !t->counts.cells && !kept_back)
        return true; /* ended by own_end() */
    json_set_truth(t->there, o.subject, true);
    o.remedy =
        arena_print(t->arena,
                    "dutywatch rejects %s lists all of it. Have it corrected, or accept what "
                    "is known: dutywatch rejects accept.",
                    t->source->id);
    o.steps = (const char *const[]){
        say_counts(t),
        kept_back ? kept_back : "What was known of them before stands; time goes on for it.",
        t->untold ? arena_print(t->arena, "Of %lld %s more no owner is told.", (long long)t->untold,
                                text_plural(t->untold, "record", "records"))
                  : NULL,
        NULL
    };
    return own_judge(t->judgement, &o, OWN_THERE, t->moves, e);
}

static bool judge_source(const struct judgement *j, const struct source *s, struct json *there,
                         int64_t *moves, struct error *e)
{
    AUTO(arena) a = arena_new();
    struct source_telling t = {
        .judgement = j, .source = s, .arena = a, .there = there, .moves = moves
    };
    bool ok = rejected_each(j->data, j->state, j->generation->settings, s->id, j->today,
                            each_rejected, &t, e) &&
              rejected_count_beyond(j->data, s->id, &t.counts, e) && tell_operators(&t, e);

    text_free(&t.examples);
    return ok;
}

static enum own_state end_one(const void *data, struct own *o)
{
    static const char *const taken[] = { "It can be read now, or somebody has accepted it.", NULL };

    (void)data;
    o->title = REJECTED_TITLE;
    o->steps = taken;
    o->operators = !o->owner;
    return OWN_ENDED;
}

bool rejected_judge(const struct judgement *j, int64_t *moves, struct error *e)
{
    AUTO(json) there = json_group();
    const struct own_ending rest = { RULE_REJECTED, "", there, end_one, NULL };

    for (LIST_EACH(const struct source, s, &j->generation->settings->sources))
        if (!judge_source(j, s, there, moves, e))
            return error_wrap(e, "what is rejected");
    if (!sentinels_judge(j, there, moves, e))
        return false;
    return own_end(j, &rest, moves, e) || error_wrap(e, "what is rejected");
}

bool rejected_changed(const struct judgement *j, bool *ret, struct error *e)
{
    AUTO(arena) a = arena_new();

    *ret = false;
    for (LIST_EACH(const struct source, s, &j->generation->settings->sources)) {
        struct source_state st;
        bool open, waits;

        if (!rejected_any(j->data, j->state, j->generation->settings, s->id, j->today, &waits, e) ||
            !source_get(j->data, s->id, a, &st, e) ||
            !own_is_open(j->state, RULE_REJECTED, subject_of_source(s->id, a), &open, e))
            return false;
        *ret |= open != (waits || st.kept_back > 0);
    }
    return true;
}
