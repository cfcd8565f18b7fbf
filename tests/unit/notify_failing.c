/* notify/failing: what is told of channels that do not deliver, on a real database. */
#include "lib/ask.h"
#include "lib/test.h"

#include "db/schema.h"
#include "notify/failing.h"

#include <stdio.h>
#include <sys/stat.h>

#define NOW (INT64_C(1740996000) * SECOND)
#define TODAY date_read("2025-03-03")
#define RUNS 300

static struct channel channels[] = { { .name = "a" }, { .name = "b" }, { .name = "c" } };
static struct operators operators = { .to = { (const char *const[]){ "ops@example.gov", NULL },
                                              1 } };
static struct settings settings = { .name = "dutywatch",
                                    .zone = "UTC",
                                    .mode = MODE_LIVE,
                                    .operators = &operators,
                                    .channels = { channels, COUNT_OF(channels) } };
static struct arena *arena;
static struct db *state;

static int set_up(void **ignored)
{
    static int count;
    struct error e;
    char name[16];

    (void)ignored;
    snprintf(name, sizeof name, "state%d", count++);
    arena = arena_new();
    operators.channel = "a";
    return mkdir(test_path(name), 0750) || !schema_open_state(test_path(name), &state, &e);
}

static int tear_down(void **ignored)
{
    (void)ignored;
    db_close(state);
    arena_free(arena);
    return 0;
}

static void put(const char *key, const char *channel)
{
    struct message m = { .key = key,
                         .channel = channel,
                         .recipient = "ann@example.gov",
                         .kind = "now",
                         .subject = "one",
                         .content = "{}" };
    struct error e = { 0 };

    if (!outbox_put(state, &m, NOW - 40 * DAY, &e))
        fail_msg("%s", e.text);
}

/* `told`: INSTANT_NONE: not yet. */
static void fails(const char *channel, instant since, instant told)
{
    struct error e = { 0 };

    if (!db_run(state, &e, "INSERT INTO channel (name, failing_since, answer) VALUES (?, ?, '451')",
                "ti", channel, since) ||
        (told != INSTANT_NONE &&
         !db_run(state, &e, "UPDATE channel SET told_at = ? WHERE name = ?", "it", told, channel)))
        fail_msg("%s", e.text);
}

static void tell(instant now)
{
    struct error e = { 0 };

    if (!failing_tell(state, &settings, TODAY, now, &e))
        fail_msg("%s", e.text);
}

static instant tell_at(void)
{
    struct error e;
    instant at;

    assert_true(failing_tell_at(state, &at, &e));
    return at;
}

/* The channels of which a message tells, or of which it is noted that one did just now. */
#define TOLD                                                                                       \
    "SELECT name FROM channel WHERE EXISTS (SELECT 1 FROM message WHERE subject ="                 \
    " '[dutywatch] Channel ' || name || ' does not deliver') ORDER BY name"
#define NOTED "SELECT name FROM channel WHERE told_at = 1740996000000000 ORDER BY name"

/* b was told of days ago and nothing waited for it; what tells of c goes through it. */
static void what_tells_of_one_channel_waits_for_another(void **ignored)
{
    (void)ignored;
    operators.channel = "b";
    fails("b", NOW - 9 * DAY, NOW - 8 * DAY);
    fails("c", NOW - 2 * HOUR, INSTANT_NONE);
    tell(NOW);
    assert_string_equal(test_ask(state, TOLD, arena), "b; c");
    assert_string_equal(test_ask(state, NOTED, arena), "b; c");
    assert_int_equal(tell_at(), NOW + DAY);
}

static void any_state(uint64_t *seed)
{
    char key[8];

    operators.channel = channels[test_random(seed) % COUNT_OF(channels)].name;
    for (size_t i = 0; i < COUNT_OF(channels); i++) {
        const instant since = NOW - (instant)(test_random(seed) % 72) * HOUR;
        bool told = test_random(seed) % 2;

        snprintf(key, sizeof key, "key%zu", i);
        if (test_random(seed) % 4)
            fails(channels[i].name, since, told ? since + HOUR / 2 : INSTANT_NONE);
        if (test_random(seed) % 2)
            put(key, channels[i].name);
    }
}

/* Whatever fails and waits: a channel is noted as told exactly if a message tells of it, and none
 * stays due. */
static void who_is_noted_as_told_was_told(void **ignored)
{
    uint64_t seed = test_seed();
    struct error e;

    (void)ignored;
    for (int i = 0; i < RUNS; i++) {
        instant at;

        assert_true(db_run(state, &e, "DELETE FROM channel", "") &&
                    db_run(state, &e, "DELETE FROM message", ""));
        any_state(&seed);
        tell(NOW);
        assert_string_equal(test_ask(state, TOLD, arena), test_ask(state, NOTED, arena));
        at = tell_at();
        assert_true(at == INSTANT_NONE || at > NOW);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_tells_of_one_channel_waits_for_another),
        TEST(who_is_noted_as_told_was_told),
    };

    return cmocka_run_group_tests_name("failing", tests, NULL, NULL);
}
