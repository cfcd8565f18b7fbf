/* once: pull, judge and tell once, then end. */
#include "cmd.h"

#include "base/date.h"
#include "base/log.h"
#include "base/scratch.h"
#include "db/schema.h"
#include "event/loop.h"
#include "event/net.h"
#include "watch/engine.h"
#include "watch/reading.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct once {
    struct call *call;
    struct loop *loop;
    struct world *world;
    struct engine *engine;
    struct loop_timer *soon;
    struct error error;
    bool failed;
    instant began;
};

static void advance(void *data)
{
    struct once *o = data;

    if (!engine_advance(o->engine, &o->error)) {
        o->failed = true;
        loop_stop(o->loop);
    } else if (engine_idle(o->engine)) {
        loop_stop(o->loop);
    }
}

static void wake(void *data)
{
    struct once *o = data;

    loop_timer_after(o->soon, 0);
}

static bool run(struct once *o, const char *dir, date today, bool dry, struct problems *p)
{
    struct engine_options options = { .config = o->call->config,
                                      .state_dir = dir,
                                      .today = today,
                                      .pull_all = true,
                                      .send_nothing = dry,
                                      .wake = wake,
                                      .wake_data = o };

    o->loop = loop_new(&o->error);
    o->world = o->loop ? world_real_new(o->loop, &o->error) : NULL;
    if (!o->world || !engine_new(o->world, &options, p, &o->engine, &o->error))
        return false;
    o->began = o->world->now(o->world);
    o->soon = loop_after(o->loop, "soon", 0, advance, o);
    return loop_run(o->loop, &o->error) && !o->failed;
}

/* Whether a source could not be read: what was judged rests on older data, or on none. */
static bool unread(const struct json *status)
{
    const struct json *sources = json_get(status, "sources");

    for (size_t i = 0; i < json_count(sources); i++) {
        const struct json *s = json_at(sources, i);

        if (json_get_whole(s, "failures") || text_same(json_get_text(s, "state"), "failing"))
            return true;
    }
    return false;
}

/* What came of it, as the reading verbs would say it. */
static int report(struct once *o, bool dry)
{
    struct json *status, *queue, *out;
    struct json *of_this_run = json_group();
    struct report_from r;
    struct error e;
    int code;

    if (!report_open(engine_generation(o->engine)->settings, o->world->now(o->world), &r, &e)) {
        json_free(of_this_run);
        return call_fail(o->call, EXIT_FAILED, "%s", e.text);
    }
    status = reading_run(&r, "dutywatch.Status", NULL, &e);
    json_set_whole(of_this_run, "since", o->began);
    queue = reading_run(&r, "dutywatch.Queue", of_this_run, &e);
    report_close(&r);
    json_free(of_this_run);
    out = json_group();
    json_set(out, "status", status);
    json_set(out, "messages", json_copy_ref(json_get(queue, "messages")));
    json_free(queue);
    code = unread(status)                                         ? EXIT_FAILED
           : json_get_whole(json_get(status, "findings"), "open") ? EXIT_FOUND
                                                                  : EXIT_GOOD;
    if (o->call->json)
        print_json(out);
    else
        print_once(o->call, out, dry);
    json_free(out);
    return code;
}

static void stop(struct once *o)
{
    world_real_free(o->world);
    engine_free(o->engine);
    if (o->loop)
        loop_timer_free(o->soon);
    loop_free(o->loop);
}

/* The directory to work in: the configured one, or for a dry run a copy of it. */
static const char *work_dir(struct call *c, bool dry, struct scratch **ret_copy, int *code)
{
    AUTO(generation) g = NULL;
    struct error e;

    if (!dry)
        return c->state_dir;
    g = call_settings(c);
    if (!g) {
        *code = EXIT_CONFIG;
        return NULL;
    }
    if (!scratch_new("/tmp", "dry", ret_copy, &e) ||
        !call_copy_state(g->settings->state_dir, scratch_path(*ret_copy), &e)) {
        *code = call_fail(c, EXIT_FAILED, "dry run: %s", e.text);
        return NULL;
    }
    return scratch_path(*ret_copy);
}

int cmd_once(struct call *c)
{
    const char *day = call_option(c, "--today"), *dir;
    bool dry = call_option(c, "--dry-run") != NULL;
    AUTO(scratch) copy = NULL;
    struct once o = { .call = c };
    struct problems p = { 0 };
    int code = 0;

    if (day && date_read(day) == DATE_NONE)
        return call_usage(c, "--today takes a day such as 2025-03-31, not \"%s\"", day);
    dir = work_dir(c, dry, &copy, &code);
    if (code)
        return code;
    if (run(&o, dir, day ? date_read(day) : DATE_NONE, dry, &p)) {
        code = report(&o, dry);
    } else {
        problems_print(c, &p);
        code = call_fail(c, p.errors ? EXIT_CONFIG : EXIT_FAILED, "%s", o.error.text);
    }
    problems_free(&p);
    stop(&o);
    return code;
}
