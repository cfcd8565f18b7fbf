#include "calendar/period.h"

#include "base/limit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LIMIT(TERM_MOST, 400 * 366); /* refused: a longer term */

static const char *const unit_names[] = { "day", "week", "month", "year", "business day" };

/* The unit that `s` names, in the singular or plural; -1 if it is none. */
static int read_unit(const char *s)
{
    static const char working[] = "working day";

    for (int unit = TERM_DAYS; unit <= (int)TERM_BUSINESS_DAYS + 1; unit++) {
        const char *name = unit > (int)TERM_BUSINESS_DAYS ? working : unit_names[unit];
        size_t n = strlen(name);

        if (strncmp(s, name, n) == 0 && (strcmp(s + n, "s") == 0 || !s[n]))
            return unit > (int)TERM_BUSINESS_DAYS ? TERM_BUSINESS_DAYS : unit;
    }
    return -1;
}

bool term_read(const char *text, struct term *ret)
{
    char *end;
    long count = strtol(text, &end, 10);
    int unit;

    if (end == text || labs(count) > TERM_MOST || *end != ' ')
        return false;
    unit = read_unit(end + 1);
    if (unit < 0 || (unit == TERM_YEARS && labs(count) > 400))
        return false;
    *ret = (struct term){ .count = (int)count, .unit = (enum term_unit)unit };
    return true;
}

bool term_read_plain(const char *text, struct term *ret)
{
    struct term t;

    if (!term_read(text, &t) || t.unit == TERM_BUSINESS_DAYS)
        return false;
    *ret = t;
    return true;
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
    case TERM_BUSINESS_DAYS:
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
