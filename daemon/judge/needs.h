/* needs: whether the columns that a rule cannot do without are filled by some source. Pure. */
#ifndef JUDGE_NEEDS_H
#define JUDGE_NEEDS_H

#include "base/arena.h"
#include "config/settings.h"

#include <stdbool.h>

struct need {
    const struct dataset *dataset; /* NULL: there is none such */
    const char *column;            /* NULL: any of the dataset */
    bool declared;                 /* the dataset has that column */
};

/* Reads "column", "dataset.column" or "dataset", as a rule over `own` states it. */
struct need need_read(const struct settings *s, const struct dataset *own, const char *text,
                      struct arena *a);

/* True if a source fills it. Without a map for it, a header of its own name does, which is known
 * only when a payload is there: that counts. */
bool need_is_met(const struct settings *s, const struct need *n);

#endif
