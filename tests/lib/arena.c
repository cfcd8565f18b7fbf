/* arena: see arena.h. */
#include "lib/arena.h"

struct arena *arena;

int arena_set_up(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

int arena_tear_down(void **state)
{
    (void)state;
    arena = arena_free(arena);
    return 0;
}
