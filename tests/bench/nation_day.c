#include "bench/nation.h"

static bool is_leap(int y)
{
    return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

static int month_days(int y, int m)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return m == 2 && is_leap(y) ? 29 : days[m - 1];
}

/* By counting up from 1970: slow and plain. */
day day_of(int year, int month, int dom)
{
    int d = 0;

    for (int y = 1970; y < year; y++)
        d += is_leap(y) ? 366 : 365;
    for (int m = 1; m < month; m++)
        d += month_days(year, m);
    return d + dom - 1;
}

void day_split(day d, int *ret_year, int *ret_month, int *ret_dom)
{
    int y = 1970, m = 1;

    for (; d >= (is_leap(y) ? 366 : 365); y++)
        d -= is_leap(y) ? 366 : 365;
    for (; d >= month_days(y, m); m++)
        d -= month_days(y, m);
    *ret_year = y;
    *ret_month = m;
    *ret_dom = d + 1;
}

bool day_read(const char *text, day *ret)
{
    int y, m, d, end = 0;

    if (sscanf(text, "%4d-%2d-%2d%n", &y, &m, &d, &end) != 3 || text[end] || y < 1971 || m < 1 ||
        m > 12 || d < 1 || d > month_days(y, m))
        return false;
    *ret = day_of(y, m, d);
    return true;
}

day day_anniversary(day d, int years)
{
    int y, m, dom;

    day_split(d, &y, &m, &dom);
    y += years;
    return day_of(y, m, dom > month_days(y, m) ? month_days(y, m) : dom);
}

day day_rolled(day d)
{
    int weekday = (d + 3) % 7; /* 1970-01-01 was a Thursday; 0 is Monday */

    return weekday > 4 ? d + 7 - weekday : d;
}

day day_safe(day d)
{
    int weekday = (d + 3) % 7;

    return weekday > 4 ? d + 4 - weekday : d;
}

const char *day_iso(day d, char buffer[DAY_SIZE])
{
    int y, m, dom;

    buffer[0] = 0;
    if (d == NONE)
        return buffer;
    day_split(d, &y, &m, &dom);
    snprintf(buffer, DAY_SIZE, "%04d-%02d-%02d", y, m, dom);
    return buffer;
}

const char *day_us(day d, char buffer[DAY_SIZE])
{
    int y, m, dom;

    buffer[0] = 0;
    if (d == NONE)
        return buffer;
    day_split(d, &y, &m, &dom);
    snprintf(buffer, DAY_SIZE, "%02d/%02d/%04d", m, dom, y);
    return buffer;
}

/* --- chance --- */

static uint64_t next(struct chance *c)
{
    uint64_t z = c->state += 0x9e3779b97f4a7c15;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

struct chance chance_of(uint64_t seed, int what, int64_t number)
{
    struct chance c = { .state = seed };

    c.state = next(&c) ^ ((uint64_t)what << 56) ^ (uint64_t)number;
    c.state = next(&c);
    return c;
}

int chance_between(struct chance *c, int least, int most)
{
    return least + (int)(next(c) % (uint64_t)(most - least + 1));
}

bool chance_percent(struct chance *c, int percent)
{
    return chance_between(c, 1, 100) <= percent;
}
