#include "scenario/faults.h"

#include "base/text.h"
#include "db/db.h"

#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What the databases held after the last commit. */
static struct seen {
    int64_t fetched, read, judged, flights, ended;
} seen;

void faults_die(struct outside *o)
{
    o->killed = true;
    kill(getpid(), SIGKILL);
    _exit(9); /* not reached */
}

int faults_point(const char *name)
{
    return name && name[0] == 'T' && name[1] >= '1' && name[1] <= '5' && !name[2] ? name[1] - '0'
                                                                                  : 0;
}

static int64_t count(struct db *db, const char *sql)
{
    struct error e;
    int64_t n = 0;

    return db && db_number(db, &n, &e, sql, "") ? n : 0;
}

static struct db *reader(struct run *r, struct db **db, const char *name)
{
    AUTO_TEXT dir = { 0 };
    struct error e;

    text_addf(&dir, "%s/state", r->dir);
    if (!*db && !db_open_reader(text_of(&dir), name, db, &e))
        *db = NULL;
    return *db;
}

static struct seen look(struct run *r)
{
    struct db *data = reader(r, &r->data, "data.db"), *state = reader(r, &r->state, "state.db");
    struct seen s;

    s.fetched = count(data, "SELECT count(*) FROM pull");
    s.read = count(data, "SELECT count(*) FROM pull WHERE state <> 'FETCHED'");
    s.judged = count(state, "SELECT (SELECT count(*) FROM move) + (SELECT count(*) FROM"
                            " notification) + (SELECT count(*) FROM setting)"
                            " + (SELECT total(unicode(substr(value, -1))) FROM setting)");
    s.flights = count(state, "SELECT count(*) FROM attempt");
    s.ended = count(state, "SELECT count(*) FROM attempt WHERE outcome IS NOT NULL");
    return s;
}

/* Which of the five it was, by what is new; 0: none. */
static int point_of(struct run *r, const char *file)
{
    struct seen before = seen;

    seen = look(r);
    if (strcmp(file, "data.db") == 0)
        return seen.read > before.read ? 2 : seen.fetched > before.fetched ? 1 : 0;
    if (seen.ended > before.ended)
        return 5;
    if (seen.flights > before.flights)
        return 4;
    return seen.judged != before.judged ? 3 : 0;
}

static void committed(struct run *r, const char *file)
{
    struct faults *f = &r->o->faults;
    int point = f->watch_points || f->kill_at_point ? point_of(r, file) : 0;

    if (f->watch_points && f->commits < POINTS_WATCHED)
        f->points[f->commits] = (char)('0' + point);
    if (point && point == f->kill_at_point) {
        f->kill_at_point = 0;
        faults_die(r->o);
    }
    if (f->commits == f->kill_after)
        faults_die(r->o);
}

static bool fault(void *data, const char *what, const char *file, struct error *e)
{
    struct run *r = data;
    struct faults *f = &r->o->faults;

    if (strcmp(what, "committed") == 0) {
        committed(r, file);
        return true;
    }
    if (strcmp(what, "begin") == 0)
        return ++f->begins != f->fail_begin ||
               error_set(e, ERROR_RETRY, "%s: the disk is full (made so)", file);
    f->commits++;
    if (f->commits == f->kill_before)
        faults_die(r->o);
    return f->commits != f->fail_commit ||
           error_set(e, ERROR_RETRY, "%s: the disk is full (made so)", file);
}

static struct faults *plan; /* whose writes are counted */

/* Takes the place of pwrite(2) in SQLite: the disk is full at the n-th. */
static ssize_t write_or_not(int fd, const void *bytes, size_t n, off_t at)
{
    if (plan && ++plan->writes == plan->fail_write) {
        errno = ENOSPC;
        return -1;
    }
    return pwrite(fd, bytes, n, at);
}

static void watch_writes(struct faults *f)
{
    static const char *const names[] = { "pwrite", "pwrite64" };
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

    plan = f;
    for (int i = 0; i < 2; i++)
        vfs->xSetSystemCall(vfs, names[i], (sqlite3_syscall_ptr)write_or_not);
}

void faults_watch(struct run *r)
{
    db_set_fault(fault, r);
    watch_writes(&r->o->faults);
    if (r->o->faults.watch_points || r->o->faults.kill_at_point)
        seen = look(r);
}

void faults_end(struct run *r)
{
    db_set_fault(NULL, NULL);
    plan = NULL;
    db_close(r->data);
    db_close(r->state);
    r->data = r->state = NULL;
}
