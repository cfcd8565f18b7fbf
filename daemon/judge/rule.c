#include "judge/rule.h"

#include "base/limit.h"
#include "base/text.h"
#include "judge/needs.h"
#include "judge/parts.h"
#include "judge/statement.h"

#include <stdlib.h>
#include <string.h>

static void check_need(const struct building *b, struct prepared_rule *r, const struct need *n)
{
    if (!need_is_met(b->settings, n) && !r->off)
        r->off = n->column
                     ? arena_print(b->arena, "no source maps %s.%s", n->dataset->id, n->column)
                     : arena_print(b->arena, "no source fills %s", n->dataset->id);
}

static void check_needs(const struct building *b, struct prepared_rule *r)
{
    const struct profile *p = settings_profile(b->settings, r->def->profile);
    const struct need own = { .dataset = r->dataset, .declared = true };

    check_need(b, r, &own);
    for (size_t i = 0; i < r->def->needs.count; i++) {
        struct need n = need_read(b->settings, r->dataset, r->def->needs.all[i], b->arena);

        if (n.declared)
            check_need(b, r, &n);
        else
            problem_add(b->problems, r->def->at.file, r->def->at.line,
                        "rule \"%s\": needs: no such column: %s", r->def->id, r->def->needs.all[i]);
    }
    r->off_by_choice = !r->def->on || (p && !p->on);
    if (r->off_by_choice)
        r->off = r->def->on ? arena_print(b->arena, "profile %s is off", p->name) : "it is off";
}

void rule_term(const char *text, struct term *ret)
{
    if (text)
        term_read(text, ret);
}

static void read_ladder(const struct building *b, struct prepared_rule *r)
{
    struct rung_term *rungs = arena_alloc(b->arena, (r->ladder->rungs.count + 1) * sizeof *rungs);

    r->rungs = rungs;
    for (LIST_EACH(const struct rung, g, &r->ladder->rungs)) {
        struct rung_term *to = &rungs[r->rung_count++];

        if (!g->when || !term_read(g->when, &to->at))
            return; /* said already */
        to->severity = g->severity;
        rule_term(g->remind_every, &to->remind);
    }
    rule_term(r->ladder->past_remind_every, &r->past_remind);
}

static struct counting counting_of(const struct building *b, const char *name)
{
    const struct calendar_setting *c = settings_calendar(b->settings, name);

    return (struct counting){ .calendar = c ? c->made : NULL,
                              .leap = (enum leap_day)b->settings->leap_day };
}

/* Business days need a calendar. */
static void find_business(const struct building *b, struct prepared_rule *r)
{
    const struct term others[] = {
        r->cap.term, r->bound_term, r->each, r->grace, r->fix, r->within
    };

    for (int i = 0; i < r->way_count; i++)
        r->business |= r->ways[i].term.unit == TERM_BUSINESS_DAYS;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        r->business |= others[i].unit == TERM_BUSINESS_DAYS;
    if (r->business && !r->counting.calendar)
        problem_add(b->problems, r->def->at.file, r->def->at.line,
                    "rule \"%s\": business days need a calendar: set calendar = \"...\" in the "
                    "deadline or for all, and calendars",
                    r->def->id);
}

/* What the settings say in words and numbers; expressions are read by judge/parts. */
static void read_fields(const struct building *b, struct prepared_rule *r)
{
    const struct rule *def = r->def;

    read_ladder(b, r);
    r->zone = b->settings->zone;
    r->office = counting_of(b, b->settings->calendar);
    r->counting = counting_of(b, def->deadline && def->deadline->calendar ? def->deadline->calendar
                                                                          : b->settings->calendar);
    if (def->deadline)
        rule_read_deadline(b, r);
    if (def->every) {
        r->cadence = (struct cadence){ .unit = (enum cadence_unit)def->every->period,
                                       .count = (int)def->every->count,
                                       .since = def->every->since };
        rule_term(def->every->grace, &r->grace);
        if (def->every->by)
            weekday_read(def->every->by, &r->by);
        r->events_of = def->measure ? NULL : settings_dataset(b->settings, def->every->events);
    }
    if (def->lifecycle) {
        rule_term(def->lifecycle->within ? def->lifecycle->within : def->lifecycle->at_most,
                  &r->within);
        r->events_of = settings_dataset(b->settings, def->lifecycle->events);
    }
    rule_term(def->fix_within, &r->fix);
    find_business(b, r);
}

static void add_term(struct text *t, struct term term)
{
    text_addf(t, " %d %d", term.count, (int)term.unit);
}

static void add_line(struct text *t, const char *s)
{
    text_addf(t, "\n%s", s ? s : "-");
}

static void add_names(struct text *t, const struct texts *names)
{
    for (size_t i = 0; i < names->count; i++)
        add_line(t, names->all[i]);
}

/* All that a person would call the text of a rule, with what it stands on. */
static void digest_rule(struct prepared_rule *r, const struct made *m)
{
    const struct rule *def = r->def;
    AUTO_TEXT t = { 0 };

    text_addf(&t, "%d %d %d %d", (int)r->kind, r->latest,
              def->deadline ? def->deadline->last_day : 0, (int)r->counting.leap);
    add_line(&t, def->deadline ? def->deadline->calendar : NULL);
    add_term(&t, r->each);
    text_addf(&t, " %lld", def->deadline ? (long long)def->deadline->extensions_at_most : 0LL);
    for (int i = 0; i < r->way_count; i++)
        add_term(&t, r->ways[i].term);
    add_term(&t, r->cap.term);
    for (int i = 0; i < r->beside_count; i++)
        add_term(&t, r->beside[i].term);
    add_term(&t, r->bound_term);
    add_term(&t, r->grace);
    add_term(&t, r->fix);
    add_term(&t, r->within);
    add_line(&t, def->every ? def->every->by : NULL);
    text_addf(&t, " %d %d %d", (int)r->cadence.unit, r->cadence.count, r->cadence.since);
    for (int i = 0; i < r->rung_count; i++)
        add_term(&t, r->rungs[i].at);
    add_line(&t, r->detail_sql);
    add_line(&t, m->events);
    add_line(&t, m->extensions);
    add_line(&t, m->tollings);
    add_line(&t, m->front);
    add_line(&t, m->parties);
    add_line(&t, m->groups);
    add_line(&t, m->target);
    if (def->measure)
        text_addf(&t, "\n%d %d %lld %lld %lld %d", def->measure->against_peers, def->measure->worse,
                  (long long)def->measure->confidence, (long long)def->measure->min_cases,
                  (long long)def->measure->min_periods, def->measure->at_most.text != NULL);
    if (def->lifecycle) {
        add_names(&t, &def->lifecycle->after);
        add_line(&t, NULL);
        add_names(&t, &def->lifecycle->must_follow);
        add_line(&t, NULL);
        add_names(&t, &def->lifecycle->must_not_follow);
    }
    digest_of(text_of(&t), t.size, r->digest);
}

static bool prepare_one(const struct building *b, const struct prepared_rule *r, const char *sql,
                        int columns, struct cage_stmt **ret)
{
    struct error e;

    if (!sql || cage_prepare(b->cage, sql, columns, ret, &e))
        return true;
    problem_add(b->problems, r->def->at.file, r->def->at.line, "rule \"%s\": %s", r->def->id,
                e.text);
    return false;
}

/* More rows than one rule can be asked about. */
LIMIT(
    ROWS_MOST,
    10000000); /* unknown: what a rule watches that counts over more rows; the operators are told */

static bool prepare_groups(const struct building *b, struct prepared_rule *r, const char *sql)
{
    if (!prepare_one(b, r, sql, GROUP_COLUMNS, &r->groups))
        return false;
    if (r->groups)
        cage_allow(r->groups, ROWS_MOST);
    return true;
}

static bool prepare_limited(const struct building *b, struct prepared_rule *r)
{
    if (!prepare_one(b, r, r->limited_sql, 1, &r->limited))
        return false;
    if (r->limited)
        cage_allow(r->limited, ROWS_MOST);
    return true;
}

/* A front may have so many rows: the budget of one row is not enough for them. */
#define FRONT_TIMES 1000

static bool prepare_front(const struct building *b, struct prepared_rule *r, const struct made *m)
{
    if (!prepare_one(b, r, m->front, FRONT_COLUMNS, &r->front_rows) ||
        !prepare_one(b, r, m->parties, PARTY_COLUMNS, &r->front_parties))
        return false;
    if (r->front_rows)
        cage_allow(r->front_rows, FRONT_TIMES);
    if (r->front_parties)
        cage_allow(r->front_parties, FRONT_TIMES);
    return true;
}

static bool prepare_rule(const struct building *b, const struct rule *def, struct prepared_rule *r)
{
    size_t before = b->problems->errors;
    struct made m = { 0 };

    r->def = def;
    r->cage = b->cage;
    r->subject = settings_subject(b->settings, def->subject);
    r->ladder = settings_ladder(b->settings, def->ladder);
    r->dataset = r->subject ? settings_dataset(b->settings, r->subject->from) : NULL;
    r->kind = rule_kind_of(def);
    if (!r->dataset || !r->dataset->id || !r->dataset->key || !r->ladder ||
        (r->kind == RULE_DEADLINE && !def->deadline))
        return false; /* said already */
    read_fields(b, r);
    check_needs(b, r);
    if (!parts_make(b, r, &m) || b->problems->errors != before)
        return false;
    digest_rule(r, &m);
    return prepare_one(b, r, r->detail_sql, r->detail_columns, &r->detail) &&
           prepare_limited(b, r) && prepare_one(b, r, m.events, EVENT_COLUMNS, &r->events) &&
           prepare_one(b, r, m.extensions, LEDGER_COLUMNS, &r->extensions) &&
           prepare_one(b, r, m.tollings, LEDGER_COLUMNS, &r->tollings) && prepare_front(b, r, &m) &&
           prepare_groups(b, r, m.groups) && prepare_one(b, r, m.target, 1, &r->target);
}

bool rule_is_single(const struct prepared_rule *r)
{
    return r->kind != RULE_STANDARD;
}

const char *rule_whole_when(const struct prepared_rule *r, struct arena *a)
{
    AUTO_TEXT t = { 0 };

    if (!rule_is_single(r))
        return "any of its data changes";
    if (r->reads.today)
        text_add(&t, "a day begins");
    if (r->kind == RULE_CADENCE)
        text_addf(&t, "%sa period begins", t.size ? ", " : "");
    for (int i = 0; i < r->lookups.at_large_count; i++)
        text_addf(&t, "%s%s changes", t.size ? ", " : "", r->lookups.at_large[i]->id);
    if (r->lookups.duties_at_large)
        text_addf(&t, "%sthe duties that it reads change", t.size ? ", " : "");
    if (r->lookups.deeds_at_large)
        text_addf(&t, "%swhat people did changes", t.size ? ", " : "");
    return t.size ? arena_text(a, text_of(&t)) : NULL;
}

struct prepared_rule *rulebook_rule(const struct rulebook *b, const char *id)
{
    for (int i = 0; i < b->count; i++)
        if (strcmp(b->rules[i].def->id, id) == 0)
            return &b->rules[i];
    return NULL;
}

/* --- the passes --- */

/* Its column of the filter. What another rule reads is looked at: its duties are kept when met. */
static void add_glance(struct text *sql, const struct prepared_rule *r)
{
    if (r->wrong && !r->referred)
        text_addf(sql,
                  ", CASE WHEN _unread IS NOT NULL THEN %d WHEN (%s) IS FALSE THEN %d"
                  " WHEN coalesce(_gone, 0) = 0 AND (%s) IS TRUE"
                  " AND (%s\n) IS FALSE THEN %d ELSE %d END",
                  GLANCE_LOOK, r->filter, GLANCE_OUTSIDE, r->filter, r->wrong, GLANCE_RIGHT,
                  GLANCE_LOOK);
    else
        text_addf(sql, ", (_unread IS NOT NULL OR (%s)) IS NOT FALSE", r->filter);
}

static void prepare_pass(const struct building *b, struct rulebook *book, struct rule_pass *p)
{
    AUTO_TEXT sql = { 0 };
    AUTO_TEXT plain = { 0 };
    struct error e;

    p->rules = arena_alloc(b->arena, ((size_t)book->count + 1) * sizeof *p->rules);
    text_addf(&sql, "SELECT %s", p->dataset->key);
    text_add(&plain, text_of(&sql));
    for (int i = 0; i < book->count; i++) {
        struct prepared_rule *r = &book->rules[i];

        if (r->dataset != p->dataset || r->layer != p->layer || r->off || !r->detail ||
            !rule_is_single(r))
            continue;
        p->rules[p->count++] = r;
        add_glance(&sql, r);
        text_add(&plain, ", 1");
    }
    text_addf(&sql, ", _version FROM %s WHERE _version > :since", p->dataset->id);
    text_addf(&plain, ", _version FROM %s WHERE _version > :since", p->dataset->id);
    p->filter_sql = arena_text(b->arena, text_of(&sql));
    if (p->count && (!cage_prepare(b->cage, p->filter_sql, p->count + 2, &p->filter, &e) ||
                     !cage_prepare(b->cage, text_of(&plain), p->count + 2, &p->plain, &e)))
        problem_add(b->problems, p->dataset->at.file, p->dataset->at.line, "dataset \"%s\": %s",
                    p->dataset->id, e.text);
    if (p->filter) /* one row under all rules */
        cage_allow(p->filter, p->count);
}

static void prepare_passes(const struct building *b, struct rulebook *book)
{
    size_t most = b->settings->datasets.count * (size_t)(book->layers + 1) + 1;

    book->passes = arena_alloc(b->arena, most * sizeof *book->passes);
    for (int layer = 0; layer < book->layers || layer == 0; layer++)
        for (LIST_EACH(const struct dataset, d, &b->settings->datasets)) {
            struct rule_pass *p = &book->passes[book->pass_count];

            *p = (struct rule_pass){ .dataset = d, .layer = layer };
            prepare_pass(b, book, p);
            book->pass_count += p->count > 0;
        }
}

static void add_closed_day(void *data, const struct closed_day *d)
{
    text_addf(data, "\n%d %s %s", d->day, d->name, d->law ? d->law : "-");
    for (size_t i = 0; d->places && d->places[i]; i++)
        text_addf(data, " %s", d->places[i]);
}

/* ";name digest": of all that it says. */
static void add_calendar(struct text *out, const struct calendar *c)
{
    AUTO_TEXT t = { 0 };
    char digest[DIGEST_TEXT_SIZE];

    for (date d = 0; d < 7; d++)
        text_add(&t, calendar_is_weekend(c, d) ? " closed" : " open");
    calendar_closed(c, date_of(CALENDAR_FIRST_YEAR, 1, 1), date_of(CALENDAR_LAST_YEAR, 12, 31),
                    add_closed_day, &t);
    text_addf(&t, "\n%d %d", calendar_verified_until(c), calendar_as_of(c));
    if (calendar_doubted(c))
        calendar_closed(calendar_doubted(c), date_of(CALENDAR_FIRST_YEAR, 1, 1),
                        date_of(CALENDAR_LAST_YEAR, 12, 31), add_closed_day, &t);
    digest_of(text_of(&t), t.size, digest);
    text_addf(out, ";%s %s", calendar_name(c), digest);
}

static void digest_calendars(const struct building *b, struct rulebook *book)
{
    AUTO_TEXT t = { 0 };

    for (LIST_EACH(const struct calendar_setting, c, &b->settings->calendars))
        if (c->made && settings_calendar(b->settings, c->name) == c)
            add_calendar(&t, c->made);
    book->calendars = arena_text(b->arena, text_of(&t));
}

bool rule_calendar_changed(const struct rulebook *b, const struct prepared_rule *r,
                           const char *before)
{
    const struct calendar *used[] = { r->counting.calendar, r->office.calendar };
    AUTO_TEXT name = { 0 };

    for (int i = 0; i < 2; i++) {
        const char *now, *then;

        if (!used[i])
            continue;
        text_clear(&name);
        text_addf(&name, ";%s ", calendar_name(used[i]));
        now = strstr(b->calendars, text_of(&name));
        then = strstr(before, text_of(&name));
        if (!now || !then || strncmp(now, then, name.size + DIGEST_TEXT_SIZE - 1) != 0)
            return true;
    }
    return false;
}

static void digest_book(const struct building *b, struct rulebook *book)
{
    AUTO_TEXT t = { 0 };

    text_addf(&t, "%s %s", b->settings->zone, b->settings->calendar ? b->settings->calendar : "-");
    text_addf(&t, "\n%s", book->calendars);
    for (int i = 0; i < book->count; i++)
        text_addf(&t, "\n%s %s %s", book->rules[i].def->id, book->rules[i].digest,
                  book->rules[i].off ? "off" : "on");
    digest_of(text_of(&t), t.size, book->digest);
}

struct rulebook *rulebook_build(const struct settings *s, struct cage *c, struct arena *a,
                                struct problems *p)
{
    struct building b = { .settings = s, .cage = c, .arena = a, .problems = p };
    struct rulebook *book = arena_alloc(a, sizeof *book);

    book->rules = arena_alloc(a, (s->rules.count + 1) * sizeof *book->rules);
    for (LIST_EACH(const struct rule, def, &s->rules))
        if (def->id && prepare_rule(&b, def, &book->rules[book->count]))
            book->count++;
        else
            book->rules[book->count] = (struct prepared_rule){ 0 };
    layers_find(&b, book);
    prepare_passes(&b, book);
    digest_calendars(&b, book);
    digest_book(&b, book);
    return book;
}

void rulebook_close(struct rulebook *b)
{
    if (!b)
        return;
    for (int i = 0; i < b->count; i++) {
        struct prepared_rule *r = &b->rules[i];
        struct cage_stmt *all[] = { r->detail,        r->events, r->extensions, r->tollings,
                                    r->groups,        r->target, r->limited,    r->front_rows,
                                    r->front_parties, r->unread };

        for (size_t n = 0; n < sizeof all / sizeof *all; n++)
            cage_finalize(all[n]);
    }
    for (int i = 0; i < b->pass_count; i++) {
        cage_finalize(b->passes[i].filter);
        cage_finalize(b->passes[i].plain);
    }
}
