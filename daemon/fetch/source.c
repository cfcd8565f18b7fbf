#include "fetch/source.h"

#include "base/text.h"

bool source_get(struct db *data, const char *id, struct arena *a, struct source_state *ret,
                struct error *e)
{
    STMT s = NULL;
    bool row = false;

    *ret = (struct source_state){ .id = id,
                                  .good_at = INSTANT_NONE,
                                  .first_at = INSTANT_NONE,
                                  .error_since = INSTANT_NONE,
                                  .kept_back_since = INSTANT_NONE,
                                  .content_at = INSTANT_NONE };
    if (!db_query(data, &s, e,
                  "SELECT etag, last_modified, mapping, digest, error, next_at, good_at, first_at,"
                  " error_since, failures, good_pull, held_pull, error_class, kept_back,"
                  " kept_back_since, content_at, (SELECT reason FROM pull WHERE id = held_pull)"
                  " FROM source WHERE id = ?",
                  "t", id) ||
        !db_row(s, &row, e))
        return error_wrap(e, "source %s", id);
    if (!row)
        return true;
    *ret = (struct source_state){ .id = id,
                                  .etag = arena_text(a, db_text(s, 0)),
                                  .last_modified = arena_text(a, db_text(s, 1)),
                                  .mapping = arena_text(a, db_text(s, 2)),
                                  .digest = arena_text(a, db_text(s, 3)),
                                  .error = arena_text(a, db_text(s, 4)),
                                  .next_at = db_int(s, 5),
                                  .good_at = db_int_or_none(s, 6),
                                  .first_at = db_int_or_none(s, 7),
                                  .error_since = db_int_or_none(s, 8),
                                  .failures = db_int(s, 9),
                                  .good_pull = db_int(s, 10),
                                  .held_pull = db_int(s, 11),
                                  .error_class = (enum error_class)db_int(s, 12),
                                  .kept_back = db_int(s, 13),
                                  .kept_back_since = db_int_or_none(s, 14),
                                  .content_at = db_int_or_none(s, 15),
                                  .held_why = arena_text(a, db_text(s, 16)) };
    return true;
}

#define PULL_COLUMNS                                                                               \
    "id, source, state, digest, path, etag, last_modified, reason, at, bytes, records, rejects,"   \
    " added, changed, gone, version, coalesce(came, id), unread, kept_back, keyless, columns,"     \
    " content_at, next_page"

static void read_pull(struct stmt *s, struct arena *a, struct pull *ret)
{
    *ret = (struct pull){ .id = db_int(s, 0),
                          .source = arena_text(a, db_text(s, 1)),
                          .state = arena_text(a, db_text(s, 2)),
                          .digest = arena_text(a, db_text(s, 3)),
                          .path = arena_text(a, db_text(s, 4)),
                          .etag = arena_text(a, db_text(s, 5)),
                          .last_modified = arena_text(a, db_text(s, 6)),
                          .reason = arena_text(a, db_text(s, 7)),
                          .at = db_int(s, 8),
                          .bytes = db_int(s, 9),
                          .records = db_int(s, 10),
                          .rejects = db_int(s, 11),
                          .added = db_int(s, 12),
                          .changed = db_int(s, 13),
                          .gone = db_int(s, 14),
                          .version = db_int(s, 15),
                          .came = db_int(s, 16),
                          .unread = db_int(s, 17),
                          .kept_back = db_int(s, 18),
                          .keyless = db_int(s, 19),
                          .columns = arena_text(a, db_text(s, 20)),
                          .content_at = db_int_or_none(s, 21),
                          .next_page = arena_text(a, db_text(s, 22)) };
}

bool pull_get(struct db *data, int64_t id, struct arena *a, struct pull *ret, bool *ret_found,
              struct error *e)
{
    STMT s = NULL;

    *ret = (struct pull){ 0 };
    if (!db_query(data, &s, e, "SELECT " PULL_COLUMNS " FROM pull WHERE id = ?", "i", id) ||
        !db_row(s, ret_found, e))
        return error_wrap(e, "pull %lld", (long long)id);
    if (*ret_found)
        read_pull(s, a, ret);
    return true;
}

bool pull_waiting(struct db *data, struct arena *a, struct pull *ret, struct error *e)
{
    STMT s = NULL;
    bool row = false;

    *ret = (struct pull){ 0 };
    if (!db_query(data, &s, e,
                  "SELECT " PULL_COLUMNS " FROM pull WHERE state = 'FETCHED'"
                  " ORDER BY coalesce(came, id), id LIMIT 1",
                  "") ||
        !db_row(s, &row, e))
        return error_wrap(e, "pulls");
    if (row)
        read_pull(s, a, ret);
    return true;
}

bool pull_tried(struct db *data, const struct source *s, const char *mapping, bool *ret,
                struct error *e)
{
    int64_t tried = 0;

    if (!db_number(data, &tried, e,
                   "SELECT EXISTS (SELECT 1 FROM pull WHERE source = ?1 AND"
                   " ((state = 'FETCHED' AND (?3 OR came IS NOT NULL)) OR (state IN ('HELD', "
                   "'REFUSED', 'DISCARDED') AND mapping = ?2"
                   "     AND id > (SELECT coalesce(good_pull, 0) FROM source WHERE id = ?1))))",
                   "tti", s->id, mapping, (int64_t)(s->content == CONTENT_SNAPSHOT)))
        return error_wrap(e, "source %s", s->id);
    *ret = tried != 0;
    return true;
}

/* When the snapshot of the source ?2 that is good now came; 0: there is none. */
#define SNAPSHOT_CAME                                                                              \
    "coalesce((SELECT coalesce(p.came, p.id) FROM source s JOIN pull p ON p.id = s.good_pull"      \
    " WHERE s.id = ?2), 0)"

bool pull_kept(struct db *data, const struct source *s, int64_t after, struct arena *a,
               struct pull *ret, struct error *e)
{
    STMT q = NULL;
    bool row = false;

    *ret = (struct pull){ 0 };
    if (!db_query(data, &q, e,
                  "SELECT " PULL_COLUMNS " FROM pull WHERE source = ?1 AND state = 'INGESTED'"
                  " AND path IS NOT NULL AND coalesce(came, id) > ?3"
                  " AND iif(?4, id = (SELECT good_pull FROM source WHERE id = ?1),"
                  " coalesce(came, id) > " SNAPSHOT_CAME ")"
                  " ORDER BY coalesce(came, id), id DESC LIMIT 1",
                  "ttii", s->id, s->of, after, (int64_t)(s->content == CONTENT_SNAPSHOT)) ||
        !db_row(q, &row, e))
        return error_wrap(e, "source %s", s->id);
    if (row)
        read_pull(q, a, ret);
    return true;
}

bool pull_is_late(struct db *data, const struct pull *p, bool *ret, struct error *e)
{
    int64_t late = 0;

    if (!db_number(data, &late, e,
                   "SELECT EXISTS (SELECT 1 FROM pull WHERE id > ?1 AND coalesce(came, id) > ?1"
                   " AND state = 'INGESTED')",
                   "i", p->came))
        return error_wrap(e, "pulls");
    *ret = late != 0;
    return true;
}

bool source_is_overtaken(struct db *data, const struct source *s, bool *ret, struct error *e)
{
    int64_t over = 0;

    if (!db_number(data, &over, e,
                   "SELECT EXISTS (SELECT 1 FROM source c JOIN pull q ON q.id = c.good_pull"
                   " WHERE c.id = ?1 AND coalesce(q.came, q.id) < " SNAPSHOT_CAME ")",
                   "tt", s->id, s->of))
        return error_wrap(e, "source %s", s->id);
    *ret = over != 0;
    return true;
}

bool source_settle(struct db *data, const char *id, const char *mapping, struct error *e)
{
    return db_run(data, e, "UPDATE source SET mapping = ? WHERE id = ?", "tt", mapping, id);
}

bool pull_again(struct db *data, const struct pull *p, struct error *e)
{
    return db_run(data, e,
                  "INSERT INTO pull (source, at, state, bytes, digest, path, etag, last_modified,"
                  " mapping, came, content_at, next_page)"
                  " VALUES (?, ?, 'FETCHED', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  "tiitttttimt", p->source, p->at, p->bytes, p->digest, p->path, p->etag,
                  p->last_modified, p->mapping, p->came, p->content_at, p->next_page);
}

bool source_due(struct db *data, const char *id, struct error *e)
{
    return db_run(data, e, "UPDATE source SET next_at = 0 WHERE id = ?1 OR ?1 IS NULL", "t", id);
}

bool source_retry(struct db *data, instant tried_before, instant now, struct error *e)
{
    return db_run(data, e,
                  "UPDATE source SET next_at = max(?1, coalesce(not_before, 0))"
                  " WHERE error IS NOT NULL AND next_at > max(?1, coalesce(not_before, 0))"
                  " AND coalesce(tried_at, 0) < ?2",
                  "ii", now, tried_before) ||
           error_wrap(e, "sources");
}

/* Ends a transaction that may have failed half-way. */
static bool finish(struct db *data, bool ok, const char *id, struct error *e)
{
    if (!ok) {
        db_rollback(data);
        return error_wrap(e, "source %s", id);
    }
    return db_commit(data, e);
}

bool source_fetched(struct db *data, const struct source *s, const struct pull *p, instant next_at,
                    instant now, struct error *e)
{
    if (!db_begin(data, e))
        return false;
    return finish(data,
                  db_run(data, e,
                         "INSERT INTO pull (source, at, state, bytes, digest, path, etag,"
                         " last_modified, mapping, content_at, next_page)"
                         " VALUES (?, ?, 'FETCHED', ?, ?, ?, ?, ?, ?, ?, ?)",
                         "tiitttttmt", s->id, now, p->bytes, p->digest, p->path, p->etag,
                         p->last_modified, p->mapping, p->content_at, p->next_page) &&
                      db_run(data, e,
                             "INSERT INTO source (id, next_at, first_at, tried_at)"
                             " VALUES (?1, ?2, ?3, ?3) ON CONFLICT (id) DO UPDATE"
                             " SET next_at = ?2, tried_at = ?3, not_before = 0, failures = 0",
                             "tii", s->id, next_at, now),
                  s->id, e);
}

bool source_unchanged(struct db *data, const struct source *s, instant content_at, instant next_at,
                      instant now, struct error *e)
{
    if (!db_begin(data, e))
        return false;
    return finish(data,
                  db_run(data, e,
                         "UPDATE pull SET state = 'DISCARDED', reason = 'the last good payload came"
                         " again' WHERE id = (SELECT held_pull FROM source WHERE id = ?)",
                         "t", s->id) &&
                      db_run(data, e,
                             "UPDATE source SET next_at = ?2, failures = 0, good_at = ?3,"
                             " held_pull = NULL, error = NULL, error_class = 0,"
                             " error_since = NULL, content_at = coalesce(?4, content_at)"
                             " WHERE id = ?1",
                             "tiim", s->id, next_at, now, content_at),
                  s->id, e);
}

bool source_same_again(struct db *data, const struct source *s, const struct pull *p,
                       instant next_at, bool *ret, struct error *e)
{
    int64_t again = 0;

    if (!db_number(data, &again, e,
                   "SELECT iif(reason = 'a later snapshot was good' OR (state IN ('HELD',"
                   " 'REFUSED', 'DISCARDED') AND reason NOT IN ('a later pull was good',"
                   " 'a later pull was held') AND mapping IS ?), id, 0)"
                   " FROM pull WHERE source = ? AND digest = ? ORDER BY id DESC LIMIT 1",
                   "ttt", p->mapping, s->id, p->digest))
        return error_wrap(e, "source %s", s->id);
    *ret = again != 0;
    if (!again)
        return true;
    if (!db_begin(data, e))
        return false;
    /* what stood in the way meanwhile (a network that was down) is over; what is wrong with this
     * payload is wrong again */
    return finish(data,
                  db_run(data, e,
                         "UPDATE source SET next_at = ?1, failures = 0, error = p.why,"
                         " error_class = iif(p.why IS NULL, 0, ?4),"
                         " error_since = iif(p.why IS NULL, NULL, coalesce(error_since, p.at))"
                         " FROM (SELECT at, iif(state = 'DISCARDED', NULL, reason) AS why"
                         "       FROM pull WHERE id = ?3) AS p WHERE source.id = ?2",
                         "itii", next_at, s->id, again, (int64_t)ERROR_INPUT),
                  s->id, e);
}

bool source_failed(struct db *data, const struct source *s, const struct error *why,
                   instant next_at, instant not_before, instant now, struct error *e)
{
    if (!db_begin(data, e))
        return false;
    return finish(data,
                  db_run(data, e,
                         "INSERT INTO source (id, next_at, first_at, failures, error, error_class,"
                         " error_since, tried_at, not_before)"
                         " VALUES (?1, ?2, ?3, 1, ?4, ?5, ?3, ?3, ?6)"
                         " ON CONFLICT (id) DO UPDATE SET next_at = ?2, failures = failures + 1,"
                         " error = ?4, error_class = ?5, tried_at = ?3, not_before = ?6,"
                         " error_since = coalesce(error_since, ?3)",
                         "tiitii", s->id, next_at, now, why->text, (int64_t)why->class, not_before),
                  s->id, e);
}

bool source_ingested(struct db *data, const struct pull *p, const char *mapping, struct error *e)
{
    return db_run(data, e,
                  "UPDATE pull SET state = 'DISCARDED', reason = 'a later pull was good'"
                  " WHERE source = ? AND coalesce(came, id) <= ? AND id <> ? AND state = 'HELD'",
                  "tii", p->source, p->came, p->id) &&
           db_run(data, e,
                  "UPDATE pull SET state = 'INGESTED', records = ?, rejects = ?, added = ?,"
                  " changed = ?, gone = ?, version = ?, mapping = ?, reason = NULL, unread = ?,"
                  " kept_back = ?, keyless = ?, columns = ? WHERE id = ?",
                  "iiiiiitiiiti", p->records, p->rejects, p->added, p->changed, p->gone, p->version,
                  mapping, p->unread, p->kept_back, p->keyless, p->columns, p->id) &&
           db_run(data, e,
                  "UPDATE source SET etag = ?, last_modified = ?, digest = ?, mapping = ?,"
                  " good_pull = ?, good_at = max(coalesce(good_at, 0), ?), held_pull = NULL, error "
                  "= NULL, error_class = 0, error_since = NULL, kept_back = ?,"
                  " kept_back_since = iif(? > 0, coalesce(kept_back_since, ?), NULL),"
                  " content_at = ? WHERE id = ?",
                  "ttttiiiiimt", p->etag, p->last_modified, p->digest, mapping, p->id, p->at,
                  p->kept_back, p->kept_back, p->at, p->content_at, p->source);
}

bool source_overtake(struct db *data, const char *id, const struct pull *p, struct error *e)
{
    return db_run(data, e,
                  "UPDATE pull SET state = 'DISCARDED', reason = 'a later snapshot was good'"
                  " WHERE source = ? AND coalesce(came, id) < ? AND state = 'HELD'",
                  "ti", id, p->came) &&
           db_run(data, e,
                  "UPDATE source SET held_pull = NULL, error = NULL, error_class = 0,"
                  " error_since = NULL WHERE id = ? AND held_pull IN"
                  " (SELECT id FROM pull WHERE state = 'DISCARDED')",
                  "t", id);
}

bool source_not_ingested(struct db *data, const struct pull *p, const char *state,
                         const char *reason, struct error *e)
{
    bool held = text_same(state, "HELD");

    /* one is held at a time: what the source said last */
    return (!held || db_run(data, e,
                            "UPDATE pull SET state = 'DISCARDED', reason = 'a later pull was held'"
                            " WHERE id = (SELECT held_pull FROM source WHERE id = ?)"
                            " AND state = 'HELD'",
                            "t", p->source)) &&
           db_run(data, e,
                  "UPDATE pull SET state = ?, records = ?, rejects = ?, gone = ?, reason = ?,"
                  " unread = ?, keyless = ? WHERE id = ?",
                  "tiiitiii", state, p->records, p->rejects, p->gone + p->kept_back, reason,
                  p->unread, p->keyless, p->id) &&
           db_run(data, e,
                  "UPDATE source SET held_pull = CASE WHEN ?1 THEN ?2 ELSE held_pull END,"
                  " error = ?3, error_class = ?4, error_since = coalesce(error_since, ?5)"
                  " WHERE id = ?6",
                  "iitiit", (int64_t)held, p->id, reason, (int64_t)ERROR_INPUT, p->at, p->source);
}

bool source_discard(struct db *data, const struct pull *p, const char *reason, struct error *e)
{
    return db_run(data, e, "UPDATE pull SET state = 'DISCARDED', reason = ? WHERE id = ?", "ti",
                  reason, p->id) &&
           db_run(data, e,
                  "UPDATE source SET held_pull = NULL, error = NULL, error_class = 0,"
                  " error_since = NULL WHERE id = ? AND held_pull = ?",
                  "ti", p->source, p->id);
}

bool source_move_spool(struct db *data, const char *spool, struct error *e)
{
    /* what follows the last slash: rtrim() takes all that is no slash from the end */
    if (!db_begin(data, e))
        return false;
    if (db_run(data, e,
               "UPDATE pull SET path = ?1 || '/' ||"
               " substr(path, length(rtrim(path, replace(path, '/', ''))) + 1)"
               " WHERE path IS NOT NULL",
               "t", spool))
        return db_commit(data, e);
    db_rollback(data);
    return error_wrap(e, "spool");
}
