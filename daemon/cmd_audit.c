/* status --audit: what an audit found, and what is watched of it. */
#include "cmd.h"

#include "base/number.h"
#include "watch/audit.h"

static void print_month(const struct json *item, const char *key, const char *words)
{
    const struct json *m = json_get(item, key);

    if (json_type_of(m) == JSON_GROUP)
        printf("      %-12s %lld passed their last day, %lld done\n", words,
               (long long)json_get_whole(m, "passed"), (long long)json_get_whole(m, "done"));
}

static void print_duties(const struct json *item)
{
    printf("      duties       %lld, of which the data can tell %lld: %lld met, %lld late, %lld "
           "ahead, %lld past, %lld not alarmed\n",
           (long long)json_get_whole(item, "duties"), (long long)json_get_whole(item, "known"),
           (long long)json_get_whole(item, "met"), (long long)json_get_whole(item, "late"),
           (long long)json_get_whole(item, "ahead"), (long long)json_get_whole(item, "past"),
           (long long)json_get_whole(item, "quiet"));
}

/* What cannot be seen, and the columns to map. */
static void print_off(const struct json *rules)
{
    for (size_t i = 0; i < json_count(rules); i++) {
        const struct json *r = json_at(rules, i), *missing = json_get(r, "missing");
        const char *state = json_get_text(r, "state"), *why = json_get_text(r, "why");

        if (text_same(state, "on"))
            continue;
        printf("      not seen     %s: %s%s%s", json_get_text(r, "id"), state, why ? ", " : "",
               why ? why : "");
        for (size_t k = 0; k < json_count(missing); k++) {
            const char *column = json_get_text(json_at(missing, k), "column");

            printf("%s%s%s%s", k ? ", " : "; map ", json_get_text(json_at(missing, k), "dataset"),
                   column ? "." : "", column ? column : "");
        }
        printf("\n");
    }
}

static void print_item(const struct call *c, const struct json *item)
{
    const char *since = json_get_text(item, "since"), *last = json_get_text(item, "last");
    int64_t open = json_get_whole(item, "open"), on = json_get_whole(item, "on");
    char money[MONEY_TEXT_SIZE];

    printf("\n  %s", paint(c, BOLD));
    print_cell(stdout, json_get_text(item, "name"), 0);
    printf("%s: ", paint(c, PLAIN));
    print_cell(stdout, json_get_text(item, "text"), 0);
    printf("\n      watched      by %lld of %lld %s", (long long)on,
           (long long)(on + json_get_whole(item, "off")),
           text_plural(on + json_get_whole(item, "off"), "rule", "rules"));
    printf("%s%s\n", since ? ", since " : "", since ? since : "");
    if (on)
        print_duties(item);
    if (open)
        printf("      open         %s%lld%s, %s\n", paint(c, RED), (long long)open, paint(c, PLAIN),
               money_text(json_get_whole(item, "amount"), money));
    if (last)
        printf("      last change  %s\n", last);
    print_month(item, "first_month", "first month");
    print_month(item, "last_month", "last month");
    print_off(json_get(item, "rules"));
}

static void print_audit(const struct call *c, const struct json *j)
{
    const struct json *items = json_get(j, "items");
    const char *day = json_get_text(j, "day");

    printf("%s%s%s: ", paint(c, BOLD), json_get_text(j, "audit"), paint(c, PLAIN));
    print_cell(stdout, json_get_text(j, "title"), 0);
    printf(", as judged on %s\n", day ? day : "no day yet");
    for (size_t i = 0; i < json_count(items); i++)
        print_item(c, json_at(items, i));
}

int cmd_audit(struct call *c)
{
    AUTO(generation) g = NULL;
    AUTO(json) j = NULL;
    int code = EXIT_GOOD;
    struct report_from r;
    struct error e;

    if (!call_files(c, &g, &r, &code))
        return code;
    r.generation = g;
    j = audit(&r, call_option(c, "--audit"), &e);
    report_close(&r);
    if (!j)
        return call_fail(c, exit_of(&e), "%s", e.text);
    if (c->json)
        print_json(j);
    else
        print_audit(c, j);
    return json_get_truth(j, "whole") ? EXIT_GOOD : EXIT_FOUND;
}
