#include "config/print.h"

#include "config/value.h"

#include <stdio.h>
#include <string.h>

#define WIDTH 100
#define PATH_SIZE 128

/* Headings, before the option named. */
static const struct {
    const char *before, *text;
} headings[] = {
    { "name", "This installation" },
    { "mode", "How messages are told" },
    { "keep_payloads", "How much is kept, how much work is allowed" },
    { "operators", "Who hears when something is wrong with the watch itself" },
    { "codes", "What is watched, and where it comes from" },
    { "channels", "Who is told, and how" },
    { "calendar", "Which days are closed; also in files of rule_dirs (dutywatch.rules(5))" },
    { "ladders", "What must happen by when; also in files of rule_dirs (dutywatch.rules(5))" },
};

/* What stands where a table has no preset. Those that are `used` make the examples work together;
 * the others are only shown. A map has the name of its one element. */
static const struct example {
    const char *path, *text;
    bool used;
} examples[] = {
    { "operators", "", true },
    { "operators.channel", "\"files\"", true },
    { "operators.to", "[ \"root@localhost\" ]", true },
    { "codes.name", "\"countries\"", true },
    { "codes.values", "", true },
    { "codes.values.value", "\"China\"", true },
    { "datasets.id", "\"cases\"", true },
    { "datasets.key", "\"case_no\"", true },
    { "datasets.columns", "case_no", true },
    { "datasets.columns.codes", "\"countries\"", false },
    { "datasets.columns.refers", "\"entries\"", false },
    { "datasets.guard", "", true },
    { "datasets.ledger.document", "\"waiver_no\"", true },
    { "datasets.ledger.signed", "\"signed_on\"", true },
    { "datasets.ledger.received", "\"received_on\"", false },
    { "datasets.ledger.until", "\"until_on\"", true },
    { "datasets.ledger.term", "\"term\"", false },
    { "datasets.ledger.runs_from", "\"runs_from\"", false },
    { "datasets.ledger.first", "\"stayed_on\"", false },
    { "datasets.ledger.last", "\"resumed_on\"", false },
    { "datasets.ledger.scope", "\"statute\"", false },
    { "datasets.ledger.covers", "\"entries\"", false },
    { "datasets.ledger.party", "\"party\"", false },
    { "datasets.ledger.revoked_on", "\"revoked_on\"", true },
    { "datasets.ledger.law", "\"19 USC 1504(b)\"", false },
    { "sources.id", "\"cases\"", true },
    { "sources.dataset", "\"cases\"", false },
    { "sources.url", "\"file:///srv/data/cases.csv\"", true },
    { "sources.of", "\"cases\"", false },
    { "sources.part", "\"office\"", false },
    { "sources.map", "case_no", true },
    { "sources.map.from", "[ \"Case Number\" ]", true },
    { "sources.map.join", "\"-\"", false },
    { "sources.take.map.join", "\"-\"", false },
    { "sources.take.dataset", "\"importers\"", true },
    { "sources.take.part", "\"office\"", false },
    { "sources.take.map", "importer_no", true },
    { "sources.take.map.from", "[ \"Importer Number\" ]", true },
    { "sources.content_age.column", "\"updated_on\"", false },
    { "sources.content_age.max", "\"2 days\"", true },
    { "sources.zone", "\"America/Chicago\"", false },
    { "sources.user", "\"dutywatch\"", false },
    { "sources.credential", "\"cases-token\"", false },
    { "sources.ca_file", "\"/etc/ssl/certs/office.pem\"", false },
    { "channels", "", true },
    { "channels.name", "\"files\"", true },
    { "channels.path", "\"/var/lib/dutywatch/outbox\"", false },
    { "channels.server", "\"smtp://mail.example.org:25\"", false },
    { "channels.reply_to", "\"cases@example.org\"", false },
    { "channels.url", "\"https://hooks.example.org/duties\"", false },
    { "channels.secret", "\"hook-secret\"", false },
    { "channels.user", "\"dutywatch\"", false },
    { "channels.credential", "\"mail-password\"", false },
    { "channels.ca_file", "\"/etc/ssl/certs/office.pem\"", false },
    { "contacts.name", "\"Maria Perez\"", true },
    { "contacts.to", "\"maria.perez@example.org\"", true },
    { "routes", "", true },
    { "routes.channel", "\"files\"", true },
    { "routes.to", "[ \"root@localhost\" ]", true },
    { "calendar", "\"office\"", false },
    { "calendars.name", "\"office\"", true },
    { "calendars.title", "\"The office in Miami\"", false },
    { "calendars.like", "\"us-federal\"", false },
    { "calendars.verified_from", "\"2020-01-01\"", false },
    { "calendars.verified_until", "\"2026-12-31\"", true },
    { "calendars.as_of", "\"2026-11-30\"", false },
    { "calendars.source", "\"5 USC 6103(a); closings by order as of that day\"", false },
    { "calendars.arguable", "\"us-federal\"", false },
    { "calendars.roll_law", "\"FRCP 6(a)\"", false },
    { "calendars.opens", "\"08:30\"", false },
    { "calendars.closes", "\"17:00\"", false },
    { "calendars.holidays.name", "\"New Year's Day\"", true },
    { "calendars.holidays.on", "\"January 1\"", true },
    { "calendars.holidays.law", "\"5 USC 6103(a)\"", false },
    { "calendars.holidays.observed_law", "\"5 USC 6103(b)\"", false },
    { "calendars.closings.on", "\"2026-12-24\"", true },
    { "calendars.closings.until", "\"2026-12-26\"", false },
    { "calendars.closings.because", "\"Christmas Eve\"", true },
    { "calendars.closings.law", "\"executive order\"", false },
    { "calendars.closings.places", "[ \"2101\" ]", false },
    { "ladders.name", "\"month\"", true },
    { "ladders.rungs", "", true },
    { "ladders.rungs.at", "\"-30 days\"", true },
    { "ladders.rungs.remind_every", "\"1 week\"", false },
    { "ladders.past_remind_every", "\"1 month\"", false },
    { "subjects.name", "\"case\"", true },
    { "subjects.from", "\"cases\"", true },
    { "subjects.label", "\"case_no || ', ' || title\"", false },
    { "subjects.unit", "\"center\"", false },
    { "subjects.unit_by", "\"CASE WHEN center IS NULL THEN 'the port' END\"", false },
    { "subjects.office", "\"office\"", false },
    { "subjects.owner", "\"officer\"", false },
    { "subjects.amount", "\"assessed - coalesce(collected, 0)\"", false },
    { "subjects.from_on", "\"formed_on\"", false },
    { "subjects.applies", "( \"kind = 'penalty'\" )", false },
    { "subjects.quiet.when", "\"settled_on IS NOT NULL\"", true },
    { "subjects.quiet.on", "\"settled_on\"", true },
    { "subjects.quiet.because", "\"settled\"", true },
    { "subjects.unknown.when", "\"status IS NULL\"", true },
    { "subjects.unknown.ask", "\"the status\"", true },
    { "adapt", "( { id = \"answer-in-time\"; deadline = { term = \"20 days\"; }; } )", false },
    { "adapt_codes",
      "( { name = \"statuses\"; values = ( { value = \"open\"; from = \"PND\"; } ); } )", false },
    { "adapt_datasets", "( { id = \"meetings\"; complete_since = \"2025-01-01\"; } )", false },
    { "adapt_subjects",
      "( { name = \"case\"; owner = \"coalesce(officer, 'desk@example.gov')\"; } )", false },
    { "adapt_ladders", "( { name = \"days\"; rungs = ( { at = \"-5 days\"; } ); } )", false },
    { "audits.id", "\"OIG-22-34\"", true },
    { "audits.title", "\"Oversight of the Centers\"", true },
    { "audits.of", "", true },
    { "audits.of.name", "\"recommendation 1\"", true },
    { "audits.of.text", "\"Set performance standards.\"", true },
    { "audits.of.rules", "( \"answer-in-time\" )", false },
    { "packs.name", "\"office\"", true },
    { "packs.version", "\"1.0\"", true },
    { "profiles.name", "\"core\"", true },
    { "profiles.limit_to", "( \"office = 'Miami'\" )", false },
    { "rules.id", "\"answer-in-time\"", true },
    { "rules.subject", "\"case\"", true },
    { "rules.title", "\"Answer within 30 days\"", true },
    { "rules.law", "\"Office handbook, section 4\"", true },
    { "rules.remedy", "\"Send the answer.\"", true },
    { "rules.remedy_past", "\"Say why there was no answer.\"", false },
    { "rules.clears_past", "\"The day of the late answer, entered in the case.\"", false },
    { "rules.clears", "\"The day of the answer, entered in the case.\"", false },
    { "rules.applies", "( \"status = 'open'\" )", false },
    { "rules.limit_to", "( \"office = 'Miami'\" )", false },
    { "rules.profile", "\"core\"", false },
    { "rules.deadline", "", true },
    { "rules.deadline.after", "\"opened_on\"", true },
    { "rules.deadline.before", "\"hearing_on\"", false },
    { "rules.deadline.term", "\"30 days\"", true },
    { "rules.deadline.due", "\"answer_due_on\"", false },
    { "rules.deadline.from", "\"the day the case was opened\"", false },
    { "rules.deadline.calendar", "\"office\"", false },
    { "rules.deadline.place", "\"port\"", false },
    { "rules.deadline.no_later_than.after", "\"received_on\"", true },
    { "rules.deadline.no_later_than.term", "\"60 days\"", true },
    { "rules.deadline.no_later_than.from", "\"the day it came in\"", false },
    { "rules.deadline.earliest_of.after", "\"opened_on\"", true },
    { "rules.deadline.earliest_of.term", "\"30 days\"", true },
    { "rules.deadline.latest_of.after", "\"opened_on\"", true },
    { "rules.deadline.latest_of.term", "\"30 days\"", true },
    { "rules.deadline.at_most.after", "\"opened_on\"", true },
    { "rules.deadline.at_most.term", "\"90 days\"", true },
    { "rules.deadline.extended_by", "\"waivers\"", false },
    { "rules.deadline.tolled_by", "\"stays\"", false },
    { "rules.deadline.scope", "\"statute\"", false },
    { "rules.deadline.party", "\"importer\"", false },
    { "rules.deadline.front", "( \"case_entries\", \"parties\" )", false },
    { "rules.deadline.each", "( \"case_entries\", \"parties\" )", false },
    { "rules.deadline.unscoped", "\"an extension is of one entry\"", false },
    { "rules.deadline.item", "\"entry_no\"", false },
    { "rules.deadline.worth", "\"loss_of_duty\"", false },
    { "rules.deadline.otherwise", "\"violation_on\"", false },
    { "rules.deadline.also", "\"violation_on\"", false },
    { "rules.deadline.each_at_most", "\"1 year\"", false },
    { "rules.every.period", "\"month\"", true },
    { "rules.every.since", "\"2026-01-01\"", true },
    { "rules.every.by", "\"second Tuesday\"", false },
    { "rules.every.grace", "\"5 days\"", false },
    { "rules.every.events", "\"meetings\"", true },
    { "rules.every.on", "\"held_on\"", true },
    { "rules.every.when", "\"quorum = 1\"", false },
    { "rules.measure.on", "\"decided_on\"", true },
    { "rules.measure.numerator", "\"days_between(filed_on, decided_on) <= 90\"", true },
    { "rules.measure.denominator", "\"1\"", false },
    { "rules.measure.exclude", "\"withdrawn_on IS NOT NULL\"", false },
    { "rules.measure.at_least", "\"0.9\"", true },
    { "rules.measure.at_most", "\"0.1\"", false },
    { "rules.measure.words", "\"days\"", false },
    { "rules.wrong", "\"status = 'closed' AND balance > 0\"", false },
    { "rules.fix_within", "\"30 days\"", false },
    { "rules.lifecycle.events", "\"events\"", true },
    { "rules.lifecycle.name", "\"what\"", true },
    { "rules.lifecycle.on", "\"happened_on\"", true },
    { "rules.lifecycle.after", "[ \"notice\" ]", true },
    { "rules.lifecycle.must_follow", "[ \"petition\", \"payment\" ]", false },
    { "rules.lifecycle.within", "\"60 days\"", false },
    { "rules.lifecycle.at_most", "\"60 days\"", false },
    { "rules.met_on", "\"answered_on\"", true },
    { "rules.quiet.when", "\"settled_on IS NOT NULL\"", true },
    { "rules.quiet.on", "\"settled_on\"", true },
    { "rules.quiet.because", "\"settled\"", true },
    { "rules.quiet.detail", "\"settled_by\"", false },
    { "rules.unknown.when", "\"status = 'closed' AND answered_on IS NULL\"", true },
    { "rules.unknown.ask", "\"the day of the answer\"", true },
    { "rules.ladder", "\"month\"", true },
};

/* Further lines at the end of the group. */
static const struct {
    const char *path, *text;
} additions[] = {
    { "datasets.columns", "opened_on = \"date\";\nanswered_on = \"date\";\n" },
};

static const struct example *example_of(const char *path)
{
    static const struct example none = { NULL, NULL, false };

    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        if (strcmp(examples[i].path, path) == 0)
            return &examples[i];
    return &none;
}

/* Appends `lines` with `prefix` before each; a line that is empty gets it without blanks. */
static void add_prefixed(struct text *out, const char *prefix, const char *lines)
{
    size_t bare = strcspn(prefix, " ");

    while (*lines) {
        size_t n = strcspn(lines, "\n");

        text_addn(out, prefix, n ? strlen(prefix) : bare);
        text_addn(out, lines, n);
        text_add(out, "\n");
        lines += n + (lines[n] == '\n');
    }
}

/* A comment of as many lines as it needs beside `indent` columns. */
static void add_comment(struct text *out, const char *s, size_t indent)
{
    size_t room = WIDTH - indent - 2;

    while (*s) {
        size_t n = strlen(s);

        if (n > room) {
            n = room;
            while (n && s[n] != ' ')
                n--;
        }
        text_add(out, "# ");
        text_addn(out, s, n);
        text_add(out, "\n");
        s += n + (s[n] == ' ');
    }
}

static const char *heading_of(const char *name)
{
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
        if (strcmp(headings[i].before, name) == 0)
            return headings[i].text;
    return NULL;
}

static void add_fields(struct text *out, const struct schema *s, const char *path, size_t indent);

/* The parts of a group, list or map around its fields. */
static void add_deep(struct text *out, const struct field *f, const char *path, size_t indent)
{
    const char *name = f->type == FIELD_MAP ? example_of(path)->text : NULL;
    AUTO_TEXT inner = { 0 };
    AUTO_TEXT body = { 0 };

    add_fields(&inner, f->of, path, indent + (f->type == FIELD_GROUP ? 4 : 8));
    if (f->type == FIELD_GROUP) {
        text_add(&body, text_of(&inner));
    } else {
        text_addf(&body, "%s%s{\n", name ? name : "", name ? " = " : "");
        add_prefixed(&body, "    ", text_of(&inner));
        text_addf(&body, "}%s\n", name ? ";" : "");
    }
    for (size_t i = 0; i < sizeof additions / sizeof *additions; i++)
        if (strcmp(additions[i].path, path) == 0)
            text_add(&body, additions[i].text);
    text_addf(out, "%s = %s\n", f->name, f->type == FIELD_LIST ? "(" : "{");
    add_prefixed(out, "    ", text_of(&body));
    text_addf(out, "%s;\n", f->type == FIELD_LIST ? ")" : "}");
}

static void add_field(struct text *out, const struct field *f, const char *path, size_t indent)
{
    const struct example *e = example_of(path);
    AUTO_TEXT lines = { 0 };

    if (f->of)
        add_deep(&lines, f, path, indent);
    else
        text_addf(&lines, "%s = %s;\n", f->name,
                  f->preset ? value_preset_text(f)
                  : e->text ? e->text
                            : value_example(f));
    if (f->help)
        add_comment(out, f->help, indent);
    add_prefixed(out, f->preset || e->used ? "" : "#", text_of(&lines));
}

static void add_fields(struct text *out, const struct schema *s, const char *path, size_t indent)
{
    bool in_map = s->key && s->short_field, first = true;

    for (const struct field *f = s->fields; f->name; f++) {
        char below[PATH_SIZE];
        const char *heading;

        if (in_map && strcmp(f->name, s->key) == 0)
            continue; /* the element's own name */
        snprintf(below, sizeof below, "%s%s%s", path, *path ? "." : "", f->name);
        heading = *path ? NULL : heading_of(f->name);
        if (heading)
            text_addf(out, "\n### %s ###\n\n", heading);
        else if (!first)
            text_add(out, "\n");
        add_field(out, f, below, indent);
        first = false;
    }
}

void print_options(const struct schema *s, struct text *out)
{
    static const char head[] =
        "dutywatch.conf: every option, at its preset. The manual: dutywatch.conf(5). What stands "
        "behind # has no preset or is an example: take the first # off each line of a block to use "
        "it. Then: dutywatch check, dutywatch once --dry-run, dutywatch reload. This file is what "
        "dutywatch check --options prints.";

    add_comment(out, head, 0);
    add_fields(out, s, "", 0);
}
