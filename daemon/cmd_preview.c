/* preview: what somebody would be told, on a copy of the state. */
#include "cmd.h"

#include "base/clock.h"
#include "base/scratch.h"
#include "base/zone.h"
#include "codec/mime.h"
#include "db/schema.h"
#include "notify/notification.h"
#include "notify/packing.h"
#include "send/plain.h"
#include "watch/golive.h"
#include "watch/report.h"

#include <stdlib.h>
#include <string.h>

/* Everything open is told anew, or what waits is packed as if the hour of the digest had come. */
static bool make_messages(const struct judgement *j, bool all, struct error *e)
{
    static const char *const cadences[] = { CADENCE_TEXT_NOW, CADENCE_TEXT_BASELINE,
                                            CADENCE_TEXT_DAILY };
    const struct settings *s = j->generation->settings;
    struct golive everybody = { .person = "preview" };
    int64_t open;

    if (!db_begin(j->state, e))
        return false;
    if (all && (!db_run(j->state, e, "DELETE FROM notification WHERE message IS NULL", "") ||
                !golive_tell(j, &everybody, &open, e)))
        return false;
    for (int i = 0; i < 3; i++)
        if (!packing_run(j->state, s, cadences[i], j->today, j->now, NULL, e))
            return false;
    return db_commit(j->state, e);
}

static struct json *read_messages(struct db *state, const char *to, instant since, struct error *e)
{
    struct json *out = json_group(), *list = json_list();
    char address[MIME_ADDRESS_SIZE];
    bool row = true, read = mime_address_read(to, address, NULL);
    STMT s = NULL;

    json_set(out, "messages", list);
    if (!db_query(state, &s, e,
                  "SELECT content FROM message WHERE recipient IN (?, ?) AND created_at >= ?"
                  " AND state = 'QUEUED' ORDER BY kind, key",
                  "tti", to, read ? address : to, since)) {
        json_free(out);
        return NULL;
    }
    while (row) {
        if (!db_row(s, &row, e)) {
            json_free(out);
            return NULL;
        }
        if (row)
            json_add(list, json_read(db_text(s, 0), strlen(db_text(s, 0)), NULL));
    }
    return out;
}

static bool preview(struct generation *g, const char *dir, bool all, const char *to,
                    struct json **ret, struct error *e)
{
    AUTO(db) data = NULL;
    AUTO(db) state = NULL;
    instant now = clock_now();
    struct judgement j = { .generation = g, .now = now, .moment = now };
    char *day AUTO_FREE = NULL;

    if (!generation_read(g, e) || !schema_open_data(dir, &data, e) ||
        !schema_open_state(dir, &state, e) || !setting_get(state, "judged_day", &day, e))
        return false;
    j.data = data;
    j.state = state;
    j.today = day ? date_read(day) : zone_day(g->settings->zone, j.now);
    if (!make_messages(&j, all, e))
        return false;
    *ret = read_messages(state, to, j.now, e);
    return *ret != NULL;
}

static void print_messages(const char *to, const struct json *list)
{
    for (size_t i = 0; i < json_count(list); i++) {
        AUTO_TEXT t = { 0 };

        plain_write(json_at(list, i), &t);
        printf("%s%s\n\n%s", i ? "\n" : "", json_get_text(json_at(list, i), "subject"),
               text_of(&t));
    }
    if (!json_count(list))
        printf("Nothing waits for %s.\n", to);
}

int cmd_preview(struct call *c)
{
    const char *to = call_option(c, "--to");
    AUTO(scratch) copy = NULL;
    AUTO(generation) g = NULL;
    AUTO(json) j = NULL;
    struct error e;

    if (!to || c->count)
        return call_usage(c, "name a recipient: --to maria@example.org");
    g = call_settings(c);
    if (!g)
        return EXIT_CONFIG;
    if (!scratch_new("/tmp", "preview", &copy, &e) ||
        !call_copy_state(g->settings->state_dir, scratch_path(copy), &e) ||
        !preview(g, scratch_path(copy), call_option(c, "--all") != NULL, to, &j, &e))
        return call_fail(c, exit_of(&e), "%s", e.text);
    if (c->json)
        print_json(j);
    else
        print_messages(to, json_get(j, "messages"));
    return EXIT_GOOD;
}
