/* settings: everything that is configured, as it was written and checked for form.
 *
 * One struct from one main file (dutywatch.conf) and the *.rules files of the directories it
 * names; both may hold datasets, sources, subjects, rules, ladders, channels and routes. What
 * refers to what (a rule to its subject, a source to its dataset) is checked by
 * settings_check(); whether the SQL makes sense, by judge/rule. All strings live in the arena of
 * the generation. Absent texts are NULL, absent amounts INT64_MIN, absent days DATE_NONE.     */
#ifndef CONFIG_SETTINGS_H
#define CONFIG_SETTINGS_H

#include "base/arena.h"
#include "base/date.h"
#include "base/problem.h"
#include "calendar/calendar.h"
#include "config/schema.h"

#include <stdbool.h>
#include <stdint.h>

enum column_type {
    COLUMN_TEXT,
    COLUMN_INTEGER,
    COLUMN_REAL,
    COLUMN_MONEY,    /* cents */
    COLUMN_DATE,     /* "2025-03-31" */
    COLUMN_DATETIME, /* UTC microseconds, with the offset received beside it */
    COLUMN_BOOLEAN,  /* 0 or 1 */
    COLUMN_LIST      /* texts, as a JSON array */
};

extern const char *const column_type_names[];

enum code_otherwise { OTHERWISE_REJECT, OTHERWISE_KEEP, OTHERWISE_NULL };

/* One value and what sources write for it. */
struct code {
    struct place at;
    const char *value;
    struct texts from;
};

struct code_table {
    struct place at;
    const char *name;
    int otherwise;      /* enum code_otherwise: what becomes of a value that is not in it */
    bool fold;          /* case and number of blanks do not count */
    bool plain;         /* only letters and digits count, and no case */
    const char *until;  /* what stands from here on does not count, or NULL */
    struct texts split; /* between several codes of one value */
    struct list values; /* struct code */
};

/* What becomes of records of one payload that have one key. */
enum keep {
    KEEP_ROW, /* of a dataset: the first stays, the others are rejected; of a column: as it says */
    KEEP_FIRST, /* of those that differ */
    KEEP_LAST,
    KEEP_MIN, /* these of a column alone */
    KEEP_MAX,
    KEEP_ALL /* the elements of all, of a list */
};

struct column {
    struct place at;
    const char *name;
    int type; /* enum column_type */
    bool required;
    struct texts values;            /* empty: any; of a list: for its elements */
    const char *separator;          /* of a list */
    const char *codes;              /* the name of its code table, or NULL */
    const struct code_table *table; /* that table; NULL: none, or none such */
    int keep;                       /* enum keep */
    const char *refers;             /* the dataset whose key it holds, or NULL */
};

struct guard {
    struct place at;
    int64_t min_rows;
    int64_t max_shrink, max_rejects; /* hundredths of a percent */
};

/* A dataset whose rows extend or toll the time of a case; each text is the name of a column or
 * NULL. A row extends to `until`, or by `term` from `runs_from`; or it tolls from `first` to
 * `last`. */
struct ledger {
    struct place at;
    const char *document, *signed_on, *received, *until, *term, *runs_from, *first, *last;
    const char *scope, *covers, *party, *common, *revoked_on;
    const char *law; /* the authority by which its documents extend or toll; not a column */
};

struct dataset {
    struct place at;
    const char *id;
    const char *key;     /* the column that names a row */
    struct list columns; /* struct column */
    int keep;            /* enum keep: ROW, FIRST or LAST */
    struct texts prefer; /* of several sources that fill it: whose a row is that both have */
    date complete_since;
    struct guard *guard;   /* never NULL after settings_load() */
    struct ledger *ledger; /* NULL: it is none */
};

struct mapping {
    struct place at;
    const char *column;
    struct texts from;  /* names in the payload; the first that is not empty wins */
    struct texts dates; /* patterns of base/date.h; empty: the source's */
    const char *join;   /* what stands between all of `from`; NULL: one of them is taken */
};

/* What of a payload goes into one dataset. */
struct take {
    struct place at;
    const char *dataset, *part;
    const char *pointer; /* `at`: where the records are in a JSON document */
    struct list map;     /* struct mapping */
    bool optional;       /* a record without the key is none of this dataset */
    bool whole;          /* made of the source's own options: it has no `take` */
};

/* How old the content of a source may be, whenever it was pulled. */
struct content_age {
    struct place at;
    const char *column; /* its newest day is the content's; NULL: Last-Modified, else the file's
                           time, else when the payload came first */
    int64_t max;        /* microseconds */
    bool preset;        /* nobody wrote it */
};

enum source_format { FORMAT_CSV, FORMAT_NDJSON, FORMAT_JSON };
enum source_content { CONTENT_SNAPSHOT, CONTENT_CHANGES };
enum source_gone { GONE_ASK, GONE_CLOSED, GONE_IGNORE };

struct source {
    struct place at;
    uint64_t
        set; /* bits: which of its options that an `of` may pass on are written (config/of.h) */
    const char *id, *dataset, *url, *pointer;
    const char *of; /* the source of the snapshot to which these are the changes; or NULL */
    int format, content, gone;
    const char *part; /* a column: a snapshot speaks for the values of it that it has; or NULL */
    const char *delimiter;
    bool header, trim;
    bool whole;           /* what looks like a page of more is all there is */
    struct texts columns; /* names of the columns when header = false */
    struct list map;      /* struct mapping */
    bool optional;        /* as in struct take; set by source_of_take() alone */
    struct list takes;    /* struct take, never empty after settings_load() */
    struct texts dates, empty;
    struct texts skip; /* how records begin that are none */
    const char *zone;  /* of times without offset; NULL: the configuration's */
    int64_t every, timeout, connect_timeout, retry_first, retry_most, max_age; /* microseconds */
    struct content_age *content_age; /* never NULL after settings_load() */
    int64_t max_bytes, max_record;
    const char *user, *credential, *ca_file;
};

enum channel_type { CHANNEL_MAILDIR, CHANNEL_MAIL, CHANNEL_WEBHOOK };

struct channel {
    struct place at;
    const char *name;
    int type;
    const char *path;                     /* maildir */
    const char *server, *from, *reply_to; /* mail: smtp://host:25 */
    const char *url, *secret;             /* webhook; secret: a credential */
    const char *user, *credential, *ca_file;
    bool require_tls;
    int64_t timeout;
};

enum severity { SEVERITY_INFO, SEVERITY_NOTICE, SEVERITY_WARNING, SEVERITY_CRITICAL };
extern const char *const severity_names[];
/* The severity of that name, or -1. */
int severity_read(const char *name);

enum route_cadence { CADENCE_NOW, CADENCE_DAILY, CADENCE_NEVER };
extern const char *const cadence_names[];

struct route {
    struct place at;
    struct texts units, offices, rules, severities; /* empty: any */
    int64_t min_amount;
    const char *channel;
    struct texts to; /* addresses, contact names, or "{owner}" "{unit}" "{office}" */
    int cadence;
    bool go_on; /* later routes are tried too */
};

struct contact {
    struct place at;
    const char *name, *to;
};

struct operators {
    struct place at;
    const char *channel;
    struct texts to;
};

/* A day of each year on which a calendar is closed. */
struct holiday_setting {
    struct place at;
    const char *name, *on, *law, *observed_law;
    int observed; /* enum observed */
    int64_t from, until;
};

/* A single day, or several, on which it is closed. */
struct closing_setting {
    struct place at;
    date on, until; /* until DATE_NONE: that one day */
    const char *because, *law;
    struct texts places; /* empty: everywhere */
};

struct calendar_setting {
    struct place at;
    const char *name, *title;
    /* The calendar whose holidays and closings it has too; its own name: the one before it. NULL.
     */
    const char *like;
    struct texts weekend;
    date verified_from, verified_until, as_of;
    const char *source, *roll_law;  /* what it was made from; by what a last day runs on; NULL */
    const char *arguable;           /* the calendar whose closed days are arguable here, or NULL */
    int64_t opens, closes;          /* seconds since midnight; -1: no opening, closing time */
    struct list holidays, closings; /* struct holiday_setting, struct closing_setting */
    struct calendar *made;          /* NULL: something is wrong with it */
};

struct rung {
    struct place at;
    const char *when; /* a term, counted to the safe day: "-30 days" */
    int severity;
    const char *remind_every; /* a term or NULL */
};

struct ladder {
    struct place at;
    const char *name;
    struct list rungs; /* struct rung, earliest first after settings_load() */
    int past_severity;
    const char *past_remind_every;
};

struct subject {
    struct place at;
    const char *name, *from;
    struct clause unit, unit_by, office, owner, amount, label, from_on;
    struct clauses applies;
    struct list quiet, unknown; /* of all its rules of kind deadline, cadence and lifecycle, behind
                                   their own */
};

struct quiet {
    struct place at;
    struct clause when, on, detail;
    const char *because;
};

struct unknown {
    struct place at;
    struct clause when;
    const char *ask;
};

struct bound {
    struct place at;
    struct clause after;
    const char *term, *from;
};

/* One day from which time can run, among several. */
struct start {
    struct place at;
    struct clause after, before, due;
    const char *from, *term;
    bool untolled; /* days that do not count, count here */
};

struct deadline {
    struct place at;
    struct clause after, before, due;
    struct list earliest_of, latest_of; /* struct start; at most one of the two has any */
    struct start *at_most;              /* never later than this */
    struct list beside;                 /* struct start; told beside the date, and not binding */
    const char *from; /* in readers' words what `after`, `before` or `due` is; NULL: its SQL */
    const char *term;
    int last_day;         /* enum last_day_mode */
    const char *roll_law; /* by what it runs on, or NULL */
    const char *calendar; /* of the last day and of business days; NULL: the configuration's */
    struct clause place;  /* of a port: local closings count there */
    struct bound *no_later_than;
    const char *extended_by, *tolled_by; /* datasets with a ledger, or NULL */
    struct clause scope, party;          /* what a document must cover, and for whom */
    struct texts front;                  /* datasets, crossed: each pair has a date of its own */
    struct texts each; /* the same for a time that is one of the case: documents tell them apart */
    struct clause item, worth, otherwise, also;
    int64_t extensions_at_most; /* so many count; 0: any number */
    const char *each_at_most;   /* how much one can add, or NULL */
    bool since_start;           /* an extension signed before the time began to run is disputed */
    const char *unscoped;       /* why its documents bind no row, party or statute of their own */
};

/* The datasets of `front` or `each`. */
const struct texts *deadline_sets(const struct deadline *d);

/* A duty that comes again. */
struct every {
    struct place at;
    int period; /* enum cadence_unit */
    int64_t count;
    date since;
    const char *by;     /* "second Tuesday" of the last month, or NULL: its end */
    const char *grace;  /* a term after the period, or NULL */
    const char *events; /* the dataset of what meets it, each row one period; or NULL */
    const char *on;     /* its column: the day */
    struct clause when; /* over it: which rows count */
};

enum measure_by { MEASURE_BY_UNIT, MEASURE_BY_OFFICE, MEASURE_BY_OWNER, MEASURE_BY_ALL };
enum measure_worse { MEASURE_LOWER, MEASURE_HIGHER };

/* A performance standard: a ratio over the rows of the subject, by group and period. */
struct measure {
    struct place at;
    struct clause on;                              /* a row's day: which period it belongs to */
    struct clause numerator, denominator, exclude; /* denominator: preset 1 */
    struct clause at_least, at_most;               /* the target, over no row */
    const char *unit_words; /* what is measured: "days"; NULL: a percentage */
    int by;                 /* enum measure_by */
    bool against_peers;     /* instead of a target: the other groups */
    int worse;              /* enum measure_worse, against peers */
    int64_t confidence;     /* hundredths of a percent */
    int64_t min_cases;
    int64_t min_periods; /* for a target: so many put together will do; 0: never */
};

/* An order that dated events must keep. */
struct lifecycle {
    struct place at;
    const char *events, *name, *on;                   /* the dataset, its columns: what and when */
    struct texts after, must_follow, must_not_follow; /* names of events */
    const char *within, *at_most;                     /* terms */
};

enum rule_kind { RULE_DEADLINE, RULE_CADENCE, RULE_STANDARD, RULE_INTEGRITY, RULE_LIFECYCLE };
extern const char *const rule_kind_names[];

struct rule {
    struct place at;
    const char *id, *subject, *title, *law, *remedy, *clears, *ladder, *profile;
    const char *remedy_past, *clears_past; /* the same past the last day; NULL: as before it */
    struct clauses applies, limit_to;
    struct deadline *deadline; /* each kind has one of these groups */
    struct every *every;
    struct measure *measure;
    struct lifecycle *lifecycle;
    struct clause wrong;
    const char *fix_within; /* of `wrong`: a term or NULL */
    struct clause met_on;
    struct clause guess; /* on what guess it is watched, or NULL */
    struct list quiet;   /* struct quiet */
    struct list unknown; /* struct unknown */
    struct texts evidence, needs;
    bool on;
};

/* Rules that are chosen together. */
struct profile {
    struct place at;
    const char *name;
    bool on;
    struct clauses limit_to;
};

/* What the rules of a folder are when they are given away. */
struct pack {
    struct place at;
    const char *name, *version;
    bool shipped; /* each rule of the folder needs a law and a test */
};

/* One finding or recommendation of an audit, and the rules that watch it. */
struct audit_item {
    struct place at;
    const char *name, *text;
    struct texts rules;
};

struct audit {
    struct place at;
    const char *id, *title;
    struct list of; /* struct audit_item */
};

enum mode { MODE_TRIAL, MODE_LIVE };

struct settings {
    const char *path;   /* of the main file */
    struct texts files; /* all that were read: the main file, what it includes, rules */
    struct place zone_at, calendar_at, dirs_at; /* line 0: they are not written */
    const char *zone, *state_dir, *run_dir, *baseline_back, *name;
    const char *calendar; /* of the office, by name; NULL: weekends only */
    struct texts rule_dirs, trial_to;
    int leap_day; /* enum leap_day */
    int mode;
    int64_t digest_at; /* seconds since midnight */
    int64_t give_up_after, retry_first, retry_most, keep_payloads, keep_versions;
    int64_t keep_payload_bytes, rule_steps;
    struct operators *operators;
    struct list calendars, codes, datasets, sources, channels, routes, contacts, ladders, subjects,
        rules, profiles, packs, audits;
    struct list changes; /* struct change: what `adapt` has set in rules */
};

/* The table of the top level, for config/print.h. */
extern const struct schema settings_schema;

/* Reads the main file and its rule directories. What is wrong is added to `p`; the struct is
 * returned all the same (NULL only when the main file cannot be read at all), so that later checks
 * can add what they find. It lives in `a`. */
struct settings *settings_load(const char *path, struct arena *a, struct problems *p);

/* Another state directory than the configured one, also for what lies in it by preset. */
void settings_move(struct settings *s, const char *state_dir, struct arena *a);

/* Look-ups by name; NULL if there is none. */
struct code_table *settings_codes(const struct settings *s, const char *name);
struct dataset *settings_dataset(const struct settings *s, const char *id);
struct source *settings_source(const struct settings *s, const char *id);
struct channel *settings_channel(const struct settings *s, const char *name);
struct ladder *settings_ladder(const struct settings *s, const char *name);
struct subject *settings_subject(const struct settings *s, const char *name);
/* What the subject says under the name of `n` bytes: its label, unit, office, owner or amount;
 * NULL: no such name. */
const struct clause *subject_clause(const struct subject *j, const char *name, size_t n);
struct profile *settings_profile(const struct settings *s, const char *name);
struct rule *settings_rule(const struct settings *s, const char *id);
/* The last one of that name: it may be like the one before it. */
struct calendar_setting *settings_calendar(const struct settings *s, const char *name);
struct column *dataset_column(const struct dataset *d, const char *name);

/* The number of a dataset of `s`, from 0. */
size_t settings_number(const struct settings *s, const struct dataset *d);

/* True if the source fills this dataset, alone or among others. */
bool source_fills(const struct source *s, const char *dataset);

/* The source whose rows those that it brings are: the one that `of` names, or itself. */
const char *source_owner(const struct source *s);

/* The source as it is for one of its takes: with that one's dataset, part and map. */
struct source source_of_take(const struct source *s, const struct take *t);

/* The kind of a rule, by the group that it has; deadline when it has none. */
enum rule_kind rule_kind_of(const struct rule *r);

/* for (LIST_EACH(struct rule, r, &settings->rules)) ... */
#define LIST_EACH(type, item, list)                                                                \
    type *item = (list)->all;                                                                      \
    item &&item < (type *)(list)->all + (list)->count;                                             \
    item++

#endif
