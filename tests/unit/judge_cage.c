#include "lib/test.h"

#include "base/text.h"
#include "ingest/table.h"
#include "judge/cage.h"
#include "watch/generation.h"

#include <string.h>

/* A configuration with two datasets, read as a user's would be. */
static const char config[] =
    "operators = { channel = \"files\"; to = \"ops@example.gov\"; };\n"
    "channels = ( { name = \"files\"; type = \"maildir\"; path = \"/nowhere\"; } );\n"
    "routes = ( { channel = \"files\"; to = \"ops@example.gov\"; } );\n"
    "rule_steps = 20000;\n"
    "datasets = ( { id = \"cases\"; key = \"case_no\"; columns = { case_no = \"text\";\n"
    "    opened_on = \"date\"; seen_at = \"datetime\"; status = \"text\"; assessed = \"money\"; }; "
    "},\n"
    "  { id = \"waivers\"; key = \"waiver_no\"; columns = { waiver_no = \"text\";\n"
    "    case_no = \"text\"; until = \"date\"; }; } );\n";

static struct generation *generation;
static struct cage *cage;

static int set_up(void **state)
{
    struct problems p = { 0 };
    struct text tables = { 0 };
    struct error e;

    (void)state;
    if (!generation_check(test_write("cage.conf", config, strlen(config)), NULL, &p, &generation))
        return -1;
    for (LIST_EACH(struct dataset, d, &generation->settings->datasets))
        table_ddl(d, &tables);
    text_add(&tables, "CREATE TABLE setting (key TEXT, value TEXT);"
                      "INSERT INTO cases (case_no, opened_on, status, assessed, _source, _hash,"
                      " _version, _pull, _line) VALUES ('C1', '2024-02-29', 'open', 100, 's', 1, 1,"
                      " 1, 2);");
    if (!cage_open(NULL, text_of(&tables), generation->settings, &cage, &e))
        return -1;
    text_free(&tables);
    problems_free(&p);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    cage_close(cage);
    generation_unref(generation);
    return 0;
}

static bool check(const char *expression, struct reads *reads, struct error *e)
{
    static struct arena *a;

    if (!a)
        a = arena_new();
    *reads = (struct reads){ 0 };
    return cage_check(cage, settings_dataset(generation->settings, "cases"), expression,
                      CAGE_NOTHING, reads, a, e);
}

static void what_rules_need_is_allowed(void **state)
{
    static const char *const good[] = {
        "status = 'open'",
        "coalesce(opened_on, '2020-01-01') < :today",
        "date_add(opened_on, '5 years')",
        "days_between(opened_on, day(seen_at)) > 30",
        "EXISTS (SELECT 1 FROM waivers w WHERE w.case_no = cases.case_no AND w.until >= :today)",
        "(SELECT max(until) FROM waivers w WHERE w.case_no = cases.case_no)",
        "status IN ('open', 'pending') AND assessed / 100.0 > 10",
        "CASE WHEN status IS NULL THEN 1 ELSE 0 END -- a comment",
        "status LIKE 'op%'",
        "year(opened_on) = 2024",
        "list_has(status, 'open') OR list_count(status) > 2",
    };
    struct reads r;
    struct error e;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++)
        if (!check(good[i], &r, &e))
            fail_msg("%s: %s", good[i], e.text);
}

struct attack {
    const char *expression, *says; /* part of the message */
};

static const struct attack attacks[] = {
    { "statuss = 'open'", "no such column: statuss (status?)" },
    { "completely_else", "no such column: completely_else" },
    { "\"open\" = status", "no such column" },
    { "random() > 0", "may not call random" },
    { "randomblob(10)", "may not call randomblob" },
    { "date('now')", "may not call date" },
    { "strftime('%Y', 'now')", "may not call strftime" },
    { "current_date", "may not call" },
    { "load_extension('x')", "may not" },
    { "readfile('/etc/passwd')", "no such function" },
    { "(SELECT value FROM setting)", "may not read setting" },
    { "(SELECT sql FROM sqlite_schema)", "may not read sqlite_" },
    { "(SELECT name FROM sqlite_master)", "may not read sqlite_" },
    { "(SELECT * FROM pragma_table_info('cases'))", "may not" },
    { "(WITH cases AS (SELECT value FROM setting) SELECT value FROM cases)",
      "may not read setting" },
    { "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n)",
      "may not use recursion" },
    { "(SELECT value FROM json_each('[1]'))", "may not" },
    { "_raw", "may not read the column _raw" },
    { "rowid", "may not read the column" },
    { "1; DROP TABLE cases", "" },
    { "1), (2", "" },
    { "1) FROM cases; DELETE FROM cases; --", "" },
    { "count(*)", "misuse of aggregate" },
    { "sum(assessed) > 1", "misuse of aggregate" },
    { ":yesterday", "knows no parameter but :today" },
    { "?1", "knows no parameter but :today" },
    { "", "" },
    { "1) x, (2", "" },
    { "1 /* never closed", "" },
    { "status =", "" },
};

static void what_rules_must_not_do_is_refused_with_a_reason(void **state)
{
    struct reads r;
    struct error e;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(attacks); i++) {
        if (check(attacks[i].expression, &r, &e))
            fail_msg("%s was accepted", attacks[i].expression);
        if (!strstr(e.text, attacks[i].says))
            fail_msg("%s: said \"%s\", not \"%s\"", attacks[i].expression, e.text, attacks[i].says);
    }
}

static void whole_statements_are_no_expressions(void **state)
{
    static const char *const statements[] = {
        "DELETE FROM cases",
        "UPDATE cases SET status = 'closed'",
        "INSERT INTO cases (case_no) VALUES ('x')",
        "ATTACH '/tmp/x' AS x",
        "PRAGMA journal_mode",
        "VACUUM",
        "EXPLAIN SELECT 1",
        "BEGIN",
        "SAVEPOINT s",
        "CREATE TEMP TABLE t (x)",
        "SELECT case_no FROM cases; SELECT 1",
        "SELECT value FROM setting",
    };
    struct cage_stmt *s;
    struct error e;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(statements); i++)
        if (cage_prepare(cage, statements[i], 1, &s, &e))
            fail_msg("%s was prepared", statements[i]);
}

static void what_an_expression_reads_is_known(void **state)
{
    struct reads r;
    struct error e;

    (void)state;
    assert_true(check("coalesce(opened_on, status)", &r, &e));
    assert_int_equal(r.own.count, 2);
    assert_int_equal(r.other_count, 0);
    assert_false(r.today);
    assert_true(check("opened_on < :today AND EXISTS (SELECT 1 FROM waivers)", &r, &e));
    assert_true(r.today);
    assert_int_equal(r.other_count, 1);
    assert_string_equal(r.others[0].dataset, "waivers");
}

static void what_runs_for_ever_is_stopped(void **state)
{
    struct cage_stmt *s;
    struct error e;
    bool row;

    (void)state;
    assert_true(cage_prepare(cage,
                             "SELECT (SELECT count(*) FROM cases a, cases b, cases c WHERE"
                             " length(replace(hex(hex(hex(hex(hex(hex(hex(a.case_no))))))), '3', "
                             "hex(hex(hex(hex(hex(b.status))))))) > 1 AND a.status LIKE"
                             " '%o%p%e%n%o%p%e%n%') FROM cases",
                             1, &s, &e));
    assert_true(cage_bind(s, &(struct cage_values){ .today = date_read("2025-01-01") }, &e));
    assert_true(cage_row(s, &row, &e)); /* small enough: within the budget */
    cage_finalize(s);
    assert_true(
        cage_prepare(cage,
                     "SELECT (SELECT count(*) FROM (SELECT 1 UNION ALL SELECT 2 UNION ALL"
                     " SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5) a,"
                     " (SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4"
                     " UNION ALL SELECT 5) b, (SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT"
                     " 3 UNION ALL SELECT 4 UNION ALL SELECT 5) c, (SELECT 1 UNION ALL"
                     " SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5) d,"
                     " (SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4"
                     " UNION ALL SELECT 5) f, (SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT"
                     " 3 UNION ALL SELECT 4 UNION ALL SELECT 5) g) FROM cases",
                     1, &s, &e));
    assert_true(cage_bind(s, &(struct cage_values){ .today = date_read("2025-01-01") }, &e));
    assert_false(cage_row(s, &row, &e));
    assert_non_null(strstr(e.text, "takes more than rule_steps = 20000"));
    assert_int_equal(e.class, ERROR_SETUP);
    cage_finalize(s);
}

static void functions_answer_null_for_what_is_no_day_or_list(void **state)
{
    static const struct {
        const char *expression, *answer; /* NULL: null */
    } cases[] = {
        { "date_add('2020-02-29', '5 years')", "2025-02-28" },
        { "date_add('2020-13-01', '5 years')", NULL },
        { "date_add(NULL, '5 years')", NULL },
        { "days_between('2025-01-01', '2025-03-01')", "59" },
        { "days_between('2025-03-01', 'x')", NULL },
        { "day(1735689600000000)", "2025-01-01" },
        { "day('2025-01-02')", "2025-01-02" },
        { "month('2025-07-04')", "7" },
        { "list_has('[\"a\",\"b\"]', 'b')", "1" },
        { "list_has('[\"a\",\"b\"]', 'B')", "0" },
        { "list_has('[]', 'b')", "0" },
        { "list_has('[\"a\"]', NULL)", NULL },
        { "list_has(NULL, 'b')", NULL },
        { "list_has('a', 'a')", "1" },
        { "list_has('a', 'b')", "0" },
        { "list_join('b', NULL, '[\"c\",\"a\",\"b\"]')", "[\"a\",\"b\",\"c\"]" },
        { "list_join(NULL, '[]')", NULL },
        { "list_only('[\"b\",\"a\"]', 'a', 'c')", "[\"a\"]" },
        { "list_only('[\"b\"]', 'a', NULL)", NULL },
        { "list_only(NULL, 'a')", NULL },
        { "list_without('[\"b\",\"a\"]', 'a', 'c')", "[\"b\"]" },
        { "list_without('a', 'a')", NULL },
        { "list_covers('[\"a\",\"b\",\"c\"]', '[\"c\",\"a\"]')", "1" },
        { "list_covers('[\"a\",\"a\"]', '[\"a\",\"b\"]')", "0" },
        { "list_covers('[]', '[\"a\"]')", "0" },
        { "list_covers('[]', '[]')", "1" },
        { "list_covers(NULL, '[\"a\"]')", NULL },
        { "list_covers('[\"a\"]', NULL)", NULL },
        { "list_count('[\"a\",\"b\"]')", "2" },
        { "list_count('{}')", "1" },
        { "money('5,000.00')", "500000" },
        { "money('$12.5')", "1250" },
        { "money(5000)", "500000" },
        { "money(NULL)", NULL },
        { "499999 < money('5,000') AND 500001 > money('5,000')", "1" },
    };
    struct text sql = { 0 };
    struct error e;
    bool row;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct cage_stmt *s;

        text_clear(&sql);
        text_addf(&sql, "SELECT %s FROM cases", cases[i].expression);
        assert_true(cage_prepare(cage, text_of(&sql), 1, &s, &e));
        assert_true(cage_bind(s, &(struct cage_values){ .today = date_read("2025-01-01") }, &e));
        assert_true(cage_row(s, &row, &e) && row);
        if (!text_same(cage_text(s, 0), cases[i].answer))
            fail_msg("%s = %s", cases[i].expression, cage_text(s, 0));
        cage_finalize(s);
    }
    text_free(&sql);
}

static void what_is_no_amount_is_an_error_and_not_another_amount(void **state)
{
    static const char *const wrong[] = { "money('much')", "money('')", "money('1.005')" };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        AUTO_TEXT sql = { 0 };
        struct cage_stmt *s;
        struct error e;
        bool row;

        text_addf(&sql, "SELECT %s FROM cases", wrong[i]);
        assert_true(cage_prepare(cage, text_of(&sql), 1, &s, &e));
        assert_true(cage_bind(s, &(struct cage_values){ .today = date_read("2025-01-01") }, &e));
        assert_false(cage_row(s, &row, &e));
        assert_non_null(strstr(e.text, "is no amount such as"));
        cage_finalize(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_rules_need_is_allowed),
        cmocka_unit_test(what_rules_must_not_do_is_refused_with_a_reason),
        cmocka_unit_test(whole_statements_are_no_expressions),
        cmocka_unit_test(what_an_expression_reads_is_known),
        cmocka_unit_test(what_runs_for_ever_is_stopped),
        cmocka_unit_test(functions_answer_null_for_what_is_no_day_or_list),
        cmocka_unit_test(what_is_no_amount_is_an_error_and_not_another_amount),
    };

    return cmocka_run_group_tests_name("cage", tests, set_up, tear_down);
}
