/* Surveys of the 42 offices, about every four years, and the yearly assessments of the ten Centers;
 * with what was left out, left half done or not followed up. */
#include "bench/nation_offices.h"

void tell_last(const struct nation *n, struct files *f, const char *rule, const char *subject,
               day last, const char *plant)
{
    bool past = last < n->today;
    struct truth t = { .rule = rule,
                       .subject = subject,
                       .period = "",
                       .state = past ? "past" : "ahead",
                       .found = past ? last + 1 : NONE,
                       .last = last,
                       .plant = plant,
                       .note = "" };

    truth_write(f, &t);
}

static void follow_up(const struct nation *n, struct files *f, const char *no, const char *office,
                      day done, struct chance *c)
{
    bool good = chance_percent(c, 70);
    int how = chance_between(c, 1, 100);
    day after = how <= 15   ? NONE
                : how <= 30 ? done + chance_between(c, 100, 300)
                            : done + chance_between(c, 10, 85);
    bool shown = !good && after != NONE && after <= n->today;
    char on[DAY_SIZE], after_on[DAY_SIZE];

    fprintf(f->surveys, "%s,%s,%s,%s,%s\n", no, office, day_iso(done, on),
            good ? "satisfactory" : "unsatisfactory", shown ? day_iso(after, after_on) : "");
    f->rows++;
    if (!good && !shown)
        tell_last(n, f, "survey-follow-up", no, day_safe(done + 90),
                  how <= 30 ? "survey not followed up" : "");
}

static void survey(const struct nation *n, struct files *f, int office)
{
    struct chance c = chance_of(n->seed, CHANCE_SURVEY, office);
    int how = chance_between(&c, 1, 100);
    day next = FIRST_DAY + chance_between(&c, 0, 1400), last = NONE;

    for (int i = 1; how > 5 && next <= n->today; i++) { /* others never are */
        char no[DAY_SIZE];

        snprintf(no, sizeof no, "%s-%d", office_ports[office], i);
        last = next;
        follow_up(n, f, no, office_ports[office], last, &c);
        next = last + (how <= 20 ? chance_between(&c, 1900, 2600) : chance_between(&c, 1100, 1780));
    }
    tell_last(n, f, "survey-office", office_ports[office],
              day_safe(day_anniversary(last != NONE ? last : day_of(2020, 10, 1), 5)),
              how <= 20 ? "office not surveyed" : "");
}

/* --- assessments --- */

static void write_assessment(struct files *f, const char *center, int year, day done, bool whole)
{
    char no[DAY_SIZE], on[DAY_SIZE];
    struct truth t = { .rule = "assessment-complete",
                       .subject = no,
                       .period = "",
                       .state = "past",
                       .found = done,
                       .plant = "assessment of five items",
                       .note = "" };

    snprintf(no, sizeof no, "%s-%d", center, year);
    fprintf(
        f->assessments,
        "%s,%s,%d,%s,scope; effectiveness; benefits; performance measurements; data quality%s\n",
        no, center, year, day_iso(done, on), whole ? "; changes" : "");
    f->rows++;
    if (!whole)
        truth_write(f, &t);
}

/* Of one fiscal year: skipped, after its end and in the grace of 60 days, or in it. */
static void assess(const struct nation *n, struct files *f, int center, int year)
{
    struct chance c = chance_of(n->seed, CHANCE_ASSESSMENT, center * 10000 + year);
    day first = day_of(year - 1, 10, 1), last = day_of(year, 9, 30);
    int how = chance_between(&c, 1, 100);
    day done = how <= 16 ? last + chance_between(&c, 5, 60) : first + chance_between(&c, 5, 350);
    bool whole = !chance_percent(&c, 12);
    char period[DAY_SIZE];
    struct truth t = { .rule = "assessment-yearly",
                       .subject = center_codes[center],
                       .period = period,
                       .state = last + 60 < n->today ? "past" : "ahead",
                       .found = last + 60 < n->today ? last + 61 : NONE,
                       .last = last + 60,
                       .plant = how <= 8 ? "assessment skipped" : "",
                       .note = "" };

    snprintf(period, sizeof period, "FY%d", year);
    if (how > 8 && done <= n->today)
        write_assessment(f, center_codes[center], year, done, whole);
    else if (year >= 2023)
        truth_write(f, &t);
}

/* Nobody in the country has approved any. */
static void no_standards(struct files *f, int center)
{
    struct truth t = { .rule = "standard-approved",
                       .subject = center_codes[center],
                       .period = "",
                       .state = "past",
                       .found = FIRST_DAY,
                       .plant = "no approved standard",
                       .note = "" };

    truth_write(f, &t);
}

void oversight_write(const struct nation *n, struct files *f)
{
    for (int o = 0; o < OFFICES; o++)
        survey(n, f, o);
    for (int i = 0; i < CENTERS; i++)
        no_standards(f, i);
    for (int i = 0; i < CENTERS; i++)
        for (int year = 2021; day_of(year - 1, 10, 1) <= n->today; year++)
            assess(n, f, i, year);
}
