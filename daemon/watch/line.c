#include "watch/line.h"

#include "base/text.h"
#include "codec/json.h"
#include "notify/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- order --- */

static bool has_ended(const struct line *x)
{
    return text_same(x->status, "RESOLVED") || text_same(x->status, "WITHDRAWN");
}

/* With a date, without, not alarmed, ended. */
static int group_of(const struct line *x)
{
    if (has_ended(x))
        return 3;
    if (x->because)
        return 2;
    return x->last == DATE_NONE && x->safe == DATE_NONE;
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* The median of the amounts that are known, 100 when none is: only nearness counts then. */
static int64_t middle_amount(const struct lines *l, struct arena *a)
{
    int64_t *known = arena_alloc(a, (l->count + 1) * sizeof *known);
    size_t n = 0;

    for (size_t i = 0; i < l->count; i++)
        if (l->all[i].amount != INT64_MIN)
            known[n++] = l->all[i].amount;
    qsort(known, n, sizeof *known, by_number);
    return n ? known[(n - 1) / 2] : 100;
}

static double nearness(const struct line *x, date day)
{
    date last = x->last != DATE_NONE ? x->last : x->safe;
    date safe = x->safe != DATE_NONE ? x->safe : last;
    int days = 0;

    if (last == DATE_NONE)
        return 1;
    if (last < day)
        days = day - last;
    else if (safe > day)
        days = safe - day;
    return 30.0 / (30.0 + days);
}

static void weigh(struct lines *l, date day, struct arena *a)
{
    int64_t middle = middle_amount(l, a);

    for (size_t i = 0; i < l->count; i++) {
        struct line *x = &l->all[i];

        x->group = group_of(x);
        x->urgency = (double)(x->amount == INT64_MIN ? middle : x->amount) * nearness(x, day);
    }
}

/* Earlier first, DATE_NONE last. */
static int by_day(const struct line *x, const struct line *y)
{
    date a = x->safe != DATE_NONE ? x->safe : x->last;
    date b = y->safe != DATE_NONE ? y->safe : y->last;

    if ((a == DATE_NONE) != (b == DATE_NONE))
        return a == DATE_NONE ? 1 : -1;
    return (a > b) - (a < b);
}

static int by_subject(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    int order = strcmp(x->subject, y->subject);

    if (!order)
        order = strcmp(x->rule, y->rule);
    return order ? order : strcmp(x->period, y->period);
}

static int by_due(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    int order = by_day(x, y);

    if (!order)
        order = (x->amount < y->amount) - (x->amount > y->amount);
    return order ? order : by_subject(x, y);
}

static int by_amount(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    int order = (x->amount < y->amount) - (x->amount > y->amount);

    return order ? order : by_due(x, y);
}

static int by_urgency(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    int order = (x->group > y->group) - (x->group < y->group);

    if (!order)
        order = (x->urgency < y->urgency) - (x->urgency > y->urgency);
    return order ? order : by_due(x, y);
}

static const struct {
    const char *name;
    int (*compare)(const void *a, const void *b);
} orders[] = {
    { "urgency", by_urgency }, { "due", by_due }, { "amount", by_amount }, { "subject", by_subject }
};

void lines_sort(struct lines *l, const char *by, date day, struct arena *a)
{
    weigh(l, day, a);
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
        if (l->count && text_same(by ? by : "urgency", orders[i].name))
            qsort(l->all, l->count, sizeof *l->all, orders[i].compare);
}

/* --- counts --- */

static const int spans[] = { 30, 60, 90, 180, 365 };
#define SPANS ((int)(sizeof spans / sizeof *spans))

/* Everything, what has passed, and each of the spans. */
enum { PART_ALL, PART_PAST, PART_SPANS };
#define PARTS (PART_SPANS + SPANS)

/* Cases that are not alarmed for one reason. */
struct excused {
    const char *because;
    int64_t cases, amount;
    int64_t largest; /* of the case under way; INT64_MIN: it has none such */
};

struct counts {
    struct excused *reasons;
    int reason_count;
    int64_t lines[PARTS], amount[PARTS];
    int64_t largest[PARTS]; /* of the case under way */
    int64_t amount_unknown, unknown, quiet;
};

/* There is a reason not to alarm, and it began in time. */
static bool is_excused(const struct line *x)
{
    return x->because && x->past_since == DATE_NONE;
}

bool line_is_past(const struct line *x, date day)
{
    bool by_the_hour = x->past_since != DATE_NONE && x->past_since <= x->last;

    if (is_excused(x) || (has_ended(x) && x->past_since == DATE_NONE))
        return false;
    return x->last != DATE_NONE && (x->last < day || by_the_hour);
}

static bool is_part(const struct line *x, int part, date day)
{
    if (part == PART_ALL)
        return true;
    if (x->last == DATE_NONE)
        return false;
    if (part == PART_PAST)
        return line_is_past(x, day);
    return !line_is_past(x, day) && x->last >= day && x->last - day <= spans[part - PART_SPANS];
}

static void end_case(struct counts *n)
{
    for (int p = 0; p < PARTS; p++) {
        n->amount[p] += n->largest[p];
        n->largest[p] = 0;
    }
    for (int i = 0; i < n->reason_count; i++) {
        struct excused *r = &n->reasons[i];

        if (r->largest == INT64_MIN)
            continue;
        r->cases++;
        r->amount += r->largest;
        r->largest = INT64_MIN;
    }
}

static void count_reason(struct counts *n, const struct line *x)
{
    struct excused *r;
    int i = 0;

    if (!is_excused(x))
        return;
    while (i < n->reason_count && !text_same(n->reasons[i].because, x->because))
        i++;
    if (i == n->reason_count) {
        n->reasons = grow(n->reasons, (size_t)i + 1, sizeof *n->reasons);
        n->reasons[n->reason_count++] = (struct excused){ x->because, 0, 0, INT64_MIN };
    }
    r = &n->reasons[i];
    if (r->largest == INT64_MIN)
        r->largest = 0;
    if (x->amount > r->largest)
        r->largest = x->amount;
}

static int by_cases(const void *a, const void *b)
{
    const struct excused *x = a, *y = b;

    if (x->cases != y->cases)
        return x->cases < y->cases ? 1 : -1;
    return strcmp(x->because, y->because);
}

static struct json *json_of_reasons(struct counts *n)
{
    struct json *list = json_list();

    if (n->reason_count)
        qsort(n->reasons, (size_t)n->reason_count, sizeof *n->reasons, by_cases);
    for (int i = 0; i < n->reason_count; i++) {
        struct json *r = json_group();

        json_set_text(r, "because", n->reasons[i].because);
        json_set_whole(r, "cases", n->reasons[i].cases);
        json_set_whole(r, "amount", n->reasons[i].amount);
        json_add(list, r);
    }
    return list;
}

/* A line about what the data does not tell sums cases that have lines of their own. */
static bool has_money(const struct line *x)
{
    return !text_same(x->rule, RULE_INCOMPLETE);
}

/* In the order of subjects. */
static void count_line(struct counts *n, const struct line *x, const struct line *before, date day)
{
    if (before && strcmp(before->subject, x->subject) != 0)
        end_case(n);
    for (int p = 0; p < PARTS; p++)
        if (is_part(x, p, day)) {
            n->lines[p]++;
            if (has_money(x) && x->amount > n->largest[p])
                n->largest[p] = x->amount;
        }
    n->amount_unknown += x->amount == INT64_MIN;
    n->unknown += text_same(x->answer, "unknown");
    n->quiet += x->because != NULL;
    count_reason(n, x);
}

struct json *lines_counts(struct lines *l, date day, int64_t shown)
{
    struct json *j = json_group();
    struct counts n = { 0 };
    char key[32];

    if (l->count)
        qsort(l->all, l->count, sizeof *l->all, by_subject);
    for (size_t i = 0; i < l->count; i++)
        count_line(&n, &l->all[i], i ? &l->all[i - 1] : NULL, day);
    end_case(&n);
    json_set_whole(j, "total", n.lines[PART_ALL]);
    json_set_whole(j, "shown", shown);
    json_set_whole(j, "amount", n.amount[PART_ALL]);
    json_set_whole(j, "amount_unknown", n.amount_unknown);
    json_set_whole(j, "past", n.lines[PART_PAST]);
    json_set_whole(j, "past_amount", n.amount[PART_PAST]);
    json_set(j, "reasons", json_of_reasons(&n));
    for (int i = 0; i < SPANS; i++) {
        snprintf(key, sizeof key, "within_%d", spans[i]);
        json_set_whole(j, key, n.lines[PART_SPANS + i]);
        snprintf(key, sizeof key, "within_%d_amount", spans[i]);
        json_set_whole(j, key, n.amount[PART_SPANS + i]);
    }
    json_set_whole(j, "unknown", n.unknown);
    json_set_whole(j, "not_alarmed", n.quiet);
    free(n.reasons);
    return j;
}
