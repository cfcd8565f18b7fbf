/* explain: a finding, message or case, back to the line of the data. */
#include "cmd.h"

#include "base/number.h"
#include "judge/facts.h"

#include <string.h>

static void print_field(const char *name, const char *value)
{
    if (!value)
        return;
    printf("    %-10s ", name);
    print_cell(stdout, value, 0);
    printf("\n");
}

static void print_message(const struct call *c, const struct json *m)
{
    const struct json *tries = json_get(m, "tries");

    if (json_type_of(m) != JSON_GROUP)
        return;
    printf("%sMessage %.12s%s, %s\n", paint(c, BOLD), json_get_text(m, "key"), paint(c, PLAIN),
           json_get_text(m, "state"));
    print_field("to", json_get_text(m, "recipient"));
    print_field("subject", json_get_text(m, "subject"));
    print_field("made", when_text(json_get_text(m, "created_at")));
    for (size_t i = 0; i < json_count(tries); i++)
        print_field("answer", json_get_text(json_at(tries, i), "answer"));
    printf("\n");
}

static void print_inputs(const struct json *inputs)
{
    const struct json *fields = json_get(inputs, "fields");

    for (size_t i = 0; i < json_count(fields); i++) {
        const struct json *f = json_at(fields, i);
        const char *value = json_get_text(f, "value");

        printf("      ");
        print_cell(stdout, json_get_text(f, "name"), 22);
        printf(" ");
        print_cell(stdout, value ? value : "(empty)", 0);
        printf("\n");
    }
}

static void print_pull(const struct json *move)
{
    const struct json *p = json_get(move, "pull");
    const char *raw = json_get_text(json_get(move, "inputs"), "raw");

    if (json_type_of(p) == JSON_GROUP) {
        printf("      source %s, pull %lld of %s, line %lld%s\n", json_get_text(p, "source"),
               (long long)json_get_whole(p, "id"), when_text(json_get_text(p, "at")),
               (long long)json_get_whole(p, "line"),
               json_get_text(p, "payload_line") ? "" : " (the payload is no longer kept)");
        print_field("payload", json_get_text(p, "path"));
        print_field("sha-256", json_get_text(p, "digest"));
    }
    print_field("as received", raw);
}

/* A column says what a day is; of an expression over the row the step says it in words. */
static bool is_column(const char *field)
{
    return field && !field[strspn(field, "abcdefghijklmnopqrstuvwxyz"
                                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")];
}

/* The row of a document that a step read. The own row of the case is printed as a whole. */
static void print_document(const struct json *step, const char *own)
{
    const struct json *inputs = json_get(step, "inputs"), *first = json_at(inputs, 0);
    const char *key = json_get_text(first, "key");

    if (!key || (own && strcmp(key, own) == 0))
        return;
    printf("         ");
    print_cell(stdout, json_get_text(first, "dataset"), 0);
    printf(" ");
    print_cell(stdout, key, 0);
    for (size_t i = 0; i < json_count(inputs); i++) {
        const char *field = json_get_text(json_at(inputs, i), "field");

        printf("%s %s%s%s", i ? "," : ":", is_column(field) ? field : "",
               is_column(field) ? " " : "", json_get_text(json_at(inputs, i), "value"));
    }
    printf(" (pull %lld, line %lld)\n", (long long)json_get_whole(first, "pull"),
           (long long)json_get_whole(first, "line"));
}

static void print_move(const struct call *c, const struct json *m, bool whole)
{
    const struct json *d = json_get(m, "derivation"), *steps = json_get(d, "steps");
    const char *title = json_get_text(d, "title");

    printf("  %s.%lld  %s%s  %s%s%s\n", paint(c, BOLD), (long long)json_get_whole(m, "ordinal"),
           json_get_text(m, "day"), paint(c, PLAIN), json_get_text(m, "cause"), title ? ": " : "",
           title ? title : "");
    if (!whole)
        return;
    print_field("law", json_get_text(d, "law"));
    print_field("to do", json_get_text(m, "to_do"));
    print_field("quiet", json_get_text(d, "because"));
    if (json_count(steps))
        printf("    How the date was computed:\n");
    for (size_t i = 0; i < json_count(steps); i++) {
        printf("      %zu. ", i + 1);
        print_cell(stdout, facts_sentence(json_at(steps, i)), 0);
        printf("\n");
        print_document(json_at(steps, i), json_get_text(json_get(m, "inputs"), "key"));
    }
    if (json_count(json_get(json_get(m, "inputs"), "fields")))
        printf("    What the record said:\n");
    print_inputs(json_get(m, "inputs"));
    print_pull(m);
}

static void print_told(const struct json *told)
{
    for (size_t i = 0; i < json_count(told); i++) {
        const struct json *t = json_at(told, i);
        const char *key = json_get_text(t, "message"), *withheld = json_get_text(t, "withheld");

        printf("    .%lld told to ", (long long)json_get_whole(t, "ordinal"));
        print_cell(stdout, json_get_text(t, "recipient"), 0);
        if (withheld)
            printf(": not told, because: %s\n", withheld);
        else if (key)
            printf(" through %s: message %.12s, %s\n", json_get_text(t, "channel"), key,
                   json_get_text(t, "state"));
        else
            printf(" through %s: waits for the %s digest\n", json_get_text(t, "channel"),
                   json_get_text(t, "cadence"));
    }
}

/* "APP (the account of the importer)", as its latest move says it. */
static void print_unit(const struct json *f)
{
    const char *unit = json_get_text(f, "unit");
    const struct json *latest = json_at(json_get(f, "moves"), 0);
    const char *by = json_get_text(json_get(latest, "derivation"), "unit_by");
    AUTO_TEXT t = { 0 };

    if (unit && by && text_same(unit, json_get_text(latest, "unit")))
        text_addf(&t, "%s (%s)", unit, by);
    print_field("unit", t.size ? text_of(&t) : unit);
}

static void print_finding(const struct call *c, const struct json *f)
{
    const struct json *moves = json_get(f, "moves"), *amount = json_get(f, "amount");
    char money[MONEY_TEXT_SIZE];

    printf("%sFinding %lld%s: ", paint(c, BOLD), (long long)json_get_whole(f, "id"),
           paint(c, PLAIN));
    print_cell(stdout, json_get_text(f, "subject"), 0);
    printf(", rule %s, %s\n", rule_text(f), json_get_text(f, "status"));
    print_field("act by", json_get_text(f, "act_by"));
    print_field("last day", json_get_text(f, "last_day"));
    print_field("until", json_get_text(f, "by"));
    if (json_type_of(amount) == JSON_WHOLE)
        print_field("amount", money_text(json_whole(amount), money));
    print_unit(f);
    print_field("office", json_get_text(f, "office"));
    print_field("owner", json_get_text(f, "owner"));
    print_field("past since", json_get_text(f, "past_since"));
    print_field("done on", json_get_text(f, "done_on"));
    print_field("not alarmed", json_get_text(f, "because"));
    for (size_t i = 0; i < json_count(moves); i++)
        print_move(c, json_at(moves, i), i == 0);
    print_told(json_get(f, "told"));
    printf("\n");
}

/* Its finding was closed; the duty has another last day now. */
static bool is_to_be_done_again(const struct json *d)
{
    return text_same(json_get_text(d, "status"), "WATCHED") &&
           text_same(json_get_text(d, "answer"), "pending");
}

static void print_watched(const struct json *list)
{
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *d = json_at(list, i);
        const char *day = json_get_text(d, "last_day"), *ask = json_get_text(d, "ask");
        const char *by = json_get_text(d, "by");

        if (json_type_of(json_get(d, "finding")) == JSON_WHOLE && !is_to_be_done_again(d))
            continue; /* shown already */
        printf("Watched: ");
        print_cell(stdout, json_get_text(d, "name"), 0);
        printf(", rule %s, last day %s%s%s%s%s; no step of its ladder is reached yet\n",
               rule_text(d), day ? day : "not known", by ? " until " : "", by ? by : "",
               ask ? "; not known: " : "", ask ? ask : "");
    }
}

int cmd_explain(struct call *c)
{
    const struct json *findings;
    struct json *p, *j;
    int code = EXIT_GOOD;

    if (c->count != 1)
        return call_usage(c, "name a finding (12), a message (its key) or a case");
    p = json_group();
    json_set_text(p, "what", c->arguments[0]);
    if (call_option(c, "--rule"))
        json_set_text(p, "rule", call_option(c, "--rule"));
    j = call_method(c, "dutywatch.Explain", p, &code);
    if (!j)
        return code;
    if (c->json) {
        print_json(j);
    } else {
        print_message(c, json_get(j, "message"));
        findings = json_get(j, "findings");
        for (size_t i = 0; i < json_count(findings); i++)
            print_finding(c, json_at(findings, i));
        print_watched(json_get(j, "watched"));
    }
    json_free(j);
    return EXIT_GOOD;
}
