/* rule: rules made ready to judge.
 *
 * A rulebook is built from the settings, whole or not at all: each expression is checked alone in
 * the cage, then put into two statements.
 *
 *   filter  one a dataset: for each row one column a rule, "(applies) IS NOT FALSE". A NULL must
 *           not drop a duty, so only what is surely false is left out. One pass serves all rules.
 *   detail  one a rule: what is to be known of one row, in a fixed order of columns (enum detail),
 *           then three columns a quiet reason, one an unknown clause, one a column of evidence.
 *
 * A rule whose `needs` are not mapped by any source is off for want of data: no error, no unknown.
 */
#ifndef JUDGE_RULE_H
#define JUDGE_RULE_H

#include "base/arena.h"
#include "base/problem.h"
#include "calendar/period.h"
#include "codec/digest.h"
#include "config/settings.h"
#include "judge/cage.h"

#include <stdbool.h>
#include <stddef.h>

/* The fixed columns of a detail statement. */
enum detail {
    DETAIL_KEY,
    DETAIL_LABEL,
    DETAIL_APPLIES,
    DETAIL_UNIT,
    DETAIL_OFFICE,
    DETAIL_OWNER,
    DETAIL_AMOUNT,
    DETAIL_START,
    DETAIL_BOUND,
    DETAIL_MET,
    DETAIL_PULL,
    DETAIL_LINE,
    DETAIL_GONE,
    DETAIL_RAW,
    DETAIL_FIXED /* how many */
};

struct rung_term {
    struct term at;
    struct term remind; /* count 0: no reminder */
    int severity;
};

struct prepared_rule {
    const struct rule *def;
    const struct subject *subject;
    const struct dataset *dataset;
    const struct ladder *ladder;
    const struct rung_term *rungs; /* earliest first */
    int rung_count;
    struct term past_remind;
    struct term term, bound_term; /* of the deadline; zero when it has none */
    bool backwards;               /* counted back from `before` */
    const char *zone;             /* in which a moment becomes a day */
    const char *start_words;      /* "entry_on", "the stated day": for the derivation */
    const char *const *evidence;  /* names of the evidence columns, NULL-terminated */
    int evidence_count;
    struct reads reads;
    bool whole;                    /* its answer can change without its row */
    const char *off;               /* why it is off, or NULL */
    char digest[DIGEST_TEXT_SIZE]; /* of its text with subject and ladder: another is a baseline */
    const char *detail_sql;
    int detail_columns;
    struct cage_stmt *detail;
    int64_t runs;      /* rows of this judgement that it was asked about */
    int failures;      /* rows of this judgement on which it failed or ran over its budget */
    char failure[512]; /* what it said the first time */
};

/* The rules over one dataset. */
struct rule_pass {
    const struct dataset *dataset;
    struct prepared_rule **rules; /* those that are on */
    int count;
    const char *filter_sql;
    struct cage_stmt *filter; /* key, a column a rule, version; only versions above :since */
    struct cage_stmt *plain;  /* the same with 1 for every rule: when one of them fails */
};

struct rulebook {
    struct prepared_rule *rules;
    int count;
    struct rule_pass *passes;
    int pass_count;
    char digest[DIGEST_TEXT_SIZE]; /* of all rules, datasets and the zone */
};

/* Builds it in `a`; adds what is wrong to `p` with file and line. The statements belong to the
 * rulebook: rulebook_close(). Never NULL; with problems it must not be used to judge. */
struct rulebook *rulebook_build(const struct settings *s, struct cage *c, struct arena *a,
                                struct problems *p);
void rulebook_close(struct rulebook *b); /* NULL is fine */

struct prepared_rule *rulebook_rule(const struct rulebook *b, const char *id);

#endif
