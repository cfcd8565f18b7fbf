/* documents: the rows of a ledger that belong to a subject, and whether they hold for it. */
#ifndef JUDGE_DOCUMENTS_H
#define JUDGE_DOCUMENTS_H

#include "judge/observe.h"

/* Runs the ledger statement `s` (NULL: none) of the dataset `of` with the parameters `v`; the
 * entries, in `a`, say why they are outside when they do not cover the scope or are not of the
 * party of `o`. */
bool documents_read(struct cage_stmt *s, const struct dataset *of, const struct cage_values *v,
                    const struct observation *o, struct arena *a, const struct ledger_entry **ret,
                    int *ret_count, struct error *e);

/* What to enter about the first document of `o` that is not as documents are: one signed on a day
 * that has not come, without its days, or that ends before it begins. In `a`; NULL: there is none.
 */
const char *documents_doubt(const struct observation *o, struct arena *a);

/* Likewise about one of which nobody can tell whom it binds. */
const char *documents_doubtful(const struct observation *o, struct arena *a);

/* The first day on which a document is signed that has not come; DATE_NONE: there is none. */
date documents_ahead(const struct observation *o);

#endif
