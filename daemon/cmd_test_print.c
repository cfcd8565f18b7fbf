/* What test says: for people, as a difference, and as JUnit has it. */
#include "cmd.h"

#include "base/escape.h"

#include <string.h>

static void print_safe(const char *s)
{
    print_cell(stdout, s, 0);
}

/* "sol-1592: answer: expected pending, found met" */
static void print_differences(const struct call *c, const struct json *failure)
{
    const struct json *list = json_get(failure, "differences");

    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *d = json_at(list, i);

        if (json_get_truth(d, "same"))
            continue;
        printf("    %s: expected %s", json_get_text(d, "field"), paint(c, GREEN));
        print_safe(json_get_text(d, "expected"));
        printf("%s, found %s", paint(c, PLAIN), paint(c, RED));
        print_safe(json_get_text(d, "found"));
        printf("%s\n", paint(c, PLAIN));
    }
}

/* The same as a unified difference: what is expected without, what was found with. */
static void print_diff(const struct call *c, const struct json *failure)
{
    const struct json *list = json_get(failure, "differences");

    printf("--- expected %s:%lld\n+++ found\n", json_get_text(failure, "file"),
           (long long)json_get_whole(failure, "line"));
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *d = json_at(list, i);
        bool same = json_get_truth(d, "same");

        printf("%s%s%s = ", same ? "" : paint(c, RED), same ? " " : "-", json_get_text(d, "field"));
        print_safe(json_get_text(d, "expected"));
        printf("%s\n", same ? "" : paint(c, PLAIN));
        if (same)
            continue;
        printf("%s+%s = ", paint(c, GREEN), json_get_text(d, "field"));
        print_safe(json_get_text(d, "found"));
        printf("%s\n", paint(c, PLAIN));
    }
}

static void print_failure(const struct call *c, const struct json *test, const struct json *failure)
{
    const struct json *steps = json_get(failure, "steps");
    int64_t step = json_get_whole(failure, "step");

    printf("%s:%lld: test \"", json_get_text(failure, "file"),
           (long long)json_get_whole(failure, "line"));
    print_safe(json_get_text(test, "name"));
    printf("\", ");
    if (step)
        printf("step %lld, ", (long long)step);
    printf("%s: ", json_get_text(failure, "day"));
    print_safe(json_get_text(failure, "what"));
    printf("\n");
    if (call_option(c, "--diff"))
        print_diff(c, failure);
    else
        print_differences(c, failure);
    for (size_t i = 0; i < json_count(steps); i++) {
        printf("    %zu. ", i + 1);
        print_safe(json_text(json_at(steps, i)));
        printf("\n");
    }
}

void print_tests(const struct call *c, const struct json *j)
{
    const struct json *tests = json_get(j, "tests");
    int64_t failed = json_get_whole(j, "failed");

    for (size_t i = 0; i < json_count(tests); i++) {
        const struct json *test = json_at(tests, i), *failures = json_get(test, "failures");

        for (size_t k = 0; k < json_count(failures); k++)
            print_failure(c, test, json_at(failures, k));
    }
    printf("%lld passed, %s%lld failed%s\n", (long long)json_get_whole(j, "passed"),
           failed ? paint(c, RED) : "", (long long)failed, failed ? paint(c, PLAIN) : "");
}

/* --- JUnit --- */

static void add_attribute(struct text *out, const char *name, const char *value)
{
    text_addf(out, " %s=\"", name);
    escape_html(out, value ? value : "");
    text_add(out, "\"");
}

static void add_failure(struct text *out, const struct json *failure)
{
    const struct json *list = json_get(failure, "differences"), *steps = json_get(failure, "steps");
    AUTO_TEXT said = { 0 };

    text_addf(&said, "%s:%lld: ", json_get_text(failure, "file"),
              (long long)json_get_whole(failure, "line"));
    text_addf(&said, "%s, %s", json_get_text(failure, "day"), json_get_text(failure, "what"));
    text_add(out, "      <failure");
    add_attribute(out, "message", text_of(&said));
    text_add(out, ">");
    text_clear(&said);
    for (size_t i = 0; i < json_count(list); i++)
        if (!json_get_truth(json_at(list, i), "same"))
            text_addf(&said, "%s: expected %s, found %s\n",
                      json_get_text(json_at(list, i), "field"),
                      json_get_text(json_at(list, i), "expected"),
                      json_get_text(json_at(list, i), "found"));
    for (size_t i = 0; i < json_count(steps); i++)
        text_addf(&said, "%zu. %s\n", i + 1, json_text(json_at(steps, i)));
    for (const char *at = text_of(&said); *at;) { /* line feeds stay, other controls do not */
        size_t n = strcspn(at, "\n");
        char *line AUTO_FREE = strndup(at, n);

        escape_html(out, line);
        text_add(out, "\n");
        at += n + (at[n] == '\n');
    }
    text_add(out, "</failure>\n");
}

static void add_case(struct text *out, const struct json *test)
{
    const struct json *failures = json_get(test, "failures");

    text_add(out, "    <testcase");
    add_attribute(out, "classname", json_get_text(test, "file"));
    add_attribute(out, "name", json_get_text(test, "name"));
    add_attribute(out, "file", json_get_text(test, "file"));
    text_addf(out, " line=\"%lld\" time=\"%.6f\"", (long long)json_get_whole(test, "line"),
              (double)json_get_whole(test, "microseconds") / 1e6);
    if (!json_count(failures)) {
        text_add(out, "/>\n");
        return;
    }
    text_add(out, ">\n");
    for (size_t i = 0; i < json_count(failures); i++)
        add_failure(out, json_at(failures, i));
    text_add(out, "    </testcase>\n");
}

static void add_problem(struct text *out, const struct problem *p)
{
    const char *file = p->file ? p->file : "";

    text_add(out, "    <testcase");
    add_attribute(out, "classname", file);
    add_attribute(out, "name", "has no mistakes");
    add_attribute(out, "file", file);
    text_addf(out, " line=\"%d\">\n      <error", p->line);
    add_attribute(out, "message", p->text);
    text_add(out, "/>\n    </testcase>\n");
}

void write_junit(const struct json *j, const struct problems *p, struct text *out)
{
    const struct json *tests = json_get(j, "tests");

    text_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    text_addf(out,
              "  <testsuite name=\"dutywatch\" tests=\"%zu\" failures=\"%lld\" errors=\"%zu\">\n",
              json_count(tests) + p->errors, (long long)json_get_whole(j, "failed"), p->errors);
    for (size_t i = 0; i < json_count(tests); i++)
        add_case(out, json_at(tests, i));
    for (size_t i = 0; i < p->count; i++)
        if (!p->all[i].warning)
            add_problem(out, &p->all[i]);
    text_add(out, "  </testsuite>\n</testsuites>\n");
}
