/* Whether the officers are trained on the procedure of their office; what was to be mended after a
 * decision; and what was promised to the auditors. */
#include "bench/nation_offices.h"
#include "bench/nation_truth.h"

#include <string.h>

/* Each takes the place of the one before it. */
static const struct {
    const char *name;
    int year, month;
} procedures[] = { { "FPF-1", 2022, 6 }, { "FPF-2", 2025, 6 } };

#define PROCEDURES ((int)(sizeof procedures / sizeof procedures[0]))

static day in_force(int procedure)
{
    return day_of(procedures[procedure].year, procedures[procedure].month, 1);
}

/* In the two months before the procedure is in force; late, long before, or never. */
static day trained_on(const struct nation *n, int office, int officer, int procedure)
{
    struct chance c =
        chance_of(n->seed, CHANCE_TRAINING, (procedure * OFFICES + office) * 10 + officer);
    int how = chance_between(&c, 1, 100);
    day on = in_force(procedure);

    return how <= 3    ? NONE
           : how <= 6  ? on - chance_between(&c, 200, 500)
           : how <= 12 ? on + chance_between(&c, 10, 400)
                       : on - chance_between(&c, 0, 60);
}

/* On which procedure an officer is trained by then, and since when; NONE: on none. */
struct training {
    int procedure;
    day on;
};

static struct training training_by(const struct nation *n, int office, int officer, day today)
{
    struct training last = { 0 };

    for (int i = 0; i < PROCEDURES; i++) {
        day on = trained_on(n, office, officer, i);

        if (on != NONE && on <= today)
            last = (struct training){ i, on };
    }
    return last;
}

void training_write(const struct nation *n, struct files *f, int office, int officer)
{
    struct training last = training_by(n, office, officer, n->today);
    char on[DAY_SIZE];

    fprintf(f->people, ",%s,%s\n", procedures[last.procedure].name, day_iso(last.on, on));
}

/* Since when, in one go up to today, the officer was on no procedure as new as that in force. */
static day untrained_since(const struct nation *n, int office, int officer)
{
    day first = in_force(0), second = in_force(1), since = NONE;

    for (day d = n->today; d >= first; d--) {
        int now = d >= second;
        struct training last = training_by(n, office, officer, d);

        if (last.on != NONE && last.procedure >= now && last.on >= (now ? second : first) - 90)
            break;
        since = d;
    }
    return since;
}

void truth_training(const struct telling *t)
{
    const struct life *l = t->l;
    struct telling of = *t;
    day since;

    of.plant = "officer not trained";
    if (l->officer < 0 || seen(t, l->closed) != NONE)
        return;
    since = untrained_since(t->n, l->office, l->officer);
    if (since != NONE)
        say(&of, "owner-trained", "past", since > l->opened ? since : l->opened, NONE);
}

/* --- corrective actions --- */

/* NONE: it never happens. */
struct action {
    day agreed, due, done, verified, recurred;
    bool importer;
    const char *plant;
};

static struct action action_make(const struct nation *n, const struct life *l)
{
    struct chance c = chance_of(n->seed, CHANCE_ACTION, l->number);
    struct action a = { .importer = chance_percent(&c, 70), .plant = "" };
    int how = chance_between(&c, 1, 100);

    if (l->decision == NONE || chance_percent(&c, 60))
        return a;
    a.agreed = l->decision + chance_between(&c, 5, 30);
    a.due = a.agreed + chance_between(&c, 60, 200);
    a.done = a.due - chance_between(&c, 3, 40);
    if (how <= 10) {
        a.plant = "corrective action not done in time";
        a.done = how <= 4 ? NONE : a.due + chance_between(&c, 10, 200);
    }
    if (a.done == NONE)
        return a;
    if (a.importer)
        a.verified = a.done + chance_between(&c, 20, 170);
    if (how > 10 && how <= 20 && a.importer) {
        a.plant = "corrective action not verified in time";
        a.verified = how <= 14 ? NONE : a.done + chance_between(&c, 200, 400);
    } else if (how > 20 && how <= 28) {
        a.plant = "violation came again";
        a.recurred = a.done + chance_between(&c, 30, 400);
    } else if (how > 28 && how <= 34) { /* before it was mended */
        a.recurred = a.agreed + 10;
    }
    return a;
}

static const char *event_iso(const struct nation *n, day d, char buffer[DAY_SIZE])
{
    return day_iso(d <= n->today ? d : NONE, buffer);
}

void action_write(const struct nation *n, struct files *f, const struct life *l)
{
    struct action a = action_make(n, l);
    char no[CASE_NO_SIZE], b[5][DAY_SIZE];

    if (a.agreed == NONE || a.agreed > n->today)
        return;
    life_case_no(l, no);
    fprintf(f->corrective_actions, "C-%s,%s,%s,%s,%s,%s,%s,%s\n", no, no,
            a.importer ? "importer" : "agency", day_iso(a.agreed, b[0]), day_iso(a.due, b[1]),
            event_iso(n, a.done, b[2]), event_iso(n, a.verified, b[3]),
            event_iso(n, a.recurred, b[4]));
    f->rows++;
}

/* Whatever becomes of the case. */
void truth_action(const struct telling *t)
{
    struct action a = action_make(t->n, t->l);
    struct telling of = *t;
    char no[CASE_NO_SIZE];

    if (a.agreed == NONE || a.agreed > t->n->today)
        return;
    snprintf(of.no, sizeof of.no, "C-%s", life_case_no(t->l, no));
    of.plant = a.plant;
    if (seen(t, a.done) == NONE)
        tell_last(t->n, t->f, "correction-done", of.no, day_safe(a.due), a.plant);
    else if (a.importer && seen(t, a.verified) == NONE)
        tell_last(t->n, t->f, "correction-verified", of.no, day_safe(a.done + 180), a.plant);
    if (seen(t, a.done) != NONE && seen(t, a.recurred) != NONE && a.recurred > a.done)
        say(&of, "correction-recurred", "past", a.recurred, NONE);
}

/* --- recommendations --- */

void promises_write(const struct nation *n, struct files *f)
{
    static const struct {
        const char *audit;
        int promised, closed; /* days after MEETINGS_SINCE; 0: never */
    } all[] = {
        { "OIG-22-34", 400, 380 },   { "OIG-22-34", 500, 900 },   { "OIG-22-34", 730, 730 },
        { "OIG-22-34", 820, 0 },     { "OIG-24-49", 1300, 1290 }, { "OIG-24-49", 1500, 1700 },
        { "OIG-24-49", 1600, 1880 }, { "OIG-24-49", 1750, 0 },    { "OIG-24-49", 2100, 0 },
    };
    char no[DAY_SIZE], on[DAY_SIZE], closed[DAY_SIZE];

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        day promised = MEETINGS_SINCE + all[i].promised;
        day done = all[i].closed ? MEETINGS_SINCE + all[i].closed : NONE;

        snprintf(no, sizeof no, "%s-%d", all[i].audit, (int)i + 1);
        fprintf(f->recommendations, "%s,%s,%s,%s\n", no, all[i].audit, day_iso(promised, on),
                event_iso(n, done, closed));
        f->rows++;
        if (done == NONE || done > n->today)
            tell_last(n, f, "recommendation-kept", no, day_safe(promised), "promise not kept");
    }
    for (int i = 0; i < PROCEDURES; i++)
        fprintf(f->procedures, "%s,%s\n", procedures[i].name, day_iso(in_force(i), on));
    f->rows += PROCEDURES;
}
