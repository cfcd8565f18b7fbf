/* What a watch must say of an entry that is in no case, of its protests, bills and requests: by its
 * life as it was made, and plain arithmetic.
 *
 * States as in nation_truth.c, and "was": the last day passed and the thing was done later, or the
 * duty ended; it is listed for its `found`, and open no more. */
#include "bench/nation_entry.h"

#define LONG_AGO day_of(1990, 1, 1)

struct telling {
    const struct nation *n;
    struct files *f;
    const char *plant;
    const char *subject;
};

static bool seen(const struct telling *t, day d)
{
    return d != NONE && d <= t->n->today;
}

static day later(day a, day b)
{
    return a > b ? a : b;
}

/* The earlier of two days, of which one may be NONE. */
static day sooner(day a, day b)
{
    return a == NONE || (b != NONE && b < a) ? b : a;
}

static void say(const struct telling *t, const char *rule, const char *state, day found, day last)
{
    struct truth one = { .rule = rule,
                         .subject = t->subject,
                         .period = "",
                         .state = state,
                         .found = found,
                         .last = last,
                         .plant = t->plant,
                         .note = "" };

    truth_write(t->f, &one);
}

static void tell(const struct telling *t, struct duty d)
{
    day found = later(d.last + 1, d.known);

    if (!seen(t, d.known))
        return;
    if (seen(t, d.ended)) {
        if (found < d.ended && (d.quiet == NONE || d.quiet >= found))
            say(t, d.rule, "was", found, d.last);
    } else if (seen(t, d.quiet)) {
        if (d.quiet <= d.last)
            say(t, d.rule, "quiet", NONE, d.last);
        else
            say(t, d.rule, "quiet late", found, d.last);
    } else if (d.last < t->n->today) {
        say(t, d.rule, "past", found, d.last);
    } else {
        say(t, d.rule, "ahead", NONE, d.last);
    }
}

/* What contradicts itself from `found` until `mended`. */
static void wrong(const struct telling *t, const char *rule, day found, day mended)
{
    if (seen(t, found))
        say(t, rule, seen(t, mended) ? "was" : "past", found, NONE);
}

static day removed_by(const struct goods *g, day today)
{
    day first = g->removed <= today ? g->removed : NONE;

    for (int i = 0; i < g->notice_count; i++)
        if (g->notices[i].entered <= today)
            first = sooner(first, g->notices[i].noticed);
    return first;
}

static void tell_year(const struct telling *t, const struct goods *g)
{
    day extended = g->extension_count ? g->extensions[0].noticed : NONE;
    day begun = g->kind[0] == '2' ? g->withdrawn : g->on;
    int counted = 0;

    if ((g->kind[0] == '2' && g->withdrawn == NONE) || g->kind[0] == '4')
        return;
    tell(t, (struct duty){ .rule = "liquidate",
                           .last = day_anniversary(begun, 1) - 1,
                           .known = begun,
                           .ended = sooner(g->entered, sooner(extended, g->suspended)) });
    if (extended == NONE || g->suspended != NONE)
        return;
    for (int i = 0; i < g->extension_count; i++)
        counted += seen(t, g->extensions[i].noticed);
    if (g->plant == GOODS_EXTENSION_COUNTED) /* each is taken for a year */
        tell(t, (struct duty){ .rule = "liquidate-extended-count",
                               .last = day_anniversary(g->on, 1 + counted) - 1,
                               .known = extended,
                               .ended = g->entered });
    else
        tell(t, (struct duty){ .rule = "liquidate-extended",
                               .last = goods_limit(g, t->n->today) - 1,
                               .known = extended,
                               .ended = g->entered });
    tell(t, (struct duty){ .rule = "liquidate-four-years",
                           .last = day_anniversary(g->on, 4) - 1,
                           .known = extended,
                           .ended = g->entered });
}

static day removal_known(const struct goods *g)
{
    day known = NONE;

    for (int i = 0; i < g->notice_count; i++)
        known = sooner(known, g->notices[i].entered);
    return known;
}

static void tell_suspension(const struct telling *t, const struct goods *g)
{
    day known = removal_known(g), published = NONE, first = removed_by(g, t->n->today);

    if (g->suspended == NONE || first == NONE)
        return;
    if (seen(t, g->again_removed)) {
        tell(t, (struct duty){ .rule = "liquidate-suspended",
                               .last = day_months(g->again_removed, 6),
                               .known = g->again_removed,
                               .ended = g->entered });
    } else {
        tell(t, (struct duty){ .rule = "liquidate-suspended",
                               .last = day_months(first, 6),
                               .known = sooner(known, g->removed),
                               .ended = sooner(g->entered, g->again) });
    }
    for (int i = 0; i < g->notice_count; i++) {
        if (seen(t, g->notices[i].entered))
            published = sooner(published, g->notices[i].noticed);
    }
    if (published > day_anniversary(g->on, 4))
        tell(t, (struct duty){ .rule = "liquidate-suspended-90",
                               .last = published + 90,
                               .known = known,
                               .ended = g->entered,
                               .quiet = LONG_AGO });
}

static void tell_deemed(const struct telling *t, const struct goods *g)
{
    day done = sooner(g->decided, g->reliquidated);

    if (!g->deemed)
        return;
    tell(t, (struct duty){ .rule = "deemed-paid",
                           .last = g->liquidated + 90,
                           .known = g->entered,
                           .ended = g->change_paid });
    tell(t, (struct duty){ .rule = "reliquidate",
                           .last = day_safe(g->liquidated + 90),
                           .known = g->entered,
                           .ended = done == NONE ? NONE : later(done, g->entered) });
    if (g->changed)
        wrong(t, "entry-deemed-change", g->entered, NONE);
}

static void tell_record(const struct telling *t, const struct goods *g)
{
    day both = g->extension_count && g->suspended != NONE ? g->extensions[0].noticed : NONE;

    if (g->plant == GOODS_DIGIT)
        wrong(t, "entry-check-digit", g->on, NONE);
    if (g->plant == GOODS_BEFORE)
        wrong(t, "entry-liquidated-before", g->entered, NONE);
    if (g->plant == GOODS_TYPE)
        wrong(t, "entry-wrong-type", g->on, NONE);
    if (g->extension_count > 3)
        wrong(t, "entry-fourth-extension", g->extensions[3].noticed, NONE);
    if (both != NONE)
        wrong(t, "entry-extended-suspended", later(both, g->suspended),
              sooner(g->removed, g->entered));
}

static void tell_entry(const struct telling *t, const struct goods *g)
{
    if (g->on != NONE)
        tell(t, (struct duty){ .rule = "entry-summary",
                               .last = day_business(g->on, 10),
                               .known = g->on,
                               .ended = sooner(g->summary, g->entered) });
    if (g->claim != NONE)
        tell(t, (struct duty){ .rule = "liquidate-drawback",
                               .last = day_anniversary(g->claim, 1),
                               .known = g->claim,
                               .ended = g->entered });
    if (g->on != NONE)
        tell_year(t, g);
    tell_suspension(t, g);
    tell_deemed(t, g);
    tell_record(t, g);
}

static void tell_protest(const struct telling *t, const struct protest *p)
{
    tell(t, (struct duty){ .rule = "protest-decide",
                           .last = day_anniversary(p->filed, 2),
                           .known = p->filed,
                           .ended = p->decided });
    if (p->accelerated != NONE)
        tell(t, (struct duty){ .rule = "protest-accelerated",
                               .last = p->accelerated + 30,
                               .known = p->accelerated,
                               .ended = p->decided });
    if (p->review != NONE)
        tell(t, (struct duty){ .rule = "protest-further-review",
                               .last = p->review + 30,
                               .known = p->review,
                               .ended = p->review_decided });
    if (p->set_aside != NONE)
        tell(t, (struct duty){ .rule = "protest-set-aside",
                               .last = p->set_aside + 60,
                               .known = p->set_aside,
                               .ended = p->answered });
    if (p->denied && p->decided != NONE)
        tell(t, (struct duty){ .rule = "protest-void",
                               .last = day_safe(p->decided + 90),
                               .known = p->decided,
                               .quiet = LONG_AGO });
}

/* What of it came while the six years ran; it begins them anew. */
static day in_time(const struct telling *t, day d, day last)
{
    return seen(t, d) && d <= last ? d : NONE;
}

/* Six years from the liquidation for suit, or from what was paid or acknowledged within them; the
 * demand on the surety changes nothing of it. */
static void tell_claim(const struct telling *t, const struct goods *g)
{
    const struct bill *b = &g->bill;
    day last = day_anniversary(g->written, 6);
    day again = later(in_time(t, b->part_paid, last), in_time(t, b->acknowledged, last));
    bool returned = seen(t, b->returned);
    day paid = b->returned == NONE || returned ? b->paid : b->first_paid;

    tell(t, (struct duty){ .rule = "sol-2415-bill",
                           .last = day_rolled(again == NONE ? last : day_anniversary(again, 6)),
                           .known = b->issued,
                           .ended = sooner(paid, b->sued),
                           .quiet = b->closed });
}

static void tell_bill(const struct telling *t, const struct bill *b)
{
    day last = b->issued + 61, due = day_rolled(b->issued + 30);
    bool returned = seen(t, b->returned), in_time = b->first_paid <= due;

    tell(t,
         (struct duty){ .rule = "bill-paid",
                        .last = due,
                        .known = returned && in_time ? b->returned : b->issued,
                        .ended = sooner(b->returned == NONE || returned ? b->paid : b->first_paid,
                                        b->closed) });
    if (b->returned != NONE)
        tell(t, (struct duty){ .rule = "bill-bounced",
                               .last = day_rolled(b->returned + 15),
                               .known = b->returned,
                               .ended = b->paid });
    if (!b->surety)
        return;
    for (int i = 0; i < b->demand_count && seen(t, b->demands[i]); i++)
        last = later(last, day_months(b->demands[i], 1));
    tell(t, (struct duty){
                .rule = "surety-demand", .last = last, .known = b->issued, .ended = b->paid });
}

static void tell_request(const struct telling *t, const struct goods *g)
{
    const struct request *r = &g->request;
    bool proposed = r->action[0] == 'p';

    if (r->form[1] == '8' || proposed)
        tell(t, (struct duty){ .rule = proposed ? "form-29" : "form-28",
                               .last = day_rolled(r->issued + (proposed ? 20 : 30)),
                               .known = r->issued,
                               .ended = r->answered,
                               .quiet = g->entered });
    if (r->form[1] == '9')
        tell(t, (struct duty){ .rule = "form-29-liquidate",
                               .last = r->issued + 20,
                               .known = r->issued,
                               .ended = g->set,
                               .quiet = g->entered });
    if (r->action[0] == 't')
        tell(t, (struct duty){ .rule = "initiation-increase",
                               .last = day_safe(r->issued + 60),
                               .known = r->issued,
                               .ended = sooner(r->case_linked, r->reason) });
}

void duty_tell(const struct nation *n, struct files *f, struct duty d, const char *subject,
               const char *plant)
{
    tell(&(struct telling){ n, f, plant, subject }, d);
}

void goods_tell(const struct nation *n, struct files *f, const struct goods *g)
{
    struct telling t = { n, f, goods_plant_names[g->plant], g->no };
    char no[CASE_NO_SIZE];

    tell_entry(&t, g);
    t.subject = no;
    if (g->protest.filed != NONE) {
        snprintf(no, sizeof no, "P-%s", g->no);
        tell_protest(&t, &g->protest);
    }
    if (g->bill.issued != NONE) {
        snprintf(no, sizeof no, "B-%s", g->no);
        tell_bill(&t, &g->bill);
        tell_claim(&t, g);
    }
    if (g->request.form) {
        snprintf(no, sizeof no, "Q-%s", g->no);
        tell_request(&t, g);
    }
}

void goods_tell_of_case(const struct nation *n, struct files *f, const struct life *l,
                        const struct entry *e, const struct goods *g)
{
    struct telling t = { n, f, plant_names[l->plant], e->no };

    if (e->on != NONE) /* one that is dated after the case has no summary yet */
        tell(&t, (struct duty){ .rule = "entry-summary",
                                .last = day_business(e->on, 10),
                                .known = l->opened,
                                .ended = g->summary });
    if (e->on != NONE)
        tell(&t, (struct duty){ .rule = "liquidate",
                                .last = day_anniversary(e->on, 1) - 1,
                                .known = l->opened,
                                .ended = g->entered });
    if (e->on == NONE) { /* whenever it ended: whether that was in time nobody can say */
        say(&t, "entry-summary", "unknown", NONE, NONE);
        say(&t, "liquidate", "unknown", NONE, NONE);
    }
    if (l->plant == PLANT_ENTRY_DIGIT && e == &l->entries[0])
        wrong(&t, "entry-check-digit", l->opened, NONE);
}

void goods_tell_shared(const struct nation *n, struct files *f, const struct life *l,
                       const struct entry *e)
{
    char no[CASE_NO_SIZE], link[2 * CASE_NO_SIZE];
    struct telling t = { n, f, plant_names[l->plant], link };
    struct life other;

    if (n->entries == 0)
        return;
    snprintf(link, sizeof link, "%s/%s", life_case_no(l, no), e->no);
    wrong(&t, "entry-two-cases", l->opened, NONE);
    life_make(n, l->number - 1, &other);
    snprintf(link, sizeof link, "%s/%s", life_case_no(&other, no), e->no);
    wrong(&t, "entry-two-cases", l->opened, NONE);
}
