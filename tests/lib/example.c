/* example: see example.h. */
#include "lib/example.h"

#include "lib/test.h"

#include <string.h>

struct derivation example_derived;

void example_note(void *data, const struct derivation_step *s)
{
    struct text *t = data;
    bool known = false;

    for (const char *const *k = derivation_steps; *k; k++)
        known |= strcmp(*k, s->does) == 0;
    assert_true(known);
    text_addf(t, "%s\n", s->sentence);
}

struct text example_explain(const struct example *x)
{
    struct bound bound = { .after = { .text = "opened_on" }, .term = x->bound_term };
    struct deadline def = { .last_day = (int)x->mode,
                            .roll_law = x->roll_law,
                            .due = { .text = x->states ? "entry_on" : NULL },
                            .no_later_than = x->bound_term ? &bound : NULL };
    struct rule rule = { .law = x->law, .deadline = &def };
    struct prepared_rule prepared = { .def = &rule,
                                      .way_count = 1,
                                      .ways = { { .words = "the day of entry" } } };
    struct observation o = observe_nothing(&prepared, "C-1", "");
    struct text said = { 0 };

    o.starts[0] = date_read(x->start ? x->start : "");
    o.bound = date_read(x->bound ? x->bound : "");
    prepared.counting.calendar = x->calendar;
    prepared.office.calendar = x->office;
    prepared.ways[0].stated = x->states;
    assert_true(!x->term || term_read(x->term, &prepared.ways[0].term));
    assert_true(!x->bound_term || term_read(x->bound_term, &prepared.bound_term));
    prepared.bound_words = bound.after.text;
    example_derived = deadline_derive(&o);
    deadline_explain(&o, example_note, &said);
    return said;
}

void example_check(const struct example *x)
{
    char nominal[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE], safe[DATE_TEXT_SIZE];
    struct text said = example_explain(x), again = example_explain(x);

    assert_string_equal(date_text(example_derived.nominal, nominal), x->nominal);
    assert_string_equal(date_text(example_derived.last, last), x->last);
    assert_string_equal(date_text(example_derived.safe, safe), x->safe);
    assert_string_equal(text_of(&said), x->sentences);
    assert_string_equal(text_of(&again), x->sentences); /* the same input, the same sentences */
    text_free(&said);
    text_free(&again);
}
