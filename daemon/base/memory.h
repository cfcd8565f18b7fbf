/* memory: allocation that cannot fail, and variables that clean up after themselves.
 *
 * Every input is bounded before it is allocated for, so running out of memory means that the
 * machine is out of memory: the program says so and exits with 3. All state that matters is in
 * SQLite by then.                                                                              */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* `size` zeroed bytes; the caller frees them with free(). */
void *alloc(size_t size) __attribute__((malloc, returns_nonnull));

/* realloc() for `count` elements of `size` bytes; the new part is not zeroed. */
void *grow(void *p, size_t count, size_t size) __attribute__((returns_nonnull));

/* A copy of `text`, or NULL for NULL; the caller frees it. */
char *copy_text(const char *text);

/* Exits with 3 after one line on standard error. */
_Noreturn void out_of_memory(void);

/* Cleanup function of AUTO_FREE: frees the pointer that `p` points to. */
void free_pointer(void *p);

/* char *s AUTO_FREE = ...; is freed on every way out of the block. */
#define AUTO_FREE __attribute__((cleanup(free_pointer)))

/* AUTO(pull) p = ...; calls pull_autofree(&p) on every way out. Each module that offers it
 * declares its function with DEFINE_AUTO(pull, pull_free) after the declaration of pull_free. */
#define AUTO(name) __attribute__((cleanup(name##_autofree))) struct name *
#define DEFINE_AUTO(name, free_function)                                                           \
    static inline void name##_autofree(struct name **p)                                            \
    {                                                                                              \
        if (*p)                                                                                    \
            free_function(*p);                                                                     \
        *p = NULL;                                                                                 \
    }

#endif
