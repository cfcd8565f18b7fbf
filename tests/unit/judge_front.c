/* judge/front: many dates as one duty: which binds, what has passed, what is left. */
#include "lib/test.h"

#include "judge/front.h"
#include "judge/opinion.h"

#include <stdlib.h>
#include <string.h>

#define ITEMS 40
#define PARTIES 3
#define PAPERS 4
#define SCOPES 2

/* A front that chance has made. */
struct made {
    struct deadline def;
    struct rule rule;
    struct dataset lines, people;
    struct prepared_rule prepared;
    struct front_item items[ITEMS];
    const char *parties[PARTIES];
    struct front_holder holders[PARTIES * SCOPES];
    struct front_set set;
    struct ledger_entry papers[PAPERS];
    struct observation o;
    date today;
};

static struct arena *arena;
static uint64_t seed;

static int pick(int count)
{
    return (int)(test_random(&seed) % (uint64_t)count);
}

static int by_start(const void *a, const void *b)
{
    const struct front_item *x = a, *y = b;

    return x->start < y->start ? -1 : x->start > y->start;
}

static const char *names[] = { "E-0", "E-1", "E-2", "E-3", "E-4", "E-5", "E-6", "E-7" };

static struct bound bound = { .after = { .text = "opened_on" } };

static void make(struct made *m)
{
    static const char *const covers[] = { NULL, "[\"E-1\",\"E-2\"]", "E-3",
                                          "[\"E-7\",\"E-0\",\"E-5\",\"E-1\"]" };
    static const char *const whose[] = { NULL, "Acme", "[\"Bolt\",\"Acme\"]", "[\"Nobody\"]" };
    static const char *const scope[] = { NULL, NULL, "1592", "[\"1593a\",\"1592\"]" };
    int spread;

    *m = (struct made){ .def = { .last_day = pick(5) },
                        .lines = { .id = "lines" },
                        .people = { .id = "people" },
                        .parties = { "Acme", "Bolt", "Crank" },
                        .today = date_of(2025, 1, 1) + pick(800) };
    m->rule.deadline = &m->def;
    m->prepared = (struct prepared_rule){
        .def = &m->rule,
        .front = &m->lines,
        .crossed = pick(2) ? &m->people : NULL,
        .shared = !pick(3),
        .way_count = 1,
        .ways = { { .term = { 5, TERM_YEARS }, .words = "entry", .field = "entry_on" } }
    };
    m->set = (struct front_set){ .items = m->items,
                                 .item_count = pick(8) ? 1 + pick(ITEMS) : 0,
                                 .holders = m->holders,
                                 .scope_count = pick(3) ? 1 : SCOPES,
                                 .party_count = m->prepared.crossed ? 1 + pick(PARTIES) : 1 };
    m->set.holder_count = m->set.party_count * m->set.scope_count;
    for (int i = 0; i < m->set.holder_count; i++)
        m->holders[i] =
            (struct front_holder){ m->prepared.crossed ? m->parties[i / m->set.scope_count] : NULL,
                                   m->set.scope_count == 1 ? NULL
                                   : i % SCOPES            ? "1593a"
                                                           : "1592" };
    spread = pick(3) ? 1000 : 25;
    for (int i = 0; i < m->set.item_count; i++)
        m->items[i] = (struct front_item){ .key = "1",
                                           .name = names[pick(COUNT_OF(names))],
                                           .start = pick(12) && !m->prepared.shared
                                                        ? date_of(2020, 3, 1) + pick(spread)
                                                        : DATE_NONE,
                                           .worth = pick(5000) };
    qsort(m->items, (size_t)m->set.item_count, sizeof *m->items, by_start);
    m->o = observe_nothing(&m->prepared, "C-1", "");
    m->o.answer = ANSWER_PENDING;
    m->o.starts[0] = pick(2) ? date_of(2020, 2, 1) + pick(spread) : DATE_NONE;
    m->o.also = pick(3) || m->prepared.shared ? DATE_NONE : date_of(2020, 2, 1) + pick(spread);
    m->o.bound = pick(3) ? DATE_NONE : date_of(2020, 6, 1) + pick(spread);
    m->prepared.bound_term = m->prepared.ways[0].term;
    m->rule.deadline->no_later_than = &bound;
    m->o.extensions = m->papers;
    m->o.extension_count = pick(PAPERS + 1);
    for (int i = 0; i < PAPERS; i++)
        m->papers[i] = (struct ledger_entry){ .document = "W",
                                              .signed_on = date_of(2023, 1, 1) + i * 100,
                                              .until = date_of(2025, 1, 1) + pick(1500),
                                              .revoked_on = DATE_NONE,
                                              .covers = covers[pick(COUNT_OF(covers))],
                                              .received = DATE_NONE,
                                              .common = !pick(5),
                                              .scope = scope[pick(COUNT_OF(scope))],
                                              .whose = whose[pick(COUNT_OF(whose))] };
    if (!pick(4))
        m->o.met_on = m->today - pick(700);
}

/* Whether a document holds for one date. A list of the test holds no name that is part of another.
 */
static bool holds(const struct made *m, const struct ledger_entry *n, const char *name,
                  const struct front_holder *h)
{
    if (n->covers && (name ? !strstr(n->covers, name) : m->set.item_count > 0))
        return false;
    if (n->scope && h->scope && !strstr(n->scope, h->scope))
        return false;
    if (!h->party || n->common)
        return true;
    return n->whose ? strstr(n->whose, h->party) != NULL : m->set.party_count == 1;
}

/* The last day of one of them, computed alone, without judge/front. */
static date alone(const struct made *m, const char *name, date start, const struct front_holder *h)
{
    struct ledger_entry papers[PAPERS];
    struct observation o = m->o;

    o.extension_count = 0;
    for (int i = 0; i < m->o.extension_count; i++)
        if (holds(m, &m->papers[i], name, h))
            papers[o.extension_count++] = m->papers[i];
    o.extensions = papers;
    o.starts[0] = start != DATE_NONE ? start : m->o.starts[0];
    return deadline_derive(&o).last;
}

struct sum {
    date first, next, latest;
    int passed, in_part, undated, left;
    int64_t worth, months; /* months: the sum of the months in which something is next */
};

static int64_t month_of(date d)
{
    int year, month, day;

    date_split(d, &year, &month, &day);
    return year * 12 + month;
}

static void count_item(const struct made *m, const struct front_item *i, date reckoned,
                       struct sum *c)
{
    int all = m->set.holder_count;
    date next = DATE_NONE;
    int passed = 0;

    for (int k = 0; k < all; k++) {
        date d = alone(m, i->name, i->start, &m->holders[k]);

        if (d == DATE_NONE) {
            c->undated++;
            return;
        }
        passed += d < reckoned;
        c->first = c->first == DATE_NONE || d < c->first ? d : c->first;
        c->latest = d > c->latest ? d : c->latest;
        if (d >= reckoned && (next == DATE_NONE || d < next))
            next = d;
    }
    if (next != DATE_NONE && (c->next == DATE_NONE || next < c->next))
        c->next = next;
    c->months += next != DATE_NONE ? month_of(next) : 0;
    c->left += passed < all;
    c->passed += passed == all;
    c->in_part += passed && passed < all;
    c->worth += passed == all ? i->worth : 0;
}

/* The items and, where it is one more, the case itself. */
static void count_all(const struct made *m, date reckoned, struct sum *c)
{
    bool earlier = m->o.also != DATE_NONE;

    for (int i = 0; i < m->set.item_count; i++) {
        date start = m->items[i].start != DATE_NONE ? m->items[i].start : m->o.starts[0];

        count_item(m, &m->items[i], reckoned, c);
        earlier = earlier && (start == DATE_NONE || m->o.also < start);
    }
    if (!m->set.item_count || earlier)
        count_item(m, &(struct front_item){ .start = m->o.also }, reckoned, c);
}

/* Each of many fronts is what its dates, computed one by one, say. */
static void a_front_is_the_sum_of_its_dates(void **state)
{
    int count = test_is_full() ? 20000 : 1500, lost = 0, over = 0, single = 0;

    (void)state;
    for (int n = 0; n < count; n++) {
        struct made m;
        struct sum c = { .first = DATE_NONE, .next = DATE_NONE, .latest = DATE_NONE };
        int64_t months = 0;
        date reckoned, binds;
        int left = 0;

        make(&m);
        reckoned = m.o.met_on != DATE_NONE ? m.o.met_on : m.today;
        count_all(&m, reckoned, &c);
        front_choose(&m.o, &m.set, m.today, arena);
        if (c.first == DATE_NONE) {
            assert_null(m.o.front);
            continue;
        }
        binds = m.o.met_on != DATE_NONE ? c.first : c.next != DATE_NONE ? c.next : c.latest;
        assert_int_equal(deadline_derive(&m.o).last, binds);
        single += !m.o.front;
        if (!m.o.front) { /* they are one date */
            assert_true(c.first == c.latest);
            continue;
        }
        assert_int_equal(m.o.front->passed, c.passed);
        assert_int_equal(m.o.front->passed_in_part, c.in_part);
        assert_int_equal(m.o.front->passed_worth, c.worth);
        assert_int_equal(m.o.front->undated, c.undated);
        assert_int_equal(m.o.front->lost_on, c.first < reckoned ? c.first + 1 : DATE_NONE);
        for (int i = 0; i < m.o.front->month_count; i++) {
            left += m.o.front->months[i].items;
            months += m.o.front->months[i].items * month_of(m.o.front->months[i].first);
        }
        assert_int_equal(left, c.left);
        assert_int_equal(months, c.months);
        lost += m.o.front->lost_on != DATE_NONE;
        over += c.next == DATE_NONE;
    }
    print_message("# %d fronts, %d of them lost in part, %d as a whole\n", count, lost, over);
    assert_true(lost > count / 4 && over > 10 && lost > over && single > count / 20);
}

static void tell(void *data, const struct derivation_step *s)
{
    text_addf(data, "%s\n", s->sentence);
}

/* Three entries and two parties; a waiver covers one entry of one party. */
static void a_waiver_moves_only_what_it_covers(void **state)
{
    static const struct front_item items[] = {
        { .key = "1", .name = "E-1", .start = 18323, .worth = 10000 }, /* 2020-03-02 */
        { .key = "2", .name = "E-2", .start = 18331, .worth = 20000 },
        { .key = "3", .name = "E-3", .start = 18700, .worth = 40000 },
    };
    static const struct front_holder holders[] = { { "Acme", NULL }, { "Bolt", NULL } };
    const struct front_set set = { items, 3, holders, 2, 2, 1 };
    struct ledger_entry waiver = { .document = "W-1",
                                   .signed_on = date_of(2025, 1, 10),
                                   .until = date_of(2027, 1, 10),
                                   .revoked_on = DATE_NONE,
                                   .received = DATE_NONE,
                                   .covers = "[\"E-1\"]",
                                   .whose = "Acme" };
    struct made m;
    AUTO_TEXT said = { 0 };

    (void)state;
    make(&m);
    m.def.last_day = 0;
    m.prepared.crossed = &m.people;
    m.prepared.shared = false;
    m.o.met_on = m.o.starts[0] = m.o.also = m.o.bound = DATE_NONE;
    m.o.extensions = &waiver;
    m.o.extension_count = 1;
    front_choose(&m.o, &set, date_of(2025, 3, 4), arena);
    assert_string_equal(m.o.front->item, "E-2"); /* that of E-1 for Bolt has passed */
    assert_string_equal(m.o.front->party, "Acme");
    assert_int_equal(m.o.front->passed, 0);
    assert_int_equal(m.o.front->passed_in_part, 1);
    assert_int_equal(m.o.front->lost_on, date_of(2025, 3, 4));
    assert_int_equal(deadline_derive(&m.o).last, date_of(2025, 3, 10));
    deadline_explain(&m.o, tell, &said);
    assert_non_null(strstr(text_of(&said), "Each of 3 lines has a last day of its own, for each of "
                                           "2 people."));
    assert_non_null(strstr(text_of(&said), "W-1 does not count: it does not cover E-2."));
}

static int set_up(void **state)
{
    (void)state;
    arena = arena_new();
    seed = test_seed();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_front_is_the_sum_of_its_dates),
        cmocka_unit_test(a_waiver_moves_only_what_it_covers),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
