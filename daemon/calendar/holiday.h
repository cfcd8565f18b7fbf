/* holiday: days that come by a rule each year. Pure. */
#ifndef CALENDAR_HOLIDAY_H
#define CALENDAR_HOLIDAY_H

#include "base/date.h"

#include <stdbool.h>

/* A day of each year. */
struct holiday_on {
    enum { HOLIDAY_FIXED, HOLIDAY_NTH, HOLIDAY_EASTER } kind;
    int month, day; /* fixed */
    int nth;        /* 1 to 5 of the month; -1: the last */
    int weekday;    /* 0 Monday to 6 Sunday */
    int plus;       /* days after that, or before it when below zero */
};

/* Reads "July 4", "third Monday of January", "last Monday of May", "Easter", each with "+ 1 day" or
 * "- 2 days" behind it if need be. Capital letters do not count. Easter is that of the Gregorian
 * calendar. False if it is none of these, or a day that no year has. */
bool holiday_read(const char *text, struct holiday_on *ret);

/* The day in `year` (1 to 9999), or DATE_NONE: 29 February, or the fifth Monday of a month that
 * has four. */
date holiday_in(const struct holiday_on *h, int year);

/* Reads "second Tuesday", "last Friday": a day of any month. False if it is none. */
bool weekday_read(const char *text, struct holiday_on *ret);

/* That day of a month, or DATE_NONE: it has no fifth one. */
date weekday_in(const struct holiday_on *h, int year, int month);

#endif
