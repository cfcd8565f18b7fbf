#include "judge/statement.h"

#include "judge/lacks.h"

/* A line end keeps a comment from eating the bracket. */
static void add_all(struct text *sql, const char **list, int count, const char **between)
{
    for (int i = 0; i < count; i++) {
        text_addf(sql, "%s(%s\n)", *between, list[i]);
        *between = " AND ";
    }
}

void statement_conditions(const struct parts *p, struct text *out)
{
    const char *between = "";

    add_all(out, p->conditions, p->condition_count, &between);
    if (!*between)
        text_add(out, "1");
}

static void add_limits(const struct parts *p, struct text *out)
{
    const char *between = "";

    add_all(out, p->limits, p->limit_count, &between);
    if (!*between)
        text_add(out, "1");
}

void statement_minded(const struct parts *p, struct text *out)
{
    const char *between = "";

    add_all(out, p->limits, p->limit_count, &between);
    add_all(out, p->conditions, p->condition_count, &between);
    if (!*between)
        text_add(out, "1");
}

/* The conditions as they are answered for one row. */
static void add_answers(struct text *sql, const struct prepared_rule *r, bool limits)
{
    const char *between = "";

    for (int i = 0; i < r->condition_count; i++)
        if (r->conditions[i].limit == limits)
            add_all(sql, (const char *[]){ r->conditions[i].sql }, 1, &between);
    if (!*between)
        text_add(sql, "1");
}

static void add_part(struct text *sql, const char *expression)
{
    if (expression)
        text_addf(sql, ", (%s\n)", expression);
    else
        text_add(sql, ", NULL");
}

const char *statement_detail(struct prepared_rule *r, const struct parts *p, struct arena *a)
{
    AUTO_TEXT sql = { 0 };

    text_addf(&sql, "SELECT %s", r->dataset->key);
    add_part(&sql, p->label);
    text_add(&sql, ", ");
    add_answers(&sql, r, false);
    text_add(&sql, ", ");
    add_answers(&sql, r, true);
    add_part(&sql, p->unit);
    add_part(&sql, p->unit_by);
    add_part(&sql, p->office);
    add_part(&sql, p->owner);
    add_part(&sql, p->amount);
    add_part(&sql, p->from_on);
    add_part(&sql, p->place);
    add_part(&sql, p->scope);
    add_part(&sql, p->party);
    add_part(&sql, p->bound);
    add_part(&sql, p->also);
    add_part(&sql, p->met);
    add_part(&sql, p->guess);
    add_part(&sql, p->wrong);
    text_add(&sql, ", _pull, _line, _gone, _unread, _raw");
    for (int i = 0; i < rule_starts(r); i++)
        add_part(&sql, p->ways[i]);
    for (int i = 0; i < p->quiet_count; i++) {
        add_part(&sql, p->quiet[i].when);
        add_part(&sql, p->quiet[i].on);
        add_part(&sql, p->quiet[i].detail);
    }
    for (int i = 0; i < p->unknown_count; i++)
        add_part(&sql, p->unknown[i]);
    for (int i = 0; i < r->evidence_count; i++)
        text_addf(&sql, ", %s", r->evidence[i]);
    text_addf(&sql, " FROM %s WHERE %s = :key", r->dataset->id, r->dataset->key);
    r->detail_columns =
        DETAIL_FIXED + rule_starts(r) + 3 * p->quiet_count + p->unknown_count + r->evidence_count;
    return arena_text(a, text_of(&sql));
}

const char *statement_limited(const struct prepared_rule *r, const struct parts *p, struct arena *a)
{
    AUTO_TEXT sql = { 0 };

    text_addf(&sql, "SELECT count(*) FROM %s WHERE coalesce(_gone, 0) >= 0 AND (", r->dataset->id);
    statement_conditions(p, &sql);
    text_add(&sql, ") IS NOT FALSE AND (");
    add_limits(p, &sql);
    text_add(&sql, ") IS FALSE");
    return arena_text(a, text_of(&sql));
}

/* The rows of another dataset that belong to the row :key. They are found inside a subquery, so
 * that names without a dataset mean those rows and not the subject. */
static const char *belonging(const struct prepared_rule *r, const struct dataset *d,
                             const char *columns, const char *rows, const char *order,
                             struct arena *a)
{
    return arena_print(a,
                       "SELECT %s FROM %s, %s AS theirs WHERE %s.%s = :key AND theirs.%s IN (%s)"
                       " ORDER BY %s",
                       columns, r->dataset->id, d->id, r->dataset->id, r->dataset->key, d->key,
                       rows, order);
}

const char *statement_events(const struct prepared_rule *r, const struct parts *p, struct arena *a)
{
    const struct rule *def = r->def;
    const char *on = def->every ? def->every->on : def->lifecycle->on;
    const char *name = def->lifecycle ? def->lifecycle->name : NULL;
    const char *columns =
        arena_print(a,
                    "day(theirs.%s), %s%s, theirs.%s, theirs._pull,"
                    " theirs._line",
                    on, name ? "theirs." : "", name ? name : "NULL", r->events_of->key);

    return belonging(r, r->events_of, columns, p->events,
                     arena_print(a, "1, theirs._line, theirs.%s", r->events_of->key), a);
}

/* A column of a ledger, as a day where it is one. */
static void add_ledger(struct text *out, const char *column, bool day)
{
    if (!column)
        text_add(out, ", NULL");
    else
        text_addf(out, day ? ", day(theirs.%s)" : ", theirs.%s", column);
}

const char *statement_ledger(const struct prepared_rule *r, const struct dataset *d, bool tolls,
                             const char *rows, struct arena *a)
{
    const struct ledger *l = d->ledger;
    AUTO_TEXT columns = { 0 };

    text_addf(&columns, "coalesce(theirs.%s, theirs.%s)", l->document ? l->document : d->key,
              d->key);
    add_ledger(&columns, l->signed_on, true);
    add_ledger(&columns, l->until, true);
    add_ledger(&columns, l->term, false);
    add_ledger(&columns, l->runs_from, true);
    add_ledger(&columns, l->first, true);
    add_ledger(&columns, l->last, true);
    add_ledger(&columns, l->revoked_on, true);
    add_ledger(&columns, l->received, true);
    add_ledger(&columns, l->scope, false);
    add_ledger(&columns, l->party, false);
    add_ledger(&columns, l->covers, false);
    add_ledger(&columns, l->common, false);
    text_addf(&columns, ", theirs._unread, theirs.%s, theirs._pull, theirs._line", d->key);
    return belonging(r, d, text_of(&columns), rows,
                     arena_print(a, tolls ? "6, 7, theirs.%s" : "2, 3, theirs.%s", d->key), a);
}

/* "FROM d WHERE key IN (...)": the rows of `d` that belong to the row :key. Names without a dataset
 * mean `d` here, as its expressions do. */
static void add_of_front(struct text *sql, const struct prepared_rule *r, const struct dataset *d,
                         const char *rows)
{
    text_addf(sql,
              " FROM %s WHERE %s.%s IN (SELECT theirs.%s FROM %s, %s AS theirs"
              " WHERE %s.%s = :key AND theirs.%s IN (%s))",
              d->id, d->id, d->key, d->key, r->dataset->id, d->id, r->dataset->id, r->dataset->key,
              d->key, rows);
}

const char *statement_front(const struct prepared_rule *r, const struct parts *p, struct arena *a)
{
    const struct dataset *d = r->front;
    AUTO_TEXT sql = { 0 };

    text_addf(&sql, "SELECT %s", d->key);
    add_part(&sql, p->item ? p->item : d->key);
    if (p->start)
        text_addf(&sql, ", day((%s\n))", p->start);
    else
        text_add(&sql, ", NULL");
    add_part(&sql, p->worth);
    text_add(&sql, ", _pull, _line");
    add_of_front(&sql, r, d, p->front);
    text_addf(&sql, " ORDER BY 3, %s", d->key);
    return arena_text(a, text_of(&sql));
}

const char *statement_parties(const struct prepared_rule *r, const struct parts *p, struct arena *a)
{
    const struct dataset *d = r->crossed;
    AUTO_TEXT sql = { 0 };

    text_addf(&sql, "SELECT %s", d->key);
    add_part(&sql, p->front_party ? p->front_party : d->key);
    add_of_front(&sql, r, d, p->parties);
    text_addf(&sql, " ORDER BY %s", d->key);
    return arena_text(a, text_of(&sql));
}

const char *statement_groups(const struct prepared_rule *r, const struct parts *p, struct arena *a)
{
    AUTO_TEXT sql = { 0 };
    const char *out = p->exclude ? p->exclude : "0";
    const char *lacks = lacks_any(r, &r->reads, &r->lookups, a);

    text_addf(&sql, "SELECT coalesce((%s\n), '') AS _group, day((%s\n)) AS _day,",
              p->group ? p->group : "'all'", p->on);
    text_addf(&sql, " total(CASE WHEN coalesce((%s\n), 0) THEN 0 ELSE (%s\n) END),", out,
              p->numerator);
    text_addf(&sql, " total(CASE WHEN coalesce((%s\n), 0) THEN 0 ELSE (%s\n) END),", out,
              p->denominator ? p->denominator : "1");
    text_addf(&sql, " sum(CASE WHEN coalesce((%s\n), 0) THEN 0 ELSE 1 END),", out);
    text_addf(&sql, " sum(CASE WHEN coalesce((%s\n), 0) THEN 1 ELSE 0 END),", out);
    text_addf(&sql, " total(%s), total(%s) FROM %s WHERE coalesce(_gone, 0) >= 0 AND ((", lacks,
              p->astray, r->dataset->id);
    statement_minded(p, &sql);
    text_addf(&sql, ") OR %s AND (", lacks);
    add_answers(&sql, r, false);
    text_add(&sql, " AND ");
    add_answers(&sql, r, true);
    text_addf(&sql,
              ") IS NULL) AND (_day BETWEEN :period_first AND :period_last OR _day IS NULL AND %s)"
              " GROUP BY 1, 2 ORDER BY 1, 2",
              p->astray);
    return arena_text(a, text_of(&sql));
}
