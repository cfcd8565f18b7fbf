#include "calendar/cadence.h"

#include <stdio.h>

const char *const cadence_units[] = { "week", "month",       "quarter", "half",
                                      "year", "fiscal year", NULL };

/* Months in one unit; 0 for weeks. */
static int months_of(enum cadence_unit unit)
{
    static const int months[] = {
        [CADENCE_WEEK] = 0, [CADENCE_MONTH] = 1, [CADENCE_QUARTER] = 3,
        [CADENCE_HALF] = 6, [CADENCE_YEAR] = 12, [CADENCE_FISCAL_YEAR] = 12
    };

    return months[unit];
}

/* Months before January in which a unit's year begins. */
static int months_early(enum cadence_unit unit)
{
    return unit == CADENCE_FISCAL_YEAR ? 3 : 0;
}

/* Rounds down, also below zero. */
static int block(int n, int size)
{
    return n >= 0 ? n / size : -((-n + size - 1) / size);
}

static date monday(date d)
{
    return d - date_weekday(d);
}

static struct period weeks(const struct cadence *c, date d)
{
    date base = c->count > 1 ? monday(c->since) : 0;
    int days = 7 * c->count;
    struct period p;

    p.first = c->count > 1 ? base + block(d - base, days) * days : monday(d);
    p.last = p.first + days - 1;
    return p;
}

/* A number that grows by one each month; years of the unit begin at multiples of twelve. */
static int month_number(enum cadence_unit unit, date d)
{
    int year, month, day;

    date_split(d, &year, &month, &day);
    return year * 12 + month - 1 + months_early(unit);
}

/* The first day of a month by its number; the end of time when there is none such. */
static date month_start(enum cadence_unit unit, int number)
{
    date d;

    number -= months_early(unit);
    d = date_of(number / 12, number % 12 + 1, 1);
    return d != DATE_NONE ? d : date_of(number < 12 ? 1 : 9999, number < 12 ? 1 : 12, 31);
}

struct period cadence_period(const struct cadence *c, date d)
{
    int size = months_of(c->unit) * c->count;
    int one = months_of(c->unit), base = 0, first;
    struct period p;

    if (c->unit == CADENCE_WEEK)
        return weeks(c, d);
    if (c->count > 1)
        base = block(month_number(c->unit, c->since), one) * one;
    first = base + block(month_number(c->unit, d) - base, size) * size;
    p.first = month_start(c->unit, first);
    p.last = month_start(c->unit, first + size) - 1;
    return p;
}

struct period cadence_next(const struct cadence *c, struct period p)
{
    return cadence_period(c, p.last + 1);
}

/* The year and number of the ISO week that begins on `first`: it belongs to the year that its
 * Thursday is in. */
static int iso_week(date first, int *ret_year)
{
    int month, day;

    date_split(first + 3, ret_year, &month, &day);
    return (first + 3 - date_of(*ret_year, 1, 1)) / 7 + 1;
}

const char *period_text(const struct cadence *c, struct period p, char buffer[PERIOD_TEXT_SIZE])
{
    char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
    int year, month, day, week;

    date_split(p.first, &year, &month, &day);
    if (c->count > 1) {
        snprintf(buffer, PERIOD_TEXT_SIZE, "%s/%s", date_text(p.first, first),
                 date_text(p.last, last));
    } else if (c->unit == CADENCE_WEEK) {
        week = iso_week(p.first, &year);
        snprintf(buffer, PERIOD_TEXT_SIZE, "%04d-W%02d", year, week);
    } else if (c->unit == CADENCE_MONTH) {
        snprintf(buffer, PERIOD_TEXT_SIZE, "%04d-%02d", year, month);
    } else if (c->unit == CADENCE_QUARTER) {
        snprintf(buffer, PERIOD_TEXT_SIZE, "%04d-Q%d", year, (month - 1) / 3 + 1);
    } else if (c->unit == CADENCE_HALF) {
        snprintf(buffer, PERIOD_TEXT_SIZE, "%04d-H%d", year, month > 6 ? 2 : 1);
    } else if (c->unit == CADENCE_FISCAL_YEAR) {
        snprintf(buffer, PERIOD_TEXT_SIZE, "FY%04d", year + 1);
    } else {
        snprintf(buffer, PERIOD_TEXT_SIZE, "%04d", year);
    }
    return buffer;
}

const char *period_long(const struct cadence *c, struct period p, char buffer[PERIOD_LONG_SIZE])
{
    static const char *const months[] = { "January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December" };
    char first[DATE_LONG_SIZE], last[DATE_LONG_SIZE];
    int year, month, day;

    date_split(p.first, &year, &month, &day);
    if (c->count > 1)
        snprintf(buffer, PERIOD_LONG_SIZE, "%s to %s", date_long(p.first, first),
                 date_long(p.last, last));
    else if (c->unit == CADENCE_WEEK)
        snprintf(buffer, PERIOD_LONG_SIZE, "the week from %s", date_long(p.first, first));
    else if (c->unit == CADENCE_MONTH)
        snprintf(buffer, PERIOD_LONG_SIZE, "%s %d", months[month - 1], year);
    else if (c->unit == CADENCE_QUARTER)
        snprintf(buffer, PERIOD_LONG_SIZE, "quarter %d of %d", (month - 1) / 3 + 1, year);
    else if (c->unit == CADENCE_HALF)
        snprintf(buffer, PERIOD_LONG_SIZE, "the %s half of %d", month > 6 ? "second" : "first",
                 year);
    else if (c->unit == CADENCE_FISCAL_YEAR)
        snprintf(buffer, PERIOD_LONG_SIZE, "fiscal year %d", year + 1);
    else
        snprintf(buffer, PERIOD_LONG_SIZE, "%d", year);
    return buffer;
}
