#include "judge/duty.h"

#include "base/text.h"

#include <string.h>

bool duty_get(struct db *data, const char *rule, const char *subject, const char *period,
              struct arena *a, struct duty *ret, bool *ret_found, struct error *e)
{
    STMT s = NULL;

    if (!db_query(data, &s, e,
                  "SELECT label, unit, office, owner, answer, due, safe, bound, then_day, amount,"
                  " ask, quiet, pull, line FROM duty WHERE rule = ? AND subject = ? AND period = ?",
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
                              .due = db_date(s, 5),
                              .safe = db_date(s, 6),
                              .bound = db_int(s, 7) != 0,
                              .then_day = db_date(s, 8),
                              .amount = db_int_or_none(s, 9),
                              .ask = arena_text(a, db_text(s, 10)),
                              .quiet = arena_text(a, db_text(s, 11)),
                              .pull = db_int(s, 12),
                              .line = db_int(s, 13) };
    return true;
}

static bool same(const struct duty *a, const struct duty *b)
{
    return text_same(a->label, b->label) && text_same(a->unit, b->unit) &&
           text_same(a->office, b->office) && text_same(a->owner, b->owner) &&
           text_same(a->answer, b->answer) && a->due == b->due && a->safe == b->safe &&
           a->bound == b->bound && a->then_day == b->then_day && a->amount == b->amount &&
           text_same(a->ask, b->ask) && text_same(a->quiet, b->quiet) && a->pull == b->pull &&
           a->line == b->line;
}

bool duty_put(struct db *data, const struct duty *d, const struct duty *before, struct error *e)
{
    if (before && same(d, before))
        return true;
    return db_run(
        data, e,
        "INSERT INTO duty (rule, subject, period, label, unit, office, owner, answer, due,"
        " safe, bound, then_day, amount, ask, quiet, pull, line, next_day)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,"
        " ?17, '0001-01-01')"
        " ON CONFLICT (rule, subject, period) DO UPDATE SET label = excluded.label,"
        " unit = excluded.unit, office = excluded.office, owner = excluded.owner,"
        " answer = excluded.answer, due = excluded.due, safe = excluded.safe,"
        " bound = excluded.bound, then_day = excluded.then_day,"
        " amount = excluded.amount, ask = excluded.ask, quiet = excluded.quiet,"
        " pull = excluded.pull, line = excluded.line",
        "ttttttttddidmttii", d->rule, d->subject, d->period, d->label, d->unit, d->office, d->owner,
        d->answer, d->due, d->safe, (int64_t)d->bound, d->then_day, d->amount, d->ask, d->quiet,
        d->pull, d->line);
}

bool duty_drop(struct db *data, const char *rule, const char *subject, const char *period,
               struct error *e)
{
    return db_run(data, e, "DELETE FROM duty WHERE rule = ? AND subject = ? AND period = ?", "ttt",
                  rule, subject, period);
}

bool duty_behind(struct db *data, bool *ret, struct error *e)
{
    int64_t behind = 0;

    if (!db_number(data, &behind, e,
                   "SELECT EXISTS (SELECT 1 FROM duty WHERE next_day IS NOT then_day)", ""))
        return error_wrap(e, "duties");
    *ret = behind != 0;
    return true;
}

bool duty_advance(struct db *data, struct error *e)
{
    bool behind = false;

    if (!duty_behind(data, &behind, e))
        return false;
    if (!behind)
        return true;
    if (!db_begin(data, e))
        return false;
    if (!db_run(data, e, "UPDATE duty SET next_day = then_day WHERE next_day IS NOT then_day",
                "")) {
        db_rollback(data);
        return error_wrap(e, "duties");
    }
    return db_commit(data, e);
}
