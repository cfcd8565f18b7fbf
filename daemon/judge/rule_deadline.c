/* The ways to count of a deadline, from its settings. */
#include "judge/parts.h"
#include "judge/rule.h"

static struct way way_of(const struct clause *after, const struct clause *before,
                         const struct clause *due, const char *term, const char *from)
{
    struct way w = { .stated = due->text != NULL };

    rule_term(term, &w.term);
    if (before->text)
        w.term.count = -w.term.count;
    w.field = after->text ? after->text : before->text ? before->text : due->text;
    w.words = from ? from : w.field;
    return w;
}

static struct way way_of_start(const struct start *t)
{
    struct way w = way_of(&t->after, &t->before, &t->due, t->term, t->from);

    w.untolled = t->untolled;
    return w;
}

static void read_ways(const struct building *b, const struct prepared_rule *r,
                      const struct list *of, struct way into[WAYS_MAX], int *count)
{
    if (of->count > WAYS_MAX)
        problem_add(b->problems, r->def->at.file, r->def->deadline->at.line,
                    "rule \"%s\": more than %d ways to count", r->def->id, WAYS_MAX);
    for (LIST_EACH(const struct start, t, of))
        if (*count < WAYS_MAX)
            into[(*count)++] = way_of_start(t);
}

void rule_read_deadline(const struct building *b, struct prepared_rule *r)
{
    const struct deadline *d = r->def->deadline;
    const struct list *several = d->latest_of.count ? &d->latest_of : &d->earliest_of;
    const struct texts *sets = deadline_sets(d);

    r->latest = d->latest_of.count > 0;
    if (!several->count)
        r->ways[r->way_count++] = way_of(&d->after, &d->before, &d->due, d->term, d->from);
    read_ways(b, r, several, r->ways, &r->way_count);
    read_ways(b, r, &d->beside, r->beside, &r->beside_count);
    r->capped = d->at_most != NULL;
    if (r->capped)
        r->cap = way_of_start(d->at_most);
    if (d->no_later_than) {
        rule_term(d->no_later_than->term, &r->bound_term);
        r->bound_words =
            d->no_later_than->from ? d->no_later_than->from : d->no_later_than->after.text;
    }
    rule_term(d->each_at_most, &r->each);
    r->extended_by = settings_dataset(b->settings, d->extended_by);
    r->tolled_by = settings_dataset(b->settings, d->tolled_by);
    r->front = sets->count ? settings_dataset(b->settings, sets->all[0]) : NULL;
    r->crossed = sets->count > 1 ? settings_dataset(b->settings, sets->all[1]) : NULL;
    r->shared = d->each.count > 0;
    r->also = d->also.text != NULL;
}
