#include "judge/observe.h"

#include "base/number.h"
#include "base/zone.h"

#include <stdio.h>
#include <string.h>

const char *answer_name(enum answer a)
{
    static const char *const names[] = { "outside", "pending", "unknown", "met" };

    return names[a];
}

static void unknown(struct observation *o, const char *ask)
{
    if (o->answer == ANSWER_UNKNOWN)
        return; /* the first reason is the one to mend first */
    o->answer = ANSWER_UNKNOWN;
    o->ask = ask;
}

/* A column that should be a day: text or microseconds. What is neither makes the answer unknown,
 * naming the part of the rule. */
static date read_day(const struct observation *o, struct cage_stmt *s, int column, const char *zone,
                     struct arena *a, const char **ret_bad)
{
    date d;

    if (cage_is_null(s, column))
        return DATE_NONE;
    if (cage_is_number(s, column))
        return zone_day(zone, cage_number(s, column));
    d = date_read(cage_text(s, column));
    if (d == DATE_NONE && !*ret_bad)
        *ret_bad = arena_print(a, "a day instead of \"%.60s\" (rule %s)", cage_text(s, column),
                               o->rule->def->id);
    return d;
}

/* Evidence as a person reads it. */
static const char *show(const struct prepared_rule *r, struct cage_stmt *s, int column,
                        const char *name, struct arena *a)
{
    const struct column *c = dataset_column(r->dataset, name);
    char money[MONEY_TEXT_SIZE], at[INSTANT_TEXT_SIZE];

    if (cage_is_null(s, column))
        return NULL;
    if (c && c->type == COLUMN_MONEY)
        return arena_text(a, money_text(cage_number(s, column), money));
    if (c && c->type == COLUMN_DATETIME)
        return arena_text(a, instant_text(cage_number(s, column), at));
    if (c && c->type == COLUMN_BOOLEAN)
        return cage_number(s, column) ? "true" : "false";
    return arena_text(a, cage_text(s, column));
}

static void read_evidence(struct observation *o, struct cage_stmt *s, int from, struct arena *a)
{
    const struct prepared_rule *r = o->rule;
    struct evidence *all = arena_alloc(a, ((size_t)r->evidence_count + 1) * sizeof *all);

    for (int i = 0; i < r->evidence_count; i++)
        all[i] = (struct evidence){ .name = r->evidence[i],
                                    .value = show(r, s, from + i, r->evidence[i], a) };
    o->evidence = all;
    o->evidence_count = r->evidence_count;
}

/* The first reason to be quiet that holds. A reason without its day cannot be placed before or
 * after the last day: unknown. */
static void read_quiet(struct observation *o, struct cage_stmt *s, const char *zone,
                       struct arena *a, const char **bad)
{
    int column = DETAIL_FIXED;

    for (LIST_EACH(const struct quiet, q, &o->rule->def->quiet)) {
        if (!o->quiet_because && cage_number(s, column) != 0) {
            o->quiet_because = q->because;
            o->quiet_on = read_day(o, s, column + 1, zone, a, bad);
            o->quiet_detail = arena_text(a, cage_text(s, column + 2));
            if (o->quiet_on == DATE_NONE)
                unknown(o, arena_print(a, "the day since when: %s", q->because));
        }
        column += 3;
    }
}

static int read_unknown(struct observation *o, struct cage_stmt *s, int column)
{
    for (LIST_EACH(const struct unknown, u, &o->rule->def->unknown)) {
        if (cage_number(s, column) != 0)
            unknown(o, u->ask);
        column++;
    }
    return column;
}

/* The answer, in the order in which a person would ask. */
static void answer(struct observation *o, struct cage_stmt *s)
{
    const struct deadline *d = o->rule->def->deadline;

    if (o->gone)
        unknown(o, "how it ended: the record is no longer in the extract");
    if (cage_is_null(s, DETAIL_APPLIES))
        unknown(o, "what tells whether this duty applies");
    if (o->answer != ANSWER_UNKNOWN && o->met_on != DATE_NONE)
        o->answer = ANSWER_MET;
    else if (o->answer != ANSWER_UNKNOWN && o->start == DATE_NONE && o->bound == DATE_NONE)
        unknown(o, d->due.text ? "the day it is due" : "the day from which the time runs");
}

/* Reads the current row of a detail statement. */
static void read_detail(const struct prepared_rule *r, const char *zone, struct arena *a,
                        struct observation *o)
{
    struct cage_stmt *s = r->detail;
    int64_t gone = cage_number(s, DETAIL_GONE);
    const char *bad = NULL;
    int column;

    o->answer = ANSWER_PENDING;
    o->subject = arena_text(a, cage_text(s, DETAIL_KEY));
    o->label = arena_text(a, cage_text(s, DETAIL_LABEL));
    o->unit = arena_text(a, cage_text(s, DETAIL_UNIT));
    o->office = arena_text(a, cage_text(s, DETAIL_OFFICE));
    o->owner = arena_text(a, cage_text(s, DETAIL_OWNER));
    o->amount = cage_is_null(s, DETAIL_AMOUNT) ? INT64_MIN : cage_number(s, DETAIL_AMOUNT);
    o->pull = cage_number(s, DETAIL_PULL);
    o->line = cage_number(s, DETAIL_LINE);
    o->raw = arena_text(a, cage_text(s, DETAIL_RAW));
    o->gone = gone != 0;
    if (gone < 0 || (!cage_is_null(s, DETAIL_APPLIES) && !cage_number(s, DETAIL_APPLIES))) {
        o->answer = ANSWER_OUTSIDE;
        return;
    }
    o->start = read_day(o, s, DETAIL_START, zone, a, &bad);
    o->bound = read_day(o, s, DETAIL_BOUND, zone, a, &bad);
    o->met_on = read_day(o, s, DETAIL_MET, zone, a, &bad);
    column = DETAIL_FIXED + 3 * (int)o->rule->def->quiet.count;
    column = read_unknown(o, s, column); /* before quiet: the rule knows best what to ask for */
    read_quiet(o, s, zone, a, &bad);
    read_evidence(o, s, column, a);
    if (bad)
        unknown(o, bad);
    answer(o, s);
}

struct observation observe_nothing(struct prepared_rule *r, const char *subject)
{
    return (struct observation){ .rule = r,
                                 .subject = subject,
                                 .answer = ANSWER_OUTSIDE,
                                 .amount = INT64_MIN,
                                 .start = DATE_NONE,
                                 .bound = DATE_NONE,
                                 .met_on = DATE_NONE,
                                 .quiet_on = DATE_NONE };
}

/* The rule failed on this row: nobody knows, and nobody is closed for it. */
static bool rule_failed(struct prepared_rule *r, const char *why, struct arena *a,
                        struct observation *ret)
{
    if (!r->failures++)
        snprintf(r->failure, sizeof r->failure, "%.500s", why);
    unknown(ret, arena_print(a, "a rule that works: %s %s", r->def->id, r->failure));
    return true;
}

bool observe_one(struct prepared_rule *r, const char *subject, date today, struct arena *a,
                 struct observation *ret, struct error *e)
{
    bool row = false;
    struct error over;

    *ret = observe_nothing(r, subject);
    r->runs++;
    if (r->failures >= RULE_FAILURES_MAX)
        return rule_failed(r, "", a, ret);
    if (!cage_bind(r->detail, today, subject, 0, e))
        return false;
    if (!cage_row(r->detail, &row, &over)) {
        if (over.class == ERROR_SETUP)
            return rule_failed(r, over.text, a, ret);
        *e = over;
        return false;
    }
    if (!row) { /* rows are never deleted: the dataset was made anew and is not loaded yet */
        unknown(ret, "the record: it has not been loaded yet");
        return true;
    }
    read_detail(r, r->zone, a, ret);
    cage_bind(r->detail, today, subject, 0, NULL); /* lets go of the row */
    return true;
}

static bool visit_row(const struct rulebook *b, const struct rule_pass *p, struct cage_stmt *filter,
                      const struct visit *v, bool touched, struct arena *a, observe_fn *each,
                      void *data, struct error *e)
{
    const char *subject = arena_text(a, cage_text(filter, 0));

    for (int i = 0; i < p->count; i++) {
        struct observation o;

        if (!touched && !v->all && !(v->whole && v->whole[p->rules[i] - b->rules]))
            continue;
        if (cage_number(filter, i + 1)) {
            if (!observe_one(p->rules[i], subject, v->today, a, &o, e))
                return error_wrap(e, "rule %s", p->rules[i]->def->id);
        } else {
            o = observe_nothing(p->rules[i], subject);
        }
        if (!each(data, &o, e))
            return false;
    }
    return true;
}

static bool any_whole(const struct rulebook *b, const struct rule_pass *p, const struct visit *v)
{
    for (int i = 0; i < p->count && v->whole; i++)
        if (v->whole[p->rules[i] - b->rules])
            return true;
    return false;
}

static bool visit_rows(const struct rulebook *b, const struct rule_pass *p,
                       struct cage_stmt *filter, const struct visit *v, observe_fn *each,
                       void *data, struct error *e)
{
    int64_t since = v->all || any_whole(b, p, v) ? -1 : v->since;
    AUTO(arena) a = arena_new();
    bool row = false;

    if (!cage_bind(filter, v->today, NULL, since, e))
        return false;
    for (;;) {
        arena_reset(a);
        if (!cage_row(filter, &row, e))
            return error_wrap(e, "dataset %s", p->dataset->id);
        if (!row)
            return true;
        if (!visit_row(b, p, filter, v, cage_number(filter, p->count + 1) > v->since, a, each, data,
                       e)) {
            cage_bind(filter, v->today, NULL, since, NULL);
            return false;
        }
    }
}

bool observe_pass(const struct rulebook *b, const struct rule_pass *p, const struct visit *v,
                  observe_fn *each, void *data, struct error *e)
{
    struct error why;

    if (!p->filter || visit_rows(b, p, p->filter, v, each, data, &why))
        return true;
    if (why.class == ERROR_SETUP) /* one of the rules: find out which, row by row */
        return visit_rows(b, p, p->plain, v, each, data, e);
    *e = why;
    return false;
}
