/* ingest/scan, pointer, json: records out of JSON documents, and the JSON suite (../shared/data).
 */
#include "lib/test.h"

#include "base/text.h"
#include "codec/json.h"
#include "ingest/reader.h"
#include "ingest/scan.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct source source_at(const char *at)
{
    return (struct source){ .id = "test", .format = FORMAT_JSON, .pointer = at, .max_record = 200 };
}

/* Each record as "line [a|b|c]", or what is wrong. `names`: NULL-terminated. */
static void tell(const char *path, const char *at, size_t chunk, const char *const *names,
                 struct text *out)
{
    struct source s = source_at(at);
    AUTO(reader) r = NULL;
    enum reading reading = READ_FAILED;
    struct error e = { 0 };
    struct fields f;
    struct raw raw;

    if (!reader_open_chunked(path, &s, chunk, &r, &e)) {
        text_addf(out, "REFUSED %s", e.text);
        return;
    }
    for (const char *const *n = names; *n; n++)
        reader_column(r, *n);
    while ((reading = reader_next(r, &raw, &e)) == READ_RECORD || reading == READ_BAD) {
        text_addf(out, "%lld ", (long long)raw.line);
        if (reading == READ_BAD || !reader_fields(r, &raw, &f, &e)) {
            text_addf(out, "BAD %s; ", e.text);
            continue;
        }
        for (size_t i = 0; i < f.count; i++) {
            const char *value = "-";
            size_t n = 1;

            fields_get(&f, (int)i, &value, &n);
            text_addf(out, "%s%.*s", i ? "|" : "[", (int)n, value);
        }
        text_add(out, "]; ");
    }
    text_add(out, reading == READ_END ? "END" : e.text);
}

static const struct {
    const char *at, *json, *names[4], *told;
} documents[] = {
    { "",
      "[ {\"a\": 1.10}, {\"a\": \"x\", \"b\": null},\n\n {\"b\": [1, 2]}\n]",
      { "a", "b" },
      "1 [1.10|-]; 1 [x|-]; 3 [-|[1, 2]]; END" },
    { "",
      "{\"a\": true, \"b\": {\"c\": \"d\\u00e9\"}}",
      { "a", "/b/c", "b" },
      "1 [true|d\xC3\xA9|{\"c\": \"d\\u00e9\"}]; END" },
    { "", "[]", { "a" }, "END" },
    { "", "null", { "a" }, "END" },
    { "",
      "  [ 1, \"a\", [2], {} ] ",
      { "a" },
      "1 BAD is JSON, but not an object: '1'; 1 BAD is JSON, but not an object: '\"a\"'; "
      "1 BAD is JSON, but not an object: '[2]'; 1 [-]; END" },
    { "/results",
      "{ \"meta\": { \"results\": [ {\"a\": 9} ], \"n\": [1,2] },\n"
      "  \"results\": [ {\"a\": 1},\n{\"a\": 2} ], \"more\": {\"results\": []} }",
      { "a" },
      "2 [1]; 3 [2]; END" },
    { "/d/1/x~1y",
      "{\"d\": [ {\"x/y\": [{\"a\": 1}]}, {\"x\\u002fy\": [{\"a\": 2}]} ] }",
      { "a" },
      "1 [2]; END" },
    { "/r", "{\"r\": {\"a\": 1, \"b\": {\"a\": 2}}}", { "a", "/b/a" }, "1 [1|2]; END" },
    { "/r", "{\"r\": null}", { "a" }, "END" },
    { "/r/*",
      "{\"r\": {\"C-1\": {\"a\": 1},\n\"C\\u00e9\" : {\"a\": 2}, \"x\": 3}}",
      { "*", "a" },
      "1 [C-1|1]; 2 [C\xC3\xA9|2]; 2 BAD is JSON, but not an object: '\"x\": 3'; END" },
    { "/*", "{\"x\": {\"*\": 1}}", { "*" }, "1 [x]; END" },
    { "",
      "[{\"p\": [{\"q\": \"u\"}, [5, 6.00]], \"\": 3, \"a~b\": 4}]",
      { "/p/0/q", "/p/1/1", "/a~0b" },
      "1 [u|6.00|4]; END" },
    { "", "[{\"p\": [1]}]", { "/p/1", "/p/0/x", "/p/00" }, "1 [-|-|-]; END" },
    { "/r", "{\"a\": 1, \"b\": [2]}", { "a" }, "nothing stands at \"/r\"; the document has: a, b" },
    { "/r/x", "{\"r\": [1]}", { "a" }, "nothing stands at \"/r/x\"; the document has: r" },
    { "/r", "{\"r\": 7}", { "a" }, "line 1: at \"/r\": neither a list nor a group stands there" },
    { "/r/*",
      "{\"r\": []}",
      { "a" },
      "line 1: at \"/r/*\": a list stands there, no group of members" },
    { "/r",
      "{\"r\": [{\"a\": 1}],\n\"r\": []}",
      { "a" },
      "1 [1]; line 2: at \"/r\": it stands there twice" },
    { "",
      "[{\"a\": 1},\n{\"a\": 2}\n{\"a\": 3}]",
      { "a" },
      "1 [1]; 2 [2]; line 3: not JSON: ',' or ']' is expected" },
    { "",
      "[{\"a\": 1}, {\"a\"\n: 2",
      { "a" },
      "1 [1]; line 2: not JSON: the value is not complete" },
    { "/r",
      "{\"r\": [{\"a\": 1}]}x",
      { "a" },
      "1 [1]; line 1: not JSON: something follows the value" },
    { "",
      "[{\"a\": 1, \"a\": 2}, {\"a\": 3}]",
      { "a" },
      "1 BAD not a JSON object ('{\"a\": 1, \"a\": 2}'): column 12: duplicate object key near "
      "'\"a\"'; 1 [3]; END" },
    { "", "", { "a" }, "REFUSED payload is empty; expected JSON" },
    { "",
      "<html><title>Down</title>",
      { "a" },
      "REFUSED payload looks like an HTML page, not JSON: 'Down'" },
};

static void records_are_found_where_the_pointer_leads(void **state)
{
    AUTO_TEXT out = { 0 };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(documents); i++) {
        const char *json = documents[i].json;
        const char *path = test_write("document", json, strlen(json));

        for (size_t chunk = 1; chunk < 5000; chunk = chunk < 9 ? chunk + 1 : 4999 + chunk) {
            text_clear(&out);
            tell(path, documents[i].at, strstr(documents[i].told, "REFUSED") ? 4096 : chunk,
                 documents[i].names, &out);
            if (!text_same(text_of(&out), documents[i].told))
                fail_msg("at \"%s\", chunks of %zu: %s\n%s\nexpected %s", documents[i].at, chunk,
                         json, text_of(&out), documents[i].told);
        }
    }
}

static void a_record_that_is_too_long_is_rejected_alone(void **state)
{
    static const char *const names[] = { "a", NULL };
    AUTO_TEXT json = { 0 };
    AUTO_TEXT out = { 0 };

    (void)state;
    text_add(&json, "[{\"a\": 1},\n{\"a\": \"");
    for (int i = 0; i < 10000; i++)
        text_add(&json, "long [ ");
    text_add(&json, "\"},\n{\"a\": 3}]");
    tell(test_write("long", json.data, json.size), "", 64, names, &out);
    assert_string_equal(text_of(&out),
                        "1 [1]; 2 BAD record is longer than max_record = 200 bytes; 3 [3]; END");
}

static void nesting_has_an_end(void **state)
{
    static const char *const names[] = { "a", NULL };
    AUTO_TEXT json = { 0 };
    AUTO_TEXT out = { 0 };

    (void)state;
    for (int i = 0; i < 100000; i++)
        text_add(&json, "[");
    tell(test_write("deep", json.data, json.size), "", 4096, names, &out);
    assert_non_null(strstr(text_of(&out), "not JSON: it is nested too deep"));
}

/* Scans all of a file; what is wrong, or NULL. */
static const char *scan(const char *bytes, size_t n)
{
    struct scan s = { 0 };
    enum scan_event event;

    do {
        event = scan_next(&s, bytes, n);
        event = event == SCAN_MORE ? scan_last(&s) : event;
    } while (event != SCAN_MORE && event != SCAN_BAD);
    return event == SCAN_BAD ? s.what : NULL;
}

/* Of the suite: y_ is accepted, n_ refused with a reason, i_ either; none does harm. */
static void the_suite_is_read_as_its_names_say(void **state)
{
    static const char *const names[] = { "a", NULL };
    const char *folder = test_shared("data/json-suite/test_parsing");
    DIR *dir = opendir(folder);
    int accepted = 0, refused = 0, either = 0;
    AUTO_TEXT out = { 0 };

    (void)state;
    if (!dir) {
        print_message("# %s is not there\n", folder);
        skip();
    }
    for (const struct dirent *d = readdir(dir); d; d = readdir(dir)) {
        char path[1000], *bytes AUTO_FREE = NULL;
        const char *wrong;
        size_t n;

        if (d->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, d->d_name);
        bytes = test_read(path, &n);
        wrong = scan(bytes, n);
        if ((d->d_name[0] == 'y' && wrong) || (d->d_name[0] == 'n' && (!wrong || !*wrong)))
            fail_msg("%s: %s", d->d_name, wrong ? wrong : "accepted");
        accepted += d->d_name[0] == 'y';
        refused += d->d_name[0] == 'n';
        either += d->d_name[0] == 'i';
        text_clear(&out);
        tell(path, "", 4096, names, &out);
        assert_true(d->d_name[0] != 'n' || !strstr(text_of(&out), "END"));
    }
    closedir(dir);
    assert_int_equal(accepted, 95);
    assert_int_equal(refused, 188);
    assert_int_equal(either, 35);
}

/* What codec/json takes for one value is what the scanner takes for one, but for what may stand in
 * it twice, or is too large: made of pieces that are mostly wrong. */
static void the_scanner_and_the_parser_agree(void **state)
{
    static const char *const pieces[] = { "{",     "}",     "[",    "]",  ",",       ":",
                                          "\"a\"", "\"b\"", "1",    "-0", "0",       "1e5",
                                          ".",     "true",  "null", " ",  "\"\\n\"", "-" };
    uint64_t seed = test_seed();
    int both = 0;

    (void)state;
    for (int i = 0; i < 300000; i++) {
        AUTO_TEXT t = { 0 };
        struct error e = { 0 };
        AUTO(json) parsed = NULL;
        bool scanned;
        int count;

        count = 1 + (int)(test_random(&seed) % 9);
        for (int k = 0; k < count; k++)
            text_add(&t, pieces[test_random(&seed) % COUNT_OF(pieces)]);
        parsed = json_read(text_of(&t), t.size, &e);
        scanned = !scan(text_of(&t), t.size);
        both += parsed && scanned;
        if (scanned != (parsed != NULL) && !strstr(e.text, "duplicate") &&
            !strstr(e.text, "overflow"))
            fail_msg("%s: %s", text_of(&t), e.text);
    }
    assert_true(both > 1000);
}

/* Text is UTF-8 to the scanner exactly when it is to everybody else. */
static void text_is_utf8_or_no_json(void **state)
{
    static const unsigned char bytes[] = { 'a',  0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0,
                                           0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1,
                                           0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF };
    uint64_t seed = test_seed();
    int good = 0;

    (void)state;
    for (int i = 0; i < 200000; i++) {
        char json[8] = "\"";
        size_t n = 1 + (size_t)(test_random(&seed) % 4);

        for (size_t k = 1; k <= n; k++)
            json[k] = (char)bytes[test_random(&seed) % COUNT_OF(bytes)];
        json[n + 1] = '"';
        if ((utf8_check(json + 1, n) == n) != !scan(json, n + 2))
            fail_msg("%02X %02X %02X", (unsigned char)json[1], (unsigned char)json[2],
                     (unsigned char)json[3]);
        good += utf8_check(json + 1, n) == n;
    }
    assert_true(good > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_found_where_the_pointer_leads),
        cmocka_unit_test(a_record_that_is_too_long_is_rejected_alone),
        cmocka_unit_test(nesting_has_an_end),
        cmocka_unit_test(the_suite_is_read_as_its_names_say),
        cmocka_unit_test(the_scanner_and_the_parser_agree),
        cmocka_unit_test(text_is_utf8_or_no_json),
    };

    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
