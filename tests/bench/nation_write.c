/* The rows of a case as an extract of a day has them, and the dirt on them: blanks, "N/A",
 * placeholders for days, amounts and words in several spellings. Dirt means nothing: truth.csv
 * does not know of it. It hangs on the case and the cell, so it stays from day to day. */
#include "bench/nation_entry.h"
#include "bench/nation_scope.h"

#include <string.h>

/* A record under way. */
struct record {
    const struct nation *n;
    const struct life *l;
    FILE *out;
    struct chance dirt;
    int cells;
};

static void cell(struct record *r, const char *text)
{
    bool blank = chance_percent(&r->dirt, 1);
    const char *quote = strpbrk(text, ",\"\n") ? "\"" : "";

    fprintf(r->out, "%s%s%s%s%s", r->cells++ ? "," : "", quote, text, blank ? "  " : "", quote);
}

/* A day that has come; else nothing, as people write that. */
static void cell_day(struct record *r, day d)
{
    char text[DAY_SIZE];
    int how = chance_between(&r->dirt, 1, 100);

    if (d != NONE)
        cell(r, day_us(d, text));
    else
        cell(r, how <= 3 ? "N/A" : how <= 5 ? "01/01/1900" : "");
}

static void cell_event(struct record *r, day d)
{
    cell_day(r, d <= r->n->today ? d : NONE);
}

/* 1234567 as "$12,345.67", "12345.67" or "12,345.67". */
static void cell_money(struct record *r, int64_t cents)
{
    char digits[32], text[64];
    int how = chance_between(&r->dirt, 1, 100), n, at = 0;

    snprintf(digits, sizeof digits, "%lld", (long long)(cents / 100));
    n = (int)strlen(digits);
    if (how > 20)
        text[at++] = '$';
    for (int i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0 && how > 10)
            text[at++] = ',';
        text[at++] = digits[i];
    }
    snprintf(text + at, sizeof text - (size_t)at, ".%02d", (int)(cents % 100));
    cell(r, text);
}

static void cell_word(struct record *r, const char *const words[5])
{
    int how = chance_between(&r->dirt, 1, 100);

    cell(r, words[how <= 88 ? 0 : how - 84 < 5 ? how - 84 : how % 4 + 1]);
}

static void cell_culpability(struct record *r)
{
    static const char *const words[][5] = {
        [NEGLIGENCE] = { "Negligence", "NEGLIGENCE", "negl.", "N", "Negligence " },
        [GROSS_NEGLIGENCE] = { "Gross Negligence", "GROSS  NEGLIGENCE", "gross negl.", "GN", "G" },
        [FRAUD] = { "Fraud", "FRAUD", "fraud", "F", " Fraud" },
        [NOT_SAID] = { "", "", "N/A", "", "N/A" },
    };
    const struct life *l = r->l;
    bool lesser = l->downgraded != NONE && l->downgraded <= r->n->today;

    cell_word(r, words[lesser ? NEGLIGENCE : l->culpability]);
}

static void cell_status(struct record *r)
{
    static const char *const open[5] = { "Open", "OPEN", "open", "O", "Opn" };
    static const char *const closed[5] = { "Closed", "CLOSED", "closed", "C", "Clsd" };

    cell_word(r, r->l->closed != NONE && r->l->closed <= r->n->today ? closed : open);
}

static void cells_identity(struct record *r, int officer)
{
    static const char *const importers[] = { "Everglade Foods LLC",        "Juniper & Sons, Inc.",
                                             "Calumet Wire Rod",           "Alameda Circuits",
                                             "Rio Grande Hoists",          "Peachtree Home Goods",
                                             "Niagara Abrasives",          "Presidio Textiles",
                                             "Great Lakes Gearbox",        "Ship Channel Fuels",
                                             "O'Hara \"\"Pat\"\" Imports", "Söder & Ålund AB" };
    const struct life *l = r->l;
    char no[CASE_NO_SIZE], name[OFFICER_SIZE];

    cell(r, life_case_no(l, no));
    cell(r, l->center < 0 ? "" : center_codes[l->center]);
    cell(r, office_ports[l->office]);
    cell(r, officer_name(l->office, officer, name));
    cell(r, importers[l->loss / 100 % 12]);
    cell(r, l->statute);
}

/* The day as somebody writes it who puts the day before the month; no month is 13 to 28. */
static void cell_swapped(struct record *r, day d)
{
    char text[DAY_SIZE];
    int y, m, dom;

    day_split(d, &y, &m, &dom);
    snprintf(text, sizeof text, "%02d/%02d/%04d", dom > 12 ? dom : dom + 12, m, y);
    cell(r, text);
}

static void cells_stages(struct record *r)
{
    const struct life *l = r->l;
    const day stages[] = { l->prepenalty_issued, l->prepenalty_mailed, l->response,
                           l->penalty_issued,    l->penalty_mailed,    l->petition };
    day settled = l->settled_entered <= r->n->today ? l->settled : NONE;
    const day after[] = { l->paid, l->referred, l->suit, settled, l->offset };

    if (l->plant == PLANT_UNREADABLE)
        cell_swapped(r, l->opened);
    else
        cell_day(r, l->opened);
    cell_day(r, l->scope.matter                   ? l->scope.violation
                : strcmp(l->statute, "1592") == 0 ? NONE
                                                  : life_violation(l));
    cell_event(r, l->discovered);
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++)
        cell_event(r, stages[i]);
    cell_day(r, l->decision <= r->n->today ? l->decision_written : NONE);
    for (size_t i = 0; i < sizeof after / sizeof after[0]; i++)
        cell_event(r, after[i]);
    cell_event(r, strcmp(l->statute, "1641") == 0 ? l->prepenalty_mailed : NONE);
}

static void cells_end(struct record *r)
{
    const struct life *l = r->l;
    bool closed = l->closed != NONE && l->closed <= r->n->today;
    bool paid = l->paid != NONE && l->paid <= r->n->today;
    struct ending_cells e = ending_cells(r->n, l);
    char day_[DAY_SIZE], remark[96] = "";

    cell_status(r);
    cell_day(r, closed ? l->closed_written : NONE);
    cell(r, closed ? e.reason : "");
    cell_money(r, l->loss);
    cell_money(r, l->assessed);
    cell_money(r, paid ? l->collected : 0);
    if (l->plant == PLANT_WAIVER_REMARK)
        snprintf(remark, sizeof remark, "SOL waiver thru %s rec'd, see file",
                 day_us(life_limit(l, l->opened) + 730, day_));
    cell(r, remark);
    cell_day(r, e.deposit);
    cell_day(r, e.statement);
    cell(r, e.official != NONE ? "director@cbp.example" : "");
    cell_day(r, e.official);
    cell_money(r, e.current);
    cell(r, l->scope.matter ? l->scope.matter->type : "");
    cell_day(r, l->scope.accrued);
    cell_event(r, l->scope.acknowledged);
    cell_day(r, l->scope.property_found);
}

static void write_case(const struct nation *n, struct files *f, const struct life *l, int officer)
{
    struct record r = { .n = n, .l = l, .out = f->cases };

    r.dirt = chance_of(n->seed, CHANCE_DIRT, l->number);
    cells_identity(&r, officer);
    cell_culpability(&r);
    cells_stages(&r);
    cells_end(&r);
    fputc('\n', f->cases);
    f->rows++;
}

static void write_entries(const struct nation *n, struct files *f, const struct life *l)
{
    char no[CASE_NO_SIZE];

    life_case_no(l, no);
    for (int i = 0; i < l->entry_count; i++) {
        const struct entry *e = &l->entries[i];

        fprintf(f->case_entries, "%s,%s\n", no, e->no);
        f->rows++;
        if (e->borrowed)
            goods_tell_shared(n, f, l, e);
        else
            goods_of_case(n, f, l, e);
    }
}

static void write_waivers(const struct nation *n, struct files *f, const struct life *l)
{
    char no[WAIVER_NO_SIZE], case_no[CASE_NO_SIZE], a[DAY_SIZE], b[DAY_SIZE], c[DAY_SIZE];

    for (int i = 0; i < l->waiver_count; i++) {
        const struct waiver *w = &l->waivers[i];
        bool revoked = w->revoked <= n->today;
        char d[DAY_SIZE];

        if (w->received > n->today)
            continue;
        fprintf(f->waivers, "%s,%s,%s,%s,%s,%s,", life_waiver_no(l, i, no),
                life_case_no(l, case_no), day_us(w->signed_on, a), day_us(w->received, b),
                day_us(w->until, c), revoked ? day_us(w->revoked, d) : "");
        if (w->no_document)
            fputs(l->number % 2 ? "n/a" : "", f->waivers);
        else
            fprintf(f->waivers, "scan-%06d-%d.pdf", (int)l->number, i + 1);
        scope_write_waiver(f, l, w);
        f->rows++;
    }
}

static void write_petition(const struct nation *n, struct files *f, const struct life *l)
{
    bool decided = l->decision != NONE && l->decision <= n->today;
    bool paid = l->paid != NONE && l->paid <= n->today;
    char no[CASE_NO_SIZE], a[DAY_SIZE], b[DAY_SIZE];

    if (l->petition == NONE || l->petition > n->today)
        return;
    life_case_no(l, no);
    fprintf(f->petitions, "P-%s,%s,%s,%s\n", no, no, day_iso(l->petition, a),
            decided ? day_iso(l->decision_written, b) : "");
    f->rows++;
    if (!decided)
        return;
    fprintf(f->decisions, "D-%s,%s,%s,%s,%d\n", no, no, day_iso(l->decision_written, a),
            paid ? day_iso(l->paid, b) : "", ending_cells(n, l).findings);
    f->rows++;
}

void life_write(const struct nation *n, struct files *f, const struct life *l)
{
    char no[CASE_NO_SIZE], a[DAY_SIZE], b[DAY_SIZE];

    write_case(n, f, l, l->officer);
    if (l->plant == PLANT_DUPLICATE)
        write_case(n, f, l, l->officer);
    if (l->plant == PLANT_DIFFERENT)
        write_case(n, f, l, (l->officer + 1) % OFFICERS);
    write_entries(n, f, l);
    write_waivers(n, f, l);
    asks_write(n, f, l);
    agenda_write(n, f, l);
    action_write(n, f, l);
    write_petition(n, f, l);
    scope_write(n, f, l);
    if (l->toll_last != NONE && l->toll_last + 10 <= n->today) {
        fprintf(f->tollings, "T-%06d,%s,%s,%s,absent from the United States,%s,%s\n",
                (int)l->number, life_case_no(l, no), day_us(l->toll_first, a),
                day_us(l->toll_last, b), signer_names[l->scope.absent],
                l->scope.property_absent ? "yes" : "");
        f->rows++;
    }
}
