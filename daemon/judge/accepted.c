#include "judge/accepted.h"

static bool end(struct db *state, const char *mark, const char *person, instant now,
                struct error *e)
{
    return db_run(
        state, e,
        "UPDATE accepted SET ended_at = ?, ended_by = ? WHERE mark = ? AND ended_at IS NULL", "itt",
        now, person, mark);
}

bool accepted_add(struct db *state, const struct accepted *n, struct error *e)
{
    if (!db_begin(state, e))
        return false;
    if (end(state, n->mark, n->person, n->at, e) &&
        db_run(state, e,
               "INSERT INTO accepted (source, mark, until, reason, person, at)"
               " VALUES (?, ?, ?, ?, ?, ?)",
               "ttdtti", n->source, n->mark, n->until, n->reason, n->person, n->at))
        return db_commit(state, e);
    db_rollback(state);
    return error_wrap(e, "accepted %s", n->mark);
}

bool accepted_end(struct db *state, const char *mark, date today, const char *person, instant now,
                  struct error *e)
{
    int64_t holds = 0;

    if (!db_number(
            state, &holds, e,
            "SELECT count(*) FROM accepted WHERE mark = ? AND until >= ? AND ended_at IS NULL",
            "td", mark, today))
        return error_wrap(e, "accepted");
    if (!holds)
        return error_set(e, ERROR_INPUT, "nothing is accepted under %s; dutywatch rejects lists it",
                         mark);
    return end(state, mark, person, now, e);
}

bool accepted_find(struct db *db, const char *source, const char *mark, date today, struct arena *a,
                   struct accepted *ret, bool *ret_found, struct error *e)
{
    STMT s = NULL;

    if (!db_query(db, &s, e,
                  "SELECT id, until, reason, person, at FROM accepted WHERE mark = ? AND source = ?"
                  " AND until >= ? AND ended_at IS NULL",
                  "ttd", mark, source, today) ||
        !db_row(s, ret_found, e))
        return error_wrap(e, "accepted");
    if (*ret_found)
        *ret = (struct accepted){ .id = db_int(s, 0),
                                  .source = source,
                                  .mark = mark,
                                  .until = db_date(s, 1),
                                  .reason = arena_text(a, db_text(s, 2)),
                                  .person = arena_text(a, db_text(s, 3)),
                                  .at = db_int(s, 4) };
    return true;
}
