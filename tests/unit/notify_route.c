/* notify/route: who is told of a finding. */
#include "lib/test.h"

#include "base/text.h"
#include "notify/route.h"

#include <stdio.h>

#define TEXTS(...)                                                                                 \
    {                                                                                              \
        (const char *const[]){ __VA_ARGS__, NULL },                                                \
            sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *)                          \
    }
#define ANY INT64_MIN /* no min_amount */

static const struct contact contacts[] = {
    { .name = "Ann Example", .to = "ann@example.gov" },
    { .name = "Machinery", .to = "machinery@example.gov" },
    { .name = "chief", .to = "chief@example.gov" },
};

static const struct channel channels[] = {
    { .name = "mail", .type = CHANNEL_MAIL },
    { .name = "hook", .type = CHANNEL_WEBHOOK },
};

static const struct finding_about about_case = { .rule = "sol-1592",
                                                 .subject = "C1",
                                                 .unit = "Machinery",
                                                 .office = "Detroit",
                                                 .owner = "Ann Example",
                                                 .amount = 100000 };

/* "channel:address cadence" of each recipient. */
static const char *find(const struct route *routes, size_t n, const struct finding_about *about,
                        enum severity severity)
{
    struct operators operators = { .channel = "mail", .to = TEXTS("ops@example.gov") };
    struct settings s = { .routes = { (void *)(uintptr_t)routes, n },
                          .channels = { (void *)(uintptr_t)channels, COUNT_OF(channels) },
                          .contacts = { (void *)(uintptr_t)contacts, COUNT_OF(contacts) },
                          .operators = &operators };
    static char text[2000];
    AUTO(arena) a = arena_new();
    struct recipient *all;
    int count = route_find(&s, about, severity, a, &all), used = 0;

    text[0] = '\0';
    for (int i = 0; i < count; i++)
        used += snprintf(text + used, sizeof text - (size_t)used, "%s%s:%s %s", i ? ", " : "",
                         all[i].channel, all[i].address, cadence_names[all[i].cadence]);
    return text;
}

#define FIND(routes, about, severity) find(routes, COUNT_OF(routes), about, severity)

static void the_first_route_that_fits_wins(void **state)
{
    const struct route routes[] = {
        { .units = TEXTS("Apparel"), .channel = "mail", .to = TEXTS("a@b"), .min_amount = ANY },
        { .units = TEXTS("Apparel", "Machinery"),
          .channel = "mail",
          .to = TEXTS("m@b"),
          .min_amount = ANY,
          .cadence = CADENCE_DAILY },
        { .channel = "mail", .to = TEXTS("all@b"), .min_amount = ANY },
    };
    struct finding_about other = about_case;

    (void)state;
    assert_string_equal(FIND(routes, &about_case, SEVERITY_INFO), "mail:m@b daily");
    other.unit = "Steel";
    assert_string_equal(FIND(routes, &other, SEVERITY_INFO), "mail:all@b now");
    other.unit = NULL; /* a case without a unit fits no route that names some */
    assert_string_equal(FIND(routes, &other, SEVERITY_INFO), "mail:all@b now");
}

static void each_condition_must_hold(void **state)
{
    const struct route routes[] = {
        { .units = TEXTS("Machinery"),
          .offices = TEXTS("Detroit"),
          .rules = TEXTS("sol-1592"),
          .severities = TEXTS("warning", "critical"),
          .channel = "mail",
          .to = TEXTS("narrow@b"),
          .min_amount = ANY },
        { .channel = "mail", .to = TEXTS("all@b"), .min_amount = ANY },
    };
    struct finding_about other;

    (void)state;
    assert_string_equal(FIND(routes, &about_case, SEVERITY_CRITICAL), "mail:narrow@b now");
    assert_string_equal(FIND(routes, &about_case, SEVERITY_WARNING), "mail:narrow@b now");
    assert_string_equal(FIND(routes, &about_case, SEVERITY_NOTICE), "mail:all@b now");
    other = about_case;
    other.unit = "Steel";
    assert_string_equal(FIND(routes, &other, SEVERITY_CRITICAL), "mail:all@b now");
    other = about_case;
    other.office = "Laredo";
    assert_string_equal(FIND(routes, &other, SEVERITY_CRITICAL), "mail:all@b now");
    other = about_case;
    other.rule = "petition";
    assert_string_equal(FIND(routes, &other, SEVERITY_CRITICAL), "mail:all@b now");
}

static void a_route_for_large_amounts_takes_none_that_is_smaller_or_not_known(void **state)
{
    const struct route routes[] = {
        { .channel = "mail", .to = TEXTS("large@b"), .min_amount = 100000 },
        { .channel = "mail", .to = TEXTS("all@b"), .min_amount = ANY },
    };
    struct finding_about other = about_case;

    (void)state;
    assert_string_equal(FIND(routes, &other, SEVERITY_INFO), "mail:large@b now"); /* exactly it */
    other.amount = 99999;
    assert_string_equal(FIND(routes, &other, SEVERITY_INFO), "mail:all@b now");
    other.amount = INT64_MIN;
    assert_string_equal(FIND(routes, &other, SEVERITY_INFO), "mail:all@b now");
}

static void a_route_that_goes_on_adds_to_those_after_it(void **state)
{
    const struct route routes[] = {
        { .channel = "mail", .to = TEXTS("copy@b"), .min_amount = ANY, .go_on = true },
        { .channel = "hook", .to = TEXTS("https://h"), .min_amount = ANY, .go_on = true },
        { .channel = "mail", .to = TEXTS("m@b"), .min_amount = ANY, .cadence = CADENCE_DAILY },
        { .channel = "mail", .to = TEXTS("never-reached@b"), .min_amount = ANY },
    };

    (void)state;
    assert_string_equal(FIND(routes, &about_case, SEVERITY_INFO),
                        "mail:copy@b now, hook:https://h now, mail:m@b daily");
}

static void the_owner_is_found_by_address_and_by_contact(void **state)
{
    const struct route routes[] = {
        { .channel = "mail", .to = TEXTS("{owner}"), .min_amount = ANY },
        { .channel = "mail", .to = TEXTS("all@b"), .min_amount = ANY },
    };
    struct finding_about other = about_case;

    (void)state;
    assert_string_equal(FIND(routes, &other, SEVERITY_INFO), "mail:ann@example.gov now");
    other.owner = "bob@example.gov";
    assert_string_equal(FIND(routes, &other, SEVERITY_INFO), "mail:bob@example.gov now");
}

static void two_spellings_are_one_person(void **state)
{
    const struct route routes[] = {
        { .channel = "mail",
          .to = TEXTS("ann@example.gov", "{owner}", "Ann <ANN@example.gov>", "chief"),
          .min_amount = ANY,
          .go_on = true },
        { .channel = "mail", .to = TEXTS("Root", "Chief@Example.Gov"), .min_amount = ANY },
    };
    struct finding_about other = about_case;

    (void)state;
    other.owner = "\"Example, Ann\" <Ann@Example.gov>";
    assert_string_equal(FIND(routes, &other, SEVERITY_INFO),
                        "mail:ann@example.gov now, mail:chief@example.gov now, mail:root now");
}

static void a_receiver_of_a_webhook_is_no_address(void **state)
{
    const struct route routes[] = {
        { .channel = "hook", .to = TEXTS("#Duties, all", "{owner}"), .min_amount = ANY },
    };
    struct finding_about other = about_case;

    (void)state;
    other.owner = "Ann@x; Bob@y";
    assert_string_equal(FIND(routes, &other, SEVERITY_INFO),
                        "hook:#Duties, all now, hook:Ann@x; Bob@y now");
}

static void an_owner_who_cannot_be_reached_falls_to_the_catch_all(void **state)
{
    const struct route routes[] = {
        { .channel = "mail", .to = TEXTS("{owner}"), .min_amount = ANY },
        { .channel = "mail", .to = TEXTS("all@b"), .min_amount = ANY },
    };
    static const char *const owners[] = { NULL,
                                          "",
                                          "Bob Unknown",
                                          "root", /* in the data that is a name */
                                          "ann@example.gov; bob@example.gov",
                                          "ann@example.gov, bob@example.gov",
                                          "ann@example.govbob@example.gov",
                                          "Smith, Ann",
                                          "ann@",
                                          "@example.gov" };
    struct finding_about other = about_case;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(owners); i++) {
        other.owner = owners[i];
        assert_string_equal(FIND(routes, &other, SEVERITY_INFO), "mail:all@b now");
    }
}

static void of_several_recipients_those_who_can_be_reached_are_told(void **state)
{
    const struct route routes[] = {
        { .channel = "mail",
          .to = TEXTS("{owner}", "{unit}", "{office}", "chief"),
          .min_amount = ANY },
        { .channel = "mail", .to = TEXTS("all@b"), .min_amount = ANY },
    };

    (void)state; /* Detroit is no contact */
    assert_string_equal(
        FIND(routes, &about_case, SEVERITY_INFO),
        "mail:ann@example.gov now, mail:machinery@example.gov now, mail:chief@example.gov now");
}

static void never_ends_the_search_with_nobody(void **state)
{
    const struct route routes[] = {
        { .rules = TEXTS("sol-1592"),
          .channel = "mail",
          .to = TEXTS("x@b"),
          .min_amount = ANY,
          .cadence = CADENCE_NEVER },
        { .channel = "mail", .to = TEXTS("all@b"), .min_amount = ANY },
    };
    struct finding_about other = about_case;

    (void)state;
    assert_string_equal(FIND(routes, &other, SEVERITY_CRITICAL), "");
    other.rule = "petition";
    assert_string_equal(FIND(routes, &other, SEVERITY_INFO), "mail:all@b now");
}

static void never_that_goes_on_is_nothing(void **state)
{
    const struct route routes[] = {
        { .channel = "mail",
          .to = TEXTS("x@b"),
          .min_amount = ANY,
          .cadence = CADENCE_NEVER,
          .go_on = true },
        { .channel = "mail", .to = TEXTS("all@b"), .min_amount = ANY },
    };

    (void)state;
    assert_string_equal(FIND(routes, &about_case, SEVERITY_INFO), "mail:all@b now");
}

static void nobody_is_told_twice_through_one_channel(void **state)
{
    const struct route routes[] = {
        { .channel = "mail", .to = TEXTS("ann@example.gov"), .min_amount = ANY, .go_on = true },
        { .channel = "mail",
          .to = TEXTS("{owner}", "ann@example.gov", "Ann Example"),
          .min_amount = ANY,
          .cadence = CADENCE_DAILY,
          .go_on = true },
        { .channel = "files", .to = TEXTS("{owner}"), .min_amount = ANY },
    };

    (void)state; /* the first way of telling wins; another channel is another way */
    assert_string_equal(FIND(routes, &about_case, SEVERITY_INFO),
                        "mail:ann@example.gov now, files:ann@example.gov now");
}

static void who_is_told_already_ends_the_search_too(void **state)
{
    const struct route routes[] = {
        { .channel = "mail", .to = TEXTS("ann@example.gov"), .min_amount = ANY, .go_on = true },
        { .channel = "mail", .to = TEXTS("{owner}"), .min_amount = ANY },
        { .channel = "mail", .to = TEXTS("all@b"), .min_amount = ANY },
    };

    (void)state; /* the owner was reached: nobody is missing for whom the catch-all must stand in */
    assert_string_equal(FIND(routes, &about_case, SEVERITY_INFO), "mail:ann@example.gov now");
}

static void as_many_are_told_as_are_named(void **state)
{
    static char addresses[100][16];
    static const char *to[101];
    struct route routes[] = { { .channel = "mail", .to = { to, 100 }, .min_amount = ANY } };
    struct settings s = { .routes = { routes, 1 } };
    AUTO(arena) a = arena_new();
    struct recipient *all;

    (void)state;
    for (int i = 0; i < 100; i++) {
        snprintf(addresses[i], sizeof addresses[i], "r%d@b", i);
        to[i] = addresses[i];
    }
    assert_int_equal(route_find(&s, &about_case, SEVERITY_INFO, a, &all), 100);
    assert_string_equal(all[63].address, "r63@b");
    assert_string_equal(all[99].address, "r99@b");
}

static void operators_are_told_at_once_through_their_channel(void **state)
{
    struct operators operators = { .channel = "hook", .to = TEXTS("a@b", "c@d", "a@b") };
    struct settings s = { .operators = &operators };
    AUTO(arena) a = arena_new();
    struct recipient *all;

    (void)state;
    assert_int_equal(route_operators(&s, a, &all), 2);
    assert_string_equal(all[1].address, "c@d");
    assert_string_equal(all[1].channel, "hook");
    assert_int_equal(all[1].cadence, CADENCE_NOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_route_that_fits_wins),
        cmocka_unit_test(each_condition_must_hold),
        cmocka_unit_test(a_route_for_large_amounts_takes_none_that_is_smaller_or_not_known),
        cmocka_unit_test(a_route_that_goes_on_adds_to_those_after_it),
        cmocka_unit_test(the_owner_is_found_by_address_and_by_contact),
        cmocka_unit_test(two_spellings_are_one_person),
        cmocka_unit_test(a_receiver_of_a_webhook_is_no_address),
        cmocka_unit_test(an_owner_who_cannot_be_reached_falls_to_the_catch_all),
        cmocka_unit_test(of_several_recipients_those_who_can_be_reached_are_told),
        cmocka_unit_test(never_ends_the_search_with_nobody),
        cmocka_unit_test(never_that_goes_on_is_nothing),
        cmocka_unit_test(nobody_is_told_twice_through_one_channel),
        cmocka_unit_test(who_is_told_already_ends_the_search_too),
        cmocka_unit_test(as_many_are_told_as_are_named),
        cmocka_unit_test(operators_are_told_at_once_through_their_channel),
    };

    return cmocka_run_group_tests_name("route", tests, NULL, NULL);
}
