/* How an entry lives when nobody plants anything. */
#include "bench/nation_entry.h"

#define TEN_YEARS 3652
#define PLAIN_DAYS 330 /* after them nothing happens to an uneventful entry */
#define EVENTFUL 150   /* of 1,000 */

day day_months(day d, int months)
{
    int y, m, dom, next_y, next_m;
    day first, next;

    day_split(d, &y, &m, &dom);
    months += 12 * y + m - 1;
    y = months / 12;
    m = months % 12 + 1;
    next_y = m == 12 ? y + 1 : y;
    next_m = m == 12 ? 1 : m + 1;
    first = day_of(y, m, 1);
    next = day_of(next_y, next_m, 1);
    return first + dom - 1 < next ? first + dom - 1 : next - 1;
}

static int weekday(day d)
{
    return (d + 3) % 7; /* 0 is Monday */
}

day day_business(day d, int count)
{
    while (count > 0)
        if (weekday(++d) < 5)
            count--;
    return d;
}

day goods_day(const struct nation *n, int64_t number)
{
    return FIRST_DAY + (day)(number * TEN_YEARS / n->entries);
}

/* What kind of life it is: 1 to EVENTFUL something happens. */
static int lot(const struct nation *n, int64_t number)
{
    struct chance c = chance_of(n->seed, CHANCE_LOT, number);

    return chance_between(&c, 1, 1000);
}

static enum goods_plant plant_of(const struct nation *n, int64_t number)
{
    if (number % n->planted_entries != n->planted_entries - 1)
        return GOODS_PLANTS;
    return (enum goods_plant)(((uint64_t)(number / n->planted_entries) + n->seed) % GOODS_PLANTS);
}

bool goods_over(const struct nation *n, int64_t number, day d)
{
    return plant_of(n, number) == GOODS_PLANTS && lot(n, number) > EVENTFUL &&
           goods_day(n, number) + PLAIN_DAYS < d;
}

day goods_limit(const struct goods *g, day today)
{
    day last = day_anniversary(g->on, 1), four = day_anniversary(g->on, 4);

    for (int i = 0; i < g->extension_count && i < 3; i++) {
        const struct extension *e = &g->extensions[i];
        day most = day_anniversary(last, 1);

        if (e->noticed <= today && e->noticed < last && e->until > last)
            last = e->until < most ? e->until : most;
    }
    return last < four ? last : four;
}

/* Each noticed before the time ends that it extends. */
void goods_extend(struct goods *g, struct chance *c, int count)
{
    while (count-- > 0) {
        day last = day_anniversary(g->on, 1);

        if (g->extension_count)
            last = g->extensions[g->extension_count - 1].until;
        g->extensions[g->extension_count++] = (struct extension){
            .noticed = last - chance_between(c, 15, 90),
            .until = chance_percent(c, 80) ? day_anniversary(last, 1)
                                           : last + chance_between(c, 90, 300),
        };
    }
    g->liquidated = goods_limit(g, g->on + 2000) - chance_between(c, 5, 80);
    if (g->liquidated <= g->extensions[g->extension_count - 1].noticed)
        g->liquidated = g->extensions[g->extension_count - 1].noticed + 1;
}

void goods_suspend(struct goods *g, struct chance *c)
{
    day published;

    g->kind = "03";
    g->adcvd = true;
    g->suspended = g->on + chance_between(c, 0, 20);
    published = g->suspended + chance_between(c, 300, 1700);
    g->removed = published + chance_between(c, 20, 70);
    g->notices[0] = (struct notice){ "Federal Register", published, published };
    g->notices[1] = (struct notice){ "instruction", g->removed, g->removed };
    g->notice_count = 2;
    g->liquidated = published + chance_between(c, 75, 175);
}

void goods_protest(struct goods *g, struct chance *c)
{
    struct protest *p = &g->protest;

    p->filed = g->liquidated + chance_between(c, 20, 170);
    p->decided = p->filed + chance_between(c, 60, 700);
    p->denied = chance_percent(c, 60);
    if (chance_percent(c, 20)) {
        p->accelerated = p->filed + chance_between(c, 0, 60);
        p->decided = p->accelerated + chance_between(c, 5, 29);
    } else if (chance_percent(c, 30)) {
        p->review = p->filed;
        p->review_decided = p->review + chance_between(c, 5, 29);
        if (chance_percent(c, 30)) {
            p->set_aside = p->review_decided + chance_between(c, 1, 20);
            p->answered = p->set_aside + chance_between(c, 5, 59);
        }
    }
}

void goods_demand(struct goods *g, struct chance *c, int most)
{
    struct bill *b = &g->bill;
    day next = b->issued + chance_between(c, 50, 60);

    b->demand_count = 0;
    while (b->demand_count < most && (b->paid == NONE || next < b->paid)) {
        b->demands[b->demand_count++] = next;
        next += chance_between(c, 20, 27);
    }
}

void goods_bill(struct goods *g, struct chance *c)
{
    g->bill.issued = g->liquidated + chance_between(c, 0, 3);
    g->bill.surety = chance_percent(c, 70);
    g->bill.paid = g->bill.issued + chance_between(c, 3, 29);
    if (chance_percent(c, 15))
        g->bill.paid = g->bill.issued + chance_between(c, 35, 200);
    if (g->bill.surety) {
        goods_demand(g, c, DEMANDS_MAX);
    } else if (chance_percent(c, 25)) { /* it comes back */
        g->bill.first_paid = g->bill.paid;
        g->bill.returned = g->bill.paid + chance_between(c, 2, 9);
        g->bill.paid = g->bill.returned + chance_between(c, 3, chance_percent(c, 80) ? 15 : 90);
    }
}

/* The first case that was opened on or after `d`; a part of the requests become one. */
static void become_case(const struct nation *n, struct request *r, struct chance *c)
{
    struct life l;

    r->case_linked = r->reason = NONE;
    r->case_number = (int64_t)(r->issued - FIRST_DAY) * n->cases / TEN_YEARS + 1;
    life_make(n, r->case_number, &l);
    if (l.opened <= r->issued + 50)
        r->case_linked = l.opened + chance_between(c, 0, 8);
    else
        r->reason = r->issued + chance_between(c, 1, 50);
}

void goods_request(const struct nation *n, struct goods *g, struct chance *c, const char *form,
                   const char *action)
{
    struct request *r = &g->request;

    r->form = form;
    r->action = action;
    r->increase = chance_between(c, 200000, 9000000);
    r->issued = g->on + chance_between(c, 20, 200);
    r->answered = r->issued + chance_between(c, 3, action[0] ? 19 : 29);
    if (action[0])
        g->set = r->issued + chance_between(c, 3, 19);
    if (action[0] == 't') {
        r->answered = NONE;
        become_case(n, r, c);
        if (chance_percent(c, 50)) {
            r->case_linked = NONE;
            r->reason = r->issued + chance_between(c, 1, 50);
        }
    }
}

static void live(const struct nation *n, struct goods *g, struct chance *c, int how)
{
    if (how <= 20) {
        g->kind = "21";
        g->liquidated = g->on + chance_between(c, 400, 900);
        g->withdrawn = g->liquidated - chance_between(c, 30, 350);
    } else if (how <= 25) {
        g->kind = "41";
        g->claim = g->on;
        g->on = g->summary = g->set = NONE;
        g->liquidated = g->claim + chance_between(c, 120, 350);
    } else if (how <= 40) {
        goods_extend(g, c, chance_between(c, 1, 3));
    } else if (how <= 80) {
        goods_suspend(g, c);
    } else if (how <= 100) {
        goods_protest(g, c);
    } else if (how <= 130) {
        goods_bill(g, c);
    } else if (how <= 140) {
        goods_request(n, g, c, "28", "");
    } else if (how <= EVENTFUL) {
        goods_request(n, g, c, "29", how <= 146 ? "proposed" : "taken");
    }
}

static void begin(struct goods *g, struct chance *c)
{
    int r = chance_between(c, 1, 100);

    g->kind = r <= 66 ? "01" : r <= 86 ? "11" : r <= 95 ? "06" : "03";
    g->adcvd = r > 95;
    g->center = chance_between(c, 0, CENTERS - 1);
    g->port = chance_between(c, 0, OFFICES - 1);
    g->team = chance_between(c, 1, TEAMS);
    /* the importers of a Center are every tenth, so that its account says the same Center */
    g->importer = chance_between(c, 0, IMPORTERS / CENTERS - 1) * CENTERS + g->center;
    g->center_blank = chance_percent(c, 30);
    g->duty = (int64_t)chance_between(c, 2000, 400000) * 10;
    g->summary = day_business(g->on, chance_between(c, 1, 10));
    g->liquidated = g->on + 314 + (chance_percent(c, 98) ? 0 : chance_between(c, -90, 10));
}

void goods_make(const struct nation *n, int64_t number, struct goods *ret)
{
    struct chance c = chance_of(n->seed, CHANCE_ENTRY, number);
    int how = lot(n, number);
    day set;

    *ret = (struct goods){ .number = number, .on = goods_day(n, number) };
    ret->plant = plant_of(n, number);
    entry_number(ret->no, (int)(200 + number % 500), (int)(1000000 + number / 500));
    begin(ret, &c);
    if (ret->plant != GOODS_PLANTS)
        goods_plant(n, ret, &c);
    else if (how <= EVENTFUL)
        live(n, ret, &c, how);
    else if (chance_percent(&c, 2)) { /* a temporary importation is never liquidated */
        ret->kind = "23";
        ret->liquidated = NONE;
    }
    set = ret->liquidated - 7;
    if (ret->liquidated != NONE && ret->set == NONE && ret->claim == NONE && !ret->deemed)
        ret->set = set;
    if (ret->entered == NONE)
        ret->entered = ret->liquidated;
    if (ret->written == NONE)
        ret->written = ret->liquidated;
}

static bool within(day d, day since, day until)
{
    return d > since && d <= until;
}

bool goods_stirs(const struct goods *g, day since, day until)
{
    const struct protest *p = &g->protest;
    const struct request *r = &g->request;
    const day days[] = { g->on,           g->summary,         g->claim,
                         g->suspended,    g->removed,         g->entered,
                         g->set,          g->change_paid,     g->decided,
                         g->reliquidated, p->filed,           p->accelerated,
                         p->decided,      p->review,          p->review_decided,
                         p->set_aside,    p->answered,        g->bill.issued,
                         g->bill.paid,    g->bill.first_paid, g->bill.returned,
                         r->issued,       r->answered,        r->reason,
                         r->case_linked,  g->again,           g->again_removed,
                         g->withdrawn,    g->bill.part_paid,  g->bill.acknowledged,
                         g->bill.closed,  g->bill.sued };

    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++)
        if (within(days[i], since, until))
            return true;
    for (int i = 0; i < g->extension_count; i++)
        if (within(g->extensions[i].noticed, since, until))
            return true;
    for (int i = 0; i < g->notice_count; i++)
        if (within(g->notices[i].entered, since, until))
            return true;
    for (int i = 0; i < g->bill.demand_count; i++)
        if (within(g->bill.demands[i], since, until))
            return true;
    return false;
}
