/* path: how rows of one dataset belong to rows of another, along `refers`. Pure.
 *
 *     cases  <- case_entries.case_no      down: many rows belong to one
 *     case_entries.entry_no -> entries    up: one row, or none                                  */
#ifndef JUDGE_PATH_H
#define JUDGE_PATH_H

#include "base/error.h"
#include "base/limit.h"
#include "base/text.h"
#include "config/settings.h"

#include <stdbool.h>

LIMIT(HOPS_MAX, 4); /* refused: a way between datasets of more steps */

/* From one dataset to the next. */
struct hop {
    const struct dataset *to;
    const char *column; /* down: of `to`, refers to the dataset before; else of that one, refers to
                           `to` */
    bool down;
};

struct path {
    struct hop hops[HOPS_MAX];
    int count;
};

/* The shortest way from rows of one dataset to rows of another; ERROR_SETUP when there is none, or
 * more than one. */
bool path_find(const struct settings *s, const struct dataset *from, const struct dataset *to,
               struct path *ret, struct error *e);

/* The way that names say one after the other: "case_entries.entries"; between two of them the
 * shortest. `*ret_last` is the dataset to which it leads. ERROR_SETUP as above, or when a name is
 * that of no dataset. */
bool path_along(const struct settings *s, const struct dataset *from, const char *names,
                struct path *ret, const struct dataset **ret_last, struct error *e);

/* Appends the condition that the row of the last dataset of `p`, which SQL calls `target`, belongs
 * to the row of the first one: `own.key` or a column of `own`. */
void path_link(const struct path *p, const struct dataset *own, const char *own_name,
               const char *target, struct text *out);

#endif
