#include "judge/lacks.h"

#include "base/text.h"
#include "judge/functions.h"
#include "judge/path.h"

#include <string.h>

/* Whether `row` lacks a value of one of the columns. */
static void add_lacks(struct text *sql, const char *row, const struct reads_columns *c)
{
    text_addf(sql, "%s._unread IS NOT NULL AND " FUNCTION_UNREAD "(%s._unread, '", row, row);
    for (size_t i = 0; i < c->count; i++)
        text_addf(sql, "%s%s", i ? "," : "", c->names[i]);
    text_add(sql, "')");
}

/* The same of the row at hand. NULL: nothing of it is read. */
static const char *lacks_own(const struct prepared_rule *r, const struct reads *reads,
                             struct arena *a)
{
    AUTO_TEXT sql = { 0 };

    if (!reads->own.count)
        return NULL;
    add_lacks(&sql, r->dataset->id, &reads->own);
    return arena_text(a, text_of(&sql));
}

/* " FROM parts AS theirs WHERE ...": the rows of `d` that lack a value; `path`: those that belong
 * to the row `mine`; NULL: all. False if nothing of `d` is read. */
static bool add_rows(struct text *sql, const struct prepared_rule *r, const struct reads *reads,
                     const struct dataset *d, const struct path *path, const char *mine)
{
    const struct reads_columns *c = reads_of(reads, d->id);

    if (!c)
        return false;
    text_addf(sql, " FROM %s AS theirs WHERE ", d->id);
    add_lacks(sql, "theirs", c);
    text_add(sql, " AND ");
    if (path)
        path_link(path, r->dataset, mine, "theirs", sql);
    else
        text_add(sql, "coalesce(theirs._gone, 0) >= 0");
    return true;
}

static const struct dataset *end_of(const struct path *p)
{
    return p->hops[p->count - 1].to;
}

static void add_exists(struct text *sql, const struct prepared_rule *r, const struct reads *reads,
                       const struct dataset *d, const struct path *path)
{
    AUTO_TEXT rows = { 0 };

    if (add_rows(&rows, r, reads, d, path, r->dataset->id))
        text_addf(sql, "%sEXISTS (SELECT 1%s)", sql->size ? " OR " : "", text_of(&rows));
}

/* Whether a row to which look-ups lead lacks a value. NULL: they lead nowhere. */
static const char *lacks_other(const struct prepared_rule *r, const struct reads *reads,
                               const struct lookups *l, struct arena *a)
{
    AUTO_TEXT sql = { 0 };

    for (int i = 0; i < l->path_count; i++)
        add_exists(&sql, r, reads, end_of(&l->paths[i]), &l->paths[i]);
    for (int i = 0; i < l->at_large_count; i++)
        add_exists(&sql, r, reads, l->at_large[i], NULL);
    return sql.size ? arena_text(a, text_of(&sql)) : NULL;
}

const char *lacks_any(const struct prepared_rule *r, const struct reads *reads,
                      const struct lookups *l, struct arena *a)
{
    const char *own = lacks_own(r, reads, a), *other = lacks_other(r, reads, l, a);

    if (own && other)
        return arena_print(a, "((%s) OR %s)", own, other);
    return own || other ? arena_print(a, "(%s)", own ? own : other) : "0";
}

const char *lacks_if_read(const struct prepared_rule *r, const struct reads *reads, const char *sql,
                          struct arena *a)
{
    const char *own = lacks_own(r, reads, a);

    return own ? arena_print(a, "CASE WHEN %s THEN NULL ELSE (%s\n) END", own, sql) : sql;
}

const char *lacks_unless(const struct prepared_rule *r, const struct reads *reads,
                         const struct lookups *l, const char *sql, struct arena *a)
{
    const char *other = lacks_other(r, reads, l, a);

    return other ? arena_print(a, "(%s\n) OR CASE WHEN %s THEN NULL ELSE 0 END", sql, other) : sql;
}

/* What of a ledger cannot be read is judged with its documents. */
static bool is_ledger(const struct prepared_rule *r, const struct dataset *d)
{
    return d == r->extended_by || d == r->tolled_by;
}

static void add_select(struct text *sql, const struct prepared_rule *r, const struct dataset *d,
                       const struct path *path)
{
    AUTO_TEXT rows = { 0 };

    if (is_ledger(r, d) || !add_rows(&rows, r, &r->reads, d, path, "mine"))
        return;
    text_addf(sql, "%sSELECT '%s', theirs_key, theirs_unread FROM (SELECT theirs.%s AS theirs_key,",
              sql->size ? " UNION " : "", d->id, d->key);
    if (path)
        text_addf(sql, " theirs._unread AS theirs_unread FROM %s AS mine,%s AND mine.%s = :key)",
                  r->dataset->id, text_of(&rows) + strlen(" FROM"), r->dataset->key);
    else
        text_addf(sql, " theirs._unread AS theirs_unread%s LIMIT 1)", text_of(&rows));
}

const char *lacks_rows(const struct prepared_rule *r, struct arena *a)
{
    AUTO_TEXT sql = { 0 };

    for (int i = 0; i < r->lookups.path_count; i++)
        add_select(&sql, r, end_of(&r->lookups.paths[i]), &r->lookups.paths[i]);
    for (int i = 0; i < r->lookups.at_large_count; i++)
        add_select(&sql, r, r->lookups.at_large[i], NULL);
    return sql.size ? arena_text(a, text_of(&sql)) : NULL;
}
