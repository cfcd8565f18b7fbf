/* codec/json: strict reading, stable writing, and the JSON parsing suite when it is there. */
#include "lib/test.h"

#include "codec/json.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *written(const char *in, bool pretty)
{
    struct error e = { 0 };
    AUTO(json) v = json_read(in, strlen(in), &e);
    struct text out = { 0 };

    if (!v)
        fail_msg("%s: %s", in, e.text);
    json_write(v, pretty, &out);
    return out.data;
}

static void reads_and_writes(void **state)
{
    static const char *const same[] = {
        "{\"b\":1,\"a\":[true,false,null,-9223372036854775808,9223372036854775807]}",
        "\"a\\\"b\\\\c\\nd\\u0001\"",
        "1.5",
        "[]",
        "{}",
        "\"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\"",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(same); i++) {
        char *s AUTO_FREE = written(same[i], false);

        assert_string_equal(s, same[i]);
    }
}

static void writes_pretty(void **state)
{
    char *s AUTO_FREE = written("{\"a\":[1,2]}", true);

    (void)state;
    assert_string_equal(s, "{\n  \"a\": [\n    1,\n    2\n  ]\n}");
}

static void refuses(void **state)
{
    static const struct {
        const char *in, *says;
    } cases[] = {
        { "{\"a\":1,\"a\":2}", "duplicate" },
        { "[1] [2]", "end of file expected" },
        { "[1,]", "column 4" },
        { "\n[1,]", "line 2, column 4" },
        { "", "column 0" },
        { "[9223372036854775808]", "too big" },
        { "[1e999]", "overflow" },
        { "[\"\\u0000\"]", "" },
        { "[\"\xC3\x28\"]", "decode byte" },
        { "[\"\xED\xA0\x80\"]", "decode byte" },
        { "nul", "" },
        { "[NaN]", "" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error e = { 0 };

        if (json_read(cases[i].in, strlen(cases[i].in), &e))
            fail_msg("accepted: %s", cases[i].in);
        assert_int_equal(e.class, ERROR_INPUT);
        if (!strstr(e.text, cases[i].says))
            fail_msg("%s: \"%s\" does not say \"%s\"", cases[i].in, e.text, cases[i].says);
    }
    assert_null(json_read("123\0", 4, NULL)); /* jansson alone takes it */
}

static void refuses_depth(void **state)
{
    char deep[200];
    struct error e = { 0 };

    (void)state;
    memset(deep, '[', 64);
    memset(deep + 64, ']', 64);
    AUTO(json) v = json_read(deep, 128, &e);
    assert_non_null(v);
    memset(deep, '[', 65);
    memset(deep + 65, ']', 65);
    assert_null(json_read(deep, 130, &e));
    assert_non_null(strstr(e.text, "deeper than 64"));
    memset(deep, '[', sizeof deep); /* brackets in a string are text */
    deep[0] = deep[198] = '"';
    AUTO(json) text = json_read(deep, 199, &e);
    assert_non_null(text);
}

static void builds(void **state)
{
    AUTO(json) g = json_group();
    struct json *list = json_list();
    AUTO_TEXT out = { 0 };

    (void)state;
    json_set_text(g, "z", "first");
    json_set_whole(g, "n", INT64_MIN);
    json_set_truth(g, "t", true);
    json_set_text(g, "none", NULL);
    json_add_text(list, "bad \xFF\xFE end \xE2\x82");
    json_add(list, json_of_truth(false));
    json_set(g, "list", list);
    json_set_text(g, "z", "again"); /* keeps its place */
    json_write(g, false, &out);
    assert_string_equal(text_of(&out),
                        "{\"z\":\"again\",\"n\":-9223372036854775808,\"t\":true,\"none\":null,"
                        "\"list\":[\"bad \xEF\xBF\xBD\xEF\xBF\xBD end \xEF\xBF\xBD\xEF\xBF\xBD\","
                        "false]}");
}

static void looks_up(void **state)
{
    static const char in[] = "{\"t\":\"x\",\"n\":7,\"r\":2.5,\"b\":true,\"l\":[1,2,3],\"o\":null}";
    AUTO(json) v = json_read(in, strlen(in), NULL);

    (void)state;
    assert_string_equal(json_get_text(v, "t"), "x");
    assert_int_equal(json_get_whole(v, "n"), 7);
    assert_true(json_fraction(json_get(v, "r")) == 2.5);
    assert_true(json_fraction(json_get(v, "n")) == 7.0);
    assert_true(json_get_truth(v, "b"));
    assert_int_equal(json_count(json_get(v, "l")), 3);
    assert_int_equal(json_count(v), 6);
    assert_int_equal(json_whole(json_at(json_get(v, "l"), 2)), 3);
    assert_int_equal(json_type_of(json_get(v, "o")), JSON_NOTHING);
    assert_null(json_get_text(v, "n")); /* the wrong type gives nothing */
    assert_int_equal(json_get_whole(v, "t"), 0);
    assert_false(json_get_truth(v, "n"));
    assert_null(json_at(v, 0));
    assert_null(json_at(json_get(v, "l"), 3));
    assert_null(json_get(json_get(v, "l"), "t"));
    assert_null(json_get(NULL, "t"));
    assert_int_equal(json_count(NULL), 0);
    assert_null(json_text(NULL));
    assert_false(json_truth(NULL));
    assert_int_equal(json_type_of(NULL), JSON_NONE);
    json_free(NULL);
}

static void add_key(void *data, const char *key, struct json *value)
{
    text_addf(data, "%s%d ", key, (int)json_type_of(value));
}

static void visits_in_order(void **state)
{
    static const char in[] = "{\"z\":1,\"a\":\"\",\"m\":[]}";
    AUTO(json) v = json_read(in, strlen(in), NULL);
    AUTO_TEXT seen = { 0 };

    (void)state;
    json_each(v, add_key, &seen);
    json_each(json_get(v, "m"), add_key, &seen);
    json_each(NULL, add_key, &seen);
    assert_string_equal(text_of(&seen), "z3 a5 m6 ");
}

static void counts_references(void **state)
{
    struct json *v = json_of_text("kept");
    struct json *again = json_copy_ref(v);

    (void)state;
    json_free(v);
    assert_string_equal(json_text(again), "kept");
    json_free(again);
}

/* Valid JSON that we refuse on purpose: a key twice, NUL inside text. */
static bool refused_on_purpose(const char *name)
{
    return strstr(name, "duplicated_key") || strstr(name, "null_escape") ||
           strstr(name, "null_in_string") || strstr(name, "escaped_null");
}

static void check_suite_file(const char *folder, const char *name)
{
    char path[1024];
    struct error e = { 0 };
    size_t n;
    char *bytes AUTO_FREE = NULL;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    bytes = test_read(path, &n);
    AUTO(json) v = json_read(bytes, n, &e);
    if (name[0] == 'y' && !v != refused_on_purpose(name))
        fail_msg("%s %s %s", name, v ? "accepted" : "refused", e.text);
    if (name[0] == 'n' && v)
        fail_msg("%s accepted", name);
    if (!v)
        assert_true(e.text[0] != '\0');
}

static void passes_the_suite(void **state)
{
    const char *folder = test_shared("data/json-suite/test_parsing");
    struct dirent *entry;
    int count = 0;
    DIR *d;

    (void)state;
    d = opendir(folder);
    assert_non_null(d);
    while ((entry = readdir(d)))
        if (strstr(entry->d_name, ".json")) {
            check_suite_file(folder, entry->d_name);
            count++;
        }
    closedir(d);
    assert_true(count > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_writes), cmocka_unit_test(writes_pretty),
        cmocka_unit_test(refuses),          cmocka_unit_test(refuses_depth),
        cmocka_unit_test(builds),           cmocka_unit_test(looks_up),
        cmocka_unit_test(visits_in_order),  cmocka_unit_test(counts_references),
        cmocka_unit_test(passes_the_suite),
    };

    return cmocka_run_group_tests_name("codec_json", tests, NULL, NULL);
}
