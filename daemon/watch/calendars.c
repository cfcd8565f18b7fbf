#include "watch/calendars.h"

#include "base/number.h"
#include "notify/words.h"
#include "watch/own.h"

/* Dates that are marked "not verified", and duties that wait for a calendar. */
struct resting {
    int64_t count, amount;
};

static bool uses(const struct prepared_rule *r, const struct calendar *c)
{
    return !r->off && (r->counting.calendar == c || r->office.calendar == c);
}

/* The duties of rules that use `c` whose last day is behind `until`, or that have none. */
static bool count_resting(const struct judgement *j, const struct calendar *c, date until,
                          struct resting *ret, struct error *e)
{
    *ret = (struct resting){ 0 };
    for (int i = 0; i < j->generation->book->count; i++) {
        const struct prepared_rule *r = &j->generation->book->rules[i];
        STMT q = NULL;
        bool row = false;

        if (!uses(r, c))
            continue;
        if (!db_query(j->data, &q, e,
                      "SELECT count(*), coalesce(sum(amount), 0) FROM duty WHERE rule = ?"
                      " AND answer <> 'met' AND (due IS NULL OR due > ?)",
                      "td", r->def->id, until) ||
            !db_row(q, &row, e))
            return false;
        ret->count += row ? db_int(q, 0) : 0;
        ret->amount += row ? db_int(q, 1) : 0;
    }
    return true;
}

static bool is_used(const struct judgement *j, const struct calendar *c)
{
    for (int i = 0; i < j->generation->book->count; i++)
        if (uses(&j->generation->book->rules[i], c))
            return true;
    return false;
}

static const char *const *steps_of(const struct resting *n, const char *until, struct arena *a)
{
    const char **steps = arena_alloc(a, 4 * sizeof *steps);
    char money[MONEY_TEXT_SIZE];

    steps[0] = arena_print(a, "It is verified until %s.", until);
    steps[1] =
        arena_print(a, "%lld %s%s%s %s behind that, or %s no date yet.", (long long)n->count,
                    text_plural(n->count, "duty", "duties"), n->amount ? ", " : "",
                    n->amount ? money_text(n->amount, money) : "",
                    text_plural(n->count, "ends", "end"), text_plural(n->count, "has", "have"));
    steps[2] =
        "Their dates stand by the holidays of the rules, marked; what is counted in business "
        "days is not known.";
    return steps;
}

static bool judge_one(const struct judgement *j, const struct calendar *c, int64_t *moves,
                      struct error *e)
{
    static const char *const well[] = { "It is verified further.", NULL };
    AUTO(arena) a = arena_new();
    const char *name = calendar_name(c);
    date until = calendar_verified_until(c);
    bool ends = until != DATE_NONE && until - j->today <= CALENDAR_WARN_DAYS && is_used(j, c);
    struct own o = { .rule = RULE_BLIND,
                     .subject = arena_print(a, "calendar %s", name),
                     .amount = INT64_MIN,
                     .title = arena_print(a, "The calendar %s %s", name,
                                          until < j->today ? "has ended" : "ends soon"),
                     .remedy =
                         arena_print(a,
                                     "Add the closings that were ordered since, and set "
                                     "verified_until and as_of, in a file that is read later: "
                                     "calendars = ( { name = \"%s\"; like = \"%s\"; ... } ).",
                                     name, name),
                     .clears = "A reload with a later verified_until.",
                     .severity = SEVERITY_WARNING,
                     .operators = true };
    struct resting n;
    char day[DATE_LONG_SIZE];
    bool open;

    if (!own_is_open(j->state, RULE_BLIND, o.subject, &open, e))
        return false;
    if (!ends && !open)
        return true;
    if (!count_resting(j, c, until, &n, e))
        return false;
    o.steps = ends ? steps_of(&n, date_long(until, day), a) : well;
    return own_judge(j, &o, ends ? OWN_THERE : OWN_ENDED, moves, e);
}

bool calendars_judge(const struct judgement *j, int64_t *moves, struct error *e)
{
    const struct settings *s = j->generation->settings;

    for (LIST_EACH(const struct calendar_setting, c, &s->calendars))
        if (settings_calendar(s, c->name) == c && c->made && !judge_one(j, c->made, moves, e))
            return error_wrap(e, "calendar %s", c->name);
    return true;
}
