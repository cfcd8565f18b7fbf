#include "watch/judging.h"

#include "base/log.h"
#include "base/text.h"
#include "db/schema.h"
#include "ingest/payload.h"
#include "ingest/table.h"
#include "judge/duty.h"
#include "notify/notification.h"
#include "notify/packing.h"
#include "notify/words.h"
#include "watch/deeds.h"
#include "watch/differs.h"
#include "watch/gaps.h"
#include "watch/moves.h"
#include "watch/rejected_told.h"
#include "watch/round.h"

#include <string.h>

/* --- what is configured no more --- */

static void dropped_facts(const void *data, struct text *derivation, struct text *inputs)
{
    (void)data;
    text_add(derivation, "{\"steps\":[\"The rule is no longer configured.\"]}");
    text_add(inputs, "{}");
}

/* A rule that is no longer there: its finding is withdrawn, its duty dropped. */
static bool drop_finding(struct round *g, const struct finding_about *about, struct error *e)
{
    struct moving m = { .judgement = g->j,
                        .about = *about,
                        .sight = { .today = g->j->today,
                                   .answer = ANSWER_OUTSIDE,
                                   .last = DATE_NONE,
                                   .safe = DATE_NONE,
                                   .start = DATE_NONE,
                                   .met_on = DATE_NONE,
                                   .stage = -1,
                                   .quiet_on = DATE_NONE },
                        .data_version = g->version,
                        .facts = dropped_facts };

    return moves_make(&m, NULL, &g->report->moves, e) &&
           duty_drop(g->j->data, about->rule, about->subject, about->period, e);
}

/* Open findings of rules that are off, or no longer there. */
static bool drop_findings(struct round *g, struct error *e)
{
    AUTO(arena) a = arena_new();
    STMT s = NULL;
    bool row;

    if (!db_query(g->j->state, &s, e,
                  "SELECT rule, subject, period, unit, office, owner, amount FROM finding"
                  " WHERE status = 'OPEN' AND rule NOT IN (" OWN_RULES_SQL ")",
                  ""))
        return false;
    for (;;) {
        struct finding_about about;
        struct prepared_rule *r;

        arena_reset(a);
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        about = (struct finding_about){ .rule = arena_text(a, db_text(s, 0)),
                                        .subject = arena_text(a, db_text(s, 1)),
                                        .period = arena_text(a, db_text(s, 2)),
                                        .unit = arena_text(a, db_text(s, 3)),
                                        .office = arena_text(a, db_text(s, 4)),
                                        .owner = arena_text(a, db_text(s, 5)),
                                        .amount = db_int_or_none(s, 6) };
        r = rulebook_rule(g->book, about.rule);
        if (r && r->off ? !weigh_outside(g, r, about.subject, about.period, e)
                        : !r && !drop_finding(g, &about, e))
            return false;
    }
}

/* What rules watch that are off, or configured no more. */
static bool drop_duties(struct round *g, struct error *e)
{
    AUTO(arena) a = arena_new();
    STMT s = NULL;
    bool row;

    if (!db_query(g->j->data, &s, e,
                  "SELECT rule, subject, period FROM duty ORDER BY rule, subject", ""))
        return false;
    for (;;) {
        struct prepared_rule *r;
        const char *rule, *subject, *period;

        arena_reset(a);
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        rule = arena_text(a, db_text(s, 0));
        subject = arena_text(a, db_text(s, 1));
        period = arena_text(a, db_text(s, 2));
        r = rulebook_rule(g->book, rule);
        if (r && r->off ? !weigh_outside(g, r, subject, period, e)
                        : !r && !duty_drop(g->j->data, rule, subject, period, e))
            return false;
    }
}

/* Rules that are judged no more begin anew when they come back. */
static bool forget_rules(struct round *g, struct error *e)
{
    AUTO(arena) a = arena_new();
    STMT s = NULL;
    bool row;

    if (!db_query(g->j->state, &s, e, "SELECT id FROM rule ORDER BY id", ""))
        return false;
    for (;;) {
        const struct prepared_rule *r;
        const char *id;

        arena_reset(a);
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        id = arena_text(a, db_text(s, 0));
        r = rulebook_rule(g->book, id);
        if ((!r || r->off) && !history_drop_rule(g->j->state, id, e))
            return false;
    }
}

static bool drop_rules(struct round *g, struct error *e)
{
    return !g->new_rules || (drop_findings(g, e) && drop_duties(g, e) && forget_rules(g, e));
}

/* --- where the last judgement stood --- */

/* Whether the last judgement got from the one commit to the other. */
static bool read_behind(struct round *g, struct error *e)
{
    char *duties AUTO_FREE = NULL;
    char *judged AUTO_FREE = NULL;

    if (!setting_get(g->j->data, "duties_of", &duties, e) ||
        !setting_get(g->j->state, "judged", &judged, e))
        return false;
    g->behind |= !text_same(duties, judged);
    return true;
}

/* Which silences hold, as the numbers of a line, and whether those of the last round were others.
 */
static bool read_silences(struct round *g, struct error *e)
{
    char *before AUTO_FREE = NULL;
    AUTO_TEXT now = { 0 };

    if (!silences_read(g->j->state, g->j->today, g->arena, &g->silences, e) ||
        !setting_get(g->j->state, "judged_silences", &before, e))
        return false;
    for (int i = 0; i < g->silences.count; i++)
        text_addf(&now, "%lld ", (long long)g->silences.all[i].id);
    g->silences_changed = strcmp(before ? before : "", text_of(&now)) != 0;
    g->silence_mark = arena_text(g->arena, text_of(&now));
    return true;
}

static bool read_marks(struct round *g, struct error *e)
{
    char *day AUTO_FREE = NULL;
    char *rules AUTO_FREE = NULL;

    if (!ingest_version(g->j->data, &g->version, e) ||
        !setting_get_number(g->j->state, "judged_version", &g->judged_version, e) ||
        !setting_get(g->j->state, "judged_day", &day, e) ||
        !setting_get(g->j->state, "judged_rules", &rules, e))
        return false;
    if (g->version < g->judged_version) {
        g->judged_version = -1; /* data.db was made anew */
        g->behind = true;
    }
    g->judged_day = date_read(day);
    g->new_day = g->judged_day == DATE_NONE || g->j->today > g->judged_day;
    g->new_rules = !text_same(rules, g->book->digest);
    if (g->judged_day != DATE_NONE && g->j->today < g->judged_day)
        return error_set(e, ERROR_INPUT,
                         "the clock shows %s, but %s was judged already; the day never runs "
                         "backwards",
                         date_text(g->j->today, (char[DATE_TEXT_SIZE]){ 0 }), day);
    return read_behind(g, e) && read_silences(g, e);
}

/* No two rounds have the same mark. */
static bool make_mark(struct round *g, struct error *e)
{
    char day[DATE_TEXT_SIZE];
    int64_t n = 0;

    if (!setting_get_number(g->j->state, "rounds", &n, e))
        return false;
    g->mark = arena_print(g->arena, "%lld %s %s %lld", (long long)g->version,
                          date_text(g->j->today, day), g->book->digest, (long long)n + 1);
    return setting_put_number(g->j->state, "rounds", n + 1, e);
}

static bool write_marks(const struct round *g, struct error *e)
{
    char day[DATE_TEXT_SIZE];

    return setting_put(g->j->data, "duties_of", g->mark, e) &&
           setting_put(g->j->state, "judged", g->mark, e) &&
           setting_put_number(g->j->state, "judged_version", g->version, e) &&
           setting_put(g->j->state, "judged_day", date_text(g->j->today, day), e) &&
           setting_put_number(g->j->state, "judged_moment", g->j->moment, e) &&
           setting_put(g->j->state, "judged_rules", g->book->digest, e) &&
           setting_put(g->j->state, "judged_silences", g->silence_mark, e) &&
           (!g->j->digest ||
            setting_put(g->j->state, "digest_day", date_text(g->j->today, day), e));
}

/* Notifications that a person's word has made wait to be packed. */
static bool told_waits(const struct judgement *j, bool *ret, struct error *e)
{
    int64_t waiting = 0;

    if (!db_number(j->state, &waiting, e,
                   "SELECT EXISTS (SELECT 1 FROM notification WHERE message IS NULL AND withheld"
                   " IS NULL AND cadence IN ('now', 'baseline'))",
                   ""))
        return false;
    *ret = waiting != 0;
    return true;
}

/* The last day of a duty has ended by the hour since it was looked at. */
static bool some_over(const struct judgement *j, bool *ret, struct error *e)
{
    int64_t over = 0;

    if (!db_number(j->data, &over, e,
                   "SELECT EXISTS (SELECT 1 FROM duty WHERE next_day <= ? AND due_at < ?)", "di",
                   j->today, j->moment))
        return false;
    *ret |= over != 0;
    return true;
}

bool judging_needed(const struct judgement *j, bool *ret, struct error *e)
{
    AUTO(arena) arena = arena_new();
    struct round g = { .j = j, .book = j->generation->book, .arena = arena };

    *ret = false;
    if (!read_marks(&g, e) || !deeds_behind(j, ret, e) || !some_over(j, ret, e))
        return false;
    *ret |=
        g.version > g.judged_version || g.new_day || g.new_rules || g.behind || g.silences_changed;
    return *ret || (told_waits(j, ret, e) &&
                    (*ret || (blind_changed(j, ret, e) && (*ret || rejected_changed(j, ret, e)))));
}

/* --- the whole --- */

static bool pack(const struct round *g, struct error *e)
{
    const struct settings *s = g->j->generation->settings;
    static const char *const cadences[] = { CADENCE_TEXT_NOW, CADENCE_TEXT_BASELINE,
                                            CADENCE_TEXT_DAILY };

    for (int i = 0; i < (g->j->digest ? 3 : 2); i++) {
        int made = 0;

        if (!packing_run(g->j->state, s, cadences[i], g->j->today, g->j->now, &made, e))
            return false;
        g->report->messages += made;
    }
    return true;
}

/* The duties and deeds of a layer are committed before the next one is judged, which reads them
 * through the cage: it sees what is committed. */
static bool judge_layers(struct round *g, struct error *e)
{
    if (!deeds_begin(g->j, g->behind, e))
        return false;
    for (int layer = 0; layer < g->book->layers; layer++) {
        if (layer && (!deeds_add_layer(g->j, layer - 1, e) ||
                      !setting_put(g->j->data, "duties_of", g->mark, e) ||
                      !db_commit(g->j->data, e) || !db_begin(g->j->data, e)))
            return false;
        if (!visit_layer(g, layer, e))
            return false;
    }
    return true;
}

/* Everything between the BEGINs and the COMMITs. */
static bool judge(struct round *g, struct error *e)
{
    if (!make_mark(g, e) || !visit_choose(g, e) || !drop_rules(g, e) || !judge_layers(g, e) ||
        !blind_judge(g->j, g->sightlines, &g->report->moves, e) ||
        !gaps_judge(g->j, &g->report->moves, e) || !differs_judge(g->j, &g->report->moves, e) ||
        !rejected_judge(g->j, &g->report->moves, e) || !pack(g, e))
        return false;
    for (int i = 0; i < g->book->count; i++)
        if (g->book->rules[i].failures)
            log_error("rule %s: %s", g->book->rules[i].def->id, g->book->rules[i].failure);
    return write_marks(g, e);
}

/* Which datasets were ever loaded. One that no source fills is as if it were loaded and empty. */
static void look_loaded(struct round *g)
{
    const struct settings *settings = g->j->generation->settings;
    size_t n = 0, i = 0;

    g->loaded = arena_alloc(g->arena, settings->datasets.count + 1);
    g->unseen = arena_alloc(g->arena, settings->datasets.count + 1);
    for (LIST_EACH(const struct dataset, d, &settings->datasets)) {
        bool filled = false, old = false;

        i = 0;
        for (LIST_EACH(const struct source, s, &settings->sources)) {
            const struct sightline *l = &g->sightlines[i++];

            filled |= source_fills(s, d->id);
            g->loaded[n] |= l->loaded && source_fills(s, d->id);
            old |= l->as_of != DATE_NONE && source_fills(s, d->id);
        }
        g->unseen[n] = !g->loaded[n] || old;
        g->loaded[n++] |= !filled;
    }
    g->known = (struct setting_of){ .today = g->j->today,
                                    .loaded = g->loaded,
                                    .unseen = g->unseen,
                                    .unread = g->unread,
                                    .settings = settings };
}

/* What a round needs before its transactions begin. */
static bool look(struct round *g, struct error *e)
{
    size_t n = (size_t)g->book->count + 1;

    g->whole = arena_alloc(g->arena, n);
    g->baseline = arena_alloc(g->arena, n);
    g->retold = arena_alloc(g->arena, n);
    if (!read_marks(g, e) || !blind_look(g->j, g->arena, &g->sightlines, e))
        return false;
    if (!tables_unread(g->j->data, g->j->generation->settings, g->arena, &g->unread, e))
        return false;
    look_loaded(g);
    return true;
}

bool judging_run(const struct judgement *j, struct judging_report *ret, struct error *e)
{
    AUTO(arena) arena = arena_new();
    struct round g = { .j = j, .book = j->generation->book, .arena = arena, .report = ret };
    bool ok;

    *ret = (struct judging_report){ 0 };
    if (!look(&g, e) || !db_begin(j->data, e))
        return error_wrap(e, "judging");
    ok = db_begin(j->state, e) && judge(&g, e);
    /* duties first: killed between the two commits, the same judgement is made again */
    ok = ok && db_commit(j->data, e) && db_commit(j->state, e);
    if (!ok) {
        db_rollback(j->state);
        db_rollback(j->data);
        return error_wrap(e, "judging");
    }
    return deeds_refresh(j, e);
}

bool judging_audit(const struct judgement *j, struct text *ret, struct error *e)
{
    AUTO(arena) arena = arena_new();
    struct judging_report report = { 0 };
    struct round g = {
        .j = j, .book = j->generation->book, .arena = arena, .report = &report, .differences = ret
    };
    bool ok = look(&g, e) && db_begin(j->data, e);

    if (!ok)
        return error_wrap(e, "audit");
    g.behind = true; /* every subject of every rule */
    ok = db_begin(j->state, e);
    for (int layer = 0; ok && layer < g.book->layers; layer++)
        ok = visit_layer(&g, layer, e);
    db_rollback(j->state);
    db_rollback(j->data);
    return ok || error_wrap(e, "audit");
}
