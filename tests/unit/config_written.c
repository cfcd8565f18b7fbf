#include "lib/test.h"

#include "base/memory.h"
#include "base/text.h"
#include "config/settings.h"
#include "config/trials.h"
#include "config/written.h"

#include <inttypes.h>
#include <libconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The problems of one file, one a line, without the folder; `*ret` tells whether it can be read. */
static char *written(const char *name, const char *text, bool *ret)
{
    const char *path = test_write(name, text, strlen(text));
    struct problems p = { 0 };
    struct text t = { 0 };
    char line[1000];

    *ret = written_check(path, &p);
    for (size_t i = 0; i < p.count; i++)
        text_addf(&t, "%s\n", problem_text(&p.all[i], line, sizeof line) + strlen(test_dir()) + 1);
    problems_free(&p);
    return t.data ? t.data : copy_text("");
}

static void expect(const char *text, const char *expected)
{
    bool good;
    char *found = written("t.conf", text, &good);

    if (strcmp(found, expected) != 0 || !good)
        fail_msg("\n%s\nfound:\n%s\nexpected:\n%s", text, found, expected);
    free(found);
}

/* Either the number is refused, or libconfig reads what it is. */
static void hold(const char *word, uint64_t value, bool minus)
{
    char text[160];
    config_t c;
    bool good;
    char *found;

    snprintf(text, sizeof text, "/* \"1 */ a = ( { b = [ %s ]; } ); # 99999999999\n", word);
    found = written("n.conf", text, &good);
    assert_true(good);
    if (!*found) {
        const config_setting_t *v;

        config_init(&c);
        assert_true(config_read_string(&c, text));
        v = config_lookup(&c, "a.[0].b.[0]");
        assert_non_null(v);
        if ((uint64_t)config_setting_get_int64(v) != (minus ? 0 - value : value))
            fail_msg("%s is %lld", word, (long long)config_setting_get_int64(v));
        config_destroy(&c);
    } else if (value <= INT32_MAX) {
        fail_msg("%s: %s", word, found);
    }
    free(found);
}

static void a_number_is_what_is_written_or_it_is_refused(void **state)
{
    uint64_t seed = test_seed();
    static const uint64_t edges[] = { 0,          1,          INT32_MAX, INT32_MAX + 1ULL,
                                      UINT32_MAX, 4294967297, INT64_MAX, INT64_MAX + 1ULL,
                                      UINT64_MAX };
    char word[60];

    (void)state;
    for (size_t i = 0; i < 400; i++) {
        uint64_t n = i < COUNT_OF(edges) ? edges[i] : test_random(&seed) >> (i % 64);
        const char *const suffixes[] = { "", "L", "LL" };

        for (size_t k = 0; k < COUNT_OF(suffixes); k++) {
            snprintf(word, sizeof word, "%" PRIu64 "%s", n, suffixes[k]);
            hold(word, n, false);
            snprintf(word, sizeof word, "-%" PRIu64 "%s", n, suffixes[k]);
            hold(word, n, true);
            snprintf(word, sizeof word, "0x%" PRIx64 "%s", n, suffixes[k]);
            hold(word, n, false);
        }
    }
    expect("a = 1.5; b = -4294967297.0; c = +99999999999e2; x4294967297 = \"4294967297\";\n", "");
    expect("\n a = 99999999999999999999;\n b = 0x80000000;",
           "t.conf:2: 99999999999999999999 is too large: a whole number has at most 64 bits\n"
           "t.conf:3: 0x80000000 is too large: a whole number without L has at most 32 bits "
           "(2147483647); write 0x80000000L\n");
}

static void a_forgotten_comma_is_seen(void **state)
{
    (void)state;
    expect("a = [ \"one\", \"two\" ]; b = \"long \"\n  \"text\"; c = \"x\" \"y\";\n"
           "d = ( \"a = 1 \"\n \"AND b\", { e = \"f\"\n\"g\"; } ); h = [ \"a,b,\"\n\"c\" ];\n",
           "");
    expect("to = [ \"ann@example.org\" /* , */ \"bob@example.org\" ];\n"
           "f = ( \"a\" \"b\" );\n"
           "g = [ \"root\" // the first\n  \"admin\" ];\n",
           "t.conf:1: two strings stand side by side, which makes them one; is a comma missing "
           "before \"bob@example.org\"?\n"
           "t.conf:2: two strings stand side by side, which makes them one; is a comma missing "
           "before \"b\"?\n"
           "t.conf:4: two strings stand side by side, which makes them one; is a comma missing "
           "before \"admin\"?\n");
}

/* However deep: as many brackets as one likes around both. */
static void a_forgotten_comma_is_seen_at_any_depth(void **state)
{
    struct text t = { 0 };

    (void)state;
    for (int i = 0; i < 1000; i++)
        text_add(&t, i ? "(" : "a = (");
    text_add(&t, "[ \"one\" \"two\" ]");
    for (int i = 0; i < 1000; i++)
        text_add(&t, ")");
    text_add(&t, "; b = { c = \"x\" \"y\"; };\n");
    expect(text_of(&t), "t.conf:1: two strings stand side by side, which makes them one; is a "
                        "comma missing before \"two\"?\n");
    text_free(&t);
}

/* Files with which nothing else is wrong, each with `bytes` in its third line or at its start. */
#define BASIC                                                                                      \
    "state_dir = \"/tmp/none\"; zone = \"UTC\"; rule_dirs = [ \"rules\" ];\n"                      \
    "operators = { channel = \"files\"; to = \"ops@example.gov\"; };\n"                            \
    "channels = ( { name = \"files\"; } ); // %s\n"                                                \
    "routes = ( { channel = \"files\"; to = \"ops@example.gov\"; } );\n"                           \
    "@include \"more.conf\"\n"
#define OTHER "/*\n\n%s */\n"

static const char *const names[] = { "t.conf", "more.conf", "rules/a.rules", "rules/a.test" };

/* All that is said when file number `bad` has `mark` in front and `bytes` inside. */
static char *problems_with(size_t bad, const char *mark, const char *bytes)
{
    AUTO(arena) a = arena_new();
    struct problems p = { 0 };
    struct text t = { 0 };
    char line[1000];

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char text[1000];
        int n = snprintf(text, sizeof text, "%s", i == bad ? mark : "");

        snprintf(text + n, sizeof text - (size_t)n, i ? OTHER : BASIC, i == bad ? bytes : "");
        test_write(names[i], text, strlen(text));
    }
    settings_load(test_path("t.conf"), a, &p);
    trials_load(test_path("rules/a.test"), test_path("t.conf"), a, &p);
    for (size_t i = 0; i < p.count; i++)
        if (!strstr(problem_text(&p.all[i], line, sizeof line), "no tests"))
            text_addf(&t, "%s\n", line + strlen(test_dir()) + 1);
    problems_free(&p);
    return t.data ? t.data : copy_text("");
}

static void every_file_says_its_encoding(void **state)
{
    static const char *const marks[][2] = {
        { "\xEF\xBB\xBF", ":1: the file begins with a byte order mark (EF BB BF)" },
        { "\xFF\xFE", ":1: the file is UTF-16 (it begins with FF FE)" }
    };

    (void)state;
    mkdir(test_path("rules"), 0700);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char *none = problems_with(COUNT_OF(names), "", ""), expected[200];

        assert_string_equal(none, "");
        free(none);
        for (size_t k = 0; k < COUNT_OF(marks) + 1; k++) {
            char *found = problems_with(i, k < 2 ? marks[k][0] : "", k < 2 ? "" : "J\xFCrgen");

            snprintf(expected, sizeof expected, "%s%s", names[i],
                     k < 2 ? marks[k][1]
                           : ":3: the byte FC is not UTF-8 (Latin-1 or Windows-1252?)");
            if (strncmp(found, expected, strlen(expected)) != 0 ||
                strchr(found, '\n') != found + strlen(found) - 1)
                fail_msg("found:\n%s\nexpected:\n%s", found, expected);
            free(found);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_what_is_written_or_it_is_refused),
        cmocka_unit_test(a_forgotten_comma_is_seen),
        cmocka_unit_test(a_forgotten_comma_is_seen_at_any_depth),
        cmocka_unit_test(every_file_says_its_encoding),
    };

    return cmocka_run_group_tests_name("written", tests, NULL, NULL);
}
