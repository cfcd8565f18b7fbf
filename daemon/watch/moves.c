#include "watch/moves.h"

#include "base/text.h"
#include "notify/notification.h"
#include "notify/words.h"

static enum severity severity_of(const struct moving *m, const struct finding *f)
{
    if (f->breached_on != DATE_NONE)
        return m->past_severity;
    if (m->rungs && f->stage >= 0 && f->stage < m->rung_count)
        return (enum severity)m->rungs[f->stage].severity;
    return m->rungs ? SEVERITY_INFO : m->severity;
}

/* Why a move is not told although its kind would be: the reason to be quiet. What passed its last
 * day before that reason began is told once; when a watch begins, only if it is critical: nobody
 * can do anything about what was late in a case that has long been over. */
static const char *withheld(const struct moving *m, const struct finding *f, enum cause cause,
                            enum severity severity)
{
    bool excused = f->due == DATE_NONE || f->quiet_on == DATE_NONE || f->quiet_on <= f->due;

    if (cause == CAUSE_ADVANCED && f->acked_until != DATE_NONE)
        return "acknowledged: a further part of it has passed";
    if (m->about.silence && cause != CAUSE_MET && cause != CAUSE_MET_LATE)
        return m->about.silence;
    if (!f->quiet || cause == CAUSE_MET || cause == CAUSE_MET_LATE)
        return NULL;
    if (!excused &&
        (cause == CAUSE_BREACHED || cause == CAUSE_REOPENED || cause == CAUSE_QUIET_ENDED))
        return NULL;
    if (!excused && severity == SEVERITY_CRITICAL &&
        (cause == CAUSE_BASELINE || cause == CAUSE_RULE_CHANGED))
        return NULL;
    return m->about.quiet_because;
}

static bool write_move(const struct moving *m, const struct finding *before,
                       const struct step *step, enum severity severity, struct error *e)
{
    AUTO_TEXT derivation = { 0 };
    AUTO_TEXT inputs = { 0 };
    struct move move = { .about = &m->about,
                         .finding = step->next.id,
                         .ordinal = step->next.ordinal,
                         .day = m->sight.today,
                         .at = m->judgement->now,
                         .cause = step->cause,
                         .before = before,
                         .after = &step->next,
                         .severity = severity_names[severity],
                         .data_version = m->data_version,
                         .generation = m->judgement->generation->book->digest };

    m->facts(m->facts_data, &derivation, &inputs);
    move.derivation = text_of(&derivation);
    move.inputs = text_of(&inputs);
    return history_move(m->judgement->state, &move, e);
}

static bool write_step(const struct moving *m, const struct finding *before, struct step *step,
                       struct error *e)
{
    enum severity severity = severity_of(m, &step->next);
    struct finding_about about = m->about;
    struct told told;

    about.severity = severity_names[severity];
    if (!history_put(m->judgement->state, &about, &step->next, e) ||
        !write_move(m, before, step, severity, e))
        return false;
    told = (struct told){ .finding = step->next.id,
                          .ordinal = step->next.ordinal,
                          .cause = step->cause,
                          .severity = severity,
                          .about = &m->about,
                          .day = m->sight.today,
                          .withheld = withheld(m, &step->next, step->cause, severity),
                          .operators = m->operators,
                          .digest = m->digest };
    return notification_plan(m->judgement->state, m->judgement->generation->settings, &told, e);
}

bool moves_make(const struct moving *m, struct finding *ret, int64_t *moves, struct error *e)
{
    struct finding f;

    if (!history_get(m->judgement->state, m->about.rule, m->about.subject, m->about.period, &f, e))
        return false;
    for (int i = 0; i < FINDING_STEPS_MAX; i++) {
        struct step step = finding_step(&f, &m->sight);

        if (step.cause == CAUSE_NONE)
            break;
        if (!write_step(m, &f, &step, e))
            return error_wrap(e, "%s %s", m->about.rule, m->about.subject);
        f = step.next;
        ++*moves;
    }
    if (ret)
        *ret = f;
    return true;
}
