/* base/date on the strings of the JSON Schema test suite (../shared/data/date-formats).
 *
 * Durations are not read: terms are written "5 years", and ISO 8601 durations are no terms. */
#include "lib/test.h"

#include "base/date.h"
#include "calendar/period.h"
#include "codec/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef bool reads_fn(const char *text);

/* Strings that this program treats otherwise than the suite, on purpose, with the reason. */
static const char *const otherwise[][2] = {
    { "1998-12-31T23:59:60Z", "a leap second is no time that a record can be dated with" },
    { "1998-12-31T15:59:60.123-08:00", "the same" },
    { "1963-06-19t08:30:06.283185z", "a pattern is read as it is written, with T" },
};

static const char *reason(const char *text)
{
    for (size_t i = 0; i < COUNT_OF(otherwise); i++)
        if (strcmp(otherwise[i][0], text) == 0)
            return otherwise[i][1];
    return NULL;
}

static bool reads_date(const char *text)
{
    return date_read(text) != DATE_NONE;
}

static bool reads_date_time(const char *text)
{
    struct date_fields f;

    return date_parse("yyyy-mm-ddTHH:MM:SSZ", text, strlen(text), &f) && f.has_offset;
}

static bool reads_term(const char *text)
{
    struct term t;

    return term_read(text, &t);
}

/* How many strings of a file were held against their verdict. */
static int hold(const char *file, reads_fn *reads, bool all_refused)
{
    char path[80];
    size_t size;
    struct error e;
    int count = 0;

    snprintf(path, sizeof path, "data/date-formats/%s.json", file);
    {
        char *bytes AUTO_FREE = test_read(test_shared(path), &size);
        char *nul = strstr(bytes, "\\u0000"); /* no text of ours can hold one */
        AUTO(json) groups = NULL;

        if (nul)
            nul[5] = '1';
        groups = json_read(bytes, size, &e);

        assert_non_null(groups);
        for (size_t g = 0; g < json_count(groups); g++) {
            const struct json *tests = json_get(json_at(groups, g), "tests");

            for (size_t i = 0; i < json_count(tests); i++) {
                const struct json *one = json_at(tests, i);
                const char *text = json_get_text(one, "data");
                bool valid = json_get_truth(one, "valid") && !all_refused;

                if (!text)
                    continue;
                if (reason(text) ? reads(text) : reads(text) != valid)
                    fail_msg("%s: \"%s\" was %s", file, text, reads(text) ? "read" : "refused");
                count++;
            }
        }
    }
    return count;
}

static void days_are_read_as_the_suite_says(void **state)
{
    (void)state;
    assert_int_equal(hold("date", reads_date, false), 75);
}

static void moments_are_read_as_the_suite_says(void **state)
{
    (void)state;
    assert_int_equal(hold("date-time", reads_date_time, false), 27);
}

static void no_duration_is_taken_for_a_term(void **state)
{
    (void)state;
    assert_int_equal(hold("duration", reads_term, true), 46);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_read_as_the_suite_says),
        cmocka_unit_test(moments_are_read_as_the_suite_says),
        cmocka_unit_test(no_duration_is_taken_for_a_term),
    };

    return cmocka_run_group_tests_name("formats", tests, NULL, NULL);
}
