#include "judge/finding.h"

#include <string.h>

static const char *const statuses[] = { "", "OPEN", "RESOLVED", "WITHDRAWN" };

const char *status_name(enum status s)
{
    return statuses[s];
}

enum status status_read(const char *name)
{
    for (int i = STATUS_OPEN; i <= (int)STATUS_WITHDRAWN; i++)
        if (name && strcmp(statuses[i], name) == 0)
            return (enum status)i;
    return STATUS_NONE;
}

static const char *const causes[CAUSE_COUNT] = { [CAUSE_NONE] = "",
                                                 [CAUSE_BASELINE] = "baseline",
                                                 [CAUSE_STAGE] = "stage",
                                                 [CAUSE_BREACHED] = "breached",
                                                 [CAUSE_MOVED] = "moved",
                                                 [CAUSE_MET] = "met",
                                                 [CAUSE_MET_LATE] = "met late",
                                                 [CAUSE_REOPENED] = "re-opened",
                                                 [CAUSE_WITHDRAWN] = "withdrawn",
                                                 [CAUSE_GONE] = "gone",
                                                 [CAUSE_REMIND] = "remind",
                                                 [CAUSE_QUIET] = "quiet",
                                                 [CAUSE_QUIET_ENDED] = "quiet ended",
                                                 [CAUSE_RULE_CHANGED] = "rule changed",
                                                 [CAUSE_CORRECTED] = "data corrected",
                                                 [CAUSE_ANSWERED] = "answered",
                                                 [CAUSE_ADVANCED] = "advanced" };

const char *cause_name(enum cause c)
{
    return causes[c];
}

enum cause cause_read(const char *name)
{
    for (int i = CAUSE_BASELINE; i < (int)CAUSE_COUNT; i++)
        if (name && strcmp(causes[i], name) == 0)
            return (enum cause)i;
    return CAUSE_NONE;
}

int ladder_stage(const struct rung_term *rungs, int count, date safe, date today)
{
    int stage = -1;

    for (int i = 0; safe != DATE_NONE && i < count; i++)
        if (term_end(safe, rungs[i].at, NULL) <= today)
            stage = i;
    return stage;
}

bool sight_is_past(const struct sight *s)
{
    return s->last != DATE_NONE && (s->today > s->last || (s->timed && s->over));
}

/* Quiet since a day on or before the last day: the breach does not happen while that lasts, nor by
 * what is done afterwards. */
static bool is_excused(const struct sight *s)
{
    return (s->quiet || s->answer == ANSWER_MET) && s->quiet_on != DATE_NONE &&
           s->last != DATE_NONE && s->quiet_on <= s->last;
}

/* Since when a part of a front is lost; DATE_NONE: no part is. */
static date lost_on(const struct sight *s)
{
    return s->front ? s->lost_on : DATE_NONE;
}

/* The last day has passed, of a front at least one of them. */
static bool is_lost(const struct sight *s)
{
    return lost_on(s) != DATE_NONE || (sight_is_past(s) && !is_excused(s));
}

/* The day on which what is past was not done in time. */
static date breach_day(const struct sight *s)
{
    if (lost_on(s) != DATE_NONE)
        return lost_on(s);
    return s->timed ? s->last : s->last + 1;
}

static bool is_done_late(const struct sight *s)
{
    return lost_on(s) != DATE_NONE ||
           (s->last != DATE_NONE && (s->met_on > s->last || s->met_after) && !is_excused(s));
}

date finding_breached_on(const struct sight *s)
{
    bool late = s->answer == ANSWER_MET ? is_done_late(s) : is_lost(s);

    return late && s->answer != ANSWER_OUTSIDE ? breach_day(s) : DATE_NONE;
}

static bool breaches_now(const struct finding *f, const struct sight *s)
{
    return is_lost(s) && f->breached_on == DATE_NONE;
}

/* A step that ends an acknowledgement: nothing goes on as it was acknowledged. */
static struct step done(struct step s, enum cause cause, const struct sight *sight)
{
    s.cause = cause;
    s.next.acked_until = DATE_NONE;
    if (sight->start != DATE_NONE)
        s.next.start = sight->start;
    s.next.ordinal++;
    s.next.reminded_on = sight->today;
    return s;
}

/* `cause`, unless this is the first sight of it. */
static enum cause at_sight(const struct sight *s, enum cause cause)
{
    if (!s->baseline)
        return cause;
    return s->rule_changed ? CAUSE_RULE_CHANGED : CAUSE_BASELINE;
}

/* A finding begins, or begins again: then it is late by its last day of now. */
static struct step open_it(const struct finding *f, const struct sight *s)
{
    struct step step = { .next = *f };
    bool again = f->status != STATUS_NONE;

    step.next.status = STATUS_OPEN;
    step.next.stage = s->stage;
    step.next.due = s->last;
    step.next.safe = s->safe;
    step.next.closed_on = DATE_NONE;
    step.next.met_on = DATE_NONE;
    step.next.quiet = s->quiet;
    step.next.quiet_on = s->quiet_on;
    step.next.silenced = s->silenced;
    step.next.breached_on = finding_breached_on(s);
    if (!again)
        step.next.opened_on = s->today;
    if (again)
        return done(step, at_sight(s, CAUSE_REOPENED), s);
    return done(step,
                at_sight(s, step.next.breached_on != DATE_NONE ? CAUSE_BREACHED : CAUSE_STAGE), s);
}

/* It no longer binds, so nothing of it was late; of what left its source the last word stands. */
static struct step let_go(const struct finding *f, const struct sight *s)
{
    struct step step = { .next = *f };

    step.next.status = STATUS_WITHDRAWN;
    step.next.closed_on = s->today;
    if (!s->gone) {
        step.next.breached_on = DATE_NONE;
        step.next.met_on = DATE_NONE;
    }
    return done(step, s->gone ? CAUSE_GONE : CAUSE_WITHDRAWN, s);
}

/* The day from which the time runs was known, and is another one now. */
static bool is_corrected(const struct finding *f, const struct sight *s)
{
    return f->start != DATE_NONE && s->start != DATE_NONE && f->start != s->start;
}

/* It is done: by its dates of now, whatever they were before. */
static struct step resolve(const struct finding *f, const struct sight *s)
{
    struct step step = { .next = *f };
    bool late;

    step.next.status = STATUS_RESOLVED;
    step.next.closed_on = s->today;
    if (f->status == STATUS_NONE)
        step.next.opened_on = s->today;
    if (f->status == STATUS_NONE || s->stage > f->stage)
        step.next.stage = s->stage;
    if (s->last != DATE_NONE && !s->mended) {
        step.next.due = s->last;
        step.next.safe = s->safe;
    }
    if (s->last != DATE_NONE)
        step.next.breached_on = finding_breached_on(s);
    step.next.met_on = s->mended ? DATE_NONE : s->met_on;
    step.next.quiet = false;
    step.next.quiet_on = DATE_NONE;
    late = step.next.breached_on != DATE_NONE;
    if (f->status == STATUS_RESOLVED && late == (f->breached_on != DATE_NONE))
        return done(step, is_corrected(f, s) ? CAUSE_CORRECTED : CAUSE_MOVED, s);
    return done(step, late ? CAUSE_MET_LATE : CAUSE_MET, s);
}

/* What is closed says what the data of now says; what was never open and is done in time is none of
 * anybody's. */
static bool stands(const struct finding *f, const struct sight *s)
{
    if (s->last != DATE_NONE && finding_breached_on(s) != f->breached_on)
        return false;
    if (f->status != STATUS_RESOLVED || s->mended || f->met_on == DATE_NONE)
        return true;
    return f->met_on == s->met_on && (s->last == DATE_NONE || f->due == s->last);
}

/* The reason began or ended, or its day turns out to be in time. */
static bool is_quiet_anew(const struct finding *f, const struct sight *s)
{
    return s->answer == ANSWER_PENDING &&
           (s->quiet != f->quiet ||
            (f->breached_on != DATE_NONE && lost_on(s) == DATE_NONE && is_excused(s)));
}

/* Another date; or the same by which it is past since another day, or is not: another part of a
 * front, another hour. */
static bool moved(const struct finding *f, const struct sight *s)
{
    bool otherwise = f->breached_on != DATE_NONE && f->breached_on != finding_breached_on(s) &&
                     !is_quiet_anew(f, s);

    return s->answer == ANSWER_PENDING && (f->due != s->last || f->safe != s->safe || otherwise);
}

/* The date moved: a later one clears a breach that by this date has not happened, and re-arms only
 * the rungs that lie ahead. */
static struct step move_it(const struct finding *f, const struct sight *s)
{
    struct step step = { .next = *f };

    step.next.due = s->last;
    step.next.safe = s->safe;
    step.next.stage = s->stage;
    step.next.breached_on = finding_breached_on(s);
    return done(step, at_sight(s, is_corrected(f, s) ? CAUSE_CORRECTED : CAUSE_MOVED), s);
}

/* Nothing was changed: the nearest date of a front has passed, and the next one is nearest now. */
static bool has_advanced(const struct finding *f, const struct sight *s)
{
    return s->front && s->answer == ANSWER_PENDING && f->due != DATE_NONE && f->due < s->today &&
           s->last > f->due && lost_on(s) != DATE_NONE && lost_on(s) <= f->due + 1;
}

static struct step advance(const struct finding *f, const struct sight *s)
{
    struct step step = { .next = *f };

    step.next.due = s->last;
    step.next.safe = s->safe;
    step.next.stage = s->stage;
    if (f->breached_on == DATE_NONE) {
        step.next.breached_on = lost_on(s);
        return done(step, at_sight(s, CAUSE_BREACHED), s);
    }
    if (f->acked_until == DATE_NONE)
        return done(step, at_sight(s, CAUSE_ADVANCED), s);
    step.next.ordinal++;
    step.cause = CAUSE_ADVANCED;
    return step;
}

/* What was in time and recorded late takes the breach back, as what was done in time does. */
static struct step change_quiet(const struct finding *f, const struct sight *s)
{
    struct step step = { .next = *f };

    step.next.quiet = s->quiet;
    step.next.quiet_on = s->quiet_on;
    step.next.stage = s->stage > f->stage ? s->stage : f->stage;
    step.next.breached_on = finding_breached_on(s);
    return done(step, s->quiet ? CAUSE_QUIET : CAUSE_QUIET_ENDED, s);
}

static struct step change_silence(const struct finding *f, const struct sight *s)
{
    struct step step = { .next = *f };

    step.next.silenced = s->silenced;
    return done(step, s->silenced ? CAUSE_QUIET : CAUSE_QUIET_ENDED, s);
}

/* The day of an acknowledgement has passed, or what it was given for is not so any more. */
static bool ack_ends(const struct finding *f, const struct sight *s)
{
    return f->acked_until != DATE_NONE &&
           (s->today > f->acked_until ||
            (s->answer == ANSWER_PENDING && s->evidence != f->acked_evidence));
}

static struct step climb(const struct finding *f, const struct sight *s)
{
    struct step step = { .next = *f };

    step.next.stage = s->stage > f->stage ? s->stage : f->stage;
    if (breaches_now(f, s)) {
        step.next.breached_on = breach_day(s);
        return done(step, at_sight(s, CAUSE_BREACHED), s);
    }
    return done(step, at_sight(s, CAUSE_STAGE), s);
}

static bool reminds(const struct finding *f, const struct sight *s)
{
    return s->remind.count && !s->quiet && !s->silenced && f->acked_until == DATE_NONE &&
           f->reminded_on != DATE_NONE && term_end(f->reminded_on, s->remind, NULL) <= s->today;
}

static struct step step_open(const struct finding *f, const struct sight *s)
{
    struct step none = { .next = *f };

    if (has_advanced(f, s))
        return advance(f, s);
    if (moved(f, s))
        return move_it(f, s);
    if (is_quiet_anew(f, s))
        return change_quiet(f, s);
    if (s->silenced != f->silenced)
        return change_silence(f, s);
    if (s->stage > f->stage || breaches_now(f, s))
        return climb(f, s);
    if (ack_ends(f, s) || reminds(f, s))
        return done(none, CAUSE_REMIND, s);
    return none;
}

/* Not done, and nothing to be told yet; but it was late by what was believed before. */
static struct step take_back(const struct finding *f, const struct sight *s)
{
    struct step step = { .next = *f };

    step.next.status = STATUS_WITHDRAWN;
    step.next.closed_on = s->today;
    step.next.due = s->last;
    step.next.safe = s->safe;
    step.next.breached_on = DATE_NONE;
    step.next.met_on = DATE_NONE;
    return done(step, is_corrected(f, s) ? CAUSE_CORRECTED : CAUSE_MOVED, s);
}

static struct step step_closed(const struct finding *f, const struct sight *s)
{
    struct step none = { .next = *f };

    if (s->answer == ANSWER_UNKNOWN && f->status != STATUS_NONE)
        return none; /* what was closed on evidence stays so until there is new evidence */
    if (s->stage >= 0 || s->opens || is_lost(s))
        return open_it(f, s);
    return f->breached_on != DATE_NONE ? take_back(f, s) : none;
}

struct step finding_step(const struct finding *f, const struct sight *s)
{
    struct step none = { .next = *f };
    bool open = f->status == STATUS_OPEN;

    switch (s->answer) {
    case ANSWER_MET:
        return open || !stands(f, s) ? resolve(f, s) : none;
    case ANSWER_OUTSIDE:
        return open || (f->breached_on != DATE_NONE && !s->gone) ? let_go(f, s) : none;
    case ANSWER_PENDING:
    case ANSWER_UNKNOWN:
    default:
        return open ? step_open(f, s) : step_closed(f, s);
    }
}

struct step finding_answer(const struct finding *f, date until, int64_t evidence)
{
    struct step step = { .next = *f, .cause = CAUSE_ANSWERED };

    step.next.ordinal++;
    step.next.acked_until = until;
    step.next.acked_evidence = evidence;
    return step;
}

static void earlier(date *best, date d, date today)
{
    if (d != DATE_NONE && d > today && (*best == DATE_NONE || d < *best))
        *best = d;
}

date finding_next_day(const struct finding *f, const struct sight *s, const struct rung_term *rungs,
                      int count)
{
    date best = DATE_NONE;

    if (s->answer != ANSWER_PENDING && s->answer != ANSWER_UNKNOWN)
        return DATE_NONE;
    for (int i = 0; s->safe != DATE_NONE && i < count; i++)
        earlier(&best, term_end(s->safe, rungs[i].at, NULL), s->today);
    if (s->last != DATE_NONE && !s->timed)
        earlier(&best, s->last + 1, s->today);
    else if (s->last != DATE_NONE && !s->over)
        earlier(&best, s->last, s->today - 1);
    if (f->status == STATUS_OPEN && f->acked_until != DATE_NONE)
        earlier(&best, f->acked_until + 1, s->today);
    else if (f->status == STATUS_OPEN && s->remind.count && !s->quiet && !s->silenced &&
             f->reminded_on != DATE_NONE)
        earlier(&best, term_end(f->reminded_on, s->remind, NULL), s->today);
    return best;
}
