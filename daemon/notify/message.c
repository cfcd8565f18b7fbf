#include "notify/message.h"

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"
#include "base/zone.h"
#include "calendar/period.h"
#include "codec/json.h"
#include "judge/facts.h"
#include "notify/fold.h"
#include "notify/words.h"

#include <stdlib.h>
#include <string.h>

/* Cases shown in full in one message; the rest is counted. */
#define CASES_MAX 500

/* The most urgent first. */
enum section { SECTION_PAST, SECTION_SOON, SECTION_AHEAD, SECTION_OTHER, SECTION_DONE, SECTIONS };

static const char *const section_titles[SECTIONS] = {
    [SECTION_PAST] = "The last day has passed",
    [SECTION_SOON] = "Act within 30 days",
    [SECTION_AHEAD] = "Coming up",
    [SECTION_OTHER] = "Needs a look",
    [SECTION_DONE] = "Done, withdrawn or corrected",
};

struct one_case {
    struct json *json;
    enum section section;
};

struct message_draft {
    const struct settings *settings;
    const char *kind;
    date day, old, as_of;
    instant now;
    struct arena *arena;
    struct json *lead, *foot, *money, *not_alarmed;
    struct json *numbers; /* subject -> its number in `cases`, -1: left out */
    struct one_case cases[CASES_MAX];
    int count, more;
    date first;
    char *first_name, *first_title, *first_change;
    struct old_year {
        int year;
        int64_t count, amount;
    } years[60];
    int year_count;
};

struct message_draft *message_begin(const struct settings *s, const char *kind, date day,
                                    instant now)
{
    struct message_draft *c = alloc(sizeof *c);
    struct term back;

    *c = (struct message_draft){ .settings = s,
                                 .kind = kind,
                                 .day = day,
                                 .old = DATE_NONE,
                                 .as_of = DATE_NONE,
                                 .now = now,
                                 .arena = arena_new(),
                                 .lead = json_list(),
                                 .foot = json_list(),
                                 .money = json_list(),
                                 .not_alarmed = json_list(),
                                 .numbers = json_group(),
                                 .first = DATE_NONE };
    if (strcmp(kind, "baseline") == 0 && term_read(s->baseline_back, &back)) {
        back.count = -back.count;
        c->old = term_end(day, back, NULL);
    }
    return c;
}

static void set_day(struct json *group, const char *key, date d)
{
    char text[DATE_TEXT_SIZE];

    json_set_text(group, key, d == DATE_NONE ? NULL : date_text(d, text));
}

static bool has_moved(const struct notice *n)
{
    return n->cause == CAUSE_MOVED || n->cause == CAUSE_CORRECTED;
}

/* The last day is over. */
static bool is_past(const struct message_draft *c, const struct notice *n)
{
    return n->due != DATE_NONE && (n->due < c->day || n->over);
}

static enum section section_of(const struct message_draft *c, const struct notice *n)
{
    if (n->status != STATUS_OPEN || has_moved(n))
        return SECTION_DONE;
    if (n->safe == DATE_NONE)
        return SECTION_OTHER;
    if (is_past(c, n))
        return SECTION_PAST;
    return n->safe - c->day <= 30 ? SECTION_SOON : SECTION_AHEAD;
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

    if (!passed && !part)
        return;
    text_add(t, now ? " for" : "; passed for");
    if (passed)
        text_addf(t, " %lld of %lld %s", (long long)passed, (long long)items, of);
    if (worth)
        text_addf(t, " (%s)", money_text(worth, money));
    if (part && passed)
        text_addf(t, ", and for some parties of %lld more", (long long)part);
    else if (part)
        text_addf(t, " some parties of %lld of %lld %s", (long long)part, (long long)items, of);
}

/* What happened, with the date it had before when that moved. */
static const char *change_of(const struct message_draft *c, const struct notice *n,
                             const struct json *facts)
{
    date met = date_read(json_get_text(facts, "met_on"));
    AUTO_TEXT t = { .max = 400 };
    char day[DATE_LONG_SIZE];
    bool past = is_past(c, n);

    words_change(&t, n->cause, past, n->safe == DATE_NONE ? 0 : n->safe - c->day);
    if (n->safe == DATE_NONE && n->cause == CAUSE_STAGE)
        text_clear(&t);
    if (met != DATE_NONE && (n->cause == CAUSE_MET || n->cause == CAUSE_MET_LATE))
        text_addf(&t, " on %s", date_long(met, day));
    if (past && json_get_text(facts, "because") && manner_of(n->cause) != MANNER_DIGEST)
        text_addf(&t, ", then: %s", json_get_text(facts, "because"));
    if (has_moved(n) && n->due_before != DATE_NONE)
        text_addf(&t, " (last day was %s)", date_long(n->due_before, day));
    if (has_moved(n) && n->due < n->due_before)
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
    return arena_text(c->arena, text_of(&t));
}

/* What is to be done: nothing about what has ended; and where the last day passed before it ended,
 * only a person can say what that means, if it means a loss. */
static const char *remedy_of(const struct message_draft *c, const struct notice *n,
                             const struct json *facts)
{
    if (n->status != STATUS_OPEN)
        return NULL;
    if (json_get_text(facts, "because") && is_past(c, n))
        return text_same(n->severity, severity_names[SEVERITY_CRITICAL])
                   ? "Decide whether this was a loss, and record why it ended so."
                   : NULL;
    return json_get_text(facts, "remedy");
}

static struct json *sentences_of(const struct json *steps)
{
    struct json *list = json_list();

    for (size_t i = 0; i < json_count(steps); i++)
        json_add_text(list, facts_sentence(json_at(steps, i)));
    return list;
}

static struct json *duty_of(const struct message_draft *c, const struct notice *n,
                            const struct json *facts, const char *change)
{
    struct json *duty = json_group();
    const char *title = json_get_text(facts, "title");
    bool open = n->status == STATUS_OPEN; /* nothing more is to be done about what has ended */

    json_set_text(duty, "title", title ? title : n->rule);
    json_set_text(duty, "law", json_get_text(facts, "law"));
    json_set_text(duty, "remedy", remedy_of(c, n, facts));
    json_set_text(duty, "change", change);
    json_set_text(duty, "because", NULL);
    json_set_text(duty, "as_of", json_get_text(facts, "as_of"));
    set_day(duty, "act_by", open ? n->safe : DATE_NONE);
    set_day(duty, "last_day", n->due);
    json_set_text(duty, "by", json_get_text(facts, "by"));
    json_set_amount(duty, "amount", n->amount);
    json_set(duty, "steps", sentences_of(json_get(facts, "steps")));
    json_set_text(duty, "clears", open ? json_get_text(facts, "clears") : NULL);
    json_set_text(duty, "ref",
                  arena_print(c->arena, "%lld.%lld", (long long)n->finding, (long long)n->ordinal));
    return duty;
}

/* The case of a subject, made when it is new; NULL when there is no room for it. */
static struct one_case *case_of(struct message_draft *c, const struct notice *n, const char *name)
{
    static const char *const by_duty[] = { "headline", "act_by", "last_day", "by", "days_left" };
    struct json *number = json_get(c->numbers, n->subject);
    struct one_case *one;

    if (number)
        return json_whole(number) < 0 ? NULL : &c->cases[json_whole(number)];
    json_set_whole(c->numbers, n->subject, c->count < CASES_MAX ? c->count : -1);
    if (c->count == CASES_MAX) {
        c->more++;
        return NULL;
    }
    one = &c->cases[c->count++];
    one->section = SECTIONS;
    one->json = json_group();
    json_set_text(one->json, "name", name);
    json_set_text(one->json, "unit", n->unit);
    json_set_text(one->json, "office", n->office);
    json_set_text(one->json, "owner", n->owner);
    json_set_amount(one->json, "amount", n->amount);
    for (size_t i = 0; i < sizeof by_duty / sizeof *by_duty; i++)
        json_set(one->json, by_duty[i], json_nothing()); /* head_case() */
    json_set(one->json, "duties", json_list());
    return one;
}

/* A case stands where its most urgent duty stands, with the date of that: what is done about one
 * must not hide what is to be done about another. */
static void head_case(const struct message_draft *c, struct one_case *one, const struct notice *n,
                      const char *change, const char *by)
{
    enum section section = section_of(c, n);
    bool open = n->status == STATUS_OPEN;

    if (section >= one->section)
        return;
    one->section = section;
    json_set_text(one->json, "headline", change);
    set_day(one->json, "act_by", open ? n->safe : DATE_NONE);
    set_day(one->json, "last_day", n->due);
    json_set_text(one->json, "by", by);
    if (open && n->safe != DATE_NONE)
        json_set_whole(one->json, "days_left", n->safe - c->day);
    else
        json_set(one->json, "days_left", json_nothing());
}

/* What is older than baseline_back is counted by year. */
static void count_old(struct message_draft *c, const struct notice *n)
{
    int year, month, day, i = 0;

    date_split(n->due, &year, &month, &day);
    while (i < c->year_count && c->years[i].year != year)
        i++;
    if (i == c->year_count && i < 59)
        c->years[c->year_count++].year = year;
    c->years[i].count++;
    c->years[i].amount += n->amount == INT64_MIN ? 0 : n->amount;
}

static void note_first(struct message_draft *c, const struct notice *n, const char *name,
                       const char *title, const char *change)
{
    bool ahead =
        n->safe != DATE_NONE && n->safe >= c->day && n->status == STATUS_OPEN && !is_past(c, n);

    if (c->first_name && (!ahead || (c->first != DATE_NONE && c->first <= n->safe)))
        return;
    c->first = ahead ? n->safe : DATE_NONE;
    c->first_name = arena_text(c->arena, name);
    c->first_title = arena_text(c->arena, title);
    c->first_change = arena_text(c->arena, change);
}

/* The oldest day of data that a date in this message rests on. */
static void note_age(struct message_draft *c, const struct json *facts)
{
    date as_of = date_read(json_get_text(facts, "as_of"));

    if (as_of != DATE_NONE && (c->as_of == DATE_NONE || as_of < c->as_of))
        c->as_of = as_of;
}

void message_notice(struct message_draft *c, const struct notice *n)
{
    const char *derivation = n->derivation ? n->derivation : "{}";
    AUTO(json) facts = json_read(derivation, strlen(derivation), NULL);
    const char *label = json_get_text(facts, "label"), *change = change_of(c, n, facts);
    const char *name = label ? label : n->subject;
    struct one_case *one;

    if (c->old != DATE_NONE && n->due != DATE_NONE && n->due < c->old) {
        count_old(c, n);
        return;
    }
    one = case_of(c, n, name);
    if (!one)
        return;
    note_age(c, facts);
    head_case(c, one, n, change, json_get_text(facts, "by"));
    json_add(json_get(one->json, "duties"), duty_of(c, n, facts, change));
    note_first(c, n, name, json_get_text(facts, "title"), change);
}

void message_money(struct message_draft *c, int within_days, int64_t count, int64_t amount)
{
    struct json *row = json_group();

    json_set_whole(row, "within_days", within_days);
    json_set_whole(row, "count", count);
    json_set_amount(row, "amount", amount);
    json_add(c->money, row);
}

void message_not_alarmed(struct message_draft *c, const char *because, int64_t count,
                         int64_t amount)
{
    struct json *row = json_group();

    json_set_text(row, "because", because);
    json_set_whole(row, "count", count);
    json_set_amount(row, "amount", amount);
    json_add(c->not_alarmed, row);
}

void message_lead(struct message_draft *c, const char *sentence)
{
    json_add_text(c->lead, sentence);
}

void message_foot(struct message_draft *c, const char *sentence)
{
    json_add_text(c->foot, sentence);
}

int message_count(const struct message_draft *c)
{
    return c->count;
}

static const char *subject_of(const struct message_draft *c, bool trial)
{
    AUTO_TEXT t = { .max = 300 };
    char day[DATE_LONG_SIZE];
    int64_t old = 0;
    int past = 0;

    text_addf(&t, "%s[%s] ", trial ? "TRIAL: " : "", c->settings->name);
    if (strcmp(c->kind, "digest") == 0)
        text_addf(&t, "Daily summary for %s: ", date_long(c->day, day));
    else if (strcmp(c->kind, "baseline") == 0)
        text_add(&t, "What stood open when the watch began: ");
    if (c->count == 1 && c->first_name) {
        bool news = *c->first_change && strcmp(c->kind, "baseline") != 0;

        if (news)
            text_add(&t, c->first_change);
        if (c->first != DATE_NONE)
            text_addf(&t, "%sact by %s", news ? ", " : "", date_long(c->first, day));
        text_addf(&t, "%s%s, %s", news || c->first != DATE_NONE ? ": " : "", c->first_name,
                  c->first_title ? c->first_title : "");
    } else {
        for (int i = 0; i < c->count; i++)
            past += c->cases[i].section == SECTION_PAST;
        for (int i = 0; i < c->year_count; i++)
            old += c->years[i].count;
        if (c->count || !old)
            text_addf(&t, "%d %s", c->count + c->more,
                      text_plural(c->count + c->more, "case", "cases"));
        else
            text_addf(&t, "%lld whose last day passed long ago", (long long)old);
        if (past)
            text_addf(&t, ", %d past the last day", past);
        if (c->first != DATE_NONE)
            text_addf(&t, ", first to act by %s", date_long(c->first, day));
    }
    return arena_text(c->arena, text_of(&t));
}

static int newest_first(const void *a, const void *b)
{
    const struct old_year *x = a, *y = b;

    return y->year - x->year;
}

static void tell_old(struct message_draft *c)
{
    AUTO_TEXT t = { .max = 4000 };
    char money[MONEY_TEXT_SIZE];

    if (!c->year_count)
        return;
    qsort(c->years, (size_t)c->year_count, sizeof *c->years, newest_first);
    text_add(&t, "Not listed here, because the last day passed long ago:");
    for (int i = 0; i < c->year_count; i++) {
        const struct old_year *y = &c->years[i];

        text_addf(&t, "%s %lld in %d", i ? "," : "", (long long)y->count, y->year);
        if (y->amount)
            text_addf(&t, " (%s)", money_text(y->amount, money));
    }
    text_add(&t, ". dutywatch list --past shows them all.");
    message_foot(c, text_of(&t));
}

static void tell_age(struct message_draft *c)
{
    char day[DATE_LONG_SIZE];

    if (c->as_of != DATE_NONE)
        message_lead(c, arena_print(c->arena,
                                    "The data behind this is of %s: nothing newer could be had. "
                                    "Time goes on all the same; what has been done since is not "
                                    "seen here.",
                                    date_long(c->as_of, day)));
}

static struct json *sections_of(struct message_draft *c)
{
    struct json *list = json_list();

    for (int n = 0; n < SECTIONS; n++) {
        /* a first load begins with what can still be done */
        static const int first_load[SECTIONS] = { SECTION_SOON, SECTION_AHEAD, SECTION_PAST,
                                                  SECTION_OTHER, SECTION_DONE };
        int i = strcmp(c->kind, "baseline") == 0 ? first_load[n] : n;
        struct json *section, *cases = json_list();

        for (int k = 0; k < c->count; k++)
            if (c->cases[k].section == (enum section)i) {
                fold_duties(c->cases[k].json);
                json_add(cases, c->cases[k].json);
            }
        if (!json_count(cases)) {
            json_free(cases);
            continue;
        }
        section = json_group();
        json_set_text(section, "title", section_titles[i]);
        json_set(section, "note", json_nothing());
        json_set(section, "cases", cases);
        json_add(list, section);
    }
    return list;
}

struct json *message_end(struct message_draft *c, const char *key, const char *digest,
                         const char *trial_for)
{
    struct json *out = json_group();
    char at[INSTANT_TEXT_SIZE];

    tell_old(c);
    tell_age(c);
    json_set_text(out, "key", key);
    json_set_text(out, "kind", c->kind);
    json_set_text(out, "digest", digest);
    set_day(out, "day", c->day);
    json_set_text(out, "made_at", instant_text(c->now, at));
    if (trial_for) {
        struct json *real = json_list();

        json_add_text(real, trial_for);
        json_set(out, "trial_for", real);
    }
    json_set_text(out, "subject", subject_of(c, trial_for != NULL));
    json_set(out, "lead", c->lead);
    json_set(out, "sections", sections_of(c));
    json_set_whole(out, "more", c->more);
    json_set(out, "money", c->money);
    json_set(out, "not_alarmed", c->not_alarmed);
    json_set(out, "foot", c->foot);
    json_free(c->numbers);
    arena_free(c->arena);
    free(c);
    return out;
}
