#include "config/check.h"

#include "calendar/cadence.h"
#include "calendar/period.h"

#include <stdio.h>
#include <string.h>

#define WHO_SIZE 240

void check_missing(struct problems *p, struct place at, const char *who, const char *kind,
                   const char *name, const char *const *names)
{
    const char *near = text_nearest(name, names);

    if (near)
        problem_add(p, at.file, at.line, "%s: no %s \"%s\" (%s?)", who, kind, name, near);
    else
        problem_add(p, at.file, at.line, "%s: no %s \"%s\" is configured", who, kind, name);
}

const char *check_who(const char *kind, const char *name)
{
    static char buffer[160];

    return text_print(buffer, sizeof buffer, "%s \"%s\"", kind, name ? name : "");
}

const char *const *check_names(const struct list *l, size_t size, size_t at)
{
    static const char **names;
    size_t n = 0;

    names = grow(names, l->count + 1, sizeof *names);
    for (size_t i = 0; i < l->count; i++) {
        const char *name =
            *(const char *const *)(const void *)((const char *)l->all + i * size + at);

        if (name)
            names[n++] = name;
    }
    names[n] = NULL;
    return names;
}

/* Without a sign it would be told when it is too late. */
static void check_rung(const struct ladder *l, const struct rung *g, struct problems *p)
{
    struct term t;

    if (g->when && term_read(g->when, &t) && t.count > 0 && *g->when != '+')
        problem_add(p, g->at.file, g->at.line,
                    "ladder \"%s\": rung at = \"%s\": has no sign; before the day to act by it is "
                    "\"-%s\", after it \"+%s\"",
                    l->name ? l->name : "", g->when, g->when, g->when);
}

static void check_ladder(const struct ladder *l, struct problems *p)
{
    for (LIST_EACH(const struct rung, g, &l->rungs))
        check_rung(l, g, p);
    if (l->name && !l->rungs.count)
        problem_add(p, l->at.file, l->at.line, "ladder \"%s\": has no rungs", l->name);
    if (l->rungs.count > 40)
        problem_add(p, l->at.file, l->at.line, "ladder \"%s\": has more than 40 rungs", l->name);
}

/* Its last days are counted by one calendar, the days to act by are open in that of all too: else
 * there is none. */
static void check_calendar(const struct settings *s, const struct rule *r, struct problems *p)
{
    const struct calendar_setting *own = settings_calendar(s, r->deadline->calendar);
    const struct calendar_setting *all = settings_calendar(s, s->calendar);
    struct place at = r->deadline->at;

    if (!own || !own->made || (all && !all->made))
        return;
    for (date d = 0; d < 7; d++)
        if (!calendar_is_weekend(own->made, d) && !calendar_is_weekend(all ? all->made : NULL, d))
            return;
    problem_add(p, at.file, at.line,
                "rule \"%s\": the calendars \"%s\" and \"%s\" are never open on the same day",
                r->id, own->name, all ? all->name : calendar_name(NULL));
}

/* One way to count: an event and how long, or a stated day. */
static void check_way(const struct clause *after, const struct clause *before,
                      const struct clause *due, const char *term, struct place at, const char *who,
                      struct problems *p)
{
    int ways = (after->text != NULL) + (before->text != NULL) + (due->text != NULL);

    if (ways != 1)
        problem_add(p, at.file, at.line, "%s: give one of after, before (with term) or due", who);
    else if (!due->text && !term)
        problem_add(p, at.file, at.line, "%s: term is missing", who);
    else if (due->text && term)
        problem_add(p, at.file, at.line, "%s: due is the day itself and takes no term", who);
}

static void check_ledger_name(const struct settings *s, const struct rule *r, const char *part,
                              const char *name, bool tolls, struct problems *p)
{
    const struct dataset *d = settings_dataset(s, name);
    const struct ledger *l = d ? d->ledger : NULL;

    if (!name)
        return;
    if (!d)
        check_missing(p, r->deadline->at, check_who("rule", r->id), "dataset", name,
                      NAMES(&s->datasets, dataset, id));
    else if (!l || (tolls ? !l->first : !l->until && !l->term))
        problem_add(p, r->deadline->at.file, r->deadline->at.line,
                    "rule \"%s\": %s: dataset \"%s\" has no ledger with %s", r->id, part, name,
                    tolls ? "first and last" : "until, or term and runs_from");
}

/* Each rule that an audit names is there. */
static void check_audit(const struct settings *s, const struct audit *u, struct problems *p)
{
    char who[WHO_SIZE];

    text_print(who, sizeof who, "audit \"%s\"", u->id ? u->id : "");
    for (LIST_EACH(const struct audit_item, i, &u->of))
        for (size_t n = 0; n < i->rules.count; n++)
            if (!settings_rule(s, i->rules.all[n]))
                check_missing(p, i->at, who, "rule", i->rules.all[n], NAMES(&s->rules, rule, id));
}

/* A front is of one or two datasets, and has one way to count. */
static void check_front(const struct settings *s, const struct rule *r, const char *who,
                        struct problems *p)
{
    const struct deadline *d = r->deadline;
    const struct texts *of = deadline_sets(d);

    if (!of->count && (d->item.text || d->worth.text))
        problem_add(p, d->at.file, d->at.line, "%s: item and worth need a front, or each", who);
    if (!d->front.count && (d->otherwise.text || d->also.text))
        problem_add(p, d->at.file, d->at.line, "%s: otherwise and also need a front", who);
    if (d->front.count && d->each.count)
        problem_add(p, d->at.file, d->at.line, "%s: front and each exclude each other", who);
    if (of->count > 2)
        problem_add(p, d->at.file, d->at.line, "%s: %s is of one or two datasets, not %zu", who,
                    d->each.count ? "each" : "a front", of->count);
    if (d->front.count && (d->earliest_of.count || d->latest_of.count))
        problem_add(p, d->at.file, d->at.line,
                    "%s: a front has one way to count: earliest_of and latest_of exclude it", who);
    for (size_t i = 0; i < of->count; i++)
        if (!settings_dataset(s, of->all[i]))
            check_missing(p, d->at, check_who("rule", r->id), "dataset", of->all[i],
                          NAMES(&s->datasets, dataset, id));
}

static void check_deadline(const struct settings *s, const struct rule *r, struct problems *p)
{
    const struct deadline *d = r->deadline;
    const struct list *lists[] = { &d->earliest_of, &d->latest_of };
    char who[WHO_SIZE];

    text_print(who, sizeof who, "rule \"%s\": deadline", r->id);
    if (d->earliest_of.count && d->latest_of.count)
        problem_add(p, d->at.file, d->at.line, "%s: earliest_of and latest_of exclude each other",
                    who);
    else if (!d->earliest_of.count && !d->latest_of.count)
        check_way(&d->after, &d->before, &d->due, d->term, d->at, who, p);
    else if (d->after.text || d->before.text || d->due.text || d->term)
        problem_add(p, d->at.file, d->at.line,
                    "%s: after, before, due and term stand inside %s here", who,
                    d->earliest_of.count ? "earliest_of" : "latest_of");
    for (int i = 0; i < 2; i++)
        for (LIST_EACH(const struct start, t, lists[i]))
            check_way(&t->after, &t->before, &t->due, t->term, t->at, who, p);
    if (d->at_most)
        check_way(&d->at_most->after, &d->at_most->before, &d->at_most->due, d->at_most->term,
                  d->at_most->at, who, p);
    if (d->calendar && !settings_calendar(s, d->calendar))
        check_missing(p, d->at, check_who("rule", r->id), "calendar", d->calendar,
                      NAMES(&s->calendars, calendar_setting, name));
    check_calendar(s, r, p);
    if (d->tolled_by && d->before.text)
        problem_add(p, d->at.file, d->at.line,
                    "%s: tolled_by: no time runs back to be tolled from before", who);
    check_front(s, r, who, p);
    check_ledger_name(s, r, "extended_by", d->extended_by, false, p);
    check_ledger_name(s, r, "tolled_by", d->tolled_by, true, p);
}

/* A column that a rule names by itself, in a dataset that it names too. */
static void check_column(const struct settings *s, const struct rule *r, struct place at,
                         const char *dataset, const char *column, enum column_type type,
                         struct problems *p)
{
    const struct dataset *d = settings_dataset(s, dataset);
    const struct column *c = d && column ? dataset_column(d, column) : NULL;

    if (!dataset || !column)
        return;
    if (!d)
        check_missing(p, at, check_who("rule", r->id), "dataset", dataset,
                      NAMES(&s->datasets, dataset, id));
    else if (!c)
        check_missing(p, at, check_who("rule", r->id), "column", column,
                      NAMES(&d->columns, column, name));
    else if (type == COLUMN_DATE && c->type != COLUMN_DATE && c->type != COLUMN_DATETIME)
        problem_add(p, at.file, at.line, "rule \"%s\": %s.%s is no date", r->id, dataset, column);
}

/* Something must say when the first period is. */
static void check_since(const struct settings *s, const struct rule *r, struct problems *p)
{
    const struct subject *j = settings_subject(s, r->subject);
    const struct dataset *own = j ? settings_dataset(s, j->from) : NULL;
    const struct dataset *events = settings_dataset(s, r->every->events);

    if (r->every->since != DATE_NONE || !own)
        return;
    if (r->measure ? own->complete_since != DATE_NONE
                   : j->from_on.text || (events && events->complete_since != DATE_NONE))
        return;
    problem_add(
        p, r->every->at.file, r->every->at.line,
        "rule \"%s\": every: since is missing: which period is the first (or give the %s)", r->id,
        r->measure ? "dataset complete_since" : "subject from_on, the events complete_since");
}

static void check_by(const struct rule *r, struct problems *p)
{
    const struct every *v = r->every;
    struct holiday_on by;

    if (v->by && !weekday_read(v->by, &by))
        problem_add(
            p, v->at.file, v->at.line,
            "rule \"%s\": every: by = \"%s\" is no day such as \"second Tuesday\" or \"last "
            "Friday\"",
            r->id, v->by);
    else if (v->by && (v->period == CADENCE_WEEK || r->measure))
        problem_add(p, v->at.file, v->at.line, "rule \"%s\": every: by needs %s", r->id,
                    r->measure ? "a duty; a measure is of its whole period" : "months");
}

static void check_every(const struct settings *s, const struct rule *r, struct problems *p)
{
    const struct every *v = r->every;

    if (v->count > 1 && v->since == DATE_NONE)
        problem_add(p, v->at.file, v->at.line,
                    "rule \"%s\": every: count above 1 needs since: where counting begins", r->id);
    check_since(s, r, p);
    check_by(r, p);
    if (r->measure)
        return;
    check_column(s, r, v->at, v->events, v->on, COLUMN_DATE, p);
    if (v->events && !v->on)
        problem_add(p, v->at.file, v->at.line,
                    "rule \"%s\": every: events needs on: the column with the day", r->id);
    if (!v->events == !r->met_on.text)
        problem_add(p, v->at.file, v->at.line,
                    "rule \"%s\": every: give either events (with on), or met_on to the rule",
                    r->id);
}

static void check_measure(const struct rule *r, struct problems *p)
{
    const struct measure *m = r->measure;
    int ways = (m->at_least.text != NULL) + (m->at_most.text != NULL) + m->against_peers;

    if (!r->every)
        problem_add(p, m->at.file, m->at.line,
                    "rule \"%s\": measure: every is missing: which period is measured", r->id);
    if (ways != 1)
        problem_add(p, m->at.file, m->at.line,
                    "rule \"%s\": measure: give one of at_least, at_most, against_peers", r->id);
    if (m->against_peers && m->by == MEASURE_BY_ALL)
        problem_add(p, m->at.file, m->at.line, "rule \"%s\": measure: by = \"all\" has no peers",
                    r->id);
    if (r->met_on.text)
        problem_add(p, m->at.file, m->at.line,
                    "rule \"%s\": a measure is met by its number; met_on does not belong to it",
                    r->id);
}

static void check_lifecycle(const struct settings *s, const struct rule *r, struct problems *p)
{
    const struct lifecycle *l = r->lifecycle;
    int ways = (l->must_follow.count > 0) + (l->must_not_follow.count > 0) + (l->at_most != NULL);

    check_column(s, r, l->at, l->events, l->on, COLUMN_DATE, p);
    check_column(s, r, l->at, l->events, l->name, COLUMN_TEXT, p);
    if (ways != 1)
        problem_add(p, l->at.file, l->at.line,
                    "rule \"%s\": lifecycle: give one of must_follow, must_not_follow, at_most",
                    r->id);
    if (l->within && !l->must_follow.count)
        problem_add(p, l->at.file, l->at.line,
                    "rule \"%s\": lifecycle: within belongs to must_follow", r->id);
}

/* Exactly one group says what kind of rule it is. */
static void check_kind(const struct rule *r, struct problems *p)
{
    int kinds = (r->deadline != NULL) + (r->every && !r->measure) + (r->measure != NULL) +
                (r->wrong.text != NULL) + (r->lifecycle != NULL);

    if (kinds != 1)
        problem_add(p, r->at.file, r->at.line,
                    "rule \"%s\": %s: give one of deadline, every, measure (with every), wrong, "
                    "lifecycle",
                    r->id, kinds ? "is of several kinds" : "does not say what the duty is");
    if (r->fix_within && !r->wrong.text)
        problem_add(p, r->at.file, r->at.line, "rule \"%s\": fix_within belongs to wrong", r->id);
    if (r->met_on.text && (r->wrong.text || r->lifecycle))
        problem_add(p, r->at.file, r->at.line,
                    "rule \"%s\": met_on does not belong to this kind of rule", r->id);
}

static void check_rule(const struct settings *s, const struct rule *r, struct problems *p)
{
    const char *who = check_who("rule", r->id);

    if (!r->id)
        return;
    if (r->subject && !settings_subject(s, r->subject))
        check_missing(p, r->at, who, "subject", r->subject, NAMES(&s->subjects, subject, name));
    if (r->ladder && !settings_ladder(s, r->ladder))
        check_missing(p, r->at, who, "ladder", r->ladder, NAMES(&s->ladders, ladder, name));
    if (r->profile && !settings_profile(s, r->profile))
        check_missing(p, r->at, who, "profile", r->profile, NAMES(&s->profiles, profile, name));
    if (!r->law)
        problem_warn(p, r->at.file, r->at.line,
                     "%s: law is missing; messages cannot say why this is a duty", who);
    check_kind(r, p);
    if (r->deadline)
        check_deadline(s, r, p);
    if (r->every)
        check_every(s, r, p);
    if (r->measure)
        check_measure(r, p);
    if (r->lifecycle)
        check_lifecycle(s, r, p);
}

void check_rules(const struct settings *s, struct problems *p)
{
    for (LIST_EACH(const struct ladder, l, &s->ladders))
        check_ladder(l, p);
    for (LIST_EACH(const struct audit, u, &s->audits))
        check_audit(s, u, p);
    for (LIST_EACH(const struct subject, j, &s->subjects))
        if (j->from && !settings_dataset(s, j->from))
            check_missing(p, j->at, check_who("subject", j->name), "dataset", j->from,
                          NAMES(&s->datasets, dataset, id));
    for (LIST_EACH(const struct rule, r, &s->rules))
        check_rule(s, r, p);
}
