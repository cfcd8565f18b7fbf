/* why-not: why a case is told, or not told, under a rule. */
#include "cmd.h"

#include <string.h>

static void print_condition(const struct call *c, const struct json *n)
{
    const struct json *holds = json_get(n, "holds"), *values = json_get(n, "values");
    bool known = json_type_of(holds) == JSON_TRUTH, yes = known && json_get_truth(n, "holds");

    printf("  %s%-8s%s %s: ",
           paint(c, !known ? YELLOW
                    : yes  ? GREEN
                           : RED),
           !known ? "unknown"
           : yes  ? "yes"
                  : "no",
           paint(c, PLAIN), json_get_text(n, "part"));
    print_cell(stdout, json_get_text(n, "text"), 0);
    printf("\n");
    for (size_t i = 0; i < json_count(values); i++) {
        const struct json *v = json_at(values, i);

        printf("             %s = ", json_get_text(v, "name"));
        print_cell(stdout, json_get_text(v, "value") ? json_get_text(v, "value") : "(empty)", 0);
        printf("\n");
    }
}

static void print_answer(const struct call *c, const struct json *j)
{
    const struct json *conditions = json_get(j, "conditions"), *periods = json_get(j, "periods");
    const char *period = json_get_text(j, "period");

    printf("%s%s under %s%s%s%s: %s%s\n  ", paint(c, BOLD), json_get_text(j, "subject"),
           json_get_text(j, "rule"), period && *period ? " (" : "", period ? period : "",
           period && *period ? ")" : "", json_get_text(j, "answer"), paint(c, PLAIN));
    print_cell(stdout, json_get_text(j, "because"), 0);
    printf("\n");
    if (json_get_text(j, "planned")) {
        printf("  Planned for %s, a day that has not come: ", json_get_text(j, "planned_on"));
        print_cell(stdout, json_get_text(j, "planned"), 0);
        printf("\n");
    }
    if (json_get_text(j, "rejected") && strcmp(json_get_text(j, "answer"), "rejected") != 0) {
        printf("  Not taken of its record: ");
        print_cell(stdout, json_get_text(j, "rejected"), 0);
        printf("\n");
    }
    for (size_t i = 0; i < json_count(conditions); i++)
        print_condition(c, json_at(conditions, i));
    if (json_count(periods) < 2)
        return;
    printf("  Its duties:");
    for (size_t i = 0; i < json_count(periods); i++)
        printf("%s %s %s", i ? "," : "", json_get_text(json_at(periods, i), "period"),
               json_get_text(json_at(periods, i), "answer"));
    printf("\n");
}

int cmd_why_not(struct call *c)
{
    int code = EXIT_GOOD;
    struct json *p;
    AUTO(json) j = NULL;

    if (c->count != 2)
        return call_usage(c, "name a case and a rule");
    p = json_group();
    json_set_text(p, "case", c->arguments[0]);
    json_set_text(p, "rule", c->arguments[1]);
    if (call_option(c, "--period"))
        json_set_text(p, "period", call_option(c, "--period"));
    j = call_method(c, "dutywatch.WhyNot", p, &code);
    if (!j)
        return code;
    if (c->json)
        print_json(j);
    else
        print_answer(c, j);
    return EXIT_GOOD;
}
