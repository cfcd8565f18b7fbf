/* What the rules for customs (rules/customs) watch in a case beyond what nation_truth.c says, under
 * the names of these rules. The law is that of the rules: 19 U.S.C. 1621, 1641(d)(4), 1592(b); 19
 * CFR 162.78, 171.2, 171.22; what is only a suggestion there (180 days to counsel, ten days to
 * mail) is arithmetic here. */
#include "bench/nation_scope.h"
#include "bench/nation_truth.h"

#include <string.h>

static bool is_under(const struct telling *t, const char *statute)
{
    return strcmp(t->l->statute, statute) == 0;
}

day earlier(day a, day b)
{
    return a == NONE || (b != NONE && b < a) ? b : a;
}

void tell(const struct telling *t, const char *rule, day last, day known, day a, day b)
{
    day done = earlier(seen(t, a), seen(t, b));

    if (done == NONE)
        undone(t, rule, last, known);
    else if (done > last && closed_undated(t))
        say(t, rule, "unknown", NONE, last);
}

/* Statutes other than 1592: the offence, or its discovery; a broker until he is served. */
static void tell_others(const struct telling *t)
{
    if (is_under(t, "1595a"))
        tell_limitation(t, "sol-other");
    else if (is_under(t, "1641") && seen(t, t->l->prepenalty_mailed) == NONE)
        tell_limitation(t, "sol-broker");
}

/* 180 days before the limitation, whichever it is, both counted to the business day before. Under
 * 1592 of the entry that is next; of a case that is over, the one that was next then; the first, if
 * nobody knows when that was. */
static void tell_referral(const struct telling *t)
{
    const struct life *l = t->l;
    struct telling of = *t;
    day quiet = quiet_since(t), at = quiet != NONE && quiet < t->n->today ? quiet : t->n->today;
    day first = life_limit(l, t->n->today);
    day last = closed_undated(t) || !is_under(t, "1592") ? first : life_next_limit(l, at);

    if (is_under(t, "1641") && seen(t, l->prepenalty_mailed) != NONE)
        return; /* he is served */
    if (last == NONE)
        first = last = day_anniversary(l->opened, 5);
    if (last - first < 180) /* else there was none for a while */
        of.first = day_safe(day_safe(first) - 180);
    tell(&of, "referral", day_safe(day_safe(last) - 180), void_since(t), l->referred, l->suit);
}

/* What a waiver adds in time stands in the limitation; here only what ends later than that. */
static void tell_waiver_end(const struct telling *t)
{
    const struct life *l = t->l;
    day quiet = quiet_since(t), at = quiet != NONE && quiet < t->n->today ? quiet : t->n->today;
    day limit = closed_undated(t) ? life_limit(l, t->n->today) : life_next_limit(l, at);
    day last = NONE, known = void_since(t);

    if (limit == NONE)
        limit = day_anniversary(l->opened, 5);
    for (int i = 0; i < l->waiver_count; i++) {
        const struct waiver *w = &l->waivers[i];

        if (seen(t, w->received) == NONE || seen(t, w->revoked) != NONE || w->until < last)
            continue;
        last = w->until;
        known = w->received > known ? w->received : known;
    }
    if (last != NONE && last > day_rolled(limit) && seen(t, l->suit) == NONE)
        undone(t, "waiver-end", day_safe(last), known);
}

/* Ten days for mailing, as long as the case is not closed. */
static void tell_mailing(const struct telling *t)
{
    const struct life *l = t->l;
    day last = NONE;

    if (seen(t, l->closed) != NONE)
        return;
    if (seen(t, l->prepenalty_issued) != NONE && seen(t, l->prepenalty_mailed) == NONE)
        last = l->prepenalty_issued + 10;
    else if (seen(t, l->penalty_issued) != NONE && seen(t, l->penalty_mailed) == NONE)
        last = l->penalty_issued + 10;
    if (last != NONE)
        say(t, "notice-without-mailing", last < t->n->today ? "past" : "ahead",
            last < t->n->today ? last + 1 : NONE, last);
}

/* The same telling under the number of the case's petition ("P-") or decision ("D-"). */
static struct telling about(const struct telling *t, const char *what)
{
    struct telling of = *t;
    char no[CASE_NO_SIZE];

    snprintf(of.no, sizeof of.no, "%s%s", what, life_case_no(t->l, no));
    return of;
}

static void tell_decision(const struct telling *t)
{
    const struct life *l = t->l;
    struct telling of = about(t, "D-");

    of.suit_ends = true;
    of.no_case = l->plant == PLANT_UNREADABLE;
    if (seen(t, l->decision) == NONE)
        return;
    if (is_under(t, "1641"))
        tell(&of, "broker-payment", l->decision_written + 60, l->decision, l->paid, NONE);
    else
        tell(&of, "decision-effect", day_rolled(l->decision_written + 60), l->decision, l->paid,
             of.no_case ? NONE : l->referred);
}

static void tell_answers(const struct telling *t)
{
    const struct life *l = t->l;

    if (seen(t, l->prepenalty_mailed) != NONE)
        tell(t, "prepenalty-response", day_rolled(l->prepenalty_mailed + 30), NONE, l->response,
             l->penalty_mailed);
    if (seen(t, l->penalty_mailed) == NONE || is_under(t, "1595a"))
        return;
    tell(t, "petition-penalty", day_rolled(l->penalty_mailed + 60), NONE, l->petition, l->referred);
}

/* One thing that the record says wrongly, from the day on which it says so. */
static void tell_wrong(const struct telling *t, enum plant plant, const char *rule, day found)
{
    if (t->l->plant == plant && seen(t, found) != NONE)
        say(t, rule, "past", found, NONE);
}

static void tell_records(const struct telling *t)
{
    const struct life *l = t->l;
    struct telling petition = about(t, "P-");

    tell_wrong(t, PLANT_OWNER_ROLE, "owner-role", l->opened);
    tell_wrong(t, PLANT_NO_START, "entry-without-day", l->opened);
    tell_wrong(t, PLANT_NO_DISCOVERY, "fraud-without-discovery", l->opened);
    tell_wrong(t, PLANT_NO_CULPABILITY, "culpability-missing", l->opened);
    tell_wrong(t, PLANT_ENTRY_AFTER, "violation-after-opening", l->opened);
    if (l->plant == PLANT_NO_CENTER && seen(t, l->closed) == NONE)
        say(t, "case-without-center", "unknown", NONE, NONE);
    tell_wrong(t, PLANT_NO_PREPENALTY, "prepenalty-missing", l->penalty_issued);
    tell_wrong(t, PLANT_SMALL, "prepenalty-not-needed", l->prepenalty_issued);
    tell_wrong(t, PLANT_SUIT_EARLY, "suit-before-notice", l->penalty_mailed);
    tell_wrong(&petition, PLANT_PETITION_EARLY, "petition-before-notice", l->penalty_mailed);
    tell_wrong(&petition, PLANT_DECISION_EARLY, "decision-before-petition", l->decision);
}

void truth_customs(const struct nation *n, struct files *f, const struct life *l)
{
    struct telling t = { .n = n, .f = f, .l = l };

    life_case_no(l, t.no);
    if (l->scope.matter) {
        truth_scope(&t);
        truth_training(&t);
        return;
    }
    tell_decision(&t);
    t.no_case = l->plant == PLANT_UNREADABLE;
    truth_asks(&t);
    truth_action(&t);
    if (t.no_case)
        return;
    tell_others(&t);
    tell_referral(&t);
    tell_waiver_end(&t);
    tell_mailing(&t);
    tell_answers(&t);
    tell_records(&t);
    truth_agenda(&t);
    truth_training(&t);
    truth_ending(&t);
}
