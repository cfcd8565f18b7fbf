#include "watch/answers.h"

#include "base/number.h"
#include "base/text.h"
#include "codec/json.h"
#include "judge/history.h"
#include "watch/known.h"

#include <string.h>

bool answers_check_end(const struct judgement *j, date until, const char *reason, struct error *e)
{
    char day[DATE_TEXT_SIZE];

    if (!reason || !*reason)
        return error_set(e, ERROR_INPUT, "say why: --reason \"...\"");
    if (strlen(reason) > ANSWER_REASON_MAX)
        return error_set(e, ERROR_INPUT, "the reason is longer than %d bytes", ANSWER_REASON_MAX);
    if (until == DATE_NONE)
        return error_set(e, ERROR_INPUT, "say until when: --until 2026-03-31");
    if (until < j->today)
        return error_set(e, ERROR_INPUT, "%s has passed", date_text(until, day));
    if (until - j->today > ANSWER_DAYS_MAX)
        return error_set(e, ERROR_INPUT, "%s is more than %d days away", date_text(until, day),
                         ANSWER_DAYS_MAX);
    return true;
}

/* Whether `what` is the number of a finding: "#12", or "12" where no open case has that key. One
 * that can be both is refused. */
static bool is_finding(const struct judgement *j, const char *what, int *ret, int64_t *ret_id,
                       struct error *e)
{
    const char *digits = what + (*what == '#');
    int64_t cases = 0, findings = 0;

    *ret = number_read(digits, strlen(digits), ret_id) && *ret_id > 0;
    if (!*ret || digits != what)
        return true;
    if (!db_number(
            j->state, &cases, e,
            "SELECT count(*) FROM finding WHERE subject = ?1 AND status = 'OPEN' AND id <> ?2",
            "ti", what, *ret_id) ||
        !db_number(j->state, &findings, e, "SELECT count(*) FROM finding WHERE id = ?", "i",
                   *ret_id))
        return false;
    if (cases && findings)
        return error_set(e, ERROR_INPUT,
                         "%s is the number of a finding and the key of a case: say #%s for the "
                         "finding, or # and the number of one of the case (dutywatch explain %s)",
                         what, what, what);
    *ret = !cases;
    return true;
}

/* The number of the only open finding that fits. */
static bool find(const struct judgement *j, const struct answer_to *a, int64_t *ret,
                 struct error *e)
{
    AUTO_TEXT several = { .max = 400 };
    STMT s = NULL;
    bool row = true;
    int n = 0;

    if (!known_found(j->generation->settings, j->state, a->rule, e))
        return false;
    if (!is_finding(j, a->what, &n, ret, e))
        return false;
    if (n)
        return true;
    if (!db_query(j->state, &s, e,
                  "SELECT id, rule, period FROM finding WHERE subject = ?1 AND status = 'OPEN'"
                  " AND (?2 IS NULL OR rule = ?2) ORDER BY id",
                  "tt", a->what, a->rule))
        return false;
    while (row) {
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            break;
        *ret = db_int(s, 0);
        text_addf(&several, "%s%lld (%s%s%s)", n++ ? ", " : "", (long long)*ret, db_text(s, 1),
                  *db_text(s, 2) ? " " : "", db_text(s, 2));
    }
    if (n == 1)
        return true;
    return n ? error_set(e, ERROR_INPUT, "%s has %d open findings; name one: %s", a->what, n,
                         text_of(&several))
             : error_set(e, ERROR_INPUT,
                         "%s has no open finding%s%s; dutywatch list shows those that do", a->what,
                         a->rule ? " of rule " : "", a->rule ? a->rule : "");
}

bool answers_about(const struct judgement *j, int64_t id, struct arena *a,
                   struct finding_about *ret, struct error *e)
{
    STMT s = NULL;
    bool row = false;

    if (!db_query(j->state, &s, e,
                  "SELECT rule, subject, period, unit, office, owner, amount, quiet_because,"
                  " severity, last_confirmed_pull FROM finding WHERE id = ?",
                  "i", id) ||
        !db_row(s, &row, e))
        return false;
    if (!row)
        return error_set(e, ERROR_INPUT, "there is no finding %lld", (long long)id);
    *ret = (struct finding_about){ .rule = arena_text(a, db_text(s, 0)),
                                   .subject = arena_text(a, db_text(s, 1)),
                                   .period = arena_text(a, db_text(s, 2)),
                                   .unit = arena_text(a, db_text(s, 3)),
                                   .office = arena_text(a, db_text(s, 4)),
                                   .owner = arena_text(a, db_text(s, 5)),
                                   .amount = db_int_or_none(s, 6),
                                   .quiet_because = arena_text(a, db_text(s, 7)),
                                   .severity = arena_text(a, db_text(s, 8)),
                                   .pull = db_int(s, 9) };
    return true;
}

/* What the last move said, with `extra` beside it. */
static bool make_facts(const struct judgement *j, int64_t id, const char *key, struct json *extra,
                       struct text *derivation, struct text *inputs, struct error *e)
{
    AUTO(json) facts = NULL;
    STMT s = NULL;
    bool row = false;

    if (!db_query(j->state, &s, e,
                  "SELECT derivation, inputs FROM move WHERE finding = ? ORDER BY ordinal DESC"
                  " LIMIT 1",
                  "i", id) ||
        !db_row(s, &row, e)) {
        json_free(extra);
        return false;
    }
    if (row && db_text(s, 0))
        facts = json_read(db_text(s, 0), strlen(db_text(s, 0)), NULL);
    if (!facts)
        facts = json_group();
    json_set(facts, key, extra);
    json_write(facts, false, derivation);
    text_add(inputs, row && db_text(s, 1) ? db_text(s, 1) : "{}");
    return true;
}

bool answers_write(const struct judgement *j, struct finding_about *about,
                   const struct finding *before, struct step *step, const char *key,
                   struct json *extra, struct error *e)
{
    AUTO_TEXT derivation = { 0 };
    AUTO_TEXT inputs = { 0 };
    struct move move;

    if (!make_facts(j, before->id, key, extra, &derivation, &inputs, e))
        return false;
    move = (struct move){ .about = about,
                          .finding = before->id,
                          .ordinal = step->next.ordinal,
                          .day = j->today,
                          .at = j->now,
                          .cause = step->cause,
                          .before = before,
                          .after = &step->next,
                          .severity = about->severity,
                          .derivation = text_of(&derivation),
                          .inputs = text_of(&inputs),
                          .generation = j->generation->book->digest };
    return history_put(j->state, about, &step->next, e) && history_move(j->state, &move, e);
}

static bool write_answer(const struct judgement *j, const struct answer_to *a,
                         struct finding_about *about, struct finding *f, struct error *e)
{
    struct json *said;
    struct step step;
    int64_t evidence = 0;

    if (!db_number(j->data, &evidence, e,
                   "SELECT inputs_hash FROM duty WHERE rule = ? AND subject = ? AND period = ?",
                   "ttt", about->rule, about->subject, about->period))
        return false;
    step = finding_answer(f, a->until, evidence);
    said = json_group();
    json_set_text(said, "person", a->person);
    json_set_text(said, "reason", a->reason);
    json_set_day(said, "until", a->until);
    return answers_write(j, about, f, &step, "answer", said, e);
}

bool answers_ack(const struct judgement *j, const struct answer_to *a, int64_t *ret,
                 struct error *e)
{
    AUTO(arena) arena = arena_new();
    struct finding_about about;
    struct finding f;

    if (!answers_check_end(j, a->until, a->reason, e) || !find(j, a, ret, e) ||
        !answers_about(j, *ret, arena, &about, e) ||
        !history_get(j->state, about.rule, about.subject, about.period, &f, e))
        return false;
    if (a->rule && !text_same(a->rule, about.rule))
        return error_set(e, ERROR_INPUT, "finding %lld is of rule %s, not of %s", (long long)*ret,
                         about.rule, a->rule);
    if (f.status != STATUS_OPEN)
        return error_set(e, ERROR_INPUT, "finding %lld has ended: there is nothing to acknowledge",
                         (long long)*ret);
    if (!db_begin(j->state, e))
        return false;
    if (!write_answer(j, a, &about, &f, e)) {
        db_rollback(j->state);
        return error_wrap(e, "finding %lld", (long long)*ret);
    }
    return db_commit(j->state, e);
}

bool answers_silence(const struct judgement *j, const struct silence *s, int64_t *ret,
                     struct error *e)
{
    const struct settings *known = j->generation->settings;
    const struct known all = { known, j->data, j->state, j->generation, j->today };

    if (!answers_check_end(j, s->until, s->reason, e))
        return false;
    if (!s->rule && !s->subject && !s->unit && !s->office)
        return error_set(e, ERROR_INPUT,
                         "say what: --rule, --case, --unit or --office; everything is never "
                         "silenced");
    return known_found(known, j->state, s->rule, e) && known_unit(&all, s->unit, e) &&
           known_office(&all, s->office, e) &&
           known_case(known, j->data, j->state, s->subject, e) && silence_add(j->state, s, ret, e);
}
