/* Centers, offices and people; the monthly meetings of the ten committees and the monthly reviews
 * of the 42 offices, with what was skipped. */
#include "bench/nation.h"

const char *const center_codes[CENTERS] = { "APP",  "AFT", "AA",   "BM",   "CPMM",
                                            "ELEC", "IMM", "MACH", "PNGM", "PHC" };

const char *const office_ports[OFFICES] = {
    "0101", "0201", "0401", "0712", "0901", "1001", "1101", "1303", "1401", "1601", "1703",
    "1704", "1801", "1803", "1901", "2002", "2304", "2402", "2501", "2503", "2604", "2704",
    "2809", "2904", "3001", "3004", "3126", "3201", "3310", "3401", "3501", "3701", "3801",
    "3802", "3901", "4101", "4501", "4909", "5201", "5301", "5501", "5101"
};

const char *officer_name(int office, int officer, char buffer[OFFICER_SIZE])
{
    static const char *const names[OFFICERS + 1] = { "rivera", "tanaka", "okafor",
                                                     "novak", [IMPORT_SPECIALIST] = "moreau" };

    snprintf(buffer, OFFICER_SIZE, "%s.%s@fpf.example", officer < 0 ? "gone" : names[officer],
             office_ports[office]);
    return buffer;
}

static void write_people(struct files *f)
{
    char name[OFFICER_SIZE];

    for (int o = 0; o < OFFICES; o++) {
        fprintf(f->offices, "%s,Office %s,chief.%s@fpf.example\n", office_ports[o], office_ports[o],
                office_ports[o]);
        for (int i = 0; i <= OFFICERS; i++)
            fprintf(f->people, "%s,%s,%s\n", officer_name(o, i, name), office_ports[o],
                    i == IMPORT_SPECIALIST ? "Import Specialist" : "FP&F specialist");
    }
    fputs("found,FP&F specialist\nreferred,FP&F specialist\n", f->stages);
    f->rows += OFFICES * (2 + OFFICERS) + 2;
}

/* --- months --- */

struct month {
    day first, last; /* of the month */
    char name[DAY_SIZE];
    int number; /* for chance */
};

static bool month_next(struct month *m, day today)
{
    int y, mo, dom;

    m->first = m->number ? m->last + 1 : MEETINGS_SINCE;
    if (m->first > today)
        return false;
    day_split(m->first, &y, &mo, &dom);
    m->last = (mo == 12 ? day_of(y + 1, 1, 1) : day_of(y, mo + 1, 1)) - 1;
    m->number++;
    snprintf(m->name, sizeof m->name, "%04d-%02d", y, mo);
    return true;
}

/* A duty of the month that is not done on `today`. */
static void tell_month(const struct nation *n, struct files *f, struct truth t,
                       const struct month *m)
{
    t.period = m->name;
    t.last = m->last + 7;
    t.state = t.last < n->today ? "past" : "ahead";
    t.found = t.last < n->today ? t.last + 1 : NONE;
    t.note = "";
    truth_write(f, &t);
}

/* --- committees --- */

/* Skipped, held without a day in the minutes, held in the grace of seven days, or held. */
static void meet(const struct nation *n, struct files *f, int center, const struct month *m)
{
    struct chance c = chance_of(n->seed, CHANCE_MEETING, center * 1000 + m->number);
    int how = chance_between(&c, 1, 100);
    day held = how <= 8 && how > 4 ? m->last + chance_between(&c, 1, 6)
                                   : m->first + chance_between(&c, 8, 26);
    bool recorded = held + 1 <= n->today;
    char on[DAY_SIZE], name[DAY_SIZE];
    struct truth t = { .rule = "meet", .subject = name, .plant = "" };

    snprintf(name, sizeof name, "CEAR %s", center_codes[center]);
    if (how > 3 && recorded) {
        fprintf(f->meetings, "%s-%s,%s,%s,%d\n", center_codes[center], m->name, name,
                how == 4 ? "" : day_iso(held, on), chance_between(&c, 2, 40));
        f->rows++;
    }
    if (how > 4 && recorded)
        return;
    t.plant = how == 4 ? "meeting without a day" : how <= 3 ? "meeting skipped" : "";
    tell_month(n, f, t, m);
}

static void write_committees(const struct nation *n, struct files *f)
{
    char on[DAY_SIZE];

    for (int i = 0; i < CENTERS; i++) {
        day formed = i == 7 ? day_of(2023, 3, 1) : FIRST_DAY;

        fprintf(f->centers, "%s,%s\n", center_codes[i], office_ports[i * 4]);
        fprintf(f->committees, "CEAR %s,%s,%s\n", center_codes[i], center_codes[i],
                day_iso(formed, on));
        f->rows += 2;
        for (struct month m = { 0 }; month_next(&m, n->today);)
            if (m.last >= formed)
                meet(n, f, i, &m);
    }
}

/* --- reviews --- */

static void tell_sent(const struct nation *n, struct files *f, const char *review, day reviewed)
{
    day last = reviewed + 10;
    bool past = last < n->today;
    struct truth t = { .rule = "review-sent",
                       .subject = review,
                       .period = "",
                       .state = past ? "past" : "ahead",
                       .found = past ? last + 1 : NONE,
                       .last = last,
                       .plant = "review not sent",
                       .note = "" };

    truth_write(f, &t);
}

/* Skipped, late, or in the month; and sent to headquarters or not. */
static void review(const struct nation *n, struct files *f, int office, const struct month *m)
{
    struct chance c = chance_of(n->seed, CHANCE_REVIEW, office * 1000 + m->number);
    int how = chance_between(&c, 1, 100);
    day reviewed =
        how <= 5 ? m->last + chance_between(&c, 12, 25) : m->first + chance_between(&c, 9, 27);
    day sent = chance_percent(&c, 2) ? NONE : reviewed + chance_between(&c, 0, 9);
    bool shown = sent != NONE && sent <= n->today;
    char no[2 * DAY_SIZE], on[DAY_SIZE], sent_on[DAY_SIZE];
    struct truth t = { .rule = "review", .subject = office_ports[office] };

    snprintf(no, sizeof no, "%s/%s", office_ports[office], m->name);
    t.plant = how <= 2 ? "review skipped" : "";
    if (how <= 2 || reviewed > n->today) {
        tell_month(n, f, t, m);
        return;
    }
    fprintf(f->reviews, "%s,%s,%s,%s,%d,%d,%s\n", no, office_ports[office], m->name,
            day_iso(reviewed, on), chance_between(&c, 5, 90), chance_between(&c, 0, 9),
            shown ? day_iso(sent, sent_on) : "");
    f->rows++;
    if (!shown)
        tell_sent(n, f, no, reviewed);
}

void offices_write(const struct nation *n, struct files *f)
{
    write_people(f);
    write_committees(n, f);
    for (int o = 0; o < OFFICES; o++)
        for (struct month m = { 0 }; month_next(&m, n->today);)
            review(n, f, o, &m);
}
