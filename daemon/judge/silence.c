#include "judge/silence.h"

#include "base/text.h"

#include <string.h>

static struct silence read_one(struct stmt *s, struct arena *a)
{
    return (struct silence){ .id = db_int(s, 0),
                             .rule = arena_text(a, db_text(s, 1)),
                             .subject = arena_text(a, db_text(s, 2)),
                             .unit = arena_text(a, db_text(s, 3)),
                             .office = arena_text(a, db_text(s, 4)),
                             .until = db_date(s, 5),
                             .reason = arena_text(a, db_text(s, 6)),
                             .person = arena_text(a, db_text(s, 7)),
                             .at = db_int(s, 8) };
}

bool silences_read(struct db *state, date today, struct arena *a, struct silences *ret,
                   struct error *e)
{
    STMT s = NULL;
    bool row = true;
    int room = 0;

    *ret = (struct silences){ 0 };
    if (!db_query(state, &s, e,
                  "SELECT id, rule, subject, unit, office, until, reason, person, at FROM silence"
                  " WHERE until >= ? AND ended_at IS NULL ORDER BY id",
                  "d", today))
        return error_wrap(e, "silences");
    for (;;) {
        if (!db_row(s, &row, e))
            return error_wrap(e, "silences");
        if (!row)
            return true;
        if (ret->count == room) {
            room = room ? room * 2 : 16;
            ret->all = arena_grow(a, ret->all, (size_t)ret->count * sizeof *ret->all,
                                  (size_t)room * sizeof *ret->all);
        }
        ret->all[ret->count++] = read_one(s, a);
    }
}

static bool fits(const char *wanted, const char *is)
{
    return !wanted || (is && strcmp(wanted, is) == 0);
}

const struct silence *silence_find(const struct silences *s, const char *rule, const char *subject,
                                   const char *unit, const char *office)
{
    for (int i = 0; i < s->count; i++) {
        const struct silence *n = &s->all[i];

        if (fits(n->rule, rule) && fits(n->subject, subject) && fits(n->unit, unit) &&
            fits(n->office, office))
            return n;
    }
    return NULL;
}

bool silence_add(struct db *state, const struct silence *s, int64_t *ret_id, struct error *e)
{
    if (!db_run(state, e,
                "INSERT INTO silence (rule, subject, unit, office, until, reason, person, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                "ttttdtti", s->rule, s->subject, s->unit, s->office, s->until, s->reason, s->person,
                s->at))
        return error_wrap(e, "silence");
    *ret_id = db_last_id(state);
    return true;
}

bool silence_end(struct db *state, int64_t id, date today, const char *person, instant now,
                 struct error *e)
{
    int64_t holds = 0;

    if (!db_number(state, &holds, e,
                   "SELECT count(*) FROM silence WHERE id = ? AND until >= ? AND ended_at IS NULL",
                   "id", id, today))
        return error_wrap(e, "silence");
    if (!holds)
        return error_set(e, ERROR_INPUT, "no silence %lld holds; dutywatch silence lists them",
                         (long long)id);
    return db_run(state, e, "UPDATE silence SET ended_at = ?, ended_by = ? WHERE id = ?", "iti",
                  now, person, id);
}
