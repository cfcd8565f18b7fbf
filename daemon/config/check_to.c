#include "config/check.h"

#include "base/text.h"
#include "codec/mime.h"

#include <string.h>

static const char *const placeholders[] = { "{owner}", "{unit}", "{office}", NULL };

/* `route` and the like: where a list of recipients stands, and what brings them there. */
struct recipients {
    const struct settings *settings;
    struct place at;
    const char *who, *option;
    const char *channel; /* by name; NULL: any may be meant */
    bool from_data;      /* placeholders are filled */
    struct problems *problems;
};

/* Receivers of webhooks have names of their own. */
static bool is_mail(const struct settings *s, const char *channel)
{
    const struct channel *c = settings_channel(s, channel);

    return !c || c->type != CHANNEL_WEBHOOK;
}

static bool is_contact(const struct settings *s, const char *name)
{
    for (LIST_EACH(const struct contact, c, &s->contacts))
        if (text_same(c->name, name))
            return true;
    return false;
}

static void complain_placeholder(const struct recipients *r, const char *to)
{
    const char *near = text_nearest(to, placeholders);

    problem_add(r->problems, r->at.file, r->at.line, "%s: %s = \"%s\": %s%s%s%s", r->who, r->option,
                to,
                r->from_data ? "a placeholder is {owner}, {unit} or {office} and stands alone"
                             : "nothing is put in here; write an address",
                r->from_data && near ? " (" : "", r->from_data && near ? near : "",
                r->from_data && near ? "?)" : "");
}

/* What may be meant by a text that is no address. */
static const char *hint_of(const struct recipients *r, const char *to)
{
    const char *first = strchr(to, '@');
    const char *near =
        text_nearest(to, NAMES(&r->settings->contacts, contact, name)); /* good until next call */

    if (near)
        return near;
    return first && strchr(first + 1, '@') && !strpbrk(to, ",; ")
               ? "strings without a comma between them are one: [ \"a\", \"b\" ]"
           : first && strchr(first + 1, '@') ? "write each in quotes of its own: [ \"a\", \"b\" ]"
                                             : NULL;
}

static void check_one(const struct recipients *r, const char *to)
{
    char address[MIME_ADDRESS_SIZE];
    const char *hint;
    struct error e;

    for (const char *const *p = placeholders; r->from_data && *p; p++)
        if (strcmp(*p, to) == 0)
            return;
    if (strpbrk(to, "{}"))
        complain_placeholder(r, to);
    else if (is_mail(r->settings, r->channel) && !(r->from_data && is_contact(r->settings, to)) &&
             !mime_address_read(to, address, &e)) {
        hint = hint_of(r, to);
        problem_add(r->problems, r->at.file, r->at.line, "%s: %s = \"%s\": %s%s%s%s%s", r->who,
                    r->option, to, e.text, r->from_data ? ", and no contact" : "", hint ? " (" : "",
                    hint ? hint : "", hint ? "?)" : "");
    }
}

static void check_all(const struct recipients *r, const struct texts *to)
{
    for (size_t i = 0; i < to->count; i++)
        check_one(r, to->all[i]);
}

/* A contact is reached through the channels of routes: only if each is a webhook is it no address.
 */
static bool reaches_mail(const struct settings *s)
{
    bool mail = !s->routes.count;

    for (LIST_EACH(const struct route, r, &s->routes))
        mail |= is_mail(s, r->channel);
    return mail;
}

static void check_sender(const struct settings *s, const struct channel *c, struct problems *p)
{
    const char *who = check_who("channel", c->name);
    struct recipients r = { s, c->at, who, "from", c->name, false, p };

    if (c->type == CHANNEL_WEBHOOK)
        return;
    check_one(&r, c->from);
    r.option = "reply_to";
    if (c->reply_to)
        check_one(&r, c->reply_to);
}

/* A channel that refuses everything cannot tell of itself. */
static void warn_of_only_one(const struct settings *s, struct problems *p)
{
    const struct channel *only = s->channels.all;

    if (s->channels.count == 1 && only->name && only->type != CHANNEL_MAILDIR)
        problem_warn(p, only->at.file, only->at.line,
                     "%s: it is the only channel: when it refuses everything, nobody hears of it; "
                     "add { name = \"files\"; type = \"maildir\"; } or another one",
                     check_who("channel", only->name));
}

void check_recipients(const struct settings *s, struct problems *p)
{
    const struct operators *o = s->operators;
    struct recipients r = { .settings = s, .option = "to", .from_data = true, .problems = p };

    for (LIST_EACH(const struct channel, c, &s->channels))
        if (c->name)
            check_sender(s, c, p);
    warn_of_only_one(s, p);
    r.who = "route";
    for (LIST_EACH(const struct route, route, &s->routes)) {
        r.at = route->at;
        r.channel = route->channel;
        check_all(&r, &route->to);
    }
    r.from_data = false;
    for (LIST_EACH(const struct contact, c, &s->contacts)) {
        r.at = c->at;
        r.who = check_who("contact", c->name ? c->name : "");
        r.channel = NULL;
        if (c->to && reaches_mail(s))
            check_one(&r, c->to);
    }
    if (!o)
        return;
    r.at = o->at;
    r.who = "operators";
    r.channel = o->channel;
    check_all(&r, &o->to);
    r.at = (struct place){ s->path, 0 };
    r.who = "the configuration";
    r.option = "trial_to";
    if (s->trial_to.all != o->to.all)
        check_all(&r, &s->trial_to);
}
