#include "watch/verify.h"

#include "base/arena.h"
#include "base/text.h"
#include "base/zone.h"
#include "codec/digest.h"
#include "codec/json.h"
#include "db/schema.h"
#include "judge/history.h"
#include "notify/key.h"
#include "watch/backup.h"
#include "watch/stood.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct verifying {
    const char *dir;
    bool backup;
    struct db *data, *state;
    struct arena *arena;
    struct json *checks;
    struct json *wrong; /* of the check under way */
    int64_t count, more;
    bool good;
};

/* --- one check --- */

static void begin(struct verifying *v)
{
    v->wrong = json_list();
    v->count = v->more = 0;
}

static void say(void *data, const char *sentence)
{
    struct verifying *v = data;

    v->good = false;
    if (json_count(v->wrong) < VERIFY_WRONG_MAX)
        json_add_text(v->wrong, sentence);
    else
        v->more++;
}

/* `ok` false: it could not be looked at, and `e` says why. */
static void end(struct verifying *v, const char *what, bool ok, const struct error *e)
{
    struct json *j = json_group();

    if (!ok)
        say(v, e->text);
    json_set_text(j, "what", what);
    json_set_whole(j, "count", v->count);
    json_set(j, "wrong", v->wrong);
    json_set_whole(j, "more", v->more);
    json_add(v->checks, j);
    v->wrong = NULL;
}

/* --- the files --- */

static void check_sums(struct verifying *v)
{
    struct error e;
    bool ok;

    begin(v);
    ok = backup_check(v->dir, say, v, &v->count, &e);
    end(v, "files of the backup", ok, &e);
}

static void check_file(struct verifying *v, const char *name, struct db **ret)
{
    AUTO_TEXT found = { 0 };
    struct error e;
    bool ok;

    begin(v);
    ok = db_open_reader(v->dir, name, ret, &e) && db_script(*ret, "BEGIN", &e);
    if (ok) { /* what a daemon writes from here on is not seen by any check */
        v->count = 1;
        schema_check(*ret, &found);
        for (char *line = found.data, *next; line && *line; line = next) {
            next = line + strcspn(line, "\n") + 1;
            next[-1] = '\0';
            say(v, arena_print(v->arena, "%s: %s", name, line));
        }
    }
    end(v, name, ok, &e);
}

/* --- what was decided --- */

static void check_chain(struct verifying *v)
{
    struct chain_report r = { 0 };
    struct error e;
    bool ok;

    begin(v);
    ok = history_verify(v->state, v->arena, &r, &e);
    v->count = r.links;
    if (r.broken)
        say(v, r.broken);
    end(v, "links of the chain of changes", ok, &e);
}

typedef void row_fn(struct verifying *v, struct stmt *s, struct arena *a);

/* Looks at each row of a query. */
static void check_rows(struct verifying *v, const char *what, struct db *db, const char *sql,
                       row_fn *look)
{
    AUTO(arena) a = arena_new();
    STMT s = NULL;
    struct error e;
    bool row = true, ok;

    begin(v);
    ok = db_query_text(db, &s, &e, sql, "");
    while (ok && (ok = db_row(s, &row, &e)) && row) {
        v->count++;
        look(v, s, a);
        arena_reset(a);
    }
    end(v, what, ok, &e);
}

#define FINDINGS                                                                                   \
    "SELECT f.id, m.finding IS NOT NULL AND f.status = m.to_status AND f.stage = m.to_stage AND"   \
    " f.due IS m.due_after AND f.safe IS m.safe AND f.breached_on IS m.breached_on"                \
    " AND f.met_on IS m.met_on, f.subject, f.rule FROM finding f LEFT JOIN move m ON m.finding = " \
    "f.id AND m.ordinal = f.ordinal"                                                               \
    " AND NOT EXISTS (SELECT 1 FROM move n WHERE n.finding = f.id AND n.ordinal > f.ordinal)"      \
    " LEFT JOIN setting b ON b.key = 'chain_from'"                                                 \
    " WHERE m.number IS NULL OR m.number >= CAST(b.value AS INTEGER) ORDER BY f.id"

static void look_at_finding(struct verifying *v, struct stmt *s, struct arena *a)
{
    if (!db_int(s, 1))
        say(v, arena_print(a, "finding %lld, %s, rule %s, is not what its last change says",
                           (long long)db_int(s, 0), db_text(s, 2), db_text(s, 3)));
}

/* --- what was told --- */

#define NOTIFICATIONS                                                                              \
    "SELECT n.key, f.rule, f.subject, f.period, n.ordinal, n.channel, n.recipient, n.finding"      \
    " FROM notification n LEFT JOIN finding f ON f.id = n.finding ORDER BY n.finding, n.ordinal"

static void look_at_notification(struct verifying *v, struct stmt *s, struct arena *a)
{
    struct key_of_move n = { .rule = db_text(s, 1),
                             .subject = db_text(s, 2),
                             .period = db_text(s, 3),
                             .ordinal = db_int(s, 4),
                             .channel = db_text(s, 5),
                             .recipient = db_text(s, 6) };
    char key[DIGEST_TEXT_SIZE];

    key_of_notification(&n, key);
    if (!text_same(key, db_text(s, 0)))
        say(v,
            arena_print(a, "what was told of %lld.%lld to %s has another key: %.12s",
                        (long long)db_int(s, 7), (long long)n.ordinal, n.recipient, db_text(s, 0)));
}

/* The key over the notifications that a message carries. */
static bool key_over(struct verifying *v, const char *message, struct arena *a, char *ret)
{
    const char **keys = NULL;
    size_t n = 0, room = 0;
    STMT s = NULL;
    struct error e;
    bool row;

    if (!db_query(v->state, &s, &e, "SELECT key FROM notification WHERE message = ?", "t", message))
        return false;
    for (;;) {
        if (n + 2 > room) {
            keys = arena_grow(a, keys, n * sizeof *keys, (n + 2) * 2 * sizeof *keys);
            room = (n + 2) * 2;
        }
        if (!db_row(s, &row, &e))
            return false;
        if (!row)
            break;
        keys[n++] = arena_text(a, db_text(s, 0));
    }
    if (n)
        key_of_message(keys, n, ret);
    return n != 0;
}

#define MESSAGES                                                                                   \
    "SELECT key, kind, channel, recipient, instead_of, created_at, content, bytes, bytes_digest,"  \
    " attempts FROM message ORDER BY created_at, key"

/* What the key of a message must be (of a kind without a rule for it: what it is); false when
 * there is nothing that it could be made of. */
static bool key_of(struct verifying *v, struct stmt *s, struct arena *a, char *ret)
{
    const char *kind = db_text(s, 1), *channel = db_text(s, 2), *to = db_text(s, 3);
    const char *text = db_text(s, 6);
    AUTO(json) content = json_read(text, strlen(text), NULL);
    char at[INSTANT_TEXT_SIZE];

    if (text_same(kind, "digest"))
        key_of_digest(channel, to, json_get_text(content, "digest"),
                      date_read(json_get_text(content, "day")),
                      key_part(json_get(content, "part") ? (int)json_get_whole(content, "part") : 1,
                               json_get(content, "trial_for") != NULL),
                      ret);
    else if (text_same(kind, "operator") && db_text(s, 4))
        key_of_dead(db_text(s, 4), channel, to, ret);
    else if (text_same(kind, "test"))
        key_of_test(channel, to, instant_text(db_int(s, 5), at), ret);
    else if (text_same(kind, "now") || text_same(kind, "baseline"))
        return key_over(v, db_text(s, 0), a, ret);
    else
        snprintf(ret, DIGEST_TEXT_SIZE, "%s", db_text(s, 0));
    return true;
}

/* What counts as told by a message stands in it: in its bytes, once they are made. */
static void look_at_told(struct verifying *v, struct stmt *of, struct arena *a)
{
    const char *message = db_text(of, 0), *content = db_text(of, 6);
    size_t size;
    const char *bytes = db_bytes(of, 7, &size);
    AUTO(json) said = json_read(content, strlen(content), NULL);
    AUTO(json) refs = stood_refs(said, bytes, size);
    STMT s = NULL;
    struct error e;
    bool row = false, ok;

    ok = db_query(v->state, &s, &e,
                  "SELECT finding || '.' || ordinal, recipient FROM notification WHERE message = ?"
                  " AND withheld IS NULL",
                  "t", message);
    while (ok && (ok = db_row(s, &row, &e)) && row)
        if (!json_get(refs, db_text(s, 0)))
            say(v,
                arena_print(a, "%s counts as told to %s by message %.12s and does not stand in it",
                            db_text(s, 0), db_text(s, 1), message));
    if (!ok) /* it could not be looked at */
        say(v, e.text);
}

static void look_at_message(struct verifying *v, struct stmt *s, struct arena *a)
{
    char key[DIGEST_TEXT_SIZE] = "", digest[DIGEST_TEXT_SIZE];
    const void *bytes;
    size_t size;

    if (!key_of(v, s, a, key) || !text_same(key, db_text(s, 0)))
        say(v, arena_print(a, "message %.12s to %s: its key is not that of what it carries",
                           db_text(s, 0), db_text(s, 3)));
    look_at_told(v, s, a);
    bytes = db_bytes(s, 7, &size);
    if (!bytes || db_is_null(s, 8)) /* never made, or by a version that took no digest */
        return;
    digest_of(bytes, size, digest);
    if (!text_same(digest, db_text(s, 8)))
        say(v, arena_print(a, "message %.12s to %s: the stored bytes are not those that were sent",
                           db_text(s, 0), db_text(s, 3)));
}

/* --- payloads --- */

#define PAYLOADS                                                                                   \
    "SELECT id, source, state, path, digest FROM pull WHERE path IS NOT NULL ORDER BY id"

static void look_at_payload(struct verifying *v, struct stmt *s, struct arena *a)
{
    const char *path = db_text(s, 3), *slash = strrchr(path, '/'), *state = db_text(s, 2);
    bool waits = text_same(state, "FETCHED") || text_same(state, "HELD");
    char digest[DIGEST_TEXT_SIZE];
    struct error e;

    if (v->backup)
        path = arena_print(a, "%s/spool/%s", v->dir, slash ? slash + 1 : path);
    if (access(path, F_OK) && !waits) { /* its time was up */
        v->count--;
        return;
    }
    if (!digest_of_file(path, digest, &e))
        say(v,
            arena_print(a, "pull %lld of %s: %s", (long long)db_int(s, 0), db_text(s, 1), e.text));
    else if (!text_same(digest, db_text(s, 4)))
        say(v, arena_print(a, "pull %lld of %s: the payload is not the one that came: %s",
                           (long long)db_int(s, 0), db_text(s, 1), path));
}

/* --- the whole --- */

static void check_all(struct verifying *v)
{
    if (v->backup)
        check_sums(v);
    check_file(v, "data.db", &v->data);
    check_file(v, "state.db", &v->state);
    if (v->state) {
        check_chain(v);
        check_rows(v, "findings", v->state, FINDINGS, look_at_finding);
        check_rows(v, "notifications", v->state, NOTIFICATIONS, look_at_notification);
        check_rows(v, "messages", v->state, MESSAGES, look_at_message);
    }
    if (v->data)
        check_rows(v, "payloads", v->data, PAYLOADS, look_at_payload);
}

struct json *verify(const char *dir, struct error *e)
{
    struct verifying v = {
        .dir = dir, .backup = backup_is(dir), .checks = json_list(), .good = true
    };
    AUTO(arena) a = arena_new();
    AUTO_TEXT state = { 0 };
    struct json *j;

    v.arena = a;
    text_addf(&state, "%s/state.db", dir);
    if (access(text_of(&state), F_OK) && !v.backup) {
        error_set(e, ERROR_INPUT,
                  "%s has no state.db: it is neither a state directory nor a backup", dir);
        json_free(v.checks);
        return NULL;
    }
    check_all(&v);
    db_close(v.data);
    db_close(v.state);
    j = json_group();
    json_set_text(j, "dir", dir);
    json_set_truth(j, "backup", v.backup);
    json_set_truth(j, "good", v.good);
    json_set(j, "checks", v.checks);
    return j;
}
