/* ingest/reader, csv, json, sniff, window: what is cut out of a payload and what is refused. */
#include "lib/test.h"

#include "base/text.h"
#include "ingest/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const char *const no_names[] = { NULL };

static struct source source_of(enum source_format format)
{
    return (struct source){ .id = "test",
                            .format = format,
                            .delimiter = ",",
                            .header = true,
                            .columns = { no_names, 0 },
                            .max_record = 1000000 };
}

/* Everything the reader says about a payload, one line a record:
 *     2@6 [1|two|3]        line 2, offset 6, the fields
 *     3@12 BAD reason      reader_next() or reader_fields() refused it
 *     END                  or FAILED reason, or REFUSED reason at the start */
static void tell_record(struct reader *r, const struct raw *raw, struct text *out)
{
    struct error e = { 0 };
    struct fields f;
    const char *s;
    size_t n;

    text_addf(out, "%lld@%lld ", (long long)raw->line, (long long)raw->offset);
    if (!reader_fields(r, raw, &f, &e)) {
        text_addf(out, "BAD %s\n", e.text);
        return;
    }
    for (size_t i = 0; i < f.count; i++) {
        text_add(out, i ? "|" : "[");
        if (fields_get(&f, (int)i, &s, &n))
            text_addn(out, s, n);
        else
            text_add(out, "-");
    }
    text_add(out, "]\n");
}

static void tell(struct reader *r, struct text *out)
{
    struct error e = { 0 };
    struct raw raw;

    for (;;)
        switch (reader_next(r, &raw, &e)) {
        case READ_RECORD:
            tell_record(r, &raw, out);
            break;
        case READ_BAD:
            text_addf(out, "%lld@%lld BAD %s: %.*s\n", (long long)raw.line, (long long)raw.offset,
                      e.text, raw.size < 10 ? (int)raw.size : 10, raw.bytes);
            break;
        case READ_END:
            text_add(out, "END");
            return;
        case READ_FAILED:
            text_addf(out, "FAILED %s", e.text);
            return;
        }
}

/* `names`: for NDJSON, what is asked for. */
static void read_chunked(const void *data, size_t n, const struct source *s,
                         const char *const *names, size_t chunk, struct text *out)
{
    const char *path = test_write("payload", data, n);
    struct error e = { 0 };
    AUTO(reader) r = NULL;

    text_clear(out);
    if (!reader_open_chunked(path, s, chunk, &r, &e)) {
        assert_int_equal(e.class, ERROR_INPUT);
        text_addf(out, "REFUSED %s", e.text);
        return;
    }
    for (; names && *names; names++)
        reader_column(r, *names);
    tell(r, out);
}

static void expect(const void *data, size_t n, const struct source *s, const char *const *names,
                   const char *expected)
{
    static const size_t chunks[] = { 65536, 1, 2, 3, 7 };
    AUTO_TEXT out = { 0 };

    for (size_t i = 0; i < COUNT_OF(chunks); i++) {
        read_chunked(data, n, s, names, chunks[i], &out);
        assert_string_equal(text_of(&out), expected);
    }
}

static void csv(const char *data, const char *expected)
{
    struct source s = source_of(FORMAT_CSV);

    expect(data, strlen(data), &s, NULL, expected);
}

static void reads_records_with_lines_and_offsets(void **state)
{
    (void)state;
    csv("a,b,c\n1,2,3\n4,5,6\n", "2@6 [1|2|3]\n3@12 [4|5|6]\nEND");
    csv("a,b,c\n1,2,3", "2@6 [1|2|3]\nEND");
    csv("a,b\r\n1,2\r\n3,4\r\n", "2@5 [1|2]\n3@10 [3|4]\nEND");
    csv("a,b\r1,2\r3,4\r", "2@4 [1|2]\n3@8 [3|4]\nEND");
    csv("a,b\n1,2\r3,4\r\n5,6\n", "2@4 [1|2]\n3@8 [3|4]\n4@13 [5|6]\nEND");
    csv("a,b\n,\n", "2@4 [|]\nEND");
    csv("a,b", "END");
    csv("a,b\r\n", "END");
}

static void reads_quotes(void **state)
{
    (void)state;
    csv("a,b\n\"1,\n2\",x\n3,4\n", "2@4 [1,\n2|x]\n4@13 [3|4]\nEND");
    csv("a,b\n\"1\r\n2\r3\n\",x\n3,4", "2@4 [1\r\n2\r3\n|x]\n6@16 [3|4]\nEND");
    csv("a,b\n\"say \"\"hi\"\"\",\"\"\n\"\"\"\",\"\"\"\"\"\"\n",
        "2@4 [say \"hi\"|]\n3@20 [\"|\"\"]\nEND");
    csv("\"a \"\"x\"\"\",\"b\nc\"\n1,\"2\"", "3@16 [1|2]\nEND");
    csv("a,b\n1,\"2\r\n\"\r\n3,4\r\n", "2@4 [1|2\r\n]\n4@13 [3|4]\nEND");
}

static void skips_blank_lines(void **state)
{
    (void)state;
    csv("\n\na,b\n\n1,2\n \t \n\r\n3,4\n\n\n", "5@7 [1|2]\n8@17 [3|4]\nEND");
    csv("a\n\n1\n\n", "2@2 []\n3@3 [1]\n4@5 []\nEND");
    csv("a\n1\n", "2@2 [1]\nEND");
}

static void passes_the_byte_order_mark(void **state)
{
    struct source s = source_of(FORMAT_NDJSON);
    static const char *const names[] = { "a", NULL };

    (void)state;
    csv("\xEF\xBB\xBF"
        "a,b\n1,2\n",
        "2@7 [1|2]\nEND");
    csv("\xEF\xBB\xBF\"a\",b\n1,2\n", "2@9 [1|2]\nEND");
    expect("\xEF\xBB\xBF{\"a\":1}", 10, &s, names, "1@3 [1]\nEND");
}

static void refuses_one_record_and_goes_on(void **state)
{
    static const char nul[] = "a,b\n1,\0\n3,4\n";
    struct source s = source_of(FORMAT_CSV);

    (void)state;
    csv("a,b,c\n1,2,3,4\n1,2\n7,8,9\n", "2@6 BAD has 4 fields, the header has 3\n"
                                        "3@14 BAD has 2 fields, the header has 3\n"
                                        "4@18 [7|8|9]\nEND");
    csv("a,b\n1\n3,4\n", "2@4 BAD has 1 field, the header has 2\n3@6 [3|4]\nEND");
    csv("a,b\n1,2 \"x\" 3\n3,4\n",
        "2@4 BAD column \"b\": a quote stands inside a value that is not "
        "quoted: '2 \"x\" 3'\n3@14 [3|4]\nEND");
    csv("a,b\n5\" pipe,2\n3,4\n", "2@4 BAD column \"a\": a quote stands inside a value that is not "
                                  "quoted: '5\" pipe'\n3@14 [3|4]\nEND");
    csv("a,b\n\"x\" y,2\n3,4\n", "2@4 BAD column \"a\": text follows a closing quote: '\"x\" y,2'\n"
                                 "3@12 [3|4]\nEND");
    csv("a,b\n1,2,\"x\" y\n3,4\n", "2@4 BAD field 3: text follows a closing quote: '\"x\" y'\n"
                                   "3@14 [3|4]\nEND");
    csv("a,b\n1,ab\xE9"
        "cd\n3,4\n",
        "2@4 [1|ab\xE9"
        "cd]\n3@12 [3|4]\nEND"); /* that it is not UTF-8 is said by its value */
    expect(nul, sizeof nul - 1, &s, NULL, "2@4 BAD byte 3 of the record is NUL\n3@8 [3|4]\nEND");
}

static void refuses_a_quote_that_stays_open(void **state)
{
    struct source s = source_of(FORMAT_CSV);
    struct error e = { 0 };
    AUTO(reader) r = NULL;
    struct raw raw;

    (void)state;
    csv("a,b\n1,2\n3,\"x\ny\n5,6\n", "2@4 [1|2]\nFAILED the quote that opens on line 3 is not "
                                     "closed before the payload ends");
    csv("a,b\n\"x\ny\",\"z\n5,6", "FAILED the quote that opens on line 3 is not closed before the "
                                  "payload ends");
    csv("a,\"b\n1,2\n", "REFUSED header: the quote that opens on line 1 is not closed before the "
                        "payload ends");
    assert_true(reader_open(test_write("payload", "a,b\n1,\"2", 8), &s, &r, &e));
    assert_int_equal(reader_next(r, &raw, &e), READ_FAILED);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(reader_next(r, &raw, &e), READ_FAILED);
        assert_string_equal(e.text, "payload could not be read further");
    }
}

static void refuses_what_is_no_csv(void **state)
{
    static const struct {
        const char *data;
        size_t n;
        const char *says;
    } cases[] = {
        { "", 0, "payload is empty; expected CSV" },
        { "\xEF\xBB\xBF", 3, "payload is empty; expected CSV" },
        { "\xEF\xBB\xBF \r\n\t", 7, "payload is empty; expected CSV" },
        { "<!DOCTYPE html>\n<html><head><TITLE> Log in\n</title>", 51,
          "payload looks like an HTML page, not CSV: 'Log in'" },
        { "\n <html>\n<body>Gateway timeout</body>", 37,
          "payload looks like an HTML page, not CSV: '<html> <body>Gateway timeout</body>'" },
        { "<?xml version=\"1.0\"?><a/>", 25, "payload looks like an XML document, not CSV" },
        { "\xFF\xFE"
          "a\0,\0b\0",
          8, "payload is UTF-16 text, not UTF-8; expected CSV" },
        { "\xFE\xFF\0a\0,\0b", 8, "payload is UTF-16 text, not UTF-8" },
        { "a\0,\0b\0\n\0", 8, "header on line 1: has a NUL byte (UTF-16 without" },
        { "\x1F\x8B\x08\0", 4, "payload is a gzip file" },
        { "PK\x03\x04\x14\0", 6, "payload is a zip file or an Excel workbook" },
        { "a,\xE9t\xE9\n1,2\n", 11, "header on line 1: column 2 is not UTF-8" },
        { "{\"error\":\"no\"}", 14, "header on line 1: column 1: a quote stands inside" },
    };
    struct source s = source_of(FORMAT_CSV);
    AUTO_TEXT out = { 0 };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        read_chunked(cases[i].data, cases[i].n, &s, NULL, 65536, &out);
        if (strncmp(text_of(&out), "REFUSED ", 8) != 0 || !strstr(text_of(&out), cases[i].says))
            fail_msg("%zu: \"%s\" does not say \"%s\"", i, text_of(&out), cases[i].says);
    }
}

static bool is_two(void *data, const struct fields *f)
{
    const char *s;
    size_t n;

    (void)data;
    return fields_get(f, 1, &s, &n) && n == 1 && *s >= '0' && *s <= '9';
}

/* A quote too many swallows lines; what a person wrote over several lines is none of them. */
static void counts_the_records_inside_a_record(void **state)
{
    static const struct {
        const char *data;
        int64_t lines, swallowed;
    } cases[] = {
        { "a,b\n1,2\n", 1, 0 },
        { "a,b\n1,\"2\n3,4\n5,6\n7\",8\n", 4, 2 },
        { "a,b\n1,\"2\r\n3,4\r\n5,x\r\n7\",8\r\n", 4, 1 },
        { "a,b\n1,\"Dear all\n\nthe first, and\nthe second\"", 4, 0 },
        { "a,b\n1,\"x\n3,4\"", 2, 0 },
        { "a,b\n\"x\n3,4\n\",2\n", 3, 1 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct source s = source_of(FORMAT_CSV);
        struct error e = { 0 };
        AUTO(reader) r = NULL;
        struct raw raw;

        assert_true(
            reader_open(test_write("payload", cases[i].data, strlen(cases[i].data)), &s, &r, &e));
        assert_int_equal(reader_next(r, &raw, &e), READ_RECORD);
        assert_int_equal(raw.lines, cases[i].lines);
        assert_int_equal(reader_lines(r, &raw, is_two, NULL), cases[i].swallowed);
    }
}

static void finds_columns_by_name(void **state)
{
    static const char data[] = " Case \xC2\xA0,case no,CASE NO,,Case,Case\n";
    struct source s = source_of(FORMAT_CSV);
    struct error e = { 0 };
    AUTO(reader) r = NULL;
    size_t n;

    (void)state;
    assert_true(reader_open(test_write("payload", data, sizeof data - 1), &s, &r, &e));
    assert_int_equal(reader_column(r, "Case"), 0);
    assert_int_equal(reader_column_count(r, "Case"), 3);
    assert_int_equal(reader_column(r, "CASE NO"), 2); /* exactly, before ignoring case */
    assert_int_equal(reader_column_count(r, "CASE NO"), 1);
    assert_int_equal(reader_column(r, "Case No"), 1);
    assert_int_equal(reader_column_count(r, "Case No"), 2);
    assert_int_equal(reader_column(r, "office"), -1);
    assert_string_equal(reader_names(r, &n)[0], "Case");
    assert_int_equal(n, 6);
}

static void refuses_a_mapped_name_that_stands_twice(void **state)
{
    static const char *const twice[] = { "b", "a", NULL }, *const unnamed[] = { "", NULL };
    struct mapping map = { .column = "x", .from = { twice, 2 } };
    struct source s = source_of(FORMAT_CSV);

    (void)state;
    csv("a,a,,\n1,2,3,4\n", "2@6 [1|2|3|4]\nEND"); /* nobody asks for them */
    s.map = (struct list){ &map, 1 };
    expect("a,b,a\n", 6, &s, NULL,
           "REFUSED header on line 1: has \"a\" 2 times; the map takes x from it");
    map.from = (struct texts){ unnamed, 1 };
    expect("a,,b\n", 5, &s, NULL,
           "REFUSED header on line 1: has a column without a name; the map takes x from it");
    s.header = false;
    s.columns = (struct texts){ twice, 2 };
    expect("1,2\n", 4, &s, NULL, "1@0 [1|2]\nEND");
}

static void reads_without_a_header(void **state)
{
    static const char *const names[] = { "x", "y", NULL };
    struct source s = source_of(FORMAT_CSV);

    (void)state;
    s.header = false;
    s.delimiter = "\t";
    s.columns = (struct texts){ names, 2 };
    expect("1\t2,5\n\t\n3\n", 10, &s, NULL,
           "1@0 [1|2,5]\n2@6 [|]\n3@8 BAD has 1 field, columns names 2\nEND");
    expect("\n\n", 2, &s, NULL, "REFUSED payload is empty; expected CSV");
    s.columns.count = 1;
    expect("\n\n", 2, &s, NULL, "1@0 []\n2@1 []\nEND");
}

static void reads_ndjson(void **state)
{
    static const char *const names[] = { "a", "b-c", "none", NULL };
    static const char data[] = "{\"a\":1234.10,\"b-c\":\"x\\u00e9\\\"\"}\r\n"
                               "\n"
                               " { \"b-c\" : [1, {\"a\": \"]\"}] , \"z}\" : {} , \"a\" : true } \n"
                               "{\"a\":null,\"b-c\":\"\"}\n"
                               "{\"a\":-1e3,\"x\\\"y\":[\"a\",\"b\"],\"b-c\":{}}";
    struct source s = source_of(FORMAT_NDJSON);

    (void)state;
    expect(data, sizeof data - 1, &s, names,
           "1@0 [1234.10|x\xC3\xA9\"|-]\n"
           "3@34 [true|[1, {\"a\": \"]\"}]|-]\n"
           "4@89 [-||-]\n"
           "5@109 [-1e3|{}|-]\nEND");
}

static void refuses_bad_json_lines(void **state)
{
    static const char *const names[] = { "a", NULL };
    static const char data[] =
        "{\"a\":1,\"a\":2}\n[1]\n{\"a\":\n{\"a\":\"\\u0000\"}\n{\"a\":3}\n\"x\"\n";
    struct source s = source_of(FORMAT_NDJSON);
    AUTO_TEXT out = { 0 };

    (void)state;
    read_chunked(data, sizeof data - 1, &s, names, 65536, &out);
    assert_non_null(strstr(text_of(&out), "1@0 BAD not a JSON object ('{\"a\":1,\"a\":2}'): "));
    assert_non_null(strstr(text_of(&out), "duplicate"));
    assert_non_null(strstr(text_of(&out), "2@14 BAD is JSON, but not an object: '[1]'"));
    assert_non_null(strstr(text_of(&out), "3@18 BAD not a JSON object ('{\"a\":')"));
    assert_non_null(strstr(text_of(&out), "4@24 BAD "));
    assert_non_null(strstr(text_of(&out), "5@39 [3]"));
    assert_non_null(strstr(text_of(&out), "6@47 BAD is JSON, but not an object: '\"x\"'"));
    read_chunked("[\n{\"a\":1}]", 10, &s, names, 65536, &out);
    assert_non_null(strstr(text_of(&out), "REFUSED payload is a JSON list; NDJSON has one object"));
    read_chunked(" \n", 2, &s, names, 65536, &out);
    assert_non_null(strstr(text_of(&out), "REFUSED payload is empty; expected NDJSON"));
}

static void says_which_record_is_too_long(void **state)
{
    struct source s = source_of(FORMAT_CSV);
    AUTO_TEXT data = { 0 };

    (void)state;
    s.max_record = 300;
    text_add(&data, "a,b\n1,");
    for (int i = 0; i < 298; i++)
        text_add(&data, "x");
    text_add(&data, "\n1,"); /* one byte more, over two lines, with quotes */
    text_add(&data, "\"");
    for (int i = 0; i < 500; i++)
        text_add(&data, i == 250 ? "\r\n" : i % 2 ? "\"\"" : ",");
    text_add(&data, "\",\"\n\"\n3,4\n");
    expect(data.data, data.size, &s, NULL,
           "2@4 [1|xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
           "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
           "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
           "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx]\n"
           "3@305 BAD record is longer than max_record = 300 bytes: 1,\",\"\",\"\",\n"
           "6@1065 [3|4]\nEND");
}

static long peak_kilobytes(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* `quoted`: the long line stands inside quotes, so that its line ends must be counted. */
static void read_long_line(bool quoted)
{
    static char part[1 << 20];
    size_t parts = test_is_full() ? 1024 : 100;
    struct source s = source_of(FORMAT_CSV);
    const char *path = test_path("long");
    FILE *file = fopen(path, "wb");
    struct error e = { 0 };
    AUTO(reader) r = NULL;
    AUTO_TEXT out = { 0 };
    char expected[200];
    long before;

    assert_non_null(file);
    memset(part, 'x', sizeof part);
    part[sizeof part / 2] = quoted ? '\n' : 'x';
    fputs(quoted ? "a,b\n1,\"" : "a,b\n1,", file);
    for (size_t i = 0; i < parts; i++)
        assert_int_equal(fwrite(part, 1, sizeof part, file), sizeof part);
    fputs(quoted ? "\"\n3,4\n" : "\n3,4\n", file);
    fclose(file);
    before = peak_kilobytes();
    assert_true(reader_open(path, &s, &r, &e));
    tell(r, &out);
    unlink(path);
    snprintf(expected, sizeof expected,
             "2@4 BAD record is longer than max_record = 1 MB: 1,%s\n%zu@%zu [3|4]\nEND",
             quoted ? "\"xxxxxxx" : "xxxxxxxx", quoted ? 3 + parts : 3,
             6 + parts * sizeof part + (quoted ? 3 : 1));
    assert_string_equal(text_of(&out), expected);
    if (!getenv("SAN")) /* sanitizers keep shadows and what was freed */
        assert_true(peak_kilobytes() - before < 4000);
}

static void skips_a_line_of_100_mb_in_little_memory(void **state)
{
    (void)state;
    read_long_line(false);
    read_long_line(true);
}

/* A field of a random record: what is dangerous turns up often. */
static void random_field(uint64_t *seed, struct text *out)
{
    static const char *const parts[] = {
        ",", "\"", "\n", "\r", "\r\n", "\"\"", " ", "a", "bc", "\xC3\xA9", "\xF0\x9F\x98\x80",
        "0", ";",  "\t"
    };
    size_t n = test_random(seed) % 8;

    text_clear(out);
    if (test_random(seed) % 200 == 0)
        n += 3000;
    for (size_t i = 0; i < n; i++)
        text_add(out, parts[test_random(seed) % COUNT_OF(parts)]);
}

static void add_quoted(struct text *out, const char *s)
{
    bool needs = strpbrk(s, ",\"\r\n") != NULL;

    text_add(out, needs ? "\"" : "");
    for (; *s; s++) {
        text_addn(out, s, 1);
        if (*s == '"')
            text_add(out, "\"");
    }
    text_add(out, needs ? "\"" : "");
}

static int64_t lines_in(const char *s)
{
    int64_t lines = 0;

    for (; *s; s++)
        lines += *s == '\n' || (*s == '\r' && s[1] != '\n');
    return lines;
}

/* Writes random records as CSV, and what reading them must tell. */
static void write_random(uint64_t *seed, struct text *data, struct text *expected)
{
    static const char *const ends[] = { "\n", "\r\n", "\r" };
    const char *end = ends[test_random(seed) % COUNT_OF(ends)];
    size_t records = test_random(seed) % 400 + 1;
    int64_t line = 2;
    AUTO_TEXT field = { 0 };

    text_addf(data, "a,b,c%s", end);
    for (size_t i = 0; i < records; i++) {
        text_addf(expected, "%lld@%zu ", (long long)line, data->size);
        for (int column = 0; column < 3; column++) {
            random_field(seed, &field);
            text_add(data, column ? "," : "");
            add_quoted(data, text_of(&field));
            text_addf(expected, "%s%s", column ? "|" : "[", text_of(&field));
            line += lines_in(text_of(&field));
        }
        text_add(data, end);
        text_add(expected, "]\n");
        line++;
    }
    text_add(expected, "END");
}

static void reads_back_what_was_written(void **state)
{
    static const size_t chunks[] = { 65536, 1, 13, 4096 };
    uint64_t seed = test_seed();
    struct source s = source_of(FORMAT_CSV);
    int rounds = test_is_full() ? 500 : 40;
    AUTO_TEXT data = { 0 };
    AUTO_TEXT expected = { 0 };
    AUTO_TEXT out = { 0 };

    (void)state;
    for (int i = 0; i < rounds; i++) {
        text_clear(&data);
        text_clear(&expected);
        write_random(&seed, &data, &expected);
        read_chunked(data.data, data.size, &s, NULL, chunks[i % 4], &out);
        if (!text_same(text_of(&expected), text_of(&out))) {
            test_write("expected", expected.data, expected.size);
            fail_msg("round %d, chunk %zu: not what was written", i, chunks[i % 4]);
        }
    }
}

/* A record whose every byte in turn is the last of a chunk. */
static void reads_across_the_end_of_a_chunk(void **state)
{
    static const char record[] = "\"a\r\n\"\"b\"\"\",\xC3\xA9\r\n";
    struct source s = source_of(FORMAT_CSV);
    AUTO_TEXT out = { 0 };

    (void)state;
    for (size_t fill = 65536 - 40; fill < 65536 + 10; fill++) {
        AUTO_TEXT data = { 0 };
        char expected[64];

        text_add(&data, "a,b\n");
        while (data.size < fill)
            text_add(&data, data.size + 4 <= fill ? ",xy\n" : "\n");
        snprintf(expected, sizeof expected, "@%zu [a\r\n\"b\"|\xC3\xA9]\n", data.size);
        text_add(&data, record);
        text_add(&data, "3,4");
        read_chunked(data.data, data.size, &s, NULL, 65536, &out);
        assert_non_null(strstr(text_of(&out), expected));
        assert_non_null(strstr(text_of(&out), " [3|4]\nEND"));
        assert_null(strstr(text_of(&out), "BAD"));
    }
}

static void says_which_file_is_missing(void **state)
{
    struct source s = source_of(FORMAT_CSV);
    struct error e = { 0 };
    struct reader *r = NULL;

    (void)state;
    assert_false(reader_open(test_path("nowhere"), &s, &r, &e));
    assert_non_null(strstr(e.text, "nowhere: No such file"));
    assert_null(r);
    assert_false(reader_open(test_dir(), &s, &r, &e));
    assert_int_equal(e.class, ERROR_RETRY);
    assert_non_null(strstr(e.text, "cannot be read at byte 0: Is a directory"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_records_with_lines_and_offsets),
        cmocka_unit_test(reads_quotes),
        cmocka_unit_test(skips_blank_lines),
        cmocka_unit_test(passes_the_byte_order_mark),
        cmocka_unit_test(refuses_one_record_and_goes_on),
        cmocka_unit_test(refuses_a_quote_that_stays_open),
        cmocka_unit_test(refuses_what_is_no_csv),
        cmocka_unit_test(counts_the_records_inside_a_record),
        cmocka_unit_test(finds_columns_by_name),
        cmocka_unit_test(refuses_a_mapped_name_that_stands_twice),
        cmocka_unit_test(reads_without_a_header),
        cmocka_unit_test(reads_ndjson),
        cmocka_unit_test(refuses_bad_json_lines),
        cmocka_unit_test(says_which_record_is_too_long),
        cmocka_unit_test(skips_a_line_of_100_mb_in_little_memory),
        cmocka_unit_test(reads_back_what_was_written),
        cmocka_unit_test(reads_across_the_end_of_a_chunk),
        cmocka_unit_test(says_which_file_is_missing),
    };

    return cmocka_run_group_tests_name("reader", tests, NULL, NULL);
}
