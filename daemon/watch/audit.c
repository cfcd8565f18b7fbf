#include "watch/audit.h"

#include "base/text.h"
#include "calendar/period.h"
#include "codec/json.h"
#include "watch/coverage.h"
#include "watch/tally.h"

struct auditing {
    const struct report_from *r;
    const struct json *coverage;
    date day;
};

/* One item under way. */
struct standing {
    int64_t on, off, open, amount;
    date since, last;
};

static struct json *rule_of(const struct auditing *u, const char *id)
{
    const struct json *rules = json_get(u->coverage, "rules");

    for (size_t i = 0; i < json_count(rules); i++)
        if (text_same(json_get_text(json_at(rules, i), "id"), id))
            return json_at(rules, i);
    return NULL;
}

/* Since when a rule watches, what is open of it, and when something of it changed last. */
static bool read_rule(const struct auditing *u, const char *id, struct standing *n, struct error *e)
{
    STMT s = NULL;
    bool row;

    if (!db_query(u->r->db, &s, e,
                  "SELECT (SELECT since FROM st.rule WHERE id = ?1),"
                  " (SELECT count(*) FROM st.finding WHERE rule = ?1 AND status = 'OPEN'"
                  "  AND (quiet_because IS NULL OR breached_on IS NOT NULL)),"
                  " (SELECT max(m.day) FROM st.move AS m JOIN st.finding AS f ON f.id = m.finding"
                  "  WHERE f.rule = ?1)",
                  "t", id) ||
        !db_row(s, &row, e))
        return error_wrap(e, "rule %s", id);
    if (!db_is_null(s, 0) && (n->since == DATE_NONE || db_date(s, 0) < n->since))
        n->since = db_date(s, 0);
    n->open += db_int(s, 1);
    if (!db_is_null(s, 2) && db_date(s, 2) > n->last)
        n->last = db_date(s, 2);
    return true;
}

/* The money of what is open: of a case that several rules have, the largest amount. `rules`: their
 * ids. */
static bool read_money(const struct auditing *u, const struct json *rules, struct standing *n,
                       struct error *e)
{
    AUTO_TEXT ids = { 0 };
    STMT s = NULL;
    bool row;

    json_write(rules, false, &ids);
    if (!db_query(u->r->db, &s, e,
                  "SELECT coalesce(sum(largest), 0) FROM (SELECT max(amount) AS largest"
                  " FROM st.finding WHERE rule IN (SELECT value FROM json_each(?)) AND"
                  " status = 'OPEN' AND (quiet_because IS NULL OR breached_on IS NOT NULL)"
                  " GROUP BY subject)",
                  "t", text_of(&ids)) ||
        !db_row(s, &row, e))
        return error_wrap(e, "money");
    n->amount = db_int(s, 0);
    return true;
}

/* --- a month --- */

static bool count_rule_month(const struct auditing *u, const char *id, date first, date last,
                             int64_t *passed, int64_t *done, struct error *e)
{
    STMT s = NULL;
    bool row;

    if (!db_query(u->r->db, &s, e,
                  "SELECT (SELECT count(*) FROM st.finding WHERE rule = ?1"
                  "  AND breached_on BETWEEN ?2 AND ?3),"
                  " (SELECT count(*) FROM st.move AS m JOIN st.finding AS f ON f.id = m.finding"
                  "  WHERE f.rule = ?1 AND m.cause IN ('met', 'met late')"
                  "  AND m.day BETWEEN ?2 AND ?3)",
                  "tdd", id, first, last) ||
        !db_row(s, &row, e))
        return false;
    *passed += db_int(s, 0);
    *done += db_int(s, 1);
    return true;
}

static bool add_month(const struct auditing *u, const struct audit_item *item, struct json *j,
                      const char *key, date first, date last, struct error *e)
{
    int64_t passed = 0, done = 0;
    struct json *m;

    for (size_t i = 0; i < item->rules.count; i++)
        if (!count_rule_month(u, item->rules.all[i], first, last, &passed, &done, e))
            return false;
    m = json_group();
    json_set_whole(m, "passed", passed);
    json_set_whole(m, "done", done);
    json_set(j, key, m);
    return true;
}

static bool add_months(const struct auditing *u, const struct audit_item *item,
                       const struct standing *n, struct json *j, struct error *e)
{
    const struct term month = { 1, TERM_MONTHS }, back = { -1, TERM_MONTHS };

    if (n->since == DATE_NONE) {
        json_set(j, "first_month", json_nothing());
        json_set(j, "last_month", json_nothing());
        return true;
    }
    return add_month(u, item, j, "first_month", n->since, term_end(n->since, month, NULL), e) &&
           add_month(u, item, j, "last_month", term_end(u->day, back, NULL) + 1, u->day, e);
}

/* --- an item --- */

static void add_tallies(struct json *j, const struct json *rules)
{
    static const char *const keys[] = { "duties", "cases", "met",   "late",
                                        "ahead",  "past",  "quiet", "unknown" };
    int64_t duties = 0, unknown = 0;

    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        int64_t sum = 0;

        for (size_t i = 0; i < json_count(rules); i++)
            sum += json_get_whole(json_get(json_at(rules, i), "tally"), keys[k]);
        json_set_whole(j, keys[k], sum);
        if (k == 0)
            duties = sum;
        unknown = sum; /* the last one */
    }
    json_set_whole(j, "known", duties - unknown);
}

static bool is_whole(const struct json *rules, const struct standing *n)
{
    for (size_t i = 0; i < json_count(rules); i++) {
        const char *state = json_get_text(json_at(rules, i), "state");

        if (!text_same(state, "on") && !text_same(state, "off by choice"))
            return false;
    }
    return n->on && !n->open;
}

static bool add_item(const struct auditing *u, const struct audit_item *item, struct json *items,
                     bool *whole, struct error *e)
{
    struct standing n = { .since = DATE_NONE, .last = DATE_NONE };
    struct json *j = json_group(), *rules = json_list();
    AUTO(json) watched = json_list();

    json_add(items, j);
    json_set_text(j, "name", item->name);
    json_set_text(j, "text", item->text);
    json_set(j, "rules", rules);
    for (size_t i = 0; i < item->rules.count; i++) {
        struct json *rule = rule_of(u, item->rules.all[i]);
        bool on = text_same(json_get_text(rule, "state"), "on");

        if (rule)
            json_add(rules, json_copy_ref(rule));
        n.on += on;
        n.off += !on;
        if (on)
            json_add_text(watched, item->rules.all[i]);
        if (on && !read_rule(u, item->rules.all[i], &n, e))
            return false;
    }
    if (!read_money(u, watched, &n, e))
        return false;
    json_set_whole(j, "on", n.on);
    json_set_whole(j, "off", n.off);
    json_set_day(j, "since", n.since);
    add_tallies(j, rules);
    json_set_whole(j, "open", n.open);
    json_set_whole(j, "amount", n.amount);
    json_set_day(j, "last", n.last);
    *whole &= is_whole(rules, &n);
    return add_months(u, item, &n, j, e);
}

static const struct audit *audit_named(const struct settings *s, const char *id)
{
    for (LIST_EACH(const struct audit, u, &s->audits))
        if (text_same(u->id, id))
            return u;
    return NULL;
}

static bool refuse(const struct settings *s, const char *id, struct error *e)
{
    AUTO_TEXT names = { .max = 300 };

    for (LIST_EACH(const struct audit, u, &s->audits))
        text_addf(&names, "%s%s", names.size ? ", " : "", u->id);
    return error_set(e, ERROR_INPUT, "there is no audit \"%s\"%s%s", id,
                     names.size ? "; there are: " : ": audits = ( ... ) has none", text_of(&names));
}

/* The coverage of all rules, with their tallies. */
static struct json *cover(const struct report_from *r, struct error *e)
{
    AUTO(arena) a = arena_new();
    struct tally *tallies;

    return tally_rules(r, a, &tallies, e) ? coverage(r, false, tallies, e) : NULL;
}

struct json *audit(const struct report_from *r, const char *id, struct error *e)
{
    const struct audit *of = audit_named(r->settings, id);
    AUTO(json) covered = NULL;
    struct auditing u = { .r = r };
    struct json *j, *items;
    bool whole = true, ok = true;

    if (!of) {
        refuse(r->settings, id, e);
        return NULL;
    }
    covered = cover(r, e);
    u.coverage = covered;
    if (!covered || !report_day(r, &u.day, e))
        return NULL;
    j = json_group();
    items = json_list();
    json_set_text(j, "audit", of->id);
    json_set_text(j, "title", of->title);
    json_set_day(j, "day", u.day);
    json_set(j, "items", items);
    for (LIST_EACH(const struct audit_item, item, &of->of))
        ok = ok && (u.day == DATE_NONE || add_item(&u, item, items, &whole, e));
    json_set_truth(j, "whole", whole && u.day != DATE_NONE);
    if (ok)
        return j;
    json_free(j);
    return NULL;
}
