/* front: a set of dates as one duty: each row of a dataset, for each row of another, has a last day
 * of its own (the entries of a case, and the parties that are liable for them); and where `scope`
 * is a list, for each of it (the statutes of a case).
 *
 * What binds is the nearest last day that has not passed. What has passed is counted, with its
 * money; what is left is a schedule by month. A document that covers some items, or is of some
 * party, moves only the dates of those (judge/papers). An item without a day has that of the case
 * (`otherwise`), else the bound; without either it is counted and left out. A day that the case
 * states (`also`) before that of each item is one item more. A case without items is one itself.
 *
 * The day of reckoning is that on which the duty was met, or that since when there is a reason to
 * be quiet, else today: nothing passes after it. Of a duty that was met the earliest date binds, so
 * that "late" means late for some item; and of one that the data cannot tell, so that it hangs on
 * no day. When all dates have passed, the last of them binds. */
#ifndef JUDGE_FRONT_H
#define JUDGE_FRONT_H

#include "base/limit.h"
#include "judge/observe.h"

/* More items, parties or dates than this cannot be counted: the duty is UNKNOWN and says so. */
LIMIT(FRONT_ITEMS_MAX, 100000);  /* unknown: a case with more rows of its front */
LIMIT(FRONT_PARTIES_MAX, 256);   /* unknown: a case with more parties */
LIMIT(FRONT_DATES_MAX, 1000000); /* unknown: a case with more dates of its front */

/* Reads the front of `o`, whose documents are there, and makes `o` that of the date that binds:
 * start, documents, party, `front`. Leaves it as it is when the rule has no front, or no item with
 * a day. Texts live in `a`. False with ERROR_SETUP when the rule failed. */
bool front_observe(struct observation *o, const struct cage_values *v, struct arena *a,
                   struct error *e);

struct front_item {
    const char *key, *name; /* NULL: the case itself */
    date start;             /* DATE_NONE: not known */
    int64_t worth;          /* cents, 0 if not known */
    int64_t pull, line;
    bool own; /* it has no day: that of the case is its start, if that is known */
};

/* For whom and for what one date holds; NULL: for anybody, for anything. */
struct front_holder {
    const char *party, *scope;
};

struct front_set {
    const struct front_item *items;
    int item_count;
    const struct front_holder *holders; /* at least one: each party, for each scope */
    int holder_count;
    int party_count, scope_count; /* 1 where it is not crossed */
};

/* The same of items that were read already. Pure. */
void front_choose(struct observation *o, const struct front_set *set, date today, struct arena *a);

#endif
