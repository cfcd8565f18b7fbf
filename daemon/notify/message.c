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

/* The most urgent first. */
enum section {
    SECTION_PAST,
    SECTION_SOON,
    SECTION_AHEAD,
    SECTION_MAYBE,
    SECTION_OTHER,
    SECTION_DONE,
    SECTIONS
};

static const char *const section_titles[SECTIONS] = {
    [SECTION_PAST] = "The last day has passed",
    [SECTION_SOON] = "Act within 30 days",
    [SECTION_AHEAD] = "Coming up",
    [SECTION_MAYBE] = "The last day may have passed",
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
    struct json *numbers; /* subject -> its number in `cases` */
    struct one_case *cases;
    int count, room;
    struct message_parts whole; /* parts 0: it is not in parts */
    date first;
    int first_severity;
    char *first_name, *first_title, *first_change;
    struct old_year {
        int year;
        int64_t count, amount;
    } * years;
    int year_count;
};

date message_old_before(const struct settings *s, const char *kind, date day)
{
    struct term back;

    if (strcmp(kind, "baseline") != 0 || !term_read(s->baseline_back, &back))
        return DATE_NONE;
    back.count = -back.count;
    return term_end(day, back, NULL);
}

struct message_draft *message_begin(const struct settings *s, const char *kind, date day,
                                    instant now)
{
    struct message_draft *c = alloc(sizeof *c);

    *c = (struct message_draft){ .settings = s,
                                 .kind = kind,
                                 .day = day,
                                 .old = message_old_before(s, kind, day),
                                 .as_of = DATE_NONE,
                                 .now = now,
                                 .arena = arena_new(),
                                 .lead = json_list(),
                                 .foot = json_list(),
                                 .money = json_list(),
                                 .not_alarmed = json_list(),
                                 .numbers = json_group(),
                                 .first = DATE_NONE };
    return c;
}

static enum section section_of(const struct message_draft *c, const struct notice *n, bool guess)
{
    if (n->status != STATUS_OPEN || telling_has_moved(n))
        return SECTION_DONE;
    if (n->safe == DATE_NONE)
        return SECTION_OTHER;
    if (telling_is_past(n, c->day))
        return guess ? SECTION_MAYBE : SECTION_PAST;
    return n->safe - c->day <= 30 ? SECTION_SOON : SECTION_AHEAD;
}

/* The case of a subject, made when it is new. */
static struct one_case *case_of(struct message_draft *c, const struct notice *n, const char *name)
{
    static const char *const by_duty[] = { "headline", "act_by", "last_day", "by", "days_left" };
    struct json *number = json_get(c->numbers, n->subject);
    struct one_case *one;

    if (number)
        return &c->cases[json_whole(number)];
    json_set_whole(c->numbers, n->subject, c->count);
    if (c->count == c->room) {
        c->room = 2 * c->room + 16;
        c->cases = grow(c->cases, (size_t)c->room, sizeof *c->cases);
    }
    one = &c->cases[c->count++];
    *one = (struct one_case){ .section = SECTIONS };
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
                      const char *change, const struct json *facts)
{
    enum section section = section_of(c, n, json_get_text(facts, "guess") != NULL);
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
    json_set_text(one->json, "by", json_get_text(facts, "by"));
    if (open && n->safe != DATE_NONE)
        json_set_whole(one->json, "days_left", n->safe - c->day);
    else
        json_set(one->json, "days_left", json_nothing());
}

/* What is older than baseline_back is counted by year. */
void message_old(struct message_draft *c, date due, int64_t amount)
{
    int year, month, day, i = 0;

    date_split(due, &year, &month, &day);
    while (i < c->year_count && c->years[i].year != year)
        i++;
    if (i == c->year_count) {
        c->years = arena_grow(c->arena, c->years, (size_t)i * sizeof *c->years,
                              (size_t)(i + 1) * sizeof *c->years);
        c->years[c->year_count++] = (struct old_year){ .year = year };
    }
    c->years[i].count++;
    c->years[i].amount += amount == INT64_MIN ? 0 : amount;
}

void message_in_parts(struct message_draft *c, const struct message_parts *p)
{
    c->whole = *p;
}

bool message_has(const struct message_draft *c, const char *subject)
{
    return json_get(c->numbers, subject) != NULL;
}

/* Of what goes beyond the cases of a message only what happens by when, and who. */
static void shorten(struct json *duty)
{
    static const char *const left_out[] = { "law", "remedy", "clears" };

    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
        json_set(duty, left_out[i], json_nothing());
    json_set(duty, "steps", json_list());
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
    struct json *duty;

    if (c->old != DATE_NONE && n->due != DATE_NONE && n->due < c->old) {
        message_old(c, n->due, n->amount);
        return;
    }
    one = case_of(c, n, name);
    note_age(c, facts);
    head_case(c, one, n, change, facts);
    duty = telling_duty(n, facts, change, c->day, c->arena);
    if (one - c->cases >= MESSAGE_CASES)
        shorten(duty);
    json_add(json_get(one->json, "duties"), duty);
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

/* "1200 cases, 300 past the last day, first to act by Mon 31 Mar 2025 (part 2 of 3)" */
static void add_counts(const struct message_draft *c, struct text *t)
{
    struct message_parts w = c->whole;
    char day[DATE_LONG_SIZE];
    int64_t old = 0;

    if (!w.parts) {
        w = (struct message_parts){ .cases = c->count, .first = c->first };
        for (int i = 0; i < c->count; i++)
            w.past += c->cases[i].section == SECTION_PAST;
    }
    for (int i = 0; i < c->year_count; i++)
        old += c->years[i].count;
    if (w.cases || !old)
        text_addf(t, "%d %s", w.cases, text_plural(w.cases, "case", "cases"));
    else
        text_addf(t, "%lld whose last day lies long ago", (long long)old);
    if (w.past)
        text_addf(t, ", %d past the last day", w.past);
    if (w.first != DATE_NONE)
        text_addf(t, ", first to act by %s", date_long(w.first, day));
    if (w.parts > 1)
        text_addf(t, " (part %d of %d)", w.part, w.parts);
}

static const char *subject_of(const struct message_draft *c, bool trial)
{
    AUTO_TEXT t = { .max = 300 };
    char day[DATE_LONG_SIZE];

    text_addf(&t, "%s[%s] ", trial ? "TRIAL: " : "", c->settings->name);
    if (strcmp(c->kind, "digest") == 0)
        text_addf(&t, "Daily summary for %s: ", date_long(c->day, day));
    else if (strcmp(c->kind, "baseline") == 0)
        text_add(&t, "What stood open when the watch began: ");
    if (c->count == 1 && c->whole.parts < 2 && c->first_name) {
        bool news = *c->first_change && strcmp(c->kind, "baseline") != 0;

        if (news)
            text_add(&t, c->first_change);
        if (c->first != DATE_NONE)
            text_addf(&t, "%sact by %s", news ? ", " : "", date_long(c->first, day));
        text_addf(&t, "%s%s, %s", news || c->first != DATE_NONE ? ": " : "", c->first_name,
                  c->first_title ? c->first_title : "");
    } else {
        add_counts(c, &t);
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
    text_add(&t, "Not listed here, because the last day passed, or may have passed, long ago:");
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
        static const int first_load[SECTIONS] = { SECTION_SOON,  SECTION_AHEAD, SECTION_PAST,
                                                  SECTION_MAYBE, SECTION_OTHER, SECTION_DONE };
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
    json_set_whole(out, "part", c->whole.parts ? c->whole.part : 1);
    json_set_whole(out, "parts", c->whole.parts ? c->whole.parts : 1);
    json_set_whole(out, "more", c->whole.parts ? c->whole.cases - c->count : 0);
    json_set(out, "money", c->money);
    json_set(out, "not_alarmed", c->not_alarmed);
    json_set(out, "foot", c->foot);
    json_free(c->numbers);
    free(c->cases);
    arena_free(c->arena);
    free(c);
    return out;
}
