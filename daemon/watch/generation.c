#include "watch/generation.h"

#include "base/text.h"
#include "config/credential.h"
#include "config/trials.h"
#include "db/schema.h"
#include "ingest/table.h"

#include <stdlib.h>

bool generation_follows(const struct generation *now, const struct generation *next,
                        struct problems *p)
{
    const struct settings *s = now->settings, *n = next->settings;

    if (!text_same(n->state_dir, s->state_dir))
        problem_add(p, n->path, 0, "state_dir cannot change while the daemon runs; restart it");
    if (!text_same(n->run_dir, s->run_dir))
        problem_add(p, n->path, 0, "run_dir cannot change while the daemon runs; restart it");
    return !p->errors;
}

void generation_unref(struct generation *g)
{
    if (!g || --g->references > 0)
        return;
    rulebook_close(g->book);
    cage_close(g->cage);
    arena_free(g->arena);
    free(g);
}

/* True if a table of this name can have a column of this name. */
static bool is_name(const struct settings *s, const char *table, const char *column)
{
    AUTO_TEXT ddl = { 0 };
    AUTO(cage) c = NULL;

    text_addf(&ddl, "CREATE TABLE %s (%s TEXT)", table, column);
    return cage_open(NULL, text_of(&ddl), s, &c, NULL);
}

/* Which names are words of SQL, and can be none of a dataset or column. */
static size_t blame_names(const struct generation *g, struct problems *p)
{
    const struct settings *s = g->settings;
    size_t before = p->errors;

    for (LIST_EACH(const struct dataset, d, &s->datasets)) {
        if (d->id && !is_name(s, d->id, "fine"))
            problem_add(p, d->at.file, d->at.line,
                        "dataset \"%s\": its id is a word of SQL; choose another name", d->id);
        for (LIST_EACH(const struct column, c, &d->columns))
            if (c->name && !is_name(s, "fine", c->name))
                problem_add(p, c->at.file, c->at.line,
                            "dataset \"%s\": the name of column \"%s\" is a word of SQL; choose "
                            "another one",
                            d->id ? d->id : "", c->name);
    }
    return p->errors - before;
}

/* Rules are checked on an empty database that has the tables of every dataset. */
static void check_rules(struct generation *g, struct problems *p)
{
    AUTO_TEXT tables = { 0 };
    struct error e;

    text_add(&tables, schema_derived);
    for (LIST_EACH(const struct dataset, d, &g->settings->datasets))
        if (d->id && d->key)
            table_ddl(d, &tables);
    if (!cage_open(NULL, text_of(&tables), g->settings, &g->cage, &e)) {
        if (!p->errors && !blame_names(g, p)) /* else a dataset is wrong, which is said already */
            problem_add(p, g->settings->path, 0, "%s", e.text);
        return;
    }
    g->book = rulebook_build(g->settings, g->cage, g->arena, p);
}

bool generation_settings(const char *path, const char *state_dir, struct problems *p,
                         struct generation **ret)
{
    struct generation *g = alloc(sizeof *g);

    *g = (struct generation){ .arena = arena_new(), .references = 1 };
    *ret = NULL;
    g->settings = settings_load(path, g->arena, p);
    if (!g->settings) {
        generation_unref(g);
        return false;
    }
    if (state_dir)
        settings_move(g->settings, state_dir, g->arena);
    *ret = g;
    return true;
}

bool generation_check(const char *path, const char *state_dir, struct problems *p,
                      struct generation **ret)
{
    if (!generation_settings(path, state_dir, p, ret))
        return false;
    credentials_check((*ret)->settings, p);
    check_rules(*ret, p);
    problems_sort(p);
    return !p->errors;
}

/* The cage on data.db, and the rules in it. */
static bool enter(struct generation *g, struct error *e)
{
    struct problems p = { 0 };
    bool ok;

    if (!cage_open(g->settings->state_dir, NULL, g->settings, &g->cage, e))
        return false;
    g->book = rulebook_build(g->settings, g->cage, g->arena, &p);
    ok = !p.errors || error_set(e, ERROR_SETUP, "%s", p.all[0].text);
    problems_free(&p);
    return ok;
}

bool generation_read(struct generation *g, struct error *e)
{
    return g->book || enter(g, e);
}

/* From the empty database to the real one. */
static bool settle(struct generation *g, struct db *data, struct error *e)
{
    rulebook_close(g->book);
    cage_close(g->cage);
    g->book = NULL;
    g->cage = NULL;
    for (LIST_EACH(const struct dataset, d, &g->settings->datasets))
        if (!table_define(data, d, e))
            return false;
    return enter(g, e);
}

bool generation_build(const char *path, const char *state_dir, struct db *data, int number,
                      struct problems *p, struct generation **ret)
{
    AUTO(generation) g = NULL;
    struct error e;

    *ret = NULL;
    if (!generation_check(path, state_dir, p, &g))
        return false;
    g->number = number;
    if (!settle(g, data, &e)) {
        problem_add(p, g->settings->path, 0, "%s", e.text);
        return false;
    }
    *ret = g;
    g = NULL;
    return true;
}

bool generation_trial(const char *path, const char *state_dir, struct db *data, struct problems *p,
                      struct generation **ret)
{
    AUTO(generation) g = NULL;
    struct error e;

    *ret = NULL;
    if (!generation_settings(path, state_dir, p, &g))
        return false;
    trials_prepare(g->settings, g->arena);
    if (!p->errors)
        check_rules(g, p);
    problems_sort(p);
    if (p->errors)
        return false;
    if (!settle(g, data, &e)) {
        problem_add(p, g->settings->path, 0, "%s", e.text);
        return false;
    }
    *ret = g;
    g = NULL;
    return true;
}
