#include "judge/deriving.h"

#include "base/zone.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const char *const derivation_steps[] = { "start",    "term",   "bound",    "tolling", "extension",
                                         "cap",      "period", "last day", "act by",  "alternative",
                                         "calendar", "choice", "front",    "beside",  NULL };

void derive_step(const struct deriving *v, const struct derivation_step *s, const char *format, ...)
{
    struct derivation_step told = *s;
    AUTO_TEXT sentence = { .max = 2048 };
    va_list args;

    if (!v->step)
        return;
    va_start(args, format);
    text_addv(&sentence, format, args);
    va_end(args);
    told.sentence = text_of(&sentence);
    v->step(v->data, &told);
}

struct step_input derive_own(const struct deriving *v, const char *field, date value)
{
    const struct front *f = v->o->front;

    if (f && !f->own && strcmp(field, v->rule->ways[0].field) == 0)
        return (struct step_input){ .field = field,
                                    .value = value,
                                    .dataset = v->rule->front->id,
                                    .key = f->key,
                                    .pull = f->pull,
                                    .line = f->line };
    return (struct step_input){ .field = field,
                                .value = value,
                                .dataset = v->rule->dataset ? v->rule->dataset->id : NULL,
                                .key = v->o->subject,
                                .pull = v->o->pull,
                                .line = v->o->line };
}

struct count_end derive_count(struct deriving *v, date start, struct term term)
{
    struct count_end end = count_term(&v->counting, start, term);

    v->d.uncounted |= end.how == COUNTED_UNVERIFIED;
    return end;
}

static const char *of_the_end(const struct deriving *v, struct count_end end)
{
    switch (end.how) {
    case COUNTED_MONTH_END:
        return ", the last day of a month without that date";
    case COUNTED_LEAP:
        return v->counting.leap == LEAP_MARCH_1 ? ", for 29 February"
                                                : ", the last day of a February without that date";
    case COUNTED_PLAIN:
    case COUNTED_UNVERIFIED:
    default:
        return "";
    }
}

void derive_tell_term(const struct deriving *v, struct term term, struct count_end end)
{
    char day[DATE_LONG_SIZE], length[TERM_TEXT_SIZE];
    const char *law = v->rule->def->law;
    const struct calendar *c = v->counting.calendar;
    const char *way = term.count < 0 ? "before" : "after";

    if (!v->step)
        return;
    term.count = abs(term.count);
    term_text(term, length);
    if (end.how == COUNTED_UNVERIFIED) {
        derive_step(v, STEP("calendar", DATE_NONE),
                    "%s %s that cannot be counted: the closed days of the calendar %s are known "
                    "until %s.",
                    length, way, calendar_name(c), date_long(calendar_verified_until(c), day));
        return;
    }
    derive_step(v, &(struct derivation_step){ .does = "term", .authority = law, .result = end.day },
                "%s %s that is %s%s%s%s%s.", length, way, date_long(end.day, day),
                of_the_end(v, end), law ? " (" : "", law ? law : "", law ? ")" : "");
    if (term.unit == TERM_BUSINESS_DAYS && c)
        derive_step(v, STEP("calendar", DATE_NONE),
                    "Business days are the days on which the calendar %s is open.",
                    calendar_name(c));
    if (end.how == COUNTED_LEAP)
        derive_step(v, STEP("alternative", end.arguable),
                    "The time runs from 29 February and ends in a year without one: %s is arguable "
                    "too.",
                    date_long(end.arguable, day));
}

/* --- where it starts --- */

static struct count_end way_end(struct deriving *v, const struct way *w, date start)
{
    const struct count_end stated = { start, COUNTED_PLAIN, DATE_NONE };

    return w->stated ? stated : derive_count(v, start, w->term);
}

/* The expression that gave the start: of a front also one over the case. */
static const char *field_of(const struct deriving *v, const struct way *w)
{
    const struct deadline *d = v->rule->def->deadline;
    bool own = v->rule->front && !v->rule->shared && (!v->o->front || v->o->front->own);
    const char *text = d->otherwise.text ? d->otherwise.text : d->also.text;

    return own && text ? text : w->field;
}

static void tell_way(const struct deriving *v, const struct way *w, date start,
                     struct count_end end)
{
    const struct step_input read = derive_own(v, field_of(v, w), start);
    const struct derivation_step s = {
        .does = "start", .result = start, .inputs = &read, .input_count = 1
    };
    char day[DATE_LONG_SIZE];

    if (!v->step)
        return;
    if (w->stated) {
        derive_step(v, &s, "The record states the day: %s (%s).", date_long(start, day), w->words);
        return;
    }
    derive_step(v, &s, "The time runs from %s: %s. That day itself is not counted.",
                date_long(start, day), w->words);
    derive_tell_term(v, w->term, end);
}

static void use(struct deriving *v, struct count_end end)
{
    v->d.nominal = end.day;
    v->d.clamped = end.how == COUNTED_MONTH_END || end.how == COUNTED_LEAP;
    v->d.alternative = end.arguable;
}

static void use_bound(struct deriving *v)
{
    const struct observation *o = v->o;
    struct step_input read;
    struct count_end end;
    char day[DATE_LONG_SIZE];

    if (o->bound == DATE_NONE) {
        derive_step(v, STEP("start", DATE_NONE),
                    "No date can be derived: the day from which the time runs (%s) is not known.",
                    v->rule->ways[0].words);
        return;
    }
    v->d.bound = true;
    end = derive_count(v, o->bound, v->rule->bound_term);
    use(v, end);
    derive_step(v, STEP("start", DATE_NONE), "The day from which the time runs is not known: %s.",
                v->rule->ways[0].words);
    read = derive_own(v, v->rule->def->deadline->no_later_than->after.text, o->bound);
    derive_step(v,
                &(struct derivation_step){
                    .does = "bound", .result = o->bound, .inputs = &read, .input_count = 1 },
                "It cannot be later than %s (%s), so the time runs out no later than shown here.",
                date_long(o->bound, day), v->rule->bound_words);
    derive_tell_term(v, v->rule->bound_term, end);
}

/* The time of day that way `i` ends at by itself: that of a stated moment, or the one from which
 * business days run; -1: none. */
static int hour_of(const struct deriving *v, int i)
{
    const struct way *w = &v->rule->ways[i];

    if (w->stated)
        return v->o->seconds[i];
    if (w->term.unit != TERM_BUSINESS_DAYS || w->term.count <= 0)
        return -1;
    return calendar_hour(v->counting.calendar, v->o->starts[i], v->o->seconds[i],
                         v->counting.place);
}

/* The day from which the time of way `i` runs: an event behind the closing time is one of the next
 * open day. */
static date received(struct deriving *v, int i)
{
    const struct counting *c = &v->counting;
    date start = v->o->starts[i], day;
    char came[DATE_LONG_SIZE], counts[DATE_LONG_SIZE];

    if (start == DATE_NONE || v->rule->ways[i].stated)
        return start;
    day = calendar_received(c->calendar, start, v->o->seconds[i], c->place);
    if (day == start && hour_of(v, i) > v->o->seconds[i])
        derive_step(v, STEP("calendar", start), "It came at %02d:%02d, before the office opens.",
                    v->o->seconds[i] / 3600, v->o->seconds[i] / 60 % 60);
    if (day != start && v->step)
        derive_step(v, STEP("calendar", day),
                    "It came on %s at %02d:%02d, while the office was closed: it counts from %s.",
                    date_long(start, came), v->o->seconds[i] / 3600, v->o->seconds[i] / 60 % 60,
                    date_long(day, counts));
    return day;
}

/* The end of a way with the days that do not count in it; nothing is told of them yet. */
static date reach_of(struct deriving *v, int i, date start, struct count_end end)
{
    struct deriving alone = *v;

    alone.step = NULL;
    alone.d.nominal = end.day;
    alone.start = v->rule->ways[i].stated ? DATE_NONE : start;
    alone.term = v->rule->ways[i].term;
    alone.back = !v->rule->ways[i].stated && v->rule->ways[i].term.count < 0;
    alone.untolled = v->rule->ways[i].untolled;
    derive_toll(&alone);
    v->d.uncounted |= alone.d.uncounted;
    return alone.d.nominal;
}

static void take_way(struct deriving *v, int i, date start, struct count_end end)
{
    const struct way *w = &v->rule->ways[i];

    use(v, end);
    v->hour = hour_of(v, i);
    v->back = !w->stated && w->term.count < 0;
    v->start = v->began = w->stated ? DATE_NONE : start;
    v->term = w->term;
    v->untolled = w->untolled;
}

/* The ways whose start is known; the earliest or latest of them binds, by where each ends with the
 * days that do not count. */
static void choose_way(struct deriving *v)
{
    const struct prepared_rule *r = v->rule;
    date best = DATE_NONE, reach;

    for (int i = 0; i < r->way_count; i++) {
        date start = received(v, i);
        struct count_end end;

        if (start == DATE_NONE) {
            if (r->way_count > 1)
                derive_step(v, STEP("start", DATE_NONE),
                            "One day is not known and is left out: %s.", r->ways[i].words);
            continue;
        }
        end = way_end(v, &r->ways[i], start);
        tell_way(v, &r->ways[i], start, end);
        reach = reach_of(v, i, start, end);
        if (best != DATE_NONE && (r->latest ? reach <= best : reach >= best))
            continue;
        best = reach;
        take_way(v, i, start, end);
    }
}

static void start_deadline(struct deriving *v)
{
    bool known = observe_start(v->o) != DATE_NONE;
    char day[DATE_LONG_SIZE];

    derive_front(v);
    if (!known) {
        use_bound(v);
        return;
    }
    choose_way(v);
    if (v->rule->way_count > 1 && v->d.nominal != DATE_NONE)
        derive_step(v, STEP("choice", v->d.nominal), "The %s of these counts: %s.",
                    v->rule->latest ? "latest" : "earliest", date_long(v->d.nominal, day));
}

static void cap(struct deriving *v)
{
    struct count_end end;

    if (!v->rule->capped || v->o->cap == DATE_NONE || v->d.nominal == DATE_NONE)
        return;
    end = way_end(v, &v->rule->cap, v->o->cap);
    if (end.day != DATE_NONE && end.day >= v->d.nominal)
        return;
    derive_step(v, STEP("cap", end.day), "It may not be later than this:");
    tell_way(v, &v->rule->cap, v->o->cap, end);
    use(v, end);
    v->hour = -1;
    v->fixed = false;
    v->back = !v->rule->cap.stated && v->rule->cap.term.count < 0;
}

/* Other ways to count that somebody may argue: told, and not binding. */
static void tell_beside(struct deriving *v)
{
    char day[DATE_LONG_SIZE], start[DATE_LONG_SIZE], length[TERM_TEXT_SIZE];

    for (int i = 0; i < v->rule->beside_count && v->step; i++) {
        const struct way *w = &v->rule->beside[i];
        const struct step_input read = derive_own(v, w->field, v->o->beside[i]);
        struct deriving alone = *v;
        struct count_end end;

        if (v->o->beside[i] == DATE_NONE)
            continue;
        end = way_end(&alone, w, v->o->beside[i]);
        if (end.day == DATE_NONE)
            continue;
        end.day = derive_last(v, end.day);
        derive_step(v,
                    &(struct derivation_step){
                        .does = "beside", .result = end.day, .inputs = &read, .input_count = 1 },
                    "Beside it, without documents: %s, %s; %s after that the last day is %s.",
                    w->words, date_long(v->o->beside[i], start), term_text(w->term, length),
                    date_long(end.day, day));
    }
}

/* --- the kinds --- */

static void run(struct deriving *v, struct term term)
{
    struct count_end end = derive_count(v, v->o->start, term);

    use(v, end);
    derive_tell_term(v, term, end);
}

static void derive_deadline(struct deriving *v)
{
    start_deadline(v);
    v->d.earliest = v->d.nominal;
    derive_toll(v);
    derive_extend(v);
    cap(v);
    tell_beside(v);
    if (v->d.earliest > v->d.nominal)
        v->d.earliest = v->d.nominal;
    if (v->d.earliest != DATE_NONE)
        v->d.earliest = derive_last(v, v->d.earliest);
}

static void derive_period(struct deriving *v)
{
    const struct every *every = v->rule->def->every;
    const char *by = every && v->rule->kind == RULE_CADENCE ? every->by : NULL;
    char day[DATE_LONG_SIZE];

    if (v->o->start == DATE_NONE)
        return;
    derive_step(v, STEP("period", v->o->start), "The period is %s; %s %s.", v->o->period_words,
                by ? "it must happen by" : "it ends on", date_long(v->o->start, day));
    if (by)
        derive_step(v, STEP("period", v->o->start), "That is the %s of the month.", by);
    if (v->o->event)
        derive_step(v, STEP("period", DATE_NONE), "The number is %s.", v->o->event);
    v->d.nominal = v->o->start;
    if (!v->rule->grace.count)
        return;
    run(v, v->rule->grace);
}

static void derive_wrong(struct deriving *v)
{
    char day[DATE_LONG_SIZE];

    if (v->o->start == DATE_NONE)
        return;
    derive_step(v, STEP("start", v->o->start), "It was first seen on %s.",
                date_long(v->o->start, day));
    if (!v->rule->fix.count)
        return;
    run(v, v->rule->fix);
}

static void derive_event(struct deriving *v)
{
    const struct observation *o = v->o;
    char day[DATE_LONG_SIZE];

    if (o->start == DATE_NONE)
        return;
    derive_step(v, STEP("start", o->start), "It begins with \"%s\" on %s.", o->event,
                date_long(o->start, day));
    if (o->violated_on != DATE_NONE) {
        v->d.nominal = o->violated_on - 1;
        derive_step(v, STEP("start", o->violated_on),
                    "What must not follow happened on %s; that cannot be undone.",
                    date_long(o->violated_on, day));
    } else if (v->rule->within.count) {
        run(v, v->rule->within);
    }
}

static struct derivation derive(const struct observation *o, deadline_step_fn *step, void *data)
{
    static void (*const kinds[])(struct deriving *) = { [RULE_DEADLINE] = derive_deadline,
                                                        [RULE_CADENCE] = derive_period,
                                                        [RULE_STANDARD] = derive_period,
                                                        [RULE_INTEGRITY] = derive_wrong,
                                                        [RULE_LIFECYCLE] = derive_event };
    struct deriving v = { .o = o,
                          .rule = o->rule,
                          .counting = o->rule->counting,
                          .office = o->rule->office,
                          .d = { .nominal = DATE_NONE,
                                 .last = DATE_NONE,
                                 .safe = DATE_NONE,
                                 .earliest = DATE_NONE,
                                 .alternative = DATE_NONE,
                                 .by = -1 },
                          .start = DATE_NONE,
                          .began = DATE_NONE,
                          .hour = -1,
                          .step = step,
                          .data = data };

    v.counting.place = v.office.place = o->place;
    kinds[o->rule->kind](&v);
    if (v.d.uncounted)
        v.d.nominal = v.d.earliest = v.d.alternative = DATE_NONE;
    derive_ending(&v);
    if (o->rule->kind != RULE_DEADLINE)
        v.d.earliest = v.d.last;
    return v.d;
}

struct derivation deadline_derive(const struct observation *o)
{
    return derive(o, NULL, NULL);
}

instant deadline_moment(const struct derivation *d, const char *zone)
{
    return d->by < 0 || d->last == DATE_NONE ? INSTANT_NONE : zone_instant(zone, d->last, d->by);
}

void deadline_explain(const struct observation *o, deadline_step_fn *step, void *data)
{
    derive(o, step, data);
}
