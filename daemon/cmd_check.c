/* check: read all of the configuration, change nothing. */
#include "cmd.h"

#include "config/effective.h"
#include "config/print.h"
#include "config/trials.h"
#include "judge/english.h"
#include "watch/known.h"
#include "watch/report.h"

#include <string.h>

static int print_all_options(void)
{
    AUTO_TEXT t = { 0 };

    print_options(&settings_schema, &t);
    fputs(text_of(&t), stdout);
    return EXIT_GOOD;
}

static int print_sql(struct call *c, const struct generation *g, const char *id)
{
    const struct prepared_rule *r = rulebook_rule(g->book, id);
    struct error e;

    if (!known_rule(g->settings, id, &e))
        return call_fail(c, exit_of(&e), "%s", e.text);
    for (int i = 0; i < g->book->pass_count; i++)
        if (g->book->passes[i].dataset == r->dataset)
            printf("-- which rows: one pass for all rules of dataset %s\n%s;\n\n", r->dataset->id,
                   g->book->passes[i].filter_sql);
    printf("-- what is known of one row\n%s;\n", r->detail_sql);
    return EXIT_GOOD;
}

/* One rule, or all of them, in sentences. */
static int print_english(struct call *c, const struct generation *g, const char *id)
{
    AUTO_TEXT t = { 0 };
    bool all = strcmp(id, "all") == 0;
    struct error e;

    if (!all && !known_rule(g->settings, id, &e))
        return call_fail(c, exit_of(&e), "%s", e.text);
    for (int i = 0; i < g->book->count; i++)
        if (all || strcmp(g->book->rules[i].def->id, id) == 0) {
            text_add(&t, t.size ? "\n" : "");
            english_rule(&g->book->rules[i], g->arena, &t);
        }
    fputs(text_of(&t), stdout);
    return EXIT_GOOD;
}

/* One rule, or all of them, as they are after everything was read. */
static int print_effective(struct call *c, const struct generation *g, const char *id)
{
    const struct rule *one = settings_rule(g->settings, id);
    AUTO_TEXT t = { 0 };
    struct error e;

    if (strcmp(id, "all") != 0 && !known_rule(g->settings, id, &e))
        return call_fail(c, exit_of(&e), "%s", e.text);
    for (LIST_EACH(const struct rule, r, &g->settings->rules))
        if (!one || r == one)
            effective_rule(g->settings, r, &t);
    fputs(text_of(&t), stdout);
    return EXIT_GOOD;
}

static void print_count(size_t n, const char *one, const char *many)
{
    printf("%zu %s, ", n, text_plural((int64_t)n, one, many));
}

static void print_summary(const struct generation *g, const char *untested)
{
    const struct settings *s = g->settings;

    printf("%s: good. ", s->path);
    print_count(s->datasets.count, "dataset", "datasets");
    print_count(s->sources.count, "source", "sources");
    print_count(s->rules.count, "rule", "rules");
    print_count(s->routes.count, "route", "routes");
    printf("mode %s.\n", s->mode == MODE_LIVE ? "live" : "trial");
    for (int i = 0; i < g->book->count; i++) {
        const struct prepared_rule *r = &g->book->rules[i];
        const char *when = rule_whole_when(r, g->arena);

        if (r->off_by_choice)
            printf("rule %s is off by choice: %s\n", r->def->id, r->off);
        else if (r->off)
            printf("rule %s is off for want of data: %s\n", r->def->id, r->off);
        else if (when)
            printf("rule %s looks at every case when %s\n", r->def->id, when);
    }
    if (*untested)
        printf("warning: no test for %s (dutywatch test --new RULE)\n", untested);
}

/* Rules that are given away need a law and a test; of the others one line is enough. */
static bool check_packs(const struct call *c, const struct generation *g, struct problems *p,
                        struct text *ret_untested)
{
    trials_check_packs(g->settings, p, ret_untested);
    if (c->json && ret_untested->size)
        problem_warn(p, g->settings->path, 0, "no test for %s", text_of(ret_untested));
    problems_sort(p);
    return !p->errors;
}

/* What only the data knows, where a state is there already. */
static void check_routes(struct generation *g, struct problems *p)
{
    struct report_from r;
    struct error e;

    if (!report_open(g->settings, clock_now(), &r, &e))
        return;
    known_routes(&(struct known){ g->settings, r.db, r.db, g, DATE_NONE }, p);
    report_close(&r);
}

static bool is_plain(const struct call *c)
{
    return !call_option(c, "--sql") && !call_option(c, "--explain") &&
           !call_option(c, "--effective");
}

int cmd_check(struct call *c)
{
    struct problems p = { 0 };
    AUTO(generation) g = NULL;
    AUTO_TEXT untested = { 0 };
    bool good;
    int code = EXIT_GOOD;

    if (call_option(c, "--options"))
        return print_all_options();
    good = generation_check(c->config, c->state_dir, &p, &g);
    if (good && g && is_plain(c))
        check_routes(g, &p);
    if (g && is_plain(c))
        good &= check_packs(c, g, &p, &untested);
    problems_print(c, &p);
    if (!good && !c->json)
        fprintf(stderr, "%zu %s. Nothing was changed.\n", p.errors,
                text_plural((int64_t)p.errors, "error", "errors"));
    if (!good)
        code = EXIT_CONFIG;
    else if (call_option(c, "--sql"))
        code = print_sql(c, g, call_option(c, "--sql"));
    else if (call_option(c, "--explain"))
        code = print_english(c, g, call_option(c, "--explain"));
    else if (call_option(c, "--effective"))
        code = print_effective(c, g, call_option(c, "--effective"));
    else if (!c->json)
        print_summary(g, text_of(&untested));
    problems_free(&p);
    return code;
}
