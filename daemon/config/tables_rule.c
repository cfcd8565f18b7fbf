#include "config/tables.h"

#include "calendar/cadence.h"
#include "calendar/lastday.h"

#include <stddef.h>

const char *const rule_kind_names[] = { "deadline",  "cadence",   "standard",
                                        "integrity", "lifecycle", NULL };

#define AT(type, member) .at = offsetof(struct type, member)

static const struct field rung_fields[] = {
    { "at", FIELD_TERM, AT(rung, when), .required = true,
      .help = "Counted to the day to act by: \"-30 days\", \"-24 months\", \"0 days\"." },
    { "severity", FIELD_CHOICE, AT(rung, severity), .preset = "warning", .choices = severity_names,
      .help = "info, notice, warning or critical." },
    { "remind_every", FIELD_TERM, AT(rung, remind_every),
      .help = "Say it again while nothing changes." },
    { NULL },
};
static const struct schema rung_schema = { "rung", "at", NULL, rung_fields, sizeof(struct rung) };

static const struct field ladder_fields[] = {
    { "name", FIELD_TEXT, AT(ladder, name), .required = true, .help = "Its name in rules." },
    { "rungs", FIELD_LIST, AT(ladder, rungs), .required = true, .of = &rung_schema,
      .help = "Each is told once." },
    { "past_severity", FIELD_CHOICE, AT(ladder, past_severity), .preset = "critical",
      .choices = severity_names, .help = "When the last day has passed." },
    { "past_remind_every", FIELD_TERM, AT(ladder, past_remind_every),
      .help = "Say it again after the last day." },
    { NULL },
};
const struct schema ladder_schema = { "ladder", "name", NULL, ladder_fields,
                                      sizeof(struct ladder) };

static const struct field quiet_fields[] = {
    { "when", FIELD_CLAUSE, AT(quiet, when), .required = true, .help = "Expression: the reason." },
    { "on", FIELD_CLAUSE, AT(quiet, on), .required = true, .help = "Expression: since which day." },
    { "because", FIELD_TEXT, AT(quiet, because), .required = true,
      .help = "The reason, in readers' words." },
    { "detail", FIELD_CLAUSE, AT(quiet, detail), .help = "Expression: shown with it." },
    { NULL },
};
static const struct schema quiet_schema = { "quiet", "because", NULL, quiet_fields,
                                            sizeof(struct quiet) };

static const struct field unknown_fields[] = {
    { "when", FIELD_CLAUSE, AT(unknown, when), .required = true,
      .help = "Expression: the data cannot tell." },
    { "ask", FIELD_TEXT, AT(unknown, ask), .required = true,
      .help = "What to enter, so that it can." },
    { NULL },
};
static const struct schema unknown_schema = { "unknown", "ask", NULL, unknown_fields,
                                              sizeof(struct unknown) };

static const struct field subject_fields[] = {
    { "name", FIELD_TEXT, AT(subject, name), .required = true, .help = "Its name in rules." },
    { "from", FIELD_TEXT, AT(subject, from), .required = true, .help = "The dataset." },
    { "label", FIELD_CLAUSE, AT(subject, label), .help = "What readers see; preset: the key." },
    { "unit", FIELD_CLAUSE, AT(subject, unit), .help = "Expression: the unit (a Center)." },
    { "unit_by", FIELD_CLAUSE, AT(subject, unit_by),
      .help = "Expression: in readers' words, what says so; explain shows it." },
    { "office", FIELD_CLAUSE, AT(subject, office), .help = "Expression: the office." },
    { "owner", FIELD_CLAUSE, AT(subject, owner), .help = "Expression: who must act." },
    { "amount", FIELD_CLAUSE, AT(subject, amount), .help = "Expression: money at stake, cents." },
    { "from_on", FIELD_CLAUSE, AT(subject, from_on),
      .help = "Expression: since when duties that come again bind it." },
    { "applies", FIELD_CLAUSES, AT(subject, applies),
      .help = "Expressions, all must hold: the rows that are cases." },
    { "quiet", FIELD_LIST, AT(subject, quiet), .of = &quiet_schema,
      .help = "Reasons not to alarm, of all its deadlines, cadences and lifecycles." },
    { "unknown", FIELD_LIST, AT(subject, unknown), .of = &unknown_schema,
      .help = "When the data cannot tell, of the same rules." },
    { NULL },
};
const struct schema subject_schema = { "subject", "name", NULL, subject_fields,
                                       sizeof(struct subject) };

static const struct field bound_fields[] = {
    { "after", FIELD_CLAUSE, AT(bound, after), .required = true, .help = "Expression: a day." },
    { "term", FIELD_COUNTED, AT(bound, term), .required = true, .help = "Counted from it." },
    { "from", FIELD_TEXT, AT(bound, from), .help = "What that day is, in readers' words." },
    { NULL },
};
static const struct schema bound_schema = { "no_later_than", NULL, NULL, bound_fields,
                                            sizeof(struct bound) };

static const struct field audit_item_fields[] = {
    { "name", FIELD_TEXT, AT(audit_item, name), .required = true,
      .help = "What the report calls it: recommendation 1." },
    { "text", FIELD_TEXT, AT(audit_item, text), .required = true,
      .help = "What it says, in short." },
    { "rules", FIELD_TEXTS, AT(audit_item, rules), .preset = "",
      .help = "The rules that watch it." },
    { NULL },
};
static const struct schema audit_item_schema = { "item", "name", NULL, audit_item_fields,
                                                 sizeof(struct audit_item) };

static const struct field audit_fields[] = {
    { "id", FIELD_TEXT, AT(audit, id), .required = true, .help = "The number of the report." },
    { "title", FIELD_TEXT, AT(audit, title), .required = true, .help = "What it is called." },
    { "of", FIELD_LIST, AT(audit, of), .required = true, .of = &audit_item_schema,
      .help = "Its findings and recommendations." },
    { NULL },
};
const struct schema audit_schema = { "audit", "id", NULL, audit_fields, sizeof(struct audit) };

static const struct field start_fields[] = {
    { "after", FIELD_CLAUSE, AT(start, after), .help = "Expression: the day of the event." },
    { "before", FIELD_CLAUSE, AT(start, before), .help = "Or: the day that is counted back from." },
    { "due", FIELD_CLAUSE, AT(start, due), .help = "Or: the stated day itself." },
    { "term", FIELD_COUNTED, AT(start, term), .help = "How long." },
    { "from", FIELD_TEXT, AT(start, from), .help = "What that day is, in readers' words." },
    { "untolled", FIELD_TRUTH, AT(start, untolled), .preset = "false",
      .help = "Days that do not count under tolled_by count in this one." },
    { NULL },
};
static const struct schema start_schema = { "start", NULL, NULL, start_fields,
                                            sizeof(struct start) };

static const struct field deadline_fields[] = {
    { "after", FIELD_CLAUSE, AT(deadline, after), .help = "Expression: the day of the event." },
    { "before", FIELD_CLAUSE, AT(deadline, before),
      .help = "Or: the day that is counted back from." },
    { "term", FIELD_COUNTED, AT(deadline, term), .help = "How long." },
    { "due", FIELD_CLAUSE, AT(deadline, due), .help = "Or: the stated day itself." },
    { "from", FIELD_TEXT, AT(deadline, from),
      .help = "What that day is, in readers' words: the date of entry." },
    { "last_day", FIELD_CHOICE, AT(deadline, last_day), .preset = "law", .choices = last_day_names,
      .help = "On a closed day: court, filing and business run on, law stays, safe goes back." },
    { "roll_law", FIELD_TEXT, AT(deadline, roll_law),
      .help = "The text by which it runs on; preset: the calendar's for court, none for filing." },
    { "calendar", FIELD_TEXT, AT(deadline, calendar),
      .help = "Whose days are closed, for the last day and for business days; preset: the "
              "configuration's." },
    { "place", FIELD_CLAUSE, AT(deadline, place),
      .help = "Expression: the place (a port) whose own closings count." },
    { "no_later_than", FIELD_GROUP, AT(deadline, no_later_than), .of = &bound_schema,
      .help = "A bound, for want of the start day." },
    { "earliest_of", FIELD_LIST, AT(deadline, earliest_of), .of = &start_schema,
      .help = "Or: several ways to count, the earliest day that is known binds." },
    { "latest_of", FIELD_LIST, AT(deadline, latest_of), .of = &start_schema,
      .help = "Or: several ways to count, the latest day that is known binds." },
    { "at_most", FIELD_GROUP, AT(deadline, at_most), .of = &start_schema,
      .help = "Never later than this." },
    { "beside", FIELD_LIST, AT(deadline, beside), .of = &start_schema,
      .help = "Other ways to count that somebody may argue: told beside the date, not binding." },
    { "extended_by", FIELD_TEXT, AT(deadline, extended_by),
      .help = "A dataset with a ledger of extensions: waivers." },
    { "tolled_by", FIELD_TEXT, AT(deadline, tolled_by),
      .help = "A dataset with a ledger of days that do not count." },
    { "scope", FIELD_CLAUSE, AT(deadline, scope),
      .help = "Expression: what a document of a ledger must cover (a statute)." },
    { "party", FIELD_CLAUSE, AT(deadline, party),
      .help = "Expression: for whom it must hold; with a front of two, over the second." },
    { "front", FIELD_TEXTS, AT(deadline, front),
      .help = "One or two datasets: each row, or pair of rows, has a date of its own; after, item "
              "and worth are over the first." },
    { "item", FIELD_CLAUSE, AT(deadline, item),
      .help = "Expression: the row of the front, as documents name it; preset: its key." },
    { "worth", FIELD_CLAUSE, AT(deadline, worth),
      .help = "Expression: the money of a row of the front, in cents." },
    { "otherwise", FIELD_CLAUSE, AT(deadline, otherwise),
      .help = "Expression: the day to count from for a row of the front that has none." },
    { "also", FIELD_CLAUSE, AT(deadline, also),
      .help = "Expression: one more day to count from, where it is before that of each row." },
    { "each", FIELD_TEXTS, AT(deadline, each),
      .help = "One or two datasets, as in front, where the time is one of the case and only "
              "documents make a difference between their rows." },
    { "extensions_at_most", FIELD_COUNT, AT(deadline, extensions_at_most), .preset = "0", .min = 0,
      .max = 100, .help = "So many extensions count; 0: any number." },
    { "each_at_most", FIELD_COUNTED, AT(deadline, each_at_most),
      .help = "How much time one extension can add." },
    { "since_start", FIELD_TRUTH, AT(deadline, since_start), .preset = "false",
      .help = "An extension that was signed before the time began to run is disputed." },
    { "unscoped", FIELD_TEXT, AT(deadline, unscoped),
      .help = "Why its documents tell no rows, parties or scopes apart." },
    { NULL },
};
static const struct schema deadline_schema = { "deadline", NULL, NULL, deadline_fields,
                                               sizeof(struct deadline) };

static const struct field every_fields[] = {
    { "period", FIELD_CHOICE, AT(every, period), .required = true, .choices = cadence_units,
      .help = "week, month, quarter, half, year or fiscal year." },
    { "count", FIELD_COUNT, AT(every, count), .preset = "1", .min = 1, .max = 120,
      .help = "Every so many of them." },
    { "since", FIELD_DATE, AT(every, since), .help = "The first period contains this day." },
    { "by", FIELD_TEXT, AT(every, by),
      .help =
          "By this day of its last month: \"second Tuesday\", \"last Friday\"; preset: its end." },
    { "grace", FIELD_COUNTED, AT(every, grace),
      .help = "How long after the period it may be done." },
    { "events", FIELD_TEXT, AT(every, events),
      .help = "The dataset of what meets it; each row meets one period." },
    { "on", FIELD_TEXT, AT(every, on), .help = "Its column: the day it happened." },
    { "when", FIELD_CLAUSE, AT(every, when), .help = "Expression over it: which rows count." },
    { NULL },
};
static const struct schema every_schema = { "every", NULL, NULL, every_fields,
                                            sizeof(struct every) };

static const char *const measure_groups[] = { "unit", "office", "owner", "all", NULL };
static const char *const measure_worse[] = { "lower", "higher", NULL };

static const struct field measure_fields[] = {
    { "on", FIELD_CLAUSE, AT(measure, on), .required = true,
      .help = "Expression: a row's day, by which it belongs to a period." },
    { "numerator", FIELD_CLAUSE, AT(measure, numerator), .required = true,
      .help = "Expression: what a row adds above the line." },
    { "denominator", FIELD_CLAUSE, AT(measure, denominator),
      .help = "Expression: what it adds below; without it each row counts one." },
    { "exclude", FIELD_CLAUSE, AT(measure, exclude),
      .help = "Expression: rows that are left out, and counted." },
    { "by", FIELD_CHOICE, AT(measure, by), .preset = "unit", .choices = measure_groups,
      .help = "For each unit, office or owner, or for all together." },
    { "at_least", FIELD_CLAUSE, AT(measure, at_least),
      .help = "The target: a number, or an expression that finds it for :group." },
    { "at_most", FIELD_CLAUSE, AT(measure, at_most), .help = "The same, from above." },
    { "against_peers", FIELD_TRUTH, AT(measure, against_peers), .preset = "false",
      .help = "Or: against the other groups of the period, beyond chance." },
    { "worse", FIELD_CHOICE, AT(measure, worse), .preset = "lower", .choices = measure_worse,
      .help = "Against peers: which side is told." },
    { "confidence", FIELD_PERCENT, AT(measure, confidence), .preset = "99%", .min = 5000,
      .max = 9999, .help = "Against peers: for all comparisons of a period together." },
    { "min_cases", FIELD_COUNT, AT(measure, min_cases), .preset = "30", .min = 1, .max = 1000000000,
      .help = "With fewer rows a period alone says nothing." },
    { "min_periods", FIELD_COUNT, AT(measure, min_periods), .preset = "6", .max = 1000,
      .help = "Against a target: so many periods of few rows are judged together; 0: never." },
    { "words", FIELD_TEXT, AT(measure, unit_words),
      .help = "What the number is, when it is no percentage: \"days\"." },
    { NULL },
};
static const struct schema measure_schema = { "measure", NULL, NULL, measure_fields,
                                              sizeof(struct measure) };

static const struct field lifecycle_fields[] = {
    { "events", FIELD_TEXT, AT(lifecycle, events), .required = true,
      .help = "The dataset of dated events." },
    { "name", FIELD_TEXT, AT(lifecycle, name), .required = true,
      .help = "Its column: what happened." },
    { "on", FIELD_TEXT, AT(lifecycle, on), .required = true, .help = "Its column: when." },
    { "after", FIELD_TEXTS, AT(lifecycle, after), .required = true,
      .help = "The event that begins the duty." },
    { "must_follow", FIELD_TEXTS, AT(lifecycle, must_follow), .preset = "",
      .help = "One of these must follow, within the time." },
    { "must_not_follow", FIELD_TEXTS, AT(lifecycle, must_not_follow), .preset = "",
      .help = "None of these may follow." },
    { "within", FIELD_COUNTED, AT(lifecycle, within), .help = "The time for must_follow." },
    { "at_most", FIELD_COUNTED, AT(lifecycle, at_most),
      .help = "Or: the next event, whatever it is, must come within this time." },
    { NULL },
};
static const struct schema lifecycle_schema = { "lifecycle", NULL, NULL, lifecycle_fields,
                                                sizeof(struct lifecycle) };

static const struct field profile_fields[] = {
    { "name", FIELD_TEXT, AT(profile, name), .required = true, .help = "Its name in rules." },
    { "on", FIELD_TRUTH, AT(profile, on), .preset = "true", .help = "Its rules are judged." },
    { "limit_to", FIELD_CLAUSES, AT(profile, limit_to),
      .help = "Expressions: the cases that its rules mind; the others are counted." },
    { NULL },
};
const struct schema profile_schema = { "profile", "name", NULL, profile_fields,
                                       sizeof(struct profile) };

static const struct field pack_fields[] = {
    { "name", FIELD_TEXT, AT(pack, name), .required = true, .help = "What people call it." },
    { "version", FIELD_TEXT, AT(pack, version), .required = true, .help = "Which one it is." },
    { "shipped", FIELD_TRUTH, AT(pack, shipped), .preset = "false",
      .help = "It is given away: each rule of this folder must have a law and a test." },
    { NULL },
};
const struct schema pack_schema = { "pack", "name", NULL, pack_fields, sizeof(struct pack) };

static const struct field rule_fields[] = {
    { "id", FIELD_TEXT, AT(rule, id), .required = true, .help = "Its name." },
    { "subject", FIELD_TEXT, AT(rule, subject), .required = true,
      .help = "The subject: whom it binds." },
    { "title", FIELD_TEXT, AT(rule, title), .required = true,
      .help = "What the duty is, in readers' words." },
    { "law", FIELD_TEXT, AT(rule, law), .help = "The authority, as messages cite it." },
    { "remedy", FIELD_TEXT, AT(rule, remedy), .required = true, .help = "What must happen." },
    { "clears", FIELD_TEXT, AT(rule, clears), .help = "What ends the alarm." },
    { "remedy_past", FIELD_TEXT, AT(rule, remedy_past),
      .help = "What can still be done when the last day has passed; preset: remedy." },
    { "clears_past", FIELD_TEXT, AT(rule, clears_past),
      .help = "What ends the alarm then; preset: clears." },
    { "applies", FIELD_CLAUSES, AT(rule, applies),
      .help = "Expressions, all must hold: the cases that it binds." },
    { "limit_to", FIELD_CLAUSES, AT(rule, limit_to),
      .help = "Expressions: the cases that are minded; the others are counted." },
    { "profile", FIELD_TEXT, AT(rule, profile), .help = "The profile it is switched with." },
    { "on", FIELD_TRUTH, AT(rule, on), .preset = "true", .help = "It is judged." },
    { "deadline", FIELD_GROUP, AT(rule, deadline), .of = &deadline_schema,
      .help = "How the last day is computed." },
    { "every", FIELD_GROUP, AT(rule, every), .of = &every_schema,
      .help = "Or: a duty that comes again; with measure, the period measured." },
    { "measure", FIELD_GROUP, AT(rule, measure), .of = &measure_schema,
      .help = "Or: a performance standard." },
    { "wrong", FIELD_CLAUSE, AT(rule, wrong),
      .help = "Or: expression: the record contradicts itself or another." },
    { "fix_within", FIELD_COUNTED, AT(rule, fix_within),
      .help = "Of wrong: how long there is to mend it." },
    { "lifecycle", FIELD_GROUP, AT(rule, lifecycle), .of = &lifecycle_schema,
      .help = "Or: an order that dated events must keep." },
    { "met_on", FIELD_CLAUSE, AT(rule, met_on),
      .help = "Expression: the day it was done, or NULL." },
    { "guess", FIELD_CLAUSE, AT(rule, guess),
      .help = "Expression: on what guess it is watched, or NULL: it is no guess." },
    { "quiet", FIELD_LIST, AT(rule, quiet), .of = &quiet_schema,
      .help = "Reasons not to alarm: counted, not told." },
    { "unknown", FIELD_LIST, AT(rule, unknown), .of = &unknown_schema,
      .help = "When the data cannot tell." },
    { "ladder", FIELD_TEXT, AT(rule, ladder), .required = true,
      .help = "The ladder: when to tell." },
    { "evidence", FIELD_TEXTS, AT(rule, evidence), .preset = "",
      .help = "Columns to show; preset: those that the rule reads." },
    { "needs", FIELD_TEXTS, AT(rule, needs), .preset = "",
      .help = "Columns without which the rule is off for want of data." },
    { NULL },
};
const struct schema rule_schema = { "rule", "id", NULL, rule_fields, sizeof(struct rule) };
