#include "judge/observe.h"

#include "base/number.h"
#include "base/text.h"
#include "base/zone.h"
#include "judge/deadline.h"
#include "judge/documents.h"
#include "judge/front.h"
#include "judge/recurring.h"
#include "judge/unread.h"

#include <stdio.h>
#include <string.h>

const char *answer_name(enum answer a)
{
    static const char *const names[] = { "outside", "pending", "unknown", "met" };

    return names[a];
}

date observe_start(const struct observation *o)
{
    date best = DATE_NONE;

    if (o->rule->kind != RULE_DEADLINE)
        return o->start;
    for (int i = 0; i < o->rule->way_count; i++)
        if (o->starts[i] != DATE_NONE && (best == DATE_NONE || o->starts[i] < best))
            best = o->starts[i];
    return best;
}

void observe_unknown(struct observation *o, const char *ask)
{
    if (o->answer == ANSWER_UNKNOWN)
        return; /* the first reason is the one to mend first */
    o->answer = ANSWER_UNKNOWN;
    o->ask = ask;
}

void observe_untold(struct observation *o, const char *ask)
{
    observe_unknown(o, ask);
    o->firm = true;
}

struct observation observe_nothing(struct prepared_rule *r, const char *subject, const char *period)
{
    struct observation o = { .rule = r,
                             .subject = subject,
                             .period = period,
                             .answer = ANSWER_OUTSIDE,
                             .amount = INT64_MIN,
                             .cap = DATE_NONE,
                             .also = DATE_NONE,
                             .start = DATE_NONE,
                             .bound = DATE_NONE,
                             .met_on = DATE_NONE,
                             .met_seconds = -1,
                             .ahead = DATE_NONE,
                             .violated_on = DATE_NONE,
                             .quiet_on = DATE_NONE };

    for (int i = 0; i < WAYS_MAX; i++) {
        o.starts[i] = DATE_NONE;
        o.seconds[i] = -1;
    }
    for (int i = 0; i < WAYS_MAX; i++)
        o.beside[i] = DATE_NONE;
    return o;
}

date observe_came(struct observation *o, date d, date today, const char *what)
{
    if (d == DATE_NONE || d <= today)
        return d;
    if (!date_is_sentinel(d) && (o->ahead == DATE_NONE || d < o->ahead)) {
        o->ahead = d;
        o->planned = what;
    }
    return DATE_NONE;
}

void observe_counted(struct observation *o, struct arena *a)
{
    const struct calendar *c = o->rule->counting.calendar;
    date start = observe_start(o) != DATE_NONE ? observe_start(o) : o->bound;
    const char *done = o->met_on == DATE_NONE ? "" : ": it is done, in time or not";
    struct derivation d;
    char day[DATE_TEXT_SIZE];

    if ((o->answer != ANSWER_PENDING && o->answer != ANSWER_MET) ||
        (!o->rule->business && !date_is_sentinel(start)))
        return;
    d = deadline_derive(o);
    if (d.uncounted)
        observe_unknown(o, arena_print(a, "the closed days of the calendar %s after %s%s",
                                       calendar_name(c), date_text(calendar_verified_until(c), day),
                                       done));
    else if (date_is_sentinel(start))
        observe_unknown(o, arena_print(a, "the day from which the time runs, instead of %s%s",
                                       date_text(start, day), done));
}

/* A column that should be a day: text or microseconds. What is neither makes the answer unknown,
 * naming the part of the rule. */
static date read_day(const struct observation *o, struct cage_stmt *s, int column, struct arena *a,
                     const char **ret_bad)
{
    AUTO_TEXT found = { .max = 80 };
    date d;

    if (cage_is_null(s, column))
        return DATE_NONE;
    if (cage_is_number(s, column))
        return zone_day(o->rule->zone, cage_number(s, column));
    d = date_read(cage_text(s, column));
    if (d == DATE_NONE && !*ret_bad) {
        text_add(&found, cage_text(s, column));
        *ret_bad =
            arena_print(a, "a day instead of \"%s\" (rule %s)", text_of(&found), o->rule->def->id);
    }
    return d;
}

/* The time of day of a moment in seconds; -1: it is only a day. */
static int read_seconds(const struct observation *o, struct cage_stmt *s, int column)
{
    return cage_is_null(s, column) || !cage_is_number(s, column)
               ? -1
               : zone_seconds(o->rule->zone, cage_number(s, column));
}

const char *observe_show(const struct prepared_rule *r, struct cage_stmt *s, int column,
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
                                    .value = observe_show(r, s, from + i, r->evidence[i], a) };
    o->evidence = all;
    o->evidence_count = r->evidence_count;
}

/* The first reason to be quiet that holds. A reason without its day cannot be placed before or
 * after the last day: unknown. */
static int read_quiet(struct observation *o, struct cage_stmt *s, int column, date today,
                      struct arena *a, const char **bad)
{
    for (LIST_EACH(const struct quiet, q, &o->rule->def->quiet)) {
        date on = cage_number(s, column) != 0 ? read_day(o, s, column + 1, a, bad) : DATE_NONE;
        bool ahead = on != DATE_NONE && observe_came(o, on, today, q->because) == DATE_NONE;

        if (!o->quiet_because && cage_number(s, column) != 0 && !ahead) {
            o->quiet_because = q->because;
            o->quiet_on = date_is_sentinel(on) ? DATE_NONE : on;
            o->quiet_detail = arena_text(a, cage_text(s, column + 2));
            if (o->quiet_on == DATE_NONE)
                observe_unknown(o, arena_print(a, "the day since when: %s", q->because));
        }
        column += 3;
    }
    return column;
}

static void read_unknown(struct observation *o, struct cage_stmt *s, int column)
{
    for (LIST_EACH(const struct unknown, u, &o->rule->def->unknown)) {
        if (cage_number(s, column) != 0)
            observe_unknown(o, u->ask);
        column++;
    }
}

/* The day on which it was done, if it has come. */
static void read_met(struct observation *o, struct cage_stmt *s, date today, struct arena *a,
                     const char **bad)
{
    date met = read_day(o, s, DETAIL_MET, a, bad);
    char day[DATE_TEXT_SIZE];

    o->met_on = observe_came(o, met, today, "done");
    if (date_is_sentinel(o->met_on)) {
        o->met_on = DATE_NONE;
        observe_untold(
            o, arena_print(a, "the day on which it was done, instead of %s", date_text(met, day)));
    }
    o->met_seconds = o->met_on == DATE_NONE ? -1 : read_seconds(o, s, DETAIL_MET);
}

/* Who and what it is about, the days, and the reasons. The rule knows best what to ask for, so its
 * unknown clauses are read before its quiet ones. */
static void read_detail(struct prepared_rule *r, date today, struct arena *a, struct observation *o)
{
    struct cage_stmt *s = r->detail;
    int quiet = DETAIL_FIXED + rule_starts(r);
    int unknown = quiet + 3 * (int)r->def->quiet.count;
    const char *bad = NULL;

    for (int i = 0; i < r->way_count; i++) {
        o->starts[i] = read_day(o, s, DETAIL_FIXED + i, a, &bad);
        o->seconds[i] = read_seconds(o, s, DETAIL_FIXED + i);
    }
    if (r->capped)
        o->cap = read_day(o, s, DETAIL_FIXED + r->way_count, a, &bad);
    for (int i = 0; i < r->beside_count; i++)
        o->beside[i] = read_day(o, s, quiet - r->beside_count + i, a, &bad);
    o->bound = read_day(o, s, DETAIL_BOUND, a, &bad);
    o->also = read_day(o, s, DETAIL_ALSO, a, &bad);
    read_met(o, s, today, a, &bad);
    if (r->kind == RULE_CADENCE)
        o->start = read_day(o, s, DETAIL_FROM_ON, a, &bad);
    o->guess = arena_text(a, cage_is_null(s, DETAIL_GUESS) ? NULL : cage_text(s, DETAIL_GUESS));
    read_unknown(o, s, unknown);
    read_quiet(o, s, quiet, today, a, &bad);
    read_evidence(o, s, unknown + (int)r->def->unknown.count, a);
    if (bad)
        observe_untold(o, bad);
    if (o->gone)
        observe_unknown(o, "how it ended: the record is no longer in the extract");
    if (cage_is_null(s, DETAIL_APPLIES))
        observe_untold(o, "what tells whether this duty applies");
}

static bool is_false(struct cage_stmt *s, int column)
{
    return !cage_is_null(s, column) && !cage_number(s, column);
}

/* Reads the current row of the detail statement. */
static void read_row(struct prepared_rule *r, date today, struct arena *a, struct observation *o)
{
    struct cage_stmt *s = r->detail;
    int64_t gone = cage_number(s, DETAIL_GONE);

    o->answer = ANSWER_PENDING;
    o->subject = arena_text(a, cage_text(s, DETAIL_KEY));
    o->label = arena_text(a, cage_text(s, DETAIL_LABEL));
    o->unit = arena_text(a, cage_text(s, DETAIL_UNIT));
    o->unit_by = arena_text(a, cage_text(s, DETAIL_UNIT_BY));
    o->office = arena_text(a, cage_text(s, DETAIL_OFFICE));
    o->owner = arena_text(a, cage_text(s, DETAIL_OWNER));
    o->place = arena_text(a, cage_is_null(s, DETAIL_PLACE) ? NULL : cage_text(s, DETAIL_PLACE));
    o->scope = arena_text(a, cage_is_null(s, DETAIL_SCOPE) ? NULL : cage_text(s, DETAIL_SCOPE));
    o->party = arena_text(a, cage_is_null(s, DETAIL_PARTY) ? NULL : cage_text(s, DETAIL_PARTY));
    o->amount = cage_is_null(s, DETAIL_AMOUNT) ? INT64_MIN : cage_number(s, DETAIL_AMOUNT);
    o->pull = cage_number(s, DETAIL_PULL);
    o->line = cage_number(s, DETAIL_LINE);
    o->raw = arena_text(a, cage_text(s, DETAIL_RAW));
    o->gone = gone > 0;
    if (gone < 0 || is_false(s, DETAIL_APPLIES) || is_false(s, DETAIL_LIMIT))
        o->answer = ANSWER_OUTSIDE;
    else
        read_detail(r, today, a, o);
}

/* True for a dataset that can only give more time: without it the date is the earliest. */
static bool is_ledger_of(const struct prepared_rule *r, const struct dataset *d)
{
    return d == r->extended_by || d == r->tolled_by;
}

bool observe_not_loaded(const struct prepared_rule *r, const struct setting_of *k,
                        const char **ret_name)
{
    size_t n = 0;

    if (!k->loaded)
        return false;
    for (LIST_EACH(const struct dataset, d, &k->settings->datasets)) {
        bool loaded = k->loaded[n++];

        if (loaded || d == r->dataset || is_ledger_of(r, d) || !reads_of(&r->reads, d->id))
            continue;
        *ret_name = d->id;
        return true;
    }
    return false;
}

bool observe_detail(struct prepared_rule *r, const struct cage_values *v,
                    const struct setting_of *k, struct arena *a, struct observation *o,
                    bool *ret_row, struct error *e)
{
    const char *missing;

    if (!cage_bind(r->detail, v, e) || !cage_row(r->detail, ret_row, e))
        return false;
    if (!*ret_row) { /* rows are never deleted: the dataset was made anew and is not loaded yet */
        observe_untold(o, "the record: it has not been loaded yet");
        return true;
    }
    read_row(r, k->today, a, o);
    if (k->unseen && r->extended_by && k->unseen[settings_number(k->settings, r->extended_by)])
        o->unseen = r->extended_by->id;
    if (o->answer != ANSWER_OUTSIDE && !unread_observe(r, v, k, a, o, e))
        return false;
    if (o->answer != ANSWER_OUTSIDE && observe_not_loaded(r, k, &missing))
        observe_untold(o, arena_print(a, "the data of %s: it has not been loaded yet", missing));
    return true;
}

void observe_met(struct observation *o)
{
    struct derivation d;
    bool in_time;

    if (o->answer != ANSWER_UNKNOWN || o->firm || o->met_on == DATE_NONE)
        return;
    d = deadline_derive(o);
    in_time = o->met_on < d.last || (o->met_on == d.last && (d.by < 0 || o->met_seconds <= d.by));
    if (d.last == DATE_NONE || d.bound || !in_time)
        return;
    o->answer = ANSWER_MET;
    o->ask = NULL;
}

/* What is done, but nobody can say in time for what, is unknown as well. */
static const char *ask_for_start(const struct observation *o, struct arena *a)
{
    const struct prepared_rule *r = o->rule;
    const char *what = r->way_count == 1 && r->ways[0].stated ? "the day it is due"
                                                              : "the day from which the time runs";

    return o->met_on == DATE_NONE ? what : arena_print(a, "%s: it is done, in time or not", what);
}

/* The answer of a rule of one duty, in the order in which a person would ask. */
static void answer(struct observation *o, struct arena *a)
{
    observe_met(o);
    if (o->answer != ANSWER_PENDING)
        return;
    if (observe_start(o) == DATE_NONE && o->bound == DATE_NONE)
        observe_unknown(o, ask_for_start(o, a));
    else if (o->met_on != DATE_NONE)
        o->answer = ANSWER_MET;
}

/* A contradiction that is there is a duty to mend it; one that is not, is mended. */
static void answer_wrong(struct observation *o, struct cage_stmt *s, date today)
{
    if (cage_is_null(s, DETAIL_WRONG))
        observe_unknown(o, "what tells whether the record contradicts itself");
    if (o->answer == ANSWER_UNKNOWN)
        return;
    o->start = today;
    if (!cage_number(s, DETAIL_WRONG)) {
        o->answer = ANSWER_MET;
        o->met_on = today;
    }
}

static bool observe_single(struct prepared_rule *r, const char *subject, const struct setting_of *k,
                           struct arena *a, observe_fn *each, void *data, struct error *e)
{
    struct cage_values v = { .today = k->today, .key = subject };
    struct observation o = observe_nothing(r, subject, "");
    const char *doubt;
    bool row;

    if (!observe_detail(r, &v, k, a, &o, &row, e))
        return false;
    if (o.answer == ANSWER_OUTSIDE)
        return true;
    if (!documents_read(r->extensions, r->extended_by, &v, &o, a, &o.extensions, &o.extension_count,
                        e) ||
        !documents_read(r->tollings, r->tolled_by, &v, &o, a, &o.tollings, &o.toll_count, e))
        return false;
    doubt = documents_doubt(&o, a);
    if (!front_observe(&o, &v, a, e))
        return false;
    if (row && r->kind == RULE_INTEGRITY)
        answer_wrong(&o, r->detail, k->today);
    else if (row)
        answer(&o, a);
    if (o.answer == ANSWER_PENDING)
        o.ask = o.guess ? arena_print(a, ASK_GUESS "%s", o.guess)
                : doubt ? doubt
                        : documents_doubtful(&o, a);
    return each(data, &o, e);
}

/* The rule failed on this subject: nobody knows, and nobody is closed for it. */
static bool rule_failed(struct prepared_rule *r, const char *subject, const char *why,
                        struct arena *a, observe_fn *each, void *data, struct error *e)
{
    struct observation o = observe_nothing(r, subject, "");

    if (!r->failures++)
        text_print(r->failure, sizeof r->failure, "%s", why);
    observe_unknown(&o, arena_print(a, ASK_WORKS "%s %s", r->def->id, r->failure));
    return each(data, &o, e);
}

/* Tells an error of the rule from one of `each`. */
struct passing {
    observe_fn *each;
    void *data;
    struct arena *arena;
    bool refused;
};

static bool pass_on(void *data, const struct observation *o, struct error *e)
{
    struct passing *p = data;
    struct observation counted = *o;

    observe_counted(&counted, p->arena);
    if (p->each(p->data, &counted, e))
        return true;
    p->refused = true;
    return false;
}

bool observe_subject(struct prepared_rule *r, const char *subject, const struct setting_of *k,
                     struct arena *a, observe_fn *each, void *data, struct error *e)
{
    struct passing p = { .each = each, .data = data, .arena = a };
    struct error why;
    bool ok;

    r->runs++;
    if (r->failures >= RULE_FAILURES_MAX)
        return rule_failed(r, subject, "", a, each, data, e);
    if (r->kind == RULE_CADENCE)
        ok = cadence_observe(r, subject, k, a, pass_on, &p, &why);
    else if (r->kind == RULE_LIFECYCLE)
        ok = lifecycle_observe(r, subject, k, a, pass_on, &p, &why);
    else
        ok = observe_single(r, subject, k, a, pass_on, &p, &why);
    cage_reset(r->detail); /* lets go of the state of the database */
    if (ok)
        return true;
    if (!p.refused && why.class == ERROR_SETUP)
        return rule_failed(r, subject, why.text, a, each, data, e);
    *e = why;
    return false;
}
