/* statement: the SQL of a rule, out of expressions that were checked. Internal to judge/. Pure. */
#ifndef JUDGE_STATEMENT_H
#define JUDGE_STATEMENT_H

#include "base/arena.h"
#include "base/text.h"
#include "judge/rule.h"

struct quiet_parts {
    const char *when, *on, *detail;
};

/* The expressions of a rule, written out; NULL: absent. */
struct parts {
    const char **conditions; /* of subject and rule; all must hold */
    int condition_count;
    const char **limits; /* of profile and rule */
    int limit_count;
    const char *label, *unit, *unit_by, *office, *owner, *amount, *from_on, *place, *scope, *party,
        *bound, *also, *met, *guess, *wrong;
    const char *ways[2 * WAYS_MAX + 1]; /* and the cap, and what is beside */
    struct quiet_parts *quiet;
    int quiet_count;
    const char **unknown;
    int unknown_count;
    const char *events, *extensions, *tollings; /* queries for the keys of what belongs to it */
    const char *front, *parties;                /* the same */
    const char *start, *item, *worth;           /* over a row of the front */
    const char *front_party;                    /* over a row that it is crossed with */
    const char *on, *numerator, *denominator, *exclude, *group, *target;
    const char *astray; /* whether a row lacks what tells its group or its day */
};

/* "(a) AND (b)"; "1" when there is none. */
void statement_conditions(const struct parts *p, struct text *out);

/* The same with the limits: which rows a rule minds. */
void statement_minded(const struct parts *p, struct text *out);

/* Each gives the text of a statement in `a`. statement_detail() also counts its columns. */
const char *statement_detail(struct prepared_rule *r, const struct parts *p, struct arena *a);
const char *statement_limited(const struct prepared_rule *r, const struct parts *p,
                              struct arena *a);
const char *statement_events(const struct prepared_rule *r, const struct parts *p, struct arena *a);
/* In the order in which they were signed, or (`tolls`) of their first days. */
const char *statement_ledger(const struct prepared_rule *r, const struct dataset *d, bool tolls,
                             const char *rows, struct arena *a);
const char *statement_front(const struct prepared_rule *r, const struct parts *p, struct arena *a);
const char *statement_parties(const struct prepared_rule *r, const struct parts *p,
                              struct arena *a);
const char *statement_groups(const struct prepared_rule *r, const struct parts *p, struct arena *a);

#endif
