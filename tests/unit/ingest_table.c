/* ingest/table: the table of a dataset follows its configuration. */
#include "lib/test.h"

#include "base/log.h"
#include "base/text.h"
#include "db/schema.h"
#include "ingest/table.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* %s: key, columns. */
static const char config[] =
    "operators = { channel = \"files\"; to = \"ops@example.gov\"; };\n"
    "channels = ( { name = \"files\"; type = \"maildir\"; path = \"/nowhere\"; } );\n"
    "routes = ( { channel = \"files\"; to = \"ops@example.gov\"; } );\n"
    "datasets = ( { id = \"cases\"; key = \"%s\"; columns = { case_no = \"text\"; %s }; },\n"
    "             { id = \"other\"; key = \"id\"; columns = { id = \"text\"; }; } );\n"
    "sources = ( { id = \"east\"; dataset = \"cases\"; url = \"file:///east\"; },\n"
    "            { id = \"west\"; dataset = \"cases\"; url = \"file:///west\"; },\n"
    "            { id = \"other\"; url = \"file:///other\"; } );\n";

static struct arena *arena;
static struct db *data;
static char told[400];

static void note(enum log_level level, const char *line, const char *field, const char *value)
{
    (void)field;
    (void)value;
    assert_int_equal(level, LOG_LEVEL_NOTICE);
    snprintf(told, sizeof told, "%s", line);
}

static int set_up(void **state)
{
    static int count;
    struct error e;
    char name[16];

    (void)state;
    snprintf(name, sizeof name, "state%d", count++);
    told[0] = '\0';
    log_set_sink(note);
    arena = arena_new();
    return mkdir(test_path(name), 0750) || !schema_open_data(test_path(name), &data, &e);
}

static int tear_down(void **state)
{
    (void)state;
    db_close(data);
    arena_free(arena);
    return 0;
}

static void define(const char *key, const char *columns)
{
    struct problems p = { 0 };
    char *text = arena_print(arena, config, key, columns), said[400];
    struct settings *s = settings_load(test_write("table.conf", text, strlen(text)), arena, &p);
    struct error e = { 0 };

    if (p.errors)
        fail_msg("%s", problem_text(&p.all[0], said, sizeof said));
    problems_free(&p);
    if (!table_define(data, settings_dataset(s, "cases"), &e))
        fail_msg("%s", e.text);
}

static void run(const char *sql)
{
    struct error e;

    if (!db_script(data, sql, &e))
        fail_msg("%s: %s", sql, e.text);
}

static const char *ask(const char *sql)
{
    STMT s = NULL;
    struct error e;
    bool row = false;

    if (!db_query_text(data, &s, &e, sql, "") || !db_row(s, &row, &e))
        fail_msg("%s: %s", sql, e.text);
    return row ? arena_text(arena, db_text(s, 0)) : "no row";
}

/* A row. */
static void fill(void)
{
    run("INSERT INTO cases (case_no, status, _source, _hash, _version, _pull, _line) VALUES"
        " ('C1', 'open', 'east', 1, 1, 1, 2);"
        "INSERT INTO source (id, next_at, etag, last_modified, digest, mapping, good_pull) VALUES"
        " ('east', 99, 'e', 'l', 'd', 'm', 1), ('west', 99, 'e', 'l', 'd', 'm', 2),"
        " ('other', 99, 'e', 'l', 'd', 'm', 3)");
}

static const char *columns(void)
{
    return ask("SELECT group_concat(name || ' ' || type || iif(pk, ' KEY', ''), ', ') FROM"
               " pragma_table_info('cases')");
}

static void a_column_is_stored_as_its_type_wants(void **state)
{
    (void)state;
    define("case_no", "opened_on = \"date\"; seen_at = \"datetime\"; assessed = \"money\";"
                      " weight = \"real\"; parts = \"integer\"; closed = \"boolean\";");
    assert_string_equal(columns(),
                        "case_no TEXT KEY, opened_on TEXT, seen_at INTEGER, _offset_seen_at "
                        "INTEGER, assessed INTEGER, weight REAL, parts INTEGER, closed INTEGER, "
                        "_source TEXT, _hash INTEGER, _version INTEGER, _pull INTEGER, _line "
                        "INTEGER, _gone INTEGER, _unread TEXT, _raw TEXT");
    assert_string_equal(ask("SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name ="
                            " 'cases' AND sql IS NOT NULL"),
                        "3");
}

static void references_are_indexed_as_long_as_they_are(void **state)
{
    static const char count[] = "SELECT group_concat(name) FROM sqlite_schema WHERE type = 'index'"
                                " AND name LIKE '%.%'";

    (void)state;
    define("case_no", "part = { refers = \"other\"; }; parent = \"text\";");
    assert_string_equal(ask(count), "cases.part");
    define("case_no", "part = \"text\"; parent = { refers = \"cases\"; };");
    assert_string_equal(ask(count), "cases.parent");
}

static void what_fits_already_is_left_alone(void **state)
{
    (void)state;
    define("case_no", "status = \"text\";");
    fill();
    define("case_no", "status = \"text\";");
    define("case_no", "status = { type = \"text\"; values = ( \"open\" ); };");
    assert_string_equal(ask("SELECT count(*) FROM cases"), "1");
    assert_string_equal(told, "");
}

static void an_added_column_leaves_the_rows(void **state)
{
    (void)state;
    define("case_no", "status = \"text\";");
    fill();
    define("case_no", "status = \"text\"; seen_at = \"datetime\";");
    assert_string_equal(ask("SELECT status || coalesce(seen_at, ' -') FROM cases"), "open -");
    assert_string_equal(ask("SELECT count(_offset_seen_at) FROM cases"), "0");
    assert_string_equal(told, "");
}

static void a_column_no_longer_named_stays_in_the_file(void **state)
{
    (void)state;
    define("case_no", "status = \"text\"; note = \"text\";");
    fill();
    define("case_no", "status = \"text\";");
    assert_non_null(strstr(columns(), "note TEXT"));
    define("case_no", "status = \"text\"; note = \"date\";"); /* nor is its type forgotten */
    assert_string_equal(ask("SELECT count(*) FROM cases"), "0");
}

#define ASIDE "SELECT count(*) FROM \"cases~was\""

static void a_column_of_another_type_makes_the_table_anew(void **state)
{
    (void)state;
    define("case_no", "status = \"text\";");
    fill();
    define("case_no", "status = \"integer\";");
    assert_string_equal(ask("SELECT count(*) FROM cases"), "0");
    assert_non_null(strstr(columns(), "status INTEGER"));
    assert_string_equal(told, "dataset cases: made anew, its sources are read again");
    assert_string_equal(ask(ASIDE), "1");
}

/* Both are stored as text, but a text is no day. */
static void so_does_one_that_is_stored_alike(void **state)
{
    (void)state;
    define("case_no", "status = \"text\";");
    fill();
    define("case_no", "status = \"date\";");
    assert_string_equal(ask("SELECT count(*) FROM cases"), "0");
}

static void a_number_that_becomes_a_moment_makes_the_table_anew_with_an_offset(void **state)
{
    (void)state;
    define("case_no", "status = \"text\"; seen_at = \"integer\";");
    fill();
    define("case_no", "status = \"text\"; seen_at = \"datetime\";");
    assert_non_null(strstr(columns(), "_offset_seen_at INTEGER"));
    assert_string_equal(ask("SELECT count(*) FROM cases"), "0");
}

static void another_key_makes_the_table_anew(void **state)
{
    (void)state;
    define("case_no", "status = \"text\";");
    fill();
    define("status", "status = \"text\";");
    assert_string_equal(ask("SELECT count(*) FROM cases"), "0");
    assert_non_null(strstr(columns(), "case_no TEXT, status TEXT KEY"));
    run("DROP TABLE \"cases~was\"");
    define("nr", "nr = \"text\"; status = \"text\";"); /* one that was no column */
    assert_non_null(strstr(columns(), "nr TEXT KEY"));
}

static void a_change_taken_back_takes_the_rows_back(void **state)
{
    (void)state;
    define("case_no", "status = { refers = \"other\"; };");
    fill();
    define("status", "status = \"text\";");
    define("status", "status = \"text\"; more = \"text\";");
    define("case_no", "status = \"integer\";"); /* wrong in another way */
    assert_string_equal(ask("SELECT count(*) FROM cases"), "0");
    define("case_no", "status = { refers = \"other\"; }; more = \"date\";");
    assert_string_equal(told, "dataset cases: the rows that it had before are taken back");
    assert_string_equal(ask("SELECT case_no || status FROM cases"), "C1open");
    assert_string_equal(ask("SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema"
                            " WHERE type = 'index' AND tbl_name = 'cases' AND sql IS NOT NULL"
                            " ORDER BY name)"),
                        "cases.status cases_hash cases_version cases~unread");
    assert_string_equal(ask("SELECT count(*) FROM sqlite_schema WHERE name = 'cases~was'"), "0");
}

static void what_was_put_aside_is_dropped_when_all_is_loaded(void **state)
{
    struct column c[] = { { .name = "case_no" } };
    struct dataset d = { .id = "cases", .key = "case_no", .columns = { c, 1 } };
    struct error e;

    (void)state;
    define("case_no", "status = \"text\";");
    fill();
    define("case_no", "status = \"integer\";");
    assert_true(table_loaded(data, &d, &e));
    assert_true(table_loaded(data, &d, &e)); /* nothing is there to drop */
    define("case_no", "status = \"text\";");
    assert_string_equal(ask("SELECT count(*) FROM cases"), "0");
}

static bool fail_commit(void *unused, const char *what, const char *file, struct error *e)
{
    (void)unused;
    (void)file;
    return strcmp(what, "commit") != 0 || error_set(e, ERROR_RETRY, "the disk is full");
}

static void a_table_that_could_not_be_made_anew_is_as_it_was(void **state)
{
    struct problems p = { 0 };
    struct settings *s;
    struct error e;
    char *text;

    (void)state;
    define("case_no", "status = \"text\";");
    fill();
    text = arena_print(arena, config, "case_no", "status = \"integer\";");
    s = settings_load(test_write("table.conf", text, strlen(text)), arena, &p);
    problems_free(&p);
    db_set_fault(fail_commit, NULL);
    assert_false(table_define(data, settings_dataset(s, "cases"), &e));
    db_set_fault(NULL, NULL);
    assert_string_equal(ask("SELECT status FROM cases"), "open");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_column_is_stored_as_its_type_wants),
        TEST(references_are_indexed_as_long_as_they_are),
        TEST(what_fits_already_is_left_alone),
        TEST(an_added_column_leaves_the_rows),
        TEST(a_column_no_longer_named_stays_in_the_file),
        TEST(a_column_of_another_type_makes_the_table_anew),
        TEST(so_does_one_that_is_stored_alike),
        TEST(a_change_taken_back_takes_the_rows_back),
        TEST(what_was_put_aside_is_dropped_when_all_is_loaded),
        TEST(a_number_that_becomes_a_moment_makes_the_table_anew_with_an_offset),
        TEST(another_key_makes_the_table_anew),
        TEST(a_table_that_could_not_be_made_anew_is_as_it_was),
    };

    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
