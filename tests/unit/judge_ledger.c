/* judge/ledger: what the documents of a ledger do to a date. */
#include "lib/arena.h"
#include "lib/example.h"
#include "lib/test.h"

#include "base/text.h"
#include "calendar/lastday.h"
#include "judge/deadline.h"
#include "judge/opinion.h"

#include <string.h>

/* Monday to Friday, without a holiday. */
static const struct calendar *office(void)
{
    const struct calendar_plan plan = { .name = "office",
                                        .weekend = 1U << 5 | 1U << 6,
                                        .verified_from = DATE_NONE,
                                        .verified_until = DATE_NONE };

    return calendar_make(&plan, arena);
}

/* Ten business days, of which three have passed when it stops: seven are left. */
static void a_clock_in_business_days_keeps_what_is_left_of_it(void **state)
{
    const struct ledger_entry stops[] = {
        { .document = "S-1",
          .first = date_read("2024-03-07"),
          .last = date_read("2024-03-13"),
          .revoked_on = DATE_NONE },
        { .document = "S-2",
          .first = date_read("2024-03-11"),
          .last = date_read("2024-03-14"),
          .revoked_on = DATE_NONE },
    };
    struct deadline def = { .last_day = LAST_DAY_BUSINESS };
    struct rule rule = { .deadline = &def };
    struct prepared_rule prepared = { .def = &rule,
                                      .way_count = 1,
                                      .ways = { { .words = "receipt",
                                                  .term = { 10, TERM_BUSINESS_DAYS } } },
                                      .counting = { .calendar = office() } };
    struct observation o = observe_nothing(&prepared, "C-1", "");
    AUTO_TEXT said = { 0 };

    (void)state;
    o.starts[0] = date_read("2024-03-01"); /* Friday: 4, 5 and 6 March have passed when it stops */
    o.tollings = stops;
    o.toll_count = 2;
    assert_int_equal(deadline_derive(&o).last, date_read("2024-03-25"));
    deadline_explain(&o, example_note, &said);
    assert_non_null(strstr(text_of(&said),
                           "Business days from Thu 7 Mar 2024 to Wed 13 Mar 2024 do not count: "
                           "S-1.\n"));
    assert_non_null(strstr(text_of(&said), "So the time ends on Mon 25 Mar 2024.\n"));
}

/* A stay that begins on the last day moves it; one that begins behind it does not. An extension to
 * the very day on which time ends is none of those that count. */
static void the_edges_of_stays_and_extensions(void **state)
{
    struct ledger_entry stay = { .document = "S", .revoked_on = DATE_NONE };
    const struct ledger_entry extensions[] = {
        { .document = "X-1", .signed_on = 20001, .until = 20010, .revoked_on = DATE_NONE },
        { .document = "X-2", .signed_on = 20010, .until = 20050, .revoked_on = DATE_NONE },
    };
    struct deadline def = { .last_day = LAST_DAY_LAW, .extensions_at_most = 1 };
    struct rule rule = { .deadline = &def };
    struct prepared_rule prepared = { .def = &rule,
                                      .way_count = 1,
                                      .ways = { { .words = "entry", .term = { 10, TERM_DAYS } } } };
    struct observation o = observe_nothing(&prepared, "C-1", "");

    (void)state;
    o.starts[0] = 20000;
    o.tollings = &stay;
    o.toll_count = 1;
    stay.first = stay.last = 20010;
    assert_int_equal(deadline_derive(&o).last, 20011);
    stay.first = stay.last = 20011;
    assert_int_equal(deadline_derive(&o).last, 20010);
    o.toll_count = 0;
    o.extensions = extensions;
    o.extension_count = 2;
    assert_int_equal(deadline_derive(&o).last, 20050);
}

/* FRCP 6(a) is about periods that are computed: a waiver until Saturday ends on Saturday. */
static void a_day_that_a_document_states_does_not_run_on(void **state)
{
    date saturday = date_read("2025-04-12");
    const struct ledger_entry waivers[] = {
        { .document = "W-1", .signed_on = 19000, .until = saturday, .revoked_on = DATE_NONE },
        { .document = "W-2",
          .signed_on = saturday + 1,
          .until = saturday + 7,
          .revoked_on = DATE_NONE },
    };
    struct deadline def = { .last_day = LAST_DAY_COURT };
    struct rule rule = { .deadline = &def };
    struct prepared_rule prepared = { .def = &rule,
                                      .way_count = 1,
                                      .ways = { { .words = "entry", .term = { 5, TERM_YEARS } } } };
    struct observation o = observe_nothing(&prepared, "C-1", "");
    struct derivation d;

    (void)state;
    o.starts[0] = date_read("2018-03-10");
    o.extensions = waivers;
    o.extension_count = 2;
    d = deadline_derive(&o);
    assert_int_equal(d.last, saturday);
    assert_int_equal(d.safe, saturday - 1);
    assert_int_equal(d.alternative, saturday + 7);
    prepared.each = (struct term){ 760, TERM_DAYS }; /* what is counted, to Tuesday 8 April, runs */
    d = deadline_derive(&o);
    assert_int_equal(d.nominal, date_read("2023-03-10") + 760);
}

/* The entry of 1 March is liquidated before 1 March, and extended before it. */
static void what_must_happen_before_a_day_is_extended_before_it(void **state)
{
    struct ledger_entry notices[] = {
        { .document = "N-1", .revoked_on = DATE_NONE },
        { .document = "N-2", .revoked_on = DATE_NONE },
    };
    struct deadline def = { .last_day = LAST_DAY_BEFORE };
    struct rule rule = { .deadline = &def };
    struct prepared_rule prepared = { .def = &rule,
                                      .way_count = 1,
                                      .ways = { { .words = "entry", .term = { 1, TERM_YEARS } } },
                                      .each = { 1, TERM_YEARS } };
    struct observation o = observe_nothing(&prepared, "E-1", "");
    struct derivation d;

    (void)state;
    o.starts[0] = date_read("2022-03-01");
    o.extensions = notices;
    o.extension_count = 2;
    notices[0].until = date_read("2024-03-01");
    notices[1].until = date_read("2025-03-01");
    notices[0].signed_on = date_read("2023-02-28");
    notices[1].signed_on = date_read("2024-02-29");
    assert_int_equal(deadline_derive(&o).last, date_read("2025-02-28"));
    assert_int_equal(opinion_of(&o).last, date_read("2025-02-28"));
    notices[1].signed_on = date_read("2024-03-01");
    d = deadline_derive(&o);
    assert_int_equal(d.nominal, date_read("2024-03-01"));
    assert_int_equal(d.last, date_read("2024-02-29"));
    assert_int_equal(d.alternative, date_read("2025-02-28"));
    assert_int_equal(opinion_of(&o).last, d.last);
    notices[0].signed_on = date_read("2023-03-01");
    d = deadline_derive(&o);
    assert_int_equal(d.last, date_read("2023-02-28"));
    assert_int_equal(d.earliest, d.last);
}

/* Two that are late: what is arguable is the later of their ends. */
static void of_what_is_disputed_the_latest_day_is_shown(void **state)
{
    static const struct ledger_entry late[] = {
        { .document = "W-1", .signed_on = 20200, .until = 21000, .revoked_on = DATE_NONE },
        { .document = "W-2", .signed_on = 20300, .until = 20900, .revoked_on = DATE_NONE },
    };
    struct deadline def = { .last_day = LAST_DAY_LAW };
    struct rule rule = { .deadline = &def };
    struct prepared_rule prepared = { .def = &rule,
                                      .way_count = 1,
                                      .ways = { { .words = "entry", .term = { 1, TERM_DAYS } } } };
    struct observation o = observe_nothing(&prepared, "C-1", "");
    struct derivation d;

    (void)state;
    o.starts[0] = 20000;
    o.extensions = late;
    o.extension_count = 2;
    d = deadline_derive(&o);
    assert_int_equal(d.last, 20001);
    assert_int_equal(d.alternative, 21000);
}

/* Whoever entered a document reads that it was seen, and why it moves nothing. */
static void a_document_without_effect_is_told_with_its_reason(void **state)
{
    static const struct ledger_entry extensions[] = {
        { .document = "W-1", .signed_on = 20001, .until = 20005, .revoked_on = DATE_NONE },
        { .document = "W-2", .signed_on = 20002, .until = 20010, .revoked_on = DATE_NONE },
    };
    static const struct ledger_entry tollings[] = {
        { .document = "S-1", .first = 19990, .last = 20000, .revoked_on = DATE_NONE },
        { .document = "S-2", .first = 20004, .last = 20005, .revoked_on = DATE_NONE },
        { .document = "S-3", .first = 20005, .last = 20005, .revoked_on = DATE_NONE },
        { .document = "S-4", .first = 20013, .last = 20020, .revoked_on = DATE_NONE },
    };
    struct deadline def = { .last_day = LAST_DAY_LAW };
    struct rule rule = { .deadline = &def };
    struct prepared_rule prepared = { .def = &rule,
                                      .way_count = 1,
                                      .ways = { { .words = "entry", .term = { 10, TERM_DAYS } } } };
    struct observation o = observe_nothing(&prepared, "C-1", "");
    AUTO_TEXT said = { 0 };

    (void)state;
    o.starts[0] = 20000; /* Fri 4 Oct 2024 */
    o.extensions = extensions;
    o.extension_count = 2;
    o.tollings = tollings;
    o.toll_count = 4;
    assert_int_equal(deadline_derive(&o).last, 20012);
    deadline_explain(&o, example_note, &said);
    for (size_t i = 0; i < 5; i++) {
        static const char *const says[] = {
            "S-1 stops no time: it ended on Fri 4 Oct 2024, before the time began to run.\n",
            "2 days do not count: Tue 8 Oct 2024 to Wed 9 Oct 2024, S-2.\n",
            "S-3 stops no more time: its days up to Wed 9 Oct 2024 are left out already.\n",
            "S-4 stops no time: it begins on Thu 17 Oct 2024, and the time had ended on Wed 16 Oct "
            "2024.\n",
            "W-1 adds nothing: it ends on Wed 9 Oct 2024, and the time ends on Wed 16 Oct 2024 "
            "without it.\n",
        };

        if (!strstr(text_of(&said), says[i]))
            fail_msg("not said: %s%s", says[i], text_of(&said));
    }
}

/* What is said of an extension by a document whose name has `n` bytes. */
static void cite_a_name_of(size_t n, struct text *said)
{
    char name[402];
    const struct ledger_entry waiver = {
        .document = name, .signed_on = 20001, .until = 20050, .revoked_on = DATE_NONE
    };
    struct deadline def = { .last_day = LAST_DAY_LAW };
    struct rule rule = { .deadline = &def };
    struct prepared_rule prepared = { .def = &rule,
                                      .way_count = 1,
                                      .ways = { { .words = "entry", .term = { 10, TERM_DAYS } } } };
    struct observation o = observe_nothing(&prepared, "C-1", "");

    memset(name, 'W', n);
    name[n] = '\0';
    o.starts[0] = 20000;
    o.extensions = &waiver;
    o.extension_count = 1;
    deadline_explain(&o, example_note, said);
}

static void the_name_of_a_document_ends_in_an_ellipsis_when_it_is_too_long(void **state)
{
    (void)state;
    for (size_t n = 399; n < 401; n++) { /* CITED_MAX, with the NUL */
        AUTO_TEXT said = { 0 };

        cite_a_name_of(n, &said);
        assert_non_null(strstr(text_of(&said), ", signed in time on "));
        if (n < 400)
            assert_non_null(strstr(text_of(&said), "WWW, signed in time on "));
        else
            assert_non_null(strstr(text_of(&said), "WWW\xE2\x80\xA6, signed in time on "));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_in_business_days_keeps_what_is_left_of_it),
        cmocka_unit_test(the_edges_of_stays_and_extensions),
        cmocka_unit_test(what_must_happen_before_a_day_is_extended_before_it),
        cmocka_unit_test(a_day_that_a_document_states_does_not_run_on),
        cmocka_unit_test(of_what_is_disputed_the_latest_day_is_shown),
        cmocka_unit_test(a_document_without_effect_is_told_with_its_reason),
        cmocka_unit_test(the_name_of_a_document_ends_in_an_ellipsis_when_it_is_too_long),
    };

    return cmocka_run_group_tests_name("ledger", tests, arena_set_up, arena_tear_down);
}
