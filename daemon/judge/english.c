#include "judge/english.h"

#include "calendar/lastday.h"

#include <stdlib.h>

static const char *span(struct term t, char buffer[TERM_TEXT_SIZE])
{
    t.count = abs(t.count);
    return term_text(t, buffer);
}

static void add_names(const struct texts *names, const char *between, struct text *out)
{
    for (size_t i = 0; i < names->count; i++)
        text_addf(out, "%s\"%s\"", i ? between : "", names->all[i]);
}

/* --- whom it binds --- */

static void say_whom(const struct prepared_rule *r, struct text *out)
{
    int conditions = 0, limits = 0;

    for (int i = 0; i < r->condition_count; i++)
        *(r->conditions[i].limit ? &limits : &conditions) += 1;
    text_addf(out, "It binds each %s (a row of %s)", r->subject->name, r->dataset->id);
    if (conditions)
        text_addf(out, " for which %s:\n", conditions == 1 ? "this holds" : "all of these hold");
    else
        text_add(out, ".\n");
    for (int i = 0; i < r->condition_count; i++)
        if (!r->conditions[i].limit)
            text_addf(out, "    %s\n", r->conditions[i].text);
    if (limits)
        text_add(out, "Of these, only those are minded for which holds:\n");
    for (int i = 0; i < r->condition_count; i++)
        if (r->conditions[i].limit)
            text_addf(out, "    %s\n", r->conditions[i].text);
}

/* --- what must happen --- */

static void say_way(const struct way *w, struct text *out)
{
    char length[TERM_TEXT_SIZE];

    if (w->stated)
        text_addf(out, "on the day that the record states (%s)", w->words);
    else
        text_addf(out, "%s %s %s", span(w->term, length), w->term.count < 0 ? "before" : "after",
                  w->words);
}

/* Which documents count, and for how much. */
static void say_ledgers(const struct prepared_rule *r, struct text *out)
{
    const struct deadline *d = r->def->deadline;
    char length[TERM_TEXT_SIZE];

    if (r->extended_by)
        text_addf(out, "%s extend it, if signed on or before the last day.\n", r->extended_by->id);
    if (d->extensions_at_most)
        text_addf(out, "No more than %d of them count.\n", (int)d->extensions_at_most);
    if (r->each.count)
        text_addf(out, "One of them can add at most %s.\n", span(r->each, length));
    if (r->tolled_by)
        text_addf(out, "Days that %s name do not count.\n", r->tolled_by->id);
    if (d->scope.text)
        text_addf(out, "What does not cover this does not count: %s.\n", d->scope.text);
    if (d->party.text)
        text_addf(out, "What is not of this party does not count: %s.\n", d->party.text);
}

static void say_deadline(const struct prepared_rule *r, struct text *out)
{
    static const char *const closed[] = {
        [LAST_DAY_COURT] = "runs on to the next business day, as before a court",
        [LAST_DAY_FILING] = "runs on to the next business day of the office",
        [LAST_DAY_LAW] = "stays the last day",
        [LAST_DAY_BUSINESS] = "runs on to the next business day",
        [LAST_DAY_SAFE] = "goes back to the business day before",
        [LAST_DAY_BEFORE] = "stays the last day",
    };
    const struct deadline *d = r->def->deadline;
    const struct calendar *calendar = r->counting.calendar;
    char length[TERM_TEXT_SIZE];

    if (r->front)
        text_addf(out,
                  r->shared ? "Each of its %s%s%s has a last day of its own where a document "
                              "covers some of them; the nearest is watched.\n"
                            : "Each of its %s%s%s has a last day of its own; the nearest is "
                              "watched.\n",
                  r->front->id, r->crossed ? ", for each of its " : "",
                  r->crossed ? r->crossed->id : "");
    text_addf(out, "The last day is %s",
              d->last_day == LAST_DAY_BEFORE ? "the day before what is " : "");
    if (r->way_count > 1)
        text_addf(out, "the %s of: ", r->latest ? "latest" : "earliest");
    for (int i = 0; i < r->way_count; i++) {
        text_add(out, i ? "; " : "");
        say_way(&r->ways[i], out);
    }
    if (r->capped) {
        text_add(out, "; but never later than ");
        say_way(&r->cap, out);
    }
    text_addf(out, ". On a weekend%s it %s", calendar ? " or holiday" : "", closed[d->last_day]);
    text_addf(out, d->roll_law ? " (%s).\n" : ".\n", d->roll_law);
    if (calendar)
        text_addf(out, "The calendar %s says which days are closed%s.\n", calendar_name(calendar),
                  d->place.text ? ", with the closings of its place" : "");
    if (d->otherwise.text)
        text_addf(out, "A row without a day counts from %s.\n", d->otherwise.text);
    if (d->also.text)
        text_addf(out, "Where it is before each of them, it counts from %s too.\n", d->also.text);
    if (d->no_later_than)
        text_addf(out, "Where that is not known, it is no later than %s after %s.\n",
                  span(r->bound_term, length), r->bound_words);
    say_ledgers(r, out);
}

static void say_period(const struct prepared_rule *r, struct text *out)
{
    char length[TERM_TEXT_SIZE], day[DATE_LONG_SIZE];

    if (r->cadence.count > 1)
        text_addf(out, "every %d %ss", r->cadence.count, cadence_units[r->cadence.unit]);
    else
        text_addf(out, "each %s", cadence_units[r->cadence.unit]);
    if (r->cadence.since != DATE_NONE)
        text_addf(out, ", from that of %s on", date_long(r->cadence.since, day));
    if (r->def->every->by)
        text_addf(out, ", by the %s of its last month", r->def->every->by);
    if (r->grace.count)
        text_addf(out, ", with %s after its end", span(r->grace, length));
}

static void say_cadence(const struct prepared_rule *r, struct text *out)
{
    text_add(out, "It must happen ");
    say_period(r, out);
    if (r->events_of)
        text_addf(out, ". A row of %s with a day in %s meets one period%s%s.\n", r->events_of->id,
                  r->def->every->on, r->def->every->when.text ? ", if " : "",
                  r->def->every->when.text ? r->def->every->when.text : "");
    else
        text_add(out, ".\n");
}

static void say_standard(const struct prepared_rule *r, struct text *out)
{
    static const char *const groups[] = { "for each unit", "for each office", "for each owner",
                                          "for all together" };
    const struct measure *m = r->def->measure;

    text_addf(out, "The number is the sum of (%s) over the %s%s%s, %s, ", m->numerator.text,
              m->denominator.text ? "sum of (" : "number of rows",
              m->denominator.text ? m->denominator.text : "", m->denominator.text ? ")" : "",
              groups[m->by]);
    say_period(r, out);
    text_addf(out, "; a row belongs to the period of %s.\n", m->on.text);
    if (m->exclude.text)
        text_addf(out, "Left out, and counted: %s.\n", m->exclude.text);
    if (m->against_peers)
        text_addf(out,
                  "It must not be %s than that of all others beyond chance (%lld.%02lld%% "
                  "sure).\n",
                  m->worse == MEASURE_LOWER ? "lower" : "higher", (long long)m->confidence / 100,
                  (long long)m->confidence % 100);
    else
        text_addf(out, "It must be at %s %s.\n", m->at_least.text ? "least" : "most",
                  m->at_least.text ? m->at_least.text : m->at_most.text);
    text_addf(out, "Fewer than %lld %s nothing", (long long)m->min_cases,
              text_plural(m->min_cases, "row says", "rows say"));
    if (!m->against_peers && m->min_periods)
        text_addf(out, ", unless %lld periods are put together", (long long)m->min_periods);
    text_add(out, ".\n");
}

static void say_integrity(const struct prepared_rule *r, struct text *out)
{
    char length[TERM_TEXT_SIZE];

    text_addf(out, "The record is wrong when: %s.\n", r->def->wrong.text);
    if (r->fix.count)
        text_addf(out, "There are %s to mend it, from the day on which it is first seen.\n",
                  span(r->fix, length));
}

static void say_lifecycle(const struct prepared_rule *r, struct text *out)
{
    const struct lifecycle *l = r->def->lifecycle;
    char length[TERM_TEXT_SIZE];

    text_addf(out, "After each ");
    add_names(&l->after, " or ", out);
    text_addf(out, " in %s, ", r->events_of ? r->events_of->id : l->events);
    if (l->must_not_follow.count) {
        add_names(&l->must_not_follow, " or ", out);
        text_add(out, " must not follow.\n");
        return;
    }
    if (l->at_most)
        text_addf(out, "the next event must come within %s.\n", span(r->within, length));
    else {
        add_names(&l->must_follow, " or ", out);
        text_addf(out, " must follow%s%s.\n", r->within.count ? " within " : "",
                  r->within.count ? span(r->within, length) : "");
    }
}

/* --- what ends it, and when it is told --- */

static void say_end(const struct prepared_rule *r, struct text *out)
{
    if (r->def->met_on.text)
        text_addf(out, "It is done on the day in: %s.\n", r->def->met_on.text);
    for (LIST_EACH(const struct quiet, q, &r->def->quiet))
        text_addf(out, "It is not alarmed, because \"%s\", when %s; since %s.\n", q->because,
                  q->when.text, q->on.text);
    for (LIST_EACH(const struct unknown, u, &r->def->unknown))
        text_addf(out, "It is not known when %s; then this is asked for: %s.\n", u->when.text,
                  u->ask);
}

static void say_ladder(const struct prepared_rule *r, struct text *out)
{
    char length[TERM_TEXT_SIZE];

    text_add(out, "It is told:\n");
    if (r->kind == RULE_INTEGRITY)
        text_add(out, "    when it is first seen\n");
    for (int i = 0; i < r->rung_count; i++) {
        const struct rung_term *g = &r->rungs[i];

        text_addf(out, "    %s%s (%s)", g->at.count ? span(g->at, length) : "on the day to act by",
                  g->at.count < 0   ? " before the day to act by"
                  : g->at.count > 0 ? " after it"
                                    : "",
                  severity_names[g->severity]);
        if (g->remind.count)
            text_addf(out, ", again every %s", span(g->remind, length));
        text_add(out, "\n");
    }
    text_addf(out, "    when the last day has passed (%s)",
              severity_names[r->ladder->past_severity]);
    if (r->past_remind.count)
        text_addf(out, ", again every %s", span(r->past_remind, length));
    text_add(out, "\n");
}

static void say_reads(const struct prepared_rule *r, struct arena *a, struct text *out)
{
    const char *when = rule_whole_when(r, a);

    text_addf(out, "It reads %s", r->dataset->id);
    for (size_t i = 0; i < r->reads.other_count; i++)
        text_addf(out, ", %s", r->reads.others[i].dataset);
    for (int i = 0; i < r->lookups.rule_count; i++)
        text_addf(out, ", the duties of %s", r->lookups.rules[i]);
    text_add(out, ".\n");
    if (when)
        text_addf(out, "Every %s is looked at when %s.\n", r->subject->name, when);
    if (r->off)
        text_addf(out, "It is off %s: %s.\n", r->off_by_choice ? "by choice" : "for want of data",
                  r->off);
}

void english_rule(const struct prepared_rule *r, struct arena *a, struct text *out)
{
    static void (*const kinds[])(const struct prepared_rule *, struct text *) = {
        [RULE_DEADLINE] = say_deadline,   [RULE_CADENCE] = say_cadence,
        [RULE_STANDARD] = say_standard,   [RULE_INTEGRITY] = say_integrity,
        [RULE_LIFECYCLE] = say_lifecycle,
    };

    text_addf(out, "%s (%s): %s\n", r->def->id, rule_kind_names[r->kind], r->def->title);
    text_addf(out, "Authority: %s\n", r->def->law ? r->def->law : "none is given");
    say_whom(r, out);
    kinds[r->kind](r, out);
    say_end(r, out);
    say_ladder(r, out);
    text_addf(out, "To do: %s\n", r->def->remedy);
    if (r->def->remedy_past)
        text_addf(out, "Past the last day: %s\n", r->def->remedy_past);
    say_reads(r, a, out);
}
