/* dutywatch: the table of verbs, and how they are called. */
#include "cmd.h"

#include "base/log.h"
#include "base/zone.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPTIONS static const struct option_of

OPTIONS no_options[] = { { NULL, NULL, NULL } };
OPTIONS check_options[] = {
    { "--options", NULL, "print every option at its preset, as a configuration file" },
    { "--sql", "RULE", "print the statements that a rule is made into" },
    { "--explain", "RULE", "say a rule (or: all) back in English" },
    { "--effective", "RULE", "print a rule (or: all) as it is after what adapts it" },
    { NULL, NULL, NULL },
};
OPTIONS once_options[] = {
    { "--today", "DAY", "judge as of this day (2025-03-31) instead of today" },
    { "--dry-run", NULL, "on a copy of the state; nothing is sent and nothing is kept" },
    { NULL, NULL, NULL },
};
OPTIONS list_options[] = {
    { "--past", NULL, "only those whose last day has passed" },
    { "--lost", NULL, "the register of what was not done in time, and who was told when" },
    { "--within", "TIME", "only those whose last day comes within it: 90 days, 6 months" },
    { "--status", "STATUS",
      "watched, open, resolved, withdrawn or all; preset: what has not ended" },
    { "--all", NULL, "the same as --status all" },
    { "--severity", "SEVERITY", "only findings of this severity or above" },
    { "--min-amount", "AMOUNT", "only those of this amount or more" },
    { "--quiet", NULL, "only those that are not alarmed for a reason" },
    { "--not-quiet", NULL, "only those that are" },
    { "--unknown", NULL, "only those that the data cannot tell" },
    { "--rule", "RULE", "only this rule" },
    { "--unit", "UNIT", "only this unit" },
    { "--office", "OFFICE", "only this office" },
    { "--owner", "OWNER", "only this owner" },
    { "--sort", "ORDER", "urgency (preset: money times nearness), due, amount or subject" },
    { "--limit", "NUMBER", "show so many, count all" },
    { NULL, NULL, NULL },
};
OPTIONS explain_options[] = {
    { "--rule", "RULE", "only this rule" },
    { NULL, NULL, NULL },
};
OPTIONS why_not_options[] = {
    { "--period", "PERIOD", "of a duty that comes again: 2026-03; preset: the latest" },
    { NULL, NULL, NULL },
};
OPTIONS as_of_options[] = {
    { "--case", "CASE", "only this case, and the messages that carry it" },
    { "--unit", "UNIT", "only what belonged to this unit then" },
    { "--out", "DIR", "write the report, every change and the messages as sent into a new folder" },
    { NULL, NULL, NULL },
};
OPTIONS status_options[] = {
    { "--nagios", NULL, "one line for monitoring: exit 0 well, 1 rejected records, 2 the rest" },
    { "--audit", "ID", "what is watched of each finding and recommendation of an audit" },
    { NULL, NULL, NULL },
};
OPTIONS coverage_options[] = {
    { "--count", NULL, "count all duties of each rule, those that are met among them" },
    { "--list", NULL, "name each duty without a date or an owner" },
    { NULL, NULL, NULL },
};
OPTIONS calendar_options[] = {
    { "--place", "PLACE", "the closings of this place (a port) count as well" },
    { NULL, NULL, NULL },
};
OPTIONS ack_options[] = {
    { "--until", "DAY", "not repeated until then; at most 400 days" },
    { "--reason", "TEXT", "why" },
    { "--rule", "RULE", "of a case with several open findings, that of this rule" },
    { NULL, NULL, NULL },
};
OPTIONS preview_options[] = {
    { "--to", "RECIPIENT", "whose messages" },
    { "--all", NULL, "all that is open, as a first load would tell it" },
    { NULL, NULL, NULL },
};
OPTIONS golive_options[] = {
    { "--unit", "UNIT", "what is found in this unit" },
    { "--office", "OFFICE", "what is found in this office" },
    { NULL, NULL, NULL },
};
OPTIONS silence_options[] = {
    { "--until", "DAY", "the last day of the silence; at most 400 days" },
    { "--reason", "TEXT", "why" },
    { "--rule", "RULE", "what this rule finds" },
    { "--case", "CASE", "what is found of this case" },
    { "--unit", "UNIT", "what is found in this unit" },
    { "--office", "OFFICE", "what is found in this office" },
    { "--end", "NUMBER", "end a silence before its day" },
    { NULL, NULL, NULL },
};
OPTIONS restore_options[] = {
    { "--force", NULL, "in place of a state that is there; that one is kept beside it" },
    { NULL, NULL, NULL },
};
OPTIONS test_options[] = {
    { "--run", "NAME", "only tests whose name contains this" },
    { "--diff", NULL, "show expected and found as a difference" },
    { "--junit", "FILE", "write the results as JUnit has them, too" },
    { "--new", "RULE", "print four tests of a rule, to fill in the days" },
    { NULL, NULL, NULL },
};
OPTIONS rejects_options[] = {
    { "--all", NULL, "what is accepted, too" },
    { "--csv", NULL, "as CSV, with each record as it was received: for whoever corrects it" },
    { "--until", "DAY", "accept: the last day on which it is quiet; at most 400 days" },
    { "--reason", "TEXT", "accept: why" },
    { NULL, NULL, NULL },
};
OPTIONS queue_options[] = {
    { "--all", NULL, "messages that were sent, too" },
    { "--show", "KEY", "one message as it was sent, with each attempt" },
    { NULL, NULL, NULL },
};

const struct verb verbs[] = {
    { "check", cmd_check, "[--options] [--sql RULE] [--explain RULE] [--effective RULE]",
      "read all of the configuration, change nothing", check_options,
      "dutywatch check -c ./dutywatch.conf", false },
    { "test", cmd_test, "[DIR]... [--run NAME] [--diff] [--junit FILE] [--new RULE]",
      "run the tests of rules; no state, source or channel is touched", test_options,
      "dutywatch test rules/", false },
    { "run", cmd_run, "", "watch until stopped (the service)", no_options, "dutywatch run", true },
    { "once", cmd_once, "[--today DAY] [--dry-run]", "pull, judge and tell once, then end",
      once_options, "dutywatch once --dry-run", true },
    { "status", cmd_status, "[--nagios] [--audit ID]",
      "what is watched, what can be seen, what waits", status_options,
      "dutywatch status --audit OIG-22-34", false },
    { "list", cmd_list, "[--past] [--within TIME] [--unit UNIT] ...",
      "the duties, what is worth most and nearest first", list_options,
      "dutywatch list --within '90 days' --limit 20", false },
    { "explain", cmd_explain, "WHAT [--rule RULE]",
      "a finding, message or case, back to the line of the data", explain_options,
      "dutywatch explain 12", false },
    { "why-not", cmd_why_not, "CASE RULE [--period PERIOD]",
      "why a case is told, or not told, under a rule", why_not_options,
      "dutywatch why-not C-1 suit", false },
    { "coverage", cmd_coverage, "[--count] [--list]",
      "what is not watched, and what nobody can act on", coverage_options,
      "dutywatch coverage --count", false },
    { "as-of", cmd_as_of, "TIME [--case CASE | --unit UNIT] [--out DIR]",
      "what was known, found and told at a day or a moment", as_of_options,
      "dutywatch as-of 2026-03-01 --case C-1", false },
    { "calendar", cmd_calendar,
      "[check | show NAME [YEAR] | next NAME [DAY [TERM]]] [--place PLACE]",
      "which days are closed, and why; what is counted by them", calendar_options,
      "dutywatch calendar next cbp-office 2025-12-22 '7 business days'", false },
    { "queue", cmd_queue, "[--all] [--show KEY]", "messages that wait, were sent or are dead",
      queue_options, "dutywatch queue --all", false },
    { "ack", cmd_ack, "WHAT --until DAY --reason TEXT [--rule RULE]",
      "acknowledge a finding: it is not repeated until a day", ack_options,
      "dutywatch ack 12 --until 2026-12-15 --reason 'waiver is at the importer'", true },
    { "silence", cmd_silence,
      "[--until DAY --reason TEXT [--rule RULE] [--case CASE] [--unit UNIT] [--office OFFICE]] "
      "[--end NUMBER]",
      "tell nothing of some findings until a day; without options: what is silenced",
      silence_options,
      "dutywatch silence --office Miami --until 2026-12-01 --reason 'moving house'", true },
    { "preview", cmd_preview, "--to RECIPIENT [--all]",
      "what somebody would be told now; nothing is sent", preview_options,
      "dutywatch preview --to maria@example.gov --all", false },
    { "golive", cmd_golive, "[--unit UNIT] [--office OFFICE]",
      "one unit or office leaves trial, the rest stays in it", golive_options,
      "dutywatch golive --unit Machinery", true },
    { "send-test", cmd_send_test, "CHANNEL RECIPIENT", "send one marked test message", no_options,
      "dutywatch send-test mail maria@example.gov", true },
    { "pull", cmd_pull, "[SOURCE]", "pull a source, or all of them, now", no_options,
      "dutywatch pull cases", true },
    { "release", cmd_release, "SOURCE", "believe the payload that is held", no_options,
      "dutywatch release cases", true },
    { "discard", cmd_discard, "SOURCE", "drop the payload that is held", no_options,
      "dutywatch discard cases", true },
    { "rejects", cmd_rejects,
      "[SOURCE] [--all] [--csv] | retry [SOURCE] | accept MARK --until DAY --reason TEXT | end "
      "MARK",
      "what of the data was not taken, line by line; read again, accepted as known",
      rejects_options,
      "dutywatch rejects accept 3f9a01c2d4e5 --until 2026-12-31 --reason 'line of totals'", false },
    { "reload", cmd_reload, "", "read the configuration again; the old one stays if it is wrong",
      no_options, "dutywatch reload", true },
    { "backup", cmd_backup, "DIR", "the whole state into a new folder, also while the service runs",
      no_options, "dutywatch backup /srv/backup/dutywatch-2026-11-24", false },
    { "restore", cmd_restore, "DIR [--force]", "a backup back into the state directory",
      restore_options, "dutywatch restore /srv/backup/dutywatch-2026-11-24", false },
    { "verify", cmd_verify, "[DIR]", "whether the state or a backup is still what was written",
      no_options, "dutywatch verify", false },
    { NULL, NULL, NULL, NULL, NULL, NULL, false },
};

static const struct option_of common[] = {
    { "--config", "FILE", "the configuration (-c); preset /etc/dutywatch/dutywatch.conf" },
    { "--state-dir", "DIR", "the state directory instead of the configured one" },
    { "--json", NULL, "for programs" },
    { "--help", NULL, "this help (-h)" },
    { NULL, NULL, NULL },
};

static void print_options(const struct option_of *o)
{
    for (; o->name; o++) {
        char left[64];

        snprintf(left, sizeof left, "%s%s%s", o->name, o->value ? " " : "",
                 o->value ? o->value : "");
        printf("    %-22s %s\n", left, o->help);
    }
}

static int help(void)
{
    printf("dutywatch watches duties: what must happen by a date, and who must be told.\n\n"
           "Usage: dutywatch VERB [OPTIONS]\n\n");
    for (const struct verb *v = verbs; v->name; v++)
        printf("    %-10s %s\n", v->name, v->help);
    printf("\nEvery verb takes:\n");
    print_options(common);
    printf("\nFirst steps: dutywatch check; dutywatch once --dry-run; dutywatch status.\n"
           "Each verb: dutywatch VERB --help. The manual: man dutywatch, dutywatch.conf,\n"
           "dutywatch.rules.\n");
    return EXIT_GOOD;
}

static int verb_help(const struct verb *v)
{
    printf("Usage: dutywatch %s %s\n\n%s.\n\n", v->name, v->arguments, v->help);
    print_options(v->options);
    print_options(common);
    printf("\nExample: %s\n", v->example);
    return EXIT_GOOD;
}

static const struct option_of *option_named(const struct option_of *o, const char *name)
{
    for (; o->name; o++)
        if (strcmp(o->name, name) == 0)
            return o;
    return NULL;
}

/* The name of an option without what follows "=", and that value. */
static const char *split(const char *argument, char *name, size_t size)
{
    size_t n = strcspn(argument, "=");

    snprintf(name, size, "%.*s", (int)n, argument);
    if (strcmp(name, "-c") == 0)
        snprintf(name, size, "--config");
    if (strcmp(name, "-h") == 0)
        snprintf(name, size, "--help");
    return argument[n] ? argument + n + 1 : NULL;
}

static const char *nearest_option(const struct call *c, const char *name)
{
    struct nearest near = { .word = name };

    for (const struct option_of *o = c->verb->options; o->name; o++)
        nearest_try(&near, o->name);
    for (const struct option_of *o = common; o->name; o++)
        nearest_try(&near, o->name);
    return near.name;
}

/* Takes one option; `next` is the argument after it. Returns how many arguments were used, 0 after
 * a complaint. */
static int take_option(struct call *c, const char *argument, const char *next)
{
    char name[64];
    const char *value = split(argument, name, sizeof name), *near;
    const struct option_of *o = option_named(c->verb->options, name);
    int used = 1;

    if (!o)
        o = option_named(common, name);
    if (!o) {
        near = nearest_option(c, name);
        call_usage(c, "unknown option %s%s%s%s", name, near ? " (" : "", near ? near : "",
                   near ? "?)" : "");
        return 0;
    }
    if (o->value && !value) {
        value = next;
        used = 2;
    }
    if (o->value && !value) {
        call_usage(c, "%s takes %s", name, o->value);
        return 0;
    }
    if (c->option_count == OPTIONS_MAX) {
        call_usage(c, "too many options");
        return 0;
    }
    c->options[c->option_count].name = o->name;
    c->options[c->option_count++].value = value ? value : "";
    return used;
}

static int take_arguments(struct call *c, int argc, char **argv)
{
    for (int i = 0; i < argc;) {
        if (argv[i][0] == '-' && argv[i][1]) {
            int used = take_option(c, argv[i], i + 1 < argc ? argv[i + 1] : NULL);

            if (!used)
                return EXIT_USAGE;
            i += used;
        } else if (c->count < ARGUMENTS_MAX) {
            c->arguments[c->count++] = argv[i++];
        } else {
            return call_usage(c, "too many arguments");
        }
    }
    return EXIT_GOOD;
}

static const struct verb *verb_named(const char *name)
{
    struct nearest near = { .word = name };

    for (const struct verb *v = verbs; v->name; v++) {
        if (strcmp(v->name, name) == 0)
            return v;
        nearest_try(&near, v->name);
    }
    fprintf(stderr, "dutywatch: unknown verb \"%s\"%s%s%s; dutywatch --help lists them\n", name,
            near.name ? " (" : "", near.name ? near.name : "", near.name ? "?)" : "");
    return NULL;
}

/* Short-lived memory is kept from one case to the next: to give its pages back to the kernel after
 * each, as the presets do when the heap happens to end there, takes longer than the case. The
 * daemon gives back what it does not use whenever it has nothing to do. */
static void keep_memory(void)
{
    mallopt(M_TRIM_THRESHOLD, 16 << 20);
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
}

int main(int argc, char **argv)
{
    struct call c = { .config = "/etc/dutywatch/dutywatch.conf" };
    const char *term = getenv("TERM");
    int code;

    keep_memory();
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        help();
        return argc < 2 ? EXIT_USAGE : EXIT_GOOD;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("dutywatch %s\n", DUTYWATCH_VERSION);
        return EXIT_GOOD;
    }
    c.verb = verb_named(argv[1]);
    if (!c.verb)
        return EXIT_USAGE;
    code = take_arguments(&c, argc - 2, argv + 2);
    if (code)
        return code;
    if (call_option(&c, "--help"))
        return verb_help(c.verb);
    if (call_option(&c, "--config"))
        c.config = call_option(&c, "--config");
    c.state_dir = call_option(&c, "--state-dir");
    c.json = call_option(&c, "--json") != NULL;
    c.colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR") && term && strcmp(term, "dumb") != 0;
    log_set_level(c.verb->run == cmd_run ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING);
    return c.verb->run(&c);
}
