#include "lib/test.h"

#include "base/date.h"
#include "base/zone.h"

#include <stdio.h>
#include <string.h>

static void every_day_of_ten_thousand_years_goes_round(void **state)
{
    date last = date_of(9999, 12, 31);
    int y, m, d, weekday = date_weekday(date_of(1, 1, 1));

    (void)state;
    assert_int_equal(weekday, 0); /* 0001-01-01 was a Monday */
    for (date day = date_of(1, 1, 1); day <= last; day++) {
        date_split(day, &y, &m, &d);
        assert_int_equal(date_of(y, m, d), day);
        assert_int_equal(date_weekday(day), weekday);
        weekday = (weekday + 1) % 7;
    }
}

static void days_that_do_not_exist_are_none(void **state)
{
    static const int bad[][3] = { { 2025, 2, 29 }, { 1900, 2, 29 }, { 2025, 4, 31 },
                                  { 2025, 13, 1 }, { 2025, 0, 1 },  { 2025, 1, 0 },
                                  { 0, 1, 1 },     { 10000, 1, 1 }, { -5, 1, 1 } };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_int_equal(date_of(bad[i][0], bad[i][1], bad[i][2]), DATE_NONE);
    assert_int_not_equal(date_of(2000, 2, 29), DATE_NONE);
    assert_int_not_equal(date_of(2024, 2, 29), DATE_NONE);
}

static void iso_days_are_read_strictly(void **state)
{
    static const char *const bad[] = { "2025-3-31",   "2025-03-32",  "2025/03/31",  "25-03-31",  "",
                                       "2025-03-31 ", " 2025-03-31", "2025-03-31T", "2025-02-30" };
    char text[DATE_TEXT_SIZE];

    (void)state;
    assert_string_equal(date_text(date_read("2025-03-31"), text), "2025-03-31");
    assert_int_equal(date_read(NULL), DATE_NONE);
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_int_equal(date_read(bad[i]), DATE_NONE);
}

struct written {
    const char *pattern, *text, *day; /* NULL: refused */
    int seconds;
};

static const struct written written[] = {
    { "yyyy/m/d", "2002/5/22", "2002-05-22", 0 },
    { "yyyy/m/d", "2002/05/22", "2002-05-22", 0 },
    { "mm/dd/yyyy", "06/13/2012", "2012-06-13", 0 },
    { "mm/dd/yyyy", "6/13/2012", NULL, 0 },
    { "m/d/yyyy", "13/6/2012", NULL, 0 },
    { "d mon yyyy", "3 Mar 2025", "2025-03-03", 0 },
    { "mon d, yyyy", "September 27, 2002", "2002-09-27", 0 },
    { "mon d, yyyy", "Sept 27, 2002", NULL, 0 },
    { "dd/mm/yyyy", "31/02/2025", NULL, 0 },
    { "yyyy-mm-dd", "25-01-01", NULL, 0 },
    { "m/d/yyyy", "1/2/25", NULL, 0 },
    { "m/d/yy", "1/2/25", "2025-01-02", 0 },
    { "m/d/yy", "1/2/68", "2068-01-02", 0 },
    { "m/d/yy", "1/2/69", "1969-01-02", 0 },
    { "m/d/yy", "1/2/2025", NULL, 0 },
    { "m/d/yy", "1/2/5", NULL, 0 },
    { "yyyy-mm-dd HH:MM", "2025-01-01 23:59", "2025-01-01", 86340 },
    { "yyyy-mm-dd HH:MM", "2025-01-01 24:00", NULL, 0 },
    { "mm/dd/yyyy hh:MM:SS AM", "01/02/2015 01:30:55 PM", "2015-01-02", 48655 },
    { "mm/dd/yyyy hh:MM:SS AM", "01/02/2015 12:00:00 AM", "2015-01-02", 0 },
    { "mm/dd/yyyy hh:MM:SS AM", "01/02/2015 00:00:00 AM", NULL, 0 },
    { "mm/dd/yyyy hh:MM:SS AM", "01/02/2015 13:00:00 PM", NULL, 0 },
    { "yyyy-mm-ddTHH:MM:SSZ", "2014-04-11T00:00:00+02:00", "2014-04-11", 0 },
    { "yyyy-mm-ddTHH:MM:SSZ", "2014-04-11T00:00:00.25Z", "2014-04-11", 0 },
    { "yyyy-mm-ddTHH:MM:SSZ", "2014-04-11T00:00:00", NULL, 0 },
    { "yyyy-mm-ddTHH:MM:SSZ", "2014-04-11T00:00:60Z", NULL, 0 },
    { "yyyy-mm-dd", "2025-01-01x", NULL, 0 },
};

static void dates_are_read_by_their_pattern(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(written); i++) {
        const struct written *w = &written[i];
        struct date_fields f = { 0 };
        bool ok = date_parse(w->pattern, w->text, strlen(w->text), &f);

        if (ok != (w->day != NULL))
            fail_msg("%s by %s: %s", w->text, w->pattern, ok ? "was read" : "was refused");
        if (!ok)
            continue;
        assert_int_equal(date_of(f.year, f.month, f.day), date_read(w->day));
        assert_int_equal(f.hour * 3600 + f.minute * 60 + f.second, w->seconds);
    }
}

static void patterns_must_name_year_month_and_day_once(void **state)
{
    static const char *const bad[] = { "",     "yyyy", "yyyy-mm", "mm/dd/yyyyyy", "yyyy-mm-dd-dd",
                                       "hello" };

    (void)state;
    assert_true(date_pattern_check("yyyy-mm-dd"));
    assert_true(date_pattern_check("mon d, yyyy"));
    assert_true(date_pattern_check("m/d/yy"));
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(date_pattern_check(bad[i]));
}

/* Every pair of these, in both orders: whether they clash is known, and the text that is given is
 * what it is said to be. */
static void patterns_that_read_one_text_as_two_days_are_found(void **state)
{
    static const struct {
        const char *pattern;
        int group; /* patterns of two groups clash, of one or of group 0 never */
    } all[] = {
        { "yyyy-mm-dd", 0 },
        { "mon d, yyyy", 0 },
        { "yyyymmdd", 0 },
        { "dd.mm.yyyy", 0 },
        { "m/d/yyyy", 1 },
        { "mm/dd/yyyy", 1 },
        { "d/m/yyyy", 2 },
        { "dd/mm/yyyy", 2 },
        { "mm/dd/yyyy HH:MM", 0 },
        { "d-mon-yyyy", 0 },
        { "yyyy-mm-ddTHH:MM:SSZ", 0 },
    };
    static const char *const pairs[][2] = {
        { "mm/dd/yy", "yy/mm/dd" }, { "dd-mm-yy", "yy-mm-dd" },
        { "mmddyyyy", "ddmmyyyy" }, { "m/d/yyyy HH:MM", "d/m/yyyy h:MM" },
        { "mon d yy", "mon yy d" }, { "yyyy-m-d", "yyyy-dd-mm" }
    };
    struct date_clash c;
    struct date_fields x, y;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(all); i++)
        for (size_t k = 0; k < COUNT_OF(all); k++)
            if (date_patterns_clash(all[i].pattern, all[k].pattern, &c) !=
                (all[i].group && all[k].group && all[i].group != all[k].group))
                fail_msg("%s and %s", all[i].pattern, all[k].pattern);
    for (size_t i = 0; i < COUNT_OF(pairs) * 2; i++) {
        const char *one = pairs[i / 2][i % 2], *other = pairs[i / 2][1 - i % 2];

        if (!date_patterns_clash(one, other, &c))
            fail_msg("%s and %s", one, other);
        assert_true(date_parse(one, c.text, strlen(c.text), &x));
        assert_true(date_parse(other, c.text, strlen(c.text), &y));
        assert_int_equal(date_of(x.year, x.month, x.day), c.first);
        assert_int_equal(date_of(y.year, y.month, y.day), c.second);
        assert_int_not_equal(c.first, c.second);
    }
}

static void a_day_begins_at_midnight_of_its_zone(void **state)
{
    date day = date_read("2025-03-09"), autumn = date_read("2025-11-02");
    const char *zone = "America/New_York";
    char text[INSTANT_TEXT_SIZE];

    (void)state;
    assert_string_equal(instant_text(zone_instant(zone, day, 0), text), "2025-03-09T05:00:00Z");
    assert_string_equal(instant_text(zone_instant(zone, day + 1, 0), text), "2025-03-10T04:00:00Z");
    assert_int_equal(zone_day(zone, zone_instant(zone, day, 0) - 1), day - 1);
    assert_int_equal(zone_day(zone, zone_instant(zone, day, 0)), day);
    /* 02:30 does not exist on that day; 01:30 comes twice in autumn, the first is meant */
    assert_string_equal(instant_text(zone_instant(zone, day, 9000), text), "2025-03-09T07:30:00Z");
    assert_string_equal(instant_text(zone_instant(zone, autumn, 5400), text),
                        "2025-11-02T05:30:00Z");
    assert_int_equal(zone_seconds("UTC", zone_instant("UTC", day, 3661)), 3661);
}

static void zones_that_are_not_there_are_not_known(void **state)
{
    (void)state;
    assert_true(zone_known("UTC"));
    assert_true(zone_known("America/New_York"));
    assert_false(zone_known("America/New_Yorkk"));
    assert_false(zone_known("../../etc/passwd"));
    assert_false(zone_known("/etc/passwd"));
    assert_false(zone_known(""));
}

static void instants_before_1970_are_written_too(void **state)
{
    char text[INSTANT_TEXT_SIZE];

    (void)state;
    assert_string_equal(instant_text(-SECOND / 2, text), "1969-12-31T23:59:59.500000Z");
    assert_int_equal(zone_day("UTC", -1), date_read("1969-12-31"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_ten_thousand_years_goes_round),
        cmocka_unit_test(days_that_do_not_exist_are_none),
        cmocka_unit_test(iso_days_are_read_strictly),
        cmocka_unit_test(dates_are_read_by_their_pattern),
        cmocka_unit_test(patterns_must_name_year_month_and_day_once),
        cmocka_unit_test(patterns_that_read_one_text_as_two_days_are_found),
        cmocka_unit_test(a_day_begins_at_midnight_of_its_zone),
        cmocka_unit_test(zones_that_are_not_there_are_not_known),
        cmocka_unit_test(instants_before_1970_are_written_too),
    };

    return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
