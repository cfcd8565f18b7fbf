#include "scenario/torture.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every commit of a scenario that has no more; of longer ones so many, evenly spread. All of them
 * would take hours, and most commits of a long scenario are days on which nothing happens. */
#define POINTS_MAX 150
#define WORSE_MAX 3

/* A sanitized build is several times slower: it tortures only what asks for it. */
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED true
#else
#define SANITIZED false
#endif

static int64_t step_of(int64_t commits)
{
    return (commits + POINTS_MAX - 1) / POINTS_MAX;
}

/* The first line that only one of them has. */
static void add_difference(const char *a, const char *b, struct text *said)
{
    while (*a && *b) {
        size_t n = strcspn(a, "\n"), m = strcspn(b, "\n");

        if (n != m || strncmp(a, b, n) != 0)
            break;
        a += n + 1;
        b += m + 1;
    }
    text_addf(said, "    without: %.*s\n    with:    %.*s\n", (int)strcspn(a, "\n"), a,
              (int)strcspn(b, "\n"), b);
}

/* One run with one fault; false adds what was wrong. */
static bool try(const struct script *s, const struct outside *without, const struct faults *f,
                const char *what, struct text *said)
{
    struct outside *o = scenario_run(s, f, false);
    bool same = o->passed && strcmp(o->final, without->final) == 0;

    if (!same)
        text_addf(said, "%s: %s\n", what, o->passed ? "another end" : o->verdict);
    if (!same && o->passed)
        add_difference(without->final, o->final, said);
    outside_free(o);
    return same;
}

/* "commit 12 of 80 (T3)" */
static void name_commit(const struct outside *o, int64_t k, char *ret, size_t size)
{
    char point = k < POINTS_WATCHED ? o->faults.points[k] : '0';

    snprintf(ret, size, "commit %lld of %lld%.*s%c%s", (long long)k, (long long)o->faults.commits,
             point > '0' ? 3 : 0, " (T", point > '0' ? point : ' ', point > '0' ? ")" : "");
}

/* The word after `torture`: kills (a commit that fails has another end, as a lost pull may have) or
 * never; NULL: none. */
static const char *limit_of(const struct script *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->all[i].words[0], "torture") == 0)
            return s->all[i].count > 1 ? s->all[i].words[1] : "";
    return NULL;
}

bool scenario_wants_torture(const struct script *s)
{
    const char *full = getenv("FULL"), *limit = limit_of(s);

    if (limit && strcmp(limit, "never") == 0)
        return false;
    return (limit && !*limit) || (!SANITIZED && full && strcmp(full, "1") == 0);
}

bool scenario_torture(const struct script *s, int64_t *ret_runs, struct text *said)
{
    static const char *const names[] = { "killed before", "killed after", "failing at",
                                         "with a full disk about" };
    struct faults *base = alloc(sizeof *base);
    int most = limit_of(s) && *limit_of(s) ? 2 : 4;
    int64_t commits, writes;
    struct outside *o;
    int worse = 0;

    base->watch_points = true;
    o = scenario_run(s, base, false);
    commits = o->faults.commits;
    writes = o->faults.writes;
    *ret_runs = 1;
    if (!o->passed) {
        text_add(said, o->verdict);
        worse = WORSE_MAX;
    }
    for (int64_t k = 1; k <= commits && worse < WORSE_MAX; k += step_of(commits)) {
        /* behind the last commit nothing tries again what failed */
        for (int i = 0; i < (k < commits ? most : 2); i++) {
            char commit[64], what[96];

            *base = (struct faults){ .kill_before = i == 0 ? k : 0,
                                     .kill_after = i == 1 ? k : 0,
                                     .fail_commit = i == 2 ? k : 0,
                                     .fail_write = i == 3 ? writes * k / commits : 0 };
            name_commit(o, k, commit, sizeof commit);
            snprintf(what, sizeof what, "%s %s", names[i], commit);
            worse += !try(s, o, base, what, said);
            ++*ret_runs;
        }
    }
    outside_free(o);
    free(base);
    return !worse;
}
