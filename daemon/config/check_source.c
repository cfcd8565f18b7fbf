#include "config/check.h"

#include "base/date.h"
#include "base/text.h"
#include "base/zone.h"
#include "config/of.h"

#include <string.h>

bool check_is_url(const char *url)
{
    return text_starts(url, "http://") || text_starts(url, "https://") ||
           text_starts(url, "file:///");
}

/* Of two patterns that read one text as two days the first would win in silence. */
static void check_clash(const char *who, const char *first, const char *second, struct place at,
                        struct problems *p)
{
    char one[DATE_TEXT_SIZE], other[DATE_TEXT_SIZE];
    struct date_clash c;

    if (!date_pattern_check(first) || !date_pattern_check(second))
        return;
    if (date_patterns_clash(first, second, &c) || date_patterns_clash(second, first, &c))
        problem_add(p, at.file, at.line,
                    "%s: dates: \"%s\" and \"%s\" read one text as two days: %s is %s or %s; leave "
                    "one out, or give each column its own (map = { column = { from = ...; dates = "
                    "... }; })",
                    who, first, second, c.text, date_text(c.first, one),
                    date_text(c.second, other));
}

static void check_patterns(const char *who, const struct texts *dates, struct place at,
                           struct problems *p)
{
    for (size_t i = 0; i < dates->count; i++) {
        if (!date_pattern_check(dates->all[i]))
            problem_add(p, at.file, at.line,
                        "dates: \"%s\" does not name a year (yyyy), a month (m, mm, mon) and a day "
                        "(d, dd), each once",
                        dates->all[i]);
        for (size_t k = 0; k < i; k++)
            check_clash(who, dates->all[k], dates->all[i], at, p);
    }
}

static void check_part(const struct source *o, const struct take *t, const struct dataset *d,
                       struct problems *p)
{
    const char *who = check_who("source", o->id);

    if (d && !dataset_column(d, t->part))
        check_missing(p, t->at, who, "column", t->part, NAMES(&d->columns, column, name));
    if (o->content != CONTENT_SNAPSHOT)
        problem_add(p, t->at.file, t->at.line,
                    "%s: part is for snapshots; from changes no row leaves", who);
}

/* "" or "/a/b", with a tilde only as ~0 and ~1. */
static bool is_pointer(const char *s)
{
    if (*s && *s != '/')
        return false;
    for (; *s; s++)
        if (*s == '~' && s[1] != '0' && s[1] != '1')
            return false;
    return true;
}

static void check_pointer(const struct source *o, const struct take *t, struct problems *p)
{
    const char *who = check_who("source", o->id);

    if (!is_pointer(t->pointer))
        problem_add(p, t->at.file, t->at.line,
                    "%s: at = \"%s\" is no JSON pointer such as \"/results\"", who, t->pointer);
    else if (*t->pointer && o->format != FORMAT_JSON)
        problem_add(p, t->at.file, t->at.line, "%s: at is for format = \"json\"", who);
}

static void check_take(const struct settings *s, const struct source *o, const struct take *t,
                       struct problems *p)
{
    const struct dataset *d = settings_dataset(s, t->dataset);

    if (!d && t->dataset)
        check_missing(p, t->at, check_who("source", o->id), "dataset", t->dataset,
                      NAMES(&s->datasets, dataset, id));
    if (t->part)
        check_part(o, t, d, p);
    check_pointer(o, t, p);
    for (LIST_EACH(const struct mapping, m, &t->map)) {
        check_patterns(check_who("source", o->id), &m->dates, m->at, p);
        if (d && !dataset_column(d, m->column))
            check_missing(p, m->at, check_who("source", o->id), "column", m->column,
                          NAMES(&d->columns, column, name));
    }
}

/* A source has takes, or what stands in their place. */
static void check_takes(const struct settings *s, const struct source *o, struct problems *p)
{
    const struct take *first = o->takes.all;

    if (!first->whole &&
        (o->map.count || o->part || *o->pointer || !text_same(o->dataset, first->dataset)))
        problem_add(p, o->at.file, o->at.line,
                    "%s: take stands in the place of dataset, at, part and map: put them into it",
                    check_who("source", o->id));
    for (LIST_EACH(const struct take, t, &o->takes))
        check_take(s, o, t, p);
}

/* The column is a day of what the source fills. */
static void check_content_age(const struct settings *s, const struct source *o, struct problems *p)
{
    const struct content_age *c = o->content_age;
    const char *who = check_who("source", o->id);
    const struct dataset *first = settings_dataset(s, o->dataset);
    const struct column *found = NULL;

    if (!c->column)
        return;
    for (LIST_EACH(const struct take, t, &o->takes)) {
        const struct dataset *d = settings_dataset(s, t->dataset);

        found = found || !d ? found : dataset_column(d, c->column);
    }
    if (!found && first)
        check_missing(p, c->at, who, "column", c->column, NAMES(&first->columns, column, name));
    else if (found && found->type != COLUMN_DATE && found->type != COLUMN_DATETIME)
        problem_add(p, c->at.file, c->at.line,
                    "%s: content_age: column \"%s\" is %s; the age of the content is measured by a "
                    "date or a datetime",
                    who, c->column, column_type_names[found->type]);
}

void check_source(const struct settings *s, const struct source *o, struct problems *p)
{
    char zone[ZONE_NAME_SIZE];

    if (!o->id)
        return;
    of_check(s, o, p);
    check_takes(s, o, p);
    if (o->url && !check_is_url(o->url))
        problem_add(p, o->at.file, o->at.line,
                    "source \"%s\": url = \"%s\" is neither http://, https:// nor file:///", o->id,
                    o->url);
    if (o->zone && strcmp(o->zone, s->zone) != 0 && !zone_known(o->zone))
        problem_add(p, o->at.file, o->at.line,
                    "source \"%s\": zone \"%s\" is not known here (\"%s\"?)", o->id, o->zone,
                    zone_nearest(o->zone, zone) ? zone : "America/New_York");
    if (strlen(o->delimiter) != 1 || strchr("\"\r\n", o->delimiter[0]))
        problem_add(p, o->at.file, o->at.line, "source \"%s\": delimiter takes one character",
                    o->id);
    if (!o->header && !o->columns.count)
        problem_add(p, o->at.file, o->at.line,
                    "source \"%s\": header = false needs columns = [ ... ]", o->id);
    check_patterns(check_who("source", o->id), &o->dates, o->at, p);
    if (o->content_age)
        check_content_age(s, o, p);
}
