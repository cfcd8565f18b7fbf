#include "calendar/lastday.h"

#include <stddef.h>

const char *const last_day_names[] = {
    "court", "filing", "law", "business", "safe", "before", NULL
};

date last_day(const struct counting *c, date nominal, enum last_day_mode mode, bool back)
{
    switch (mode) {
    case LAST_DAY_COURT:
    case LAST_DAY_FILING:
    case LAST_DAY_BUSINESS:
        return back ? calendar_back(c->calendar, nominal, c->place)
                    : calendar_forward(c->calendar, nominal, c->place);
    case LAST_DAY_SAFE:
        return calendar_back(c->calendar, nominal, c->place);
    case LAST_DAY_BEFORE:
        return nominal - 1;
    case LAST_DAY_LAW:
    default:
        return nominal;
    }
}

date last_day_arguable(const struct counting *c, date last, enum last_day_mode mode)
{
    date d = last;

    if (mode == LAST_DAY_LAW || mode == LAST_DAY_SAFE || !calendar_arguable(c->calendar, last))
        return last;
    while (calendar_arguable(c->calendar, d) || !calendar_is_open(c->calendar, d, c->place))
        d++;
    return d;
}

date safe_day(const struct counting *const *all, date nominal)
{
    date d = nominal;

    for (size_t i = 0; all[i]; i++) {
        date back = calendar_back(all[i]->calendar, d, all[i]->place);

        if (back != d) { /* ask those before it again */
            d = back;
            i = (size_t)-1;
        }
    }
    return d;
}
