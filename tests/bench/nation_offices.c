/* Offices and people, and the monthly reviews of the 42 offices, with what was skipped. */
#include "bench/nation_offices.h"

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

static void write_people(const struct nation *n, struct files *f)
{
    char name[OFFICER_SIZE];

    for (int o = 0; o < OFFICES; o++) {
        fprintf(f->offices, "%s,Office %s,chief.%s@fpf.example\n", office_ports[o], office_ports[o],
                office_ports[o]);
        for (int i = 0; i <= OFFICERS; i++) {
            fprintf(f->people, "%s,%s,%s", officer_name(o, i, name), office_ports[o],
                    i == IMPORT_SPECIALIST ? "Import Specialist" : "FP&F specialist");
            training_write(n, f, o, i);
        }
    }
    fputs("found,FP&F specialist\nreferred,FP&F specialist\n", f->stages);
    f->rows += OFFICES * (2 + OFFICERS) + 2;
}

/* --- months --- */

bool month_next(struct month *m, day today)
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

void tell_month(const struct nation *n, struct files *f, struct truth t, const struct month *m)
{
    t.period = m->name;
    t.last = m->last + 7;
    t.state = t.last < n->today ? "past" : "ahead";
    t.found = t.last < n->today ? t.last + 1 : NONE;
    t.note = "";
    truth_write(f, &t);
}

/* --- reviews --- */

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
        tell_last(n, f, "review-sent", no, reviewed + 10, "review not sent");
}

void offices_write(const struct nation *n, struct files *f)
{
    write_people(n, f);
    promises_write(n, f);
    totals_write(n, f);
    committees_write(n, f);
    oversight_write(n, f);
    eapa_write(n, f);
    for (int o = 0; o < OFFICES; o++)
        for (struct month m = { 0 }; month_next(&m, n->today);)
            review(n, f, o, &m);
}
