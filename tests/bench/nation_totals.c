/* The control totals of the offices: how many cases each has, counted on the first of each of the
 * last three months; a new count takes the place of the oldest. Some are wrong; others show that a
 * record could not be read. */
#include "bench/nation_offices.h"

#define KEPT 3

struct count {
    int cases, unreadable;
};

/* The cases of each office that were open on `as_of` or before. */
static void count_cases(const struct nation *n, day as_of, struct count ret[OFFICES])
{
    struct life l;

    for (int o = 0; o < OFFICES; o++)
        ret[o] = (struct count){ 0 };
    for (int64_t i = 0;; i++) {
        life_make(n, i, &l);
        if (l.opened > as_of)
            return;
        ret[l.office].cases++;
        ret[l.office].unreadable += l.plant == PLANT_UNREADABLE;
    }
}

/* Only the latest total is held against the cases. */
static void write_totals(const struct nation *n, struct files *f, const struct month *m, bool last)
{
    struct count counts[OFFICES];
    char no[2 * DAY_SIZE], on[DAY_SIZE];

    count_cases(n, m->first, counts);
    for (int o = 0; o < OFFICES; o++) {
        struct chance c = chance_of(n->seed, CHANCE_TOTAL, o * 1000 + m->number);
        int extra = chance_percent(&c, 6) ? chance_between(&c, 1, 9) : 0;
        struct truth t = { .rule = "amounts-differ",
                           .subject = no,
                           .period = "",
                           .state = "past",
                           .found = m->first,
                           .plant = extra ? "cases are missing" : "case cannot be read",
                           .note = "" };

        snprintf(no, sizeof no, "%s/%d", office_ports[o], m->number % KEPT);
        fprintf(f->control_totals, "%s,cases,%s,%s,%d\n", no, office_ports[o],
                day_iso(m->first, on), counts[o].cases + extra);
        f->rows++;
        if (last && extra + counts[o].unreadable > 0)
            truth_write(f, &t);
    }
}

void totals_write(const struct nation *n, struct files *f)
{
    struct month m = { 0 };
    int months = 0;

    while (month_next(&m, n->today))
        months++;
    m = (struct month){ 0 };
    for (int i = 0; i < months && month_next(&m, n->today); i++)
        if (i >= months - KEPT)
            write_totals(n, f, &m, i == months - 1);
}
