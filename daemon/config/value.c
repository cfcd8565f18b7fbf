#include "config/value.h"

#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "calendar/period.h"

#include <stdio.h>
#include <string.h>

#define PRESET_SIZE 256

/* What is wrong when a value has the wrong form. */
static const char *expected(enum field_type type)
{
    switch (type) {
    case FIELD_TRUTH:
        return "is not true or false";
    case FIELD_COUNT:
        return "is not a whole number";
    case FIELD_SPAN:
        return "is not a time such as \"15 minutes\", \"2 hours\" or \"1 day\"";
    case FIELD_SIZE:
        return "is not a size such as \"512 kB\" or \"16 MB\"";
    case FIELD_MONEY:
        return "is not an amount such as \"1,000.00\"";
    case FIELD_PERCENT:
        return "is not a share such as \"20%\"";
    case FIELD_DAYTIME:
        return "is not a time of day such as \"06:30\"";
    case FIELD_DATE:
        return "is not a day such as \"2024-10-01\"";
    case FIELD_TERM:
        return "is not a term such as \"5 years\", \"-24 months\" or \"30 days\"";
    case FIELD_COUNTED:
        return "is not a term such as \"5 years\", \"30 days\" or \"7 business days\"";
    case FIELD_TEXTS:
        return "is not a text or a list of texts [ \"a\", \"b\" ]";
    case FIELD_CLAUSES:
        return "is not an expression or a list of them ( \"a\", \"b\" )";
    case FIELD_TEXT:
    case FIELD_CHOICE:
    case FIELD_CLAUSE:
    case FIELD_GROUP:
    case FIELD_LIST:
    case FIELD_MAP:
    case FIELD_CHANGES:
    default:
        return "is not a text in double quotes";
    }
}

static bool refuse(const struct field *f, const char *found, const char *why,
                   struct value_error *wrong)
{
    text_print(wrong->text, sizeof wrong->text, "%s = %s %s", f->name, found, why);
    return false;
}

/* A value that is no text, as it stands in the file. */
static bool refuse_type(const struct field *f, const config_setting_t *v, struct value_error *wrong)
{
    char found[40] = "...";

    if (config_setting_type(v) == CONFIG_TYPE_INT || config_setting_type(v) == CONFIG_TYPE_INT64)
        snprintf(found, sizeof found, "%lld", config_setting_get_int64(v));
    else if (config_setting_type(v) == CONFIG_TYPE_FLOAT)
        snprintf(found, sizeof found, "%g", config_setting_get_float(v));
    else if (config_setting_type(v) == CONFIG_TYPE_BOOL)
        snprintf(found, sizeof found, "%s", config_setting_get_bool(v) ? "true" : "false");
    else if (config_setting_get_string(v))
        text_print(found, sizeof found, "\"%s\"", config_setting_get_string(v));
    return refuse(f, found, expected(f->type), wrong);
}

/* A limit as people write it. */
static const char *limit_text(const struct field *f, int64_t value, char buffer[SPAN_TEXT_SIZE])
{
    if (f->type == FIELD_SPAN)
        return span_text(value, buffer);
    if (f->type == FIELD_DAYTIME) {
        snprintf(buffer, SPAN_TEXT_SIZE, "%02d:%02d", (int)(value / 3600), (int)(value / 60 % 60));
        return buffer;
    }
    snprintf(buffer, SPAN_TEXT_SIZE, "%lld", (long long)value);
    return buffer;
}

static bool in_range(const struct field *f, const char *found, int64_t value,
                     struct value_error *wrong)
{
    char why[80], limit[SPAN_TEXT_SIZE];

    if (!f->min && !f->max)
        return true;
    if (value >= f->min && value <= f->max)
        return true;
    snprintf(why, sizeof why, "is %s %s", value < f->min ? "below" : "above",
             limit_text(f, value < f->min ? f->min : f->max, limit));
    return refuse(f, found, why, wrong);
}

static bool read_daytime(const char *s, int64_t *ret)
{
    if (strlen(s) != 5 || s[2] != ':' || strspn(s, "0123456789:") != 5 || s[0] == ':' ||
        s[1] == ':' || s[3] == ':' || s[4] == ':')
        return false;
    *ret = ((s[0] - '0') * 10 + s[1] - '0') * 3600 + ((s[3] - '0') * 10 + s[4] - '0') * 60;
    return *ret <= 24 * 3600 && s[3] < '6';
}

static bool read_percent(const char *s, int64_t *ret)
{
    size_t n = strlen(s);

    return n > 1 && s[n - 1] == '%' && money_read(s, n - 1, ret) && *ret >= 0;
}

static bool read_choice(const struct field *f, const char *s, int *ret, struct value_error *wrong)
{
    struct text words = { .max = 300 };
    char found[128];

    for (int i = 0; f->choices[i]; i++)
        if (strcmp(f->choices[i], s) == 0) {
            *ret = i;
            return true;
        }
    text_add(&words, "is none of ");
    for (int i = 0; f->choices[i]; i++)
        text_addf(&words, "%s\"%s\"", i ? ", " : "", f->choices[i]);
    text_print(found, sizeof found, "\"%s\"", s);
    refuse(f, found, text_of(&words), wrong);
    text_free(&words);
    return false;
}

/* Values written as text. */
static bool read_text(const struct field *f, const char *s, struct arena *a, void *into,
                      struct value_error *wrong)
{
    char found[160], why[160];
    int64_t value = 0;
    struct term term;
    bool ok;

    text_print(found, sizeof found, "\"%s\"", s);
    switch (f->type) {
    case FIELD_TEXT:
        if (f->required && !*s)
            return refuse(f, found, "is empty", wrong);
        *(const char **)into = arena_text(a, s);
        return true;
    case FIELD_CHOICE:
        return read_choice(f, s, into, wrong);
    case FIELD_COUNTED:
        *(const char **)into = arena_text(a, s); /* also a wrong one: it is not missing */
        return term_read(s, &term) || refuse(f, found, expected(f->type), wrong);
    case FIELD_TERM:
        *(const char **)into = arena_text(a, s);
        if (!term_read(s, &term))
            return refuse(f, found, expected(f->type), wrong);
        return term.unit != TERM_BUSINESS_DAYS ||
               refuse(f, found, "is in business days; here it is counted in calendar days", wrong);
    case FIELD_DATE:
        *(date *)into = date_read(s);
        return *(date *)into != DATE_NONE || refuse(f, found, expected(f->type), wrong);
    case FIELD_SPAN:
        ok = span_read(s, &value);
        break;
    case FIELD_SIZE:
        ok = size_read(s, &value);
        break;
    case FIELD_MONEY:
        ok = money_read(s, strlen(s), &value);
        break;
    case FIELD_PERCENT:
        ok = read_percent(s, &value);
        break;
    case FIELD_DAYTIME:
        ok = read_daytime(s, &value);
        break;
    case FIELD_TRUTH:
    case FIELD_COUNT:
    case FIELD_TEXTS:
    case FIELD_CLAUSE:
    case FIELD_CLAUSES:
    case FIELD_GROUP:
    case FIELD_LIST:
    case FIELD_MAP:
    case FIELD_CHANGES:
    default:
        ok = false;
    }
    if (!ok) {
        text_print(why, sizeof why, "%s%s", expected(f->type), number_hint(s, strlen(s)));
        return refuse(f, found, why, wrong);
    }
    *(int64_t *)into = value;
    return in_range(f, found, value, wrong);
}

static bool read_texts(const struct field *f, const config_setting_t *v, struct arena *a,
                       struct texts *into, struct value_error *wrong)
{
    const char *one = config_setting_get_string(v);
    int n = one ? 1 : config_setting_length(v);
    const char **all;

    if (!one && !config_setting_is_array(v) && !config_setting_is_list(v))
        return refuse_type(f, v, wrong);
    all = arena_alloc(a, ((size_t)n + 1) * sizeof *all);
    for (int i = 0; i < n; i++) {
        const char *s = one ? one : config_setting_get_string_elem(v, i);

        if (!s)
            return refuse_type(f, v, wrong);
        all[i] = arena_text(a, s);
    }
    *into = (struct texts){ .all = all, .count = (size_t)n };
    return true;
}

static bool read_clauses(const struct field *f, const config_setting_t *v, struct place at,
                         struct arena *a, struct clauses *into, struct value_error *wrong)
{
    struct texts texts = { 0 };

    if (!read_texts(f, v, a, &texts, wrong))
        return false;
    into->count = texts.count;
    into->all = arena_alloc(a, texts.count * sizeof *into->all + 1);
    for (size_t i = 0; i < texts.count; i++) {
        const config_setting_t *item =
            config_setting_is_aggregate(v) ? config_setting_get_elem(v, (unsigned)i) : v;

        at.line = (int)config_setting_source_line(item);
        into->all[i] = (struct clause){ .text = texts.all[i], .at = at };
    }
    return true;
}

static bool read_number(const struct field *f, const config_setting_t *v, void *into,
                        struct value_error *wrong)
{
    int type = config_setting_type(v);
    char found[32];

    if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64)
        return refuse_type(f, v, wrong);
    *(int64_t *)into =
        type == CONFIG_TYPE_INT ? config_setting_get_int(v) : config_setting_get_int64(v);
    snprintf(found, sizeof found, "%lld", (long long)*(int64_t *)into);
    return in_range(f, found, *(int64_t *)into, wrong);
}

bool value_read(const struct field *f, const config_setting_t *v, struct place at, struct arena *a,
                void *into, struct value_error *wrong)
{
    const char *s = config_setting_get_string(v);

    switch (f->type) {
    case FIELD_TEXTS:
        return read_texts(f, v, a, into, wrong);
    case FIELD_CLAUSES:
        return read_clauses(f, v, at, a, into, wrong);
    case FIELD_COUNT:
        return read_number(f, v, into, wrong);
    case FIELD_TRUTH:
        if (config_setting_type(v) != CONFIG_TYPE_BOOL)
            return refuse_type(f, v, wrong);
        *(bool *)into = config_setting_get_bool(v);
        return true;
    case FIELD_CLAUSE:
        if (!s)
            return refuse_type(f, v, wrong);
        *(struct clause *)into = (struct clause){ .text = arena_text(a, s), .at = at };
        return true;
    case FIELD_TEXT:
    case FIELD_SPAN:
    case FIELD_SIZE:
    case FIELD_MONEY:
    case FIELD_PERCENT:
    case FIELD_DAYTIME:
    case FIELD_DATE:
    case FIELD_TERM:
    case FIELD_COUNTED:
    case FIELD_CHOICE:
    case FIELD_GROUP:
    case FIELD_LIST:
    case FIELD_MAP:
    case FIELD_CHANGES:
    default:
        return s ? read_text(f, s, a, into, wrong) : refuse_type(f, v, wrong);
    }
}

static void absent(const struct field *f, void *into)
{
    if (f->type == FIELD_MONEY)
        *(int64_t *)into = INT64_MIN;
    else if (f->type == FIELD_DATE)
        *(date *)into = DATE_NONE;
    else if (f->type == FIELD_DAYTIME)
        *(int64_t *)into = -1;
}

/* A list of texts in a preset is written with blanks between: "a b c". */
static void preset_texts(const struct field *f, struct arena *a, struct texts *into)
{
    char *copy = arena_text(a, f->preset), *save = NULL;
    const char **all = arena_alloc(a, (strlen(copy) / 2 + 2) * sizeof *all);
    size_t n = 0;

    for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
        all[n++] = w;
    *into = (struct texts){ .all = all, .count = n };
}

void value_preset(const struct field *f, struct arena *a, void *into)
{
    struct value_error ignored;
    int64_t value;

    if (!f->preset)
        absent(f, into);
    else if (f->type == FIELD_TRUTH)
        *(bool *)into = strcmp(f->preset, "true") == 0;
    else if (f->type == FIELD_COUNT && number_read(f->preset, strlen(f->preset), &value))
        *(int64_t *)into = value;
    else if (f->type == FIELD_TEXTS)
        preset_texts(f, a, into);
    else if (f->type == FIELD_CLAUSE)
        *(struct clause *)into = (struct clause){ .text = f->preset };
    else
        read_text(f, f->preset, a, into, &ignored);
}

const char *value_preset_text(const struct field *f)
{
    static char buffer[PRESET_SIZE];
    size_t used = 0;

    if (f->type == FIELD_TRUTH || f->type == FIELD_COUNT)
        return f->preset;
    if (f->type != FIELD_TEXTS) {
        snprintf(buffer, sizeof buffer, "\"%s\"", f->preset);
        return buffer;
    }
    if (!*f->preset)
        return "[ ]";
    used = (size_t)snprintf(buffer, sizeof buffer, "[ \"");
    for (const char *c = f->preset; *c && used + 8 < sizeof buffer; c++)
        used +=
            (size_t)snprintf(buffer + used, sizeof buffer - used, *c == ' ' ? "\", \"" : "%c", *c);
    snprintf(buffer + used, sizeof buffer - used, "\" ]");
    return buffer;
}

const char *value_example(const struct field *f)
{
    static const char *const examples[] = { "\"...\"",
                                            "true",
                                            "1",
                                            "\"15 minutes\"",
                                            "\"16 MB\"",
                                            "\"1,000.00\"",
                                            "\"20%\"",
                                            "\"06:30\"",
                                            "\"2024-10-01\"",
                                            "\"5 years\"",
                                            "\"...\"",
                                            "[ \"...\" ]",
                                            "\"SQL expression\"",
                                            "( \"SQL expression\" )" };

    return f->type <= FIELD_CLAUSES ? examples[f->type] : "...";
}
