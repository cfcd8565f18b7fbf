#include "scenario/torture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Points tried between two that are shown to be the same would take long in big scenarios: at
 * most so many, evenly spread, unless FULL=1. */
#define POINTS_MAX 150
#define WORSE_MAX 3

static int64_t step_of(int64_t commits)
{
    const char *full = getenv("FULL");

    if (commits <= POINTS_MAX || (full && strcmp(full, "1") == 0))
        return 1;
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
static bool try(const struct script *s, const char *final, const struct faults *f, const char *what,
                struct text *said)
{
    struct outside *o = scenario_run(s, f, false);
    bool same = o->passed && strcmp(o->final, final) == 0;

    if (!same)
        text_addf(said, "%s%s: %s\n", what, o->faults.point ? o->faults.point : "",
                  o->passed ? "another end" : o->verdict);
    if (!same && o->passed)
        add_difference(final, o->final, said);
    outside_free(o);
    return same;
}

bool scenario_torture(const struct script *s, int64_t *ret_runs, struct text *said)
{
    struct outside *o = scenario_run(s, &(struct faults){ .watch_points = true }, false);
    int64_t commits = o->faults.commits, step = step_of(commits);
    int worse = 0;
    char what[96];

    *ret_runs = 1;
    if (!o->passed) {
        text_add(said, o->verdict);
        worse = WORSE_MAX;
    }
    for (int64_t k = 1; k <= commits && worse < WORSE_MAX; k += step) {
        struct faults all[] = { { .kill_before = k }, { .kill_after = k }, { .fail_commit = k } };
        static const char *const names[] = { "killed before", "killed after", "failing at" };

        for (int i = 0; i < 3; i++) {
            snprintf(what, sizeof what, "%s commit %lld of %lld ", names[i], (long long)k,
                     (long long)commits);
            worse += !try(s, o->final, &all[i], what, said);
            ++*ret_runs;
        }
    }
    outside_free(o);
    return !worse;
}
