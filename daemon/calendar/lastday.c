#include "calendar/lastday.h"

#include <stddef.h>

const char *const last_day_names[] = { "court", "filing", "law", "safe", NULL };

bool workday_is(date d)
{
    return date_weekday(d) < 5;
}

date workday_back(date d)
{
    while (!workday_is(d))
        d--;
    return d;
}

date workday_forward(date d)
{
    while (!workday_is(d))
        d++;
    return d;
}

date last_day(date nominal, enum last_day_mode mode)
{
    switch (mode) {
    case LAST_DAY_COURT:
    case LAST_DAY_FILING:
        return workday_forward(nominal);
    case LAST_DAY_SAFE:
        return workday_back(nominal);
    case LAST_DAY_LAW:
    default:
        return nominal;
    }
}
