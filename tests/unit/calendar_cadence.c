#include "lib/test.h"

#include "calendar/cadence.h"

#include <stdio.h>

struct row {
    enum cadence_unit unit;
    int count;
    const char *since, *day, *first, *last, *name, *said;
};

static const struct row rows[] = {
    { CADENCE_WEEK, 1, NULL, "2026-11-24", "2026-11-23", "2026-11-29", "2026-W48",
      "the week from Mon 23 Nov 2026" },
    { CADENCE_WEEK, 1, NULL, "2021-01-03", "2020-12-28", "2021-01-03", "2020-W53", NULL },
    { CADENCE_WEEK, 1, NULL, "2018-12-31", "2018-12-31", "2019-01-06", "2019-W01", NULL },
    { CADENCE_MONTH, 1, NULL, "2024-02-29", "2024-02-01", "2024-02-29", "2024-02",
      "February 2024" },
    { CADENCE_QUARTER, 1, NULL, "2026-11-24", "2026-10-01", "2026-12-31", "2026-Q4",
      "quarter 4 of 2026" },
    { CADENCE_HALF, 1, NULL, "2026-06-30", "2026-01-01", "2026-06-30", "2026-H1",
      "the first half of 2026" },
    { CADENCE_YEAR, 1, NULL, "2026-06-30", "2026-01-01", "2026-12-31", "2026", "2026" },
    { CADENCE_FISCAL_YEAR, 1, NULL, "2026-09-30", "2025-10-01", "2026-09-30", "FY2026",
      "fiscal year 2026" },
    { CADENCE_FISCAL_YEAR, 1, NULL, "2026-10-01", "2026-10-01", "2027-09-30", "FY2027", NULL },
    { CADENCE_MONTH, 2, "2026-03-17", "2026-02-10", "2026-01-01", "2026-02-28",
      "2026-01-01/2026-02-28", "Thu 1 Jan 2026 to Sat 28 Feb 2026" },
    { CADENCE_MONTH, 2, "2026-03-17", "2026-04-30", "2026-03-01", "2026-04-30", NULL, NULL },
    { CADENCE_QUARTER, 2, "2026-05-01", "2026-10-01", "2026-10-01", "2027-03-31", NULL, NULL },
    { CADENCE_WEEK, 2, "2026-11-11", "2026-11-24", "2026-11-23", "2026-12-06", NULL, NULL },
    { CADENCE_WEEK, 2, "2026-11-11", "2026-11-08", "2026-10-26", "2026-11-08", NULL, NULL },
};

static void a_day_is_in_its_period(void **state)
{
    char name[PERIOD_TEXT_SIZE], said[PERIOD_LONG_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *r = &rows[i];
        struct cadence c = { r->unit, r->count, r->since ? date_read(r->since) : DATE_NONE };
        struct period p = cadence_period(&c, date_read(r->day));

        assert_int_equal(p.first, date_read(r->first));
        assert_int_equal(p.last, date_read(r->last));
        if (r->name)
            assert_string_equal(period_text(&c, p, name), r->name);
        if (r->said)
            assert_string_equal(period_long(&c, p, said), r->said);
    }
}

/* Every day of sixty years lies in one period, and periods follow each other without a gap. */
static void periods_cover_time_once(void **state)
{
    (void)state;
    for (int unit = CADENCE_WEEK; unit <= (int)CADENCE_FISCAL_YEAR; unit++)
        for (int count = 1; count <= 5; count++) {
            struct cadence c = { (enum cadence_unit)unit, count, date_read("2003-08-15") };
            struct period p = cadence_period(&c, date_read("1980-01-01"));

            for (date d = p.first; d < date_read("2040-01-01"); d++) {
                struct period of = cadence_period(&c, d);

                if (d > p.last) {
                    struct period next = cadence_next(&c, p);

                    assert_int_equal(next.first, p.last + 1);
                    p = next;
                }
                assert_int_equal(of.first, p.first);
                assert_int_equal(of.last, p.last);
                assert_true(of.first <= d && d <= of.last);
            }
            if (count > 1)
                assert_true(cadence_period(&c, c.since).first <= c.since);
        }
}

static void time_ends_without_a_fall(void **state)
{
    struct cadence c = { CADENCE_YEAR, 1, DATE_NONE };

    (void)state;
    assert_int_equal(cadence_period(&c, date_read("9999-12-31")).first, date_read("9999-01-01"));
    assert_int_equal(cadence_period(&c, date_read("0001-01-01")).first, date_read("0001-01-01"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_is_in_its_period),
        cmocka_unit_test(periods_cover_time_once),
        cmocka_unit_test(time_ends_without_a_fall),
    };

    return cmocka_run_group_tests_name("cadence", tests, NULL, NULL);
}
