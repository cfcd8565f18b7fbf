#include "watch/ledgers.h"

#include "base/number.h"
#include "base/text.h"
#include "notify/words.h"
#include "watch/own.h"

/* Duties that stand on earliest days: all of them, and those of which that day has passed. */
struct standing {
    int64_t count, past, amount;
};

static bool count_one(const struct judgement *j, const struct prepared_rule *r,
                      struct standing *ret, struct error *e)
{
    STMT q = NULL;
    bool row = false;

    if (!db_query(j->data, &q, e,
                  "SELECT count(*), coalesce(sum(due < ?2), 0),"
                  " coalesce(sum(CASE WHEN due < ?2 THEN amount END), 0)"
                  " FROM duty WHERE rule = ?1 AND answer <> 'met' AND quiet IS NULL"
                  " AND due IS NOT NULL",
                  "td", r->def->id, j->today) ||
        !db_row(q, &row, e))
        return false;
    ret->count += row ? db_int(q, 0) : 0;
    ret->past += row ? db_int(q, 1) : 0;
    ret->amount += row ? db_int(q, 2) : 0;
    return true;
}

static bool count_standing(const struct judgement *j, const struct dataset *d, struct standing *ret,
                           struct error *e)
{
    *ret = (struct standing){ 0 };
    for (int i = 0; i < j->generation->book->count; i++) {
        const struct prepared_rule *r = &j->generation->book->rules[i];

        if (!r->off && r->extended_by == d && !count_one(j, r, ret, e))
            return false;
    }
    return true;
}

/* Why it cannot be seen; NULL: it can. */
static const char *why_unseen(const struct judgement *j, const struct sightline *all,
                              const struct dataset *d, struct arena *a)
{
    bool filled = false, loaded = false;
    const struct sightline *l = all;
    char day[DATE_LONG_SIZE];

    for (LIST_EACH(const struct source, s, &j->generation->settings->sources)) {
        const struct sightline *one = l++;

        if (!source_fills(s, d->id))
            continue;
        filled = true;
        loaded |= one->loaded;
        if (one->as_of != DATE_NONE)
            return arena_print(a, "What source %s has is of %s.", s->id,
                               date_long(one->as_of, day));
    }
    if (!filled)
        return "No source fills it.";
    return loaded ? NULL : "Nothing of it has come yet.";
}

static const char *const *steps_of(const char *why, const struct standing *n, struct arena *a)
{
    const char **steps = arena_alloc(a, 5 * sizeof *steps);
    char money[MONEY_TEXT_SIZE];

    steps[0] = why;
    steps[1] =
        arena_print(a, "%lld %s on the earliest day: a document may extend it.",
                    (long long)n->count, text_plural(n->count, "duty stands", "duties stand"));
    steps[2] = arena_print(a, "Of %lld that day has passed%s%s: nobody can tell whether %s kept.",
                           (long long)n->past, n->amount ? ", " : "",
                           n->amount ? money_text(n->amount, money) : "",
                           text_plural(n->past, "it is", "they are"));
    steps[3] = "dutywatch list shows them; they are told with the words \"cannot be seen\".";
    return steps;
}

static bool judge_one(const struct judgement *j, const struct sightline *all,
                      const struct dataset *d, int64_t *moves, struct error *e)
{
    static const char *const well[] = { "It can be seen.", NULL };
    AUTO(arena) a = arena_new();
    const char *why = why_unseen(j, all, d, a);
    struct own o = { .rule = RULE_BLIND,
                     .subject = arena_print(a, "ledger %s", d->id),
                     .amount = INT64_MIN,
                     .title = arena_print(a, "Nobody can tell what %s extend", d->id),
                     .remedy = arena_print(a,
                                           "Map %s to a source, or find out why it gives nothing, "
                                           "and record what was signed.",
                                           d->id),
                     .clears = "A good pull of it.",
                     .severity = SEVERITY_WARNING,
                     .operators = true };
    struct standing n;
    bool open;

    if (!own_is_open(j->state, RULE_BLIND, o.subject, &open, e))
        return false;
    if (!why && !open)
        return true;
    if (!count_standing(j, d, &n, e))
        return false;
    if (!n.count)
        why = NULL;
    if (!why && !open)
        return true;
    o.steps = why ? steps_of(why, &n, a) : well;
    return own_judge(j, &o, why ? OWN_THERE : OWN_ENDED, moves, e);
}

bool ledgers_judge(const struct judgement *j, const struct sightline *all, int64_t *moves,
                   struct error *e)
{
    for (LIST_EACH(const struct dataset, d, &j->generation->settings->datasets))
        if (d->ledger && !judge_one(j, all, d, moves, e))
            return error_wrap(e, "ledger %s", d->id);
    return true;
}
