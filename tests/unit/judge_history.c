/* judge/history: moves carry what is believed, and their chain shows what was changed. */
#include "lib/test.h"

#include "base/text.h"
#include "db/schema.h"
#include "judge/history.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

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

/* One step of the finding of `subject`, from what it was to OPEN on the rung `stage`. */
static void move(const char *subject, int stage, const char *unit)
{
    struct finding_about about = { .rule = "sue",
                                   .subject = subject,
                                   .period = "",
                                   .unit = unit,
                                   .owner = "ann",
                                   .amount = 100000,
                                   .quiet_because = "at the court" };
    struct finding before, after;
    struct error e = { 0 };
    struct move m = { .about = &about,
                      .day = 20000 + stage,
                      .at = (20000 + stage) * DAY,
                      .cause = CAUSE_STAGE,
                      .before = &before,
                      .after = &after,
                      .severity = "notice",
                      .inputs = "{}",
                      .derivation = "{\"steps\":[]}",
                      .data_version = 7,
                      .generation = "abc" };

    assert_true(history_get(state, "sue", subject, "", &before, &e));
    after = before;
    after.status = STATUS_OPEN;
    after.stage = stage;
    after.safe = 20100;
    after.due = 20102;
    after.opened_on = 20000;
    after.quiet = true;
    after.quiet_on = 20001;
    after.ordinal = before.ordinal + 1;
    m.ordinal = after.ordinal;
    if (!history_put(state, &about, &after, &e))
        fail_msg("%s", e.text);
    m.finding = after.id;
    if (!history_move(state, &m, &e))
        fail_msg("%s", e.text);
}

static struct chain_report verify(void)
{
    struct chain_report r;
    struct error e = { 0 };

    if (!history_verify(state, arena, &r, &e))
        fail_msg("%s", e.text);
    return r;
}

static void sql(const char *script)
{
    struct error e = { 0 };

    if (!db_script(state, script, &e))
        fail_msg("%s: %s", script, e.text);
}

static void a_move_carries_what_is_believed_after_it(void **ignored)
{
    struct error e;
    STMT s = NULL;
    bool row;

    (void)ignored;
    move("C-1", 0, "BM");
    move("C-1", 1, "EL");
    assert_true(db_query(state, &s, &e,
                         "SELECT unit, owner, amount, safe, due_after, opened_on, quiet_on,"
                         " quiet_because, number FROM move ORDER BY ordinal",
                         ""));
    assert_true(db_row(s, &row, &e) && row);
    assert_string_equal(db_text(s, 0), "BM");
    assert_string_equal(db_text(s, 1), "ann");
    assert_int_equal(db_int(s, 2), 100000);
    assert_int_equal(db_date(s, 3), 20100);
    assert_int_equal(db_date(s, 4), 20102);
    assert_int_equal(db_date(s, 5), 20000);
    assert_int_equal(db_date(s, 6), 20001);
    assert_string_equal(db_text(s, 7), "at the court");
    assert_int_equal(db_int(s, 8), 1);
    assert_true(db_row(s, &row, &e) && row);
    assert_string_equal(db_text(s, 0), "EL");
    assert_int_equal(db_int(s, 8), 2);
}

static void the_chain_holds(void **ignored)
{
    struct chain_report r = verify();

    (void)ignored;
    assert_null(r.broken);
    assert_int_equal(r.links, 0);
    move("C-1", 0, "BM");
    move("C-2", 0, "BM");
    move("C-1", 1, NULL);
    r = verify();
    assert_null(r.broken);
    assert_int_equal(r.links, 3);
    assert_int_equal(r.before, 0);
}

static void every_change_of_a_move_breaks_its_link(void **ignored)
{
    static const char *const changes[] = { "unit = 'X'",
                                           "office = ''",
                                           "owner = 'b'",
                                           "amount = 1",
                                           "amount = NULL",
                                           "day = '2024-01-01'",
                                           "at = at + 1",
                                           "cause = 'remind'",
                                           "from_status = 'OPEN'",
                                           "to_status = 'RESOLVED'",
                                           "from_stage = 5",
                                           "to_stage = 5",
                                           "severity = 'info'",
                                           "due_before = '2024-01-01'",
                                           "due_after = '2024-01-01'",
                                           "safe = '2024-01-01'",
                                           "opened_on = '2024-01-01'",
                                           "breached_on = '2024-01-01'",
                                           "closed_on = '2024-01-01'",
                                           "quiet_on = '2024-01-01'",
                                           "quiet_because = 'at the Court'",
                                           "inputs = '[]'",
                                           "derivation = '{\"steps\":[ ]}'",
                                           "data_version = 8",
                                           "generation = 'abd'",
                                           "chain = '0' || substr(chain, 2)" };

    (void)ignored;
    move("C-1", 0, "BM");
    move("C-2", 0, "BM");
    move("C-3", 0, "BM");
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        struct chain_report r;
        char script[200];

        snprintf(script, sizeof script, "BEGIN; UPDATE move SET %s WHERE number = 2", changes[i]);
        sql(script);
        r = verify();
        if (strncmp(changes[i], "chain", 5) != 0 || r.broken) { /* a first digit may be 0 already */
            assert_non_null(r.broken);
            assert_string_equal(r.broken, "link 2 does not hold: 2.1, C-2, rule sue");
        }
        sql("ROLLBACK");
    }
    sql("UPDATE finding SET subject = 'C-9' WHERE id = 1");
    assert_string_equal(verify().broken, "link 1 does not hold: 1.1, C-9, rule sue");
}

static void a_move_taken_away_is_missed(void **ignored)
{
    (void)ignored;
    move("C-1", 0, "BM");
    move("C-2", 0, "BM");
    move("C-3", 0, "BM");
    sql("BEGIN; DELETE FROM move WHERE number = 2");
    assert_string_equal(verify().broken, "link 2 is missing: after it comes 3.1");
    sql("ROLLBACK; BEGIN; DELETE FROM move WHERE number = 3");
    assert_string_equal(verify().broken, "the chain ends too early: after link 2 there were more");
    sql("ROLLBACK");
    assert_null(verify().broken);
}

/* A text cannot take a byte from its neighbour. */
static void values_do_not_run_together(void **ignored)
{
    (void)ignored;
    move("C-1", 0, "BM");
    sql("UPDATE move SET unit = 'BMa', owner = 'nn'");
    assert_non_null(verify().broken);
}

static void moves_of_before_are_counted_and_the_chain_goes_on(void **ignored)
{
    struct chain_report r;

    (void)ignored;
    move("C-1", 0, "BM");
    move("C-2", 0, "BM");
    /* as the migration leaves moves whose links nobody can compute again */
    sql("UPDATE move SET chain = 'old' || number; UPDATE setting SET value = 'old2'"
        " WHERE key = 'chain'; UPDATE setting SET value = '3' WHERE key = 'chain_from';"
        "INSERT INTO setting VALUES ('chain_before', 'old2')");
    move("C-3", 0, "BM");
    r = verify();
    assert_null(r.broken);
    assert_int_equal(r.before, 2);
    assert_int_equal(r.links, 1);
    sql("UPDATE setting SET value = 'old1' WHERE key = 'chain_before'");
    assert_non_null(verify().broken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_move_carries_what_is_believed_after_it, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_chain_holds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_change_of_a_move_breaks_its_link, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_move_taken_away_is_missed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(values_do_not_run_together, set_up, tear_down),
        cmocka_unit_test_setup_teardown(moves_of_before_are_counted_and_the_chain_goes_on, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
