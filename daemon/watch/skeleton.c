#include "watch/skeleton.h"

#include <ctype.h>
#include <string.h>

#define LITERAL_SIZE 200

/* What is put into the columns of one test. */
enum filling {
    FILL_START = 1, /* the days from which the time runs */
    FILL_MET = 2,   /* those that say that it was done */
    FILL_WRONG = 4  /* texts that are wrong, of a rule about contradictions */
};

struct writing {
    const struct prepared_rule *rule;
    const struct settings *settings;
    struct text *out;
};

/* --- what expressions name --- */

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Where `name` stands in `sql` as a word; NULL if it does not. */
static const char *find_word(const char *sql, const char *name)
{
    size_t n = strlen(name);

    for (const char *at = sql ? strstr(sql, name) : NULL; at; at = strstr(at + 1, name))
        if ((at == sql || !is_word(at[-1])) && !is_word(at[n]))
            return at;
    return NULL;
}

/* The text that `sql` wants in the column: of "name = 'x'" or "name IN ('x', 'y')", in `room`. */
static bool find_literal(const char *sql, const char *name, char *room, size_t size)
{
    const char *at = find_word(sql, name);
    size_t n = 0;

    if (!at)
        return false;
    at += strlen(name);
    at += strspn(at, " ");
    if (*at == '=')
        at++;
    else if (strncasecmp(at, "IN", 2) == 0)
        at += 2;
    else
        return false;
    at += strspn(at, " (");
    if (*at++ != '\'')
        return false;
    while (at[n] && at[n] != '\'' && n + 1 < size) {
        room[n] = at[n];
        n++;
    }
    room[n] = '\0';
    return true;
}

static bool find_in(const struct clauses *all, const char *name, char *room, size_t size)
{
    for (size_t i = 0; i < all->count; i++)
        if (find_literal(all->all[i].text, name, room, size))
            return true;
    return false;
}

static bool names_start(const struct start *s, const char *name)
{
    return find_word(s->after.text, name) || find_word(s->before.text, name) ||
           find_word(s->due.text, name);
}

/* True if the time runs from this column. */
static bool is_start(const struct prepared_rule *r, const char *name)
{
    const struct deadline *d = r->def->deadline;

    if (r->def->measure)
        return find_word(r->def->measure->on.text, name) != NULL;
    if (!d)
        return find_word(r->subject->from_on.text, name) != NULL;
    for (LIST_EACH(const struct start, s, &d->earliest_of))
        if (names_start(s, name))
            return true;
    for (LIST_EACH(const struct start, s, &d->latest_of))
        if (names_start(s, name))
            return true;
    return find_word(d->after.text, name) || find_word(d->before.text, name) ||
           find_word(d->due.text, name);
}

/* --- rows --- */

/* A text of a CSV cell inside a text of the configuration. */
static void add_cell(struct text *out, const char *value)
{
    const char *quote = strpbrk(value, ",\"") ? "\\\"" : "";

    text_add(out, quote);
    for (; *value; value++)
        text_addf(out, "%s%c", *value == '"' ? "\\\"\\" : *value == '\\' ? "\\" : "", *value);
    text_add(out, quote);
}

static void add_value(const struct writing *w, const struct column *c, int fill)
{
    const struct prepared_rule *r = w->rule;
    char room[LITERAL_SIZE];
    bool day = c->type == COLUMN_DATE || c->type == COLUMN_DATETIME;

    if (strcmp(c->name, r->dataset->key) == 0)
        text_add(w->out, "A-1");
    else if (day && (((fill & FILL_START) && is_start(r, c->name)) ||
                     ((fill & FILL_MET) && find_word(r->def->met_on.text, c->name))))
        text_addf(w->out, "DAY-OF-%s", c->name);
    else if (find_in(&r->def->applies, c->name, room, sizeof room) ||
             find_in(&r->subject->applies, c->name, room, sizeof room) ||
             ((fill & FILL_WRONG) && find_literal(r->def->wrong.text, c->name, room, sizeof room)))
        add_cell(w->out, room);
    else if (text_same(r->subject->owner.text, c->name))
        text_add(w->out, "owner@example.org");
    else if (c->required && c->values.count)
        add_cell(w->out, c->values.all[0]);
    else if (c->required && c->type == COLUMN_TEXT)
        text_add(w->out, "x");
    else if (c->required && !day)
        text_add(w->out, "1");
}

static bool reads(const struct prepared_rule *r, const struct column *c)
{
    return c->required || strcmp(c->name, r->dataset->key) == 0 ||
           reads_column(&r->reads.own, c->name);
}

/* The case of the test: names, then values. */
static void add_case(const struct writing *w, int fill)
{
    const struct dataset *d = w->rule->dataset;
    bool first = true;

    text_addf(w->out, "rows = { %s = [ \"", d->id);
    for (LIST_EACH(const struct column, c, &d->columns))
        if (reads(w->rule, c)) {
            text_addf(w->out, "%s%s", first ? "" : ",", c->name);
            first = false;
        }
    text_add(w->out, "\",\n                           \"");
    first = true;
    for (LIST_EACH(const struct column, c, &d->columns))
        if (reads(w->rule, c)) {
            text_add(w->out, first ? "" : ",");
            add_value(w, c, fill);
            first = false;
        }
    text_add(w->out, "\" ];");
}

/* The other datasets that the rule reads, without rows. */
static void add_others(const struct writing *w)
{
    const struct reads *r = &w->rule->reads;

    for (size_t i = 0; i < r->other_count; i++) {
        const struct dataset *d = settings_dataset(w->settings, r->others[i].dataset);
        bool first = true;

        if (!d || d == w->rule->dataset)
            continue;
        text_addf(w->out, "\n                 %s = [ \"", d->id);
        for (LIST_EACH(const struct column, c, &d->columns)) {
            text_addf(w->out, "%s%s", first ? "" : ",", c->name);
            first = false;
        }
        text_add(w->out, "\" ];");
    }
}

static void add_rows(const struct writing *w, int fill)
{
    add_case(w, fill);
    add_others(w);
    text_add(w->out, " };\n");
}

static void add_expect(const struct writing *w, const char *rest)
{
    bool again = w->rule->kind == RULE_CADENCE || w->rule->kind == RULE_STANDARD;

    text_addf(w->out, "      expect = ( { rule = \"%s\"; subject = \"%s\"; %s%s } );",
              w->rule->def->id, w->rule->kind == RULE_STANDARD ? "GROUP" : "A-1",
              again ? "period = \"PERIOD\"; " : "", rest);
}

/* --- the tests --- */

static void add_one(const struct writing *w, const char *what, const char *day, int fill,
                    const char *rest)
{
    text_addf(w->out, "    { name = \"%s: %s\";\n      day = \"%s\";\n      ", w->rule->def->id,
              what, day);
    add_rows(w, fill);
    add_expect(w, rest);
    text_add(w->out, " },\n\n");
}

/* What is wrong has the day on which it was first seen; anything else has its own. */
static void add_last_day(const struct writing *w)
{
    bool integrity = w->rule->kind == RULE_INTEGRITY;

    text_addf(w->out,
              "    { name = \"%s: the last day and the day after\";\n      steps = (\n    "
              "{ day = \"%s\";\n      ",
              w->rule->def->id, integrity ? "DAY-SEEN" : "DAY-LAST");
    add_rows(w, FILL_START | FILL_WRONG);
    if (integrity)
        text_add(w->out, "    },\n    { day = \"DAY-LAST\";\n");
    add_expect(w, "last_day = \"DAY-LAST\"; past_since = \"none\";");
    text_add(w->out, " },\n    { day = \"DAY-AFTER\";\n");
    add_expect(w, "stage = \"past\"; changes = \"breached\"; past_since = \"DAY-AFTER\";");
    text_add(w->out, " } ); }\n");
}

/* The one that must not be told: done, nothing wrong, or early. */
static void add_untold(const struct writing *w)
{
    if (w->rule->def->met_on.text)
        add_one(w, "not told when it is done", "DAY-TOLD", FILL_START | FILL_MET,
                "answer = \"met\"; finding = \"none\";");
    else if (w->rule->kind == RULE_INTEGRITY)
        add_one(w, "not told when nothing is wrong", "DAY-TOLD", FILL_START, "finding = \"none\";");
    else
        add_one(w, "not told before the first rung", "DAY-BEFORE", FILL_START,
                "finding = \"none\";");
}

void skeleton_write(const struct prepared_rule *r, const struct settings *s, struct text *out)
{
    struct writing w = { r, s, out };
    const char *told = r->kind == RULE_INTEGRITY
                           ? "answer = \"pending\"; finding = \"open\";"
                           : "answer = \"pending\"; last_day = \"DAY-LAST\"; finding = \"open\";";

    text_addf(out,
              "# %s: %s.\n# Fill in each DAY (2025-03-31), and what else makes the case; then: "
              "dutywatch test.\n\ntests = (\n",
              r->def->id, r->def->title);
    add_one(&w, r->kind == RULE_INTEGRITY ? "told when it is wrong" : "told when a rung is reached",
            "DAY-TOLD", FILL_START | FILL_WRONG, told);
    add_untold(&w);
    add_one(&w, "unknown when the data cannot tell", "DAY-TOLD", 0, "answer = \"unknown\";");
    add_last_day(&w);
    text_add(out, ");\n");
}
