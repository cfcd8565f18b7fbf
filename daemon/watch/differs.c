#include "watch/differs.h"

#include "base/arena.h"
#include "base/limit.h"
#include "base/text.h"
#include "codec/json.h"
#include "ingest/disagreement.h"
#include "notify/words.h"
#include "watch/generation.h"
#include "watch/own.h"

#include <string.h>

#define DIFFERS_TITLE "Records contradict each other"
LIMIT(DIFFERING_SHOWN, 5); /* told: that the values that differ are among others */

/* "C-1: open (line 3), closed (line 9)" */
static void add_said(struct text *out, const char *key, const char *said)
{
    AUTO(json) all = json_read(said, strlen(said), NULL);

    text_addf(out, "%s%s:", out->size ? "; " : "", key);
    for (size_t i = 0; i < json_count(all); i++) {
        const struct json *one = json_at(all, i);
        const char *value = json_get_text(one, "value");

        text_addf(out, "%s %s (line %lld)", i ? "," : "", value ? value : "nothing",
                  (long long)json_get_whole(one, "line"));
    }
}

static const char *examples(const struct judgement *j, const char *dataset, const char *field,
                            struct arena *a, struct error *e)
{
    AUTO_TEXT t = { .max = 1500 };
    STMT s = NULL;
    bool row = true;

    if (!db_query(j->data, &s, e,
                  "SELECT key, said FROM difference WHERE dataset = ? AND field = ?"
                  " ORDER BY key LIMIT ?",
                  "tti", dataset, field, (int64_t)DIFFERING_SHOWN))
        return NULL;
    for (;;) {
        if (!db_row(s, &row, e))
            return NULL;
        if (!row)
            return arena_text(a, text_of(&t));
        add_said(&t, db_text(s, 0), db_text(s, 1));
    }
}

static const char *subject_of(const char *dataset, const char *field, struct arena *a)
{
    return arena_print(a, "%s: %s", dataset, field);
}

static bool judge_one(const struct judgement *j, struct stmt *s, struct arena *a,
                      struct json *there, int64_t *moves, struct error *e)
{
    const char *dataset = arena_text(a, db_text(s, 0)), *field = arena_text(a, db_text(s, 1));
    const char *sources = arena_text(a, db_text(s, 3)), *some;
    int64_t count = db_int(s, 2);
    struct own o = { .rule = RULE_DIFFERS,
                     .subject = subject_of(dataset, field, a),
                     .amount = INT64_MIN,
                     .title = DIFFERS_TITLE,
                     .remedy = arena_print(a, "Correct %s at the source %s.", field, sources),
                     .clears = "The next pull in which they agree.",
                     .severity = SEVERITY_NOTICE,
                     .digest = true };

    some = examples(j, dataset, field, a, e);
    if (!some)
        return false;
    o.steps = (const char *const[]){
        arena_print(a, "Of %lld %s of %s, records of one payload say different things of %s.",
                    (long long)count, text_plural(count, "row", "rows"), dataset, field),
        arena_print(a, "%s: %s.", count > DIFFERING_SHOWN ? "Among them" : "These are", some),
        "The row has what the configuration keeps of them; dates are computed with that.", NULL
    };
    json_set_truth(there, o.subject, true);
    return own_judge(j, &o, OWN_THERE, moves, e);
}

/* `there` gets the subject of each that stands. */
static bool open_all(const struct judgement *j, struct json *there, int64_t *moves, struct error *e)
{
    AUTO(arena) a = arena_new();
    STMT s = NULL;
    bool row;

    if (!db_query(j->data, &s, e,
                  "SELECT dataset, field, count(*), group_concat(DISTINCT source) FROM difference"
                  " GROUP BY dataset, field",
                  ""))
        return false;
    for (;;) {
        arena_reset(a);
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        if (!judge_one(j, s, a, there, moves, e))
            return false;
    }
}

/* --- sources that contradict each other --- */

#define SOURCES_TITLE "Sources contradict each other"

struct conflicts {
    const struct judgement *j;
    struct arena *arena;
    struct json *there;
    int64_t *moves;
};

static bool judge_pair(struct conflicts *n, const struct dataset *d, const struct column *c,
                       const struct disagreement *p, struct error *e)
{
    AUTO_TEXT some = { .max = 1500 };
    struct own o = { .rule = RULE_DIFFERS,
                     .amount = INT64_MIN,
                     .title = SOURCES_TITLE,
                     .remedy = arena_print(n->arena, "Correct %s at one of the sources %s and %s.",
                                           c->name, p->one, p->two),
                     .clears =
                         "The next pull in which they agree, or only one of them has the row.",
                     .severity = SEVERITY_NOTICE,
                     .digest = true };

    o.subject = arena_print(n->arena, "%s: %s: %s and %s", d->id, c->name, p->one, p->two);
    json_set_truth(n->there, o.subject, true);
    if (!disagreement_show(n->j->data, d, c, p, DIFFERING_SHOWN, &some, e))
        return false;
    o.steps = (const char *const[]){
        arena_print(n->arena, "Of %lld %s of %s, the sources %s and %s say different things of %s.",
                    (long long)p->count, text_plural(p->count, "row", "rows"), d->id, p->one,
                    p->two, c->name),
        arena_print(n->arena, "%s: %s.", p->count > DIFFERING_SHOWN ? "Among them" : "These are",
                    text_of(&some)),
        arena_print(n->arena,
                    "The row has the value that stands first, dates are computed with that: %s.",
                    d->prefer.count ? "of its sources, that one comes first in prefer"
                                    : "its source had the row first, and no prefer says otherwise"),
        NULL
    };
    return own_judge(n->j, &o, OWN_THERE, n->moves, e);
}

static bool judge_column(struct conflicts *n, const struct dataset *d, const struct column *c,
                         struct error *e)
{
    struct disagreement *all;
    int count;

    if (strcmp(c->name, d->key) == 0)
        return true;
    if (!disagreement_read(n->j->data, d, c, n->arena, &all, &count, e))
        return false;
    for (int i = 0; i < count; i++)
        if (!judge_pair(n, d, c, &all[i], e))
            return false;
    return true;
}

static bool open_conflicts(struct conflicts *n, struct error *e)
{
    for (LIST_EACH(const struct dataset, d, &n->j->generation->settings->datasets)) {
        bool any;

        if (!disagreement_any(n->j->data, d, &any, e))
            return false;
        for (LIST_EACH(const struct column, c, &d->columns))
            if (any && !judge_column(n, d, c, e))
                return false;
    }
    return true;
}

/* --- both --- */

/* "cases: due: bonn and graz", not "cases: due". */
static bool is_of_sources(const char *subject)
{
    const char *column = strstr(subject, ": ");

    return column && strstr(column + 1, ": ");
}

static enum own_state end_one(const void *data, struct own *o)
{
    static const char *const records[] = { "The records agree now.", NULL };
    static const char *const sources[] = { "They agree now, or only one of them has it.", NULL };
    bool of_sources = is_of_sources(o->subject);

    (void)data;
    o->title = of_sources ? SOURCES_TITLE : DIFFERS_TITLE;
    o->steps = of_sources ? sources : records;
    return OWN_ENDED;
}

bool differs_judge(const struct judgement *j, int64_t *moves, struct error *e)
{
    AUTO(arena) a = arena_new();
    AUTO(json) there = json_group();
    struct conflicts n = { .j = j, .arena = a, .there = there, .moves = moves };
    const struct own_ending rest = { RULE_DIFFERS, "", there, end_one, NULL };

    if (!open_all(j, there, moves, e) || !open_conflicts(&n, e) || !own_end(j, &rest, moves, e))
        return error_wrap(e, "records that differ");
    return true;
}
