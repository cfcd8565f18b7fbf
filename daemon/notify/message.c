#include "notify/message.h"

#include "base/arena.h"
#include "base/limit.h"
#include "base/number.h"
#include "base/text.h"
#include "base/zone.h"
#include "calendar/period.h"
#include "codec/json.h"
#include "notify/fold.h"
#include "notify/telling.h"

#include <stdlib.h>
#include <string.h>

/* Cases shown in full in one message; the rest is counted. */
LIMIT(CASES_MAX, 500); /* told: how many more cases a message would have, and where they are */

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
    int severity; /* of the duty at its head */
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
    int first_severity;
    char *first_name, *first_title, *first_change;
    struct old_year {
        int year;
        int64_t count, amount;
    } * years;
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

static enum section section_of(const struct message_draft *c, const struct notice *n)
{
    if (n->status != STATUS_OPEN || telling_has_moved(n))
        return SECTION_DONE;
    if (n->safe == DATE_NONE)
        return SECTION_OTHER;
    if (telling_is_past(n, c->day))
        return SECTION_PAST;
    return n->safe - c->day <= 30 ? SECTION_SOON : SECTION_AHEAD;
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
 * must not hide what is to be done about another. Of several there, the first to be done; of those
 * whose day has passed, the most severe: a right that is lost before the request that was not made
 * for it. */
static void head_case(const struct message_draft *c, struct one_case *one, const struct notice *n,
                      const char *change, const char *by)
{
    enum section section = section_of(c, n);
    int severity = severity_read(n->severity);
    bool open = n->status == STATUS_OPEN;

    if (section > one->section ||
        (section == one->section && (section != SECTION_PAST || severity <= one->severity)))
        return;
    one->section = section;
    one->severity = severity;
    json_set_text(one->json, "headline", change);
    json_set_day(one->json, "act_by", open ? n->safe : DATE_NONE);
    json_set_day(one->json, "last_day", n->due);
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
    if (i == c->year_count) {
        c->years = arena_grow(c->arena, c->years, (size_t)i * sizeof *c->years,
                              (size_t)(i + 1) * sizeof *c->years);
        c->years[c->year_count++] = (struct old_year){ .year = year };
    }
    c->years[i].count++;
    c->years[i].amount += n->amount == INT64_MIN ? 0 : n->amount;
}

static void note_first(struct message_draft *c, const struct notice *n, const char *name,
                       const char *title, const char *change)
{
    int severity = severity_read(n->severity);
    bool ahead = n->safe != DATE_NONE && n->safe >= c->day && n->status == STATUS_OPEN &&
                 !telling_is_past(n, c->day);
    bool better = ahead ? c->first == DATE_NONE || n->safe < c->first
                        : c->first == DATE_NONE && severity > c->first_severity;

    if (c->first_name && !better)
        return;
    c->first = ahead ? n->safe : DATE_NONE;
    c->first_severity = severity;
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
    const char *label = json_get_text(facts, "label"), *name = label ? label : n->subject;
    const char *change = telling_change(n, facts, c->day, c->arena);
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
    json_add(json_get(one->json, "duties"), telling_duty(n, facts, change, c->day, c->arena));
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
    AUTO_TEXT t = { 0 };
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
    json_set_day(out, "day", c->day);
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
