#include "ingest/reject.h"

#include "base/limit.h"

LIMIT(REJECTS_KEPT_MAX, 10000); /* told: how many records were rejected; so many are kept */
LIMIT(REJECT_RAW_MAX,
      2000); /* told: so many bytes of a rejected record are kept; the payload has all */

struct reject {
    struct reject *next;
    int64_t line;
    const char *field, *value, *reason, *raw;
};

struct rejects {
    struct arena *arena;
    struct reject *first, **last;
    int64_t kept;
};

struct rejects *rejects_new(struct arena *a)
{
    struct rejects *r = arena_alloc(a, sizeof *r);

    r->arena = a;
    r->last = &r->first;
    return r;
}

void rejects_add(struct rejects *r, const struct raw *raw, const char *field, const char *value,
                 const char *reason)
{
    struct reject *one;

    if (r->kept++ >= REJECTS_KEPT_MAX)
        return;
    one = arena_alloc(r->arena, sizeof *one);
    *one = (struct reject){ .line = raw->line,
                            .field = arena_text(r->arena, field),
                            .value = arena_text(r->arena, value),
                            .reason = arena_text(r->arena, reason),
                            .raw = arena_textn(r->arena, raw->bytes,
                                               raw->size < REJECT_RAW_MAX ? raw->size
                                                                          : REJECT_RAW_MAX) };
    *r->last = one;
    r->last = &one->next;
}

bool rejects_write(const struct rejects *r, struct db *data, int64_t pull, struct error *e)
{
    if (!db_run(data, e, "DELETE FROM reject WHERE pull = ?", "i", pull))
        return false;
    for (const struct reject *one = r->first; one; one = one->next)
        if (!db_run(data, e,
                    "INSERT INTO reject (pull, line, field, value, reason, raw)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    "iitttt", pull, one->line, one->field, one->value, one->reason, one->raw))
            return false;
    return true;
}
