/* config/calendars: the calendars that are shipped, and what is refused. */
#include "lib/arena.h"
#include "lib/test.h"

#include "base/text.h"
#include "calendar/lastday.h"
#include "config/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BASIC                                                                                      \
    "operators = { channel = \"files\"; to = \"ops@example.gov\"; };\n"                            \
    "channels = ( { name = \"files\"; } );\n"                                                      \
    "routes = ( { channel = \"files\"; to = \"ops@example.gov\"; } );\n"

/* A line without the folder of the test, wherever it stands. */
static void add_without_folder(struct text *out, const char *line)
{
    size_t n = strlen(test_dir());

    for (const char *at; (at = strstr(line, test_dir())); line = at + n + 1)
        text_addn(out, line, (size_t)(at - line));
    text_addf(out, "%s\n", line);
}

/* Loads BASIC, the shipped calendars and `more`; what is wrong is returned, one a line, without the
 * path of the file. The caller frees it. */
static char *load(const char *more, struct settings **ret)
{
    struct problems p = { 0 };
    struct text config = { 0 }, said = { 0 };
    char folder[4096], line[1024];
    const char *path;

    assert_non_null(getcwd(folder, sizeof folder));
    text_addf(&config, "%srule_dirs = [ \"%s/rules/calendar\" ];\n", BASIC, folder);
    path = test_write("calendars.conf", text_of(&config), config.size);
    text_clear(&config);
    if (more) {
        test_write("more.rules", more, strlen(more));
        text_addf(&config, "%srule_dirs = [ \"%s/rules/calendar\", \"%s\" ];\n", BASIC, folder,
                  test_dir());
        path = test_write("calendars.conf", text_of(&config), config.size);
    }
    *ret = settings_load(path, arena, &p);
    assert_non_null(*ret);
    problems_sort(&p);
    for (size_t i = 0; i < p.count; i++) {
        add_without_folder(&said, problem_text(&p.all[i], line, sizeof line));
    }
    problems_free(&p);
    text_free(&config);
    return said.data ? said.data : calloc(1, 1);
}

static const struct calendar *shipped(const char *name)
{
    struct settings *s;
    char *said = load(NULL, &s);

    assert_string_equal(said, "");
    free(said);
    assert_non_null(settings_calendar(s, name));
    return settings_calendar(s, name)->made;
}

/* One line of the list of holidays: its name, its own day, the day on which it is kept. */
static bool next_holiday(char **at, char *name, date *legal, date *observed)
{
    char *line = strsep(at, "\n"), *end;
    char a[16], b[16];

    if (!line || !*line)
        return false;
    end = *line == '"' ? strchr(line + 1, '"') : strchr(line, ',');
    *end = '\0';
    strcpy(name, *line == '"' ? line + 1 : line);
    end += *line == '"' ? 2 : 1;
    assert_int_equal(sscanf(end, "%10[^,],%10[^,]", a, b), 2);
    *legal = date_read(a);
    *observed = date_read(b);
    return true;
}

static void the_federal_calendar_has_the_395_holidays_of_the_list(void **state)
{
    const char *path = test_shared("data/us-holidays/us_federal_holidays_1998_2035.csv");
    const struct calendar *c = shipped("us-federal");
    size_t size;
    char *text = test_read(path, &size), *at = text, name[80];
    int count = 0, moved = 0;
    date legal, observed;

    (void)state;
    strsep(&at, "\n");
    while (next_holiday(&at, name, &legal, &observed)) {
        const struct closed_day *why = calendar_why(c, observed, NULL);

        if (!why || why->of != legal)
            fail_msg("%s of %d is not in the calendar", name, legal);
        moved += observed != legal;
        count++;
    }
    assert_int_equal(count, 395);
    assert_int_equal(moved, 50);
    free(text);
}

static void count_one(void *data, const struct closed_day *d)
{
    int *count = data;

    *count += !d->places && d->day != d->of ? 0 : !d->places;
}

/* The list has 395 holidays and no closings by order: what is more than that are the closings. */
static void the_federal_calendar_has_no_holiday_beside_them(void **state)
{
    const struct calendar *c = shipped("us-federal");
    int count = 0;

    (void)state;
    calendar_closed(c, date_of(1998, 1, 1), date_of(2035, 12, 31), count_one, &count);
    assert_int_equal(count, 395 + 16);
}

/* domain.md 5.2 */
static void offices_were_closed_by_order_on_single_days(void **state)
{
    static const char *const days[] = { "2001-12-24", "2003-12-26", "2004-06-11", "2007-01-02",
                                        "2007-12-24", "2008-12-26", "2012-12-24", "2014-12-26",
                                        "2018-12-05", "2018-12-24", "2019-12-24", "2020-12-24",
                                        "2021-06-18", "2024-12-24", "2025-01-09", "2025-12-24",
                                        "2025-12-26" };
    const struct calendar *office = shipped("cbp-office");

    (void)state;
    for (size_t i = 0; i < COUNT_OF(days); i++)
        assert_false(calendar_is_open(office, date_read(days[i]), NULL));
    assert_true(calendar_is_open(office, date_read("2023-12-26"), NULL));
    assert_true(calendar_is_open(office, date_read("2025-01-20"), NULL) == false); /* M. L. King */
    assert_true(calendar_is_open(office, date_read("2021-01-20"), NULL)); /* an inauguration */
}

static void a_storm_closed_five_ports_and_no_other(void **state)
{
    const struct calendar *office = shipped("cbp-office");

    (void)state;
    for (date d = date_read("2017-08-30"); d <= date_read("2017-09-01"); d++) {
        assert_false(calendar_is_open(office, d, "5301"));
        assert_true(calendar_is_open(office, d, "2704"));
        assert_true(calendar_is_open(office, d, NULL));
    }
    assert_true(calendar_is_open(office, date_read("2017-08-29"), "5301"));
}

static void the_court_does_not_close_on_the_friday_for_a_saturday(void **state)
{
    const struct calendar *court = shipped("uscit");

    (void)state;
    assert_true(calendar_is_open(court, date_read("2020-07-03"), NULL));
    assert_false(calendar_is_open(court, date_read("2021-07-05"), NULL));
    assert_true(calendar_is_open(court, date_read("2024-12-24"), NULL));
}

/* It is open on days on which the offices of the executive branch are closed, and says so of each;
 * its own days are no question. */
static void a_court_has_days_that_are_arguable_and_days_of_its_own(void **state)
{
    const char *const names[] = { "uscit", "district-court" };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const struct calendar *c = shipped(names[i]);
        const struct counting n = { .calendar = c };
        bool own = i == 0;

        assert_string_equal(calendar_name(calendar_doubted(c)), "us-federal");
        assert_string_equal(calendar_arguable(c, date_read("2018-12-05"))->law,
                            "Executive Order 13852");
        assert_string_equal(calendar_arguable(c, date_read("2020-07-03"))->law,
                            "5 USC 6103(b), E.O. 11582");
        assert_null(calendar_arguable(c, date_read("2018-12-06")));
        assert_null(calendar_arguable(c, date_read("2024-12-25"))); /* closed: Christmas */
        assert_int_equal(calendar_arguable(c, date_read("2025-12-26")) == NULL, own);
        assert_int_equal(calendar_is_open(c, date_read("2025-12-26"), NULL), !own);
        assert_int_equal(calendar_is_open(c, date_read("2025-11-28"), NULL), !own);
        assert_null(calendar_arguable(c, date_read("2025-11-28")));
        assert_int_equal(last_day_arguable(&n, date_read("2025-12-24"), LAST_DAY_COURT),
                         date_read("2025-12-29"));
        assert_int_equal(last_day_arguable(&n, date_read("2025-12-23"), LAST_DAY_COURT),
                         date_read("2025-12-23"));
        assert_int_equal(last_day_arguable(&n, date_read("2025-12-24"), LAST_DAY_LAW),
                         date_read("2025-12-24"));
        assert_int_equal(last_day_arguable(&n, date_read("2025-12-24"), LAST_DAY_SAFE),
                         date_read("2025-12-24"));
        assert_string_equal(calendar_plan_of(c)->roll_law, own ? "USCIT Rule 6(a)" : "FRCP 6(a)");
    }
    assert_null(calendar_doubted(shipped("us-federal")));
}

/* Whoever verifies further says anew up to which day orders are known; who only adds a day does
 * not. */
static void orders_are_known_up_to_the_day_of_who_verified(void **state)
{
    static const struct {
        const char *more, *as_of;
    } each[] = { { "", "2026-11-30" },
                 { "as_of = \"2026-12-18\";", "2026-12-18" },
                 { "verified_until = \"2026-12-31\";", NULL },
                 { "verified_until = \"2026-12-31\"; as_of = \"2026-12-18\";", "2026-12-18" } };
    char more[200];
    struct settings *s;
    char *said;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(each); i++) {
        snprintf(more, sizeof more,
                 "calendars = ( { name = \"us-federal\"; like = \"us-federal\"; %s } );\n",
                 each[i].more);
        said = load(more, &s);
        assert_string_equal(said, "");
        free(said);
        assert_int_equal(calendar_as_of(settings_calendar(s, "cbp-office")->made),
                         each[i].as_of ? date_read(each[i].as_of) : DATE_NONE);
    }
}

static void a_later_file_adds_what_was_ordered_since(void **state)
{
    struct settings *s;
    char *said = load("calendars = ( { name = \"us-federal\"; like = \"us-federal\";\n"
                      "verified_until = \"2026-12-31\"; closings = ( { on = \"2026-12-24\";\n"
                      "because = \"Christmas Eve\"; } ); } );\n",
                      &s);

    (void)state;
    assert_string_equal(said, "");
    free(said);
    for (int i = 0; i < 2; i++) { /* the office is like the federal one as it is in the end */
        const struct calendar *c = settings_calendar(s, i ? "cbp-office" : "us-federal")->made;

        assert_false(calendar_is_open(c, date_read("2026-12-24"), NULL));
        assert_false(calendar_is_open(c, date_read("2025-12-24"), NULL));
        assert_int_equal(calendar_verified_until(c), date_read("2026-12-31"));
    }
}

static void all_that_is_wrong_is_said_at_once(void **state)
{
    struct settings *s;
    char *said = load("calendars = (\n"
                      "{ name = \"a\"; weekend = [ \"caturday\" ];\n"
                      "  holidays = (\n"
                      "  { name = \"x\"; on = \"sixth Monday of May\"; },\n"
                      "  { name = \"y\"; on = \"May 1\"; from = 2020; until = 2019; } );\n"
                      "  closings = ( { on = \"2026-05-01\"; until = \"2026-04-01\";\n"
                      "    because = \"z\"; } ); },\n"
                      "{ name = \"b\"; like = \"c\"; },\n"
                      "{ name = \"c\"; like = \"b\"; },\n"
                      "{ name = \"d\"; like = \"us-fedral\"; },\n"
                      "{ name = \"a\"; },\n"
                      "{ name = \"e\"; arguable = \"us-fedral\"; },\n"
                      "{ name = \"f\"; arguable = \"f\"; } );\n",
                      &s);

    (void)state;
    assert_string_equal(
        said,
        "more.rules:2: calendar \"a\": weekend: \"caturday\" is no day of the week such as "
        "\"saturday\"\n"
        "more.rules:4: calendar \"a\": holiday \"x\": on = \"sixth Monday of May\" is no day such "
        "as "
        "\"July 4\", \"third Monday of January\", \"last Monday of May\" or \"Easter - 2 days\"\n"
        "more.rules:5: calendar \"a\": holiday \"y\": until is before from\n"
        "more.rules:6: calendar \"a\": closing \"z\": until is before on\n"
        "more.rules:8: calendar \"b\": is like itself, by way of \"c\"\n"
        "more.rules:9: calendar \"c\": is like itself, by way of \"b\"\n"
        "more.rules:10: calendar \"d\": no calendar \"us-fedral\" (us-federal?)\n"
        "more.rules:11: calendar \"a\" stands already in more.rules:2; to add to it, say like = "
        "\"a\"\n"
        "more.rules:12: calendar \"e\": no calendar \"us-fedral\" (us-federal?)\n"
        "more.rules:13: calendar \"f\": arguable names itself: its own closed days are closed\n");
    free(said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_federal_calendar_has_the_395_holidays_of_the_list),
        cmocka_unit_test(the_federal_calendar_has_no_holiday_beside_them),
        cmocka_unit_test(offices_were_closed_by_order_on_single_days),
        cmocka_unit_test(a_storm_closed_five_ports_and_no_other),
        cmocka_unit_test(the_court_does_not_close_on_the_friday_for_a_saturday),
        cmocka_unit_test(a_court_has_days_that_are_arguable_and_days_of_its_own),
        cmocka_unit_test(orders_are_known_up_to_the_day_of_who_verified),
        cmocka_unit_test(a_later_file_adds_what_was_ordered_since),
        cmocka_unit_test(all_that_is_wrong_is_said_at_once),
    };

    return cmocka_run_group_tests_name("calendars", tests, arena_set_up, arena_tear_down);
}
