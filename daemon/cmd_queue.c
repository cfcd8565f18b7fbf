/* queue: messages that wait, were sent or are dead. */
#include "cmd.h"

#include <string.h>

static void print_message_line(const struct json *m)
{
    const char *answer = json_get_text(m, "answer"), *state = json_get_text(m, "state");

    printf("%.12s  %-9s %-8s ", json_get_text(m, "key"), state, json_get_text(m, "kind"));
    print_cell(stdout, json_get_text(m, "channel"), 10);
    printf(" ");
    print_cell(stdout, json_get_text(m, "recipient"), 28);
    printf(" ");
    print_cell(stdout, json_get_text(m, "subject"), 0);
    printf("\n");
    if (answer && strcmp(state, "SENT") != 0) {
        printf("              %lld %s, the last answer: ", (long long)json_get_whole(m, "attempts"),
               text_plural(json_get_whole(m, "attempts"), "try", "tries"));
        print_cell(stdout, answer, 0);
        if (json_get_text(m, "next_at"))
            printf("; next %s", when_text(json_get_text(m, "next_at")));
        printf("\n");
    }
}

static void print_whole(const struct call *c, const struct json *m)
{
    const struct json *tries = json_get(m, "tries");
    const char *sent = json_get_text(m, "as_sent");

    printf("%sMessage %s%s\n", paint(c, BOLD), json_get_text(m, "key"), paint(c, PLAIN));
    print_message_line(m);
    for (size_t i = 0; i < json_count(tries); i++) {
        const struct json *t = json_at(tries, i);

        printf("  try %lld at %s: ", (long long)json_get_whole(t, "number"),
               when_text(json_get_text(t, "at")));
        print_cell(stdout, json_get_text(t, "outcome"), 0);
        printf(" (%lld) ", (long long)json_get_whole(t, "status"));
        print_cell(stdout, json_get_text(t, "answer"), 0);
        printf("\n");
    }
    if (sent) {
        printf("\n");
        for (const char *line = sent; *line;) {
            size_t n = strcspn(line, "\r\n");
            AUTO_TEXT one = { 0 };

            text_addn(&one, line, n);
            for (size_t i = 0; i < one.size; i++)
                if (one.data[i] == '\t')
                    one.data[i] = ' ';
            print_cell(stdout, text_of(&one), 0);
            printf("\n");
            line += n;
            line += *line == '\r';
            line += *line == '\n';
        }
    }
}

int cmd_queue(struct call *c)
{
    const char *show = call_option(c, "--show");
    struct json *p = json_group();
    int code = EXIT_GOOD;
    struct json *j;

    if (show)
        json_set_text(p, "show", show);
    json_set_truth(p, "all", call_option(c, "--all") != NULL);
    j = call_method(c, "dutywatch.Queue", p, &code);
    if (!j)
        return code;
    if (c->json) {
        print_json(j);
    } else if (show) {
        print_whole(c, j);
    } else {
        const struct json *list = json_get(j, "messages");

        for (size_t i = 0; i < json_count(list); i++)
            print_message_line(json_at(list, i));
        if (!json_count(list))
            printf("Nothing waits and nothing is dead.%s\n",
                   call_option(c, "--all") ? "" : " dutywatch queue --all shows what was sent.");
    }
    json_free(j);
    return EXIT_GOOD;
}
