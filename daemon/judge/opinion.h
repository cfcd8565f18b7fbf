/* opinion: the same dates, computed a second time in another way. Pure.
 *
 * People's cases depend on these dates, so no date is stored that only one computation gave. This
 * one shares no code with judge/deadline and calendar/ but the date type and the words of a plan:
 * it has arithmetic of its own, asks of a single day whether the plan closes it, lets time run on
 * untolled days only, and extends as far as extensions that are in time reach.
 *
 * Where the two differ, the earlier date is used, and the operators are told: it is a mistake of
 * dutywatch.                                                                                   */
#ifndef JUDGE_OPINION_H
#define JUDGE_OPINION_H

#include "judge/deadline.h"

#include <stdbool.h>

struct opinion {
    date nominal, last, safe, earliest; /* as in struct derivation */
    bool uncounted;
    int by;
};

struct opinion opinion_of(const struct observation *o);

/* Holds `d` against it. False when they differ: each day of `d` is then the earlier of the two
 * (one that only one of them has, is that one), and `buffer` says how. */
#define OPINION_TEXT_SIZE 256
bool opinion_settle(const struct opinion *p, struct derivation *d, char buffer[OPINION_TEXT_SIZE]);

/* The dates of `o` as they are stored and told: computed twice and settled. */
struct derivation opinion_derive(const struct observation *o, bool *ret_same,
                                 char buffer[OPINION_TEXT_SIZE]);

#endif
