#include "notify/outbox.h"

#include "codec/digest.h"

bool outbox_put(struct db *state, const struct message *m, instant now, struct error *e)
{
    if (!db_run(state, e,
                "INSERT INTO message (key, channel, recipient, kind, subject, content, state,"
                " created_at, next_at, instead_of) VALUES (?, ?, ?, ?, ?, ?, 'QUEUED', ?, ?, ?)"
                " ON CONFLICT (key) DO NOTHING",
                "ttttttiit", m->key, m->channel, m->recipient, m->kind, m->subject, m->content, now,
                now, m->instead_of))
        return error_wrap(e, "message to %s", m->recipient);
    return true;
}

bool outbox_due(struct db *state, instant now, struct arena *a, struct message *ret,
                bool *ret_found, struct error *e)
{
    STMT s = NULL;
    const void *bytes;

    if (!db_query(state, &s, e,
                  "SELECT key, channel, recipient, kind, subject, content, bytes, instead_of,"
                  " created_at, attempts FROM message INDEXED BY message_next"
                  " WHERE state = 'QUEUED' AND next_at <= ?"
                  " ORDER BY next_at, key LIMIT 1",
                  "i", now) ||
        !db_row(s, ret_found, e))
        return error_wrap(e, "outbox");
    if (!*ret_found)
        return true;
    *ret = (struct message){ .key = arena_text(a, db_text(s, 0)),
                             .channel = arena_text(a, db_text(s, 1)),
                             .recipient = arena_text(a, db_text(s, 2)),
                             .kind = arena_text(a, db_text(s, 3)),
                             .subject = arena_text(a, db_text(s, 4)),
                             .content = arena_text(a, db_text(s, 5)),
                             .instead_of = arena_text(a, db_text(s, 7)),
                             .created_at = db_int(s, 8),
                             .attempts = db_int(s, 9) };
    bytes = db_bytes(s, 6, &ret->bytes_size);
    if (bytes)
        ret->bytes = arena_textn(a, bytes, ret->bytes_size);
    return true;
}

bool outbox_claim(struct db *state, const struct message *m, const char *bytes, size_t size,
                  instant now, struct error *e)
{
    char digest[DIGEST_TEXT_SIZE];

    if (!db_begin(state, e))
        return false;
    if (bytes)
        digest_of(bytes, size, digest);
    if (!db_run(state, e,
                "UPDATE message SET state = 'IN_FLIGHT', attempts = attempts + 1,"
                " bytes_digest = CASE WHEN bytes IS NULL THEN ?2 ELSE bytes_digest END,"
                " bytes = coalesce(bytes, ?1) WHERE key = ?3",
                "btt", bytes, size, bytes ? digest : NULL, m->key) ||
        !db_run(state, e, "INSERT INTO attempt (message, number, at) VALUES (?, ?, ?)", "tii",
                m->key, m->attempts + 1, now)) {
        db_rollback(state);
        return error_wrap(e, "message %.12s", m->key);
    }
    return db_commit(state, e);
}

bool outbox_works_for_others(struct db *state, const struct message *m, bool *ret, struct error *e)
{
    int64_t n = 0;

    if (!db_number(state, &n, e,
                   "SELECT EXISTS (SELECT 1 FROM message WHERE sent_at >= ? AND channel = ?"
                   " AND recipient <> ? COLLATE NOCASE)",
                   "itt", m->created_at, m->channel, m->recipient))
        return error_wrap(e, "message %.12s", m->key);
    *ret = n != 0;
    return true;
}

bool outbox_settle(struct db *state, const struct message *m, const struct settlement *s,
                   instant now, struct error *e)
{
    static const char *const states[] = { "SENT", "QUEUED", "DEAD" };
    static const char *const outcomes[] = { "accepted", "later", "refused" };

    return db_run(state, e,
                  "UPDATE attempt SET ended_at = ?, outcome = ?, status = ?, answer = ?"
                  " WHERE message = ? AND number = (SELECT attempts FROM message WHERE key = ?5)",
                  "ititt", now, outcomes[s->outcome], (int64_t)s->status, s->answer, m->key) &&
           db_run(state, e,
                  "UPDATE message SET state = ?1, next_at = CASE ?1 WHEN 'QUEUED' THEN ?2 END,"
                  " sent_at = CASE ?1 WHEN 'SENT' THEN ?3 END, not_before = ?5 WHERE key = ?4",
                  "tiiti", states[s->outcome], s->next_at, now, m->key, s->not_before);
}

bool outbox_recover(struct db *state, instant now, struct error *e)
{
    int64_t n = 0;

    if (!db_number(state, &n, e, "SELECT count(*) FROM message WHERE state = 'IN_FLIGHT'", ""))
        return error_wrap(e, "outbox");
    if (!n)
        return true;
    if (!db_begin(state, e))
        return false;
    if (!db_run(state, e,
                "UPDATE attempt SET ended_at = ?, outcome = 'later',"
                " answer = 'interrupted: whether it arrived is not known'"
                " WHERE outcome IS NULL",
                "i", now) ||
        !db_run(state, e,
                "UPDATE message SET state = 'QUEUED', next_at = ? WHERE state = 'IN_FLIGHT'", "i",
                now)) {
        db_rollback(state);
        return error_wrap(e, "outbox");
    }
    return db_commit(state, e);
}

bool outbox_next_at(struct db *state, instant *ret, struct error *e)
{
    *ret = INSTANT_NONE;
    return db_number(state, ret, e,
                     "SELECT next_at FROM message WHERE state = 'QUEUED' ORDER BY next_at LIMIT 1",
                     "");
}

bool outbox_retry(struct db *state, instant tried_before, instant now, struct error *e)
{
    return db_run(state, e,
                  "UPDATE message SET next_at = max(?1, coalesce(not_before, 0))"
                  " WHERE state = 'QUEUED' AND next_at > max(?1, coalesce(not_before, 0))"
                  " AND (SELECT max(at) FROM attempt WHERE message = key) < ?2",
                  "ii", now, tried_before) ||
           error_wrap(e, "outbox");
}
