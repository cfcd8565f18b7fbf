/* fetch/schedule: when a source is pulled again. */
#include "lib/test.h"

#include "fetch/schedule.h"

#define NOW (1000 * DAY)
#define MIDDLE 1000 /* the chance that takes nothing and adds nothing */

static const struct source hourly = { .every = HOUR, .retry_first = MINUTE, .retry_most = HOUR };

static void after_a_good_attempt_one_period_passes(void **state)
{
    (void)state;
    assert_int_equal(schedule_after_good(&hourly, NOW), NOW + HOUR);
}

static void pauses_double_up_to_the_longest(void **state)
{
    static const instant pauses[] = { 1, 2, 4, 8, 16, 32, 60, 60 };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(pauses); i++)
        assert_int_equal(schedule_after_failure(&hourly, (int64_t)i + 1, 0, MIDDLE, NOW),
                         NOW + pauses[i] * MINUTE);
    assert_int_equal(schedule_after_failure(&hourly, INT64_MAX, 0, MIDDLE, NOW), NOW + HOUR);
}

static void chance_moves_a_pause_by_a_fifth_at_most(void **state)
{
    uint64_t seed = test_seed();
    instant least = DAY, most = 0;

    (void)state;
    assert_int_equal(schedule_after_failure(&hourly, 1, 0, 0, NOW), NOW + 48 * SECOND);
    assert_int_equal(schedule_after_failure(&hourly, 1, 0, 2000, NOW), NOW + 72 * SECOND);
    for (int i = 0; i < 2000; i++) {
        instant pause = schedule_after_failure(&hourly, 1, 0, test_random(&seed), NOW) - NOW;

        least = pause < least ? pause : least;
        most = pause > most ? pause : most;
    }
    assert_in_range(least, 48 * SECOND, 50 * SECOND);
    assert_in_range(most, 70 * SECOND, 72 * SECOND);
}

static void the_server_can_ask_for_more_but_not_for_less_and_for_a_day_at_most(void **state)
{
    (void)state;
    assert_int_equal(schedule_after_failure(&hourly, 1, 10 * MINUTE, MIDDLE, NOW),
                     NOW + 10 * MINUTE);
    assert_int_equal(schedule_after_failure(&hourly, 1, SECOND, MIDDLE, NOW), NOW + MINUTE);
    assert_int_equal(schedule_after_failure(&hourly, 1, DAY - 1, MIDDLE, NOW), NOW + DAY - 1);
    for (instant more = 0; more < 2; more++) /* RETRY_AFTER_DAYS */
        assert_int_equal(schedule_after_failure(&hourly, 1, DAY + more, MIDDLE, NOW), NOW + DAY);
}

static void a_first_pause_longer_than_the_longest_is_cut(void **state)
{
    struct source odd = hourly;

    (void)state;
    odd.retry_first = 3 * HOUR;
    assert_int_equal(schedule_after_failure(&odd, 1, 0, MIDDLE, NOW), NOW + HOUR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_a_good_attempt_one_period_passes),
        cmocka_unit_test(pauses_double_up_to_the_longest),
        cmocka_unit_test(chance_moves_a_pause_by_a_fifth_at_most),
        cmocka_unit_test(the_server_can_ask_for_more_but_not_for_less_and_for_a_day_at_most),
        cmocka_unit_test(a_first_pause_longer_than_the_longest_is_cut),
    };

    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
