/* How a case lives when nobody plants anything: found, notified, answered, decided, ended; and
 * waived in time when it lasts. */
#include "bench/nation.h"

#include <string.h>

#define TEN_YEARS 3652
#define WHATEVER_DAYS (1 << 20)

/* The check digit: Luhn over the ten characters, doubling from the rightmost. */
static int check_digit(const char ten[11])
{
    int sum = 0;

    for (int i = 0; i < 10; i++) {
        int d = ten[9 - i] - '0';

        d = i % 2 ? d : 2 * d;
        sum += d > 9 ? d - 9 : d;
    }
    return (10 - sum % 10) % 10;
}

void entry_number(char ret[ENTRY_SIZE], int filer, int number)
{
    char ten[32];

    snprintf(ten, sizeof ten, "%03d%07d", filer, number);
    snprintf(ret, ENTRY_SIZE, "%.3s-%.7s-%d", ten, ten + 3, check_digit(ten));
}

/* Cents with a heavy tail: each next doubling is half as likely. */
static int64_t amount(struct chance *c)
{
    int64_t cents = chance_between(c, 50000, 400000);

    for (int i = 0; i < 18 && chance_percent(c, 50); i++)
        cents *= 2;
    return cents;
}

static void find(struct life *l, struct chance *c)
{
    static const int times[] = { [NEGLIGENCE] = 2, [GROSS_NEGLIGENCE] = 4, [FRAUD] = 8 };
    int r = chance_between(c, 1, 100), earliest;
    day first;

    l->culpability = r <= 75 ? NEGLIGENCE : r <= 92 ? GROSS_NEGLIGENCE : FRAUD;
    l->statute = chance_percent(c, 90) ? "1592" : chance_percent(c, 50) ? "1595a" : "1641";
    first = l->opened -
            (l->culpability == FRAUD ? chance_between(c, 500, 1300) : chance_between(c, 60, 900));
    l->discovered = l->culpability == FRAUD ? l->opened - chance_between(c, 5, 200) : NONE;
    l->entry_count = chance_between(c, 1, 4);
    earliest = chance_between(c, 0, l->entry_count - 1);
    for (int i = 0; i < l->entry_count; i++)
        l->entries[i].on = first + (i == earliest ? 0 : chance_between(c, 0, 59));
    for (int i = 0; i < ENTRIES_MAX; i++)
        entry_number(l->entries[i].no, 100, (int)(l->number * ENTRIES_MAX + i));
    l->loss = amount(c);
    l->assessed = l->loss * times[l->culpability];
    l->center = chance_between(c, 0, CENTERS - 1);
    l->office = chance_between(c, 0, OFFICES - 1);
    l->officer = chance_between(c, 0, OFFICERS - 1);
}

static void notify(struct life *l, struct chance *c)
{
    int r = chance_between(c, 1, 100);

    l->prepenalty_issued = l->opened + chance_between(c, 20, 200);
    l->prepenalty_mailed = l->prepenalty_issued + chance_between(c, 0, 5);
    l->response = r <= 75   ? l->prepenalty_mailed + chance_between(c, 5, 30)
                  : r <= 87 ? l->prepenalty_mailed + chance_between(c, 31, 60)
                            : NONE;
    l->penalty_issued = l->prepenalty_mailed + chance_between(c, 65, 200);
    l->penalty_mailed = l->penalty_issued + chance_between(c, 0, 5);
    r = chance_between(c, 1, 100);
    l->petition = r <= 70   ? l->penalty_mailed + chance_between(c, 10, 60)
                  : r <= 80 ? l->penalty_mailed + chance_between(c, 61, 90)
                            : NONE;
}

static void refer(struct life *l, struct chance *c, day from)
{
    l->referred = from + chance_between(c, 50, 150);
    if (chance_percent(c, 60)) {
        l->suit = l->referred + chance_between(c, 30, 200);
        l->settled = l->suit + chance_between(c, 200, 900);
        l->closed = l->settled + chance_between(c, 5, 40);
        l->close_reason = "settled in suit";
    } else {
        l->closed = l->referred + chance_between(c, 100, 400);
        l->close_reason = "counsel declined";
    }
}

static void end(struct life *l, struct chance *c)
{
    int r = chance_between(c, 1, 100);

    if (l->petition == NONE) {
        refer(l, c, l->penalty_mailed);
        return;
    }
    l->decision = l->petition + chance_between(c, 60, 500);
    if (r <= 50) {
        l->paid = l->settled = l->decision + chance_between(c, 10, 75);
        l->collected = l->loss + l->loss / chance_between(c, 2, 9);
        l->closed = l->paid + chance_between(c, 5, 40);
        l->close_reason = "paid as mitigated";
    } else if (r <= 70) {
        refer(l, c, l->decision);
    } else if (r <= 88) {
        l->offset = l->decision + chance_between(c, 40, 300);
    } else {
        l->closed = l->decision + chance_between(c, 40, 200);
        l->close_reason = "pursuit would cost more than recovery";
    }
}

day life_violation(const struct life *l)
{
    day first = NONE;

    for (int i = 0; i < l->entry_count; i++)
        if (l->entries[i].on != NONE && (first == NONE || l->entries[i].on < first))
            first = l->entries[i].on;
    return first;
}

/* Five years from `start`, longer by what was tolled and waived, by what is known on `today`. A
 * waiver comes in time while suit can be filed, on a day as well to which the last one ran on. */
static day limit_from(const struct life *l, day start, day today)
{
    day last = day_anniversary(start, 5), open_until;

    if (l->toll_last != NONE && l->toll_last + 10 <= today)
        last += l->toll_last - l->toll_first + 1;
    open_until = day_rolled(last);
    for (int i = 0; i < l->waiver_count; i++) {
        const struct waiver *w = &l->waivers[i];
        bool is_void = w->revoked != NONE && w->revoked <= today;

        if (w->received <= today && !is_void && w->received <= open_until && w->until > last)
            last = open_until = w->until;
    }
    return last;
}

static bool runs_from_discovery(const struct life *l, day today)
{
    return l->culpability == FRAUD && !(l->downgraded != NONE && l->downgraded <= today);
}

day life_limit(const struct life *l, day today)
{
    day start = runs_from_discovery(l, today) ? l->discovered : life_violation(l);

    return start == NONE ? NONE : limit_from(l, start, today);
}

day life_next_limit(const struct life *l, day today)
{
    day next = NONE, latest = NONE;

    if (runs_from_discovery(l, today))
        return life_limit(l, today);
    for (int i = 0; i < l->entry_count; i++) {
        day last = l->entries[i].on == NONE ? NONE : limit_from(l, l->entries[i].on, today);

        if (day_rolled(last) > day_rolled(latest) ||
            (day_rolled(last) == day_rolled(latest) && last < latest))
            latest = last; /* of those that end on one day, the one to act on first */
        if (last != NONE && day_rolled(last) >= today && (next == NONE || last < next))
            next = last;
    }
    return next == NONE ? latest : next;
}

void life_waive(struct life *l, day signed_on, day last)
{
    l->waivers[l->waiver_count++] = (struct waiver){ .signed_on = signed_on,
                                                     .received = signed_on + 4,
                                                     .until = day_anniversary(last, 2) };
}

day life_end(const struct life *l)
{
    const day ends[] = { l->suit, l->settled, l->offset, l->closed };
    day first = WHATEVER_DAYS;

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (ends[i] != NONE && ends[i] < first)
            first = ends[i];
    return first;
}

/* Asked for in the last two years, as the directive has it, and given. */
static void waive(struct life *l, struct chance *c)
{
    day stop = life_end(l);

    if (strcmp(l->statute, "1641") == 0) /* nothing extends that time */
        return;
    while (l->waiver_count < 2) {
        day last = life_limit(l, WHATEVER_DAYS);

        if (last == NONE || stop <= last)
            return;
        life_waive(l, last - chance_between(c, 30, 600), last);
    }
}

void life_stop(struct life *l, day at)
{
    day *const stages[] = { &l->prepenalty_issued,
                            &l->prepenalty_mailed,
                            &l->response,
                            &l->penalty_issued,
                            &l->penalty_mailed,
                            &l->petition,
                            &l->decision,
                            &l->paid,
                            &l->referred,
                            &l->suit,
                            &l->settled,
                            &l->offset,
                            &l->closed };

    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++)
        if (*stages[i] > at)
            *stages[i] = NONE;
}

void life_make(const struct nation *n, int64_t number, struct life *ret)
{
    struct chance c = chance_of(n->seed, CHANCE_LIFE, number);

    *ret = (struct life){ .number = number, .close_reason = "" };
    ret->plant = number % n->planted == n->planted - 1
                     ? (enum plant)((uint64_t)(number / n->planted) + n->seed) % PLANTS
                     : PLANTS;
    ret->opened = FIRST_DAY + (day)(number * TEN_YEARS / n->cases);
    find(ret, &c);
    notify(ret, &c);
    end(ret, &c);
    waive(ret, &c);
    life_plant(n, ret, &c);
    if (ret->plant != PLANT_SETTLED_UNSEEN)
        ret->settled_entered = ret->settled;
    if (ret->plant != PLANT_DECISION_EARLY)
        ret->decision_written = ret->decision;
    if (ret->plant != PLANT_CLOSED_EARLY && ret->plant != PLANT_CLOSED_UNDATED)
        ret->closed_written = ret->closed;
}

const char *life_case_no(const struct life *l, char buffer[CASE_NO_SIZE])
{
    int y, m, dom;

    day_split(l->opened, &y, &m, &dom);
    snprintf(buffer, CASE_NO_SIZE, "%04d-%s-%06d-01", m >= 10 ? y + 1 : y, office_ports[l->office],
             (int)l->number);
    return buffer;
}

const char *life_waiver_no(const struct life *l, int i, char buffer[WAIVER_NO_SIZE])
{
    char no[CASE_NO_SIZE];

    snprintf(buffer, WAIVER_NO_SIZE, "W%d-%s", i + 1, life_case_no(l, no));
    return buffer;
}
