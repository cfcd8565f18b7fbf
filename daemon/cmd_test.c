/* test: rule tests, without a daemon, a state, a source or a channel. */
#include "cmd.h"

#include "base/clock.h"
#include "base/folder.h"
#include "config/trials.h"
#include "watch/known.h"
#include "watch/skeleton.h"
#include "watch/trial.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct testing {
    struct call *call;
    struct arena *arena;
    struct problems problems;
    struct ground *ground;  /* of the configuration of the last file */
    const char *unusable;   /* the configuration that was found bad last: said once */
    struct json *results;   /* of every test */
    struct text files;      /* their paths, each ended by a line feed */
    const char *only;       /* --run */
    int64_t passed, failed; /* tests */
    struct error error;
};

/* --- which files --- */

static int is_visible(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

static bool is_test(const char *path)
{
    size_t n = strlen(path);

    return n > 5 && strcmp(path + n - 5, ".test") == 0;
}

/* A file, or every *.test of a folder and of those in it. */
static bool find_files(struct testing *t, const char *path, bool named)
{
    struct dirent **all = NULL;
    struct stat st;
    bool ok = true;
    int n;

    if (stat(path, &st))
        return error_set(&t->error, ERROR_SETUP, "%s: %s", path, strerror(errno));
    if (!S_ISDIR(st.st_mode)) {
        if (named || is_test(path))
            text_addf(&t->files, "%s\n", path);
        return true;
    }
    n = scandir(path, &all, is_visible, alphasort);
    if (n < 0)
        return error_set(&t->error, ERROR_SETUP, "%s: %s", path, strerror(errno));
    for (int i = 0; i < n; i++) {
        const char *slash = path[strlen(path) - 1] == '/' ? "" : "/";

        ok = ok &&
             find_files(t, arena_print(t->arena, "%s%s%s", path, slash, all[i]->d_name), false);
        free(all[i]);
    }
    free(all);
    return ok;
}

/* --- running them --- */

/* The ground of a configuration: the one at hand, or another. A bad one is said once. */
static bool stand_on(struct testing *t, const char *config)
{
    struct problems p = { 0 };
    bool good;

    if (t->ground && strcmp(ground_config(t->ground), config) == 0)
        return true;
    if (text_same(t->unusable, config))
        return false;
    ground_close(t->ground);
    t->ground = NULL;
    good = ground_open(config, &p, &t->ground, &t->error);
    if (good)
        trials_check_packs(ground_generation(t->ground)->settings, &p, NULL);
    else if (!p.errors)
        problem_add(&p, config, 0, "%s", t->error.text);
    for (size_t i = 0; i < p.count; i++)
        if (!p.all[i].warning)
            problem_add(&t->problems, p.all[i].file, p.all[i].line, "%s", p.all[i].text);
    problems_free(&p);
    t->unusable = good ? t->unusable : config;
    return good;
}

static bool run_test(struct testing *t, const struct trial *one)
{
    int64_t began = clock_ticks();
    struct json *result;

    if (!trial_run(t->ground, one, &result, &t->error))
        return false;
    json_set_whole(result, "microseconds", clock_ticks() - began);
    if (json_get_truth(result, "passed"))
        t->passed++;
    else
        t->failed++;
    json_add(t->results, result);
    return true;
}

/* A file with mistakes is not run; the others are. */
static bool run_file(struct testing *t, const char *path)
{
    size_t before = t->problems.errors;
    const struct trial_file *f =
        trials_load(path, call_option(t->call, "--config"), t->arena, &t->problems);

    if (!f || t->problems.errors > before || !stand_on(t, f->config))
        return true;
    before = t->problems.errors;
    for (LIST_EACH(const struct trial, one, &f->tests))
        trial_check(t->ground, one, &t->problems);
    if (t->problems.errors > before)
        return true;
    for (LIST_EACH(const struct trial, one, &f->tests))
        if ((!t->only || strstr(one->name, t->only)) && !run_test(t, one))
            return false;
    return true;
}

static bool run_files(struct testing *t)
{
    for (const char *at = text_of(&t->files); *at;) {
        size_t n = strcspn(at, "\n");

        if (!run_file(t, arena_textn(t->arena, at, n)))
            return false;
        at += n + 1;
    }
    return true;
}

/* --- what came of it --- */

static int finish(struct testing *t)
{
    struct call *c = t->call;
    AUTO(json) out = json_group();
    const char *junit = call_option(c, "--junit");
    AUTO_TEXT xml = { 0 };
    bool bad = t->problems.errors > 0;

    problems_sort(&t->problems);
    json_set_whole(out, "passed", t->passed);
    json_set_whole(out, "failed", t->failed);
    json_set(out, "tests", json_copy_ref(t->results));
    if (!c->json || bad)
        problems_print(c, &t->problems);
    if (c->json && !bad)
        print_json(out);
    else if (!c->json)
        print_tests(c, out);
    if (junit) {
        write_junit(out, &t->problems, &xml);
        if (!file_write(junit, text_of(&xml), xml.size, &t->error))
            return call_fail(c, EXIT_FAILED, "%s", t->error.text);
    }
    if (bad)
        return EXIT_CONFIG;
    if (t->failed)
        return EXIT_FOUND;
    return t->passed || !t->only
               ? EXIT_GOOD
               : call_fail(c, EXIT_USAGE, "no test's name contains \"%s\"", t->only);
}

static int run_all(struct testing *t)
{
    struct call *c = t->call;

    for (int i = 0; i < c->count || i == 0; i++)
        if (!find_files(t, c->count ? c->arguments[i] : ".", true))
            return call_fail(c, EXIT_FAILED, "%s", t->error.text);
    if (!t->files.size)
        return call_fail(c, EXIT_FAILED, "no *.test in %s", c->count ? c->arguments[0] : ".");
    if (!run_files(t))
        return call_fail(c, EXIT_FAILED, "%s", t->error.text);
    return finish(t);
}

/* The tests of one rule, to be filled in. */
static int print_skeleton(struct testing *t, const char *id)
{
    struct call *c = t->call;
    const char *dir = c->count ? c->arguments[0] : ".", *config = call_option(c, "--config");
    const struct prepared_rule *r;
    AUTO_TEXT text = { 0 };
    struct error e;

    if (!config)
        config = trials_config_of(dir, t->arena);
    if (!config)
        return call_usage(c, "no dutywatch.conf and no single *.conf in %s; say which: -c FILE",
                          dir);
    if (!stand_on(t, config)) {
        problems_print(c, &t->problems);
        return EXIT_CONFIG;
    }
    if (!known_rule(ground_generation(t->ground)->settings, id, &e))
        return call_fail(c, exit_of(&e), "%s", e.text);
    r = rulebook_rule(ground_generation(t->ground)->book, id);
    skeleton_write(r, ground_generation(t->ground)->settings, &text);
    fputs(text_of(&text), stdout);
    return EXIT_GOOD;
}

int cmd_test(struct call *c)
{
    AUTO(arena) a = arena_new();
    AUTO(json) results = json_list();
    struct testing t = { .call = c, .arena = a, .results = results };
    const char *rule = call_option(c, "--new");
    int code;

    if (c->state_dir)
        return call_usage(c, "a test has a state of its own; --state-dir does not belong to it");
    t.only = call_option(c, "--run");
    code = rule ? print_skeleton(&t, rule) : run_all(&t);
    ground_close(t.ground);
    problems_free(&t.problems);
    text_free(&t.files);
    return code;
}
