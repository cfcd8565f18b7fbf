/* rule: rules made ready to judge.
 *
 * A rulebook is built from the settings, whole or not at all: each expression is written out
 * (judge/lookup), checked alone in the cage, then put into statements (judge/statement).
 *
 *   filter  one a dataset: for each row one column a rule, enum glance. A NULL must not drop a
 *           duty, so only what is surely false is left out. One pass serves all rules.
 *   detail  one a rule: what is to be known of one row, in a fixed order of columns (enum detail),
 *           then the ways to count, three columns a quiet reason, one an unknown clause, one a
 *           column of evidence.
 *   events  of a cadence or a lifecycle: what happened to one subject, and when.
 *   extensions, tollings   the rows of a ledger that belong to one subject.
 *   front   of a deadline: the rows that have a date each, and those they are crossed with.
 *   groups  of a standard: sums by group and day.
 *
 * A rule whose `needs` are not mapped by any source is off for want of data: no error, no unknown.
 * Rules that read the duties of others are judged after them; a circle is refused with its path. */
#ifndef JUDGE_RULE_H
#define JUDGE_RULE_H

#include "base/arena.h"
#include "base/limit.h"
#include "base/problem.h"
#include "calendar/cadence.h"
#include "calendar/counting.h"
#include "calendar/period.h"
#include "codec/digest.h"
#include "config/settings.h"
#include "judge/cage.h"
#include "judge/lookup.h"

#include <stdbool.h>
#include <stddef.h>

/* The fixed columns of a detail statement. */
enum detail {
    DETAIL_KEY,
    DETAIL_LABEL,
    DETAIL_APPLIES,
    DETAIL_LIMIT, /* false: left out by limit_to */
    DETAIL_UNIT,
    DETAIL_UNIT_BY,
    DETAIL_OFFICE,
    DETAIL_OWNER,
    DETAIL_AMOUNT,
    DETAIL_FROM_ON,
    DETAIL_PLACE,
    DETAIL_SCOPE,
    DETAIL_PARTY,
    DETAIL_BOUND,
    DETAIL_ALSO, /* of a front: the day that the case itself states */
    DETAIL_MET,
    DETAIL_GUESS,
    DETAIL_WRONG,
    DETAIL_PULL,
    DETAIL_LINE,
    DETAIL_GONE,
    DETAIL_UNREAD,
    DETAIL_RAW,
    DETAIL_FIXED /* how many */
};

/* The columns of an events statement. */
enum event_column { EVENT_DAY, EVENT_NAME, EVENT_KEY, EVENT_PULL, EVENT_LINE, EVENT_COLUMNS };

/* The columns of a ledger statement. */
enum ledger_column {
    LEDGER_DOCUMENT,
    LEDGER_SIGNED,
    LEDGER_UNTIL,
    LEDGER_TERM,
    LEDGER_RUNS_FROM,
    LEDGER_FIRST,
    LEDGER_LAST,
    LEDGER_REVOKED,
    LEDGER_RECEIVED,
    LEDGER_SCOPE,
    LEDGER_PARTY,
    LEDGER_COVERS,
    LEDGER_COMMON,
    LEDGER_UNREAD,
    LEDGER_KEY,
    LEDGER_PULL,
    LEDGER_LINE,
    LEDGER_COLUMNS
};

/* The columns of a front statement, and of one for what it is crossed with. */
enum front_column {
    FRONT_KEY,
    FRONT_ITEM,
    FRONT_START,
    FRONT_WORTH,
    FRONT_PULL,
    FRONT_LINE,
    FRONT_COLUMNS
};
enum party_column { PARTY_KEY, PARTY_NAME, PARTY_COLUMNS };

/* The columns of a statement for what of other datasets could not be read. */
enum unread_column { UNREAD_DATASET, UNREAD_KEY, UNREAD_CELLS, UNREAD_COLUMNS };

/* The columns of a groups statement. */
enum group_column {
    GROUP_NAME,
    GROUP_DAY,
    GROUP_NUMERATOR,
    GROUP_DENOMINATOR,
    GROUP_CASES,
    GROUP_EXCLUDED,
    GROUP_UNREAD, /* rows of which a value that is read could not be read */
    GROUP_ASTRAY, /* those of them that may be of another group or, without a day, period */
    GROUP_COLUMNS
};

struct rung_term {
    struct term at;
    struct term remind; /* count 0: no reminder */
    int severity;
};

/* One way to count to a date. */
struct way {
    struct term term;  /* below zero: backwards */
    bool stated;       /* the record states the day itself */
    bool untolled;     /* no day is left out of it */
    const char *words; /* "the date of entry": what the start day is */
    const char *field; /* the expression that gives it */
};

LIMIT(WAYS_MAX, 8); /* refused: a rule with more ways to its date, or beside it */

/* One condition of a rule. */
struct condition {
    const char *part;         /* "applies": where it stands */
    const char *text;         /* as it was written */
    const char *sql;          /* written out; NULL where what it reads of its row is unread */
    bool limit;               /* of limit_to */
    const char *const *reads; /* the columns of the own dataset that it reads */
    int read_count;
};

struct prepared_rule {
    const struct rule *def;
    const struct subject *subject;
    const struct dataset *dataset;
    const struct ladder *ladder;
    enum rule_kind kind;
    const struct rung_term *rungs; /* earliest first */
    int rung_count;
    struct term past_remind;

    struct way ways[WAYS_MAX]; /* deadline: one, or those of earliest_of and latest_of */
    int way_count;
    bool latest;                 /* of several, the latest counts */
    bool capped;                 /* `cap` is there: never later than it */
    struct way cap;              /* its start is the column behind those of the ways */
    struct way beside[WAYS_MAX]; /* and theirs behind it */
    int beside_count;
    struct term bound_term;
    const char *bound_words;          /* what the day of the bound is, for people */
    struct term each;                 /* what one extension can add; count 0: anything */
    struct term grace;                /* cadence, standard: after the period; count 0: none */
    struct term fix;                  /* integrity; count 0: none */
    struct term within;               /* lifecycle: to what must follow; count 0: no limit */
    struct cadence cadence;           /* cadence, standard */
    struct holiday_on by;             /* cadence: the day of the last month; if `def` says so */
    struct counting counting, office; /* of the last day; of the days to act by. No place yet */
    bool business;                    /* some term is in business days */
    const struct dataset *events_of, *extended_by, *tolled_by; /* NULL: none */
    const struct dataset *front, *crossed; /* deadline: a date for each row, or pair; NULL: none */
    bool shared; /* the time of all of them is one of the case: only documents tell them apart */
    bool also;   /* a front has one more item: the day that the case itself states */

    const char *zone;            /* in which a moment becomes a day */
    const char *const *evidence; /* names of the evidence columns */
    int evidence_count;
    struct reads reads;
    struct lookups lookups;
    const char *off;               /* why it is off, or NULL */
    bool off_by_choice;            /* its profile or itself is off */
    char digest[DIGEST_TEXT_SIZE]; /* of its text with subject and ladder */
    int layer;                     /* judged after all rules of lower layers */
    bool referred;                 /* another rule reads its duties: met ones are kept */

    struct condition *conditions; /* those of the subject first, limits last */
    int condition_count;
    const char *detail_sql, *limited_sql;
    const char *filter; /* the expression of the filter statement */
    const char *wrong;  /* of a rule about contradictions that nothing else decides; or NULL */
    int detail_columns;
    struct cage_stmt *detail, *events, *extensions, *tollings, *groups, *target;
    struct cage_stmt *front_rows, *front_parties;
    struct cage *cage;
    const char *unread_sql;    /* rows that it looks up and of which a cell is unread; NULL: none */
    struct cage_stmt *unread;  /* prepared when there are any */
    struct cage_stmt *limited; /* counts the rows that limit_to leaves out; NULL: no limit */
    int64_t runs;              /* rows of this judgement that it was asked about */
    int failures; /* rows of this judgement on which it failed or ran over its budget */
    char failure[ERROR_TEXT_MAX]; /* what it said the first time */
    int differing;                /* dates of this judgement on which two computations differed */
    char difference[ERROR_TEXT_MAX]; /* the first of them */
};

/* What a pass sees of a row before anybody looks at it under a rule. */
enum glance {
    GLANCE_OUTSIDE, /* it is surely outside */
    GLANCE_LOOK,
    GLANCE_RIGHT /* it is inside, and surely does not contradict itself */
};

/* The rules over one dataset. */
struct rule_pass {
    const struct dataset *dataset;
    int layer;
    struct prepared_rule **rules; /* those that are on and look at single rows */
    int count;
    const char *filter_sql;
    struct cage_stmt *filter; /* key, a column a rule, version; only versions above :since */
    struct cage_stmt *plain;  /* the same with 1 for every rule: when one of them fails */
};

struct rulebook {
    struct prepared_rule *rules;
    int count;
    struct rule_pass *passes; /* in the order of their layers */
    int pass_count;
    int layers;
    bool deeds;                    /* some rule reads deeds */
    const char *calendars;         /* ";name digest" of each: another text when days were closed */
    char digest[DIGEST_TEXT_SIZE]; /* of all rules, datasets and the zone */
};

/* Builds it in `a`; adds what is wrong to `p` with file and line. The statements belong to the
 * rulebook: rulebook_close(). Never NULL; with problems it must not be used to judge. */
struct rulebook *rulebook_build(const struct settings *s, struct cage *c, struct arena *a,
                                struct problems *p);
void rulebook_close(struct rulebook *b); /* NULL is fine */

/* How many columns of a detail statement are starts. */
static inline int rule_starts(const struct prepared_rule *r)
{
    return r->way_count + (int)r->capped + r->beside_count;
}

struct prepared_rule *rulebook_rule(const struct rulebook *b, const char *id);

/* True if a calendar of `r` differs from what `before` (an earlier `calendars`) has of it. */
bool rule_calendar_changed(const struct rulebook *b, const struct prepared_rule *r,
                           const char *before);

/* True if the answer of `r` for a subject can be found by looking at that subject alone. */
bool rule_is_single(const struct prepared_rule *r);

/* Why every subject is looked at, for `check`: "a day begins", "statutes change"; NULL: it is
 * judged by what changed. Lives in `a`. */
const char *rule_whole_when(const struct prepared_rule *r, struct arena *a);

#endif
