#include "watch/trial.h"

#include "base/scratch.h"
#include "base/text.h"
#include "base/zone.h"
#include "codec/json.h"
#include "db/schema.h"
#include "fetch/source.h"
#include "ingest/payload.h"
#include "watch/known.h"
#include "watch/trial_ground.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- the ground --- */

/* In memory where there is such a place: nothing of it is to be kept. */
static bool make_dir(struct ground *g, struct error *e)
{
    const char *top = getenv("TMPDIR");

    if (!top || !*top)
        top = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    if (!scratch_new(top, "test", &g->scratch, e))
        return false;
    g->dir = scratch_path(g->scratch);
    return true;
}

static bool open_ground(struct ground *g, struct problems *p, struct error *e)
{
    if (!make_dir(g, e) || !schema_open_data(g->dir, &g->data, e) ||
        !schema_open_state(g->dir, &g->state, e) ||
        !db_script(g->data, "PRAGMA synchronous = OFF", e) ||
        !db_script(g->state, "PRAGMA synchronous = OFF", e))
        return false;
    if (!generation_trial(g->config, g->dir, g->data, p, &g->generation))
        return error_set(e, ERROR_SETUP, "the configuration has errors");
    g->loaded = alloc(g->generation->settings->datasets.count + 1);
    return true;
}

bool ground_open(const char *config, struct problems *p, struct ground **ret, struct error *e)
{
    AUTO(ground) g = alloc(sizeof *g);

    g->config = copy_text(config);
    if (!open_ground(g, p, e))
        return false;
    *ret = g;
    g = NULL;
    return true;
}

void ground_close(struct ground *g)
{
    if (!g)
        return;
    generation_unref(g->generation);
    db_close(g->state);
    db_close(g->data);
    scratch_free(g->scratch);
    free(g->loaded);
    free(g->config);
    free(g);
}

const char *ground_config(const struct ground *g)
{
    return g->config;
}

struct generation *ground_generation(struct ground *g)
{
    return g->generation;
}

/* --- what a test names --- */

static const char *nearest_dataset(const struct settings *s, const char *name)
{
    struct nearest near = { .word = name };

    for (LIST_EACH(const struct dataset, d, &s->datasets))
        nearest_try(&near, d->id);
    return near.name;
}

static void check_dataset(const struct settings *s, const struct trial *t, struct place at,
                          const char *name, struct problems *p)
{
    const char *near = nearest_dataset(s, name);

    if (!settings_dataset(s, name))
        problem_add(p, at.file, at.line, "test \"%s\": no dataset \"%s\"%s%s%s", t->name, name,
                    near ? " (" : "", near ? near : "", near ? "?)" : "");
}

/* Each name of the first line is a column. */
static void check_columns(const struct settings *s, const struct trial *t,
                          const struct trial_rows *r, struct problems *p)
{
    const struct dataset *d = settings_dataset(s, r->dataset);
    const char *at = r->lines.count ? r->lines.all[0] : "";

    check_dataset(s, t, r->at, r->dataset, p);
    while (d && *at) {
        size_t n = strcspn(at, ",\n"), size = n;
        const char *name = at;
        char *column AUTO_FREE = NULL;

        text_trim(&name, &size);
        column = strndup(name, size);
        if (!dataset_column(d, column))
            problem_add(p, r->at.file, r->at.line, "test \"%s\": dataset %s has no column \"%s\"",
                        t->name, d->id, column);
        at += n + (at[n] == ',');
        if (*at == '\n')
            return;
    }
}

static void check_rule(const struct settings *s, const struct trial *t,
                       const struct trial_expect *x, struct problems *p)
{
    struct error e;

    if (!known_own(x->rule) && !known_rule(s, x->rule, &e))
        problem_add(p, x->at.file, x->at.line, "test \"%s\": %s", t->name, e.text);
}

void trial_check(const struct ground *g, const struct trial *t, struct problems *p)
{
    const struct settings *s = g->generation->settings;

    for (LIST_EACH(const struct trial_step, step, &t->steps)) {
        for (LIST_EACH(const struct trial_rows, r, &step->rows))
            check_columns(s, t, r, p);
        for (size_t i = 0; i < step->not_loaded.count; i++)
            check_dataset(s, t, step->at, step->not_loaded.all[i], p);
        for (LIST_EACH(const struct trial_expect, x, &step->expect))
            check_rule(s, t, x, p);
    }
}

/* --- rows --- */

static const struct trial_rows *rows_of(const struct trial_step *s, const char *dataset)
{
    for (LIST_EACH(const struct trial_rows, r, &s->rows))
        if (text_same(r->dataset, dataset))
            return r;
    return NULL;
}

static bool is_listed(const struct texts *t, const char *name)
{
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->all[i], name) == 0)
            return true;
    return false;
}

/* The lines, or for a dataset of which no test says anything the names of its columns alone. */
static bool write_payload(const char *path, const struct dataset *d, const struct trial_rows *r,
                          int64_t *ret_bytes, struct error *e)
{
    AUTO_TEXT t = { 0 };
    FILE *f = fopen(path, "we");
    bool ok;

    if (!f)
        return error_set(e, ERROR_SETUP, "%s: %s", path, strerror(errno));
    for (size_t i = 0; r && i < r->lines.count; i++)
        text_addf(&t, "%s\n", r->lines.all[i]);
    if (!r)
        for (LIST_EACH(const struct column, c, &d->columns))
            text_addf(&t, "%s%s", t.size ? "," : "", c->name);
    text_add(&t, r ? "" : "\n");
    *ret_bytes = (int64_t)t.size;
    ok = fwrite(text_of(&t), 1, t.size, f) == t.size;
    ok &= fclose(f) == 0;
    return ok || error_set(e, ERROR_RETRY, "%s: cannot be written", path);
}

/* Rows that are no rows fail the test. */
static bool note_rejects(const struct trial_at *t, const struct trial_rows *r, const struct pull *p,
                         const struct ingest_report *report, struct error *e)
{
    struct json *differences, *steps;
    STMT s = NULL;
    bool row = true;

    if (report->result == INGEST_GOOD && !report->rejects)
        return true;
    trial_fail(t, r ? r->at : t->step->at, arena_print(t->arena, "rows of %s", p->source),
               &differences, &steps);
    if (report->result != INGEST_GOOD) {
        trial_differ(differences, "rows", "good", report->why.text);
        return true;
    }
    if (!db_query(t->ground->data, &s, e,
                  "SELECT line, field, reason FROM reject WHERE pull = ? ORDER BY line", "i",
                  p->id))
        return false;
    for (;;) {
        const char *field;

        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        field = db_text(s, 1);
        trial_differ(differences, "rows", "good",
                     arena_print(t->arena, "line %lld: %s%s%s", (long long)db_int(s, 0),
                                 field ? field : "", field ? ": " : "", db_text(s, 2)));
    }
}

static bool load(const struct trial_at *t, const struct dataset *d, struct error *e)
{
    struct ground *g = t->ground;
    const struct settings *s = g->generation->settings;
    const struct source *source = settings_source(s, d->id);
    const struct trial_rows *r = rows_of(t->step, d->id);
    struct ingest_report report;
    struct pull p = { .source = d->id };

    p.digest = arena_print(t->arena, "%d", ++g->serial);
    p.path = arena_print(t->arena, "%s/%s.csv", g->dir, d->id);
    if (!write_payload(p.path, d, r, &p.bytes, e) ||
        !source_fetched(g->data, source, &p, INT64_MAX, g->now, e) ||
        !pull_waiting(g->data, t->arena, &p, e) ||
        !ingest_payload(g->data, s, source, &p, true, &report, e))
        return false;
    return note_rejects(t, r, &p, &report, e);
}

/* The datasets that the step names; in the first one also those that no step says anything of, so
 * that they are empty, and not unseen. */
static bool load_all(const struct trial_at *t, struct error *e)
{
    const struct settings *s = t->ground->generation->settings;
    size_t n = 0;

    for (LIST_EACH(const struct dataset, d, &s->datasets)) {
        bool *loaded = &t->ground->loaded[n++];
        bool wanted =
            rows_of(t->step, d->id) || (!*loaded && !is_listed(&t->step->not_loaded, d->id));

        if (wanted && !load(t, d, e))
            return false;
        *loaded |= wanted;
    }
    return true;
}

/* --- a step --- */

instant trial_moment(const struct ground *g)
{
    return zone_instant(g->generation->settings->zone, g->today + 1, 0) - 1;
}

/* As the daemon does at the hour of the digest: until there is nothing more to judge. */
static bool judge(struct ground *g, struct error *e)
{
    struct judgement j = { .generation = g->generation,
                           .data = g->data,
                           .state = g->state,
                           .today = g->today,
                           .now = g->now,
                           .moment = trial_moment(g),
                           .digest = !g->generation->book->deeds };
    struct judging_report report;
    bool needed = true;

    for (int i = 0; needed && i < 12; i++) {
        if (!judging_run(&j, &report, e) || !judging_needed(&j, &needed, e))
            return false;
        if (!needed && !j.digest)
            needed = j.digest = true;
    }
    return true;
}

struct json *trial_fail(const struct trial_at *t, struct place at, const char *what,
                        struct json **ret_differences, struct json **ret_steps)
{
    struct json *one = json_group();

    *ret_differences = json_list();
    *ret_steps = json_list();
    json_set_text(one, "file", at.file);
    json_set_whole(one, "line", at.line);
    json_set_day(one, "day", t->step->day);
    json_set_whole(one, "step", t->number);
    json_set_text(one, "what", what);
    json_set(one, "differences", *ret_differences);
    json_set(one, "steps", *ret_steps);
    json_add(t->failures, one);
    return one;
}

void trial_differ(struct json *differences, const char *field, const char *expected,
                  const char *found)
{
    struct json *one = json_group();

    json_set_text(one, "field", field);
    json_set_text(one, "expected", expected);
    json_set_text(one, "found", found);
    json_set_truth(one, "same", text_same(expected, found));
    json_add(differences, one);
}

static bool run_step(const struct trial_at *t, struct error *e)
{
    if (!load_all(t, e) || !judge(t->ground, e))
        return false;
    for (LIST_EACH(const struct trial_expect, x, &t->step->expect))
        if (!trial_duty(t, x, e))
            return false;
    for (LIST_EACH(const struct trial_message, m, &t->step->messages))
        if (!trial_told(t, m, e))
            return false;
    return true;
}

static bool run_steps(struct ground *g, const struct trial *t, struct json *failures,
                      struct error *e)
{
    AUTO(arena) a = arena_new();
    int n = 0;

    for (LIST_EACH(const struct trial_step, s, &t->steps)) {
        struct trial_at at = { .ground = g,
                               .step = s,
                               .number = t->steps.count > 1 ? ++n : 0,
                               .failures = failures,
                               .arena = a };

        arena_reset(a);
        g->today = s->day;
        g->now = zone_instant(g->generation->settings->zone, s->day, 12 * 3600) + n * SECOND;
        if (!run_step(&at, e))
            return false;
    }
    return true;
}

bool trial_run(struct ground *g, const struct trial *t, struct json **ret, struct error *e)
{
    AUTO(json) out = json_group();
    struct json *failures = json_list();

    json_set_text(out, "name", t->name);
    json_set_text(out, "file", t->at.file);
    json_set_whole(out, "line", t->at.line);
    json_set_truth(out, "passed", false);
    json_set(out, "failures", failures);
    memset(g->loaded, 0, g->generation->settings->datasets.count);
    if (!schema_clear(g->data, e) || !schema_clear(g->state, e) || !run_steps(g, t, failures, e))
        return error_wrap(e, "test \"%s\"", t->name);
    json_set_truth(out, "passed", json_count(failures) == 0);
    *ret = out;
    out = NULL;
    return true;
}
