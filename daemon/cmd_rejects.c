/* rejects: what of the data was not taken: listed, read again, accepted as known. */
#include "cmd.h"

#include <string.h>

static void print_one(const struct call *c, const struct json *r)
{
    const struct json *accepted = json_get(r, "accepted");
    const char *key = json_get_text(r, "key"), *field = json_get_text(r, "field");

    printf("%s  %s, line %lld, %s %s%s: ", json_get_text(r, "mark") ? json_get_text(r, "mark") : "",
           json_get_text(r, "source"), (long long)json_get_whole(r, "line"),
           json_get_truth(r, "cell") ? "cell of" : "record of", key ? "" : "no readable key",
           paint(c, BOLD));
    print_cell(stdout, key, 0);
    printf("%s\n              %s%s", paint(c, PLAIN), field ? field : "", field ? ": " : "");
    print_cell(stdout, json_get_text(r, "reason"), 0);
    printf("\n");
    if (json_type_of(accepted) == JSON_GROUP)
        printf("              accepted by %s until %s: %s\n", json_get_text(accepted, "person"),
               json_get_text(accepted, "until"), json_get_text(accepted, "reason"));
}

static void print_kept_back(const struct json *s)
{
    printf("%s: %lld %s missing and stay, because of %lld %s without a readable key, since %s.\n"
           "  dutywatch release %s takes what is missing as gone.\n",
           json_get_text(s, "source"), (long long)json_get_whole(s, "kept_back"),
           text_plural(json_get_whole(s, "kept_back"), "row is", "rows are"),
           (long long)json_get_whole(s, "keyless"),
           text_plural(json_get_whole(s, "keyless"), "record", "records"),
           when_text(json_get_text(s, "since")), json_get_text(s, "source"));
}

/* One value as RFC 4180 writes it. */
static void print_value(const char *s)
{
    printf("\"");
    for (; s && *s; s++) {
        if (*s == '"')
            printf("\"");
        printf("%c", *s);
    }
    printf("\"");
}

static void print_csv(const struct json *list)
{
    static const char *const names[] = { "source", "dataset", "key",  "field",
                                         "value",  "reason",  "mark", "raw" };

    printf("line,cell");
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        printf(",%s", names[k]);
    printf("\r\n");
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *r = json_at(list, i);

        printf("%lld,%s", (long long)json_get_whole(r, "line"),
               json_get_truth(r, "cell") ? "cell" : "record");
        for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
            printf(",");
            print_value(json_get_text(r, names[k]));
        }
        printf("\r\n");
    }
}

static void print_all(const struct call *c, const struct json *j)
{
    const struct json *list = json_get(j, "rejects"), *sources = json_get(j, "sources");
    long long accepted = json_get_whole(j, "accepted");

    for (size_t i = 0; i < json_count(list); i++)
        print_one(c, json_at(list, i));
    for (size_t i = 0; i < json_count(sources); i++)
        print_kept_back(json_at(sources, i));
    if (!json_count(list))
        printf("All of the data that is believed was taken%s.\n",
               accepted ? ", but for what is accepted" : "");
    if (accepted && !call_option(c, "--all"))
        printf("%lld more %s accepted: --all.\n", accepted, text_plural(accepted, "is", "are"));
}

static int list(struct call *c)
{
    int code = EXIT_GOOD;
    struct json *p = json_group();
    AUTO(json) j = NULL;

    if (c->count)
        json_set_text(p, "source", c->arguments[0]);
    json_set_truth(p, "all", call_option(c, "--all") != NULL);
    j = call_method(c, "dutywatch.Rejects", p, &code);
    if (!j)
        return code;
    if (c->json)
        print_json(j);
    else if (call_option(c, "--csv"))
        print_csv(json_get(j, "rejects"));
    else
        print_all(c, j);
    return json_get_whole(j, "open") ? EXIT_FOUND : EXIT_GOOD;
}

static int retry(struct call *c)
{
    int code = EXIT_GOOD;
    struct json *p = json_group();
    AUTO(json) j = NULL;
    long long waits, lost;

    if (c->count > 1)
        json_set_text(p, "source", c->arguments[1]);
    j = call_method(c, "dutywatch.RetryRejects", p, &code);
    if (!j)
        return code;
    waits = json_get_whole(j, "waits");
    lost = json_get_whole(j, "lost");
    if (c->json)
        print_json(j);
    else
        printf("%lld %s read again; dutywatch rejects shows the result.\n", waits,
               text_plural(waits, "payload is", "payloads are"));
    if (!c->json && lost)
        printf("%lld %s no longer kept (keep_payloads): only the source can bring them again.\n",
               lost, text_plural(lost, "payload is", "payloads are"));
    return EXIT_GOOD;
}

static int change(struct call *c, const char *method, const char *said)
{
    int code = EXIT_GOOD;
    struct json *p;
    AUTO(json) j = NULL;

    if (c->count != 2)
        return call_usage(c, "name what by its mark, the first word of its line in the list");
    p = json_group();
    json_set_text(p, "mark", c->arguments[1]);
    if (call_option(c, "--until"))
        json_set_text(p, "until", call_option(c, "--until"));
    if (call_option(c, "--reason"))
        json_set_text(p, "reason", call_option(c, "--reason"));
    j = call_method(c, method, p, &code);
    if (!j)
        return code;
    if (c->json)
        print_json(j);
    else
        printf("%s\n", said);
    return EXIT_GOOD;
}

int cmd_rejects(struct call *c)
{
    const char *what = c->count ? c->arguments[0] : "";

    if (strcmp(what, "retry") == 0)
        return retry(c);
    if (strcmp(what, "accept") == 0)
        return change(c, "dutywatch.AcceptReject",
                      "Accepted: it is counted and not told until then, wherever it comes again.");
    if (strcmp(what, "end") == 0)
        return change(c, "dutywatch.EndAccepted", "It is told again from now on.");
    if (c->count > 1)
        return call_usage(c, "name one source, or none for all");
    return list(c);
}
