/* dates: terms and derivations for tests and benches of other languages.
 *
 *     dates print SEED COUNT    "start term end" of random terms, one a line
 *     dates bench COUNT         derivations a second, plain, with ledgers, and of fronts, each
 * computed twice
 */
#include "base/clock.h"
#include "base/number.h"
#include "calendar/lastday.h"
#include "judge/front.h"
#include "judge/opinion.h"
#include "lib/test.h"

#include <stdio.h>
#include <string.h>

static int print(uint64_t seed, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        const struct counting n = { 0 };
        date start = date_of(1900, 1, 1) + (date)(test_random(&seed) % 73000);
        struct term t = { .count = (int)(test_random(&seed) % 240) - 60,
                          .unit = (enum term_unit)(test_random(&seed) % 4) };
        char a[DATE_TEXT_SIZE], b[DATE_TEXT_SIZE], length[TERM_TEXT_SIZE];

        if (test_random(&seed) % 10 == 0) /* ends of months, where clamping begins */
            start = date_of(1904 + 4 * (int)(test_random(&seed) % 40), 2, 29);
        printf("%s,%s,%s\n", date_text(start, a), term_text(t, length),
               date_text(count_term(&n, start, t).day, b));
    }
    return 0;
}

/* Eleven holidays, as an office of the United States has them. */
static struct calendar *office(struct arena *a)
{
    static const char *const on[] = { "January 1",
                                      "third Monday of January",
                                      "third Monday of February",
                                      "last Monday of May",
                                      "June 19",
                                      "July 4",
                                      "first Monday of September",
                                      "second Monday of October",
                                      "November 11",
                                      "fourth Thursday of November",
                                      "December 25" };
    struct holiday *all = arena_alloc(a, COUNT_OF(on) * sizeof *all);
    const struct calendar_plan plan = { .name = "office",
                                        .weekend = 1U << 5 | 1U << 6,
                                        .holidays = all,
                                        .holiday_count = COUNT_OF(on),
                                        .verified_from = DATE_NONE,
                                        .verified_until = DATE_NONE };

    for (size_t i = 0; i < COUNT_OF(on); i++) {
        all[i] = (struct holiday){ .name = "holiday", .observed = OBSERVED_NEAREST };
        holiday_read(on[i], &all[i].on);
    }
    return calendar_make(&plan, a);
}

/* Three waivers, the last one late, and two tollings that overlap. */
static void add_ledgers(struct observation *o, date start, struct ledger_entry extensions[3],
                        struct ledger_entry tollings[2])
{
    for (int i = 0; i < 3; i++)
        extensions[i] = (struct ledger_entry){ .document = "W",
                                               .signed_on = start + 1700 + 600 * i,
                                               .until = start + 2500 + 600 * i,
                                               .revoked_on = DATE_NONE };
    for (int i = 0; i < 2; i++)
        tollings[i] = (struct ledger_entry){ .document = "T",
                                             .first = start + 300 + 40 * i,
                                             .last = start + 360 + 40 * i,
                                             .revoked_on = DATE_NONE };
    o->extensions = extensions;
    o->extension_count = 3;
    o->tollings = tollings;
    o->toll_count = 2;
}

static double measure(struct prepared_rule *r, int64_t count, bool ledgers)
{
    struct ledger_entry extensions[3], tollings[2];
    struct observation o = observe_nothing(r, "C-1", "");
    char said[OPINION_TEXT_SIZE];
    instant before = clock_now();
    bool same, all = true;

    for (int64_t i = 0; i < count; i++) {
        o.starts[0] = date_of(2000, 1, 1) + (date)(i % 9000);
        if (ledgers)
            add_ledgers(&o, o.starts[0], extensions, tollings);
        opinion_derive(&o, &same, said);
        all &= same;
    }
    if (!all)
        fprintf(stderr, "two computations differ: %s\n", said);
    return all ? (double)count / ((double)(clock_now() - before) / 1e6) : 0;
}

#define ITEMS 5000
#define PARTIES 3

/* Dates a second of fronts of 5,000 entries and three parties, with waivers that cover some. */
static double measure_fronts(struct prepared_rule *r, int64_t count)
{
    static const struct front_holder holders[PARTIES] = { { "Acme", NULL },
                                                          { "Bolt", NULL },
                                                          { "Crank", NULL } };
    static struct front_item items[ITEMS];
    static char names[ITEMS][8];
    const struct front_set set = { items, ITEMS, holders, PARTIES, PARTIES, 1 };
    struct ledger_entry waivers[3];
    int64_t fronts = count / (ITEMS * PARTIES) + 1;
    instant before;

    for (int i = 0; i < ITEMS; i++) {
        snprintf(names[i], sizeof names[i], "E-%d", i);
        items[i] = (struct front_item){
            .key = names[i], .name = names[i], .start = date_of(2019, 1, 1) + i / 3, .worth = 100
        };
    }
    for (int i = 0; i < 3; i++)
        waivers[i] = (struct ledger_entry){ .document = "W",
                                            .signed_on = date_of(2023, 6, 1),
                                            .until = date_of(2026, 6, 1) + i,
                                            .revoked_on = DATE_NONE,
                                            .covers = "[\"E-7\",\"E-4000\"]",
                                            .whose = holders[i].party };
    before = clock_now();
    for (int64_t n = 0; n < fronts; n++) {
        struct arena *a = arena_new();
        struct observation o = observe_nothing(r, "C-1", "");

        o.answer = ANSWER_PENDING;
        o.extensions = waivers;
        o.extension_count = 3;
        front_choose(&o, &set, date_of(2025, 1, 1) + (date)(n % 300), a);
        arena_free(a);
    }
    return (double)(fronts * ITEMS * PARTIES) / ((double)(clock_now() - before) / 1e6);
}

static int bench(int64_t count)
{
    struct arena *a = arena_new();
    struct calendar *c = office(a);
    struct deadline def = { .last_day = LAST_DAY_COURT };
    struct rule rule = { .deadline = &def };
    struct prepared_rule r = {
        .def = &rule,
        .way_count = 1,
        .ways = { { .term = { 5, TERM_YEARS }, .words = "entry", .field = "entry_on" } },
        .counting = { .calendar = c },
        .office = { .calendar = c }
    };

    printf("%.0f %.0f %.0f\n", measure(&r, count, false), measure(&r, count, true),
           measure_fronts(&r, count));
    arena_free(a);
    return 0;
}

int main(int argc, char **argv)
{
    int64_t n[2] = { 0 };

    for (int i = 2; i < argc && i < 4; i++)
        if (!number_read(argv[i], strlen(argv[i]), &n[i - 2]))
            return 2;
    if (argc == 4 && strcmp(argv[1], "print") == 0)
        return print((uint64_t)n[0], n[1]);
    return argc == 3 && strcmp(argv[1], "bench") == 0 ? bench(n[0]) : 2;
}
