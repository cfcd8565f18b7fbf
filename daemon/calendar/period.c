#include "calendar/period.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TERM_MOST (400 * 366)

static const char *const unit_names[] = { "day", "week", "month", "year" };

bool term_read(const char *text, struct term *ret)
{
    char *end;
    long count = strtol(text, &end, 10);

    if (end == text || labs(count) > TERM_MOST || *end != ' ')
        return false;
    end++;
    for (int unit = TERM_DAYS; unit <= (int)TERM_YEARS; unit++) {
        size_t n = strlen(unit_names[unit]);

        if (strncmp(end, unit_names[unit], n) != 0)
            continue;
        if (strcmp(end + n, "s") != 0 && end[n] != '\0')
            continue;
        if (unit == TERM_YEARS && labs(count) > 400)
            return false;
        *ret = (struct term){ .count = (int)count, .unit = (enum term_unit)unit };
        return true;
    }
    return false;
}

bool term_is_business(const char *text)
{
    return strstr(text, "business day") || strstr(text, "working day");
}

static date add_months(date start, int months, bool *clamped)
{
    int y, m, d, most;

    date_split(start, &y, &m, &d);
    m = y * 12 + (m - 1) + months;
    y = m / 12;
    if (m < 0 || y < 1 || y > 9999)
        return DATE_NONE;
    m = m % 12 + 1;
    most = date_month_days(y, m);
    *clamped = d > most;
    return date_of(y, m, d > most ? most : d);
}

date term_end(date start, struct term t, bool *ret_clamped)
{
    static const date first = -719162, last = 2932896; /* 0001-01-01, 9999-12-31 */
    bool clamped = false;
    int64_t day = start;
    date end;

    if (start == DATE_NONE)
        return DATE_NONE;
    switch (t.unit) {
    case TERM_MONTHS:
        end = add_months(start, t.count, &clamped);
        break;
    case TERM_YEARS:
        end = add_months(start, t.count * 12, &clamped);
        break;
    case TERM_DAYS:
    case TERM_WEEKS:
    default:
        day += (int64_t)t.count * (t.unit == TERM_WEEKS ? 7 : 1);
        end = day < first || day > last ? DATE_NONE : (date)day;
    }
    if (ret_clamped)
        *ret_clamped = clamped;
    return end;
}

const char *term_text(struct term t, char buffer[TERM_TEXT_SIZE])
{
    snprintf(buffer, TERM_TEXT_SIZE, "%d %s%s", t.count, unit_names[t.unit],
             abs(t.count) == 1 ? "" : "s");
    return buffer;
}
