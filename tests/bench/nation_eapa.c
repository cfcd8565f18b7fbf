/* Allegations that duties are evaded (19 U.S.C. 1517), one in two weeks, from the receipt to the
 * review and to the penalty case; one in three goes wrong somewhere. */
#include "bench/nation_entry.h"
#include "bench/nation_offices.h"

/* What goes wrong. */
enum slip {
    SLIP_BEGUN,
    SLIP_NEVER_BEGUN,
    SLIP_MEASURES,
    SLIP_REFERRED,
    SLIP_DETERMINED,
    SLIP_TOLD,
    SLIP_REVIEWED,
    SLIP_NO_CASE,
    SLIPS, /* how many; also: nothing */
};

static const char *const slip_names[SLIPS + 1] = {
    [SLIP_BEGUN] = "evasion case begun late",
    [SLIP_NEVER_BEGUN] = "evasion case never begun",
    [SLIP_MEASURES] = "interim measures late",
    [SLIP_REFERRED] = "referral not asked after",
    [SLIP_DETERMINED] = "determination late",
    [SLIP_TOLD] = "parties told late",
    [SLIP_REVIEWED] = "review late",
    [SLIP_NO_CASE] = "no case after a determination",
    [SLIPS] = "",
};

/* NONE: it never happens. */
struct allegation {
    char no[DAY_SIZE];
    int center;
    enum slip slip;
    bool evaded;
    day received, initiated, interim, extended, determined, told, requested, reviewed;
    day referred, returned; /* to Commerce, whose days do not count */
    day linked, reason;     /* from when the record names a case, or says why there is none */
    int64_t case_number;    /* which */
};

static void become_case(const struct nation *n, struct allegation *a, struct chance *c)
{
    struct life l;

    a->case_number = (int64_t)(a->determined - FIRST_DAY) * n->cases / 3652 + 1;
    life_make(n, a->case_number, &l);
    if (a->slip == SLIP_NO_CASE)
        a->reason = chance_percent(c, 50) ? a->determined + chance_between(c, 70, 200) : NONE;
    else if (l.opened <= a->determined + 40 && chance_percent(c, 60))
        a->linked = a->determined + chance_between(c, 41, 55);
    else
        a->reason = a->determined + chance_between(c, 1, 50);
}

/* After the interim measures, and over before the determination; an answer comes in half a year, or
 * nobody asks. */
static void refer(struct allegation *a, struct chance *c)
{
    if (a->slip != SLIP_REFERRED && !chance_percent(c, 20))
        return;
    a->referred = a->interim + chance_between(c, 5, 60);
    a->returned = a->referred + chance_between(c, 30, 170);
    if (a->slip == SLIP_REFERRED)
        a->returned = a->referred + chance_between(c, 190, 500);
}

/* Both days are none that count. */
static int stopped(const struct allegation *a)
{
    return a->referred == NONE ? 0 : a->returned - a->referred + 1;
}

static void determine(const struct nation *n, struct allegation *a, struct chance *c)
{
    day last = a->initiated + 300 + stopped(a);

    if (chance_percent(c, 25)) {
        a->extended = a->initiated + chance_between(c, 200, 295);
        last += 60;
    }
    a->determined = last - chance_between(c, 0, 4);
    if (a->slip == SLIP_DETERMINED)
        a->determined = last + chance_between(c, 1, 80);
    a->evaded = a->slip == SLIP_NO_CASE || chance_percent(c, 70);
    a->told = a->slip == SLIP_TOLD ? day_business(a->determined, 5) + chance_between(c, 1, 40)
                                   : day_business(a->determined, chance_between(c, 1, 5));
    if (a->slip == SLIP_REVIEWED || chance_percent(c, 30)) {
        a->requested = a->told + chance_between(c, 5, 35);
        a->reviewed = a->slip == SLIP_REVIEWED
                          ? day_business(a->requested, 60) + chance_between(c, 1, 60)
                          : day_business(a->requested, chance_between(c, 20, 60));
    }
    if (a->evaded)
        become_case(n, a, c);
}

static void make(const struct nation *n, int number, struct allegation *a)
{
    struct chance c = chance_of(n->seed, CHANCE_EAPA, number);

    *a = (struct allegation){ .slip = SLIPS, .received = FIRST_DAY + 14 * number };
    snprintf(a->no, sizeof a->no, "EAPA-%04d", 7000 + number);
    a->center = chance_between(&c, 0, CENTERS - 1);
    if (number % 3 == 0)
        a->slip = (enum slip)(((uint64_t)(number / 3) + n->seed) % SLIPS);
    if (a->slip == SLIP_NEVER_BEGUN)
        return;
    a->initiated = day_business(a->received, chance_between(&c, 1, 15));
    if (a->slip == SLIP_BEGUN)
        a->initiated = day_business(a->received, 15) + chance_between(&c, 1, 60);
    a->interim = a->initiated + chance_between(&c, 30, 90);
    if (a->slip == SLIP_MEASURES)
        a->interim = a->initiated + 90 + chance_between(&c, 1, 90);
    refer(a, &c);
    determine(n, a, &c);
}

/* --- what an extract has --- */

static bool seen(const struct nation *n, day d)
{
    return d != NONE && d <= n->today;
}

static void put_day(const struct nation *n, struct files *f, day d)
{
    char text[DAY_SIZE];

    fprintf(f->eapa, ",%s", seen(n, d) ? day_iso(d, text) : "");
}

static void write_row(const struct nation *n, struct files *f, const struct allegation *a)
{
    bool known = seen(n, a->determined);
    char no[CASE_NO_SIZE] = "";
    struct life l;

    if (seen(n, a->linked)) {
        life_make(n, a->case_number, &l);
        life_case_no(&l, no);
    }
    fprintf(f->eapa, "%s,%s", a->no, center_codes[a->center]);
    put_day(n, f, a->received);
    put_day(n, f, a->initiated);
    put_day(n, f, a->interim);
    fprintf(f->eapa, ",%s", seen(n, a->extended) ? "yes" : "");
    put_day(n, f, a->determined);
    fprintf(f->eapa, ",%s", !known ? "" : a->evaded ? "yes" : "no");
    put_day(n, f, a->told);
    put_day(n, f, a->requested);
    put_day(n, f, a->reviewed);
    fprintf(f->eapa, ",%s,%s\n", no, seen(n, a->reason) ? "too small" : "");
    f->rows++;
}

static void write_referral(const struct nation *n, struct files *f, const struct allegation *a)
{
    char referred[DAY_SIZE], returned[DAY_SIZE];

    if (!seen(n, a->referred))
        return;
    fprintf(f->eapa_referrals, "R-%s,%s,%s,%s\n", a->no, a->no, day_iso(a->referred, referred),
            seen(n, a->returned) ? day_iso(a->returned, returned) : "");
    f->rows++;
}

/* --- and what must be said of it --- */

static void tell_referral(const struct nation *n, struct files *f, const struct allegation *a)
{
    char no[DAY_SIZE + 2];
    struct duty answered = { "eapa-referral", day_safe(day_months(a->referred, 6)), a->referred,
                             a->returned, NONE };

    snprintf(no, sizeof no, "R-%s", a->no);
    if (a->referred != NONE)
        duty_tell(n, f, answered, no, slip_names[a->slip]);
}

static void tell(const struct nation *n, struct files *f, const struct allegation *a)
{
    bool longer = seen(n, a->extended), back = seen(n, a->returned);
    const struct duty duties[] = {
        { "eapa-initiate", day_business(a->received, 15), a->received, a->initiated, NONE },
        { "eapa-interim", a->initiated + 90, a->initiated, a->interim, NONE },
        { "eapa-determine", a->initiated + (longer ? 360 : 300) + (back ? stopped(a) : 0),
          a->initiated, a->determined, back ? NONE : a->referred },
        { "eapa-tell", day_business(a->determined, 5), a->determined, a->told, NONE },
        { "eapa-review", day_business(a->requested, 60), a->requested, a->reviewed, NONE },
        { "initiation-eapa", day_safe(a->determined + 60), a->evaded ? a->determined : NONE,
          a->linked != NONE ? a->linked : a->reason, NONE },
    };

    for (size_t i = 0; i < sizeof duties / sizeof duties[0]; i++)
        duty_tell(n, f, duties[i], a->no, slip_names[a->slip]);
}

void eapa_write(const struct nation *n, struct files *f)
{
    struct allegation a;

    for (int i = 0; n->entries && FIRST_DAY + 14 * i <= n->today; i++) {
        make(n, i, &a);
        write_row(n, f, &a);
        write_referral(n, f, &a);
        tell(n, f, &a);
        tell_referral(n, f, &a);
    }
}
