/* scenario: runs a .scn file: a configuration, a fake world, and months of steps in a second.
 *
 * FILE: one test; with `torture` in it, or FULL=1, also killed at each commit. --talk: with the
 * log, and the messages that arrived. --torture: the torture alone, every point. --time: how long
 * it took and how many pulls it made. --facts: what stood at its end, one fact a line
 * (scenario/laws.h).
 * --help: the statements. */
#include "base/text.h"
#include "scenario/act.h"
#include "scenario/expect.h"
#include "scenario/faults.h"
#include "scenario/laws.h"
#include "scenario/torture.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
    (void)st;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void remove_dir(const char *dir)
{
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* A fresh directory in memory if the system offers that. */
static void make_dir(char *ret, size_t size)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(ret, size, "%s/dutywatch-scenario-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm"
             : tmp                         ? tmp
                                           : "/tmp");
    if (!mkdtemp(ret)) {
        fprintf(stderr, "%s: %s\n", ret, strerror(errno));
        exit(3);
    }
}

static void live(const struct script *s, struct outside *o, const char *dir, bool talk)
{
    struct run r = { .script = s, .o = o, .dir = dir, .talk = talk };

    run_script(&r);
    r.at = s->count ? &s->all[s->count - 1] : NULL;
    laws_check(&r);
    laws_final(&r);
    if (talk)
        expect_print(&r);
    run_end(&r);
    o->passed = true;
}

/* Children one after the other until one comes to the end. */
static void live_on(const struct script *s, struct outside *o, const char *dir, bool talk)
{
    for (;;) {
        int status = 0;
        pid_t child;

        fflush(NULL);
        o->killed = false;
        o->life++;
        child = fork();
        if (child == 0) {
            live(s, o, dir, talk);
            exit(0);
        }
        waitpid(child, &status, 0);
        if (WIFSIGNALED(status) && o->killed) {
            o->again = true;
            continue;
        }
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && o->passed)
            return;
        o->passed = false;
        if (!o->verdict[0])
            snprintf(o->verdict, VERDICT_SIZE, "%s: line %d: the program died: %s %d", s->path,
                     o->position < s->count ? s->all[o->position].line : 0,
                     WIFSIGNALED(status) ? "signal" : "exit code",
                     WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
        return;
    }
}

struct outside *scenario_run(const struct script *s, const struct faults *faults, bool talk)
{
    struct outside *o = outside_new();
    char dir[256];

    if (faults) {
        o->faults = *faults;
        o->tortured = !faults->watch_points;
    }
    make_dir(dir, sizeof dir);
    live_on(s, o, dir, talk);
    remove_dir(dir);
    return o;
}

static void print_verdict(int number, bool ok, const char *title, const char *verdict)
{
    if (!ok)
        printf("%s\n", verdict);
    printf("%sok %d - %s\n", ok ? "" : "not ", number, title);
}

static int run_tests(const struct script *s, bool plain, bool torture)
{
    AUTO_TEXT said = { .max = VERDICT_SIZE };
    bool good = true;
    int n = 0;

    printf("1..%d\n", plain + torture);
    if (plain) {
        struct outside *o = scenario_run(s, NULL, false);

        good = o->passed;
        print_verdict(++n, good, s->title, o->verdict);
        outside_free(o);
    }
    if (torture) {
        int64_t points = 0;
        bool ok = good && scenario_torture(s, &points, &said);

        printf("# %lld runs\n", (long long)points);
        print_verdict(++n, ok, "the same when it is killed or fails at any commit", text_of(&said));
        good = good && ok;
    }
    return good ? 0 : 1;
}

static int run_timed(const struct script *s)
{
    int64_t start = clock_ticks(), took;
    struct outside *o = scenario_run(s, NULL, false);
    bool ok = o->passed;

    took = clock_ticks() - start;
    if (ok)
        printf("%lld pulls, %lld steps in %.2f seconds: %.0f pulls a second\n", (long long)o->pulls,
               (long long)o->advances, (double)took / 1e6, (double)o->pulls * 1e6 / (double)took);
    else
        printf("%s\n", o->verdict);
    outside_free(o);
    return ok ? 0 : 1;
}

/* "before:47", "after:47", "failing:47" (commits), "write:321": one of what torture does. */
static bool read_fault(const char *text, struct faults *ret)
{
    const char *colon = strchr(text, ':');
    long long n = colon ? atoll(colon + 1) : 0;

    if (text_starts(text, "before:"))
        ret->kill_before = n;
    else if (text_starts(text, "after:"))
        ret->kill_after = n;
    else if (text_starts(text, "failing:"))
        ret->fail_commit = n;
    else if (text_starts(text, "write:"))
        ret->fail_write = n;
    return n > 0;
}

static int run_faulty(const struct script *s, const char *fault)
{
    struct faults f = { 0 };
    struct outside *o;
    bool ok;

    if (!read_fault(fault, &f)) {
        printf("%s: not before:N, after:N, failing:N or write:N\n", fault);
        return 2;
    }
    o = scenario_run(s, &f, true);
    ok = o->passed;
    printf("%s\n", ok ? o->final : o->verdict);
    outside_free(o);
    return ok ? 0 : 1;
}

static int run_talking(const struct script *s)
{
    struct outside *o = scenario_run(s, NULL, true);
    bool ok = o->passed;

    printf("%s\n", ok ? "passed" : o->verdict);
    outside_free(o);
    return ok ? 0 : 1;
}

static int run_for_facts(const struct script *s)
{
    struct outside *o = scenario_run(s, NULL, false);
    bool ok = o->passed;

    printf("%s\n", ok ? o->final : o->verdict);
    outside_free(o);
    return ok ? 0 : 1;
}

int main(int argc, char **argv)
{
    AUTO(arena) a = arena_new();
    const char *option = argc > 2 ? argv[1] : "";
    struct script s;
    struct error e;

    if (argc < 2 || argc > 4 || strcmp(argv[1], "--help") == 0) {
        printf("scenario [--talk | --torture | --time | --facts | --fault FAULT] FILE.scn\n\n");
        act_help();
        return argc == 2 ? 0 : 2;
    }
    if (!script_read(argv[argc - 1], a, &s, &e)) {
        printf("%s\n", e.text);
        return 1;
    }
    if (strcmp(option, "--time") == 0)
        return run_timed(&s);
    if (strcmp(option, "--talk") == 0)
        return run_talking(&s);
    if (strcmp(option, "--facts") == 0)
        return run_for_facts(&s);
    if (strcmp(option, "--fault") == 0 && argc == 4)
        return run_faulty(&s, argv[2]);
    return run_tests(&s, strcmp(option, "--torture") != 0,
                     strcmp(option, "--torture") == 0 || scenario_wants_torture(&s));
}
