/* ingest/codes: one value for what sources write, however they write it. */
#include "lib/test.h"

#include "base/text.h"
#include "ingest/codes.h"

#include <ctype.h>
#include <string.h>

static const char *of_1592[] = { "592", "19 USC 1592", "section 1592" };
static const char *of_1641[] = { "19 USC 1641", "sec. 1641" };
static const char *between[] = { ";", ",", "/", " and " };
static struct code values[] = { { .value = "1592", .from = { of_1592, COUNT_OF(of_1592) } },
                                { .value = "1641", .from = { of_1641, COUNT_OF(of_1641) } },
                                { .value = "1595a" } };
static const struct code_table statutes = { .name = "statutes",
                                            .plain = true,
                                            .until = "(",
                                            .split = { between, COUNT_OF(between) },
                                            .values = { values, COUNT_OF(values) } };
static struct code plain_values[] = { { .value = "1592", .from = { of_1592, 1 } } };
static const struct code_table exact = { .name = "exact",
                                         .fold = true,
                                         .values = { plain_values, 1 } };

static struct arena *arena;
static uint64_t seed;

static const char *find(const struct code_table *t, const char *text)
{
    return codes_find(codes_new(t, arena), text, strlen(text));
}

static void letters_and_digits_count_up_to_the_bracket(void **state)
{
    static const char *const same[] = { "1592",
                                        "592",
                                        "19 U.S.C. 1592",
                                        "19 U.S.C. \xC2\xA7"
                                        "1592",
                                        "19USC1592",
                                        "19 usc \xC2\xA7 1592(a)(1)(A)",
                                        "Section 1592",
                                        "1592(c)(2)",
                                        " 1592 ",
                                        "\xC2\xA7 1592" };
    static const char *const other[] = { "1592x",  "15922", "13 USC 1592", "",
                                         "(1592)", "159",   "1592\xC3\xA9" };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(same); i++)
        if (!text_same(find(&statutes, same[i]), "1592"))
            fail_msg("\"%s\" is not 1592", same[i]);
    for (size_t i = 0; i < COUNT_OF(other); i++)
        assert_null(find(&statutes, other[i]));
    assert_string_equal(find(&statutes, "1595A(c)"), "1595a");
    assert_string_equal(find(&exact, "1592"), "1592");
    assert_null(find(&exact, "1592(a)"));
    assert_null(find(&exact, "1 592"));
}

/* Whatever signs, blanks and capitals stand between the letters, and behind a bracket. */
static void signs_between_them_change_nothing(void **state)
{
    static const char *const signs[] = { " ", ".", "-", "\xC2\xA7", "'", "_", "  " };
    static const char *const codes[] = { "19 USC 1592", "592", "1641", "19 USC 1641", "1595a" };
    static const char *const wanted[] = { "1592", "1592", "1641", "1641", "1595a" };

    (void)state;
    for (int n = 0; n < 2000; n++) {
        size_t k = test_random(&seed) % COUNT_OF(codes);
        AUTO_TEXT t = { 0 };

        for (const char *s = codes[k]; *s; s++) {
            char c = test_random(&seed) % 2 ? (char)toupper((unsigned char)*s) : *s;

            text_addn(&t, &c, 1);
            if (test_random(&seed) % 3 == 0)
                text_add(&t, signs[test_random(&seed) % COUNT_OF(signs)]);
        }
        if (test_random(&seed) % 2)
            text_add(&t, "(d)(4) and whatever, 1592");
        if (!text_same(find(&statutes, text_of(&t)), wanted[k]))
            fail_msg("\"%s\" is not %s", text_of(&t), wanted[k]);
    }
}

static bool note(void *data, const char *text, size_t n)
{
    text_addn(data, text, n);
    text_add(data, "|");
    return true;
}

static void several_in_one_value_are_told_apart(void **state)
{
    static const char *const cases[][2] = { { "1592; 1595a", "1592|1595a|" },
                                            { "1592(a), (c)", "1592(a)|" },
                                            { "1592/1641 and foo", "1592|1641|foo|" },
                                            { ";;1592;", "1592|" },
                                            { "sand", "sand|" },
                                            { "", "" } };
    const struct codes *c = codes_new(&statutes, arena);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_TEXT t = { 0 };

        assert_true(codes_split(c, cases[i][0], strlen(cases[i][0]), note, &t));
        assert_string_equal(text_of(&t), cases[i][1]);
    }
}

static int set_up(void **state)
{
    (void)state;
    arena = arena_new();
    seed = test_seed();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_and_digits_count_up_to_the_bracket),
        cmocka_unit_test(signs_between_them_change_nothing),
        cmocka_unit_test(several_in_one_value_are_told_apart),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
