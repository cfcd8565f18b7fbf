/* What a derivation tells of a front: how many dates there are, what has passed, which binds, what
 * is left by month. */
#include "base/number.h"
#include "judge/deriving.h"

#define MONTHS_TOLD 12

static void add_money(struct text *out, int64_t worth)
{
    char money[MONEY_TEXT_SIZE];

    if (worth)
        text_addf(out, " (%s)", money_text(worth, money));
}

/* "case entries" of the dataset case_entries. */
static void add_name(struct text *out, const struct dataset *d)
{
    for (const char *s = d->id; *s; s++)
        text_addn(out, *s == '_' ? " " : s, 1);
}

/* "2 parties", "2 statutes or the like": for what there is a date each, beside the rows. */
static void add_holders(struct text *t, const struct deriving *v, const struct front *f)
{
    bool parties = v->rule->crossed && f->party && f->parties > 1;

    if (parties) {
        text_addf(t, ", for each of %d ", f->parties);
        add_name(t, v->rule->crossed);
    }
    if (f->scopes > 1)
        text_addf(t, "%s each of the %d that a document must cover", parties ? " and" : ", for",
                  f->scopes);
}

static void tell_size(const struct deriving *v, const struct front *f)
{
    AUTO_TEXT holders = { .max = 200 };
    AUTO_TEXT t = { .max = 600 };

    add_holders(&holders, v, f);
    if (f->items == 1 && !holders.size && !f->undated && !f->dayless)
        return;
    if (f->items) {
        text_addf(&t, "Each of %d ", f->items);
        add_name(&t, v->rule->front);
        text_addf(&t, " has a last day of its own%s.", text_of(&holders));
    } else if (holders.size) {
        text_addf(&t, "The case has a last day of its own%s.", text_of(&holders));
    }
    if (f->dayless > f->undated && !v->rule->shared)
        text_addf(&t, " %d %s no day: that of the case counts, or the latest that it can be.",
                  f->dayless, f->dayless == 1 ? "has" : "have");
    if (f->undated)
        text_addf(&t, " %d %s no day to count from and %s left out.", f->undated,
                  f->undated == 1 ? "has" : "have", f->undated == 1 ? "is" : "are");
    if (t.size)
        derive_step(v, STEP("front", DATE_NONE), "%s", text_of(&t));
}

/* "E-1, for Bolt, for 1592" */
static void add_whose(struct text *t, const char *item, const char *party, const char *scope)
{
    text_addf(t, "%s%s%s%s%s", item, party ? ", for " : "", party ? party : "",
              scope ? ", for " : "", scope ? scope : "");
}

static void tell_passed(const struct deriving *v, const struct front *f)
{
    AUTO_TEXT t = { .max = 400 };
    AUTO_TEXT whose = { .max = 400 };
    char day[DATE_LONG_SIZE], first[DATE_LONG_SIZE];

    if (f->lost_on == DATE_NONE)
        return;
    if (f->items && (f->passed || !f->passed_in_part)) {
        text_addf(&t, "that of %d", f->passed);
        add_money(&t, f->passed_worth);
    }
    if (f->items && f->passed_in_part) {
        text_add(&t, t.size ? ", and for some " : "for some ");
        if (v->rule->crossed && f->parties > 1)
            add_name(&t, v->rule->crossed);
        else
            text_add(&t, "of them");
        text_addf(&t, " that of %d%s", f->passed_in_part, f->passed ? " more" : "");
    }
    if (!f->items)
        text_add(&t, f->passed ? "that of the case" : "that of the case for some of them");
    add_whose(&whose, f->lost_item ? f->lost_item : "the case itself", f->lost_party,
              f->lost_scope);
    derive_step(v, STEP("front", f->lost_on - 1),
                "On %s had passed: %s. The first was %s, that of %s.", date_long(f->reckoned, day),
                text_of(&t), date_long(f->lost_on - 1, first), text_of(&whose));
}

static void tell_binding(const struct deriving *v, const struct front *f)
{
    AUTO_TEXT t = { .max = 400 };

    text_add(&t, f->met           ? "The earliest is that of "
                 : f->month_count ? "The nearest that has not passed is that of "
                                  : "None is left; the last that passed is that of ");
    add_whose(&t, f->item, f->party, f->scope);
    if (f->next > 1) {
        text_addf(&t, "; %d have that day", f->next);
        add_money(&t, f->next_worth);
    }
    derive_step(v, STEP("front", DATE_NONE), "%s.", text_of(&t));
}

/* "March 2026" */
static void add_month(struct text *out, const struct front_month *m)
{
    char day[DATE_LONG_SIZE];

    text_addf(out, "%s: %d", date_long(m->first, day) + sizeof "Mon 1", m->items);
    add_money(out, m->worth);
}

static void tell_months(const struct deriving *v, const struct front *f)
{
    struct front_month later = { .items = 0 };
    AUTO_TEXT t = { .max = 1500 };

    if (f->month_count < 2 || f->met)
        return;
    for (int i = 0; i < f->month_count; i++) {
        if (i >= MONTHS_TOLD) {
            later.items += f->months[i].items;
            later.worth += f->months[i].worth;
            continue;
        }
        text_add(&t, i ? ", " : "");
        add_month(&t, &f->months[i]);
    }
    if (later.items) {
        text_addf(&t, ", later: %d", later.items);
        add_money(&t, later.worth);
    }
    derive_step(v, STEP("front", DATE_NONE), "What is left, by month: %s.", text_of(&t));
}

void derive_front(const struct deriving *v)
{
    const struct front *f = v->o->front;

    if (!f || !v->step)
        return;
    tell_size(v, f);
    tell_passed(v, f);
    tell_binding(v, f);
    tell_months(v, f);
}
