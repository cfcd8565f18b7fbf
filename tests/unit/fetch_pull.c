/* fetch/pull: attempts against a small fake world: what lands on disk, what in the database. */
#include "lib/test.h"

#include "base/arena.h"
#include "base/text.h"
#include "codec/digest.h"
#include "db/schema.h"
#include "fetch/pull.h"
#include "fetch/source.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define START (20000 * DAY)
#define MIDDLE 1000 /* of chance: a pause as it stands in the configuration */

/* A world that keeps one question and answers when the test says so. */
struct outside {
    struct world world;
    instant time;
    struct request asked;
    bool is_asked;
    answer_fn *done;
    void *done_data;
    char user[32], bearer[32];
};

static struct outside outside;
static struct db *data;
static struct fetcher *fetcher;
static struct arena *arena;
static char spool[200];
static struct {
    int calls;
    enum fetch_result result;
    char why[ERROR_TEXT_MAX];
} told;

static instant now(struct world *w)
{
    (void)w;
    return outside.time;
}

static uint64_t chance(struct world *w)
{
    (void)w;
    return MIDDLE;
}

static bool ask(struct world *w, const struct request *q, answer_fn *done, void *done_data,
                struct error *e)
{
    (void)w;
    if (strcmp(q->url, "nowhere:") == 0)
        return error_set(e, ERROR_SETUP, "nowhere: is no address");
    assert_false(outside.is_asked);
    outside.asked = *q;
    outside.is_asked = true;
    outside.done = done;
    outside.done_data = done_data;
    snprintf(outside.user, sizeof outside.user, "%s", q->user ? q->user : "");
    snprintf(outside.bearer, sizeof outside.bearer, "%s", q->bearer ? q->bearer : "");
    return true;
}

static void fetched(void *ignored, const char *source, enum fetch_result result,
                    const struct error *why)
{
    (void)ignored;
    assert_string_equal(source, "cases");
    told.calls++;
    told.result = result;
    snprintf(told.why, sizeof told.why, "%s", why ? why->text : "");
}

static struct source cases(void)
{
    return (struct source){ .id = "cases",
                            .url = "http://data/cases.csv",
                            .every = HOUR,
                            .retry_first = MINUTE,
                            .retry_most = HOUR,
                            .max_bytes = 1000 };
}

static int set_up(void **state)
{
    static int count;
    char name[16];
    struct error e;

    (void)state;
    snprintf(name, sizeof name, "state%d", count++);
    outside = (struct outside){ .world = { now, chance, ask }, .time = START };
    memset(&told, 0, sizeof told);
    arena = arena_new();
    snprintf(spool, sizeof spool, "%s/spool", test_path(name));
    return mkdir(test_path(name), 0750) || !schema_open_data(test_path(name), &data, &e) ||
           !fetcher_new(&outside.world, data, test_path(name), fetched, NULL, &fetcher, &e);
}

static int tear_down(void **state)
{
    (void)state;
    fetcher_free(fetcher);
    db_close(data);
    arena_free(arena);
    return 0;
}

#define KEEP(time, bytes) (&(struct settings){ .keep_payloads = time, .keep_payload_bytes = bytes })

static void start(const struct source *s, const char *mapping)
{
    struct error e = { 0 };
    int before = fetch_count(fetcher);

    if (!fetch_start(fetcher, s, mapping, &e))
        fail_msg("%s", e.text);
    assert_int_equal(before, 0);
}

static void end(struct answer a)
{
    assert_true(outside.is_asked);
    outside.is_asked = false;
    outside.done(outside.done_data, &a);
    assert_int_equal(fetch_count(fetcher), 0);
}

/* An attempt that brings `body` and the answer's fields. */
static void serve_with(const struct source *s, const char *mapping, const char *body,
                       struct answer a)
{
    start(s, mapping);
    a.ok = outside.asked.receive(outside.asked.receive_data, body, strlen(body), &a.error);
    end(a);
}

static void serve(const char *body)
{
    struct source s = cases();

    serve_with(&s, "map 1", body, (struct answer){ .status = 200 });
}

static void answer_status(int status, instant retry_after)
{
    struct source s = cases();

    start(&s, "map 1");
    end((struct answer){ .ok = true, .status = status, .retry_after = retry_after });
}

static struct source_state known(void)
{
    struct source_state st;
    struct error e;

    assert_true(source_get(data, "cases", arena, &st, &e));
    return st;
}

static struct pull waiting(void)
{
    struct pull p;
    struct error e;

    assert_true(pull_waiting(data, arena, &p, &e));
    return p;
}

/* What ingest does with the oldest waiting pull (NULL: it is good), or a person after it. */
static int64_t settle(const char *state)
{
    bool discarded = text_same(state, "DISCARDED");
    struct pull p = waiting();
    struct error e = { 0 };

    assert_int_not_equal(p.id, 0);
    assert_true(db_begin(data, &e));
    assert_true(state
                    ? source_not_ingested(data, &p, discarded ? "HELD" : state, "not believed", &e)
                    : source_ingested(data, &p, "map 1", &e));
    assert_true(!discarded || source_discard(data, &p, "a person said so", &e));
    assert_true(db_commit(data, &e));
    return p.id;
}

static char *state_of(int64_t id)
{
    struct pull p;
    struct error e;
    bool found;

    assert_true(pull_get(data, id, arena, &p, &found, &e) && found);
    return arena_print(arena, "%s%s%s", p.state, p.path ? "" : " no file",
                       p.path && access(p.path, R_OK) ? " lost file" : "");
}

static int files(void)
{
    DIR *d = opendir(spool);
    int n = 0;

    assert_non_null(d);
    for (struct dirent *f = readdir(d); f; f = readdir(d))
        n += f->d_name[0] != '.';
    closedir(d);
    return n;
}

static void a_payload_is_kept_byte_for_byte_under_a_name_with_its_digest(void **state)
{
    static const char body[] = "\xef\xbb\xbf"
                               "case_no\r\nC1\r\n";
    char digest[DIGEST_TEXT_SIZE];
    struct pull p;
    char *text;

    (void)state;
    serve(body);
    assert_int_equal(told.result, FETCH_PAYLOAD);
    assert_string_equal(told.why, "");
    p = waiting();
    digest_of(body, sizeof body - 1, digest);
    assert_string_equal(p.digest, digest);
    assert_string_equal(p.path,
                        arena_print(arena, "%s/cases-%lld-%.12s", spool, (long long)START, digest));
    assert_int_equal(p.bytes, sizeof body - 1);
    assert_true(p.at == START);
    text = test_read(p.path, NULL);
    assert_string_equal(text, body);
    free(text);
    assert_int_equal(files(), 1);
    assert_true(known().next_at == START + HOUR);
    assert_true(known().first_at == START);
}

static void before_the_answer_only_a_part_is_there_and_no_second_attempt_begins(void **state)
{
    struct source s = cases();
    struct error e;

    (void)state;
    start(&s, "map 1");
    assert_true(outside.asked.receive(outside.asked.receive_data, "case_no\n", 8, &e));
    assert_int_equal(access(arena_print(arena, "%s/cases.part", spool), R_OK), 0);
    assert_int_equal(waiting().id, 0);
    assert_true(fetch_start(fetcher, &s, "map 1", &e)); /* the world would refuse a second one */
    assert_int_equal(fetch_count(fetcher), 1);
    assert_int_equal(told.calls, 0);
    assert_true(outside.asked.receive(outside.asked.receive_data, "C1\n", 3, &e));
    end((struct answer){ .ok = true, .status = 200 });
    assert_int_equal(waiting().bytes, 11);
    assert_int_equal(told.calls, 1);
}

static void the_same_bytes_again_are_no_payload_but_confirm_what_is_known(void **state)
{
    (void)state;
    serve("case_no\nC1\n");
    settle(NULL);
    outside.time += HOUR;
    serve("case_no\nC1\n");
    assert_int_equal(told.result, FETCH_UNCHANGED);
    assert_int_equal(waiting().id, 0);
    assert_int_equal(files(), 1);
    assert_true(known().good_at == START + HOUR);
    assert_true(known().next_at == START + 2 * HOUR);
}

static void what_the_server_called_its_payload_is_asked_with_and_304_confirms_it(void **state)
{
    struct answer named = { .status = 200, .etag = "\"v1\"", .last_modified = "Mon, 3 Mar 2025" };
    struct source s = cases();

    (void)state;
    serve_with(&s, "map 1", "case_no\nC1\n", named);
    assert_null(outside.asked.etag);
    settle(NULL);
    outside.time += HOUR;
    start(&s, "map 1");
    assert_string_equal(outside.asked.etag, "\"v1\"");
    assert_string_equal(outside.asked.last_modified, "Mon, 3 Mar 2025");
    end((struct answer){ .ok = true, .status = 304, .unchanged = true });
    assert_int_equal(told.result, FETCH_UNCHANGED);
    assert_int_equal(files(), 1);
    assert_true(known().good_at == START + HOUR);
    assert_string_equal(known().etag, "\"v1\"");
}

static void what_was_not_believed_is_not_called_known(void **state)
{
    struct source s = cases();

    (void)state;
    serve_with(&s, "map 1", "case_no\n", (struct answer){ .status = 200, .etag = "\"bad\"" });
    settle("HELD");
    start(&s, "map 1");
    assert_null(outside.asked.etag); /* else a 304 would confirm what nobody believes */
    end((struct answer){ .ok = true, .status = 503 });
}

static void failures_pause_longer_each_time_until_one_is_good(void **state)
{
    instant since = START;

    (void)state;
    for (int i = 0; i < 4; i++) {
        answer_status(500, 0);
        assert_int_equal(told.result, i ? FETCH_FAILED_AGAIN : FETCH_FAILED);
        assert_string_equal(told.why, "the server answered 500");
        assert_int_equal(known().failures, i + 1);
        assert_true(known().next_at == outside.time + (MINUTE << i));
        assert_true(known().error_since == since);
        outside.time = known().next_at;
    }
    answer_status(502, 0);
    assert_int_equal(told.result, FETCH_FAILED); /* another reason */
    serve("case_no\nC1\n");
    assert_int_equal(known().failures, 0);
    settle(NULL);
    assert_null(known().error);
    assert_int_equal(known().error_class, ERROR_NONE);
    assert_int_equal(files(), 1); /* no part of a failed one */
}

static void the_server_may_ask_to_be_left_alone(void **state)
{
    (void)state;
    answer_status(503, 20 * MINUTE);
    assert_true(known().next_at == START + 20 * MINUTE);
    answer_status(503, 5 * SECOND);
    assert_true(known().next_at == START + 2 * MINUTE);
}

static void what_an_operator_must_mend_differs_from_what_may_pass(void **state)
{
    static const struct {
        int status;
        enum error_class class;
        const char *says;
    } table[] = {
        { 500, ERROR_RETRY, "the server answered 500" },
        { 429, ERROR_RETRY, "the server answered 429" },
        { 401, ERROR_SETUP,
          "the server answered 401; check user, credential and what they may read" },
        { 403, ERROR_SETUP,
          "the server answered 403; check user, credential and what they may read" },
        { 404, ERROR_SETUP, "the server answered 404; check the url" },
        { 410, ERROR_SETUP, "the server answered 410; check the url" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        answer_status(table[i].status, 0);
        assert_string_equal(told.why, table[i].says);
        assert_string_equal(known().error, table[i].says);
        assert_int_equal(known().error_class, table[i].class);
    }
}

static void a_payload_may_be_as_large_as_max_bytes_and_not_a_byte_more(void **state)
{
    struct source s = cases();

    (void)state;
    s.max_bytes = 8;
    serve_with(&s, "map 1", "12345678", (struct answer){ .status = 200 });
    assert_int_equal(told.result, FETCH_PAYLOAD);
    serve_with(&s, "map 1", "123456789", (struct answer){ .status = 200 });
    assert_int_equal(told.result, FETCH_FAILED);
    assert_string_equal(told.why, "the payload is larger than max_bytes = 8");
    assert_int_equal(known().error_class, ERROR_INPUT);
    assert_int_equal(files(), 1);
}

static void an_attempt_that_cannot_be_started_is_a_failed_one(void **state)
{
    struct source s = cases();

    (void)state;
    s.url = "nowhere:";
    start(&s, "map 1");
    assert_int_equal(told.result, FETCH_FAILED);
    assert_string_equal(known().error, "nowhere: is no address");
    assert_int_equal(fetch_count(fetcher), 0);
    assert_int_equal(files(), 0);
    s = cases();
    s.credential = test_path("no-such-secret");
    start(&s, "map 1");
    assert_false(outside.is_asked);
    assert_int_equal(known().failures, 2);
    assert_int_equal(known().error_class, ERROR_SETUP);
}

static void a_credential_is_a_password_with_a_user_and_a_bearer_token_without(void **state)
{
    struct source s = cases();

    (void)state;
    s.credential = test_write("secret", "hush\n", 5);
    assert_int_equal(chmod(s.credential, 0600), 0);
    start(&s, "map 1");
    assert_string_equal(outside.bearer, "hush");
    assert_null(outside.asked.password);
    end((struct answer){ .ok = true, .status = 500 });
    s.user = "watch";
    start(&s, "map 1");
    assert_string_equal(outside.user, "watch");
    assert_string_equal(outside.asked.password, "hush");
    assert_null(outside.asked.bearer);
    end((struct answer){ .ok = true, .status = 500 });
}

static void what_was_held_or_refused_or_discarded_is_not_read_again(void **state)
{
    static const char *const ways[] = { "HELD", "REFUSED", "DISCARDED" };

    (void)state;
    serve("good\n");
    settle(NULL);
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        char *body = arena_print(arena, "bad %s\n", ways[i]);
        int64_t id;

        serve(body);
        assert_int_equal(told.result, FETCH_PAYLOAD);
        id = settle(ways[i]);
        outside.time += HOUR;
        serve(body);
        assert_int_equal(told.result, FETCH_UNCHANGED);
        assert_int_equal(waiting().id, 0);
        assert_string_equal(state_of(id), ways[i]);
        assert_true(known().good_at == START); /* it confirms nothing */
        assert_true(text_same(known().error, i < 2 ? "not believed" : NULL));
        assert_true(known().next_at == outside.time + HOUR);
    }
}

static void a_first_payload_that_is_held_is_not_held_anew_either(void **state)
{
    (void)state;
    serve("case_no\n");
    settle("HELD");
    for (int i = 0; i < 3; i++) {
        outside.time += HOUR;
        serve("case_no\n");
        assert_int_equal(told.result, FETCH_UNCHANGED);
        assert_int_equal(waiting().id, 0);
        assert_int_equal(files(), 1);
    }
}

static void what_was_held_is_read_again_by_an_edited_mapping_once(void **state)
{
    struct answer good = { .status = 200 };
    struct source s = cases();

    (void)state;
    serve("case_no\n");
    settle("HELD");
    serve_with(&s, "map 2", "case_no\n", good);
    assert_int_equal(told.result, FETCH_PAYLOAD);
    settle("HELD");
    serve_with(&s, "map 2", "case_no\n", good);
    assert_int_equal(told.result, FETCH_UNCHANGED);
}

static void what_was_set_aside_for_a_later_good_one_may_come_back(void **state)
{
    int64_t held;

    (void)state;
    serve("half\n");
    held = settle("HELD");
    serve("whole\n");
    settle(NULL);
    assert_string_equal(state_of(held), "DISCARDED");
    serve("half\n"); /* the guard is asked again */
    assert_int_equal(told.result, FETCH_PAYLOAD);
}

static void one_payload_of_a_source_is_held_at_a_time_the_last(void **state)
{
    struct error e;
    int64_t first, second, third;

    (void)state;
    serve("good\n");
    settle(NULL);
    serve("bad\n");
    first = settle("HELD");
    serve("worse\n");
    second = settle("HELD");
    assert_string_equal(state_of(first), "DISCARDED"); /* and may be pruned */
    assert_string_equal(state_of(second), "HELD");
    outside.time += HOUR;
    serve("bad\n"); /* the source says this again, so this is what a person is asked about */
    assert_int_equal(told.result, FETCH_PAYLOAD);
    third = settle("HELD");
    assert_string_equal(state_of(second), "DISCARDED");
    assert_int_equal(known().held_pull, third);
    serve("html\n");
    settle("REFUSED"); /* what cannot be read says nothing */
    assert_string_equal(state_of(third), "HELD");
    outside.time += DAY;
    assert_true(fetch_prune(fetcher, KEEP(HOUR, 1000), &e));
    assert_int_equal(files(), 2); /* the last good one and the one that is held */
}

static void the_last_good_payload_again_ends_a_hold(void **state)
{
    int64_t held;

    (void)state;
    serve("good\n");
    settle(NULL);
    serve("bad\n");
    held = settle("HELD");
    assert_int_equal(known().held_pull, held);
    outside.time += HOUR;
    serve("good\n");
    assert_int_equal(told.result, FETCH_UNCHANGED);
    assert_string_equal(state_of(held), "DISCARDED");
    assert_int_equal(known().held_pull, 0);
    assert_null(known().error);
    assert_true(known().error_since == INSTANT_NONE);
    assert_true(known().good_at == outside.time);
}

static void another_mapping_has_the_same_bytes_read_again_in_full(void **state)
{
    struct answer named = { .status = 200, .etag = "\"v1\"" };
    struct source s = cases();
    int64_t first;

    (void)state;
    serve_with(&s, "map 1", "case_no\nC1\n", named);
    first = settle(NULL);
    outside.time += HOUR;
    serve_with(&s, "map 2", "case_no\nC1\n", named);
    assert_null(outside.asked.etag);
    assert_int_equal(told.result, FETCH_PAYLOAD);
    assert_int_not_equal(waiting().id, first);
}

static bool fail_commit(void *count, const char *what, const char *file, struct error *e)
{
    int *left = count;

    (void)file;
    if (strcmp(what, "commit") != 0 || --*left < 0)
        return true;
    return error_set(e, ERROR_RETRY, "the disk is full");
}

static void an_attempt_whose_commit_fails_is_told_and_leaves_nothing(void **state)
{
    int once = 1, always = 1000;

    (void)state;
    db_set_fault(fail_commit, &once); /* the payload is not committed, the failure is */
    serve("case_no\nC1\n");
    assert_int_equal(told.result, FETCH_FAILED);
    assert_string_equal(told.why, "commit: the disk is full");
    assert_int_equal(known().failures, 1);
    assert_int_equal(waiting().id, 0);
    assert_int_equal(files(), 0);
    db_set_fault(fail_commit, &always); /* neither is */
    serve("case_no\nC1\n");
    db_set_fault(NULL, NULL);
    assert_string_equal(told.why, "commit: the disk is full");
    assert_int_equal(known().failures, 1);
    assert_int_equal(files(), 0);
    serve("case_no\nC1\n");
    assert_int_equal(told.result, FETCH_PAYLOAD);
}

static void an_attempt_given_up_is_forgotten(void **state)
{
    struct source s = cases();

    (void)state;
    s.credential = test_write("secret", "hush\n", 5);
    assert_int_equal(chmod(s.credential, 0600), 0);
    start(&s, "map 1"); /* tear_down() frees the fetcher under it */
    assert_int_equal(fetch_count(fetcher), 1);
}

static void cleaning_removes_what_no_pull_names(void **state)
{
    struct error e;
    int64_t first, second;

    (void)state;
    serve("one\n");
    first = settle(NULL);
    serve("two\n");
    second = settle("HELD");
    for (int i = 0; i < 2; i++) {
        FILE *f = fopen(arena_print(arena, "%s/%s", spool, i ? "cases.part" : "cases-1-abc"), "w");

        assert_non_null(f);
        fclose(f);
    }
    assert_int_equal(files(), 4);
    assert_true(fetch_clean(fetcher, &e));
    assert_int_equal(files(), 2);
    assert_string_equal(state_of(first), "INGESTED");
    assert_string_equal(state_of(second), "HELD");
}

/* Five payloads an hour apart, 4 bytes each: good, good, good, held, waiting. */
static void serve_five(int64_t id[5])
{
    for (int i = 0; i < 5; i++) {
        outside.time += HOUR;
        serve(arena_print(arena, "no%d\n", i));
        id[i] = i == 4 ? waiting().id : settle(i == 3 ? "HELD" : NULL);
    }
}

static void old_payloads_go_but_not_the_last_good_nor_what_is_held_or_waits(void **state)
{
    struct error e;
    int64_t id[5];

    (void)state;
    serve_five(id);
    assert_true(fetch_prune(fetcher, KEEP(3 * HOUR + MINUTE, 1000), &e)); /* all but the first */
    assert_string_equal(state_of(id[0]), "INGESTED no file");
    assert_string_equal(state_of(id[1]), "INGESTED");
    assert_int_equal(files(), 4);
    outside.time += 1000 * DAY;
    assert_true(fetch_prune(fetcher, KEEP(HOUR, 1000), &e));
    assert_string_equal(state_of(id[1]), "INGESTED no file");
    assert_string_equal(state_of(id[2]), "INGESTED");
    assert_string_equal(state_of(id[3]), "HELD");
    assert_string_equal(state_of(id[4]), "FETCHED");
    assert_int_equal(files(), 3);
}

static void beyond_the_bytes_to_keep_the_oldest_go_first(void **state)
{
    struct error e;
    int64_t id[5];

    (void)state;
    serve_five(id);
    assert_true(fetch_prune(fetcher, KEEP(DAY, 20), &e));
    assert_int_equal(files(), 5);
    assert_true(fetch_prune(fetcher, KEEP(DAY, 19), &e)); /* what must stay counts first */
    assert_string_equal(state_of(id[0]), "INGESTED no file");
    assert_string_equal(state_of(id[1]), "INGESTED");
    assert_true(fetch_prune(fetcher, KEEP(DAY, 0), &e));
    assert_string_equal(state_of(id[1]), "INGESTED no file");
    assert_string_equal(state_of(id[2]), "INGESTED");
    assert_int_equal(files(), 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_payload_is_kept_byte_for_byte_under_a_name_with_its_digest),
        TEST(before_the_answer_only_a_part_is_there_and_no_second_attempt_begins),
        TEST(the_same_bytes_again_are_no_payload_but_confirm_what_is_known),
        TEST(what_the_server_called_its_payload_is_asked_with_and_304_confirms_it),
        TEST(what_was_not_believed_is_not_called_known),
        TEST(failures_pause_longer_each_time_until_one_is_good),
        TEST(the_server_may_ask_to_be_left_alone),
        TEST(what_an_operator_must_mend_differs_from_what_may_pass),
        TEST(a_payload_may_be_as_large_as_max_bytes_and_not_a_byte_more),
        TEST(an_attempt_that_cannot_be_started_is_a_failed_one),
        TEST(a_credential_is_a_password_with_a_user_and_a_bearer_token_without),
        TEST(what_was_held_or_refused_or_discarded_is_not_read_again),
        TEST(a_first_payload_that_is_held_is_not_held_anew_either),
        TEST(what_was_held_is_read_again_by_an_edited_mapping_once),
        TEST(what_was_set_aside_for_a_later_good_one_may_come_back),
        TEST(one_payload_of_a_source_is_held_at_a_time_the_last),
        TEST(the_last_good_payload_again_ends_a_hold),
        TEST(another_mapping_has_the_same_bytes_read_again_in_full),
        TEST(an_attempt_whose_commit_fails_is_told_and_leaves_nothing),
        TEST(an_attempt_given_up_is_forgotten),
        TEST(cleaning_removes_what_no_pull_names),
        TEST(old_payloads_go_but_not_the_last_good_nor_what_is_held_or_waits),
        TEST(beyond_the_bytes_to_keep_the_oldest_go_first),
    };

    return cmocka_run_group_tests_name("pull", tests, NULL, NULL);
}
