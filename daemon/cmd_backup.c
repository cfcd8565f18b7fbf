/* backup, restore, verify: the whole state in one folder, back, and whether it is what it was. */
#include "cmd.h"

#include "base/clock.h"
#include "watch/backup.h"
#include "watch/verify.h"

#include <string.h>

/* The settings as they are: also with errors, a state can be backed up and looked at. */
static struct generation *settings_anyhow(struct call *c)
{
    struct problems p = { 0 };
    struct generation *g = NULL;

    generation_settings(c->config, c->state_dir, &p, &g);
    if (g && !g->settings->state_dir) {
        generation_unref(g);
        g = NULL;
    }
    if (!g)
        problems_print(c, &p);
    problems_free(&p);
    return g;
}

int cmd_backup(struct call *c)
{
    AUTO(generation) g = NULL;
    AUTO(json) j = NULL;
    struct error e;

    if (c->count != 1)
        return call_usage(c, "name the folder to make");
    g = settings_anyhow(c);
    if (!g)
        return EXIT_CONFIG;
    j = backup_make(g->settings, c->arguments[0], clock_now(), &e);
    if (!j)
        return call_fail(c, exit_of(&e), "%s", e.text);
    if (c->json)
        print_json(j);
    else
        printf(
            "%s is backed up as judged on %s, with %lld %s; dutywatch verify %s looks whether it "
            "stays so.\n",
            json_get_text(j, "state_dir"),
            json_get_text(j, "judged_day") ? json_get_text(j, "judged_day") : "no day yet",
            (long long)json_get_whole(j, "payloads"),
            text_plural(json_get_whole(j, "payloads"), "payload", "payloads"), c->arguments[0]);
    return EXIT_GOOD;
}

/* --- verify --- */

static void print_check(const struct call *c, const struct json *check)
{
    const struct json *wrong = json_get(check, "wrong");

    printf("  %-32s %8lld  %s%s%s\n", json_get_text(check, "what"),
           (long long)json_get_whole(check, "count"), paint(c, json_count(wrong) ? RED : GREEN),
           json_count(wrong) ? "WRONG" : "good", paint(c, PLAIN));
    for (size_t i = 0; i < json_count(wrong); i++) {
        printf("      ");
        print_cell(stdout, json_text(json_at(wrong, i)), 0);
        printf("\n");
    }
    if (json_get_whole(check, "more"))
        printf("      and %lld more\n", (long long)json_get_whole(check, "more"));
}

int cmd_verify(struct call *c)
{
    AUTO(generation) g = NULL;
    AUTO(json) j = NULL;
    const char *dir = c->count ? c->arguments[0] : c->state_dir;
    struct error e;

    if (c->count > 1)
        return call_usage(c, "name one folder, or none for the state itself");
    if (!dir) {
        g = settings_anyhow(c);
        if (!g)
            return EXIT_CONFIG;
        dir = g->settings->state_dir;
    }
    j = verify(dir, &e);
    if (!j)
        return call_fail(c, exit_of(&e), "%s", e.text);
    if (c->json) {
        print_json(j);
    } else {
        const struct json *checks = json_get(j, "checks");

        printf("%s%s%s, %s\n", paint(c, BOLD), dir, paint(c, PLAIN),
               json_get_truth(j, "backup") ? "a backup" : "a state directory");
        for (size_t i = 0; i < json_count(checks); i++)
            print_check(c, json_at(checks, i));
    }
    return json_get_truth(j, "good") ? EXIT_GOOD : EXIT_FOUND;
}

/* --- restore --- */

struct tallying {
    struct call *call;
    int64_t wrong;
};

static void count_wrong(void *data, const char *sentence)
{
    struct tallying *n = data;

    n->wrong++;
    call_fail(n->call, EXIT_FAILED, "%s", sentence);
}

/* Every file is what it was, or nothing is restored. */
static bool is_whole(struct call *c, const char *dir, int *ret_code)
{
    struct tallying n = { .call = c };
    int64_t files;
    struct error e;

    if (!backup_check(dir, count_wrong, &n, &files, &e))
        *ret_code = call_fail(c, exit_of(&e), "%s", e.text);
    else if (n.wrong)
        *ret_code = call_fail(c, EXIT_FAILED, "nothing was restored");
    else
        return true;
    return false;
}

int cmd_restore(struct call *c)
{
    AUTO(generation) g = NULL;
    const char *to = c->state_dir;
    struct error e;
    int code;

    if (c->count != 1)
        return call_usage(c, "name the backup");
    if (!to) {
        g = settings_anyhow(c);
        if (!g)
            return EXIT_CONFIG;
        to = g->settings->state_dir;
    }
    if (!is_whole(c, c->arguments[0], &code))
        return code;
    if (!backup_restore(c->arguments[0], to, call_option(c, "--force") != NULL, &e))
        return call_fail(c, exit_of(&e), "%s", e.text);
    if (c->json) {
        AUTO(json) j = json_group();

        json_set_text(j, "state_dir", to);
        print_json(j);
    } else {
        printf("Restored into %s. The configuration of then is in %s/configuration; compare it, "
               "then start the service.\n",
               to, c->arguments[0]);
    }
    return EXIT_GOOD;
}
