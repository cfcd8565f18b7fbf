/* coverage: what is watched, what is not and why, and what nobody can act on. */
#include "cmd.h"

#include "base/number.h"

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
    }
}

static void print_gap(const struct call *c, const struct json *gap, const char *words)
{
    const struct json *duties = json_get(gap, "duties");
    char money[MONEY_TEXT_SIZE];

    printf("\n%s%lld%s duties of %lld cases %s, %s\n",
           paint(c, json_get_whole(gap, "count") ? YELLOW : ""),
           (long long)json_get_whole(gap, "count"), paint(c, PLAIN),
           (long long)json_get_whole(gap, "cases"), words,
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

    printf("%zu rules, duties as judged on %s.\n", json_count(rules), day ? day : "no day yet");
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        print_rules(c, rules, states[i]);
    print_gap(c, json_get(j, "no_date"), "have no date to count to");
    print_gap(c, json_get(j, "no_owner"), "have nobody who can be told as their owner");
    if (!call_option(c, "--list") && !json_get_truth(j, "whole"))
        printf("\ndutywatch coverage --list names them.\n");
}

int cmd_coverage(struct call *c)
{
    struct json *p = json_group(), *j;
    int code = EXIT_GOOD;

    if (c->count) {
        json_free(p);
        return call_usage(c, "it takes no arguments");
    }
    json_set_truth(p, "list", call_option(c, "--list") != NULL);
    j = call_method(c, "dutywatch.Coverage", p, &code);
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
