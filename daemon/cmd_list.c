/* list: the duties by date or amount. */
#include "cmd.h"

#include "base/number.h"
#include "base/text.h"
#include "judge/observe.h"
#include "watch/report.h"

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

/* The register of what was lost: the record of today, and who was told when. */
static void print_lost(const struct json *d)
{
    const struct json *record = json_get(d, "record"), *told = json_get(d, "told");

    for (size_t i = 0; i < json_count(record); i++) {
        const struct json *one = json_at(record, i);

        printf("    %-22s ", json_get_text(one, "name"));
        print_cell(stdout, json_get_text(one, "value") ? json_get_text(one, "value") : "-", 0);
        printf("\n");
    }
    for (size_t i = 0; i < json_count(told); i++) {
        const struct json *one = json_at(told, i);
        const char *state = json_get_text(one, "state");

        printf("    told %s (%s) ", json_get_text(one, "day"), json_get_text(one, "cause"));
        print_cell(stdout, json_get_text(one, "recipient"), 0);
        printf(", %s\n", !state                       ? "waits for the digest"
                         : strcmp(state, "SENT") == 0 ? "sent"
                                                      : state);
    }
    if (!json_count(told) && json_type_of(told) == JSON_LIST)
        printf("    told to nobody\n");
}

/* It is watched on a guess (judge/observe.h). */
static bool is_guess(const char *ask)
{
    return ask && text_starts(ask, ASK_GUESS);
}

static void print_row(const struct call *c, const struct json *d)
{
    const struct json *amount = json_get(d, "amount");
    const char *day = json_get_text(d, "last_day"), *because = json_get_text(d, "because");
    const char *ask = json_get_text(d, "ask"), *by = json_get_text(d, "by");
    const char *done = json_get_text(d, "done_on");
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
    print_cell(stdout, rule_text(d), 24);
    printf(" ");
    if (by)
        printf("by %s: ", by);
    if (json_get_text(d, "past_since"))
        printf("last day %spassed%s%s%s", is_guess(ask) ? "may have " : "",
               done ? ", done on " : "", done ? done : "",
               because ? ", then: "
               : ask   ? "; not known: "
                       : "");
    if (because || ask || !json_get_text(d, "past_since"))
        print_cell(stdout, because ? because : ask ? ask : json_get_text(d, "status"), 0);
    if (json_get_text(d, "planned_on")) {
        printf("; planned for %s: ", json_get_text(d, "planned_on"));
        print_cell(stdout, json_get_text(d, "planned"), 0);
    }
    printf("\n");
    print_lost(d);
}

static void print_part(const struct json *n, const char *count, const char *amount,
                       const char *words)
{
    char money[MONEY_TEXT_SIZE];

    printf("  %-20s %8lld %24s\n", words, (long long)json_get_whole(n, count),
           money_text(json_get_whole(n, amount), money));
}

static void print_reasons(const struct json *reasons)
{
    if (json_count(reasons))
        printf("Not alarmed, in cases:\n");
    for (size_t i = 0; i < json_count(reasons); i++)
        print_part(json_at(reasons, i), "cases", "amount",
                   json_get_text(json_at(reasons, i), "because"));
}

/* The totals are of all that was asked for, however many are shown. */
static void print_totals(const struct json *j)
{
    const struct json *n = json_get(j, "counts");
    const char *day = json_get_text(j, "day");

    printf("\n%lld of %lld %s as judged on %s; %lld without an amount, %lld that the data cannot "
           "tell, %lld not alarmed. Money once a case:\n",
           (long long)json_get_whole(n, "shown"), (long long)json_get_whole(n, "total"),
           text_plural(json_get_whole(n, "total"), "duty", "duties"), day ? day : "no day yet",
           (long long)json_get_whole(n, "amount_unknown"), (long long)json_get_whole(n, "unknown"),
           (long long)json_get_whole(n, "not_alarmed"));
    print_part(n, "total", "amount", "all");
    print_part(n, "past", "past_amount", "past");
    print_part(n, "within_30", "within_30_amount", "in 30 days");
    print_part(n, "within_60", "within_60_amount", "in 60 days");
    print_part(n, "within_90", "within_90_amount", "in 90 days");
    print_part(n, "within_180", "within_180_amount", "in 180 days");
    print_reasons(json_get(n, "reasons"));
}

/* The rows are printed as they come: of many thousands no list is made first. */
struct showing {
    const struct call *call;
    int64_t rows;
};

static void print_head(const struct call *c)
{
    if (c->json)
        printf("{\n\"duties\": [");
    else
        printf("%s%-10s %6s %16s  %-24s %-8s %-24s %s%s\n", paint(c, BOLD), "LAST DAY", "DAYS",
               "AMOUNT", "CASE", "UNIT", "RULE", "STATE", paint(c, PLAIN));
}

static void show_row(void *data, struct json *d)
{
    struct showing *s = data;

    if (!s->rows++)
        print_head(s->call);
    if (s->call->json) {
        AUTO_TEXT t = { 0 };

        json_write(d, true, &t);
        printf("%s\n%s", s->rows > 1 ? "," : "", text_of(&t));
    } else {
        print_row(s->call, d);
    }
    json_free(d);
}

/* After the rows: `j` has the day and the counts. */
static void show_end(const struct showing *s, const struct json *j)
{
    AUTO_TEXT t = { 0 };

    if (!s->call->json) {
        print_totals(j);
        return;
    }
    if (!s->rows)
        print_head(s->call);
    json_write(json_get(j, "counts"), true, &t);
    printf("\n],\n\"day\": ");
    if (json_get_text(j, "day"))
        printf("\"%s\"", json_get_text(j, "day"));
    else
        printf("null");
    printf(",\n\"counts\": %s\n}\n", text_of(&t));
}

static struct json *from_daemon(struct showing *s, struct json *j)
{
    struct json *duties = json_get(j, "duties");

    for (size_t i = 0; i < json_count(duties); i++)
        show_row(s, json_copy_ref(json_at(duties, i)));
    return j;
}

static struct json *from_files(struct call *c, struct showing *s, const struct json *parameters,
                               int *ret_code)
{
    AUTO(generation) g = NULL;
    struct list_filter f;
    struct report_from r;
    struct json *j;
    struct error e;

    if (!call_files(c, &g, &r, ret_code))
        return NULL;
    list_filter_read(parameters, &f);
    j = report_list_each(&r, &f, show_row, s, &e);
    report_close(&r);
    if (!j)
        *ret_code = call_fail(c, exit_of(&e), "%s", e.text);
    return j;
}

static int show(struct call *c, struct json *parameters)
{
    struct showing s = { .call = c };
    bool absent = false;
    int code = EXIT_GOOD;
    struct json *j = call_daemon(c, "dutywatch.List", parameters, &absent, &code);

    j = absent ? from_files(c, &s, parameters, &code) : j ? from_daemon(&s, j) : NULL;
    json_free(parameters);
    if (!j)
        return code;
    show_end(&s, j);
    json_free(j);
    return s.rows ? EXIT_FOUND : EXIT_GOOD;
}

/* --min-amount and --limit; false after a complaint. */
static bool read_numbers(struct call *c, struct json *p)
{
    const char *amount = call_option(c, "--min-amount"), *limit = call_option(c, "--limit");
    int64_t n;

    if (amount) {
        if (!money_read(amount, strlen(amount), &n)) {
            call_usage(c, "--min-amount takes an amount such as 1,000.00, not \"%s\"%s", amount,
                       number_hint(amount, strlen(amount)));
            return false;
        }
        json_set_whole(p, "min_amount", n);
    }
    if (limit) {
        if (!number_read(limit, strlen(limit), &n) || n < 1) {
            call_usage(c, "--limit takes a number, not \"%s\"%s", limit,
                       number_hint(limit, strlen(limit)));
            return false;
        }
        json_set_whole(p, "limit", n);
    }
    return true;
}

static bool read_severity(struct call *c, struct json *p)
{
    const char *severity = call_option(c, "--severity");

    if (severity && !text_same(severity, "info") && !text_same(severity, "notice") &&
        !text_same(severity, "warning") && !text_same(severity, "critical")) {
        call_usage(c, "--severity is info, notice, warning or critical, not \"%s\"", severity);
        return false;
    }
    json_set_text(p, "severity", severity);
    return true;
}

int cmd_list(struct call *c)
{
    static const char *const names[] = { "rule",   "unit",   "office", "owner",
                                         "status", "within", "sort" };
    static const struct {
        const char *option, *key;
    } flags[] = { { "--past", "past" },
                  { "--lost", "lost" },
                  { "--unknown", "unknown" },
                  { "--quiet", "quiet" },
                  { "--not-quiet", "not_quiet" } };
    struct json *p = json_group();

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char option[24];

        snprintf(option, sizeof option, "--%s", names[i]);
        if (call_option(c, option))
            json_set_text(p, names[i], call_option(c, option));
    }
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        json_set_truth(p, flags[i].key, call_option(c, flags[i].option) != NULL);
    if (call_option(c, "--all"))
        json_set_text(p, "status", "all");
    if (read_numbers(c, p) && read_severity(c, p))
        return show(c, p);
    json_free(p);
    return EXIT_USAGE;
}
