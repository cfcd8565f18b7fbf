/* ingest: several takes of one payload fill one dataset that makes one row of records with one key.
 */
#include "lib/ask.h"
#include "lib/test.h"

#include "base/text.h"
#include "db/schema.h"
#include "ingest/payload.h"
#include "ingest/table.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define RUNS 30

/* %s: keep of the dataset, the takes. */
static const char config[] =
    "operators = { channel = \"files\"; to = \"ops@example.gov\"; };\n"
    "channels = ( { name = \"files\"; type = \"maildir\"; path = \"/nowhere\"; } );\n"
    "routes = ( { channel = \"files\"; to = \"ops@example.gov\"; } );\n"
    "datasets = ( { id = \"cases\"; key = \"nr\"; columns = { nr = \"text\"; }; },\n"
    "  { id = \"parties\"; key = \"nr\"; keep = \"%s\"; columns = { nr = \"text\";\n"
    "    name = \"text\"; since = { type = \"date\"; keep = \"min\"; };\n"
    "    fee = { type = \"money\"; keep = \"max\"; required = %s; };\n"
    "    roles = { type = \"list\"; keep = \"all\"; }; of = { refers = \"cases\"; }; };\n"
    "    guard = { max_shrink = \"100%%\"; max_rejects = \"100%%\"; }; } );\n"
    "sources = ( { id = \"east\"; url = \"file:///east\"; take = ( %s ); } );\n";

#define TAKE(x)                                                                                    \
    "{ dataset = \"parties\"; optional = true; map = { nr = \"" x "nr\"; name = \"" x              \
    "name\"; since = \"" x "since\"; fee = \"" x "fee\"; roles = \"" x "roles\"; }; }"
#define HEAD(x) x "nr," x "name," x "since," x "fee," x "roles"

static struct arena *arena;
static struct settings *settings;
static struct db *data;
static struct ingest_report report;

static void configure(const char *keep, const char *required, const char *takes)
{
    struct problems p = { 0 };
    char *text = arena_print(arena, config, keep, required, takes), said[400];

    settings = settings_load(test_write("unite.conf", text, strlen(text)), arena, &p);
    if (p.errors)
        fail_msg("%s", problem_text(&p.all[0], said, sizeof said));
    problems_free(&p);
}

static void open_data(void)
{
    static int count;
    char name[24];
    struct error e = { 0 };

    db_close(data);
    snprintf(name, sizeof name, "state%d", count++);
    mkdir(test_path(name), 0750);
    if (!schema_open_data(test_path(name), &data, &e))
        fail_msg("%s", e.text);
    for (LIST_EACH(struct dataset, d, &settings->datasets))
        if (!table_define(data, d, &e))
            fail_msg("%s", e.text);
}

static int set_up(void **state)
{
    (void)state;
    arena = arena_new();
    configure("last", "false", TAKE("A") "," TAKE("B"));
    open_data();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    db_close(data);
    data = NULL;
    arena_free(arena);
    return 0;
}

static void pull(const char *bytes)
{
    struct pull p = { .bytes = (int64_t)strlen(bytes), .digest = "d" };
    struct source *s = settings_source(settings, "east");
    struct error e = { 0 };

    p.path = test_write("payload", bytes, strlen(bytes));
    assert_true(source_fetched(data, s, &p, 0, DAY, &e));
    assert_true(pull_waiting(data, arena, &p, &e));
    if (!ingest_payload(data, settings, s, &p, true, &report, &e))
        fail_msg("%s", e.text);
    assert_int_equal(report.result, INGEST_GOOD);
}

static const char *rows(void)
{
    return test_ask(data,
                    "SELECT nr || ' ' || coalesce(name, '-') || ' ' || coalesce(since, '-') || ' '"
                    " || coalesce(fee, '-') || ' ' || coalesce(roles, '-') FROM parties"
                    " WHERE _gone IS NULL ORDER BY nr",
                    arena);
}

/* What is said differently, without the lines on which it stands. */
static const char *differences(void)
{
    return test_ask(data,
                    "SELECT key || ' ' || field || ' ' || coalesce(kept, '-') || ' ' ||"
                    " (SELECT group_concat(coalesce(j.value ->> 'value', '-')) FROM"
                    "  json_each(said) j) FROM difference ORDER BY key, field",
                    arena);
}

static void what_the_second_take_says_counts_as_well(void **state)
{
    (void)state;
    pull(HEAD("A") "," HEAD("B") "\n"
                                 "K1,Ann,2024-05-05,5,x,K2,Bob,,6,\n"
                                 "K3,Cem,,,,K1,Anna,2023-01-01,9,y\n");
    assert_string_equal(rows(),
                        "K1 Anna 2023-01-01 900 [\"x\",\"y\"]; K2 Bob - 600 -; K3 Cem - - -");
    assert_string_equal(differences(), "K1 fee 9 5,9; K1 name Anna Ann,Anna; "
                                       "K1 since 2023-01-01 2024-05-05,2023-01-01");
    assert_int_equal(report.rejects, 0);
    assert_int_equal(report.records, 4);
    assert_string_equal(test_ask(data, "SELECT _raw FROM parties WHERE nr = 'K1'", arena),
                        "K1,Ann,2024-05-05,5,x,K2,Bob,,6,\nK3,Cem,,,,K1,Anna,2023-01-01,9,y");
}

static void the_same_again_is_known_and_a_change_in_one_take_is_seen(void **state)
{
    int64_t was, is;
    struct error e;

    (void)state;
    pull(HEAD("A") "," HEAD("B") "\nK1,Ann,,5,,K2,Bob,,6,\nK3,Cem,,,,K1,Ann,,7,\n");
    assert_true(ingest_version(data, &was, &e));
    pull(HEAD("A") "," HEAD("B") "\nK3,Cem,,,,K1,Ann,,7,\nK1,Ann,,5,,K2,Bob,,6,\n");
    assert_int_equal(report.changed + report.added, 0);
    assert_true(ingest_version(data, &is, &e));
    assert_int_equal(is, was);
    pull(HEAD("A") "," HEAD("B") "\nK1,Ann,,5,,K2,Bob,,6,\nK3,Cem,,,,K1,Ann,,8,\n");
    assert_int_equal(report.changed, 1);
    assert_string_equal(rows(), "K1 Ann - 800 -; K2 Bob - 600 -; K3 Cem - - -");
}

/* A take that has no field for a column does not say that there is no value. */
static void a_take_says_nothing_of_a_column_that_it_has_not(void **state)
{
    (void)state;
    pull(HEAD("A") ",Bnr,Bsince\nK1,Ann,,5,,K1,2024-05-05\n");
    assert_string_equal(rows(), "K1 Ann 2024-05-05 500 -");
    assert_string_equal(differences(), "");
}

/* Its row stands for a record that could not be read; the other one is told. */
static void a_record_beside_one_that_cannot_be_read_is_told(void **state)
{
    (void)state;
    configure("last", "true",
              "{ dataset = \"parties\"; map = { nr = \"Anr\"; fee = \"Afee\"; of = \"of\"; }; },"
              "{ dataset = \"parties\"; map = { nr = \"Bnr\"; fee = \"Bfee\"; of = \"of\"; }; }");
    open_data();
    pull("Anr,Afee,of,Bnr,Bfee\nK1,x,C1,K1,5\n");
    assert_int_equal(report.rejects, 2);
    assert_string_equal(
        test_ask(data, "SELECT reason FROM reject WHERE reason LIKE 'another%'", arena),
        "another record with this key could not be read; the row stands for that "
        "one");
}

static void add_record(struct text *out, uint64_t *seed)
{
    unsigned day = (unsigned)(test_random(seed) % 4), fee = (unsigned)(test_random(seed) % 4);

    text_addf(out, "K%u,n%u,", (unsigned)(test_random(seed) % 12),
              (unsigned)(test_random(seed) % 2));
    if (day)
        text_addf(out, "2024-05-%02u", day);
    text_add(out, ",");
    if (fee)
        text_addf(out, "%u", fee);
    text_addf(out, ",r%u", (unsigned)(test_random(seed) % 3));
}

/* Two takes side by side are what one take is of the first's records and then the second's. */
static void takes_are_as_one_take_of_all_their_records(void **state)
{
    static const char *const keeps[] = { "first", "last" };
    uint64_t seed = test_seed();

    (void)state;
    for (int run = 0; run < RUNS; run++) {
        AUTO_TEXT beside = { 0 };
        AUTO_TEXT below = { 0 };
        AUTO_TEXT second = { 0 };
        const char *two, *differ;

        text_add(&beside, HEAD("A") "," HEAD("B") "\n");
        text_add(&below, HEAD("A") "\n");
        for (int i = 0; i < 15; i++) {
            AUTO_TEXT a = { 0 };
            AUTO_TEXT b = { 0 };

            add_record(&a, &seed);
            add_record(&b, &seed);
            text_addf(&beside, "%s,%s\n", text_of(&a), text_of(&b));
            text_addf(&below, "%s\n", text_of(&a));
            text_addf(&second, "%s\n", text_of(&b));
        }
        text_add(&below, text_of(&second));
        configure(keeps[run % 2], "false", TAKE("A") "," TAKE("B"));
        open_data();
        pull(text_of(&beside));
        two = rows();
        differ = differences();
        configure(keeps[run % 2], "false", TAKE("A"));
        open_data();
        pull(text_of(&below));
        assert_string_equal(two, rows());
        assert_string_equal(differ, differences());
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_the_second_take_says_counts_as_well),
        TEST(the_same_again_is_known_and_a_change_in_one_take_is_seen),
        TEST(a_take_says_nothing_of_a_column_that_it_has_not),
        TEST(a_record_beside_one_that_cannot_be_read_is_told),
        TEST(takes_are_as_one_take_of_all_their_records),
    };

    return cmocka_run_group_tests_name("unite", tests, NULL, NULL);
}
