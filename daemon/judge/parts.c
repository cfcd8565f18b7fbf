#include "judge/parts.h"

#include "judge/compare.h"
#include "judge/lacks.h"
#include "judge/piece.h"
#include "judge/statement.h"

#include <string.h>

/* Writes one expression out and checks it; says what is wrong where it stands. NULL if it is absent
 * or wrong. */
static const char *make(const struct building *b, struct prepared_rule *r, const char *part,
                        const struct clause *c, int parameters)
{
    const char *sql = NULL;
    struct error e;

    if (!c->text)
        return NULL;
    if (lookup_expand(b->settings, r->dataset, c->text, &r->lookups, b->arena, &sql, &e) &&
        cage_check(b->cage, r->dataset, sql, parameters, &r->reads, b->arena, &e) &&
        compare_check(b->settings, r->dataset, c->text, &e))
        return sql;
    problem_add(b->problems, c->at.file, c->at.line, "rule \"%s\": %s: %s", r->def->id, part,
                e.text);
    return NULL;
}

/* The same of one that gives a day. */
static const char *make_day(const struct building *b, struct prepared_rule *r, const char *part,
                            const struct clause *c, int parameters)
{
    const char *sql = make(b, r, part, c, parameters);
    struct error e;

    if (!sql || compare_is_day(b->settings, r->dataset, c->text, &e))
        return sql;
    problem_add(b->problems, c->at.file, c->at.line, "rule \"%s\": %s: %s", r->def->id, part,
                e.text);
    return NULL;
}

/* What a condition alone reads and where it looks. Returns it as it is asked. */
static const char *note_condition(const struct building *b, struct prepared_rule *r,
                                  struct condition as, const char *text)
{
    struct condition *c = &r->conditions[r->condition_count++];
    struct lookups lookups = { 0 };
    struct reads reads = { 0 };
    const char *sql = NULL;
    struct error e;

    lookup_expand(b->settings, r->dataset, text, &lookups, b->arena, &sql, &e); /* it was good */
    cage_check(b->cage, r->dataset, sql, CAGE_NOTHING, &reads, b->arena, &e);
    sql = lacks_unless(r, &reads, &lookups, sql, b->arena);
    *c = as;
    c->sql = lacks_if_read(r, &reads, sql, b->arena);
    c->reads = reads.own.names;
    c->read_count = (int)reads.own.count;
    return sql;
}

/* `text` with what the subject says in place of subject.unit and its like; NULL where it says
 * nothing. */
static const char *with_subject(const struct subject *j, const char *text, struct arena *a)
{
    static const char name[] = "subject.";
    const char *s = text, *end = text + strlen(text);
    AUTO_TEXT out = { 0 };

    while (s < end) {
        const char *after = piece_quoted(s, end), *word = piece_word(s, end);
        const struct clause *c = NULL;

        if (after == s && word < end && (size_t)(word - s) == sizeof name - 2 &&
            memcmp(s, name, sizeof name - 1) == 0) {
            after = piece_word(word + 1, end);
            c = subject_clause(j, word + 1, (size_t)(after - word - 1));
        } else if (after == s) {
            after = word > s ? word : s + 1;
        }
        if (c)
            text_addf(&out, "(%s)", c->text ? c->text : "NULL");
        else
            text_addn(&out, s, (size_t)(after - s));
        s = after;
    }
    return arena_text(a, text_of(&out));
}

static void make_list(const struct building *b, struct prepared_rule *r, const char *part,
                      const struct clauses *list, bool limit, const char **into, int *count)
{
    for (size_t i = 0; i < list->count; i++) {
        struct clause c = list->all[i];
        struct condition as = { .part = part, .text = c.text, .limit = limit };

        if (limit)
            c.text = with_subject(r->subject, c.text, b->arena);
        if (make(b, r, part, &c, CAGE_NOTHING))
            into[(*count)++] = note_condition(b, r, as, c.text);
    }
}

static void make_conditions(const struct building *b, struct prepared_rule *r, struct parts *p)
{
    const struct profile *profile = settings_profile(b->settings, r->def->profile);
    static const struct clauses none;
    const struct clauses *of_profile = profile ? &profile->limit_to : &none;
    size_t conditions = r->subject->applies.count + r->def->applies.count;
    size_t limits = of_profile->count + r->def->limit_to.count;

    r->conditions = arena_alloc(b->arena, (conditions + limits + 1) * sizeof *r->conditions);
    p->conditions = arena_alloc(b->arena, (conditions + 1) * sizeof *p->conditions);
    p->limits = arena_alloc(b->arena, (limits + 1) * sizeof *p->limits);
    make_list(b, r, "subject applies", &r->subject->applies, false, p->conditions,
              &p->condition_count);
    make_list(b, r, "applies", &r->def->applies, false, p->conditions, &p->condition_count);
    make_list(b, r, "profile limit_to", of_profile, true, p->limits, &p->limit_count);
    make_list(b, r, "limit_to", &r->def->limit_to, true, p->limits, &p->limit_count);
}

static void make_subject(const struct building *b, struct prepared_rule *r, struct parts *p)
{
    const struct subject *j = r->subject;

    p->label = make(b, r, "label", &j->label, CAGE_NOTHING);
    p->unit = make(b, r, "unit", &j->unit, CAGE_NOTHING);
    p->unit_by = make(b, r, "unit_by", &j->unit_by, CAGE_NOTHING);
    p->office = make(b, r, "office", &j->office, CAGE_NOTHING);
    p->owner = make(b, r, "owner", &j->owner, CAGE_NOTHING);
    p->amount = make(b, r, "amount", &j->amount, CAGE_NOTHING);
    p->from_on = make_day(b, r, "from_on", &j->from_on, CAGE_NOTHING);
}

static const struct clause *chosen(const struct clause *after, const struct clause *before,
                                   const struct clause *due)
{
    return after->text ? after : before->text ? before : due;
}

static void make_ways(const struct building *b, struct prepared_rule *r, struct parts *p)
{
    const struct deadline *d = r->def->deadline;
    const struct list *several = d->latest_of.count ? &d->latest_of : &d->earliest_of;
    int n = 0;

    if (r->front && !r->shared)
        n++; /* make_front() */
    else if (!several->count)
        p->ways[n++] =
            make_day(b, r, "deadline", chosen(&d->after, &d->before, &d->due), CAGE_NOTHING);
    for (LIST_EACH(const struct start, t, several))
        if (n < WAYS_MAX)
            p->ways[n++] = make_day(b, r, r->latest ? "latest_of" : "earliest_of",
                                    chosen(&t->after, &t->before, &t->due), CAGE_NOTHING);
    if (d->at_most)
        p->ways[n++] = make_day(b, r, "at_most",
                                chosen(&d->at_most->after, &d->at_most->before, &d->at_most->due),
                                CAGE_NOTHING);
    for (LIST_EACH(const struct start, t, &d->beside))
        if (n < 2 * WAYS_MAX + 1)
            p->ways[n++] =
                make_day(b, r, "beside", chosen(&t->after, &t->before, &t->due), CAGE_NOTHING);
    if (d->no_later_than)
        p->bound = make_day(b, r, "no_later_than: after", &d->no_later_than->after, CAGE_NOTHING);
    p->place = make(b, r, "place", &d->place, CAGE_NOTHING);
    p->scope = make(b, r, "scope", &d->scope, CAGE_NOTHING);
    if (!r->crossed)
        p->party = make(b, r, "party", &d->party, CAGE_NOTHING);
}

static void make_reasons(const struct building *b, struct prepared_rule *r, struct parts *p)
{
    int parameters = r->kind == RULE_CADENCE ? CAGE_PERIOD : CAGE_NOTHING;

    p->met = make_day(b, r, "met_on", &r->def->met_on, parameters);
    p->guess = make(b, r, "guess", &r->def->guess, CAGE_NOTHING);
    p->wrong = make(b, r, "wrong", &r->def->wrong, CAGE_NOTHING);
    p->quiet = arena_alloc(b->arena, (r->def->quiet.count + 1) * sizeof *p->quiet);
    for (LIST_EACH(const struct quiet, q, &r->def->quiet))
        p->quiet[p->quiet_count++] =
            (struct quiet_parts){ .when = make(b, r, "quiet: when", &q->when, parameters),
                                  .on = make_day(b, r, "quiet: on", &q->on, parameters),
                                  .detail = make(b, r, "quiet: detail", &q->detail, parameters) };
    p->unknown = arena_alloc(b->arena, (r->def->unknown.count + 1) * sizeof *p->unknown);
    for (LIST_EACH(const struct unknown, u, &r->def->unknown))
        p->unknown[p->unknown_count++] = make(b, r, "unknown: when", &u->when, parameters);
}

/* The rows of `d` that belong to the subject; `columns` ("theirs.a, theirs.b") is what is read of
 * them, for the read set: as a list, because an expression may not be too deep. */
static const char *make_rows(const struct building *b, struct prepared_rule *r, const char *part,
                             const struct dataset *d, const char *way, const struct clause *when,
                             const char *columns, struct place at)
{
    const char *rows = NULL;
    struct error e;

    if (lookup_rows(b->settings, r->dataset, d, way, when ? when->text : NULL, &r->lookups,
                    b->arena, &rows, &e) &&
        cage_check(
            b->cage, r->dataset,
            arena_print(b->arena,
                        "(SELECT count(1 IN (%s)) FROM %s AS theirs WHERE theirs.%s IN (%s))",
                        columns, d->id, d->key, rows),
            CAGE_NOTHING, &r->reads, b->arena, &e) &&
        (!when || !when->text || compare_check(b->settings, d, when->text, &e)))
        return rows;
    if (when && when->text)
        at = when->at;
    problem_add(b->problems, at.file, at.line, "rule \"%s\": %s: %s", r->def->id, part, e.text);
    return NULL;
}

static void make_events(const struct building *b, struct prepared_rule *r, struct parts *p)
{
    const struct every *v = r->def->every;
    const struct lifecycle *l = r->def->lifecycle;

    if (!r->events_of)
        return;
    p->events = v ? make_rows(b, r, "every: events", r->events_of, r->events_of->id, &v->when,
                              arena_print(b->arena, "theirs.%s", v->on), v->at)
                  : make_rows(b, r, "lifecycle: events", r->events_of, r->events_of->id, NULL,
                              arena_print(b->arena, "theirs.%s, theirs.%s", l->on, l->name), l->at);
}

/* "theirs.a, theirs.b": every column that the ledger names. */
static const char *ledger_columns(const struct building *b, const struct ledger *l)
{
    const char *all[] = { l->document, l->signed_on, l->until,      l->term,     l->runs_from,
                          l->first,    l->last,      l->revoked_on, l->received, l->scope,
                          l->covers,   l->party,     l->common };
    AUTO_TEXT t = { 0 };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i])
            text_addf(&t, "%stheirs.%s", t.size ? ", " : "", all[i]);
    return arena_text(b->arena, text_of(&t));
}

static void make_ledgers(const struct building *b, struct prepared_rule *r, struct parts *p)
{
    const struct dataset *x = r->extended_by, *t = r->tolled_by;

    if (x)
        p->extensions = make_rows(b, r, "extended_by", x, x->id, NULL, ledger_columns(b, x->ledger),
                                  r->def->deadline->at);
    if (t)
        p->tollings = make_rows(b, r, "tolled_by", t, t->id, NULL, ledger_columns(b, t->ledger),
                                r->def->deadline->at);
}

/* What an expression over a row of another dataset looks up further on, so that a change of it
 * leads back to the subject. */
static bool follow_others(const struct building *b, struct prepared_rule *r, const char *part,
                          const struct dataset *from, const struct reads *reads,
                          const struct clause *c)
{
    size_t before = b->problems->errors;

    for (size_t i = 0; i < reads->other_count; i++) {
        const struct reads_other *o = &reads->others[i];
        const struct dataset *d = settings_dataset(b->settings, o->dataset);
        AUTO_TEXT columns = { 0 };

        for (size_t k = 0; k < o->columns.count; k++)
            text_addf(&columns, "%stheirs.%s", k ? ", " : "", o->columns.names[k]);
        if (d && o->columns.count && d != r->dataset)
            make_rows(b, r, part, d, arena_print(b->arena, "%s.%s", from->id, d->id), NULL,
                      text_of(&columns), c->at);
    }
    return b->problems->errors == before;
}

/* An expression over a row of `d`, which is not the own dataset: it reads that row and what belongs
 * to it. What it reads is added to `columns`, as make_rows() takes them. */
static const char *make_over(const struct building *b, struct prepared_rule *r, const char *part,
                             const struct dataset *d, const struct clause *c, struct text *columns)
{
    struct lookups further = { 0 };
    struct reads reads = { 0 };
    const char *sql = NULL;
    struct error e;
    bool ok;

    if (!c->text)
        return NULL;
    ok = lookup_expand(b->settings, d, c->text, &further, b->arena, &sql, &e) &&
         cage_check(b->cage, d, sql, CAGE_NOTHING, &reads, b->arena, &e) &&
         compare_check(b->settings, d, c->text, &e);
    if (ok && strcmp(part, "deadline") == 0)
        ok = compare_is_day(b->settings, d, c->text, &e);
    if (ok && (further.rule_count || further.at_large_count || further.today || reads.today))
        ok =
            error_set(&e, ERROR_SETUP, "reads more than a row of %s and what belongs to it", d->id);
    for (size_t i = 0; i < reads.own.count; i++)
        text_addf(columns, ", theirs.%s", reads.own.names[i]);
    if (ok)
        return follow_others(b, r, part, d, &reads, c) ? sql : NULL;
    problem_add(b->problems, c->at.file, c->at.line, "rule \"%s\": %s: %s", r->def->id, part,
                e.text);
    return NULL;
}

/* The rows of a front with what is read of them, and those that they are crossed with. */
static void make_front(const struct building *b, struct prepared_rule *r, struct parts *p)
{
    const struct deadline *d = r->def->deadline;
    AUTO_TEXT columns = { 0 };
    AUTO_TEXT theirs = { 0 };

    if (!r->front)
        return;
    text_addf(&columns, "theirs.%s", r->front->key);
    if (!r->shared)
        p->start =
            make_over(b, r, "deadline", r->front, chosen(&d->after, &d->before, &d->due), &columns);
    p->item = make_over(b, r, "item", r->front, &d->item, &columns);
    p->worth = make_over(b, r, "worth", r->front, &d->worth, &columns);
    p->front = make_rows(b, r, "front", r->front, r->front->id, NULL, text_of(&columns), d->at);
    if (!r->shared)
        p->ways[0] = make_day(b, r, "otherwise", &d->otherwise, CAGE_NOTHING);
    p->also = make_day(b, r, "also", &d->also, CAGE_NOTHING);
    if (!r->crossed)
        return;
    text_addf(&theirs, "theirs.%s", r->crossed->key);
    p->front_party = make_over(b, r, "party", r->crossed, &d->party, &theirs);
    p->parties =
        make_rows(b, r, "front", r->crossed, r->crossed->id, NULL, text_of(&theirs), d->at);
}

/* Whether a row lacks what tells to which group and period it belongs. */
static const char *make_astray(const struct building *b, const struct prepared_rule *r,
                               const struct parts *p)
{
    struct reads reads = { 0 };
    struct error e;

    /* both were good */
    if (p->on)
        cage_check(b->cage, r->dataset, p->on, CAGE_NOTHING, &reads, b->arena, &e);
    if (p->group)
        cage_check(b->cage, r->dataset, p->group, CAGE_NOTHING, &reads, b->arena, &e);
    return lacks_any(r, &reads, &r->lookups, b->arena);
}

static void make_measure(const struct building *b, struct prepared_rule *r, struct parts *p)
{
    const struct measure *m = r->def->measure;
    const struct clause *target = m->at_least.text ? &m->at_least : &m->at_most;
    const char *groups[] = { p->unit, p->office, p->owner, NULL };
    struct reads unused = { 0 };
    struct error e;

    p->on = make_day(b, r, "measure: on", &m->on, CAGE_NOTHING);
    p->numerator = make(b, r, "measure: numerator", &m->numerator, CAGE_NOTHING);
    p->denominator = make(b, r, "measure: denominator", &m->denominator, CAGE_NOTHING);
    p->exclude = make(b, r, "measure: exclude", &m->exclude, CAGE_NOTHING);
    p->group = groups[m->by];
    p->astray = make_astray(b, r, p);
    if (m->by != MEASURE_BY_ALL && !p->group)
        problem_add(b->problems, m->at.file, m->at.line,
                    "rule \"%s\": measure: the subject has no expression for what it is by",
                    r->def->id);
    if (!target->text)
        return;
    if (!cage_check(b->cage, NULL, target->text, CAGE_GROUP | CAGE_PERIOD, &unused, b->arena, &e) ||
        !compare_check(b->settings, NULL, target->text, &e))
        problem_add(b->problems, target->at.file, target->at.line, "rule \"%s\": measure: %s: %s",
                    r->def->id, m->at_least.text ? "at_least" : "at_most", e.text);
    p->target = target->text;
}

/* The columns shown with a date: as the rule says, else those it reads. */
static void choose_evidence(const struct building *b, struct prepared_rule *r)
{
    const struct texts *named = &r->def->evidence;

    if (!named->count) {
        r->evidence = r->reads.own.names;
        r->evidence_count = (int)r->reads.own.count;
        return;
    }
    for (size_t i = 0; i < named->count; i++)
        if (!dataset_column(r->dataset, named->all[i]))
            problem_add(b->problems, r->def->at.file, r->def->at.line,
                        "rule \"%s\": evidence: no such column: %s", r->def->id, named->all[i]);
    r->evidence = named->all;
    r->evidence_count = (int)named->count;
}

/* What reads more of the duties of others than of its own subject. */
static void follow_duties(const struct building *b, struct prepared_rule *r)
{
    for (int i = 0; i < r->lookups.rule_count; i++) {
        const struct rule *other = settings_rule(b->settings, r->lookups.rules[i]);
        const struct subject *j = settings_subject(b->settings, other->subject);

        bool theirs =
            !r->lookups.columns[i] && (!j || !j->from || strcmp(j->from, r->dataset->id) != 0);

        if (theirs || other->measure)
            r->lookups.duties_at_large = true;
    }
    r->reads.today |= r->lookups.today;
}

bool parts_make(const struct building *b, struct prepared_rule *r, struct made *ret)
{
    size_t before = b->problems->errors;
    struct parts p = { 0 };
    AUTO_TEXT filter = { 0 };

    make_conditions(b, r, &p);
    make_subject(b, r, &p);
    if (r->def->deadline)
        make_ways(b, r, &p);
    make_front(b, r, &p);
    make_reasons(b, r, &p);
    make_events(b, r, &p);
    make_ledgers(b, r, &p);
    if (r->def->measure)
        make_measure(b, r, &p);
    choose_evidence(b, r);
    follow_duties(b, r);
    if (b->problems->errors != before)
        return false;
    statement_minded(&p, &filter);
    r->filter = arena_text(b->arena, text_of(&filter));
    if (p.wrong && !r->def->quiet.count && !r->def->unknown.count)
        r->wrong = lacks_unless(r, &r->reads, &r->lookups, p.wrong, b->arena);
    r->detail_sql = statement_detail(r, &p, b->arena);
    r->unread_sql = lacks_rows(r, b->arena);
    r->limited_sql = p.limit_count ? statement_limited(r, &p, b->arena) : NULL;
    ret->events = p.events ? statement_events(r, &p, b->arena) : NULL;
    ret->extensions =
        p.extensions ? statement_ledger(r, r->extended_by, false, p.extensions, b->arena) : NULL;
    ret->tollings =
        p.tollings ? statement_ledger(r, r->tolled_by, true, p.tollings, b->arena) : NULL;
    ret->front = p.front ? statement_front(r, &p, b->arena) : NULL;
    ret->parties = p.parties ? statement_parties(r, &p, b->arena) : NULL;
    ret->groups = p.on ? statement_groups(r, &p, b->arena) : NULL;
    ret->target = p.target ? arena_print(b->arena, "SELECT (%s\n)", p.target) : NULL;
    return true;
}
