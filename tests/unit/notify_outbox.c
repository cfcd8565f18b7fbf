/* notify/outbox: from QUEUED to SENT or DEAD, on a real database. */
#include "lib/ask.h"
#include "lib/test.h"

#include "base/text.h"
#include "db/schema.h"
#include "notify/outbox.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define START (20000 * DAY)

static struct arena *arena;
static struct db *state;

static int set_up(void **ignored)
{
    static int count;
    struct error e;
    char name[16];

    (void)ignored;
    snprintf(name, sizeof name, "state%d", count++);
    arena = arena_new();
    return mkdir(test_path(name), 0750) || !schema_open_state(test_path(name), &state, &e);
}

static int tear_down(void **ignored)
{
    (void)ignored;
    db_close(state);
    arena_free(arena);
    return 0;
}

static void put(const char *key, const char *content, instant now)
{
    struct message m = { .key = key,
                         .channel = "mail",
                         .recipient = "ann@example.gov",
                         .kind = "now",
                         .subject = "[dutywatch] one",
                         .content = content };
    struct error e = { 0 };

    if (!outbox_put(state, &m, now, &e))
        fail_msg("%s", e.text);
}

/* The message due at `now`; key NULL if there is none. */
static struct message due(instant now)
{
    struct message m = { 0 };
    struct error e;
    bool found;

    assert_true(outbox_due(state, now, arena, &m, &found, &e));
    assert_true(found == (m.key != NULL));
    return m;
}

static struct message claim(instant now, const char *bytes)
{
    struct message m = due(now);
    struct error e = { 0 };

    assert_non_null(m.key);
    if (!outbox_claim(state, &m, bytes, strlen(bytes), now, &e))
        fail_msg("%s", e.text);
    return m;
}

static void settle(const struct message *m, struct settlement s, instant now)
{
    struct error e;

    assert_true(db_begin(state, &e) && outbox_settle(state, m, &s, now, &e) &&
                db_commit(state, &e));
}

static const char *ask(const char *sql)
{
    return test_ask(state, sql, arena);
}

/* "state attempts next_at sent_at", the instants from START in seconds. */
static const char *states(void)
{
    return ask("SELECT key || ' ' || state || ' ' || attempts ||"
               " coalesce(' next ' || (next_at / 1000000 - 1728000000), '') ||"
               " coalesce(' sent ' || (sent_at / 1000000 - 1728000000), '') FROM message"
               " ORDER BY key");
}

static const char *attempts(void)
{
    return ask("SELECT message || ' ' || number || ' at ' || (at / 1000000 - 1728000000) || ' ' ||"
               " coalesce((ended_at / 1000000 - 1728000000) || ' ' || outcome || ' ' ||"
               " coalesce(status || ' ', '') || answer, 'under way') FROM attempt"
               " ORDER BY message, number");
}

static void the_same_key_again_is_nothing(void **ignored)
{
    (void)ignored;
    put("a", "first", START);
    put("a", "second", START + SECOND);
    assert_string_equal(states(), "a QUEUED 0 next 0");
    assert_string_equal(due(START).content, "first");
}

static void what_was_put_comes_back_whole_when_it_is_due(void **ignored)
{
    struct message m;

    (void)ignored;
    put("a", "{\"kind\":\"now\"}", START);
    assert_null(due(START - 1).key);
    m = due(START);
    assert_string_equal(m.channel, "mail");
    assert_string_equal(m.recipient, "ann@example.gov");
    assert_string_equal(m.kind, "now");
    assert_string_equal(m.subject, "[dutywatch] one");
    assert_string_equal(m.content, "{\"kind\":\"now\"}");
    assert_true(m.created_at == START);
    assert_int_equal(m.attempts, 0);
    assert_null(m.bytes);
    assert_null(m.instead_of);
    assert_string_equal(states(), "a QUEUED 0 next 0"); /* looking takes nothing */
}

static void the_longest_due_comes_first(void **ignored)
{
    struct error e;
    instant next;

    (void)ignored;
    assert_true(outbox_next_at(state, &next, &e) && next == INSTANT_NONE);
    put("b", "x", START + 2 * SECOND);
    put("c", "x", START + SECOND);
    put("a", "x", START + 2 * SECOND);
    assert_true(outbox_next_at(state, &next, &e) && next == START + SECOND);
    assert_string_equal(claim(START + DAY, "x").key, "c");
    assert_string_equal(claim(START + DAY, "x").key, "a");
    assert_string_equal(claim(START + DAY, "x").key, "b");
    assert_null(due(START + DAY).key);
    assert_true(outbox_next_at(state, &next, &e) && next == INSTANT_NONE);
}

static void a_claim_keeps_the_bytes_of_the_first_for_each_attempt(void **ignored)
{
    struct settlement later = { .outcome = OUTCOME_LATER, .next_at = START + MINUTE };
    struct message m;

    (void)ignored;
    put("a", "x", START);
    m = claim(START, "rendered once");
    assert_string_equal(states(), "a IN_FLIGHT 1 next 0");
    assert_string_equal(attempts(), "a 1 at 0 under way");
    settle(&m, later, START + SECOND);
    m = due(START + MINUTE);
    assert_int_equal(m.bytes_size, strlen("rendered once"));
    assert_string_equal(m.bytes, "rendered once");
    assert_int_equal(m.attempts, 1);
    claim(START + MINUTE, "rendered otherwise");
    assert_string_equal(ask("SELECT CAST(bytes AS TEXT) FROM message"), "rendered once");
    assert_string_equal(ask("SELECT bytes_digest FROM message"),
                        "ccc8f8c009266ddc6f24aa10b34c940c6b3a1fa2d241766380ffe1e8c4f048bc");
}

static void each_attempt_is_kept_with_what_the_other_side_said(void **ignored)
{
    struct message m;

    (void)ignored;
    put("a", "x", START);
    m = claim(START, "x");
    settle(&m,
           (struct settlement){ .outcome = OUTCOME_LATER,
                                .status = 451,
                                .answer = "451 try again",
                                .next_at = START + MINUTE },
           START + SECOND);
    assert_string_equal(states(), "a QUEUED 1 next 60");
    assert_null(due(START + MINUTE - 1).key);
    m = claim(START + MINUTE, "x");
    settle(&m,
           (struct settlement){ .outcome = OUTCOME_ACCEPTED, .status = 250, .answer = "250 ok" },
           START + 61 * SECOND);
    assert_string_equal(states(), "a SENT 2 sent 61");
    assert_string_equal(attempts(), "a 1 at 0 1 later 451 451 try again; "
                                    "a 2 at 60 61 accepted 250 250 ok");
    assert_null(due(START + DAY).key);
}

static void what_is_refused_for_good_is_dead(void **ignored)
{
    struct message m;

    (void)ignored;
    put("a", "x", START);
    put("b", "x", START + HOUR);
    m = claim(START, "x");
    settle(&m, (struct settlement){ .outcome = OUTCOME_REFUSED, .status = 550, .answer = "550 no" },
           START + SECOND);
    assert_string_equal(states(), "a DEAD 1; b QUEUED 0 next 3600"); /* nothing else is touched */
    assert_null(due(START + SECOND).key);
}

static void what_was_in_flight_is_queued_again_after_a_crash(void **ignored)
{
    struct message m;
    struct error e;

    (void)ignored;
    put("a", "x", START);
    m = claim(START, "x");
    settle(&m, (struct settlement){ .outcome = OUTCOME_ACCEPTED, .answer = "ok" }, START);
    put("b", "x", START);
    put("c", "x", START + DAY);
    m = claim(START, "b's bytes");
    assert_string_equal(m.key, "b");
    assert_true(outbox_recover(state, START + HOUR, &e));
    assert_string_equal(states(), "a SENT 1 sent 0; b QUEUED 1 next 3600; c QUEUED 0 next 86400");
    assert_string_equal(attempts(),
                        "a 1 at 0 0 accepted 0 ok; b 1 at 0 3600 later interrupted: whether it "
                        "arrived is not known");
    m = claim(START + HOUR, "y");
    assert_string_equal(m.bytes, "b's bytes"); /* under the same key, byte for byte */
    assert_string_equal(ask("SELECT max(number) FROM attempt WHERE message = 'b'"), "2");
}

static bool count_begin(void *count, const char *what, const char *file, struct error *e)
{
    (void)file;
    (void)e;
    *(int *)count += strcmp(what, "begin") == 0;
    return true;
}

static void a_start_with_nothing_in_flight_writes_nothing(void **ignored)
{
    struct error e;
    int begins = 0;

    (void)ignored;
    put("a", "x", START);
    db_set_fault(count_begin, &begins);
    assert_true(outbox_recover(state, START + HOUR, &e));
    db_set_fault(NULL, NULL);
    assert_int_equal(begins, 0);
    assert_string_equal(states(), "a QUEUED 0 next 0");
}

static bool fail_commit(void *unused, const char *what, const char *file, struct error *e)
{
    (void)unused;
    (void)file;
    return strcmp(what, "commit") != 0 || error_set(e, ERROR_RETRY, "the disk is full");
}

static void a_claim_that_is_not_committed_has_not_begun(void **ignored)
{
    struct message m;
    struct error e;

    (void)ignored;
    put("a", "x", START);
    m = due(START);
    db_set_fault(fail_commit, NULL);
    assert_false(outbox_claim(state, &m, "x", 1, START, &e));
    db_set_fault(NULL, NULL);
    assert_int_equal(e.class, ERROR_RETRY);
    assert_string_equal(states(), "a QUEUED 0 next 0");
    assert_string_equal(attempts(), "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_same_key_again_is_nothing),
        TEST(what_was_put_comes_back_whole_when_it_is_due),
        TEST(the_longest_due_comes_first),
        TEST(a_claim_keeps_the_bytes_of_the_first_for_each_attempt),
        TEST(each_attempt_is_kept_with_what_the_other_side_said),
        TEST(what_is_refused_for_good_is_dead),
        TEST(what_was_in_flight_is_queued_again_after_a_crash),
        TEST(a_start_with_nothing_in_flight_writes_nothing),
        TEST(a_claim_that_is_not_committed_has_not_begun),
    };

    return cmocka_run_group_tests_name("outbox", tests, NULL, NULL);
}
