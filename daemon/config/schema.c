#include "config/schema.h"

#include "base/date.h"
#include "base/memory.h"
#include "base/number.h"
#include "calendar/period.h"
#include "config/value.h"
#include "config/written.h"

#include <libconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct config_file {
    config_t tree;
    char *path;
};

/* What a recursive read needs everywhere. */
struct reading {
    struct arena *arena;
    struct problems *problems;
    const char *file;
    const char *where; /* the groups around: `rule "x": ` */
    bool presets;
    bool merge;           /* what is there already is changed */
    struct list *changes; /* with `merge`: struct change */
    const char *name;     /* with `merge`: of the struct that is changed */
    const char *path;     /* with `merge`: of the group, "deadline." */
};

struct config_file *config_file_open(const char *path, struct problems *p)
{
    struct config_file *f;
    char *slash;

    if (!written_check(path, p))
        return NULL;
    f = alloc(sizeof *f);
    f->path = copy_text(path);
    config_init(&f->tree);
    slash = strrchr(f->path, '/');
    if (slash) {
        char *dir AUTO_FREE = strndup(f->path, (size_t)(slash - f->path));

        config_set_include_dir(&f->tree, dir);
    }
    if (config_read_file(&f->tree, path))
        return f;
    if (config_error_type(&f->tree) == CONFIG_ERR_FILE_IO)
        problem_add(p, path, 0, "cannot be read; check that it exists and who may read it");
    else
        problem_add(p, config_error_file(&f->tree) ? config_error_file(&f->tree) : path,
                    config_error_line(&f->tree), "%s; the rest of this file was not read",
                    config_error_text(&f->tree));
    config_file_close(f);
    return NULL;
}

void config_file_close(struct config_file *f)
{
    if (!f)
        return;
    config_destroy(&f->tree);
    free(f->path);
    free(f);
}

struct sources {
    const struct config_file *file;
    config_source_fn *each;
    void *data;
};

/* libconfig names an included file as it was written: relative to the folder of the main one. */
static void each_source(const struct sources *all, const config_setting_t *s)
{
    const char *name = config_setting_source_file(s), *slash = strrchr(all->file->path, '/');
    char *path AUTO_FREE = NULL;

    if (name && name[0] != '/' && slash && strcmp(name, all->file->path) != 0 &&
        asprintf(&path, "%.*s/%s", (int)(slash - all->file->path), all->file->path, name) < 0)
        out_of_memory();
    if (name)
        all->each(all->data, path ? path : name);
    if (config_setting_is_aggregate(s))
        for (int i = 0; i < config_setting_length(s); i++)
            each_source(all, config_setting_get_elem(s, (unsigned)i));
}

void config_file_sources(const struct config_file *f, config_source_fn *each, void *data)
{
    const struct sources all = { f, each, data };

    each(data, f->path);
    each_source(&all, config_root_setting(&f->tree));
}

void config_file_place(const struct config_file *f, const char *name, struct arena *a,
                       struct place *ret)
{
    const config_setting_t *s = config_lookup(&f->tree, name);
    const char *file = s ? config_setting_source_file(s) : NULL;

    if (s)
        *ret = (struct place){ .file = arena_text(a, file ? file : f->path),
                               .line = (int)config_setting_source_line(s) };
}

static struct place place_of(const struct reading *r, const config_setting_t *s)
{
    const char *file = config_setting_source_file(s);

    return (struct place){ .file = file ? arena_text(r->arena, file) : r->file,
                           .line = (int)config_setting_source_line(s) };
}

/* `source "cases": ` in front of what is wrong with one of its fields, after the groups around it;
 * "" at the top level. A group that has no name of its own is called by what it is. */
static const char *context(const struct reading *r, const struct schema *s,
                           const config_setting_t *group)
{
    const char *name = NULL;

    if (!s->what)
        return "";
    if (s->key && group && config_setting_is_group(group))
        config_setting_lookup_string(group, s->key, &name);
    if (!name && s->key && group)
        name = config_setting_name(group);
    return name ? arena_print(r->arena, "%s%s \"%s\": ", r->where, s->what, name)
                : arena_print(r->arena, "%s%s: ", r->where, s->what);
}

static void complain(const struct reading *r, const config_setting_t *at, const char *context,
                     const char *text)
{
    struct place p = place_of(r, at);

    problem_add(r->problems, p.file, p.line, "%s%s", context, text);
}

static void read_group(const struct reading *r, const struct schema *s,
                       const config_setting_t *group, void *into);

/* Appends room for one more struct to a list and returns it. */
static void *list_more(const struct reading *r, struct list *l, size_t size)
{
    l->all = arena_grow(r->arena, l->all, l->count * size, (l->count + 1) * size);
    return (char *)l->all + l->count++ * size;
}

static void note_change(const struct reading *r, const struct field *f, const config_setting_t *v)
{
    struct change *c;

    if (!r->merge || !r->changes)
        return;
    c = list_more(r, r->changes, sizeof *c);
    *c = (struct change){ .name = r->name,
                          .field = arena_print(r->arena, "%s%s", r->path, f->name),
                          .at = place_of(r, v) };
}

static void read_list(const struct reading *r, const struct field *f, const config_setting_t *v,
                      const char *where, void *into)
{
    int n = config_setting_length(v);

    if (!config_setting_is_list(v)) {
        complain(r, v, where,
                 arena_print(r->arena, "%s takes a list of groups: %s = ( { ... }, { ... } );",
                             f->name, f->name));
        return;
    }
    for (int i = 0; i < n; i++) {
        const config_setting_t *item = config_setting_get_elem(v, (unsigned)i);

        if (config_setting_is_group(item))
            read_group(r, f->of, item, list_more(r, into, f->of->size));
        else
            complain(r, item, where,
                     arena_print(r->arena, "%s: element %d is no group { ... }", f->name, i + 1));
    }
}

static const struct field *field_named(const struct schema *s, const char *name)
{
    for (const struct field *f = s->fields; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

static void read_field(const struct reading *r, const struct field *f, const config_setting_t *v,
                       const char *where, void *into);

/* The element of a map that is adapted, or room for a new one. */
static void *map_element(const struct reading *r, struct list *l, const struct schema *s,
                         const struct field *key, const char *name, bool *ret_there)
{
    *ret_there = false;
    for (size_t i = 0; r->merge && i < l->count; i++) {
        char *one = (char *)l->all + i * s->size;

        *ret_there = strcmp(*(const char **)(void *)(one + key->at), name) == 0;
        if (*ret_there)
            return one;
    }
    return list_more(r, l, s->size);
}

/* One element of a map: a group, or a value for its short field. */
static void read_element(const struct reading *r, const struct schema *s,
                         const config_setting_t *item, const char *where, bool there, void *one)
{
    struct reading absent = *r;
    const char *name = config_setting_name(item);

    absent.merge = there;
    if (config_setting_is_group(item)) {
        read_group(&absent, s, item, one);
        return;
    }
    if (!there) {
        absent.presets = true;
        read_group(&absent, s, NULL, one);
        *(struct place *)one = place_of(r, item);
    }
    read_field(&absent, field_named(s, s->short_field), item,
               arena_print(r->arena, "%s%s \"%s\": ", where, s->what, name), one);
}

static void read_map(const struct reading *r, const struct field *f, const config_setting_t *v,
                     const char *where, void *into)
{
    const struct schema *s = f->of;
    int n = config_setting_length(v);

    if (!config_setting_is_group(v)) {
        complain(
            r, v, where,
            arena_print(r->arena, "%s takes a group: %s = { name = ...; };", f->name, f->name));
        return;
    }
    for (int i = 0; i < n; i++) {
        const config_setting_t *item = config_setting_get_elem(v, (unsigned)i);
        const char *name = config_setting_name(item);
        const struct field *key = field_named(s, s->key);
        bool there;
        void *one = map_element(r, into, s, key, name, &there);

        read_element(r, s, item, where, there, one);
        *(const char **)(void *)((char *)one + key->at) = arena_text(r->arena, name);
    }
}

/* A list that is changed is another one now. */
static void read_whole_list(const struct reading *r, const struct field *f,
                            const config_setting_t *v, const char *where, struct list *into)
{
    struct reading anew = *r;

    if (r->merge && !f->adds)
        *into = (struct list){ NULL, 0 };
    anew.merge = false;
    read_list(&anew, f, v, where, into);
}

/* A group: merged into the one that is there, or read anew. */
static void read_inner(const struct reading *r, const struct field *f, const config_setting_t *v,
                       const char *where, void **into)
{
    struct reading inner = *r;

    if (!config_setting_is_group(v) && f->of->short_field) {
        note_change(r, f, v);
        *into = arena_alloc(r->arena, f->of->size);
        *(struct place *)*into = place_of(r, v);
        read_field(r, field_named(f->of, f->of->short_field), v,
                   arena_print(r->arena, "%s%s: ", where, f->name), *into);
        return;
    }
    if (!config_setting_is_group(v)) {
        complain(r, v, where, arena_print(r->arena, "%s takes a group { ... }", f->name));
        return;
    }
    if (r->merge && *into) {
        inner.path = arena_print(r->arena, "%s%s.", r->path, f->name);
    } else {
        note_change(r, f, v);
        inner.merge = false;
        *into = arena_alloc(r->arena, f->of->size);
    }
    read_group(&inner, f->of, v, *into);
}

static void read_field(const struct reading *r, const struct field *f, const config_setting_t *v,
                       const char *where, void *into)
{
    void *at = (char *)into + f->at;
    struct value_error wrong = { { 0 } };

    if (f->type != FIELD_GROUP)
        note_change(r, f, v);
    if (f->type == FIELD_LIST) {
        read_whole_list(r, f, v, where, at);
    } else if (f->type == FIELD_MAP) {
        read_map(r, f, v, where, at);
    } else if (f->type == FIELD_GROUP) {
        read_inner(r, f, v, where, at);
    } else if (!value_read(f, v, place_of(r, v), r->arena, at, &wrong)) {
        complain(r, v, where, wrong.text);
        value_preset(f, r->arena, at); /* later checks count on it */
    }
}

/* The keys of a group that its schema does not know, with the nearest that it does. */
static void check_unknown(const struct reading *r, const struct schema *s,
                          const config_setting_t *group, const char *where)
{
    int n = config_setting_length(group);

    for (int i = 0; i < n; i++) {
        const config_setting_t *item = config_setting_get_elem(group, (unsigned)i);
        const char *name = config_setting_name(item);
        struct nearest near = { .word = name };

        if (!name || field_named(s, name))
            continue;
        for (const struct field *f = s->fields; f->name; f++)
            nearest_try(&near, f->name);
        complain(r, item, where,
                 near.name ? arena_print(r->arena, "unknown key \"%s\" (%s?)", name, near.name)
                           : arena_print(r->arena, "unknown key \"%s\"", name));
    }
}

static void note_set(const struct schema *s, const struct field *f, void *into)
{
    if (f->noted)
        *(uint64_t *)(void *)((char *)into + f->noted) |= UINT64_C(1) << (f - s->fields);
}

/* Fills `into` from `group`; NULL: presets only. */
static void read_group(const struct reading *r, const struct schema *s,
                       const config_setting_t *group, void *into)
{
    struct reading inner = *r;
    const char *where = context(r, s, group);
    bool map_key = s->key && s->short_field;

    inner.where = where;

    if (group && !r->merge && !(config_setting_is_root(group) && !s->what))
        *(struct place *)into = place_of(r, group);
    for (const struct field *f = s->fields; f->name; f++) {
        const config_setting_t *v = group ? config_setting_get_member(group, f->name) : NULL;

        if (f->type == FIELD_CHANGES || (r->merge && s->key && strcmp(f->name, s->key) == 0))
            continue;
        if (v) {
            note_set(s, f, into);
            read_field(&inner, f, v, where, into);
        } else if (!r->merge && (r->presets || s->what)) {
            value_preset(f, r->arena, (char *)into + f->at);
            if (group && f->required && !(map_key && strcmp(f->name, s->key) == 0))
                complain(r, group, where, arena_print(r->arena, "%s is missing", f->name));
        }
    }
    if (group)
        check_unknown(r, s, group, where);
}

void schema_read(const struct config_file *f, const struct schema *s, bool presets, void *into,
                 struct arena *a, struct problems *p)
{
    struct reading r = {
        .arena = a, .problems = p, .file = arena_text(a, f->path), .where = "", .presets = presets
    };

    read_group(&r, s, config_root_setting(&f->tree), into);
}

void schema_adapt(const struct config_file *f, const char *list, const struct schema *s,
                  schema_find_fn *find, void *data, struct list *changes, struct arena *a,
                  struct problems *p)
{
    const config_setting_t *all = config_setting_get_member(config_root_setting(&f->tree), list);
    struct reading r = { .arena = a,
                         .problems = p,
                         .file = arena_text(a, f->path),
                         .where = "",
                         .merge = true,
                         .changes = changes,
                         .path = "" };

    if (!all)
        return;
    if (!config_setting_is_list(all)) {
        complain(
            &r, all, "",
            arena_print(a, "%s takes a list of groups: %s = ( { ... }, { ... } );", list, list));
        return;
    }
    for (int i = 0; i < config_setting_length(all); i++) {
        const config_setting_t *item = config_setting_get_elem(all, (unsigned)i);
        const char *name = NULL;
        void *into = NULL;

        if (config_setting_is_group(item) &&
            config_setting_lookup_string(item, s->key, &name) == CONFIG_TRUE)
            into = find(data, name);
        if (!name)
            complain(&r, item, "", arena_print(a, "%s: %s is missing", list, s->key));
        else if (!into)
            complain(&r, item, "",
                     arena_print(a, "%s: no %s \"%s\" stands in this file or one before it", list,
                                 s->what, name));
        r.name = name ? arena_text(a, name) : NULL;
        if (into)
            read_group(&r, s, item, into);
    }
}
