/* ingest/payload: spooled payloads into a dataset on a real database. */
#include "lib/ask.h"
#include "lib/test.h"

#include "base/text.h"
#include "db/schema.h"
#include "ingest/payload.h"
#include "ingest/table.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define START (20000 * DAY)

/* %s: more of the sources east, west and log. */
static const char config[] =
    "operators = { channel = \"files\"; to = \"ops@example.gov\"; };\n"
    "channels = ( { name = \"files\"; type = \"maildir\"; path = \"/nowhere\"; } );\n"
    "routes = ( { channel = \"files\"; to = \"ops@example.gov\"; } );\n"
    "datasets = ( { id = \"cases\"; key = \"case_no\"; columns = { case_no = \"text\";\n"
    "    opened_on = { type = \"date\"; required = true; }; seen_at = \"datetime\";\n"
    "    assessed = \"money\"; status = \"text\"; };\n"
    "    guard = { min_rows = 1; max_shrink = \"50%%\"; max_rejects = \"60%%\"; }; } );\n"
    "sources = ( { id = \"east\"; dataset = \"cases\"; url = \"file:///east\"; %s },\n"
    "            { id = \"west\"; dataset = \"cases\"; url = \"file:///west\"; } );\n";

static struct arena *arena;
static struct settings *settings;
static struct db *data;
static struct ingest_report report;
static struct pull last; /* as ingest left it */

static void configure(const char *more)
{
    struct problems p = { 0 };
    char *text = arena_print(arena, config, more), said[400];

    settings = settings_load(test_write("ingest.conf", text, strlen(text)), arena, &p);
    if (p.errors)
        fail_msg("%s", problem_text(&p.all[0], said, sizeof said));
    problems_free(&p);
}

static int set_up(void **state)
{
    static int count;
    const char *dir = test_path(count++ % 2 ? "odd" : "even");
    struct error e = { 0 };

    (void)state;
    arena = arena_new();
    mkdir(dir, 0750);
    unlink(arena_print(arena, "%s/data.db", dir));
    unlink(arena_print(arena, "%s/data.db-wal", dir));
    unlink(arena_print(arena, "%s/data.db-shm", dir));
    configure("");
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

/* Ingests pull `id` again or for the first time, into `report` and `last`. */
static void ingest(int64_t id, bool trusted)
{
    struct error e = { 0 };
    bool found;

    assert_true(pull_get(data, id, arena, &last, &found, &e) && found);
    if (!ingest_payload(data, settings, settings_source(settings, last.source), &last, trusted,
                        &report, &e))
        fail_msg("%s", e.text);
    assert_true(pull_get(data, id, arena, &last, &found, &e) && found);
}

/* T1 with these bytes; returns the pull's id. */
static int64_t fetch(const char *source, const char *bytes)
{
    static int count;
    struct pull p = { .bytes = (int64_t)strlen(bytes), .digest = "d", .etag = "\"e\"" };
    char *name = arena_print(arena, "payload-%d", ++count);
    struct error e;

    p.path = test_write(name, bytes, strlen(bytes));
    assert_true(
        source_fetched(data, settings_source(settings, source), &p, 0, START + count * HOUR, &e));
    assert_true(pull_waiting(data, arena, &p, &e));
    return p.id;
}

static void pull(const char *source, const char *bytes)
{
    ingest(fetch(source, bytes), false);
}

#define HEAD "case_no,opened_on,seen_at,assessed,status\n"

/* What a query says, its rows joined by "; ". */
static const char *ask(const char *sql)
{
    return test_ask(data, sql, arena);
}

/* Key and status of each row, with "gone 3" when it is. */
static const char *rows(void)
{
    return ask("SELECT case_no || ' ' || coalesce(status, '-') || coalesce(' gone ' || _gone, '')"
               " FROM cases ORDER BY case_no");
}

static int64_t version(void)
{
    struct error e;
    int64_t v;

    assert_true(ingest_version(data, &v, &e));
    return v;
}

static void expect(enum ingest_result result, int64_t added, int64_t changed, int64_t gone)
{
    if (report.result != result)
        fail_msg("result %d: %s", (int)report.result, report.why.text);
    assert_int_equal(report.added, added);
    assert_int_equal(report.changed, changed);
    assert_int_equal(report.gone, gone);
    assert_int_equal(last.added, added);
    assert_int_equal(last.changed, changed);
    assert_int_equal(last.gone, gone);
}

#define C1 "C1,2024-02-29,2025-03-03T10:00:00+02:00,\"1,000.50\",open\n"
#define C2 "C2,2024-03-01,,,open\n"
#define C3 "C3,2024-03-02,,7,open\n"

static void a_first_load_has_typed_rows_that_know_where_they_come_from(void **state)
{
    (void)state;
    assert_int_equal(version(), 0);
    pull("east", HEAD C1 C2);
    expect(INGEST_GOOD, 2, 0, 0);
    assert_true(report.version_moved);
    assert_string_equal(last.state, "INGESTED");
    assert_int_equal(last.records, 2);
    assert_int_equal(last.version, 1);
    assert_int_equal(version(), 1);
    assert_string_equal(ask("SELECT concat FROM (SELECT opened_on || ' ' || seen_at || ' ' ||"
                            " _offset_seen_at || ' ' || assessed AS concat FROM cases"
                            " WHERE case_no = 'C1')"),
                        "2024-02-29 1740988800000000 120 100050");
    assert_string_equal(ask("SELECT _source || ' ' || _pull || ' ' || _line || ' ' || _version"
                            " || ' ' || _raw FROM cases WHERE case_no = 'C2'"),
                        "east 1 3 1 C2,2024-03-01,,,open");
    assert_string_equal(ask("SELECT assessed FROM cases WHERE case_no = 'C2'"), "null");
    assert_string_equal(ask("SELECT good_pull || ' ' || etag || ' ' || (mapping IS NOT NULL)"
                            " FROM source WHERE id = 'east'"),
                        "1 \"e\" 1");
}

static void a_changed_row_keeps_what_it_was(void **state)
{
    (void)state;
    pull("east", HEAD C1 C2);
    pull("east", HEAD C2 "C1,2024-02-29,2025-03-03T10:00:00+02:00,2000,closed\n");
    expect(INGEST_GOOD, 0, 1, 0);
    assert_int_equal(version(), 2);
    assert_string_equal(rows(), "C1 closed; C2 open");
    assert_string_equal(ask("SELECT dataset || ' ' || key || ' ' || version || ' ' || pull || ' '"
                            " || line || ' ' || was FROM row_version"),
                        "cases C1 2 1 2 {\"assessed\":\"100050\",\"status\":\"open\"}");
    assert_string_equal(ask("SELECT _version || ' ' || _pull || ' ' || _line FROM cases ORDER BY"
                            " case_no"),
                        "2 2 3; 1 1 3");
}

static void what_a_row_was_is_forgotten_in_its_time(void **state)
{
    struct error e;
    int64_t second;

    (void)state;
    pull("east", HEAD C1);
    pull("east", HEAD "C1,2024-02-29,,,second\n");
    second = last.at;
    pull("east", HEAD "C1,2024-02-29,,,third\n");
    pull("east", HEAD "C1,2024-02-29,,,fourth\n");
    assert_string_equal(ask("SELECT version FROM row_version ORDER BY version"), "2; 3; 4");
    assert_true(table_forget(data, second, &e));
    assert_string_equal(ask("SELECT version FROM row_version ORDER BY version"), "2; 3; 4");
    assert_true(table_forget(data, second + 1, &e));
    assert_string_equal(ask("SELECT version FROM row_version ORDER BY version"), "3; 4");
    assert_true(table_forget(data, second + 1000 * DAY, &e)); /* none has come since */
    assert_string_equal(ask("SELECT version FROM row_version ORDER BY version"), "3; 4");
    assert_string_equal(rows(), "C1 fourth");
}

static void a_value_that_came_or_went_is_a_change(void **state)
{
    (void)state;
    pull("east", HEAD C2);
    pull("east", HEAD "C2,2024-03-01,,5,\n");
    expect(INGEST_GOOD, 0, 1, 0);
    assert_string_equal(ask("SELECT was FROM row_version"),
                        "{\"assessed\":null,\"status\":\"open\"}");
}

static void the_version_moves_only_when_something_changed(void **state)
{
    (void)state;
    pull("east", HEAD C1 C2);
    pull("east", HEAD C2 C1); /* another order */
    expect(INGEST_GOOD, 0, 0, 0);
    assert_false(report.version_moved);
    pull("east", HEAD "C1 ,2024-02-29,2025-03-03T08:00:00Z,1000.5,open\n" C2); /* other bytes */
    expect(INGEST_GOOD, 0, 0, 0);
    assert_false(report.version_moved);
    assert_int_equal(version(), 1);
    assert_int_equal(last.version, 1);
    assert_string_equal(ask("SELECT max(_version) FROM cases"), "1");
    assert_string_equal(ask("SELECT count(*) FROM row_version"), "0");
}

static void a_record_whose_bytes_are_known_is_not_parsed(void **state)
{
    struct error e;

    (void)state;
    pull("east", HEAD C1 C2);
    assert_true(db_script(data, "UPDATE cases SET status = 'by hand' WHERE case_no = 'C2'", &e));
    pull("east", HEAD C3 C2 C1);
    expect(INGEST_GOOD, 1, 0, 0);
    assert_string_equal(rows(), "C1 open; C2 by hand; C3 open");
    assert_string_equal(ask("SELECT _pull || ' ' || _line FROM cases ORDER BY case_no"),
                        "1 2; 1 3; 2 2");
}

static void an_edited_mapping_reads_the_same_bytes_again(void **state)
{
    const char *before;

    (void)state;
    pull("east", "case_no,opened_on,state\nC1,2024-02-29,open\n");
    assert_string_equal(rows(), "C1 -");
    before = ask("SELECT mapping FROM source");
    configure("map = { status = \"state\"; };");
    pull("east", "case_no,opened_on,state\nC1,2024-02-29,open\n");
    expect(INGEST_GOOD, 0, 1, 0);
    assert_string_equal(rows(), "C1 open");
    assert_string_not_equal(ask("SELECT mapping FROM source"), before);
}

static void a_row_that_left_is_asked_for(void **state)
{
    (void)state;
    pull("east", HEAD C1 C2 C3);
    pull("east", HEAD C1 C2);
    expect(INGEST_GOOD, 0, 0, 1);
    assert_int_equal(version(), 2);
    assert_string_equal(rows(), "C1 open; C2 open; C3 open gone 2");
    assert_string_equal(ask("SELECT _version FROM cases WHERE case_no = 'C3'"), "2");
    pull("east", HEAD C2 C1);
    expect(INGEST_GOOD, 0, 0, 0); /* once is enough */
    assert_int_equal(version(), 2);
}

static void where_leaving_means_closed_a_row_that_left_is_marked_so(void **state)
{
    (void)state;
    configure("gone = \"closed\";");
    pull("east", HEAD C1 C2 C3);
    pull("east", HEAD C1 C2);
    expect(INGEST_GOOD, 0, 0, 1);
    assert_string_equal(rows(), "C1 open; C2 open; C3 open gone -2");
}

static void where_leaving_means_nothing_the_row_stays(void **state)
{
    (void)state;
    configure("gone = \"ignore\";");
    pull("east", HEAD C1 C2 C3);
    pull("east", HEAD C1 C2);
    expect(INGEST_GOOD, 0, 0, 1);
    assert_false(report.version_moved);
    assert_string_equal(rows(), "C1 open; C2 open; C3 open");
}

static void a_row_that_returns_is_there_again(void **state)
{
    (void)state;
    pull("east", HEAD C1 C2 C3);
    pull("east", HEAD C1);
    assert_int_equal(report.result, INGEST_HELD); /* two of three are too many at once */
    pull("east", HEAD C1 C2);
    pull("east", HEAD C1 C2 C3); /* the same bytes */
    expect(INGEST_GOOD, 0, 1, 0);
    assert_string_equal(rows(), "C1 open; C2 open; C3 open");
    assert_int_equal(version(), 3);
    pull("east", HEAD C1 C2);
    pull("east", HEAD C1 C2 "C3,2024-03-02,,7,shut\n"); /* and other ones */
    expect(INGEST_GOOD, 0, 1, 0);
    assert_string_equal(rows(), "C1 open; C2 open; C3 shut");
    assert_string_equal(ask("SELECT was FROM row_version ORDER BY version"),
                        "{\"_gone\":null}; {\"_gone\":3}; {\"_gone\":null}; "
                        "{\"status\":\"open\",\"_gone\":\"5\"}");
}

static void a_source_of_changes_speaks_only_of_what_it_brings(void **state)
{
    (void)state;
    configure("content = \"changes\";");
    pull("east", HEAD C1 C2);
    pull("east", HEAD "C2,2024-03-01,,,shut\n");
    expect(INGEST_GOOD, 0, 1, 0);
    assert_string_equal(rows(), "C1 open; C2 shut");
    pull("east", HEAD); /* nothing new is no reason to hold it */
    expect(INGEST_GOOD, 0, 0, 0);
}

static void a_snapshot_speaks_only_for_the_rows_of_its_source(void **state)
{
    (void)state;
    pull("east", HEAD C1 C2);
    pull("west", HEAD C3);
    expect(INGEST_GOOD, 1, 0, 0);
    assert_string_equal(rows(), "C1 open; C2 open; C3 open");
    pull("east", HEAD C1);
    expect(INGEST_GOOD, 0, 0, 1);
    assert_string_equal(rows(), "C1 open; C2 open gone 3; C3 open");
}

static void a_row_handed_to_another_source_does_not_leave_with_the_first(void **state)
{
    (void)state;
    pull("east", HEAD C1 C2);
    pull("west", HEAD C2);
    expect(INGEST_GOOD, 0, 0, 0); /* the same values: nothing to judge */
    assert_string_equal(ask("SELECT _source FROM cases ORDER BY case_no"), "east; east");
    pull("east", HEAD C1);
    expect(INGEST_GOOD, 0, 0, 0);
    assert_string_equal(ask("SELECT _source FROM cases ORDER BY case_no"), "east; west");
    assert_string_equal(rows(), "C1 open; C2 open");
    assert_string_equal(ask("SELECT count(*) FROM other_record"), "0");
}

static void rows_taken_over_do_not_hide_that_its_own_are_missing(void **state)
{
    (void)state;
    pull("east", HEAD C1 C2);
    pull("west", HEAD C3);
    pull("west", HEAD C1 C2);
    assert_int_equal(report.result, INGEST_HELD);
    assert_string_equal(report.why.text,
                        "1 of 1 known rows (100.0%) is missing, max_shrink is 50%");
}

#define O(key, office) key ",2024-02-29,,," office "\n"

static void a_part_speaks_only_for_the_values_that_it_carries(void **state)
{
    (void)state;
    configure("part = \"status\";");
    pull("east", HEAD O("C1", "nord") O("C2", "nord") O("C3", "sud") O("C4", ""));
    expect(INGEST_GOOD, 4, 0, 0);
    pull("east", HEAD O("C2", "nord"));
    expect(INGEST_GOOD, 0, 0, 1);
    assert_string_equal(rows(), "C1 nord gone 2; C2 nord; C3 sud; C4 -");
    ingest(fetch("east", HEAD O("C5", "") O("C6", "west")), true);
    expect(INGEST_GOOD, 2, 0, 1); /* rows without an office are a part too */
    assert_string_equal(rows(), "C1 nord gone 2; C2 nord; C3 sud; C4 - gone 3; C5 -; C6 west");
    pull("west", HEAD O("C7", "nord"));
    pull("east", HEAD O("C1", "nord") O("C2", "nord"));
    assert_string_equal(rows(), /* nor for those of another source */
                        "C1 nord; C2 nord; C3 sud; C4 - gone 3; C5 -; C6 west; C7 nord");
}

static void only_what_is_missing_from_its_parts_makes_the_guard_doubt(void **state)
{
    (void)state;
    configure("part = \"status\";");
    pull("east", HEAD O("C1", "nord") O("C2", "nord") O("C3", "nord") O("C4", "sud"));
    pull("east", HEAD O("C4", "sud"));
    expect(INGEST_GOOD, 0, 0, 0);
    pull("east", HEAD O("C1", "nord"));
    assert_int_equal(report.result, INGEST_HELD);
    assert_string_equal(report.why.text,
                        "2 of 3 known rows (66.7%) are missing, max_shrink is 50%");
    pull("east", HEAD O("C4", "nord") O("C1", "nord") O("C2", "nord")); /* moved */
    expect(INGEST_GOOD, 0, 1, 1);
    assert_string_equal(rows(), "C1 nord; C2 nord; C3 nord gone 4; C4 nord");
}

static void the_first_of_two_records_with_one_key_is_kept(void **state)
{
    (void)state;
    pull("east", HEAD C1 C2 "C2,2024-03-01,,,shut\n" C2);
    expect(INGEST_GOOD, 2, 0, 0);
    assert_int_equal(report.rejects, 2);
    assert_string_equal(rows(), "C1 open; C2 open");
    assert_string_equal(ask("SELECT line || ' ' || field || ' ' || coalesce(value, '-') || ' ' ||"
                            " reason FROM reject ORDER BY line"),
                        "4 case_no C2 this key stands in the payload before; the first record is "
                        "kept; 5 case_no - the same record stands in the payload before");
}

static void a_reject_is_kept_with_line_field_value_reason_and_record(void **state)
{
    (void)state;
    pull("east", HEAD C1 "C4,31/02/2025,,abc,open\n" C2 "C5,2024-01-01\n");
    expect(INGEST_GOOD, 2, 0, 0);
    assert_int_equal(report.rejects, 2);
    assert_int_equal(last.records, 4);
    assert_int_equal(last.rejects, 2);
    assert_string_equal(
        ask("SELECT pull || ' ' || line || ' ' || field || ' ' || value || ' ' || reason || ' ' ||"
            " raw FROM reject WHERE line = 3 ORDER BY field"),
        "1 3 assessed abc 'abc' is not an amount of money (1,234.56) C4,31/02/2025,,abc,open; 1 3 "
        "opened_on "
        "31/02/2025 '31/02/2025' is not a date (yyyy-mm-dd) C4,31/02/2025,,abc,open");
    assert_string_equal(ask("SELECT coalesce(field, '-') || ' ' || raw FROM reject WHERE line = 5"),
                        "- C5,2024-01-01");
    pull("east", HEAD C1 C2); /* each pull has its own */
    assert_string_equal(ask("SELECT count(DISTINCT pull) FROM reject"), "1");
}

static void of_very_many_rejects_ten_thousand_are_kept_and_all_counted(void **state)
{
    AUTO_TEXT t = { 0 };

    (void)state;
    text_add(&t, HEAD);
    for (int i = 0; i < 10100; i++)
        text_addf(&t, "G%d,2024-01-01,,,open\n", i);
    for (int i = 0; i < 10100; i++)
        text_addf(&t, "B%d,never,,,open\n", i);
    pull("east", text_of(&t));
    expect(INGEST_GOOD, 10100, 0, 0);
    assert_int_equal(last.rejects, 10100);
    assert_string_equal(ask("SELECT count(*) || ' ' || max(line) FROM reject"), "10000 20101");
}

static void what_the_guard_does_not_believe_is_held_and_changes_nothing(void **state)
{
    (void)state;
    pull("east", HEAD C1 C2 C3);
    pull("east", HEAD "C1,2024-02-29,,,shut\nC4,never,,,open\n");
    assert_int_equal(report.result, INGEST_HELD);
    assert_int_equal(last.gone, 2);
    assert_int_equal(last.rejects, 1);
    assert_string_equal(report.why.text,
                        "2 of 3 known rows (66.7%) are missing, max_shrink is 50%");
    assert_string_equal(last.state, "HELD");
    assert_string_equal(last.reason, report.why.text);
    assert_string_equal(rows(), "C1 open; C2 open; C3 open");
    assert_int_equal(version(), 1);
    assert_string_equal(ask("SELECT count(*) FROM row_version"), "0");
    assert_string_equal(ask("SELECT line FROM reject"), "3"); /* what is wrong with it is kept */
    assert_string_equal(ask("SELECT good_pull || ' ' || held_pull || ' ' || error FROM source"),
                        "1 2 2 of 3 known rows (66.7%) are missing, max_shrink is 50%");
}

static void what_a_person_released_goes_in_unasked(void **state)
{
    (void)state;
    pull("east", HEAD C1 C2 C3);
    pull("east", HEAD C1);
    assert_int_equal(report.result, INGEST_HELD);
    ingest(2, true);
    expect(INGEST_GOOD, 0, 0, 2);
    assert_string_equal(last.state, "INGESTED");
    assert_null(last.reason);
    assert_string_equal(rows(), "C1 open; C2 open gone 2; C3 open gone 2");
    assert_string_equal(ask("SELECT good_pull || ' ' || coalesce(held_pull, '-') || ' ' ||"
                            " coalesce(error, '-') FROM source"),
                        "2 - -");
}

static void the_next_good_pull_discards_a_held_one(void **state)
{
    (void)state;
    pull("east", HEAD C1 C2 C3);
    pull("east", HEAD C1);
    pull("east", HEAD C1 C2 C3);
    expect(INGEST_GOOD, 0, 0, 0);
    assert_string_equal(ask("SELECT state FROM pull ORDER BY id"), "INGESTED; DISCARDED; INGESTED");
    assert_string_equal(ask("SELECT coalesce(held_pull, '-') FROM source"), "-");
}

static void what_cannot_be_read_is_refused_and_changes_nothing(void **state)
{
    static const struct {
        const char *bytes, *why;
    } bad[] = {
        { "", "empty" },
        { "<!DOCTYPE html><title>Sign in</title>\n", "HTML" },
        { "case_no,status\nC1,open\n", "opened_on" },
        { HEAD C1 "C2,2024-03-01,,,\"open\n", "quote" }, /* after a good record */
    };

    (void)state;
    pull("east", HEAD "C1,2024-02-29,,,before\n");
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        pull("east", bad[i].bytes);
        assert_int_equal(report.result, INGEST_REFUSED);
        if (!strstr(report.why.text, bad[i].why))
            fail_msg("%s is not in: %s", bad[i].why, report.why.text);
        assert_string_equal(last.state, "REFUSED");
        assert_string_equal(last.reason, report.why.text);
    }
    assert_string_equal(rows(), "C1 before");
    assert_int_equal(version(), 1);
    assert_string_equal(ask("SELECT good_pull || ' ' || coalesce(held_pull, '-') FROM source"),
                        "1 -");
}

static bool fail_commit(void *seen, const char *what, const char *file, struct error *e)
{
    (void)seen;
    (void)file;
    return strcmp(what, "commit") != 0 || error_set(e, ERROR_RETRY, "the disk is full");
}

static void a_commit_that_fails_leaves_the_pull_waiting(void **state)
{
    int64_t id = fetch("east", HEAD C1);
    struct error e;
    bool found;

    (void)state;
    assert_true(pull_get(data, id, arena, &last, &found, &e) && found);
    db_set_fault(fail_commit, NULL);
    found = ingest_payload(data, settings, settings_source(settings, "east"), &last, false, &report,
                           &e);
    db_set_fault(NULL, NULL);
    assert_false(found);
    assert_int_equal(e.class, ERROR_RETRY);
    assert_string_equal(e.text, "source east: pull 1: commit: the disk is full");
    assert_string_equal(rows(), "");
    assert_string_equal(ask("SELECT state FROM pull"), "FETCHED");
    ingest(id, false); /* and later it goes in */
    expect(INGEST_GOOD, 1, 0, 0);
}

static void a_payload_that_is_gone_is_said_to_be(void **state)
{
    struct error e;
    bool found;

    (void)state;
    pull("east", HEAD C1);
    assert_true(db_script(data, "UPDATE pull SET path = NULL", &e));
    assert_true(pull_get(data, 1, arena, &last, &found, &e) && found);
    assert_false(ingest_payload(data, settings, settings_source(settings, "east"), &last, true,
                                &report, &e));
    assert_int_equal(e.class, ERROR_INPUT);
    assert_string_equal(e.text, "pull 1: its payload is no longer kept");
}

static void the_same_bytes_give_the_same_rows(void **state)
{
    const char *before;

    (void)state;
    pull("east", HEAD C1 C2 "C4,never,,,open\n");
    before = ask("SELECT case_no || opened_on || _hash || _version || _line FROM cases");
    ingest(1, false);
    assert_string_equal(ask("SELECT case_no || opened_on || _hash || _version || _line FROM cases"),
                        before);
    assert_string_equal(ask("SELECT count(*) FROM reject"), "1");
    assert_int_equal(version(), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_first_load_has_typed_rows_that_know_where_they_come_from),
        TEST(a_changed_row_keeps_what_it_was),
        TEST(what_a_row_was_is_forgotten_in_its_time),
        TEST(a_value_that_came_or_went_is_a_change),
        TEST(the_version_moves_only_when_something_changed),
        TEST(a_record_whose_bytes_are_known_is_not_parsed),
        TEST(an_edited_mapping_reads_the_same_bytes_again),
        TEST(a_row_that_left_is_asked_for),
        TEST(where_leaving_means_closed_a_row_that_left_is_marked_so),
        TEST(where_leaving_means_nothing_the_row_stays),
        TEST(a_row_that_returns_is_there_again),
        TEST(a_source_of_changes_speaks_only_of_what_it_brings),
        TEST(a_snapshot_speaks_only_for_the_rows_of_its_source),
        TEST(a_row_handed_to_another_source_does_not_leave_with_the_first),
        TEST(rows_taken_over_do_not_hide_that_its_own_are_missing),
        TEST(a_part_speaks_only_for_the_values_that_it_carries),
        TEST(only_what_is_missing_from_its_parts_makes_the_guard_doubt),
        TEST(the_first_of_two_records_with_one_key_is_kept),
        TEST(a_reject_is_kept_with_line_field_value_reason_and_record),
        TEST(of_very_many_rejects_ten_thousand_are_kept_and_all_counted),
        TEST(what_the_guard_does_not_believe_is_held_and_changes_nothing),
        TEST(what_a_person_released_goes_in_unasked),
        TEST(the_next_good_pull_discards_a_held_one),
        TEST(what_cannot_be_read_is_refused_and_changes_nothing),
        TEST(a_commit_that_fails_leaves_the_pull_waiting),
        TEST(a_payload_that_is_gone_is_said_to_be),
        TEST(the_same_bytes_give_the_same_rows),
    };

    return cmocka_run_group_tests_name("payload", tests, NULL, NULL);
}
