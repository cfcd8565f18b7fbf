/* Cases on the agenda of their Center's committee: most are decided at once or at the next meeting,
 * some are put off again and again until less than a year is left. */
#include "bench/nation_truth.h"

#include <string.h>

#define ITEMS_MAX 3

struct item {
    day on;
    const char *outcome;
};

static int agenda_make(const struct nation *n, const struct life *l, struct item ret[ITEMS_MAX])
{
    struct chance c = chance_of(n->seed, CHANCE_AGENDA, l->number);
    int how = chance_between(&c, 1, 100), count = chance_between(&c, 1, ITEMS_MAX), made = 0;
    day limit = life_limit(l, l->opened), on = l->penalty_issued;
    bool put_off = how <= 15;

    if (l->center < 0 || how > 60 || l->scope.matter)
        return 0;
    if (put_off)
        on = limit - chance_between(&c, 100, 500);
    for (int i = 0; i < count; i++) {
        bool last = i == count - 1 && !put_off;

        if (on >= MEETINGS_SINCE && on > l->opened && on < life_end(l))
            ret[made++] = (struct item){ on, last                     ? "decided"
                                             : chance_percent(&c, 50) ? "deferred"
                                                                      : "not reached" };
        on += chance_between(&c, 28, 35);
    }
    return made;
}

void agenda_write(const struct nation *n, struct files *f, const struct life *l)
{
    struct item items[ITEMS_MAX];
    int count = agenda_make(n, l, items);
    char no[CASE_NO_SIZE], on[DAY_SIZE];

    life_case_no(l, no);
    for (int i = 0; i < count && items[i].on < n->today; i++) {
        day_iso(items[i].on, on);
        fprintf(f->agenda, "A%d-%s,%s-%.7s,%s,%s,%s\n", i + 1, no, center_codes[l->center], on, no,
                on, items[i].outcome);
        f->rows++;
    }
}

/* Put off twice or more, never decided, and less than a year is left; while it can be decided. */
void truth_agenda(const struct telling *t)
{
    const struct life *l = t->l;
    struct item items[ITEMS_MAX];
    struct telling of = *t;
    int count = agenda_make(t->n, l, items);
    day limit = life_next_limit(l, t->n->today), found;

    of.plant = "put off again and again";
    if (limit == NONE)
        limit = day_anniversary(l->opened, 5);
    for (int i = 0; i < count; i++)
        if (items[i].on < t->n->today && strcmp(items[i].outcome, "decided") == 0)
            return;
    if (count < 2 || items[1].on >= t->n->today || either(t, l->suit, l->closed) ||
        either(t, l->offset, l->settled_entered) || strcmp(l->statute, "1641") == 0)
        return;
    found = items[1].on + 1 > void_since(t) ? items[1].on + 1 : void_since(t);
    while (found <= t->n->today && day_safe(limit) >= day_anniversary(found, 1))
        found++;
    if (found <= t->n->today)
        say(&of, "agenda-deferred", "past", found, NONE);
}
