/* judge/finding: what is on record as late is what the data of now says, whenever it was looked at.
 */
#include "lib/test.h"

#include "judge/finding.h"

#include <string.h>

#define LAST 1000 /* the last day; a plain number of days is enough here */

static struct finding none(void)
{
    return (struct finding){ .stage = -1,
                             .due = DATE_NONE,
                             .safe = DATE_NONE,
                             .opened_on = DATE_NONE,
                             .breached_on = DATE_NONE,
                             .closed_on = DATE_NONE,
                             .met_on = DATE_NONE,
                             .reminded_on = DATE_NONE,
                             .quiet_on = DATE_NONE,
                             .start = DATE_NONE,
                             .acked_until = DATE_NONE };
}

static struct sight on(date today, date last, date met_on)
{
    return (struct sight){ .today = today,
                           .answer = met_on == DATE_NONE ? ANSWER_PENDING : ANSWER_MET,
                           .start = last - 100,
                           .last = last,
                           .safe = last,
                           .stage = today >= last - 30 ? 0 : -1,
                           .met_on = met_on,
                           .lost_on = DATE_NONE,
                           .quiet_on = DATE_NONE };
}

static const char *step(struct finding *f, struct sight s)
{
    struct step step = finding_step(f, &s);

    *f = step.next;
    assert_int_equal(finding_step(f, &s).cause, CAUSE_NONE); /* it is said once */
    return cause_name(step.cause);
}

static void done_late_is_on_record_whenever_it_is_seen(void **state)
{
    struct finding seen = none(), rung = none(), never = none();

    (void)state;
    step(&seen, on(LAST + 5, LAST, DATE_NONE));
    assert_string_equal(step(&seen, on(LAST + 9, LAST, LAST + 7)), "met late");
    step(&rung, on(LAST - 9, LAST, DATE_NONE));
    assert_string_equal(step(&rung, on(LAST + 9, LAST, LAST + 7)), "met late");
    assert_string_equal(step(&never, on(LAST + 9, LAST, LAST + 7)), "met late");
    for (struct finding *const *f = (struct finding *[]){ &seen, &rung, &never, NULL }; *f; f++) {
        assert_int_equal((*f)->status, STATUS_RESOLVED);
        assert_int_equal((*f)->due, LAST);
        assert_int_equal((*f)->breached_on, LAST + 1);
        assert_int_equal((*f)->met_on, LAST + 7);
    }
}

/* On the last day, but after the hour: since that day. */
static void done_after_the_hour_is_late(void **state)
{
    struct finding f = none();
    struct sight s = on(LAST, LAST, LAST);

    (void)state;
    s.timed = s.over = s.met_after = true;
    assert_string_equal(step(&f, s), "met late");
    assert_int_equal(f.breached_on, LAST);
    s.met_after = false; /* the hour of it is mended */
    assert_string_equal(step(&f, s), "met");
    assert_int_equal(f.breached_on, DATE_NONE);
}

static void a_part_of_a_front_that_passed_before_it_was_done_is_late(void **state)
{
    struct finding f = none();
    struct sight s = on(LAST + 50, LAST, LAST + 20);

    (void)state;
    s.front = true;
    s.lost_on = LAST + 1;
    assert_string_equal(step(&f, s), "met late");
    assert_int_equal(f.breached_on, LAST + 1);
}

static void another_date_decides_anew_what_is_closed(void **state)
{
    struct finding f = none();

    (void)state;
    step(&f, on(LAST - 9, LAST, DATE_NONE));
    assert_string_equal(step(&f, on(LAST + 9, LAST, LAST)), "met");
    assert_string_equal(step(&f, on(LAST + 10, LAST - 20, LAST)), "met late");
    assert_int_equal(f.due, LAST - 20);
    assert_int_equal(f.breached_on, LAST - 19);
    assert_string_equal(step(&f, on(LAST + 11, LAST - 25, LAST)), "data corrected");
    assert_int_equal(f.breached_on, LAST - 24);
    assert_int_equal(f.start, LAST - 125);
    assert_string_equal(step(&f, on(LAST + 12, LAST + 1, LAST)), "met");
    assert_int_equal(f.breached_on, DATE_NONE);
    assert_string_equal(step(&f, on(LAST + 12, LAST + 1, LAST)), "");
}

/* Not done, excused in time, not bound: it was none. What left its source keeps its last word. */
static void what_was_not_late_leaves_the_record(void **state)
{
    struct finding f = none(), g;
    struct sight s = on(LAST + 9, LAST, LAST + 7);

    (void)state;
    step(&f, s);
    g = f;
    assert_string_equal(step(&g, on(LAST + 10, LAST + 400, DATE_NONE)), "data corrected");
    assert_int_equal(g.breached_on, DATE_NONE);
    g = f;
    s.quiet_on = LAST;
    assert_string_equal(step(&g, s), "met");
    assert_int_equal(g.breached_on, DATE_NONE);
    s.answer = ANSWER_OUTSIDE;
    g = f;
    assert_string_equal(step(&g, s), "withdrawn");
    assert_int_equal(g.breached_on, DATE_NONE);
    s.gone = true;
    assert_string_equal(step(&f, s), "");
    assert_int_equal(f.breached_on, LAST + 1);
}

/* The same date and another hour: it is not past yet. */
static void a_later_hour_takes_back_what_was_past(void **state)
{
    struct finding f = none();
    struct sight s = on(LAST, LAST, DATE_NONE);

    (void)state;
    s.timed = s.over = true;
    step(&f, s);
    assert_int_equal(f.breached_on, LAST);
    s.over = false;
    assert_string_equal(step(&f, s), "moved");
    assert_int_equal(f.breached_on, DATE_NONE);
}

static void what_is_mended_is_no_loss(void **state)
{
    struct finding f = none();
    struct sight s = on(LAST + 9, LAST, DATE_NONE);

    (void)state;
    s.mended = s.opens = true;
    step(&f, s);
    assert_int_equal(f.breached_on, LAST + 1);
    for (date day = LAST + 10; day < LAST + 13; day++) {
        s = on(day, day + 20, day);
        s.mended = true;
        assert_string_equal(step(&f, s), day == LAST + 10 ? "met" : "");
        assert_int_equal(f.breached_on, DATE_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(done_late_is_on_record_whenever_it_is_seen),
        cmocka_unit_test(done_after_the_hour_is_late),
        cmocka_unit_test(a_part_of_a_front_that_passed_before_it_was_done_is_late),
        cmocka_unit_test(another_date_decides_anew_what_is_closed),
        cmocka_unit_test(what_was_not_late_leaves_the_record),
        cmocka_unit_test(a_later_hour_takes_back_what_was_past),
        cmocka_unit_test(what_is_mended_is_no_loss),
    };

    return cmocka_run_group_tests_name("late", tests, NULL, NULL);
}
