#include "send/plain.h"

#include <stdio.h>
#include <string.h>

#include "base/escape.h"
#include "codec/json.h"
#include "send/phrase.h"

#define WORD_SIZE 512

#define WIDTH 72
#define INDENT 3
#define LABEL_WIDTH 11 /* of "Reference: " */

/* Appends `s` as lines of at most WIDTH columns: the first follows what stands in the line already
 * (`column` columns), the others are indented by `indent`. A word that is too long stands alone. */
static void wrap(struct text *out, const char *s, size_t column, size_t indent)
{
    AUTO_TEXT clean = { 0 };
    bool begun = false;
    const char *at;

    escape_line(&clean, s);
    at = text_of(&clean);
    for (at += strspn(at, " "); *at; at += strspn(at, " ")) {
        size_t n = strcspn(at, " "), width;
        char word[WORD_SIZE];

        snprintf(word, sizeof word, "%.*s", (int)(n < sizeof word ? n : sizeof word - 1), at);
        width = utf8_width(word);
        if (begun && column + 1 + width > WIDTH) {
            text_addf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (begun) {
            text_add(out, " ");
            column++;
        }
        text_addn(out, at, n);
        column += width;
        at += n;
        begun = true;
    }
    text_add(out, "\n");
}

static void paragraph(struct text *out, const char *s)
{
    if (!s[0])
        return;
    wrap(out, s, 0, 0);
    text_add(out, "\n");
}

/* "   Act by:    Mon 3 Mar 2025 (29 days left)" */
static void labelled(struct text *out, enum phrase_label label, const char *s)
{
    AUTO_TEXT name = { 0 };

    if (!s[0])
        return;
    text_addf(&name, "%s:", phrase_labels[label]);
    text_addf(out, "%*s%-*s", INDENT, "", LABEL_WIDTH, text_of(&name));
    wrap(out, s, INDENT + LABEL_WIDTH, INDENT + LABEL_WIDTH);
}

/* How the date was computed: numbered, each step below the other. */
static void add_steps(struct text *out, const struct json *duty)
{
    const struct json *steps = json_get(duty, "steps");
    AUTO_TEXT name = { 0 };

    text_addf(&name, "%s:", phrase_labels[LABEL_COMPUTED]);
    for (size_t i = 0; i < json_count(steps); i++) {
        const char *step = json_text(json_at(steps, i));
        char number[24];
        size_t n = (size_t)snprintf(number, sizeof number, "%zu. ", i + 1);

        text_addf(out, "%*s%-*s%s", INDENT, "", LABEL_WIDTH, i ? "" : text_of(&name), number);
        wrap(out, step ? step : "", INDENT + LABEL_WIDTH + n, INDENT + LABEL_WIDTH + n);
    }
}

static void add_duty(struct text *out, const struct json *duty, const struct json *c)
{
    const char *title = json_get_text(duty, "title");

    text_addf(out, "\n%*s", INDENT, "");
    wrap(out, title ? title : "Duty", INDENT, INDENT);
    for (enum phrase_label label = 0; label < LABEL_COUNT; label++) {
        AUTO_TEXT said = { 0 };

        if (label == LABEL_COMPUTED)
            add_steps(out, duty);
        phrase_duty(&said, label, duty, c);
        labelled(out, label, text_of(&said));
    }
}

static void add_others(struct text *out, const struct json *others)
{
    for (size_t i = 0; i < json_count(others); i++) {
        const char *s = json_text(json_at(others, i));

        text_addf(out, "\n%*s", INDENT, "");
        wrap(out, s ? s : "", INDENT, INDENT);
    }
}

static void add_case(struct text *out, const struct json *c, size_t number)
{
    const struct json *duties = json_get(c, "duties");
    const char *name = json_get_text(c, "name"), *headline = json_get_text(c, "headline");
    AUTO_TEXT line = { 0 };
    AUTO_TEXT amount = { 0 };

    phrase_case(&amount, LABEL_AMOUNT, c);
    text_addf(&line, "%zu. %s%s%s", number, name ? name : "", amount.size ? ", " : "",
              text_of(&amount));
    wrap(out, text_of(&line), 0, INDENT);
    if (headline && headline[0]) {
        text_addf(out, "%*s", INDENT, "");
        wrap(out, headline, INDENT, INDENT);
    }
    for (enum phrase_label label = 0; label <= LABEL_WHO; label++) {
        AUTO_TEXT said = { 0 };

        phrase_case(&said, label, c);
        labelled(out, label, text_of(&said));
    }
    for (size_t i = 0; i < json_count(duties); i++)
        add_duty(out, json_at(duties, i), c);
    add_others(out, json_get(c, "others"));
    text_add(out, "\n");
}

/* A heading in capitals would shout; a line below it does not. */
static void heading(struct text *out, const char *title)
{
    AUTO_TEXT clean = { 0 };
    size_t width;

    escape_line(&clean, title);
    width = utf8_width(text_of(&clean));
    wrap(out, title, 0, 0);
    for (size_t i = 0; i < width && i < WIDTH; i++)
        text_add(out, "=");
    text_add(out, "\n\n");
}

static void add_section(struct text *out, const struct json *section, size_t *number)
{
    const struct json *cases = json_get(section, "cases");
    const char *title = json_get_text(section, "title"), *note = json_get_text(section, "note");

    if (title && title[0])
        heading(out, title);
    if (note)
        paragraph(out, note);
    for (size_t i = 0; i < json_count(cases); i++)
        add_case(out, json_at(cases, i), ++*number);
}

static void add_sentences(struct text *out, const struct json *list)
{
    for (size_t i = 0; i < json_count(list); i++) {
        const char *s = json_text(json_at(list, i));

        paragraph(out, s ? s : "");
    }
}

typedef void phrase_fn(struct text *out, const struct json *group);

/* A list of sums under a heading. */
static void add_sums(struct text *out, const char *title, const struct json *list, phrase_fn *say)
{
    if (!json_count(list))
        return;
    heading(out, title);
    for (size_t i = 0; i < json_count(list); i++) {
        AUTO_TEXT line = { 0 };

        say(&line, json_at(list, i));
        wrap(out, text_of(&line), 0, INDENT);
    }
    text_add(out, "\n");
}

void plain_write(const struct json *content, struct text *out)
{
    const struct json *sections = json_get(content, "sections");
    AUTO_TEXT trial = { 0 };
    AUTO_TEXT more = { 0 };
    size_t number = 0;

    phrase_trial(&trial, content);
    paragraph(out, text_of(&trial));
    add_sentences(out, json_get(content, "lead"));
    for (size_t i = 0; i < json_count(sections); i++)
        add_section(out, json_at(sections, i), &number);
    phrase_more(&more, content);
    paragraph(out, text_of(&more));
    add_sums(out, "Money", json_get(content, "money"), phrase_within);
    add_sums(out, "Not alarmed, because", json_get(content, "not_alarmed"), phrase_not_alarmed);
    add_sentences(out, json_get(content, "foot"));
}
