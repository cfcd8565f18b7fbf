#include "judge/deriving.h"

/* Days of [first, last] that lie behind `from` and have not been counted. */
static int new_days(date first, date last, date from)
{
    if (first <= from)
        first = from + 1;
    return last >= first ? last - first + 1 : 0;
}

/* Days that do not count, united; in the order of their first day. */
void derive_toll(struct deriving *v)
{
    date done = v->start;
    int total = 0;
    char day[DATE_LONG_SIZE], last[DATE_LONG_SIZE];

    for (int i = 0; i < v->o->toll_count && v->start != DATE_NONE && !v->back; i++) {
        const struct ledger_entry *n = &v->o->tollings[i];
        int days;

        if (n->first == DATE_NONE || n->last == DATE_NONE || n->revoked_on != DATE_NONE) {
            derive_tell(v, "Days that may not count are left out: %s has no first or last day%s.",
                        n->document, n->revoked_on != DATE_NONE ? ", or was revoked" : "");
            continue;
        }
        if (n->first > v->d.nominal || done >= v->d.nominal)
            continue; /* time had run out before */
        days = new_days(n->first, n->last, done);
        if (!days)
            continue;
        done = n->last > done ? n->last : done;
        total += days;
        v->d.nominal += days;
        derive_tell(v, "%d day%s do%s not count: %s to %s (%s).", days, days == 1 ? "" : "s",
                    days == 1 ? "es" : "", date_long(n->first, day), date_long(n->last, last),
                    n->document);
    }
    if (total)
        derive_tell(v, "So the time ends on %s.", date_long(v->d.nominal, day));
}

static void set_alternative(struct deriving *v, date until)
{
    v->d.alternative = until;
    v->disputed = true;
}

static void dispute(struct deriving *v, const struct ledger_entry *n, const char *why)
{
    char day[DATE_LONG_SIZE];

    if (n->until == DATE_NONE) {
        derive_tell(v, "%s is not counted on: %s.", n->document, why);
        return;
    }
    derive_tell(v, "%s is not counted on: %s. If it holds, the time ends on %s.", n->document, why,
                date_long(n->until, day));
    if (n->until > v->d.nominal && n->until > v->d.alternative) /* DATE_NONE is before all */
        set_alternative(v, n->until);
}

/* Extensions in the order in which they were signed. */
void derive_extend(struct deriving *v)
{
    char day[DATE_LONG_SIZE], until[DATE_LONG_SIZE];

    for (int i = 0; i < v->o->extension_count && v->d.nominal != DATE_NONE; i++) {
        const struct ledger_entry *n = &v->o->extensions[i];

        if (n->revoked_on != DATE_NONE) {
            derive_tell(v, "%s does not count: it was revoked on %s.", n->document,
                        date_long(n->revoked_on, day));
        } else if (n->until == DATE_NONE) {
            dispute(v, n, "it does not say until when");
        } else if (n->signed_on == DATE_NONE) {
            dispute(v, n, "the day on which it was signed is not known");
        } else if (n->signed_on > v->d.nominal) {
            dispute(v, n, "it was signed after the last day");
        } else if (n->until > v->d.nominal) {
            derive_tell(v, "%s, signed on %s, extends it to %s.", n->document,
                        date_long(n->signed_on, day), date_long(n->until, until));
            v->d.nominal = n->until;
            v->start = DATE_NONE;
        }
    }
    if (v->d.alternative != DATE_NONE && v->d.alternative <= v->d.nominal)
        v->d.alternative = DATE_NONE;
}
