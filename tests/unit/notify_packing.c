/* notify/notification and notify/packing: moves told to recipients, packed into messages. */
#include "lib/ask.h"
#include "lib/test.h"

#include "base/text.h"
#include "codec/digest.h"
#include "codec/json.h"
#include "db/schema.h"
#include "notify/notification.h"
#include "notify/outbox.h"
#include "notify/packing.h"
#include "notify/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TODAY date_read("2025-03-03")
#define NOW (INT64_C(1740996000) * SECOND)

static struct route routes[] = {
    { .rules = { (const char *const[]){ "daily", NULL }, 1 },
      .channel = "mail",
      .to = { (const char *const[]){ "{owner}", NULL }, 1 },
      .min_amount = INT64_MIN,
      .cadence = CADENCE_DAILY },
    { .channel = "mail",
      .to = { (const char *const[]){ "{owner}", NULL }, 1 },
      .min_amount = INT64_MIN },
};
static struct channel channels[] = { { .name = "mail" }, { .name = "files" } };
static struct operators operators = {
    .channel = "mail", .to = { (const char *const[]){ "ops@example.gov", NULL }, 1 }
};
static struct settings settings;
static struct arena *arena;
static struct db *state;

static void open_state(void)
{
    static int count;
    struct error e;
    char name[16];

    snprintf(name, sizeof name, "state%d", count++);
    db_close(state);
    assert_int_equal(mkdir(test_path(name), 0750), 0);
    assert_true(schema_open_state(test_path(name), &state, &e));
}

static int set_up(void **ignored)
{
    (void)ignored;
    operators.channel = "mail";
    settings = (struct settings){ .name = "dutywatch",
                                  .mode = MODE_LIVE,
                                  .baseline_back = "1 year",
                                  .operators = &operators,
                                  .routes = { routes, COUNT_OF(routes) },
                                  .channels = { channels, COUNT_OF(channels) } };
    arena = arena_new();
    open_state();
    return 0;
}

static int tear_down(void **ignored)
{
    (void)ignored;
    db_close(state);
    state = NULL;
    arena_free(arena);
    return 0;
}

/* One move to be told. */
struct event {
    const char *rule, *subject, *owner, *safe;
    enum cause cause;
    int64_t amount; /* 0: not known */
    const char *withheld, *quiet;
    bool operators, digest;
};

/* Writes finding, move and notifications as a judgement does, in a transaction of their own. */
static void happen(struct event v)
{
    struct finding_about about = { .rule = v.rule ? v.rule : "suit",
                                   .subject = v.subject,
                                   .period = "",
                                   .owner = v.owner ? v.owner : "ann@example.gov",
                                   .amount = v.amount ? v.amount : INT64_MIN,
                                   .quiet_because = v.quiet };
    bool ended = v.cause == CAUSE_MET;
    struct finding before, after;
    struct error e = { 0 };
    struct move m;

    assert_true(db_begin(state, &e));
    assert_true(history_get(state, about.rule, about.subject, "", &before, &e));
    after = before;
    after.status = ended ? STATUS_RESOLVED : STATUS_OPEN;
    after.ordinal++;
    after.safe = after.due = date_read(v.safe ? v.safe : "2025-04-01");
    after.opened_on = TODAY;
    after.quiet = v.quiet != NULL;
    assert_true(history_put(state, &about, &after, &e));
    m = (struct move){ .about = &about,
                       .finding = after.id,
                       .ordinal = after.ordinal,
                       .day = TODAY,
                       .at = NOW,
                       .cause = v.cause ? v.cause : CAUSE_STAGE,
                       .before = &before,
                       .after = &after,
                       .severity = "warning",
                       .derivation = "{\"title\":\"Bring suit\"}",
                       .generation = "g" };
    assert_true(history_move(state, &m, &e));
    if (!notification_plan(state, &settings,
                           &(struct told){ .finding = after.id,
                                           .ordinal = after.ordinal,
                                           .cause = m.cause,
                                           .severity = SEVERITY_WARNING,
                                           .about = &about,
                                           .day = TODAY,
                                           .withheld = v.withheld,
                                           .operators = v.operators,
                                           .digest = v.digest },
                           &e))
        fail_msg("%s", e.text);
    assert_true(db_commit(state, &e));
}

#define HAPPEN(...) happen((struct event){ __VA_ARGS__ })

static int pack(const char *cadence)
{
    struct error e = { 0 };
    int count = -1;

    assert_true(db_begin(state, &e));
    if (!packing_run(state, &settings, cadence, TODAY, NOW, &count, &e))
        fail_msg("%s", e.text);
    assert_true(db_commit(state, &e));
    return count;
}

static const char *ask(const char *sql)
{
    return test_ask(state, sql, arena);
}

/* SHA-256 over parts, as the keys are made. */
static const char *key_of(const char *const *parts)
{
    char key[DIGEST_TEXT_SIZE];

    digest_of_parts(parts, key);
    return arena_text(arena, key);
}

#define KEY(...) key_of((const char *const[]){ __VA_ARGS__, NULL })

static struct json *content(void)
{
    const char *text = ask("SELECT content FROM message ORDER BY created_at DESC, key LIMIT 1");
    struct json *j = json_read(text, strlen(text), NULL);

    assert_non_null(j);
    return j;
}

static void one_notification_gives_its_key_to_its_message(void **ignored)
{
    const char *key = KEY("suit", "C1", "", "1", "mail", "ann@example.gov");

    (void)ignored;
    HAPPEN(.subject = "C1");
    assert_string_equal(ask("SELECT key FROM notification"), key);
    assert_int_equal(pack("now"), 1);
    assert_string_equal(ask("SELECT key || ' ' || channel || ' ' || recipient || ' ' || kind || ' '"
                            " || state || ' ' || subject FROM message"),
                        arena_print(arena,
                                    "%s mail ann@example.gov now QUEUED [dutywatch] 29 days left, "
                                    "act by Tue 1 Apr 2025: C1, Bring suit",
                                    key));
    assert_string_equal(ask("SELECT message FROM notification"), key);
}

static void several_at_once_are_one_message_whatever_their_order(void **ignored)
{
    const char *keys[2], *one = KEY("suit", "C1", "", "1", "mail", "ann@example.gov"),
                         *two = KEY("suit", "C2", "", "1", "mail", "ann@example.gov");

    (void)ignored;
    for (int turn = 0; turn < 2; turn++) {
        open_state();
        HAPPEN(.subject = turn ? "C2" : "C1", .safe = "2025-04-01");
        HAPPEN(.subject = turn ? "C1" : "C2", .safe = "2025-04-02");
        assert_int_equal(pack("now"), 1);
        keys[turn] = ask("SELECT key FROM message");
        assert_string_equal(ask("SELECT DISTINCT message FROM notification"), keys[turn]);
    }
    assert_string_equal(keys[0], keys[1]);
    assert_string_equal(keys[0], strcmp(one, two) < 0 ? KEY(one, two) : KEY(two, one));
}

static void each_recipient_has_a_message_of_his_own(void **ignored)
{
    (void)ignored;
    HAPPEN(.subject = "C1");
    HAPPEN(.subject = "C2", .owner = "bob@example.gov");
    HAPPEN(.subject = "C3");
    assert_int_equal(pack("now"), 2);
    assert_string_equal(ask("SELECT recipient || ' ' || (SELECT count(*) FROM notification WHERE"
                            " message = message.key) FROM message ORDER BY recipient"),
                        "ann@example.gov 2; bob@example.gov 1");
    assert_int_equal(pack("now"), 0); /* and not again */
}

static void the_worst_stands_first(void **ignored)
{
    AUTO(json) out = NULL;
    struct json *cases;

    (void)ignored;
    HAPPEN(.subject = "C-late", .safe = "2025-03-20");
    HAPPEN(.subject = "C-small", .safe = "2025-03-10", .amount = 100);
    HAPPEN(.subject = "C-large", .safe = "2025-03-10", .amount = 5000);
    HAPPEN(.subject = "C-unknown", .safe = "2025-03-10");
    pack("now");
    out = content();
    cases = json_get(json_at(json_get(out, "sections"), 0), "cases");
    assert_string_equal(json_get_text(json_at(cases, 0), "name"), "C-large");
    assert_string_equal(json_get_text(json_at(cases, 1), "name"), "C-small");
    assert_string_equal(json_get_text(json_at(cases, 2), "name"), "C-unknown");
    assert_string_equal(json_get_text(json_at(cases, 3), "name"), "C-late");
}

static void a_digest_has_the_key_of_its_reader_and_day(void **ignored)
{
    AUTO(json) out = NULL;

    (void)ignored;
    HAPPEN(.rule = "daily", .subject = "C1");
    HAPPEN(.rule = "daily", .subject = "C2");
    assert_int_equal(pack("now"), 0); /* it waits for its hour */
    assert_int_equal(pack("daily"), 1);
    assert_string_equal(ask("SELECT key || ' ' || kind FROM message"),
                        arena_print(arena, "%s digest",
                                    KEY("mail", "ann@example.gov", "daily", "2025-03-03", "1")));
    out = content();
    assert_string_equal(json_get_text(out, "digest"), "daily");
}

static void a_digest_counts_the_money_ahead_and_what_is_not_alarmed(void **ignored)
{
    AUTO(json) out = NULL;
    struct json *money, *quiet;

    (void)ignored;
    HAPPEN(.rule = "daily", .subject = "C1", .safe = "2025-03-10", .amount = 100);
    HAPPEN(.rule = "daily", .subject = "C2", .safe = "2025-05-10", .amount = 50);
    HAPPEN(.rule = "daily", .subject = "C3", .safe = "2025-08-29");
    HAPPEN(.rule = "daily", .subject = "C4", .safe = "2025-03-11", .amount = 7);
    HAPPEN(.rule = "daily", .subject = "C4", .safe = "2025-03-11", .amount = 7, .quiet = "closed",
           .withheld = "closed");
    HAPPEN(.rule = "daily", .subject = "C5", .safe = "2025-03-11", .quiet = "closed",
           .withheld = "closed");
    HAPPEN(.rule = "daily", .subject = "C6", .safe = "2025-03-12", .amount = 9,
           .owner = "bob@example.gov"); /* somebody else's */
    pack("daily");
    assert_string_equal(ask("SELECT count(*) FROM message"), "2");
    out = json_read(ask("SELECT content FROM message WHERE recipient LIKE 'ann%'"),
                    strlen(ask("SELECT content FROM message WHERE recipient LIKE 'ann%'")), NULL);
    money = json_get(out, "money");
    assert_int_equal(json_count(money), 4);
    assert_int_equal(json_get_whole(json_at(money, 0), "within_days"), 30);
    assert_int_equal(json_get_whole(json_at(money, 0), "count"), 1);
    assert_int_equal(json_get_whole(json_at(money, 0), "amount"), 100);
    assert_int_equal(json_get_whole(json_at(money, 2), "within_days"), 90);
    assert_int_equal(json_get_whole(json_at(money, 2), "amount"), 150);
    assert_int_equal(json_get_whole(json_at(money, 3), "count"), 3);
    assert_int_equal(json_get_whole(json_at(money, 3), "amount"), 150);
    quiet = json_get(out, "not_alarmed");
    assert_int_equal(json_count(quiet), 1);
    assert_string_equal(json_get_text(json_at(quiet, 0), "because"), "closed");
    assert_int_equal(json_get_whole(json_at(quiet, 0), "count"), 2);
    assert_int_equal(json_get_whole(json_at(quiet, 0), "amount"), 7);
}

static int64_t steps_of_packing(int readers)
{
    test_steps();
    open_state();
    for (int i = 0; i < readers * 5; i++)
        HAPPEN(.rule = "daily", .subject = arena_print(arena, "C%d", i),
               .owner = arena_print(arena, "%d@example.gov", i % readers));
    test_steps();
    pack("daily");
    return test_steps();
}

static void twice_the_readers_are_twice_the_work(void **ignored)
{
    (void)ignored;
    assert_in_range(steps_of_packing(80), 1, steps_of_packing(40) * 5 / 2);
}

static void a_first_load_is_one_message_a_reader(void **ignored)
{
    (void)ignored;
    HAPPEN(.subject = "C1", .cause = CAUSE_BASELINE);
    HAPPEN(.rule = "daily", .subject = "C2", .cause = CAUSE_BASELINE);
    assert_int_equal(pack("now") + pack("daily"), 0);
    assert_int_equal(pack("baseline"), 1);
    assert_string_equal(ask("SELECT kind FROM message"), "baseline");
}

static void what_is_withheld_is_kept_and_not_packed(void **ignored)
{
    (void)ignored;
    HAPPEN(.subject = "C1", .withheld = "closed");
    HAPPEN(.subject = "C2");
    assert_int_equal(pack("now"), 1);
    assert_string_equal(ask("SELECT key FROM message"),
                        KEY("suit", "C2", "", "1", "mail", "ann@example.gov"));
    assert_string_equal(ask("SELECT f.subject || ' ' || coalesce(n.withheld, 'told') || ' ' ||"
                            " (n.message IS NOT NULL) FROM notification n JOIN finding f ON f.id ="
                            " n.finding ORDER BY 1"),
                        "C1 closed 0; C2 told 1");
}

static void good_news_goes_to_those_who_heard_of_it(void **ignored)
{
    (void)ignored;
    HAPPEN(.subject = "C1");
    HAPPEN(.subject = "C1", .cause = CAUSE_MET);
    HAPPEN(.subject = "C2", .cause = CAUSE_MET);
    assert_string_equal(ask("SELECT f.subject || ' ' || n.ordinal || ' ' || n.cadence || ' ' ||"
                            " coalesce(n.withheld, 'told') FROM notification n JOIN finding f ON"
                            " f.id = n.finding ORDER BY 1"),
                        "C1 1 now told; C1 2 daily told; C2 1 daily never told of it");
    assert_int_equal(pack("daily"), 1); /* good news never comes at once */
}

static void what_was_withheld_does_not_count_as_heard(void **ignored)
{
    (void)ignored;
    HAPPEN(.subject = "C1", .withheld = "closed");
    HAPPEN(.subject = "C1", .cause = CAUSE_MET);
    assert_string_equal(ask("SELECT withheld FROM notification ORDER BY ordinal"),
                        "closed; never told of it");
}

static void a_reminder_is_no_good_news(void **ignored)
{
    (void)ignored;
    HAPPEN(.subject = "C1", .cause = CAUSE_REMIND);
    assert_string_equal(ask("SELECT cadence || coalesce(withheld, '') FROM notification"), "daily");
}

static void what_is_not_for_at_once_waits_whatever_its_cause(void **ignored)
{
    (void)ignored;
    HAPPEN(.subject = "C1", .digest = true);
    HAPPEN(.subject = "C2");
    assert_string_equal(ask("SELECT cadence FROM notification ORDER BY finding"), "daily; now");
}

static void what_concerns_operators_goes_to_them_whatever_the_routes_say(void **ignored)
{
    (void)ignored;
    HAPPEN(.rule = RULE_BLIND, .subject = "cases", .operators = true);
    assert_string_equal(ask("SELECT channel || ' ' || recipient || ' ' || role || ' ' || cadence"
                            " FROM notification"),
                        "mail ops@example.gov operators now");
}

static void in_trial_the_real_reader_stands_in_the_message(void **ignored)
{
    AUTO(json) out = NULL;

    (void)ignored;
    settings.mode = MODE_TRIAL;
    HAPPEN(.subject = "C1");
    pack("now");
    out = content();
    assert_string_equal(json_text(json_at(json_get(out, "trial_for"), 0)), "ann@example.gov");
    assert_true(text_starts(json_get_text(out, "subject"), "TRIAL: "));
    assert_string_equal(ask("SELECT recipient FROM message"), "ann@example.gov");
}

/* Packs one message, has it refused for good, and tells of it; returns its key. */
static const char *die(void)
{
    struct settlement no = { .outcome = OUTCOME_REFUSED, .status = 550, .answer = "550 no such" };
    struct message m;
    struct error e;
    bool found;

    assert_true(outbox_due(state, NOW, arena, &m, &found, &e) && found);
    assert_true(outbox_claim(state, &m, "x", 1, NOW, &e));
    assert_true(db_begin(state, &e) && outbox_settle(state, &m, &no, NOW, &e));
    assert_true(packing_tell_dead(state, &settings, m.key, TODAY, NOW, &e));
    assert_true(packing_tell_dead(state, &settings, m.key, TODAY, NOW, &e)); /* twice is once */
    assert_true(db_commit(state, &e));
    return m.key;
}

static void a_dead_message_is_told_through_another_channel_and_that_one_no_more(void **ignored)
{
    AUTO(json) out = NULL;
    const char *dead;

    (void)ignored;
    HAPPEN(.subject = "C1");
    pack("now");
    dead = die();
    assert_string_equal(ask("SELECT channel || ' ' || recipient || ' ' || kind || ' ' || subject"
                            " FROM message WHERE state = 'QUEUED'"),
                        "files ops@example.gov operator [dutywatch] Not delivered: message to "
                        "ann@example.gov");
    assert_string_equal(
        ask("SELECT key || ' ' || instead_of FROM message WHERE state = 'QUEUED'"),
        arena_print(arena, "%s %s", KEY("dead", dead, "files", "ops@example.gov"), dead));
    out = json_read(ask("SELECT content FROM message WHERE state = 'QUEUED'"),
                    strlen(ask("SELECT content FROM message WHERE state = 'QUEUED'")), NULL);
    assert_string_equal(json_text(json_at(json_get(out, "lead"), 2)),
                        "The last answer: 550 no such");
    die(); /* the message about it is refused as well */
    assert_string_equal(ask("SELECT state FROM message ORDER BY instead_of IS NULL"), "DEAD; DEAD");
}

static void a_channel_of_the_operators_that_works_is_kept(void **ignored)
{
    (void)ignored;
    operators.channel = "files";
    HAPPEN(.subject = "C1");
    pack("now");
    die();
    assert_string_equal(ask("SELECT channel FROM message WHERE instead_of IS NOT NULL"), "files");
}

static void with_one_channel_alone_a_dead_message_is_told_through_it(void **ignored)
{
    (void)ignored;
    settings.channels.count = 1;
    HAPPEN(.subject = "C1");
    pack("now");
    die();
    assert_string_equal(ask("SELECT channel FROM message WHERE instead_of IS NOT NULL"), "mail");
}

static void a_test_message_says_that_it_is_one(void **ignored)
{
    AUTO(json) out = NULL;
    struct error e;
    char key[65];

    (void)ignored;
    assert_true(packing_test(state, &settings, "files", "bob@example.gov", TODAY, NOW, key, &e));
    assert_string_equal(
        ask("SELECT key || ' ' || channel || ' ' || recipient || ' ' || kind || ' '"
            " || subject FROM message"),
        arena_print(arena, "%s files bob@example.gov test [dutywatch] Test message", key));
    out = content();
    assert_int_equal(json_count(json_get(out, "sections")), 0);
    assert_int_equal(json_count(json_get(out, "lead")), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_notification_gives_its_key_to_its_message),
        TEST(several_at_once_are_one_message_whatever_their_order),
        TEST(each_recipient_has_a_message_of_his_own),
        TEST(the_worst_stands_first),
        TEST(a_digest_has_the_key_of_its_reader_and_day),
        TEST(a_digest_counts_the_money_ahead_and_what_is_not_alarmed),
        TEST(twice_the_readers_are_twice_the_work),
        TEST(a_first_load_is_one_message_a_reader),
        TEST(what_is_withheld_is_kept_and_not_packed),
        TEST(good_news_goes_to_those_who_heard_of_it),
        TEST(what_was_withheld_does_not_count_as_heard),
        TEST(a_reminder_is_no_good_news),
        TEST(what_is_not_for_at_once_waits_whatever_its_cause),
        TEST(what_concerns_operators_goes_to_them_whatever_the_routes_say),
        TEST(in_trial_the_real_reader_stands_in_the_message),
        TEST(a_dead_message_is_told_through_another_channel_and_that_one_no_more),
        TEST(a_channel_of_the_operators_that_works_is_kept),
        TEST(with_one_channel_alone_a_dead_message_is_told_through_it),
        TEST(a_test_message_says_that_it_is_one),
    };

    return cmocka_run_group_tests_name("packing", tests, NULL, NULL);
}
