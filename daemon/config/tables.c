#include "config/tables.h"

#include "calendar/counting.h"

#include <stddef.h>

const char *const column_type_names[] = { "text",     "integer", "real", "money", "date",
                                          "datetime", "boolean", "list", NULL };
static const char *const otherwises[] = { "reject", "keep", "null", NULL };
static const char *const dataset_keeps[] = { "reject", "first", "last", NULL };
static const char *const column_keeps[] = { "row", "first", "last", "min", "max", "all", NULL };
static const char *const formats[] = { "csv", "ndjson", "json", NULL };
static const char *const contents[] = { "snapshot", "changes", NULL };
static const char *const gones[] = { "ask", "closed", "ignore", NULL };
static const char *const channel_types[] = { "maildir", "mail", "webhook", NULL };
static const char *const modes[] = { "trial", "live", NULL };
const char *const severity_names[] = { "info", "notice", "warning", "critical", NULL };
const char *const cadence_names[] = { "now", "daily", "never", NULL };

#define AT(type, member) .at = offsetof(struct type, member)

static const struct field code_fields[] = {
    { "value", FIELD_TEXT, AT(code, value), .required = true, .help = "What the rows have." },
    { "from", FIELD_TEXTS, AT(code, from), .preset = "",
      .help = "What sources write for it; the value stands for itself too." },
    { NULL },
};
static const struct schema code_schema = { "value", "value", NULL, code_fields,
                                           sizeof(struct code) };

static const struct field code_table_fields[] = {
    { "name", FIELD_TEXT, AT(code_table, name), .required = true, .help = "Its name in columns." },
    { "otherwise", FIELD_CHOICE, AT(code_table, otherwise), .preset = "reject",
      .choices = otherwises,
      .help = "What is not in it: reject the record, keep it as it is, or null: no value." },
    { "fold", FIELD_TRUTH, AT(code_table, fold), .preset = "true",
      .help = "Capital letters and the number of blanks do not count." },
    { "plain", FIELD_TRUTH, AT(code_table, plain), .preset = "false",
      .help = "Only letters and digits count: no blanks, points or signs, nor capitals." },
    { "until", FIELD_TEXT, AT(code_table, until),
      .help = "What stands in a value from this text on does not count, such as \"(\"." },
    { "split", FIELD_TEXTS, AT(code_table, split), .preset = "",
      .help = "What stands between several codes of one value, which are a list then." },
    { "values", FIELD_LIST, AT(code_table, values), .required = true, .of = &code_schema,
      .adds = true, .help = "One value each, with all that sources write for it." },
    { NULL },
};
const struct schema code_table_schema = { "codes", "name", NULL, code_table_fields,
                                          sizeof(struct code_table) };

static const struct field column_fields[] = {
    { "name", FIELD_TEXT, AT(column, name), .help = "Set by the map: name = \"type\";" },
    { "type", FIELD_CHOICE, AT(column, type), .preset = "text", .choices = column_type_names,
      .help = "text, integer, real, money, date, datetime, boolean or list." },
    { "required", FIELD_TRUTH, AT(column, required), .preset = "false",
      .help = "A record without it is rejected." },
    { "values", FIELD_TEXTS, AT(column, values), .preset = "",
      .help = "The only values allowed; others are rejected." },
    { "separator", FIELD_TEXT, AT(column, separator), .preset = ";",
      .help = "list: what stands between its elements." },
    { "codes", FIELD_TEXT, AT(column, codes),
      .help = "The table of codes that its values are put through." },
    { "keep", FIELD_CHOICE, AT(column, keep), .preset = "row", .choices = column_keeps,
      .help = "Of records with one key: what the dataset says (row), first, last, min, max, or all "
              "elements of a list." },
    { "refers", FIELD_TEXT, AT(column, refers), .help = "The dataset whose key it holds." },
    { NULL },
};
static const struct schema column_schema = { "column", "name", "type", column_fields,
                                             sizeof(struct column) };

static const struct field guard_fields[] = {
    { "min_rows", FIELD_COUNT, AT(guard, min_rows), .preset = "1", .min = 0, .max = 1000000000,
      .help = "A payload with fewer good records is held." },
    { "max_shrink", FIELD_PERCENT, AT(guard, max_shrink), .preset = "20%", .min = 0, .max = 10000,
      .help = "A snapshot in which more of the known rows are missing is held." },
    { "max_rejects", FIELD_PERCENT, AT(guard, max_rejects), .preset = "5%", .min = 0, .max = 10000,
      .help = "A payload of which more records are rejected is held." },
    { NULL },
};
const struct schema guard_schema = { "guard", NULL, NULL, guard_fields, sizeof(struct guard) };

static const struct field ledger_fields[] = {
    { "document", FIELD_TEXT, AT(ledger, document), .help = "Column: the document's number." },
    { "signed", FIELD_TEXT, AT(ledger, signed_on), .help = "Column: the day it was signed." },
    { "received", FIELD_TEXT, AT(ledger, received), .help = "Column: the day it came in." },
    { "until", FIELD_TEXT, AT(ledger, until), .help = "Column: extends to this day;" },
    { "term", FIELD_TEXT, AT(ledger, term), .help = "or the column that says for how long," },
    { "runs_from", FIELD_TEXT, AT(ledger, runs_from), .help = "from the day in this column." },
    { "first", FIELD_TEXT, AT(ledger, first), .help = "Column: tolls from this day" },
    { "last", FIELD_TEXT, AT(ledger, last), .help = "to the day in this column; both count." },
    { "scope", FIELD_TEXT, AT(ledger, scope), .help = "Column: what it covers." },
    { "covers", FIELD_TEXT, AT(ledger, covers),
      .help = "Column: the rows of a front that it covers, as their item names them." },
    { "party", FIELD_TEXT, AT(ledger, party), .help = "Column: for whom." },
    { "common", FIELD_TEXT, AT(ledger, common),
      .help = "Column: whether it holds for everybody though it names nobody." },
    { "revoked_on", FIELD_TEXT, AT(ledger, revoked_on), .help = "Column: the day it ended early." },
    { "law", FIELD_TEXT, AT(ledger, law), .help = "The authority: why its documents count." },
    { NULL },
};
const struct schema ledger_schema = { "ledger", NULL, NULL, ledger_fields, sizeof(struct ledger) };

static const struct field dataset_fields[] = {
    { "id", FIELD_TEXT, AT(dataset, id), .required = true, .help = "The name rules use." },
    { "key", FIELD_TEXT, AT(dataset, key), .required = true,
      .help = "The column that names a row; always required." },
    { "columns", FIELD_MAP, AT(dataset, columns), .required = true, .of = &column_schema,
      .help = "name = \"type\"; or name = { type = ...; required = ...; };" },
    { "keep", FIELD_CHOICE, AT(dataset, keep), .preset = "reject", .choices = dataset_keeps,
      .help =
          "Records of a payload with one key: reject all but the first, or make one row of them "
          "that keeps the first or last of what differs." },
    { "prefer", FIELD_TEXTS, AT(dataset, prefer), .preset = "",
      .help = "Of several sources that have one row: which of them is believed, the first first." },
    { "complete_since", FIELD_DATE, AT(dataset, complete_since),
      .help = "Before this day the absence of a row proves nothing." },
    { "guard", FIELD_GROUP, AT(dataset, guard), .of = &guard_schema,
      .help = "When a payload is not believed." },
    { "ledger", FIELD_GROUP, AT(dataset, ledger), .of = &ledger_schema,
      .help = "Its rows extend or toll time." },
    { NULL },
};
const struct schema dataset_schema = { "dataset", "id", NULL, dataset_fields,
                                       sizeof(struct dataset) };

static const struct field mapping_fields[] = {
    { "column", FIELD_TEXT, AT(mapping, column), .help = "Set by the map: column = \"Header\";" },
    { "from", FIELD_TEXTS, AT(mapping, from), .required = true,
      .help =
          "Names in the payload (JSON: also pointers); of several, the first that is not empty." },
    { "join", FIELD_TEXT, AT(mapping, join),
      .help = "Put all of them together, with this between: keys of several parts." },
    { "dates", FIELD_TEXTS, AT(mapping, dates), .preset = "",
      .help = "Patterns for this column alone." },
    { NULL },
};
static const struct schema mapping_schema = { "map", "column", "from", mapping_fields,
                                              sizeof(struct mapping) };

static const struct field take_fields[] = {
    { "dataset", FIELD_TEXT, AT(take, dataset), .required = true, .help = "What it fills." },
    { "at", FIELD_TEXT, AT(take, pointer), .preset = "", .help = "As of a source." },
    { "part", FIELD_TEXT, AT(take, part), .help = "As of a source." },
    { "optional", FIELD_TRUTH, AT(take, optional), .preset = "false",
      .help = "A record without the key is none of this dataset, and no reject." },
    { "map", FIELD_MAP, AT(take, map), .of = &mapping_schema, .help = "As of a source." },
    { NULL },
};
static const struct schema take_schema = { "take", "dataset", NULL, take_fields,
                                           sizeof(struct take) };

static const struct field content_age_fields[] = {
    { "column", FIELD_TEXT, AT(content_age, column),
      .help = "Its newest day that has come is the content's; preset: Last-Modified, else the "
              "file's time." },
    { "max", FIELD_SPAN, AT(content_age, max), .required = true, .min = 60 * 1000000LL,
      .max = 3660LL * 86400 * 1000000, .help = "Older content is reported as not to be seen." },
    { NULL },
};
static const struct schema content_age_schema = { "content_age", NULL, "max", content_age_fields,
                                                  sizeof(struct content_age) };

/* What a source with `of` takes from the other one when it does not write it itself. */
#define NOTED .noted = offsetof(struct source, set)

static const struct field source_fields[] = {
    { "id", FIELD_TEXT, AT(source, id), .required = true, .help = "Its name in messages." },
    { "dataset", FIELD_TEXT, AT(source, dataset), NOTED,
      .help = "What it fills; preset: its own id." },
    { "url", FIELD_TEXT, AT(source, url), .required = true,
      .help = "http://, https:// or file:///path." },
    { "of", FIELD_TEXT, AT(source, of),
      .help = "The source of the snapshot to which these are the changes: the rows are its own." },
    { "format", FIELD_CHOICE, AT(source, format), NOTED, .preset = "csv", .choices = formats,
      .help = "csv, ndjson (one JSON object a line) or json (one document)." },
    { "at", FIELD_TEXT, AT(source, pointer), NOTED, .preset = "",
      .help = "json: where the records are, as a pointer: /results." },
    { "content", FIELD_CHOICE, AT(source, content), NOTED, .preset = "snapshot",
      .choices = contents,
      .help = "snapshot: every row each time; changes: only what is new or changed; with of: "
              "changes." },
    { "whole", FIELD_TRUTH, AT(source, whole), NOTED, .preset = "false",
      .help = "What looks like one page of several is all there is." },
    { "part", FIELD_TEXT, AT(source, part),
      .help = "A snapshot speaks only for those values of this column that it carries." },
    { "gone", FIELD_CHOICE, AT(source, gone), .preset = "ask", .choices = gones,
      .help = "A row that left a snapshot: ask for its end, take it as closed, or ignore that." },
    { "every", FIELD_SPAN, AT(source, every), .preset = "15 minutes", .min = 10 * 1000000LL,
      .max = 366LL * 86400 * 1000000, .help = "How often it is pulled." },
    { "max_age", FIELD_SPAN, AT(source, max_age), .preset = "1 day", .min = 60 * 1000000LL,
      .max = 3660LL * 86400 * 1000000,
      .help = "Without a good pull for so long, it is reported as not to be seen." },
    { "content_age", FIELD_GROUP, AT(source, content_age), .of = &content_age_schema,
      .help = "How old the content itself may be: a time, or a group with a column." },
    { "timeout", FIELD_SPAN, AT(source, timeout), .preset = "5 minutes", .min = 1000000,
      .max = 86400LL * 1000000, .help = "For the whole transfer." },
    { "connect_timeout", FIELD_SPAN, AT(source, connect_timeout), .preset = "30 seconds",
      .min = 1000000, .max = 3600LL * 1000000, .help = "For the connection." },
    { "retry_first", FIELD_SPAN, AT(source, retry_first), .preset = "1 minute", .min = 1000000,
      .max = 86400LL * 1000000, .help = "The pause after a first failure; it doubles." },
    { "retry_most", FIELD_SPAN, AT(source, retry_most), .preset = "1 hour", .min = 1000000,
      .max = 7 * 86400LL * 1000000, .help = "The longest pause." },
    { "max_bytes", FIELD_SIZE, AT(source, max_bytes), .preset = "256 MB", .min = 1024,
      .max = 16LL << 30, .help = "A larger payload is refused." },
    { "max_record", FIELD_SIZE, AT(source, max_record), NOTED, .preset = "1 MB", .min = 256,
      .max = 64 << 20, .help = "A longer record is rejected." },
    { "delimiter", FIELD_TEXT, AT(source, delimiter), NOTED, .preset = ",",
      .help = "Between the cells of a CSV record: one character, \"\\t\" for a tab." },
    { "header", FIELD_TRUTH, AT(source, header), NOTED, .preset = "true",
      .help = "The first record names the columns." },
    { "columns", FIELD_TEXTS, AT(source, columns), NOTED, .preset = "",
      .help = "The names of the columns when header = false." },
    { "map", FIELD_MAP, AT(source, map), NOTED, .of = &mapping_schema,
      .help = "column = \"Header\"; unmapped columns have the header of their own name." },
    { "take", FIELD_LIST, AT(source, takes), NOTED, .of = &take_schema,
      .help = "Instead of dataset, at, part and map: one payload into several datasets." },
    { "dates", FIELD_TEXTS, AT(source, dates), NOTED, .preset = "yyyy-mm-dd",
      .help = "How days are written: yyyy yy mm m dd d mon, HH hh MM SS AM Z." },
    { "empty", FIELD_TEXTS, AT(source, empty), NOTED, .preset = "",
      .help = "Values that mean: no value. An empty cell always does." },
    { "skip", FIELD_TEXTS, AT(source, skip), NOTED, .preset = "",
      .help = "csv: what begins with one of these is no record (\"Total\"): it is passed over." },
    { "trim", FIELD_TRUTH, AT(source, trim), NOTED, .preset = "true",
      .help = "Take blanks (also no-break spaces) off both ends of each value." },
    { "zone", FIELD_TEXT, AT(source, zone), NOTED,
      .help = "Of times without offset; preset: zone." },
    { "user", FIELD_TEXT, AT(source, user), .help = "Name for HTTP basic authentication." },
    { "credential", FIELD_TEXT, AT(source, credential),
      .help = "Password of user, else a bearer token: a systemd credential or a 0600 file." },
    { "ca_file", FIELD_TEXT, AT(source, ca_file),
      .help = "Certificates to trust instead of the system's." },
    { NULL },
};
const struct schema source_schema = { "source", "id", NULL, source_fields, sizeof(struct source) };

static const struct field channel_fields[] = {
    { "name", FIELD_TEXT, AT(channel, name), .required = true, .help = "Its name in routes." },
    { "type", FIELD_CHOICE, AT(channel, type), .preset = "maildir", .choices = channel_types,
      .help = "maildir, mail or webhook." },
    { "path", FIELD_TEXT, AT(channel, path),
      .help = "maildir: the folder; preset: state_dir/outbox." },
    { "server", FIELD_TEXT, AT(channel, server),
      .help = "mail: smtp://host:25 or smtps://host:465." },
    { "from", FIELD_TEXT, AT(channel, from), .preset = "dutywatch <dutywatch@localhost>",
      .help = "maildir, mail: the sender." },
    { "reply_to", FIELD_TEXT, AT(channel, reply_to), .help = "maildir, mail: where answers go." },
    { "require_tls", FIELD_TRUTH, AT(channel, require_tls), .preset = "false",
      .help = "mail: send only over TLS." },
    { "url", FIELD_TEXT, AT(channel, url), .help = "webhook: where to post." },
    { "secret", FIELD_TEXT, AT(channel, secret),
      .help = "webhook: the credential that holds whsec_...; several for rotation." },
    { "user", FIELD_TEXT, AT(channel, user), .help = "mail: name for authentication." },
    { "credential", FIELD_TEXT, AT(channel, credential), .help = "mail: its password." },
    { "ca_file", FIELD_TEXT, AT(channel, ca_file),
      .help = "Certificates to trust instead of the system's." },
    { "timeout", FIELD_SPAN, AT(channel, timeout), .preset = "30 seconds", .min = 1000000,
      .max = 3600LL * 1000000, .help = "For one attempt." },
    { NULL },
};
const struct schema channel_schema = { "channel", "name", NULL, channel_fields,
                                       sizeof(struct channel) };

static const struct field route_fields[] = {
    { "units", FIELD_TEXTS, AT(route, units), .preset = "", .help = "Only these units." },
    { "offices", FIELD_TEXTS, AT(route, offices), .preset = "", .help = "Only these offices." },
    { "rules", FIELD_TEXTS, AT(route, rules), .preset = "", .help = "Only these rules." },
    { "severities", FIELD_TEXTS, AT(route, severities), .preset = "",
      .help = "Only these: info, notice, warning, critical." },
    { "min_amount", FIELD_MONEY, AT(route, min_amount), .help = "Only from this amount on." },
    { "channel", FIELD_TEXT, AT(route, channel), .required = true, .help = "The channel." },
    { "to", FIELD_TEXTS, AT(route, to), .required = true,
      .help = "Addresses, names of contacts, or {owner} {unit} {office} of the case." },
    { "cadence", FIELD_CHOICE, AT(route, cadence), .preset = "now", .choices = cadence_names,
      .help = "When: now, daily (in the digest) or never." },
    { "go_on", FIELD_TRUTH, AT(route, go_on), .preset = "false",
      .help = "Try the routes below as well." },
    { NULL },
};
const struct schema route_schema = { "route", NULL, NULL, route_fields, sizeof(struct route) };

static const struct field contact_fields[] = {
    { "name", FIELD_TEXT, AT(contact, name), .required = true,
      .help = "As it stands in the data: a person, a unit, an office." },
    { "to", FIELD_TEXT, AT(contact, to), .required = true, .help = "The address." },
    { NULL },
};
const struct schema contact_schema = { "contact", "name", NULL, contact_fields,
                                       sizeof(struct contact) };

static const struct field operators_fields[] = {
    { "channel", FIELD_TEXT, AT(operators, channel), .required = true, .help = "The channel." },
    { "to", FIELD_TEXTS, AT(operators, to), .required = true, .help = "Their addresses." },
    { NULL },
};
const struct schema operators_schema = { "operators", NULL, NULL, operators_fields,
                                         sizeof(struct operators) };

static const struct field settings_fields[] = {
    { "name", FIELD_TEXT, AT(settings, name), .preset = "dutywatch",
      .help = "The name of this installation, in the subject of its messages." },
    { "zone", FIELD_TEXT, AT(settings, zone), .preset = "UTC",
      .help = "The time zone in which a day begins and ends (IANA name)." },
    { "state_dir", FIELD_TEXT, AT(settings, state_dir), .preset = "/var/lib/dutywatch",
      .help = "Where data.db, state.db and the payloads are kept." },
    { "run_dir", FIELD_TEXT, AT(settings, run_dir), .preset = "/run/dutywatch",
      .help = "Where the control socket is." },
    { "rule_dirs", FIELD_TEXTS, AT(settings, rule_dirs), .preset = "",
      .help = "Directories of *.rules files, read in the order of their names." },
    { "mode", FIELD_CHOICE, AT(settings, mode), .preset = "trial", .choices = modes,
      .help = "trial: everything goes to trial_to, headed with the real recipients; or live." },
    { "trial_to", FIELD_TEXTS, AT(settings, trial_to), .preset = "",
      .help = "Who reads the messages while in trial; preset: the operators." },
    { "digest_at", FIELD_DAYTIME, AT(settings, digest_at), .preset = "06:00", .max = 24 * 3600 - 60,
      .help = "When the daily digest is made." },
    { "baseline_back", FIELD_TERM, AT(settings, baseline_back), .preset = "1 year",
      .help = "A first load lists what passed its last day within this time; older is counted." },
    { "give_up_after", FIELD_SPAN, AT(settings, give_up_after), .preset = "3 days",
      .min = 60 * 1000000LL, .max = 366LL * 86400 * 1000000,
      .help = "A message not accepted for so long is dead and told to the operators." },
    { "retry_first", FIELD_SPAN, AT(settings, retry_first), .preset = "1 minute", .min = 1000000,
      .max = 86400LL * 1000000, .help = "The pause after a message's first failure; it grows." },
    { "retry_most", FIELD_SPAN, AT(settings, retry_most), .preset = "6 hours", .min = 1000000,
      .max = 7 * 86400LL * 1000000, .help = "The longest pause between attempts." },
    { "keep_payloads", FIELD_SPAN, AT(settings, keep_payloads), .preset = "30 days", .min = 0,
      .max = 3660LL * 86400 * 1000000, .help = "How long payloads are kept." },
    { "keep_payload_bytes", FIELD_SIZE, AT(settings, keep_payload_bytes), .preset = "2 GB",
      .min = 0, .max = 1LL << 50, .help = "How much of them is kept at most." },
    { "keep_versions", FIELD_SPAN, AT(settings, keep_versions), .preset = "400 days", .min = 0,
      .max = 36600LL * 86400 * 1000000,
      .help = "How long it is kept what a row was before it changed." },
    { "rule_steps", FIELD_COUNT, AT(settings, rule_steps), .preset = "10000000", .min = 1000,
      .max = 2000000000, .help = "Steps of the SQL machine that a rule may take for one case." },
    { "operators", FIELD_GROUP, AT(settings, operators), .of = &operators_schema,
      .help = "Who hears of sources that cannot be seen and messages that cannot be sent." },
    { "codes", FIELD_LIST, AT(settings, codes), .of = &code_table_schema,
      .help = "Tables of codes: what sources write, and the one value for it." },
    { "datasets", FIELD_LIST, AT(settings, datasets), .of = &dataset_schema,
      .help = "What is watched: tables of typed columns." },
    { "sources", FIELD_LIST, AT(settings, sources), .of = &source_schema,
      .help = "Where the data comes from." },
    { "channels", FIELD_LIST, AT(settings, channels), .of = &channel_schema,
      .help = "How messages travel." },
    { "contacts", FIELD_LIST, AT(settings, contacts), .of = &contact_schema,
      .help = "Addresses of the people, units and offices that the data names." },
    { "routes", FIELD_LIST, AT(settings, routes), .of = &route_schema,
      .help = "Who is told what; the first that fits, the last one without conditions." },
    { "calendar", FIELD_TEXT, AT(settings, calendar),
      .help = "The office's calendar: days to act by are open in it; without it only weekends are "
              "closed." },
    { "leap_day", FIELD_CHOICE, AT(settings, leap_day), .preset = "february 28",
      .choices = leap_day_names,
      .help = "Where a term ends that runs from 29 February, in a year without one; the other day "
              "is shown." },
    { "calendars", FIELD_LIST, AT(settings, calendars), .of = &calendar_schema,
      .help = "Which days an office or a court is closed, and why." },
    { "ladders", FIELD_LIST, AT(settings, ladders), .of = &ladder_schema,
      .help = "When to tell: rungs on the way to the last day." },
    { "subjects", FIELD_LIST, AT(settings, subjects), .of = &subject_schema,
      .help = "The cases that rules bind: rows of a dataset, with their unit, owner and money." },
    { "packs", FIELD_LIST, AT(settings, packs), .of = &pack_schema,
      .help = "What the rules beside this file are called when they are given away." },
    { "audits", FIELD_LIST, AT(settings, audits), .of = &audit_schema,
      .help =
          "Reports of auditors: which rules watch what they found (dutywatch status --audit)." },
    { "profiles", FIELD_LIST, AT(settings, profiles), .of = &profile_schema,
      .help = "Rules that are switched together." },
    { "adapt", FIELD_CHANGES,
      .help = "Changes to rules of files before: what is given replaces what they say." },
    { "adapt_codes", FIELD_CHANGES,
      .help = "Changes to code tables of files before: the values are added." },
    { "adapt_datasets", FIELD_CHANGES,
      .help = "Changes to datasets of files before; columns are added or changed." },
    { "adapt_subjects", FIELD_CHANGES, .help = "Changes to subjects of files before." },
    { "adapt_ladders", FIELD_CHANGES, .help = "Changes to ladders of files before." },
    { "rules", FIELD_LIST, AT(settings, rules), .of = &rule_schema,
      .help = "The duties: what must happen by a date." },
    { NULL },
};
const struct schema settings_schema = { NULL, NULL, NULL, settings_fields,
                                        sizeof(struct settings) };
