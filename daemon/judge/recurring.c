#include "judge/recurring.h"

#include <string.h>

/* What happened to the subject. */
struct event {
    date day; /* DATE_NONE: not known */
    const char *name;
    int64_t pull, line;
};

struct events {
    struct event *all;
    int count, room;
};

static void add_event(struct events *list, struct event n, struct arena *a)
{
    if (list->count == list->room) {
        int room = list->room ? 2 * list->room : 16;
        struct event *more = arena_alloc(a, (size_t)room * sizeof *more);

        if (list->count)
            memcpy(more, list->all, (size_t)list->count * sizeof *more);
        list->all = more;
        list->room = room;
    }
    list->all[list->count++] = n;
}

/* All events of the subject, those without a day first, then by day. */
static bool read_events(struct prepared_rule *r, const struct cage_values *v, struct arena *a,
                        struct events *ret, struct error *e)
{
    struct cage_stmt *s = r->events;
    date day = DATE_NONE;
    bool row = true;

    if (!s)
        return true;
    if (!cage_bind(s, v, e))
        return false;
    while (row) {
        if (!cage_row(s, &row, e))
            return false;
        if (row)
            day = cage_is_null(s, EVENT_DAY) ? DATE_NONE : date_read(cage_text(s, EVENT_DAY));
        if (row && !(date_is_sentinel(day) && day > v->today)) /* which says that it was not */
            add_event(ret,
                      (struct event){ .day = date_is_sentinel(day) ? DATE_NONE : day,
                                      .name = arena_text(a, cage_text(s, EVENT_NAME)),
                                      .pull = cage_number(s, EVENT_PULL),
                                      .line = cage_number(s, EVENT_LINE) },
                      a);
    }
    cage_reset(s);
    return true;
}

/* --- cadence --- */

static void later(date *best, date d)
{
    if (d != DATE_NONE && (*best == DATE_NONE || d > *best))
        *best = d;
}

/* Since when absence proves something: in all the datasets that are read beside the own one. */
static date complete_since(const struct prepared_rule *r, const struct setting_of *k)
{
    date best = DATE_NONE;

    for (size_t i = 0; i < r->reads.other_count; i++) {
        const struct dataset *d = settings_dataset(k->settings, r->reads.others[i].dataset);

        if (d)
            later(&best, d->complete_since);
    }
    return best;
}

struct recurring {
    struct prepared_rule *rule;
    const char *subject;
    const struct setting_of *known;
    struct arena *arena;
    struct events events;
    int next_event; /* the first that has met no period */
    observe_fn *each;
    void *data;
};

/* The day by which it must happen: the end of the period, or a day of its last month. */
static date due_in(const struct prepared_rule *r, struct period p)
{
    int year, month, day;
    date d;

    if (!r->def->every->by)
        return p.last;
    date_split(p.last, &year, &month, &day);
    d = weekday_in(&r->by, year, month);
    return d == DATE_NONE ? p.last : d;
}

/* The last day of the grace after a period. What is not known of closed days can only make it
 * later. */
static date grace_end(const struct prepared_rule *r, date last)
{
    if (!r->grace.count)
        return last;
    return r->grace.unit == TERM_BUSINESS_DAYS
               ? calendar_count(r->counting.calendar, last, r->grace.count, NULL)
               : count_term(&r->counting, last, r->grace).day;
}

/* The earliest event in `p` or its grace that has met no period before. */
static date take_event(struct recurring *c, struct period p, struct observation *o)
{
    date end = grace_end(c->rule, p.last);

    while (c->next_event < c->events.count) {
        const struct event *n = &c->events.all[c->next_event];

        if (n->day != DATE_NONE && n->day > end)
            return DATE_NONE;
        if (n->day != DATE_NONE && n->day > c->known->today)
            return observe_came(o, n->day, c->known->today, "done");
        c->next_event++;
        if (n->day != DATE_NONE && n->day >= p.first)
            return n->day;
    }
    return DATE_NONE;
}

/* One period: what the data says of it. */
static bool see_period(struct recurring *c, struct period p, struct observation *o, bool *ret_row,
                       struct error *e)
{
    struct cage_values v = {
        .today = c->known->today, .key = c->subject, .first = p.first, .last = p.last
    };
    const struct cadence *cadence = &c->rule->cadence;
    char name[PERIOD_TEXT_SIZE], words[PERIOD_LONG_SIZE];

    *o = observe_nothing(c->rule, c->subject, arena_text(c->arena, period_text(cadence, p, name)));
    o->period_words = arena_text(c->arena, period_long(cadence, p, words));
    return observe_detail(c->rule, &v, c->known, c->arena, o, ret_row, e);
}

static bool judge_period(struct recurring *c, struct period p, struct error *e)
{
    struct observation o;
    bool row;

    if (!see_period(c, p, &o, &row, e))
        return false;
    o.start = due_in(c->rule, p);
    if (c->rule->events)
        o.met_on = take_event(c, p, &o);
    observe_met(&o);
    if (o.answer == ANSWER_PENDING && o.met_on != DATE_NONE)
        o.answer = ANSWER_MET;
    return c->each(c->data, &o, e);
}

/* From when the duty binds the subject whose current period is `now`. */
static struct period first_period(const struct recurring *c, const struct observation *now)
{
    struct period none = { DATE_NONE, DATE_NONE };
    date from = c->rule->cadence.since;

    later(&from, now->start); /* the subject's from_on */
    later(&from, complete_since(c->rule, c->known));
    return from == DATE_NONE ? none : cadence_period(&c->rule->cadence, from);
}

bool cadence_observe(struct prepared_rule *r, const char *subject, const struct setting_of *k,
                     struct arena *a, observe_fn *each, void *data, struct error *e)
{
    struct recurring c = {
        .rule = r, .subject = subject, .known = k, .arena = a, .each = each, .data = data
    };
    struct cage_values v = { .today = k->today, .key = subject };
    struct period last = cadence_period(&r->cadence, k->today), p;
    struct observation now;
    bool row;

    if (!see_period(&c, last, &now, &row, e))
        return false;
    if (row && now.answer == ANSWER_OUTSIDE)
        return true;
    p = first_period(&c, &now);
    if (!row || p.first == DATE_NONE) {
        observe_unknown(&now, "since when this duty binds");
        now.period = "";
        return each(data, &now, e);
    }
    if (!read_events(r, &v, a, &c.events, e))
        return false;
    for (; p.first <= last.first; p = cadence_next(&r->cadence, p))
        if (!judge_period(&c, p, e))
            return false;
    return true;
}

/* --- lifecycle --- */

static bool is_one_of(const struct texts *names, const char *name)
{
    for (size_t i = 0; i < names->count && name; i++)
        if (strcmp(names->all[i], name) == 0)
            return true;
    return false;
}

/* The first event after `n` that has one of the names (empty: any name); NULL: none. One that has
 * not come is planned. */
static const struct event *follower(const struct recurring *c, int n, const struct texts *names,
                                    struct observation *o)
{
    const struct events *list = &c->events;

    for (int i = n + 1; i < list->count; i++) {
        const struct event *next = &list->all[i];

        if (next->day != DATE_NONE && (!names->count || is_one_of(names, next->name)))
            return observe_came(o, next->day, c->known->today, next->name) == DATE_NONE ? NULL
                                                                                        : next;
    }
    return NULL;
}

/* An event with one of the names of which the day is not known. */
static const struct event *undated(const struct events *list, const struct texts *names)
{
    for (int i = 0; i < list->count && list->all[i].day == DATE_NONE; i++)
        if (is_one_of(names, list->all[i].name))
            return &list->all[i];
    return NULL;
}

static void ask_day(struct observation *o, const struct event *n, struct arena *a)
{
    if (n)
        observe_unknown(o, arena_print(a, "the day of \"%s\"", n->name));
}

/* The duty that event `n` begins. False if there is none. */
static bool see_event(struct recurring *c, int n, struct observation *o)
{
    const struct lifecycle *l = c->rule->def->lifecycle;
    const struct event *begins = &c->events.all[n], *f;
    static const struct texts any;
    char day[DATE_TEXT_SIZE];

    o->period = arena_text(c->arena, date_text(begins->day, day));
    o->start = begins->day;
    o->event = begins->name;
    o->pull = begins->pull;
    o->line = begins->line;
    if (l->must_not_follow.count) {
        f = follower(c, n, &l->must_not_follow, o);
        if (!f && o->ahead != DATE_NONE)
            return true; /* it is looked at again on that day */
        if (!f) {
            ask_day(o, undated(&c->events, &l->must_not_follow), c->arena);
            return o->answer == ANSWER_UNKNOWN;
        }
        o->violated_on = f->day;
        return true;
    }
    f = follower(c, n, l->at_most ? &any : &l->must_follow, o);
    if (!f && o->ahead == DATE_NONE)
        ask_day(o, undated(&c->events, &l->must_follow), c->arena);
    else if (f && o->answer == ANSWER_PENDING) {
        o->met_on = f->day;
        o->answer = ANSWER_MET;
    }
    return true;
}

/* One that has not come begins nothing yet; the duty without a date is looked at on that day. */
static bool plan_event(struct recurring *c, const struct event *n, struct observation *o,
                       struct error *e)
{
    char day[DATE_TEXT_SIZE];

    o->period = arena_text(c->arena, date_text(n->day, day));
    o->event = n->name;
    observe_came(o, n->day, c->known->today, n->name);
    return c->each(c->data, o, e);
}

static bool judge_events(struct recurring *c, const struct observation *base, struct error *e)
{
    const struct lifecycle *l = c->rule->def->lifecycle;
    date before = DATE_NONE;

    for (int i = 0; i < c->events.count; i++) {
        const struct event *n = &c->events.all[i];
        struct observation o = *base;

        if (n->day == DATE_NONE || n->day == before || !is_one_of(&l->after, n->name))
            continue;
        before = n->day;
        if (n->day > c->known->today) {
            if (!plan_event(c, n, &o, e))
                return false;
            continue;
        }
        if (see_event(c, i, &o) && !c->each(c->data, &o, e))
            return false;
    }
    return true;
}

bool lifecycle_observe(struct prepared_rule *r, const char *subject, const struct setting_of *k,
                       struct arena *a, observe_fn *each, void *data, struct error *e)
{
    struct recurring c = {
        .rule = r, .subject = subject, .known = k, .arena = a, .each = each, .data = data
    };
    struct cage_values v = { .today = k->today, .key = subject };
    struct observation o = observe_nothing(r, subject, ""), begins;
    bool row;

    if (!observe_detail(r, &v, k, a, &o, &row, e))
        return false;
    if (row && o.answer == ANSWER_OUTSIDE)
        return true;
    if (!row)
        return each(data, &o, e);
    if (!read_events(r, &v, a, &c.events, e))
        return false;
    begins = o;
    ask_day(&begins, undated(&c.events, &r->def->lifecycle->after), a);
    if (begins.answer == ANSWER_UNKNOWN && !each(data, &begins, e))
        return false;
    return judge_events(&c, &o, e);
}
