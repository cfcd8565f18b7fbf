#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE ((size_t)16 * 1024)

struct block {
    struct block *next;
    size_t size, used;
    _Alignas(max_align_t) char bytes[];
};

struct arena {
    struct block *first; /* newest first; the oldest is the last of the list */
};

static struct block *block_new(size_t size, struct block *next)
{
    struct block *b = alloc(sizeof *b + size);

    b->size = size;
    b->next = next;
    return b;
}

struct arena *arena_new(void)
{
    return alloc(sizeof(struct arena));
}

void *arena_free(struct arena *a)
{
    struct block *next;

    if (!a)
        return NULL;
    for (struct block *b = a->first; b; b = next) {
        next = b->next;
        free(b);
    }
    free(a);
    return NULL;
}

void arena_reset(struct arena *a)
{
    struct block *next;

    while (a->first && a->first->next) {
        next = a->first->next;
        free(a->first);
        a->first = next;
    }
    if (a->first) {
        memset(a->first->bytes, 0, a->first->used);
        a->first->used = 0;
    }
}

void *arena_alloc(struct arena *a, size_t size)
{
    const size_t align = _Alignof(max_align_t);
    struct block *b = a->first;
    void *p;

    size = (size + align - 1) / align * align;
    if (!b || b->size - b->used < size) {
        b = block_new(size > BLOCK_SIZE ? size : BLOCK_SIZE, a->first);
        a->first = b;
    }
    p = b->bytes + b->used;
    b->used += size;
    return p;
}

void *arena_grow(struct arena *a, const void *old, size_t old_size, size_t size)
{
    void *p = arena_alloc(a, size);

    if (old)
        memcpy(p, old, old_size);
    return p;
}

char *arena_textn(struct arena *a, const char *text, size_t n)
{
    char *copy = arena_alloc(a, n + 1);

    memcpy(copy, text, n);
    return copy;
}

char *arena_text(struct arena *a, const char *text)
{
    return text ? arena_textn(a, text, strlen(text)) : NULL;
}

char *arena_print(struct arena *a, const char *format, ...)
{
    va_list args, again;
    char *p;
    int n;

    va_start(args, format);
    va_copy(again, args);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    p = arena_alloc(a, (size_t)(n < 0 ? 0 : n) + 1);
    if (n > 0)
        vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return p;
}
