#include "lib/test.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/escape.h"
#include "base/number.h"
#include "base/problem.h"
#include "base/text.h"

#include <string.h>

static void text_stops_at_its_ceiling(void **state)
{
    struct text t = { .max = 5 }, large = { 0 };

    (void)state;
    text_add(&t, "abc");
    assert_false(t.cut);
    text_addf(&t, "%s", "defgh");
    assert_string_equal(text_of(&t), "ab\xE2\x80\xA6"); /* and says so */
    assert_true(t.cut);
    text_add(&t, "x");
    assert_string_equal(text_of(&t), "ab\xE2\x80\xA6");
    text_clear(&t);
    text_add(&t, "a\xC3\xA4\xC3\xB6\xC3\xBC"); /* never inside a character */
    assert_string_equal(text_of(&t), "a\xE2\x80\xA6");
    text_clear(&t);
    assert_string_equal(text_of(&t), "");
    assert_false(t.cut);
    text_free(&t);
    assert_string_equal(text_of(&t), "");
    for (int i = 0; i < 80; i++) { /* without one, there is none */
        static const char megabyte[1 << 20];

        text_addn(&large, megabyte, sizeof megabyte);
    }
    assert_int_equal(large.size, 80 << 20);
    text_free(&large);
}

static void utf8_is_checked_as_the_standard_says(void **state)
{
    static const struct {
        const char *bytes;
        size_t good;
    } cases[] = {
        { "abc", 3 },       { "\xC3\xA9", 2 },     { "\xE2\x82\xAC", 3 }, { "\xF0\x9F\x98\x80", 4 },
        { "a\xC0\x80", 1 }, { "\xE0\x80\xAF", 0 }, { "\xED\xA0\x80", 0 }, { "\xF4\x90\x80\x80", 0 },
        { "ok\xFF", 2 },    { "\xC3", 0 },         { "\xE2\x82", 0 },     { "\x80", 0 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(utf8_check(cases[i].bytes, strlen(cases[i].bytes)), cases[i].good);
}

static void blanks_of_all_kinds_are_trimmed(void **state)
{
    const char *s = " \t\xC2\xA0\xEF\xBB\xBFKorea \xE2\x80\x89\r\n";
    size_t n = strlen(s);

    (void)state;
    text_trim(&s, &n);
    assert_int_equal(n, 5);
    assert_memory_equal(s, "Korea", 5);
    s = "\xC2\xA0 ";
    n = 3;
    text_trim(&s, &n);
    assert_int_equal(n, 0);
}

static void a_slip_of_the_pen_finds_its_name(void **state)
{
    static const char *const names[] = { "max_bytes", "max_age", "every", NULL };

    (void)state;
    assert_string_equal(text_nearest("max_byte", names), "max_bytes");
    assert_string_equal(text_nearest("evrey", names), "every");
    assert_null(text_nearest("completely_else", names));
}

static void a_slip_of_the_pen_finds_its_name_among_however_many(void **state)
{
    struct nearest near = { .word = "max_byte" };

    (void)state;
    for (int i = 0; i < 1000; i++)
        nearest_try(&near, i % 2 ? "something" : NULL);
    assert_null(near.name);
    nearest_try(&near, "max_bytes");
    nearest_try(&near, "max_bites");
    assert_string_equal(near.name, "max_bytes");
}

static void hostile_text_becomes_visible(void **state)
{
    struct text t = { 0 };

    (void)state;
    escape_line(&t, "a\033[31m\n\xE2\x80\xAE"
                    "b\xFF\xC2\x9B");
    assert_string_equal(text_of(&t), "a\\x1B[31m\\x0A\\xE2\\x80\\xAEb\\xFF\\xC2\\x9B");
    text_clear(&t);
    escape_lines(&t, "a\n\tb\r");
    assert_string_equal(text_of(&t), "a\n\tb\\x0D");
    text_clear(&t);
    escape_html(&t, "<b a='1'>\"&\001");
    assert_string_equal(text_of(&t), "&lt;b a=&#39;1&#39;&gt;&quot;&amp;\xEF\xBF\xBD");
    text_clear(&t);
    escape_sql(&t, "it's", '\'');
    assert_string_equal(text_of(&t), "'it''s'");
    text_free(&t);
}

static void money_is_cents_and_never_rounded(void **state)
{
    static const struct {
        const char *text;
        int64_t cents;
        bool good;
    } cases[] = {
        { "1,000.00", 100000, true },
        { "$858.1", 85810, true },
        { "-3", -300, true },
        { "(12.50)", -1250, true },
        { "-$5.00", -500, true },
        { "0", 0, true },
        { "$1,234,567", 123456700, true },
        { "1.230", 123, true },
        { ".5", 50, true },
        { "1.239", 0, false },
        { "1,00", 0, false },
        { "1,0000", 0, false },
        { "0,750", 0, false },
        { "-$00,012", 0, false },
        { "(0,001.50)", 0, false },
        { "000,000", 0, false },
        { "0750", 75000, true },
        { "1,000,050", 100005000, true },
        { "12a", 0, false },
        { "", 0, false },
        { "$", 0, false },
        { ".", 0, false },
        { "1..2", 0, false },
        { "--3", 0, false },
        { "99999999999999999999", 0, false },
        { "92233720368547758.08", 0, false },
        { "1e3", 0, false },
        { ",100", 0, false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t cents = 0;
        bool good = money_read(cases[i].text, strlen(cases[i].text), &cents);

        if (good != cases[i].good || (good && cents != cases[i].cents))
            fail_msg("%s: %s, %lld", cases[i].text, good ? "read" : "refused", (long long)cents);
    }
}

static void money_is_written_for_people(void **state)
{
    char text[MONEY_TEXT_SIZE];

    (void)state;
    assert_string_equal(money_text(0, text), "$0.00");
    assert_string_equal(money_text(85810000000, text), "$858,100,000.00");
    assert_string_equal(money_text(-105, text), "-$1.05");
    assert_string_equal(money_text(INT64_MIN, text), "-$92,233,720,368,547,758.08");
}

static void spans_sizes_and_numbers_are_read(void **state)
{
    int64_t n;
    double r;

    (void)state;
    assert_true(span_read("15 minutes", &n) && n == 15 * MINUTE);
    assert_true(span_read("12h", &n) && n == 12 * HOUR);
    assert_false(span_read("3 months", &n));
    assert_false(span_read("10", &n));
    assert_true(size_read("16 MB", &n) && n == 16000000);
    assert_true(size_read("16 MiB", &n) && n == 16777216);
    assert_false(size_read("99999999999 GB", &n));
    assert_true(number_read("-1,234", 6, &n) && n == -1234);
    assert_false(number_read("1,2,3", 5, &n));
    assert_false(number_read("0,750", 5, &n));
    assert_false(number_read("+00,012", 7, &n));
    assert_true(number_read("010", 3, &n) && n == 10);
    assert_false(span_read("0,001 days", &n));
    assert_false(size_read("0,512 kB", &n));
    assert_string_equal(number_hint("1,50", 4), "");
    assert_non_null(strstr(number_hint("-0,5", 4), "never begin with 0"));
    assert_true(real_read("-1.5e3", 6, &r) && r < -1499.9);
    assert_false(real_read("nan", 3, &r));
    assert_false(real_read("1e999", 5, &r));
}

static void an_error_is_wrapped_from_the_inside_out(void **state)
{
    struct error e;

    (void)state;
    assert_false(error_set(&e, ERROR_INPUT, "'%s' is not a date", "31/02/2025"));
    assert_false(error_wrap(&e, "due"));
    assert_false(error_wrap(&e, "line %d", 812));
    assert_string_equal(e.text, "line 812: due: '31/02/2025' is not a date");
    assert_int_equal(e.class, ERROR_INPUT);
    assert_false(error_set(NULL, ERROR_BUG, "nobody listens"));
}

static void problems_are_sorted_and_counted(void **state)
{
    struct problems p = { 0 };
    char line[256];

    (void)state;
    problem_add(&p, "b.conf", 3, "three");
    problem_warn(&p, "b.conf", 1, "one");
    problem_add(&p, "a.conf", 9, "nine");
    problem_add(&p, NULL, 0, "nowhere");
    problems_sort(&p);
    assert_int_equal(p.errors, 3);
    assert_string_equal(problem_text(&p.all[0], line, sizeof line), "nowhere");
    assert_string_equal(problem_text(&p.all[1], line, sizeof line), "a.conf:9: nine");
    assert_string_equal(problem_text(&p.all[2], line, sizeof line), "b.conf:1: warning: one");
    problems_free(&p);
}

static void an_arena_gives_zeroed_memory_again(void **state)
{
    struct arena *a = arena_new();

    (void)state;
    for (int turn = 0; turn < 3; turn++) {
        char *small = arena_alloc(a, 100), *large = arena_alloc(a, 100000);

        for (int i = 0; i < 100; i++)
            assert_int_equal(small[i], 0);
        memset(small, 'x', 100);
        memset(large, 'x', 100000);
        assert_string_equal(arena_print(a, "%d", 42), "42");
        arena_reset(a);
    }
    assert_null(arena_text(a, NULL));
    a = arena_free(a);
    assert_null(a);
}

static void one_thing_is_not_many(void **state)
{
    (void)state;
    assert_string_equal(text_plural(1, "duty", "duties"), "duty");
    assert_string_equal(text_plural(0, "duty", "duties"), "duties");
    assert_string_equal(text_plural(2, "duty", "duties"), "duties");
    assert_string_equal(text_plural(INT64_C(4294967297), "duty", "duties"), "duties");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_stops_at_its_ceiling),
        cmocka_unit_test(utf8_is_checked_as_the_standard_says),
        cmocka_unit_test(blanks_of_all_kinds_are_trimmed),
        cmocka_unit_test(a_slip_of_the_pen_finds_its_name),
        cmocka_unit_test(a_slip_of_the_pen_finds_its_name_among_however_many),
        cmocka_unit_test(one_thing_is_not_many),
        cmocka_unit_test(hostile_text_becomes_visible),
        cmocka_unit_test(money_is_cents_and_never_rounded),
        cmocka_unit_test(money_is_written_for_people),
        cmocka_unit_test(spans_sizes_and_numbers_are_read),
        cmocka_unit_test(an_error_is_wrapped_from_the_inside_out),
        cmocka_unit_test(problems_are_sorted_and_counted),
        cmocka_unit_test(an_arena_gives_zeroed_memory_again),
    };

    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
