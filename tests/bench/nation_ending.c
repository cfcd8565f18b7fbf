/* What a case has around its decision: the deposit of the duty, the official of the Center who took
 * part, the written statement; and what is left when it is closed. */
#include "bench/nation_truth.h"

#include <string.h>

#define OFFICIAL_ABOVE 10000000 /* cents */

/* NONE: it never happens. */
struct ending {
    day deposit, official, statement;
    bool findings; /* they stand in the decision */
    bool no_reason;
};

static struct ending ending_make(const struct nation *n, const struct life *l)
{
    struct chance c = chance_of(n->seed, CHANCE_ENDING, l->number);
    int deposit = chance_between(&c, 1, 100), official = chance_between(&c, 1, 100);
    int statement = chance_between(&c, 1, 100);
    struct ending e = { .no_reason = chance_percent(&c, 6) };

    if (l->penalty_mailed != NONE && deposit > 6)
        e.deposit = l->penalty_mailed +
                    (deposit <= 12 ? chance_between(&c, 40, 200) : chance_between(&c, 3, 30));
    if (l->decision == NONE)
        return e;
    if (official > 8)
        e.official =
            l->decision + (official <= 16 ? chance_between(&c, 1, 40) : -chance_between(&c, 0, 20));
    e.findings = statement > 60;
    if (statement > 6 && !e.findings)
        e.statement = l->decision +
                      (statement <= 14 ? chance_between(&c, 40, 300) : chance_between(&c, 0, 25));
    return e;
}

static day come(const struct nation *n, day d)
{
    return d <= n->today ? d : NONE;
}

/* The current amount is what was last asked for: who has paid owes nothing of it. */
struct ending_cells ending_cells(const struct nation *n, const struct life *l)
{
    struct ending e = ending_make(n, l);
    bool paid = l->paid != NONE && l->paid <= n->today;

    return (struct ending_cells){ .deposit = come(n, e.deposit),
                                  .official = come(n, e.official),
                                  .statement = come(n, e.statement),
                                  .current = paid ? l->collected : l->assessed,
                                  .findings = e.findings,
                                  .reason = e.no_reason ? "" : l->close_reason };
}

/* --- truth --- */

/* Thirty days for the statement; none when the case goes to counsel is worse. */
static void tell_statement(const struct telling *t, const struct ending *e)
{
    const struct life *l = t->l;
    struct telling of = *t;
    day last, found, referred = earlier(seen(t, l->referred), seen(t, l->suit));

    of.plant = "no written statement";
    if (strcmp(l->statute, "1592") != 0 || seen(t, l->decision) == NONE ||
        seen(t, l->closed) != NONE || seen(t, e->statement) != NONE || e->findings)
        return;
    last = day_safe(l->decision_written + 30);
    found = last + 1 > l->decision ? last + 1 : l->decision;
    say(&of, "final-statement", last < t->n->today ? "past" : "ahead",
        last < t->n->today ? found : NONE, last);
    if (referred != NONE)
        say(&of, "referral-without-statement", "past",
            referred > l->decision ? referred : l->decision, NONE);
}

static void tell_official(const struct telling *t, const struct ending *e)
{
    const struct life *l = t->l;
    struct telling of = *t;
    char no[CASE_NO_SIZE];

    snprintf(of.no, sizeof of.no, "D-%s", life_case_no(l, no));
    of.plant = "no official in the decision";
    if (l->assessed <= OFFICIAL_ABOVE || seen(t, l->decision) == NONE)
        return;
    if (e->official == NONE || e->official > l->decision_written)
        say(&of, "decision-official", "past", l->decision, NONE);
}

void truth_ending(const struct telling *t)
{
    const struct life *l = t->l;
    struct ending e = ending_make(t->n, l);
    struct telling of = *t;

    if (strcmp(l->statute, "1592") == 0 && seen(t, l->penalty_mailed) != NONE) {
        of.plant = e.deposit > day_rolled(l->penalty_mailed + 30) || e.deposit == NONE
                       ? "duty not deposited in time"
                       : "";
        tell(&of, "duty-deposit", day_rolled(l->penalty_mailed + 30), NONE, e.deposit, NONE);
    }
    tell_statement(t, &e);
    tell_official(t, &e);
    of.plant = "closed with money open and no reason";
    if (seen(t, l->closed) != NONE && seen(t, l->paid) == NONE && l->assessed > 0 && e.no_reason)
        say(&of, "closed-with-balance", "past", l->closed, NONE);
}
