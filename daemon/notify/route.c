#include "notify/route.h"

#include "base/text.h"

#include <string.h>

static bool fits(const struct texts *wanted, const char *value)
{
    for (size_t i = 0; i < wanted->count; i++)
        if (text_same(wanted->all[i], value))
            return true;
    return !wanted->count;
}

static bool route_fits(const struct route *r, const struct finding_about *about,
                       enum severity severity)
{
    return fits(&r->units, about->unit) && fits(&r->offices, about->office) &&
           fits(&r->rules, about->rule) && fits(&r->severities, severity_names[severity]) &&
           (r->min_amount == INT64_MIN || about->amount >= r->min_amount);
}

static const char *contact_of(const struct settings *s, const char *name)
{
    for (LIST_EACH(const struct contact, c, &s->contacts))
        if (text_same(c->name, name))
            return c->to;
    return NULL;
}

/* The address behind one entry of `to`, NULL if it leads nowhere. */
static const char *address_of(const struct settings *s, const char *to,
                              const struct finding_about *about)
{
    const char *value = to, *contact;

    if (strcmp(to, "{owner}") == 0)
        value = about->owner;
    else if (strcmp(to, "{unit}") == 0)
        value = about->unit;
    else if (strcmp(to, "{office}") == 0)
        value = about->office;
    if (!value)
        return NULL;
    contact = contact_of(s, value);
    if (contact)
        return contact;
    return value == to || strchr(value, '@') ? value : NULL;
}

/* Recipients in the making. */
struct gathering {
    struct arena *arena;
    struct recipient *all;
    size_t count, room;
};

static void add(struct gathering *g, struct recipient r)
{
    for (size_t i = 0; i < g->count; i++)
        if (text_same(g->all[i].channel, r.channel) && text_same(g->all[i].address, r.address))
            return;
    if (g->count == g->room) {
        g->room = g->room ? g->room * 2 : 8;
        g->all = arena_grow(g->arena, g->all, g->count * sizeof *g->all, g->room * sizeof *g->all);
    }
    g->all[g->count++] = r;
}

static void gather(const struct settings *s, const struct finding_about *about,
                   enum severity severity, struct gathering *g)
{
    for (LIST_EACH(const struct route, r, &s->routes)) {
        bool reached = false; /* somebody, be it one who is told already */

        if (!route_fits(r, about, severity))
            continue;
        if (r->cadence == CADENCE_NEVER && !r->go_on)
            return;
        for (size_t i = 0; i < r->to.count && r->cadence != CADENCE_NEVER; i++) {
            const char *address = address_of(s, r->to.all[i], about);

            if (!address)
                continue;
            reached = true;
            add(g, (struct recipient){ .channel = r->channel,
                                       .address = address,
                                       .role = r->to.all[i],
                                       .cadence = (enum route_cadence)r->cadence });
        }
        if (reached && !r->go_on)
            return;
    }
}

int route_find(const struct settings *s, const struct finding_about *about, enum severity severity,
               struct arena *a, struct recipient **ret)
{
    struct gathering g = { .arena = a };

    gather(s, about, severity, &g);
    *ret = g.all;
    return (int)g.count;
}

int route_operators(const struct settings *s, struct arena *a, struct recipient **ret)
{
    struct gathering g = { .arena = a };

    for (size_t i = 0; i < s->operators->to.count; i++)
        add(&g, (struct recipient){ .channel = s->operators->channel,
                                    .address = s->operators->to.all[i],
                                    .role = "operators",
                                    .cadence = CADENCE_NOW });
    *ret = g.all;
    return (int)g.count;
}
