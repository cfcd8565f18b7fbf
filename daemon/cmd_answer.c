/* ack, silence: what a person says about what was told. */
#include "cmd.h"

#include "base/number.h"

#include <string.h>

static const char *or_any(const struct json *j, const char *key, const char *what)
{
    static char buffer[4][160];
    static int next;
    char *said = buffer[next++ % 4];
    const char *value = json_get_text(j, key);

    text_print(said, sizeof buffer[0], "%s%s %s", value ? ", " : "", what, value ? value : "");
    return value ? said : "";
}

static void copy(const struct call *c, struct json *p, const char *option, const char *key)
{
    const char *value = call_option(c, option);

    if (value)
        json_set_text(p, key, value);
}

int cmd_ack(struct call *c)
{
    int code = EXIT_GOOD;
    struct json *p;
    AUTO(json) j = NULL;

    if (c->count != 1)
        return call_usage(c, "name a finding (12) or a case");
    p = json_group();
    json_set_text(p, "what", c->arguments[0]);
    copy(c, p, "--rule", "rule");
    copy(c, p, "--until", "until");
    copy(c, p, "--reason", "reason");
    j = call_method(c, "dutywatch.Ack", p, &code);
    if (!j)
        return code;
    if (c->json)
        print_json(j);
    else
        printf("Finding %lld is acknowledged until %s: it is not repeated till then, unless its "
               "date comes nearer by a step or the record changes.\n",
               (long long)json_get_whole(j, "finding"), call_option(c, "--until"));
    return EXIT_GOOD;
}

static int list_silences(struct call *c)
{
    int code = EXIT_GOOD;
    AUTO(json) j = call_method(c, "dutywatch.Silences", json_group(), &code);
    const struct json *list = json_get(j, "silences");

    if (!j)
        return code;
    if (c->json) {
        print_json(j);
        return EXIT_GOOD;
    }
    if (!json_count(list))
        printf("Nothing is silenced.\n");
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *s = json_at(list, i);

        printf("%lld  until %s%s%s%s%s, by %s: %s\n", (long long)json_get_whole(s, "silence"),
               json_get_text(s, "until"), or_any(s, "rule", "rule"), or_any(s, "case", "case"),
               or_any(s, "unit", "unit"), or_any(s, "office", "office"), json_get_text(s, "person"),
               json_get_text(s, "reason"));
    }
    return EXIT_GOOD;
}

static int end_silence(struct call *c, const char *number)
{
    int code = EXIT_GOOD;
    struct json *p;
    AUTO(json) j = NULL;
    int64_t id;

    if (!number_read(number, strlen(number), &id))
        return call_usage(c, "--end takes the number of a silence");
    p = json_group();
    json_set_whole(p, "silence", id);
    j = call_method(c, "dutywatch.EndSilence", p, &code);
    if (!j)
        return code;
    if (c->json)
        print_json(j);
    else
        printf("Silence %lld has ended; what it kept back is told now.\n", (long long)id);
    return EXIT_GOOD;
}

static bool says_anything(const struct call *c)
{
    static const char *const all[] = { "--until", "--reason", "--rule",
                                       "--case",  "--unit",   "--office" };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (call_option(c, all[i]))
            return true;
    return false;
}

int cmd_silence(struct call *c)
{
    int code = EXIT_GOOD;
    struct json *p;
    AUTO(json) j = NULL;

    if (c->count)
        return call_usage(c, "name what is silenced by options");
    if (call_option(c, "--end"))
        return end_silence(c, call_option(c, "--end"));
    if (!says_anything(c))
        return list_silences(c);
    p = json_group();
    copy(c, p, "--rule", "rule");
    copy(c, p, "--case", "case");
    copy(c, p, "--unit", "unit");
    copy(c, p, "--office", "office");
    copy(c, p, "--until", "until");
    copy(c, p, "--reason", "reason");
    j = call_method(c, "dutywatch.Silence", p, &code);
    if (!j)
        return code;
    if (c->json)
        print_json(j);
    else
        printf("Silence %lld holds until %s. dutywatch silence lists those that hold.\n",
               (long long)json_get_whole(j, "silence"), call_option(c, "--until"));
    return EXIT_GOOD;
}
