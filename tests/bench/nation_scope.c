#include "bench/nation_scope.h"

#include <string.h>

#define NEVER (1 << 20)

const char *const signer_names[] = { "", "Ames & Ames", "Birch Imports",
                                     "Ames & Ames;Birch Imports", "Zephyr Trading" };

/* --- from when the time runs --- */

static day from_violation(const struct life *l, day today)
{
    (void)today;
    return l->scope.violation;
}

static day from_offence(const struct life *l, day today)
{
    (void)today;
    return l->discovered != NONE ? l->discovered : l->scope.violation;
}

/* A fraud is not discovered before it is done. */
static day from_discovery(const struct life *l, day today)
{
    day deed = l->scope.violation != NONE ? l->scope.violation : life_violation(l);

    (void)today;
    return l->discovered > deed ? l->discovered : deed;
}

/* What was paid or acknowledged while the time ran begins it anew; the later of the two counts
 * here, since only one is planted in a row. */
static day from_accrual(const struct life *l, day today)
{
    day again = l->scope.acknowledged != NONE ? l->scope.acknowledged : l->scope.part_paid;

    if (again == NONE || again > today || again > day_anniversary(l->scope.accrued, 6))
        return l->scope.accrued;
    return again;
}

/* --- kinds --- */

/* In the order of `matters`. */
enum {
    NEGLIGENT,
    FRAUDULENT,
    OFFENCE,
    ACT,
    SEIZED,
    BONDED,
    BOTH_STATUTES,
    UNLISTED,
    CURRENCY,
    BROKERED
};

#define NEGLIGENCE_CLOCK                                                                           \
    {                                                                                              \
        "sol-1592-negligence", "1592", 5, from_violation, true, true, false                        \
    }

static const struct matter matters[] = {
    [NEGLIGENT] = { "",
                    { "592", "1592(a)(1)",
                      "19 U.S.C. \xC2\xA7"
                      "1592",
                      "Sec. 1592 (c)" },
                    { NEGLIGENCE_CLOCK },
                    true,
                    true },
    [FRAUDULENT] = { "P",
                     { "19 USC 1592", "592", "Section 1592(a)", "1592(a)(1)(A)" },
                     { { "sol-1592-fraud", "1592", 5, from_discovery, false, true, false } },
                     true,
                     true },
    [OFFENCE] = { "penalty",
                  { "19 U.S.C. 1595a", "595a", "section 1595a(b)", "1497" },
                  { { "sol-other", "1595a", 5, from_offence, false, true, false } },
                  true,
                  true },
    [ACT] = { "P",
              { "13 USC 305", "13 U.S.C. \xC2\xA7 305", "title 13 305", "13 U.S.C. 305(b)" },
              { { "sol-2462", "13 USC 305", 5, from_violation, false, false, false } },
              true,
              true },
    [SEIZED] = { "seizure",
                 { "19 USC 1595a(c)", "595a", "1497", "1436" },
                 { { "sol-forfeiture-offence", "1595a", 5, from_offence, false, true, false } },
                 false,
                 true },
    [BONDED] = { "LD",
                 { "1623", "19 USC 1623", "1623(a)", "bond" },
                 { { "sol-2415", "1623", 6, from_accrual, false, false, false } },
                 false,
                 false },
    [BOTH_STATUTES] = { "",
                        { "592; 1595a", "19 U.S.C. 1592(a) and 1595a", "1592 / 595a",
                          "592 & 1595a(b)" },
                        { NEGLIGENCE_CLOCK,
                          { "sol-other", "1595a", 5, from_offence, false, true, false } },
                        true,
                        true },
    [UNLISTED] = { "",
                   { "1592x", "46 USC 12151", "22 U.S.C. 401", "see file" },
                   { { "sol-1592-negligence", "?", 5, from_violation, true, true, true } },
                   true,
                   false },
    [CURRENCY] = { "penalty",
                   { "31 USC 5321", "31 U.S.C. 5321(a)", "title 31 5321", "31 USC 5321(a)(2)" },
                   { { "sol-2462", "31 USC 5321", 5, from_violation, false, false, true } },
                   true,
                   true },
    [BROKERED] = { "P",
                   { "1641(d)(2)(A)", "641", "19 U.S.C. 1641(d)(4)", "section 1641" },
                   { { "sol-broker", "1641", 5, from_violation, false, false, false } },
                   false,
                   true },
};

/* --- plants --- */

/* Nothing happens in it after it was opened; its time runs from its first entry, or what stands for
 * that. */
static void make(struct life *l, struct chance *c, int kind)
{
    struct scope *s = &l->scope;
    day first = life_violation(l);

    life_keep_open(l);
    life_stop(l, l->opened);
    if (first == NONE)
        first = l->entries[0].on = l->opened - 500;
    s->matter = &matters[kind];
    l->statute = s->matter->spelled[chance_between(c, 0, SPELLINGS - 1)];
    l->culpability = kind == FRAUDULENT ? FRAUD : NEGLIGENCE;
    l->discovered = NONE;
    if (kind == FRAUDULENT)
        l->discovered = l->opened - chance_between(c, 5, 50);
    else if (kind == BONDED)
        s->accrued = first;
    else if (kind != NEGLIGENT)
        s->violation = first;
    if ((kind == OFFENCE || kind == SEIZED) && chance_percent(c, 50))
        l->discovered = first + chance_between(c, 1, 50);
}

/* Signed in time, two years longer. */
static struct waiver *waive(struct life *l, struct chance *c, const struct clock *k)
{
    day from = k->dated ? life_violation(l) : k->start(l, NEVER);
    day last = day_anniversary(from, k->years);

    life_waive(l, last - chance_between(c, 30, 300), last);
    return &l->waivers[l->waiver_count - 1];
}

static void plant_parties(struct life *l, struct chance *c)
{
    make(l, c, chance_between(c, NEGLIGENT, BONDED));
    l->scope.parties = 2;
    waive(l, c, &l->scope.matter->clocks[0])->by = l->plant == PLANT_ONE_PARTY ? SIGNED_BY_FIRST
                                                   : l->plant == PLANT_BOTH_PARTIES ? SIGNED_BY_BOTH
                                                   : l->plant == PLANT_NO_PARTY ? SIGNED_BY_NOBODY
                                                                                : SIGNED_BY_OTHER;
}

static void plant_one_entry(struct life *l, struct chance *c)
{
    make(l, c, chance_percent(c, 50) ? FRAUDULENT : chance_between(c, NEGLIGENT, BONDED));
    if (l->entry_count < 2) {
        l->entries[1].on = l->entries[0].on + 20;
        l->entry_count = 2;
    }
    waive(l, c, &l->scope.matter->clocks[0])->entry = 1;
}

static void plant_absence(struct life *l, struct chance *c)
{
    make(l, c, chance_between(c, NEGLIGENT, BONDED));
    l->scope.parties = 2;
    l->toll_first = l->opened + chance_between(c, 10, 100);
    l->toll_last = l->toll_first + chance_between(c, 20, 250);
    if (l->plant == PLANT_ABSENT_PARTY)
        l->scope.absent = SIGNED_BY_SECOND;
    l->scope.property_absent = l->plant == PLANT_ABSENT_PROPERTY;
}

static void plant_statutes(struct life *l, struct chance *c)
{
    struct waiver *w;

    if (l->plant == PLANT_STATUTE_UNKNOWN) {
        make(l, c, UNLISTED);
    } else if (l->plant == PLANT_OTHER_ACT) {
        make(l, c, chance_percent(c, 50) ? ACT : CURRENCY);
    } else {
        make(l, c, BOTH_STATUTES);
        w = waive(l, c, &l->scope.matter->clocks[0]);
        w->statute = chance_percent(c, 50) ? "19 U.S.C. 1592(c)" : "595a";
    }
}

/* The last day falls on a weekend; signed on the day to which it runs on, or the day after, or in
 * time and received too late. */
static void plant_hour(struct life *l, struct chance *c)
{
    day last;

    make(l, c, NEGLIGENT);
    l->entry_count = 1;
    l->entries[0].on = l->opened - chance_between(c, 100, 800);
    while (day_anniversary(l->entries[0].on, 5) == day_rolled(day_anniversary(l->entries[0].on, 5)))
        l->entries[0].on++;
    last = day_anniversary(l->entries[0].on, 5);
    if (l->plant == PLANT_RECEIVED_LATE) {
        life_waive(l, last - chance_between(c, 0, 20), last);
        l->waivers[0].received = day_rolled(last) + chance_between(c, 1, 30);
    } else {
        life_waive(l, day_rolled(last) + (chance_percent(c, 60) ? 0 : 1), last);
        l->waivers[0].received = l->waivers[0].signed_on;
    }
}

static void plant_days(struct life *l, struct chance *c)
{
    day first;

    make(l, c, l->plant == PLANT_FRAUD_FIRST ? FRAUDULENT : NEGLIGENT);
    first = life_violation(l);
    if (l->plant == PLANT_VIOLATION_FIRST) {
        l->scope.violation = first - chance_between(c, 1, 200);
    } else if (l->plant == PLANT_FRAUD_FIRST) {
        l->scope.violation = first;
        l->discovered = first - chance_between(c, 1, 100);
    } else {
        l->scope.violation = first + chance_between(c, -30, 30);
        l->entry_count = 2;
        l->entries[0].on = first;
        l->entries[1].on = NONE;
    }
}

static void plant_property(struct life *l, struct chance *c)
{
    struct scope *s = &l->scope;
    day last;

    make(l, c, SEIZED);
    last = day_anniversary(l->scope.matter->clocks[0].start(l, NEVER), 5);
    if (l->plant == PLANT_FORFEITED) {
        s->forfeited = last - chance_between(c, 100, 800);
        s->other_returned = chance_percent(c, 30) ? s->forfeited + chance_between(c, 1, 50) : NONE;
    } else if (l->plant == PLANT_RETURNED) {
        s->returned = last - chance_between(c, -200, 600);
    } else {
        s->property_found = last - chance_between(c, 200, chance_percent(c, 70) ? 700 : 1200);
    }
}

static void plant_bond(struct life *l, struct chance *c)
{
    struct scope *s = &l->scope;
    day last;

    make(l, c, BONDED);
    last = day_anniversary(s->accrued, 6);
    if (chance_percent(c, 40))
        s->acknowledged = last - chance_between(c, -100, 700);
    else if (chance_percent(c, 70))
        s->part_paid = last - chance_between(c, -100, 700);
}

void scope_plant(struct life *l, struct chance *c)
{
    if (l->plant <= PLANT_STRANGER)
        plant_parties(l, c);
    else if (l->plant == PLANT_ONE_ENTRY)
        plant_one_entry(l, c);
    else if (l->plant <= PLANT_ABSENT_PROPERTY)
        plant_absence(l, c);
    else if (l->plant <= PLANT_OTHER_ACT)
        plant_statutes(l, c);
    else if (l->plant <= PLANT_RECEIVED_LATE)
        plant_hour(l, c);
    else if (l->plant <= PLANT_FRAUD_FIRST)
        plant_days(l, c);
    else if (l->plant <= PLANT_PROPERTY_FOUND)
        plant_property(l, c);
    else if (l->plant == PLANT_BOND)
        plant_bond(l, c);
    else /* it is not served yet */
        make(l, c, BROKERED);
}

/* --- rows --- */

void scope_write_waiver(struct files *f, const struct life *l, const struct waiver *w)
{
    fprintf(f->waivers, ",%s,%s,%s\n", w->statute ? w->statute : "",
            w->entry ? l->entries[w->entry - 1].no : "", signer_names[w->by]);
}

static const char *come(const struct nation *n, day d, char buffer[DAY_SIZE])
{
    return day_iso(d <= n->today ? d : NONE, buffer);
}

static void write_seizures(const struct nation *n, struct files *f, const struct life *l)
{
    const struct scope *s = &l->scope;
    char no[CASE_NO_SIZE], a[DAY_SIZE], b[DAY_SIZE];

    if (strcmp(s->matter->type, "seizure") != 0)
        return;
    life_case_no(l, no);
    fprintf(f->seizures, "S1-%s,%s,%s,%s\n", no, no, come(n, s->forfeited, a),
            come(n, s->returned, b));
    f->rows++;
    if (s->other_returned != NONE) {
        fprintf(f->seizures, "S2-%s,%s,,%s\n", no, no, come(n, s->other_returned, a));
        f->rows++;
    }
}

void scope_write(const struct nation *n, struct files *f, const struct life *l)
{
    const struct scope *s = &l->scope;
    char no[CASE_NO_SIZE], a[DAY_SIZE];

    if (!s->matter)
        return;
    life_case_no(l, no);
    for (int i = 0; i < s->parties; i++) {
        fprintf(f->parties, "P%d-%s,%s,%s\n", i + 1, no, no, signer_names[SIGNED_BY_FIRST + i]);
        f->rows++;
    }
    write_seizures(n, f, l);
    if (s->part_paid != NONE && s->part_paid <= n->today) {
        fprintf(f->collections, "C-%s,%s,%s\n", no, no, day_iso(s->part_paid, a));
        f->rows++;
    }
}
