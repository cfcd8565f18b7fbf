#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void out_of_memory(void)
{
    fputs("<2>out of memory\n", stderr);
    exit(3);
}

void *alloc(size_t size)
{
    void *p = calloc(1, size ? size : 1);

    if (!p)
        out_of_memory();
    return p;
}

void *grow(void *p, size_t count, size_t size)
{
    void *q = reallocarray(p, count ? count : 1, size);

    if (!q)
        out_of_memory();
    return q;
}

char *copy_text(const char *text)
{
    char *copy;

    if (!text)
        return NULL;
    copy = strdup(text);
    if (!copy)
        out_of_memory();
    return copy;
}

void free_pointer(void *p)
{
    free(*(void **)p);
}
