/* judge/opinion: a date is computed twice, in two ways, and both agree on whatever the data says.
 */
#include "lib/test.h"

#include "calendar/lastday.h"
#include "judge/opinion.h"

#include <string.h>

/* A case that chance has made. */
struct made {
    struct bound bound;
    struct deadline def;
    struct rule rule;
    struct prepared_rule prepared;
    struct ledger_entry extensions[4], tollings[4];
    struct observation o;
};

#define CALENDARS 8

static struct arena *arena;
static struct calendar *calendars[CALENDARS + 1]; /* the last one is that of a test */
static uint64_t seed;

static int pick(int count)
{
    return (int)(test_random(&seed) % (uint64_t)count);
}

static date some_day(void)
{
    return pick(25) ? date_of(1995, 1, 1) + pick(14000) : date_of(1999 + pick(30), 2, 28) + 1;
}

/* --- calendars --- */

static struct holiday some_holiday(void)
{
    static const char *const on[] = { "January 1",
                                      "January 6",
                                      "February 29",
                                      "March 31 + 1 day",
                                      "July 4",
                                      "December 31",
                                      "December 25",
                                      "December 26",
                                      "November 11",
                                      "first Monday of September",
                                      "last Monday of May",
                                      "fifth Friday of March",
                                      "third Sunday of May",
                                      "fourth Thursday of November + 1 day",
                                      "Easter - 2 days",
                                      "Easter + 1 day",
                                      "Easter",
                                      "second Saturday of June" };
    struct holiday h = { .name = "holiday", .observed = (enum observed)pick(4) };

    assert_true(holiday_read(on[pick(COUNT_OF(on))], &h.on));
    if (!pick(4))
        h.from = 1990 + pick(30);
    if (!pick(4))
        h.until = 2000 + pick(30);
    return h;
}

static struct calendar *some_calendar(int n)
{
    static const char *const here[] = { "2101", "5301", NULL };
    static const unsigned weekends[] = { 1U << 5 | 1U << 6, 1U << 4 | 1U << 5, 1U << 6, 0 };
    struct holiday *holidays = arena_alloc(arena, 12 * sizeof *holidays);
    struct closing *closings = arena_alloc(arena, 12 * sizeof *closings);
    struct calendar_plan plan = { .name = arena_print(arena, "c%d", n),
                                  .weekend = weekends[n ? pick(COUNT_OF(weekends)) : 0],
                                  .holidays = holidays,
                                  .holiday_count = (size_t)pick(13),
                                  .closings = closings,
                                  .closing_count = (size_t)pick(13),
                                  .closes = pick(3) ? 40000 + pick(46400) : 0,
                                  .verified_from = pick(2) ? some_day() : DATE_NONE,
                                  .verified_until = pick(2) ? some_day() : DATE_NONE };

    if (plan.closes && pick(3)) {
        plan.has_hours = true;
        plan.opens = pick(4) ? pick(40000) : 0;
        plan.closes = pick(4) ? plan.closes : 86400;
    }
    for (size_t i = 0; i < plan.holiday_count; i++)
        holidays[i] = some_holiday();
    for (size_t i = 0; i < plan.closing_count; i++) {
        date first = some_day();

        closings[i] = (struct closing){ .name = "closing",
                                        .first = first,
                                        .last = first + pick(3),
                                        .places = pick(2) ? here : NULL };
    }
    return calendar_make(&plan, arena);
}

/* --- cases --- */

static struct term some_term(void)
{
    static const int most[] = { [TERM_DAYS] = 800,
                                [TERM_WEEKS] = 60,
                                [TERM_MONTHS] = 80,
                                [TERM_YEARS] = 8,
                                [TERM_BUSINESS_DAYS] = 70 };
    enum term_unit unit = (enum term_unit)pick(5);
    int count = pick(most[unit]);

    return (struct term){ .count = pick(6) ? count : -count, .unit = unit };
}

static struct way some_way(void)
{
    return (struct way){ .term = some_term(), .stated = !pick(8), .words = "the event" };
}

static date or_none(date d)
{
    return pick(8) ? d : DATE_NONE;
}

/* In the order of their signing, as they are read. */
static void some_extensions(struct made *m)
{
    date signed_on = some_day();

    m->o.extensions = m->extensions;
    m->o.extension_count = pick(5);
    for (int i = 0; i < m->o.extension_count; i++) {
        m->extensions[i] =
            (struct ledger_entry){ .document = "waiver",
                                   .signed_on = signed_on,
                                   .ahead = !pick(9),
                                   .until = or_none(signed_on + pick(1500)),
                                   .outside = pick(9) ? NULL : "it covers another statute",
                                   .doubtful = pick(9) ? NULL : "of whom it is nobody knows",
                                   .received = pick(3) ? DATE_NONE : signed_on + pick(400),
                                   .revoked_on = pick(8) ? DATE_NONE : some_day() };
        signed_on += pick(900);
    }
}

/* In the order of their first days. */
static void some_tollings(struct made *m)
{
    date first = some_day();

    m->o.tollings = m->tollings;
    m->o.toll_count = pick(5);
    for (int i = 0; i < m->o.toll_count; i++) {
        m->tollings[i] = (struct ledger_entry){ .document = "stay",
                                                .first = first,
                                                .last = or_none(first + pick(500) - 20),
                                                .doubtful = pick(9) ? NULL : "nobody knows whose",
                                                .revoked_on = pick(8) ? DATE_NONE : some_day() };
        first += pick(300);
    }
}

static void make(struct made *m, enum rule_kind kind)
{
    struct prepared_rule *r = &m->prepared;

    *m = (struct made){ .def = { .last_day = pick(6),
                                 .since_start = !pick(4),
                                 .extensions_at_most = pick(3) ? 0 : 1 + pick(3) } };
    m->bound = (struct bound){ .after = { .text = "opened_on" } };
    m->def.no_later_than = &m->bound;
    m->rule.deadline = kind == RULE_DEADLINE ? &m->def : NULL;
    *r = (struct prepared_rule){ .def = &m->rule,
                                 .kind = kind,
                                 .latest = pick(2),
                                 .capped = !pick(3),
                                 .cap = some_way(),
                                 .bound_term = some_term(),
                                 .each = { pick(2) ? 0 : 1 + pick(3), (enum term_unit)pick(4) },
                                 .grace = some_term(),
                                 .fix = some_term(),
                                 .within = some_term() };
    r->way_count = 1 + pick(3);
    for (int i = 0; i < r->way_count; i++)
        r->ways[i] = some_way();
    for (int i = 0; i < r->way_count; i++)
        r->ways[i].untolled = !pick(3);
    r->counting.calendar = pick(5) ? calendars[pick(CALENDARS)] : NULL;
    r->counting.leap = r->office.leap = (enum leap_day)pick(2);
    r->office.calendar = pick(3) ? calendars[pick(CALENDARS)] : NULL;
    m->o = observe_nothing(r, "C-1", "");
    for (int i = 0; i < r->way_count; i++) {
        m->o.starts[i] = or_none(some_day());
        m->o.seconds[i] = pick(3) ? pick(86400) : -1;
    }
    m->o.start = or_none(some_day());
    m->o.cap = or_none(some_day());
    m->o.bound = pick(3) ? DATE_NONE : some_day();
    m->o.place = pick(3) ? NULL : "5301";
    m->o.violated_on = pick(5) ? DATE_NONE : some_day();
    some_extensions(m);
    some_tollings(m);
}

static void refuse(const struct made *m, const struct derivation *d, const struct opinion *p)
{
    char text[8][DATE_TEXT_SIZE];

    fail_msg("kind %d mode %d: nominal %s %s, last %s %s, safe %s %s, earliest %s %s, uncounted %d "
             "%d, until %d %d",
             m->prepared.kind, m->def.last_day, date_text(d->nominal, text[0]),
             date_text(p->nominal, text[1]), date_text(d->last, text[2]),
             date_text(p->last, text[3]), date_text(d->safe, text[4]), date_text(p->safe, text[5]),
             date_text(d->earliest, text[6]), date_text(p->earliest, text[7]), d->uncounted,
             p->uncounted, d->by, p->by);
}

/* The date that both give. */
static struct derivation agreed(const struct made *m)
{
    struct derivation d = deadline_derive(&m->o);
    struct opinion p = opinion_of(&m->o);

    if (d.nominal != p.nominal || d.last != p.last || d.safe != p.safe ||
        d.earliest != p.earliest || d.uncounted != p.uncounted || d.by != p.by)
        refuse(m, &d, &p);
    return d;
}

static void both_agree_whatever_the_data_says(void **state)
{
    int count = test_is_full() ? 1000000 : 40000, dated = 0, moved = 0, timed = 0;

    (void)state;
    for (int i = 0; i < count; i++) {
        struct made m;
        struct derivation d;

        make(&m, pick(3) ? RULE_DEADLINE : (enum rule_kind)pick(5));
        d = agreed(&m);
        dated += d.nominal != DATE_NONE;
        moved += d.last != d.nominal;
        timed += d.by >= 0;
    }
    print_message("# %d cases, %d with a date, %d whose last day moved, %d with an hour\n", count,
                  dated, moved, timed);
    assert_true(dated > count / 3 && moved > count / 50 && timed > count / 20);
}

/* Closed from 2005-01-01 on for twelve times 366 days. */
static void both_agree_over_twelve_closed_years(void **state)
{
    struct closing closings[12];
    struct calendar_plan plan = { .name = "closed",
                                  .weekend = 1U << 5 | 1U << 6,
                                  .closings = closings,
                                  .closing_count = COUNT_OF(closings),
                                  .closes = 61200,
                                  .verified_from = DATE_NONE,
                                  .verified_until = DATE_NONE };
    date first = date_of(2005, 1, 1), behind = first + 12 * 366;
    int over = 0, back = 0;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(closings); i++)
        closings[i] = (struct closing){ .name = "closing",
                                        .first = first + 366 * (date)i,
                                        .last = first + 366 * (date)i + 365 };
    calendars[CALENDARS] = calendar_make(&plan, arena);
    for (int i = 0; i < 400; i++) {
        struct made m;
        struct derivation d;

        make(&m, RULE_DEADLINE);
        m.prepared.counting.calendar = calendars[CALENDARS];
        d = agreed(&m);
        over += d.nominal >= first && d.nominal < behind && d.last >= behind;
        back += d.nominal >= first && d.nominal < behind && d.safe < first;
        assert_true(d.nominal == DATE_NONE || d.safe < first || d.safe >= behind);
    }
    assert_true(over > 10 && back > over);
}

/* More holidays around one weekend than there are days around it. */
static void both_agree_on_many_holidays_of_one_weekend(void **state)
{
    static const char *const next[] = { "December 24", "December 25", "December 26" };
    struct holiday holidays[73];
    struct calendar_plan plan = { .name = "many",
                                  .weekend = 1U << 5 | 1U << 6,
                                  .holidays = holidays,
                                  .holiday_count = COUNT_OF(holidays),
                                  .verified_from = DATE_NONE,
                                  .verified_until = DATE_NONE };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(holidays); i++) {
        bool last = i + COUNT_OF(next) >= COUNT_OF(holidays);

        holidays[i] = (struct holiday){ .name = "holiday",
                                        .observed = last ? OBSERVED_NEXT : OBSERVED_NEAREST };
        assert_true(holiday_read(next[i % COUNT_OF(next)], &holidays[i].on));
    }
    calendars[CALENDARS] = calendar_make(&plan, arena);
    for (date d = date_of(2000, 12, 1); d < date_of(2012, 2, 1); d++) {
        struct made m;

        make(&m, RULE_DEADLINE);
        m.def = (struct deadline){ .last_day = LAST_DAY_BUSINESS };
        m.prepared.way_count = 1;
        m.prepared.ways[0] = (struct way){ .stated = true, .words = "the event" };
        m.prepared.counting.calendar = calendars[CALENDARS];
        m.o.starts[0] = d;
        m.o.extension_count = m.o.toll_count = 0;
        agreed(&m);
    }
}

/* safe <= nominal <= the day that a court takes. */
static void the_day_to_act_by_is_never_late(void **state)
{
    (void)state;
    for (int i = 0; i < (test_is_full() ? 200000 : 20000); i++) {
        struct made m;
        struct derivation d;

        make(&m, RULE_DEADLINE);
        d = deadline_derive(&m.o);
        if (d.nominal == DATE_NONE)
            continue;
        assert_true(d.safe <= d.nominal);
        assert_true(d.safe <= d.last);
        assert_true(d.earliest <= d.last || d.last < d.nominal);
    }
}

static void an_extension_never_moves_a_date_earlier(void **state)
{
    (void)state;
    for (int i = 0; i < (test_is_full() ? 200000 : 20000); i++) {
        struct made m;
        struct derivation with, without;

        make(&m, RULE_DEADLINE);
        with = deadline_derive(&m.o);
        m.o.extension_count = 0;
        without = deadline_derive(&m.o);
        assert_true(with.nominal >= without.nominal);
        if (with.alternative != DATE_NONE && !with.clamped && m.def.last_day != LAST_DAY_SAFE)
            assert_true(with.alternative >= without.nominal || with.last < with.nominal);
    }
}

static bool has_business(const struct made *m)
{
    for (int i = 0; i < m->prepared.way_count; i++)
        if (m->prepared.ways[i].term.unit == TERM_BUSINESS_DAYS)
            return true;
    return false;
}

static void united_tolling_is_never_more_than_its_sum(void **state)
{
    (void)state;
    for (int i = 0; i < (test_is_full() ? 200000 : 20000); i++) {
        struct made m;
        struct derivation with, without;
        int sum = 0;

        make(&m, RULE_DEADLINE);
        m.o.extension_count = 0;
        m.prepared.capped = false;
        with = deadline_derive(&m.o);
        for (int k = 0; k < m.o.toll_count; k++)
            if (m.tollings[k].last != DATE_NONE && m.tollings[k].last >= m.tollings[k].first)
                sum += m.tollings[k].last - m.tollings[k].first + 1;
        m.o.toll_count = 0;
        without = deadline_derive(&m.o);
        if (with.uncounted || has_business(&m)) /* a Friday that is tolled is three days */
            continue;
        assert_true(with.nominal >= without.nominal);
        assert_true(with.nominal == DATE_NONE || with.nominal - without.nominal <= sum);
    }
}

static void a_longer_term_is_never_earlier(void **state)
{
    (void)state;
    for (int i = 0; i < (test_is_full() ? 200000 : 20000); i++) {
        struct made m;
        struct derivation shorter, longer;

        make(&m, RULE_DEADLINE);
        m.prepared.way_count = 1;
        m.prepared.ways[0] = (struct way){ .term = some_term(), .words = "the event" };
        /* a day cut short runs on, and one that is stated stays; and what came in late for the
         * shorter takes no place of another there */
        m.prepared.each = (struct term){ 0 };
        m.def.extensions_at_most = 0;
        if (m.prepared.ways[0].term.count < 0)
            continue;
        shorter = deadline_derive(&m.o);
        m.prepared.ways[0].term.count++;
        longer = deadline_derive(&m.o);
        if (!shorter.uncounted && !longer.uncounted && shorter.nominal != DATE_NONE)
            assert_true(longer.nominal >= shorter.nominal);
    }
}

static void where_they_differ_the_earlier_day_is_used_and_it_is_said(void **state)
{
    const struct opinion p = { .nominal = 10, .last = 12, .safe = 9, .earliest = 8, .by = 61200 };
    struct derivation same = { .nominal = 10, .last = 12, .safe = 9, .earliest = 8, .by = 61200 };
    struct derivation hour = same;
    struct derivation late = {
        .nominal = 11, .last = 11, .safe = 10, .earliest = DATE_NONE, .by = -1
    };
    char said[OPINION_TEXT_SIZE];

    (void)state;
    assert_true(opinion_settle(&p, &same, said));
    hour.by = 61260;
    assert_false(opinion_settle(&p, &hour, said));
    assert_int_equal(hour.by, 61200);
    assert_non_null(strstr(said, " 17:01:00 by one computation"));
    hour.by = -1; /* to the end of the day */
    assert_false(opinion_settle(&p, &hour, said));
    assert_int_equal(hour.by, 61200);
    assert_false(opinion_settle(&p, &late, said));
    assert_int_equal(late.by, -1);
    assert_int_equal(late.nominal, 10);
    assert_int_equal(late.last, 11);
    assert_int_equal(late.safe, 9);
    assert_int_equal(late.earliest, 8);
    assert_string_equal(said, "the time ends on 1970-01-12, the last day is 1970-01-12 by one "
                              "computation; 1970-01-11 and 1970-01-13 17:00:00 by the "
                              "other");
}

static int set_up(void **state)
{
    (void)state;
    arena = arena_new();
    seed = test_seed();
    for (int i = 0; i < CALENDARS; i++)
        calendars[i] = some_calendar(i);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena = arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_agree_whatever_the_data_says),
        cmocka_unit_test(both_agree_over_twelve_closed_years),
        cmocka_unit_test(both_agree_on_many_holidays_of_one_weekend),
        cmocka_unit_test(the_day_to_act_by_is_never_late),
        cmocka_unit_test(an_extension_never_moves_a_date_earlier),
        cmocka_unit_test(united_tolling_is_never_more_than_its_sum),
        cmocka_unit_test(a_longer_term_is_never_earlier),
        cmocka_unit_test(where_they_differ_the_earlier_day_is_used_and_it_is_said),
    };

    return cmocka_run_group_tests_name("opinion", tests, set_up, tear_down);
}
