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
            "Calendar not verified: winter is verified until Tue 31 Dec 2024.\n" });
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

/* A closing of `days` days from 2 June 2025 on, in the midst of which a holiday stands. */
static const struct calendar *flood(int days)
{
    const date first = date_of(2025, 6, 2);
    const struct closing closings[] = {
        { .name = "a holiday", .first = first + days / 2, .last = first + days / 2 },
        { .name = "flood", .law = "order 7", .first = first, .last = first + days - 1 }
    };
    const struct calendar_plan plan = { .name = "flood",
                                        .weekend = 1U << 5 | 1U << 6,
                                        .closings = closings,
                                        .closing_count = COUNT_OF(closings),
                                        .verified_from = date_of(2024, 1, 1),
                                        .verified_until = date_of(2027, 12, 31) };

    return calendar_make(&plan, arena);
}

/* The day that `text` begins with; it is within two years of 2 June 2025. */
static date day_at(const char *text)
{
    char day[DATE_LONG_SIZE];

    for (date d = date_of(2023, 6, 2); d < date_of(2027, 6, 2); d++) {
        date_long(d, day);
        if (strncmp(text, day, strlen(day)) == 0)
            return d;
    }
    fail_msg("no day: %s", text);
    return DATE_NONE;
}

/* Counts for each day from `first` on in how many sentences it is closed too; returns how many
 * sentences there are of these. */
static int read_closed(const char *said, date first, int counts[400])
{
    int sentences = 0;

    for (const char *line = said, *end; (end = strchr(line, '\n')); line = end + 1) {
        const char *closed = strstr(line, " closed too: "), *to = strstr(line, " to ");
        date from, until;

        if (!closed || closed > end)
            continue;
        from = day_at(line);
        until = to && to < closed ? day_at(to + 4) : from;
        if (from < first || until < from || until >= first + 400)
            fail_msg("%s", said);
        for (date d = from; d <= until; d++)
            counts[d - first]++;
        sentences++;
    }
    return sentences;
}

/* From `start` the term leads into the closing, and on or back to its other end. */
static void check_closing(const struct calendar *c, int days, enum last_day_mode mode,
                          const char *term, date start)
{
    const date first = date_of(2025, 6, 2);
    char day[DATE_TEXT_SIZE];
    int counts[400] = { 0 };
    const struct example x = {
        .mode = mode, .term = term, .start = date_text(start, day), .calendar = c
    };
    struct text said = example_explain(&x);
    date from = example_derived.nominal, to = example_derived.last;

    assert_true(read_closed(text_of(&said), first, counts) <= 7);
    assert_true(said.size < 2000);
    for (date d = first; d < first + days; d++) {
        bool between = (from < d && d < to) || (to < d && d < from);

        if (counts[d - first] != between)
            fail_msg("closed for %d days: %s\n%s", days, date_text(d, day), text_of(&said));
    }
    text_free(&said);
}

static void of_a_long_closing_each_day_is_in_one_of_few_sentences(void **state)
{
    (void)state;
    for (int days = 1; days <= 366; days++) {
        const struct calendar *c = flood(days);
        const date first = date_of(2025, 6, 2);

        check_closing(c, days, LAST_DAY_COURT, "30 days", first - 30);
        check_closing(c, days, LAST_DAY_FILING, "-30 days", first + days - 1 + 30);
    }
}

static void a_long_closing_is_told_in_one_sentence(void **state)
{
    struct text said;

    (void)state;
    said = example_explain(&(struct example){
        .mode = LAST_DAY_COURT, .term = "30 days", .start = "2025-05-03", .calendar = flood(20) });
    assert_non_null(strstr(
        text_of(&said), "Tue 3 Jun 2025 to Wed 11 Jun 2025 are closed too: flood (order 7).\n"
                        "Thu 12 Jun 2025 is closed too: a holiday.\n"
                        "Fri 13 Jun 2025 to Sat 21 Jun 2025 are closed too: flood (order 7).\n"));
    text_free(&said);
}

/* Open on the days on which the offices of winter() are closed, but for one; looked up on 9
 * December. */
static const struct calendar *court(void)
{
    static const struct closing own[] = {
        { .name = "Christmas Day", .law = "5 USC 6103(a)", .first = 20082, .last = 20082 }
    };
    const struct calendar_plan plan = { .name = "court",
                                        .weekend = 1U << 5 | 1U << 6,
                                        .closings = own,
                                        .closing_count = COUNT_OF(own),
                                        .verified_from = date_of(2024, 1, 1),
                                        .verified_until = date_of(2024, 12, 31),
                                        .as_of = date_of(2024, 12, 9),
                                        .roll_law = "Rule 6" };
    struct calendar *c = calendar_make(&plan, arena);

    calendar_doubt(c, winter());
    return c;
}

/* The earlier day counts: the one after it is shown beside it. */
static void a_day_on_which_other_offices_are_closed_is_arguable(void **state)
{
    (void)state;
    example_check(&(struct example){
        .mode = LAST_DAY_COURT,
        .term = "30 days",
        .start = "2024-11-25",
        .calendar = court(),
        .nominal = "2024-12-25",
        .last = "2024-12-26",
        .safe = "2024-12-24",
        .sentences =
            "The time runs from Mon 25 Nov 2024: the day of entry. That day itself is not "
            "counted.\n"
            "30 days after that is Wed 25 Dec 2024.\n"
            "Wed 25 Dec 2024 is Christmas Day (5 USC 6103(a)): the last day runs on to Thu 26 Dec "
            "2024, the next day that is no Saturday, Sunday or legal holiday (Rule 6).\n"
            "Act by Tue 24 Dec 2024, the last business day before, so that nobody has to rely on "
            "that.\n"
            "On Thu 26 Dec 2024 the calendar winter is closed: the day after. Whether court is "
            "closed then too is arguable; if so, the last day is Fri 27 Dec 2024. The earlier day "
            "counts here.\n"
            "A closing of court that was ordered after Mon 9 Dec 2024 is not in here.\n" });
    assert_int_equal(example_derived.alternative, date_of(2024, 12, 27));
    assert_false(example_derived.unverified);
}

/* No last day that stays, none that is stated and runs nowhere, and none before the orders that are
 * known. */
static void nothing_is_arguable_where_a_day_does_not_run_on(void **state)
{
    static const enum last_day_mode modes[] = { LAST_DAY_LAW, LAST_DAY_SAFE };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        struct text said = example_explain(&(struct example){
            .mode = modes[i], .term = "30 days", .start = "2024-11-26", .calendar = court() });

        assert_null(strstr(text_of(&said), "arguable"));
        assert_int_equal(example_derived.alternative, DATE_NONE);
        text_free(&said);
        said = example_explain(&(struct example){
            .mode = modes[i], .term = "3 days", .start = "2024-12-06", .calendar = court() });
        assert_null(strstr(text_of(&said), "ordered after"));
        text_free(&said);
    }
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
        cmocka_unit_test(of_a_long_closing_each_day_is_in_one_of_few_sentences),
        cmocka_unit_test(a_long_closing_is_told_in_one_sentence),
        cmocka_unit_test(a_day_on_which_other_offices_are_closed_is_arguable),
        cmocka_unit_test(nothing_is_arguable_where_a_day_does_not_run_on),
    };

    return cmocka_run_group_tests_name("closed", tests, arena_set_up, arena_tear_down);
}
