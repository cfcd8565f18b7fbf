/* What the verbs share: errors, the daemon or the files, printing. */
#include "cmd.h"

#include "base/clock.h"
#include "base/escape.h"
#include "watch/control.h"
#include "watch/reading.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RULE_TEXT_SIZE 200

const char *call_option(const struct call *c, const char *name)
{
    for (int i = c->option_count - 1; i >= 0; i--)
        if (strcmp(c->options[i].name, name) == 0)
            return c->options[i].value;
    return NULL;
}

static void say(const struct call *c, const char *format, va_list args)
{
    AUTO_TEXT raw = { 0 };
    AUTO_TEXT safe = { 0 };

    text_addv(&raw, format, args);
    escape_lines(&safe, text_of(&raw));
    fprintf(stderr, "dutywatch: %s: %s\n", c->verb->name, text_of(&safe));
}

int call_fail(const struct call *c, enum exit_code code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(c, format, args);
    va_end(args);
    return (int)code;
}

int call_usage(const struct call *c, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(c, format, args);
    va_end(args);
    fprintf(stderr, "Usage: dutywatch %s %s\n", c->verb->name, c->verb->arguments);
    return EXIT_USAGE;
}

enum exit_code exit_of(const struct error *e)
{
    return e->class == ERROR_INPUT ? EXIT_USAGE : EXIT_FAILED;
}

void problems_print(const struct call *c, const struct problems *p)
{
    char line[PROBLEM_LINE_MAX];

    if (c->json) {
        AUTO(json) j = json_group();
        struct json *list = json_list();

        for (size_t i = 0; i < p->count; i++) {
            struct json *one = json_group();

            json_set_text(one, "file", p->all[i].file);
            json_set_whole(one, "line", p->all[i].line);
            json_set_text(one, "text", p->all[i].text);
            json_set_truth(one, "warning", p->all[i].warning);
            json_add(list, one);
        }
        json_set_whole(j, "errors", (int64_t)p->errors);
        json_set(j, "problems", list);
        print_json(j);
        return;
    }
    for (size_t i = 0; i < p->count; i++) {
        AUTO_TEXT safe = { 0 };

        escape_line(&safe, problem_text(&p->all[i], line, sizeof line));
        fprintf(stderr, "%s\n", text_of(&safe));
    }
}

struct generation *call_settings(struct call *c)
{
    struct problems p = { 0 };
    struct generation *g = NULL;

    generation_settings(c->config, c->state_dir, &p, &g);
    if (p.errors) {
        problems_print(c, &p);
        generation_unref(g);
        g = NULL;
    }
    problems_free(&p);
    return g;
}

static void print_details(const struct json *details)
{
    const struct json *problems = json_get(details, "problems");

    for (size_t i = 0; i < json_count(problems); i++)
        fprintf(stderr, "%s\n", json_text(json_at(problems, i)));
}

/* The daemon is asked first, also when the configuration cannot be read (by this user, or since it
 * was edited): it runs on what it read itself. */
static enum control_result ask_daemon(const struct call *c, const char *method,
                                      struct json *parameters, struct json **ret, struct error *e)
{
    AUTO(generation) g = NULL;
    struct problems p = { 0 };
    const char *run_dir;

    if (c->state_dir)
        return CONTROL_ABSENT;
    generation_settings(c->config, NULL, &p, &g);
    problems_free(&p);
    run_dir = g && g->settings->run_dir ? g->settings->run_dir : "/run/dutywatch";
    return control_ask(run_dir, method, json_copy_ref(parameters), ret, e);
}

/* Whether the files that the daemon reads from can be read by this user as well. */
static bool may_read(struct call *c)
{
    AUTO(generation) g = NULL;
    struct problems p = { 0 };
    AUTO_TEXT path = { 0 };

    generation_settings(c->config, NULL, &p, &g);
    problems_free(&p);
    if (!g)
        return false;
    text_addf(&path, "%s/state.db", g->settings->state_dir);
    return access(text_of(&path), R_OK | W_OK) == 0;
}

struct json *call_daemon(struct call *c, const char *method, struct json *parameters,
                         bool *ret_absent, int *ret_code)
{
    struct json *out = NULL;
    struct error e;
    enum control_result result = ask_daemon(c, method, parameters, &out, &e);

    *ret_absent = result == CONTROL_ABSENT ||
                  (result == CONTROL_FAILED && e.class == ERROR_TOO_MUCH && may_read(c));
    if (*ret_absent && out) {
        json_free(out);
        out = NULL;
    }
    if (*ret_absent || result != CONTROL_FAILED)
        return out;
    print_details(out);
    *ret_code = call_fail(c, json_get(out, "problems") ? EXIT_CONFIG : exit_of(&e), "%s", e.text);
    json_free(out);
    return NULL;
}

#define NO_DAEMON "no dutywatch runs; start it: systemctl start dutywatch"

bool call_files(struct call *c, struct generation **ret_generation, struct report_from *ret,
                int *ret_code)
{
    struct generation *g = call_settings(c);
    struct error e;

    if (!g) {
        *ret_code = EXIT_CONFIG;
        return false;
    }
    if (c->verb->changes)
        error_set(&e, ERROR_SETUP, NO_DAEMON);
    else if (report_open(g->settings, clock_now(), ret, &e)) {
        *ret_generation = ret->generation = g;
        return true;
    }
    generation_unref(g);
    *ret_code = call_fail(c, exit_of(&e), "%s", e.text);
    return false;
}

/* A reading method without a daemon. */
static struct json *ask_files(struct call *c, const char *method, const struct json *parameters,
                              int *ret_code)
{
    AUTO(generation) g = NULL;
    struct report_from r;
    struct json *out = NULL;
    struct error e;

    if (!call_files(c, &g, &r, ret_code))
        return NULL;
    if (!reading_method(method)) /* one of a verb that lists as well */
        *ret_code = call_fail(c, EXIT_FAILED, NO_DAEMON);
    else if (!(out = reading_run(&r, method, parameters, &e)))
        *ret_code = call_fail(c, exit_of(&e), "%s", e.text);
    report_close(&r);
    return out;
}

struct json *call_method(struct call *c, const char *method, struct json *parameters, int *ret_code)
{
    bool absent = false;
    struct json *out = call_daemon(c, method, parameters, &absent, ret_code);

    if (absent)
        out = ask_files(c, method, parameters, ret_code);
    json_free(parameters);
    return out;
}

void print_json(const struct json *j)
{
    AUTO_TEXT t = { 0 };

    json_write(j, true, &t);
    printf("%s\n", text_of(&t));
}

void print_cell(FILE *out, const char *s, int width)
{
    AUTO_TEXT safe = { 0 };
    size_t columns, bytes;

    escape_line(&safe, s ? s : "");
    columns = utf8_width(text_of(&safe));
    if (!width || columns <= (size_t)width) {
        fprintf(out, "%s%*s", text_of(&safe), width ? width - (int)columns : 0, "");
        return;
    }
    bytes = safe.size;
    while (bytes && utf8_width(text_of(&safe)) >= (size_t)width) { /* room for the ellipsis */
        bytes--;
        while (bytes && ((unsigned char)safe.data[bytes] & 0xC0) == 0x80)
            bytes--;
        safe.data[bytes] = '\0';
    }
    fprintf(out, "%s\xE2\x80\xA6", text_of(&safe));
}

const char *rule_text(const struct json *duty)
{
    static char buffer[RULE_TEXT_SIZE];
    const char *period = json_get_text(duty, "period");

    text_print(buffer, sizeof buffer, "%s%s%s", json_get_text(duty, "rule"),
               period && *period ? " " : "", period ? period : "");
    return buffer;
}

const char *when_text(const char *moment)
{
    static char buffer[32];

    if (!moment || strlen(moment) < 16)
        return moment ? moment : "never";
    snprintf(buffer, sizeof buffer, "%.10s %.5s UTC", moment, moment + 11);
    return buffer;
}

const char *paint(const struct call *c, const char *colour)
{
    return c->colour ? colour : "";
}
