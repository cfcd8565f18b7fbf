/* send-test, pull, release, discard, reload: the verbs that ask the daemon to do something. */
#include "cmd.h"

static int change(struct call *c, const char *method, struct json *parameters, const char *done)
{
    int code = EXIT_GOOD;
    AUTO(json) j = call_method(c, method, parameters, &code);

    if (!j)
        return code;
    if (c->json)
        print_json(j);
    else
        printf("%s\n", done);
    return EXIT_GOOD;
}

/* The parameters { source } of the verbs that take one. */
static struct json *source_of(const struct call *c)
{
    struct json *p = json_group();

    if (c->count)
        json_set_text(p, "source", c->arguments[0]);
    return p;
}

int cmd_send_test(struct call *c)
{
    struct json *p;

    if (c->count != 2)
        return call_usage(c, "name a channel and a recipient");
    p = json_group();
    json_set_text(p, "channel", c->arguments[0]);
    json_set_text(p, "to", c->arguments[1]);
    return change(c, "dutywatch.SendTest", p,
                  "The test message is on its way; dutywatch queue --all shows what came of it.");
}

int cmd_pull(struct call *c)
{
    if (c->count > 1)
        return call_usage(c, "name one source, or none for all");
    return change(c, "dutywatch.Pull", source_of(c), "Pulling; dutywatch status shows the result.");
}

int cmd_release(struct call *c)
{
    if (c->count != 1)
        return call_usage(c, "name the source whose payload is held");
    return change(c, "dutywatch.Release", source_of(c),
                  "Released: the payload is believed and judged now.");
}

int cmd_discard(struct call *c)
{
    if (c->count != 1)
        return call_usage(c, "name the source whose payload is held");
    return change(c, "dutywatch.Discard", source_of(c),
                  "Discarded: nothing changed; the next pull decides.");
}

int cmd_reload(struct call *c)
{
    return change(c, "dutywatch.Reload", json_group(), "The configuration was read again.");
}

int cmd_golive(struct call *c)
{
    int code = EXIT_GOOD;
    struct json *p;
    AUTO(json) j = NULL;
    long long open;

    if (c->count)
        return call_usage(c, "name who goes live by --unit or --office");
    p = json_group();
    json_set_text(p, "unit", call_option(c, "--unit"));
    json_set_text(p, "office", call_option(c, "--office"));
    j = call_method(c, "dutywatch.GoLive", p, &code);
    if (!j)
        return code;
    open = json_get_whole(j, "open");
    if (c->json)
        print_json(j);
    else
        printf("Live: messages go to their readers from now on; %lld open %s told to them "
               "now.\n",
               open, text_plural(open, "finding is", "findings are"));
    return EXIT_GOOD;
}
