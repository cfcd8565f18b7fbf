/* send/maildir: delivered once, whatever happened in between. */
#include "lib/test.h"

#include "base/memory.h"
#include "send/maildir.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *at(const char *dir, const char *name)
{
    static char path[600];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static void holds(const char *path, const char *want)
{
    size_t n;
    char *got AUTO_FREE = test_read(path, &n);

    assert_int_equal(n, strlen(want));
    assert_string_equal(got, want);
}

static void deliver(const char *dir, const char *bytes)
{
    struct error e = { 0 };

    if (!maildir_deliver(dir, "00ff", bytes, strlen(bytes), &e))
        fail_msg("%s", e.text);
}

static void makes_the_folders_and_the_file(void **state)
{
    const char *dir = test_path("a");
    struct stat s;

    (void)state;
    deliver(dir, "first\r\n");
    holds(at(dir, "new/00ff.dutywatch"), "first\r\n");
    assert_int_equal(stat(dir, &s), 0);
    assert_int_equal(s.st_mode & 0777, 0700);
    assert_int_equal(stat(at(dir, "new/00ff.dutywatch"), &s), 0);
    assert_int_equal(s.st_mode & 0777, 0600);
    assert_int_equal(access(at(dir, "cur"), F_OK), 0);
    assert_int_not_equal(access(at(dir, "tmp/00ff.dutywatch"), F_OK), 0);
}

static void a_second_delivery_changes_nothing(void **state)
{
    const char *dir = test_path("b");

    (void)state;
    deliver(dir, "first");
    deliver(dir, "second");
    holds(at(dir, "new/00ff.dutywatch"), "first");
}

static void what_was_read_is_not_delivered_again(void **state)
{
    static const char *const names[] = { "cur/00ff.dutywatch:2,S", "cur/00ff.dutywatch" };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const char *dir = test_path(i ? "d" : "c");
        char from[600];

        deliver(dir, "first");
        snprintf(from, sizeof from, "%s", at(dir, "new/00ff.dutywatch"));
        assert_int_equal(rename(from, at(dir, names[i])), 0);
        deliver(dir, "second");
        assert_int_not_equal(access(from, F_OK), 0);
    }
}

static void another_key_with_the_same_start_is_another_message(void **state)
{
    const char *dir = test_path("e");
    struct error e;

    (void)state;
    assert_true(maildir_deliver(dir, "00ff1", "x", 1, &e));
    assert_true(maildir_deliver(dir, "00ff", "y", 1, &e));
    holds(at(dir, "new/00ff.dutywatch"), "y");
}

static void what_a_crash_left_in_tmp_is_overwritten(void **state)
{
    const char *dir = test_path("f");
    FILE *f;

    (void)state;
    deliver(dir, "x");
    unlink(at(dir, "new/00ff.dutywatch"));
    f = fopen(at(dir, "tmp/00ff.dutywatch"), "w");
    assert_non_null(f);
    fputs("half a mess", f);
    fclose(f);
    deliver(dir, "whole");
    holds(at(dir, "new/00ff.dutywatch"), "whole");
}

static void bad_keys_and_places_are_refused(void **state)
{
    static const char *const keys[] = { "", "../x", "a/b", ".x", "a:2,S", "a b" };
    struct error e = { 0 };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        assert_false(maildir_deliver(test_path("g"), keys[i], "x", 1, &e));
        assert_int_equal(e.class, ERROR_BUG);
    }
    assert_false(maildir_deliver(test_path("no/such/parent"), "00ff", "x", 1, &e));
    assert_int_equal(e.class, ERROR_SETUP);
    assert_non_null(strstr(e.text, "No such file or directory"));
    test_write("file", "x", 1);
    assert_false(maildir_deliver(test_path("file"), "00ff", "x", 1, &e));
    assert_int_equal(e.class, ERROR_SETUP);
}

/* A full disk: the device that is always full, in the place of tmp/KEY. */
static void a_full_disk_is_tried_again(void **state)
{
    const char *dir = test_path("h");
    char path[600];
    struct error e = { 0 };

    (void)state;
    deliver(dir, "x");
    unlink(at(dir, "new/00ff.dutywatch"));
    snprintf(path, sizeof path, "%s", at(dir, "tmp/00ff.dutywatch"));
    if (mknod(path, S_IFCHR | 0600, 0x107) < 0) { /* 1:7, full(4) */
        print_message("no rights to make a device: a full disk is not tried\n");
        skip();
    }
    if (maildir_deliver(dir, "00ff", "x", 1, &e)) {
        unlink(at(dir, "new/00ff.dutywatch"));
        print_message("devices do not work here: a full disk is not tried\n");
        skip();
    }
    if (e.class == ERROR_SETUP) {
        unlink(path);
        print_message("devices do not work here: a full disk is not tried\n");
        skip();
    }
    assert_int_equal(e.class, ERROR_RETRY);
    assert_non_null(strstr(e.text, "No space left"));
    assert_int_not_equal(access(path, F_OK), 0); /* nothing half lies about */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_the_folders_and_the_file),
        cmocka_unit_test(a_second_delivery_changes_nothing),
        cmocka_unit_test(what_was_read_is_not_delivered_again),
        cmocka_unit_test(another_key_with_the_same_start_is_another_message),
        cmocka_unit_test(what_a_crash_left_in_tmp_is_overwritten),
        cmocka_unit_test(bad_keys_and_places_are_refused),
        cmocka_unit_test(a_full_disk_is_tried_again),
    };

    return cmocka_run_group_tests_name("send_maildir", tests, NULL, NULL);
}
