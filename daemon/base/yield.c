#include "base/yield.h"

#include <stdbool.h>
#include <stddef.h>

/* A step takes microseconds and a turn costs a few calls of the kernel. */
#define STEPS_A_TURN 512

static struct {
    yield_fn *fn;
    void *data;
    unsigned steps;
    bool inside;
} turn;

void yield_to(yield_fn *fn, void *data)
{
    turn.fn = fn;
    turn.data = data;
}

void yield_now(void)
{
    turn.steps = 0;
    if (!turn.fn || turn.inside)
        return;
    turn.inside = true;
    turn.fn(turn.data);
    turn.inside = false;
}

void yield_point(void)
{
    if (++turn.steps >= STEPS_A_TURN)
        yield_now();
}
