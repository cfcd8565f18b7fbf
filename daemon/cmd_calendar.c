/* calendar: which days are closed and why, and what is counted by them. */
#include "cmd.h"

#include "base/clock.h"
#include "base/number.h"
#include "base/zone.h"
#include "calendar/counting.h"
#include "codec/json.h"
#include "watch/calendars.h"

#include <string.h>

struct asked {
    struct call *call;
    struct generation *generation;
    const struct calendar_setting *calendar;
    const char *place;
    date today;
};

static const char *or_none(const struct json *j, const char *key, const char *none)
{
    const char *text = json_get_text(j, key);

    return text ? text : none;
}

static void finish(const struct call *c, const struct json *j,
                   void (*print)(const struct call *, const struct json *))
{
    if (c->json)
        print_json(j);
    else
        print(c, j);
}

/* --- check --- */

/* What there is to do about a calendar; NULL: nothing. */
static const char *to_do(const struct asked *a, const struct calendar *c, struct text *out)
{
    date until = calendar_verified_until(c);
    char day[DATE_LONG_SIZE];

    if (until == DATE_NONE || until - a->today > CALENDAR_WARN_DAYS)
        return NULL;
    text_addf(out,
              "%s verified: add the closings since %s and set verified_until and as_of, in a file "
              "that is read later",
              until < a->today ? "no longer" : "soon no longer", date_long(until, day));
    return text_of(out);
}

/* "opens", "closes"; null: it has none. */
static void add_hours(struct json *j, const struct calendar_plan *p)
{
    char opens[16], closes[16];

    snprintf(opens, sizeof opens, "%02d:%02d", p->opens / 3600, p->opens / 60 % 60);
    snprintf(closes, sizeof closes, "%02d:%02d", p->closes / 3600, p->closes / 60 % 60);
    json_set_text(j, "opens", p->has_hours ? opens : NULL);
    json_set_text(j, "closes", p->closes ? closes : NULL);
}

static struct json *describe(const struct asked *a, const struct calendar_setting *c)
{
    struct json *j = json_group();
    AUTO_TEXT todo = { 0 };

    json_set_text(j, "name", c->name);
    json_set_text(j, "title", c->title);
    json_set_text(j, "like", c->like);
    json_set_day(j, "verified_until", calendar_verified_until(c->made));
    json_set_day(j, "as_of", calendar_as_of(c->made));
    json_set_text(j, "source", calendar_plan_of(c->made)->source);
    json_set_text(j, "arguable",
                  calendar_doubted(c->made) ? calendar_name(calendar_doubted(c->made)) : NULL);
    add_hours(j, calendar_plan_of(c->made));
    json_set_text(j, "to_do", to_do(a, c->made, &todo));
    return j;
}

/* What the calendar was made from, and up to which day it knows of orders. */
static void print_source(const struct json *one)
{
    const char *as_of = json_get_text(one, "as_of"), *source = json_get_text(one, "source");
    const char *arguable = json_get_text(one, "arguable");
    char day[DATE_LONG_SIZE];

    if (source) {
        printf("    from: ");
        print_cell(stdout, source, 0);
        printf("\n");
    }
    if (as_of)
        printf("    a closing that was ordered after %s is not in it\n",
               date_long(date_read(as_of), day));
    if (arguable)
        printf("    whether it is closed on the days of %s is arguable, and shown so\n", arguable);
}

static void print_check(const struct call *c, const struct json *j)
{
    const struct json *all = json_get(j, "calendars");

    if (!json_count(all))
        printf("No calendar is configured: only Saturdays and Sundays are closed.\n");
    for (size_t i = 0; i < json_count(all); i++) {
        const struct json *one = json_at(all, i);

        print_cell(stdout, json_get_text(one, "name"), 16);
        printf(" verified until %s  ", or_none(one, "verified_until", "-         "));
        print_cell(stdout, or_none(one, "title", ""), 0);
        printf("\n");
        print_source(one);
        if (json_get_text(one, "closes"))
            printf("    open %s%sto %s\n", or_none(one, "opens", ""),
                   json_get_text(one, "opens") ? " " : "", json_get_text(one, "closes"));
        if (json_get_text(one, "to_do"))
            printf("    %s%s%s\n", paint(c, YELLOW), json_get_text(one, "to_do"), paint(c, PLAIN));
    }
}

static int check(struct asked *a)
{
    AUTO(json) j = json_group();
    struct json *all = json_list();
    bool wrong = false;

    for (LIST_EACH(const struct calendar_setting, c, &a->generation->settings->calendars)) {
        struct json *one;

        if (settings_calendar(a->generation->settings, c->name) != c)
            continue; /* a later one of the name has all of it */
        one = describe(a, c);
        wrong |= json_get_text(one, "to_do") != NULL;
        json_add(all, one);
    }
    json_set(j, "calendars", all);
    finish(a->call, j, print_check);
    return wrong ? EXIT_FOUND : EXIT_GOOD;
}

/* --- show --- */

static void add_closed(void *data, const struct closed_day *d)
{
    struct json *j = json_group(), *places;

    json_set_day(j, "day", d->day);
    if (d->of != d->day)
        json_set_day(j, "of", d->of);
    json_set_text(j, "because", d->name);
    json_set_text(j, "law", d->law);
    if (d->places) {
        places = json_list();
        for (size_t i = 0; d->places[i]; i++)
            json_add_text(places, d->places[i]);
        json_set(j, "places", places);
    }
    json_add(data, j);
}

static void print_places(const struct json *places)
{
    for (size_t i = 0; i < json_count(places); i++)
        printf("%s%s", i ? ", " : "  only at ", json_text(json_at(places, i)));
}

static void print_closed(const struct json *one)
{
    char day[DATE_LONG_SIZE];
    const char *of = json_get_text(one, "of"), *law = json_get_text(one, "law");

    printf("    %-16s ", date_long(date_read(json_get_text(one, "day")), day));
    print_cell(stdout, json_get_text(one, "because"), 0);
    if (of)
        printf(", kept for %s", date_long(date_read(of), day));
    if (law) {
        printf("  (");
        print_cell(stdout, law, 0);
        printf(")");
    }
    print_places(json_get(one, "places"));
    printf("\n");
}

static void print_year(const struct call *c, const struct json *j)
{
    const struct json *all = json_get(j, "closed");
    char day[DATE_LONG_SIZE];

    printf("%s%s%s in %lld", paint(c, BOLD), json_get_text(j, "name"), paint(c, PLAIN),
           (long long)json_get_whole(j, "year"));
    printf(": closed on %s and\n", json_get_text(j, "weekend"));
    for (size_t i = 0; i < json_count(all); i++)
        print_closed(json_at(all, i));
    printf("Open on %lld %s. ", (long long)json_get_whole(j, "open_days"),
           text_plural(json_get_whole(j, "open_days"), "day", "days"));
    if (!json_get_truth(j, "verified"))
        printf("The closings of this year are not all known: not verified.\n");
    else if (json_get_text(j, "as_of"))
        printf("Its holidays are known; a closing that was ordered after %s is not in here.\n",
               date_long(date_read(json_get_text(j, "as_of")), day));
    else
        printf("All closings of the year are known.\n");
}

static void set_weekend(struct json *j, const struct calendar_setting *c)
{
    AUTO_TEXT t = { 0 };

    for (size_t i = 0; i < c->weekend.count; i++)
        text_addf(&t, "%s%s", i ? ", " : "", c->weekend.all[i]);
    json_set_text(j, "weekend", t.size ? text_of(&t) : "no day of the week");
}

static bool read_year(const char *text, int *ret)
{
    int64_t n;

    if (!number_read(text, strlen(text), &n) || n < CALENDAR_FIRST_YEAR || n > CALENDAR_LAST_YEAR)
        return false;
    *ret = (int)n;
    return true;
}

static int show(struct asked *a)
{
    const struct calendar *made = a->calendar->made;
    AUTO(json) j = NULL;
    struct json *all;
    int year, month, day, open = 0;
    date first, last;

    date_split(a->today, &year, &month, &day);
    if (a->call->count > 2 && !read_year(a->call->arguments[2], &year))
        return call_usage(a->call, "\"%s\" is no year from %d to %d", a->call->arguments[2],
                          CALENDAR_FIRST_YEAR, CALENDAR_LAST_YEAR);
    j = json_group();
    all = json_list();
    first = date_of(year, 1, 1);
    last = date_of(year, 12, 31);
    for (date d = first; d <= last; d++)
        open += calendar_is_open(made, d, a->place);
    calendar_closed(made, first, last, add_closed, all);
    json_set_text(j, "name", a->calendar->name);
    json_set_whole(j, "year", year);
    set_weekend(j, a->calendar);
    json_set(j, "closed", all);
    json_set_whole(j, "open_days", open);
    json_set_truth(j, "verified", calendar_is_verified(made, first, last));
    json_set_day(j, "as_of", last > calendar_as_of(made) ? calendar_as_of(made) : DATE_NONE);
    finish(a->call, j, print_year);
    return EXIT_GOOD;
}

/* --- next --- */

static void print_day(const char *label, const struct json *j, const char *key)
{
    char day[DATE_LONG_SIZE];
    const char *text = json_get_text(j, key);

    printf("    %-22s %s\n", label, text ? date_long(date_read(text), day) : "not known");
}

static void print_next(const struct call *c, const struct json *j)
{
    const char *term = json_get_text(j, "term");
    char day[DATE_LONG_SIZE], label[64];

    printf("%s%s%s is %s%s%s", paint(c, BOLD), date_long(date_read(json_get_text(j, "day")), day),
           paint(c, PLAIN), json_get_truth(j, "open") ? "open" : "closed",
           json_get_text(j, "because") ? ": " : "", or_none(j, "because", ""));
    if (json_get_text(j, "law"))
        printf(" (%s)", json_get_text(j, "law"));
    if (json_get_text(j, "arguable"))
        printf(", which is arguable: %s is closed (%s)", json_get_text(j, "arguable_by"),
               json_get_text(j, "arguable"));
    printf("\n");
    print_day("open on or after it", j, "on_or_after");
    print_day("open on or before it", j, "on_or_before");
    if (term) {
        text_print(label, sizeof label, "%s", term);
        print_day(label, j, "end");
    }
    if (!json_get_truth(j, "verified"))
        printf("The closings of these days are not all known: not verified.\n");
}

static void set_end(const struct asked *a, struct json *j, date d, struct term term, date *low,
                    date *high)
{
    const struct counting n = { .calendar = a->calendar->made,
                                .place = a->place,
                                .leap = (enum leap_day)a->generation->settings->leap_day };
    struct count_end end = count_term(&n, d, term);
    char text[TERM_TEXT_SIZE];

    json_set_text(j, "term", term_text(term, text));
    json_set_day(j, "end", end.day);
    if (end.day == DATE_NONE)
        *high = date_of(9999, 12, 31); /* what is not known is not verified */
    else if (end.day > *high)
        *high = end.day;
    else if (end.day < *low)
        *low = end.day;
}

/* Why the day is arguable although it is open, as the calendar that is closed says it. */
static void set_arguable(struct json *j, const struct calendar *c, date d)
{
    const struct closed_day *why = calendar_arguable(c, d);

    json_set_text(j, "arguable", why ? why->name : NULL);
    json_set_text(j, "arguable_by", why ? calendar_name(calendar_doubted(c)) : NULL);
}

static int next(struct asked *a)
{
    const struct call *c = a->call;
    const struct calendar *made = a->calendar->made;
    AUTO(json) j = json_group();
    date d = c->count > 2 ? date_read(c->arguments[2]) : a->today, low, high;
    const struct closed_day *why;
    struct term term;

    if (d == DATE_NONE)
        return call_usage(c, "\"%s\" is no day such as 2026-11-24", c->arguments[2]);
    if (c->count > 3 && !term_read(c->arguments[3], &term))
        return call_usage(c, "\"%s\" is no term such as \"7 business days\"", c->arguments[3]);
    why = calendar_why(made, d, a->place);
    low = calendar_back(made, d, a->place);
    high = calendar_forward(made, d, a->place);
    json_set_text(j, "name", a->calendar->name);
    json_set_day(j, "day", d);
    json_set_truth(j, "open", calendar_is_open(made, d, a->place));
    json_set_text(j, "because",
                  why                            ? why->name
                  : calendar_is_weekend(made, d) ? "a weekend"
                                                 : NULL);
    json_set_text(j, "law", why ? why->law : NULL);
    set_arguable(j, made, d);
    json_set_day(j, "on_or_after", high);
    json_set_day(j, "on_or_before", low);
    if (c->count > 3)
        set_end(a, j, d, term, &low, &high);
    json_set_truth(j, "verified", calendar_is_verified(made, low, high));
    finish(c, j, print_next);
    return EXIT_GOOD;
}

/* --- all of it --- */

static const char *const *names_of(const struct settings *s, struct arena *a)
{
    const char **names = arena_alloc(a, (s->calendars.count + 1) * sizeof *names);
    size_t n = 0;

    for (LIST_EACH(const struct calendar_setting, c, &s->calendars))
        names[n++] = c->name;
    return names;
}

static int of_one(struct asked *a, int (*run)(struct asked *))
{
    const struct settings *s = a->generation->settings;
    const char *name = a->call->count > 1 ? a->call->arguments[1] : NULL, *near;

    if (!name)
        return call_usage(a->call, "name a calendar; dutywatch calendar check lists them");
    a->calendar = settings_calendar(s, name);
    if (a->calendar)
        return run(a);
    near = text_nearest(name, names_of(s, a->generation->arena));
    return call_usage(a->call, "no calendar \"%s\" is configured%s%s%s", name, near ? " (" : "",
                      near ? near : "", near ? "?)" : "; dutywatch calendar check lists them");
}

int cmd_calendar(struct call *c)
{
    static const struct {
        const char *name;
        int (*run)(struct asked *);
        int most;
    } parts[] = { { "show", show, 3 }, { "next", next, 4 } };
    const char *part = c->count ? c->arguments[0] : "check";
    AUTO(generation) g = NULL;
    struct asked a = { .call = c, .place = call_option(c, "--place") };

    g = call_settings(c);
    if (!g)
        return EXIT_CONFIG;
    a.generation = g;
    a.today = zone_day(g->settings->zone, clock_now());
    if (strcmp(part, "check") == 0)
        return c->count > 1 ? call_usage(c, "check takes no argument") : check(&a);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strcmp(part, parts[i].name) == 0)
            return c->count > parts[i].most ? call_usage(c, "too many arguments")
                                            : of_one(&a, parts[i].run);
    return call_usage(c, "\"%s\" is none of check, show, next", part);
}
