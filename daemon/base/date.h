/* date: a day of the proleptic Gregorian calendar, without time and without zone.
 *
 * Deadlines are dates. A moment is an `instant` (base/clock.h); base/zone.h turns one into the
 * other, and nothing else does.                                                               */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int32_t date; /* days since 1970-01-01; years 1 to 9999 */

#define DATE_NONE INT32_MIN
#define DATE_TEXT_SIZE 16 /* "2025-03-31" and its NUL */

/* The day, or DATE_NONE if there is none such (month 13, 31 February, year 0). */
date date_of(int year, int month, int day);

/* Year, month (1-12) and day (1-31) of `d`, which must not be DATE_NONE. */
void date_split(date d, int *year, int *month, int *day);

/* 0 Monday to 6 Sunday. */
int date_weekday(date d);

/* 28 to 31. */
int date_month_days(int year, int month);

/* "2025-03-31" strictly, as ISO 8601 writes it, else DATE_NONE. */
date date_read(const char *text);

/* True for a day that programs write where there is none: 9999-12-31 and its like, from the year
 * 2200 on; 0001-01-01, 1753-01-01, 1899-12-30, 1900-01-01, up to the year 1900. */
bool date_is_sentinel(date d);

/* Writes "2025-03-31", or "-" for DATE_NONE; returns `buffer`. */
const char *date_text(date d, char buffer[DATE_TEXT_SIZE]);

/* Writes "Mon 31 Mar 2025", or "-"; returns `buffer`. For people. */
#define DATE_LONG_SIZE 24
const char *date_long(date d, char buffer[DATE_LONG_SIZE]);

/* The fields of a date and time of day as they stood in a text. */
struct date_fields {
    int year, month, day;
    int hour, minute, second, micro;
    int offset; /* minutes east of UTC */
    bool has_time, has_offset;
};

/* Reads `text` (of `n` bytes) by a pattern and checks each field.
 *
 * In a pattern, `yyyy` is a year of four digits, `yy` one of two, from 1969 to 2068, `m` and `d`
 * (`h`, `H`) one or two digits, `mm` and `dd` (`hh`, `HH`) exactly two, `mon` an English month name
 * of three letters or in full, `HH` the hour 0-23, `hh` the hour 1-12 with `AM` (AM or PM), `MM`
 * minutes, `SS` seconds with an optional fraction, `Z` an offset ("Z", "+02:00", "-0500"). Anything
 * else stands for itself.
 *
 * False if the text does not fit the pattern or names no real day or time (24:00 is refused). */
bool date_parse(const char *pattern, const char *text, size_t n, struct date_fields *ret);

/* True if `pattern` makes sense (it has a year, a month and a day, each once). */
bool date_pattern_check(const char *pattern);

/* A text that two patterns read as two different days. */
struct date_clash {
    char text[64];
    date first, second; /* what each makes of it */
};

/* Whether there is such a text ("m/d/yyyy" and "d/m/yyyy": 3/2/2001). Both patterns make sense. The
 * answer is exact for all that can differ in the order of a day, a month and a year. */
bool date_patterns_clash(const char *first, const char *second, struct date_clash *ret);

#endif
