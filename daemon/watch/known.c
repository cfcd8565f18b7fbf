#include "watch/known.h"

#include "base/arena.h"
#include "base/limit.h"
#include "base/text.h"
#include "judge/lookup.h"
#include "notify/words.h"

#include <stdlib.h>
#include <string.h>

LIMIT(NAMES_SHOWN, 6); /* told: how many more names there are */

/* The names that there are; texts are lent. */
struct names {
    const char **all; /* ended by NULL */
    int count;
};

static void add(struct names *n, const char *name)
{
    for (int i = 0; i < n->count; i++)
        if (strcmp(n->all[i], name) == 0)
            return;
    n->all = grow(n->all, (size_t)n->count + 2, sizeof *n->all);
    n->all[n->count++] = name;
    n->all[n->count] = NULL;
}

/* Takes the names apart as well. */
static bool refuse(const char *kind, const char *name, struct names *n, struct error *e)
{
    const char *near = n->all ? text_nearest(name, n->all) : NULL;
    AUTO_TEXT some = { 0 };

    for (int i = 0; !near && i < n->count && i < NAMES_SHOWN; i++)
        text_addf(&some, "%s%s", i ? ", " : "; there are ", n->all[i]);
    if (!near && n->count > NAMES_SHOWN)
        text_addf(&some, " and %d more", n->count - NAMES_SHOWN);
    free(n->all);
    n->all = NULL;
    return error_set(e, ERROR_INPUT, "there is no %s \"%s\"%s%s%s%s", kind, name, near ? " (" : "",
                     near ? near : "", near ? "?)" : "", text_of(&some));
}

/* --- rules --- */

bool known_own(const char *rule)
{
    return text_same(rule, RULE_BLIND) || text_same(rule, RULE_INCOMPLETE) ||
           text_same(rule, RULE_DIFFERS) || text_same(rule, RULE_REJECTED);
}

bool known_rule(const struct settings *s, const char *rule, struct error *e)
{
    struct names n = { 0 };

    if (!rule || settings_rule(s, rule))
        return true;
    for (LIST_EACH(const struct rule, r, &s->rules))
        add(&n, r->id);
    return refuse("rule", rule, &n, e);
}

bool known_found(const struct settings *s, struct db *state, const char *rule, struct error *e)
{
    int64_t found = 0;

    if (!rule || known_own(rule) || settings_rule(s, rule))
        return true;
    if (!db_number(state, &found, e, "SELECT EXISTS (SELECT 1 FROM finding WHERE rule = ?)", "t",
                   rule))
        return false;
    return found || known_rule(s, rule, e);
}

/* --- units and offices --- */

enum part { PART_UNIT, PART_OFFICE, PART_OWNER };

static const char *const part_names[] = { "unit", "office", "owner" };

struct place_of {
    const struct known *known;
    enum part part;
    const char *name;
};

static bool has_table(struct db *data, const struct dataset *d, const char *column, bool *ret,
                      struct error *e)
{
    int64_t n = 0;
    bool ok = db_number(data, &n, e, "SELECT count(*) FROM pragma_table_info(?) WHERE name = ?",
                        "tt", d->id, column);

    *ret = n != 0;
    return ok;
}

/* Whether `d` has a row with `name` in `column`. `ret_blind`: it has no row at all. */
static bool in_dataset(struct db *data, const struct dataset *d, const char *column,
                       const char *name, bool *ret, bool *ret_blind, struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;
    bool there, row = false;

    *ret = *ret_blind = false;
    if (!has_table(data, d, column, &there, e))
        return false;
    if (!there) {
        *ret_blind = true;
        return true;
    }
    text_addf(&sql, "SELECT EXISTS (SELECT 1 FROM %s WHERE %s = ?), EXISTS (SELECT 1 FROM %s)",
              d->id, column, d->id);
    if (!db_query_text(data, &s, e, text_of(&sql), "t", name) || !db_row(s, &row, e))
        return false;
    *ret = row && db_int(s, 0);
    *ret_blind = !row || !db_int(s, 1);
    return true;
}

static bool in_texts(const struct texts *t, const char *name)
{
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->all[i], name) == 0)
            return true;
    return false;
}

/* A row of a dataset more than one rule may be asked about. */
#define EACH_ROW 1000000

/* Whether an expression gives it for some row of `d`. It cannot be told, and so is true, where the
 * expression cannot be asked or the dataset has no row. */
static bool in_expression(const struct place_of *p, const struct dataset *d, const char *text,
                          bool *ret)
{
    struct cage_values v = { .today = p->known->today, .key = p->name };
    struct generation *g = p->known->generation;
    AUTO(arena) a = arena_new();
    struct lookups unused = { 0 };
    struct cage_stmt *s = NULL;
    const char *sql = NULL;
    struct error e;
    bool row = false;

    *ret = true;
    if (!g || !generation_read(g, &e) ||
        !lookup_expand(p->known->settings, d, text, &unused, a, &sql, &e) ||
        !cage_prepare(g->cage,
                      arena_print(a,
                                  "SELECT EXISTS (SELECT 1 FROM %s WHERE (%s\n) = :key) OR NOT"
                                  " EXISTS (SELECT 1 FROM %s)",
                                  d->id, sql, d->id),
                      1, &s, &e))
        return true;
    cage_allow(s, EACH_ROW);
    if (cage_bind(s, &v, &e) && cage_row(s, &row, &e) && row)
        *ret = cage_number(s, 0) != 0;
    cage_finalize(s);
    return true;
}

static const struct clause *clause_of(const struct subject *s, enum part part)
{
    return part == PART_UNIT ? &s->unit : part == PART_OFFICE ? &s->office : &s->owner;
}

/* Whether the rows of a subject can have it, or the dataset has whose key stands in that column. */
static bool in_subject(const struct place_of *p, const struct subject *subject, bool *ret,
                       struct error *e)
{
    const struct clause *c = clause_of(subject, p->part);
    const struct dataset *d = settings_dataset(p->known->settings, subject->from), *list;
    const struct column *column = d && c->text ? dataset_column(d, c->text) : NULL;
    bool blind;

    *ret = false;
    if (!c->text || !d)
        return true;
    if (!column)
        return in_expression(p, d, c->text, ret);
    if (in_texts(&column->values, p->name)) {
        *ret = true;
        return true;
    }
    if (!in_dataset(p->known->data, d, column->name, p->name, ret, &blind, e))
        return false;
    *ret |= blind;
    list = column->refers ? settings_dataset(p->known->settings, column->refers) : NULL;
    return *ret || !list || in_dataset(p->known->data, list, list->key, p->name, ret, &blind, e);
}

static bool in_configuration(const struct place_of *p)
{
    for (LIST_EACH(const struct route, r, &p->known->settings->routes))
        if ((p->part == PART_UNIT && in_texts(&r->units, p->name)) ||
            (p->part == PART_OFFICE && in_texts(&r->offices, p->name)))
            return true;
    for (LIST_EACH(const struct contact, c, &p->known->settings->contacts))
        if (p->part == PART_OWNER && text_same(c->name, p->name))
            return true;
    return false;
}

/* The names there are are those of duties. */
static bool refuse_place(const struct place_of *p, struct error *e)
{
    AUTO(arena) a = arena_new();
    const char *column = part_names[p->part];
    struct names n = { 0 };
    STMT s = NULL;
    bool row = true, ok;

    ok = db_query_text(p->known->data, &s, e,
                       arena_print(a,
                                   "SELECT DISTINCT %s FROM duty WHERE %s IS NOT NULL ORDER BY %s",
                                   column, column, column),
                       "");
    while (ok && (ok = db_row(s, &row, e)) && row)
        add(&n, arena_text(a, db_text(s, 0)));
    if (!ok)
        free(n.all);
    return ok && refuse(column, p->name, &n, e);
}

static bool in_table(const struct place_of *p, struct db *db, const char *table, bool *ret,
                     struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;
    bool row = false;

    text_addf(&sql, "SELECT EXISTS (SELECT 1 FROM %s WHERE %s = ?)", table, part_names[p->part]);
    if (!db_query_text(db, &s, e, text_of(&sql), "t", p->name) || !db_row(s, &row, e))
        return false;
    *ret = row && db_int(s, 0);
    return true;
}

/* Whether it is in the data. */
static bool known_row(const struct place_of *p, struct error *e)
{
    bool duty, finding, found = false;

    if (!in_table(p, p->known->data, "duty", &duty, e) ||
        !in_table(p, p->known->state, "finding", &finding, e))
        return false;
    if (duty || finding)
        return true;
    for (LIST_EACH(const struct subject, s, &p->known->settings->subjects)) {
        if (!in_subject(p, s, &found, e))
            return false;
        if (found)
            return true;
    }
    return refuse_place(p, e);
}

static bool known_place(const struct place_of *p, struct error *e)
{
    return !p->name || in_configuration(p) || known_row(p, e);
}

static void warn_texts(const struct known *k, enum part part, const struct texts *names,
                       struct place at, struct problems *p)
{
    for (size_t i = 0; i < names->count; i++) {
        struct error e;

        if (!known_row(&(struct place_of){ k, part, names->all[i] }, &e) && e.class == ERROR_INPUT)
            problem_warn(p, at.file, at.line, "route: %ss: no row has it: %s", part_names[part],
                         e.text);
    }
}

void known_routes(const struct known *k, struct problems *p)
{
    for (LIST_EACH(const struct route, r, &k->settings->routes)) {
        warn_texts(k, PART_UNIT, &r->units, r->at, p);
        warn_texts(k, PART_OFFICE, &r->offices, r->at, p);
    }
}

bool known_unit(const struct known *k, const char *unit, struct error *e)
{
    return known_place(&(struct place_of){ k, PART_UNIT, unit }, e);
}

bool known_office(const struct known *k, const char *office, struct error *e)
{
    return known_place(&(struct place_of){ k, PART_OFFICE, office }, e);
}

bool known_owner(const struct known *k, const char *owner, struct error *e)
{
    return known_place(&(struct place_of){ k, PART_OWNER, owner }, e);
}

/* --- cases --- */

bool known_case(const struct settings *s, struct db *data, struct db *state, const char *subject,
                struct error *e)
{
    int64_t duty = 0, finding = 0;
    bool found, blind;

    if (!subject)
        return true;
    if (!db_number(data, &duty, e, "SELECT EXISTS (SELECT 1 FROM duty WHERE subject = ?)", "t",
                   subject) ||
        !db_number(state, &finding, e, "SELECT EXISTS (SELECT 1 FROM finding WHERE subject = ?)",
                   "t", subject))
        return false;
    if (duty || finding)
        return true;
    for (LIST_EACH(const struct subject, o, &s->subjects)) {
        const struct dataset *d = settings_dataset(s, o->from);

        if (d && !in_dataset(data, d, d->key, subject, &found, &blind, e))
            return false;
        if (d && (found || blind))
            return true;
    }
    return error_set(e, ERROR_INPUT, "there is no case \"%s\"", subject);
}
