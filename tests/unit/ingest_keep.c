/* ingest: records of one payload with one key become one row; what they say differently is kept. */
#include "lib/ask.h"
#include "lib/test.h"

#include "base/text.h"
#include "db/schema.h"
#include "ingest/payload.h"
#include "ingest/table.h"

#include <string.h>
#include <sys/stat.h>

/* %s: keep of the dataset, more of the source. */
static const char config[] =
    "operators = { channel = \"files\"; to = \"ops@example.gov\"; };\n"
    "channels = ( { name = \"files\"; type = \"maildir\"; path = \"/nowhere\"; } );\n"
    "routes = ( { channel = \"files\"; to = \"ops@example.gov\"; } );\n"
    "datasets = ( { id = \"cases\"; key = \"case_no\"; keep = \"%s\"; columns = {\n"
    "    case_no = \"text\"; status = \"text\"; opened = { type = \"date\"; keep = \"min\"; };\n"
    "    fee = { type = \"money\"; keep = \"max\"; }; parts = { type = \"list\"; keep = \"all\"; "
    "};\n"
    "    office = { keep = \"first\"; }; }; } );\n"
    "sources = ( { id = \"east\"; dataset = \"cases\"; url = \"file:///east\"; %s } );\n";

static struct arena *arena;
static struct settings *settings;
static struct db *data;
static struct ingest_report report;

static void configure(const char *keep, const char *more)
{
    struct problems p = { 0 };
    char *text = arena_print(arena, config, keep, more), said[400];

    settings = settings_load(test_write("keep.conf", text, strlen(text)), arena, &p);
    if (p.errors)
        fail_msg("%s", problem_text(&p.all[0], said, sizeof said));
    problems_free(&p);
}

static int set_up(void **state)
{
    static int count;
    const char *dir;
    struct error e = { 0 };

    (void)state;
    arena = arena_new();
    dir = test_path(arena_print(arena, "state%d", count++));
    mkdir(dir, 0750);
    configure("last", "");
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
    struct error e = { 0 };

    p.path = test_write("payload", bytes, strlen(bytes));
    assert_true(source_fetched(data, s, &p, 0, DAY, &e));
    assert_true(pull_waiting(data, arena, &p, &e));
    if (!ingest_payload(data, settings, s, &p, true, &report, &e))
        fail_msg("%s", e.text);
    assert_int_equal(report.result, INGEST_GOOD);
}

static const char *ask(const char *sql)
{
    return test_ask(data, sql, arena);
}

static const char *rows(void)
{
    return ask("SELECT concat FROM (SELECT case_no || ' ' || coalesce(status, '-') || ' ' ||"
               " coalesce(opened, '-') || ' ' || coalesce(fee, '-') || ' ' || coalesce(parts, '-')"
               " || ' ' || coalesce(office, '-') AS concat FROM cases ORDER BY case_no)");
}

static const char *differences(void)
{
    return ask("SELECT key || ' ' || field || ' ' || pull || ' ' || coalesce(kept, '-') || ' ' ||"
               " said FROM difference ORDER BY key, field");
}

#define HEAD "case_no,status,opened,fee,parts,office\n"

static void records_that_agree_are_one_row(void **state)
{
    (void)state;
    pull(HEAD "C1,open,2024-01-02,5,a,n\nC2,open,,,,\nC1,open,2024-01-02,5.00,a,n\n"
              "C1,open,2024-01-02,5,a,n\n");
    assert_string_equal(rows(), "C1 open 2024-01-02 500 [\"a\"] n; C2 open - - - -");
    assert_string_equal(differences(), "");
    assert_int_equal(report.rejects, 0);
    assert_int_equal(report.records, 4);
    assert_int_equal(report.added, 2);
    assert_string_equal(ask("SELECT _line || ' ' || _raw FROM cases WHERE case_no = 'C1'"),
                        "2 C1,open,2024-01-02,5,a,n\nC1,open,2024-01-02,5.00,a,n\n"
                        "C1,open,2024-01-02,5,a,n");
}

static void of_what_differs_each_column_keeps_what_it_says(void **state)
{
    (void)state;
    pull(HEAD "C1,open,2024-01-02,5,a;b,n\nC1,shut,2023-01-02,70,b;c,s\nC1,,,6,,n\n");
    assert_string_equal(rows(), "C1 - 2023-01-02 7000 [\"a\",\"b\",\"c\"] n");
    assert_string_equal(
        differences(),
        "C1 fee 1 70 [{\"line\":2,\"value\":\"5\"},{\"line\":3,\"value\":\"70\"},{\"line\":4,"
        "\"value\":\"6\"}]; "
        "C1 office 1 n [{\"line\":2,\"value\":\"n\"},{\"line\":3,\"value\":\"s\"}]; "
        "C1 opened 1 2023-01-02 "
        "[{\"line\":2,\"value\":\"2024-01-02\"},{\"line\":3,\"value\":\"2023-01-02\"}]; "
        "C1 status 1 - [{\"line\":2,\"value\":\"open\"},{\"line\":3,\"value\":\"shut\"},{"
        "\"line\":4,\"value\":null}]");
}

static void what_stands_first_can_be_kept(void **state)
{
    (void)state;
    configure("first", "");
    pull(HEAD "C1,open,,,,\nC1,shut,2024-05-05,,,s\n");
    assert_string_equal(rows(), "C1 open 2024-05-05 - - -");
}

static int64_t version(void)
{
    struct error e;
    int64_t v;

    assert_true(ingest_version(data, &v, &e));
    return v;
}

static void the_same_records_again_change_nothing(void **state)
{
    (void)state;
    pull(HEAD "C1,open,,,,\nC1,shut,,,,\n");
    assert_int_equal(version(), 1);
    pull(HEAD "C2,open,,,,\nC1,open,,,,\nC1,shut,,,,\n");
    assert_int_equal(report.changed, 0);
    assert_string_equal(ask("SELECT pull FROM difference"), "1");
    pull(HEAD "C2,open,,,,\nC1,open,,,,\nC1,shut,,,,\n");
    assert_int_equal(version(), 2);
}

static void a_largest_that_is_gone_is_not_kept(void **state)
{
    (void)state;
    pull(HEAD "C1,x,,5,,\nC1,x,,9,,\n");
    pull(HEAD "C1,x,,5,,\nC1,x,,6,,\n");
    assert_string_equal(rows(), "C1 x - 600 - -");
    assert_int_equal(report.changed, 1);
    assert_string_equal(ask("SELECT was FROM row_version"), "{\"fee\":\"900\"}");
}

static void a_difference_ends_when_the_records_agree_or_leave(void **state)
{
    (void)state;
    pull(HEAD "C1,a,,,,\nC1,b,,,,\nC2,a,,,,\nC2,b,,,,\nC3,a,,,,\nC3,b,,,,\n");
    assert_string_equal(ask("SELECT group_concat(key) FROM difference"), "C1,C2,C3");
    pull(HEAD "C1,b,,,,\nC3,a,,,,\nC3,b,,,,\n");
    assert_string_equal(ask("SELECT group_concat(key) FROM difference"), "C3");
    assert_int_equal(version(), 2);
    configure("last", "content = \"changes\";");
    pull(HEAD "C1,c,,,,\nC1,d,,,,\n");
    assert_string_equal(ask("SELECT group_concat(key) FROM difference"), "C1,C3");
}

static void a_row_that_returns_differs_as_before(void **state)
{
    (void)state;
    pull(HEAD "C1,a,,,,\nC1,b,,,,\nC2,a,,,,\n");
    pull(HEAD "C2,a,,,,\n");
    assert_string_equal(ask("SELECT count(*) FROM difference"), "0");
    pull(HEAD "C1,a,,,,\nC1,b,,,,\nC2,a,,,,\n");
    assert_int_equal(report.changed, 1);
    assert_string_equal(ask("SELECT group_concat(key) FROM difference"), "C1");
}

static void that_they_differ_is_news_even_if_the_row_stays_as_it_was(void **state)
{
    (void)state;
    pull(HEAD "C1,b,,,,\n");
    pull(HEAD "C1,a,,,,\nC1,b,,,,\n");
    assert_int_equal(report.changed, 0);
    assert_true(report.version_moved);
    assert_int_equal(version(), 2);
}

static void a_bad_record_is_rejected_alone(void **state)
{
    (void)state;
    pull(HEAD "C1,a,,,,\nC1,b,,,,,,\nC1,c,,,,\n");
    assert_int_equal(report.rejects, 1);
    assert_string_equal(rows(), "C1 c - - - -");
}

/* What one of several records says of a column cannot be read: then the row says nothing new of it.
 */
static void a_bad_cell_spoils_its_column_alone(void **state)
{
    (void)state;
    pull(HEAD "C1,a,2024-01-01,,,\nC1,b,2024-01-01,,,\n");
    pull(HEAD "C1,c,2024-05-05,,,\nC1,d,31/02/2024,,,\nC1,e,2024-05-06,,,\n");
    assert_int_equal(report.rejects, 0);
    assert_int_equal(report.unread, 1);
    assert_string_equal(ask("SELECT status || opened FROM cases"), "e2024-01-01");
    pull(HEAD "C1,e,2024-05-06,,,\n");
    assert_int_equal(report.unread, 0);
    assert_string_equal(ask("SELECT status || opened || (_unread IS NULL) FROM cases"),
                        "e2024-05-061");
}

/* Of any records the row is what each column's rule says of them, in whatever order they stand. */
static void any_payload_gives_what_its_records_say(void **state)
{
    uint64_t seed = test_seed();
    AUTO_TEXT t = { 0 };
    int last[20] = { 0 }, most[20] = { 0 };
    AUTO_TEXT expected = { 0 };

    (void)state;
    text_add(&t, HEAD);
    for (int i = 0; i < 600; i++) {
        int key, fee;

        key = (int)(test_random(&seed) % 20);
        fee = 1 + (int)(test_random(&seed) % 1000);
        last[key] = i;
        most[key] = fee > most[key] ? fee : most[key];
        text_addf(&t, "K%02d,s%d,,%d,,\n", key, i, fee);
    }
    pull(text_of(&t));
    for (int i = 0; i < 20; i++)
        text_addf(&expected, "%sK%02d s%d - %d00 - -", i ? "; " : "", i, last[i], most[i]);
    assert_string_equal(rows(), text_of(&expected));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(records_that_agree_are_one_row),
        TEST(of_what_differs_each_column_keeps_what_it_says),
        TEST(what_stands_first_can_be_kept),
        TEST(the_same_records_again_change_nothing),
        TEST(a_largest_that_is_gone_is_not_kept),
        TEST(a_difference_ends_when_the_records_agree_or_leave),
        TEST(a_row_that_returns_differs_as_before),
        TEST(that_they_differ_is_news_even_if_the_row_stays_as_it_was),
        TEST(a_bad_record_is_rejected_alone),
        TEST(a_bad_cell_spoils_its_column_alone),
        TEST(any_payload_gives_what_its_records_say),
    };

    return cmocka_run_group_tests_name("keep", tests, NULL, NULL);
}
