#include "fetch/pull.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/text.h"
#include "codec/digest.h"
#include "codec/json.h"
#include "config/credential.h"
#include "fetch/reply.h"
#include "fetch/schedule.h"
#include "fetch/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One attempt under way. */
struct attempt {
    struct attempt *next;
    struct fetcher *fetcher;
    struct arena *arena;
    struct source source; /* a copy: the configuration may be swapped meanwhile */
    struct source_state state;
    const char *mapping;
    bool changed_mapping;
    bool begun;
    bool conditional; /* it was asked: only if it changed */
    char *secret;
    const char *part; /* path of the file that grows */
    int fd;
    int64_t bytes;
    struct digest *digest;
};

/* When it was last said why a source fails: on change, and hourly while it stays so. */
struct complaint {
    char *source;
    instant at;
    struct complaint *next;
};

struct fetcher {
    struct world *world;
    struct db *data;
    char *spool;
    fetched_fn *done;
    void *done_data;
    struct attempt *first;
    struct complaint *complaints;
};

static void attempt_free(struct attempt *a)
{
    struct attempt **at = &a->fetcher->first;

    while (*at && *at != a)
        at = &(*at)->next;
    if (*at)
        *at = a->next;
    if (a->fd >= 0)
        close(a->fd);
    digest_free(a->digest);
    credential_free(a->secret);
    arena_free(a->arena);
    free(a);
}

bool fetcher_new(struct world *w, struct db *data, const char *dir, fetched_fn *done,
                 void *done_data, struct fetcher **ret, struct error *e)
{
    struct fetcher *f = alloc(sizeof *f);
    AUTO_TEXT path = { 0 };

    text_addf(&path, "%s/spool", dir);
    *f = (struct fetcher){ .world = w,
                           .data = data,
                           .spool = copy_text(text_of(&path)),
                           .done = done,
                           .done_data = done_data };
    if (mkdir(f->spool, 0750) && errno != EEXIST) {
        error_set(e, ERROR_SETUP, "%s: %s", f->spool, strerror(errno));
        fetcher_free(f);
        return false;
    }
    *ret = f;
    return true;
}

void fetcher_free(struct fetcher *f)
{
    if (!f)
        return;
    while (f->first)
        attempt_free(f->first);
    while (f->complaints) {
        struct complaint *c = f->complaints;

        f->complaints = c->next;
        free(c->source);
        free(c);
    }
    free(f->spool);
    free(f);
}

bool fetch_owns(const struct fetcher *f, const char *path)
{
    size_t n = strlen(f->spool);

    return strncmp(path, f->spool, n) == 0 && path[n] == '/';
}

int fetch_count(const struct fetcher *f)
{
    int n = 0;

    for (const struct attempt *a = f->first; a; a = a->next)
        n++;
    return n;
}

static bool receive(void *data, const char *bytes, size_t n, struct error *e)
{
    struct attempt *a = data;

    if (a->bytes + (int64_t)n > a->source.max_bytes)
        return error_set(e, ERROR_INPUT, "the payload is larger than max_bytes = %lld",
                         (long long)a->source.max_bytes);
    a->bytes += (int64_t)n;
    digest_add(a->digest, bytes, n);
    while (n) {
        ssize_t written = write(a->fd, bytes, n);

        if (written < 0)
            return error_set(e, ERROR_RETRY, "%s: %s", a->part, strerror(errno));
        bytes += written;
        n -= (size_t)written;
    }
    return true;
}

/* Syncs the file and gives it the name that the pull will have. */
static const char *keep_file(struct attempt *a, const char *digest, instant now, struct error *e)
{
    const char *path = arena_print(a->arena, "%s/%s-%lld-%.12s", a->fetcher->spool, a->source.id,
                                   (long long)now, digest);
    int dir;

    if (fsync(a->fd) || rename(a->part, path)) {
        error_set(e, ERROR_RETRY, "%s: %s", a->part, strerror(errno));
        return NULL;
    }
    dir = open(a->fetcher->spool, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir >= 0) {
        fsync(dir);
        close(dir);
    }
    return path;
}

/* Removes a file of the spool unless a pull names it. */
static bool drop_unnamed(struct fetcher *f, const char *path, struct error *e)
{
    int64_t used = 0;

    if (!db_number(f->data, &used, e, "SELECT count(*) FROM pull WHERE path = ?", "t", path))
        return false;
    if (!used)
        unlink(path);
    return true;
}

/* Of when the content that is there is, as this answer tells. What a column tells stays, and so
 * does the day on which the content came first where nobody says more. */
static instant content_of(const struct attempt *a, const struct answer *answer)
{
    bool by_column = a->source.content_age && a->source.content_age->column;

    return by_column || !answer->modified_at ? INSTANT_NONE : answer->modified_at;
}

static bool commit_payload(struct attempt *a, const struct answer *answer, instant now,
                           enum fetch_result *result, struct error *e)
{
    instant next = schedule_after_good(&a->source, now);
    char digest[DIGEST_TEXT_SIZE];
    struct pull p = { 0 };
    bool again = false;

    digest_end(a->digest, digest);
    a->digest = NULL;
    p.digest = digest;
    p.mapping = a->mapping;
    if (text_same(digest, a->state.digest) && !a->changed_mapping) {
        unlink(a->part);
        *result = FETCH_UNCHANGED;
        return source_unchanged(a->fetcher->data, &a->source, content_of(a, answer), next, now, e);
    }
    if (!source_same_again(a->fetcher->data, &a->source, &p, next, &again, e))
        return false;
    if (again) {
        unlink(a->part);
        *result = FETCH_UNCHANGED;
        return true;
    }
    p.path = keep_file(a, digest, now, e);
    if (!p.path)
        return false;
    p.content_at = answer->modified_at ? answer->modified_at : now;
    p.next_page = answer->next_page[0] ? answer->next_page : NULL;
    p.bytes = a->bytes;
    p.etag = answer->etag[0] ? answer->etag : NULL;
    p.last_modified = answer->last_modified[0] ? answer->last_modified : NULL;
    *result = FETCH_PAYLOAD;
    if (source_fetched(a->fetcher->data, &a->source, &p, next, now, e))
        return true;
    drop_unnamed(a->fetcher, p.path, NULL); /* a full disk gets no fuller by trying */
    return false;
}

static void fail(struct attempt *a, struct error *why, instant retry_after)
{
    struct fetcher *f = a->fetcher;
    instant now = f->world->now(f->world);
    struct error e;

    if (a->part)
        unlink(a->part);
    if (!source_failed(f->data, &a->source, why,
                       schedule_after_failure(&a->source, a->state.failures + 1, retry_after,
                                              f->world->random(f->world), now),
                       retry_after ? now + schedule_honoured(retry_after) : 0, now, &e))
        *why = e;
}

static void begin_next(struct fetcher *f);

static struct complaint *complaint_of(struct fetcher *f, const char *source)
{
    struct complaint *c = f->complaints;

    while (c && strcmp(c->source, source) != 0)
        c = c->next;
    if (c)
        return c;
    c = alloc(sizeof *c);
    *c = (struct complaint){ .source = copy_text(source),
                             .at = INSTANT_NONE,
                             .next = f->complaints };
    f->complaints = c;
    return c;
}

static enum fetch_result failed_as(struct attempt *a, const char *why)
{
    struct complaint *c = complaint_of(a->fetcher, a->source.id);
    instant now = a->fetcher->world->now(a->fetcher->world);

    if (text_same(a->state.error, why) && c->at != INSTANT_NONE && now - c->at < HOUR)
        return FETCH_FAILED_AGAIN;
    c->at = now;
    return FETCH_FAILED;
}

static void answered(void *data, const struct answer *answer)
{
    struct attempt *a = data;
    struct fetcher *f = a->fetcher;
    enum fetch_result result = FETCH_UNCHANGED;
    instant now = f->world->now(f->world);
    struct error e = { .class = ERROR_NONE };
    const char *id = a->source.id;
    bool ok = reply_judge(answer, a->conditional, &e);

    if (ok && answer->unchanged) {
        unlink(a->part);
        ok = source_unchanged(f->data, &a->source, content_of(a, answer),
                              schedule_after_good(&a->source, now), now, &e);
    } else if (ok) {
        ok = commit_payload(a, answer, now, &result, &e);
    }
    if (!ok) {
        result = failed_as(a, e.text);
        fail(a, &e, answer->retry_after);
    }
    f->done(f->done_data, id, result, ok ? NULL : &e);
    attempt_free(a);
    begin_next(f);
}

static bool open_part(struct attempt *a, struct error *e)
{
    a->part = arena_print(a->arena, "%s/%s.part", a->fetcher->spool, a->source.id);
    a->fd = open(a->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (a->fd < 0)
        return error_set(e, ERROR_RETRY, "%s: %s", a->part, strerror(errno));
    a->digest = digest_new();
    return true;
}

static bool ask(struct attempt *a, struct error *e)
{
    const struct source *s = &a->source;
    bool again = a->changed_mapping;
    struct request *q;

    if (s->credential && !credential_read(s->credential, &a->secret, e))
        return false;
    if (!open_part(a, e))
        return false;
    a->conditional = !again && (a->state.etag || a->state.last_modified);
    q = arena_alloc(a->arena, sizeof *q);
    *q = (struct request){ .kind = REQUEST_GET,
                           .url = s->url,
                           .user = s->user,
                           .password = s->user ? a->secret : NULL,
                           .bearer = s->user ? NULL : a->secret,
                           .etag = again ? NULL : a->state.etag,
                           .last_modified = again ? NULL : a->state.last_modified,
                           .ca_file = s->ca_file,
                           .timeout = s->timeout,
                           .connect_timeout = s->connect_timeout,
                           .max_bytes = s->max_bytes,
                           .receive = receive,
                           .receive_data = a };
    return a->fetcher->world->ask(a->fetcher->world, q, answered, a, e);
}

/* What the attempt needs of the configuration, which may be swapped while it runs. */
static struct source copy_source(const struct source *s, struct arena *a)
{
    struct source copy = *s;

    copy.id = arena_text(a, s->id);
    copy.url = arena_text(a, s->url);
    copy.user = arena_text(a, s->user);
    copy.credential = arena_text(a, s->credential);
    copy.ca_file = arena_text(a, s->ca_file);
    copy.of = arena_text(a, s->of);
    if (s->content_age) {
        copy.content_age = arena_alloc(a, sizeof *copy.content_age);
        copy.content_age->column = arena_text(a, s->content_age->column);
    }
    return copy;
}

/* Asks; what cannot be asked for has failed. */
static void begin(struct attempt *a)
{
    struct fetcher *f = a->fetcher;
    enum fetch_result result;
    struct error why;

    a->begun = true;
    if (ask(a, &why))
        return;
    result = failed_as(a, why.text);
    fail(a, &why, 0);
    f->done(f->done_data, a->source.id, result, &why);
    attempt_free(a);
}

/* Whether one for the same rows is under way. */
static bool must_wait(const struct attempt *a)
{
    for (const struct attempt *b = a->fetcher->first; b; b = b->next)
        if (b->begun && text_same(source_owner(&b->source), source_owner(&a->source)))
            return true;
    return false;
}

/* Of those that wait, each that can; the oldest, which stand last, first. */
static void begin_next(struct fetcher *f)
{
    struct attempt *next;

    do {
        next = NULL;
        for (struct attempt *a = f->first; a; a = a->next)
            if (!a->begun && !must_wait(a))
                next = a;
        if (next)
            begin(next);
    } while (next);
}

bool fetch_start(struct fetcher *f, const struct source *s, const char *mapping, struct error *e)
{
    struct attempt *a;

    for (a = f->first; a; a = a->next)
        if (strcmp(a->source.id, s->id) == 0)
            return true;
    a = alloc(sizeof *a);
    a->fetcher = f;
    a->fd = -1;
    a->arena = arena_new();
    a->source = copy_source(s, a->arena);
    a->next = f->first;
    f->first = a;
    if (!source_get(f->data, s->id, a->arena, &a->state, e)) {
        attempt_free(a);
        return false;
    }
    a->mapping = arena_text(a->arena, mapping);
    a->changed_mapping = !text_same(mapping, a->state.mapping);
    begin_next(f);
    return true;
}

bool fetch_clean(struct fetcher *f, struct error *e)
{
    DIR *dir = opendir(f->spool);
    bool ok = true;

    if (!dir)
        return error_set(e, ERROR_SETUP, "%s: %s", f->spool, strerror(errno));
    for (struct dirent *d = readdir(dir); d && ok; d = readdir(dir)) {
        char *path AUTO_FREE = NULL;

        if (d->d_name[0] == '.')
            continue;
        if (asprintf(&path, "%s/%s", f->spool, d->d_name) < 0)
            out_of_memory();
        ok = drop_unnamed(f, path, e);
    }
    closedir(dir);
    return ok;
}

/* { "nights": "cases" }: which sources have the changes to which. */
static void list_of(const struct settings *s, struct text *out)
{
    AUTO(json) all = json_group();

    for (LIST_EACH(const struct source, o, &s->sources))
        if (o->of)
            json_set_text(all, o->id, o->of);
    json_write(all, false, out);
}

bool fetch_prune(struct fetcher *f, const struct settings *settings, struct error *e)
{
    instant oldest = f->world->now(f->world) - settings->keep_payloads;
    int64_t bytes = settings->keep_payload_bytes;
    AUTO_TEXT of = { 0 };
    AUTO(arena) a = arena_new();
    STMT s = NULL;
    int64_t total = 0;
    bool row;

    list_of(settings, &of);
    if (!db_query(f->data, &s, e,
                  "SELECT id, path, bytes, at, state IN ('FETCHED', 'HELD') OR EXISTS"
                  " (SELECT 1 FROM source WHERE good_pull = pull.id) OR (state = 'INGESTED' AND"
                  "  NOT EXISTS (SELECT 1 FROM pull l WHERE l.came = coalesce(pull.came, pull.id)"
                  "   AND l.id > pull.id AND l.state = 'INGESTED') AND EXISTS (SELECT 1 FROM"
                  "  json_each(?) o LEFT JOIN source c ON c.id = o.value LEFT JOIN pull p"
                  "  ON p.id = c.good_pull WHERE o.key = pull.source"
                  "  AND coalesce(pull.came, pull.id) > coalesce(p.came, p.id, 0)))"
                  " AS needed FROM pull WHERE path IS NOT NULL ORDER BY needed DESC, id DESC",
                  "t", text_of(&of)))
        return error_wrap(e, "spool");
    for (;;) {
        if (!db_row(s, &row, e))
            return error_wrap(e, "spool");
        if (!row)
            return true;
        total += db_int(s, 2);
        if (db_int(s, 4) || (db_int(s, 3) >= oldest && total <= bytes))
            continue;
        if (fetch_owns(f, db_text(s, 1)))
            unlink(db_text(s, 1));
        if (!db_run(f->data, e, "UPDATE pull SET path = NULL WHERE id = ?", "i", db_int(s, 0)))
            return false;
    }
}
