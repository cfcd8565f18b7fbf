/* base/folder: folders made with those above, whole files written and copied. */
#include "lib/test.h"

#include "base/folder.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void a_folder_is_made_with_those_above_it(void **state)
{
    struct error e;
    struct stat st;

    (void)state;
    assert_true(folder_make(test_path("a/b/c"), &e));
    assert_true(folder_make(test_path("a/b/c"), &e));
    assert_int_equal(stat(test_path("a/b/c"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0750);
    assert_true(folder_sync(test_path("a/b"), &e));
    test_write("file", "x", 1);
    assert_false(folder_make(test_path("file/under"), &e));
    assert_int_equal(e.class, ERROR_SETUP);
}

static void empty_is_what_has_nothing_or_is_not_there(void **state)
{
    struct error e;

    (void)state;
    assert_true(folder_empty(test_path("none")));
    assert_true(folder_make(test_path("empty"), &e));
    assert_true(folder_empty(test_path("empty")));
    test_write("empty/.hidden", "x", 1);
    assert_false(folder_empty(test_path("empty")));
    assert_false(folder_empty(test_path("empty/.hidden")));
}

static void plain_files_are_listed_in_order(void **state)
{
    struct error e;
    char **names;

    (void)state;
    assert_true(folder_make(test_path("list/folder"), &e));
    test_write("list/b", "", 0);
    test_write("list/a", "", 0);
    test_write("list/.c", "", 0);
    names = folder_names(test_path("list"));
    assert_string_equal(names[0], "a");
    assert_string_equal(names[1], "b");
    assert_null(names[2]);
    folder_names_free(names);
    assert_null(folder_names(test_path("none")));
}

static void a_file_is_written_and_copied_whole(void **state)
{
    static char bytes[200000];
    struct error e;
    struct stat st;
    size_t size;
    char *read;

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 7);
    assert_true(file_write(test_path("from"), bytes, sizeof bytes, &e));
    test_write("to", "longer or shorter, it is replaced", 33);
    assert_true(file_copy(test_path("from"), test_path("to"), &e));
    read = test_read(test_path("to"), &size);
    assert_int_equal(size, sizeof bytes);
    assert_memory_equal(read, bytes, sizeof bytes);
    free(read);
    assert_int_equal(stat(test_path("from"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    assert_false(file_copy(test_path("nothing"), test_path("to"), &e));
    assert_non_null(strstr(e.text, "nothing: No such file"));
    assert_false(file_write(test_path("none/x"), "", 0, &e));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_is_made_with_those_above_it),
        cmocka_unit_test(empty_is_what_has_nothing_or_is_not_there),
        cmocka_unit_test(plain_files_are_listed_in_order),
        cmocka_unit_test(a_file_is_written_and_copied_whole),
    };

    return cmocka_run_group_tests_name("folder", tests, NULL, NULL);
}
