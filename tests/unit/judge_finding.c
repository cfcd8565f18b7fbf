#include "lib/test.h"

#include "judge/finding.h"

#include <stdio.h>
#include <string.h>

#define SAFE 1000 /* the day to act by; a plain number of days is enough here */

static const struct rung_term rungs[] = {
    { .at = { -90, TERM_DAYS }, .severity = SEVERITY_NOTICE },
    { .at = { -30, TERM_DAYS }, .remind = { 7, TERM_DAYS }, .severity = SEVERITY_WARNING },
    { .at = { -7, TERM_DAYS }, .severity = SEVERITY_CRITICAL },
};

static struct finding none(void)
{
    return (struct finding){ .stage = -1,
                             .due = DATE_NONE,
                             .safe = DATE_NONE,
                             .opened_on = DATE_NONE,
                             .breached_on = DATE_NONE,
                             .closed_on = DATE_NONE,
                             .reminded_on = DATE_NONE,
                             .quiet_on = DATE_NONE,
                             .start = DATE_NONE,
                             .acked_until = DATE_NONE };
}

static struct sight on(date today, enum answer answer)
{
    struct sight s = { .today = today,
                       .answer = answer,
                       .last = SAFE,
                       .safe = SAFE,
                       .start = DATE_NONE,
                       .met_on = DATE_NONE,
                       .quiet_on = DATE_NONE };

    s.stage = ladder_stage(rungs, 3, SAFE, today);
    if (s.stage >= 0)
        s.remind = rungs[s.stage].remind;
    return s;
}

/* Steps until nothing happens and writes the causes, "stage breached". */
static const char *causes(struct finding *f, struct sight s)
{
    static char text[200];
    size_t used = 0;

    text[0] = '\0';
    for (int i = 0; i <= FINDING_STEPS_MAX; i++) {
        struct step step = finding_step(f, &s);

        if (step.cause == CAUSE_NONE)
            return text;
        assert_int_not_equal(i, FINDING_STEPS_MAX); /* it must end */
        assert_int_equal(step.next.ordinal, f->ordinal + 1);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used ? " " : "",
                                 cause_name(step.cause));
        *f = step.next;
    }
    return text;
}

static void each_rung_is_told_once(void **state)
{
    struct finding f = none();
    enum cause seen[12];
    int n = 0;

    (void)state;
    for (date day = SAFE - 200; day <= SAFE + 10; day++) {
        enum cause c = cause_read(causes(&f, on(day, ANSWER_PENDING)));

        if (c != CAUSE_NONE && c != CAUSE_REMIND)
            seen[n++] = c;
        assert_true(n < 12);
    }
    assert_int_equal(n, 4);
    for (int i = 0; i < 3; i++)
        assert_int_equal(seen[i], CAUSE_STAGE);
    assert_int_equal(seen[3], CAUSE_BREACHED);
    assert_int_equal(f.breached_on, SAFE + 1);
}

static void days_that_were_slept_through_give_one_step_not_many(void **state)
{
    struct finding f = none();

    (void)state;
    assert_string_equal(causes(&f, on(SAFE - 50, ANSWER_PENDING)), "stage");
    assert_string_equal(causes(&f, on(SAFE + 40, ANSWER_PENDING)), "breached");
    assert_int_equal(f.stage, 2);
    assert_int_equal(f.breached_on, SAFE + 1);
}

static void reminders_come_at_their_pace_and_end_with_the_rung(void **state)
{
    struct finding f = none();
    int reminded = 0;

    (void)state;
    causes(&f, on(SAFE - 30, ANSWER_PENDING));
    for (date day = SAFE - 29; day < SAFE - 7; day++)
        reminded += strcmp(causes(&f, on(day, ANSWER_PENDING)), "remind") == 0;
    assert_int_equal(reminded, 3); /* days 23, 16 and 9 before */
    assert_string_equal(causes(&f, on(SAFE - 7, ANSWER_PENDING)), "stage");
    assert_string_equal(causes(&f, on(SAFE - 1, ANSWER_PENDING)), "");
}

static void done_in_time_and_done_late_differ(void **state)
{
    struct finding f = none(), g = none();
    struct sight met = on(SAFE - 1, ANSWER_MET), late = on(SAFE + 9, ANSWER_MET);

    (void)state;
    causes(&f, on(SAFE - 30, ANSWER_PENDING));
    met.met_on = SAFE - 2;
    assert_string_equal(causes(&f, met), "met");
    assert_int_equal(f.status, STATUS_RESOLVED);
    causes(&g, on(SAFE + 5, ANSWER_PENDING));
    late.met_on = SAFE + 6;
    assert_string_equal(causes(&g, late), "met late");
    assert_int_equal(g.breached_on, SAFE + 1); /* stays on record */
}

static void done_in_time_but_recorded_late_was_no_breach(void **state)
{
    struct finding f = none();
    struct sight met = on(SAFE + 9, ANSWER_MET);

    (void)state;
    assert_string_equal(causes(&f, on(SAFE + 5, ANSWER_PENDING)), "breached");
    met.met_on = SAFE;
    assert_string_equal(causes(&f, met), "met");
    assert_int_equal(f.breached_on, DATE_NONE);
}

static void what_was_never_open_closes_silently(void **state)
{
    struct finding f = none();
    struct sight met = on(SAFE - 1, ANSWER_MET);

    (void)state;
    met.met_on = SAFE - 500;
    assert_string_equal(causes(&f, met), "");
    assert_string_equal(causes(&f, on(SAFE - 1, ANSWER_OUTSIDE)), "");
    assert_int_equal(f.status, STATUS_NONE);
}

static void unknown_closes_and_moves_nothing_but_time_goes_on(void **state)
{
    struct finding f = none();
    struct sight moved = on(SAFE - 28, ANSWER_UNKNOWN);

    (void)state;
    causes(&f, on(SAFE - 30, ANSWER_PENDING));
    moved.last = moved.safe = SAFE + 400;
    moved.stage = -1;
    assert_string_equal(causes(&f, moved), "");
    assert_int_equal(f.due, SAFE);
    assert_string_equal(causes(&f, on(SAFE - 7, ANSWER_UNKNOWN)), "stage");
    assert_string_equal(causes(&f, on(SAFE + 1, ANSWER_UNKNOWN)), "breached");
    assert_int_equal(f.status, STATUS_OPEN);
}

static void unknown_never_opens_again_what_was_done(void **state)
{
    struct finding f = none();
    struct sight met = on(SAFE - 5, ANSWER_MET);

    (void)state;
    causes(&f, on(SAFE - 7, ANSWER_PENDING));
    met.met_on = SAFE - 6;
    causes(&f, met);
    assert_string_equal(causes(&f, on(SAFE + 5, ANSWER_UNKNOWN)), "");
    assert_int_equal(f.status, STATUS_RESOLVED);
}

static void a_later_date_rearms_only_the_rungs_ahead(void **state)
{
    struct finding f = none();
    struct sight s = on(SAFE - 7, ANSWER_PENDING);

    (void)state;
    causes(&f, s);
    assert_int_equal(f.stage, 2);
    s.last = s.safe = SAFE + 365;
    s.stage = ladder_stage(rungs, 3, s.safe, s.today);
    s.remind = (struct term){ 0 };
    assert_string_equal(causes(&f, s), "moved");
    assert_int_equal(f.stage, -1);
    s.today = SAFE + 365 - 90;
    s.stage = 0;
    assert_string_equal(causes(&f, s), "stage");
}

static void a_later_date_takes_back_a_breach_that_did_not_happen(void **state)
{
    struct finding f = none();
    struct sight s = on(SAFE + 3, ANSWER_PENDING);

    (void)state;
    assert_string_equal(causes(&f, s), "breached");
    s.last = s.safe = SAFE + 60;
    s.stage = ladder_stage(rungs, 3, s.safe, s.today);
    assert_string_equal(causes(&f, s), "moved");
    assert_int_equal(f.breached_on, DATE_NONE);
}

static void quiet_before_the_last_day_is_no_breach(void **state)
{
    struct finding f = none();
    struct sight s = on(SAFE - 30, ANSWER_PENDING);

    (void)state;
    causes(&f, s);
    s = on(SAFE - 10, ANSWER_PENDING);
    s.quiet = true;
    s.quiet_on = SAFE - 12;
    assert_string_equal(causes(&f, s), "quiet");
    s.today = SAFE + 100;
    s.stage = 2;
    assert_string_equal(causes(&f, s), "stage"); /* staged, counted; notify withholds it */
    assert_int_equal(f.breached_on, DATE_NONE);
    s.quiet = false;
    s.quiet_on = DATE_NONE;
    assert_string_equal(causes(&f, s), "quiet ended");
    assert_int_equal(f.breached_on, SAFE + 1);
    assert_string_equal(causes(&f, s), "");
}

static void quiet_after_the_last_day_leaves_the_breach(void **state)
{
    struct finding f = none();
    struct sight s = on(SAFE + 50, ANSWER_PENDING);

    (void)state;
    s.quiet = true;
    s.quiet_on = SAFE + 20;
    assert_string_equal(causes(&f, s), "breached");
    assert_int_equal(f.breached_on, SAFE + 1);
    assert_true(f.quiet);
}

/* Settled in time, entered after the last day; and the day of it mended later still. */
static void quiet_in_time_that_is_recorded_late_takes_the_breach_back(void **state)
{
    struct finding f = none(), g = none();
    struct sight s = on(SAFE + 50, ANSWER_PENDING);

    (void)state;
    assert_string_equal(causes(&f, s), "breached");
    s.quiet = true;
    s.quiet_on = SAFE;
    assert_string_equal(causes(&f, s), "quiet");
    assert_int_equal(f.breached_on, DATE_NONE);
    assert_string_equal(causes(&f, s), "");

    s.quiet_on = SAFE + 1;
    assert_string_equal(causes(&g, s), "breached");
    s.quiet_on = SAFE;
    assert_string_equal(causes(&g, s), "quiet");
    assert_int_equal(g.breached_on, DATE_NONE);
    s.quiet_on = SAFE + 1;
    assert_string_equal(causes(&g, s), "breached");
}

static void what_no_longer_binds_is_withdrawn_and_may_come_again(void **state)
{
    struct finding f = none();
    struct sight gone = on(SAFE - 20, ANSWER_OUTSIDE);

    (void)state;
    causes(&f, on(SAFE - 30, ANSWER_PENDING));
    assert_string_equal(causes(&f, on(SAFE - 25, ANSWER_OUTSIDE)), "withdrawn");
    assert_string_equal(causes(&f, on(SAFE - 24, ANSWER_OUTSIDE)), "");
    assert_string_equal(causes(&f, on(SAFE - 23, ANSWER_PENDING)), "re-opened");
    gone.gone = true;
    assert_string_equal(causes(&f, gone), "gone");
}

/* What was late once, then done: its next last day is told like any other. */
static void what_begins_again_is_late_by_its_own_last_day_only(void **state)
{
    struct finding f = none();
    struct sight met = on(SAFE + 20, ANSWER_MET), next = on(SAFE + 700, ANSWER_PENDING);

    (void)state;
    met.met_on = SAFE + 10;
    causes(&f, on(SAFE + 5, ANSWER_PENDING));
    assert_string_equal(causes(&f, met), "met late");
    assert_int_equal(f.breached_on, SAFE + 1);
    next.last = next.safe = SAFE + 730;
    assert_string_equal(causes(&f, next), "re-opened");
    assert_int_equal(f.breached_on, DATE_NONE);
    next.today = SAFE + 731;
    assert_string_equal(causes(&f, next), "breached");
    assert_int_equal(f.breached_on, SAFE + 731);

    causes(&f, met); /* the record is taken back, and the last day is long over */
    assert_string_equal(causes(&f, on(SAFE + 800, ANSWER_PENDING)), "re-opened");
    assert_int_equal(f.breached_on, SAFE + 1);
}

static void a_first_sight_is_a_baseline(void **state)
{
    struct finding f = none();
    struct sight s = on(SAFE + 30, ANSWER_PENDING);

    (void)state;
    s.baseline = true;
    assert_string_equal(causes(&f, s), "baseline");
    assert_int_equal(f.breached_on, SAFE + 1);
    s.baseline = false;
    assert_string_equal(causes(&f, s), "");
}

static void the_next_day_is_the_next_that_can_say_something(void **state)
{
    struct finding f = none();
    struct sight s = on(SAFE - 200, ANSWER_PENDING);

    (void)state;
    assert_int_equal(finding_next_day(&f, &s, rungs, 3), SAFE - 90);
    s = on(SAFE - 30, ANSWER_PENDING);
    causes(&f, s);
    assert_int_equal(finding_next_day(&f, &s, rungs, 3), SAFE - 23); /* the reminder */
    s = on(SAFE - 3, ANSWER_PENDING);
    causes(&f, s);
    assert_int_equal(finding_next_day(&f, &s, rungs, 3), SAFE + 1);
    s = on(SAFE + 3, ANSWER_MET);
    assert_int_equal(finding_next_day(&f, &s, rungs, 3), DATE_NONE);
}

static void a_last_day_that_ends_by_the_hour_is_past_then(void **state)
{
    struct finding f = none();
    struct sight s = on(SAFE, ANSWER_PENDING);

    (void)state;
    s.timed = true;
    assert_string_equal(causes(&f, s), "stage");
    assert_int_equal(finding_next_day(&f, &s, rungs, 3), SAFE); /* today again */
    s.over = true;
    assert_string_equal(causes(&f, s), "breached");
    assert_int_equal(f.breached_on, SAFE);
    assert_int_equal(finding_next_day(&f, &s, rungs, 3), DATE_NONE);
    s.answer = ANSWER_MET;
    s.met_on = SAFE;
    s.met_after = true;
    assert_string_equal(causes(&f, s), "met late");
    assert_int_equal(f.breached_on, SAFE);
    f = none();
    s = on(SAFE - 100, ANSWER_PENDING);
    s.timed = true;
    assert_int_equal(finding_next_day(&f, &s, rungs, 3), SAFE - 90);
}

/* Whatever comes, in whatever order: steps end; unknown never changes status or date; a day judged
 * twice says nothing new; waking only on next days gives the same as waking daily. */
static void histories_keep_the_promises(void **state)
{
    uint64_t seed = test_seed();

    (void)state;
    for (int run = 0; run < 3000; run++) {
        struct finding f = none();
        date last = SAFE;

        for (date day = SAFE - 120; day < SAFE + 60; day += 1 + (date)(test_random(&seed) % 9)) {
            struct sight s = on(day, (enum answer)(test_random(&seed) % 4));
            enum status before = f.status;
            date due = f.due;

            if (test_random(&seed) % 10 == 0)
                last = SAFE - 20 + (date)(test_random(&seed) % 200);
            s.last = s.safe = last;
            s.stage = ladder_stage(rungs, 3, last, day);
            s.met_on = s.answer == ANSWER_MET ? day : DATE_NONE;
            s.quiet = s.answer == ANSWER_PENDING && test_random(&seed) % 5 == 0;
            s.quiet_on = s.quiet ? day - (date)(test_random(&seed) % 30) : DATE_NONE;
            causes(&f, s);
            if (s.answer == ANSWER_UNKNOWN && before != STATUS_NONE) {
                assert_int_equal(f.status, before);
                assert_int_equal(f.due, due);
            }
            assert_string_equal(causes(&f, s), "");
        }
    }
}

static void an_acknowledgement_ends_by_day_rung_or_evidence(void **state)
{
    struct finding f = none();
    struct sight s = on(SAFE - 30, ANSWER_PENDING);

    (void)state;
    assert_string_equal(causes(&f, s), "stage");
    f = finding_answer(&f, SAFE - 15, s.evidence).next;
    s = on(SAFE - 15, ANSWER_PENDING);
    assert_string_equal(causes(&f, s), ""); /* two reminders are due, and not told */
    assert_int_equal(finding_next_day(&f, &s, rungs, 3), SAFE - 14);
    assert_string_equal(causes(&f, on(SAFE - 14, ANSWER_PENDING)), "remind");
    f = finding_answer(&f, SAFE + 50, s.evidence).next;
    assert_string_equal(causes(&f, on(SAFE - 7, ANSWER_PENDING)), "stage");
    assert_int_equal(f.acked_until, DATE_NONE);
    f = finding_answer(&f, SAFE + 50, s.evidence).next;
    s = on(SAFE - 6, ANSWER_PENDING);
    s.evidence = 77;
    assert_string_equal(causes(&f, s), "remind");
    f = finding_answer(&f, SAFE + 50, 77).next;
    s = on(SAFE - 5, ANSWER_UNKNOWN); /* what is known cannot be told now: it still holds */
    assert_string_equal(causes(&f, s), "");
    s = on(SAFE + 1, ANSWER_PENDING);
    s.evidence = 77;
    assert_string_equal(causes(&f, s), "breached");
}

static void a_silence_begins_and_ends_once(void **state)
{
    struct finding f = none();
    struct sight s = on(SAFE - 30, ANSWER_PENDING);

    (void)state;
    s.silenced = true;
    assert_string_equal(causes(&f, s), "stage"); /* kept; moves.c withholds it */
    s = on(SAFE - 20, ANSWER_PENDING);
    s.silenced = true;
    assert_string_equal(causes(&f, s), "");
    assert_string_equal(causes(&f, on(SAFE - 19, ANSWER_PENDING)), "quiet ended");
    s.silenced = true;
    s.today = SAFE - 18;
    assert_string_equal(causes(&f, s), "quiet");
}

static void another_start_is_a_correction_another_end_a_move(void **state)
{
    struct finding f = none();
    struct sight s = on(SAFE - 30, ANSWER_PENDING);

    (void)state;
    s.start = SAFE - 1000;
    assert_string_equal(causes(&f, s), "stage");
    s.last = s.safe = SAFE + 100; /* an extension */
    s.stage = -1;
    assert_string_equal(causes(&f, s), "moved");
    s.start = SAFE - 900;
    s.last = s.safe = SAFE + 200;
    assert_string_equal(causes(&f, s), "data corrected");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rung_is_told_once),
        cmocka_unit_test(days_that_were_slept_through_give_one_step_not_many),
        cmocka_unit_test(reminders_come_at_their_pace_and_end_with_the_rung),
        cmocka_unit_test(done_in_time_and_done_late_differ),
        cmocka_unit_test(done_in_time_but_recorded_late_was_no_breach),
        cmocka_unit_test(what_was_never_open_closes_silently),
        cmocka_unit_test(unknown_closes_and_moves_nothing_but_time_goes_on),
        cmocka_unit_test(unknown_never_opens_again_what_was_done),
        cmocka_unit_test(a_later_date_rearms_only_the_rungs_ahead),
        cmocka_unit_test(a_later_date_takes_back_a_breach_that_did_not_happen),
        cmocka_unit_test(quiet_before_the_last_day_is_no_breach),
        cmocka_unit_test(quiet_after_the_last_day_leaves_the_breach),
        cmocka_unit_test(quiet_in_time_that_is_recorded_late_takes_the_breach_back),
        cmocka_unit_test(what_no_longer_binds_is_withdrawn_and_may_come_again),
        cmocka_unit_test(what_begins_again_is_late_by_its_own_last_day_only),
        cmocka_unit_test(a_first_sight_is_a_baseline),
        cmocka_unit_test(the_next_day_is_the_next_that_can_say_something),
        cmocka_unit_test(a_last_day_that_ends_by_the_hour_is_past_then),
        cmocka_unit_test(histories_keep_the_promises),
        cmocka_unit_test(an_acknowledgement_ends_by_day_rung_or_evidence),
        cmocka_unit_test(a_silence_begins_and_ends_once),
        cmocka_unit_test(another_start_is_a_correction_another_end_a_move),
    };

    return cmocka_run_group_tests_name("finding", tests, NULL, NULL);
}
