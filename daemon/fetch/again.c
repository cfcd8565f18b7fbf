#include "fetch/again.h"

#include "base/arena.h"
#include "base/log.h"
#include "fetch/source.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A second name for the payload, which no other pull has: one for each pull and way to read it. */
static const char *name_again(const struct pull *p, const char *mapping, struct arena *a)
{
    int folder = (int)(strrchr(p->path, '/') - p->path);

    return arena_print(a, "%.*s/%s-again-%lld-%.12s", folder, p->path, p->source, (long long)p->id,
                       mapping);
}

/* Puts one to wait, inside the transaction; passes over what is not there any more. */
static bool put(const struct fetcher *f, struct db *data, const struct pull *p, const char *mapping,
                struct arena *a, bool *ret, struct error *e)
{
    struct pull again = *p;

    again.mapping = mapping;
    if (fetch_owns(f, p->path))
        again.path = name_again(p, mapping, a);
    if (again.path == p->path ? access(p->path, R_OK) != 0
                              : link(p->path, again.path) && errno != EEXIST) {
        log_notice("source %s: the payload of pull %lld cannot be read again: %s", p->source,
                   (long long)p->id, strerror(errno));
        return true;
    }
    *ret = true;
    return pull_again(data, &again, e);
}

static bool put_kept(const struct fetcher *f, struct db *data, const struct source *s,
                     const char *mapping, bool *ret, struct error *e)
{
    AUTO(arena) a = arena_new();
    struct pull p = { 0 };

    for (;;) {
        if (!pull_kept(data, s, p.came, a, &p, e))
            return false;
        if (!p.id)
            return true;
        if (!put(f, data, &p, mapping, a, ret, e))
            return false;
    }
}

bool fetch_again(const struct fetcher *f, struct db *data, const struct source *s,
                 const char *mapping, bool *ret, struct error *e)
{
    if (!pull_tried(data, s, mapping, ret, e))
        return false;
    if (*ret)
        return true;
    if (!db_begin(data, e))
        return false;
    if (!put_kept(f, data, s, mapping, ret, e)) {
        db_rollback(data);
        return error_wrap(e, "source %s", s->id);
    }
    return db_commit(data, e);
}
