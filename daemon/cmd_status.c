/* status: what is watched, what can be seen, what waits. */
#include "base/limit.h"
#include "cmd.h"

#include <string.h>

/* As monitoring plugins end. */
enum { NAGIOS_OK, NAGIOS_WARNING, NAGIOS_CRITICAL, NAGIOS_UNKNOWN };

static const char *colour_of(const char *state)
{
    if (strcmp(state, "good") == 0)
        return GREEN;
    return strcmp(state, "not pulled yet") == 0 ? YELLOW : RED;
}

LIMIT(REJECTS_PRINTED, 5); /* told: that status --json has more rejected records */

/* The last payload that was read, and the first of its records that could not be. */
static void print_last_read(const struct json *last)
{
    const struct json *rejected = json_get(last, "rejected");
    int64_t rejects = json_get_whole(last, "rejects"), records = json_get_whole(last, "records");
    int64_t unread = json_get_whole(last, "unread");
    size_t shown = json_count(rejected) < REJECTS_PRINTED ? json_count(rejected) : REJECTS_PRINTED;

    if (json_type_of(last) != JSON_GROUP)
        return;
    printf("         %lld %s, %lld of them rejected", (long long)records,
           text_plural(records, "record", "records"), (long long)rejects);
    if (unread)
        printf("; %lld %s cannot be read", (long long)unread, text_plural(unread, "cell", "cells"));
    printf("\n");
    for (size_t i = 0; i < shown; i++) {
        const struct json *r = json_at(rejected, i);
        const char *field = json_get_text(r, "field");

        printf("           line %lld: ", (long long)json_get_whole(r, "line"));
        print_cell(stdout, field, 0);
        printf("%s", field ? ": " : "");
        print_cell(stdout, json_get_text(r, "reason"), 0);
        printf("\n");
    }
    if (json_count(rejected) > shown)
        printf("           and more: dutywatch rejects\n");
}

LIMIT(DIFFERENCES_PRINTED, 5); /* told: that status --json has more values that differ */

/* What records of one payload with one key say differently. */
static void print_differences(const struct json *source)
{
    const struct json *all = json_get(source, "differ");
    int64_t count = json_get_whole(source, "differences");

    if (!count)
        return;
    printf("         %lld %s of which its records say different things\n", (long long)count,
           text_plural(count, "value", "values"));
    for (size_t i = 0; i < json_count(all) && i < DIFFERENCES_PRINTED; i++) {
        const struct json *one = json_at(all, i), *said = json_get(one, "said");
        const char *kept = json_get_text(one, "kept");

        printf("           ");
        print_cell(stdout, json_get_text(one, "key"), 0);
        printf(": %s:", json_get_text(one, "field"));
        for (size_t k = 0; k < json_count(said); k++) {
            const char *value = json_get_text(json_at(said, k), "value");

            printf("%s ", k ? "," : "");
            print_cell(stdout, value ? value : "nothing", 0);
            printf(" (line %lld)", (long long)json_get_whole(json_at(said, k), "line"));
        }
        printf("; kept: ");
        print_cell(stdout, kept ? kept : "nothing", 0);
        printf("\n");
    }
    if (count > DIFFERENCES_PRINTED)
        printf("           and more: dutywatch status --json\n");
}

#define OLD_CONTENT 30 /* days before the last good pull: worth a line where nobody watches it */

static date day_of(const char *moment)
{
    char day[DATE_TEXT_SIZE];

    snprintf(day, sizeof day, "%.10s", moment ? moment : "");
    return date_read(day);
}

/* Of when the content is: that it is late, or that nobody asks although it is old. */
static void print_content(const struct json *source)
{
    const char *late = json_get_text(source, "content_late");
    date content = day_of(json_get_text(source, "content_at"));
    date good = day_of(json_get_text(source, "good_at"));
    char day[DATE_TEXT_SIZE];

    if (late) {
        printf("         ");
        print_cell(stdout, late, 0);
        printf("\n");
    } else if (!json_get_truth(source, "content_watched") && content != DATE_NONE &&
               good != DATE_NONE && good - content > OLD_CONTENT) {
        printf("         its content is of %s; content_age would watch that\n",
               date_text(content, day));
    }
}

/* The worst of what is wrong, then the rest of it. */
static void print_health(const struct call *c, const struct json *why)
{
    size_t n = json_count(why);

    printf("%s%s%s: ", paint(c, n ? RED : GREEN), n ? "WRONG" : "OK", paint(c, PLAIN));
    if (!n)
        printf("nothing is wrong with the watch itself; what is open: dutywatch list\n");
    for (size_t i = 0; i < n; i++) {
        if (i)
            printf("       ");
        print_cell(stdout, json_get_text(json_at(why, i), "text"), 0);
        printf("\n");
    }
}

/* One line as monitoring plugins have it: 0 well, 1 rejected records alone, 2 the rest. */
static int print_nagios(const struct json *j)
{
    const struct json *why = json_get(j, "why"), *f = json_get(j, "findings");
    size_t n = json_count(why);
    int code = n ? NAGIOS_WARNING : NAGIOS_OK;

    for (size_t i = 0; i < n; i++)
        if (text_same(json_get_text(json_at(why, i), "level"), "critical"))
            code = NAGIOS_CRITICAL;
    printf("DUTYWATCH %s - ", code == NAGIOS_CRITICAL ? "CRITICAL" : code ? "WARNING" : "OK");
    for (size_t i = 0; i < n; i++) {
        printf("%s", i ? "; " : "");
        print_cell(stdout, json_get_text(json_at(why, i), "text"), 0);
    }
    if (!n)
        printf("%lld duties watched, %lld findings open", (long long)json_get_whole(f, "watched"),
               (long long)json_get_whole(f, "open"));
    printf("\n");
    return code;
}

void print_status(const struct call *c, const struct json *j)
{
    const struct json *sources = json_get(j, "sources"), *f = json_get(j, "findings");
    const struct json *m = json_get(j, "messages");
    const char *day = json_get_text(j, "day");

    print_health(c, json_get(j, "why"));
    printf("%s%s%s: %s, judged %s", paint(c, BOLD), json_get_text(j, "name"), paint(c, PLAIN),
           json_get_text(j, "mode"), day ? day : "never yet");
    if (json_get(j, "generation"))
        printf(", running with generation %lld of its configuration\n\n",
               (long long)json_get_whole(j, "generation"));
    else
        printf(", not running\n\n");
    if (json_get_text(j, "works_at"))
        printf("  %s since %s\n\n", json_get_text(j, "works_at"),
               when_text(json_get_text(j, "works_since")));
    for (size_t i = 0; i < json_count(sources); i++) {
        const struct json *s = json_at(sources, i);
        const char *state = json_get_text(s, "state"), *good = json_get_text(s, "good_at");

        printf("  source ");
        print_cell(stdout, json_get_text(s, "id"), 16);
        printf(" %s%-14s%s last good %s\n", paint(c, colour_of(state)), state, paint(c, PLAIN),
               when_text(good));
        if (json_get_text(s, "of")) {
            printf("         the changes to ");
            print_cell(stdout, json_get_text(s, "of"), 0);
            printf("\n");
        }
        if (json_get_text(s, "error")) {
            printf("         ");
            print_cell(stdout, json_get_text(s, "error"), 0);
            printf("\n");
        }
        print_content(s);
        print_last_read(json_get(s, "last_read"));
        print_differences(s);
        if (json_get_whole(s, "held_pull"))
            printf("         dutywatch release %s believes it, dutywatch discard %s drops it\n",
                   json_get_text(s, "id"), json_get_text(s, "id"));
    }
    printf("\n  duties   %lld watched, %lld that the data cannot tell\n",
           (long long)json_get_whole(f, "watched"), (long long)json_get_whole(f, "unknown"));
    printf("  findings %lld open, %lld not alarmed for a reason; %lld past the last day\n",
           (long long)json_get_whole(f, "open"), (long long)json_get_whole(f, "not_alarmed"),
           (long long)json_get_whole(f, "past"));
    printf("  messages %lld waiting, %lld on their way, %lld sent, %s%lld dead%s\n",
           (long long)json_get_whole(m, "queued"), (long long)json_get_whole(m, "in_flight"),
           (long long)json_get_whole(m, "sent"), json_get_whole(m, "dead") ? paint(c, RED) : "",
           (long long)json_get_whole(m, "dead"), paint(c, PLAIN));
}

int cmd_status(struct call *c)
{
    int code = EXIT_GOOD;
    bool nagios = call_option(c, "--nagios") != NULL;
    AUTO(json) j = NULL;

    if (call_option(c, "--audit"))
        return cmd_audit(c);
    j = call_method(c, "dutywatch.Status", json_group(), &code);
    if (!j && nagios) {
        printf("DUTYWATCH %s - no answer, see standard error\n",
               code == EXIT_FAILED ? "CRITICAL" : "UNKNOWN");
        return code == EXIT_FAILED ? NAGIOS_CRITICAL : NAGIOS_UNKNOWN;
    }
    if (!j)
        return code;
    if (nagios)
        return print_nagios(j);
    if (c->json)
        print_json(j);
    else
        print_status(c, j);
    return json_get_truth(j, "healthy") ? EXIT_GOOD : EXIT_FOUND;
}

static void print_subject(const struct json *m)
{
    printf("  %-9s %-8s ", json_get_text(m, "state"), json_get_text(m, "kind"));
    print_cell(stdout, json_get_text(m, "recipient"), 28);
    printf(" ");
    print_cell(stdout, json_get_text(m, "subject"), 0);
    printf("\n");
}

void print_once(const struct call *c, const struct json *j, bool dry)
{
    const struct json *messages = json_get(j, "messages");
    size_t n = json_count(messages), from = n > 20 ? n - 20 : 0;
    bool any = false;

    print_status(c, json_get(j, "status"));
    printf("\n%s\n",
           dry ? "Dry run: these messages would be sent, nothing was kept." : "Messages:");
    if (from)
        printf("  (%zu earlier ones: dutywatch queue --all)\n", from);
    for (size_t i = from; i < n; i++) {
        if (dry && text_same(json_get_text(json_at(messages, i), "state"), "SENT"))
            continue; /* before this run */
        print_subject(json_at(messages, i));
        any = true;
    }
    if (!any)
        printf("  none\n");
}
