#include "base/limit.h"
#include "base/log.h"
#include "codec/json.h"
#include "codec/mime.h"
#include "config/schema.h"
#include "notify/packing.h"
#include "watch/answers.h"
#include "watch/control.h"
#include "watch/golive.h"
#include "watch/reading.h"
#include "watch/rejected.h"

#include <string.h>

/* Lines of a list that are made at once: each takes a kilobyte or two of memory. */
LIMIT(CONTROL_ROWS_MAX, 20000); /* refused: more lines of a list from the daemon; the files are read
                                   where that may be */

/* What a method gets and gives. */
struct call {
    struct engine *engine;
    const char *person; /* who asks */
    const struct json *parameters;
    struct json **details; /* more about an error */
    bool wake;             /* the engine has something to do now */
};

typedef struct json *method_fn(struct call *c, struct error *e);

static void add_engine(struct json *j, struct engine *g)
{
    instant since;
    const char *work = engine_works_at(g, &since);

    json_set_whole(j, "generation", engine_generation(g)->number);
    json_set_text(j, "works_at", work);
    json_set_instant(j, "works_since", work ? since : INSTANT_NONE);
}

/* What a verb could read itself, read by the daemon. */
static struct json *read_method(struct engine *g, const char *method, const struct json *parameters,
                                struct error *e)
{
    struct world *w = engine_world(g);
    struct report_from r;
    struct json *j;

    if (!report_open(engine_generation(g)->settings, w->now(w), &r, e))
        return NULL;
    r.generation = engine_generation(g);
    r.running = true;
    r.most = CONTROL_ROWS_MAX;
    j = reading_run(&r, method, parameters, e);
    report_close(&r);
    if (j && strcmp(method, "dutywatch.Status") == 0)
        add_engine(j, g);
    return j;
}

static const char *text(const struct call *c, const char *key)
{
    return json_get_text(c->parameters, key);
}

static struct json *done(struct call *c, bool ok)
{
    c->wake |= ok;
    return ok ? json_group() : NULL;
}

static struct json *method_release(struct call *c, struct error *e)
{
    return done(c, engine_release(c->engine, text(c, "source") ? text(c, "source") : "", e));
}

static struct json *method_discard(struct call *c, struct error *e)
{
    return done(c, engine_discard(c->engine, text(c, "source") ? text(c, "source") : "", e));
}

static struct json *method_pull(struct call *c, struct error *e)
{
    return done(c, engine_pull(c->engine, text(c, "source"), e));
}

static struct json *problem_list(const struct problems *p)
{
    struct json *list = json_list();
    char line[PROBLEM_LINE_MAX];

    for (size_t i = 0; i < p->count; i++)
        json_add_text(list, problem_text(&p->all[i], line, sizeof line));
    return list;
}

static struct json *method_reload(struct call *c, struct error *e)
{
    struct problems p = { 0 };
    struct json *j = NULL;

    if (engine_reload(c->engine, &p)) {
        j = done(c, true);
        json_set_whole(j, "generation", engine_generation(c->engine)->number);
        log_notice("configuration read again: generation %d", engine_generation(c->engine)->number);
    } else {
        c->wake = true; /* the operators are to hear of it */
        *c->details = json_group();
        json_set(*c->details, "problems", problem_list(&p));
        log_error("reload refused, generation %d stays: %zu %s, the first: %s",
                  engine_generation(c->engine)->number, p.errors,
                  text_plural((int64_t)p.errors, "problem", "problems"),
                  p.count ? p.all[0].text : "");
        error_set(e, ERROR_SETUP, "the configuration has errors; the old one stays");
    }
    problems_free(&p);
    return j;
}

static struct json *method_send_test(struct call *c, struct error *e)
{
    const struct settings *s = engine_generation(c->engine)->settings;
    struct world *w = engine_world(c->engine);
    const char *channel = text(c, "channel"), *to = text(c, "to");
    const struct channel *by = settings_channel(s, channel);
    char key[65], address[MIME_ADDRESS_SIZE];
    struct json *j;

    if (!by || !to) {
        error_set(e, ERROR_INPUT, "no channel \"%s\" is configured", channel ? channel : "");
        return NULL;
    }
    if (by->type != CHANNEL_WEBHOOK) {
        if (!mime_address_read(to, address, e)) {
            error_wrap(e, "\"%s\"", to);
            return NULL;
        }
        to = address;
    }
    if (!packing_test(engine_state(c->engine), s, channel, to, engine_today(c->engine), w->now(w),
                      key, e))
        return NULL;
    j = done(c, true);
    json_set_text(j, "key", key);
    return j;
}

/* Something was said that is to be judged. */
static struct json *said(struct call *c, bool ok, const char *key, int64_t number)
{
    struct json *j = done(c, ok);

    if (!j)
        return NULL;
    engine_look(c->engine);
    json_set_whole(j, key, number);
    return j;
}

static struct json *method_ack(struct call *c, struct error *e)
{
    struct judgement j = engine_judgement(c->engine);
    struct answer_to a = { .what = text(c, "what") ? text(c, "what") : "",
                           .rule = text(c, "rule"),
                           .until = date_read(text(c, "until")),
                           .reason = text(c, "reason"),
                           .person = c->person };
    int64_t id = 0;
    bool ok = answers_ack(&j, &a, &id, e);

    return said(c, ok, "finding", id);
}

static struct json *method_silence(struct call *c, struct error *e)
{
    struct judgement j = engine_judgement(c->engine);
    struct silence s = { .rule = text(c, "rule"),
                         .subject = text(c, "case"),
                         .unit = text(c, "unit"),
                         .office = text(c, "office"),
                         .until = date_read(text(c, "until")),
                         .reason = text(c, "reason"),
                         .person = c->person,
                         .at = j.now };
    int64_t id = 0;
    bool ok = answers_silence(&j, &s, &id, e);

    return said(c, ok, "silence", id);
}

static struct json *method_golive(struct call *c, struct error *e)
{
    struct judgement j = engine_judgement(c->engine);
    struct golive g = { .unit = text(c, "unit"), .office = text(c, "office"), .person = c->person };
    int64_t open = 0;
    bool ok = golive(&j, &g, &open, e);

    return said(c, ok, "open", open);
}

static struct json *method_end_silence(struct call *c, struct error *e)
{
    struct judgement j = engine_judgement(c->engine);
    int64_t id = json_get_whole(c->parameters, "silence");

    return said(c, silence_end(j.state, id, j.today, c->person, j.now, e), "silence", id);
}

static struct json *method_accept(struct call *c, struct error *e)
{
    struct judgement j = engine_judgement(c->engine);
    struct accepted a = { .mark = text(c, "mark"),
                          .until = date_read(text(c, "until")),
                          .reason = text(c, "reason"),
                          .person = c->person,
                          .at = j.now };

    return said(c, rejected_accept(&j, &a, e), "accepted", 1);
}

static struct json *method_end_accepted(struct call *c, struct error *e)
{
    struct judgement j = engine_judgement(c->engine);
    const char *mark = text(c, "mark") ? text(c, "mark") : "";

    return said(c, accepted_end(j.state, mark, j.today, c->person, j.now, e), "ended", 1);
}

static struct json *method_retry(struct call *c, struct error *e)
{
    struct judgement j = engine_judgement(c->engine);
    int64_t waits = 0, lost = 0;
    struct json *ret = done(
        c, rejected_retry(j.data, j.generation->settings, text(c, "source"), &waits, &lost, e));

    if (!ret)
        return NULL;
    engine_look(c->engine);
    json_set_whole(ret, "waits", waits);
    json_set_whole(ret, "lost", lost);
    return ret;
}

struct json *control_run(struct engine *g, const char *person, const char *method,
                         const struct json *parameters, struct json **ret_details, bool *ret_wake,
                         struct error *e)
{
    static const struct {
        const char *name;
        method_fn *run;
    } methods[] = {
        { "dutywatch.Release", method_release },
        { "dutywatch.Discard", method_discard },
        { "dutywatch.Pull", method_pull },
        { "dutywatch.Reload", method_reload },
        { "dutywatch.SendTest", method_send_test },
        { "dutywatch.Ack", method_ack },
        { "dutywatch.Silence", method_silence },
        { "dutywatch.EndSilence", method_end_silence },
        { "dutywatch.GoLive", method_golive },
        { "dutywatch.AcceptReject", method_accept },
        { "dutywatch.RetryRejects", method_retry },
        { "dutywatch.EndAccepted", method_end_accepted },
    };
    struct call c = {
        .engine = g, .person = person, .parameters = parameters, .details = ret_details
    };

    if (reading_method(method))
        return read_method(g, method, parameters, e);
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (strcmp(method, methods[i].name) == 0) {
            struct json *j = methods[i].run(&c, e);

            *ret_wake = c.wake;
            return j;
        }
    error_set(e, ERROR_INPUT, "no method %s", method);
    return NULL;
}
