/* judge/deadline on what courts and Customs Headquarters decided (../shared/vectors/court.csv). */
#include "lib/arena.h"
#include "lib/test.h"

#include "calendar/lastday.h"
#include "ingest/csv.h"
#include "judge/deadline.h"

#include <stdlib.h>
#include <string.h>

/* The columns of the file that are used, and how many it has. */
enum { ID = 0, START = 6, PERIOD = 7, ACTION = 10, EXPIRY = 12, COLUMNS = 15 };

/* A case with complete dates. Whether it was in time is said only where the outcome is recorded. */
struct decided {
    const char *id, *name;
    enum last_day_mode mode;
    const char *term;
    const char *nominal, *last;
    enum { IN_TIME, LATE, NOT_SAID } outcome;
};

static const struct decided cases[] = {
    { "S01", "US v. Liu, Slip Op. 23-44", LAST_DAY_COURT, "5 years", "2022-07-21", "2022-07-21",
      IN_TIME },
    { "B01", "US v. Aegis (Presstek), CIT 22-00327", LAST_DAY_COURT, "6 years", "2015-03-19",
      "2015-03-19", LATE },
    { "L01", "HQ 228929", LAST_DAY_LAW, "6 months", "1999-04-23", "1999-04-23", LATE },
    { "L03", "HQ 225246", LAST_DAY_LAW, "4 years", "1993-03-22", "1993-03-22", NOT_SAID },
    { "P01", "HQ 221645", LAST_DAY_FILING, "90 days", "1988-05-26", "1988-05-26", IN_TIME },
    { "P03", "HQ 225620", LAST_DAY_FILING, "90 days", "1993-10-31", "1993-11-01", IN_TIME },
    { "P07", "HQ 224629", LAST_DAY_FILING, "90 days", "1993-01-14", "1993-01-14", IN_TIME },
    { "P09", "HQ 220997", LAST_DAY_FILING, "90 days", "1987-09-17", "1987-09-17", IN_TIME },
    { "P13", "F.B. Wilcon Co., 57 Cust. Ct. 512", LAST_DAY_FILING, "60 days", "1965-02-22",
      "1965-02-23", LATE },
    { "P15", "Thalson Co., 28 Cust. Ct. 536", LAST_DAY_FILING, "30 days", "1947-08-23",
      "1947-08-25", IN_TIME },
    { "N01", "HQ H328370", LAST_DAY_FILING, "1 year", "2020-10-29", "2020-10-29", IN_TIME },
    { "D01", "HQ 230236, Vitol", LAST_DAY_FILING, "3 years", "1998-07-25", "1998-07-27", NOT_SAID },
    { "Q01", "HQ 225440", LAST_DAY_LAW, "30 days", "1994-02-14", "1994-02-14", NOT_SAID },
    { "Q04", "HQ 229670, Levi Strauss", LAST_DAY_LAW, "15 months", "2000-08-10", "2000-08-10",
      NOT_SAID },
};

/* The other rows of the file, and why they give no date to test. */
static const char *const without[][2] = {
    { "S02",
      "386 entries of 2009 to 2012: no single start, the length of the waiver not recorded" },
    { "S03", "the dates of the ten waivers are not recorded" },
    { "S04", "dates to the month only, and the day of discovery is contested" },
    { "B03", "a rule (accrual at liquidation), no dates" },
    { "L06", "the day of the notice is not recorded" },
    { "R01", "a rule (from the original liquidation only), no dates" },
};

/* Offices of those years: Saturdays were closed; Washington's Birthday was on 22 February. */
static const struct calendar *of_those_years(void)
{
    static struct holiday holidays[] = {
        { .name = "Washington's Birthday", .until = 1970, .observed = OBSERVED_SUNDAY },
        { .name = "Christmas Day", .observed = OBSERVED_SUNDAY },
    };
    const struct calendar_plan plan = { .name = "customs-1940",
                                        .weekend = 1U << 5 | 1U << 6,
                                        .holidays = holidays,
                                        .holiday_count = COUNT_OF(holidays),
                                        .verified_from = DATE_NONE,
                                        .verified_until = DATE_NONE };

    assert_true(holiday_read("February 22", &holidays[0].on));
    assert_true(holiday_read("December 25", &holidays[1].on));
    return calendar_make(&plan, arena);
}

static struct derivation derive(const struct decided *c, const char *start)
{
    struct deadline def = { .last_day = (int)c->mode };
    struct rule rule = { .deadline = &def };
    struct prepared_rule prepared = { .def = &rule,
                                      .way_count = 1,
                                      .ways = { { .words = "the event" } },
                                      .counting = { .calendar = of_those_years() } };
    struct observation o = observe_nothing(&prepared, c->id, "");

    o.starts[0] = date_read(start);
    assert_int_not_equal(o.starts[0], DATE_NONE);
    assert_true(term_read(c->term, &prepared.ways[0].term));
    return deadline_derive(&o);
}

static const struct decided *find(const char *id)
{
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (strcmp(cases[i].id, id) == 0)
            return &cases[i];
    return NULL;
}

static const char *reason(const char *id)
{
    for (size_t i = 0; i < COUNT_OF(without); i++)
        if (strcmp(without[i][0], id) == 0)
            return without[i][1];
    return NULL;
}

/* The cells of a line, as texts in the arena. */
static void split(const char *line, const char *row[COLUMNS])
{
    struct cell cells[COLUMNS];
    char *scratch = arena_alloc(arena, strlen(line) + 1);
    size_t count;
    struct error e;

    if (!csv_split(line, strlen(line), ',', cells, COLUMNS, scratch, &count, &e))
        fail_msg("%s", e.text);
    assert_int_equal(count, COLUMNS);
    for (size_t i = 0; i < COLUMNS; i++)
        row[i] = arena_textn(arena, cells[i].text, cells[i].size);
}

static void expect(const struct decided *c, const char *const row[COLUMNS])
{
    struct derivation d = derive(c, row[START]);
    char nominal[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
    date action = date_read(row[ACTION]);

    print_message("# %s, %s: %s and %s\n", c->id, c->name, row[START], row[PERIOD]);
    assert_string_equal(date_text(d.nominal, nominal), c->nominal);
    assert_string_equal(date_text(d.last, last), c->last);
    assert_true(d.safe <= d.nominal && d.nominal <= d.last);
    if (!strstr(row[EXPIRY], c->nominal) || !strstr(row[EXPIRY], c->last))
        fail_msg("%s: the file says %s", c->id, row[EXPIRY]);
    if (c->outcome == NOT_SAID)
        return;
    assert_int_not_equal(action, DATE_NONE);
    assert_int_equal(action > d.last, c->outcome == LATE);
}

static void each_case_with_complete_dates_ends_where_it_was_decided(void **state)
{
    size_t size, seen = 0, left = 0;
    char *text = test_read(test_shared("vectors/court.csv"), &size), *at = text, *line;

    (void)state;
    strsep(&at, "\n");
    while ((line = strsep(&at, "\n")) && *line) {
        const char *row[COLUMNS];
        const struct decided *c;

        split(line, row);
        c = find(row[ID]);
        if (c) {
            expect(c, row);
            seen++;
        } else {
            assert_non_null(reason(row[ID]));
            print_message("# %s is left out: %s\n", row[ID], reason(row[ID]));
            left++;
        }
    }
    assert_int_equal(seen, COUNT_OF(cases));
    assert_int_equal(left, COUNT_OF(without));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_case_with_complete_dates_ends_where_it_was_decided),
    };

    return cmocka_run_group_tests_name("court", tests, arena_set_up, arena_tear_down);
}
