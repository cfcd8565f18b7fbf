#include "db/schema.h"

#include <stdio.h>
#include <string.h>

/* judge/duty, watch/deeds: what is watched, and what people did; answer: pending, unknown, or met
 * where another rule reads it. start: from when the time runs; earliest: the last day without what
 * ledgers add. Rules read both through the views. */
#define DERIVED                                                                                    \
    "CREATE TABLE duty (rule TEXT NOT NULL, subject TEXT NOT NULL, period TEXT NOT NULL,"          \
    "  label TEXT, unit TEXT, office TEXT, owner TEXT, answer TEXT NOT NULL, start TEXT,"          \
    "  earliest TEXT, due TEXT, safe TEXT, bound INTEGER NOT NULL, met_on TEXT, next_day TEXT,"    \
    "  amount INTEGER, ask TEXT, quiet TEXT, pull INTEGER, line INTEGER,"                          \
    "  PRIMARY KEY (rule, subject, period)) STRICT, WITHOUT ROWID;"                                \
    "CREATE INDEX duty_next_day ON duty (next_day);"                                               \
    "CREATE INDEX duty_unknown ON duty (rule, ask) WHERE answer = 'unknown';"                      \
    "CREATE TABLE deed (rule TEXT NOT NULL, subject TEXT NOT NULL, period TEXT NOT NULL,"          \
    "  opened_on TEXT, breached_on TEXT, acked_on TEXT, told_to TEXT, bounced INTEGER NOT NULL,"   \
    "  PRIMARY KEY (rule, subject, period)) STRICT, WITHOUT ROWID;"                                \
    "CREATE VIEW duties AS SELECT rule, subject, period, unit, office, owner, answer, earliest,"   \
    "  due, safe, met_on, amount FROM duty;"                                                       \
    "CREATE VIEW deeds AS SELECT rule, subject, period, opened_on, breached_on, acked_on,"         \
    "  told_to, bounced FROM deed;"

/* due_at: when the last day ends, UTC microseconds; null: at its end. */
#define TIMED                                                                                      \
    "ALTER TABLE duty ADD COLUMN due_at INTEGER;"                                                  \
    "DROP VIEW duties;"                                                                            \
    "CREATE VIEW duties AS SELECT rule, subject, period, unit, office, owner, answer, earliest,"   \
    "  due, due_at, safe, met_on, amount FROM duty;"

/* version: of the deeds, when it was written last. */
#define COUNTED                                                                                    \
    "ALTER TABLE deed ADD COLUMN version INTEGER NOT NULL DEFAULT 0;"                              \
    "CREATE INDEX deed_version ON deed (version);"

/* planned_on: the day that has not come of what is to be done; planned: what. */
#define PLANNED                                                                                    \
    "ALTER TABLE duty ADD COLUMN planned_on TEXT; ALTER TABLE duty ADD COLUMN planned TEXT;"

const char schema_derived[] = DERIVED TIMED COUNTED PLANNED;

static const char *const data_steps[] = {
    /* everywhere */
    "CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT) STRICT, WITHOUT ROWID;"

    /* fetch/source: what is known of each source; instants are UTC microseconds. error_class: as
     * base/error.h names them, 0 when the last attempt was good. good_at: when its data was last
     * confirmed; good_pull: the pull it came with */
    "CREATE TABLE source (id TEXT PRIMARY KEY, next_at INTEGER NOT NULL DEFAULT 0,"
    "  failures INTEGER NOT NULL DEFAULT 0, etag TEXT, last_modified TEXT, mapping TEXT,"
    "  digest TEXT, good_pull INTEGER, good_at INTEGER, first_at INTEGER, held_pull INTEGER,"
    "  error_class INTEGER NOT NULL DEFAULT 0, error TEXT, error_since INTEGER)"
    "  STRICT, WITHOUT ROWID;"

    /* fetch/source: each payload that brought something. state: FETCHED (on disk, not read yet),
     * INGESTED, HELD, REFUSED, DISCARDED; mapping: how it was to be read when it came */
    "CREATE TABLE pull (id INTEGER PRIMARY KEY, source TEXT NOT NULL, at INTEGER NOT NULL,"
    "  state TEXT NOT NULL, bytes INTEGER NOT NULL, digest TEXT NOT NULL, path TEXT,"
    "  etag TEXT, last_modified TEXT, mapping TEXT, records INTEGER, rejects INTEGER,"
    "  added INTEGER, changed INTEGER, gone INTEGER, version INTEGER, reason TEXT) STRICT;"
    "CREATE INDEX pull_source ON pull (source, id);"
    "CREATE INDEX pull_waiting ON pull (id) WHERE state = 'FETCHED';"

    /* ingest/reject: records that became no row */
    "CREATE TABLE reject (pull INTEGER NOT NULL REFERENCES pull (id) ON DELETE CASCADE,"
    "  line INTEGER NOT NULL, field TEXT, value TEXT, reason TEXT NOT NULL, raw TEXT) STRICT;"
    "CREATE INDEX reject_pull ON reject (pull);"

    /* ingest/table: what a row was before it changed (the changed columns, as JSON) */
    "CREATE TABLE row_version (dataset TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL,"
    "  pull INTEGER, line INTEGER, was TEXT NOT NULL) STRICT;"
    "CREATE INDEX row_version_key ON row_version (dataset, key, version);"

    /* judge/duty: what is watched; answer: pending, unknown. then_day is the next day to look at it
     * again as the last judgement found it; next_day follows when its moves are committed */
    "CREATE TABLE duty (rule TEXT NOT NULL, subject TEXT NOT NULL, period TEXT NOT NULL,"
    "  label TEXT, unit TEXT, office TEXT, owner TEXT, answer TEXT NOT NULL, due TEXT, safe TEXT,"
    "  bound INTEGER NOT NULL, next_day TEXT, then_day TEXT, amount INTEGER, ask TEXT, quiet TEXT,"
    "  pull INTEGER, line INTEGER, PRIMARY KEY (rule, subject, period)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX duty_next_day ON duty (next_day);"
    "CREATE INDEX duty_behind ON duty (rule) WHERE next_day IS NOT then_day;"
    "CREATE INDEX duty_unknown ON duty (rule, ask) WHERE answer = 'unknown';",

    /* ingest/difference: what records of one payload with one key say differently of a column.
     * kept: the value that the row has; said: JSON, [ { line, value } ] */
    "CREATE TABLE difference (dataset TEXT NOT NULL, key TEXT NOT NULL, field TEXT NOT NULL,"
    "  source TEXT NOT NULL, pull INTEGER NOT NULL, kept TEXT, said TEXT NOT NULL,"
    "  PRIMARY KEY (dataset, key, field)) STRICT, WITHOUT ROWID;",

    /* duties are built again: the mark of the last judgement goes with them */
    "DROP TABLE duty; DELETE FROM setting WHERE key = 'duties_of';" DERIVED
    "CREATE INDEX row_version_version ON row_version (dataset, version);",

    /* since when the row was as it was: below a version that is looked back to, it is older */
    "ALTER TABLE row_version ADD COLUMN from_version INTEGER;",

    /* judge/duty: digest of what was known of it; all are built again */
    "ALTER TABLE duty ADD COLUMN inputs_hash INTEGER NOT NULL DEFAULT 0;"
    "DELETE FROM setting WHERE key = 'duties_of';",

    TIMED,

    /* judge/duty: `ask` also of a duty that is pending: what is wrong with one of its documents */
    "DROP INDEX duty_unknown; CREATE INDEX duty_asks ON duty (rule, ask) WHERE ask IS NOT NULL;",

    /* fetch/source: of a payload that waits once more, the pull with which it came first */
    "ALTER TABLE pull ADD COLUMN came INTEGER;"
    "UPDATE pull SET came = p.first FROM (SELECT source, at, digest, min(id) AS first FROM pull"
    "  GROUP BY source, at, digest HAVING count(*) > 1) AS p WHERE p.source = pull.source"
    "  AND p.at = pull.at AND p.digest = pull.digest AND p.first < pull.id;"
    "CREATE INDEX pull_came ON pull (came) WHERE came IS NOT NULL;",

    COUNTED,

    /* ingest/reject: also cells that could not be read (cell: the record is a row). lines: over how
     * many the record goes; mark: what people call it; cells: what can be read of it, as JSON;
     * of_pull: the pull whose line it is, where a later one of changes did not bring it anew.
     * fetch/source: how many cells, and how many rows that are missing were kept because of records
     * without a readable key, since when; columns: those the last good payload had, as JSON */
    "ALTER TABLE reject ADD COLUMN lines INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE reject ADD COLUMN dataset TEXT; ALTER TABLE reject ADD COLUMN key TEXT;"
    "ALTER TABLE reject ADD COLUMN column_name TEXT;"
    "ALTER TABLE reject ADD COLUMN cell INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE reject ADD COLUMN cells TEXT; ALTER TABLE reject ADD COLUMN mark TEXT;"
    "ALTER TABLE reject ADD COLUMN of_pull INTEGER;"
    "CREATE INDEX reject_key ON reject (key) WHERE key IS NOT NULL;"
    "ALTER TABLE pull ADD COLUMN unread INTEGER; ALTER TABLE pull ADD COLUMN kept_back INTEGER;"
    "ALTER TABLE pull ADD COLUMN keyless INTEGER; ALTER TABLE pull ADD COLUMN columns TEXT;"
    "ALTER TABLE source ADD COLUMN kept_back INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE source ADD COLUMN kept_back_since INTEGER;",

    PLANNED,

    /* ingest/sentinel: days that stand for none, as they were received, a column and text once */
    "CREATE TABLE sentinel (dataset TEXT NOT NULL, column_name TEXT NOT NULL, value TEXT NOT NULL,"
    "  source TEXT NOT NULL, PRIMARY KEY (dataset, column_name, value)) STRICT, WITHOUT ROWID;",

    /* fetch/source: of when the content is, as opposed to the pull; of the last good one */
    "ALTER TABLE pull ADD COLUMN content_at INTEGER;"
    "ALTER TABLE pull ADD COLUMN next_page TEXT;" /* where the answer says that it goes on */
    "ALTER TABLE source ADD COLUMN content_at INTEGER;",

    /* fetch/source: when it was tried last, and before when a server that refused wants no other
     * try */
    "ALTER TABLE source ADD COLUMN tried_at INTEGER;"
    "ALTER TABLE source ADD COLUMN not_before INTEGER;",

    /* judge/finding: what was done late is on record whenever that was looked at; all is judged
     * anew
     */
    "DELETE FROM setting WHERE key = 'duties_of';",

    /* ingest/others: what a source says of a row that is another one's. said: JSON, texts by
     * column; differs: that is other than what the row has */
    "CREATE TABLE other_record (id INTEGER PRIMARY KEY, dataset TEXT NOT NULL, key TEXT NOT NULL,"
    "  source TEXT NOT NULL, hash INTEGER NOT NULL, pull INTEGER NOT NULL, line INTEGER NOT NULL,"
    "  said TEXT NOT NULL, raw TEXT, differs INTEGER NOT NULL DEFAULT 0,"
    "  UNIQUE (dataset, key, source)) STRICT;"
    "CREATE INDEX other_record_hash ON other_record (dataset, source, hash);"
    "CREATE INDEX other_record_pull ON other_record (dataset, pull);"
    "CREATE INDEX other_record_differs ON other_record (dataset, key) WHERE differs;",

    /* ingest/sentinel: the day as the rows have it; null: it was not noted, or is not one day */
    "ALTER TABLE sentinel ADD COLUMN day TEXT;",
};

static const char *const state_steps[] = {
    "CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT) STRICT, WITHOUT ROWID;"

    /* judge/history: the text a rule had when it was last judged; another one is a baseline.
     * since: the first day of its watch */
    "CREATE TABLE rule (id TEXT PRIMARY KEY, digest TEXT NOT NULL, since TEXT NOT NULL)"
    "  STRICT, WITHOUT ROWID;"

    /* judge/history. stage is the rung's number, -1 before the first */
    "CREATE TABLE finding (id INTEGER PRIMARY KEY, rule TEXT NOT NULL, subject TEXT NOT NULL,"
    "  period TEXT NOT NULL, unit TEXT, office TEXT, owner TEXT, amount INTEGER,"
    "  status TEXT NOT NULL, stage INTEGER NOT NULL, due TEXT, safe TEXT, opened_on TEXT NOT NULL,"
    "  breached_on TEXT, closed_on TEXT, reminded_on TEXT, quiet_because TEXT, quiet_on TEXT,"
    "  ordinal INTEGER NOT NULL, last_confirmed_pull INTEGER, UNIQUE (rule, subject, period))"
    "  STRICT;"
    "CREATE INDEX finding_status ON finding (status, safe);"

    /* judge/history, append only. inputs, derivation: JSON; chain: SHA-256 over the one before */
    "CREATE TABLE move (finding INTEGER NOT NULL REFERENCES finding (id), ordinal INTEGER NOT NULL,"
    "  day TEXT NOT NULL, at INTEGER NOT NULL, cause TEXT NOT NULL, from_status TEXT,"
    "  to_status TEXT NOT NULL, from_stage INTEGER, to_stage INTEGER NOT NULL, severity TEXT,"
    "  due_before TEXT, due_after TEXT, inputs TEXT, derivation TEXT, data_version INTEGER NOT "
    "NULL,"
    "  generation TEXT NOT NULL, chain TEXT NOT NULL, PRIMARY KEY (finding, ordinal))"
    "  STRICT, WITHOUT ROWID;"

    /* notify/notification: one move told to one recipient; message is set when it is packed */
    "CREATE TABLE notification (key TEXT PRIMARY KEY, finding INTEGER NOT NULL,"
    "  ordinal INTEGER NOT NULL, channel TEXT NOT NULL, recipient TEXT NOT NULL, role TEXT,"
    "  cadence TEXT NOT NULL, day TEXT NOT NULL, message TEXT, withheld TEXT)"
    "  STRICT, WITHOUT ROWID;"
    "CREATE INDEX notification_waiting ON notification (cadence, channel, recipient)"
    "  WHERE message IS NULL AND withheld IS NULL;"
    "CREATE INDEX notification_message ON notification (message);"
    "CREATE INDEX notification_finding ON notification (finding, ordinal);"

    /* notify/outbox. state: QUEUED, IN_FLIGHT, SENT, DEAD. bytes: as rendered at the first claim */
    "CREATE TABLE message (key TEXT PRIMARY KEY, channel TEXT NOT NULL, recipient TEXT NOT NULL,"
    "  kind TEXT NOT NULL, subject TEXT NOT NULL, content TEXT NOT NULL, state TEXT NOT NULL,"
    "  created_at INTEGER NOT NULL, next_at INTEGER, attempts INTEGER NOT NULL DEFAULT 0,"
    "  sent_at INTEGER, bytes BLOB, instead_of TEXT) STRICT, WITHOUT ROWID;"
    "CREATE INDEX message_next ON message (next_at) WHERE state = 'QUEUED';"
    "CREATE INDEX message_state ON message (state);"

    /* notify/outbox: each attempt with what the other side said */
    "CREATE TABLE attempt (message TEXT NOT NULL REFERENCES message (key), number INTEGER NOT NULL,"
    "  at INTEGER NOT NULL, ended_at INTEGER, outcome TEXT, status INTEGER, answer TEXT,"
    "  PRIMARY KEY (message, number)) STRICT, WITHOUT ROWID;",

    /* judge/history: a move carries all that was believed of its finding, and its place in the
     * chain. Moves from before are numbered as well as can be told; the links that can be computed
     * again begin at chain_from with chain_before */
    "ALTER TABLE move ADD COLUMN number INTEGER; ALTER TABLE move ADD COLUMN unit TEXT;"
    "ALTER TABLE move ADD COLUMN office TEXT; ALTER TABLE move ADD COLUMN owner TEXT;"
    "ALTER TABLE move ADD COLUMN amount INTEGER; ALTER TABLE move ADD COLUMN safe TEXT;"
    "ALTER TABLE move ADD COLUMN opened_on TEXT; ALTER TABLE move ADD COLUMN breached_on TEXT;"
    "ALTER TABLE move ADD COLUMN closed_on TEXT; ALTER TABLE move ADD COLUMN quiet_on TEXT;"
    "ALTER TABLE move ADD COLUMN quiet_because TEXT;"
    "UPDATE move SET number = n.number, unit = f.unit, office = f.office, owner = f.owner,"
    "  amount = f.amount, opened_on = f.opened_on FROM finding f,"
    "  (SELECT finding, ordinal, row_number() OVER (ORDER BY at, finding, ordinal) AS number"
    "   FROM move) n"
    "  WHERE f.id = move.finding AND n.finding = move.finding AND n.ordinal = move.ordinal;"
    "UPDATE move SET safe = f.safe, breached_on = f.breached_on, closed_on = f.closed_on,"
    "  quiet_on = f.quiet_on, quiet_because = f.quiet_because FROM finding f"
    "  WHERE f.id = move.finding AND f.ordinal = move.ordinal;"
    "INSERT INTO setting SELECT 'chain_from', count(*) + 1 FROM move;"
    "INSERT INTO setting SELECT 'chain_before', value FROM setting WHERE key = 'chain';"
    "CREATE UNIQUE INDEX move_number ON move (number);"
    "CREATE INDEX finding_subject ON finding (subject, rule, period);"

    /* notify/outbox: the digest of the bytes, taken when they were made */
    "ALTER TABLE message ADD COLUMN bytes_digest TEXT;"
    "CREATE INDEX message_created ON message (created_at, key);",

    /* judge/history: of its last move */
    "ALTER TABLE finding ADD COLUMN severity TEXT;"
    "UPDATE finding SET severity = (SELECT m.severity FROM move m WHERE m.finding = finding.id"
    "  AND m.ordinal = finding.ordinal);",

    /* judge/history: acknowledged until that day, for what was known then; judge/silence: what is
     * not told until a day, and who wanted that. Empty names: any */
    "ALTER TABLE finding ADD COLUMN silenced INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE finding ADD COLUMN acked_until TEXT;"
    "ALTER TABLE finding ADD COLUMN acked_evidence INTEGER;"
    "CREATE INDEX finding_acked ON finding (acked_until) WHERE acked_until IS NOT NULL;"
    "CREATE TABLE silence (id INTEGER PRIMARY KEY, rule TEXT, subject TEXT, unit TEXT, office TEXT,"
    "  until TEXT NOT NULL, reason TEXT NOT NULL, person TEXT NOT NULL, at INTEGER NOT NULL,"
    "  ended_at INTEGER, ended_by TEXT) STRICT;",

    /* judge/history: from when the time ran when the finding moved last */
    "ALTER TABLE finding ADD COLUMN start TEXT;",

    /* notify/live: units and offices that are live while the rest is in trial; a name that is null
     * is any. trial: the notification goes to the trial readers while the installation is in trial
     */
    "CREATE TABLE live (id INTEGER PRIMARY KEY, unit TEXT, office TEXT, person TEXT NOT NULL,"
    "  at INTEGER NOT NULL) STRICT;"
    "ALTER TABLE notification ADD COLUMN trial INTEGER NOT NULL DEFAULT 1;",

    /* notify/packing: of what a recipient was told */
    "CREATE INDEX notification_told ON notification (channel, recipient, finding, withheld);",

    /* notify/outbox: the one to send next is found without looking at the others */
    "DROP INDEX message_next;"
    "CREATE INDEX message_next ON message (next_at, key) WHERE state = 'QUEUED';"
    "CREATE INDEX message_sent ON message (sent_at);",

    /* judge/accepted: what payloads have that is not taken and is known, until a day; mark: as of
     * ingest/reject */
    "CREATE TABLE accepted (id INTEGER PRIMARY KEY, source TEXT NOT NULL, mark TEXT NOT NULL,"
    "  until TEXT NOT NULL, reason TEXT NOT NULL, person TEXT NOT NULL, at INTEGER NOT NULL,"
    "  ended_at INTEGER, ended_by TEXT) STRICT;"
    "CREATE INDEX accepted_mark ON accepted (mark) WHERE ended_at IS NULL;",

    /* notify/outbox: before when the other side wants no other try; notify/failing: channels of
     * which the last attempt was not accepted, since when, what was said, and when the operators
     * were told */
    "ALTER TABLE message ADD COLUMN not_before INTEGER;"
    "CREATE TABLE channel (name TEXT PRIMARY KEY, failing_since INTEGER NOT NULL,"
    "  answer TEXT, told_at INTEGER) STRICT, WITHOUT ROWID;",

    /* judge/history: the day on which it was done */
    "ALTER TABLE finding ADD COLUMN met_on TEXT; ALTER TABLE move ADD COLUMN met_on TEXT;"
    "CREATE INDEX finding_late ON finding (rule, subject) WHERE breached_on IS NOT NULL;",
};

#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))

static bool open_at(const char *dir, const char *name, const char *const *steps, int count,
                    struct db **ret, struct error *e)
{
    AUTO(db) db = NULL;

    if (!db_open(dir, name, &db, e) || !db_migrate(db, steps, count, e))
        return false;
    *ret = db;
    db = NULL;
    return true;
}

bool schema_open_data(const char *dir, struct db **ret, struct error *e)
{
    return open_at(dir, "data.db", data_steps, COUNT(data_steps), ret, e);
}

bool schema_open_state(const char *dir, struct db **ret, struct error *e)
{
    return open_at(dir, "state.db", state_steps, COUNT(state_steps), ret, e);
}

bool schema_readable(struct db *db, struct error *e)
{
    int64_t data = 0, state = 0;

    if (!db_number(db, &data, e, "PRAGMA main.user_version", "") ||
        !db_number(db, &state, e, "PRAGMA st.user_version", ""))
        return false;
    if (data > COUNT(data_steps) || state > COUNT(state_steps))
        return error_set(e, ERROR_SETUP, "the state was written by a newer dutywatch");
    if (data < COUNT(data_steps) || state < COUNT(state_steps))
        return error_set(e, ERROR_SETUP,
                         "the state was written by an older dutywatch; start the service, or run "
                         "dutywatch once, which brings it up to this one");
    return true;
}

void schema_check(struct db *db, struct text *ret)
{
    STMT s = NULL;
    struct error e;
    bool row = true;

    if (!db_query(db, &s, &e, "PRAGMA integrity_check(10)", "")) {
        text_addf(ret, "%s\n", e.text);
        return;
    }
    while (row) {
        if (!db_row(s, &row, &e)) {
            text_addf(ret, "%s\n", e.text);
            return;
        }
        if (row && strcmp(db_text(s, 0), "ok") != 0)
            text_addf(ret, "%s\n", db_text(s, 0));
    }
}

bool schema_clear(struct db *db, struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;
    bool row = false;

    text_add(&sql, "BEGIN IMMEDIATE; ");
    if (!db_query(db, &s, e,
                  "SELECT 'DELETE FROM ' || name || ';' FROM sqlite_schema WHERE type = 'table'"
                  " AND name NOT LIKE 'sqlite%' ORDER BY rowid DESC",
                  ""))
        return false;
    while (db_row(s, &row, e) && row)
        text_add(&sql, db_text(s, 0));
    if (row)
        return false;
    text_add(&sql, "COMMIT");
    return db_script(db, text_of(&sql), e);
}

bool setting_get(struct db *db, const char *key, char **ret, struct error *e)
{
    STMT s = NULL;
    bool row = false;

    if (!db_query(db, &s, e, "SELECT value FROM setting WHERE key = ?", "t", key) ||
        !db_row(s, &row, e))
        return error_wrap(e, "setting %s", key);
    *ret = row ? copy_text(db_text(s, 0)) : NULL;
    return true;
}

bool setting_get_number(struct db *db, const char *key, int64_t *ret, struct error *e)
{
    return db_number(db, ret, e, "SELECT CAST(value AS INTEGER) FROM setting WHERE key = ?", "t",
                     key);
}

bool setting_put(struct db *db, const char *key, const char *value, struct error *e)
{
    return db_run(db, e,
                  "INSERT INTO setting (key, value) VALUES (?, ?)"
                  " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                  "tt", key, value);
}

bool setting_put_number(struct db *db, const char *key, int64_t value, struct error *e)
{
    char text[32];

    snprintf(text, sizeof text, "%lld", (long long)value);
    return setting_put(db, key, text, e);
}
