/* What a watch must say of a case: by its life as it was made, and the arithmetic of nation_day.c.
 *
 * States: "past" the last day, or the record contradicts itself; "ahead"; "unknown", for want of a
 * day; "quiet", ended in time for another reason; "quiet late", ended after the last day. What is
 * done, or what no duty applies to, has no line. `found` is the first day on which it is past. */
#include "bench/nation_truth.h"

#include <string.h>

day seen(const struct telling *t, day d)
{
    return d <= t->n->today ? d : NONE;
}

static day later(day a, day b)
{
    return a > b ? a : b;
}

void say(const struct telling *t, const char *rule, const char *state, day found, day last)
{
    struct truth one = { .rule = rule,
                         .subject = t->no,
                         .period = "",
                         .state = state,
                         .found = found,
                         .last = last,
                         .plant = t->plant ? t->plant : plant_names[t->l->plant],
                         .note = "" };

    truth_write(t->f, &one);
}

day quiet_since(const struct telling *t)
{
    const struct life *l = t->l;
    day ends[3];

    if (t->no_case)
        return NONE;
    if (t->suit_ends && seen(t, l->suit) != NONE) /* what comes after a suit makes nothing late */
        return l->suit;
    ends[0] = seen(t, l->offset);
    ends[1] = seen(t, l->settled_entered) == NONE ? NONE : l->settled;
    ends[2] = seen(t, l->closed) == NONE ? NONE : l->closed_written;
    return earlier(earlier(ends[0], ends[1]), ends[2]);
}

bool closed_undated(const struct telling *t)
{
    return !t->no_case && seen(t, t->l->closed) != NONE && t->l->closed_written == NONE;
}

void undone(const struct telling *t, const char *rule, day last, day known)
{
    day quiet = quiet_since(t);
    day found = later((t->first != NONE ? t->first : last) + 1, known);

    if (closed_undated(t))
        say(t, rule, "unknown", NONE, last);
    else if (quiet != NONE && quiet <= last)
        say(t, rule, "quiet", NONE, last);
    else if (quiet != NONE)
        say(t, rule, "quiet late", found, last);
    else if (last < t->n->today)
        say(t, rule, "past", found, last);
    else
        say(t, rule, "ahead", NONE, last);
}

day void_since(const struct telling *t)
{
    day revoked = t->l->waiver_count ? seen(t, t->l->waivers[0].revoked) : NONE;

    return later(revoked, later(seen(t, t->l->downgraded), t->l->opened));
}

/* A day that stands in a waiver is that day, also on a weekend. */
static bool is_stated(const struct life *l, day last)
{
    for (int i = 0; i < l->waiver_count; i++)
        if (l->waivers[i].until == last)
            return true;
    return false;
}

void tell_limitation(const struct telling *t, const char *rule)
{
    const struct life *l = t->l;
    day last = life_limit(l, t->n->today);

    if (seen(t, l->suit) != NONE)
        return;
    if (last == NONE) /* no later than five years after it was opened */
        last = day_anniversary(l->opened, 5);
    undone(t, rule, is_stated(l, last) ? last : day_rolled(last), void_since(t));
}

bool either(const struct telling *t, day a, day b)
{
    return seen(t, a) != NONE || seen(t, b) != NONE;
}

static void tell_clocks(const struct telling *t)
{
    const struct life *l = t->l;
    day mailed = seen(t, l->penalty_mailed), issued = seen(t, l->penalty_issued);
    day decided = seen(t, l->decision) == NONE ? NONE : l->decision_written;

    if (seen(t, l->prepenalty_issued) != NONE && !either(t, l->response, l->penalty_issued)) {
        if (seen(t, l->prepenalty_mailed) != NONE)
            undone(t, "respond", day_rolled(l->prepenalty_mailed + 30), NONE);
        else
            say(t, "respond", "unknown", NONE, NONE);
    }
    if (issued != NONE && mailed == NONE)
        undone(t, "mail", l->penalty_issued + 10, NONE);
    if (issued != NONE && mailed == NONE) /* also when it is done: in time or not */
        say(t, "petition", "unknown", NONE, NONE);
    if (mailed != NONE && !either(t, l->petition, l->referred))
        undone(t, "petition", day_rolled(mailed + 60), NONE);
    if (decided != NONE && !either(t, l->paid, l->referred))
        undone(t, "pay", day_rolled(decided + 60), l->decision);
}

static void tell_waivers(const struct telling *t)
{
    const struct life *l = t->l;

    for (int i = 0; i < l->waiver_count; i++) {
        const struct waiver *w = &l->waivers[i];
        char no[WAIVER_NO_SIZE];
        struct truth one = { .subject = life_waiver_no(l, i, no),
                             .period = "",
                             .state = "past",
                             .found = later(w->received, l->opened),
                             .plant = plant_names[l->plant],
                             .note = t->no };

        if (seen(t, w->received) == NONE)
            continue;
        one.rule = l->plant == PLANT_WAIVER_LATE            ? "waiver-late"
                   : l->plant == PLANT_WAIVER_GAP && i == 1 ? "waiver-gap"
                   : l->plant == PLANT_WAIVER_NO_DOCUMENT   ? "waiver-document"
                   : l->plant == PLANT_WAIVER_BACKWARDS     ? "waiver-backwards"
                                                            : NULL;
        if (one.rule)
            truth_write(t->f, &one);
    }
}

static void tell_entry(const struct telling *t, const char *rule, const struct entry *e)
{
    struct truth one = { .rule = rule,
                         .subject = e->no,
                         .period = "",
                         .state = "past",
                         .found = t->l->opened,
                         .plant = plant_names[t->l->plant],
                         .note = t->no };

    truth_write(t->f, &one);
}

static void tell_contradictions(const struct telling *t)
{
    const struct life *l = t->l;

    if (l->plant == PLANT_WAIVER_REMARK)
        say(t, "waiver-remark", "past", l->opened, NONE);
    if (l->plant == PLANT_CLOSED_EARLY && seen(t, l->closed) != NONE)
        say(t, "closed-early", "past", l->closed, NONE);
    if (l->plant == PLANT_DECISION_EARLY && seen(t, l->decision) != NONE)
        say(t, "decision-early", "past", l->decision, NONE);
    if (l->plant == PLANT_OVERPAID && seen(t, l->paid) != NONE)
        say(t, "overpaid", "past", l->paid, NONE);
    if (l->plant == PLANT_OWNER_LEFT)
        say(t, "owner-left", "past", l->opened, NONE);
}

void truth_case(const struct nation *n, struct files *f, const struct life *l)
{
    struct telling t = { .n = n, .f = f, .l = l };

    life_case_no(l, t.no);
    if (l->plant == PLANT_ENTRY_SHARED)
        tell_entry(&t, "entry-shared", &l->entries[l->entry_count - 1]);
    if (l->plant == PLANT_ENTRY_DIGIT)
        tell_entry(&t, "entry-digit", &l->entries[0]);
    if (l->plant == PLANT_UNREADABLE) {
        say(&t, "rejected", "past", l->opened, NONE);
        return;
    }
    if (l->plant == PLANT_DIFFERENT)
        say(&t, "differs", "past", l->opened, NONE);
    if (strcmp(l->statute, "1592") != 0)
        return;
    tell_limitation(&t, l->culpability == FRAUD && seen(&t, l->downgraded) == NONE ? "suit-fraud"
                                                                                   : "suit");
    tell_clocks(&t);
    tell_waivers(&t);
    tell_contradictions(&t);
}

void truth_write(struct files *f, const struct truth *t)
{
    char found[DAY_SIZE], last[DAY_SIZE];

    fprintf(f->truth, "%s,%s,%s,%s,%s,%s,%s,%s\n", t->rule, t->subject, t->period, t->state,
            day_iso(t->found, found), day_iso(t->last, last), t->plant, t->note);
}
