/* expansion: an expression while it is written out. Internal to judge/lookup. Pure. */
#ifndef JUDGE_EXPANSION_H
#define JUDGE_EXPANSION_H

#include "judge/lookup.h"
#include "judge/piece.h"

/* A dataset whose columns an expression may name, by which name, and how its rows belong to those
 * of the rule. */
struct scope {
    const struct dataset *dataset;
    const char *name;
    const struct scope *outer;
    struct path way; /* from the rule's own rows */
    bool lost;       /* that way is longer than HOPS_MAX */
};

struct expansion {
    const struct settings *settings;
    struct lookups *lookups;
    struct arena *arena;
    struct error *error;
    bool mentions; /* duties, deeds or remaining(): strings may be rules */
};

/* Appends an expression, written out. */
bool expansion_add(struct expansion *x, const struct scope *scope, const char *s, size_t n,
                   struct text *out);

/* The text of an argument that is a string; NULL if it is none. */
const char *expansion_literal(const struct expansion *x, struct piece a);

/* remaining('rule' [, subject], day). */
bool expansion_remaining(struct expansion *x, const struct scope *scope, const struct piece *args,
                         int count, struct text *out);

/* duty('rule, rule', 'column' [, subject]) and deed(). */
bool expansion_duty(struct expansion *x, const struct scope *scope, bool deed,
                    const struct piece *args, int count, struct text *out);

/* Notes the strings of an expression that are ids of rules: whose duties it reads. */
void expansion_rules(struct expansion *x, const char *s);

#endif
