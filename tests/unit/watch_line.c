/* watch/line: what a manager sees first, and how money is counted. */
#include "lib/arena.h"
#include "lib/test.h"

#include "base/arena.h"
#include "base/text.h"
#include "codec/json.h"
#include "watch/line.h"

#include <stdio.h>

#define TODAY 20000
#define UNKNOWN INT64_MIN

/* The last day is the day to act by; `days` from today, DATE_NONE: not known. */
static struct line line(const char *subject, int64_t amount, date days)
{
    date last = days == DATE_NONE ? DATE_NONE : TODAY + days;

    return (struct line){ .rule = "r",
                          .subject = subject,
                          .period = "",
                          .status = "OPEN",
                          .answer = "pending",
                          .last = last,
                          .past_since = DATE_NONE,
                          .safe = last,
                          .amount = amount,
                          .finding = UNKNOWN };
}

/* The subjects in order, without blanks between. */
static const char *order(struct line *all, size_t n, const char *by)
{
    struct lines l = { .all = all, .count = n };
    static char out[64];

    lines_sort(&l, by, TODAY, arena);
    out[0] = '\0';
    for (size_t i = 0; i < n; i++)
        snprintf(out + i, sizeof out - i, "%s", all[i].subject);
    return out;
}

static void money_times_nearness_decides(void **ignored)
{
    struct line all[] = {
        line("a", 10000, 90), /* a quarter of it: 2,500 */
        line("b", 3000, 0),   /* all of it */
        line("c", 90000, 870) /* a thirtieth: 3,000 as well, but later */
    };

    (void)ignored;
    assert_string_equal(order(all, 3, NULL), "bca");
    assert_string_equal(order(all, 3, "urgency"), "bca");
}

static void what_has_passed_grows_old_as_what_comes_is_far(void **ignored)
{
    struct line all[] = { line("a", 1000, -60), line("b", 1000, 59), line("c", 1000, 61),
                          line("d", 1000, -1) };

    (void)ignored;
    assert_string_equal(order(all, 4, NULL), "dbac");
}

static void between_act_by_and_the_last_day_there_is_no_more_time(void **ignored)
{
    struct line all[] = { line("a", 1000, 1), line("b", 1000, 5) };

    (void)ignored;
    all[1].safe = TODAY - 3;
    assert_string_equal(order(all, 2, NULL), "ba");
}

static void an_unknown_amount_counts_as_the_middle_one(void **ignored)
{
    struct line all[] = { line("a", 100, 30), line("b", UNKNOWN, 30), line("c", 9000, 30),
                          line("d", 500, 30), line("e", UNKNOWN, 2) };

    (void)ignored;
    assert_string_equal(order(all, 5, NULL), "cedba");
    all[0] = line("a", UNKNOWN, 9);
    all[1] = line("b", UNKNOWN, 8);
    assert_string_equal(order(all, 2, NULL), "ba");
}

static void groups_come_one_after_the_other(void **ignored)
{
    struct line all[] = { line("a", 900000, 1), line("b", 800000, 1), line("c", 700000, DATE_NONE),
                          line("d", 1, 300),    line("e", 5, 1),      line("f", 6, DATE_NONE) };

    (void)ignored;
    all[0].status = "RESOLVED";
    all[1].because = "at the court";
    all[4].because = "at the court";
    assert_string_equal(order(all, 6, NULL), "dcfbea");
}

static void by_day_and_by_amount_the_unknown_comes_last(void **ignored)
{
    struct line all[] = { line("a", UNKNOWN, 5), line("b", 7, DATE_NONE), line("c", 9, 5),
                          line("d", 7, -4), line("e", UNKNOWN, DATE_NONE) };

    (void)ignored;
    assert_string_equal(order(all, 5, "due"), "dcabe");
    assert_string_equal(order(all, 5, "amount"), "cdbae");
    assert_string_equal(order(all, 5, "subject"), "abcde");
}

static int64_t counted(const struct json *j, const char *key)
{
    assert_int_equal(json_type_of(json_get(j, key)), JSON_WHOLE);
    return json_get_whole(j, key);
}

static void money_counts_once_a_case_in_each_part(void **ignored)
{
    struct line all[] = { line("b", 100, 10), line("a", 700, -1),     line("b", 300, 70),
                          line("c", 5, 400),  line("d", UNKNOWN, 20), line("b", 200, DATE_NONE) };
    struct lines l = { .all = all, .count = 6 };
    AUTO(json) j = lines_counts(&l, TODAY, 2);

    (void)ignored;
    assert_int_equal(counted(j, "total"), 6);
    assert_int_equal(counted(j, "shown"), 2);
    assert_int_equal(counted(j, "amount"), 700 + 300 + 5);
    assert_int_equal(counted(j, "amount_unknown"), 1);
    assert_int_equal(counted(j, "past"), 1);
    assert_int_equal(counted(j, "past_amount"), 700);
    assert_int_equal(counted(j, "within_30"), 2);
    assert_int_equal(counted(j, "within_30_amount"), 100);
    assert_int_equal(counted(j, "within_60"), 2);
    assert_int_equal(counted(j, "within_90"), 3);
    assert_int_equal(counted(j, "within_90_amount"), 300);
    assert_int_equal(counted(j, "within_180_amount"), 300);
    assert_int_equal(counted(j, "within_365"), 3);
}

static void nothing_counts_as_nothing(void **ignored)
{
    struct lines l = { 0 };
    AUTO(json) j = lines_counts(&l, TODAY, 0);

    (void)ignored;
    lines_sort(&l, NULL, TODAY, arena);
    assert_int_equal(counted(j, "total"), 0);
    assert_int_equal(counted(j, "amount"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(money_times_nearness_decides),
        cmocka_unit_test(what_has_passed_grows_old_as_what_comes_is_far),
        cmocka_unit_test(between_act_by_and_the_last_day_there_is_no_more_time),
        cmocka_unit_test(an_unknown_amount_counts_as_the_middle_one),
        cmocka_unit_test(groups_come_one_after_the_other),
        cmocka_unit_test(by_day_and_by_amount_the_unknown_comes_last),
        cmocka_unit_test(money_counts_once_a_case_in_each_part),
        cmocka_unit_test(nothing_counts_as_nothing),
    };

    return cmocka_run_group_tests_name("line", tests, arena_set_up, arena_tear_down);
}
