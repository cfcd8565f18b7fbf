#include "judge/another.h"

#include <string.h>

#define EPOCH 2440588 /* the Julian day number of 1970-01-01 */

struct ymd {
    int year, month, day;
};

static struct ymd split(date d)
{
    int64_t l = (int64_t)d + EPOCH + 68569, n = 4 * l / 146097, i, j;

    l -= (146097 * n + 3) / 4;
    i = 4000 * (l + 1) / 1461001;
    l -= 1461 * i / 4 - 31;
    j = 80 * l / 2447;
    return (struct ymd){ .year = (int)(100 * (n - 49) + i + j / 11),
                         .month = (int)(j + 2 - 12 * (j / 11)),
                         .day = (int)(l - 2447 * j / 80) };
}

static date join(int64_t y, int64_t m, int64_t d)
{
    int64_t a = (m - 14) / 12;

    return (date)(1461 * (y + 4800 + a) / 4 + 367 * (m - 2 - 12 * a) / 12 -
                  3 * ((y + 4900 + a) / 100) / 4 + d - 32075 - EPOCH);
}

static int length(int year, int month)
{
    return month == 12 ? 31 : join(year, month + 1, 1) - join(year, month, 1);
}

/* 0 Monday to 6 Sunday: 1 January 1970 was a Thursday. */
static int weekday(date d)
{
    return (int)(((int64_t)d + 3 + 7000000) % 7);
}

int another_year(date d)
{
    return split(d).year;
}

date another_days(date start, int64_t days)
{
    int64_t d = start + days;

    return d < join(1, 1, 1) || d > join(9999, 12, 31) ? DATE_NONE : (date)d;
}

date another_months(date start, int months, bool march)
{
    struct ymd s = split(start);
    int number = s.year * 12 + s.month - 1 + months, year, month, most;

    if (number < 12 || number >= 12 * 10000)
        return DATE_NONE;
    year = number / 12;
    month = number % 12 + 1;
    most = length(year, month);
    if (s.day <= most)
        return join(year, month, s.day);
    return join(year, month, most) + (march && s.month == 2 && s.day == 29 && month == 2);
}

/* --- closed days --- */

static bool is_weekend(const struct calendar_plan *p, date d)
{
    return p ? p->weekend >> weekday(d) & 1 : weekday(d) > 4;
}

/* Gauss's computation of Easter, with the corrections for the Gregorian calendar. */
static bool is_easter(date d)
{
    struct ymd s = split(d);
    int k = s.year / 100, p = (13 + 8 * k) / 25, q = k / 4;
    int m = (15 - p + k - q) % 30, n = (4 + k - q) % 7;
    int a = s.year % 19, b = s.year % 4, c = s.year % 7;
    int full = (19 * a + m) % 30, on = (2 * b + 4 * c + 6 * full + n) % 7;
    int march = 22 + full + on;

    if (full == 29 && on == 6)
        march = 50; /* 19 April */
    else if (full == 28 && on == 6 && (11 * m + 11) % 30 < 19)
        march = 49; /* 18 April */
    return d == join(s.year, 3, march);
}

/* A day with its year, month and day, so that it is not split for each holiday. */
struct dated {
    date d;
    struct ymd is;
};

/* True if the holiday's own day is that one. */
static bool falls_on(const struct holiday *h, const struct dated *day)
{
    date base = day->d - h->on.plus;
    struct ymd s = h->on.plus ? split(base) : day->is;

    if (s.year < CALENDAR_FIRST_YEAR || s.year > CALENDAR_LAST_YEAR ||
        (h->from && s.year < h->from) || (h->until && s.year > h->until))
        return false;
    if (h->on.kind == HOLIDAY_EASTER)
        return is_easter(base);
    if (s.month != h->on.month)
        return false;
    if (h->on.kind == HOLIDAY_FIXED)
        return s.day == h->on.day;
    if (weekday(base) != h->on.weekday)
        return false;
    return h->on.nth < 0 ? s.day + 7 > length(s.year, s.month) : (s.day + 6) / 7 == h->on.nth;
}

static bool is_named(const struct calendar_plan *p, date d)
{
    const struct dated day = { d, split(d) };

    for (size_t i = 0; i < p->holiday_count; i++)
        if (falls_on(&p->holidays[i], &day))
            return true;
    return false;
}

/* How far it is from `d` to the nearest day that is no weekend, forwards or backwards. */
static int way_out(const struct calendar_plan *p, date d, int step)
{
    int n = 0;

    while (is_weekend(p, d + n * step))
        n++;
    return n;
}

/* The day on which holiday `h`, which falls on the weekend day `d`, is kept by "nearest" or
 * "sunday"; `d` if it is not moved. */
static date kept_on(const struct calendar_plan *p, const struct holiday *h, date d)
{
    int on = way_out(p, d, 1), back = way_out(p, d, -1);

    if (h->observed == OBSERVED_SUNDAY)
        return weekday(d) == 6 ? d + on : d;
    return h->observed == OBSERVED_NEAREST ? d + (back < on ? -back : on) : d;
}

/* Days on which holidays of a weekend near `last` are kept: bit n is n days before it. A day behind
 * it is nobody's concern, nor is one before the bits. */
struct taken {
    date last;
    uint64_t days;
};

static bool is_in(const struct taken *t, date d)
{
    return d <= t->last && t->last - d < 64 && t->days >> (t->last - d) & 1;
}

static void take(const struct calendar_plan *p, struct taken *t, const struct holiday *h, date w)
{
    const struct dated day = { w, split(w) };
    date on = w;

    if (!is_weekend(p, w) || h->observed == OBSERVED_NEVER || !falls_on(h, &day))
        return;
    if (h->observed == OBSERVED_NEXT)
        while (is_weekend(p, on) || is_named(p, on) || is_in(t, on))
            on++;
    else
        on = kept_on(p, h, w);
    if (on <= t->last && t->last - on < 64)
        t->days |= UINT64_C(1) << (t->last - on);
}

/* "next" takes the first day that is free of weekends, holidays and days that are taken; it is
 * asked last. A holiday further off than this has no effect on `d`. */
static bool is_taken(const struct calendar_plan *p, date d)
{
    struct taken t = { .last = d };

    for (int next = 0; next < 2; next++)
        for (size_t i = 0; i < p->holiday_count; i++)
            for (date w = d - 18; w <= d + 6; w++)
                if ((p->holidays[i].observed == OBSERVED_NEXT) == next)
                    take(p, &t, &p->holidays[i], w);
    return is_in(&t, d);
}

static bool any_next(const struct calendar_plan *p)
{
    for (size_t i = 0; i < p->holiday_count; i++)
        if (p->holidays[i].observed == OBSERVED_NEXT)
            return true;
    return false;
}

/* True if a holiday of a weekend day near `d` is kept on it. */
static bool is_observed(const struct calendar_plan *p, date d)
{
    if (any_next(p))
        return is_taken(p, d);
    for (date w = d - 6; w <= d + 6; w++) {
        struct dated day = { w, { 0 } };

        if (w == d || !is_weekend(p, w))
            continue;
        day.is = split(w);
        for (size_t i = 0; i < p->holiday_count; i++)
            if (p->holidays[i].observed != OBSERVED_NEVER && falls_on(&p->holidays[i], &day) &&
                kept_on(p, &p->holidays[i], w) == d)
                return true;
    }
    return false;
}

static bool is_ordered(const struct calendar_plan *p, date d, const char *place)
{
    for (size_t i = 0; i < p->closing_count; i++) {
        const struct closing *c = &p->closings[i];
        bool here = !c->places;

        for (size_t k = 0; place && c->places && c->places[k]; k++)
            here |= strcmp(c->places[k], place) == 0;
        if (here && d >= c->first && d <= c->last)
            return true;
    }
    return false;
}

bool another_closed(const struct calendar_plan *p, date d, const char *place)
{
    return is_weekend(p, d) ||
           (p && (is_ordered(p, d, place) || is_named(p, d) || is_observed(p, d)));
}
