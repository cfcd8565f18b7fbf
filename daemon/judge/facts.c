#include "judge/facts.h"

#include "base/zone.h"
#include "codec/json.h"
#include "config/settings.h"
#include "judge/finding.h"
#include "judge/opinion.h"

static struct json *input_of(const struct step_input *in)
{
    struct json *j = json_group();

    json_set_text(j, "field", in->field);
    json_set_day(j, "value", in->value);
    json_set_text(j, "dataset", in->dataset);
    json_set_text(j, "key", in->key);
    json_set_whole(j, "pull", in->pull);
    json_set_whole(j, "line", in->line);
    return j;
}

static void add_step(void *data, const struct derivation_step *s)
{
    struct json *j = json_group(), *inputs = json_list();

    json_set_text(j, "does", s->does);
    json_set_text(j, "says", s->sentence);
    json_set_text(j, "authority", s->authority);
    json_set_day(j, "result", s->result);
    for (int i = 0; i < s->input_count; i++)
        json_add(inputs, input_of(&s->inputs[i]));
    json_set(j, "inputs", inputs);
    json_add(data, j);
}

void facts_note(struct json *steps, const char *sentence)
{
    const struct derivation_step note = { .does = "note",
                                          .sentence = sentence,
                                          .result = DATE_NONE };

    add_step(steps, &note);
}

const char *facts_sentence(const struct json *step)
{
    const char *says = json_get_text(step, "says");

    return says ? says : "";
}

/* --- what is to be done --- */

/* The text `key`, or past the last day the one for then, if there is one. */
static const char *then(const struct json *facts, const char *key, const char *past_key, bool past)
{
    const char *text = past ? json_get_text(facts, past_key) : NULL;

    return text ? text : json_get_text(facts, key);
}

const char *facts_remedy(const struct json *facts, bool past, const char *severity)
{
    if (json_get_truth(facts, "gone"))
        return "Enter how it ended and on which day, or bring the record back into its source.";
    if (json_get_text(facts, "because") && past)
        return text_same(severity, severity_names[SEVERITY_CRITICAL])
                   ? "Decide whether this was a loss, and record why it ended so."
                   : NULL;
    return then(facts, "remedy", "remedy_past", past);
}

const char *facts_clears(const struct json *facts, bool past)
{
    if (json_get_truth(facts, "gone"))
        return "The day on which it ended, or the record in its source again.";
    return then(facts, "clears", "clears_past", past);
}

const char *facts_to_do(const struct json *move)
{
    static const enum cause ends[] = { CAUSE_MET, CAUSE_MET_LATE, CAUSE_WITHDRAWN, CAUSE_GONE };
    const char *last = json_get_text(move, "last_day"), *day = json_get_text(move, "day");

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (text_same(json_get_text(move, "cause"), cause_name(ends[i])))
            return NULL;
    return facts_remedy(json_get(move, "derivation"),
                        last && day && date_read(last) < date_read(day),
                        json_get_text(move, "severity"));
}

/* --- the derivation --- */

/* `differs`: what a second computation says; NULL: the same. */
static struct json *steps_of(const struct observation *o, const char *differs, date as_of,
                             bool kept, const struct json *edits)
{
    struct json *steps = json_list();
    AUTO_TEXT t = { 0 };
    char day[DATE_LONG_SIZE];

    for (size_t i = 0; i < json_count(edits); i++)
        facts_note(steps, json_text(json_at(edits, i)));
    if (kept)
        facts_note(steps, "The date is the one derived before: the data cannot tell it now.");
    else
        deadline_explain(o, add_step, steps);
    if (differs && !kept) {
        text_addf(&t, "A second computation differs, so the earlier day is used: %s.", differs);
        facts_note(steps, text_of(&t));
        text_clear(&t);
    }
    if (o->answer == ANSWER_UNKNOWN && o->ask) {
        text_addf(&t, "The data does not say: %s.", o->ask);
        facts_note(steps, text_of(&t));
        text_clear(&t);
    }
    if (o->ahead != DATE_NONE) {
        text_addf(&t, "Planned for %s: %s; until then it counts as not so.",
                  date_long(o->ahead, day), o->planned);
        facts_note(steps, text_of(&t));
        text_clear(&t);
    }
    if (as_of != DATE_NONE) {
        text_addf(&t, "By data of %s; nothing newer could be had.", date_long(as_of, day));
        facts_note(steps, text_of(&t));
    }
    return steps;
}

/* "Base Metals committee, March 2026" */
static const char *label_of(const struct observation *o, struct text *t)
{
    text_add(t, o->label ? o->label : o->subject);
    if (o->period_words)
        text_addf(t, ", %s", o->period_words);
    return text_of(t);
}

/* "17:00" of the moment at which the last day ends. */
static void set_by(struct json *j, const char *zone, date last, instant due_at)
{
    char at[HOUR_TEXT_SIZE];

    json_set_text(j, "by", due_at == INSTANT_NONE ? NULL : zone_hour(zone, last, due_at, at));
}

static struct json *months_of(const struct front *f)
{
    struct json *list = json_list();

    for (int i = 0; i < f->month_count; i++) {
        struct json *m = json_group();

        json_set_day(m, "first", f->months[i].first);
        json_set_whole(m, "items", f->months[i].items);
        json_set_whole(m, "worth", f->months[i].worth);
        json_add(list, m);
    }
    return list;
}

static struct json *front_of(const struct observation *o)
{
    const struct front *f = o->front;
    struct json *j;

    if (!f)
        return json_nothing();
    j = json_group();
    json_set_text(j, "of", o->rule->front ? o->rule->front->id : NULL);
    json_set_whole(j, "items", f->items);
    json_set_whole(j, "parties", f->parties);
    json_set_whole(j, "undated", f->undated);
    json_set_day(j, "reckoned", f->reckoned);
    json_set_whole(j, "passed", f->passed);
    json_set_whole(j, "passed_in_part", f->passed_in_part);
    json_set_whole(j, "passed_worth", f->passed_worth);
    json_set_day(j, "lost_on", f->lost_on);
    json_set_text(j, "item", f->item);
    json_set_text(j, "party", f->party);
    json_set_text(j, "scope", f->scope);
    json_set_whole(j, "next", f->next);
    json_set_whole(j, "next_worth", f->next_worth);
    json_set(j, "months", months_of(f));
    return j;
}

void facts_derivation(const struct observation *o, date as_of, const struct duty *kept,
                      const struct json *edits, struct text *out)
{
    const struct rule *def = o->rule->def;
    AUTO(json) j = json_group();
    char differs[OPINION_TEXT_SIZE];
    bool same;
    struct derivation d = opinion_derive(o, &same, differs);
    AUTO_TEXT label = { 0 };

    json_set_text(j, "title", def->title);
    json_set_text(j, "law", def->law);
    json_set_text(j, "remedy", def->remedy);
    json_set_text(j, "clears", def->clears);
    if (def->remedy_past)
        json_set_text(j, "remedy_past", def->remedy_past);
    if (def->clears_past)
        json_set_text(j, "clears_past", def->clears_past);
    if (o->gone)
        json_set_truth(j, "gone", true);
    json_set_text(j, "label", label_of(o, &label));
    json_set_text(j, "unit_by", o->unit_by);
    json_set_text(j, "period", o->period_words);
    json_set_text(j, "because", o->quiet_because);
    json_set_text(j, "because_detail", o->quiet_detail);
    json_set_text(j, "ask", o->ask);
    json_set_day(j, "met_on", o->met_on);
    json_set_day(j, "planned_on", o->ahead);
    json_set_day(j, "as_of", as_of);
    json_set_day(j, "otherwise", d.alternative);
    json_set_truth(j, "bound", d.bound);
    set_by(j, o->rule->zone, kept ? kept->due : d.last,
           kept ? kept->due_at : deadline_moment(&d, o->rule->zone));
    json_set_text(j, "unseen", o->unseen);
    json_set_text(j, "guess", o->guess);
    json_set(j, "front", front_of(o));
    json_set(j, "steps", steps_of(o, same ? NULL : differs, as_of, kept != NULL, edits));
    json_write(j, false, out);
}

void facts_inputs(const struct observation *o, struct text *out)
{
    AUTO(json) j = json_group();
    struct json *fields = json_list();

    json_set_text(j, "dataset", o->rule->dataset->id);
    json_set_text(j, "key", o->subject);
    json_set_whole(j, "pull", o->pull);
    json_set_whole(j, "line", o->line);
    for (int i = 0; i < o->evidence_count; i++) {
        struct json *field = json_group();

        json_set_text(field, "name", o->evidence[i].name);
        json_set_text(field, "value", o->evidence[i].value);
        json_add(fields, field);
    }
    json_set(j, "fields", fields);
    json_set_text(j, "raw", o->raw);
    json_write(j, false, out);
}
