#include "judge/documents.h"

#include "base/text.h"
#include "ingest/unread.h"

#include <string.h>

static date ledger_day(struct cage_stmt *s, int column)
{
    return cage_is_null(s, column) ? DATE_NONE : date_read(cage_text(s, column));
}

/* The same for a day that something happened: one that stands for none is not known. */
static date ledger_event(struct cage_stmt *s, int column)
{
    date d = ledger_day(s, column);

    return date_is_sentinel(d) ? DATE_NONE : d;
}

/* Whether a cell, which may be a list, has `wanted`; one that is empty has everything. */
static bool covers(struct cage_stmt *s, int column, const char *wanted)
{
    AUTO_TEXT element = { 0 };
    const char *cell;

    if (!wanted || cage_is_null(s, column) || !*cage_text(s, column))
        return true;
    cell = cage_text(s, column);
    text_addf(&element, "\"%s\"", wanted);
    return strcmp(cell, wanted) == 0 || (*cell == '[' && strstr(cell, text_of(&element)));
}

/* A cell for people: a list without its brackets and quotes. */
static const char *plain(const char *cell, struct arena *a)
{
    AUTO_TEXT t = { 0 };

    if (*cell != '[')
        return cell;
    for (; *cell; cell++)
        if (*cell == ',')
            text_add(&t, ", ");
        else if (!strchr("[]\"", *cell))
            text_addn(&t, cell, 1);
    return arena_text(a, text_of(&t));
}

static const char *why_outside(struct cage_stmt *s, const struct observation *o, struct arena *a)
{
    if (o->scope && *o->scope != '[' && !covers(s, LEDGER_SCOPE, o->scope))
        return arena_print(a, "it covers %s, not %s", plain(cage_text(s, LEDGER_SCOPE), a),
                           o->scope);
    if (!covers(s, LEDGER_PARTY, o->party))
        return arena_print(a, "it is of %s, not of %s", plain(cage_text(s, LEDGER_PARTY), a),
                           o->party);
    return NULL;
}

/* NULL for one that is empty. */
static const char *cell(struct cage_stmt *s, int column, struct arena *a)
{
    const char *text = cage_is_null(s, column) ? "" : cage_text(s, column);

    return *text && strcmp(text, "[]") != 0 ? arena_text(a, text) : NULL;
}

/* The columns that the ledger names and that cannot be read of this document: "until, party". */
static const char *unreadable(struct cage_stmt *s, const struct ledger *l, struct arena *a)
{
    const char *names[] = { l->document,  l->signed_on, l->received,  l->until, l->term,
                            l->runs_from, l->first,     l->last,      l->scope, l->covers,
                            l->party,     l->common,    l->revoked_on };
    const char *cells = cage_is_null(s, LEDGER_UNREAD) ? NULL : cage_text(s, LEDGER_UNREAD);
    AUTO_TEXT t = { 0 };
    bool kept;

    for (size_t i = 0; cells && i < sizeof names / sizeof *names; i++)
        if (names[i] && unread_why(cells, names[i], a, &kept))
            text_addf(&t, "%s%s", t.size ? ", " : "", names[i]);
    return t.size ? arena_text(a, text_of(&t)) : NULL;
}

static struct ledger_entry read_entry(struct cage_stmt *s, const struct ledger *l,
                                      const struct observation *o, date today, struct arena *a)
{
    struct ledger_entry n = { .unreadable = unreadable(s, l, a),
                              .document = arena_text(a, cage_text(s, LEDGER_DOCUMENT)),
                              .signed_on = ledger_event(s, LEDGER_SIGNED),
                              .outside = why_outside(s, o, a),
                              .received = ledger_event(s, LEDGER_RECEIVED),
                              .until = ledger_day(s, LEDGER_UNTIL),
                              .first = ledger_event(s, LEDGER_FIRST),
                              .last = ledger_event(s, LEDGER_LAST),
                              .revoked_on = ledger_day(s, LEDGER_REVOKED),
                              .covers = cell(s, LEDGER_COVERS, a),
                              .whose = cell(s, LEDGER_PARTY, a),
                              .scope = cell(s, LEDGER_SCOPE, a),
                              .common = cage_number(s, LEDGER_COMMON) != 0,
                              .key = arena_text(a, cage_text(s, LEDGER_KEY)),
                              .pull = cage_number(s, LEDGER_PULL),
                              .line = cage_number(s, LEDGER_LINE) };
    date from = ledger_day(s, LEDGER_RUNS_FROM);
    struct term t;

    if (n.until == DATE_NONE && from != DATE_NONE && !cage_is_null(s, LEDGER_TERM) &&
        term_read_plain(cage_text(s, LEDGER_TERM), &t))
        n.until = term_end(from, t, NULL);
    n.ahead = n.signed_on != DATE_NONE && n.signed_on > today;
    return n;
}

bool documents_read(struct cage_stmt *s, const struct dataset *of, const struct cage_values *v,
                    const struct observation *o, struct arena *a, const struct ledger_entry **ret,
                    int *ret_count, struct error *e)
{
    struct ledger_entry *all = NULL;
    size_t n = 0, room = 0;
    bool row = true;

    if (!s)
        return true;
    if (!cage_bind(s, v, e))
        return false;
    for (;;) {
        if (!cage_row(s, &row, e))
            return false;
        if (!row)
            break;
        if (n == room) {
            room = room ? room * 2 : 16;
            all = arena_grow(a, all, n * sizeof *all, room * sizeof *all);
        }
        all[n++] = read_entry(s, of->ledger, o, v->today, a);
    }
    cage_reset(s);
    *ret = all;
    *ret_count = (int)n;
    return true;
}

static const char *doubt_cells(const struct ledger_entry *n, struct arena *a)
{
    return arena_print(a, "%s of %s, which cannot be read", n->unreadable, n->document);
}

static const char *doubt_extension(const struct ledger_entry *n, struct arena *a)
{
    char day[DATE_LONG_SIZE], end[DATE_LONG_SIZE];

    if (n->unreadable)
        return doubt_cells(n, a);
    if (n->ahead)
        return arena_print(a, "when %s was signed: %s has not come", n->document,
                           date_long(n->signed_on, day));
    if (n->signed_on == DATE_NONE || n->until == DATE_NONE)
        return arena_print(a,
                           n->signed_on == DATE_NONE ? "when %s was signed" : "until when %s holds",
                           n->document);
    if (date_is_sentinel(n->until))
        return arena_print(a, "until when %s holds: %s is no such day", n->document,
                           date_long(n->until, end));
    if (n->until < n->signed_on)
        return arena_print(a, "until when %s holds: %s is before %s, when it was signed",
                           n->document, date_long(n->until, end), date_long(n->signed_on, day));
    return NULL;
}

static const char *doubt_tolling(const struct ledger_entry *n, struct arena *a)
{
    char day[DATE_LONG_SIZE], end[DATE_LONG_SIZE];

    if (n->unreadable)
        return doubt_cells(n, a);
    if (n->first == DATE_NONE || n->last == DATE_NONE)
        return arena_print(a, "%s which day %s stops the time",
                           n->first == DATE_NONE ? "from" : "until", n->document);
    if (n->last < n->first)
        return arena_print(a, "until which day %s stops the time: %s is before %s, its first",
                           n->document, date_long(n->last, end), date_long(n->first, day));
    return NULL;
}

static bool holds(const struct ledger_entry *n)
{
    return !n->outside && (n->revoked_on == DATE_NONE || n->unreadable);
}

const char *documents_doubt(const struct observation *o, struct arena *a)
{
    const char *doubt = NULL;

    for (int i = 0; i < o->extension_count && !doubt; i++)
        if (holds(&o->extensions[i]))
            doubt = doubt_extension(&o->extensions[i], a);
    for (int i = 0; i < o->toll_count && !doubt; i++)
        if (holds(&o->tollings[i]))
            doubt = doubt_tolling(&o->tollings[i], a);
    return doubt;
}

const char *documents_doubtful(const struct observation *o, struct arena *a)
{
    const struct ledger_entry *all[] = { o->extensions, o->tollings };
    int counts[] = { o->extension_count, o->toll_count };

    for (int k = 0; k < 2; k++)
        for (int i = 0; i < counts[k]; i++)
            if (holds(&all[k][i]) && all[k][i].doubtful)
                return arena_print(a, "for whom %s holds: %s", all[k][i].document,
                                   all[k][i].doubtful);
    return NULL;
}

date documents_ahead(const struct observation *o)
{
    date best = DATE_NONE;

    for (int i = 0; i < o->extension_count; i++)
        if (o->extensions[i].ahead && (best == DATE_NONE || o->extensions[i].signed_on < best))
            best = o->extensions[i].signed_on;
    return best;
}
