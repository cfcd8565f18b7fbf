/* parts: the expressions of one rule, written out, checked in the cage and put into statements.
 * Internal to judge/. */
#ifndef JUDGE_PARTS_H
#define JUDGE_PARTS_H

#include "judge/rule.h"

#include <stdbool.h>

/* A rulebook under way. */
struct building {
    const struct settings *settings;
    struct cage *cage;
    struct arena *arena;
    struct problems *problems;
};

/* The statements of a rule beside its detail; NULL: it has none such. */
struct made {
    const char *events, *extensions, *tollings, *groups, *target;
    const char *front, *parties; /* the rows of a front, and of what it is crossed with */
};

/* Sets reads, lookups, evidence, filter, detail_sql and limited_sql of `r`, whose other fields are
 * there, and `ret`. What is wrong is added to the problems; false when nothing can be made. */
bool parts_make(const struct building *b, struct prepared_rule *r, struct made *ret);

/* A term of the settings, which is good; `ret` stays where there is none. */
void rule_term(const char *text, struct term *ret);

/* (judge/rule_deadline.c) The ways to count of a deadline, and what its dates are of. */
void rule_read_deadline(const struct building *b, struct prepared_rule *r);

/* Sets the layer of each rule, the number of layers, and which duties other rules read; a circle is
 * a problem. */
void layers_find(const struct building *b, struct rulebook *book);

#endif
