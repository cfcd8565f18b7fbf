#include "base/limit.h"
#include "calendar/lastday.h"
#include "judge/deriving.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

LIMIT(CITED_MAX, 400); /* told: a document and its law in a derivation end in an ellipsis */

/* "W-2 (19 USC 1621)": the document, and by which authority it counts. */
static const char *cite(const struct ledger_entry *n, const struct dataset *of,
                        char buffer[static CITED_MAX])
{
    AUTO_TEXT t = { .max = CITED_MAX - 1 };

    text_add(&t, n->document);
    if (of && of->ledger && of->ledger->law)
        text_addf(&t, " (%s)", of->ledger->law);
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
    if (n->revoked_on != DATE_NONE)
        return "it was revoked";
    if (n->first == DATE_NONE || n->last == DATE_NONE)
        return n->first == DATE_NONE ? "it does not say from which day"
                                     : "it does not say until which day";
    return n->last < n->first ? "it ends before it begins" : NULL;
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
            tell_document(v, n, true, DATE_NONE, "Business days from %s to %s do not count: %s.",
                          date_long(n->first, day), date_long(n->last, last),
                          cite(n, v->rule->tolled_by, cited));
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
        if (n->first > v->d.nominal || done >= v->d.nominal)
            continue; /* time had run out before */
        days = new_days(n->first, n->last, done);
        if (!days)
            continue;
        done = n->last;
        total += days;
        v->d.nominal += days;
        if (v->step)
            tell_document(v, n, true, v->d.nominal, "%d day%s do%s not count: %s to %s, %s.", days,
                          days == 1 ? "" : "s", days == 1 ? "es" : "", date_long(n->first, day),
                          date_long(n->last, last), cite(n, v->rule->tolled_by, cited));
    }
    if (total && v->step)
        derive_step(v, STEP("tolling", v->d.nominal), "So the time ends on %s.",
                    date_long(v->d.nominal, day));
}

void derive_toll(struct deriving *v)
{
    if (v->start == DATE_NONE || v->back || v->d.nominal == DATE_NONE || !v->o->toll_count)
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

/* Why it cannot be relied upon although it may hold; NULL: it can. */
static const char *why_disputed(const struct deriving *v, const struct ledger_entry *n,
                                char buffer[static 80])
{
    bool before = v->rule->def->deadline->last_day == LAST_DAY_BEFORE;
    char day[DATE_LONG_SIZE], end[DATE_LONG_SIZE];

    if (n->unreadable) {
        return text_print(buffer, 80, "its %s cannot be read", n->unreadable);
    }
    if (n->until == DATE_NONE)
        return "it does not say until when";
    if (date_is_sentinel(n->until)) {
        snprintf(buffer, 80, "%s is no day until which a document holds", date_long(n->until, end));
        return buffer;
    }
    if (n->signed_on == DATE_NONE)
        return "the day on which it was signed is not known";
    if (n->ahead) {
        snprintf(buffer, 80, "it is signed on %s, a day that has not come",
                 date_long(n->signed_on, day));
        return buffer;
    }
    if (n->signed_on <= v->d.nominal - before)
        return NULL;
    snprintf(buffer, 80, "it was signed on %s, %s the time %sended on %s",
             date_long(n->signed_on, day), before ? "not before" : "after", before ? "" : "had ",
             date_long(v->d.nominal, end));
    return buffer;
}

static void tell_extension(const struct deriving *v, const struct ledger_entry *n, date until)
{
    char day[DATE_LONG_SIZE], in[DATE_LONG_SIZE], end[DATE_LONG_SIZE], most[TERM_TEXT_SIZE];
    bool received = n->received != DATE_NONE;
    char cited[CITED_MAX];

    if (!v->step)
        return;
    tell_document(v, n, false, n->until, "%s, signed in time on %s%s%s, extends it to %s.",
                  cite(n, v->rule->extended_by, cited), date_long(n->signed_on, day),
                  received ? " and received on " : "", received ? date_long(n->received, in) : "",
                  date_long(n->until, end));
    if (until != n->until)
        derive_step(v, STEP("cap", until), "One extension can add at most %s: so it goes to %s.",
                    term_text(v->rule->each, most), date_long(until, end));
}

/* An extension that is in time. `*taken`: how many have counted before. */
static void extend_by(struct deriving *v, const struct ledger_entry *n, int *taken)
{
    int64_t most = v->rule->def->deadline->extensions_at_most;
    date until = n->until, reach;
    char day[DATE_LONG_SIZE];

    if (until <= v->d.nominal) {
        if (until < n->signed_on && v->step)
            tell_document(v, n, false, DATE_NONE,
                          "%s extends nothing: it ends on %s, before it was signed.", n->document,
                          date_long(until, day));
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
    v->start = DATE_NONE;
    v->back = false;
    v->fixed = until == n->until;
}

void derive_extend(struct deriving *v)
{
    int taken = 0;
    char day[DATE_LONG_SIZE], late[80];

    for (int i = 0; i < v->o->extension_count && v->d.nominal != DATE_NONE; i++) {
        const struct ledger_entry *n = &v->o->extensions[i];
        const char *disputed = why_disputed(v, n, late);

        if (n->outside)
            tell_document(v, n, false, DATE_NONE, "%s does not count: %s.", n->document,
                          n->outside);
        else if (n->revoked_on != DATE_NONE && !n->unreadable)
            tell_document(v, n, false, DATE_NONE, "%s does not count: it was revoked on %s.",
                          n->document, date_long(n->revoked_on, day));
        else if (disputed)
            dispute(v, n, disputed);
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
