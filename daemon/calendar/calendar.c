#include "calendar/calendar.h"

#include <stdlib.h>
#include <string.h>

struct calendar {
    struct calendar_plan plan;
    const char *name;
    unsigned weekend;
    date verified_from, verified_until;
    const struct calendar *doubted;
    struct closed_day *days; /* in the order of their days */
    size_t count, room;
    struct arena *arena;
};

const char *const observed_names[] = { "never", "nearest", "sunday", "next", NULL };

#define SUNDAY 6
#define WEEKEND (1U << 5 | 1U << 6) /* of NULL */

static bool weekend_has(unsigned weekend, date d)
{
    return weekend >> date_weekday(d) & 1;
}

/* --- making --- */

/* What holds everywhere is said first. */
static int day_order(const struct closed_day *x, const struct closed_day *y)
{
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return (x->places != NULL) - (y->places != NULL);
}

/* The number of the first entry on or after `d`. */
static size_t find(const struct calendar *c, date d)
{
    size_t low = 0, high = c->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (c->days[middle].day < d)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Behind those of its day that are said before it. */
static void add_day(struct calendar *c, struct closed_day d)
{
    size_t i = find(c, d.day);

    if (c->count == c->room) {
        size_t room = c->room ? c->room * 2 : 512;

        c->days = arena_grow(c->arena, c->days, c->count * sizeof *c->days, room * sizeof *c->days);
        c->room = room;
    }
    while (i < c->count && day_order(&c->days[i], &d) <= 0)
        i++;
    memmove(&c->days[i + 1], &c->days[i], (c->count - i) * sizeof *c->days);
    c->days[i] = d;
    c->count++;
}

static bool is_taken(const struct calendar *c, date d)
{
    size_t i = find(c, d);

    return i < c->count && c->days[i].day == d;
}

static bool is_kept(const struct holiday *h, int year)
{
    return (!h->from || year >= h->from) && (!h->until || year <= h->until);
}

/* The day on which a holiday of the weekend is kept; DATE_NONE: on no other. */
static date observed_on(const struct calendar *c, const struct holiday *h, date d)
{
    date back = d, on = d;

    if (h->observed == OBSERVED_NEVER || !weekend_has(c->weekend, d) ||
        (h->observed == OBSERVED_SUNDAY && date_weekday(d) != SUNDAY))
        return DATE_NONE;
    while (weekend_has(c->weekend, on) || (h->observed == OBSERVED_NEXT && is_taken(c, on)))
        on++;
    while (weekend_has(c->weekend, back))
        back--;
    return h->observed == OBSERVED_NEAREST && d - back < on - d ? back : on;
}

enum pass { PASS_OWN, PASS_MOVED, PASS_NEXT };

/* Own days first, then those that are moved to a day of their own, last those that take the next
 * free one: so none is moved onto another one. */
static void add_pass(struct calendar *c, const struct calendar_plan *p, enum pass pass)
{
    for (int year = CALENDAR_FIRST_YEAR; year <= CALENDAR_LAST_YEAR; year++)
        for (size_t i = 0; i < p->holiday_count; i++) {
            const struct holiday *h = &p->holidays[i];
            date d = is_kept(h, year) ? holiday_in(&h->on, year) : DATE_NONE, on = d;

            if (d != DATE_NONE && pass != PASS_OWN)
                on = (h->observed == OBSERVED_NEXT) == (pass == PASS_NEXT) ? observed_on(c, h, d)
                                                                           : DATE_NONE;
            if (on != DATE_NONE)
                add_day(c, (struct closed_day){
                               on, d, h->name,
                               on != d && h->observed_law ? h->observed_law : h->law, NULL });
        }
}

struct calendar *calendar_make(const struct calendar_plan *p, struct arena *a)
{
    struct calendar *c = arena_alloc(a, sizeof *c);

    *c = (struct calendar){ .plan = *p,
                            .name = p->name,
                            .weekend = p->weekend,
                            .verified_from = p->verified_from,
                            .verified_until = p->verified_until,
                            .arena = a };
    add_pass(c, p, PASS_OWN);
    add_pass(c, p, PASS_MOVED);
    add_pass(c, p, PASS_NEXT);
    for (size_t i = 0; i < p->closing_count; i++)
        for (date d = p->closings[i].first; d <= p->closings[i].last; d++)
            add_day(c, (struct closed_day){ d, d, p->closings[i].name, p->closings[i].law,
                                            p->closings[i].places });
    return c;
}

/* --- asking --- */

const char *calendar_name(const struct calendar *c)
{
    return c ? c->name : "Monday to Friday";
}

const struct calendar_plan *calendar_plan_of(const struct calendar *c)
{
    return &c->plan;
}

static bool holds_at(const struct closed_day *d, const char *place)
{
    if (!d->places)
        return true;
    for (size_t i = 0; place && d->places[i]; i++)
        if (strcmp(d->places[i], place) == 0)
            return true;
    return false;
}

bool calendar_is_weekend(const struct calendar *c, date d)
{
    return weekend_has(c ? c->weekend : WEEKEND, d);
}

const struct closed_day *calendar_why(const struct calendar *c, date d, const char *place)
{
    for (size_t i = c ? find(c, d) : 0; c && i < c->count && c->days[i].day == d; i++)
        if (holds_at(&c->days[i], place))
            return &c->days[i];
    return NULL;
}

bool calendar_is_open(const struct calendar *c, date d, const char *place)
{
    return !calendar_is_weekend(c, d) && !calendar_why(c, d, place);
}

void calendar_closed(const struct calendar *c, date first, date last, closed_day_fn *each,
                     void *data)
{
    for (size_t i = find(c, first); i < c->count && c->days[i].day <= last; i++)
        each(data, &c->days[i]);
}

static date search(const struct calendar *c, date d, int step, const char *place)
{
    while (!calendar_is_open(c, d, place))
        d += step;
    return d;
}

date calendar_forward(const struct calendar *c, date d, const char *place)
{
    return search(c, d, 1, place);
}

date calendar_back(const struct calendar *c, date d, const char *place)
{
    return search(c, d, -1, place);
}

date calendar_count(const struct calendar *c, date d, int count, const char *place)
{
    static const date first = -719162, last = 2932896; /* 0001-01-01, 9999-12-31 */
    int step = count < 0 ? -1 : 1;

    if (!count)
        return calendar_forward(c, d, place);
    for (count = abs(count); count; count -= calendar_is_open(c, d, place)) {
        d += step;
        if (d < first || d > last)
            return DATE_NONE;
    }
    return d;
}

date calendar_received(const struct calendar *c, date d, int seconds, const char *place)
{
    if (!c || !c->plan.closes || seconds < 0)
        return d;
    return calendar_forward(c, seconds >= c->plan.closes ? d + 1 : d, place);
}

int calendar_closes(const struct calendar *c)
{
    return c && c->plan.has_hours ? c->plan.closes : -1;
}

int calendar_hour(const struct calendar *c, date d, int seconds, const char *place)
{
    bool open;

    if (seconds < 0 || calendar_closes(c) < 0)
        return -1;
    open = calendar_is_open(c, d, place) && seconds >= c->plan.opens && seconds < c->plan.closes;
    return open ? seconds : c->plan.opens;
}

bool calendar_is_verified(const struct calendar *c, date first, date last)
{
    date from = first < last ? first : last, until = first < last ? last : first;

    return c && from >= date_of(CALENDAR_FIRST_YEAR, 1, 1) &&
           until <= date_of(CALENDAR_LAST_YEAR, 12, 31) && from >= c->verified_from &&
           (c->verified_until == DATE_NONE || until <= c->verified_until);
}

date calendar_verified_until(const struct calendar *c)
{
    return c ? c->verified_until : DATE_NONE;
}

date calendar_as_of(const struct calendar *c)
{
    return c && c->plan.as_of ? c->plan.as_of : DATE_NONE;
}

/* --- what is arguable --- */

void calendar_doubt(struct calendar *c, const struct calendar *other)
{
    c->doubted = other;
}

const struct calendar *calendar_doubted(const struct calendar *c)
{
    return c ? c->doubted : NULL;
}

const struct closed_day *calendar_arguable(const struct calendar *c, date d)
{
    return c && c->doubted && calendar_is_open(c, d, NULL) ? calendar_why(c->doubted, d, NULL)
                                                           : NULL;
}
