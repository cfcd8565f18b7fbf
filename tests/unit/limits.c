/* Limits that cannot be driven from outside, each at its bound and one beyond. */
#include "lib/test.h"

#include "base/date.h"
#include "base/error.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/problem.h"
#include "base/text.h"
#include "codec/digest.h"
#include "codec/json.h"
#include "event/service.h"
#include "ingest/pointer.h"
#include "judge/piece.h"
#include "notify/fold.h"
#include "send/webhook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ELLIPSIS "\xE2\x80\xA6"

/* `n` times `s`. Lent until the next call. */
static const char *times(const char *s, size_t n)
{
    static struct text t;

    text_clear(&t);
    for (size_t i = 0; i < n; i++)
        text_add(&t, s);
    return text_of(&t);
}

static bool ends_in_an_ellipsis(const char *s)
{
    size_t n = strlen(s);

    return n >= strlen(ELLIPSIS) && strcmp(s + n - strlen(ELLIPSIS), ELLIPSIS) == 0;
}

static bool reads_json(int depth)
{
    AUTO_TEXT t = { 0 };
    AUTO(json) j = NULL;
    struct error e;

    text_add(&t, times("[", (size_t)depth));
    text_add(&t, times("]", (size_t)depth));
    j = json_read(text_of(&t), t.size, &e);
    return j != NULL;
}

static void json_is_nested_so_deep(void **state)
{
    (void)state;
    assert_true(reads_json(64)); /* JSON_DEPTH_MAX */
    assert_false(reads_json(65));
}

static void an_error_ends_in_an_ellipsis_when_it_is_too_long(void **state)
{
    struct error e;

    (void)state;
    error_set(&e, ERROR_INPUT, "%s", times("x", ERROR_TEXT_MAX - 1));
    assert_int_equal(strlen(e.text), ERROR_TEXT_MAX - 1);
    assert_false(ends_in_an_ellipsis(e.text));
    error_set(&e, ERROR_INPUT, "%s", times("x", ERROR_TEXT_MAX));
    assert_int_equal(strlen(e.text), ERROR_TEXT_MAX - 1);
    assert_true(ends_in_an_ellipsis(e.text));
    error_set(&e, ERROR_INPUT, "%s", times("y", ERROR_TEXT_MAX - 6));
    error_wrap(&e, "line %d", 7);
    assert_true(text_starts(e.text, "line 7: yyy"));
    assert_true(ends_in_an_ellipsis(e.text));
}

static void a_problem_ends_in_an_ellipsis_when_it_is_too_long(void **state)
{
    (void)state;
    for (int beyond = 0; beyond < 2; beyond++) {
        struct problems p = { 0 };

        problem_add(&p, NULL, 0, "%s", times("x", (size_t)(PROBLEM_LINE_MAX + beyond)));
        assert_int_equal(strlen(p.all[0].text), PROBLEM_LINE_MAX);
        assert_int_equal(ends_in_an_ellipsis(p.all[0].text), beyond);
        problems_free(&p);
    }
}

static void no_name_is_near_to_a_word_that_is_too_long(void **state)
{
    (void)state;
    for (size_t n = 64; n < 66; n++) { /* NEAREST_MAX */
        char *name AUTO_FREE = copy_text(times("a", n));
        char *word AUTO_FREE = copy_text(name);
        const char *const names[] = { name, NULL };

        word[n / 2] = 'b';
        assert_ptr_equal(text_nearest(word, names), n <= 64 ? name : NULL);
    }
}

static void a_pointer_has_so_many_parts(void **state)
{
    struct pointer p;

    (void)state;
    assert_true(pointer_read(times("/a", POINTER_MAX), &p));
    assert_int_equal(p.count, POINTER_MAX);
    pointer_free(&p);
    assert_false(pointer_read(times("/a", POINTER_MAX + 1), &p));
}

static void a_call_has_so_many_arguments(void **state)
{
    struct piece args[PIECE_ARGUMENTS_MAX];
    int count = 0;
    const char *most = "(a, b, c, d)", *more = "(a, b, c, d, e)";

    (void)state;
    assert_non_null(piece_arguments(most, most + strlen(most), args, &count));
    assert_int_equal(count, PIECE_ARGUMENTS_MAX);
    assert_null(piece_arguments(more, more + strlen(more), args, &count));
}

static bool signs_with(size_t size)
{
    AUTO_TEXT secret = { 0 };
    struct webhook_attempt a = { .id = "1", .body = "x", .body_size = 1 };
    struct webhook_headers headers = { 0 };
    struct error e;
    bool ok;

    text_add(&secret, "whsec_");
    base64_write(times("k", size), size, &secret);
    a.secret = text_of(&secret);
    ok = webhook_headers(&a, &headers, &e);
    if (ok)
        webhook_headers_free(&headers);
    return ok;
}

static void a_secret_has_so_many_bytes(void **state)
{
    (void)state;
    assert_true(signs_with(256)); /* SECRET_MAX */
    assert_false(signs_with(257));
}

static char logged[2 * 4096];

static void keep_line(enum log_level level, const char *line, const char *field, const char *value)
{
    (void)level;
    (void)field;
    (void)value;
    snprintf(logged, sizeof logged, "%s", line);
}

static void a_line_of_the_journal_ends_in_an_ellipsis_when_it_is_too_long(void **state)
{
    (void)state;
    log_set_sink(keep_line);
    for (size_t n = 4096; n < 4098; n++) { /* LOG_LINE_MAX */
        log_warning("%s", times("x", n));
        assert_int_equal(strlen(logged), 4096);
        assert_int_equal(ends_in_an_ellipsis(logged), n > 4096);
    }
    log_warning("%s", times("\n", 3000)); /* each becomes two */
    assert_in_range(strlen(logged), 4094, 4096);
    assert_true(ends_in_an_ellipsis(logged));
    log_set_sink(NULL);
}

/* What systemd is told by service_status(). Lent until the next call. */
static const char *status_told(const char *status)
{
    static char came[4096];
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    ssize_t n;

    snprintf(at.sun_path, sizeof at.sun_path, "%s", test_path("notify"));
    unlink(at.sun_path);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    setenv("NOTIFY_SOCKET", at.sun_path, 1);
    service_status("%s", status);
    n = recv(fd, came, sizeof came - 1, MSG_DONTWAIT);
    came[n > 0 ? n : 0] = '\0';
    unsetenv("NOTIFY_SOCKET");
    close(fd);
    assert_true(text_starts(came, "STATUS="));
    return came + strlen("STATUS=");
}

static void the_status_line_ends_in_an_ellipsis_when_it_is_too_long(void **state)
{
    (void)state;
    for (size_t n = 1000; n < 1002; n++) { /* STATUS_MAX */
        const char *told = status_told(times("x", n));

        assert_int_equal(strlen(told), 1000);
        assert_int_equal(ends_in_an_ellipsis(told), n > 1000);
    }
}

/* A case with so many open duties under one title, folded. */
static struct json *folded(int n)
{
    struct json *one = json_group(), *duties = json_list();
    char ref[16];

    for (int i = 0; i < n; i++) {
        struct json *duty = json_group();

        snprintf(ref, sizeof ref, "r%d", i);
        json_set_text(duty, "ref", ref);
        json_set_text(duty, "title", "Meet");
        json_set_day(duty, "act_by", date_of(2025, 1, 1) + i);
        json_set_day(duty, "last_day", date_of(2025, 2, 1) + i);
        json_add(duties, duty);
    }
    json_set(one, "duties", duties);
    fold_duties(one);
    return one;
}

static void of_many_lines_of_a_kind_each_is_shown_or_counted_with_its_day(void **state)
{
    (void)state;
    for (int n = FOLD_FROM; n < FOLD_FROM + 3; n++) {
        AUTO(json) one = folded(n);
        int others = n > FOLD_FROM ? n - FOLD_SHOWN : 0;
        const char *said = json_text(json_at(json_get(one, "others"), 0));
        char day[DATE_LONG_SIZE], more[40];

        assert_int_equal(json_count(json_get(one, "duties")), n - others);
        assert_int_equal(json_count(json_get(one, "folded")), others);
        assert_int_equal(json_count(json_get(one, "others")), others > 0);
        snprintf(more, sizeof more, "And %d more of this: Meet", others);
        assert_true(!others || text_starts(said, more));
        for (int i = 0; i < others; i++)
            assert_non_null(strstr(said, date_long(date_of(2025, 2, 1) + i, day)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_is_nested_so_deep),
        cmocka_unit_test(an_error_ends_in_an_ellipsis_when_it_is_too_long),
        cmocka_unit_test(a_problem_ends_in_an_ellipsis_when_it_is_too_long),
        cmocka_unit_test(no_name_is_near_to_a_word_that_is_too_long),
        cmocka_unit_test(a_pointer_has_so_many_parts),
        cmocka_unit_test(a_call_has_so_many_arguments),
        cmocka_unit_test(a_secret_has_so_many_bytes),
        cmocka_unit_test(a_line_of_the_journal_ends_in_an_ellipsis_when_it_is_too_long),
        cmocka_unit_test(the_status_line_ends_in_an_ellipsis_when_it_is_too_long),
        cmocka_unit_test(of_many_lines_of_a_kind_each_is_shown_or_counted_with_its_day),
    };

    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
