#include "watch/own.h"

#include "base/text.h"
#include "judge/facts.h"

static void own_facts(const void *data, struct text *derivation, struct text *inputs)
{
    const struct own *o = data;
    AUTO(json) j = json_group();
    struct json *steps = json_list();

    json_set_text(j, "title", o->title);
    json_set_text(j, "law", NULL);
    json_set_text(j, "remedy", o->remedy);
    json_set_text(j, "clears", o->clears);
    json_set_text(j, "label", NULL);
    for (const char *const *s = o->steps; *s; s++)
        facts_note(steps, *s);
    json_set(j, "steps", steps);
    json_write(j, false, derivation);
    text_add(inputs, "{}");
}

bool own_judge(const struct judgement *j, const struct own *o, enum own_state state, int64_t *moves,
               struct error *e)
{
    static const enum answer answers[] = { ANSWER_PENDING, ANSWER_MET, ANSWER_OUTSIDE };
    struct moving m = { .judgement = j,
                        .about = { .rule = o->rule,
                                   .subject = o->subject,
                                   .period = "",
                                   .unit = o->unit,
                                   .office = o->office,
                                   .owner = o->owner,
                                   .amount = o->amount },
                        .sight = { .today = j->today,
                                   .answer = answers[state],
                                   .last = DATE_NONE,
                                   .safe = DATE_NONE,
                                   .start = DATE_NONE,
                                   .met_on = j->today,
                                   .remind = o->remind,
                                   .stage = state == OWN_THERE ? 0 : -1,
                                   .quiet_on = DATE_NONE },
                        .severity = o->severity,
                        .past_severity = o->severity,
                        .operators = o->operators,
                        .digest = o->digest,
                        .facts = own_facts,
                        .facts_data = o };

    return moves_make(&m, NULL, moves, e);
}

static bool end_one(const struct judgement *j, const struct own_ending *n, struct stmt *s,
                    struct arena *a, int64_t *moves, struct error *e)
{
    static const char *const no_steps[] = { NULL };
    struct own o = { .rule = n->rule,
                     .subject = arena_text(a, db_text(s, 0)),
                     .unit = arena_text(a, db_text(s, 1)),
                     .office = arena_text(a, db_text(s, 2)),
                     .owner = arena_text(a, db_text(s, 3)),
                     .amount = INT64_MIN,
                     .steps = no_steps,
                     .digest = true };
    enum own_state state;

    if (json_get(n->there, o.subject))
        return true;
    state = n->how(n->how_data, &o);
    return own_judge(j, &o, state, moves, e);
}

bool own_end(const struct judgement *j, const struct own_ending *n, int64_t *moves, struct error *e)
{
    AUTO(arena) a = arena_new();
    STMT s = NULL;
    bool row;

    if (!db_query(j->state, &s, e,
                  "SELECT subject, unit, office, owner FROM finding WHERE rule = ?1 AND status ="
                  " 'OPEN' AND substr(subject, 1, length(?2)) = ?2",
                  "tt", n->rule, n->prefix))
        return false;
    for (;;) {
        arena_reset(a);
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        if (!end_one(j, n, s, a, moves, e))
            return false;
    }
}

bool own_is_open(struct db *state, const char *rule, const char *subject, bool *ret,
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
