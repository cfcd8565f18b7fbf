#include "config/calendars.h"

#include "base/limit.h"
#include "base/text.h"
#include "config/check.h"

#include <strings.h>

/* A closing of more days than this is a slip of the pen. */
LIMIT(CLOSING_MOST, 366); /* refused: a closing of more days */

struct making {
    const struct settings *settings;
    struct arena *arena;
    struct problems *problems;
};

static unsigned read_weekend(const struct making *m, const struct calendar_setting *c)
{
    static const char *const days[] = { "monday", "tuesday",  "wednesday", "thursday",
                                        "friday", "saturday", "sunday",    NULL };
    unsigned weekend = 0;

    for (size_t i = 0; i < c->weekend.count; i++) {
        int n = 0;

        while (days[n] && strcasecmp(days[n], c->weekend.all[i]) != 0)
            n++;
        if (days[n])
            weekend |= 1U << n;
        else
            problem_add(m->problems, c->at.file, c->at.line,
                        "calendar \"%s\": weekend: \"%s\" is no day of the week such as "
                        "\"saturday\"",
                        c->name, c->weekend.all[i]);
    }
    if (weekend != 0x7f)
        return weekend;
    problem_add(m->problems, c->at.file, c->at.line,
                "calendar \"%s\": weekend: no day is left open", c->name);
    return 0;
}

static struct holiday read_holiday(const struct making *m, const struct calendar_setting *c,
                                   const struct holiday_setting *h)
{
    struct holiday made = { .name = h->name,
                            .law = h->law,
                            .observed_law = h->observed_law,
                            .from = (int)h->from,
                            .until = (int)h->until,
                            .observed = (enum observed)h->observed };

    if (h->on && !holiday_read(h->on, &made.on))
        problem_add(m->problems, h->at.file, h->at.line,
                    "calendar \"%s\": holiday \"%s\": on = \"%s\" is no day such as \"July 4\", "
                    "\"third Monday of January\", \"last Monday of May\" or \"Easter - 2 days\"",
                    c->name, h->name ? h->name : "", h->on);
    if (h->until && h->until < h->from)
        problem_add(m->problems, h->at.file, h->at.line,
                    "calendar \"%s\": holiday \"%s\": until is before from", c->name,
                    h->name ? h->name : "");
    return made;
}

static struct closing read_closing(const struct making *m, const struct calendar_setting *c,
                                   const struct closing_setting *s)
{
    date until = s->until == DATE_NONE ? s->on : s->until;

    if (until < s->on || (s->on != DATE_NONE && until - s->on > CLOSING_MOST)) {
        problem_add(m->problems, s->at.file, s->at.line,
                    "calendar \"%s\": closing \"%s\": until is %s", c->name,
                    s->because ? s->because : "",
                    until < s->on ? "before on" : "more than a year after on");
        until = s->on;
    }
    return (struct closing){ .name = s->because,
                             .law = s->law,
                             .first = s->on,
                             .last = until,
                             .places = s->places.count ? s->places.all : NULL };
}

/* The last calendar called `name`, or the last one before `end`. */
static const struct calendar_setting *find(const struct settings *s, const char *name,
                                           const struct calendar_setting *end)
{
    const struct calendar_setting *found = NULL;

    for (LIST_EACH(const struct calendar_setting, c, &s->calendars))
        if (c != end && text_same(c->name, name))
            found = c;
        else if (c == end)
            break;
    return found;
}

static const struct calendar_setting *like_of(const struct settings *s,
                                              const struct calendar_setting *c)
{
    return !c->like ? NULL : find(s, c->like, text_same(c->like, c->name) ? c : NULL);
}

/* The calendar and those that it is like, itself first; NULL behind the last. What is wrong with
 * the chain is said by the one that has it. */
static const struct calendar_setting **chain_of(const struct making *m,
                                                const struct calendar_setting *first)
{
    const struct settings *s = m->settings;
    const struct calendar_setting **chain =
        arena_alloc(m->arena, (s->calendars.count + 2) * sizeof *chain);
    size_t n = 0;

    for (const struct calendar_setting *c = first; c; c = like_of(s, c)) {
        chain[n++] = c;
        if (n <= s->calendars.count)
            continue;
        problem_add(m->problems, first->at.file, first->at.line,
                    "calendar \"%s\": is like itself, by way of \"%s\"", first->name,
                    chain[1]->name);
        break;
    }
    return chain;
}

static void check_names_of(const struct making *m, const struct calendar_setting *c)
{
    const struct calendar_setting *before = find(m->settings, c->name, c);

    if (c->like && !like_of(m->settings, c))
        check_missing(m->problems, c->at, check_who("calendar", c->name), "calendar", c->like,
                      NAMES(&m->settings->calendars, calendar_setting, name));
    if (before && !text_same(c->like, c->name))
        problem_add(m->problems, c->at.file, c->at.line,
                    "calendar \"%s\" stands already in %s:%d; to add to it, say like = \"%s\"",
                    c->name, before->at.file, before->at.line, c->name);
}

static void check_arguable(const struct making *m, const struct calendar_setting *c)
{
    if (c->arguable && !find(m->settings, c->arguable, NULL))
        check_missing(m->problems, c->at, check_who("calendar", c->name), "calendar", c->arguable,
                      NAMES(&m->settings->calendars, calendar_setting, name));
    if (c->arguable && text_same(c->arguable, c->name))
        problem_add(m->problems, c->at.file, c->at.line,
                    "calendar \"%s\": arguable names itself: its own closed days are closed",
                    c->name);
}

static void check_hours(const struct making *m, const struct calendar_setting *c,
                        const struct calendar_plan *plan)
{
    if (plan->has_hours && plan->opens >= plan->closes)
        problem_add(m->problems, c->at.file, c->at.line,
                    "calendar \"%s\": opens needs closes, a later time of the same day (up to "
                    "24:00)",
                    c->name);
}

static void count_days(const struct calendar_setting **chain, size_t *holidays, size_t *closings)
{
    *holidays = *closings = 0;
    for (; *chain; chain++) {
        *holidays += (*chain)->holidays.count;
        *closings += (*chain)->closings.count;
    }
}

/* What no calendar before it in the chain has said. */
static void take_hours(struct calendar_plan *plan, const struct calendar_setting *c)
{
    if (!plan->closes && c->closes >= 0)
        plan->closes = (int)c->closes;
    if (plan->has_hours || c->opens < 0)
        return;
    plan->has_hours = true;
    plan->opens = (int)c->opens;
}

/* Whoever says until when it was verified says anew from what, and when the orders were looked up.
 */
static void take_verified(struct calendar_plan *plan, const struct calendar_setting *c)
{
    if (!plan->as_of && plan->verified_until == DATE_NONE) {
        plan->as_of = c->as_of == DATE_NONE ? 0 : c->as_of;
        plan->source = c->source;
    }
    if (plan->verified_from == DATE_NONE)
        plan->verified_from = c->verified_from;
    if (plan->verified_until == DATE_NONE)
        plan->verified_until = c->verified_until;
    if (!plan->roll_law)
        plan->roll_law = c->roll_law;
}

static struct calendar *make(const struct making *m, const struct calendar_setting *c)
{
    struct problems other = { 0 }; /* said by the calendar that has them */
    const struct making inherited = { m->settings, m->arena, &other };
    size_t before = m->problems->errors, holidays, closings;
    const struct calendar_setting **chain = chain_of(m, c);
    struct calendar_plan plan = { .name = c->name,
                                  .weekend = read_weekend(m, c),
                                  .verified_from = DATE_NONE,
                                  .verified_until = DATE_NONE };
    struct holiday *h;
    struct closing *l;
    bool good;

    check_names_of(m, c);
    check_arguable(m, c);
    count_days(chain, &holidays, &closings);
    plan.holidays = h = arena_alloc(m->arena, (holidays + 1) * sizeof *h);
    plan.closings = l = arena_alloc(m->arena, (closings + 1) * sizeof *l);
    for (; *chain; chain++) {
        const struct making *of = *chain == c ? m : &inherited;

        for (LIST_EACH(const struct holiday_setting, x, &(*chain)->holidays))
            h[plan.holiday_count++] = read_holiday(of, *chain, x);
        for (LIST_EACH(const struct closing_setting, x, &(*chain)->closings))
            l[plan.closing_count++] = read_closing(of, *chain, x);
        take_hours(&plan, *chain);
        take_verified(&plan, *chain);
    }
    check_hours(m, c, &plan);
    good = m->problems->errors == before && !other.errors;
    problems_free(&other);
    return good ? calendar_make(&plan, m->arena) : NULL;
}

/* The calendar whose closed days are arguable in `c`, as it is in the end; NULL: none. */
static const struct calendar *doubted(const struct settings *s, const struct calendar_setting *c)
{
    const struct calendar_setting *other;
    size_t left = s->calendars.count;

    while (c && !c->arguable && left--)
        c = like_of(s, c);
    other = c && c->arguable ? find(s, c->arguable, NULL) : NULL;
    return other ? other->made : NULL;
}

void calendars_make(struct settings *s, struct arena *a, struct problems *p)
{
    struct making m = { .settings = s, .arena = a, .problems = p };

    for (LIST_EACH(struct calendar_setting, c, &s->calendars))
        if (c->name)
            c->made = make(&m, c);
    for (LIST_EACH(struct calendar_setting, c, &s->calendars))
        if (c->made)
            calendar_doubt(c->made, doubted(s, c));
}
