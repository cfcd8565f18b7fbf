/* arena: one arena for all tests of a group.
 *
 *     return cmocka_run_group_tests_name("deadline", tests, arena_set_up, arena_tear_down);   */
#ifndef TESTS_LIB_ARENA_H
#define TESTS_LIB_ARENA_H

#include "base/arena.h"

/* There between the two, NULL outside. */
extern struct arena *arena;

int arena_set_up(void **state);
int arena_tear_down(void **state);

#endif
