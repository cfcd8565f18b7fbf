#include "config/check.h"

#include "base/date.h"
#include "base/text.h"
#include "base/zone.h"
#include "config/code.h"
#include "config/of.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Two items of one list with one name: both places are said. */
static void check_twice(const struct list *l, size_t size, size_t at, const char *what,
                        struct problems *p)
{
    for (size_t i = 0; i < l->count; i++) {
        const char *x = (const char *)l->all + i * size;
        const char *name = *(const char *const *)(const void *)(x + at);

        for (size_t j = 0; j < i && name; j++) {
            const char *y = (const char *)l->all + j * size;
            const char *other = *(const char *const *)(const void *)(y + at);
            const struct place *px = (const void *)x, *py = (const void *)y;

            if (other && strcmp(name, other) == 0)
                problem_add(p, px->file, px->line, "%s \"%s\" stands already in %s:%d", what, name,
                            py->file, py->line);
        }
    }
}

#define TWICE(list, type, field, what)                                                             \
    check_twice(list, sizeof(struct type), offsetof(struct type, field), what, p)

static bool is_name(const char *s)
{
    if (!islower((unsigned char)*s))
        return false;
    for (; *s; s++)
        if (!islower((unsigned char)*s) && !isdigit((unsigned char)*s) && *s != '_')
            return false;
    return true;
}

/* The tables of data.db and state.db (db/schema), and what rules will read beside datasets. */
static bool is_reserved(const char *name)
{
    static const char *const ours[] = { "setting",     "source",  "pull",         "reject",
                                        "difference",  "duty",    "duties",       "deeds",
                                        "row_version", "rule",    "finding",      "move",
                                        "message",     "attempt", "notification", "sentinel",
                                        "accepted",    "deed",    "silence",      "live",
                                        "other_record" };

    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (strcmp(name, ours[i]) == 0)
            return true;
    return text_starts(name, "sqlite_");
}

static bool is_same_code(const struct code_table *t, const char *a, const char *b)
{
    AUTO_TEXT x = { 0 };
    AUTO_TEXT y = { 0 };

    code_reduce(t, a, strlen(a), &x);
    code_reduce(t, b, strlen(b), &y);
    return code_order(t, text_of(&x), x.size, text_of(&y), y.size) == 0;
}

/* The value that `name` stands for in the codes before `end`; NULL if none. */
static const char *stands_for(const struct code_table *t, const char *name, const struct code *end)
{
    for (LIST_EACH(const struct code, o, &t->values)) {
        if (o == end)
            break;
        for (size_t i = 0; i <= o->from.count; i++) {
            const char *other = i ? o->from.all[i - 1] : o->value;

            if (other && is_same_code(t, name, other))
                return o->value;
        }
    }
    return NULL;
}

/* Nothing stands for two values. */
static void check_codes(const struct code_table *t, struct problems *p)
{
    for (LIST_EACH(const struct code, o, &t->values))
        for (size_t i = 0; o->value && i <= o->from.count; i++) {
            const char *name = i ? o->from.all[i - 1] : o->value, *twice = stands_for(t, name, o);

            if (twice &&
                (i || !text_same(twice, name))) /* a value gets more words by adapt_codes */
                problem_add(p, o->at.file, o->at.line, "%s: \"%s\" stands for \"%s\" already%s",
                            check_who("codes", t->name), name, twice,
                            t->fold ? " (fold = false tells capitals apart)" : "");
        }
}

/* What a column's codes give must be what the column takes. */
static void check_coded(const struct settings *s, const struct dataset *d, const struct column *c,
                        struct problems *p)
{
    const char *who = check_who("dataset", d->id);

    if (!c->table) {
        check_missing(p, c->at, who, "codes", c->codes, NAMES(&s->codes, code_table, name));
        return;
    }
    if (c->type != COLUMN_TEXT && c->type != COLUMN_LIST && c->type != COLUMN_BOOLEAN)
        problem_add(p, c->at.file, c->at.line,
                    "%s: column \"%s\": codes are for text, list and boolean", who, c->name);
    for (LIST_EACH(const struct code, o, &c->table->values)) {
        size_t i = 0;

        while (i < c->values.count && !text_same(c->values.all[i], o->value))
            i++;
        if (c->values.count && i == c->values.count)
            problem_add(p, c->at.file, c->at.line,
                        "%s: column \"%s\": its codes give \"%s\", which is none of its values",
                        who, c->name, o->value ? o->value : "");
    }
}

static void check_refers(const struct settings *s, const struct dataset *d, const struct column *c,
                         struct problems *p)
{
    const char *who = check_who("dataset", d->id);

    if (!settings_dataset(s, c->refers))
        check_missing(p, c->at, who, "dataset", c->refers, NAMES(&s->datasets, dataset, id));
    else if (c->type != COLUMN_TEXT)
        problem_add(p, c->at.file, c->at.line,
                    "%s: column \"%s\": refers to a key, and so must be text", who, c->name);
}

static void check_keep(const struct dataset *d, const struct column *c, struct problems *p)
{
    const char *who = check_who("dataset", d->id);

    if (d->keep == KEEP_ROW)
        problem_add(p, c->at.file, c->at.line,
                    "%s: column \"%s\": keep needs keep = \"first\" or \"last\" of the dataset",
                    who, c->name);
    if (c->keep == KEEP_ALL && c->type != COLUMN_LIST)
        problem_add(p, c->at.file, c->at.line,
                    "%s: column \"%s\": keep = \"all\" is for type = \"list\"", who, c->name);
}

static void check_columns(const struct settings *s, const struct dataset *d, struct problems *p)
{
    for (LIST_EACH(const struct column, c, &d->columns)) {
        if (!is_name(c->name) || c->name[0] == '_')
            problem_add(
                p, c->at.file, c->at.line,
                "dataset \"%s\": column \"%s\": a name has small letters, digits and _ only", d->id,
                c->name);
        if (!*c->separator)
            problem_add(p, c->at.file, c->at.line, "%s: column \"%s\": separator is empty",
                        check_who("dataset", d->id), c->name);
        if (c->keep != KEEP_ROW)
            check_keep(d, c, p);
        if (c->codes)
            check_coded(s, d, c, p);
        if (c->refers)
            check_refers(s, d, c, p);
    }
    TWICE(&d->columns, column, name, "column");
}

/* Each name of a ledger is a column, a day where a day belongs. */
static void check_ledger(const struct dataset *d, struct problems *p)
{
    const struct ledger *l = d->ledger;
    const struct {
        const char *name;
        bool day;
    } all[] = { { l->document, false }, { l->signed_on, true }, { l->received, true },
                { l->until, true },     { l->term, false },     { l->runs_from, true },
                { l->first, true },     { l->last, true },      { l->scope, false },
                { l->covers, false },   { l->party, false },    { l->common, false },
                { l->revoked_on, true } };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const struct column *c = all[i].name ? dataset_column(d, all[i].name) : NULL;

        if (all[i].name && !c)
            check_missing(p, l->at, check_who("dataset", d->id), "column", all[i].name,
                          NAMES(&d->columns, column, name));
        else if (c && all[i].day && c->type != COLUMN_DATE && c->type != COLUMN_DATETIME)
            problem_add(p, l->at.file, l->at.line, "dataset \"%s\": ledger: %s is no date", d->id,
                        all[i].name);
    }
    if (!l->until && !l->first && !(l->term && l->runs_from))
        problem_add(p, l->at.file, l->at.line,
                    "dataset \"%s\": ledger: give until, or term and runs_from, or first and last",
                    d->id);
    if (!l->first != !l->last || !l->term != !l->runs_from)
        problem_add(p, l->at.file, l->at.line,
                    "dataset \"%s\": ledger: first and last, and term and runs_from, go together",
                    d->id);
}

/* Each names a source that fills the dataset and owns rows, once. */
static void check_prefer(const struct settings *s, const struct dataset *d, struct problems *p)
{
    const char *who = check_who("dataset", d->id);

    for (size_t i = 0; i < d->prefer.count; i++) {
        const char *name = d->prefer.all[i];
        const struct source *o = settings_source(s, name);

        if (!o)
            check_missing(p, d->at, who, "source (prefer)", name, NAMES(&s->sources, source, id));
        else if (!source_fills(o, d->id))
            problem_add(p, d->at.file, d->at.line,
                        "%s: prefer: the source \"%s\" does not fill this dataset", who, name);
        else if (o->of)
            problem_add(p, d->at.file, d->at.line,
                        "%s: prefer: the source \"%s\" brings changes to \"%s\"; name that one",
                        who, name, o->of);
        for (size_t k = 0; k < i; k++)
            if (strcmp(d->prefer.all[k], name) == 0)
                problem_add(p, d->at.file, d->at.line, "%s: prefer names \"%s\" twice", who, name);
    }
}

static void check_dataset(const struct settings *s, const struct dataset *d, struct problems *p)
{
    if (!d->id || !d->key)
        return; /* said already */
    if (!is_name(d->id) || strlen(d->id) > 60)
        problem_add(p, d->at.file, d->at.line,
                    "dataset \"%s\": a name has small letters, digits and _ only", d->id);
    else if (is_reserved(d->id))
        problem_add(p, d->at.file, d->at.line,
                    "dataset \"%s\": this name is dutywatch's own; choose another", d->id);
    if (!dataset_column(d, d->key))
        check_missing(p, d->at, check_who("dataset", d->id), "key column", d->key,
                      NAMES(&d->columns, column, name));
    else if (dataset_column(d, d->key)->type != COLUMN_TEXT)
        problem_add(p, d->at.file, d->at.line, "dataset \"%s\": the key \"%s\" must be text", d->id,
                    d->key);
    check_columns(s, d, p);
    check_prefer(s, d, p);
    if (d->ledger)
        check_ledger(d, p);
}

static void check_channel(const struct channel *c, struct problems *p)
{
    if (!c->name)
        return;
    if (c->type == CHANNEL_MAIL &&
        (!c->server || (!text_starts(c->server, "smtp://") && !text_starts(c->server, "smtps://"))))
        problem_add(p, c->at.file, c->at.line,
                    "channel \"%s\": mail needs server = \"smtp://host:25\"", c->name);
    if (c->type == CHANNEL_WEBHOOK && (!c->url || !check_is_url(c->url) || c->url[0] != 'h'))
        problem_add(p, c->at.file, c->at.line,
                    "channel \"%s\": webhook needs url = \"https://...\"", c->name);
    if (c->type == CHANNEL_WEBHOOK && !c->secret)
        problem_add(p, c->at.file, c->at.line,
                    "channel \"%s\": webhook needs secret, the credential that signs", c->name);
}

static bool catches_all(const struct route *r)
{
    return !r->units.count && !r->offices.count && !r->rules.count && !r->severities.count &&
           r->min_amount == INT64_MIN && r->cadence != CADENCE_NEVER;
}

/* The recipients of a catch-all must be addresses: it is where the others end. */
static bool has_fixed_address(const struct route *r)
{
    for (size_t i = 0; i < r->to.count; i++)
        if (r->to.all[i][0] != '{')
            return true;
    return false;
}

static void check_route(const struct settings *s, const struct route *r, struct problems *p)
{
    if (r->channel && !settings_channel(s, r->channel))
        check_missing(p, r->at, "route", "channel", r->channel, NAMES(&s->channels, channel, name));
    for (size_t i = 0; i < r->severities.count; i++)
        if (severity_read(r->severities.all[i]) < 0)
            problem_add(p, r->at.file, r->at.line,
                        "route: severity \"%s\" is none of info, notice, warning, critical",
                        r->severities.all[i]);
    for (size_t i = 0; i < r->rules.count; i++)
        if (!settings_rule(s, r->rules.all[i]) && strcmp(r->rules.all[i], "incomplete") != 0 &&
            strcmp(r->rules.all[i], "differs") != 0 && strcmp(r->rules.all[i], "rejected") != 0)
            check_missing(p, r->at, "route", "rule", r->rules.all[i], NAMES(&s->rules, rule, id));
}

static void check_routes(const struct settings *s, struct problems *p)
{
    const struct route *last = NULL;

    for (LIST_EACH(const struct route, r, &s->routes)) {
        check_route(s, r, p);
        last = r;
    }
    if (!last)
        problem_add(p, s->path, 0,
                    "no routes: add routes = ( { channel = \"...\"; to = [ \"...\" ]; } ); so that "
                    "nothing is lost");
    else if (!catches_all(last) || !has_fixed_address(last))
        problem_add(p, last->at.file, last->at.line,
                    "the last route is no catch-all: end with a route that has no conditions and "
                    "a fixed address, so that nothing is lost");
}

static void check_top(const struct settings *s, struct problems *p)
{
    char zone[ZONE_NAME_SIZE];

    if (s->zone && !zone_known(s->zone))
        problem_add(p, s->zone_at.file, s->zone_at.line,
                    "zone = \"%s\" is not known here (\"%s\"?)", s->zone,
                    zone_nearest(s->zone, zone) ? zone : "America/New_York");
    if (!s->operators)
        problem_add(p, s->path, 0,
                    "operators = { channel = \"...\"; to = [ \"...\" ]; } is missing: who hears "
                    "that a source cannot be seen");
    else if (s->operators->channel && !settings_channel(s, s->operators->channel))
        check_missing(p, s->operators->at, "operators", "channel", s->operators->channel,
                      NAMES(&s->channels, channel, name));
    if (s->calendar && !settings_calendar(s, s->calendar))
        check_missing(p, s->calendar_at, "the configuration", "calendar", s->calendar,
                      NAMES(&s->calendars, calendar_setting, name));
    if (!s->channels.count)
        problem_add(p, s->path, 0,
                    "no channels: channels = ( { name = \"files\"; type = \"maildir\"; } ); needs "
                    "nothing else");
}

void settings_check(const struct settings *s, struct problems *p)
{
    check_top(s, p);
    for (LIST_EACH(const struct code_table, t, &s->codes))
        check_codes(t, p);
    for (LIST_EACH(const struct dataset, d, &s->datasets))
        check_dataset(s, d, p);
    for (LIST_EACH(const struct source, o, &s->sources))
        check_source(s, o, p);
    for (LIST_EACH(const struct channel, c, &s->channels))
        check_channel(c, p);
    check_rules(s, p);
    check_routes(s, p);
    check_recipients(s, p);
    TWICE(&s->codes, code_table, name, "codes");
    TWICE(&s->datasets, dataset, id, "dataset");
    TWICE(&s->sources, source, id, "source");
    TWICE(&s->channels, channel, name, "channel");
    TWICE(&s->ladders, ladder, name, "ladder");
    TWICE(&s->subjects, subject, name, "subject");
    TWICE(&s->profiles, profile, name, "profile");
    TWICE(&s->rules, rule, id, "rule");
}
