/* code: what counts of a value, as a table of codes compares it. Pure. */
#ifndef CONFIG_CODE_H
#define CONFIG_CODE_H

#include "base/text.h"
#include "config/settings.h"

#include <stddef.h>

/* How much of `text` (`n` bytes) stands before `until` of the table. */
size_t code_counted(const struct code_table *t, const char *text, size_t n);

/* Adds what counts of `text` to `out`: of a plain table only letters and digits, before `until`. */
void code_reduce(const struct code_table *t, const char *text, size_t n, struct text *out);

/* Orders two of them, as the table has it; capitals count where it says so. */
int code_order(const struct code_table *t, const char *a, size_t a_size, const char *b,
               size_t b_size);

#endif
