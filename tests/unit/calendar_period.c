#include "lib/test.h"

#include "calendar/period.h"

#include <stdio.h>

struct counted {
    const char *start, *term, *end;
    const char *why;
};

/* Each row names where the answer comes from; facts of court decisions and rulings. */
static const struct counted counted[] = {
    { "2017-07-21", "5 years", "2022-07-21",
      "United States v. Liu, Slip Op. 23-44: the anniversary" },
    { "2019-10-29", "1 year", "2020-10-29", "HQ H328370: the anniversary across a leap day" },
    { "2009-03-19", "6 years", "2015-03-19", "United States v. Aegis (Presstek), CIT 22-00327" },
    { "1998-10-23", "6 months", "1999-04-23", "HQ 228929" },
    { "1989-03-22", "4 years", "1993-03-22", "HQ 225246" },
    { "1988-02-26", "90 days", "1988-05-26", "HQ 221645: the 90th day across Feb 29 1988" },
    { "1993-08-02", "90 days", "1993-10-31", "HQ 225620: a Sunday" },
    { "1992-10-16", "90 days", "1993-01-14", "HQ 224629" },
    { "1987-06-19", "90 days", "1987-09-17", "HQ 220997" },
    { "1964-12-24", "60 days", "1965-02-22", "F.B. Wilcon Co. v. United States, 57 Cust. Ct. 512" },
    { "1947-07-24", "30 days", "1947-08-23", "Thalson Co. v. United States, 28 Cust. Ct. 536" },
    { "1995-07-25", "3 years", "1998-07-25", "HQ 230236: a Saturday" },
    { "1994-01-15", "30 days", "1994-02-14", "HQ 225440" },
    { "1999-05-10", "15 months", "2000-08-10", "HQ 229670: calendar months, not 455 days" },
    { "2020-02-29", "5 years", "2025-02-28", "29 February is clamped to the earlier day" },
    { "2020-02-29", "4 years", "2024-02-29", "29 February that exists" },
    { "2025-08-31", "6 months", "2026-02-28", "a month end is clamped" },
    { "2025-01-31", "1 month", "2025-02-28", "a month end is clamped" },
    { "2025-03-31", "-1 month", "2025-02-28", "backwards too" },
    { "2025-03-31", "-24 months", "2023-03-31", "a rung" },
    { "2025-03-10", "-2 weeks", "2025-02-24", "weeks" },
    { "2025-03-10", "0 days", "2025-03-10", "none" },
    { "9999-01-01", "1 year", NULL, "outside the calendar" },
    { "0001-01-01", "-1 day", NULL, "outside the calendar" },
};

static void terms_end_where_the_courts_say(void **state)
{
    char found[DATE_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(counted); i++) {
        const struct counted *c = &counted[i];
        struct term t;
        date end;

        assert_true(term_read(c->term, &t));
        end = term_end(date_read(c->start), t, NULL);
        if (end != (c->end ? date_read(c->end) : DATE_NONE))
            fail_msg("%s + %s: found %s, expected %s (%s)", c->start, c->term,
                     date_text(end, found), c->end ? c->end : "none", c->why);
    }
}

static void a_clamped_month_end_says_so(void **state)
{
    struct term month = { .count = 1, .unit = TERM_MONTHS };
    bool clamped = false;

    (void)state;
    term_end(date_read("2025-01-31"), month, &clamped);
    assert_true(clamped);
    term_end(date_read("2025-01-28"), month, &clamped);
    assert_false(clamped);
}

static void only_terms_are_terms(void **state)
{
    static const char *const bad[] = {
        "",        "5",         "years",      "5 yearss", "5years",
        "5 lunes", "1.5 years", "9999 years", "5  years", "7 business weeks"
    };
    struct term t;
    char text[TERM_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (term_read(bad[i], &t))
            fail_msg("\"%s\" was read", bad[i]);
    assert_true(term_read("-1 month", &t));
    assert_string_equal(term_text(t, text), "-1 month");
    assert_true(term_read("7 business days", &t));
    assert_int_equal(t.unit, TERM_BUSINESS_DAYS);
    assert_string_equal(term_text(t, text), "7 business days");
    assert_true(term_read("1 working day", &t));
    assert_int_equal(t.unit, TERM_BUSINESS_DAYS);
    assert_false(term_read_plain("7 business days", &t));
    assert_true(term_read_plain("7 days", &t));
}

static void a_longer_term_is_never_earlier(void **state)
{
    uint64_t seed = test_seed();

    (void)state;
    for (int i = 0; i < 20000; i++) {
        date start = date_of(1900, 1, 1) + (date)(test_random(&seed) % 80000);
        struct term t = { .count = (int)(test_random(&seed) % 100),
                          .unit = (enum term_unit)(test_random(&seed) % 4) };
        struct term longer = { .count = t.count + 1, .unit = t.unit };

        assert_true(term_end(start, t, NULL) <= term_end(start, longer, NULL));
        assert_true(term_end(start, t, NULL) >= start);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_end_where_the_courts_say),
        cmocka_unit_test(a_clamped_month_end_says_so),
        cmocka_unit_test(only_terms_are_terms),
        cmocka_unit_test(a_longer_term_is_never_earlier),
    };

    return cmocka_run_group_tests_name("period", tests, NULL, NULL);
}
