/* base/scratch: folders that go with their process, or with the next one. */
#include "lib/test.h"

#include "base/folder.h"
#include "base/scratch.h"
#include "base/text.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct scratch *make(const char *top, const char *kind)
{
    struct scratch *s = NULL;
    struct error e;

    if (!scratch_new(top, kind, &s, &e))
        fail_msg("%s", e.text);
    return s;
}

static void put(const char *folder, const char *name)
{
    AUTO_TEXT path = { 0 };
    struct error e;

    text_addf(&path, "%s/%s", folder, name);
    assert_true(file_write(text_of(&path), "x", 1, &e));
}

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

static void it_goes_with_all_that_is_in_it(void **state)
{
    AUTO_TEXT inner = { 0 };
    char *path AUTO_FREE = NULL;
    struct scratch *s;
    struct stat st;
    struct error e;

    (void)state;
    assert_true(folder_make(test_path("one"), &e));
    s = make(test_path("one"), "x");
    path = copy_text(scratch_path(s));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    put(path, "a");
    text_addf(&inner, "%s/in", path);
    assert_true(folder_make(text_of(&inner), &e));
    put(text_of(&inner), ".hidden");
    put(test_path("one"), "kept");
    text_addf(&inner, "/link");
    assert_int_equal(symlink(test_path("one"), text_of(&inner)), 0);
    scratch_free(s);
    assert_false(is_there(path));
    assert_true(is_there(test_path("one/kept")));
}

static void those_of_processes_that_live_stay(void **state)
{
    struct scratch *first, *second, *other;
    struct error e;

    (void)state;
    assert_true(folder_make(test_path("two/dutywatch-scratch-xy"), &e));
    first = make(test_path("two"), "x");
    put(scratch_path(first), "a");
    second = make(test_path("two"), "x");
    other = make(test_path("two"), "y");
    assert_true(is_there(scratch_path(first)) && is_there(scratch_path(second)));
    assert_true(is_there(test_path("two/dutywatch-scratch-xy")));
    scratch_free(first);
    scratch_free(second);
    scratch_free(other);
    scratch_free(NULL);
}

/* A process makes one and is killed. */
static void what_a_killed_process_left_is_removed_by_the_next(void **state)
{
    char path[400] = "";
    int tell[2], status;
    struct scratch *s;
    struct error e;
    pid_t pid;

    (void)state;
    assert_true(folder_make(test_path("three"), &e));
    assert_int_equal(pipe(tell), 0);
    pid = fork();
    if (pid == 0) {
        s = make(test_path("three"), "x");
        put(scratch_path(s), "data.db");
        if (write(tell[1], scratch_path(s), strlen(scratch_path(s))) > 0)
            pause();
        _exit(1);
    }
    close(tell[1]);
    assert_true(read(tell[0], path, sizeof path - 1) > 0);
    close(tell[0]);
    scratch_free(make(test_path("three"), "x"));
    assert_true(is_there(path));
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    scratch_free(make(test_path("three"), "y"));
    assert_true(is_there(path));
    scratch_free(make(test_path("three"), "x"));
    assert_false(is_there(path));
    assert_true(folder_empty(test_path("three")));
}

static void where_none_can_be_made_it_says_so(void **state)
{
    struct scratch *s = NULL;
    struct error e;

    (void)state;
    assert_false(scratch_new(test_path("none"), "x", &s, &e));
    assert_int_equal(e.class, ERROR_SETUP);
    assert_non_null(strstr(e.text, "none/dutywatch-scratch-x-"));
    assert_null(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_goes_with_all_that_is_in_it),
        cmocka_unit_test(those_of_processes_that_live_stay),
        cmocka_unit_test(what_a_killed_process_left_is_removed_by_the_next),
        cmocka_unit_test(where_none_can_be_made_it_says_so),
    };

    return cmocka_run_group_tests_name("scratch", tests, NULL, NULL);
}
