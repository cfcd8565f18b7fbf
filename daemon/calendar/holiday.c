#include "calendar/holiday.h"

#include "base/limit.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const months[] = { "January",   "February", "March",    "April",
                                      "May",       "June",     "July",     "August",
                                      "September", "October",  "November", "December" };
static const char *const weekdays[] = { "Monday", "Tuesday",  "Wednesday", "Thursday",
                                        "Friday", "Saturday", "Sunday" };
static const char *const ordinals[] = { "last", "first", "second", "third", "fourth", "fifth" };

#define COUNT(names) (sizeof(names) / sizeof *(names))
LIMIT(PLUS_MOST, 60); /* refused: a holiday more days after another one */

/* Goes past one of `names` and the blanks behind it: its number, or -1. */
static int take_word(const char **s, const char *const *names, size_t count)
{
    size_t n = 0;

    while (isalpha((unsigned char)(*s)[n]))
        n++;
    for (size_t i = 0; i < count; i++)
        if (n && strlen(names[i]) == n && strncasecmp(*s, names[i], n) == 0) {
            *s += n + strspn(*s + n, " ");
            return (int)i;
        }
    return -1;
}

static bool take_number(const char **s, int most, int *ret)
{
    char *end;
    long n;

    if (!isdigit((unsigned char)**s))
        return false;
    n = strtol(*s, &end, 10);
    *s = end + strspn(end, " ");
    *ret = (int)n;
    return n >= 0 && n <= most;
}

/* "+ 1 day", "- 2 days", or nothing more. */
static bool take_plus(const char *s, int *ret)
{
    static const char *const days[] = { "day", "days" };
    int sign = *s == '-' ? -1 : 1;

    *ret = 0;
    if (!*s)
        return true;
    if (*s != '+' && *s != '-')
        return false;
    s++;
    s += strspn(s, " ");
    if (!take_number(&s, PLUS_MOST, ret) || take_word(&s, days, COUNT(days)) < 0)
        return false;
    *ret *= sign;
    return !*s;
}

bool holiday_read(const char *text, struct holiday_on *ret)
{
    static const char *const easter[] = { "Easter" }, *const of[] = { "of" };
    struct holiday_on h = { 0 };
    int n;

    text += strspn(text, " ");
    if (take_word(&text, easter, 1) == 0) {
        h.kind = HOLIDAY_EASTER;
    } else if ((n = take_word(&text, ordinals, COUNT(ordinals))) >= 0) {
        h.kind = HOLIDAY_NTH;
        h.nth = n ? n : -1;
        h.weekday = take_word(&text, weekdays, COUNT(weekdays));
        if (h.weekday < 0 || take_word(&text, of, 1) < 0)
            return false;
        h.month = take_word(&text, months, COUNT(months)) + 1;
        if (!h.month)
            return false;
    } else {
        h.kind = HOLIDAY_FIXED;
        h.month = take_word(&text, months, COUNT(months)) + 1;
        if (!h.month || !take_number(&text, 31, &h.day) ||
            date_of(2000, h.month, h.day) == DATE_NONE)
            return false;
    }
    if (!take_plus(text, &h.plus))
        return false;
    *ret = h;
    return true;
}

/* Easter Sunday of the Gregorian calendar: Meeus, Jones and Butcher's arithmetic, after "A New York
 * correspondent", Nature 13 (1876) 487. */
static date easter_in(int year)
{
    int golden = year % 19, century = year / 100, of_century = year % 100;
    int leap = century / 4, shift = (century - (century + 8) / 25 + 1) / 3;
    int moon = (19 * golden + century - leap - shift + 15) % 30;
    int weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - moon - of_century % 4) % 7;
    int late = (golden + 11 * moon + 22 * weekday) / 451;
    int n = moon + weekday - 7 * late + 114;

    return date_of(year, n / 31, n % 31 + 1);
}

bool weekday_read(const char *text, struct holiday_on *ret)
{
    int n = take_word(&text, ordinals, COUNT(ordinals));

    *ret = (struct holiday_on){ .kind = HOLIDAY_NTH, .nth = n ? n : -1 };
    ret->weekday = take_word(&text, weekdays, COUNT(weekdays));
    return n >= 0 && ret->weekday >= 0 && !*text;
}

date weekday_in(const struct holiday_on *h, int year, int month)
{
    int most = date_month_days(year, month), day;
    date first = date_of(year, month, 1), last = date_of(year, month, most);

    if (h->nth < 0)
        return last - (date_weekday(last) - h->weekday + 7) % 7;
    day = 1 + (h->weekday - date_weekday(first) + 7) % 7 + 7 * (h->nth - 1);
    return day > most ? DATE_NONE : date_of(year, month, day);
}

date holiday_in(const struct holiday_on *h, int year)
{
    date d = h->kind == HOLIDAY_EASTER ? easter_in(year)
             : h->kind == HOLIDAY_NTH  ? weekday_in(h, year, h->month)
                                       : date_of(year, h->month, h->day);

    return d == DATE_NONE ? d : d + h->plus;
}
