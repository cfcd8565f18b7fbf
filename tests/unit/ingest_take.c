/* ingest: one payload into several datasets, in one transaction. */
#include "lib/ask.h"
#include "lib/test.h"

#include "base/text.h"
#include "db/schema.h"
#include "ingest/payload.h"
#include "ingest/table.h"

#include <string.h>
#include <sys/stat.h>

/* %s: the takes. */
static const char config[] =
    "operators = { channel = \"files\"; to = \"ops@example.gov\"; };\n"
    "channels = ( { name = \"files\"; type = \"maildir\"; path = \"/nowhere\"; } );\n"
    "routes = ( { channel = \"files\"; to = \"ops@example.gov\"; } );\n"
    "datasets = ( { id = \"cases\"; key = \"case_no\"; columns = { case_no = \"text\";\n"
    "    importer = { refers = \"importers\"; }; fee = { type = \"money\"; required = true; }; };\n"
    "    guard = { max_shrink = \"40%%\"; max_rejects = \"40%%\"; }; },\n"
    "  { id = \"importers\"; key = \"nr\"; keep = \"first\"; columns = { nr = \"text\"; name = "
    "\"text\"; };\n"
    "    guard = { max_shrink = \"40%%\"; max_rejects = \"40%%\"; }; } );\n"
    "sources = ( { id = \"east\"; url = \"file:///east\"; take = ( %s ); } );\n";

#define CASES "{ dataset = \"cases\"; map = { case_no = \"Case\"; importer = \"Importer\"; }; }"
#define IMPORTERS                                                                                  \
    "{ dataset = \"importers\"; optional = true; map = { nr = \"Importer\"; name = \"Name\"; }; }"

static struct arena *arena;
static struct settings *settings;
static struct db *data;
static struct ingest_report report;
static struct pull last;

static void configure(const char *takes)
{
    struct problems p = { 0 };
    char *text = arena_print(arena, config, takes), said[400];

    settings = settings_load(test_write("take.conf", text, strlen(text)), arena, &p);
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
    configure(CASES ", " IMPORTERS);
    assert_true(schema_open_data(dir, &data, &e));
    for (LIST_EACH(struct dataset, d, &settings->datasets))
        if (!table_define(data, d, &e))
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
    bool found;

    p.path = test_write("payload", bytes, strlen(bytes));
    assert_true(source_fetched(data, s, &p, 0, DAY, &e));
    assert_true(pull_waiting(data, arena, &p, &e));
    if (!ingest_payload(data, settings, s, &p, false, &report, &e))
        fail_msg("%s", e.text);
    assert_true(pull_get(data, p.id, arena, &last, &found, &e) && found);
}

static const char *ask(const char *sql)
{
    return test_ask(data, sql, arena);
}

static const char *cases(void)
{
    return ask("SELECT case_no || ' ' || coalesce(importer, '-') || coalesce(' gone ' || _gone, '')"
               " FROM cases ORDER BY case_no");
}

static const char *importers(void)
{
    return ask("SELECT nr || ' ' || coalesce(name, '-') || coalesce(' gone ' || _gone, '') FROM"
               " importers ORDER BY nr");
}

#define HEAD "Case,Importer,Name,Fee\n"
#define ALL HEAD "C1,I1,Ann,5\nC2,I2,Bob,6\nC3,I1,Ann,7\nC4,,,8\n"

static void each_dataset_has_its_rows(void **state)
{
    (void)state;
    pull(ALL);
    assert_int_equal(report.result, INGEST_GOOD);
    assert_string_equal(cases(), "C1 I1; C2 I2; C3 I1; C4 -");
    assert_string_equal(importers(), "I1 Ann; I2 Bob");
    assert_int_equal(report.rejects, 0);
    assert_int_equal(last.records, 4 + 3); /* each counts its own */
    assert_int_equal(last.added, 6);
    assert_string_equal(ask("SELECT DISTINCT _source || _pull || _version FROM cases UNION"
                            " SELECT _source || _pull || _version FROM importers"),
                        "east11");
    pull(HEAD "C1,I1,Ann,5\nC3,I1,Anna,7\nC4,I2,Bob,8\n");
    assert_string_equal(cases(), "C1 I1; C2 I2 gone 2; C3 I1; C4 I2");
    assert_string_equal(ask("SELECT key || field || kept FROM difference"), "I1nameAnn");
    assert_string_equal(importers(), "I1 Ann; I2 Bob");
}

static void what_one_dataset_doubts_changes_none(void **state)
{
    (void)state;
    pull(ALL);
    pull(HEAD "C1,I1,Ann,5\nC2,I2,Bob,x\nC3,I1,Ann,y\nC4,,,8\n");
    assert_int_equal(report.result, INGEST_HELD);
    assert_string_equal(report.why.text,
                        "dataset cases: 50.0% of 4 records were rejected, max_rejects is 40%");
    pull(HEAD "C1,I1,Ann,5\nC3,I1,Ann,7\nC4,,,9\n");
    assert_string_equal(report.why.text, "dataset importers: 1 of 2 known rows (50.0%) is missing,"
                                         " max_shrink is 40%");
    assert_string_equal(last.state, "HELD");
    assert_string_equal(cases(), "C1 I1; C2 I2; C3 I1; C4 -");
    assert_string_equal(ask("SELECT fee FROM cases WHERE case_no = 'C4'"), "800");
}

static void what_one_dataset_cannot_read_is_refused_for_all(void **state)
{
    (void)state;
    pull("Case,Fee\nC1,5\n");
    assert_int_equal(report.result, INGEST_REFUSED);
    assert_string_equal(report.why.text,
                        "dataset importers: column \"Importer\" (for nr, the key) is missing; the "
                        "header has: Case, Fee");
    assert_string_equal(cases(), "");
    assert_int_equal(report.added, 1);
}

static void without_optional_an_empty_key_is_a_reject(void **state)
{
    (void)state;
    configure("{ dataset = \"importers\"; map = { nr = \"Importer\"; name = \"Name\"; }; }");
    pull(ALL);
    assert_int_equal(report.rejects, 1);
    assert_string_equal(ask("SELECT line || reason FROM reject"), "5is empty, but it is the key");
}

/* Two columns of one record name rows of one dataset. */
static void two_takes_can_fill_one_dataset(void **state)
{
    (void)state;
    configure("{ dataset = \"importers\"; map = { nr = \"A\"; name = \"An\"; }; },"
              "{ dataset = \"importers\"; map = { nr = \"B\"; name = \"Bn\"; }; }");
    pull("A,An,B,Bn\nI1,Ann,I2,Bob\nI3,Cem,I4,Dan\n");
    assert_string_equal(importers(), "I1 Ann; I2 Bob; I3 Cem; I4 Dan");
    assert_int_equal(report.records, 4);
    pull("A,An,B,Bn\nI1,Ann,I2,Bob\nI3,Cem,I1,Anna\n");
    assert_int_equal(report.rejects, 0); /* the first take that has it counts */
    assert_string_equal(importers(), "I1 Ann; I2 Bob; I3 Cem; I4 Dan gone 2");
    configure("{ dataset = \"importers\"; map = { nr = \"A\"; name = \"An\"; }; },"
              "{ dataset = \"importers\"; map = { nr = \"B\"; name = \"Bn\"; }; }");
    pull("A,An,B,Bn\nI1,Ann,I2,Bob\nI3,Cem,I5,Eve\n");
    assert_string_equal(importers(), "I1 Ann; I2 Bob; I3 Cem; I4 Dan gone 2; I5 Eve");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_dataset_has_its_rows),
        TEST(what_one_dataset_doubts_changes_none),
        TEST(what_one_dataset_cannot_read_is_refused_for_all),
        TEST(without_optional_an_empty_key_is_a_reject),
        TEST(two_takes_can_fill_one_dataset),
    };

    return cmocka_run_group_tests_name("take", tests, NULL, NULL);
}
