/* What nation_offices.c, nation_meetings.c and nation_oversight.c share: the months of a watch. */
#ifndef TESTS_BENCH_NATION_OFFICES_H
#define TESTS_BENCH_NATION_OFFICES_H

#include "bench/nation.h"

struct month {
    day first, last; /* of the month */
    char name[DAY_SIZE];
    int number; /* for chance */
};

/* From { 0 } to the first month, then to the next; false after the month of `today`. */
bool month_next(struct month *m, day today);

/* A duty of the month that is not done on `today`. */
void tell_month(const struct nation *n, struct files *f, struct truth t, const struct month *m);

/* A duty with a last day that is not done on n->today: past or ahead. */
void tell_last(const struct nation *n, struct files *f, const char *rule, const char *subject,
               day last, const char *plant);

/* The committees of the Centers with their meetings. */
void committees_write(const struct nation *n, struct files *f);

/* What a row of people.csv ends with: the procedure, and the day of the training. */
void training_write(const struct nation *n, struct files *f, int office, int officer);

/* The procedures, and what was promised to auditors. */
void promises_write(const struct nation *n, struct files *f);

/* The control totals of the offices. */
void totals_write(const struct nation *n, struct files *f);

/* Surveys of the offices and assessments of the Centers. */
void oversight_write(const struct nation *n, struct files *f);

/* The allegations of evasion; none in a country without entries. */
void eapa_write(const struct nation *n, struct files *f);

#endif
