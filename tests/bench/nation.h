/* nation: a made-up country of penalty cases, and the truth about it.
 *
 * tests/bench/nation.c writes extracts as ten Centers and 42 penalty offices would have them, dirty
 * as extracts are, and beside them a truth file: what a watch must say of each case, office and
 * committee on that day. The truth comes from the lives as they were made, by the plain arithmetic
 * of nation_day.c; nothing here calls the program that is measured.
 *
 *     seed, number  ->  life_make()    the whole life of one case, dated from end to end
 *     life, day     ->  life_write()   the rows that an extract of that day has
 *                       truth_case()   what is past, ahead, unknown or quiet on that day
 *
 * A life depends on the seed and its number alone. The extract of the next day therefore differs by
 * what happened on that day and by nothing else. */
#ifndef TESTS_BENCH_NATION_H
#define TESTS_BENCH_NATION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* --- days --- */

/* Days since 1970-01-01. */
typedef int day;

#define NONE 0 /* no day */

day day_of(int year, int month, int dom);
void day_split(day d, int *ret_year, int *ret_month, int *ret_dom);

/* False for text that is not a day "2026-11-24". */
bool day_read(const char *text, day *ret);

/* The same day `years` later; 28 February for a 29th that is not there. */
day day_anniversary(day d, int years);

/* `d`, or the Monday after it if it is on a weekend. */
day day_rolled(day d);

/* `d`, or the Friday before it if it is on a weekend. */
day day_safe(day d);

/* --- chance --- */

struct chance {
    uint64_t state;
};

/* What this seed has in store for (what, number); the same on every machine (splitmix64). */
struct chance chance_of(uint64_t seed, int what, int64_t number);
int chance_between(struct chance *c, int least, int most);
bool chance_percent(struct chance *c, int percent);

enum {
    CHANCE_LIFE = 1,
    CHANCE_DIRT,
    CHANCE_MEETING,
    CHANCE_REVIEW,
    CHANCE_ENTRY,
    CHANCE_LOT,
    CHANCE_ASK,
    CHANCE_MINUTES,
    CHANCE_SURVEY,
    CHANCE_ASSESSMENT,
    CHANCE_AGENDA,
    CHANCE_TRAINING,
    CHANCE_ACTION,
    CHANCE_TOTAL,
    CHANCE_ENDING,
    CHANCE_EAPA
};

/* --- the country --- */

struct nation {
    uint64_t seed;
    int64_t cases;       /* opened in ten years from FIRST_DAY; later ones go on at the same pace */
    int planted;         /* one case of so many has something planted */
    int64_t entries;     /* that are in no case, in the same ten years (nation_entry.h) */
    int planted_entries; /* one of them of so many */
    day today;           /* of the extract */
    day since;           /* only what is not in the extract of this day; NONE: everything */
};

#define FIRST_DAY day_of(2016, 10, 1)
#define MEETINGS_SINCE day_of(2021, 10, 1)
#define CENTERS 10
#define OFFICES 42
#define OFFICERS 4          /* in each office */
#define IMPORT_SPECIALIST 4 /* one more there, who does not act on penalty cases */

extern const char *const center_codes[CENTERS];
extern const char *const office_ports[OFFICES];

/* --- a case --- */

enum culpability { NEGLIGENCE, GROSS_NEGLIGENCE, FRAUD, NOT_SAID };

/* What can be planted in a case. Names and meaning: plant_names in nation_plant.c. */
enum plant {
    PLANT_OPEN,
    PLANT_WAIVED,
    PLANT_WAIVER_LATE,
    PLANT_WAIVER_GAP,
    PLANT_WAIVER_REVOKED,
    PLANT_WAIVER_NO_DOCUMENT,
    PLANT_WAIVER_BACKWARDS,
    PLANT_WAIVER_REMARK,
    PLANT_SETTLED,
    PLANT_SETTLED_UNSEEN,
    PLANT_LITIGATION,
    PLANT_OFFSET,
    PLANT_CLOSED_IN_TIME,
    PLANT_CLOSED_LATE,
    PLANT_CLOSED_UNDATED,
    PLANT_CLOSED_EARLY,
    PLANT_TOLLED,
    PLANT_DOWNGRADED,
    PLANT_NO_START,
    PLANT_UNMAILED,
    PLANT_DECISION_EARLY,
    PLANT_OVERPAID,
    PLANT_ENTRY_SHARED,
    PLANT_ENTRY_DIGIT,
    PLANT_DUPLICATE,
    PLANT_DIFFERENT,
    PLANT_UNREADABLE,
    PLANT_OWNER_LEFT,
    PLANT_OWNER_ROLE,
    PLANT_NO_DISCOVERY,
    PLANT_NO_CULPABILITY,
    PLANT_ENTRY_AFTER,
    PLANT_NO_CENTER,
    PLANT_NO_PREPENALTY,
    PLANT_SMALL,
    PLANT_PETITION_EARLY,
    PLANT_SUIT_EARLY,
    PLANT_ONE_PARTY, /* from here on the record is that of nation_scope.h */
    PLANT_BOTH_PARTIES,
    PLANT_NO_PARTY,
    PLANT_STRANGER,
    PLANT_ONE_ENTRY,
    PLANT_ABSENT_PARTY,
    PLANT_ABSENT_NOBODY,
    PLANT_ABSENT_PROPERTY,
    PLANT_TWO_STATUTES,
    PLANT_STATUTE_UNKNOWN,
    PLANT_OTHER_ACT,
    PLANT_WAIVER_ROLLED,
    PLANT_RECEIVED_LATE,
    PLANT_VIOLATION_FIRST,
    PLANT_ENTRY_UNDATED,
    PLANT_FRAUD_FIRST,
    PLANT_FORFEITED,
    PLANT_RETURNED,
    PLANT_PROPERTY_FOUND,
    PLANT_BOND,
    PLANT_BROKER,
    PLANTS, /* how many; also: nothing planted */
};

extern const char *const plant_names[PLANTS + 1];

#define ENTRIES_MAX 5
#define WAIVERS_MAX 3
#define ENTRY_SIZE 16

struct entry {
    char no[ENTRY_SIZE]; /* "123-4567890-1" with its check digit */
    day on;              /* NONE: the extract has a placeholder */
    bool borrowed;       /* it is another case's; only the link is this one's */
};

/* "200-1000000-C" with its check digit C. */
void entry_number(char ret[ENTRY_SIZE], int filer, int number);

/* Who gave a waiver, as the record says. */
enum signer {
    SIGNED_BY_NOBODY,
    SIGNED_BY_FIRST,
    SIGNED_BY_SECOND,
    SIGNED_BY_BOTH,
    SIGNED_BY_OTHER
};

struct waiver {
    day signed_on, received, until, revoked;
    bool no_document;
    enum signer by;
    int entry;           /* for the entry of this number alone, counted from 1; 0: for all */
    const char *statute; /* for this one alone, in some way of writing; NULL: for all */
};

/* What a case is of that hangs on parties, entries and statutes (nation_scope.h). */
struct scope {
    const struct matter *matter; /* NULL: it is none of these */
    int parties;                 /* those whom the extract names */
    day violation, accrued, acknowledged, part_paid, property_found;
    day forfeited, returned, other_returned;
    enum signer absent; /* who was absent, or the property was */
    bool property_absent;
};

/* Days are what the record says; where the record lies, the day on which it was entered stands
 * beside it. NONE: it never happens. */
struct life {
    int64_t number;
    enum plant plant;
    int center;          /* -1: the record names none */
    int office, officer; /* -1: one who has left */
    const char *statute;
    enum culpability culpability;
    int64_t loss, assessed, collected; /* cents; collected: when paid */
    struct entry entries[ENTRIES_MAX];
    int entry_count;
    struct waiver waivers[WAIVERS_MAX];
    int waiver_count;
    day toll_first, toll_last; /* out of the country; recorded ten days after */
    day opened, discovered, downgraded;
    day prepenalty_issued, prepenalty_mailed, response;
    day penalty_issued, penalty_mailed, petition;
    day decision, decision_written; /* written: the day that the record gives */
    day paid, referred, suit, offset;
    day settled, settled_entered; /* entered: from when the record says so */
    day closed, closed_written;   /* written NONE: closed without a date */
    const char *close_reason;
    struct scope scope;
};

/* The whole life of case `number`. */
void life_make(const struct nation *n, int64_t number, struct life *ret);

/* Puts what l->plant says into the life that nature made. */
void life_plant(const struct nation *n, struct life *l, struct chance *c);

/* Without any end, and without waivers. */
void life_keep_open(struct life *l);

/* Without what happens after `end`. */
void life_stop(struct life *l, day end);

/* The end of the limitation by what is known on `today`, before it is moved off a weekend; NONE if
 * no start is known. */
day life_limit(const struct life *l, day today);

/* Of several entries the end that comes next, or when all have passed the latest. */
day life_next_limit(const struct life *l, day today);

/* The first of what ends it; a day that never comes, if nothing does. */
day life_end(const struct life *l);

/* The day of the violation, which is that of the earliest entry; NONE if no entry has one. */
day life_violation(const struct life *l);

/* A waiver of two years on top of `last`, signed on `signed_on`. */
void life_waive(struct life *l, day signed_on, day last);

/* "2021-2704-000123-01" */
#define CASE_NO_SIZE 48
const char *life_case_no(const struct life *l, char buffer[CASE_NO_SIZE]);
#define WAIVER_NO_SIZE 64
const char *life_waiver_no(const struct life *l, int i, char buffer[WAIVER_NO_SIZE]);

/* --- what is written --- */

struct files {
    FILE *cases, *case_entries, *entries, *waivers, *tollings, *petitions, *decisions, *stages;
    FILE *centers, *offices, *people, *committees, *meetings, *reviews;
    FILE *accounts, *extensions, *suspensions, *removal_notices, *liquidations;
    FILE *protests, *bills, *demands, *requests;
    FILE *waiver_requests, *surveys, *assessments, *agenda;
    FILE *procedures, *corrective_actions, *recommendations, *control_totals;
    FILE *eapa, *eapa_referrals;
    FILE *parties, *seizures, *collections;
    FILE *truth;
    int64_t rows; /* in all of them but truth */
};

struct output {
    const char *name, *header;
    FILE **file;
};

/* What there is to write, always in one order; truth is the last. */
#define OUTPUTS 37
void list_outputs(struct files *f, struct output ret[OUTPUTS]);

/* Of each file what is new since n->since; the truth in full. False if memory fails. */
bool changes_write(const struct nation *n, struct files *f);

void life_write(const struct nation *n, struct files *f, const struct life *l);
void asks_write(const struct nation *n, struct files *f, const struct life *l);
void agenda_write(const struct nation *n, struct files *f, const struct life *l);
void action_write(const struct nation *n, struct files *f, const struct life *l);

/* What the record of the case and its decision say of it on n->today (nation_ending.c); days that
 * have not come are NONE. */
struct ending_cells {
    day deposit, official, statement;
    int64_t current; /* cents */
    bool findings;
    const char *reason; /* once it is closed */
};
struct ending_cells ending_cells(const struct nation *n, const struct life *l);

void truth_case(const struct nation *n, struct files *f, const struct life *l);

/* What the rules for customs (rules/customs) watch beyond that. */
void truth_customs(const struct nation *n, struct files *f, const struct life *l);

/* One line of truth. `period` may be "", days NONE. */
struct truth {
    const char *rule, *subject, *period, *state;
    day found, last;
    const char *plant, *note;
};
void truth_write(struct files *f, const struct truth *t);

/* Centers, offices, people, committees with their meetings and the reviews of the offices, with
 * their truth. */
void offices_write(const struct nation *n, struct files *f);

/* A day as `f` writes it: "2026-11-24", or "11/24/2026" in the files of cases. */
#define DAY_SIZE 48
const char *day_iso(day d, char buffer[DAY_SIZE]);
const char *day_us(day d, char buffer[DAY_SIZE]);

/* The name of an officer as an address; -1: of one who is not in people.csv. */
#define OFFICER_SIZE 48
const char *officer_name(int office, int officer, char buffer[OFFICER_SIZE]);

#endif
