/* fetch/again: what is kept on disk waits once more to be read another way. */
#include "lib/ask.h"
#include "lib/test.h"

#include "db/schema.h"
#include "fetch/again.h"
#include "fetch/source.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena *arena;
static struct db *data;
static struct source source;
static struct fetcher *fetcher;
static const char *folder; /* of the payloads, in test_dir() */

static int set_up(void **state)
{
    static int count;
    const char *dir;
    struct error e;

    (void)state;
    arena = arena_new();
    dir = test_path(arena_print(arena, "state%d", count++));
    mkdir(dir, 0750);
    folder = arena_print(arena, "state%d/spool", count - 1);
    source = (struct source){ .id = "cases", .content = CONTENT_SNAPSHOT };
    return !schema_open_data(dir, &data, &e) ||
           !fetcher_new(NULL, data, dir, NULL, NULL, &fetcher, &e);
}

static int tear_down(void **state)
{
    (void)state;
    fetcher_free(fetcher);
    db_close(data);
    arena_free(arena);
    return 0;
}

static struct pull waiting(void)
{
    struct error e;
    struct pull p;

    assert_true(pull_waiting(data, arena, &p, &e));
    return p;
}

/* A payload that was fetched at `at` and read by `mapping`; returns its path. */
static const char *load(const char *bytes, instant at, const char *mapping)
{
    const char *path =
        arena_text(arena, test_write(arena_print(arena, "%s/payload-%lld", folder, (long long)at),
                                     bytes, strlen(bytes)));
    struct pull p = { .path = path, .digest = bytes, .bytes = (int64_t)strlen(bytes) };
    struct error e;

    assert_true(source_fetched(data, &source, &p, 0, at, &e));
    p = waiting();
    assert_true(db_begin(data, &e));
    assert_true(source_ingested(data, &p, mapping, &e));
    assert_true(db_commit(data, &e));
    return path;
}

static bool again(const char *mapping)
{
    struct error e;
    bool ret;

    if (!fetch_again(fetcher, data, &source, mapping, &ret, &e))
        fail_msg("%s", e.text);
    return ret;
}

static void settle(const char *state)
{
    struct pull p = waiting();
    struct error e;

    assert_true(db_begin(data, &e));
    assert_true(state ? source_not_ingested(data, &p, state, "why", &e)
                      : source_ingested(data, &p, "new", &e));
    assert_true(db_commit(data, &e));
}

static const char *ask(const char *sql)
{
    return test_ask(data, sql, arena);
}

static void the_last_good_payload_of_a_snapshot_waits_once_more(void **state)
{
    char *bytes AUTO_FREE = NULL;
    struct pull p;
    size_t n;

    (void)state;
    load("one", DAY, "old");
    load("two", 2 * DAY, "old");
    assert_true(again("new"));
    p = waiting();
    assert_int_equal(p.id, 3);
    assert_string_equal(p.digest, "two");
    assert_non_null(strstr(p.path, "/spool/cases-again-2-new"));
    bytes = test_read(p.path, &n);
    assert_string_equal(bytes, "two");
    assert_true(p.at == 2 * DAY);
    assert_true(again("new")); /* it waits already */
    assert_string_equal(ask("SELECT count(*) FROM pull"), "3");
    settle(NULL);
    assert_string_equal(ask("SELECT mapping || good_pull || (good_at / 86400000000) FROM source"),
                        "new32");
    assert_string_equal(ask("SELECT mapping FROM pull WHERE id = 3"), "new");
}

static void of_changes_all_that_is_kept_waits_in_its_order(void **state)
{
    (void)state;
    source.content = CONTENT_CHANGES;
    load("one", DAY, "older");
    load("two", 2 * DAY, "old");
    load("three", 3 * DAY, "old");
    assert_true(again("new"));
    assert_string_equal(ask("SELECT digest FROM pull WHERE state = 'FETCHED' ORDER BY id"),
                        "one; two; three");
    settle(NULL);
    settle(NULL);
    settle(NULL);
    assert_true(again("newer")); /* the copies, not what they are of */
    assert_string_equal(ask("SELECT group_concat(id || ':' || came) FROM pull"
                            " WHERE state = 'FETCHED'"),
                        "7:1,8:2,9:3");
    settle(NULL);
    settle(NULL);
    settle(NULL);
    assert_true(again("old")); /* nor copies that were read so before */
    assert_string_equal(ask("SELECT group_concat(came) FROM pull WHERE state = 'FETCHED'"),
                        "1,2,3");
}

static void what_came_while_the_configuration_was_edited_is_read_behind_what_is_kept(void **state)
{
    struct pull p = { .path = "x", .digest = "two" };
    struct error e;

    (void)state;
    source.content = CONTENT_CHANGES;
    load("one", DAY, "old");
    assert_true(source_fetched(data, &source, &p, 0, 2 * DAY, &e));
    assert_true(again("new"));
    assert_string_equal(waiting().digest, "one");
    settle(NULL);
    assert_string_equal(waiting().digest, "two");
}

static void changes_that_came_before_their_snapshot_are_not_read_again(void **state)
{
    const struct source nights = { .id = "nights", .content = CONTENT_CHANGES, .of = "cases" };
    struct error e;
    bool over;

    (void)state;
    source = nights;
    load("night 1", DAY, "old");
    source = (struct source){ .id = "cases", .content = CONTENT_SNAPSHOT };
    load("all", 2 * DAY, "old");
    source = nights;
    assert_false(again("new"));
    assert_true(source_is_overtaken(data, &source, &over, &e));
    assert_true(over);
    load("night 3", 3 * DAY, "old");
    load("night 4", 4 * DAY, "old");
    assert_true(again("new"));
    assert_string_equal(ask("SELECT digest FROM pull WHERE state = 'FETCHED' ORDER BY id"),
                        "night 3; night 4");
    assert_true(source_is_overtaken(data, &source, &over, &e));
    assert_false(over);
}

static void what_was_not_believed_so_is_not_tried_so_again(void **state)
{
    (void)state;
    load("one", DAY, "old");
    assert_true(again("new"));
    settle("HELD");
    assert_true(again("new"));
    assert_int_equal(waiting().id, 0);
    assert_true(again("newer"));
    assert_string_equal(waiting().digest, "one");
    assert_string_equal(ask("SELECT good_pull FROM source"), "1");
}

static void a_payload_that_is_gone_must_be_fetched(void **state)
{
    (void)state;
    assert_false(again("new")); /* there never was one */
    unlink(load("one", DAY, "old"));
    assert_false(again("new"));
    assert_int_equal(waiting().id, 0);
}

static void a_dry_run_reads_the_files_of_the_daemon_where_they_are(void **state)
{
    const char *path;

    (void)state;
    folder = "elsewhere";
    mkdir(test_path(folder), 0750);
    path = load("one", DAY, "old");
    assert_true(again("new"));
    assert_string_equal(waiting().path, path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_last_good_payload_of_a_snapshot_waits_once_more),
        TEST(of_changes_all_that_is_kept_waits_in_its_order),
        TEST(what_came_while_the_configuration_was_edited_is_read_behind_what_is_kept),
        TEST(changes_that_came_before_their_snapshot_are_not_read_again),
        TEST(what_was_not_believed_so_is_not_tried_so_again),
        TEST(a_dry_run_reads_the_files_of_the_daemon_where_they_are),
        TEST(a_payload_that_is_gone_must_be_fetched),
    };

    return cmocka_run_group_tests_name("again", tests, NULL, NULL);
}
