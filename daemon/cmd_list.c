/* list: the duties by date or amount. */
#include "cmd.h"

#include "base/number.h"

#include <string.h>

static const char *colour_of(const struct json *d)
{
    const struct json *left = json_get(d, "days_left");

    if (json_get_text(d, "because") || json_type_of(left) != JSON_WHOLE)
        return "";
    return json_whole(left) < 0 ? RED : json_whole(left) <= 30 ? YELLOW : "";
}

static void print_left(const struct json *left)
{
    if (json_type_of(left) != JSON_WHOLE)
        printf("%6s ", "-");
    else
        printf("%6lld ", (long long)json_whole(left));
}

static void print_row(const struct call *c, const struct json *d)
{
    const struct json *amount = json_get(d, "amount");
    const char *day = json_get_text(d, "last_day"), *because = json_get_text(d, "because");
    const char *ask = json_get_text(d, "ask");
    char money[MONEY_TEXT_SIZE] = "-";

    if (json_type_of(amount) == JSON_WHOLE)
        money_text(json_whole(amount), money);
    printf("%s%-10s ", paint(c, colour_of(d)), day ? day : "-");
    print_left(json_get(d, "days_left"));
    printf("%s%16s  ", paint(c, PLAIN), money);
    print_cell(stdout, json_get_text(d, "name"), 24);
    printf(" ");
    print_cell(stdout, json_get_text(d, "unit"), 8);
    printf(" ");
    print_cell(stdout, json_get_text(d, "rule"), 24);
    printf(" ");
    if (json_get_text(d, "past_since"))
        printf("last day passed%s", because ? ", then: " : ask ? "; not known: " : "");
    if (because || ask || !json_get_text(d, "past_since"))
        print_cell(stdout, because ? because : ask ? ask : json_get_text(d, "status"), 0);
    printf("\n");
}

static void print_list(const struct call *c, const struct json *j)
{
    const struct json *duties = json_get(j, "duties"), *n = json_get(j, "counts");

    if (json_count(duties))
        printf("%s%-10s %6s %16s  %-24s %-8s %-24s %s%s\n", paint(c, BOLD), "LAST DAY", "DAYS",
               "AMOUNT", "CASE", "UNIT", "RULE", "STATE", paint(c, PLAIN));
    for (size_t i = 0; i < json_count(duties); i++)
        print_row(c, json_at(duties, i));
    printf("\n%lld duties as judged on %s: %lld past the last day; %lld, %lld, %lld, %lld within "
           "30, 90, 180, 365 days; %lld that the data cannot tell; %lld not alarmed.\n",
           (long long)json_get_whole(n, "total"),
           json_get_text(j, "day") ? json_get_text(j, "day") : "no day yet",
           (long long)json_get_whole(n, "past"), (long long)json_get_whole(n, "within_30"),
           (long long)json_get_whole(n, "within_90"), (long long)json_get_whole(n, "within_180"),
           (long long)json_get_whole(n, "within_365"), (long long)json_get_whole(n, "unknown"),
           (long long)json_get_whole(n, "not_alarmed"));
}

static int show(struct call *c, struct json *parameters)
{
    int code = EXIT_GOOD;
    AUTO(json) j = call_method(c, "dutywatch.List", parameters, &code);

    if (!j)
        return code;
    if (c->json)
        print_json(j);
    else
        print_list(c, j);
    return json_count(json_get(j, "duties")) ? EXIT_FOUND : EXIT_GOOD;
}

int cmd_list(struct call *c)
{
    static const char *const names[] = { "rule", "unit", "office", "owner", "sort" };
    static const struct {
        const char *option, *key;
    } flags[] = { { "--past", "past" }, { "--unknown", "unknown" }, { "--all", "closed" } };
    struct json *p = json_group();
    const char *within = call_option(c, "--within"), *sort = call_option(c, "--sort");
    int64_t days = -1;

    if ((within && (!number_read(within, strlen(within), &days) || days < 0)) ||
        (sort && strcmp(sort, "date") != 0 && strcmp(sort, "amount") != 0)) {
        json_free(p);
        return call_usage(c, "--within takes a number of days, --sort date or amount");
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char option[24];

        snprintf(option, sizeof option, "--%s", names[i]);
        if (call_option(c, option))
            json_set_text(p, names[i], call_option(c, option));
    }
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        json_set_truth(p, flags[i].key, call_option(c, flags[i].option) != NULL);
    if (within)
        json_set_whole(p, "within", days);
    return show(c, p);
}
