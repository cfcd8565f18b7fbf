/* nation_entry: entries that are in no case, and their truth: most liquidate by themselves, some
 * are extended, suspended, protested, billed or asked about, and a few go wrong.
 *
 *     seed, number  ->  goods_make()    the whole life of one entry, dated from end to end
 *     life, day     ->  goods_write()   the rows that an extract of that day has
 *                       goods_tell()    what is past, ahead or quiet on that day
 *
 * Each thing is in the extract from the day on which it happens, unless a life gives another day on
 * which it was entered. The rules in truth.csv are named as in rules/customs. */
#ifndef TESTS_BENCH_NATION_ENTRY_H
#define TESTS_BENCH_NATION_ENTRY_H

#include "bench/nation.h"

/* What can be planted in an entry. Names: goods_plant_names in nation_entry_plant.c. */
enum goods_plant {
    GOODS_SUMMARY_LATE,
    GOODS_SUMMARY_NEVER,
    GOODS_CYCLE_MISSED,
    GOODS_DEEMED_UNPAID,
    GOODS_DEEMED_UNDECIDED,
    GOODS_DEEMED_CHANGE,
    GOODS_EXTENSION_ENDS,
    GOODS_EXTENSION_COUNTED,
    GOODS_EXTENSION_LATE,
    GOODS_FOURTH_EXTENSION,
    GOODS_FOUR_YEARS,
    GOODS_SUSPENSION_ENDS,
    GOODS_NOTICES_DIFFER,
    GOODS_SUSPENDED_AGAIN,
    GOODS_EXTENDED_SUSPENDED,
    GOODS_DRAWBACK,
    GOODS_WAREHOUSE,
    GOODS_DIGIT,
    GOODS_BEFORE,
    GOODS_TYPE,
    GOODS_PROTEST,
    GOODS_ACCELERATED,
    GOODS_FURTHER_REVIEW,
    GOODS_SET_ASIDE,
    GOODS_BILL,
    GOODS_SURETY,
    GOODS_PART_PAID,
    GOODS_ACKNOWLEDGED,
    GOODS_BILL_CLOSED,
    GOODS_BILL_SUED,
    GOODS_FORM_28,
    GOODS_FORM_29,
    GOODS_FORM_29_HELD,
    GOODS_INCREASE,
    GOODS_PLANTS, /* how many; also: nothing planted */
};

extern const char *const goods_plant_names[GOODS_PLANTS + 1];

#define EXTENSIONS_MAX 4
#define NOTICES_MAX 3
#define DEMANDS_MAX 24
#define IMPORTERS 2000
#define TEAMS 5 /* in each Center */

struct extension {
    day noticed, until;
};

struct notice {
    const char *kind;
    day noticed, entered;
};

struct protest {
    day filed, accelerated, decided, review, review_decided, set_aside, answered;
    bool denied; /* when decided */
};

struct bill {
    day issued, paid, demands[DEMANDS_MAX];
    day part_paid, acknowledged, closed, sued;
    day first_paid, returned; /* a payment that came back, before the one that did not */
    int demand_count;
    bool surety;
};

struct request {
    const char *form, *action; /* form NULL: none */
    day issued, answered, reason, case_linked;
    int64_t increase, case_number; /* cents; the case that it became */
};

/* NONE: it never happens. */
struct goods {
    int64_t number, duty; /* duty in cents */
    enum goods_plant plant;
    char no[ENTRY_SIZE];
    const char *kind;
    int center, port, team, importer;
    bool center_blank, adcvd;
    day on, summary, claim; /* claim: of drawback, which has no day of entry */
    day withdrawn;          /* the last goods from a warehouse */
    struct extension extensions[EXTENSIONS_MAX];
    int extension_count;
    day suspended, removed;   /* removed: as the record of suspensions says */
    day again, again_removed; /* a second suspension, after the notices of the first */
    struct notice notices[NOTICES_MAX];
    int notice_count;
    day liquidated, entered,
        written;          /* entered: from when the record says so; written: the day in it */
    bool deemed, changed; /* changed: with a change of the amount */
    day set, change_paid, decided, reliquidated;
    struct protest protest;
    struct bill bill;
    struct request request;
};

/* The whole life of entry `number`, which comes on FIRST_DAY + its share of ten years. */
void goods_make(const struct nation *n, int64_t number, struct goods *ret);

/* What g->plant says, in place of an uneventful life. */
void goods_plant(const struct nation *n, struct goods *g, struct chance *c);

/* The day on which entry `number` comes. */
day goods_day(const struct nation *n, int64_t number);

/* True if nothing happens to entry `number` after `d`, and nothing is to be said of it; quick. */
bool goods_over(const struct nation *n, int64_t number, day d);

/* True if something enters the record after `since`, up to `until`. */
bool goods_stirs(const struct goods *g, day since, day until);

/* Kinds of life, for goods_make() and goods_plant(). Each presupposes what goods_make() began. */
void goods_extend(struct goods *g, struct chance *c, int count);
void goods_suspend(struct goods *g, struct chance *c);
void goods_protest(struct goods *g, struct chance *c);
void goods_bill(struct goods *g, struct chance *c);
void goods_request(const struct nation *n, struct goods *g, struct chance *c, const char *form,
                   const char *action);

/* Monthly demands on the surety until the bill is paid, at most `most`. */
void goods_demand(struct goods *g, struct chance *c, int most);

/* The end of the year and of what extends it, by what is known on `today`; four years at most. */
day goods_limit(const struct goods *g, day today);

/* `d` and so many months; the last of a month without that day. */
day day_months(day d, int months);

/* The working day `count` after `d`, on a calendar without holidays. */
day day_business(day d, int count);

/* A duty: its last day, since when the record has it, when the record says that it is done or no
 * duty any more, and since when it asks for no alarm. NONE: never. */
struct duty {
    const char *rule;
    day last, known, ended, quiet;
};

/* The line of truth about it, if it is listed on n->today. */
void duty_tell(const struct nation *n, struct files *f, struct duty d, const char *subject,
               const char *plant);

void goods_write(const struct nation *n, struct files *f, const struct goods *g);
void goods_tell(const struct nation *n, struct files *f, const struct goods *g);

/* All entries up to n->today with their truth, and the accounts of the importers. */
void goods_all(const struct nation *n, struct files *f);

/* The line in entries.csv of an entry of a case, and what is said of it; `g` is its life. Without
 * entries beside those of cases the line has nothing but the day, and nothing is said. */
void goods_of_case(const struct nation *n, struct files *f, const struct life *l,
                   const struct entry *e);
void goods_tell_of_case(const struct nation *n, struct files *f, const struct life *l,
                        const struct entry *e, const struct goods *g);

/* What is said of the links of an entry that a case shares with the case before it. */
void goods_tell_shared(const struct nation *n, struct files *f, const struct life *l,
                       const struct entry *e);

#endif
