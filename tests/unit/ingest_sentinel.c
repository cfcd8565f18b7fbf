/* ingest/sentinel: which days that stand for none are named, whatever becomes of them. */
#include "lib/ask.h"
#include "lib/test.h"

#include "base/text.h"
#include "db/schema.h"
#include "ingest/payload.h"
#include "ingest/table.h"

#include <string.h>
#include <sys/stat.h>

#define PULLS 60
#define CASES 4

static const char config[] =
    "zone = \"UTC\"; operators = { channel = \"files\"; to = \"ops@example.gov\"; };\n"
    "channels = ( { name = \"files\"; type = \"maildir\"; path = \"/nowhere\"; } );\n"
    "routes = ( { channel = \"files\"; to = \"ops@example.gov\"; } );\n"
    "datasets = ( { id = \"cases\"; key = \"case_no\"; columns = { case_no = \"text\";\n"
    "    due = \"date\"; at = \"datetime\"; }; } );\n"
    "sources = ( { id = \"east\"; dataset = \"cases\"; url = \"file:///east\"; } );\n";

/* A day, a sentinel or none, of each column. */
static const char *const due[] = { "", "2024-05-06", "9999-12-31", "2999-01-01", "1900-01-01" };
static const char *const at[] = { "", "2024-05-06T07:08:09Z", "9999-12-31T00:00:00Z",
                                  "9999-12-31T23:59:59Z", "1900-01-01T12:00:00Z" };

static struct arena *arena;
static struct settings *settings;
static struct db *data;

static int set_up(void **state)
{
    static int count;
    const char *dir;
    struct problems p = { 0 };
    struct error e = { 0 };
    char said[400];

    (void)state;
    arena = arena_new();
    dir = test_path(arena_print(arena, "state%d", count++));
    mkdir(dir, 0750);
    settings = settings_load(test_write("sentinel.conf", config, strlen(config)), arena, &p);
    if (p.errors)
        fail_msg("%s", problem_text(&p.all[0], said, sizeof said));
    problems_free(&p);
    if (!schema_open_data(dir, &data, &e) ||
        !table_define(data, settings_dataset(settings, "cases"), &e))
        fail_msg("%s", e.text);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    db_close(data);
    arena_free(arena);
    return 0;
}

static void pull(const char *bytes)
{
    struct pull p = { .bytes = (int64_t)strlen(bytes), .digest = "d" };
    struct source *s = settings_source(settings, "east");
    struct ingest_report report;
    struct error e = { 0 };

    p.path = test_write("payload", bytes, strlen(bytes));
    assert_true(source_fetched(data, s, &p, 0, DAY, &e));
    assert_true(pull_waiting(data, arena, &p, &e));
    if (!ingest_payload(data, settings, s, &p, true, &report, &e))
        fail_msg("%s", e.text);
    assert_int_equal(report.result, INGEST_GOOD);
}

static const char *named(void)
{
    return test_ask(data,
                    "SELECT column_name || ' ' || value FROM sentinel"
                    " ORDER BY column_name, value",
                    arena);
}

#define HEAD "case_no,due,at\n"

static void of_two_in_one_column_the_corrected_one_is_named_no_more(void **state)
{
    (void)state;
    pull(HEAD "C1,9999-12-31,\nC2,2999-01-01,\n");
    assert_string_equal(named(), "due 2999-01-01; due 9999-12-31");
    pull(HEAD "C1,2024-05-06,\nC2,2999-01-01,\n");
    assert_string_equal(named(), "due 2999-01-01");
    pull(HEAD "C1,2024-05-06,\nC2,,\n");
    assert_string_equal(named(), "");
}

/* What was noted without its day is named as long as the column has any. */
static void what_was_noted_without_its_day_stays_with_the_last_one(void **state)
{
    struct error e;

    (void)state;
    pull(HEAD "C1,9999-12-31,\nC2,2999-01-01,\n");
    assert_true(db_run(data, &e, "UPDATE sentinel SET day = NULL", ""));
    pull(HEAD "C1,2024-05-06,\nC2,2999-01-01,\n");
    assert_string_equal(named(), "due 2999-01-01; due 9999-12-31");
    pull(HEAD "C1,2024-05-06,\nC2,,\n");
    assert_string_equal(named(), "");
}

static void add_named(struct text *out, const char *column, const char *const *all, unsigned which)
{
    static const int order[] = { 4, 3, 2 };

    for (size_t i = 0; i < COUNT_OF(order); i++) {
        size_t k = strcmp(column, "at") == 0 && i ? (size_t)order[3 - i] : (size_t)order[i];

        if (which >> k & 1)
            text_addf(out, "%s%s %s", out->size ? "; " : "", column, all[k]);
    }
}

/* Whatever the cells were before: named are those that the rows have now, and no others. */
static void named_is_what_the_rows_have(void **state)
{
    uint64_t seed = test_seed();

    (void)state;
    for (int i = 0; i < PULLS; i++) {
        AUTO_TEXT t = { 0 };
        AUTO_TEXT expected = { 0 };
        unsigned dues = 0, ats = 0;

        text_add(&t, HEAD);
        for (int c = 0; c < CASES; c++) {
            size_t d = test_random(&seed) % COUNT_OF(due), a = test_random(&seed) % COUNT_OF(at);

            dues |= 1U << d;
            ats |= 1U << a;
            text_addf(&t, "C%d,%s,%s\n", c, due[d], at[a]);
        }
        pull(text_of(&t));
        add_named(&expected, "at", at, ats);
        add_named(&expected, "due", due, dues);
        assert_string_equal(named(), text_of(&expected));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(of_two_in_one_column_the_corrected_one_is_named_no_more),
        TEST(what_was_noted_without_its_day_stays_with_the_last_one),
        TEST(named_is_what_the_rows_have),
    };

    return cmocka_run_group_tests_name("sentinel", tests, NULL, NULL);
}
