/* deriving: one derivation under way. Internal to judge/deadline. Pure.
 *
 * What is found and what is said of it are made by the same steps, so that a date and its sentences
 * cannot differ.                                                                               */
#ifndef JUDGE_DERIVING_H
#define JUDGE_DERIVING_H

#include "judge/deadline.h"

struct deriving {
    const struct observation *o;
    const struct prepared_rule *rule;
    struct counting counting, office; /* of the rule and of the days to act by, at this place */
    struct derivation d;
    date began;             /* when the time began to run; DATE_NONE: not known */
    date start;             /* that the date counts from; DATE_NONE: stated, or none */
    struct term term;       /* that runs from it */
    bool back;              /* it was counted back from the event */
    bool untolled;          /* no day is left out of that term */
    bool disputed;          /* the alternative day comes of a ledger */
    bool fixed;             /* a document states the day: it is not computed, and does not run on */
    int hour;               /* the time of day that goes with the nominal day; -1: none does */
    deadline_step_fn *step; /* NULL: nothing is told */
    void *data;
};

/* Tells one step: `s` without its sentence, which is `format`. */
void derive_step(const struct deriving *v, const struct derivation_step *s, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A step that is not more than its kind and its result. */
#define STEP(kind, day) (&(struct derivation_step){ .does = (kind), .result = (day) })

/* A column or an expression of the own row; the start of a front, of the row of its item. */
struct step_input derive_own(const struct deriving *v, const char *field, date value);

/* Counts `term` from `start` and notes what cannot be counted. */
struct count_end derive_count(struct deriving *v, date start, struct term term);

/* "5 years after that is Mon 3 Mar 2025 (19 U.S.C. 1621(1))." */
void derive_tell_term(const struct deriving *v, struct term term, struct count_end end);

/* (judge/schedule.c) What there is to tell of a front. */
void derive_front(const struct deriving *v);

/* (judge/ledger.c) Days that do not count; extensions in the order in which they were signed. */
void derive_toll(struct deriving *v);
void derive_extend(struct deriving *v);

/* (judge/ending.c) From the nominal day to the last day and the day to act by. */
void derive_ending(struct deriving *v);

/* (judge/ending.c) The last day of a term that was computed to end on `nominal`. */
date derive_last(const struct deriving *v, date nominal);

#endif
