/* run: watch until stopped. */
#include "cmd.h"

#include "base/log.h"
#include "base/yield.h"
#include "event/journal.h"
#include "event/loop.h"
#include "event/net.h"
#include "event/service.h"
#include "watch/control.h"
#include "watch/engine.h"
#include "watch/health.h"

/* After an error of the database the engine is asked again so much later. */
#define AGAIN_AFTER (30 * SECOND)

struct daemon {
    struct loop *loop;
    struct world *world;
    struct engine *engine;
    struct control *control;
    struct loop_timer *timer; /* what is planned */
    struct loop_timer *soon;  /* something has just finished */
};

/* `systemctl status` shows this line. */
static void tell_status(struct daemon *d)
{
    AUTO_TEXT line = { .max = 400 };

    engine_summary(d->engine, &line);
    service_status("%s", text_of(&line));
}

static void advance(void *data)
{
    struct daemon *d = data;
    struct error e;

    if (!engine_advance(d->engine, &e)) {
        log_error("%s; trying again", e.text);
        loop_timer_at(d->timer, d->world->now(d->world) + AGAIN_AFTER);
        return;
    }
    control_turn(d->control); /* who asked meanwhile */
    loop_timer_at(d->timer, engine_next_at(d->engine));
    if (engine_idle(d->engine))
        engine_relax(d->engine);
    tell_status(d);
}

static void wake(void *data)
{
    struct daemon *d = data;

    loop_timer_after(d->soon, 0);
}

static void reload(void *data)
{
    struct daemon *d = data;
    struct problems p = { 0 };
    char line[PROBLEM_LINE_MAX];

    service_reloading();
    if (engine_reload(d->engine, &p))
        log_notice("configuration read again: generation %d", engine_generation(d->engine)->number);
    else
        log_error("reload refused, generation %d stays", engine_generation(d->engine)->number);
    for (size_t i = 0; i < p.count; i++)
        log_error("%s", problem_text(&p.all[i], line, sizeof line));
    service_ready(p.errors ? "reload refused: the configuration has errors; the old one stays"
                           : "configuration read again");
    problems_free(&p);
    wake(d);
}

static void pull_now(void *data)
{
    struct daemon *d = data;
    struct error e;

    if (!engine_pull(d->engine, NULL, &e))
        log_error("%s", e.text);
    wake(d);
}

static void log_warnings(const struct problems *p)
{
    char line[PROBLEM_LINE_MAX];

    for (size_t i = 0; i < p->count; i++)
        log_warning("%s", problem_text(&p->all[i], line, sizeof line));
}

static bool start(struct call *c, struct daemon *d, struct problems *p, struct error *e)
{
    struct engine_options o = { .config = c->config,
                                .state_dir = c->state_dir,
                                .today = DATE_NONE,
                                .wake = wake,
                                .wake_data = d };

    d->loop = loop_new(e);
    d->world = d->loop ? world_real_new(d->loop, e) : NULL;
    if (!d->world || !engine_new(d->world, &o, p, &d->engine, e) ||
        !health_expect(engine_state(d->engine), d->world->now(d->world), e))
        return false;
    d->timer = loop_at(d->loop, "planned", INSTANT_NONE, advance, d);
    d->soon = loop_after(d->loop, "soon", 0, advance, d);
    if (!loop_signals(d->loop, reload, pull_now, d, e) || !loop_watchdog(d->loop, e) ||
        !control_new(d->loop, d->engine, engine_generation(d->engine)->settings->run_dir, wake, d,
                     &d->control, e))
        return false;
    yield_to(control_turn, d->control);
    return true;
}

static void stop(struct daemon *d)
{
    yield_to(NULL, NULL);
    control_free(d->control);
    world_real_free(d->world);
    engine_free(d->engine);
    if (d->loop) {
        loop_timer_free(d->timer);
        loop_timer_free(d->soon);
    }
    loop_free(d->loop);
}

int cmd_run(struct call *c)
{
    struct daemon d = { 0 };
    struct problems p = { 0 };
    struct error e = { .class = ERROR_NONE };
    int code = EXIT_GOOD;

    journal_use();
    if (start(c, &d, &p, &e)) {
        log_notice("dutywatch %s watches: %s", DUTYWATCH_VERSION, c->config);
        log_warnings(&p);
        service_ready("watching");
        if (!loop_run(d.loop, &e))
            code = call_fail(c, EXIT_FAILED, "%s", e.text);
        service_stopping("stopping");
        log_notice("stopped");
    } else {
        problems_print(c, &p);
        code = call_fail(c, p.errors ? EXIT_CONFIG : EXIT_FAILED, "%s", e.text);
    }
    problems_free(&p);
    stop(&d);
    return code;
}
