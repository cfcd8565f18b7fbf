/* The monthly meetings of the ten committees: planned, held, recorded, with whom; and what was
 * skipped, cancelled, not recorded, or held without those who must be there. */
#include "bench/nation_offices.h"

struct meeting {
    day planned, cancelled, held, recorded; /* NONE: never */
    bool undated;                           /* it was held, and the minutes do not say when */
    const char *roles, *quorum, *wrong;     /* wrong: what is said of the quorum, or NULL */
    const char *plant, *minutes_plant;
};

#define REQUIRED "import specialist; FP&F officer; counsel"

/* Skipped, held without a day in the minutes, held in the grace of seven days, or held. */
static void meet(struct meeting *r, int how, struct chance *d)
{
    int plan = chance_between(d, 1, 3);

    r->plant = how <= 3 ? "meeting skipped" : how == 4 ? "meeting without a day" : "";
    r->undated = how == 4;
    if (how > 4 && how <= 8)
        r->planned = r->held - chance_between(d, 2, 20);
    else if (how > 3)
        r->planned = r->held - (plan == 1 ? chance_between(d, 0, 14) : 0);
    else if (plan > 1)
        r->planned = r->held;
    if (how <= 3 && plan == 3)
        r->cancelled = r->planned - 2;
    if (how <= 3)
        r->held = NONE;
}

static void record(struct meeting *r, struct chance *d)
{
    int how = chance_between(d, 1, 100);

    r->minutes_plant = how <= 3 ? "meeting not recorded" : how <= 6 ? "meeting recorded late" : "";
    r->recorded = how <= 3 ? NONE : r->held + chance_between(d, 1, 14);
    if (how > 3 && how <= 6)
        r->recorded = r->held + chance_between(d, 20, 60);
}

static void attend(struct meeting *r, struct chance *d)
{
    static const struct {
        int until;
        const char *roles, *quorum, *wrong;
    } kinds[] = {
        { 3, "import specialist; counsel", "", "past" },
        { 6, "import specialist; counsel; director", "", "past" },
        { 9, "import specialist; counsel; counsel", "", "past" },
        { 12, REQUIRED, "0", "past" },
        { 14, "", "", "unknown" },
        { 20, "counsel; import specialist", "1", NULL },
        { 30, "director; counsel; FP&F officer; import specialist", "", NULL },
        { 100, REQUIRED, "", NULL },
    };
    int how = chance_between(d, 1, 100), i = 0;

    while (how > kinds[i].until)
        i++;
    r->roles = kinds[i].roles;
    r->quorum = kinds[i].quorum;
    r->wrong = kinds[i].wrong;
}

static void tell_held(const struct nation *n, struct files *f, const char *no,
                      const struct meeting *r)
{
    struct truth t = { .rule = "meeting-quorum",
                       .subject = no,
                       .period = "",
                       .state = r->wrong,
                       .found = r->held + 1,
                       .plant = "meeting without those who must be there",
                       .note = "" };

    if (r->wrong)
        truth_write(f, &t);
    if (r->recorded == NONE || r->recorded > n->today)
        tell_last(n, f, "meeting-recorded", no, r->held + 14, r->minutes_plant);
}

/* The line of the meeting, from two weeks before the day for which it is planned. */
static void write_meeting(const struct nation *n, struct files *f, const char *no, const char *name,
                          const struct meeting *r, int discussed)
{
    char planned[DAY_SIZE], held[DAY_SIZE], recorded[DAY_SIZE], count[DAY_SIZE];
    bool shown = r->held != NONE && r->held + 1 <= n->today && !r->undated;
    bool is_recorded = shown && r->recorded != NONE && r->recorded <= n->today;
    bool cancelled = r->cancelled != NONE && r->cancelled <= n->today;

    if (!shown && (r->planned == NONE || r->planned - 14 > n->today))
        return;
    snprintf(count, sizeof count, "%d", discussed);
    fprintf(f->meetings, "%s,%s,%s,%s,%s,%s,%s,%s,%s\n", no, name, day_iso(r->planned, planned),
            shown ? day_iso(r->held, held) : "", is_recorded ? day_iso(r->recorded, recorded) : "",
            shown ? r->roles : "", shown ? r->quorum : "", cancelled ? "no cases" : "",
            shown ? count : "");
    f->rows++;
    if (r->planned != NONE && !shown && !cancelled)
        tell_last(n, f, "meeting-cancelled", no, r->planned + 10, r->plant);
    if (shown)
        tell_held(n, f, no, r);
}

static void hold(const struct nation *n, struct files *f, int center, const struct month *m)
{
    struct chance c = chance_of(n->seed, CHANCE_MEETING, center * 1000 + m->number);
    struct chance d = chance_of(n->seed, CHANCE_MINUTES, center * 1000 + m->number);
    int how = chance_between(&c, 1, 100);
    struct meeting r = { .held = how <= 8 && how > 4 ? m->last + chance_between(&c, 1, 6)
                                                     : m->first + chance_between(&c, 8, 26) };
    char name[DAY_SIZE], no[2 * DAY_SIZE];
    bool held = how > 4 && r.held + 1 <= n->today;
    struct truth t = { .rule = "meet", .subject = name };

    snprintf(name, sizeof name, "CEAR %s", center_codes[center]);
    snprintf(no, sizeof no, "%s-%s", center_codes[center], m->name);
    meet(&r, how, &d);
    record(&r, &d);
    attend(&r, &d);
    write_meeting(n, f, no, name, &r, chance_between(&c, 2, 40));
    t.plant = r.plant;
    if (held && r.quorum[0] == '0') {
        t.rule = "meeting-monthly"; /* the rules of nation.rules know of no quorum */
        t.plant = "meeting without a quorum";
    }
    if (!held || r.quorum[0] == '0')
        tell_month(n, f, t, m);
}

void committees_write(const struct nation *n, struct files *f)
{
    char on[DAY_SIZE];

    for (int i = 0; i < CENTERS; i++) {
        day formed = i == 7 ? day_of(2023, 3, 1) : FIRST_DAY;

        fprintf(f->centers, "%s,%s\n", center_codes[i], office_ports[i * 4]);
        fprintf(f->committees, "CEAR %s,%s,%s,%s\n", center_codes[i], center_codes[i],
                day_iso(formed, on), REQUIRED);
        f->rows += 2;
        for (struct month m = { 0 }; month_next(&m, n->today);)
            if (m.last >= formed)
                hold(n, f, i, &m);
    }
}
