/* line: the lines of a listing, their order and their totals (watch/report.h). Pure. */
#ifndef WATCH_LINE_H
#define WATCH_LINE_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/date.h"

#include <stddef.h>
#include <stdint.h>

struct json;

/* A duty, or a finding whose duty is no more. */
struct line {
    const char *rule, *subject, *period, *label, *unit, *office, *owner, *answer, *because, *ask,
        *status, *severity, *planned;
    date last, safe, past_since;
    date met_on;             /* the day on which it was done; of what is RESOLVED */
    date planned_on;         /* of `planned`: a day that has not come */
    instant due_at;          /* when the last day ends; INSTANT_NONE: at its end */
    int64_t amount, finding; /* INT64_MIN: not known, none */
    int group;               /* of lines_sort() */
    double urgency;
};

struct lines {
    struct line *all;
    size_t count, room;
};

/* True if the last day was over when `day` was judged, and no reason not to alarm had begun. */
bool line_is_past(const struct line *x, date day);

/* Sorts by "urgency" (NULL too), "due", "amount" or "subject" as judged on `day`; `a` is for what
 * that needs meanwhile. */
void lines_sort(struct lines *l, const char *by, date day, struct arena *a);

/* The counts of report_list(), of which `shown` are given. Leaves the lines sorted by subject. */
struct json *lines_counts(struct lines *l, date day, int64_t shown);

#endif
