#include "scenario/run.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/zone.h"
#include "scenario/act.h"
#include "scenario/faults.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Calls of the engine without the clock moving: more is a daemon that does not come to rest. */
#define CALLS_MAX 5000
#define LINES_SHOWN 15
/* A trouble that lasts for so many tries (a week) is no longer what a scenario is about. */
#define TROUBLE_MAX 20000

static void add_log(const struct run *r, struct text *t)
{
    int skip = r->o->line_count - LINES_SHOWN;

    for (const struct log_line *l = r->o->lines; l; l = l->next)
        if (skip-- <= 0)
            text_addf(t, "\n    log: %s", l->text);
}

void run_fail(const struct run *r, const char *format, ...)
{
    AUTO_TEXT t = { .max = VERDICT_SIZE - 1 };
    char at[INSTANT_TEXT_SIZE];
    va_list args;

    text_addf(&t, "%s:%d: ", r->script->path, r->at ? r->at->line : 0);
    va_start(args, format);
    text_addv(&t, format, args);
    va_end(args);
    if (r->o->clock != INSTANT_NONE)
        text_addf(&t, "\n    at %s", zone_text(run_zone(r), r->o->clock, at));
    add_log(r, &t);
    snprintf(r->o->verdict, VERDICT_SIZE, "%s", text_of(&t));
    fflush(NULL);
    _exit(1);
}

/* --- configuration and time --- */

const char *run_zone(const struct run *r)
{
    static char zone[64];

    if (!r->o->config || !fake_between(r->o->config, "zone = \"", "\"", zone, sizeof zone))
        return "UTC";
    return zone;
}

void run_configure(struct run *r, const char *text)
{
    const char *path = arena_print(r->arena, "%s/dutywatch.conf", r->dir);
    FILE *file = fopen(path, "w");

    if (!file)
        run_fail(r, "%s: %s", path, strerror(errno));
    /* on the first line, so that the numbers of the lines stay */
    fprintf(file, "state_dir = \"%s/state\"; run_dir = \"%s/run\"; %s", r->dir, r->dir, text);
    fclose(file);
    r->o->config = outside_text(r->o, text);
}

instant run_time(const struct run *r, const char *day, const char *time)
{
    int hour, minute, second = 0;
    date d = day ? date_read(day) : DATE_NONE;

    if (d == DATE_NONE || !time || sscanf(time, "%2d:%2d:%2d", &hour, &minute, &second) < 2)
        return INSTANT_NONE;
    return zone_instant(run_zone(r), d, hour * 3600 + minute * 60 + second);
}

/* --- the engine --- */

static void wake(void *data)
{
    struct run *r = data;

    r->soon = true;
}

static void start(struct run *r)
{
    struct engine_options options = { .config = arena_print(r->arena, "%s/dutywatch.conf", r->dir),
                                      .today = DATE_NONE,
                                      .wake = wake,
                                      .wake_data = r };
    struct problems p = { 0 };
    char line[4096];
    struct error e;

    if (engine_new(fake_world(r->world), &options, &p, &r->engine, &e)) {
        problems_free(&p);
        r->soon = true;
        return;
    }
    if (p.errors)
        run_fail(r, "the configuration is refused: %s", problem_text(&p.all[0], line, sizeof line));
    problems_free(&p);
    outside_trouble(r->o, &e);
}

struct engine *run_engine(struct run *r)
{
    if (!r->o->config || r->o->clock == INSTANT_NONE)
        run_fail(r, "a scenario begins with config and at");
    for (int i = 0; !r->engine; i++) {
        if (i == 3)
            run_fail(r, "the engine does not start: %s", r->o->troubles->text);
        if (i)
            r->o->clock += AGAIN_AFTER;
        start(r);
    }
    return r->engine;
}

static void advance(struct run *r)
{
    struct error e;

    r->soon = false;
    r->o->advances++;
    if (engine_advance(run_engine(r), &e)) {
        r->planned = engine_next_at(r->engine);
        return;
    }
    if (outside_trouble(r->o, &e) > TROUBLE_MAX)
        run_fail(r, "the same trouble again and again: %s", e.text);
    r->planned = r->o->clock + AGAIN_AFTER;
}

static bool is_due(instant t, instant now)
{
    return t != INSTANT_NONE && t <= now;
}

/* Everything that is due at this moment, until it is quiet. */
void run_settle(struct run *r)
{
    instant now;

    run_engine(r);
    now = r->o->clock;
    for (int calls = 0;; calls++) {
        if (calls > CALLS_MAX)
            run_fail(r, "the engine does not come to rest: it is called again and again");
        if (r->soon || is_due(r->planned, now))
            advance(r);
        else if (is_due(fake_next_at(r->world), now))
            fake_answer(r->world);
        else
            return;
    }
}

static instant next_event(const struct run *r)
{
    instant answer = fake_next_at(r->world);

    if (answer == INSTANT_NONE || (r->planned != INSTANT_NONE && r->planned < answer))
        return r->planned;
    return answer;
}

void run_to(struct run *r, instant target, bool including)
{
    for (;;) {
        instant next;

        if (r->o->clock < target || including)
            run_settle(r);
        next = next_event(r);
        if (next == INSTANT_NONE || next > target || (next == target && !including))
            break;
        r->o->clock = next;
    }
    if (r->o->clock < target)
        r->o->clock = target;
}

/* --- maildirs --- */

static void scan_file(struct run *r, const char *path)
{
    char key[256] = "no key", to[1024] = "nobody";
    struct delivery *d;
    struct error e;
    char *bytes;
    size_t size;

    if (!script_file(path, r->arena, &bytes, &size, &e))
        run_fail(r, "%s", e.text);
    fake_between(bytes, "\nMessage-ID: <", "@>", key, sizeof key);
    fake_between(bytes, "\nTo: ", "\r\n", to, sizeof to);
    for (d = r->o->deliveries; d; d = d->next)
        if (strcmp(d->key, key) == 0 && strcmp(d->to, to) == 0)
            return;
    fake_deliver(r->o, to, key, bytes, size);
}

void run_scan(struct run *r)
{
    for (LIST_EACH(const struct channel, c,
                   &engine_generation(run_engine(r))->settings->channels)) {
        struct dirent **files = NULL;
        const char *new;
        int n;

        if (c->type != CHANNEL_MAILDIR)
            continue;
        new = arena_print(r->arena, "%s/new", c->path);
        n = scandir(new, &files, NULL, alphasort);
        for (int i = 0; i < n; i++) {
            if (files[i]->d_name[0] != '.')
                scan_file(r, arena_print(r->arena, "%s/%s", new, files[i]->d_name));
            free(files[i]);
        }
        free(files);
    }
}

/* --- the script --- */

static struct run *logging; /* whose lines the sink takes */

static void sink(enum log_level level, const char *line, const char *field, const char *value)
{
    char at[INSTANT_TEXT_SIZE] = "";

    (void)level;
    (void)field;
    (void)value;
    outside_log(logging->o, line);
    if (logging->talk && logging->o->clock != INSTANT_NONE)
        zone_text(run_zone(logging), logging->o->clock, at);
    if (logging->talk)
        fprintf(stderr, "# %s: %s\n", at, line);
}

void run_script(struct run *r)
{
    logging = r;
    log_set_sink(sink);
    log_set_level(LOG_LEVEL_INFO);
    r->arena = arena_new();
    r->world = fake_new(r->o);
    r->planned = INSTANT_NONE;
    setenv("CREDENTIALS_DIRECTORY", arena_print(r->arena, "%s/credentials", r->dir), 1);
    faults_watch(r);
    for (; r->o->position < r->script->count; r->o->position++) {
        r->at = &r->script->all[r->o->position];
        act(r, r->at);
        r->o->again = false;
    }
}

void run_end(struct run *r)
{
    faults_end(r);
    fake_free(r->world);
    engine_free(r->engine);
    arena_free(r->arena);
}
