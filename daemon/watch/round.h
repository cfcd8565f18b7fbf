/* round: one judgement under way. Internal to watch/.
 *
 *     watch/judging   begins it, orders it by layers, ends it
 *     watch/visit     which subjects are looked at, and why
 *     watch/weigh     one subject: observation -> duty, finding, moves */
#ifndef WATCH_ROUND_H
#define WATCH_ROUND_H

#include "judge/observe.h"
#include "judge/silence.h"
#include "watch/blind.h"
#include "watch/judging.h"

#include <stdbool.h>

/* A duty that changed in this round, of a rule that others read. */
struct duty_change {
    const struct prepared_rule *rule;
    const char *subject;
    struct duty_change *next;
};

struct round {
    const struct judgement *j;
    const struct rulebook *book;
    struct arena *arena;          /* as long as the round */
    struct sightline *sightlines; /* one a source */
    struct setting_of known;
    bool *loaded, *unseen, *unread; /* one a dataset (struct setting_of) */
    int64_t version, judged_version;
    int64_t judged_deeds; /* the version of the deeds that the last round saw */
    date judged_day;
    bool *whole, *baseline, *retold; /* one a rule; retold: its text is another one now */
    bool new_rules, new_day;
    bool behind;      /* duties were committed, their moves were not: everything is visited again */
    bool dark;        /* a data version has not been judged yet: it is `version` */
    const char *mark; /* "version day rules": what this round is of */
    struct duty_change *changes; /* the latest first */
    struct silences silences;    /* those that hold today */
    const char *silence_mark;
    bool silences_changed; /* since the last round */
    struct judging_report *report;
    struct text *differences; /* an audit: what would change is written here; else NULL */
};

/* Looks at one subject for one rule (not a standard) and judges all its duties. `outside`: it is
 * surely outside. What was watched of it and is not observed any more is let go. */
bool weigh_subject(struct round *g, struct prepared_rule *r, const char *subject, bool outside,
                   struct error *e);

/* The same for all groups of a standard. */
bool weigh_standard(struct round *g, struct prepared_rule *r, struct error *e);

/* Lets go of one duty: nothing of it is seen any more. */
bool weigh_outside(struct round *g, struct prepared_rule *r, const char *subject,
                   const char *period, struct error *e);

/* Looks at every subject that could have changed, for the rules of one layer. */
bool visit_layer(struct round *g, int layer, struct error *e);

/* Decides for each rule whether it sees every subject, and whether this is its beginning. */
bool visit_choose(struct round *g, struct error *e);

#endif
