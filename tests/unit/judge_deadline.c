/* judge/deadline: dates and the sentences that say how they were computed. */
#include "lib/arena.h"
#include "lib/test.h"

#include "base/text.h"
#include "calendar/lastday.h"
#include "judge/deadline.h"

#include <string.h>

#define NO_HOLIDAYS "Holidays are not considered: no calendar of them is configured.\n"

/* What one observation gives. Terms: "" is none. */
struct example {
    enum last_day_mode mode;
    const char *term, *start; /* after `start`; a term below zero: before it */
    const char *bound_term, *bound;
    bool states; /* the record states the day: `start` is it */
    const char *law;
    const struct calendar *calendar, *office;
    const char *nominal, *last, *safe;
    const char *sentences;
};

static struct derivation derivation;

static void note(void *data, const struct derivation_step *s)
{
    struct text *t = data;
    bool known = false;

    for (const char *const *k = derivation_steps; *k; k++)
        known |= strcmp(*k, s->does) == 0;
    assert_true(known);
    text_addf(t, "%s\n", s->sentence);
}

/* Derives and explains it; the caller frees the text. */
static struct text explain(const struct example *x)
{
    struct bound bound = { .after = { .text = "opened_on" }, .term = x->bound_term };
    struct deadline def = { .last_day = (int)x->mode,
                            .due = { .text = x->states ? "entry_on" : NULL },
                            .no_later_than = x->bound_term ? &bound : NULL };
    struct rule rule = { .law = x->law, .deadline = &def };
    struct prepared_rule prepared = { .def = &rule,
                                      .way_count = 1,
                                      .ways = { { .words = "the day of entry" } } };
    struct observation o = observe_nothing(&prepared, "C-1", "");
    struct text said = { 0 };

    o.starts[0] = date_read(x->start ? x->start : "");
    o.bound = date_read(x->bound ? x->bound : "");
    prepared.counting.calendar = x->calendar;
    prepared.office.calendar = x->office;
    prepared.ways[0].stated = x->states;
    assert_true(!x->term || term_read(x->term, &prepared.ways[0].term));
    assert_true(!x->bound_term || term_read(x->bound_term, &prepared.bound_term));
    derivation = deadline_derive(&o);
    deadline_explain(&o, note, &said);
    return said;
}

static void check(const struct example *x)
{
    char nominal[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE], safe[DATE_TEXT_SIZE];
    struct text said = explain(x), again = explain(x);

    assert_string_equal(date_text(derivation.nominal, nominal), x->nominal);
    assert_string_equal(date_text(derivation.last, last), x->last);
    assert_string_equal(date_text(derivation.safe, safe), x->safe);
    assert_string_equal(text_of(&said), x->sentences);
    assert_string_equal(text_of(&again), x->sentences); /* the same input, the same sentences */
    text_free(&said);
    text_free(&again);
}

static void a_term_that_ends_on_a_working_day_ends_there(void **state)
{
    (void)state;
    check(&(struct example){
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
    check(&(struct example){
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

static void for_a_filing_the_office_opens_on_monday(void **state)
{
    (void)state;
    check(&(struct example){
        .mode = LAST_DAY_FILING,
        .term = "2 weeks",
        .start = "2025-02-16",
        .nominal = "2025-03-02",
        .last = "2025-03-03",
        .safe = "2025-02-28",
        .sentences =
            "The time runs from Sun 16 Feb 2025: the day of entry. That day itself is not "
            "counted.\n"
            "2 weeks after that is Sun 2 Mar 2025.\n"
            "Sun 2 Mar 2025 is on a weekend: the last day runs on to Mon 3 Mar 2025, the next "
            "business day of "
            "the office (Thalson Co. v. United States, 28 Cust. Ct. 536).\n"
            "Act by Fri 28 Feb 2025, the last business day before, so that nobody has to rely on "
            "that.\n" NO_HOLIDAYS });
}

static void by_operation_of_law_a_weekend_stays_the_last_day(void **state)
{
    (void)state;
    check(&(struct example){
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
    check(&(struct example){
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

static void a_month_without_that_date_ends_on_its_last_day(void **state)
{
    (void)state;
    check(&(struct example){
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
    assert_true(derivation.clamped);
}

static void the_29th_of_february_has_its_anniversary_on_the_28th(void **state)
{
    (void)state;
    check(&(struct example){
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
    check(&(struct example){
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
    check(&(struct example){
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
    check(&x);
    assert_true(derivation.bound);
}

static void a_known_start_needs_no_bound(void **state)
{
    struct text said;

    (void)state;
    said = explain(&(struct example){ .mode = LAST_DAY_COURT,
                                      .term = "5 years",
                                      .start = "2019-03-04",
                                      .bound_term = "5 years",
                                      .bound = "2020-03-03" });
    assert_false(derivation.bound);
    assert_int_equal(derivation.nominal, date_read("2024-03-04"));
    assert_null(strstr(text_of(&said), "not known"));
    text_free(&said);
}

static void without_start_and_bound_there_is_no_date_and_no_other_word(void **state)
{
    (void)state;
    check(&(struct example){ .mode = LAST_DAY_COURT,
                             .term = "5 years",
                             .bound_term = "5 years",
                             .nominal = "-",
                             .last = "-",
                             .safe = "-",
                             .sentences = "No date can be derived: the day from which the time "
                                          "runs (the day of entry) is not known.\n" });
    check(&(struct example){ .mode = LAST_DAY_COURT,
                             .states = true,
                             .nominal = "-",
                             .last = "-",
                             .safe = "-",
                             .sentences = "No date can be derived: the day from which the time "
                                          "runs (the day of entry) is not known.\n" });
}

static void a_term_beyond_the_calendar_gives_no_date(void **state)
{
    struct text said;

    (void)state;
    said = explain(
        &(struct example){ .mode = LAST_DAY_COURT, .term = "400 years", .start = "9700-01-01" });
    assert_int_equal(derivation.nominal, DATE_NONE);
    assert_int_equal(derivation.last, DATE_NONE);
    text_free(&said);
}

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
    check(&(struct example){
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
    check(&(struct example){
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
    check(&(struct example){
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
    check(&(struct example){
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
    assert_true(derivation.uncounted);
}

static void behind_the_verified_days_a_date_stands_and_says_so(void **state)
{
    (void)state;
    check(&(struct example){
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
    assert_true(derivation.unverified);
}

static void the_day_to_act_by_is_open_in_both_calendars(void **state)
{
    (void)state;
    check(&(struct example){
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

static void the_day_to_act_by_is_a_working_day_and_never_after_the_last_day(void **state)
{
    (void)state;
    for (enum last_day_mode mode = LAST_DAY_COURT; mode <= LAST_DAY_SAFE; mode++)
        for (date start = date_read("2024-01-01"); start < date_read("2025-01-01"); start++) {
            char day[DATE_TEXT_SIZE];
            struct text said = explain(&(struct example){
                .mode = mode, .term = "1 year", .start = date_text(start, day) });

            assert_true(calendar_is_open(NULL, derivation.safe, NULL));
            assert_true(derivation.safe <= derivation.last);
            assert_true(derivation.safe <= derivation.nominal);
            assert_true(derivation.nominal - derivation.safe <= 2);
            assert_true(strstr(text_of(&said), "Act by") == NULL ||
                        derivation.safe != derivation.last);
            text_free(&said);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_term_that_ends_on_a_working_day_ends_there),
        cmocka_unit_test(in_court_a_weekend_runs_on_to_monday_and_is_not_relied_upon),
        cmocka_unit_test(for_a_filing_the_office_opens_on_monday),
        cmocka_unit_test(by_operation_of_law_a_weekend_stays_the_last_day),
        cmocka_unit_test(to_be_safe_a_weekend_goes_back_to_friday),
        cmocka_unit_test(a_month_without_that_date_ends_on_its_last_day),
        cmocka_unit_test(the_29th_of_february_has_its_anniversary_on_the_28th),
        cmocka_unit_test(a_term_can_be_counted_back),
        cmocka_unit_test(a_stated_day_is_taken_as_it_stands),
        cmocka_unit_test(without_a_start_the_bound_is_the_date_and_says_so),
        cmocka_unit_test(a_known_start_needs_no_bound),
        cmocka_unit_test(without_start_and_bound_there_is_no_date_and_no_other_word),
        cmocka_unit_test(a_term_beyond_the_calendar_gives_no_date),
        cmocka_unit_test(a_holiday_runs_on_and_each_closed_day_is_named),
        cmocka_unit_test(what_is_counted_back_goes_on_back),
        cmocka_unit_test(business_days_are_counted_by_the_calendar),
        cmocka_unit_test(behind_the_verified_days_business_days_give_no_date),
        cmocka_unit_test(behind_the_verified_days_a_date_stands_and_says_so),
        cmocka_unit_test(the_day_to_act_by_is_open_in_both_calendars),
        cmocka_unit_test(the_day_to_act_by_is_a_working_day_and_never_after_the_last_day),
    };

    return cmocka_run_group_tests_name("deadline", tests, arena_set_up, arena_tear_down);
}
