#include "scenario/act.h"

#include "base/number.h"
#include "base/text.h"
#include "codec/digest.h"
#include "scenario/expect.h"
#include "scenario/faults.h"
#include "scenario/say.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef void act_fn(struct run *r, struct words *w);

/* --- time --- */

static instant take_time(struct run *r, struct words *w)
{
    const char *day = words_take(w), *time = words_take(w);
    instant t = run_time(r, day, time);

    if (t == INSTANT_NONE)
        run_fail(r, "\"%s %s\" is no time such as 2025-03-03 06:00", day ? day : "",
                 time ? time : "");
    return t;
}

/* A time may be passed by a little when the engine had to be started again. */
static void go_to(struct run *r, struct words *w, bool including)
{
    instant t = take_time(r, w);

    if (r->o->clock == INSTANT_NONE)
        r->o->clock = t;
    else if (t < r->o->clock - 10 * MINUTE)
        run_fail(r, "that time is over; a clock is set with clock");
    run_to(r, t, including);
}

static void act_at(struct run *r, struct words *w)
{
    if (r->o->clock == INSTANT_NONE)
        r->o->clock = take_time(r, w);
    else
        go_to(r, w, false);
}

static void act_until(struct run *r, struct words *w)
{
    go_to(r, w, true);
}

static void act_clock(struct run *r, struct words *w)
{
    r->o->clock = take_time(r, w);
}

static void act_settle(struct run *r, struct words *w)
{
    (void)w;
    run_settle(r);
}

/* --- configuration --- */

/* The text of a block, or of a file beside the scenario. */
static char *take_text(struct run *r, struct words *w, size_t *size)
{
    const char *name;
    struct error e;
    char *text;

    if (w->s->block && !words_peek(w)) {
        *size = strlen(w->s->block);
        return arena_text(r->arena, w->s->block);
    }
    name = words_take(w);
    if (!name || !script_file(arena_print(r->arena, "%s/%s", r->script->dir, name), r->arena, &text,
                              size, &e))
        run_fail(r, "%s", name ? e.text : "a file or a block is wanted");
    return text;
}

static void act_config(struct run *r, struct words *w)
{
    const char *block = w->s->block;
    size_t size;

    if (!words_peek(w)) {
        run_configure(r, block ? block : "");
        return;
    }
    run_configure(r, arena_print(r->arena, "%s\n%s", take_text(r, w, &size), block ? block : ""));
}

/* `text` with the only "old" in it replaced. */
static const char *replace(struct run *r, const char *text, const char *old, const char *new)
{
    const char *at = old && new &&*old ? strstr(text, old) : NULL;

    if (!at)
        run_fail(r, "\"%s\" does not stand there", old ? old : "");
    if (strstr(at + 1, old))
        run_fail(r, "\"%s\" stands there twice", old);
    return arena_print(r->arena, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
}

static void act_edit(struct run *r, struct words *w)
{
    const char *old = words_take(w), *new = words_peek(w) ? words_take(w) : w->s->block;

    if (!r->o->config)
        run_fail(r, "there is no config to edit");
    run_configure(r, replace(r, r->o->config, old, new));
}

static void act_credential(struct run *r, struct words *w)
{
    const char *name = words_take(w), *secret = words_take(w);
    const char *dir = arena_print(r->arena, "%s/credentials", r->dir);
    FILE *file;

    mkdir(dir, 0700);
    file = name && secret ? fopen(arena_print(r->arena, "%s/%s", dir, name), "w") : NULL;
    if (!file)
        run_fail(r, "the credential cannot be written");
    fchmod(fileno(file), 0600);
    fputs(secret, file);
    fclose(file);
}

/* One try; `line` gets the first problem. */
static bool reload(struct run *r, char *line, size_t size)
{
    struct problems p = { 0 };
    bool ok = engine_reload(run_engine(r), &p);

    line[0] = '\0';
    if (p.count)
        problem_text(&p.all[0], line, size);
    problems_free(&p);
    return ok;
}

static void act_reload(struct run *r, struct words *w)
{
    bool refused = words_is(w, "refused");
    const char *why = words_take(w);
    char line[4096];
    bool ok = reload(r, line, sizeof line);

    if (!ok && strstr(line, "disk"))
        ok = reload(r, line, sizeof line);
    if (ok == refused)
        run_fail(r, refused ? "the configuration was taken" : "the reload is refused: %s", line);
    if (refused && why && !strstr(line, why))
        run_fail(r, "the reload is refused, but for this: %s", line);
    r->soon = true;
}

/* --- the sources --- */

static void set_content(struct run *r, struct server *s, const char *bytes, size_t size)
{
    char digest[DIGEST_TEXT_SIZE];

    s->content = outside_bytes(r->o, bytes, size);
    s->size = size;
    digest_of(bytes, size, digest);
    snprintf(s->etag, sizeof s->etag, "\"%.16s\"", digest);
}

static struct server *take_server(struct run *r, struct words *w)
{
    const char *name = words_take(w);
    struct server *s = name ? outside_server(r->o, name, false) : NULL;

    if (!s || !s->content)
        run_fail(r, "\"%s\" was never served", name ? name : "");
    return s;
}

static instant take_span(struct run *r, struct words *w)
{
    const char *number = words_take(w), *unit = words_take(w);
    instant span;

    if (!unit || !span_read(arena_print(r->arena, "%s %s", number, unit), &span))
        run_fail(r, "a time such as 10 minutes is wanted");
    return span;
}

static enum error_class take_class(struct run *r, struct words *w)
{
    static const char *const names[] = { "none", "retry", "input", "setup", NULL };
    const char *name = words_take(w);

    for (int i = 1; names[i]; i++)
        if (name && strcmp(names[i], name) == 0)
            return (enum error_class)i;
    run_fail(r, "an error is retry, input or setup");
}

/* Back in order, but for its content. */
static void mend(struct server *s)
{
    s->status = 200;
    s->error = ERROR_NONE;
    s->truncated = s->endless = s->silent = false;
    s->delay = s->retry_after = 0;
}

static void serve_trouble(struct run *r, struct server *s, struct words *w)
{
    const char *text;

    if (words_is(w, "status")) {
        text = words_take(w);
        s->status = text ? atoi(text) : 500;
        if (words_is(w, "retry-after"))
            s->retry_after = take_span(r, w);
    } else if (words_is(w, "error")) {
        s->error = take_class(r, w);
        text = words_take(w);
        s->error_text = outside_text(r->o, text ? text : "the connection was refused");
    } else if (words_is(w, "truncated")) {
        s->truncated = true;
    } else if (words_is(w, "endless")) {
        s->endless = true;
    } else if (words_is(w, "silent")) {
        s->silent = true;
    } else if (words_is(w, "empty")) {
        set_content(r, s, "", 0);
    } else if (!words_is(w, "again")) {
        size_t size;
        const char *bytes = take_text(r, w, &size);

        set_content(r, s, bytes, size);
    }
}

static void act_serve(struct run *r, struct words *w)
{
    const char *name = words_take(w);
    struct server *s;

    if (!name)
        run_fail(r, "serve what?");
    s = outside_server(r->o, name, true);
    mend(s);
    if (words_is(w, "without")) {
        s->no_etag = words_is(w, "etag");
    } else {
        serve_trouble(r, s, w);
        if (words_is(w, "after"))
            s->delay = take_span(r, w);
    }
    if (!s->content)
        set_content(r, s, "", 0);
}

static void act_change(struct run *r, struct words *w)
{
    struct server *s = take_server(r, w);
    const char *old = words_take(w), *new = words_take(w);
    const char *text = replace(r, s->content, old, new);

    set_content(r, s, text, strlen(text));
}

static void act_add(struct run *r, struct words *w)
{
    struct server *s = take_server(r, w);
    const char *line = words_take(w);
    const char *text = arena_print(r->arena, "%s%s\n", s->content, line ? line : "");

    set_content(r, s, text, strlen(text));
}

/* Drops the line that begins with the word. */
static void act_drop(struct run *r, struct words *w)
{
    struct server *s = take_server(r, w);
    const char *start = words_take(w);
    const char *at = start ? strstr(s->content, arena_print(r->arena, "\n%s", start)) : NULL;
    const char *text;

    if (!at)
        run_fail(r, "no line begins with \"%s\"", start ? start : "");
    text = arena_print(r->arena, "%.*s%s", (int)(at - s->content), s->content,
                       at + 1 + strcspn(at + 1, "\n"));
    set_content(r, s, text, strlen(text));
}

/* --- who gets messages --- */

static void act_refuse(struct run *r, struct words *w)
{
    const char *address = words_take(w), *status;
    struct mailbox *m;

    if (!address)
        run_fail(r, "refuse whom?");
    m = outside_mailbox(r->o, address, true);
    m->broken = words_is(w, "broken");
    if (words_is(w, "status")) {
        status = words_take(w);
        m->status = status ? atoi(status) : 550;
    }
}

static void act_accept(struct run *r, struct words *w)
{
    const char *address = words_take(w);
    struct mailbox *m;

    if (!address)
        run_fail(r, "accept from whom?");
    m = outside_mailbox(r->o, address, true);
    m->status = 0;
    m->broken = m->held = false;
    m->delay = words_is(w, "after") ? take_span(r, w) : 0;
}

static void act_hold(struct run *r, struct words *w)
{
    const char *address = words_take(w);

    if (!address)
        run_fail(r, "hold whose answers?");
    outside_mailbox(r->o, address, true)->held = true;
}

/* --- what people do --- */

typedef bool decide_fn(struct engine *g, const char *source, struct error *e);

/* A statement that a kill interrupted is given again, as a person would; that it was done already
 * is no error then. */
static void decide(struct run *r, struct words *w, decide_fn *what)
{
    const char *source = words_take(w);
    struct error e;

    if (!what(run_engine(r), source, &e) && !(r->o->again && e.class == ERROR_INPUT)) {
        if (e.class != ERROR_RETRY)
            run_fail(r, "%s", e.text);
        outside_trouble(r->o, &e);
        r->o->clock += AGAIN_AFTER;
        if (!what(run_engine(r), source, &e))
            run_fail(r, "%s", e.text);
    }
    r->soon = true;
}

static void act_release(struct run *r, struct words *w)
{
    decide(r, w, engine_release);
}

static void act_discard(struct run *r, struct words *w)
{
    decide(r, w, engine_discard);
}

static void act_pull(struct run *r, struct words *w)
{
    decide(r, w, engine_pull);
}

/* --- what goes wrong --- */

static void act_kill(struct run *r, struct words *w)
{
    if (!words_is(w, "after")) {
        r->o->position++;
        faults_die(r->o);
    }
    r->o->faults.kill_at_point = faults_point(words_take(w));
    if (!r->o->faults.kill_at_point)
        run_fail(r, "kill after T1, T2, T3, T4 or T5");
    faults_watch(r);
}

static void act_fail(struct run *r, struct words *w)
{
    struct faults *f = &r->o->faults;
    const char *what = words_take(w), *n = words_take(w);
    int64_t count = n ? atoi(n) : 1;

    if (what && strcmp(what, "commit") == 0)
        f->fail_commit = f->commits + count;
    else if (what && strcmp(what, "begin") == 0)
        f->fail_begin = f->begins + count;
    else if (what && strcmp(what, "write") == 0)
        f->fail_write = f->writes + count;
    else
        run_fail(r, "fail commit N, fail begin N or fail write N");
}

static void act_clear(struct run *r, struct words *w)
{
    (void)w;
    run_scan(r);
    outside_clear(r->o);
}

static void act_nothing(struct run *r, struct words *w)
{
    (void)r;
    while (words_take(w)) /* read by the runner before the first life */
        continue;
}

static const struct verb {
    const char *name;
    act_fn *run;
    const char *usage, *help;
} verbs[] = {
    { "config", act_config, "config [FILE] [<<END]",
      "the configuration: a file beside the scenario and what is added to it" },
    { "edit", act_edit, "edit \"OLD\" \"NEW\"|<<END",
      "change a text in it, before the start or a reload" },
    { "credential", act_credential, "credential NAME \"SECRET\"", "what systemd would pass" },
    { "reload", act_reload, "reload [refused \"TEXT\"]",
      "read it again; it must be taken, or not" },
    { "at", act_at, "at DATE TIME [STATEMENT]", "do all that is due before, then go on here" },
    { "until", act_until, "until DATE TIME", "do all that is due up to then" },
    { "clock", act_clock, "clock DATE TIME", "set the clock, forward or back, without waiting" },
    { "settle", act_settle, "settle", "do what is due now" },
    { "serve", act_serve,
      "serve SOURCE FILE|<<END|again|empty|truncated|endless|silent|status N [retry-after SPAN]|"
      "error retry|input|setup [\"TEXT\"] [after SPAN]; serve SOURCE without etag",
      "what the source answers from now on" },
    { "change", act_change, "change SOURCE \"OLD\" \"NEW\"", "a text in what it serves" },
    { "add", act_add, "add SOURCE \"LINE\"", "a line at the end" },
    { "drop", act_drop, "drop SOURCE START", "the line that begins so" },
    { "refuse", act_refuse, "refuse ADDRESS status N|broken", "what is sent there is not taken" },
    { "accept", act_accept, "accept ADDRESS [after SPAN]", "it is taken" },
    { "hold", act_hold, "hold ADDRESS", "it is taken, but the answer gets lost" },
    { "ack", say_ack, "ack RULE SUBJECT until DAY", "a person acknowledges a finding" },
    { "silence", say_silence, "silence rule|case|unit|office NAME... until DAY",
      "a person wants to hear nothing of them" },
    { "golive", say_golive, "golive unit|office NAME", "a person takes it out of trial" },
    { "release", act_release, "release SOURCE", "a person believes the held payload" },
    { "discard", act_discard, "discard SOURCE", "a person drops it" },
    { "pull", act_pull, "pull [SOURCE]", "a person wants it pulled now" },
    { "kill", act_kill, "kill [after T1|T2|T3|T4|T5]", "kill -9, now or right after that commit" },
    { "fail", act_fail, "fail commit|begin|write N", "the disk is full at the n-th from now on" },
    { "clear", act_clear, "clear", "expect only what comes from now on" },
    { "expect", expect, "expect ...", "see below" },
    { "torture", act_nothing, "torture [kills|never]",
      "make check does it to this one, not only FULL=1; kills: nothing fails in it; never: not "
      "even "
      "then" },
};

#define VERB_COUNT (sizeof verbs / sizeof *verbs)

void act(struct run *r, const struct statement *s)
{
    struct words w = { .s = s, .next = 1 };

    for (size_t i = 0; i < VERB_COUNT; i++)
        if (strcmp(verbs[i].name, s->words[0]) == 0) {
            verbs[i].run(r, &w);
            if (words_peek(&w))
                run_fail(r, "what is \"%s\"? %s", words_peek(&w), verbs[i].usage);
            return;
        }
    run_fail(r, "no statement \"%s\"", s->words[0]);
}

void act_help(void)
{
    for (size_t i = 0; i < VERB_COUNT; i++)
        printf("  %s\n        %s\n", verbs[i].usage, verbs[i].help);
    expect_help();
}
