/* nation_scope: cases of which the last day hangs on whose a document is, for which entry and under
 * which statute; and on which statute it is at all. Nothing else happens in them, so that only the
 * limitation and what is asked because of it is to be said.
 *
 * Their statutes are written in other ways than those of nation.rules, which does not see them. */
#ifndef TESTS_BENCH_NATION_SCOPE_H
#define TESTS_BENCH_NATION_SCOPE_H

#include "bench/nation_truth.h"

/* The time of one statute of a case. */
struct clock {
    const char *rule, *statute;
    int years;
    day (*start)(const struct life *l, day today); /* by what is known on `today` */
    bool dated;   /* it runs from the day of each entry; `start` is for those without */
    bool tolled;  /* absence stops it */
    bool guessed; /* only if the statute is what it is taken for */
};

#define CLOCKS_MAX 2
#define SPELLINGS 4

/* A kind of case. */
struct matter {
    const char *type;                /* as the record says */
    const char *spelled[SPELLINGS];  /* ways of writing its statute */
    struct clock clocks[CLOCKS_MAX]; /* the second may have no rule */
    bool penalty, listed;            /* listed: every statute is in the list of the rules */
};

extern const char *const signer_names[];

/* Puts what l->plant says into the life of a case. */
void scope_plant(struct life *l, struct chance *c);

/* The cells of a waiver that say how far it goes, and the end of the line. */
void scope_write_waiver(struct files *f, const struct life *l, const struct waiver *w);

/* The rows of its parties, its seized goods and its payments. */
void scope_write(const struct nation *n, struct files *f, const struct life *l);

void truth_scope(const struct telling *t);

#endif
