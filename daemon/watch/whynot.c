#include "watch/whynot.h"

#include "base/text.h"
#include "base/zone.h"
#include "codec/json.h"
#include "ingest/table.h"
#include "judge/duty.h"
#include "judge/history.h"
#include "judge/observe.h"
#include "judge/silence.h"
#include "notify/notification.h"
#include "watch/generation.h"
#include "watch/known.h"
#include "watch/rejected.h"

#include <string.h>

/* What is asked, and what is found out. */
struct asking {
    const struct report_from *r;
    struct prepared_rule *rule;
    const char *subject, *period;
    struct arena *arena;
    struct setting_of known;
    struct observation seen; /* of the period that is asked about */
    bool observed;
    struct json *periods;
    const char *answer, *because;
    const char *rejected; /* what of its record was not taken; NULL: nothing */
};

static void decide(struct asking *q, const char *answer, const char *because)
{
    q->answer = answer;
    q->because = because;
}

/* --- the conditions --- */

static const char *holds_not(struct asking *q, const struct condition *n, struct evidence *values)
{
    AUTO_TEXT t = { 0 };

    text_addf(&t, "%s does not hold: %s", n->part, n->text);
    for (int i = 0; i < n->read_count; i++)
        text_addf(&t, "%s%s is %s", i ? ", " : "; ", values[i].name,
                  values[i].value ? values[i].value : "empty");
    return arena_text(q->arena, text_of(&t));
}

static struct json *show_condition(const struct condition *n, enum truth holds,
                                   const struct evidence *values)
{
    struct json *j = json_group(), *list = json_list();

    json_set_text(j, "part", n->part);
    json_set_text(j, "text", n->text);
    if (holds == TRUTH_UNKNOWN)
        json_set(j, "holds", json_nothing());
    else
        json_set_truth(j, "holds", holds == TRUTH_YES);
    for (int i = 0; i < n->read_count; i++) {
        struct json *one = json_group();

        json_set_text(one, "name", values[i].name);
        json_set_text(one, "value", values[i].value);
        json_add(list, one);
    }
    json_set(j, "values", list);
    return j;
}

static bool ask_conditions(struct asking *q, struct json *list, struct error *e)
{
    for (int i = 0; i < q->rule->condition_count; i++) {
        const struct condition *n = &q->rule->conditions[i];
        struct evidence *values = NULL;
        enum truth holds = TRUTH_UNKNOWN;
        bool row = false;

        if (!observe_condition(q->r->generation->cage, q->rule, n, q->subject, &q->known, q->arena,
                               &holds, &values, &row, e))
            return error_wrap(e, "%s: %s", n->part, n->text);
        if (!row)
            return true; /* said by what is observed */
        json_add(list, show_condition(n, holds, values));
        if (holds == TRUTH_NO && !q->answer)
            decide(q, n->limit ? "left-out" : "out-of-scope", holds_not(q, n, values));
    }
    return true;
}

/* --- what is observed --- */

static bool each_duty(void *data, const struct observation *o, struct error *e)
{
    struct asking *q = data;
    struct json *one = json_group();

    (void)e;
    json_set_text(one, "period", o->period);
    json_set_text(one, "answer", answer_name(o->answer));
    json_add(q->periods, one);
    if (q->period && strcmp(q->period, o->period) != 0)
        return true;
    q->seen = *o; /* the latest one, if none is named */
    q->observed = true;
    return true;
}

static bool find_record(struct asking *q, bool *ret, bool *ret_closed, struct error *e)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;

    text_addf(&sql, "SELECT coalesce(_gone, 0) < 0 FROM %s WHERE %s = ?", q->rule->dataset->id,
              q->rule->dataset->key);
    if (!db_query_text(q->r->db, &s, e, text_of(&sql), "t", q->subject) || !db_row(s, ret, e))
        return false;
    *ret_closed = *ret && db_int(s, 0);
    return true;
}

static bool observe(struct asking *q, struct error *e)
{
    bool there = false, closed = false;

    if (!rule_is_single(q->rule))
        return true; /* its subjects are groups: the record has what was found */
    if (!find_record(q, &there, &closed, e))
        return false;
    if (!there && q->rejected)
        decide(q, "rejected", arena_print(q->arena, "rejected: %s", q->rejected));
    else if (!there)
        decide(
            q, "no-record",
            arena_print(q->arena, "dataset %s has no record %s", q->rule->dataset->id, q->subject));
    else if (closed)
        decide(q, "ended", "the record left its source, which counts as closed");
    return q->answer || observe_subject(q->rule, q->subject, &q->known, q->arena, each_duty, q, e);
}

/* --- what was decided and told --- */

struct tellings {
    int sent, dead, waiting;
    const char *withheld, *to, *last;
};

static bool read_told(struct asking *q, int64_t finding, struct tellings *ret, struct error *e)
{
    AUTO_TEXT to = { .max = 300 };
    STMT s = NULL;
    bool row = true;

    *ret = (struct tellings){ 0 };
    if (!db_query(q->r->db, &s, e,
                  "SELECT n.recipient, n.withheld, m.state, n.day FROM st.notification AS n LEFT"
                  " JOIN st.message AS m ON m.key = n.message WHERE n.finding = ?"
                  " ORDER BY n.ordinal, n.recipient",
                  "i", finding))
        return false;
    while (row) {
        const char *state;

        if (!db_row(s, &row, e))
            return false;
        if (!row)
            break;
        state = db_text(s, 2);
        if (!db_is_null(s, 1)) {
            ret->withheld = arena_text(q->arena, db_text(s, 1));
        } else if (text_same(state, "SENT")) {
            if (!strstr(text_of(&to), db_text(s, 0)))
                text_addf(&to, "%s%s", ret->sent ? ", " : "", db_text(s, 0));
            ret->sent++;
            ret->last = arena_text(q->arena, db_text(s, 3));
        } else if (text_same(state, "DEAD")) {
            ret->dead++;
        } else {
            ret->waiting++;
        }
    }
    ret->to = arena_text(q->arena, text_of(&to));
    return true;
}

static void decide_told(struct asking *q, const struct finding *f, const struct tellings *t)
{
    char day[DATE_TEXT_SIZE];

    if (f->silenced)
        decide(q, "silenced", t->withheld ? t->withheld : "it is silenced");
    else if (f->acked_until != DATE_NONE)
        decide(
            q, "acknowledged",
            arena_print(q->arena, "it is acknowledged until %s", date_text(f->acked_until, day)));
    else if (t->sent)
        decide(q, "told", arena_print(q->arena, "told to %s, last on %s", t->to, t->last));
    else if (t->waiting)
        decide(q, "waiting", "it is in a message that is not sent yet, or waits for the digest");
    else if (t->dead)
        decide(q, "bounced", "no message about it was accepted; dutywatch queue --all shows why");
    else if (text_same(t->withheld, NOTIFICATION_COUNTED))
        decide(q, "counted",
               "it was counted by year in a first message, and not told: its last day"
               " had passed long ago");
    else if (t->withheld)
        decide(q, "withheld", t->withheld);
    else
        decide(q, "withheld", "no route leads to anybody for it");
}

static void decide_ended(struct asking *q, const struct finding *f)
{
    char day[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];

    if (f->status == STATUS_RESOLVED && f->met_on != DATE_NONE)
        decide(q, "done",
               arena_print(q->arena, "it was done on %s%s%s", date_text(f->met_on, day),
                           f->breached_on != DATE_NONE ? ", after its last day, " : "",
                           f->breached_on != DATE_NONE ? date_text(f->due, last) : ""));
    else if (f->status == STATUS_RESOLVED)
        decide(q, "done",
               arena_print(q->arena, "it is done, recorded on %s", date_text(f->closed_on, day)));
    else
        decide(q, "ended",
               arena_print(q->arena, "it no longer binds, since %s", date_text(f->closed_on, day)));
}

static bool is_pending(const struct duty *d)
{
    return text_same(d->answer, "pending");
}

/* Nothing was found yet, or it has to be done again. */
static void decide_watched(struct asking *q, const struct duty *d, bool found)
{
    char day[DATE_TEXT_SIZE];

    if (q->observed && q->seen.answer == ANSWER_MET)
        decide(q, "done",
               arena_print(q->arena, "it was done on %s", date_text(q->seen.met_on, day)));
    else if (!found)
        decide(q, "ended", "there is no such duty");
    else if (d->next_day == DATE_NONE)
        decide(q, "not-yet-due", "no rung lies ahead of it");
    else
        decide(q, "not-yet-due",
               arena_print(q->arena, "its first rung comes on %s", date_text(d->next_day, day)));
}

/* The record of the latest period that is watched or was found, when none is named. */
static bool find_period(struct asking *q, struct error *e)
{
    STMT s = NULL;
    bool row = false;

    if (q->period || q->observed) {
        q->period = q->period ? q->period : q->seen.period;
        return true;
    }
    if (!db_query(q->r->db, &s, e,
                  "SELECT max(period) FROM (SELECT period FROM duty WHERE rule = ?1 AND subject ="
                  " ?2 UNION SELECT period FROM st.finding WHERE rule = ?1 AND subject = ?2)",
                  "tt", q->rule->def->id, q->subject) ||
        !db_row(s, &row, e))
        return false;
    q->period = row && db_text(s, 0) ? arena_text(q->arena, db_text(s, 0)) : "";
    return true;
}

static bool ask_record(struct asking *q, struct error *e)
{
    struct finding f;
    struct duty d = { .next_day = DATE_NONE };
    struct tellings told;
    bool found = false;

    if (!find_period(q, e) ||
        !duty_get(q->r->db, q->rule->def->id, q->subject, q->period, q->arena, &d, &found, e) ||
        !history_get(q->r->db, q->rule->def->id, q->subject, q->period, &f, e))
        return false;
    if (found && text_same(d.answer, "unknown"))
        decide(q, "unknown", arena_print(q->arena, "the data does not tell: %s", d.ask));
    else if (found && d.quiet)
        decide(q, "quiet", d.quiet);
    else if (f.status == STATUS_NONE || (f.status != STATUS_OPEN && found && is_pending(&d)))
        decide_watched(q, &d, found);
    else if (f.status != STATUS_OPEN)
        decide_ended(q, &f);
    else if (!read_told(q, f.id, &told, e))
        return false;
    else
        decide_told(q, &f, &told);
    return true;
}

/* --- the whole --- */

static bool read_day(const struct asking *q, struct setting_of *ret, struct error *e)
{
    const struct report_from *r = q->r;
    bool *unread;

    *ret = (struct setting_of){ .settings = r->settings };
    if (!report_day(r, &ret->today, e) || !tables_unread(r->db, r->settings, q->arena, &unread, e))
        return false;
    ret->unread = unread;
    if (ret->today == DATE_NONE)
        ret->today = zone_day(r->settings->zone, r->now);
    return true;
}

static bool ask(struct asking *q, struct json *conditions, struct error *e)
{
    if (!read_day(q, &q->known, e) ||
        !rejected_say(q->r->db, q->rule->dataset->id, q->subject, q->arena, &q->rejected, e))
        return false;
    if (q->rule->off) {
        decide(q, q->rule->off_by_choice ? "off-by-choice" : "off-for-want-of-data", q->rule->off);
        return true;
    }
    if (rule_is_single(q->rule) && !ask_conditions(q, conditions, e))
        return false;
    if (!q->answer && !observe(q, e))
        return false;
    return q->answer || ask_record(q, e);
}

static struct prepared_rule *rule_named(const struct report_from *r, const char *rule,
                                        struct error *e)
{
    if (!known_rule(r->settings, rule, e) || !generation_read(r->generation, e))
        return NULL;
    return rulebook_rule(r->generation->book, rule);
}

struct json *why_not(const struct report_from *r, const char *subject, const char *rule,
                     const char *period, struct error *e)
{
    AUTO(arena) a = arena_new();
    struct asking q = { .r = r, .subject = subject, .period = period, .arena = a };
    struct json *out, *conditions;

    q.rule = rule_named(r, rule, e);
    if (!q.rule)
        return NULL;
    out = json_group();
    conditions = json_list();
    q.periods = json_list();
    json_set_text(out, "subject", subject);
    json_set_text(out, "rule", rule);
    json_set_text(out, "title", q.rule->def->title);
    json_set(out, "conditions", conditions);
    json_set(out, "periods", q.periods);
    if (!ask(&q, conditions, e)) {
        json_free(out);
        return NULL;
    }
    json_set_text(out, "period", q.period);
    json_set_text(out, "answer", q.answer);
    json_set_text(out, "because", q.because);
    json_set_text(out, "rejected", q.rejected);
    json_set_day(out, "planned_on", q.observed ? q.seen.ahead : DATE_NONE);
    json_set_text(out, "planned", q.observed ? q.seen.planned : NULL);
    return out;
}
