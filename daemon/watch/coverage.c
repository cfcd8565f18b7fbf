#include "watch/coverage.h"

#include "base/arena.h"
#include "base/text.h"
#include "codec/json.h"
#include "judge/needs.h"
#include "notify/route.h"
#include "watch/generation.h"
#include "watch/tally.h"

#include <string.h>

struct covering {
    const struct report_from *r;
    struct arena *arena;
    const struct tally *tallies; /* NULL: nobody asked */
    bool list, whole;
};

/* --- rules --- */

static struct json *sources_of(const struct settings *s, const struct dataset *d)
{
    struct json *list = json_list();

    for (LIST_EACH(const struct source, o, &s->sources))
        for (LIST_EACH(const struct take, t, &o->takes))
            if (!o->of && strcmp(t->dataset, d->id) == 0) {
                json_add_text(list, o->id);
                break;
            }
    return list;
}

/* Adds a need that nobody meets. */
static void add_missing(struct json *list, const struct settings *s, const struct need *n)
{
    struct json *j;

    if (!n->declared || need_is_met(s, n))
        return;
    j = json_group();
    json_set_text(j, "dataset", n->dataset->id);
    json_set_text(j, "column", n->column);
    json_set(j, "sources", sources_of(s, n->dataset));
    json_add(list, j);
}

static struct json *missing_of(const struct covering *c, const struct rule *rule)
{
    const struct settings *s = c->r->settings;
    const struct subject *subject = settings_subject(s, rule->subject);
    const struct dataset *own = subject ? settings_dataset(s, subject->from) : NULL;
    const struct need itself = { .dataset = own, .declared = own != NULL };
    struct json *list = json_list();

    add_missing(list, s, &itself);
    for (size_t i = 0; own && i < rule->needs.count; i++) {
        struct need n = need_read(s, own, rule->needs.all[i], c->arena);

        add_missing(list, s, &n);
    }
    return list;
}

/* What the operators were told of a rule that does not work, or NULL. */
static bool failing(const struct covering *c, const char *id, const char **ret, struct error *e)
{
    STMT s = NULL;
    bool row = false;

    *ret = NULL;
    if (!db_query(c->r->db, &s, e,
                  "SELECT m.derivation ->> '$.steps[0].says' FROM st.finding f JOIN st.move m"
                  " ON m.finding = f.id AND m.ordinal = f.ordinal WHERE f.rule = 'blind'"
                  " AND f.subject = 'rule ' || ? AND f.status = 'OPEN'",
                  "t", id) ||
        !db_row(s, &row, e))
        return false;
    if (row)
        *ret = arena_text(c->arena, db_text(s, 0));
    return true;
}

static bool count_duties(const struct covering *c, struct json *j, const char *id, struct error *e)
{
    STMT s = NULL;
    bool row = false;

    if (!db_query(c->r->db, &s, e,
                  "SELECT count(*), coalesce(sum(answer = 'unknown'), 0) FROM main.duty"
                  " WHERE rule = ? AND answer <> 'met'",
                  "t", id) ||
        !db_row(s, &row, e))
        return false;
    json_set_whole(j, "watched", row ? db_int(s, 0) : 0);
    json_set_whole(j, "unknown", row ? db_int(s, 1) : 0);
    return true;
}

static void add_tally(const struct covering *c, struct json *j, const char *id)
{
    const struct rulebook *book = c->tallies ? c->r->generation->book : NULL;
    const struct prepared_rule *r = book ? rulebook_rule(book, id) : NULL;
    const struct tally *t = r && !r->off ? &c->tallies[r - book->rules] : NULL;
    struct json *n;

    if (!t)
        return;
    n = json_group();
    json_set_whole(n, "cases", t->cases);
    json_set_whole(n, "without", t->without);
    json_set_whole(n, "left_out", t->left_out);
    json_set_whole(n, "duties", t->met + t->late + t->ahead + t->past + t->quiet + t->unknown);
    json_set_whole(n, "met", t->met);
    json_set_whole(n, "late", t->late);
    json_set_whole(n, "ahead", t->ahead);
    json_set_whole(n, "past", t->past);
    json_set_whole(n, "quiet", t->quiet);
    json_set_whole(n, "unknown", t->unknown);
    json_set(j, "tally", n);
}

/* The state of a rule and why; false if the database failed. */
static bool add_state(struct covering *c, struct json *j, const struct rule *rule, struct error *e)
{
    const struct profile *p = settings_profile(c->r->settings, rule->profile);
    struct json *missing = missing_of(c, rule);
    const char *state = "on", *why = NULL, *fails;

    json_set(j, "missing", missing);
    if (!failing(c, rule->id, &fails, e))
        return false;
    if (!rule->on) {
        state = "off by choice";
        why = "on = false";
    } else if (p && !p->on) {
        state = "off by choice";
        why = arena_print(c->arena, "profile %s is off", p->name);
    } else if (json_count(missing)) {
        state = "off for want of data";
    } else if (fails) {
        state = "does not work";
        why = fails;
    }
    c->whole &= text_same(state, "on") || text_same(state, "off by choice");
    json_set_text(j, "state", state);
    json_set_text(j, "why", why);
    return true;
}

static struct json *rules_of(struct covering *c, struct error *e)
{
    struct json *list = json_list();

    for (LIST_EACH(const struct rule, rule, &c->r->settings->rules)) {
        struct json *j = json_group();

        json_add(list, j);
        json_set_text(j, "id", rule->id);
        json_set_text(j, "title", rule->title);
        json_set_text(j, "law", rule->law);
        if (!add_state(c, j, rule, e) || !count_duties(c, j, rule->id, e)) {
            json_free(list);
            return NULL;
        }
        add_tally(c, j, rule->id);
    }
    return list;
}

/* --- duties --- */

/* A gap under way; its duties come by subject. */
struct gap {
    int64_t count, cases, amount, largest;
    const char *subject; /* the case under way */
    struct json *duties;
};

static void add_duty(const struct covering *c, struct gap *g, struct stmt *s)
{
    static const char *const keys[] = { "subject", "rule",   "period", "name",
                                        "unit",    "office", "owner",  "ask" };
    const char *subject = db_text(s, 0);
    struct json *j;

    if (!text_same(subject, g->subject)) {
        g->amount += g->largest;
        g->largest = 0;
        g->cases++;
        g->subject = arena_text(c->arena, subject);
    }
    g->count++;
    if (db_int_or_none(s, 8) > g->largest)
        g->largest = db_int(s, 8);
    if (!c->list)
        return;
    j = json_group();
    for (int i = 0; i < 8; i++)
        json_set_text(j, keys[i], db_text(s, i));
    json_set_amount(j, "amount", db_int_or_none(s, 8));
    json_add(g->duties, j);
}

static struct json *end_gap(struct covering *c, struct gap *g)
{
    struct json *j = json_group();

    c->whole &= g->count == 0;
    json_set_whole(j, "count", g->count);
    json_set_whole(j, "cases", g->cases);
    json_set_whole(j, "amount", g->amount + g->largest);
    if (c->list)
        json_set(j, "duties", g->duties);
    else
        json_free(g->duties);
    return j;
}

typedef bool lacks_fn(const struct settings *s, struct stmt *duty);

static bool lacks_date(const struct settings *s, struct stmt *duty)
{
    (void)s;
    return db_is_null(duty, 9);
}

static bool lacks_owner(const struct settings *s, struct stmt *duty)
{
    const struct rule *rule = settings_rule(s, db_text(duty, 1));
    const struct subject *subject = rule ? settings_subject(s, rule->subject) : NULL;
    const char *owner = db_text(duty, 6);

    if (!subject || !subject->owner.text)
        return false;
    return !route_reaches(s, owner);
}

static struct json *gap_of(struct covering *c, lacks_fn *lacks, struct error *e)
{
    struct gap g = { .duties = json_list() };
    STMT s = NULL;
    bool row = false, ok;

    ok =
        db_query(c->r->db, &s, e,
                 "SELECT subject, rule, period, coalesce(label, subject), unit, office, owner, ask,"
                 " amount, coalesce(due, safe) FROM main.duty WHERE answer <> 'met'"
                 " ORDER BY subject, rule, period",
                 "");
    while (ok && (ok = db_row(s, &row, e)) && row)
        if (lacks(c->r->settings, s)) {
            add_duty(c, &g, s);
            ok = !c->list || report_fits(c->r, g.count, e);
        }
    if (ok)
        return end_gap(c, &g);
    json_free(g.duties);
    return NULL;
}

/* Takes what was made under `key`; false if it was not. */
static bool put(struct json *j, const char *key, struct json *value)
{
    if (value)
        json_set(j, key, value);
    return value != NULL;
}

struct json *coverage(const struct report_from *r, bool list, const struct tally *tallies,
                      struct error *e)
{
    AUTO(arena) a = arena_new();
    struct covering c = { .r = r, .arena = a, .tallies = tallies, .list = list, .whole = true };
    struct json *j = json_group();
    date day;

    if (!report_day(r, &day, e) || !put(j, "rules", rules_of(&c, e)) ||
        !put(j, "no_date", gap_of(&c, lacks_date, e)) ||
        !put(j, "no_owner", gap_of(&c, lacks_owner, e))) {
        json_free(j);
        return NULL;
    }
    json_set_day(j, "day", day);
    json_set_truth(j, "whole", c.whole);
    return j;
}
