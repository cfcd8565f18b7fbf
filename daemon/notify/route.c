#include "notify/route.h"

#include "base/text.h"

#include <stdio.h>
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

/* Whom `to` stands for: what the data has in the place of a placeholder, or itself. */
static const char *value_of(const char *to, const struct finding_about *about)
{
    if (!about)
        return to;
    if (strcmp(to, "{owner}") == 0)
        return about->owner;
    if (strcmp(to, "{unit}") == 0)
        return about->unit;
    if (strcmp(to, "{office}") == 0)
        return about->office;
    return to;
}

/* The address in `value`; `written`: in the configuration, where a bare name may be one. False if
 * it leads nowhere. */
static bool read_address(const struct settings *s, const char *value, bool written,
                         char ret[MIME_ADDRESS_SIZE])
{
    const char *contact = value ? contact_of(s, value) : NULL;

    if (contact)
        return mime_address_read(contact, ret, NULL);
    return value && (written || strchr(value, '@')) && mime_address_read(value, ret, NULL);
}

/* The receiver of a webhook has the name that it is given. */
static bool read_receiver(const struct settings *s, const char *value, bool written,
                          char ret[MIME_ADDRESS_SIZE])
{
    const char *contact = value ? contact_of(s, value) : NULL;

    if (!contact && value && !written && !strchr(value, '@'))
        return false;
    value = contact ? contact : value;
    return value && *value && snprintf(ret, MIME_ADDRESS_SIZE, "%s", value) < MIME_ADDRESS_SIZE;
}

static bool is_webhook(const struct settings *s, const char *channel)
{
    const struct channel *c = settings_channel(s, channel);

    return c && c->type == CHANNEL_WEBHOOK;
}

/* The recipient behind one entry of `to`; false if it leads nowhere. */
static bool recipient_of(const struct settings *s, const char *channel, const char *to,
                         const struct finding_about *about, struct recipient *ret)
{
    const char *value = value_of(to, about);

    *ret = (struct recipient){ .channel = channel, .role = to };
    return is_webhook(s, channel) ? read_receiver(s, value, value == to, ret->address)
                                  : read_address(s, value, value == to, ret->address);
}

/* Whether a case with that in the place of the placeholder can come to the route; NULL: any. */
static bool may_come(const struct route *r, const char *placeholder, const char *value)
{
    return !value || ((strcmp(placeholder, "{unit}") != 0 || fits(&r->units, value)) &&
                      (strcmp(placeholder, "{office}") != 0 || fits(&r->offices, value)));
}

bool route_uses(const struct settings *s, const char *placeholder, const char *value)
{
    for (LIST_EACH(const struct route, r, &s->routes))
        for (size_t i = 0; i < r->to.count && r->cadence != CADENCE_NEVER; i++)
            if (strcmp(r->to.all[i], placeholder) == 0 && !is_webhook(s, r->channel) &&
                may_come(r, placeholder, value))
                return true;
    return false;
}

bool route_reaches(const struct settings *s, const char *value)
{
    char address[MIME_ADDRESS_SIZE];

    return read_address(s, value, false, address);
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
        if (text_same(g->all[i].channel, r.channel) && strcmp(g->all[i].address, r.address) == 0)
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
            struct recipient one;

            if (!recipient_of(s, r->channel, r->to.all[i], about, &one))
                continue;
            reached = true;
            one.cadence = (enum route_cadence)r->cadence;
            add(g, one);
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

    for (size_t i = 0; i < s->operators->to.count; i++) {
        struct recipient one;

        if (!recipient_of(s, s->operators->channel, s->operators->to.all[i], NULL, &one))
            continue;
        one.role = "operators";
        one.cadence = CADENCE_NOW;
        add(&g, one);
    }
    *ret = g.all;
    return (int)g.count;
}
