#include "config/of.h"

#include "base/text.h"
#include "config/check.h"
#include "config/tables.h"

#include <string.h>

static size_t size_of(enum field_type type)
{
    switch (type) {
    case FIELD_TEXT:
    case FIELD_TERM:
    case FIELD_COUNTED:
        return sizeof(const char *);
    case FIELD_TRUTH:
        return sizeof(bool);
    case FIELD_COUNT:
    case FIELD_SPAN:
    case FIELD_SIZE:
    case FIELD_MONEY:
    case FIELD_PERCENT:
    case FIELD_DAYTIME:
        return sizeof(int64_t);
    case FIELD_DATE:
        return sizeof(date);
    case FIELD_CHOICE:
        return sizeof(int);
    case FIELD_TEXTS:
        return sizeof(struct texts);
    case FIELD_CLAUSE:
        return sizeof(struct clause);
    case FIELD_CLAUSES:
        return sizeof(struct clauses);
    case FIELD_GROUP:
        return sizeof(void *);
    case FIELD_LIST:
    case FIELD_MAP:
        return sizeof(struct list);
    case FIELD_CHANGES:
    default:
        return 0;
    }
}

static bool sets(const struct source *o, const char *name)
{
    for (const struct field *f = source_schema.fields; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return o->set >> (f - source_schema.fields) & 1;
    return false;
}

/* What `take` stands in the place of. */
static bool is_of_one(const char *name)
{
    return strcmp(name, "dataset") == 0 || strcmp(name, "at") == 0 || strcmp(name, "map") == 0;
}

/* Changes speak for no part. */
static void drop_parts(struct source *o, struct arena *a)
{
    size_t size = o->takes.count * sizeof(struct take);

    if (!size)
        return;
    o->takes.all = memcpy(arena_alloc(a, size), o->takes.all, size);
    for (LIST_EACH(struct take, t, &o->takes))
        t->part = NULL;
}

static void inherit(struct source *o, const struct source *from, struct arena *a)
{
    bool takes = sets(o, "take");

    for (const struct field *f = source_schema.fields; f->name; f++)
        if (f->noted && !sets(o, f->name) && !(takes && is_of_one(f->name)))
            memcpy((char *)o + f->at, (const char *)from + f->at, size_of(f->type));
    if (!takes)
        drop_parts(o, a);
    if (!o->dataset && !o->takes.count)
        o->dataset = from->id;
}

void of_inherit(struct settings *s, struct arena *a)
{
    for (LIST_EACH(struct source, o, &s->sources)) {
        const struct source *from = settings_source(s, o->of);

        if (from && from != o && !from->of)
            inherit(o, from, a);
        if (o->of && !sets(o, "content"))
            o->content = CONTENT_CHANGES;
    }
}

/* Both fill the same. */
static void check_datasets(const struct source *o, const struct source *from, struct problems *p)
{
    const char *who = check_who("source", o->id);
    AUTO_TEXT names = { 0 };

    for (LIST_EACH(const struct take, t, &from->takes))
        text_addf(&names, "%s\"%s\"", names.size ? ", " : "", t->dataset ? t->dataset : "");
    for (LIST_EACH(const struct take, t, &o->takes))
        if (t->dataset && !source_fills(from, t->dataset))
            problem_add(p, t->at.file, t->at.line,
                        "%s: dataset \"%s\": source \"%s\", of which it has the changes, fills %s; "
                        "leave dataset out, or of",
                        who, t->dataset, o->of, text_of(&names));
}

void of_check(const struct settings *s, const struct source *o, struct problems *p)
{
    const struct source *from = settings_source(s, o->of);
    const char *who = check_who("source", o->id);
    struct place at = o->at;

    if (!o->of)
        return;
    if (o->content != CONTENT_CHANGES)
        problem_add(p, at.file, at.line,
                    "%s: of = \"%s\" is for content = \"changes\"; leave content out", who, o->of);
    if (!from)
        check_missing(p, at, who, "source", o->of, NAMES(&s->sources, source, id));
    else if (from == o)
        problem_add(p, at.file, at.line,
                    "%s: of names the source itself; write the one whose snapshot these are the "
                    "changes to",
                    who);
    else if (from->of)
        problem_add(p, at.file, at.line,
                    "%s: of = \"%s\", which brings changes itself; write of = \"%s\"", who, o->of,
                    from->of);
    else if (from->content != CONTENT_SNAPSHOT)
        problem_add(p, at.file, at.line,
                    "%s: of = \"%s\", which is no snapshot; write content = \"snapshot\" there, or "
                    "leave of out",
                    who, o->of);
    else
        check_datasets(o, from, p);
}
