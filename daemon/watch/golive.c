#include "watch/golive.h"

#include "codec/json.h"
#include "judge/history.h"
#include "notify/live.h"
#include "notify/notification.h"
#include "notify/words.h"
#include "watch/answers.h"

#include <string.h>

static bool check(const struct judgement *j, const struct golive *g, struct error *e)
{
    int64_t known = 0;

    if (j->generation->settings->mode != MODE_TRIAL)
        return error_set(e, ERROR_INPUT, "mode is live already: everybody is told");
    if (!g->unit && !g->office)
        return error_set(e, ERROR_INPUT,
                         "say who: --unit or --office; for all of them set mode = \"live\"");
    if (!db_number(j->data, &known, e,
                   "SELECT EXISTS (SELECT 1 FROM duty WHERE (?1 IS NULL OR unit = ?1) AND"
                   " (?2 IS NULL OR office = ?2))",
                   "tt", g->unit, g->office))
        return false;
    return known ||
           error_set(e, ERROR_INPUT, "no duty belongs to %s%s%s%s%s", g->unit ? "unit " : "",
                     g->unit ? g->unit : "", g->unit && g->office ? ", " : "",
                     g->office ? "office " : "", g->office ? g->office : "");
}

/* An open finding, told to its readers as one that was there when the watch began. */
static bool tell(const struct judgement *j, const struct golive *g, int64_t id, struct error *e)
{
    AUTO(arena) a = arena_new();
    struct json *by = json_group();
    struct step step = { .cause = CAUSE_BASELINE };
    struct finding_about about;
    int severity;
    struct finding f;
    struct told told;

    json_set_text(by, "person", g->person);
    if (!answers_about(j, id, a, &about, e) ||
        !history_get(j->state, about.rule, about.subject, about.period, &f, e)) {
        json_free(by);
        return false;
    }
    severity = severity_read(about.severity);
    step.next = f;
    step.next.ordinal++;
    if (!answers_write(j, &about, &f, &step, "live", by, e))
        return false;
    told = (struct told){ .finding = id,
                          .ordinal = step.next.ordinal,
                          .cause = step.cause,
                          .severity = severity < 0 ? SEVERITY_INFO : (enum severity)severity,
                          .about = &about,
                          .day = j->today };
    return notification_plan(j->state, j->generation->settings, &told, e);
}

bool golive_tell(const struct judgement *j, const struct golive *g, int64_t *ret_open,
                 struct error *e)
{
    STMT s = NULL;
    bool row;

    *ret_open = 0;
    if (!db_query(j->state, &s, e,
                  "SELECT id FROM finding WHERE status = 'OPEN' AND quiet_because IS NULL AND"
                  " NOT silenced AND rule NOT IN (" OWN_RULES_SQL ") AND"
                  " (?1 IS NULL OR unit = ?1) AND (?2 IS NULL OR office = ?2) ORDER BY id",
                  "tt", g->unit, g->office))
        return false;
    for (;;) {
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        if (!tell(j, g, db_int(s, 0), e))
            return false;
        ++*ret_open;
    }
}

bool golive(const struct judgement *j, const struct golive *g, int64_t *ret_open, struct error *e)
{
    bool is_new = false, ok;

    if (!check(j, g, e) || !db_begin(j->state, e))
        return false;
    ok = live_add(j->state, g->unit, g->office, g->person, j->now, &is_new, e) &&
         (is_new || error_set(e, ERROR_INPUT, "it is live already")) &&
         golive_tell(j, g, ret_open, e);
    if (ok)
        return db_commit(j->state, e);
    db_rollback(j->state);
    return false;
}
