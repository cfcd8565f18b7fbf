#include "scenario/say.h"

#include "watch/answers.h"
#include "watch/golive.h"

static const char *need(struct run *r, struct words *w, const char *what)
{
    const char *word = words_take(w);

    if (!word)
        run_fail(r, "%s is missing", what);
    return word;
}

void say_ack(struct run *r, struct words *w)
{
    struct judgement j = engine_judgement(run_engine(r));
    struct answer_to a = { .reason = "it is on its way", .person = "ann" };
    int64_t id;
    struct error e;

    a.rule = need(r, w, "the rule");
    a.what = need(r, w, "the subject");
    if (!words_is(w, "until"))
        run_fail(r, "ack RULE SUBJECT until DAY");
    a.until = date_read(need(r, w, "the day"));
    if (!answers_ack(&j, &a, &id, &e))
        run_fail(r, "%s", e.text);
    engine_look(run_engine(r));
}

void say_silence(struct run *r, struct words *w)
{
    struct judgement j = engine_judgement(run_engine(r));
    struct silence s = { .reason = "moving house", .person = "ann", .at = j.now };
    int64_t id;
    struct error e;

    while (!words_is(w, "until")) {
        if (words_is(w, "rule"))
            s.rule = need(r, w, "the rule");
        else if (words_is(w, "case"))
            s.subject = need(r, w, "the case");
        else if (words_is(w, "unit"))
            s.unit = need(r, w, "the unit");
        else if (words_is(w, "office"))
            s.office = need(r, w, "the office");
        else
            run_fail(r, "silence rule|case|unit|office NAME... until DAY");
    }
    s.until = date_read(need(r, w, "the day"));
    if (!answers_silence(&j, &s, &id, &e))
        run_fail(r, "%s", e.text);
    engine_look(run_engine(r));
}

void say_golive(struct run *r, struct words *w)
{
    struct judgement j = engine_judgement(run_engine(r));
    struct golive g = { .person = "ann" };
    int64_t open;
    struct error e;

    if (words_is(w, "unit"))
        g.unit = need(r, w, "the unit");
    else if (words_is(w, "office"))
        g.office = need(r, w, "the office");
    if (!golive(&j, &g, &open, &e))
        run_fail(r, "%s", e.text);
    engine_look(run_engine(r));
}
