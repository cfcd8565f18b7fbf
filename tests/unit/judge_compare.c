/* judge/compare: what is refused, with both types, and that nothing is refused that can hold, as
 * SQLite answers. */
#include "lib/test.h"

#include "base/text.h"
#include "ingest/table.h"
#include "judge/cage.h"
#include "judge/compare.h"
#include "watch/generation.h"

#include <stdio.h>
#include <string.h>

static const char config[] =
    "operators = { channel = \"files\"; to = \"ops@example.gov\"; };\n"
    "channels = ( { name = \"files\"; type = \"maildir\"; path = \"/nowhere\"; } );\n"
    "routes = ( { channel = \"files\"; to = \"ops@example.gov\"; } );\n"
    "datasets = ( { id = \"cases\"; key = \"no\"; columns = { no = \"text\"; word = \"text\";\n"
    "    day_on = \"date\"; end_on = \"date\"; at = \"datetime\"; later = \"datetime\"; fine = "
    "\"money\";\n"
    "    paid = \"money\"; n = \"integer\"; share = \"real\"; ok = \"boolean\"; tags = \"list\"; "
    "}; },\n"
    "  { id = \"acts\"; key = \"id\"; columns = { id = \"text\"; on_day = \"date\"; moment = "
    "\"datetime\";\n"
    "    no = { type = \"text\"; refers = \"cases\"; }; sum = \"money\"; }; } );\n";

static struct generation *generation;
static const struct dataset *cases;
static struct cage *cage;
static struct text rows;

static void add_rows(void)
{
    for (int i = 0; i < 12; i++)
        text_addf(
            &rows,
            "INSERT INTO cases (no, word, day_on, end_on, at, later, fine, paid, n, share, ok, "
            "tags,"
            " _source, _hash, _version, _pull, _line) VALUES ('%d', '%s%d', '20%02d-0%d-1%d',"
            " '20%02d-0%d-1%d', %lld, %lld, %d, %d, %d, %d.5, %d, '[\"a%d\"]', 's', 1, 1, 1, 2);",
            i, i % 3 ? "w" : "", i, 20 + i, i % 9 + 1, i % 7, 31 - i, i % 8 + 1, i % 5,
            1600000000000000LL + i * 31536000000000LL, 1900000000000000LL - i * 31536000000000LL,
            i * 700, 6000 - i * 500, i, 11 - i, i % 2, i % 2);
}

static int set_up(void **state)
{
    struct problems p = { 0 };
    struct error e;
    char said[400];

    (void)state;
    if (!generation_check(test_write("c.conf", config, strlen(config)), NULL, &p, &generation))
        fail_msg("%s", problem_text(&p.all[0], said, sizeof said));
    for (LIST_EACH(struct dataset, d, &generation->settings->datasets))
        table_ddl(d, &rows);
    text_add(&rows, "CREATE TABLE setting (key TEXT, value TEXT);");
    add_rows();
    cases = settings_dataset(generation->settings, "cases");
    if (!cage_open(NULL, text_of(&rows), generation->settings, &cage, &e))
        fail_msg("%s", e.text);
    text_free(&rows);
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

static bool is_good(const char *expression, struct error *e)
{
    return compare_check(generation->settings, cases, expression, e);
}

static void what_no_value_decides_is_refused_with_both_types(void **state)
{
    static const char *const bad[][2] = {
        { "at > day_on", "at is a datetime and day_on is a date" },
        { "at < '2026-04-01'", "at is a datetime and '2026-04-01' is text" },
        { "NOT (n = 1 AND at >= :today)", "at is a datetime and :today is a date" },
        { "at BETWEEN '2026-01-01' AND '2026-12-31'", "and '2026-01-01' is text" },
        { "at IN (later, '2026-01-01')", "and '2026-01-01' is text" },
        { "at IN (SELECT acts.on_day FROM acts)", "at is a datetime" },
        { "at IN (SELECT on_day FROM acts AS a WHERE a.no = cases.no)", "at is a datetime" },
        { "CASE at WHEN '2026-01-01' THEN 1 END", "and '2026-01-01' is text" },
        { "at IS NOT :today", "and :today is a date" },
        { "coalesce(at, later) > date_add(day_on, '5 days')", "is a datetime and date_add(" },
        { "fine > '60.00'", "fine is money and '60.00' is text, which cannot be compared; money(" },
        { "fine = 'much'", "fine is money and 'much' is text" },
        { "fine - paid > word", "fine - paid is money and word is text" },
        { "n = 'five'", "n is a number and 'five' is text" },
        { "count_of('acts') = '5'", "count_of('acts') is a number and '5' is text" },
        { "year(day_on) = '2026'", "is a number and '2026' is text" },
        { "substr(day_on, 1, 4) = 2026", "is text and 2026 is a number" },
        { "day_on > 2026", "day_on is a date and 2026 is a number" },
        { "day_on + 30 < :today", "day_on + 30 is a number and :today is a date" },
        { "day_on = '04/01/2026'", "day_on is a date and '04/01/2026' is text" },
        { "ok = 'yes'", "ok is a boolean and 'yes' is text" },
        { "(n = 1) = word", "(n = 1) is a boolean and word is text" },
        { "tags = 'a'",
          "tags is a list and 'a' is text, which cannot be compared; list_has(tags, 'text')" },
        { "duty('x', 'due') > at", "duty('x', 'due') is a date and at is a datetime" },
        { "duty('x', 'met_on') > duty('x', 'due_at')",
          "is a date and duty('x', 'due_at') is a datetime" },
        { "duty('x', 'amount') > '5,000.00'", "is money and '5,000.00' is text" },
        { "duty('x', 'answer') = 1", "is text and 1 is a number" },
        { "deed('x', 'breached_on') > at", "is a date and at is a datetime" },
        { "deed('x', 'bounced') = 'yes'", "is a number and 'yes' is text" },
        { "EXISTS (SELECT 1 FROM duties WHERE duties.rule = 'x' AND duties.due < at)",
          "duties.due is a date" },
        { "first('acts', 'moment') < day_on", "is a datetime and day_on is a date" },
        { "first('acts', 'moment', sum > 'x') IS NULL", "sum is money and 'x' is text" },
        { "any_of('acts', moment > day_on)", "moment is a datetime and day_on is a date" },
        { "remaining('x') < '30 days'", "is a number and '30 days' is text" },
        { "at > fine", "at is a datetime and fine is money" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct error e = { .text = "nothing" };

        if (is_good(bad[i][0], &e) || e.class != ERROR_SETUP || !strstr(e.text, bad[i][1]))
            fail_msg("%s: %s", bad[i][0], e.text);
    }
}

static void what_can_hold_is_not_refused(void **state)
{
    static const char *const good[] = {
        "day(at) > day_on",
        "at > later",
        "at IS NULL OR at = 0",
        "day_on >= '2026' AND day_on <> ''",
        "day_on < '2026-04'",
        "coalesce(day_on, '') = ''",
        "coalesce(at, '') = ''",
        "n = '5'",
        "no = 17",
        "no = n",
        "word = n",
        "fine > 0",
        "fine > money('60.00')",
        "fine * 2 > paid",
        "share > n",
        "ok",
        "ok = 1",
        "NOT ok",
        "ok IS TRUE",
        "word IS TRUE",
        "tags = ''",
        "list_has(tags, 'a') = 1",
        "duty('x', 'due') < day_on",
        "duty('x', 'due_at') > at",
        "duty('x', 'answer') = 'met'",
        "max(fine, 0) > 10",
        "CASE WHEN n = 1 THEN day_on ELSE end_on END > :today",
        "CASE WHEN n = 1 THEN 'x' ELSE 2 END = 2",
        "(SELECT max(x.on_day) FROM acts x WHERE x.no = cases.no) > day_on",
        "day_on > (SELECT at FROM (SELECT on_day AS at FROM acts))",
        "(WITH a AS (SELECT on_day AS at FROM acts) SELECT max(at) FROM a) > day_on",
        "(SELECT count(*) FROM acts, duties WHERE duties.rule = 'x' AND due > day_on) > 1",
        "n = -1",
        "at - later > 86400 * 1000000",
        "word || n = 'x5'",
        "word COLLATE NOCASE = 'x' AND n = 2",
        "CAST(n AS TEXT) = '5'",
        "CAST(word AS INTEGER) = 5",
        "(n, word) = (1, 'x')",
        "year(at) = 2026",
        "days_between(day_on, :today) > 30 -- 'at' > day_on",
        "word /* at > day_on */ = 'x'",
        "\"word\" = 'x'",
        "nothing.at > day_on",
        "n IN (1, '2')",
        "word IN ('a', 'b')",
        "day_on NOT IN ('2026-01-01')",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        struct error e;

        if (!is_good(good[i], &e))
            fail_msg("%s: %s", good[i], e.text);
    }
}

/* The answers of all rows: bit 0 no, bit 1 yes. */
static int answers(const char *expression)
{
    struct cage_values v = { .today = date_of(2026, 3, 4) };
    struct cage_stmt *s = NULL;
    AUTO_TEXT sql = { 0 };
    struct error e;
    bool row = true;
    int seen = 0;

    text_addf(&sql, "SELECT (%s) FROM cases", expression);
    if (!cage_prepare(cage, text_of(&sql), 1, &s, &e) || !cage_bind(s, &v, &e))
        fail_msg("%s: %s", expression, e.text);
    while (row) {
        if (!cage_row(s, &row, &e))
            fail_msg("%s: %s", expression, e.text);
        if (row && !cage_is_null(s, 0))
            seen |= cage_number(s, 0) ? 2 : 1;
    }
    cage_finalize(s);
    return seen;
}

/* Cents, microseconds, and 1 and 0 in a column of text: refused although some cell may be so. */
static bool is_of_units(const char *said)
{
    static const char *const units[] = { "is money", "is a datetime", "is a boolean" };
    char types[200];
    bool found = false;

    snprintf(types, sizeof types, "%.*s", (int)(strstr(said, ", which") - said), said);
    for (size_t i = 0; i < COUNT_OF(units); i++)
        found |= strstr(types, units[i]) && !strstr(types, "is a list");
    return found || (strstr(types, "is a date") && strstr(types, "is a number"));
}

/* Any two parts, by any operator, also inside others: what the rows answer both ways stays. */
static void nothing_is_refused_that_the_rows_answer_both_ways(void **state)
{
    static const char *const parts[] = {
        "no",
        "word",
        "day_on",
        "end_on",
        "at",
        "later",
        "fine",
        "paid",
        "n",
        "share",
        "ok",
        "tags",
        "5",
        "0.5",
        "'5'",
        "'w5'",
        "'2026-04-01'",
        "'2025'",
        "''",
        ":today",
        "day(at)",
        "n + 1",
        "fine - paid",
        "fine * 2",
        "-n",
        "word || n",
        "upper(no)",
        "length(word)",
        "coalesce(n, 0)",
        "coalesce(day_on, '')",
        "money('10')",
        "CAST(n AS TEXT)",
        "CAST(no AS INTEGER)",
        "(n > 3)",
        "year(day_on)",
        "substr(day_on, 1, 4)",
        "(no)",
        "CASE WHEN n > 3 THEN at ELSE n END",
        "CASE WHEN n > 5 THEN 'w5' ELSE no END",
        "iif(n > 5, day_on, end_on)",
    };
    static const char *const operators[] = { "=", "<", ">=", "<>", "IS" };
    int refused = 0, tried = 0;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        for (size_t k = 0; k < COUNT_OF(parts); k++)
            for (size_t o = 0; o < COUNT_OF(operators); o++) {
                char text[200];
                struct error e;

                snprintf(text, sizeof text, "%s %s %s", parts[i], operators[o], parts[k]);
                tried++;
                if (is_good(text, &e))
                    continue;
                refused++;
                if (answers(text) == 3 && !is_of_units(e.text))
                    fail_msg("%s was refused: %s", text, e.text);
            }
    if (refused < tried / 5)
        fail_msg("%d of %d refused", refused, tried);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_no_value_decides_is_refused_with_both_types),
        cmocka_unit_test(what_can_hold_is_not_refused),
        cmocka_unit_test(nothing_is_refused_that_the_rows_answer_both_ways),
    };

    return cmocka_run_group_tests_name("compare", tests, set_up, tear_down);
}
