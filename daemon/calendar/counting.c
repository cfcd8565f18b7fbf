#include "calendar/counting.h"

#include <stddef.h>

const char *const leap_day_names[] = { "february 28", "march 1", NULL };

static struct count_end count_business(const struct counting *c, date start, int count)
{
    struct count_end end = { calendar_count(c->calendar, start, count, c->place), COUNTED_PLAIN,
                             DATE_NONE };

    if (end.day == DATE_NONE || calendar_is_verified(c->calendar, start, end.day))
        return end;
    return (struct count_end){ DATE_NONE, COUNTED_UNVERIFIED, DATE_NONE };
}

static bool is_leap_day(date d)
{
    int year, month, day;

    date_split(d, &year, &month, &day);
    return month == 2 && day == 29;
}

struct count_end count_term(const struct counting *c, date start, struct term t)
{
    struct count_end end = { .how = COUNTED_PLAIN, .arguable = DATE_NONE };
    bool clamped;
    int year, month, day;

    if (start != DATE_NONE && t.unit == TERM_BUSINESS_DAYS)
        return count_business(c, start, t.count);
    end.day = term_end(start, t, &clamped);
    if (end.day == DATE_NONE || !clamped)
        return end;
    end.how = COUNTED_MONTH_END;
    date_split(end.day, &year, &month, &day);
    if (!is_leap_day(start) || month != 2)
        return end;
    end.how = COUNTED_LEAP;
    end.arguable = end.day + 1;
    if (c->leap == LEAP_MARCH_1) {
        end.arguable = end.day;
        end.day++;
    }
    return end;
}
