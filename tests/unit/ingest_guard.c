/* ingest/guard: exactly at a limit is believed, one more is not, and the sentence says by how much.
 */
#include "lib/test.h"

#include "ingest/guard.h"

static const struct guard preset = { .min_rows = 1, .max_shrink = 2000, .max_rejects = 500 };
static const struct guard ten = { .min_rows = 10, .max_shrink = 2000, .max_rejects = 500 };
static const struct guard none = { .min_rows = 0, .max_shrink = 0, .max_rejects = 0 };
static const struct guard all = { .min_rows = 0, .max_shrink = 10000, .max_rejects = 10000 };
static const struct guard odd = { .min_rows = 0, .max_shrink = 1250, .max_rejects = 5 };

static const struct {
    const struct guard *guard;
    struct counts counts; /* records, rejects, known, missing, changes */
    bool first;
    const char *says; /* NULL: believed */
} cases[] = {
    { &preset, { 1, 0, 0, 0, false, 0, 0 }, true, NULL },
    { &preset, { 0, 0, 0, 0, false, 0, 0 }, true, "only 0 good records, min_rows is 1" },
    { &ten, { 10, 0, 10, 0, false, 0, 0 }, false, NULL },
    { &ten, { 9, 0, 9, 0, false, 0, 0 }, false, "only 9 good records, min_rows is 10" },
    { &ten, { 200, 10, 0, 0, false, 0, 0 }, true, NULL }, /* exactly 5% */
    { &ten,
      { 200, 11, 0, 0, false, 0, 0 },
      true,
      "5.5% of 200 records were rejected, max_rejects is 5%" },
    { &ten,
      { 50, 6, 0, 0, false, 0, 0 },
      false,
      "12.0% of 50 records were rejected, max_rejects is 5%" },
    { &ten,
      { 200000, 10001, 0, 0, false, 0, 0 },
      false,
      "5.1% of 200,000 records were rejected, max_rejects is 5%" },
    { &preset, { 80, 0, 100, 20, false, 0, 0 }, false, NULL }, /* exactly 20% */
    { &preset,
      { 79, 0, 100, 21, false, 0, 0 },
      false,
      "21 of 100 known rows (21.0%) are missing, max_shrink is 20%" },
    { &preset,
      { 23052, 0, 31183, 8131, false, 0, 0 },
      false,
      "8,131 of 31,183 known rows (26.1%) are missing, max_shrink is 20%" },
    { &preset, { 23052, 0, 31183, 8131, false, 0, 0 }, true, NULL }, /* nothing was loaded before */
    { &preset, { 0, 0, 31183, 8131, true, 0, 0 }, false, NULL },     /* changes miss nothing */
    { &preset,
      { 4, 1, 31183, 0, true, 0, 0 },
      false,
      "25.0% of 4 records were rejected, max_rejects is 5%" },
    { &ten,
      { 5, 4, 10, 9, false, 0, 0 },
      false,
      "only 1 good record, min_rows is 10; 9 of 10 known rows (90.0%) are missing, max_shrink is "
      "20%; 80.0% of 5 records were rejected, max_rejects is 5%" },
    { &ten, { 200, 5, 0, 0, false, 5, 0 }, true, NULL },
    { &ten,
      { 200, 5, 0, 0, false, 6, 0 },
      true,
      "5.5% of 200 records were rejected or have cells that cannot be read, max_rejects is 5%" },
    { &ten,
      { 85, 1, 85, 0, false, 0, 15 }, /* one that is broken has swallowed fifteen lines */
      false,
      "16.0% of 100 records were rejected (15 lines inside of rejected ones counted), max_rejects "
      "is 5%" },
    { &none, { 0, 0, 0, 0, false, 0, 0 }, false, NULL },
    { &none,
      { 0, 0, 1, 1, false, 0, 0 },
      false,
      "1 of 1 known rows (100.0%) is missing, max_shrink is 0%" },
    { &none,
      { 1, 1, 0, 0, false, 0, 0 },
      false,
      "100.0% of 1 record was rejected, max_rejects is 0%" },
    { &all, { 1000, 1000, 1000, 1000, false, 0, 0 }, false, NULL },
    { &odd, { 70, 0, 80, 10, false, 0, 0 }, false, NULL }, /* exactly 12.5% */
    { &odd,
      { 69, 0, 80, 11, false, 0, 0 },
      false,
      "11 of 80 known rows (13.8%) are missing, max_shrink is 12.5%" },
    { &odd, { 10000, 5, 0, 0, false, 0, 0 }, false, NULL },
    { &odd,
      { 10000, 6, 0, 0, false, 0, 0 },
      false,
      "0.1% of 10,000 records were rejected, max_rejects is 0.05%" },
    { &preset,
      { 4000000000, 0, 5000000000, 1000000001, false, 0, 0 },
      false,
      "1,000,000,001 of 5,000,000,000 known rows (20.1%) are missing, max_shrink is 20%" },
};

static void believes_up_to_the_limit(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error e = { 0 };
        bool believed = guard_believes(cases[i].guard, &cases[i].counts, cases[i].first, &e);

        assert_string_equal(e.text, cases[i].says ? cases[i].says : "");
        assert_int_equal(believed, cases[i].says == NULL);
        assert_int_equal(e.class, believed ? ERROR_NONE : ERROR_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(believes_up_to_the_limit) };

    return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}
