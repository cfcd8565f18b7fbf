/* ingest/record and ingest/convert: fields to typed values, and all that is wrong with a record. */
#include "lib/test.h"

#include "base/text.h"
#include "ingest/mapping.h"
#include "ingest/record.h"

#include <stdio.h>
#include <string.h>

#define TEXTS(...)                                                                                 \
    {                                                                                              \
        (const char *const[]){ __VA_ARGS__, NULL },                                                \
            sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *)                          \
    }

static const struct source plain = { .id = "cases",
                                     .format = FORMAT_CSV,
                                     .delimiter = ",",
                                     .header = true,
                                     .trim = true,
                                     .columns = { (const char *const[]){ NULL }, 0 },
                                     .dates = TEXTS("yyyy-mm-dd"),
                                     .max_record = 1000000 };

/* One payload opened for one dataset; all the tests below share it. */
struct setting {
    struct column columns[8];
    struct mapping maps[8];
    struct dataset dataset;
    struct source source;
    struct arena *arena;
    struct reader *reader;
    struct shape *shape;
    struct error e;
};

static void add_column(struct setting *s, const char *name, enum column_type type, bool required)
{
    s->columns[s->dataset.columns.count++] =
        (struct column){ .name = name, .type = type, .required = required, .separator = ";" };
    s->dataset.columns.all = s->columns;
    s->dataset.key = s->columns[0].name;
}

static struct mapping *add_map(struct setting *s, const char *column, struct texts from)
{
    struct mapping *m = &s->maps[s->source.map.count++];

    *m = (struct mapping){ .column = column, .from = from };
    s->source.map.all = s->maps;
    return m;
}

static bool open_payload(struct setting *s, const char *payload)
{
    s->reader = NULL;
    s->arena = arena_new();
    s->e = (struct error){ 0 };
    if (!reader_open(test_write("payload", payload, strlen(payload)), &s->source, &s->reader,
                     &s->e))
        return false;
    s->shape = shape_new(&s->dataset, &s->source, "America/New_York", s->reader, s->arena, &s->e);
    return s->shape != NULL;
}

static void close_payload(struct setting *s)
{
    reader_free(s->reader);
    s->arena = arena_free(s->arena);
}

static bool read_one(struct setting *s, struct value *values, struct complaints *why)
{
    struct raw raw;
    struct fields f;

    assert_int_equal(reader_next(s->reader, &raw, &s->e), READ_RECORD);
    if (!reader_fields(s->reader, &raw, &f, &s->e))
        fail_msg("%s", s->e.text);
    return record_read(s->shape, &f, values, s->arena, why) && !why->count;
}

static const struct complaint *complaint(const struct complaints *why, size_t n)
{
    const struct complaint *c = why->first;

    assert_in_range(n, 0, why->count - 1);
    while (n--)
        c = c->next;
    return c;
}

/* "null", or the number, or the text: how one value is told. */
static void tell(const struct value *v, struct text *out)
{
    char day[DATE_TEXT_SIZE];

    text_clear(out);
    if (v->null)
        text_add(out, "null");
    else if (v->type == COLUMN_TEXT || v->type == COLUMN_LIST)
        text_add(out, v->text);
    else if (v->type == COLUMN_REAL)
        text_addf(out, "%g", v->real);
    else if (v->type == COLUMN_DATE)
        text_add(out, date_text((date)v->number, day));
    else
        text_addf(out, "%lld", (long long)v->number);
    if (v->has_offset)
        text_addf(out, " %+d", v->offset_minutes);
}

static const struct {
    enum column_type type;
    const char *pattern;  /* of the mapping, or NULL */
    const char *in, *out; /* of a refused one: its reason */
    bool refused;
} conversions[] = {
    { COLUMN_TEXT, NULL, " \xC2\xA0 Korea\xC2\xA0", "Korea", false },
    { COLUMN_TEXT, NULL, "\xC2\xA0 ", "null", false },
    { COLUMN_TEXT, NULL, "N/A", "null", false },
    { COLUMN_TEXT, NULL, "n/a", "n/a", false },
    { COLUMN_INTEGER, NULL, " 1,234 ", "1234", false },
    { COLUMN_INTEGER, NULL, "-9223372036854775807", "-9223372036854775807", false },
    { COLUMN_INTEGER, NULL, "9223372036854775808", "'9223372036854775808' is not a whole number",
      true },
    { COLUMN_INTEGER, NULL, "7.5", "'7.5' is not a whole number", true },
    { COLUMN_INTEGER, NULL, "0,750",
      "'0,750' is not a whole number; thousands with commas never begin with 0, and a decimal "
      "point "
      "is a point",
      true },
    { COLUMN_MONEY, NULL, "-$00,012",
      "'-$00,012' is not an amount of money (1,234.56); thousands with commas never begin with 0, "
      "and a decimal point is a point",
      true },
    { COLUMN_MONEY, NULL, "0750", "75000", false },
    { COLUMN_INTEGER, NULL, "-", "'-' is not a whole number", true },
    { COLUMN_REAL, NULL, "-2.5e3", "-2500", false },
    { COLUMN_REAL, NULL, "nan", "'nan' is not a number", true },
    { COLUMN_REAL, NULL, "1e999", "'1e999' is not a number", true },
    { COLUMN_MONEY, NULL, "$1,234.10", "123410", false },
    { COLUMN_MONEY, NULL, "(12.50)", "-1250", false },
    { COLUMN_MONEY, NULL, "0.005", "'0.005' is not an amount of money (1,234.56)", true },
    { COLUMN_MONEY, NULL, "12,50", "'12,50' is not an amount of money (1,234.56)", true },
    { COLUMN_BOOLEAN, NULL, "TRUE", "1", false },
    { COLUMN_BOOLEAN, NULL, "n", "0", false },
    { COLUMN_BOOLEAN, NULL, "F", "0", false },
    { COLUMN_BOOLEAN, NULL, "Yes", "1", false },
    { COLUMN_BOOLEAN, NULL, "2", "'2' is not true or false (yes, no, 1, 0)", true },
    { COLUMN_DATE, NULL, " 2024-02-29 ", "2024-02-29", false },
    { COLUMN_DATE, NULL, "2025-02-29", "'2025-02-29' is not a date (yyyy-mm-dd)", true },
    { COLUMN_DATE, NULL, "2024-02-29T00:00:00Z",
      "'2024-02-29T00:00:00Z' is not a date (yyyy-mm-dd)", true },
    { COLUMN_DATE, "dd/mm/yyyy", "31/02/2025", "'31/02/2025' is not a date (dd/mm/yyyy)", true },
    { COLUMN_DATE, "mm/dd/yyyy", "06/13/2012", "2012-06-13", false },
    { COLUMN_DATE, "mm/dd/yyyy", "6/13/2012", "'6/13/2012' is not a date (mm/dd/yyyy)", true },
    { COLUMN_DATE, "m/d/yyyy", "6/13/12", "'6/13/12' is not a date (m/d/yyyy)", true },
    { COLUMN_DATE, "yyyy/m/d", "2002/5/22", "2002-05-22", false },
    { COLUMN_DATE, "d mon yyyy", "3 sept 2020", "'3 sept 2020' is not a date (d mon yyyy)", true },
    { COLUMN_DATE, "d mon yyyy", "3 Sep 2020", "2020-09-03", false },
    /* the day as it is written, not that of another zone */
    { COLUMN_DATE, "yyyy-mm-ddTHH:MM:SSZ", "2024-12-31T23:30:00-11:00", "2024-12-31", false },
    { COLUMN_DATETIME, NULL, "1970-01-02T00:00:00Z", "86400000000 +0", false },
    { COLUMN_DATETIME, NULL, "1970-01-01 00:00:00.25-05:30", "19800250000 -330", false },
    { COLUMN_DATETIME, NULL, "1970-01-01T00:00:00", "18000000000", false }, /* New York */
    { COLUMN_DATETIME, NULL, "2025-07-01 00:00", "1751342400000000", false },
    { COLUMN_DATETIME, NULL, "2025-07-01",
      "'2025-07-01' is not a time (2025-03-31T17:00:00Z, 2025-03-31 17:00:00)", true },
    { COLUMN_DATETIME, NULL, "2025-07-01T24:00:00Z",
      "'2025-07-01T24:00:00Z' is not a time (2025-03-31T17:00:00Z, 2025-03-31 17:00:00)", true },
    { COLUMN_DATETIME, "mm/dd/yyyy hh:MM:SS AM", "01/01/1970 12:00:01 AM", "18001000000", false },
    { COLUMN_DATETIME, "mm/dd/yyyy hh:MM:SS AM", "01/01/1970 13:00:00 AM",
      "'01/01/1970 13:00:00 AM' is not a time (mm/dd/yyyy hh:MM:SS AM)", true },
    { COLUMN_DATETIME, "yyyy-mm-dd", "1970-01-01", "18000000000", false },
    { COLUMN_LIST, NULL, " Bouw;; Reclame ;\xC2\xA0", "[\"Bouw\",\"Reclame\"]", false },
    { COLUMN_LIST, NULL, "a \"\"b\"\", c", "[\"a \\\"b\\\", c\"]", false },
    { COLUMN_LIST, NULL, ";", "[]", false },
    { COLUMN_LIST, NULL, "N/A", "null", false },
    { COLUMN_LIST, NULL, "[\"\" a;b \"\", 1.10, null, true, \"\"\"\"]",
      "[\"a;b\",\"1.10\",\"true\"]", false },
    { COLUMN_LIST, NULL, "[\"\"a\"\",[1]]", "'[\"a\",[1]]' is not a list (one;two)", true },
    { COLUMN_LIST, NULL, "[draft]; [x]", "[\"[draft]\",\"[x]\"]", false },
    { COLUMN_LIST, NULL, "{a,\"\"b, \\\"\"c\"\",NULL,NULLS,}", "[\"a\",\"b, \\\"c\",\"NULLS\"]",
      false },
    { COLUMN_LIST, NULL, "{}", "[]", false },
    { COLUMN_LIST, NULL, "{a\"\"b\"\"}", "[\"{a\\\"b\\\"}\"]", false },
    { COLUMN_LIST, NULL, "{\"\"a\"\"b;c}", "[\"{\\\"a\\\"b\",\"c}\"]", false },
};

static void converts_and_refuses(void **state)
{
    AUTO_TEXT payload = { 0 };
    AUTO_TEXT out = { 0 };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(conversions); i++) {
        const char *pattern = conversions[i].pattern;
        struct texts patterns = TEXTS(pattern);
        struct setting s = { .source = plain };
        struct value values[2];
        struct complaints why;

        s.source.empty = (struct texts)TEXTS("N/A", "-1");
        add_column(&s, "id", COLUMN_TEXT, true);
        add_column(&s, "x", conversions[i].type, false);
        if (pattern)
            add_map(&s, "x", s.source.columns)->dates = patterns;
        text_clear(&payload);
        text_addf(&payload, "id,x\n1,\"%s\"\n", conversions[i].in);
        assert_true(open_payload(&s, text_of(&payload)));
        assert_int_equal(read_one(&s, values, &why), !conversions[i].refused);
        tell(&values[1], &out);
        assert_string_equal(conversions[i].refused ? complaint(&why, 0)->reason : text_of(&out),
                            conversions[i].out);
        close_payload(&s);
    }
}

static void takes_the_first_that_is_not_empty(void **state)
{
    struct setting s = { .source = plain };
    struct value values[3];
    struct complaints why;

    (void)state;
    add_column(&s, "id", COLUMN_TEXT, true);
    add_column(&s, "country", COLUMN_TEXT, true);
    add_column(&s, "office", COLUMN_TEXT, false);
    add_map(&s, "country", (struct texts)TEXTS("Country", "Nowhere", "Column2"));
    s.columns[1].values = (struct texts)TEXTS("Canada", "China");
    assert_true(open_payload(&s, "ID,Country,Column2\n1, ,Canada\n2,China,x\n3,,\n4,,x\n"));
    assert_true(read_one(&s, values, &why));
    assert_string_equal(values[1].text, "Canada");
    assert_true(values[2].null);
    assert_true(read_one(&s, values, &why));
    assert_string_equal(values[1].text, "China");
    assert_false(read_one(&s, values, &why));
    assert_string_equal(complaint(&why, 0)->field, "country (Country)");
    assert_string_equal(complaint(&why, 0)->reason, "is empty, but required");
    assert_false(read_one(&s, values, &why));
    assert_string_equal(complaint(&why, 0)->field, "country (Column2)");
    close_payload(&s);
}

static void puts_parts_together_where_they_are_joined(void **state)
{
    struct setting s = { .source = plain };
    struct value values[2];
    struct complaints why;

    (void)state;
    s.source.empty = (struct texts)TEXTS("-");
    add_column(&s, "id", COLUMN_TEXT, true);
    add_column(&s, "at", COLUMN_DATETIME, false);
    add_map(&s, "id", (struct texts)TEXTS("case", "no"))->join = "/";
    *add_map(&s, "at", (struct texts)TEXTS("day", "time")) =
        (struct mapping){ .column = "at",
                          .from = TEXTS("day", "time"),
                          .join = " ",
                          .dates = TEXTS("yyyy-mm-dd HH:MM") };
    assert_true(open_payload(&s, "case,no,day,time\nA, 1 ,1970-01-01,00:00\nA,-,,\n-,,x,\n"));
    assert_true(read_one(&s, values, &why));
    assert_string_equal(values[0].text, "A/1");
    assert_int_equal(values[1].number, 18000000000); /* New York */
    assert_true(read_one(&s, values, &why));
    assert_string_equal(values[0].text, "A/");
    assert_true(values[1].null);
    assert_false(read_one(&s, values, &why));
    assert_string_equal(complaint(&why, 0)->reason, "is empty, but it is the key");
    assert_string_equal(complaint(&why, 1)->reason, "'x ' is not a time (yyyy-mm-dd HH:MM)");
    close_payload(&s);
    assert_false(open_payload(&s, "case,day,time\n"));
    assert_non_null(strstr(s.e.text, "\"case\" and \"no\""));
    close_payload(&s);
}

static void names_every_complaint_of_a_record(void **state)
{
    struct setting s = { .source = plain };
    struct value values[5];
    struct complaints why;
    char payload[500];

    (void)state;
    add_column(&s, "case_no", COLUMN_TEXT, false); /* the key is required all the same */
    add_column(&s, "status", COLUMN_TEXT, false);
    add_column(&s, "opened", COLUMN_DATE, true);
    add_column(&s, "level", COLUMN_INTEGER, false);
    s.columns[1].values = (struct texts)TEXTS("open", "closed");
    s.columns[3].values = (struct texts)TEXTS("1", "2");
    add_map(&s, "case_no", (struct texts)TEXTS("Case Number"));
    snprintf(payload, sizeof payload, "case number,status,opened,level\n ,Opne,\"%0*d\n\",3\n", 200,
             0);
    memcpy(strstr(payload, "000\n\""), "\xC3\xA9\xC3", 3); /* the cut must not split the last */
    memcpy(strstr(payload, "\n\","), "\xA9", 1);
    assert_true(open_payload(&s, payload));
    assert_false(read_one(&s, values, &why));
    assert_int_equal(why.count, 4);
    assert_string_equal(complaint(&why, 0)->field, "case_no (Case Number)");
    assert_string_equal(complaint(&why, 0)->value, "");
    assert_string_equal(complaint(&why, 0)->reason, "is empty, but it is the key");
    assert_string_equal(complaint(&why, 1)->field, "status");
    assert_string_equal(complaint(&why, 1)->value, "Opne");
    assert_string_equal(complaint(&why, 1)->reason, "'Opne' is none of open, closed");
    assert_int_equal(strlen(complaint(&why, 2)->value), 199 + 3); /* with an ellipsis */
    assert_non_null(strstr(complaint(&why, 2)->reason, "000...' is not a date (yyyy-mm-dd)"));
    assert_string_equal(complaint(&why, 3)->reason, "'3' is none of 1, 2");
    close_payload(&s);
}

static void every_element_of_a_list_must_be_allowed(void **state)
{
    struct setting s = { .source = plain };
    struct value values[2];
    struct complaints why;

    (void)state;
    add_column(&s, "id", COLUMN_TEXT, true);
    add_column(&s, "parts", COLUMN_LIST, false);
    s.columns[1].values = (struct texts)TEXTS("Bouw", "Kap");
    s.columns[1].separator = " / ";
    assert_true(open_payload(&s, "id,parts\n1,Kap / Bouw\n2,Kap / kap / Bouw / Sloop\n"));
    assert_true(read_one(&s, values, &why));
    assert_string_equal(values[1].text, "[\"Kap\",\"Bouw\"]");
    assert_false(read_one(&s, values, &why));
    assert_int_equal(why.count, 2);
    assert_string_equal(complaint(&why, 0)->reason, "'kap' is none of Bouw, Kap");
    assert_string_equal(complaint(&why, 1)->value, "Sloop");
    close_payload(&s);
}

static void codes_give_one_value_for_what_sources_write(void **state)
{
    struct code values[] = { { .value = "China", .from = TEXTS("PRC", "China,  P.R.") },
                             { .value = "Korea", .from = { (const char *const[]){ NULL }, 0 } },
                             { .value = "true", .from = TEXTS("x") } };
    static const struct {
        int otherwise;
        bool fold;
        enum column_type type;
        const char *in, *out; /* of a refused one: its reason */
        bool refused;
    } cases[] = {
        { OTHERWISE_REJECT, false, COLUMN_TEXT, " PRC ", "China", false },
        { OTHERWISE_REJECT, false, COLUMN_TEXT, "Korea", "Korea", false },
        { OTHERWISE_REJECT, false, COLUMN_TEXT, "prc", "'prc' is not in the codes \"c\"", true },
        { OTHERWISE_REJECT, false, COLUMN_TEXT, "PR", "'PR' is not in the codes \"c\"", true },
        { OTHERWISE_REJECT, false, COLUMN_TEXT, "PRCs", "'PRCs' is not in the codes \"c\"", true },
        { OTHERWISE_REJECT, true, COLUMN_TEXT, "prc", "China", false },
        { OTHERWISE_REJECT, true, COLUMN_TEXT, "CHINA, \tp.r.", "China", false },
        { OTHERWISE_REJECT, true, COLUMN_TEXT, "China,P.R.",
          "'China,P.R.' is not in the codes \"c\"", true },
        { OTHERWISE_KEEP, true, COLUMN_TEXT, "Peru", "Peru", false },
        { OTHERWISE_NULL, true, COLUMN_TEXT, "Peru", "null", false },
        { OTHERWISE_NULL, true, COLUMN_LIST, "PRC;Peru;korea", "[\"China\",\"Korea\"]", false },
        { OTHERWISE_KEEP, true, COLUMN_LIST, "PRC;Peru", "[\"China\",\"Peru\"]", false },
        { OTHERWISE_REJECT, true, COLUMN_LIST, "PRC;Peru", "'Peru' is not in the codes \"c\"",
          true },
        { OTHERWISE_KEEP, true, COLUMN_BOOLEAN, "X", "1", false },
        { OTHERWISE_KEEP, true, COLUMN_BOOLEAN, "no", "0", false },
    };
    AUTO_TEXT payload = { 0 };
    AUTO_TEXT out = { 0 };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct code_table table = { .name = "c",
                                    .otherwise = cases[i].otherwise,
                                    .fold = cases[i].fold };
        struct setting s = { .source = plain };
        struct value row[2];
        struct complaints why;

        table.values = (struct list){ values, COUNT_OF(values) };
        add_column(&s, "id", COLUMN_TEXT, true);
        add_column(&s, "x", cases[i].type, false);
        s.columns[1].table = &table;
        text_clear(&payload);
        text_addf(&payload, "id,x\n1,\"%s\"\n", cases[i].in);
        assert_true(open_payload(&s, text_of(&payload)));
        assert_int_equal(read_one(&s, row, &why), !cases[i].refused);
        tell(&row[1], &out);
        assert_string_equal(cases[i].refused ? complaint(&why, 0)->reason : text_of(&out),
                            cases[i].out);
        close_payload(&s);
    }
}

static void keeps_blanks_when_told_to(void **state)
{
    struct setting s = { .source = plain };
    struct value values[2];
    struct complaints why;

    (void)state;
    s.source.trim = false;
    add_column(&s, "id", COLUMN_TEXT, true);
    add_column(&s, "n", COLUMN_INTEGER, false);
    assert_true(open_payload(&s, "id,n\n x , 7 \n"));
    assert_true(read_one(&s, values, &why));
    assert_string_equal(values[0].text, " x ");
    assert_int_equal(values[1].number, 7);
    close_payload(&s);
}

static void has_room_for_many_complaints(void **state)
{
    struct column columns[20];
    char names[20][4], payload[400] = "";
    struct setting s = { .source = plain };
    struct value values[20];
    struct complaints why;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        snprintf(names[i], sizeof names[i], "c%zu", i);
        columns[i] = (struct column){ .name = names[i], .type = COLUMN_INTEGER };
        snprintf(payload + strlen(payload), 10, "%s%s", names[i], i < 19 ? "," : "\n");
    }
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        snprintf(payload + strlen(payload), 10, "x%s", i < 19 ? "," : "\n");
    s.dataset = (struct dataset){ .key = "c0", .columns = { columns, COUNT_OF(columns) } };
    assert_true(open_payload(&s, payload));
    assert_false(read_one(&s, values, &why));
    assert_int_equal(why.count, COUNT_OF(columns));
    assert_true(why.rejected && why.bad_key && !why.no_key);
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        assert_string_equal(complaint(&why, i)->column, names[i]);
    close_payload(&s);
}

/* A cell that cannot be read is not empty; only of the key and of required columns it spoils the
 * record. */
static void tells_a_bad_cell_from_a_bad_record(void **state)
{
    static const struct {
        const char *record; /* case_no, opened_on (required), fine, title */
        bool rejected, bad_key;
        int unread; /* the column that is; -1: none */
        const char *key, *reason;
    } cases[] = {
        { "A-1,2026-03-01,12.00,x\n", false, false, -1, "A-1", NULL },
        { "A-1,2026-03-01,\"1.000,00\",x\n", false, false, 2, "A-1",
          "'1.000,00' is not an amount of money (1,234.56)" },
        { "A-1,2026-03-01,,\xE9t\xE9\n", false, false, 3, "A-1",
          "byte 0xE9 (byte 1 of the value) is not UTF-8" },
        { "A-1,2026-02-30,1.00,x\n", true, false, 1, "A-1",
          "'2026-02-30' is not a date (yyyy-mm-dd)" },
        { "A-1,,1.00,x\n", true, false, 1, "A-1", "is empty, but required" },
        { ",2026-03-01,1.00,x\n", true, true, 0, NULL, "is empty, but it is the key" },
        { "\xFF,2026-03-01,1.00,x\n", true, true, 0, NULL,
          "byte 0xFF (byte 1 of the value) is not UTF-8" },
    };
    static struct column columns[] = {
        { .name = "case_no", .type = COLUMN_TEXT },
        { .name = "opened_on", .type = COLUMN_DATE, .required = true },
        { .name = "fine", .type = COLUMN_MONEY },
        { .name = "title", .type = COLUMN_TEXT }
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct setting s = { .source = plain };
        char payload[200];
        struct value values[4];
        struct complaints why;
        struct raw raw;
        struct fields f;

        s.dataset = (struct dataset){ .key = "case_no", .columns = { columns, 4 } };
        snprintf(payload, sizeof payload, "case_no,opened_on,fine,title\n%s", cases[i].record);
        assert_true(open_payload(&s, payload));
        assert_int_equal(reader_next(s.reader, &raw, &s.e), READ_RECORD);
        assert_true(reader_fields(s.reader, &raw, &f, &s.e));
        assert_int_equal(record_read(s.shape, &f, values, s.arena, &why), !cases[i].rejected);
        assert_int_equal(why.rejected, cases[i].rejected);
        assert_int_equal(why.bad_key, cases[i].bad_key);
        assert_true(text_same(record_key(s.shape, &f, s.arena), cases[i].key));
        for (int c = 0; c < 4; c++)
            assert_int_equal(values[c].unread != NULL,
                             c == cases[i].unread && !strstr(cases[i].reason, "is empty"));
        if (cases[i].reason)
            assert_string_equal(complaint(&why, 0)->reason, cases[i].reason);
        close_payload(&s);
    }
}

static void refuses_a_payload_without_what_is_required(void **state)
{
    struct setting s = { .source = plain };

    (void)state;
    add_column(&s, "case_no", COLUMN_TEXT, false);
    add_column(&s, "opened", COLUMN_DATE, true);
    add_column(&s, "note", COLUMN_TEXT, false);
    add_map(&s, "case_no", (struct texts)TEXTS("Case Number"));
    assert_false(open_payload(&s, "Case Nmber,opened,,C\n"));
    assert_string_equal(s.e.text,
                        "column \"Case Number\" (for case_no, the key; \"Case Nmber\"?) is "
                        "missing; the header has: Case Nmber, opened, (no name), C");
    assert_int_equal(s.e.class, ERROR_INPUT);
    close_payload(&s);
    add_map(&s, "opened", (struct texts)TEXTS("Opened", "Begun"));
    assert_false(open_payload(&s, "A,B\n"));
    assert_string_equal(s.e.text,
                        "columns \"Case Number\" (for case_no, the key), \"Opened\" or \"Begun\" "
                        "(for opened, required) are missing; the header has: A, B");
    close_payload(&s);
    assert_true(open_payload(&s, "Begun,Case Number\n")); /* note may be missing */
    close_payload(&s);
    assert_false(open_payload(&s, "Begun,Case Number,note,note\n"));
    assert_string_equal(s.e.text, "the header has column \"note\" 2 times");
    close_payload(&s);
}

static void reads_json_values_as_they_were_written(void **state)
{
    struct setting s = { .source = plain };
    struct value values[4];
    struct complaints why;

    (void)state;
    s.source.format = FORMAT_NDJSON;
    add_column(&s, "id", COLUMN_TEXT, true);
    add_column(&s, "amount", COLUMN_MONEY, true);
    add_column(&s, "open", COLUMN_BOOLEAN, false);
    add_column(&s, "tags", COLUMN_TEXT, false);
    add_map(&s, "amount", (struct texts)TEXTS("amount-usd"));
    assert_true(open_payload(&s,
                             "{\"id\":7,\"amount-usd\":1234.10,\"open\":false,\"tags\":[1, 2]}\n"
                             "{\"id\":\"8\",\"tags\":null}"));
    assert_true(read_one(&s, values, &why));
    assert_string_equal(values[0].text, "7");
    assert_int_equal(values[1].number, 123410);
    assert_int_equal(values[2].number, 0);
    assert_false(values[2].null);
    assert_string_equal(values[3].text, "[1, 2]");
    assert_false(read_one(&s, values, &why));
    assert_int_equal(why.count, 1);
    assert_string_equal(complaint(&why, 0)->field, "amount (amount-usd)");
    assert_true(values[3].null);
    close_payload(&s);
}

/* Each edit of what decides how bytes are read, or of the header, gives another digest. */
static void has_a_digest_of_all_that_matters(void **state)
{
    char digests[12][DIGEST_TEXT_SIZE], seed[17];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(digests); i++) {
        struct texts one = TEXTS("1"), from = TEXTS(i == 4 ? "x" : "y", "id");
        struct setting s = { .source = plain };

        add_column(&s, "id", COLUMN_TEXT, true);
        add_column(&s, "x", i == 1 ? COLUMN_DATE : COLUMN_TEXT, i == 2);
        if (i == 3)
            s.columns[1].values = one;
        if (i == 4 || i == 5)
            add_map(&s, "x", from);
        if (i == 6)
            s.source.dates = one;
        if (i == 7)
            s.source.empty = one;
        if (i == 8)
            s.source.zone = "UTC";
        if (i == 9)
            s.source.trim = false;
        s.dataset.key = i == 10 ? "x" : "id";
        assert_true(open_payload(&s, i == 11 ? "x,id\n" : "id,x\n"));
        memcpy(digests[i], shape_digest(s.shape), DIGEST_TEXT_SIZE);
        snprintf(seed, sizeof seed, "%016llx", (unsigned long long)shape_seed(s.shape));
        assert_int_equal(strncmp(seed, digests[i], 16), 0);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(digests[i], digests[j]);
        close_payload(&s);
    }
}

static void has_a_digest_without_a_payload(void **state)
{
    struct setting s = { .source = plain };
    char a[DIGEST_TEXT_SIZE], b[DIGEST_TEXT_SIZE];

    (void)state;
    add_column(&s, "id", COLUMN_TEXT, true);
    mapping_digest(&s.dataset, &s.source, "UTC", a);
    mapping_digest(&s.dataset, &s.source, "UTC", b);
    assert_string_equal(a, b);
    s.source.zone = "America/New_York";
    mapping_digest(&s.dataset, &s.source, "UTC", b);
    assert_string_not_equal(a, b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(converts_and_refuses),
        cmocka_unit_test(takes_the_first_that_is_not_empty),
        cmocka_unit_test(puts_parts_together_where_they_are_joined),
        cmocka_unit_test(names_every_complaint_of_a_record),
        cmocka_unit_test(every_element_of_a_list_must_be_allowed),
        cmocka_unit_test(codes_give_one_value_for_what_sources_write),
        cmocka_unit_test(keeps_blanks_when_told_to),
        cmocka_unit_test(has_room_for_many_complaints),
        cmocka_unit_test(tells_a_bad_cell_from_a_bad_record),
        cmocka_unit_test(refuses_a_payload_without_what_is_required),
        cmocka_unit_test(reads_json_values_as_they_were_written),
        cmocka_unit_test(has_a_digest_of_all_that_matters),
        cmocka_unit_test(has_a_digest_without_a_payload),
    };

    return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
