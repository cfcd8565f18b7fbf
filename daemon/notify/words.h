/* words: what readers read instead of our own words. A gate refuses the inner words in what people
 * see. */
#ifndef NOTIFY_WORDS_H
#define NOTIFY_WORDS_H

#include "base/date.h"
#include "base/text.h"
#include "config/settings.h"
#include "judge/finding.h"

/* How a change is told. */
enum manner {
    MANNER_SILENT, /* kept, counted, not told */
    MANNER_NOW,    /* as its route says */
    MANNER_DIGEST, /* always in the daily digest */
    MANNER_BASELINE
};

enum manner manner_of(enum cause c);

/* What happened, for one line about a case: "done, but late", "29 days left". `past`: its last day
 * has passed; `left`: the days to the day to act by. `guess`: what it is watched on, "it is a
 * penalty under 19 U.S.C. 1592": then its last day only may have passed; NULL: none. */
void words_change(struct text *out, enum cause c, bool past, int left, const char *guess);

/* "29 days left", "1 day left", "today", "3 days ago". */
void words_left(struct text *out, int days);

/* Names of the rules that dutywatch itself brings. */
#define RULE_BLIND "blind"
#define RULE_INCOMPLETE "incomplete"
#define RULE_DIFFERS "differs"
#define RULE_REJECTED "rejected"

/* For IN (...): findings that no rule of the configuration makes. */
#define OWN_RULES_SQL "'blind', 'incomplete', 'differs', 'rejected'"

#endif
