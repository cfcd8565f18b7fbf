/* Limits that cannot be driven from outside, each at its bound and one beyond. */
#include "lib/test.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/problem.h"
#include "base/text.h"
#include "codec/digest.h"
#include "codec/json.h"
#include "ingest/pointer.h"
#include "judge/piece.h"
#include "send/webhook.h"

#include <stdlib.h>
#include <string.h>

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
    };

    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
