#include "send/html.h"

#include <inttypes.h>

#include "base/escape.h"
#include "codec/json.h"
#include "send/phrase.h"

#define BODY                                                                                       \
    "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif;font-size:15px;"       \
    "line-height:1.45;max-width:46em;margin:0 auto;padding:12px"
#define TABLE "border-collapse:collapse;width:100%;margin:0 0 12px"
#define CELL "text-align:left;vertical-align:top;padding:3px 10px 3px 0"
#define LINED CELL ";border-bottom:1px solid #8888"
#define NUMBER ";text-align:right;white-space:nowrap"
#define HEADING "font-size:17px;border-bottom:2px solid #888;margin:24px 0 8px"
#define CASE "font-size:16px;margin:20px 0 4px"
#define DUTY "font-size:15px;margin:12px 0 2px"

static void element(struct text *out, const char *name, const char *style, const char *s)
{
    if (!s || !s[0])
        return;
    text_addf(out, "<%s%s%s%s>", name, style ? " style=\"" : "", style ? style : "",
              style ? "\"" : "");
    escape_html(out, s);
    text_addf(out, "</%s>\n", name);
}

/* A row of a table whose first cell is the heading of the row. */
static void row(struct text *out, const char *label, const char *s)
{
    if (!s[0])
        return;
    text_add(out, "<tr><th scope=\"row\" style=\"" CELL ";width:6.5em;font-weight:600\">");
    escape_html(out, label);
    text_add(out, "</th><td style=\"" CELL "\">");
    escape_html(out, s);
    text_add(out, "</td></tr>\n");
}

static void add_steps(struct text *out, const struct json *duty)
{
    const struct json *steps = json_get(duty, "steps");

    if (!json_count(steps))
        return;
    text_addf(out,
              "<tr><th scope=\"row\" style=\"" CELL ";font-weight:600\">%s</th>"
              "<td style=\"" CELL "\"><ol style=\"margin:0;padding-left:1.4em\">\n",
              phrase_labels[LABEL_COMPUTED]);
    for (size_t i = 0; i < json_count(steps); i++)
        element(out, "li", NULL, json_text(json_at(steps, i)));
    text_add(out, "</ol></td></tr>\n");
}

static void add_duty(struct text *out, const struct json *duty, const struct json *c)
{
    element(out, "h4", DUTY, json_get_text(duty, "title"));
    text_add(out, "<table style=\"" TABLE "\">\n");
    for (enum phrase_label label = 0; label < LABEL_COUNT; label++) {
        AUTO_TEXT said = { 0 };

        if (label == LABEL_COMPUTED)
            add_steps(out, duty);
        phrase_duty(&said, label, duty, c);
        row(out, phrase_labels[label], text_of(&said));
    }
    text_add(out, "</table>\n");
}

static void add_case(struct text *out, const struct json *c, size_t number)
{
    const struct json *duties = json_get(c, "duties"), *others = json_get(c, "others");
    const char *name = json_get_text(c, "name");

    text_addf(out, "<h3 style=\"" CASE "\">%zu. ", number);
    escape_html(out, name ? name : "");
    text_add(out, "</h3>\n");
    element(out, "p", "margin:0 0 6px", json_get_text(c, "headline"));
    text_add(out, "<table style=\"" TABLE "\">\n");
    for (enum phrase_label label = 0; label <= LABEL_AMOUNT; label++) {
        AUTO_TEXT said = { 0 };

        phrase_case(&said, label, c);
        row(out, phrase_labels[label], text_of(&said));
    }
    text_add(out, "</table>\n");
    for (size_t i = 0; i < json_count(duties); i++)
        add_duty(out, json_at(duties, i), c);
    for (size_t i = 0; i < json_count(others); i++)
        element(out, "p", NULL, json_text(json_at(others, i)));
}

/* One line a case, to see all at a glance; a single case needs none. */
static void add_overview(struct text *out, const struct json *cases, size_t number)
{
    if (json_count(cases) < 2)
        return;
    text_add(out, "<table style=\"" TABLE "\">\n<tr>"
                  "<th scope=\"col\" style=\"" LINED "\">Case</th>"
                  "<th scope=\"col\" style=\"" LINED "\">Act by</th>"
                  "<th scope=\"col\" style=\"" LINED NUMBER "\">Amount</th></tr>\n");
    for (size_t i = 0; i < json_count(cases); i++) {
        const struct json *c = json_at(cases, i);
        const char *name = json_get_text(c, "name");
        AUTO_TEXT act_by = { 0 };
        AUTO_TEXT amount = { 0 };

        phrase_case(&act_by, LABEL_ACT_BY, c);
        phrase_case(&amount, LABEL_AMOUNT, c);
        text_addf(out, "<tr><td style=\"" LINED "\">%zu. ", number + i);
        escape_html(out, name ? name : "");
        text_add(out, "</td><td style=\"" LINED "\">");
        escape_html(out, text_of(&act_by));
        text_add(out, "</td><td style=\"" LINED NUMBER "\">");
        escape_html(out, text_of(&amount));
        text_add(out, "</td></tr>\n");
    }
    text_add(out, "</table>\n");
}

static void add_section(struct text *out, const struct json *section, size_t *number)
{
    const struct json *cases = json_get(section, "cases");

    element(out, "h2", HEADING, json_get_text(section, "title"));
    element(out, "p", NULL, json_get_text(section, "note"));
    add_overview(out, cases, *number + 1);
    for (size_t i = 0; i < json_count(cases); i++)
        add_case(out, json_at(cases, i), ++*number);
}

static void add_sentences(struct text *out, const struct json *list)
{
    for (size_t i = 0; i < json_count(list); i++)
        element(out, "p", NULL, json_text(json_at(list, i)));
}

/* A cell of a table of sums. */
static void sum_cells(struct text *out, const struct json *sum)
{
    AUTO_TEXT amount = { 0 };

    phrase_money(&amount, sum, "amount");
    text_addf(out,
              "<td style=\"" LINED NUMBER "\">%" PRId64 "</td><td style=\"" LINED NUMBER "\">%s"
              "</td></tr>\n",
              json_get_whole(sum, "count"), text_of(&amount));
}

static void sum_head(struct text *out, const char *first)
{
    text_add(out, "<table style=\"" TABLE "\">\n<tr><th scope=\"col\" style=\"" LINED "\">");
    text_add(out, first);
    text_add(out, "</th><th scope=\"col\" style=\"" LINED NUMBER "\">Cases</th>"
                  "<th scope=\"col\" style=\"" LINED NUMBER "\">Amount</th></tr>\n");
}

static void add_money(struct text *out, const struct json *list)
{
    if (!json_count(list))
        return;
    element(out, "h2", HEADING, "Money");
    sum_head(out, "Within");
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *sum = json_at(list, i);

        text_addf(out, "<tr><td style=\"" LINED "\">%" PRId64 " days</td>",
                  json_get_whole(sum, "within_days"));
        sum_cells(out, sum);
    }
    text_add(out, "</table>\n");
}

static void add_not_alarmed(struct text *out, const struct json *list)
{
    if (!json_count(list))
        return;
    element(out, "h2", HEADING, "Not alarmed");
    sum_head(out, "Because");
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *sum = json_at(list, i);
        const char *because = json_get_text(sum, "because");

        text_add(out, "<tr><td style=\"" LINED "\">");
        escape_html(out, because ? because : "no reason given");
        text_add(out, "</td>");
        sum_cells(out, sum);
    }
    text_add(out, "</table>\n");
}

void html_write(const struct json *content, struct text *out)
{
    const struct json *sections = json_get(content, "sections");
    AUTO_TEXT trial = { 0 };
    AUTO_TEXT more = { 0 };
    size_t number = 0;

    text_add(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width\">\n"
                  "<meta name=\"color-scheme\" content=\"light dark\">\n");
    element(out, "title", NULL, json_get_text(content, "subject"));
    text_add(out, "</head>\n<body style=\"" BODY "\">\n");
    phrase_trial(&trial, content);
    element(out, "p", "border:2px dashed #888;padding:6px 10px;font-weight:600", text_of(&trial));
    add_sentences(out, json_get(content, "lead"));
    for (size_t i = 0; i < json_count(sections); i++)
        add_section(out, json_at(sections, i), &number);
    phrase_more(&more, content);
    element(out, "p", NULL, text_of(&more));
    add_money(out, json_get(content, "money"));
    add_not_alarmed(out, json_get(content, "not_alarmed"));
    add_sentences(out, json_get(content, "foot"));
    text_add(out, "</body>\n</html>\n");
}
