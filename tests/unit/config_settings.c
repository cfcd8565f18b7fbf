#include "lib/test.h"

#include "base/clock.h"
#include "base/text.h"
#include "config/credential.h"
#include "config/settings.h"
#include "watch/generation.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* All that a configuration needs; tests put their own in front. */
#define BASIC                                                                                      \
    "operators = { channel = \"files\"; to = \"ops@example.gov\"; };\n"                            \
    "channels = ( { name = \"files\"; } );\n"                                                      \
    "routes = ( { channel = \"files\"; to = \"ops@example.gov\"; } );\n"

/* The problems of a configuration, one a line, without the path. */
static char *problems_of(const char *config)
{
    const char *path = test_write("t.conf", config, strlen(config));
    struct problems p = { 0 };
    struct generation *g = NULL;
    struct text t = { 0 };
    char line[4096];

    generation_check(path, NULL, &p, &g);
    for (size_t i = 0; i < p.count; i++) {
        const char *said = problem_text(&p.all[i], line, sizeof line);

        if (strncmp(said, path, strlen(path)) == 0)
            said += strlen(path) + 1;
        text_addf(&t, "%s\n", said);
    }
    problems_free(&p);
    generation_unref(g);
    return t.data ? t.data : copy_text("");
}

static void expect(const char *config, const char *expected)
{
    char *found = problems_of(config);

    if (strcmp(found, expected) != 0)
        fail_msg("\n%s\nfound:\n%s\nexpected:\n%s", config, found, expected);
    free(found);
}

static void a_small_configuration_is_good(void **state)
{
    (void)state;
    expect(BASIC, "");
}

static void all_errors_come_at_once_with_their_lines(void **state)
{
    (void)state;
    expect(BASIC "sources = ( {\n"
                 "  id = \"cases\"; url = \"ftp://x\"; max_byte = \"5 MB\";\n"
                 "  every = \"1 second\"; dataset = \"casess\";\n"
                 "  timeout = 5; format = \"xls\";\n"
                 "} );\n"
                 "datasets = ( { id = \"cases\"; key = \"nr\"; columns = { no = \"text\"; }; } );\n"
                 "zone = \"Mars/Olympus\";\n"
                 "digest_at = \"25:00\";\n",
           "4: source \"cases\": no dataset \"casess\" (cases?)\n"
           "4: source \"cases\": url = \"ftp://x\" is neither http://, https:// nor file:///\n"
           "5: source \"cases\": unknown key \"max_byte\" (max_bytes?)\n"
           "6: source \"cases\": every = \"1 second\" is below 10 seconds\n"
           "7: source \"cases\": format = \"xls\" is none of \"csv\", \"ndjson\", \"json\"\n"
           "7: source \"cases\": timeout = 5 is not a time such as \"15 minutes\", \"2 hours\" or "
           "\"1 day\"\n"
           "9: dataset \"cases\": no key column \"nr\" (no?)\n"
           "10: zone = \"Mars/Olympus\" is not known here (\"America/New_York\"?)\n"
           "11: digest_at = \"25:00\" is not a time of day such as \"06:30\"\n");
}

static void a_syntax_error_says_that_the_rest_was_not_read(void **state)
{
    (void)state;
    expect("name = \"x\";\nzone = \n", "3: syntax error; the rest of this file was not read\n");
}

static void a_missing_file_is_said_with_its_name(void **state)
{
    struct problems p = { 0 };
    struct generation *g = NULL;
    char line[4096];

    (void)state;
    assert_false(generation_check("/nowhere/at/all.conf", NULL, &p, &g));
    assert_null(g);
    assert_string_equal(problem_text(&p.all[0], line, sizeof line),
                        "/nowhere/at/all.conf: cannot be read; check that it exists and who may "
                        "read it");
    problems_free(&p);
}

static void without_a_catch_all_nothing_starts(void **state)
{
    (void)state;
    expect("operators = { channel = \"files\"; to = \"ops@example.gov\"; };\n"
           "channels = ( { name = \"files\"; } );\n"
           "routes = ( { units = [ \"BM\" ]; channel = \"files\"; to = \"a@example.gov\"; } );\n",
           "3: the last route is no catch-all: end with a route that has no conditions and a fixed "
           "address, so that nothing is lost\n");
    expect("operators = { channel = \"files\"; to = \"ops@example.gov\"; };\n"
           "channels = ( { name = \"files\"; } );\n"
           "routes = ( { channel = \"files\"; to = \"{owner}\"; } );\n",
           "3: the last route is no catch-all: end with a route that has no conditions and a fixed "
           "address, so that nothing is lost\n");
}

#define RULES                                                                                      \
    "datasets = ( { id = \"cases\"; key = \"no\"; columns = { no = \"text\"; opened = \"date\";"   \
    " status = \"text\"; }; } );\n"                                                                \
    "ladders = ( { name = \"l\"; rungs = ( { at = \"-30 days\"; } ); } );\n"                       \
    "subjects = ( { name = \"case\"; from = \"cases\"; } );\n"

#define RULE(more)                                                                                 \
    "{ id = \"r\"; subject = \"case\"; title = \"t\"; law = \"l\"; remedy = \"r\"; ladder = "      \
    "\"l\";\n deadline = { after = \"opened\"; term = \"5 years\"; };\n" more " }"

static void a_rule_is_checked_where_it_stands(void **state)
{
    (void)state;
    expect(BASIC RULES
           "rules = ( " RULE("applies = ( \"statuss = 'open'\",\n \"random() > 0\" );") " );\n",
           "9: rule \"r\": applies: no such column: statuss (status?)\n"
           "10: rule \"r\": applies: may not call random\n");
}

static void two_rules_with_one_id_name_both_places(void **state)
{
    char *found = problems_of(BASIC RULES "rules = ( " RULE("") ",\n" RULE("") " );\n");

    (void)state;
    assert_non_null(strstr(found, "10: rule \"r\" stands already in "));
    assert_non_null(strstr(found, "t.conf:7\n"));
    free(found);
}

static void a_rule_without_law_is_warned_about(void **state)
{
    (void)state;
    expect(BASIC RULES
           "rules = ( { id = \"r\"; subject = \"case\"; title = \"t\"; remedy = \"r\"; ladder = "
           "\"l\"; deadline = { due = \"opened\"; }; } );\n",
           "7: warning: rule \"r\": law is missing; messages cannot say why this is a duty\n");
}

static void a_deadline_needs_one_way_to_its_date(void **state)
{
    (void)state;
    expect(BASIC RULES
           "rules = ( { id = \"r\"; subject = \"case\"; title = \"t\"; law = \"l\"; remedy = \"r\";"
           " ladder = \"l\"; deadline = { after = \"opened\"; due = \"opened\"; }; } );\n",
           "7: rule \"r\": deadline: give one of after, before (with term) or due\n");
    expect(
        BASIC RULES
        "rules = ( { id = \"r\"; subject = \"case\"; title = \"t\"; law = \"l\"; remedy = \"r\";"
        " ladder = \"l\"; deadline = { after = \"opened\"; term = \"7 business days\"; }; } );\n",
        "7: rule \"r\": business days need a calendar: set calendar = \"...\" in the deadline or "
        "for "
        "all, and calendars\n");
}

static void names_of_datasets_keep_clear_of_ours(void **state)
{
    (void)state;
    expect(BASIC "datasets = ( { id = \"duty\"; key = \"a\"; columns = { a = \"text\"; }; },\n"
                 "{ id = \"Cases\"; key = \"a\"; columns = { a = \"text\"; }; } );\n",
           "4: dataset \"duty\": this name is dutywatch's own; choose another\n"
           "5: dataset \"Cases\": a name has small letters, digits and _ only\n");
}

static void what_a_column_refers_to_is_there(void **state)
{
    (void)state;
    expect(BASIC "datasets = ( { id = \"cases\"; key = \"no\"; columns = { no = \"text\";\n"
                 "  entry = { refers = \"entrys\"; };\n"
                 "  parent = { refers = \"cases\"; };\n"
                 "  day = { type = \"date\"; refers = \"entries\"; }; }; },\n"
                 "{ id = \"entries\"; key = \"no\"; columns = { no = \"text\"; }; } );\n",
           "5: dataset \"cases\": no dataset \"entrys\" (entries?)\n"
           "7: dataset \"cases\": column \"day\": refers to a key, and so must be text\n");
}

static void codes_stand_for_one_value_each(void **state)
{
    (void)state;
    expect(BASIC
           "codes = ( { name = \"land\"; values = ( { value = \"China\"; from = \"PRC\"; },\n"
           "  { value = \"Peru\"; from = [ \"prc\", \"PE\" ]; } ); },\n"
           "  { name = \"exact\"; fold = false; values = ( { value = \"m\"; }, { value = \"M\"; }"
           " ); } );\n"
           "datasets = ( { id = \"cases\"; key = \"no\"; columns = { no = \"text\";\n"
           "  a = { codes = \"exakt\"; };\n"
           "  b = { codes = \"exact\"; values = [ \"m\" ]; };\n"
           "  c = { codes = \"exact\"; type = \"date\"; }; }; } );\n",
           "5: codes \"land\": \"prc\" stands for \"China\" already (fold = false tells capitals"
           " apart)\n"
           "8: dataset \"cases\": no codes \"exakt\" (exact?)\n"
           "9: dataset \"cases\": column \"b\": its codes give \"M\", which is none of its values\n"
           "10: dataset \"cases\": column \"c\": codes are for text, list and boolean\n");
}

static void a_part_is_a_column_of_a_snapshot(void **state)
{
    (void)state;
    expect(BASIC "datasets = ( { id = \"cases\"; key = \"no\"; columns = { no = \"text\"; office = "
                 "\"text\"; }; } );\n"
                 "sources = ( { id = \"a\"; dataset = \"cases\"; url = \"file:///x\"; part = "
                 "\"ofice\"; },\n"
                 "{ id = \"b\"; dataset = \"cases\"; url = \"file:///x\"; part = \"office\";"
                 " content = \"changes\"; } );\n",
           "5: source \"a\": no column \"ofice\" (office?)\n"
           "6: source \"b\": part is for snapshots; from changes no row leaves\n");
}

static void what_a_column_keeps_needs_a_dataset_that_keeps(void **state)
{
    (void)state;
    expect(
        BASIC "datasets = ( { id = \"a\"; key = \"no\"; columns = { no = \"text\";\n"
              "  day = { type = \"date\"; keep = \"min\"; }; }; },\n"
              "{ id = \"b\"; key = \"no\"; keep = \"last\"; columns = { no = \"text\";\n"
              "  day = { type = \"date\"; keep = \"all\"; }; }; } );\n",
        "5: dataset \"a\": column \"day\": keep needs keep = \"first\" or \"last\" of the dataset\n"
        "7: dataset \"b\": column \"day\": keep = \"all\" is for type = \"list\"\n");
}

static void a_take_is_checked_as_a_source_is(void **state)
{
    (void)state;
    expect(
        BASIC "datasets = ( { id = \"cases\"; key = \"no\"; columns = { no = \"text\"; }; } );\n"
              "sources = ( { id = \"a\"; url = \"file:///x\"; part = \"no\"; take = (\n"
              "  { dataset = \"cases\"; map = { nr = \"Nr\"; }; },\n"
              "  { dataset = \"casess\"; },\n"
              "  { dataset = \"cases\"; part = \"on\"; } ); } );\n",
        "5: source \"a\": take stands in the place of dataset, at, part and map: put them into it\n"
        "6: source \"a\": no column \"nr\" (no?)\n"
        "7: source \"a\": no dataset \"casess\" (cases?)\n"
        "8: source \"a\": no column \"on\" (no?)\n");
}

static void recipients_can_be_reached_or_are_refused(void **state)
{
    (void)state;
    expect("operators = { channel = \"files\"; to = [ \"root\", \"Ops <ops@localhost>\" ]; };\n"
           "channels = ( { name = \"files\"; }, { name = \"mail\"; type = \"mail\"; "
           "server = \"smtp://h\"; from = \"dutywatch\"; } );\n"
           "contacts = ( { name = \"Ann\"; to = \"ann@example.gov\"; } ); "
           "trial_to = \"x@localhost\";\n"
           "routes = ( { channel = \"mail\"; to = [ \"{owner}\", \"Ann\", \"{unit}\", "
           "\"{office}\" ]; go_on = true; },\n"
           "  { channel = \"files\"; to = \"boss\"; } );\n",
           "");
    expect(
        "operators = { channel = \"files\"; to = [ \"a@b, c@d\", \"{owner}\" ]; };\n"
        "channels = ( { name = \"files\"; from = \"Duty Watch\"; reply_to = \"a@b c@d\"; } );\n"
        "contacts = ( { name = \"Ann Smith\"; to = \"Ann\xC3\xA4@b\"; } );\n"
        "routes = ( { channel = \"files\"; to = [ \"{ownr}\", \"x{owner}\" ]; },\n"
        " { channel = \"files\"; to = \"An Smith\"; },\n"
        " { channel = \"files\";\n  to = [ \"boss@example.org\"\n   \".chief@example.org\" ]; } "
        ");\n",
        "1: operators: to = \"a@b, c@d\": several addresses in one text (write each in quotes of "
        "its own: [ \"a\", \"b\" ]?)\n"
        "1: operators: to = \"{owner}\": nothing is put in here; write an address\n"
        "2: channel \"files\": from = \"Duty Watch\": no address\n"
        "2: channel \"files\": reply_to = \"a@b c@d\": several addresses in one text (write each "
        "in quotes of its own: [ \"a\", \"b\" ]?)\n"
        "3: contact \"Ann Smith\": to = \"Ann\xC3\xA4@b\": no address\n"
        "4: route: to = \"{ownr}\": a placeholder is {owner}, {unit} or {office} and stands alone "
        "({owner}?)\n"
        "4: route: to = \"x{owner}\": a placeholder is {owner}, {unit} or {office} and stands "
        "alone ({owner}?)\n"
        "5: route: to = \"An Smith\": no address, and no contact (Ann Smith?)\n"
        "6: route: to = \"boss@example.org.chief@example.org\": several addresses in one text, and "
        "no contact (strings without a comma between them are one: [ \"a\", \"b\" ]?)\n");
}

static void receivers_of_webhooks_are_no_addresses(void **state)
{
    (void)state;
    expect(
        "operators = { channel = \"hook\"; to = \"Duty desk, all\"; };\n"
        "channels = ( { name = \"hook\"; type = \"webhook\"; url = \"https://h\"; secret = "
        "\"/dev/null\"; }, { name = \"files\"; } ); contacts = ( { name = \"A\"; to = \"team a, "
        "b\"; } );\n"
        "routes = ( { channel = \"hook\"; to = \"{ownr}\"; go_on = true; },\n"
        " { channel = \"hook\"; to = \"#duties: all\"; } );\n",
        "2: credential /dev/null: no file of at most 8192 bytes\n"
        "3: route: to = \"{ownr}\": a placeholder is {owner}, {unit} or {office} and stands alone "
        "({owner}?)\n");
}

static void patterns_of_one_source_agree_on_the_day(void **state)
{
    (void)state;
    expect(BASIC
           "datasets = ( { id = \"cases\"; key = \"k\"; columns = { k = \"text\"; on = \"date\"; "
           "at = \"datetime\"; }; } );\n"
           "sources = ( { id = \"cases\"; url = \"file:///x\";\n"
           " dates = [ \"m/d/yyyy\", \"yyyy-mm-dd\", \"d/m/yyyy\" ];\n"
           " map = { on = { from = \"On\"; dates = [ \"d/m/yyyy\", \"dd/mm/yyyy\" ]; };\n"
           "  at = { from = \"At\";\n"
           "   dates = [ \"yyyy-dd-mm HH:MM\", \"yyyy-mm-dd HH:MM\" ]; }; }; } );\n",
           "5: source \"cases\": dates: \"m/d/yyyy\" and \"d/m/yyyy\" read one text as two days: "
           "2/3/2003 is 2003-02-03 or 2003-03-02; leave one out, or give each column its own "
           "(map = { column = { from = ...; dates = ... }; })\n"
           "8: source \"cases\": dates: \"yyyy-dd-mm HH:MM\" and \"yyyy-mm-dd HH:MM\" read one "
           "text as "
           "two days: 2003-03-02 01:01 is 2003-02-03 or 2003-03-02; leave one out, or give each "
           "column its own (map = { column = { from = ...; dates = ... }; })\n");
}

static void credentials_must_be_ours_alone(void **state)
{
    const char *open_file = test_write("open.key", "secret\n", 7);
    struct error e;
    char *secret;

    (void)state;
    chmod(open_file, 0644);
    assert_false(credential_read(open_file, &secret, &e));
    assert_non_null(strstr(e.text, "mode 0644 lets others read it; run chmod 600"));
    assert_null(strstr(e.text, "secret"));
    chmod(open_file, 0600);
    assert_true(credential_read(open_file, &secret, &e));
    assert_string_equal(secret, "secret");
    credential_free(secret);
    unsetenv("CREDENTIALS_DIRECTORY");
    assert_false(credential_read("mail-password", &secret, &e));
    assert_non_null(strstr(e.text, "LoadCredential=mail-password:PATH"));
    assert_false(credential_read("/nowhere/key", &secret, &e));
    assert_non_null(strstr(e.text, "No such file"));
}

static void presets_are_what_the_tables_say(void **state)
{
    struct problems p = { 0 };
    struct generation *g = NULL;
    const struct settings *s;

    (void)state;
    assert_true(generation_check(test_write("p.conf", BASIC, strlen(BASIC)), NULL, &p, &g));
    s = g->settings;
    assert_string_equal(s->zone, "UTC");
    assert_int_equal(s->mode, MODE_TRIAL);
    assert_int_equal(s->digest_at, 6 * 3600);
    assert_int_equal(s->give_up_after, 3 * DAY);
    assert_string_equal(s->trial_to.all[0], "ops@example.gov"); /* preset: the operators */
    generation_unref(g);
    problems_free(&p);
}

static void another_state_directory_takes_its_mails_along(void **state)
{
    const char *config = BASIC, *path = test_write("t.conf", config, strlen(config));
    struct problems p = { 0 };
    struct generation *g = NULL;

    (void)state;
    assert_true(generation_check(path, "/elsewhere", &p, &g));
    assert_string_equal(g->settings->state_dir, "/elsewhere");
    assert_string_equal(settings_channel(g->settings, "files")->path, "/elsewhere/outbox");
    problems_free(&p);
    generation_unref(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_configuration_is_good),
        cmocka_unit_test(all_errors_come_at_once_with_their_lines),
        cmocka_unit_test(a_syntax_error_says_that_the_rest_was_not_read),
        cmocka_unit_test(a_missing_file_is_said_with_its_name),
        cmocka_unit_test(without_a_catch_all_nothing_starts),
        cmocka_unit_test(a_rule_is_checked_where_it_stands),
        cmocka_unit_test(two_rules_with_one_id_name_both_places),
        cmocka_unit_test(a_rule_without_law_is_warned_about),
        cmocka_unit_test(a_deadline_needs_one_way_to_its_date),
        cmocka_unit_test(names_of_datasets_keep_clear_of_ours),
        cmocka_unit_test(codes_stand_for_one_value_each),
        cmocka_unit_test(a_part_is_a_column_of_a_snapshot),
        cmocka_unit_test(what_a_column_keeps_needs_a_dataset_that_keeps),
        cmocka_unit_test(a_take_is_checked_as_a_source_is),
        cmocka_unit_test(what_a_column_refers_to_is_there),
        cmocka_unit_test(recipients_can_be_reached_or_are_refused),
        cmocka_unit_test(receivers_of_webhooks_are_no_addresses),
        cmocka_unit_test(patterns_of_one_source_agree_on_the_day),
        cmocka_unit_test(credentials_must_be_ours_alone),
        cmocka_unit_test(presets_are_what_the_tables_say),
        cmocka_unit_test(another_state_directory_takes_its_mails_along),
    };

    return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
