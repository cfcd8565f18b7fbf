#include "judge/path.h"

#include <stdio.h>
#include <string.h>

struct search {
    const struct settings *settings;
    const struct dataset *to;
    struct path at, found;
    int ways; /* of the length that is looked for */
};

static bool visited(const struct search *s, const struct dataset *first, const struct dataset *d)
{
    for (int i = 0; i < s->at.count; i++)
        if (s->at.hops[i].to == d && d != s->to)
            return true;
    return d == first && d != s->to;
}

static void search(struct search *s, const struct dataset *first, const struct dataset *from,
                   int left);

static void step(struct search *s, const struct dataset *first, struct hop h, int left)
{
    if (visited(s, first, h.to))
        return;
    s->at.hops[s->at.count++] = h;
    if (left > 1) {
        search(s, first, h.to, left - 1);
    } else if (h.to == s->to) {
        s->found = s->at;
        s->ways++;
    }
    s->at.count--;
}

/* All ways of exactly `left` hops. */
static void search(struct search *s, const struct dataset *first, const struct dataset *from,
                   int left)
{
    for (LIST_EACH(const struct column, c, &from->columns)) {
        const struct dataset *up = c->refers ? settings_dataset(s->settings, c->refers) : NULL;

        if (up)
            step(s, first, (struct hop){ .to = up, .column = c->name }, left);
    }
    for (LIST_EACH(const struct dataset, d, &s->settings->datasets))
        for (LIST_EACH(const struct column, c, &d->columns))
            if (c->refers && strcmp(c->refers, from->id) == 0)
                step(s, first, (struct hop){ .to = d, .column = c->name, .down = true }, left);
}

bool path_find(const struct settings *s, const struct dataset *from, const struct dataset *to,
               struct path *ret, struct error *e)
{
    for (int length = 1; length <= HOPS_MAX; length++) {
        struct search search_of = { .settings = s, .to = to };

        search(&search_of, from, from, length);
        if (search_of.ways > 1)
            return error_set(
                e, ERROR_SETUP,
                "there are %d ways from %s to %s; say over which dataset ('DATASET.%s')",
                search_of.ways, from->id, to->id, to->id);
        if (search_of.ways) {
            *ret = search_of.found;
            return true;
        }
    }
    return error_set(e, ERROR_SETUP, "no column leads from %s to %s (refers = \"%s\"?)", from->id,
                     to->id, from->id);
}

bool path_along(const struct settings *s, const struct dataset *from, const char *names,
                struct path *ret, const struct dataset **ret_last, struct error *e)
{
    struct path leg;
    char name[128]; /* longer than any */

    ret->count = 0;
    while (*names) {
        size_t n = strcspn(names, ".");
        const struct dataset *to;

        text_print(name, sizeof name, "%.*s", (int)n, names);
        to = settings_dataset(s, name);
        if (!to)
            return error_set(e, ERROR_SETUP, "there is no dataset \"%s\"", name);
        if (!path_find(s, from, to, &leg, e))
            return false;
        if (ret->count + leg.count > HOPS_MAX)
            return error_set(e, ERROR_SETUP, "the way to %s has more than %d steps", to->id,
                             HOPS_MAX);
        memcpy(ret->hops + ret->count, leg.hops, (size_t)leg.count * sizeof *leg.hops);
        ret->count += leg.count;
        from = *ret_last = to;
        names += n + (names[n] == '.');
    }
    return true;
}

/* How hop `i` is joined: the column of its own dataset, and of the dataset before it. */
static const char *near_end(const struct path *p, int i)
{
    return p->hops[i].down ? p->hops[i].column : p->hops[i].to->key;
}

static const char *far_end(const struct path *p, const struct dataset *own, int i)
{
    const struct dataset *before = i ? p->hops[i - 1].to : own;

    return p->hops[i].down ? before->key : p->hops[i].column;
}

static void link_hop(const struct path *p, const struct dataset *own, const char *own_name, int i,
                     const char *name, struct text *out);

/* Rows that refer to the same key belong together, whether or not its row is there. */
static void link_siblings(const struct path *p, const struct dataset *own, const char *own_name,
                          int i, const char *name, struct text *out)
{
    const char *column = p->hops[i - 1].column;
    char inner[16];

    if (i == 1) {
        text_addf(out, "%s.%s = %s.%s", name, p->hops[1].column, own_name, column);
        return;
    }
    snprintf(inner, sizeof inner, "hop_%d", i);
    text_addf(out, "%s.%s IN (SELECT %s.%s FROM %s AS %s WHERE coalesce(%s._gone, 0) >= 0 AND ",
              name, p->hops[i].column, inner, column, p->hops[i - 2].to->id, inner, inner);
    link_hop(p, own, own_name, i - 2, inner, out);
    text_add(out, ")");
}

static void link_hop(const struct path *p, const struct dataset *own, const char *own_name, int i,
                     const char *name, struct text *out)
{
    char inner[16];

    if (i && p->hops[i].down && !p->hops[i - 1].down) {
        link_siblings(p, own, own_name, i, name, out);
        return;
    }
    if (i == 0) {
        text_addf(out, "%s.%s = %s.%s", name, near_end(p, 0), own_name, far_end(p, own, 0));
        return;
    }
    snprintf(inner, sizeof inner, "hop_%d", i);
    text_addf(out, "%s.%s IN (SELECT %s.%s FROM %s AS %s WHERE coalesce(%s._gone, 0) >= 0 AND ",
              name, near_end(p, i), inner, far_end(p, own, i), p->hops[i - 1].to->id, inner, inner);
    link_hop(p, own, own_name, i - 1, inner, out);
    text_add(out, ")");
}

void path_link(const struct path *p, const struct dataset *own, const char *own_name,
               const char *target, struct text *out)
{
    text_addf(out, "coalesce(%s._gone, 0) >= 0 AND ", target);
    link_hop(p, own, own_name, p->count - 1, target, out);
}
