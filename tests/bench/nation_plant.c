/* What is planted: each puts one thing into the life of a case. The names are what truth.csv says.
 */
#include "bench/nation_scope.h"

#define WHATEVER_DAYS (1 << 20)

const char *const plant_names[PLANTS + 1] = {
    [PLANT_OPEN] = "open",
    [PLANT_WAIVED] = "waived",
    [PLANT_WAIVER_LATE] = "waiver late",
    [PLANT_WAIVER_GAP] = "waiver gap",
    [PLANT_WAIVER_REVOKED] = "waiver revoked",
    [PLANT_WAIVER_NO_DOCUMENT] = "waiver without document",
    [PLANT_WAIVER_BACKWARDS] = "waiver ends before it begins",
    [PLANT_WAIVER_REMARK] = "waiver in the remarks",
    [PLANT_SETTLED] = "settled",
    [PLANT_SETTLED_UNSEEN] = "settled in time and entered late",
    [PLANT_LITIGATION] = "in litigation",
    [PLANT_OFFSET] = "treasury offset",
    [PLANT_CLOSED_IN_TIME] = "closed in time",
    [PLANT_CLOSED_LATE] = "closed late",
    [PLANT_CLOSED_UNDATED] = "closed without date",
    [PLANT_CLOSED_EARLY] = "closed before opened",
    [PLANT_TOLLED] = "tolled",
    [PLANT_DOWNGRADED] = "fraud became negligence",
    [PLANT_NO_START] = "no date of entry",
    [PLANT_UNMAILED] = "notice without mail date",
    [PLANT_DECISION_EARLY] = "decision before petition",
    [PLANT_OVERPAID] = "collected more than assessed",
    [PLANT_ENTRY_SHARED] = "entry of two cases",
    [PLANT_ENTRY_DIGIT] = "wrong check digit",
    [PLANT_DUPLICATE] = "record twice",
    [PLANT_DIFFERENT] = "record twice with differences",
    [PLANT_UNREADABLE] = "day and month swapped",
    [PLANT_OWNER_LEFT] = "officer has left",
    [PLANT_OWNER_ROLE] = "officer of another role",
    [PLANT_NO_DISCOVERY] = "fraud without discovery",
    [PLANT_NO_CULPABILITY] = "culpability not said",
    [PLANT_ENTRY_AFTER] = "entry after the case",
    [PLANT_NO_CENTER] = "no Center",
    [PLANT_NO_PREPENALTY] = "no prepenalty notice",
    [PLANT_SMALL] = "prepenalty notice of a small claim",
    [PLANT_PETITION_EARLY] = "petition before notice",
    [PLANT_SUIT_EARLY] = "suit before notice",
    [PLANT_ONE_PARTY] = "waiver of one of two parties",
    [PLANT_BOTH_PARTIES] = "waiver of both parties",
    [PLANT_NO_PARTY] = "waiver of nobody named",
    [PLANT_STRANGER] = "waiver of a stranger",
    [PLANT_ONE_ENTRY] = "waiver for one of two entries",
    [PLANT_ABSENT_PARTY] = "absence of one party",
    [PLANT_ABSENT_NOBODY] = "absence of nobody named",
    [PLANT_ABSENT_PROPERTY] = "absence of the property",
    [PLANT_TWO_STATUTES] = "two statutes",
    [PLANT_STATUTE_UNKNOWN] = "statute in no list",
    [PLANT_OTHER_ACT] = "penalty of another Act",
    [PLANT_WAIVER_ROLLED] = "waiver on the day run on to",
    [PLANT_RECEIVED_LATE] = "waiver received late",
    [PLANT_VIOLATION_FIRST] = "violation before the entries",
    [PLANT_ENTRY_UNDATED] = "one entry without a day",
    [PLANT_FRAUD_FIRST] = "fraud discovered before it was done",
    [PLANT_FORFEITED] = "forfeited by the office",
    [PLANT_RETURNED] = "property returned",
    [PLANT_PROPERTY_FOUND] = "property found later",
    [PLANT_BOND] = "claim on a bond",
    [PLANT_BROKER] = "proceeding against a broker",
    [PLANTS] = "",
};

void life_keep_open(struct life *l)
{
    l->paid = l->suit = l->settled = l->offset = l->closed = NONE;
    l->collected = 0;
    l->close_reason = "";
    l->waiver_count = 0;
}

static void waive_in_time(struct life *l, struct chance *c, int count)
{
    for (int i = 0; i < count; i++) {
        day last = life_limit(l, WHATEVER_DAYS);

        life_waive(l, last - chance_between(c, 30, 500), last);
    }
}

static void waive_late(struct life *l, struct chance *c)
{
    day last = life_limit(l, WHATEVER_DAYS);

    life_waive(l, last + chance_between(c, 3, 100), last);
}

static void plant_waiver(struct life *l, struct chance *c)
{
    struct waiver *w = &l->waivers[0];

    life_keep_open(l);
    if (l->plant == PLANT_WAIVER_LATE) {
        waive_late(l, c);
        return;
    }
    waive_in_time(l, c, l->plant == PLANT_WAIVED ? 2 : 1);
    if (l->plant == PLANT_WAIVER_GAP)
        waive_late(l, c);
    if (l->plant == PLANT_WAIVER_REVOKED)
        w->revoked = w->signed_on + chance_between(c, 30, 300);
    if (l->plant == PLANT_WAIVER_NO_DOCUMENT)
        w->no_document = true;
    if (l->plant == PLANT_WAIVER_BACKWARDS)
        w->until = w->signed_on - chance_between(c, 1, 300);
}

/* An end some days before the last day (after it: late), and nothing behind it. */
static void plant_end(struct life *l, struct chance *c)
{
    day last, *end = l->plant <= PLANT_SETTLED_UNSEEN ? &l->settled
                     : l->plant == PLANT_LITIGATION   ? &l->suit
                     : l->plant == PLANT_OFFSET       ? &l->offset
                                                      : &l->closed;
    day at;

    life_keep_open(l);
    last = life_limit(l, WHATEVER_DAYS);
    at = last - chance_between(c, 0, 100);
    if (l->plant == PLANT_CLOSED_LATE)
        at = last + chance_between(c, 5, 200);
    life_stop(l, at);
    *end = at;
    if (end == &l->closed)
        l->close_reason = "pursuit would cost more than recovery";
    if (l->plant == PLANT_OFFSET && chance_percent(c, 50)) { /* settled in time, sent there later */
        l->settled = at;
        l->offset = at + chance_between(c, 1, 300);
    }
    if (l->plant == PLANT_SETTLED_UNSEEN)
        l->settled_entered = last + chance_between(c, 150, 500);
    if (l->plant == PLANT_CLOSED_EARLY)
        l->closed_written = l->opened - chance_between(c, 1, 300);
}

static void plant_start(struct life *l, struct chance *c)
{
    life_keep_open(l);
    if (l->plant == PLANT_TOLLED) {
        l->culpability = NEGLIGENCE;
        l->toll_first = l->opened + chance_between(c, 10, 300);
        l->toll_last = l->toll_first + chance_between(c, 20, 250);
    } else if (l->plant == PLANT_DOWNGRADED) {
        l->culpability = FRAUD;
        l->entry_count = 1;
        l->entries[0].on = l->opened - chance_between(c, 1100, 1500);
        l->discovered = l->opened - chance_between(c, 5, 100);
        l->downgraded = day_anniversary(l->entries[0].on, 5) + chance_between(c, 2, 200);
    } else if (l->plant == PLANT_NO_START) {
        l->culpability = NEGLIGENCE;
        l->entry_count = 1;
        l->entries[0].on = NONE;
    }
}

static void plant_stage(struct life *l, struct chance *c)
{
    if (l->plant == PLANT_UNMAILED) {
        if (chance_percent(c, 60))
            life_keep_open(l);
        l->penalty_mailed = NONE;
        return;
    }
    life_keep_open(l);
    l->referred = NONE;
    l->petition = l->penalty_mailed + chance_between(c, 20, 60);
    l->decision = l->petition + chance_between(c, 60, 200);
    if (l->plant == PLANT_DECISION_EARLY) {
        l->decision_written = l->petition - chance_between(c, 1, 40);
        return;
    }
    l->paid = l->settled = l->decision + chance_between(c, 10, 60);
    l->collected = l->assessed + chance_between(c, 1, 100000);
    l->closed = l->paid + 10;
    l->close_reason = "paid";
}

static void plant_entry(const struct nation *n, struct life *l)
{
    struct entry *e = &l->entries[l->entry_count];
    char *digit = &l->entries[0].no[12];
    struct life other;

    if (l->plant == PLANT_ENTRY_DIGIT) {
        *digit = *digit == '9' ? '0' : (char)(*digit + 1);
        return;
    }
    life_keep_open(l);
    life_make(n, l->number - 1, &other);
    *e = other.entries[0];
    e->borrowed = true;
    l->entry_count++;
}

static void plant_record(struct life *l)
{
    life_keep_open(l);
    if (l->plant == PLANT_OWNER_ROLE) {
        l->officer = IMPORT_SPECIALIST;
    } else if (l->plant == PLANT_NO_DISCOVERY) {
        l->culpability = FRAUD;
        l->discovered = NONE;
    } else if (l->plant == PLANT_NO_CULPABILITY) {
        l->culpability = NOT_SAID;
        l->discovered = NONE;
    } else if (l->plant == PLANT_ENTRY_AFTER) {
        l->culpability = NEGLIGENCE;
        l->entry_count = l->entry_count == 1 ? 2 : l->entry_count;
        l->entries[l->entry_count - 1].on = l->opened + 5;
    } else if (l->plant == PLANT_NO_CENTER) {
        l->center = -1;
    }
}

/* What is out of order. */
static void plant_order(struct life *l)
{
    if (l->plant == PLANT_PETITION_EARLY) {
        l->petition = l->penalty_mailed - 5;
        return;
    }
    life_keep_open(l);
    if (l->plant == PLANT_NO_PREPENALTY) {
        l->prepenalty_issued = l->prepenalty_mailed = l->response = NONE;
    } else if (l->plant == PLANT_SMALL) {
        l->culpability = NEGLIGENCE;
        l->loss = 40000;
        l->assessed = 80000;
    } else {
        l->suit = l->penalty_mailed - 3;
    }
}

void life_plant(const struct nation *n, struct life *l, struct chance *c)
{
    if (l->plant == PLANTS)
        return;
    l->statute = "1592";
    if (l->plant == PLANT_OWNER_LEFT)
        l->officer = -1;
    if (l->plant == PLANT_OPEN || l->plant == PLANT_WAIVER_REMARK || l->plant == PLANT_OWNER_LEFT)
        life_keep_open(l);
    else if (l->plant <= PLANT_WAIVER_BACKWARDS)
        plant_waiver(l, c);
    else if (l->plant >= PLANT_SETTLED && l->plant <= PLANT_CLOSED_EARLY)
        plant_end(l, c);
    else if (l->plant <= PLANT_NO_START)
        plant_start(l, c);
    else if (l->plant <= PLANT_OVERPAID)
        plant_stage(l, c);
    else if (l->plant <= PLANT_ENTRY_DIGIT)
        plant_entry(n, l);
    else if (l->plant >= PLANT_OWNER_ROLE && l->plant <= PLANT_NO_CENTER)
        plant_record(l);
    else if (l->plant >= PLANT_ONE_PARTY)
        scope_plant(l, c);
    else if (l->plant >= PLANT_NO_PREPENALTY)
        plant_order(l);
}
