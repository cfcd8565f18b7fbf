/* calendar: which days an office or a court is closed, and why. Pure.
 *
 * A calendar is made of a plan, which is configuration: weekend days, holidays that come by a rule
 * each year, and single closings with their authority. Whoever counts on it must know how far it
 * was verified: closings can be ordered a week ahead (executive orders on 24 December), so the days
 * behind `verified_until` are those of the rules alone, and terms in business days that reach them
 * are not known. Up to that day the holidays are known; the closings are those that had been
 * ordered on `as_of`.
 *
 * A closing can be local: it has places (ports), and holds only for who asks with one of them.  */
#ifndef CALENDAR_CALENDAR_H
#define CALENDAR_CALENDAR_H

#include "base/arena.h"
#include "base/date.h"
#include "calendar/holiday.h"

#include <stdbool.h>
#include <stddef.h>

/* On which day it is kept when it falls on a weekend. */
enum observed {
    OBSERVED_NEVER,   /* on no other */
    OBSERVED_NEAREST, /* the nearest day that is no weekend: Friday for Saturday, Monday for Sunday
                         (5 USC 6103(b), Executive Order 11582) */
    OBSERVED_SUNDAY,  /* Monday for Sunday; on a Saturday it is not moved */
    OBSERVED_NEXT     /* the next day that is neither weekend nor holiday */
};

/* "never", "nearest", "sunday", "next": the words of the configuration, NULL-terminated. */
extern const char *const observed_names[];

struct holiday {
    const char *name, *law; /* law may be NULL */
    struct holiday_on on;
    int from, until; /* years in which it is kept; 0: no limit */
    enum observed observed;
    const char *observed_law; /* by which it is kept on another day; NULL: `law` */
};

struct closing {
    const char *name, *law;
    date first, last;
    const char *const *places; /* NULL-terminated; NULL: everywhere */
};

struct calendar_plan {
    const char *name;
    unsigned weekend; /* bit 0 Monday to bit 6 Sunday; not all seven */
    const struct holiday *holidays;
    size_t holiday_count;
    const struct closing *closings;
    size_t closing_count;
    date verified_from, verified_until; /* DATE_NONE: never, or without end */
    date as_of;           /* closings that were ordered later are not in it; 0: not said */
    const char *source;   /* what it was made from; NULL: not said */
    const char *roll_law; /* by which a last day of a court runs on; NULL: not said */
    int closes;     /* seconds since midnight, maybe all of a day; 0: what comes in late in the day
                       comes in that day */
    bool has_hours; /* it has opening hours: `opens`, before `closes`, which may be 24:00 */
    int opens;      /* seconds since midnight */
};

/* Holidays are worked out for these years; days outside are never verified. */
#define CALENDAR_FIRST_YEAR 1900
#define CALENDAR_LAST_YEAR 2199

/* Where one is asked for, NULL is a calendar too: Monday to Friday is open, no closing is known and
 * nothing is verified but that. */
struct calendar;

/* Makes it in `a`. What the plan points to is lent to it. */
struct calendar *calendar_make(const struct calendar_plan *p, struct arena *a);

const char *calendar_name(const struct calendar *c);

/* The plan that it was made of. */
const struct calendar_plan *calendar_plan_of(const struct calendar *c);

/* One reason for which a day is closed. */
struct closed_day {
    date day;
    date of;                /* the holiday's own day, when it is kept on another one */
    const char *name, *law; /* law may be NULL */
    const char *const *places;
};

/* True for a day of the week on which it is always closed. */
bool calendar_is_weekend(const struct calendar *c, date d);

/* True if it is open on `d` at `place` (NULL: no place is named, local closings do not count). */
bool calendar_is_open(const struct calendar *c, date d, const char *place);

/* Why it is closed on `d` beside its being a weekend; NULL if for nothing else. */
const struct closed_day *calendar_why(const struct calendar *c, date d, const char *place);

/* The holidays and closings of [first, last] in the order of their days; with local ones. Calls
 * `each` for each. */
typedef void closed_day_fn(void *data, const struct closed_day *d);
void calendar_closed(const struct calendar *c, date first, date last, closed_day_fn *each,
                     void *data);

/* The first open day on or after `d`, the last on or before it. There is one: no weekend has all
 * seven days, and holidays and closings end. */
date calendar_forward(const struct calendar *c, date d, const char *place);
date calendar_back(const struct calendar *c, date d, const char *place);

/* The open day that is `count` open days after `d` (before it, if below zero); `d` itself does not
 * count. With 0 it is calendar_forward(). DATE_NONE outside the years 1 to 9999. */
date calendar_count(const struct calendar *c, date d, int count, const char *place);

/* The day from which time runs that an event on `d` begins, `seconds` after midnight (-1: not
 * known): for an office with a closing time the next open day, if the event came at or after that
 * time or on a closed day; else `d`. */
date calendar_received(const struct calendar *c, date d, int seconds, const char *place);

/* The time of day from which business days run that an event on `d` begins: its own, `seconds`
 * after midnight, within the opening hours, else that at which the office opens. -1 if it has no
 * opening hours or `seconds` is -1. */
int calendar_hour(const struct calendar *c, date d, int seconds, const char *place);

/* When the office closes; -1: it has no opening hours. */
int calendar_closes(const struct calendar *c);

/* True if the days of [first, last] (in either order) were verified; false for NULL. */
bool calendar_is_verified(const struct calendar *c, date first, date last);

/* The last day that was verified; DATE_NONE: without end. */
date calendar_verified_until(const struct calendar *c);

/* The day up to which orders of closings are known; DATE_NONE: not said. */
date calendar_as_of(const struct calendar *c);

/* From now on it is arguable whether `c` is closed on the days on which `other` is: it stays open.
 * A court on days on which the President closed the offices of the executive branch. */
void calendar_doubt(struct calendar *c, const struct calendar *other);

/* The calendar whose closed days are arguable in `c`; NULL: none are. */
const struct calendar *calendar_doubted(const struct calendar *c);

/* Why the doubted calendar is closed on `d`, a day on which `c` is open; NULL: nothing is arguable.
 */
const struct closed_day *calendar_arguable(const struct calendar *c, date d);

#endif
