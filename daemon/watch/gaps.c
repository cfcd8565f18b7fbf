#include "watch/gaps.h"

#include "base/arena.h"
#include "base/limit.h"
#include "base/number.h"
#include "base/text.h"
#include "codec/json.h"
#include "notify/words.h"
#include "watch/own.h"

#include <string.h>

#define GAP_TITLE "The data does not tell"

LIMIT(GAP_SUBJECTS_SHOWN, 20); /* told: how many cases there are, of which these are some */

/* The columns of GAP_QUERY. */
enum { GAP_RULE, GAP_ASK, GAP_UNIT, GAP_OFFICE, GAP_COUNT, GAP_AMOUNT, GAP_SUBJECTS, GAP_OWNER };

#define GAP_QUERY                                                                                  \
    "SELECT rule, ask, min(unit), office, count(*), sum(amount),"                                  \
    " (SELECT group_concat(subject, ', ') FROM (SELECT subject FROM duty AS some"                  \
    "   WHERE some.ask IS NOT NULL AND some.rule = duty.rule AND some.ask = duty.ask"              \
    "   AND some.office IS duty.office ORDER BY subject LIMIT ?)),"                                \
    " CASE WHEN count(DISTINCT owner) = 1 THEN min(owner) END"                                     \
    " FROM duty WHERE ask IS NOT NULL GROUP BY rule, ask, office"

static const char *how_many(struct stmt *s, struct arena *a)
{
    int64_t n = db_int(s, GAP_COUNT);
    char money[MONEY_TEXT_SIZE];

    return arena_print(a, "%lld %s%s%s", (long long)n, text_plural(n, "case", "cases"),
                       db_is_null(s, GAP_AMOUNT) ? "" : ", ",
                       db_is_null(s, GAP_AMOUNT) ? "" : money_text(db_int(s, GAP_AMOUNT), money));
}

/* "A-20: line 21: '2/30/2026' is not a date (mm/dd/yyyy).": of what cannot be read, the first. */
static bool what_stands_there(const struct judgement *j, struct stmt *gap, const char *ask,
                              struct arena *a, const char **ret, struct error *e)
{
    const struct prepared_rule *r = rulebook_rule(j->generation->book, db_text(gap, GAP_RULE));
    AUTO_TEXT t = { .max = 1500 };
    STMT s = NULL;
    bool row = true;

    *ret = "";
    if (!r || !text_ends(ask, ", which cannot be read"))
        return true;
    if (!db_query(
            j->data, &s, e,
            "SELECT r.key, r.line, r.field, r.reason FROM reject AS r JOIN source AS s"
            " ON s.good_pull = r.pull WHERE r.cell AND (?3 LIKE '% of ' || r.dataset || ' ' ||"
            " r.key || ', which cannot be read' OR (r.dataset = ?1 AND r.key IN"
            " (SELECT subject FROM duty WHERE rule = ?2 AND ask = ?3 AND office IS ?4)))"
            " ORDER BY r.key, r.line",
            "tttt", r->dataset->id, r->def->id, ask, db_text(gap, GAP_OFFICE)))
        return false;
    while (row && !t.cut) {
        if (!db_row(s, &row, e))
            return false;
        if (row)
            text_addf(&t, "%s%s: line %lld: %s: %s", t.size ? "; " : "", db_text(s, 0),
                      (long long)db_int(s, 1), db_text(s, 2), db_text(s, 3));
    }
    if (t.size)
        *ret = arena_print(a, "%s.", text_of(&t));
    return true;
}

static bool judge_gap(const struct judgement *j, struct stmt *s, struct arena *a,
                      struct json *there, int64_t *moves, struct error *e)
{
    const char *ask = arena_text(a, db_text(s, GAP_ASK));
    const char *office = arena_text(a, db_text(s, GAP_OFFICE)), *stands;
    struct own o = { .rule = RULE_INCOMPLETE,
                     .subject = arena_print(a, "%s: %s%s%s", db_text(s, GAP_RULE), ask,
                                            office ? ", " : "", office ? office : ""),
                     .unit = arena_text(a, db_text(s, GAP_UNIT)),
                     .office = office,
                     .owner = arena_text(a, db_text(s, GAP_OWNER)),
                     .amount = db_int_or_none(s, GAP_AMOUNT),
                     .title = GAP_TITLE,
                     .remedy = arena_print(a, "Enter %s.", ask),
                     .clears = "The next pull that has it.",
                     .severity = SEVERITY_NOTICE,
                     .digest = true };

    if (!what_stands_there(j, s, ask, a, &stands, e))
        return false;
    o.steps = (const char *const[]){
        arena_print(a, "For %s this is not known: %s.", how_many(s, a), ask),
        arena_print(a, "Among them: %s.%s%s", db_text(s, GAP_SUBJECTS), *stands ? " " : "", stands),
        "Nothing is closed for it and no date is taken back; the dates known before go on.", NULL
    };
    json_set_truth(there, o.subject, true);
    return own_judge(j, &o, OWN_THERE, moves, e);
}

/* `there` gets the subject of each gap. */
static bool open_gaps(const struct judgement *j, struct json *there, int64_t *moves,
                      struct error *e)
{
    AUTO(arena) a = arena_new();
    STMT s = NULL;
    bool row;

    if (!db_query(j->data, &s, e, GAP_QUERY, "i", (int64_t)GAP_SUBJECTS_SHOWN))
        return false;
    for (;;) {
        arena_reset(a);
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        if (!judge_gap(j, s, a, there, moves, e))
            return false;
    }
}

/* True if the rule that the finding `subject` ("rule: ask") is about is configured and on. */
static bool is_watched(const struct judgement *j, const char *subject)
{
    AUTO(arena) a = arena_new();
    const char *end = strstr(subject, ": ");
    const struct prepared_rule *r =
        end ? rulebook_rule(j->generation->book, arena_textn(a, subject, (size_t)(end - subject)))
            : NULL;

    return r && !r->off;
}

static enum own_state end_gap(const void *data, struct own *o)
{
    static const char *const known[] = { "It is known now.", NULL };
    static const char *const dropped[] = { "Nobody asks for it any more: the rule is gone or off.",
                                           NULL };
    bool watched = is_watched(data, o->subject);

    o->title = GAP_TITLE;
    o->steps = watched ? known : dropped;
    return watched ? OWN_ENDED : OWN_DROPPED;
}

bool gaps_judge(const struct judgement *j, int64_t *moves, struct error *e)
{
    AUTO(json) there = json_group();
    const struct own_ending rest = { RULE_INCOMPLETE, "", there, end_gap, j };

    if (!open_gaps(j, there, moves, e) || !own_end(j, &rest, moves, e))
        return error_wrap(e, "gaps in the data");
    return true;
}
