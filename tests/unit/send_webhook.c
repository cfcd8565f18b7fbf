/* send/webhook: CloudEvents bodies, and signatures as the published vectors have them. */
#include "lib/test.h"

#include "codec/json.h"
#include "send/webhook.h"

#include <stdlib.h>
#include <string.h>

/* The vector that the authors of Standard Webhooks publish. */
#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define SIGNATURE "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

static struct webhook_attempt published(void)
{
    return (struct webhook_attempt){ .id = "msg_p5jXN8AQM9LWM0D4loKWxJek",
                                     .now = INT64_C(1614265330) * SECOND + 999999,
                                     .secret = SECRET,
                                     .body = "{\"test\": 2432232314}",
                                     .body_size = 20 };
}

static void signs_as_published(void **state)
{
    struct webhook_attempt a = published();
    struct webhook_headers h = { 0 };
    struct error e;

    (void)state;
    assert_true(webhook_headers(&a, &h, &e));
    assert_string_equal(h.lines[0], "Content-Type: application/cloudevents+json; charset=utf-8");
    assert_string_equal(h.lines[1], "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek");
    assert_string_equal(h.lines[2], "webhook-timestamp: 1614265330");
    assert_string_equal(h.lines[3], "webhook-signature: " SIGNATURE);
    assert_null(h.lines[4]);
    webhook_headers_free(&h);
}

static void signs_with_each_secret(void **state)
{
    struct webhook_attempt a = published();
    struct webhook_headers h = { 0 };
    char *second;

    (void)state;
    a.secret = " whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n" SECRET "\n";
    assert_true(webhook_headers(&a, &h, NULL));
    second = strstr(h.lines[3], " v1,");
    assert_non_null(second);
    second = strstr(second + 1, " v1,");
    assert_string_equal(second, " " SIGNATURE);
    a.secret = SECRET; /* the headers can be made anew */
    assert_true(webhook_headers(&a, &h, NULL));
    assert_string_equal(h.lines[3], "webhook-signature: " SIGNATURE);
    webhook_headers_free(&h);
}

static void refuses_a_bad_secret_without_telling_it(void **state)
{
    static const char *const bad[] = { NULL,
                                       "",
                                       "  ",
                                       "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                                       "whsec_",
                                       "whsec_*",
                                       "whsec_c2hvcnQ=",
                                       SECRET " oops" };
    struct webhook_attempt a = published();
    struct webhook_headers h = { 0 };
    struct error e = { 0 };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        a.secret = bad[i];
        assert_false(webhook_headers(&a, &h, &e));
        assert_int_equal(e.class, ERROR_SETUP);
        assert_null(strstr(e.text, "MfKQ"));
    }
}

static void vectors_of_the_shared_folder(void **state)
{
    size_t n;
    char *bytes AUTO_FREE = test_read(test_shared("data/webhooks/signature_vectors.json"), &n);
    AUTO(json) all = json_read(bytes, n, NULL);
    int count = 0;

    (void)state;
    for (size_t i = 0; i < json_count(all); i++) {
        const struct json *v = json_at(all, i);
        struct webhook_attempt a = { .id = json_get_text(v, "id"),
                                     .now = json_get_whole(v, "timestamp") * SECOND,
                                     .secret = json_get_text(v, "secret"),
                                     .body = json_get_text(v, "body") };
        struct webhook_headers h = { 0 };

        if (!text_same(json_get_text(v, "scheme"), "standard-webhooks-v1"))
            continue;
        a.body_size = strlen(a.body);
        assert_true(webhook_headers(&a, &h, NULL));
        assert_string_equal(h.lines[3] + strlen("webhook-signature: "),
                            json_get_text(v, "signature"));
        webhook_headers_free(&h);
        count++;
    }
    assert_true(count > 0);
}

static void the_body_is_a_cloud_event(void **state)
{
    static const char in[] = "{\"key\":\"00ff\",\"kind\":\"now\",\"made_at\":"
                             "\"2025-03-03T11:00:00Z\",\"subject\":\"x\",\"day\":\"2025-03-03\"}";
    AUTO(json) content = json_read(in, strlen(in), NULL);
    AUTO_TEXT out = { 0 };

    (void)state;
    webhook_body(content, "https://watch.example.gov/", &out);
    assert_string_equal(text_of(&out),
                        "{\"specversion\":\"1.0\",\"id\":\"00ff\","
                        "\"source\":\"https://watch.example.gov/\",\"type\":\"dutywatch.now\","
                        "\"time\":\"2025-03-03T11:00:00Z\","
                        "\"datacontenttype\":\"application/json\",\"data\":"
                        "{\"key\":\"00ff\",\"kind\":\"now\",\"made_at\":\"2025-03-03T11:00:00Z\","
                        "\"subject\":\"x\",\"day\":\"2025-03-03\"}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signs_as_published),
        cmocka_unit_test(signs_with_each_secret),
        cmocka_unit_test(refuses_a_bad_secret_without_telling_it),
        cmocka_unit_test(vectors_of_the_shared_folder),
        cmocka_unit_test(the_body_is_a_cloud_event),
    };

    return cmocka_run_group_tests_name("send_webhook", tests, NULL, NULL);
}
