#include "watch/sentinels.h"

#include "base/arena.h"
#include "codec/json.h"
#include "notify/words.h"
#include "watch/own.h"

static bool judge_one(const struct judgement *j, struct stmt *s, struct json *there, int64_t *moves,
                      struct error *e)
{
    AUTO(arena) a = arena_new();
    const char *dataset = arena_text(a, db_text(s, 0)), *column = arena_text(a, db_text(s, 1));
    const char *values = arena_text(a, db_text(s, 2)), *source = arena_text(a, db_text(s, 3));
    struct own o = { .rule = RULE_REJECTED,
                     .subject = arena_print(a, "%s.%s", dataset, column),
                     .amount = INT64_MIN,
                     .title = "A day that stands for none",
                     .clears = "The next pull without it, or an empty that names it.",
                     .severity = SEVERITY_NOTICE,
                     .operators = true,
                     .digest = true };

    o.remedy =
        arena_print(a,
                    "If it means that there is no day, add to source %s: empty = [ \"%s\" ]; "
                    "then: dutywatch reload. Else have it corrected.",
                    source, values);
    o.steps =
        (const char *const[]){ arena_print(a, "In %s of %s stands %s.", column, dataset, values),
                               "It is taken for no day of anything: nothing was done on it, "
                               "nothing ends on it, and a document"
                               " that holds until then is not counted on.",
                               NULL };
    json_set_truth(there, o.subject, true);
    return own_judge(j, &o, OWN_THERE, moves, e);
}

bool sentinels_judge(const struct judgement *j, struct json *there, int64_t *moves, struct error *e)
{
    STMT s = NULL;
    bool row;

    if (!db_query(j->data, &s, e,
                  "SELECT dataset, column_name, group_concat(value, '\", \"'), min(source)"
                  " FROM (SELECT * FROM sentinel ORDER BY dataset, column_name, value)"
                  " GROUP BY dataset, column_name",
                  ""))
        return false;
    for (;;) {
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        if (!judge_one(j, s, there, moves, e))
            return error_wrap(e, "days that stand for none");
    }
}
