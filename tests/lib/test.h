/* test: what every unit test includes first: cmocka with all it wants, and a few helpers.
 *
 * A unit test is one file tests/unit/NAME.c with its own main(), which runs one or more cmocka
 * groups:
 *
 *     static void reads_a_leap_day(void **state) { ... }
 *
 *     int main(void)
 *     {
 *         const struct CMUnitTest tests[] = { cmocka_unit_test(reads_a_leap_day) };
 *
 *         return cmocka_run_group_tests_name("date", tests, NULL, NULL);
 *     }
 *
 * The name of the test is the sentence that it proves. */
#ifndef TESTS_LIB_TEST_H
#define TESTS_LIB_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* How many cases a table has. */
#define COUNT_OF(table) (sizeof(table) / sizeof(table)[0])

/* FULL=1 (make check-all): the test may take its time. */
bool test_is_full(void);

/* NIGHT=1 (make check-night): it may take hours. */
bool test_is_night(void);

/* The folder of this program for files, made at the first call and removed at the end. */
const char *test_dir(void);

/* "test_dir()/NAME". Lent: good until the sixteenth call after it. */
const char *test_path(const char *name);

/* Write a file into test_dir() and return its path (lent, as above). */
const char *test_write(const char *name, const void *data, size_t size);

/* A whole file as text with a NUL behind it; the caller frees it. Fails the test if it cannot be
 * read. */
char *test_read(const char *path, size_t *ret_size);

/* The path of NAME in the shared folder ($DUTYWATCH_SHARED, else ../shared), lent as above. Where
 * it is not there the test is skipped and says so. */
const char *test_shared(const char *name);

/* The seed of a property test: $SEED, else a fixed number; printed, so that a failure can be
 * repeated. */
uint64_t test_seed(void);

/* The next number of a sequence that only the seed decides (splitmix64). */
uint64_t test_random(uint64_t *seed);

#endif
