#include "config/settings.h"

#include "base/clock.h"
#include "base/folder.h"
#include "base/memory.h"
#include "base/text.h"
#include "calendar/period.h"
#include "config/calendars.h"
#include "config/check.h"
#include "config/of.h"
#include "config/tables.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct noting {
    struct texts *files;
    struct arena *arena;
};

/* Notes a file that was read, once. */
static void note_file(void *data, const char *path)
{
    const struct noting *n = data;
    struct texts *t = n->files;
    const char **all;

    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->all[i], path) == 0)
            return;
    all = arena_grow(n->arena, t->all, t->count * sizeof *all, (t->count + 2) * sizeof *all);
    all[t->count++] = arena_text(n->arena, path);
    t->all = all;
}

static void *find_rule(void *data, const char *name)
{
    return settings_rule(data, name);
}

static void *find_codes(void *data, const char *name)
{
    return settings_codes(data, name);
}

static void *find_dataset(void *data, const char *name)
{
    return settings_dataset(data, name);
}

static void *find_subject(void *data, const char *name)
{
    return settings_subject(data, name);
}

static void *find_ladder(void *data, const char *name)
{
    return settings_ladder(data, name);
}

static void adapt(const struct config_file *f, struct settings *s, struct arena *a,
                  struct problems *p)
{
    schema_adapt(f, "adapt_codes", &code_table_schema, find_codes, s, NULL, a, p);
    schema_adapt(f, "adapt_datasets", &dataset_schema, find_dataset, s, NULL, a, p);
    schema_adapt(f, "adapt_subjects", &subject_schema, find_subject, s, NULL, a, p);
    schema_adapt(f, "adapt_ladders", &ladder_schema, find_ladder, s, NULL, a, p);
    schema_adapt(f, "adapt", &rule_schema, find_rule, s, &s->changes, a, p);
}

static bool read_file(const char *path, bool main, struct settings *s, struct arena *a,
                      struct problems *p)
{
    struct config_file *f = config_file_open(path, p);
    struct noting n = { &s->files, a };

    note_file(&n, path);
    if (!f)
        return false;
    config_file_sources(f, note_file, &n);
    schema_read(f, &settings_schema, main, s, a, p);
    config_file_place(f, "zone", a, &s->zone_at);
    config_file_place(f, "calendar", a, &s->calendar_at);
    config_file_place(f, "rule_dirs", a, &s->dirs_at);
    adapt(f, s, a, p);
    config_file_close(f);
    return true;
}

static int is_rules_file(const struct dirent *d)
{
    size_t n = strlen(d->d_name);

    return d->d_name[0] != '.' && n > 6 && strcmp(d->d_name + n - 6, ".rules") == 0;
}

/* A directory named in the configuration: relative to the folder of the main file. */
static const char *resolve(const char *main_path, const char *dir, struct arena *a)
{
    const char *slash = strrchr(main_path, '/');

    if (dir[0] == '/' || !slash)
        return dir;
    return arena_print(a, "%.*s/%s", (int)(slash - main_path), main_path, dir);
}

static void read_dir(const char *dir, struct settings *s, struct arena *a, struct problems *p)
{
    struct dirent **files = NULL;
    char other[128];
    int n = scandir(dir, &files, is_rules_file, alphasort);

    if (n < 0) {
        const char *why = strerror(errno), *near = folder_nearest(dir, other, sizeof other);

        problem_add(p, s->dirs_at.file, s->dirs_at.line, "rule_dirs: %s: %s%s%s%s", dir, why,
                    near ? " (" : "", near ? near : "", near ? "?)" : "");
        return;
    }
    for (int i = 0; i < n; i++) {
        read_file(arena_print(a, "%s/%s", dir, files[i]->d_name), false, s, a, p);
        free(files[i]);
    }
    free(files);
}

/* Earliest rung first: "-24 months" before "-30 days". Measured on a day that has all month
 * lengths around it. */
static int rung_order(const void *a, const void *b)
{
    const struct rung *x = a, *y = b;
    struct term tx = { 0 }, ty = { 0 };
    date start = date_of(2000, 1, 1);
    date dx, dy;

    if (!x->when || !y->when || !term_read(x->when, &tx) || !term_read(y->when, &ty))
        return 0;
    dx = term_end(start, tx, NULL);
    dy = term_end(start, ty, NULL);
    return (dx > dy) - (dx < dy);
}

static const char *outbox_of(const struct settings *s, struct arena *a)
{
    return arena_print(a, "%s/outbox", s->state_dir);
}

/* A source that says nothing of takes has one, which is all of it. */
static void fill_takes(struct source *s, struct arena *a)
{
    struct take *t = s->takes.all;

    if (!s->dataset)
        s->dataset = s->takes.count ? t->dataset : s->id;
    if (s->takes.count)
        return;
    t = arena_alloc(a, sizeof *t);
    *t = (struct take){ .at = s->at,
                        .dataset = s->dataset,
                        .part = s->part,
                        .pointer = s->pointer,
                        .map = s->map,
                        .whole = true };
    s->takes = (struct list){ t, 1 };
}

/* `more` behind `list`. */
static void append(struct list *list, const struct list *more, size_t size, struct arena *a)
{
    char *all;

    if (!more->count)
        return;
    all = arena_alloc(a, (list->count + more->count) * size);
    if (list->count)
        memcpy(all, list->all, list->count * size);
    memcpy(all + list->count * size, more->all, more->count * size);
    *list = (struct list){ all, list->count + more->count };
}

/* Whether of two profiles with one name, in different files, the second counts: what stands in the
 * main file, else what was read last. */
static bool overrides(const struct settings *s, const struct profile *x, const struct profile *y)
{
    if (!text_same(x->name, y->name) || text_same(x->at.file, y->at.file))
        return false;
    if (text_same(y->at.file, s->path))
        return true;
    return y > x && !text_same(x->at.file, s->path);
}

/* Of profiles with one name the one that counts is left. */
static void settle_profiles(struct settings *s, struct arena *a)
{
    struct profile *all = arena_alloc(a, (s->profiles.count + 1) * sizeof *all);
    size_t kept = 0;

    for (LIST_EACH(const struct profile, x, &s->profiles)) {
        bool counts = true;

        for (LIST_EACH(const struct profile, y, &s->profiles))
            counts = counts && !overrides(s, x, y);
        if (counts)
            all[kept++] = *x;
    }
    s->profiles = (struct list){ all, kept };
}

/* What a subject says of all its duties. A contradiction is mended whatever became of the case. */
static void inherit(struct settings *s, struct arena *a)
{
    for (LIST_EACH(struct rule, r, &s->rules)) {
        const struct subject *j = settings_subject(s, r->subject);

        if (!j || r->wrong.text || r->measure)
            continue;
        append(&r->quiet, &j->quiet, sizeof(struct quiet), a);
        append(&r->unknown, &j->unknown, sizeof(struct unknown), a);
    }
}

#define CONTENT_AGE_PRESET (366 * DAY)

/* What a group is when it is left out. */
static void fill_absent(struct settings *s, struct arena *a)
{
    for (LIST_EACH(struct dataset, d, &s->datasets)) {
        for (LIST_EACH(struct column, c, &d->columns))
            c->table = settings_codes(s, c->codes);
        if (!d->guard) {
            d->guard = arena_alloc(a, sizeof *d->guard);
            *d->guard = (struct guard){
                .at = d->at, .min_rows = 1, .max_shrink = 2000, .max_rejects = 500
            };
        }
    }
    of_inherit(s, a);
    for (LIST_EACH(struct source, source, &s->sources)) {
        fill_takes(source, a);
        if (!source->content_age) {
            source->content_age = arena_alloc(a, sizeof *source->content_age);
            *source->content_age =
                (struct content_age){ .at = source->at, .max = CONTENT_AGE_PRESET, .preset = true };
        }
        if (!source->zone)
            source->zone = s->zone;
    }
    for (LIST_EACH(struct channel, c, &s->channels))
        if (c->type == CHANNEL_MAILDIR && !c->path)
            c->path = outbox_of(s, a);
    for (LIST_EACH(struct ladder, l, &s->ladders))
        if (l->rungs.count)
            qsort(l->rungs.all, l->rungs.count, sizeof(struct rung), rung_order);
    if (!s->trial_to.count && s->operators)
        s->trial_to = s->operators->to;
}

struct settings *settings_load(const char *path, struct arena *a, struct problems *p)
{
    struct settings *s = arena_alloc(a, sizeof *s);

    s->path = arena_text(a, path);
    s->zone_at = s->calendar_at = s->dirs_at = (struct place){ s->path, 0 };
    if (!read_file(path, true, s, a, p))
        return NULL;
    for (size_t i = 0; i < s->rule_dirs.count; i++)
        read_dir(resolve(s->path, s->rule_dirs.all[i], a), s, a, p);
    settle_profiles(s, a);
    fill_absent(s, a);
    inherit(s, a);
    calendars_make(s, a, p);
    settings_check(s, p);
    return s;
}

void settings_move(struct settings *s, const char *state_dir, struct arena *a)
{
    const char *before = outbox_of(s, a);

    s->state_dir = arena_text(a, state_dir);
    for (LIST_EACH(struct channel, c, &s->channels))
        if (c->type == CHANNEL_MAILDIR && text_same(c->path, before))
            c->path = outbox_of(s, a);
}

#define LOOK_UP(function, type, list_name, field)                                                  \
    struct type *function(const struct settings *s, const char *name)                              \
    {                                                                                              \
        for (LIST_EACH(struct type, x, &s->list_name))                                             \
            if (name && x->field && strcmp(x->field, name) == 0)                                   \
                return x;                                                                          \
        return NULL;                                                                               \
    }

LOOK_UP(settings_codes, code_table, codes, name)
LOOK_UP(settings_dataset, dataset, datasets, id)
LOOK_UP(settings_source, source, sources, id)
LOOK_UP(settings_channel, channel, channels, name)
LOOK_UP(settings_ladder, ladder, ladders, name)
LOOK_UP(settings_subject, subject, subjects, name)
LOOK_UP(settings_profile, profile, profiles, name)
LOOK_UP(settings_rule, rule, rules, id)

struct calendar_setting *settings_calendar(const struct settings *s, const char *name)
{
    struct calendar_setting *last = NULL;

    for (LIST_EACH(struct calendar_setting, c, &s->calendars))
        if (name && c->name && strcmp(c->name, name) == 0)
            last = c;
    return last;
}

enum rule_kind rule_kind_of(const struct rule *r)
{
    if (r->measure)
        return RULE_STANDARD;
    if (r->every)
        return RULE_CADENCE;
    if (r->lifecycle)
        return RULE_LIFECYCLE;
    return r->wrong.text ? RULE_INTEGRITY : RULE_DEADLINE;
}

struct column *dataset_column(const struct dataset *d, const char *name)
{
    for (LIST_EACH(struct column, c, &d->columns))
        if (name && strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

size_t settings_number(const struct settings *s, const struct dataset *d)
{
    return (size_t)(d - (const struct dataset *)s->datasets.all);
}

const struct clause *subject_clause(const struct subject *j, const char *name, size_t n)
{
    static const char *const names[] = { "label", "unit", "office", "owner", "amount" };
    const struct clause *const clauses[] = { &j->label, &j->unit, &j->office, &j->owner,
                                             &j->amount };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == n && memcmp(names[i], name, n) == 0)
            return clauses[i];
    return NULL;
}

int severity_read(const char *name)
{
    for (int i = SEVERITY_INFO; i <= SEVERITY_CRITICAL; i++)
        if (text_same(severity_names[i], name))
            return i;
    return -1;
}

bool source_fills(const struct source *s, const char *dataset)
{
    for (LIST_EACH(const struct take, t, &s->takes))
        if (text_same(t->dataset, dataset))
            return true;
    return false;
}

const char *source_owner(const struct source *s)
{
    return s->of ? s->of : s->id;
}

struct source source_of_take(const struct source *s, const struct take *t)
{
    struct source copy = *s;

    copy.dataset = t->dataset;
    copy.part = t->part;
    copy.pointer = t->pointer;
    copy.map = t->map;
    copy.optional = t->optional;
    return copy;
}

const struct texts *deadline_sets(const struct deadline *d)
{
    return d->each.count ? &d->each : &d->front;
}
