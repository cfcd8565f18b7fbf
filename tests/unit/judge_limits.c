/* Limits of a rule: its front, and the cases on which it may fail; and that what it reads has none.
 */
#include "lib/arena.h"
#include "lib/test.h"

#include "base/text.h"
#include "db/schema.h"
#include "ingest/table.h"
#include "judge/compare.h"
#include "judge/front.h"
#include "judge/rule.h"

#include <string.h>

#define COLUMNS 300 /* of the wide dataset */
#define OTHERS 40   /* further datasets of so many columns */

static const char rules[] =
    "ladders = ( { name = \"l\"; rungs = ( { at = \"-1 day\"; } ); } );\n"
    "subjects = ( { name = \"case\"; from = \"cases\"; } );\n"
    "rules = ( { id = \"sol\"; subject = \"case\"; ladder = \"l\"; title = \"t\"; law = \"l\";\n"
    "    remedy = \"r\"; deadline = { front = ( \"entries\", \"parties\" ); party = \"name\";\n"
    "    after = \"entry_on\"; term = \"5 years\"; item = \"id\"; }; },\n"
    "  { id = \"fails\"; subject = \"case\"; ladder = \"l\"; title = \"t\"; law = \"l\";\n"
    "    remedy = \"r\"; applies = \"abs(n) >= 0\";\n"
    "    deadline = { after = \"opened_on\"; term = \"5 years\"; }; } );\n";

static const char datasets[] =
    "operators = { channel = \"files\"; to = \"ops@example.gov\"; };\n"
    "channels = ( { name = \"files\"; type = \"maildir\"; path = \"/nowhere\"; } );\n"
    "routes = ( { channel = \"files\"; to = \"ops@example.gov\"; } );\n"
    "datasets = ( { id = \"cases\"; key = \"no\"; columns = { no = \"text\"; n = \"integer\";\n"
    "    opened_on = \"date\"; }; },\n"
    "  { id = \"entries\"; key = \"id\"; columns = { id = \"text\"; entry_on = \"date\";\n"
    "    case_no = { type = \"text\"; refers = \"cases\"; }; }; },\n"
    "  { id = \"parties\"; key = \"id\"; columns = { id = \"text\"; name = \"text\";\n"
    "    case_no = { type = \"text\"; refers = \"cases\"; }; }; }";

static const char *cases[] = { "I-0", "I-1", "P-0", "P-1", "D-0", "D-1" };

static struct settings *settings;
static struct cage *cage;
static struct rulebook *book;

static void add_dataset(struct text *t, const char *id, int columns)
{
    text_addf(t, ",\n{ id = \"%s\"; key = \"c0\"; columns = {", id);
    for (int i = 0; i < columns; i++)
        text_addf(t, " c%d = \"%s\";", i, i == columns - 1 ? "integer" : "text");
    text_add(t, " }; }");
}

/* `count` rows of `dataset` that belong to case `no`. */
static void add_rows(struct text *t, const char *dataset, const char *column, const char *value,
                     const char *no, int count)
{
    text_addf(t,
              "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
              " INSERT INTO %s (id, case_no, %s, _source, _hash, _version, _pull, _line)"
              " SELECT '%s/' || i, '%s', %s, 's', 1, 1, 1, 2 FROM n;",
              count, dataset, column, no, no, value);
}

static void add_case(struct text *t, const char *no, const char *n)
{
    text_addf(t,
              "INSERT INTO cases (no, n, opened_on, _source, _hash, _version, _pull, _line) VALUES"
              " ('%s', %s, '2024-03-01', 's', 1, 1, 1, 2);",
              no, n);
}

static void add_fronts(struct text *t)
{
    static const int counts[][2] = { { FRONT_ITEMS_MAX, 1 },         { FRONT_ITEMS_MAX + 1, 1 },
                                     { 1, FRONT_PARTIES_MAX },       { 1, FRONT_PARTIES_MAX + 1 },
                                     { FRONT_DATES_MAX / 100, 100 }, { 9901, 101 } };

    assert_int_equal(9901 * 101, FRONT_DATES_MAX + 1);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        add_case(t, cases[i], "1");
        add_rows(t, "entries", "entry_on", "'2024-03-01'", cases[i], counts[i][0]);
        add_rows(t, "parties", "name", "'Party ' || i", cases[i], counts[i][1]);
    }
}

static const char *config(void)
{
    AUTO_TEXT t = { 0 };

    text_add(&t, datasets);
    add_dataset(&t, "wide", COLUMNS);
    for (int i = 0; i < OTHERS; i++)
        add_dataset(&t, arena_print(arena, "other%d", i), OTHERS);
    text_addf(&t, " );\nsources = ( { id = \"cases\"; url = \"file:///c\"; } );\n%s", rules);
    return test_write("limits.conf", text_of(&t), t.size);
}

static int set_up(void **state)
{
    struct problems p = { 0 };
    AUTO_TEXT tables = { 0 };
    struct error e;
    char said[400];

    arena_set_up(state);
    settings = settings_load(config(), arena, &p);
    text_add(&tables, schema_derived);
    for (LIST_EACH(struct dataset, d, &settings->datasets))
        table_ddl(d, &tables);
    add_fronts(&tables);
    add_case(&tables, "bad", "-9223372036854775807 - 1"); /* abs() of which there is none */
    add_case(&tables, "good", "1");
    if (!cage_open(NULL, text_of(&tables), settings, &cage, &e))
        fail_msg("%s", e.text);
    book = rulebook_build(settings, cage, arena, &p);
    if (p.errors)
        fail_msg("%s", problem_text(&p.all[0], said, sizeof said));
    problems_free(&p);
    return 0;
}

static int tear_down(void **state)
{
    rulebook_close(book);
    cage_close(cage);
    return arena_tear_down(state);
}

static bool keep(void *data, const struct observation *o, struct error *e)
{
    (void)e;
    *(struct observation *)data = *o;
    return true;
}

static struct observation observe(const char *rule, const char *subject)
{
    const struct setting_of known = { .today = date_of(2025, 3, 3), .settings = settings };
    struct observation o;
    struct error e;

    if (!observe_subject(rulebook_rule(book, rule), subject, &known, arena, keep, &o, &e))
        fail_msg("%s", e.text);
    return o;
}

static void is_counted(const char *subject, int items, int parties)
{
    struct observation o = observe("sol", subject);

    assert_int_equal(o.answer, ANSWER_PENDING);
    assert_int_equal(o.front->items, items);
    assert_int_equal(o.front->parties, parties);
    assert_int_equal(o.front->next, items);
}

static void is_unknown(const char *subject, const char *ask)
{
    struct observation o = observe("sol", subject);

    assert_int_equal(o.answer, ANSWER_UNKNOWN);
    assert_null(o.front);
    assert_string_equal(o.ask, ask);
}

static void a_front_has_so_many_rows(void **state)
{
    (void)state;
    is_counted("I-0", FRONT_ITEMS_MAX, 1);
    is_unknown("I-1", "no more than 100000 entries: more cannot be counted");
}

static void a_front_has_so_many_parties(void **state)
{
    (void)state;
    is_counted("P-0", 1, FRONT_PARTIES_MAX);
    is_unknown("P-1", "no more than 256 parties: more cannot be counted");
}

static void a_front_has_so_many_dates(void **state)
{
    (void)state;
    is_counted("D-0", FRONT_DATES_MAX / 100, 100);
    is_unknown("D-1", "no more than 1000000 dates: more cannot be counted");
}

static void a_rule_fails_so_often(void **state)
{
    struct observation o;

    (void)state;
    for (int i = 0; i < RULE_FAILURES_MAX; i++) {
        o = observe("fails", "good");
        assert_int_equal(o.answer, ANSWER_PENDING);
        o = observe("fails", "bad");
        assert_int_equal(o.answer, ANSWER_UNKNOWN);
        assert_string_equal(o.ask, "a rule that works: fails integer overflow");
    }
    o = observe("fails", "good");
    assert_int_equal(o.answer, ANSWER_UNKNOWN);
    assert_string_equal(o.ask, "a rule that works: fails integer overflow");
}

/* --- what has no limit --- */

static struct reads reads_in(const char *dataset, const struct text *expression)
{
    struct reads r = { 0 };
    struct error e;

    if (!cage_check(cage, settings_dataset(settings, dataset), text_of(expression), CAGE_NOTHING,
                    &r, arena, &e))
        fail_msg("%s", e.text);
    return r;
}

static void each_column_that_is_read_is_known(void **state)
{
    AUTO_TEXT t = { 0 };
    struct reads r;

    (void)state;
    for (int i = 0; i < COLUMNS; i++)
        text_addf(&t, "%sc%d", i ? ", " : "1 IN (", i);
    text_add(&t, ")");
    r = reads_in("wide", &t);
    assert_int_equal(r.own.count, COLUMNS);
    assert_int_equal(r.other_count, 0);
    for (int i = 0; i < COLUMNS; i++)
        assert_true(reads_column(&r.own, arena_print(arena, "c%d", i)));
}

static void each_column_of_each_other_dataset_that_is_read_is_known(void **state)
{
    AUTO_TEXT t = { 0 };
    struct reads r;

    (void)state;
    for (int n = 0; n < OTHERS; n++) {
        text_addf(&t, "%s(SELECT max(1 IN (c0", n ? ", " : "1 IN (");
        for (int i = 1; i < OTHERS; i++)
            text_addf(&t, ", c%d", i);
        text_addf(&t, ")) FROM other%d)", n);
    }
    text_add(&t, ")");
    r = reads_in("wide", &t);
    assert_int_equal(r.own.count, 0);
    assert_int_equal(r.other_count, OTHERS);
    for (int n = 0; n < OTHERS; n++)
        assert_int_equal(reads_of(&r, arena_print(arena, "other%d", n))->count, OTHERS);
    assert_null(reads_of(&r, "cases"));
}

static bool compares(const struct text *expression)
{
    struct error e;

    return compare_check(settings, settings_dataset(settings, "wide"), text_of(expression), &e);
}

/* The last of them is a number, which is no text. */
static void a_function_is_known_by_all_of_its_arguments(void **state)
{
    (void)state;
    for (int count = 8; count < 20; count++) {
        AUTO_TEXT t = { 0 };

        for (int i = 0; i < count; i++)
            text_addf(&t, "%sc%d", i ? ", " : "coalesce(", COLUMNS - 1);
        assert_true(compares(&t));
        text_add(&t, ") = 'x'");
        assert_false(compares(&t));
    }
}

static void a_subquery_is_known_by_all_of_its_datasets(void **state)
{
    (void)state;
    for (int count = 8; count < 20; count++) {
        AUTO_TEXT t = { 0 };

        text_add(&t, "EXISTS (SELECT 1 FROM cases");
        for (int i = 1; i < count; i++)
            text_addf(&t, ", other%d", i);
        text_addf(&t, ", entries WHERE other%d.c%d = 'x')", count - 1, OTHERS - 1);
        assert_false(compares(&t));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_front_has_so_many_rows),
        cmocka_unit_test(a_front_has_so_many_parties),
        cmocka_unit_test(a_front_has_so_many_dates),
        cmocka_unit_test(a_rule_fails_so_often),
        cmocka_unit_test(each_column_that_is_read_is_known),
        cmocka_unit_test(each_column_of_each_other_dataset_that_is_read_is_known),
        cmocka_unit_test(a_function_is_known_by_all_of_its_arguments),
        cmocka_unit_test(a_subquery_is_known_by_all_of_its_datasets),
    };

    return cmocka_run_group_tests_name("judge limits", tests, set_up, tear_down);
}
