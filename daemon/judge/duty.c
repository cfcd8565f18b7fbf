#include "judge/duty.h"

#include "base/text.h"

bool duty_get(struct db *data, const char *rule, const char *subject, const char *period,
              struct arena *a, struct duty *ret, bool *ret_found, struct error *e)
{
    STMT s = NULL;

    if (!db_query(data, &s, e,
                  "SELECT label, unit, office, owner, answer, start, earliest, due, safe, bound,"
                  " met_on, next_day, amount, ask, quiet, pull, line, inputs_hash, due_at,"
                  " planned_on, planned FROM duty"
                  " WHERE rule = ? AND subject = ? AND period = ?",
                  "ttt", rule, subject, period) ||
        !db_row(s, ret_found, e))
        return error_wrap(e, "duty %s %s", rule, subject);
    if (*ret_found)
        *ret = (struct duty){ .rule = rule,
                              .subject = subject,
                              .period = period,
                              .label = arena_text(a, db_text(s, 0)),
                              .unit = arena_text(a, db_text(s, 1)),
                              .office = arena_text(a, db_text(s, 2)),
                              .owner = arena_text(a, db_text(s, 3)),
                              .answer = arena_text(a, db_text(s, 4)),
                              .start = db_date(s, 5),
                              .earliest = db_date(s, 6),
                              .due = db_date(s, 7),
                              .safe = db_date(s, 8),
                              .bound = db_int(s, 9) != 0,
                              .met_on = db_date(s, 10),
                              .next_day = db_date(s, 11),
                              .amount = db_int_or_none(s, 12),
                              .ask = arena_text(a, db_text(s, 13)),
                              .quiet = arena_text(a, db_text(s, 14)),
                              .pull = db_int(s, 15),
                              .line = db_int(s, 16),
                              .inputs_hash = db_int(s, 17),
                              .due_at = db_int_or_none(s, 18),
                              .planned_on = db_date(s, 19),
                              .planned = arena_text(a, db_text(s, 20)) };
    return true;
}

static bool same(const struct duty *a, const struct duty *b)
{
    return text_same(a->label, b->label) && text_same(a->unit, b->unit) &&
           text_same(a->office, b->office) && text_same(a->owner, b->owner) &&
           text_same(a->answer, b->answer) && a->start == b->start && a->earliest == b->earliest &&
           a->due == b->due && a->due_at == b->due_at && a->safe == b->safe &&
           a->bound == b->bound && a->met_on == b->met_on && a->next_day == b->next_day &&
           a->amount == b->amount && text_same(a->ask, b->ask) && text_same(a->quiet, b->quiet) &&
           a->pull == b->pull && a->line == b->line && a->inputs_hash == b->inputs_hash &&
           a->planned_on == b->planned_on && text_same(a->planned, b->planned);
}

bool duty_has(struct db *data, const char *rule, const char *subject, bool *ret, struct error *e)
{
    int64_t there = 0;

    if (!db_number(data, &there, e,
                   "SELECT EXISTS (SELECT 1 FROM duty WHERE rule = ? AND subject = ?)", "tt", rule,
                   subject))
        return error_wrap(e, "duty %s %s", rule, subject);
    *ret = there != 0;
    return true;
}

bool duty_put(struct db *data, const struct duty *d, const struct duty *before, bool *ret_changed,
              struct error *e)
{
    *ret_changed = !before || !same(d, before);
    if (!*ret_changed)
        return true;
    return db_run(data, e,
                  "INSERT INTO duty (rule, subject, period, label, unit, office, owner, answer,"
                  " start, earliest, due, safe, bound, met_on, next_day, amount, ask, quiet, pull,"
                  " line, inputs_hash, due_at, planned_on, planned)"
                  " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                  " ON CONFLICT (rule, subject, period) DO UPDATE SET label = excluded.label,"
                  " unit = excluded.unit, office = excluded.office, owner = excluded.owner,"
                  " answer = excluded.answer, start = excluded.start,"
                  " earliest = excluded.earliest, due = excluded.due, safe = excluded.safe,"
                  " bound = excluded.bound, met_on = excluded.met_on,"
                  " next_day = excluded.next_day, amount = excluded.amount, ask = excluded.ask,"
                  " quiet = excluded.quiet, pull = excluded.pull, line = excluded.line,"
                  " inputs_hash = excluded.inputs_hash, due_at = excluded.due_at,"
                  " planned_on = excluded.planned_on, planned = excluded.planned",
                  "ttttttttddddiddmttiiimdt", d->rule, d->subject, d->period, d->label, d->unit,
                  d->office, d->owner, d->answer, d->start, d->earliest, d->due, d->safe,
                  (int64_t)d->bound, d->met_on, d->next_day, d->amount, d->ask, d->quiet, d->pull,
                  d->line, d->inputs_hash, d->due_at, d->planned_on, d->planned);
}

bool duty_drop(struct db *data, const char *rule, const char *subject, const char *period,
               struct error *e)
{
    return db_run(data, e, "DELETE FROM duty WHERE rule = ? AND subject = ? AND period = ?", "ttt",
                  rule, subject, period);
}
