#include "config/trials.h"

#include "base/limit.h"
#include "base/text.h"

#include <ctype.h>
#include <dirent.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

const char *const trial_answers[] = { "any", "pending", "met", "unknown", "outside", NULL };
const char *const trial_findings[] = { "any", "open", "resolved", "withdrawn", "none", NULL };

#define AT(type, member) .at = offsetof(struct type, member)

static const struct field rows_fields[] = {
    { "dataset", FIELD_TEXT, AT(trial_rows, dataset), .help = "Set by the map." },
    { "lines", FIELD_TEXTS, AT(trial_rows, lines), .required = true,
      .help = "The names of the columns, then one line a row." },
    { NULL },
};
static const struct schema rows_schema = { "rows", "dataset", "lines", rows_fields,
                                           sizeof(struct trial_rows) };

static const struct field expect_fields[] = {
    { "rule", FIELD_TEXT, AT(trial_expect, rule), .required = true, .help = "The rule." },
    { "subject", FIELD_TEXT, AT(trial_expect, subject), .required = true, .help = "The key." },
    { "period", FIELD_TEXT, AT(trial_expect, period), .help = "Of a duty that comes again." },
    { "answer", FIELD_CHOICE, AT(trial_expect, answer), .preset = "any", .choices = trial_answers,
      .help = "pending, met, unknown or outside." },
    { "last_day", FIELD_TEXT, AT(trial_expect, last_day), .help = "A day, or none." },
    { "act_by", FIELD_TEXT, AT(trial_expect, act_by), .help = "A day, or none." },
    { "stage", FIELD_TEXT, AT(trial_expect, stage), .help = "A rung, past, or none." },
    { "ask", FIELD_TEXT, AT(trial_expect, ask), .help = "What to enter." },
    { "quiet", FIELD_TEXT, AT(trial_expect, quiet), .help = "The reason, or none." },
    { "met_on", FIELD_TEXT, AT(trial_expect, met_on), .help = "A day, or none." },
    { "past_since", FIELD_TEXT, AT(trial_expect, past_since), .help = "A day, or none." },
    { "unit", FIELD_TEXT, AT(trial_expect, unit), .help = "The unit, or none." },
    { "office", FIELD_TEXT, AT(trial_expect, office), .help = "The office, or none." },
    { "owner", FIELD_TEXT, AT(trial_expect, owner), .help = "The owner, or none." },
    { "amount", FIELD_MONEY, AT(trial_expect, amount), .help = "The money at stake." },
    { "finding", FIELD_CHOICE, AT(trial_expect, finding), .preset = "any",
      .choices = trial_findings, .help = "open, resolved, withdrawn or none." },
    { "changes", FIELD_TEXTS, AT(trial_expect, changes), .preset = "",
      .help = "What happened to the finding in this step." },
    { "steps", FIELD_TEXTS, AT(trial_expect, steps), .preset = "",
      .help = "Texts that stand in the steps of the date." },
    { NULL },
};
static const struct schema expect_schema = { "expect", "rule", NULL, expect_fields,
                                             sizeof(struct trial_expect) };

static const struct field message_fields[] = {
    { "to", FIELD_TEXT, AT(trial_message, to), .help = "The recipient." },
    { "contains", FIELD_TEXTS, AT(trial_message, contains), .preset = "", .help = "All of it." },
    { "lacks", FIELD_TEXTS, AT(trial_message, lacks), .preset = "", .help = "None of it." },
    { "count", FIELD_COUNT, AT(trial_message, count), .preset = "-1", .min = -1, .max = 1000000,
      .help = "So many; preset: at least one." },
    { NULL },
};
static const struct schema message_schema = { "message", "to", NULL, message_fields,
                                              sizeof(struct trial_message) };

/* The same fields stand in a step and in a test of one step. */
#define STEP_FIELDS(type, in)                                                                      \
    { "day", FIELD_DATE, AT(type, in day), .help = "Today." },                                     \
        { "rows", FIELD_MAP, AT(type, in rows), .of = &rows_schema, .help = "The data." },         \
        { "not_loaded", FIELD_TEXTS, AT(type, in not_loaded), .preset = "",                        \
          .help = "Datasets of which nothing ever came." },                                        \
        { "expect", FIELD_LIST, AT(type, in expect), .of = &expect_schema,                         \
          .help = "What must be said of duties." },                                                \
    {                                                                                              \
        "messages", FIELD_LIST, AT(type, in messages), .of = &message_schema,                      \
                                                       .help = "What must be told."                \
    }

static const struct field step_fields[] = { STEP_FIELDS(trial_step, ), { NULL } };
static const struct schema step_schema = { "step", NULL, NULL, step_fields,
                                           sizeof(struct trial_step) };

static const struct field trial_fields[] = {
    { "name", FIELD_TEXT, AT(trial, name), .required = true, .help = "What it shows." },
    STEP_FIELDS(trial, own.),
    { "steps", FIELD_LIST, AT(trial, steps), .of = &step_schema, .help = "Or: several days." },
    { NULL },
};
static const struct schema trial_schema = { "test", "name", NULL, trial_fields,
                                            sizeof(struct trial) };

static const struct field file_fields[] = {
    { "config", FIELD_TEXT, AT(trial_file, config), .help = "The configuration." },
    { "tests", FIELD_LIST, AT(trial_file, tests), .of = &trial_schema, .help = "The tests." },
    { NULL },
};
static const struct schema file_schema = { NULL, NULL, NULL, file_fields,
                                           sizeof(struct trial_file) };

/* --- form --- */

static void check_day(const struct trial_expect *x, const char *field, const char *day,
                      struct problems *p)
{
    if (day && strcmp(day, "none") != 0 && date_read(day) == DATE_NONE)
        problem_add(p, x->at.file, x->at.line,
                    "expect \"%s\": %s = \"%s\" is neither a day such as 2025-03-31 nor \"none\"",
                    x->rule ? x->rule : "", field, day);
}

/* A step is later than the one before; what it expects has the form of days. */
static void check_step(const struct trial *t, const struct trial_step *s, date before,
                       struct problems *p)
{
    char day[DATE_TEXT_SIZE];

    if (s->day == DATE_NONE)
        problem_add(p, s->at.file, s->at.line, "test \"%s\": day is missing", t->name);
    else if (before != DATE_NONE && s->day < before)
        problem_add(p, s->at.file, s->at.line,
                    "test \"%s\": day %s is before the step above; the day never runs backwards",
                    t->name, date_text(s->day, day));
    if (!s->expect.count && !s->messages.count && t->steps.count == 1)
        problem_add(p, s->at.file, s->at.line, "test \"%s\": expects nothing", t->name);
    for (LIST_EACH(const struct trial_expect, x, &s->expect)) {
        check_day(x, "last_day", x->last_day, p);
        check_day(x, "act_by", x->act_by, p);
        check_day(x, "met_on", x->met_on, p);
        check_day(x, "past_since", x->past_since, p);
    }
}

static void check_trial(struct trial *t, struct problems *p)
{
    bool own = t->own.day != DATE_NONE || t->own.rows.count || t->own.expect.count;
    date before = DATE_NONE;

    if (!t->name)
        t->name = "";
    if (t->steps.count && (own || t->own.messages.count || t->own.not_loaded.count))
        problem_add(p, t->at.file, t->at.line,
                    "test \"%s\": has steps: day, rows and expect belong into them", t->name);
    if (!t->steps.count) {
        t->own.at = t->at;
        t->steps = (struct list){ &t->own, 1 };
    }
    for (LIST_EACH(const struct trial_step, s, &t->steps)) {
        check_step(t, s, before, p);
        before = s->day;
    }
}

static void check_names(const struct trial_file *f, struct problems *p)
{
    const struct trial *all = f->tests.all;

    for (size_t i = 0; i < f->tests.count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(all[i].name, all[k].name) == 0)
                problem_add(p, all[i].at.file, all[i].at.line,
                            "test \"%s\" is there twice; the first is in line %d", all[i].name,
                            all[k].at.line);
}

/* --- files --- */

static int is_conf(const struct dirent *d)
{
    size_t n = strlen(d->d_name);

    return d->d_name[0] != '.' && n > 5 && strcmp(d->d_name + n - 5, ".conf") == 0;
}

static int is_test(const struct dirent *d)
{
    size_t n = strlen(d->d_name);

    return d->d_name[0] != '.' && n > 5 && strcmp(d->d_name + n - 5, ".test") == 0;
}

static void free_names(struct dirent **names, int n)
{
    for (int i = 0; i < n; i++)
        free(names[i]);
    free(names);
}

const char *trials_config_of(const char *dir, struct arena *a)
{
    struct dirent **names = NULL;
    int n = scandir(dir, &names, is_conf, alphasort);
    const char *ret = NULL;

    if (n == 1)
        ret = arena_print(a, "%s/%s", dir, names[0]->d_name);
    for (int i = 0; i < n; i++)
        if (strcmp(names[i]->d_name, "dutywatch.conf") == 0)
            ret = arena_print(a, "%s/dutywatch.conf", dir);
    if (n >= 0)
        free_names(names, n);
    return ret;
}

static const char *folder_of(const char *path, struct arena *a)
{
    const char *slash = strrchr(path, '/');

    return slash ? arena_textn(a, path, (size_t)(slash - path)) : ".";
}

struct trial_file *trials_load(const char *path, const char *config, struct arena *a,
                               struct problems *p)
{
    struct config_file *f = config_file_open(path, p);
    struct trial_file *t = arena_alloc(a, sizeof *t);

    if (!f)
        return NULL;
    schema_read(f, &file_schema, true, t, a, p);
    config_file_close(f);
    t->path = arena_text(a, path);
    if (t->config && t->config[0] != '/')
        t->config = arena_print(a, "%s/%s", folder_of(path, a), t->config);
    else if (!t->config)
        t->config = config ? config : trials_config_of(folder_of(path, a), a);
    if (!t->config)
        problem_add(p, path, 0,
                    "config is missing: the configuration whose rules are tested, as there is no "
                    "dutywatch.conf and no single *.conf beside this file");
    if (!t->tests.count)
        problem_add(p, path, 0, "has no tests");
    for (LIST_EACH(struct trial, one, &t->tests))
        check_trial(one, p);
    check_names(t, p);
    return t;
}

/* --- what a configuration becomes --- */

#define EVER (3000LL * 366 * 86400 * 1000000)

void trials_prepare(struct settings *s, struct arena *a)
{
    static const char *const dates[] = { "yyyy-mm-dd", NULL };
    static const char *const none[] = { NULL };
    struct source *all = arena_alloc(a, (s->datasets.count + 1) * sizeof *all);
    size_t n = 0;

    for (LIST_EACH(const struct dataset, d, &s->datasets)) {
        struct take *t = arena_alloc(a, sizeof *t);

        *t = (struct take){ .at = d->at, .dataset = d->id, .pointer = "", .whole = true };
        all[n] = (struct source){ .at = d->at,
                                  .id = d->id,
                                  .dataset = d->id,
                                  .url = "",
                                  .pointer = "",
                                  .delimiter = ",",
                                  .header = true,
                                  .trim = true,
                                  .takes = { t, 1 },
                                  .dates = { dates, 1 },
                                  .empty = { none, 0 },
                                  .zone = s->zone,
                                  .every = EVER,
                                  .max_age = EVER,
                                  .max_bytes = INT64_MAX,
                                  .max_record = 1 << 20 };
        for (LIST_EACH(const struct source, o, &s->sources))
            if (source_fills(o, d->id))
                all[n].gone = o->gone;
        n++;
    }
    s->sources = (struct list){ all, n };
    s->mode = MODE_LIVE;
}

/* --- packs --- */

/* The rules that the tests of a folder name, each between blanks. */
static void read_named(const char *dir, struct text *ret)
{
    AUTO(arena) a = arena_new();
    struct problems ignored = { 0 };
    struct dirent **names = NULL;
    int n = scandir(dir, &names, is_test, alphasort);

    for (int i = 0; i < n; i++) {
        const char *path = arena_print(a, "%s/%s", dir, names[i]->d_name);
        const struct trial_file *f = trials_load(path, NULL, a, &ignored);

        if (!f)
            continue;
        for (LIST_EACH(const struct trial, t, &f->tests))
            for (LIST_EACH(const struct trial_step, s, &t->steps))
                for (LIST_EACH(const struct trial_expect, x, &s->expect))
                    text_addf(ret, " %s ", x->rule ? x->rule : "");
    }
    if (n >= 0)
        free_names(names, n);
    problems_free(&ignored);
}

/* The pack that is given away and has its file in `dir`; or NULL. */
static const struct pack *shipped_in(const struct settings *s, const char *dir, struct arena *a)
{
    for (LIST_EACH(const struct pack, k, &s->packs))
        if (k->shipped && strcmp(folder_of(k->at.file, a), dir) == 0)
            return k;
    return NULL;
}

/* Words that a lawyer does not read: a function, or a name with an underscore. */
static bool reads_as_expression(const char *words)
{
    for (const char *s = words + 1; *words && *s; s++)
        if ((*s == '(' && isalpha((unsigned char)s[-1])) ||
            (*s == '_' && isalnum((unsigned char)s[-1])))
            return true;
    return strstr(words, " IS NULL") || strstr(words, " IS NOT ");
}

/* What a day is stands in a step of the derivation, which is read as law. */
static void check_from(const struct rule *r, const struct pack *k, const char *from,
                       struct place at, struct problems *p)
{
    if (!from)
        problem_add(p, at.file, at.line,
                    "rule \"%s\": from is missing: what that day is, in readers' words; pack "
                    "\"%s\" is shipped",
                    r->id, k->name);
    else if (reads_as_expression(from))
        problem_add(p, at.file, at.line,
                    "rule \"%s\": from = \"%s\" reads as an expression; pack \"%s\" is shipped",
                    r->id, from, k->name);
}

/* A document binds who gave it, for what it says; where that makes no difference, the rule says
 * why.
 */
static void check_scope(const struct rule *r, const struct pack *k, struct problems *p)
{
    const struct deadline *d = r->deadline;
    bool scoped = deadline_sets(d)->count == 2 && d->scope.text && d->party.text;

    if ((d->extended_by || d->tolled_by) && !scoped && !d->unscoped)
        problem_add(
            p, d->at.file, d->at.line,
            "rule \"%s\": a document can move its date: give front or each of two datasets, "
            "party and scope, or say in unscoped why none of them makes a difference; pack "
            "\"%s\" is shipped",
            r->id, k->name);
}

static void check_words(const struct rule *r, const struct pack *k, struct problems *p)
{
    const struct deadline *d = r->deadline;
    const struct list *several;

    if (!d)
        return;
    several = d->latest_of.count ? &d->latest_of : &d->earliest_of;
    if (!several->count)
        check_from(r, k, d->from, d->at, p);
    for (LIST_EACH(const struct start, t, several))
        check_from(r, k, t->from, t->at, p);
    for (LIST_EACH(const struct start, t, &d->beside))
        check_from(r, k, t->from, t->at, p);
    check_scope(r, k, p);
    if (d->at_most)
        check_from(r, k, d->at_most->from, d->at_most->at, p);
    if (d->no_later_than)
        check_from(r, k, d->no_later_than->from, d->no_later_than->at, p);
}

LIMIT(UNTESTED_SHOWN, 8); /* told: how many more rules have no test */

void trials_check_packs(const struct settings *s, struct problems *p, struct text *ret_untested)
{
    AUTO(arena) a = arena_new();
    AUTO_TEXT named = { 0 };
    const char *read = NULL;
    size_t untested = 0;

    for (LIST_EACH(const struct rule, r, &s->rules)) {
        const char *dir = r->at.file ? folder_of(r->at.file, a) : NULL;
        const struct pack *k = dir ? shipped_in(s, dir, a) : NULL;

        if (!r->id || !dir || (!k && !ret_untested))
            continue;
        if (!text_same(read, dir)) {
            text_clear(&named);
            read_named(dir, &named);
            read = dir;
        }
        if (k && !r->law)
            problem_add(p, r->at.file, r->at.line,
                        "rule \"%s\": law is missing; pack \"%s\" is shipped", r->id, k->name);
        if (k)
            check_words(r, k, p);
        if (strstr(text_of(&named), arena_print(a, " %s ", r->id)))
            continue;
        if (k)
            problem_add(p, r->at.file, r->at.line,
                        "rule \"%s\": no test in %s names it; pack \"%s\" is shipped (dutywatch "
                        "test --new %s)",
                        r->id, dir, k->name, r->id);
        else if (ret_untested && untested++ < UNTESTED_SHOWN)
            text_addf(ret_untested, "%s%s", ret_untested->size ? ", " : "", r->id);
    }
    if (untested > UNTESTED_SHOWN)
        text_addf(ret_untested, " and %zu more", untested - UNTESTED_SHOWN);
}
