#include "watch/backup.h"

#include "base/folder.h"
#include "base/text.h"
#include "codec/digest.h"
#include "codec/json.h"
#include "db/schema.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUMS "SHA256SUMS"

/* The two files are copied as of one moment: not between the two commits of a judgement. So often
 * is that tried before a judgement that never got to its second commit is taken as it is. */
#define TRIES 2000

struct making {
    const char *dir;
    struct db *data, *state;
    struct text sums;
    int64_t payloads, missing;
};

/* Adds a file of the backup to its sums. */
static bool add_sum(struct making *m, const char *name, struct error *e)
{
    AUTO_TEXT path = { 0 };
    char digest[DIGEST_TEXT_SIZE];

    text_addf(&path, "%s/%s", m->dir, name);
    if (!digest_of_file(text_of(&path), digest, e))
        return false;
    text_addf(&m->sums, "%s  %s\n", digest, name);
    return true;
}

/* --- of one moment --- */

/* Begins to read: what is seen from here on stays as it is. */
static bool hold(const char *dir, const char *name, struct db **ret, struct error *e)
{
    int64_t tables;

    return db_open_reader(dir, name, ret, e) && db_script(*ret, "BEGIN", e) &&
           db_number(*ret, &tables, e, "SELECT count(*) FROM sqlite_schema", "");
}

static bool hold_both(struct making *m, const char *state_dir, bool *ret_same, struct error *e)
{
    char *duties AUTO_FREE = NULL;
    char *judged AUTO_FREE = NULL;

    if (!hold(state_dir, "data.db", &m->data, e) || !hold(state_dir, "state.db", &m->state, e) ||
        !setting_get(m->data, "duties_of", &duties, e) ||
        !setting_get(m->state, "judged", &judged, e))
        return false;
    *ret_same = text_same(duties, judged);
    return true;
}

static void let_go(struct making *m)
{
    db_close(m->data);
    db_close(m->state);
    m->data = m->state = NULL;
}

static bool hold_one_moment(struct making *m, const char *state_dir, struct error *e)
{
    bool same = false;

    for (int i = 0; i < TRIES; i++) {
        if (!hold_both(m, state_dir, &same, e))
            return error_wrap(e, "%s", state_dir);
        if (same || i == TRIES - 1)
            break;
        let_go(m);
    }
    return true;
}

/* --- what is copied --- */

static bool copy_databases(struct making *m, struct error *e)
{
    return db_copy(m->data, m->dir, "data.db", e) && db_copy(m->state, m->dir, "state.db", e) &&
           add_sum(m, "data.db", e) && add_sum(m, "state.db", e);
}

static bool copy_payload(struct making *m, const char *path, struct error *e)
{
    const char *slash = strrchr(path, '/');
    AUTO_TEXT name = { 0 };
    AUTO_TEXT to = { 0 };

    text_addf(&name, "spool/%s", slash ? slash + 1 : path);
    text_addf(&to, "%s/%s", m->dir, text_of(&name));
    if (access(path, F_OK)) { /* its time was up meanwhile */
        m->missing++;
        return true;
    }
    m->payloads++;
    return file_copy(path, text_of(&to), e) && add_sum(m, text_of(&name), e);
}

static bool copy_payloads(struct making *m, struct error *e)
{
    AUTO_TEXT spool = { 0 };
    STMT s = NULL;
    bool row;

    text_addf(&spool, "%s/spool", m->dir);
    if (!folder_make(text_of(&spool), e) ||
        !db_query(m->data, &s, e,
                  "SELECT DISTINCT path FROM pull WHERE path IS NOT NULL ORDER BY path", ""))
        return false;
    for (;;) {
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return folder_sync(text_of(&spool), e);
        if (!copy_payload(m, db_text(s, 0), e))
            return false;
    }
}

static bool copy_configuration(struct making *m, const struct settings *s, struct error *e)
{
    for (size_t i = 0; i < s->files.count; i++) {
        char *path AUTO_FREE = realpath(s->files.all[i], NULL);
        AUTO_TEXT name = { 0 };
        AUTO_TEXT to = { 0 };
        char *folder AUTO_FREE = NULL;

        if (!path)
            return error_set(e, ERROR_SETUP, "%s: %s", s->files.all[i], strerror(errno));
        text_addf(&name, "configuration%s", path);
        text_addf(&to, "%s/%s", m->dir, text_of(&name));
        folder = copy_text(text_of(&to));
        *strrchr(folder, '/') = '\0';
        if (!folder_make(folder, e) || !file_copy(path, text_of(&to), e) ||
            !folder_sync(folder, e) || !add_sum(m, text_of(&name), e))
            return false;
    }
    return true;
}

/* --- the whole --- */

static struct json *describe(const struct making *m, const struct settings *s, instant now,
                             struct error *e)
{
    char *day AUTO_FREE = NULL;
    char *chain AUTO_FREE = NULL;
    char *path AUTO_FREE = realpath(s->path, NULL);
    struct json *j;

    if (!setting_get(m->state, "judged_day", &day, e) || !setting_get(m->state, "chain", &chain, e))
        return NULL;
    j = json_group();
    json_set_instant(j, "made_at", now);
    json_set_text(j, "version", DUTYWATCH_VERSION);
    json_set_text(j, "state_dir", s->state_dir);
    json_set_text(j, "configuration", path ? path : s->path);
    json_set_text(j, "judged_day", day);
    json_set_text(j, "chain", chain);
    json_set_whole(j, "payloads", m->payloads);
    json_set_whole(j, "payloads_missing", m->missing);
    return j;
}

static bool write_file(struct making *m, const char *name, const struct text *t, struct error *e)
{
    AUTO_TEXT path = { 0 };

    text_addf(&path, "%s/%s", m->dir, name);
    return file_write(text_of(&path), text_of(t), t->size, e);
}

static struct json *make(struct making *m, const struct settings *s, instant now, struct error *e)
{
    AUTO_TEXT text = { 0 };
    struct json *j;

    if (!folder_make(m->dir, e) || !hold_one_moment(m, s->state_dir, e) || !copy_databases(m, e) ||
        !copy_payloads(m, e) || !copy_configuration(m, s, e))
        return NULL;
    j = describe(m, s, now, e);
    if (!j)
        return NULL;
    json_write(j, true, &text);
    text_add(&text, "\n");
    if (write_file(m, "backup.json", &text, e) && add_sum(m, "backup.json", e) &&
        write_file(m, SUMS, &m->sums, e) && folder_sync(m->dir, e))
        return j;
    json_free(j);
    return NULL;
}

struct json *backup_make(const struct settings *s, const char *dir, instant now, struct error *e)
{
    struct making m = { .dir = dir };
    struct json *j;

    if (!folder_empty(dir)) {
        error_set(e, ERROR_INPUT, "%s is there and not empty", dir);
        return NULL;
    }
    j = make(&m, s, now, e);
    let_go(&m);
    text_free(&m.sums);
    return j;
}

bool backup_is(const char *dir)
{
    AUTO_TEXT path = { 0 };

    text_addf(&path, "%s/" SUMS, dir);
    return access(text_of(&path), F_OK) == 0;
}

/* --- comparing --- */

static void check_line(const char *dir, const char *line, backup_wrong_fn *wrong, void *data)
{
    AUTO_TEXT path = { 0 };
    AUTO_TEXT said = { .max = 300 };
    char digest[DIGEST_TEXT_SIZE];
    struct error e;

    if (strlen(line) < DIGEST_TEXT_SIZE + 2 || strncmp(line + DIGEST_TEXT_SIZE - 1, "  ", 2) != 0) {
        text_addf(&said, SUMS ": \"%s\" is no line of it", line);
    } else {
        text_addf(&path, "%s/%s", dir, line + DIGEST_TEXT_SIZE + 1);
        if (!digest_of_file(text_of(&path), digest, &e))
            text_addf(&said, "%s", e.text);
        else if (strncmp(digest, line, DIGEST_TEXT_SIZE - 1) != 0)
            text_addf(&said, "%s is not as it was backed up: its SHA-256 is %.12s..., not %.12s...",
                      line + DIGEST_TEXT_SIZE + 1, digest, line);
    }
    if (said.size)
        wrong(data, text_of(&said));
}

/* What no backup lacks: a SHA256SUMS cut short must not pass. */
static void check_named(const struct text *names, backup_wrong_fn *wrong, void *data)
{
    static const char *const must[] = { "  data.db\n", "  state.db\n", "  backup.json\n" };

    for (size_t i = 0; i < sizeof must / sizeof *must; i++)
        if (!strstr(text_of(names), must[i])) {
            wrong(data, SUMS " does not name all that a backup has: it is cut short");
            return;
        }
}

bool backup_check(const char *dir, backup_wrong_fn *wrong, void *data, int64_t *ret_files,
                  struct error *e)
{
    AUTO_TEXT path = { 0 };
    AUTO_TEXT names = { 0 };
    char *line AUTO_FREE = NULL;
    size_t room = 0;
    ssize_t n;
    FILE *f;

    text_addf(&path, "%s/" SUMS, dir);
    f = fopen(text_of(&path), "re");
    *ret_files = 0;
    if (!f)
        return error_set(e, ERROR_INPUT,
                         "%s: %s; this is no backup, or one that was never finished",
                         text_of(&path), strerror(errno));
    while ((n = getline(&line, &room, f)) > 0) {
        text_add(&names, line);
        if (line[n - 1] == '\n')
            line[n - 1] = '\0';
        check_line(dir, line, wrong, data);
        ++*ret_files;
    }
    fclose(f);
    check_named(&names, wrong, data);
    return true;
}
