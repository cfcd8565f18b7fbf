/* What is planted in entries: each puts one thing that goes wrong into a life. */
#include "bench/nation_entry.h"

#define WHATEVER_DAYS (1 << 20)

const char *const goods_plant_names[GOODS_PLANTS + 1] = {
    [GOODS_SUMMARY_LATE] = "summary late",
    [GOODS_SUMMARY_NEVER] = "summary never",
    [GOODS_CYCLE_MISSED] = "cycle missed",
    [GOODS_DEEMED_UNPAID] = "deemed and not paid",
    [GOODS_DEEMED_UNDECIDED] = "deemed and not decided on",
    [GOODS_DEEMED_CHANGE] = "deemed with a change",
    [GOODS_EXTENSION_ENDS] = "extension ends",
    [GOODS_EXTENSION_COUNTED] = "extensions only counted",
    [GOODS_EXTENSION_LATE] = "extension noticed late",
    [GOODS_FOURTH_EXTENSION] = "fourth extension",
    [GOODS_FOUR_YEARS] = "beyond four years",
    [GOODS_SUSPENSION_ENDS] = "six months after the suspension",
    [GOODS_NOTICES_DIFFER] = "notices of removal differ",
    [GOODS_SUSPENDED_AGAIN] = "suspended again",
    [GOODS_EXTENDED_SUSPENDED] = "extended and suspended",
    [GOODS_DRAWBACK] = "drawback not liquidated",
    [GOODS_WAREHOUSE] = "warehouse entry not liquidated",
    [GOODS_DIGIT] = "wrong digit of an entry",
    [GOODS_BEFORE] = "liquidated before it was made",
    [GOODS_TYPE] = "type 01 under an order",
    [GOODS_PROTEST] = "protest not decided",
    [GOODS_ACCELERATED] = "accelerated protest not decided",
    [GOODS_FURTHER_REVIEW] = "further review not decided",
    [GOODS_SET_ASIDE] = "set aside not answered",
    [GOODS_BILL] = "bill not paid",
    [GOODS_SURETY] = "surety not asked",
    [GOODS_PART_PAID] = "bill paid in part",
    [GOODS_ACKNOWLEDGED] = "bill acknowledged",
    [GOODS_BILL_CLOSED] = "bill closed unpaid",
    [GOODS_BILL_SUED] = "suit for a bill",
    [GOODS_FORM_28] = "form 28 not answered",
    [GOODS_FORM_29] = "form 29 not answered",
    [GOODS_FORM_29_HELD] = "form 29 held back",
    [GOODS_INCREASE] = "increase without case",
    [GOODS_PLANTS] = "",
};

/* So many days after `last`, or never. */
static day late(struct chance *c, day last, int most)
{
    return chance_percent(c, 60) ? last + chance_between(c, 3, most) : NONE;
}

static void plant_deemed(struct goods *g, struct chance *c)
{
    g->kind = g->adcvd ? "03" : "01";
    g->deemed = true;
    g->liquidated = day_anniversary(g->on, 1);
    g->entered = g->liquidated + chance_between(c, 5, g->plant == GOODS_CYCLE_MISSED ? 300 : 60);
    g->change_paid = g->liquidated + chance_between(c, 5, 80);
    g->decided = g->liquidated + chance_between(c, 5, 80);
    if (chance_percent(c, 30)) {
        g->reliquidated = g->decided;
        g->decided = NONE;
    }
    if (g->plant == GOODS_DEEMED_UNPAID)
        g->change_paid = late(c, g->liquidated + 90, 200);
    if (g->plant == GOODS_DEEMED_UNDECIDED) {
        g->reliquidated = NONE;
        g->decided = late(c, g->liquidated + 90, 200);
    }
    g->changed = g->plant == GOODS_DEEMED_CHANGE;
}

static void plant_extension(struct goods *g, struct chance *c)
{
    day year = day_anniversary(g->on, 1);

    if (g->plant == GOODS_EXTENSION_ENDS) {
        goods_extend(g, c, chance_between(c, 1, 2));
    } else if (g->plant == GOODS_EXTENSION_COUNTED) {
        goods_extend(g, c, chance_between(c, 1, 2));
        g->liquidated = late(c, day_anniversary(g->on, 1 + g->extension_count), 200);
        return;
    } else if (g->plant == GOODS_EXTENSION_LATE) {
        g->extensions[g->extension_count++] =
            (struct extension){ year + chance_between(c, 3, 100), day_anniversary(year, 1) };
        g->liquidated = g->extensions[0].noticed + chance_between(c, 50, 200);
        return;
    } else {
        for (int i = 0; i < 3 + (g->plant == GOODS_FOURTH_EXTENSION); i++)
            g->extensions[g->extension_count++] =
                (struct extension){ day_anniversary(g->on, i + 1) - chance_between(c, 15, 90),
                                    day_anniversary(g->on, i + 2) };
        if (g->plant == GOODS_FOUR_YEARS)
            g->extensions[2].until += chance_between(c, 20, 300);
    }
    g->liquidated = late(c, goods_limit(g, WHATEVER_DAYS), 200);
}

static void plant_suspension(struct goods *g, struct chance *c)
{
    day published, six;

    goods_suspend(g, c);
    published = g->notices[0].noticed;
    six = day_months(published, 6);
    if (g->plant == GOODS_SUSPENSION_ENDS) {
        g->liquidated = late(c, six, 200);
    } else if (g->plant == GOODS_NOTICES_DIFFER) {
        g->removed = g->notices[1].noticed = g->notices[1].entered = published + 40;
        g->notices[0].entered = published + 120;
        g->liquidated = six + chance_between(c, 5, 30);
    } else if (g->plant == GOODS_SUSPENDED_AGAIN) {
        g->again = g->removed + chance_between(c, 5, 60);
        g->again_removed = g->again + chance_between(c, 100, 500);
        g->notices[g->notice_count++] =
            (struct notice){ "instruction", g->again_removed, g->again_removed };
        g->liquidated = late(c, day_months(g->again_removed, 6), 200);
    } else {
        g->extensions[g->extension_count++] =
            (struct extension){ g->suspended + chance_between(c, 30, 200),
                                day_anniversary(g->on, 2) };
    }
}

static void plant_protest(struct goods *g, struct chance *c)
{
    struct protest *p = &g->protest;

    goods_protest(g, c);
    p->accelerated = p->review = p->review_decided = p->set_aside = p->answered = NONE;
    p->decided = p->filed + chance_between(c, 200, 700);
    if (g->plant == GOODS_PROTEST) {
        p->decided = late(c, day_anniversary(p->filed, 2), 300);
    } else if (g->plant == GOODS_ACCELERATED) {
        p->accelerated = p->filed + chance_between(c, 0, 60);
        p->decided = late(c, p->accelerated + 30, 200);
    } else {
        p->review = p->filed;
        p->review_decided = p->review + 20;
        if (g->plant == GOODS_FURTHER_REVIEW) {
            p->review_decided = late(c, p->review + 30, 90);
        } else {
            p->set_aside = p->review_decided + 10;
            p->answered = late(c, p->set_aside + 60, 90);
        }
    }
}

/* A bill that is not paid, and what begins its six years anew, in time or too late, or ends them.
 */
static void plant_claim(struct goods *g, struct chance *c)
{
    struct bill *b = &g->bill;
    day last;

    g->liquidated = g->on + chance_between(c, 150, 314);
    last = day_anniversary(g->liquidated, 6);
    b->issued = g->liquidated + chance_between(c, 0, 3);
    b->surety = false;
    b->paid = b->first_paid = b->returned = NONE;
    b->demand_count = 0;
    if (g->plant == GOODS_PART_PAID)
        b->part_paid = chance_percent(c, 70) ? b->issued + chance_between(c, 40, 900)
                                             : last + chance_between(c, 0, 90);
    else if (g->plant == GOODS_ACKNOWLEDGED)
        b->acknowledged = chance_percent(c, 70) ? b->issued + chance_between(c, 40, 900)
                                                : last + chance_between(c, 0, 90);
    else if (g->plant == GOODS_BILL_CLOSED)
        b->closed = chance_percent(c, 70) ? b->issued + chance_between(c, 40, 1500)
                                          : last + chance_between(c, 1, 90);
    else
        b->sued = last - chance_between(c, -40, 1000);
}

static void plant_bill(struct goods *g, struct chance *c)
{
    goods_bill(g, c);
    if (g->plant > GOODS_SURETY) {
        plant_claim(g, c);
        return;
    }
    g->bill.surety = true;
    g->bill.first_paid = g->bill.returned = NONE;
    g->bill.paid = g->plant == GOODS_BILL ? g->bill.issued + chance_between(c, 40, 400) : NONE;
    goods_demand(g, c, g->plant == GOODS_BILL ? DEMANDS_MAX : chance_between(c, 0, 3));
}

static void plant_request(const struct nation *n, struct goods *g, struct chance *c)
{
    struct request *r = &g->request;

    goods_request(n, g, c, g->plant == GOODS_FORM_28 ? "28" : "29",
                  g->plant == GOODS_FORM_28    ? ""
                  : g->plant == GOODS_INCREASE ? "taken"
                                               : "proposed");
    if (g->plant == GOODS_FORM_28)
        r->answered = late(c, r->issued + 30, 60);
    else if (g->plant == GOODS_FORM_29)
        r->answered = late(c, r->issued + 20, 60);
    else if (g->plant == GOODS_FORM_29_HELD)
        g->set = r->issued + chance_between(c, 23, 90);
    else {
        r->case_linked = NONE;
        r->reason = late(c, r->issued + 60, 200);
    }
}

static void plant_other(struct goods *g, struct chance *c)
{
    char *digit = &g->no[12];

    if (g->plant == GOODS_SUMMARY_LATE)
        g->summary = day_business(g->on, 10) + chance_between(c, 2, 40);
    else if (g->plant == GOODS_SUMMARY_NEVER)
        g->summary = g->liquidated = NONE;
    else if (g->plant == GOODS_DRAWBACK) {
        g->kind = "41";
        g->claim = g->on;
        g->on = g->summary = g->set = NONE;
        g->adcvd = false;
        g->liquidated = late(c, day_anniversary(g->claim, 1), 200);
    } else if (g->plant == GOODS_WAREHOUSE) {
        g->kind = "21";
        g->adcvd = false;
        g->withdrawn = g->on + chance_between(c, 60, 500);
        g->liquidated = late(c, day_anniversary(g->withdrawn, 1), 200);
    } else if (g->plant == GOODS_DIGIT)
        *digit = *digit == '9' ? '0' : (char)(*digit + 1);
    else if (g->plant == GOODS_BEFORE)
        g->written = g->on - chance_between(c, 1, 300);
    else {
        g->kind = "01";
        g->adcvd = true;
    }
}

void goods_plant(const struct nation *n, struct goods *g, struct chance *c)
{
    if (g->plant >= GOODS_CYCLE_MISSED && g->plant <= GOODS_DEEMED_CHANGE)
        plant_deemed(g, c);
    else if (g->plant >= GOODS_EXTENSION_ENDS && g->plant <= GOODS_FOUR_YEARS)
        plant_extension(g, c);
    else if (g->plant >= GOODS_SUSPENSION_ENDS && g->plant <= GOODS_EXTENDED_SUSPENDED)
        plant_suspension(g, c);
    else if (g->plant >= GOODS_PROTEST && g->plant <= GOODS_SET_ASIDE)
        plant_protest(g, c);
    else if (g->plant >= GOODS_BILL && g->plant <= GOODS_BILL_SUED)
        plant_bill(g, c);
    else if (g->plant >= GOODS_FORM_28)
        plant_request(n, g, c);
    else
        plant_other(g, c);
}
