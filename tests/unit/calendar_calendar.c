/* calendar: which days are closed and why, and what is counted by them. */
#include "lib/arena.h"
#include "lib/test.h"

#include "calendar/lastday.h"

#include <string.h>

#define WEEKEND (1U << 5 | 1U << 6)

static const struct closing storm_closings[] = {
    { .name = "Christmas Eve", .law = "executive order", .first = 20081, .last = 20081 },
    { .name = "Storm",
      .first = 20200,
      .last = 20202,
      .places = (const char *const[]){ "2101", NULL } }
};

static struct holiday holiday(const char *name, const char *on, enum observed observed)
{
    struct holiday h = { .name = name, .law = "5 USC 6103(a)", .observed = observed };

    assert_true(holiday_read(on, &h.on));
    return h;
}

static struct calendar *make(const struct holiday *all, size_t count)
{
    const struct calendar_plan plan = { .name = "test",
                                        .weekend = WEEKEND,
                                        .holidays = all,
                                        .holiday_count = count,
                                        .closings = storm_closings,
                                        .closing_count = COUNT_OF(storm_closings),
                                        .verified_from = date_of(2001, 1, 1),
                                        .verified_until = date_of(2025, 12, 31) };

    return calendar_make(&plan, arena);
}

static struct calendar *federal(void)
{
    const struct holiday all[] = {
        holiday("New Year's Day", "January 1", OBSERVED_NEAREST),
        holiday("Washington's Birthday", "third Monday of February", OBSERVED_NEVER),
        holiday("Juneteenth", "June 19", OBSERVED_NEAREST),
        holiday("Independence Day", "July 4", OBSERVED_NEAREST),
        holiday("Veterans Day", "November 11", OBSERVED_NEAREST),
        holiday("Christmas Day", "December 25", OBSERVED_NEAREST),
    };

    return make(all, COUNT_OF(all));
}

static void expect_day(date found, const char *day)
{
    char text[DATE_TEXT_SIZE];

    assert_string_equal(date_text(found, text), day);
}

static void holidays_come_by_their_rule(void **state)
{
    static const struct {
        const char *on;
        int year;
        const char *day;
    } rows[] = {
        { "July 4", 2026, "2026-07-04" },
        { "third Monday of January", 2025, "2025-01-20" },
        { "last Monday of May", 2021, "2021-05-31" },
        { "LAST monday OF may", 2022, "2022-05-30" },
        { "fourth Thursday of November", 2026, "2026-11-26" },
        { "fourth Thursday of November + 1 day", 2026, "2026-11-27" },
        { "fifth Monday of March", 2026, "2026-03-30" },
        { "fifth Monday of February", 2026, "-" },
        { "February 29", 2023, "-" },
        { "February 29", 2024, "2024-02-29" },
        { "Easter", 2024, "2024-03-31" },
        { "Easter", 2000, "2000-04-23" },
        { "Easter", 1818, "1818-03-22" }, /* the earliest there is */
        { "Easter", 2038, "2038-04-25" }, /* the latest */
        { "Easter - 2 days", 2026, "2026-04-03" },
        { "Easter + 39 days", 2026, "2026-05-14" },
        { "first Monday of September", 2025, "2025-09-01" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct holiday_on h;

        assert_true(holiday_read(rows[i].on, &h));
        expect_day(holiday_in(&h, rows[i].year), rows[i].day);
    }
}

static void a_weekday_of_any_month(void **state)
{
    struct holiday_on h;

    (void)state;
    assert_true(weekday_read("second Tuesday", &h));
    expect_day(weekday_in(&h, 2026, 11), "2026-11-10");
    expect_day(weekday_in(&h, 2026, 12), "2026-12-08");
    assert_true(weekday_read("last friday", &h));
    expect_day(weekday_in(&h, 2026, 2), "2026-02-27");
    assert_true(weekday_read("fifth Monday", &h));
    expect_day(weekday_in(&h, 2026, 2), "-");
    assert_false(weekday_read("Tuesday", &h));
    assert_false(weekday_read("second", &h));
    assert_false(weekday_read("second Tuesday of May", &h));
}

static void what_is_no_day_of_each_year_is_refused(void **state)
{
    static const char *const bad[] = { "",
                                       "July",
                                       "July 32",
                                       "February 30",
                                       "4 July",
                                       "sixth Monday of May",
                                       "first Moonday of May",
                                       "first Monday in May",
                                       "first Monday of Mai",
                                       "July 4 + day",
                                       "July 4 + 61 days",
                                       "July 4 5",
                                       "Easter 3",
                                       "Easter Monday",
                                       "Easter + 1 day x" };
    struct holiday_on h;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (holiday_read(bad[i], &h))
            fail_msg("\"%s\" was read", bad[i]);
}

/* domain.md 5.3 */
static void a_holiday_on_a_weekend_is_kept_on_another_day(void **state)
{
    static const char *const rows[][2] = {
        { "2020-07-04", "2020-07-03" }, { "2021-07-04", "2021-07-05" },
        { "2021-12-25", "2021-12-24" }, { "2022-01-01", "2021-12-31" },
        { "2022-06-19", "2022-06-20" }, { "2022-12-25", "2022-12-26" },
        { "2023-01-01", "2023-01-02" }, { "2023-11-11", "2023-11-10" },
        { "2026-07-04", "2026-07-03" }, { "2027-06-19", "2027-06-18" },
        { "2027-12-25", "2027-12-24" }, { "2028-01-01", "2027-12-31" },
    };
    const struct calendar *c = federal();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct closed_day *why = calendar_why(c, date_read(rows[i][1]), NULL);

        assert_non_null(why);
        expect_day(why->of, rows[i][0]);
        assert_string_equal(why->law, "5 USC 6103(a)");
    }
    assert_true(calendar_is_open(c, date_read("2026-07-06"), NULL));
}

static void the_way_a_holiday_is_moved_is_its_own(void **state)
{
    const struct holiday all[] = {
        holiday("never", "July 4", OBSERVED_NEVER),
        holiday("sunday", "November 11", OBSERVED_SUNDAY),
        holiday("Christmas", "December 25", OBSERVED_NEXT),
        holiday("Boxing Day", "December 26", OBSERVED_NEXT),
    };
    const struct calendar *c = make(all, COUNT_OF(all));

    (void)state;
    assert_true(calendar_is_open(c, date_read("2026-07-03"), NULL));
    assert_true(calendar_is_open(c, date_read("2021-07-05"), NULL));
    assert_true(calendar_is_open(c, date_read("2023-11-10"), NULL)); /* Saturday is not moved */
    assert_false(calendar_is_open(c, date_read("2018-11-12"), NULL));
    /* 2021: Saturday and Sunday; 2022: Sunday and Monday. */
    expect_day(calendar_why(c, date_read("2021-12-27"), NULL)->of, "2021-12-25");
    expect_day(calendar_why(c, date_read("2021-12-28"), NULL)->of, "2021-12-26");
    expect_day(calendar_why(c, date_read("2022-12-26"), NULL)->of, "2022-12-26");
    expect_day(calendar_why(c, date_read("2022-12-27"), NULL)->of, "2022-12-25");
    assert_true(calendar_is_open(c, date_read("2022-12-28"), NULL));
}

static void a_local_closing_holds_for_its_places_alone(void **state)
{
    const struct calendar *c = federal();
    date storm = storm_closings[1].first;

    (void)state;
    assert_true(calendar_is_open(c, storm, NULL));
    assert_true(calendar_is_open(c, storm, "5301"));
    assert_false(calendar_is_open(c, storm, "2101"));
    assert_string_equal(calendar_why(c, storm + 2, "2101")->name, "Storm");
    assert_true(calendar_is_open(c, storm + 3, "2101") || calendar_is_weekend(c, storm + 3));
    assert_false(calendar_is_open(c, storm_closings[0].first, NULL));
}

static void business_days_are_the_open_ones_behind_the_event(void **state)
{
    static const struct {
        const char *start;
        int count;
        const char *end;
    } rows[] = {
        { "2025-11-10", 1, "2025-11-12" },  /* Veterans Day between */
        { "2025-11-08", 1, "2025-11-10" },  /* from a Saturday: Monday is day one */
        { "2025-12-19", 5, "2025-12-29" },  /* Christmas */
        { "2025-11-12", -1, "2025-11-10" }, /* back */
        { "2025-07-03", 10, "2025-07-18" }, { "2025-11-11", 0, "2025-11-12" },
        { "2025-11-12", 0, "2025-11-12" },
    };
    const struct calendar *c = federal();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        expect_day(calendar_count(c, date_read(rows[i].start), rows[i].count, NULL), rows[i].end);
}

static void counting_there_and_back_is_the_same_way(void **state)
{
    const struct calendar *c = federal();
    uint64_t seed = test_seed();

    (void)state;
    for (int i = 0; i < 2000; i++) {
        date start = date_of(1990, 1, 1) + (date)(test_random(&seed) % 20000);
        int count = (int)(test_random(&seed) % 80) + 1;
        date end = calendar_count(c, start, count, NULL);
        int open = 0;

        for (date d = start + 1; d <= end; d++)
            open += calendar_is_open(c, d, NULL);
        assert_int_equal(open, count);
        assert_true(calendar_is_open(c, end, NULL));
        assert_true(calendar_count(c, end, -count, NULL) <= start ||
                    calendar_count(c, end, -count, NULL) == calendar_back(c, start, NULL));
    }
}

static void days_nobody_verified_end_a_count_in_business_days(void **state)
{
    const struct counting n = { .calendar = federal() };
    const struct term ten = { 10, TERM_BUSINESS_DAYS }, month = { 1, TERM_MONTHS };
    struct count_end end = count_term(&n, date_read("2025-12-29"), ten);

    (void)state;
    assert_int_equal(end.how, COUNTED_UNVERIFIED);
    assert_int_equal(end.day, DATE_NONE);
    expect_day(count_term(&n, date_read("2025-12-29"), month).day, "2026-01-29");
    assert_int_equal(count_term(&n, date_read("2000-12-20"), ten).how, COUNTED_UNVERIFIED);
    assert_int_equal(count_term(&n, date_read("2025-12-01"), ten).how, COUNTED_PLAIN);
}

static void the_first_and_the_last_verified_day_are_verified(void **state)
{
    const struct calendar *c = federal();
    date first = date_read("2001-01-01"), last = date_read("2025-12-31");

    (void)state;
    assert_true(calendar_is_verified(c, first, last));
    assert_true(calendar_is_verified(c, last, first));
    assert_false(calendar_is_verified(c, first - 1, last));
    assert_false(calendar_is_verified(c, first, last + 1));
    assert_false(calendar_is_verified(NULL, first, last));
}

static void what_comes_at_the_closing_time_comes_on_the_next_open_day(void **state)
{
    const struct calendar_plan plan = { .name = "city",
                                        .weekend = WEEKEND,
                                        .verified_from = DATE_NONE,
                                        .verified_until = DATE_NONE,
                                        .closes = 17 * 3600 };
    const struct calendar *c = calendar_make(&plan, arena);
    date friday = date_read("2026-11-20");

    (void)state;
    expect_day(calendar_received(c, friday, 17 * 3600 - 1, NULL), "2026-11-20");
    expect_day(calendar_received(c, friday, 17 * 3600, NULL), "2026-11-23");
    expect_day(calendar_received(c, friday + 1, 10 * 3600, NULL), "2026-11-23");
    expect_day(calendar_received(c, friday + 1, -1, NULL), "2026-11-21");
    expect_day(calendar_received(federal(), friday + 1, 10 * 3600, NULL), "2026-11-21");
}

static void an_event_outside_the_hours_counts_from_the_opening(void **state)
{
    const struct calendar_plan plan = { .name = "city",
                                        .weekend = WEEKEND,
                                        .verified_from = DATE_NONE,
                                        .verified_until = DATE_NONE,
                                        .has_hours = true,
                                        .opens = 8 * 3600 + 1800,
                                        .closes = 17 * 3600 };
    const struct calendar *c = calendar_make(&plan, arena);
    date friday = date_read("2026-11-20");

    (void)state;
    assert_int_equal(calendar_closes(c), plan.closes);
    assert_int_equal(calendar_closes(federal()), -1);
    assert_int_equal(calendar_closes(NULL), -1);
    assert_int_equal(calendar_hour(c, friday, plan.opens - 1, NULL), plan.opens);
    assert_int_equal(calendar_hour(c, friday, plan.opens + 1, NULL), plan.opens + 1);
    assert_int_equal(calendar_hour(c, friday, plan.closes - 1, NULL), plan.closes - 1);
    assert_int_equal(calendar_hour(c, friday, plan.closes, NULL), plan.opens);
    assert_int_equal(calendar_hour(c, friday + 1, 10 * 3600, NULL), plan.opens);
    assert_int_equal(calendar_hour(c, friday, -1, NULL), -1);
    assert_int_equal(calendar_hour(federal(), friday, 10 * 3600, NULL), -1);
}

static void a_term_from_29_february_ends_as_it_was_decided(void **state)
{
    static const struct {
        const char *term;
        enum leap_day leap;
        enum counted how;
        const char *day, *arguable;
    } rows[] = {
        { "5 years", LEAP_FEBRUARY_28, COUNTED_LEAP, "2025-02-28", "2025-03-01" },
        { "5 years", LEAP_MARCH_1, COUNTED_LEAP, "2025-03-01", "2025-02-28" },
        { "4 years", LEAP_FEBRUARY_28, COUNTED_PLAIN, "2024-02-29", "-" },
        { "60 months", LEAP_MARCH_1, COUNTED_LEAP, "2025-03-01", "2025-02-28" },
        { "-1 year", LEAP_FEBRUARY_28, COUNTED_LEAP, "2019-02-28", "2019-03-01" },
        { "6 months", LEAP_FEBRUARY_28, COUNTED_PLAIN, "2020-08-29", "-" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct counting n = { .leap = rows[i].leap };
        struct count_end end;
        struct term t;

        assert_true(term_read(rows[i].term, &t));
        end = count_term(&n, date_read("2020-02-29"), t);
        assert_int_equal(end.how, rows[i].how);
        expect_day(end.day, rows[i].day);
        expect_day(end.arguable, rows[i].arguable);
    }
}

static void the_last_day_goes_where_its_mode_says(void **state)
{
    const struct counting federal_days = { .calendar = federal() };
    const struct counting weekends = { 0 };
    const struct counting *const both[] = { &weekends, &federal_days, NULL };
    date christmas = date_read("2022-12-25"); /* Sunday; Monday is kept for it */

    (void)state;
    expect_day(last_day(&federal_days, christmas, LAST_DAY_COURT, false), "2022-12-27");
    expect_day(last_day(&weekends, christmas, LAST_DAY_COURT, false), "2022-12-26");
    expect_day(last_day(&federal_days, christmas, LAST_DAY_BUSINESS, false), "2022-12-27");
    expect_day(last_day(&federal_days, christmas, LAST_DAY_FILING, true), "2022-12-23");
    expect_day(last_day(&federal_days, christmas, LAST_DAY_LAW, false), "2022-12-25");
    expect_day(last_day(&federal_days, christmas, LAST_DAY_SAFE, false), "2022-12-23");
    expect_day(last_day(&federal_days, christmas, LAST_DAY_BEFORE, false), "2022-12-24");
    expect_day(safe_day(both, date_read("2022-12-26")), "2022-12-23");
    expect_day(safe_day(both, date_read("2022-12-27")), "2022-12-27");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holidays_come_by_their_rule),
        cmocka_unit_test(a_weekday_of_any_month),
        cmocka_unit_test(what_is_no_day_of_each_year_is_refused),
        cmocka_unit_test(a_holiday_on_a_weekend_is_kept_on_another_day),
        cmocka_unit_test(the_way_a_holiday_is_moved_is_its_own),
        cmocka_unit_test(a_local_closing_holds_for_its_places_alone),
        cmocka_unit_test(business_days_are_the_open_ones_behind_the_event),
        cmocka_unit_test(counting_there_and_back_is_the_same_way),
        cmocka_unit_test(days_nobody_verified_end_a_count_in_business_days),
        cmocka_unit_test(the_first_and_the_last_verified_day_are_verified),
        cmocka_unit_test(what_comes_at_the_closing_time_comes_on_the_next_open_day),
        cmocka_unit_test(an_event_outside_the_hours_counts_from_the_opening),
        cmocka_unit_test(a_term_from_29_february_ends_as_it_was_decided),
        cmocka_unit_test(the_last_day_goes_where_its_mode_says),
    };

    return cmocka_run_group_tests_name("calendar", tests, arena_set_up, arena_tear_down);
}
