#include "watch/differs.h"

#include "base/arena.h"
#include "base/limit.h"
#include "base/text.h"
#include "codec/json.h"
#include "notify/words.h"
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

static bool judge_one(const struct judgement *j, struct stmt *s, struct arena *a, int64_t *moves,
                      struct error *e)
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
    return own_judge(j, &o, OWN_THERE, moves, e);
}

static bool open_all(const struct judgement *j, int64_t *moves, struct error *e)
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
        if (!judge_one(j, s, a, moves, e))
            return false;
    }
}

static bool is_there(const struct judgement *j, const char *subject, bool *ret, struct error *e)
{
    int64_t there = 0;

    if (!db_number(j->data, &there, e,
                   "SELECT EXISTS (SELECT 1 FROM difference WHERE dataset || ': ' || field = ?)",
                   "t", subject))
        return false;
    *ret = there != 0;
    return true;
}

static bool close_all(const struct judgement *j, int64_t *moves, struct error *e)
{
    AUTO(arena) a = arena_new();
    STMT s = NULL;
    bool row, there;

    if (!db_query(j->state, &s, e,
                  "SELECT subject FROM finding WHERE rule = 'differs' AND status = 'OPEN'", ""))
        return false;
    for (;;) {
        struct own o = { .rule = RULE_DIFFERS,
                         .amount = INT64_MIN,
                         .title = DIFFERS_TITLE,
                         .steps = (const char *const[]){ "The records agree now.", NULL },
                         .digest = true };

        arena_reset(a);
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        o.subject = arena_text(a, db_text(s, 0));
        if (!is_there(j, o.subject, &there, e) ||
            (!there && !own_judge(j, &o, OWN_ENDED, moves, e)))
            return false;
    }
}

bool differs_judge(const struct judgement *j, int64_t *moves, struct error *e)
{
    if (!open_all(j, moves, e) || !close_all(j, moves, e))
        return error_wrap(e, "records that differ");
    return true;
}
