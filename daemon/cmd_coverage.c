/* coverage: what is watched, what is not and why, and what nobody can act on. */
#include "cmd.h"

#include "base/number.h"
#include "watch/coverage.h"
#include "watch/tally.h"

#include <string.h>

static bool is_in(const struct json *rule, const char *state)
{
    return text_same(json_get_text(rule, "state"), state);
}

static void print_missing(const struct json *rule)
{
    const struct json *missing = json_get(rule, "missing");

    for (size_t i = 0; i < json_count(missing); i++) {
        const struct json *m = json_at(missing, i), *sources = json_get(m, "sources");
        const char *column = json_get_text(m, "column"), *dataset = json_get_text(m, "dataset");

        if (!json_count(sources)) {
            printf("      no source fills %s%s%s\n", dataset, column ? "; it needs " : "",
                   column ? column : "");
            continue;
        }
        printf("      map %s.%s in source", dataset, column ? column : "*");
        for (size_t k = 0; k < json_count(sources); k++)
            printf("%s %s", k ? " or" : "", json_text(json_at(sources, k)));
        printf("\n");
    }
}

/* "412 duties of 412 cases: 380 met, 12 met late, 20 ahead". */
static void print_tally(const struct json *t)
{
    static const struct {
        const char *key, *words;
    } parts[] = {
        { "met", "met" },     { "late", "met late" },     { "past", "past the last day" },
        { "ahead", "ahead" }, { "quiet", "not alarmed" }, { "unknown", "that the data cannot tell" }
    };
    int64_t duties = json_get_whole(t, "duties"), cases = json_get_whole(t, "cases");
    int64_t without = json_get_whole(t, "without"), left_out = json_get_whole(t, "left_out");
    const char *mark = ": ";

    printf("      %lld %s of %lld %s", (long long)duties, text_plural(duties, "duty", "duties"),
           (long long)cases, text_plural(cases, "case", "cases"));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (json_get_whole(t, parts[i].key)) {
            printf("%s%lld %s", mark, (long long)json_get_whole(t, parts[i].key), parts[i].words);
            mark = ", ";
        }
    if (without)
        printf("; %lld more %s none", (long long)without,
               text_plural(without, "case has", "cases have"));
    if (left_out)
        printf("; %lld left out by limit_to", (long long)left_out);
    printf("\n");
}

static void print_rules(const struct call *c, const struct json *rules, const char *state)
{
    bool any = false;

    for (size_t i = 0; i < json_count(rules); i++) {
        const struct json *r = json_at(rules, i);

        if (!is_in(r, state))
            continue;
        if (!any)
            printf("\nRules: %s%s%s\n", paint(c, BOLD), state, paint(c, PLAIN));
        any = true;
        printf("    ");
        print_cell(stdout, json_get_text(r, "id"), 28);
        if (is_in(r, "on"))
            printf(" %8lld watched, %lld that the data cannot tell",
                   (long long)json_get_whole(r, "watched"),
                   (long long)json_get_whole(r, "unknown"));
        else
            printf(" ");
        if (json_get_text(r, "why"))
            print_cell(stdout, json_get_text(r, "why"), 0);
        else if (!is_in(r, "on"))
            print_cell(stdout, json_get_text(r, "title"), 0);
        printf("\n");
        if (is_in(r, "off for want of data"))
            print_missing(r);
        if (json_get(r, "tally"))
            print_tally(json_get(r, "tally"));
    }
}

static void print_gap(const struct call *c, const struct json *gap, const char *words)
{
    const struct json *duties = json_get(gap, "duties");
    int64_t count = json_get_whole(gap, "count"), cases = json_get_whole(gap, "cases");
    char money[MONEY_TEXT_SIZE];

    printf("\n%s%lld%s %s of %lld %s %s %s, %s\n", paint(c, count ? YELLOW : ""), (long long)count,
           paint(c, PLAIN), text_plural(count, "duty", "duties"), (long long)cases,
           text_plural(cases, "case", "cases"), text_plural(count, "has", "have"), words,
           money_text(json_get_whole(gap, "amount"), money));
    for (size_t i = 0; i < json_count(duties); i++) {
        const struct json *d = json_at(duties, i), *amount = json_get(d, "amount");
        const char *ask = json_get_text(d, "ask"), *owner = json_get_text(d, "owner");

        printf("    %16s  ",
               json_type_of(amount) == JSON_WHOLE ? money_text(json_whole(amount), money) : "-");
        print_cell(stdout, json_get_text(d, "name"), 24);
        printf(" ");
        print_cell(stdout, json_get_text(d, "unit"), 8);
        printf(" ");
        print_cell(stdout, json_get_text(d, "rule"), 28);
        printf(" ");
        print_cell(stdout, ask ? ask : owner ? owner : "-", 0);
        printf("\n");
    }
}

static void print_coverage(const struct call *c, const struct json *j)
{
    static const char *const states[] = { "on", "off for want of data", "does not work",
                                          "off by choice" };
    const struct json *rules = json_get(j, "rules");
    const char *day = json_get_text(j, "day");

    printf("%zu %s, duties as judged on %s.\n", json_count(rules),
           text_plural((int64_t)json_count(rules), "rule", "rules"), day ? day : "no day yet");
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        print_rules(c, rules, states[i]);
    print_gap(c, json_get(j, "no_date"), "no date to count to");
    print_gap(c, json_get(j, "no_owner"), "nobody who can be told as the owner");
    if (!call_option(c, "--list") && !json_get_truth(j, "whole"))
        printf("\ndutywatch coverage --list names them.\n");
}

/* Every case is looked at, here and not in the daemon, which has better to do. */
static struct json *count(struct call *c, int *ret_code)
{
    AUTO(arena) a = arena_new();
    AUTO(generation) g = NULL;
    struct report_from r;
    struct tally *tallies;
    struct json *j = NULL;
    struct error e;

    if (!call_files(c, &g, &r, ret_code))
        return NULL;
    r.generation = g;
    if (tally_rules(&r, a, &tallies, &e))
        j = coverage(&r, call_option(c, "--list") != NULL, tallies, &e);
    report_close(&r);
    if (!j)
        *ret_code = call_fail(c, exit_of(&e), "%s", e.text);
    return j;
}

static struct json *ask(struct call *c, int *ret_code)
{
    struct json *p;

    if (call_option(c, "--count"))
        return count(c, ret_code);
    p = json_group();
    json_set_truth(p, "list", call_option(c, "--list") != NULL);
    return call_method(c, "dutywatch.Coverage", p, ret_code);
}

int cmd_coverage(struct call *c)
{
    int code = EXIT_GOOD;
    struct json *j;

    if (c->count)
        return call_usage(c, "it takes no arguments");
    j = ask(c, &code);
    if (!j)
        return code;
    if (c->json)
        print_json(j);
    else
        print_coverage(c, j);
    code = json_get_truth(j, "whole") ? EXIT_GOOD : EXIT_FOUND;
    json_free(j);
    return code;
}
