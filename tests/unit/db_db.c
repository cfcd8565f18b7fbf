/* db: statements, bindings, transactions, migrations and errors, on real files. */
#include "lib/test.h"

#include "db/db.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct db *open_new(const char *name)
{
    struct db *db = NULL;
    struct error e = { 0 };

    if (!db_open(test_dir(), name, &db, &e))
        fail_msg("%s", e.text);
    return db;
}

static void run(struct db *db, const char *sql)
{
    struct error e;

    if (!db_script(db, sql, &e))
        fail_msg("%s: %s", sql, e.text);
}

static int64_t number(struct db *db, const char *sql)
{
    int64_t n = -1;
    STMT s = NULL;
    struct error e;
    bool row = false;

    if (!db_query_text(db, &s, &e, sql, "") || !db_row(s, &row, &e))
        fail_msg("%s: %s", sql, e.text);
    if (row)
        n = db_int(s, 0);
    return n;
}

/* Makes calls of one kind fail. */
struct fault {
    const char *what;
    int calls;
};

static bool fail_at(void *data, const char *what, const char *file, struct error *e)
{
    struct fault *f = data;

    assert_non_null(file);
    if (strcmp(what, f->what) != 0)
        return true;
    f->calls++;
    return error_set(e, ERROR_RETRY, "no room for %s", what);
}

static void a_statement_is_kept_by_its_literal_and_handed_out_again(void **state)
{
    static const char sql[] = "SELECT ?";
    struct db *db = open_new("kept.db");
    struct stmt *first = NULL, *second = NULL, *again = NULL;
    struct error e;

    (void)state;
    assert_true(db_query(db, &first, &e, sql, "i", (int64_t)1));
    assert_true(db_query(db, &second, &e, sql, "i", (int64_t)2));
    assert_ptr_not_equal(first, second); /* the first is still in use */
    stmt_free(first);
    assert_true(db_query(db, &again, &e, sql, "i", (int64_t)3));
    assert_ptr_equal(again, first);
    stmt_free(again);
    stmt_free(second);
    stmt_free(NULL);
    db_close(db);
}

static void a_statement_given_back_remembers_neither_its_row_nor_its_values(void **state)
{
    static const char sql[] = "SELECT ?1, ?2";
    struct db *db = open_new("forgets.db");
    struct stmt *s = NULL;
    struct error e;
    bool row;

    (void)state;
    assert_true(db_query(db, &s, &e, sql, "tt", "a", "b") && db_row(s, &row, &e) && row);
    assert_string_equal(db_text(s, 1), "b");
    stmt_free(s);
    s = NULL;
    assert_true(db_query(db, &s, &e, sql, "t", "c") && db_row(s, &row, &e) && row);
    assert_string_equal(db_text(s, 0), "c");
    assert_true(db_is_null(s, 1));
    stmt_free(s);
    db_close(db);
}

static void more_statements_than_are_kept_work_all_the_same(void **state)
{
    static char sql[150][24];
    struct db *db = open_new("many.db");
    struct stmt *all[COUNT_OF(sql)] = { NULL };
    struct error e;
    bool row;

    (void)state;
    for (int turn = 0; turn < 2; turn++) {
        for (size_t i = 0; i < COUNT_OF(sql); i++) {
            snprintf(sql[i], sizeof sql[i], "SELECT %d", (int)i);
            all[i] = NULL;
            assert_true(db_query(db, &all[i], &e, sql[i], ""));
        }
        for (size_t i = 0; i < COUNT_OF(sql); i++) {
            assert_true(db_row(all[i], &row, &e) && row);
            assert_int_equal(db_int(all[i], 0), i);
            stmt_free(all[i]);
        }
    }
    db_close(db);
}

static void an_idle_database_lets_go_of_what_nobody_uses(void **state)
{
    static const char sql[] = "SELECT 1";
    struct db *db = open_new("relax.db");
    struct stmt *s = NULL;
    struct error e;
    bool row;

    (void)state;
    assert_true(db_query(db, &s, &e, sql, ""));
    db_relax(db); /* in use: it stays */
    assert_true(db_row(s, &row, &e) && row);
    stmt_free(s);
    db_relax(db);
    s = NULL;
    assert_true(db_query(db, &s, &e, sql, "") && db_row(s, &row, &e) && row);
    stmt_free(s);
    db_close(db);
}

static void each_letter_binds_its_type_and_its_null(void **state)
{
    struct db *db = open_new("letters.db");
    static const char bytes[] = { 'a', '\0', 'b' };
    STMT s = NULL;
    struct error e;
    size_t size;
    bool row;

    (void)state;
    assert_true(db_query(db, &s, &e, "SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?", "itdrmnbtdm",
                         INT64_MIN + 1, "text", date_read("2024-02-29"), 0.5, (int64_t)-7, bytes,
                         sizeof bytes, NULL, DATE_NONE, INT64_MIN));
    assert_true(db_row(s, &row, &e) && row);
    assert_true(db_int(s, 0) == INT64_MIN + 1);
    assert_string_equal(db_text(s, 1), "text");
    assert_int_equal(db_date(s, 2), date_read("2024-02-29"));
    assert_string_equal(db_text(s, 2), "2024-02-29");
    assert_true(db_real(s, 3) > 0.49 && db_real(s, 3) < 0.51);
    assert_int_equal(db_int_or_none(s, 4), -7);
    assert_true(db_is_null(s, 5));
    assert_memory_equal(db_bytes(s, 6, &size), bytes, sizeof bytes);
    assert_int_equal(size, sizeof bytes);
    assert_null(db_text(s, 7));
    assert_int_equal(db_date(s, 8), DATE_NONE);
    assert_true(db_int_or_none(s, 9) == INT64_MIN && db_is_null(s, 9));
    stmt_free(s);
    s = NULL;
    db_close(db);
}

static void binding_again_starts_anew_and_clears_what_was_bound(void **state)
{
    struct db *db = open_new("again.db");
    struct stmt *s = NULL;
    struct error e;
    bool row;

    (void)state;
    assert_true(db_query(db, &s, &e, "SELECT ?, ?", "ti", "a", (int64_t)1));
    assert_true(db_row(s, &row, &e) && row);
    assert_true(db_rebind(s, &e, "t", "b") && db_row(s, &row, &e) && row);
    assert_string_equal(db_text(s, 0), "b");
    assert_true(db_is_null(s, 1));
    assert_true(db_row(s, &row, &e) && !row);
    db_restart(s);
    assert_true(db_bind_textn(s, 1, "abcdef", 3, &e) && db_bind_real(s, 2, 2.5, &e));
    assert_true(db_row(s, &row, &e) && row);
    assert_string_equal(db_text(s, 0), "abc");
    db_restart(s);
    assert_true(db_bind_int(s, 1, 9, &e) && db_bind_text(s, 2, "z", &e));
    assert_true(db_row(s, &row, &e) && row && db_int(s, 0) == 9);
    assert_false(db_bind_int(s, 3, 1, &e)); /* there are two */
    assert_int_equal(e.class, ERROR_BUG);
    stmt_free(s);
    db_close(db);
}

static void a_number_stays_as_it_is_without_a_row(void **state)
{
    struct db *db = open_new("number.db");
    struct error e;
    int64_t n = 5;

    (void)state;
    assert_true(db_number(db, &n, &e, "SELECT 1 WHERE ?", "i", (int64_t)0));
    assert_int_equal(n, 5);
    assert_true(db_number(db, &n, &e, "SELECT 1 WHERE ?", "i", (int64_t)1));
    assert_int_equal(n, 1);
    db_close(db);
}

static mode_t mode_of(const char *name)
{
    struct stat st;

    assert_int_equal(stat(test_path(name), &st), 0);
    return st.st_mode & 0777;
}

static void a_file_and_its_copy_are_made_for_owner_and_group_alone(void **state)
{
    mode_t old = umask(0);
    struct db *db = open_new("mode.db");
    struct error e;

    (void)state;
    run(db, "CREATE TABLE t (x)");
    assert_true(db_copy(db, test_dir(), "mode-copy.db", &e));
    assert_int_equal(umask(old), 0); /* left as it was */
    assert_int_equal(mode_of("mode.db"), 0640);
    assert_int_equal(mode_of("mode.db-wal"), 0640);
    assert_int_equal(mode_of("mode.db-shm"), 0640);
    assert_int_equal(mode_of("mode-copy.db"), 0640);
    db_close(db);
}

static void what_is_not_committed_is_gone_after_closing(void **state)
{
    struct db *db = open_new("closing.db");
    struct error e;

    (void)state;
    run(db, "CREATE TABLE t (x INTEGER) STRICT");
    assert_true(db_begin(db, &e) && db_run(db, &e, "INSERT INTO t VALUES (?)", "i", (int64_t)1));
    assert_int_equal(db_last_id(db), 1);
    assert_int_equal(db_written(db), 1);
    assert_true(db_commit(db, &e));
    assert_true(db_begin(db, &e) && db_run(db, &e, "INSERT INTO t VALUES (?)", "i", (int64_t)2));
    db_close(db);
    db = open_new("closing.db");
    assert_int_equal(number(db, "SELECT count(*) FROM t"), 1);
    db_close(db);
    db_close(NULL);
}

static void a_commit_that_fails_leaves_nothing_behind(void **state)
{
    struct db *db = open_new("commit.db");
    struct fault f = { .what = "commit" };
    struct error e;

    (void)state;
    run(db, "CREATE TABLE t (x INTEGER) STRICT");
    db_set_fault(fail_at, &f);
    assert_true(db_begin(db, &e) && db_run(db, &e, "INSERT INTO t VALUES (1)", ""));
    assert_false(db_commit(db, &e));
    db_set_fault(NULL, NULL);
    assert_int_equal(f.calls, 1);
    assert_string_equal(e.text, "commit: no room for commit");
    assert_int_equal(e.class, ERROR_RETRY);
    assert_int_equal(number(db, "SELECT count(*) FROM t"), 0);
    assert_true(db_begin(db, &e) && db_commit(db, &e)); /* and the next one goes through */
    db_rollback(db);                                    /* without a transaction it is nothing */
    db_close(db);
}

static void a_begin_that_fails_begins_nothing(void **state)
{
    struct db *db = open_new("begin.db");
    struct fault f = { .what = "begin" };
    struct error e;

    (void)state;
    run(db, "CREATE TABLE t (x INTEGER) STRICT");
    db_set_fault(fail_at, &f);
    assert_false(db_begin(db, &e));
    db_set_fault(NULL, NULL);
    assert_string_equal(e.text, "begin: no room for begin");
    assert_true(db_begin(db, &e));
    assert_false(db_begin(db, &e)); /* they do not nest */
    assert_int_equal(e.class, ERROR_BUG);
    db_rollback(db);
    db_close(db);
}

static void a_fault_after_the_commit_leaves_it_committed(void **state)
{
    struct db *db = open_new("after.db");
    struct fault f = { .what = "committed" };
    struct error e;

    (void)state;
    run(db, "CREATE TABLE t (x INTEGER) STRICT");
    db_set_fault(fail_at, &f);
    assert_true(db_begin(db, &e) && db_run(db, &e, "INSERT INTO t VALUES (1)", ""));
    assert_false(db_commit(db, &e));
    db_set_fault(NULL, NULL);
    assert_int_equal(number(db, "SELECT count(*) FROM t"), 1);
    db_close(db);
}

static void a_second_writer_is_told_to_come_again(void **state)
{
    struct db *first = open_new("busy.db"), *second = open_new("busy.db");
    struct error e = { 0 };

    (void)state;
    run(second, "PRAGMA busy_timeout = 20");
    assert_true(db_begin(first, &e));
    assert_false(db_begin(second, &e));
    assert_int_equal(e.class, ERROR_RETRY);
    assert_string_equal(e.text, "begin: busy.db: database is locked");
    assert_true(db_commit(first, &e));
    assert_true(db_begin(second, &e));
    db_close(second);
    db_close(first);
}

static void a_reader_beside_a_writer_sees_what_is_committed(void **state)
{
    struct db *writer = open_new("beside.db"), *reader;
    struct error e;

    (void)state;
    run(writer, "CREATE TABLE t (x INTEGER) STRICT; INSERT INTO t VALUES (1)");
    assert_true(db_open_reader(test_dir(), "beside.db", &reader, &e));
    assert_true(db_begin(writer, &e) && db_run(writer, &e, "INSERT INTO t VALUES (2)", ""));
    assert_int_equal(number(reader, "SELECT count(*) FROM t"), 1);
    assert_true(db_commit(writer, &e));
    assert_int_equal(number(reader, "SELECT count(*) FROM t"), 2);
    assert_false(db_run(reader, &e, "INSERT INTO t VALUES (3)", ""));
    assert_int_equal(e.class, ERROR_SETUP);
    assert_non_null(strstr(e.text, "readonly"));
    db_close(reader);
    db_close(writer);
    mode_of("beside.db-wal"); /* it stays, for readers that may not make one */
    assert_true(db_open_reader(test_dir(), "beside.db", &reader, &e));
    assert_int_equal(number(reader, "SELECT count(*) FROM t"), 2);
    db_close(reader);
}

static const char *const steps[] = {
    "CREATE TABLE one (x INTEGER) STRICT; INSERT INTO one VALUES (7)",
    "ALTER TABLE one ADD COLUMN y TEXT; UPDATE one SET y = 'seven'",
};

static void a_file_is_brought_from_nothing_to_the_last_step(void **state)
{
    struct db *db = open_new("migrate.db");
    struct error e;

    (void)state;
    assert_true(db_migrate(db, steps, 1, &e));
    assert_int_equal(number(db, "PRAGMA user_version"), 1);
    assert_true(db_migrate(db, steps, 2, &e)); /* only what is missing */
    assert_true(db_migrate(db, steps, 2, &e));
    assert_int_equal(number(db, "PRAGMA user_version"), 2);
    assert_int_equal(number(db, "SELECT count(*) FROM one WHERE x = 7 AND y = 'seven'"), 1);
    db_close(db);
}

static void a_step_that_fails_is_undone_whole_and_named(void **state)
{
    static const char *const bad[] = { "CREATE TABLE one (x)",
                                       "CREATE TABLE two (x); INSERT INTO three VALUES (1)" };
    struct db *db = open_new("half.db");
    struct error e;

    (void)state;
    assert_false(db_migrate(db, bad, 2, &e));
    assert_string_equal(e.text, "schema step 2: half.db: no such table: three");
    assert_int_equal(e.class, ERROR_BUG);
    assert_int_equal(number(db, "PRAGMA user_version"), 1);
    assert_int_equal(number(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'two'"), 0);
    db_close(db);
}

static void a_file_of_a_newer_program_is_refused_untouched(void **state)
{
    struct db *db = open_new("newer.db");
    struct error e;

    (void)state;
    run(db, "PRAGMA user_version = 9");
    assert_false(db_migrate(db, steps, 2, &e));
    assert_int_equal(e.class, ERROR_SETUP);
    assert_string_equal(e.text,
                        "newer.db: written by a newer dutywatch (schema 9, this one knows 2)");
    assert_int_equal(number(db, "SELECT count(*) FROM sqlite_schema"), 0);
    db_close(db);
}

static void a_copy_has_what_is_committed_and_nothing_else(void **state)
{
    struct db *db = open_new("whole.db"), *copy;
    struct error e;

    (void)state;
    run(db, "CREATE TABLE t (x INTEGER) STRICT; INSERT INTO t VALUES (1), (2)");
    assert_true(db_copy(db, test_dir(), "copy.db", &e));
    run(db, "DELETE FROM t");
    assert_true(db_open_reader(test_dir(), "copy.db", &copy, &e));
    assert_int_equal(number(copy, "SELECT sum(x) FROM t"), 3);
    db_close(copy);
    assert_true(db_copy(db, test_dir(), "copy.db", &e)); /* over an older one */
    assert_true(db_open_reader(test_dir(), "copy.db", &copy, &e));
    assert_int_equal(number(copy, "SELECT count(*) FROM t"), 0);
    db_close(copy);
    assert_false(db_copy(db, test_path("nowhere"), "copy.db", &e));
    assert_int_equal(e.class, ERROR_SETUP);
    db_close(db);
}

static void wrong_sql_is_our_own_fault(void **state)
{
    struct db *db = open_new("sql.db");
    struct stmt *s = NULL;
    struct error e;

    (void)state;
    assert_false(db_query(db, &s, &e, "SELECT absent", ""));
    assert_int_equal(e.class, ERROR_BUG);
    assert_string_equal(e.text, "sql.db: no such column: absent");
    assert_null(s);
    assert_false(db_run(db, &e, "SELEC 1", ""));
    assert_int_equal(e.class, ERROR_BUG);
    run(db, "CREATE TABLE t (x INTEGER PRIMARY KEY) STRICT; INSERT INTO t VALUES (1)");
    assert_false(db_run(db, &e, "INSERT INTO t VALUES (1)", ""));
    assert_string_equal(e.text, "sql.db: UNIQUE constraint failed: t.x");
    db_close(db);
}

static void a_file_that_is_no_database_or_spoiled_needs_an_operator(void **state)
{
    static const char page[] = "<!DOCTYPE html><title>Sign in</title> this is no database at all";
    char rubbish[4096];
    struct db *db = NULL;
    struct error e;
    int fd;

    (void)state;
    test_write("page.db", page, sizeof page);
    assert_false(db_open(test_dir(), "page.db", &db, &e));
    assert_int_equal(e.class, ERROR_SETUP);
    assert_string_equal(e.text, "page.db: file is not a database");
    assert_null(db);

    db = open_new("spoiled.db");
    run(db, "CREATE TABLE t (x TEXT) STRICT; INSERT INTO t VALUES (hex(zeroblob(20000)));"
            "PRAGMA wal_checkpoint(TRUNCATE)");
    db_close(db);
    memset(rubbish, 0x5a, sizeof rubbish);
    fd = open(test_path("spoiled.db"), O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, rubbish, sizeof rubbish, 4096), sizeof rubbish);
    close(fd);
    assert_true(db_open(test_dir(), "spoiled.db", &db, &e));
    assert_false(db_run(db, &e, "INSERT INTO t VALUES ('more')", ""));
    assert_int_equal(e.class, ERROR_SETUP);
    assert_non_null(strstr(e.text, "malformed"));
    db_close(db);
}

static void a_folder_that_is_missing_or_not_ours_needs_an_operator(void **state)
{
    struct db *db = NULL;
    struct error e;
    bool ok;

    (void)state;
    assert_false(db_open(test_path("nowhere"), "x.db", &db, &e));
    assert_int_equal(e.class, ERROR_SETUP);
    assert_non_null(strstr(e.text, "nowhere/x.db: unable to open database file"));
    assert_false(db_open_reader(test_dir(), "never-made.db", &db, &e));
    assert_int_equal(e.class, ERROR_SETUP);

    assert_int_equal(mkdir(test_path("locked"), 0555), 0);
    assert_int_equal(chmod(test_dir(), 0755), 0);
    if (geteuid() == 0)
        assert_int_equal(seteuid(65534), 0); /* to root nothing is locked */
    ok = db_open(test_path("locked"), "x.db", &db, &e);
    if (getuid() == 0)
        assert_int_equal(seteuid(0), 0);
    assert_false(ok);
    assert_int_equal(e.class, ERROR_SETUP);
    assert_null(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_statement_is_kept_by_its_literal_and_handed_out_again),
        cmocka_unit_test(a_statement_given_back_remembers_neither_its_row_nor_its_values),
        cmocka_unit_test(more_statements_than_are_kept_work_all_the_same),
        cmocka_unit_test(an_idle_database_lets_go_of_what_nobody_uses),
        cmocka_unit_test(each_letter_binds_its_type_and_its_null),
        cmocka_unit_test(binding_again_starts_anew_and_clears_what_was_bound),
        cmocka_unit_test(a_number_stays_as_it_is_without_a_row),
        cmocka_unit_test(a_file_and_its_copy_are_made_for_owner_and_group_alone),
        cmocka_unit_test(what_is_not_committed_is_gone_after_closing),
        cmocka_unit_test(a_commit_that_fails_leaves_nothing_behind),
        cmocka_unit_test(a_begin_that_fails_begins_nothing),
        cmocka_unit_test(a_fault_after_the_commit_leaves_it_committed),
        cmocka_unit_test(a_second_writer_is_told_to_come_again),
        cmocka_unit_test(a_reader_beside_a_writer_sees_what_is_committed),
        cmocka_unit_test(a_file_is_brought_from_nothing_to_the_last_step),
        cmocka_unit_test(a_step_that_fails_is_undone_whole_and_named),
        cmocka_unit_test(a_file_of_a_newer_program_is_refused_untouched),
        cmocka_unit_test(a_copy_has_what_is_committed_and_nothing_else),
        cmocka_unit_test(wrong_sql_is_our_own_fault),
        cmocka_unit_test(a_file_that_is_no_database_or_spoiled_needs_an_operator),
        cmocka_unit_test(a_folder_that_is_missing_or_not_ours_needs_an_operator),
    };

    return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
