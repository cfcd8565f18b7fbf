/* What nation_truth.c and nation_customs.c share: how the truth about one case is written. */
#ifndef TESTS_BENCH_NATION_TRUTH_H
#define TESTS_BENCH_NATION_TRUTH_H

#include "bench/nation.h"

struct telling {
    const struct nation *n;
    struct files *f;
    const struct life *l;
    char no[CASE_NO_SIZE + 16];
    const char *plant; /* NULL: that of the case */
    bool suit_ends;    /* a suit is a reason to be quiet, not what meets the duty */
    day first;         /* the first of several last days: it was found when that had passed */
    bool no_case; /* the record of the case could not be read: nothing says that it has ended */
};

/* `d` if it has come, else NONE. */
day seen(const struct telling *t, day d);

/* The first of two days that are there. */
day earlier(day a, day b);

/* True if one of them has come. */
bool either(const struct telling *t, day a, day b);

/* Since when a case asks for no alarm: the earliest end, or the suit that ends it. NONE: it does,
 * or was closed without a day. */
day quiet_since(const struct telling *t);
bool closed_undated(const struct telling *t);

/* A line about the case. */
void say(const struct telling *t, const char *rule, const char *state, day found, day last);

/* A duty with a last day that was not done: past, ahead, unknown or quiet, by how the case ended.
 * `known`: from when the record says so. */
void undone(const struct telling *t, const char *rule, day last, day known);

/* A duty that ends with the first of two events. What was done late in a case that was closed
 * nobody knows when: unknown. */
void tell(const struct telling *t, const char *rule, day last, day known, day a, day b);

/* Since when the record has what the limitation is computed from. */
day void_since(const struct telling *t);

/* The limitation, if no suit was filed. */
void tell_limitation(const struct telling *t, const char *rule);

/* The requests for waivers (nation_waiver.c). */
void truth_asks(const struct telling *t);

/* The last day of the month from when two years are left of what ends on `limit`. */
day last_of_asking(day limit);

/* What is put off (nation_agenda.c). */
void truth_agenda(const struct telling *t);

/* The training of its officer, and what was to be mended (nation_people.c). */
void truth_training(const struct telling *t);
void truth_action(const struct telling *t);

/* What is around its decision (nation_ending.c). */
void truth_ending(const struct telling *t);

#endif
