/* No step of a derivation of the shipped rules reads as an expression: each is read as law. */
#include "lib/arena.h"
#include "lib/test.h"

#include "base/text.h"
#include "judge/deadline.h"
#include "watch/trial.h"

#include <ctype.h>
#include <string.h>

struct telling {
    const char *rule;
    int steps;
};

/* A name with an underscore, a function, or a word of the language that rules are written in. */
static const char *expression_in(const char *said)
{
    static const char *const words[] = { "coalesce", " IS ",   "NULL",   "CASE ",
                                         " END ",    " AND ",  "nullif", "date_add",
                                         "first(",   "last('", "duty(" };

    for (const char *s = said + 1; *s; s++)
        if (*s == '_' && isalpha((unsigned char)s[-1]))
            return s - 1;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strstr(said, words[i]))
            return strstr(said, words[i]);
    return NULL;
}

static void read_step(void *data, const struct derivation_step *s)
{
    struct telling *t = data;

    if (expression_in(s->sentence))
        fail_msg("rule %s says \"%s\"", t->rule, s->sentence);
    t->steps++;
}

/* Documents of each standing: what counts, what is late, revoked, outside, unreadable. */
static void add_documents(struct observation *o)
{
    static const struct ledger_entry extensions[] = {
        { .document = "W-1",
          .signed_on = 18000,
          .received = 18001,
          .until = 30000,
          .revoked_on = DATE_NONE,
          .first = DATE_NONE,
          .last = DATE_NONE },
        { .document = "W-2",
          .signed_on = 18000,
          .received = DATE_NONE,
          .until = 18001,
          .revoked_on = DATE_NONE,
          .first = DATE_NONE,
          .last = DATE_NONE },
        { .document = "W-3",
          .signed_on = 40000,
          .received = DATE_NONE,
          .until = 41000,
          .revoked_on = DATE_NONE,
          .first = DATE_NONE,
          .last = DATE_NONE },
        { .document = "W-4",
          .signed_on = 18000,
          .received = DATE_NONE,
          .until = 41000,
          .revoked_on = 18100,
          .first = DATE_NONE,
          .last = DATE_NONE },
    };
    static const struct ledger_entry tollings[] = {
        { .document = "T-1", .first = 18100, .last = 18130, .revoked_on = DATE_NONE },
        { .document = "T-2", .first = 18110, .last = 18120, .revoked_on = DATE_NONE },
        { .document = "T-3", .first = 18110, .last = DATE_NONE, .revoked_on = DATE_NONE },
    };

    if (o->rule->extended_by) {
        o->extensions = extensions;
        o->extension_count = COUNT_OF(extensions);
    }
    if (o->rule->tolled_by) {
        o->tollings = tollings;
        o->toll_count = COUNT_OF(tollings);
    }
}

/* With each subset of the days that it can count from, with its bound alone, and with its cap. */
static void read_rule(struct prepared_rule *r, struct telling *t)
{
    for (int known = 0; known < 1 << r->way_count; known++)
        for (int with = 0; with < 4; with++) {
            struct observation o = observe_nothing(r, "S-1", "");
            struct front front = { .items = 3,
                                   .parties = 2,
                                   .reckoned = 20000,
                                   .undated = 1,
                                   .passed = 1,
                                   .passed_in_part = 1,
                                   .passed_worth = 100,
                                   .lost_on = 19000,
                                   .next = 2,
                                   .item = "E-1",
                                   .party = r->crossed ? "Acme" : NULL,
                                   .key = "1" };

            for (int i = 0; i < r->way_count; i++)
                o.starts[i] = known >> i & 1 ? 18050 + i : DATE_NONE;
            if (with & 1) {
                o.cap = r->capped ? 18060 : DATE_NONE;
                o.bound = r->def->deadline->no_later_than ? 18050 : DATE_NONE;
            }
            if (with & 2)
                add_documents(&o);
            if (r->front && known)
                o.front = &front;
            deadline_explain(&o, read_step, t);
        }
}

static void no_step_of_a_shipped_rule_reads_as_an_expression(void **state)
{
    struct problems p = { 0 };
    struct error e = { 0 };
    struct ground *g = NULL;
    struct telling t = { 0 };
    struct rulebook *book;
    int rules = 0;

    (void)state;
    if (!ground_open("rules/customs/customs.conf", &p, &g, &e))
        fail_msg("%s", e.text);
    book = ground_generation(g)->book;
    for (int i = 0; i < book->count; i++) {
        if (book->rules[i].kind != RULE_DEADLINE)
            continue;
        t.rule = book->rules[i].def->id;
        read_rule(&book->rules[i], &t);
        rules++;
    }
    assert_true(rules > 50 && t.steps > rules * 8);
    ground_close(g);
    problems_free(&p);
}

static void an_expression_is_seen(void **state)
{
    (void)state;
    assert_non_null(expression_in("The time runs from Mon 1 Jan 2024: opened_on."));
    assert_non_null(expression_in("It is first('cases', 'x')."));
    assert_non_null(expression_in("It is CASE WHEN a THEN b END."));
    assert_null(expression_in("5 years after that is Mon 3 Mar 2025 (19 U.S.C. 1621(1))."));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_step_of_a_shipped_rule_reads_as_an_expression),
        cmocka_unit_test(an_expression_is_seen),
    };

    return cmocka_run_group_tests_name("words", tests, arena_set_up, arena_tear_down);
}
