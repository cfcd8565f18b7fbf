/* judge/deadline: holidays, other closed days, and the end of what a calendar knows. */
#include "lib/arena.h"
#include "lib/example.h"
#include "lib/test.h"

#include <string.h>

/* Closed on 25 December and the day after it, on Friday 3 January 2025, and at port 2101 on
 * 2 January; verified for 2024. */
static const struct calendar *winter(void)
{
    static const char *const port[] = { "2101", NULL };
    static const struct closing closings[] = {
        { .name = "Christmas Day", .law = "5 USC 6103(a)", .first = 20082, .last = 20082 },
        { .name = "the day after", .first = 20083, .last = 20083 },
        { .name = "mourning", .first = 20091, .last = 20091 },
        { .name = "storm", .first = 20090, .last = 20090, .places = port }
    };
    const struct calendar_plan plan = { .name = "winter",
                                        .weekend = 1U << 5 | 1U << 6,
                                        .closings = closings,
                                        .closing_count = COUNT_OF(closings),
                                        .verified_from = date_of(2024, 1, 1),
                                        .verified_until = date_of(2024, 12, 31) };

    return calendar_make(&plan, arena);
}

static void a_holiday_runs_on_and_each_closed_day_is_named(void **state)
{
    (void)state;
    example_check(&(struct example){
        .mode = LAST_DAY_COURT,
        .term = "30 days",
        .start = "2024-11-25",
        .calendar = winter(),
        .nominal = "2024-12-25",
        .last = "2024-12-27",
        .safe = "2024-12-24",
        .sentences =
            "The time runs from Mon 25 Nov 2024: the day of entry. That day itself is not "
            "counted.\n"
            "30 days after that is Wed 25 Dec 2024.\n"
            "Wed 25 Dec 2024 is Christmas Day (5 USC 6103(a)): the last day runs on to Fri 27 Dec "
            "2024, the "
            "next day that is no Saturday, Sunday or legal holiday (FRCP 6(a)).\n"
            "Thu 26 Dec 2024 is closed too: the day after.\n"
            "Act by Tue 24 Dec 2024, the last business day before, so that nobody has to rely on "
            "that.\n" });
}

static void what_is_counted_back_goes_on_back(void **state)
{
    (void)state;
    example_check(&(struct example){
        .mode = LAST_DAY_FILING,
        .term = "-10 days",
        .start = "2025-01-05",
        .calendar = winter(),
        .nominal = "2024-12-26",
        .last = "2024-12-24",
        .safe = "2024-12-24",
        .sentences = "The time runs from Sun 5 Jan 2025: the day of entry. That day itself is not "
                     "counted.\n"
                     "10 days before that is Thu 26 Dec 2024.\n"
                     "Thu 26 Dec 2024 is the day after: counted back, the last day goes on back to "
                     "Tue 24 Dec 2024, "
                     "the business day before.\n"
                     "Wed 25 Dec 2024 is closed too: Christmas Day (5 USC 6103(a)).\n" });
}

static void business_days_are_counted_by_the_calendar(void **state)
{
    (void)state;
    example_check(&(struct example){
        .mode = LAST_DAY_BUSINESS,
        .term = "7 business days",
        .start = "2024-12-18",
        .calendar = winter(),
        .law = "19 CFR 171.2(e)",
        .nominal = "2024-12-31",
        .last = "2024-12-31",
        .safe = "2024-12-31",
        .sentences = "The time runs from Wed 18 Dec 2024: the day of entry. That day itself is not "
                     "counted.\n"
                     "7 business days after that is Tue 31 Dec 2024 (19 CFR 171.2(e)).\n"
                     "Business days are the days on which the calendar winter is open.\n"
                     "Tue 31 Dec 2024 is the last day; the calendar winter is open.\n" });
}

static void behind_the_verified_days_business_days_give_no_date(void **state)
{
    (void)state;
    example_check(&(struct example){
        .mode = LAST_DAY_BUSINESS,
        .term = "8 business days",
        .start = "2024-12-18",
        .calendar = winter(),
        .nominal = "-",
        .last = "-",
        .safe = "-",
        .sentences =
            "The time runs from Wed 18 Dec 2024: the day of entry. That day itself is not "
            "counted.\n"
            "8 business days after that cannot be counted: the closed days of the calendar winter "
            "are known until Tue 31 Dec 2024.\n" });
    assert_true(example_derived.uncounted);
}

static void behind_the_verified_days_a_date_stands_and_says_so(void **state)
{
    (void)state;
    example_check(&(struct example){
        .mode = LAST_DAY_COURT,
        .term = "1 month",
        .start = "2024-12-04",
        .calendar = winter(),
        .nominal = "2025-01-04",
        .last = "2025-01-06",
        .safe = "2025-01-02",
        .sentences =
            "The time runs from Wed 4 Dec 2024: the day of entry. That day itself is not "
            "counted.\n"
            "1 month after that is Sat 4 Jan 2025.\n"
            "Sat 4 Jan 2025 is on a weekend: the last day runs on to Mon 6 Jan 2025, the next day "
            "that is no "
            "Saturday, Sunday or legal holiday (FRCP 6(a)).\n"
            "Act by Thu 2 Jan 2025, the last business day before, so that nobody has to rely on "
            "that.\n"
            "Calendar not verified: the closings of winter are known until Tue 31 Dec 2024.\n" });
    assert_true(example_derived.unverified);
}

static void the_day_to_act_by_is_open_in_both_calendars(void **state)
{
    (void)state;
    example_check(&(struct example){
        .mode = LAST_DAY_COURT,
        .term = "30 days",
        .start = "2024-11-26",
        .office = winter(),
        .nominal = "2024-12-26",
        .last = "2024-12-26",
        .safe = "2024-12-24",
        .sentences =
            "The time runs from Tue 26 Nov 2024: the day of entry. That day itself is not "
            "counted.\n"
            "30 days after that is Thu 26 Dec 2024.\n"
            "Thu 26 Dec 2024 is the last day; it is no Saturday or Sunday.\n"
            "Act by Tue 24 Dec 2024, the last business day before by the calendar winter, so that "
            "nobody has to rely on that.\n" });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_holiday_runs_on_and_each_closed_day_is_named),
        cmocka_unit_test(what_is_counted_back_goes_on_back),
        cmocka_unit_test(business_days_are_counted_by_the_calendar),
        cmocka_unit_test(behind_the_verified_days_business_days_give_no_date),
        cmocka_unit_test(behind_the_verified_days_a_date_stands_and_says_so),
        cmocka_unit_test(the_day_to_act_by_is_open_in_both_calendars),
    };

    return cmocka_run_group_tests_name("closed", tests, arena_set_up, arena_tear_down);
}
