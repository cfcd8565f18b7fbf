#include "watch/reach.h"

#include "base/arena.h"
#include "base/limit.h"
#include "base/number.h"
#include "base/text.h"
#include "codec/digest.h"
#include "codec/json.h"
#include "codec/mime.h"
#include "db/schema.h"
#include "ingest/payload.h"
#include "notify/route.h"
#include "notify/words.h"
#include "watch/own.h"

#include <stdlib.h>
#include <string.h>

#define SUBJECT "recipient "
#define SUBJECT_REST "recipients"
#define SUBJECT_NAMES "recipients by name"
#define LOOKED_AT "reach_of"

LIMIT(UNREACHED_NAMES_SHOWN, 10);  /* told: that more owners have no address; coverage has all */
LIMIT(UNREACHED_FINDINGS_MAX, 50); /* told: how many more texts are no address; coverage has all */

/* What a route may fill, and from where. */
static const struct field_of {
    const char *placeholder, *name, *sql;
    const char *by_name, *title, *all; /* of those without an address */
} fields[] = {
#define FIELD(name, by_name, title, all)                                                           \
    {                                                                                              \
        "{" name "}", name,                                                                        \
            "SELECT " name ", count(*), sum(amount), min(subject) FROM duty WHERE " name " <> ''"  \
            " AND answer <> 'met' GROUP BY " name " ORDER BY count(*) DESC, " name,                \
            SUBJECT_NAMES by_name, title " in the data have no address", all                       \
    }
    FIELD("owner", "", "Owners", "coverage --list"), FIELD("unit", ": unit", "Units", "list"),
    FIELD("office", ": office", "Offices", "list --json")
};

/* A look under way. */
struct look {
    const struct judgement *judgement;
    struct json *there; /* subject: true, of what is open now */
    size_t count;       /* of findings */
    int64_t rest, rest_duties;
    int64_t names, names_duties; /* of a field, those that are no address and no contact */
    struct text some;            /* the first of them */
    int64_t *moves;
};

static struct own begin(const char *subject)
{
    return (struct own){ .rule = RULE_BLIND,
                         .subject = subject,
                         .amount = INT64_MIN,
                         .clears = "The next pull without it, or a contact of that name.",
                         .severity = SEVERITY_WARNING,
                         .operators = true };
}

static bool judge_one(struct look *l, const struct field_of *f, struct stmt *s, struct arena *a,
                      struct error *e)
{
    const char *value = arena_text(a, db_text(s, 0));
    struct own o = begin(arena_print(a, SUBJECT "%s", value));
    int64_t duties = db_int(s, 1);
    char address[MIME_ADDRESS_SIZE], money[MONEY_TEXT_SIZE];
    struct error why = { .text = "" };
    bool room = true; /* what is open stays so, whatever comes before it now */

    if (l->count >= UNREACHED_FINDINGS_MAX &&
        !own_is_open(l->judgement->state, RULE_BLIND, o.subject, &room, e))
        return false;
    if (!room) {
        l->rest++;
        l->rest_duties += duties;
        return true;
    }
    l->count++;
    mime_address_read(value, address, &why);
    o.title = arena_print(a, "Nobody can be reached as \"%s\"", value);
    o.remedy = arena_print(a,
                           "Have one address entered as the %s, or add contacts = ( { name = "
                           "\"...\"; to = \"...\"; } ) for this text.",
                           f->name);
    o.steps = (const char *const[]){
        arena_print(a, "It stands as the %s of %lld %s%s%s: %s.", f->name, (long long)duties,
                    text_plural(duties, "duty", "duties"), db_is_null(s, 2) ? "" : ", ",
                    db_is_null(s, 2) ? "" : money_text(db_int(s, 2), money), why.text),
        arena_print(a, "The first is that of %s.", db_text(s, 3)),
        "What it would have got goes to whom the next route names.", NULL
    };
    json_set_truth(l->there, o.subject, true);
    return own_judge(l->judgement, &o, OWN_THERE, l->moves, e);
}

static void note_name(struct look *l, struct stmt *s)
{
    if (l->names < UNREACHED_NAMES_SHOWN)
        text_addf(&l->some, "%s%s", l->names ? "; " : "", db_text(s, 0));
    l->names++;
    l->names_duties += db_int(s, 1);
}

static bool look_at(struct look *l, const struct field_of *f, struct error *e)
{
    const struct settings *settings = l->judgement->generation->settings;
    AUTO(arena) a = arena_new();
    STMT s = NULL;
    bool row;

    if (!db_query_text(l->judgement->data, &s, e, f->sql, ""))
        return false;
    for (;;) {
        arena_reset(a);
        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        if (route_reaches(settings, db_text(s, 0)) ||
            !route_uses(settings, f->placeholder, db_text(s, 0)))
            continue;
        if (!strchr(db_text(s, 0), '@'))
            note_name(l, s);
        else if (!judge_one(l, f, s, a, e))
            return false;
    }
}

static bool judge_rest(struct look *l, struct error *e)
{
    AUTO(arena) a = arena_new();
    struct own o = begin(SUBJECT_REST);

    if (!l->rest)
        return true;
    o.title = "Many more people cannot be reached";
    o.remedy = "Look at what the column of the owner has: dutywatch coverage --list.";
    o.steps = (const char *const[]){
        arena_print(a, "%lld more texts with @, in %lld duties, are no address.",
                    (long long)l->rest, (long long)l->rest_duties),
        NULL
    };
    json_set_truth(l->there, o.subject, true);
    return own_judge(l->judgement, &o, OWN_THERE, l->moves, e);
}

/* Names for which nobody wrote a contact: no slip of the pen, so they are one finding in the
 * digest.
 */
static bool judge_names(struct look *l, const struct field_of *f, struct error *e)
{
    AUTO(arena) a = arena_new();
    struct own o = begin(f->by_name);

    if (!l->names)
        return true;
    o.digest = true;
    o.severity = SEVERITY_NOTICE;
    o.title = f->title;
    o.remedy = arena_print(a,
                           "Add contacts = ( { name = \"...\"; to = \"...\"; } ) for them; all of "
                           "them: dutywatch %s.",
                           f->all);
    o.steps = (const char *const[]){
        arena_print(a, "%lld %s%s, in %lld %s, %s no address and no contact: %s%s.",
                    (long long)l->names, f->name, text_plural(l->names, "", "s"),
                    (long long)l->names_duties, text_plural(l->names_duties, "duty", "duties"),
                    text_plural(l->names, "is", "are"), text_of(&l->some),
                    l->names > UNREACHED_NAMES_SHOWN ? "; ..." : ""),
        "What they would have got goes to whom the next route names.", NULL
    };
    json_set_truth(l->there, o.subject, true);
    return own_judge(l->judgement, &o, OWN_THERE, l->moves, e);
}

static enum own_state end_one(const void *data, struct own *o)
{
    static const char *const steps[] = { "It stands there no more, or leads somewhere now.", NULL };
    const char *subject = o->subject;

    (void)data;
    *o = begin(subject);
    o->title = "Everybody can be reached";
    o->digest = text_starts(subject, SUBJECT_NAMES);
    o->steps = steps;
    return OWN_ENDED;
}

static void add_texts(struct text *out, const char *name, const struct texts *all)
{
    for (size_t i = 0; i < all->count; i++)
        text_addf(out, "%s: %s\n", name, all->all[i]);
}

/* A digest of what a look rests on: data, day, routes and contacts. */
static bool basis_of(const struct judgement *j, char ret[DIGEST_TEXT_SIZE], struct error *e)
{
    const struct settings *s = j->generation->settings;
    AUTO_TEXT all = { 0 };
    int64_t version = 0;

    if (!ingest_version(j->data, &version, e))
        return false;
    text_addf(&all, "%lld %d\n", (long long)version, (int)j->today);
    for (LIST_EACH(const struct contact, c, &s->contacts))
        text_addf(&all, "%s = %s\n", c->name, c->to);
    for (LIST_EACH(const struct route, r, &s->routes)) {
        add_texts(&all, "to", &r->to);
        add_texts(&all, "units", &r->units);
        add_texts(&all, "offices", &r->offices);
        text_addf(&all, "%s %d\n", r->channel, r->cadence);
    }
    digest_of(text_of(&all), all.size, ret);
    return true;
}

/* All of it. */
static bool look_around(struct look *l, struct error *e)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        l->names = l->names_duties = 0;
        text_clear(&l->some);
        if (route_uses(l->judgement->generation->settings, fields[i].placeholder, NULL) &&
            (!look_at(l, &fields[i], e) || !judge_names(l, &fields[i], e)))
            return false;
    }
    return judge_rest(l, e) &&
           own_end(l->judgement,
                   &(struct own_ending){ RULE_BLIND, "recipient", l->there, end_one, NULL },
                   l->moves, e);
}

bool reach_judge(const struct judgement *j, int64_t *moves, struct error *e)
{
    AUTO(json) there = json_group();
    struct look l = { .judgement = j, .there = there, .moves = moves };
    char basis[DIGEST_TEXT_SIZE];
    char *last AUTO_FREE = NULL;
    bool good;

    if (!basis_of(j, basis, e) || !setting_get(j->state, LOOKED_AT, &last, e))
        return false;
    if (text_same(last, basis))
        return true;
    good = look_around(&l, e);
    text_free(&l.some);
    return good ? setting_put(j->state, LOOKED_AT, basis, e) : error_wrap(e, "who can be reached");
}
