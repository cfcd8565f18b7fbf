#include "base/limit.h"
#include "calendar/lastday.h"
#include "judge/deriving.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

LIMIT(CITED_MAX, 400); /* told: a document and its law in a derivation end in an ellipsis */

/* " (authority: 19 USC 1621)": by which documents of `of` count, behind what one of them does, so
 * that a case that is cited never reads as if it were the document; "" where none is named. */
static const char *cite(const struct dataset *of, char buffer[static CITED_MAX])
{
    AUTO_TEXT t = { .max = CITED_MAX - 1 };

    if (of && of->ledger && of->ledger->law)
        text_addf(&t, " (authority: %s)", of->ledger->law);
    memcpy(buffer, text_of(&t), t.size + 1);
    return buffer;
}

/* --- what is told of a document --- */

/* The days of a document that are known, as they stand in its row. */
struct document_inputs {
    struct step_input all[6];
    int count;
};

static void add_input(struct document_inputs *in, const struct ledger_entry *n,
                      const struct dataset *of, const char *column, date value)
{
    if (!column || value == DATE_NONE)
        return;
    in->all[in->count++] = (struct step_input){ .field = column,
                                                .value = value,
                                                .dataset = of->id,
                                                .key = n->key,
                                                .pull = n->pull,
                                                .line = n->line };
}

static struct document_inputs inputs_of(const struct ledger_entry *n, const struct dataset *of)
{
    const struct ledger *l = of ? of->ledger : NULL;
    struct document_inputs in = { .count = 0 };

    if (!l)
        return in;
    add_input(&in, n, of, l->signed_on, n->signed_on);
    add_input(&in, n, of, l->received, n->received);
    add_input(&in, n, of, l->until ? l->until : l->runs_from, n->until);
    add_input(&in, n, of, l->first, n->first);
    add_input(&in, n, of, l->last, n->last);
    add_input(&in, n, of, l->revoked_on, n->revoked_on);
    return in;
}

/* Tells what became of the document `n`. `result`: the day to which it leads; DATE_NONE: none. */
static void tell_document(const struct deriving *v, const struct ledger_entry *n, bool tolls,
                          date result, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

static void tell_document(const struct deriving *v, const struct ledger_entry *n, bool tolls,
                          date result, const char *format, ...)
{
    const struct dataset *of = tolls ? v->rule->tolled_by : v->rule->extended_by;
    struct document_inputs in;
    AUTO_TEXT said = { .max = 1800 };
    va_list args;

    if (!v->step)
        return;
    in = inputs_of(n, of);
    va_start(args, format);
    text_addv(&said, format, args);
    va_end(args);
    derive_step(v,
                &(struct derivation_step){ .does = tolls ? "tolling" : "extension",
                                           .authority = of && of->ledger ? of->ledger->law : NULL,
                                           .result = result,
                                           .inputs = in.all,
                                           .input_count = in.count },
                "%s", text_of(&said));
}

/* --- days that do not count --- */

/* Days of [first, last] that lie behind `from` and have not been counted. */
static int new_days(date first, date last, date from)
{
    if (first <= from)
        first = from + 1;
    return last >= first ? last - first + 1 : 0;
}

/* Why the days of an entry do not stop the clock; NULL: they do. */
static const char *why_left_out(const struct ledger_entry *n)
{
    if (n->outside)
        return n->outside;
    if (n->unreadable)
        return "it cannot be read whole";
    if (n->doubtful)
        return n->doubtful;
    if (n->revoked_on != DATE_NONE)
        return "it was revoked";
    if (n->first == DATE_NONE || n->last == DATE_NONE)
        return n->first == DATE_NONE ? "it does not say from which day"
                                     : "it does not say until which day";
    return n->last < n->first ? "it ends before it begins" : NULL;
}

/* Tells that none of its days stops the clock, which had run from `done` on and ended on `end`. */
static void tell_idle(const struct deriving *v, const struct ledger_entry *n, date done, date end)
{
    char day[DATE_LONG_SIZE], other[DATE_LONG_SIZE];

    if (!v->step)
        return;
    if (n->first > end || done >= end)
        tell_document(v, n, true, DATE_NONE,
                      "%s stops no time: it begins on %s, and the time had ended on %s.",
                      n->document, date_long(n->first, day), date_long(end, other));
    else if (n->last <= v->start)
        tell_document(v, n, true, DATE_NONE,
                      "%s stops no time: it ended on %s, before the time began to run.",
                      n->document, date_long(n->last, day));
    else
        tell_document(v, n, true, DATE_NONE,
                      "%s stops no more time: its days up to %s are left out already.", n->document,
                      date_long(n->last, day));
}

/* --- business days that do not count: what is left of the term stays in its own unit --- */

static bool is_tolled(const struct deriving *v, date d)
{
    for (int i = 0; i < v->o->toll_count; i++) {
        const struct ledger_entry *n = &v->o->tollings[i];

        if (!why_left_out(n) && d >= n->first && d <= n->last)
            return true;
    }
    return false;
}

static void tell_stops(const struct deriving *v)
{
    char day[DATE_LONG_SIZE], last[DATE_LONG_SIZE], cited[CITED_MAX];

    for (int i = 0; i < v->o->toll_count && v->step; i++) {
        const struct ledger_entry *n = &v->o->tollings[i];
        const char *left_out = why_left_out(n);

        if (left_out)
            tell_document(v, n, true, DATE_NONE, "%s stops no time: %s.", n->document, left_out);
        else if (n->first <= v->d.nominal && n->last > v->start)
            tell_document(v, n, true, DATE_NONE, "Business days from %s to %s do not count: %s%s.",
                          date_long(n->first, day), date_long(n->last, last), n->document,
                          cite(v->rule->tolled_by, cited));
        else
            tell_idle(v, n, v->start, v->d.nominal);
    }
}

static void toll_business(struct deriving *v)
{
    const struct counting *c = &v->counting;
    date d = v->start, before = v->d.nominal;
    char day[DATE_LONG_SIZE];

    for (int left = v->term.count; left;
         left -= calendar_is_open(c->calendar, d, c->place) && !is_tolled(v, d))
        if (++d > date_of(9999, 12, 31))
            break;
    v->d.uncounted |= !calendar_is_verified(c->calendar, v->start, d);
    v->d.nominal = d;
    tell_stops(v);
    if (d != before && v->step)
        derive_step(v, STEP("tolling", d), "So the time ends on %s.", date_long(d, day));
}

/* --- calendar days --- */

static void toll_days(struct deriving *v)
{
    date done = v->start;
    int total = 0;
    char day[DATE_LONG_SIZE], last[DATE_LONG_SIZE], cited[CITED_MAX];

    for (int i = 0; i < v->o->toll_count; i++) {
        const struct ledger_entry *n = &v->o->tollings[i];
        const char *left_out = why_left_out(n);
        int days;

        if (left_out) {
            tell_document(v, n, true, DATE_NONE, "%s stops no time: %s.", n->document, left_out);
            continue;
        }
        days = new_days(n->first, n->last, done);
        if (n->first > v->d.nominal || done >= v->d.nominal || !days) {
            tell_idle(v, n, done, v->d.nominal);
            continue;
        }
        done = n->last;
        total += days;
        v->d.nominal += days;
        if (v->step)
            tell_document(v, n, true, v->d.nominal, "%d day%s do%s not count: %s to %s, %s%s.",
                          days, days == 1 ? "" : "s", days == 1 ? "es" : "",
                          date_long(n->first, day), date_long(n->last, last), n->document,
                          cite(v->rule->tolled_by, cited));
    }
    if (total && v->step)
        derive_step(v, STEP("tolling", v->d.nominal), "So the time ends on %s.",
                    date_long(v->d.nominal, day));
}

void derive_toll(struct deriving *v)
{
    if (v->untolled || v->start == DATE_NONE || v->back || v->d.nominal == DATE_NONE ||
        !v->o->toll_count)
        return;
    if (v->term.unit != TERM_BUSINESS_DAYS)
        toll_days(v);
    else if (v->term.count > 0)
        toll_business(v);
}

/* --- extensions --- */

static void dispute(struct deriving *v, const struct ledger_entry *n, const char *why)
{
    char day[DATE_LONG_SIZE];

    if (n->until == DATE_NONE || date_is_sentinel(n->until)) {
        tell_document(v, n, false, DATE_NONE, "%s is not counted on: %s.", n->document, why);
        return;
    }
    if (v->step)
        tell_document(v, n, false, DATE_NONE,
                      "%s is not counted on: %s. If it holds, the time ends on %s.", n->document,
                      why, date_long(n->until, day));
    if (n->until > v->d.nominal && n->until > v->d.alternative) { /* DATE_NONE is before all */
        v->d.alternative = n->until;
        v->disputed = true;
    }
}

/* The last day on which an extension can still be signed: while suit is possible the time has not
 * run out, also where a closed day moved the last day on. */
static date signable(const struct deriving *v)
{
    bool before = v->rule->def->deadline->last_day == LAST_DAY_BEFORE;

    date last = v->fixed && !before ? v->d.nominal : derive_last(v, v->d.nominal);

    return before || last > v->d.nominal ? last : v->d.nominal; /* to act earlier is no law */
}

static void say_late(const struct deriving *v, const struct ledger_entry *n, struct text *why)
{
    char day[DATE_LONG_SIZE], end[DATE_LONG_SIZE];
    date last = signable(v);

    if (n->signed_on > last)
        text_addf(why, "it was signed on %s, after the last day, %s", date_long(n->signed_on, day),
                  date_long(last, end));
    else if (n->received != DATE_NONE && n->received > last)
        text_addf(why, "it was signed in time and received on %s, after the last day, %s",
                  date_long(n->received, day), date_long(last, end));
}

/* Why it cannot be relied upon although it may hold; nothing: it can. */
static void say_disputed(const struct deriving *v, const struct ledger_entry *n, struct text *why)
{
    char day[DATE_LONG_SIZE];

    if (n->unreadable)
        text_addf(why, "its %s cannot be read", n->unreadable);
    else if (n->doubtful)
        text_add(why, *n->doubtful ? n->doubtful : "of whom it is cannot be told");
    else if (n->until == DATE_NONE)
        text_add(why, "it does not say until when");
    else if (date_is_sentinel(n->until))
        text_addf(why, "%s is no day until which a document holds", date_long(n->until, day));
    else if (n->signed_on == DATE_NONE)
        text_add(why, "the day on which it was signed is not known");
    else if (n->ahead)
        text_addf(why, "it is signed on %s, a day that has not come", date_long(n->signed_on, day));
    else if (n->revoked_on != DATE_NONE)
        text_addf(why, "it was revoked on %s, and whether that is possible is not settled",
                  date_long(n->revoked_on, day));
    else if (v->rule->def->deadline->since_start && v->began != DATE_NONE &&
             n->signed_on < v->began)
        text_addf(why, "it was signed on %s, before the time began to run",
                  date_long(n->signed_on, day));
    else
        say_late(v, n, why);
}

static void tell_extension(const struct deriving *v, const struct ledger_entry *n, date until)
{
    char day[DATE_LONG_SIZE], in[DATE_LONG_SIZE], end[DATE_LONG_SIZE], most[TERM_TEXT_SIZE];
    bool received = n->received != DATE_NONE;
    char name[CITED_MAX], cited[CITED_MAX];

    if (!v->step)
        return;
    tell_document(v, n, false, n->until, "%s, signed in time on %s%s%s, extends it to %s%s.",
                  text_print(name, sizeof name, "%s", n->document), date_long(n->signed_on, day),
                  received ? " and received on " : "", received ? date_long(n->received, in) : "",
                  date_long(n->until, end), cite(v->rule->extended_by, cited));
    if (until != n->until)
        derive_step(v, STEP("cap", until), "One extension can add at most %s: so it goes to %s.",
                    term_text(v->rule->each, most), date_long(until, end));
}

/* An extension in time that ends when the time is still running, or then, adds nothing to it. */
static void tell_no_more(const struct deriving *v, const struct ledger_entry *n)
{
    char day[DATE_LONG_SIZE], end[DATE_LONG_SIZE];

    if (!v->step)
        return;
    date_long(n->until, day);
    if (n->until < n->signed_on)
        tell_document(v, n, false, DATE_NONE,
                      "%s extends nothing: it ends on %s, before it was signed.", n->document, day);
    else
        tell_document(v, n, false, DATE_NONE,
                      "%s adds nothing: it ends on %s, and the time ends on %s without it.",
                      n->document, day, date_long(v->d.nominal, end));
}

/* An extension that is in time. `*taken`: how many have counted before. */
static void extend_by(struct deriving *v, const struct ledger_entry *n, int *taken)
{
    int64_t most = v->rule->def->deadline->extensions_at_most;
    date until = n->until, reach;

    if (until <= v->d.nominal) {
        tell_no_more(v, n);
        return;
    }
    if (most && *taken >= most) {
        tell_document(v, n, false, DATE_NONE, "%s does not count: no more than %d extensions do.",
                      n->document, (int)most);
        return;
    }
    ++*taken;
    if (v->rule->each.count) {
        reach = derive_count(v, v->d.nominal, v->rule->each).day;
        until = reach != DATE_NONE && reach < until ? reach : until;
    }
    tell_extension(v, n, until);
    v->d.nominal = until;
    v->hour = -1; /* another day, to which no time of day belongs */
    v->start = DATE_NONE;
    v->back = false;
    v->fixed = until == n->until;
}

void derive_extend(struct deriving *v)
{
    int taken = 0;

    for (int i = 0; i < v->o->extension_count && v->d.nominal != DATE_NONE; i++) {
        const struct ledger_entry *n = &v->o->extensions[i];
        AUTO_TEXT why = { 0 };

        if (n->outside) {
            tell_document(v, n, false, DATE_NONE, "%s does not count: %s.", n->document,
                          n->outside);
            continue;
        }
        say_disputed(v, n, &why);
        if (why.size)
            dispute(v, n, text_of(&why));
        else
            extend_by(v, n, &taken);
    }
    if (v->o->unseen)
        derive_step(v, STEP("extension", DATE_NONE),
                    "What %s has now cannot be seen: this is the earliest day, and one of them may "
                    "extend it.",
                    v->o->unseen);
    if (v->d.alternative != DATE_NONE && v->d.alternative <= v->d.nominal)
        v->d.alternative = DATE_NONE;
}
