#include "judge/rule.h"

#include "base/text.h"
#include "codec/digest.h"

#include <stdlib.h>
#include <string.h>

struct building {
    const struct settings *settings;
    struct cage *cage;
    struct arena *arena;
    struct problems *problems;
};

/* Checks one expression; says what is wrong where it stands. */
static void check(const struct building *b, struct prepared_rule *r, const char *part,
                  const struct clause *c)
{
    struct error e;

    if (!c->text)
        return;
    if (!cage_check(b->cage, r->dataset, c->text, &r->reads, b->arena, &e))
        problem_add(b->problems, c->at.file, c->at.line, "rule \"%s\": %s: %s", r->def->id, part,
                    e.text);
}

static void check_all(const struct building *b, struct prepared_rule *r, const char *part,
                      const struct clauses *list)
{
    for (size_t i = 0; i < list->count; i++)
        check(b, r, part, &list->all[i]);
}

static void check_expressions(const struct building *b, struct prepared_rule *r)
{
    const struct deadline *d = r->def->deadline;

    check_all(b, r, "subject applies", &r->subject->applies);
    check(b, r, "label", &r->subject->label);
    check(b, r, "unit", &r->subject->unit);
    check(b, r, "office", &r->subject->office);
    check(b, r, "owner", &r->subject->owner);
    check(b, r, "amount", &r->subject->amount);
    check_all(b, r, "applies", &r->def->applies);
    check(b, r, "deadline: after", &d->after);
    check(b, r, "deadline: before", &d->before);
    check(b, r, "deadline: due", &d->due);
    if (d->no_later_than)
        check(b, r, "deadline: no_later_than: after", &d->no_later_than->after);
    check(b, r, "met_on", &r->def->met_on);
    for (LIST_EACH(const struct quiet, q, &r->def->quiet)) {
        check(b, r, "quiet: when", &q->when);
        check(b, r, "quiet: on", &q->on);
        check(b, r, "quiet: detail", &q->detail);
    }
    for (LIST_EACH(const struct unknown, u, &r->def->unknown))
        check(b, r, "unknown: when", &u->when);
}

/* "(a) AND (b)"; "1" when there is none. A line end keeps a comment from eating the bracket. */
static void add_conditions(struct text *sql, const struct prepared_rule *r)
{
    const struct clauses *both[] = { &r->subject->applies, &r->def->applies };
    const char *between = "";

    for (int n = 0; n < 2; n++)
        for (size_t i = 0; i < both[n]->count; i++) {
            text_addf(sql, "%s(%s\n)", between, both[n]->all[i].text);
            between = " AND ";
        }
    if (!*between)
        text_add(sql, "1");
}

static void add_clause(struct text *sql, const struct clause *c)
{
    if (c->text)
        text_addf(sql, ", (%s\n)", c->text);
    else
        text_add(sql, ", NULL");
}

static const char *detail_sql(const struct building *b, struct prepared_rule *r)
{
    const struct deadline *d = r->def->deadline;
    const struct clause none = { 0 };
    AUTO_TEXT sql = { 0 };

    text_addf(&sql, "SELECT %s", r->dataset->key);
    add_clause(&sql, &r->subject->label);
    text_add(&sql, ", ");
    add_conditions(&sql, r);
    add_clause(&sql, &r->subject->unit);
    add_clause(&sql, &r->subject->office);
    add_clause(&sql, &r->subject->owner);
    add_clause(&sql, &r->subject->amount);
    add_clause(&sql, d->after.text ? &d->after : d->before.text ? &d->before : &d->due);
    add_clause(&sql, d->no_later_than ? &d->no_later_than->after : &none);
    add_clause(&sql, &r->def->met_on);
    text_add(&sql, ", _pull, _line, _gone, _raw");
    r->detail_columns = DETAIL_FIXED;
    for (LIST_EACH(const struct quiet, q, &r->def->quiet)) {
        add_clause(&sql, &q->when);
        add_clause(&sql, &q->on);
        add_clause(&sql, &q->detail);
        r->detail_columns += 3;
    }
    for (LIST_EACH(const struct unknown, u, &r->def->unknown)) {
        add_clause(&sql, &u->when);
        r->detail_columns++;
    }
    for (int i = 0; i < r->evidence_count; i++)
        text_addf(&sql, ", %s", r->evidence[i]);
    r->detail_columns += r->evidence_count;
    text_addf(&sql, " FROM %s WHERE %s = :key", r->dataset->id, r->dataset->key);
    return arena_text(b->arena, text_of(&sql));
}

/* The columns shown with a date: as the rule says, else those it reads. */
static void choose_evidence(const struct building *b, struct prepared_rule *r)
{
    const struct texts *named = &r->def->evidence;
    const char **all;

    if (!named->count) {
        all = arena_alloc(b->arena, (r->reads.count + 1) * sizeof *all);
        memcpy(all, r->reads.names, r->reads.count * sizeof *all);
        r->evidence = all;
        r->evidence_count = (int)r->reads.count;
        return;
    }
    for (size_t i = 0; i < named->count; i++)
        if (!dataset_column(r->dataset, named->all[i]))
            problem_add(b->problems, r->def->at.file, r->def->at.line,
                        "rule \"%s\": evidence: no such column: %s", r->def->id, named->all[i]);
    r->evidence = named->all;
    r->evidence_count = (int)named->count;
}

/* True if a source fills the column of this dataset. Without a map for it, a header of its own
 * name does, which is known only when a payload is there: that counts. */
static bool is_mapped(const struct settings *s, const struct dataset *d, const char *column)
{
    for (LIST_EACH(const struct source, o, &s->sources))
        for (LIST_EACH(const struct take, t, &o->takes)) {
            bool has_map = false;

            if (strcmp(t->dataset, d->id) != 0)
                continue;
            for (LIST_EACH(const struct mapping, m, &t->map))
                has_map |= strcmp(m->column, column) == 0;
            if (has_map || !t->map.count)
                return true;
        }
    return false;
}

static void check_needs(const struct building *b, struct prepared_rule *r)
{
    for (size_t i = 0; i < r->def->needs.count; i++) {
        const char *column = r->def->needs.all[i];

        if (!dataset_column(r->dataset, column))
            problem_add(b->problems, r->def->at.file, r->def->at.line,
                        "rule \"%s\": needs: no such column: %s", r->def->id, column);
        else if (!is_mapped(b->settings, r->dataset, column))
            r->off = arena_print(b->arena, "no source maps %s.%s", r->dataset->id, column);
    }
}

static void read_terms(const struct building *b, struct prepared_rule *r)
{
    const struct deadline *d = r->def->deadline;
    struct rung_term *rungs = arena_alloc(b->arena, (r->ladder->rungs.count + 1) * sizeof *rungs);

    r->rungs = rungs;
    for (LIST_EACH(const struct rung, g, &r->ladder->rungs)) {
        struct rung_term *to = &rungs[r->rung_count++];

        if (!g->when || !term_read(g->when, &to->at))
            return; /* said already */
        to->severity = g->severity;
        if (g->remind_every)
            term_read(g->remind_every, &to->remind);
    }
    if (r->ladder->past_remind_every)
        term_read(r->ladder->past_remind_every, &r->past_remind);
    if (d->term)
        term_read(d->term, &r->term);
    if (d->no_later_than && d->no_later_than->term)
        term_read(d->no_later_than->term, &r->bound_term);
    r->zone = b->settings->zone;
    r->backwards = d->before.text != NULL;
    if (d->from)
        r->start_words = d->from;
    else
        r->start_words = d->after.text    ? d->after.text
                         : d->before.text ? d->before.text
                                          : d->due.text;
    if (r->backwards)
        r->term.count = -r->term.count;
}

/* All that a person would call the text of a rule, with what it stands on. */
static void digest_rule(struct prepared_rule *r)
{
    AUTO_TEXT t = { 0 };
    const struct deadline *d = r->def->deadline;

    text_add(&t, r->detail_sql);
    text_addf(&t, "\n%d %d %d %d %d %d", r->term.count, (int)r->term.unit, r->bound_term.count,
              (int)r->bound_term.unit, d->last_day, (int)r->backwards);
    for (int i = 0; i < r->rung_count; i++)
        text_addf(&t, "\n%d %d", r->rungs[i].at.count, (int)r->rungs[i].at.unit);
    digest_of(text_of(&t), t.size, r->digest);
}

static bool prepare_rule(const struct building *b, const struct rule *def, struct prepared_rule *r)
{
    struct error e;
    size_t before = b->problems->errors;

    r->def = def;
    r->subject = settings_subject(b->settings, def->subject);
    r->ladder = settings_ladder(b->settings, def->ladder);
    r->dataset = r->subject ? settings_dataset(b->settings, r->subject->from) : NULL;
    if (!r->dataset || !r->dataset->key || !r->ladder || !def->deadline)
        return false; /* said already */
    check_expressions(b, r);
    choose_evidence(b, r);
    check_needs(b, r);
    read_terms(b, r);
    r->whole = r->reads.elsewhere || r->reads.today;
    if (b->problems->errors != before)
        return false;
    r->detail_sql = detail_sql(b, r);
    digest_rule(r);
    if (!cage_prepare(b->cage, r->detail_sql, r->detail_columns, &r->detail, &e)) {
        problem_add(b->problems, def->at.file, def->at.line, "rule \"%s\": %s", def->id, e.text);
        return false;
    }
    return true;
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

        if (r->dataset != p->dataset || r->off || !r->detail)
            continue;
        p->rules[p->count++] = r;
        text_add(&sql, ", (");
        add_conditions(&sql, r);
        text_add(&sql, ") IS NOT FALSE");
        text_add(&plain, ", 1");
    }
    text_addf(&sql, ", _version FROM %s WHERE _version > :since", p->dataset->id);
    text_addf(&plain, ", _version FROM %s WHERE _version > :since", p->dataset->id);
    p->filter_sql = arena_text(b->arena, text_of(&sql));
    if (p->count && (!cage_prepare(b->cage, p->filter_sql, p->count + 2, &p->filter, &e) ||
                     !cage_prepare(b->cage, text_of(&plain), p->count + 2, &p->plain, &e)))
        problem_add(b->problems, p->dataset->at.file, p->dataset->at.line, "dataset \"%s\": %s",
                    p->dataset->id, e.text);
}

static void digest_book(const struct building *b, struct rulebook *book)
{
    AUTO_TEXT t = { 0 };

    text_add(&t, b->settings->zone);
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
    book->passes = arena_alloc(a, (s->datasets.count + 1) * sizeof *book->passes);
    for (LIST_EACH(const struct dataset, d, &s->datasets)) {
        book->passes[book->pass_count].dataset = d;
        prepare_pass(&b, book, &book->passes[book->pass_count]);
        book->pass_count++;
    }
    digest_book(&b, book);
    return book;
}

void rulebook_close(struct rulebook *b)
{
    if (!b)
        return;
    for (int i = 0; i < b->count; i++)
        cage_finalize(b->rules[i].detail);
    for (int i = 0; i < b->pass_count; i++) {
        cage_finalize(b->passes[i].filter);
        cage_finalize(b->passes[i].plain);
    }
}

struct prepared_rule *rulebook_rule(const struct rulebook *b, const char *id)
{
    for (int i = 0; i < b->count; i++)
        if (strcmp(b->rules[i].def->id, id) == 0)
            return &b->rules[i];
    return NULL;
}
