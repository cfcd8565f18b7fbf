/* arena: memory that dies together.
 *
 * Three lifetimes: the process, a generation (configuration and rules), a job (one pull or one
 * judgement). What a job allocates lives until its arena is freed; nothing in it is freed alone. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/memory.h"

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* An empty arena; free it with arena_free(). */
struct arena *arena_new(void);

/* Frees everything in it. Returns NULL, so that `a = arena_free(a)` leaves no dangling name. */
void *arena_free(struct arena *a);

/* Keeps the first block, forgets what is in it: for loops that use one arena per turn. */
void arena_reset(struct arena *a);

/* `size` zeroed bytes, aligned for any type. */
void *arena_alloc(struct arena *a, size_t size) __attribute__((returns_nonnull));

/* `old` (of `old_size` bytes, or NULL) copied into `size` fresh bytes: how arrays grow here. */
void *arena_grow(struct arena *a, const void *old, size_t old_size, size_t size)
    __attribute__((returns_nonnull));

/* A copy of `text`, NULL for NULL. */
char *arena_text(struct arena *a, const char *text);

/* A copy of the first `n` bytes of `text`, ended by NUL. */
char *arena_textn(struct arena *a, const char *text, size_t n);

/* What printf would print. */
char *arena_print(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

DEFINE_AUTO(arena, arena_free)

#endif
