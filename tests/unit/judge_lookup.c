/* judge/lookup and judge/path: look-ups written out as SQL, and what is said of wrong ones. */
#include "lib/test.h"

#include "base/text.h"
#include "judge/lookup.h"

#include <string.h>

static const char config[] =
    "operators = { channel = \"files\"; to = \"ops@example.gov\"; };\n"
    "channels = ( { name = \"files\"; type = \"maildir\"; path = \"/nowhere\"; } );\n"
    "routes = ( { channel = \"files\"; to = \"ops@example.gov\"; } );\n"
    "datasets = ( { id = \"cases\"; key = \"no\"; columns = { no = \"text\";\n"
    "    parent = { type = \"text\"; refers = \"cases\"; }; opened_on = \"date\";\n"
    "    importer = { type = \"text\"; refers = \"importers\"; }; }; },\n"
    "  { id = \"importers\"; key = \"id\"; columns = { id = \"text\"; name = \"text\"; }; },\n"
    "  { id = \"links\"; key = \"id\"; columns = { id = \"text\";\n"
    "    case_no = { type = \"text\"; refers = \"cases\"; };\n"
    "    entry_no = { type = \"text\"; refers = \"entries\"; }; }; },\n"
    "  { id = \"entries\"; key = \"no\"; columns = { no = \"text\"; entry_on = \"date\";\n"
    "    paid = \"money\"; }; },\n"
    "  { id = \"bills\"; key = \"no\"; columns = { no = \"text\";\n"
    "    payer = { type = \"text\"; refers = \"importers\"; };\n"
    "    surety = { type = \"text\"; refers = \"importers\"; }; }; },\n"
    "  { id = \"lonely\"; key = \"no\"; columns = { no = \"text\"; }; } );\n"
    "sources = ( { id = \"cases\"; url = \"file:///c\"; } );\n"
    "subjects = ( { name = \"case\"; from = \"cases\"; },\n"
    "  { name = \"payer\"; from = \"importers\"; unit = \"upper(name)\";\n"
    "    office = \"first('cases.importers', 'payer.office')\"; } );\n"
    "ladders = ( { name = \"l\"; rungs = ( { at = \"-1 day\"; } ); } );\n"
    "rules = ( { id = \"suit\"; subject = \"case\"; ladder = \"l\"; title = \"t\"; law = \"l\";\n"
    "    remedy = \"r\"; deadline = { due = \"opened_on\"; }; } );\n";

static struct arena *arena;
static struct settings *settings;
static struct lookups found;

static int set_up(void **state)
{
    struct problems p = { 0 };
    char said[400];

    (void)state;
    arena = arena_new();
    settings = settings_load(test_write("lookup.conf", config, strlen(config)), arena, &p);
    if (p.errors)
        fail_msg("%s", problem_text(&p.all[0], said, sizeof said));
    problems_free(&p);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* The SQL of an expression over cases; "! sentence" when it is refused. */
static const char *expand(const char *expression)
{
    const char *sql = NULL;
    struct error e;

    found = (struct lookups){ 0 };
    if (!lookup_expand(settings, settings_dataset(settings, "cases"), expression, &found, arena,
                       &sql, &e))
        return arena_print(arena, "! %s", e.text);
    return sql;
}

static void a_look_up_is_a_subquery_along_refers(void **state)
{
    static const struct {
        const char *expression, *sql;
    } all[] = {
        { "opened_on", "opened_on" },
        { "first('importers', 'name')",
          "(SELECT min(importers.name) FROM importers WHERE coalesce(importers._gone, 0) >= 0 AND"
          " importers.id = cases.importer)" },
        { "count_of('links') > 1",
          "(SELECT count(*) FROM links WHERE coalesce(links._gone, 0) >= 0 AND"
          " links.case_no = cases.no) > 1" },
        { "LAST( 'entries' , 'entry_on', paid > 0 )",
          "(SELECT max(entries.entry_on) FROM entries WHERE coalesce(entries._gone, 0) >= 0 AND"
          " entries.no IN (SELECT hop_1.entry_no FROM links AS hop_1 WHERE"
          " coalesce(hop_1._gone, 0) >= 0 AND hop_1.case_no = cases.no) AND (paid > 0\n))" },
        { "sum_of('entries', 'paid')",
          "(SELECT coalesce(sum(entries.paid), 0) FROM entries WHERE coalesce(entries._gone, 0) >= "
          "0 AND entries.no IN (SELECT hop_1.entry_no FROM links AS hop_1 WHERE"
          " coalesce(hop_1._gone, 0) >= 0 AND hop_1.case_no = cases.no))" },
        { "any_of('links', any_of('entries', paid > 1))",
          "EXISTS (SELECT 1 FROM links WHERE coalesce(links._gone, 0) >= 0 AND"
          " links.case_no = cases.no AND (EXISTS (SELECT 1 FROM entries WHERE"
          " coalesce(entries._gone, 0) >= 0 AND entries.no = links.entry_no AND (paid > "
          "1\n))\n))" },
        { "most_of('links.entries', 'paid')",
          "(SELECT (entries.paid) FROM entries WHERE coalesce(entries._gone, 0) >= 0 AND "
          "entries.no "
          "IN (SELECT hop_1.entry_no FROM links AS hop_1 WHERE coalesce(hop_1._gone, 0) >= 0 AND"
          " hop_1.case_no = cases.no) GROUP BY 1 ORDER BY entries.paid IS NULL, count(*) DESC, 1 "
          "LIMIT 1)" },
        { "first('importers', 'payer.unit')",
          "(SELECT min((upper(name)\n)) FROM importers WHERE coalesce(importers._gone, 0) >= 0 AND"
          " importers.id = cases.importer)" },
        { "last('importers', 'payer.owner')",
          "(SELECT max((NULL\n)) FROM importers WHERE coalesce(importers._gone, 0) >= 0 AND"
          " importers.id = cases.importer)" },
        { "period.first || Period.LAST", ":period_first || :period_last" },
        { "'first(''links'', 1)' || \"first\" -- count_of('x')\n",
          "'first(''links'', 1)' || \"first\" -- count_of('x')\n" },
        { "first + last(1e5)", "! a look-up takes 'dataset', 'column' and perhaps a condition" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(all); i++)
        assert_string_equal(expand(all[i].expression), all[i].sql);
}

static void a_wrong_look_up_is_said(void **state)
{
    static const struct {
        const char *expression, *says;
    } all[] = {
        { "first('entry', 'entry_on')", "there is no dataset \"entry\"" },
        { "first('entries', 'entry_one')", "entries has no column \"entry_one\" (entry_on?)" },
        { "first('entries')", "a look-up takes 'dataset', 'column'" },
        { "first('importers', 'case.unit')", "importers has no subject \"case\"" },
        { "first('importers', 'payer.office')",
          "\"payer.office\" cannot be looked up from a row of" },
        { "first('importers', 'payer.centre')", "a subject has no \"centre\" (label, unit," },
        { "count_of('lonely')", "no column leads from cases to lonely" },
        { "count_of('bills')", "there are 2 ways from cases to bills" },
        { "count_of('cases')", "there are 2 ways from cases to cases" },
        { "count_of('links.entry')", "there is no dataset \"entry\"" },
        { "count_of('links.lonely')", "no column leads from links to lonely" },
        { "count_of('links'", "has no end" },
        { "remaining('suite')", "there is no rule \"suite\"" },
        { "remaining('suit', 1, 2, 3)", "remaining() takes" },
        { "duty('suit')", "duty() takes 'rule', 'column', perhaps a subject" },
        { "duty('suit, suite', 'safe')", "there is no rule \"suite\"" },
        { "duty(' ', 'safe')", "names no rule" },
        { "duty('suit', 'safer')", "duties have no \"safer\" (safe?)" },
        { "deed('suit', 'opened')", "deeds have no \"opened\" (opened_on?)" },
        { "EXISTS (SELECT 1 FROM duties)", "names no rule" },
        { "EXISTS (SELECT 1 FROM deeds WHERE rule = 'suite')", "names no rule" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (!strstr(expand(all[i].expression), all[i].says))
            fail_msg("%s: %s", all[i].expression, expand(all[i].expression));
}

static void where_an_expression_leads_is_known(void **state)
{
    (void)state;
    expand("count_of('entries') + count_of('links')");
    assert_int_equal(found.path_count, 2); /* links, and over them entries */
    assert_int_equal(found.paths[0].count, 1);
    assert_int_equal(found.paths[1].count, 2);
    assert_int_equal(found.at_large_count, 0);
    expand("any_of('links', first('entries', 'paid') > 1)"); /* the same ways, from the own row */
    assert_int_equal(found.path_count, 2);
    assert_int_equal(found.paths[1].count, 2);
    assert_string_equal(found.paths[1].hops[0].column, "case_no");
    assert_string_equal(found.paths[1].hops[1].column, "entry_no");
    expand("any_of('links.entries.links', any_of('entries', any_of('links')))");
    assert_int_equal(found.path_count, 4); /* the fifth step is too far to be followed back */
    assert_int_equal(found.at_large_count, 1);
    assert_string_equal(found.at_large[0]->id, "links");
    expand("(SELECT max(no) FROM entries)");
    assert_int_equal(found.path_count, 0);
    assert_int_equal(found.at_large_count, 1);
    expand("EXISTS (SELECT 1 FROM entries WHERE cases.opened_on < 1)");
    assert_int_equal(found.at_large_count, 1);
    expand("EXISTS (SELECT 1 FROM cases AS other WHERE other.opened_on < cases . opened_on)");
    assert_int_equal(found.at_large_count, 1); /* its own dataset, beyond its own row */
    expand("cases.opened_on < 1");
    assert_int_equal(found.at_large_count, 0);
    expand("remaining('suit') < 10");
    assert_true(found.today && found.rule_count == 1 && !found.duties_at_large);
    expand("remaining('suit', opened_on) < 10");
    assert_true(!found.today && found.rule_count == 1);
    expand("EXISTS (SELECT 1 FROM duties WHERE rule = 'suit')");
    assert_true(found.duties_at_large && found.rule_count == 1 && !found.deeds);
    expand("EXISTS (SELECT 1 FROM deeds WHERE rule = 'suit')");
    assert_true(found.deeds && found.deeds_at_large);
    expand("duty('suit', 'safe')");
    assert_true(!found.duties_at_large && found.rule_count == 1 && !found.columns[0]);
    expand("deed('suit', 'bounced', cases.opened_on)");
    assert_true(found.deeds && !found.deeds_at_large && found.rule_count == 1);
    assert_string_equal(found.columns[0], "opened_on");
    expand("duty('suit', 'safe', upper(opened_on))");
    assert_true(found.duties_at_large);
    expand("EXISTS (SELECT 1 FROM cases AS c WHERE c.opened_on > cases.opened_on)");
    assert_int_equal(found.at_large_count, 1); /* its own rows are read, too */
    expand("cases.opened_on > 1");
    assert_int_equal(found.at_large_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_look_up_is_a_subquery_along_refers),
        cmocka_unit_test(a_wrong_look_up_is_said),
        cmocka_unit_test(where_an_expression_leads_is_known),
    };

    return cmocka_run_group_tests_name("lookup", tests, set_up, tear_down);
}
