/* judge/deadline: dates and the sentences that say how they were computed. */
#include "lib/example.h"
#include "lib/test.h"

#include <string.h>

#define NO_HOLIDAYS "Holidays are not considered: no calendar of them is configured.\n"

static void a_term_that_ends_on_a_working_day_ends_there(void **state)
{
    (void)state;
    example_check(&(struct example){
        .mode = LAST_DAY_COURT,
        .term = "5 years",
        .start = "2020-03-03",
        .law = "19 U.S.C. 1621(1)",
        .nominal = "2025-03-03",
        .last = "2025-03-03",
        .safe = "2025-03-03",
        .sentences =
            "The time runs from Tue 3 Mar 2020: the day of entry. That day itself is not counted.\n"
            "5 years after that is Mon 3 Mar 2025 (19 U.S.C. 1621(1)).\n"
            "Mon 3 Mar 2025 is the last day; it is no Saturday or Sunday.\n" NO_HOLIDAYS });
}

static void in_court_a_weekend_runs_on_to_monday_and_is_not_relied_upon(void **state)
{
    (void)state;
    example_check(&(struct example){
        .mode = LAST_DAY_COURT,
        .term = "30 days",
        .start = "2025-01-30",
        .nominal = "2025-03-01",
        .last = "2025-03-03",
        .safe = "2025-02-28",
        .sentences =
            "The time runs from Thu 30 Jan 2025: the day of entry. That day itself is not "
            "counted.\n"
            "30 days after that is Sat 1 Mar 2025.\n"
            "Sat 1 Mar 2025 is on a weekend: the last day runs on to Mon 3 Mar 2025, the next day "
            "that is no "
            "Saturday, Sunday or legal holiday (FRCP 6(a)).\n"
            "Act by Fri 28 Feb 2025, the last business day before, so that nobody has to rely on "
            "that.\n" NO_HOLIDAYS });
}

/* Two weeks that end on a Sunday; `by` is how the derivation says why they run on. */
static void check_filing(const char *roll_law, const char *by)
{
    AUTO_TEXT said = { 0 };

    text_addf(&said,
              "The time runs from Sun 16 Feb 2025: the day of entry. That day itself is not "
              "counted.\n"
              "2 weeks after that is Sun 2 Mar 2025.\n"
              "Sun 2 Mar 2025 is on a weekend: the last day runs on to Mon 3 Mar 2025, the next "
              "business day of the office%s.\n"
              "Act by Fri 28 Feb 2025, the last business day before, so that nobody has to rely on "
              "that.\n" NO_HOLIDAYS,
              by);
    example_check(&(struct example){ .mode = LAST_DAY_FILING,
                                     .roll_law = roll_law,
                                     .term = "2 weeks",
                                     .start = "2025-02-16",
                                     .nominal = "2025-03-02",
                                     .last = "2025-03-03",
                                     .safe = "2025-02-28",
                                     .sentences = text_of(&said) });
}

static void for_a_filing_the_office_opens_on_monday(void **state)
{
    (void)state;
    check_filing(NULL, ", by a practice for which no text is named");
}

static void the_rule_names_the_text_by_which_it_runs_on(void **state)
{
    (void)state;
    check_filing("Thalson Co. v. United States, 28 Cust. Ct. 536",
                 " (Thalson Co. v. United States, 28 Cust. Ct. 536)");
}

static void by_operation_of_law_a_weekend_stays_the_last_day(void **state)
{
    (void)state;
    example_check(&(struct example){
        .mode = LAST_DAY_LAW,
        .term = "1 year",
        .start = "2024-03-01",
        .nominal = "2025-03-01",
        .last = "2025-03-01",
        .safe = "2025-02-28",
        .sentences =
            "The time runs from Fri 1 Mar 2024: the day of entry. That day itself is not counted.\n"
            "1 year after that is Sat 1 Mar 2025.\n"
            "Sat 1 Mar 2025 is on a weekend: it stays the last day, because "
            "nothing "
            "says that "
            "it runs on.\n"
            "Act by Fri 28 Feb 2025, the last business day before, so that nobody has to rely on "
            "that.\n" NO_HOLIDAYS });
}

static void to_be_safe_a_weekend_goes_back_to_friday(void **state)
{
    (void)state;
    example_check(&(struct example){
        .mode = LAST_DAY_SAFE,
        .term = "1 year",
        .start = "2024-03-02",
        .nominal = "2025-03-02",
        .last = "2025-02-28",
        .safe = "2025-02-28",
        .sentences =
            "The time runs from Sat 2 Mar 2024: the day of entry. That day itself is not counted.\n"
            "1 year after that is Sun 2 Mar 2025.\n"
            "Sun 2 Mar 2025 is on a weekend: the last day goes back to Fri 28 Feb 2025, the "
            "business "
            "day "
            "before.\n" NO_HOLIDAYS });
}

static void what_must_happen_before_a_day_has_the_day_before_as_its_last(void **state)
{
    (void)state;
    example_check(&(struct example){
        .mode = LAST_DAY_BEFORE,
        .term = "1 year",
        .start = "2024-03-03",
        .nominal = "2025-03-03",
        .last = "2025-03-02",
        .safe = "2025-02-28",
        .sentences =
            "The time runs from Sun 3 Mar 2024: the day of entry. That day itself is not counted.\n"
            "1 year after that is Mon 3 Mar 2025.\n"
            "It must happen before that day: the last day is Sun 2 Mar 2025, the day before.\n"
            "Act by Fri 28 Feb 2025, the last business day before, so that nobody has to rely on "
            "that.\n" NO_HOLIDAYS });
    example_check(&(struct example){
        .mode = LAST_DAY_BEFORE,
        .term = "4 years",
        .start = "2020-03-01",
        .nominal = "2024-03-01",
        .last = "2024-02-29",
        .safe = "2024-02-29",
        .sentences =
            "The time runs from Sun 1 Mar 2020: the day of entry. That day itself is not counted.\n"
            "4 years after that is Fri 1 Mar 2024.\n"
            "It must happen before that day: the last day is Thu 29 Feb 2024, the day before."
            "\n" NO_HOLIDAYS });
}

static void a_month_without_that_date_ends_on_its_last_day(void **state)
{
    (void)state;
    example_check(&(struct example){
        .mode = LAST_DAY_COURT,
        .term = "1 month",
        .start = "2025-03-31",
        .law = "19 CFR 171.2",
        .nominal = "2025-04-30",
        .last = "2025-04-30",
        .safe = "2025-04-30",
        .sentences =
            "The time runs from Mon 31 Mar 2025: the day of entry. That day itself is not "
            "counted.\n"
            "1 month after that is Wed 30 Apr 2025, the last day of a month without that date (19 "
            "CFR 171.2).\n"
            "Wed 30 Apr 2025 is the last day; it is no Saturday or Sunday.\n" NO_HOLIDAYS });
    assert_true(example_derived.clamped);
}

static void the_29th_of_february_has_its_anniversary_on_the_28th(void **state)
{
    (void)state;
    example_check(&(struct example){
        .mode = LAST_DAY_COURT,
        .term = "5 years",
        .start = "2020-02-29",
        .nominal = "2025-02-28",
        .last = "2025-02-28",
        .safe = "2025-02-28",
        .sentences =
            "The time runs from Sat 29 Feb 2020: the day of entry. That day itself is not "
            "counted.\n"
            "5 years after that is Fri 28 Feb 2025, the last day of a February without that date.\n"
            "The time runs from 29 February and ends in a year without one: Sat 1 Mar 2025 is "
            "arguable too.\n"
            "Fri 28 Feb 2025 is the last day; it is no Saturday or Sunday.\n"
            "If that other day holds, the last day is Mon 3 Mar 2025.\n" NO_HOLIDAYS });
}

static void a_term_can_be_counted_back(void **state)
{
    (void)state;
    example_check(&(struct example){
        .mode = LAST_DAY_LAW,
        .term = "-45 days",
        .start = "2025-04-14",
        .nominal = "2025-02-28",
        .last = "2025-02-28",
        .safe = "2025-02-28",
        .sentences =
            "The time runs from Mon 14 Apr 2025: the day of entry. That day itself is not "
            "counted.\n"
            "45 days before that is Fri 28 Feb 2025.\n"
            "Fri 28 Feb 2025 is the last day; it is no Saturday or Sunday.\n" NO_HOLIDAYS });
}

static void a_stated_day_is_taken_as_it_stands(void **state)
{
    (void)state;
    example_check(&(struct example){
        .mode = LAST_DAY_COURT,
        .start = "2025-03-01",
        .states = true,
        .law = "19 CFR 1.1",
        .nominal = "2025-03-01",
        .last = "2025-03-03",
        .safe = "2025-02-28",
        .sentences =
            "The record states the day: Sat 1 Mar 2025 (the day of entry).\n"
            "Sat 1 Mar 2025 is on a weekend: the last day runs on to Mon 3 Mar 2025, the next day "
            "that is no "
            "Saturday, Sunday or legal holiday (FRCP 6(a)).\n"
            "Act by Fri 28 Feb 2025, the last business day before, so that nobody has to rely on "
            "that.\n" NO_HOLIDAYS });
}

static void without_a_start_the_bound_is_the_date_and_says_so(void **state)
{
    struct example x = {
        .mode = LAST_DAY_COURT,
        .term = "5 years",
        .bound_term = "5 years",
        .bound = "2020-03-03",
        .law = "19 U.S.C. 1621(1)",
        .nominal = "2025-03-03",
        .last = "2025-03-03",
        .safe = "2025-03-03",
        .sentences = "The day from which the time runs is not known: the day of entry.\n"
                     "It cannot be later than Tue 3 Mar 2020 (opened_on), so the time runs out no "
                     "later than shown here.\n"
                     "5 years after that is Mon 3 Mar 2025 (19 U.S.C. 1621(1)).\n"
                     "Mon 3 Mar 2025 is the last day; it is no Saturday or Sunday.\n" NO_HOLIDAYS
    };

    (void)state;
    example_check(&x);
    assert_true(example_derived.bound);
}

static void a_known_start_needs_no_bound(void **state)
{
    struct text said;

    (void)state;
    said = example_explain(&(struct example){ .mode = LAST_DAY_COURT,
                                              .term = "5 years",
                                              .start = "2019-03-04",
                                              .bound_term = "5 years",
                                              .bound = "2020-03-03" });
    assert_false(example_derived.bound);
    assert_int_equal(example_derived.nominal, date_read("2024-03-04"));
    assert_null(strstr(text_of(&said), "not known"));
    text_free(&said);
}

static void without_start_and_bound_there_is_no_date_and_no_other_word(void **state)
{
    (void)state;
    example_check(&(struct example){ .mode = LAST_DAY_COURT,
                                     .term = "5 years",
                                     .bound_term = "5 years",
                                     .nominal = "-",
                                     .last = "-",
                                     .safe = "-",
                                     .sentences =
                                         "No date can be derived: the day from which the time "
                                         "runs (the day of entry) is not known.\n" });
    example_check(&(struct example){ .mode = LAST_DAY_COURT,
                                     .states = true,
                                     .nominal = "-",
                                     .last = "-",
                                     .safe = "-",
                                     .sentences =
                                         "No date can be derived: the day from which the time "
                                         "runs (the day of entry) is not known.\n" });
}

static void a_term_beyond_the_calendar_gives_no_date(void **state)
{
    struct text said;

    (void)state;
    said = example_explain(
        &(struct example){ .mode = LAST_DAY_COURT, .term = "400 years", .start = "9700-01-01" });
    assert_int_equal(example_derived.nominal, DATE_NONE);
    assert_int_equal(example_derived.last, DATE_NONE);
    text_free(&said);
}

static void the_day_to_act_by_is_a_working_day_and_never_after_the_last_day(void **state)
{
    (void)state;
    for (enum last_day_mode mode = LAST_DAY_COURT; mode <= LAST_DAY_BEFORE; mode++)
        for (date start = date_read("2024-01-01"); start < date_read("2025-01-01"); start++) {
            char day[DATE_TEXT_SIZE];
            struct text said = example_explain(&(struct example){
                .mode = mode, .term = "1 year", .start = date_text(start, day) });

            assert_true(calendar_is_open(NULL, example_derived.safe, NULL));
            assert_true(example_derived.safe <= example_derived.last);
            assert_true(example_derived.safe <= example_derived.nominal);
            assert_true(example_derived.nominal - example_derived.safe <=
                        2 + (mode == LAST_DAY_BEFORE));
            assert_true(strstr(text_of(&said), "Act by") == NULL ||
                        example_derived.safe != example_derived.last);
            text_free(&said);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_term_that_ends_on_a_working_day_ends_there),
        cmocka_unit_test(in_court_a_weekend_runs_on_to_monday_and_is_not_relied_upon),
        cmocka_unit_test(for_a_filing_the_office_opens_on_monday),
        cmocka_unit_test(the_rule_names_the_text_by_which_it_runs_on),
        cmocka_unit_test(by_operation_of_law_a_weekend_stays_the_last_day),
        cmocka_unit_test(to_be_safe_a_weekend_goes_back_to_friday),
        cmocka_unit_test(what_must_happen_before_a_day_has_the_day_before_as_its_last),
        cmocka_unit_test(a_month_without_that_date_ends_on_its_last_day),
        cmocka_unit_test(the_29th_of_february_has_its_anniversary_on_the_28th),
        cmocka_unit_test(a_term_can_be_counted_back),
        cmocka_unit_test(a_stated_day_is_taken_as_it_stands),
        cmocka_unit_test(without_a_start_the_bound_is_the_date_and_says_so),
        cmocka_unit_test(a_known_start_needs_no_bound),
        cmocka_unit_test(without_start_and_bound_there_is_no_date_and_no_other_word),
        cmocka_unit_test(a_term_beyond_the_calendar_gives_no_date),
        cmocka_unit_test(the_day_to_act_by_is_a_working_day_and_never_after_the_last_day),
    };

    return cmocka_run_group_tests_name("deadline", tests, NULL, NULL);
}
