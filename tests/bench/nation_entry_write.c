/* The rows of an entry as an extract of a day has them. */
#include "bench/nation_entry.h"

/* Rows under way: what has come by the day of the extract. */
struct record {
    const struct nation *n;
    FILE *out;
};

static bool seen(const struct record *r, day d)
{
    return d != NONE && d <= r->n->today;
}

static void put_day(const struct record *r, day d)
{
    char text[DAY_SIZE];

    fprintf(r->out, ",%s", seen(r, d) ? day_iso(d, text) : "");
}

static void put_cents(FILE *out, int64_t cents)
{
    fprintf(out, ",%lld.%02d", (long long)(cents / 100), (int)(cents % 100));
}

/* entries.csv, after the number, the kind, the day and the port. */
static void put_entry(const struct record *r, const struct goods *g)
{
    int extensions = 0;
    char text[DAY_SIZE];
    bool done = seen(r, g->entered);

    for (int i = 0; i < g->extension_count; i++)
        extensions += seen(r, g->extensions[i].noticed);
    fprintf(r->out, ",%s,team%d.%s@cee.example,IOR-%05d",
            g->center_blank ? "" : center_codes[g->center], g->team, center_codes[g->center],
            g->importer);
    put_day(r, g->summary);
    fprintf(r->out, extensions ? ",%d" : ",", extensions);
    fprintf(r->out, ",%s",
            (seen(r, g->suspended) && !seen(r, g->removed)) ||
                    (seen(r, g->again) && !seen(r, g->again_removed))
                ? "yes"
                : "");
    put_day(r, g->set);
    fprintf(r->out, ",%s,%s,%s", done ? day_iso(g->written, text) : "",
            done && g->deemed ? "deemed" : "", done && g->changed ? "125.00" : "");
    put_cents(r->out, g->duty);
    if (done)
        put_cents(r->out, g->duty + (g->changed ? 12500 : 0));
    else
        fputc(',', r->out);
    fputs(g->adcvd ? ",A-570-967" : ",", r->out);
    put_day(r, g->claim);
    put_day(r, g->change_paid);
    put_day(r, g->decided);
    put_day(r, g->withdrawn);
    fputc('\n', r->out);
}

static void write_extensions(const struct nation *n, struct files *f, const struct goods *g)
{
    char a[DAY_SIZE], b[DAY_SIZE];

    for (int i = 0; i < g->extension_count; i++) {
        const struct extension *e = &g->extensions[i];

        if (e->noticed > n->today || g->plant == GOODS_EXTENSION_COUNTED)
            continue;
        fprintf(f->extensions, "X%d-%s,%s,%s,%s,information needed\n", i + 1, g->no, g->no,
                day_iso(e->noticed, a), day_iso(e->until, b));
        f->rows++;
    }
}

static void write_suspension(const struct nation *n, struct files *f, const struct goods *g)
{
    struct record r = { n, f->suspensions };
    char a[DAY_SIZE];

    if (!seen(&r, g->suspended))
        return;
    fprintf(f->suspensions, "S-%s,%s,%s", g->no, g->no, day_iso(g->suspended, a));
    put_day(&r, g->removed);
    fputc('\n', f->suspensions);
    f->rows++;
    if (seen(&r, g->again)) {
        fprintf(f->suspensions, "S2-%s,%s,%s", g->no, g->no, day_iso(g->again, a));
        put_day(&r, g->again_removed);
        fputc('\n', f->suspensions);
        f->rows++;
    }
    for (int i = 0; i < g->notice_count; i++) {
        if (!seen(&r, g->notices[i].entered))
            continue;
        fprintf(f->removal_notices, "N%d-%s,%s,%s,%s\n", i + 1, g->no, g->no, g->notices[i].kind,
                day_iso(g->notices[i].noticed, a));
        f->rows++;
    }
}

/* Bulletins of what is deemed and of reliquidations; the rest stands in entries alone. */
static void write_liquidations(const struct nation *n, struct files *f, const struct goods *g)
{
    struct record r = { n, f->liquidations };
    char a[DAY_SIZE];

    if (g->deemed && seen(&r, g->entered)) {
        fprintf(f->liquidations, "L1-%s,%s,deemed,%s\n", g->no, g->no, day_iso(g->liquidated, a));
        f->rows++;
    }
    if (seen(&r, g->reliquidated) && seen(&r, g->entered)) {
        fprintf(f->liquidations, "L2-%s,%s,reliquidation,%s\n", g->no, g->no,
                day_iso(g->reliquidated, a));
        f->rows++;
    }
}

static void write_protest(const struct nation *n, struct files *f, const struct goods *g)
{
    struct record r = { n, f->protests };
    const struct protest *p = &g->protest;

    if (!seen(&r, p->filed))
        return;
    fprintf(f->protests, "P-%s,%s,%s", g->no, g->no, office_ports[g->port]);
    put_day(&r, p->filed);
    put_day(&r, p->decided);
    put_day(&r, p->accelerated);
    put_day(&r, p->review);
    put_day(&r, p->review_decided);
    put_day(&r, p->set_aside);
    put_day(&r, p->answered);
    put_day(&r, p->denied ? p->decided : NONE);
    fputc('\n', f->protests);
    f->rows++;
}

static void write_bill(const struct nation *n, struct files *f, const struct goods *g)
{
    struct record r = { n, f->bills };
    const struct bill *b = &g->bill;
    char a[DAY_SIZE];

    if (!seen(&r, b->issued))
        return;
    fprintf(f->bills, "B-%s,%s", g->no, g->no);
    put_day(&r, b->issued);
    put_day(&r, seen(&r, b->paid) ? b->paid : b->first_paid);
    put_cents(f->bills, g->duty / 3);
    fprintf(f->bills, ",%s", b->surety ? "Harbor Surety Co." : "");
    put_day(&r, b->returned);
    put_day(&r, b->part_paid);
    put_day(&r, b->acknowledged);
    put_day(&r, b->closed);
    put_day(&r, b->sued);
    fputc('\n', f->bills);
    f->rows++;
    for (int i = 0; i < b->demand_count; i++) {
        if (!seen(&r, b->demands[i]))
            continue;
        fprintf(f->demands, "D%d-%s,B-%s,%s\n", i + 1, g->no, g->no, day_iso(b->demands[i], a));
        f->rows++;
    }
}

static void write_request(const struct nation *n, struct files *f, const struct goods *g)
{
    struct record r = { n, f->requests };
    const struct request *q = &g->request;
    char no[CASE_NO_SIZE] = "";
    struct life l;

    if (!q->form || !seen(&r, q->issued))
        return;
    fprintf(f->requests, "Q-%s,%s,%s,%s", g->no, g->no, q->form, q->action);
    put_day(&r, q->issued);
    put_day(&r, q->answered);
    put_cents(f->requests, q->increase);
    if (seen(&r, q->case_linked)) {
        life_make(n, q->case_number, &l);
        life_case_no(&l, no);
    }
    fprintf(f->requests, ",%s,%s\n", no, seen(&r, q->reason) ? "no loss of revenue" : "");
    f->rows++;
}

void goods_write(const struct nation *n, struct files *f, const struct goods *g)
{
    struct record r = { n, f->entries };
    char on[DAY_SIZE];

    fprintf(f->entries, "%s,%s,%s,%s", g->no, g->kind, day_iso(g->on, on), office_ports[g->port]);
    put_entry(&r, g);
    f->rows++;
    write_extensions(n, f, g);
    write_suspension(n, f, g);
    write_liquidations(n, f, g);
    write_protest(n, f, g);
    write_bill(n, f, g);
    write_request(n, f, g);
}

void goods_of_case(const struct nation *n, struct files *f, const struct life *l,
                   const struct entry *e)
{
    struct goods g = { .on = e->on, .kind = "01", .center = l->center, .port = l->office };
    struct record r = { n, f->entries };
    char on[DAY_SIZE];
    day from = e->on == NONE ? l->opened - 400 : e->on;

    snprintf(g.no, sizeof g.no, "%s", e->no);
    fprintf(f->entries, "%s,01,%s,%s", e->no, e->on == NONE ? "1900-01-01" : day_iso(e->on, on),
            office_ports[l->office]);
    f->rows++;
    if (n->entries == 0) {
        fputs(",,,,,,,,,,,,,,,,,\n", f->entries);
        return;
    }
    if (l->center < 0)
        g.center = (int)(l->number % CENTERS);
    g.team = (int)(l->number % TEAMS) + 1;
    g.importer = (int)(l->number % (IMPORTERS / CENTERS)) * CENTERS + g.center;
    g.summary = day_business(from, 5);
    g.liquidated = g.entered = g.written = from + 314;
    g.set = from + 307;
    g.center_blank = l->center < 0;
    g.plant = GOODS_PLANTS;
    g.duty = l->loss;
    put_entry(&r, &g);
    goods_tell_of_case(n, f, l, e, &g);
}

void goods_all(const struct nation *n, struct files *f)
{
    struct goods g;

    if (n->entries == 0)
        return;
    for (int i = 0; i < IMPORTERS; i++)
        fprintf(f->accounts, "IOR-%05d,Importer %d,%s\n", i, i, center_codes[i % CENTERS]);
    f->rows += IMPORTERS;
    for (int64_t i = 0; goods_day(n, i) <= n->today; i++) {
        goods_make(n, i, &g);
        goods_write(n, f, &g);
        goods_tell(n, f, &g);
    }
}
