/* unread: what a duty cannot know because cells that its rule reads could not be read. Internal to
 * judge/. */
#ifndef JUDGE_UNREAD_H
#define JUDGE_UNREAD_H

#include "judge/observe.h"

/* After the detail statement has its row: makes `o` UNKNOWN, whether it was done or not, when the
 * rule reads a column that has no value because it could not be read: of its own row, or of one
 * that it looks up. Documents of ledgers are judged for themselves (judge/documents.h). */
bool unread_observe(struct prepared_rule *r, const struct cage_values *v,
                    const struct setting_of *k, struct arena *a, struct observation *o,
                    struct error *e);

#endif
