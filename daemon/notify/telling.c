#include "notify/telling.h"

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"
#include "codec/json.h"
#include "judge/facts.h"
#include "notify/words.h"

bool telling_has_moved(const struct notice *n)
{
    return n->cause == CAUSE_MOVED || n->cause == CAUSE_CORRECTED;
}

bool telling_is_past(const struct notice *n, date today)
{
    return n->due != DATE_NONE && (n->due < today || n->over);
}

static bool ends(enum cause c)
{
    return c == CAUSE_MET || c == CAUSE_MET_LATE || c == CAUSE_WITHDRAWN || c == CAUSE_GONE;
}

/* How much of a front has passed: " for 12 of 5000 entries ($1,200.00)". */
static void add_passed(struct text *t, const struct json *front, enum cause cause)
{
    bool now = cause == CAUSE_BREACHED || cause == CAUSE_ADVANCED;
    const char *of = json_get_text(front, "of");
    int64_t passed = json_get_whole(front, "passed"),
            part = json_get_whole(front, "passed_in_part"),
            worth = json_get_whole(front, "passed_worth"), items = json_get_whole(front, "items");
    char money[MONEY_TEXT_SIZE];

    if ((!passed && !part) || !of || (!items && passed))
        return;
    text_add(t, now ? " for" : "; passed for");
    if (!items)
        text_add(t, " some of those whom it is of");
    if (passed)
        text_addf(t, " %lld of %lld %s", (long long)passed, (long long)items, of);
    if (worth)
        text_addf(t, " (%s)", money_text(worth, money));
    if (part && passed)
        text_addf(t, ", and for some parties of %lld more", (long long)part);
    else if (part && items)
        text_addf(t, " some parties of %lld of %lld %s", (long long)part, (long long)items, of);
}

const char *telling_change(const struct notice *n, const struct json *facts, date today,
                           struct arena *a)
{
    date met = date_read(json_get_text(facts, "met_on"));
    const char *guess = n->status == STATUS_OPEN ? json_get_text(facts, "guess") : NULL;
    AUTO_TEXT t = { .max = 400 };
    char day[DATE_LONG_SIZE];
    bool past = telling_is_past(n, today);

    words_change(&t, n->cause, past, n->safe == DATE_NONE ? 0 : n->safe - today, guess);
    if (n->safe == DATE_NONE && n->cause == CAUSE_STAGE)
        text_clear(&t);
    if (met != DATE_NONE && (n->cause == CAUSE_MET || n->cause == CAUSE_MET_LATE))
        text_addf(&t, " on %s", date_long(met, day));
    if (past && json_get_text(facts, "because") && manner_of(n->cause) != MANNER_DIGEST)
        text_addf(&t, ", then: %s", json_get_text(facts, "because"));
    if (telling_has_moved(n) && n->due_before != DATE_NONE)
        text_addf(&t, " (last day was %s)", date_long(n->due_before, day));
    if (telling_has_moved(n) && n->due < n->due_before)
        text_add(&t, "; the new one is earlier");
    if (n->cause == CAUSE_CORRECTED)
        text_add(&t, "; the record was corrected");
    add_passed(&t, json_get(facts, "front"), n->cause);
    if (json_get_text(facts, "unseen") && n->status == STATUS_OPEN && n->due != DATE_NONE)
        text_addf(&t, "; %s: %s cannot be seen",
                  past ? "not shown to be extended" : "the earliest day",
                  json_get_text(facts, "unseen"));
    if (n->status == STATUS_OPEN && ends(n->cause))
        text_add(&t, "; open again since"); /* overtaken before this could be told */
    return arena_text(a, text_of(&t));
}

static struct json *sentences_of(const struct json *steps)
{
    struct json *list = json_list();

    for (size_t i = 0; i < json_count(steps); i++)
        json_add_text(list, facts_sentence(json_at(steps, i)));
    return list;
}

struct json *telling_duty(const struct notice *n, const struct json *facts, const char *change,
                          date today, struct arena *a)
{
    struct json *duty = json_group();
    const char *title = json_get_text(facts, "title");
    bool open = n->status == STATUS_OPEN; /* nothing more is to be done about what has ended */
    bool past = telling_is_past(n, today);

    json_set_text(duty, "title", title ? title : n->rule);
    json_set_text(duty, "law", json_get_text(facts, "law"));
    json_set_text(duty, "remedy", open ? facts_remedy(facts, past, n->severity) : NULL);
    json_set_text(duty, "change", change);
    json_set_text(duty, "because", NULL);
    json_set_text(duty, "as_of", json_get_text(facts, "as_of"));
    json_set_day(duty, "act_by", open ? n->safe : DATE_NONE);
    json_set_day(duty, "last_day", n->due);
    json_set_text(duty, "by", json_get_text(facts, "by"));
    json_set_amount(duty, "amount", n->amount);
    json_set(duty, "steps", sentences_of(json_get(facts, "steps")));
    json_set_text(duty, "clears", open ? facts_clears(facts, past) : NULL);
    json_set_text(duty, "ref",
                  arena_print(a, "%lld.%lld", (long long)n->finding, (long long)n->ordinal));
    return duty;
}
