#include "scenario/expect.h"

#include "base/text.h"
#include "codec/json.h"
#include "db/db.h"
#include "fetch/source.h"
#include "send/plain.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *need(struct run *r, struct words *w, const char *what)
{
    const char *word = words_take(w);

    if (!word)
        run_fail(r, "expect: %s is missing", what);
    return word;
}

static int64_t need_number(struct run *r, struct words *w, const char *what)
{
    const char *word = need(r, w, what);

    if (!isdigit((unsigned char)*word))
        run_fail(r, "expect: %s is no number: %s", what, word);
    return atoll(word);
}

static void must(struct run *r, bool ok, const struct error *e)
{
    if (!ok)
        run_fail(r, "%s", e->text);
}

/* The state database, which only an engine that was started has. */
static struct db *state(struct run *r)
{
    return engine_state(run_engine(r));
}

static struct db *data(struct run *r)
{
    return engine_data(run_engine(r));
}

/* The first column of the only row of a query with text parameters. */
static const char *one_text(struct run *r, struct db *db, const char *sql, const char *types,
                            const char *a, const char *b)
{
    STMT s = NULL;
    bool row = false;
    struct error e;
    bool ok = types[0] == '\0'   ? db_query_text(db, &s, &e, sql, "")
              : types[1] == '\0' ? db_query_text(db, &s, &e, sql, types, a)
                                 : db_query_text(db, &s, &e, sql, types, a, b);

    must(r, ok && db_row(s, &row, &e), &e);
    return row ? arena_text(r->arena, db_text(s, 0)) : NULL;
}

static void same_number(struct run *r, const char *what, int64_t is, int64_t wanted)
{
    if (is != wanted)
        run_fail(r, "%s: %lld, not %lld", what, (long long)is, (long long)wanted);
}

/* --- findings, duties, moves --- */

/* A subject as scenarios write it: "C-1", or with its period "Machinery 2025-02". */
#define SUBJECT "subject || iif(period = '', '', ' ' || period)"

struct wanted_finding {
    const char *rule, *subject, *status, *stage, *due, *quiet;
    bool past, on_time, alarmed;
};

/* The number of the rung that is written so; -1 for none. */
static int64_t stage_number(struct run *r, const char *rule, const char *stage)
{
    const struct prepared_rule *p = rulebook_rule(engine_generation(run_engine(r))->book, rule);
    int i = 0;

    if (strcmp(stage, "none") == 0)
        return -1;
    if (!p || !strchr(stage, ' '))
        return atoi(stage);
    for (LIST_EACH(const struct rung, g, &p->ladder->rungs)) {
        if (strcmp(g->when, stage) == 0)
            return i;
        i++;
    }
    run_fail(r, "the ladder of %s has no rung \"%s\"", rule, stage);
}

static void read_wanted(struct run *r, struct words *w, struct wanted_finding *f)
{
    f->rule = need(r, w, "the rule");
    f->subject = need(r, w, "the subject");
    f->status = need(r, w, "open, resolved, withdrawn or none");
    while (words_peek(w)) {
        if (words_is(w, "stage"))
            f->stage = need(r, w, "the rung");
        else if (words_is(w, "due"))
            f->due = need(r, w, "the day");
        else if (words_is(w, "past"))
            f->past = true;
        else if (words_is(w, "on-time"))
            f->on_time = true;
        else if (words_is(w, "alarmed"))
            f->alarmed = true;
        else if (words_is(w, "quiet"))
            f->quiet = need(r, w, "the reason");
        else
            return;
    }
}

static void compare(struct run *r, const struct wanted_finding *f, struct stmt *s)
{
    const char *due = db_text(s, 2) ? db_text(s, 2) : "none", *quiet = db_text(s, 4);
    bool past = !db_is_null(s, 3);
    bool wrong = strcasecmp(db_text(s, 0), f->status) != 0;

    wrong |= f->stage && db_int(s, 1) != stage_number(r, f->rule, f->stage);
    wrong |= f->due && strcmp(f->due, due) != 0;
    wrong |= (f->past && !past) || (f->on_time && past) || (f->alarmed && quiet);
    wrong |= f->quiet && !(quiet && strstr(quiet, f->quiet));
    if (wrong)
        run_fail(r, "finding %s %s is %s, stage %lld, due %s, %s%s%s", f->rule, f->subject,
                 db_text(s, 0), (long long)db_int(s, 1), due, past ? "past" : "on-time",
                 quiet ? ", quiet " : "", quiet ? quiet : "");
}

static void expect_finding(struct run *r, struct words *w)
{
    struct wanted_finding f = { 0 };
    STMT s = NULL;
    bool row = false;
    struct error e;

    read_wanted(r, w, &f);
    must(r,
         db_query(state(r), &s, &e,
                  "SELECT status, stage, due, breached_on, quiet_because FROM finding"
                  " WHERE rule = ? AND " SUBJECT " = ?",
                  "tt", f.rule, f.subject) &&
             db_row(s, &row, &e),
         &e);
    if (row == (strcmp(f.status, "none") == 0))
        run_fail(r, row ? "there is a finding %s %s" : "there is no finding %s %s", f.rule,
                 f.subject);
    if (row)
        compare(r, &f, s);
}

static void expect_duty(struct run *r, struct words *w)
{
    const char *rule = need(r, w, "the rule"), *subject = need(r, w, "the subject");
    const char *is = one_text(r, data(r),
                              "SELECT answer || ' due ' || coalesce(due, 'none') || ' bound ' ||"
                              " bound || ' ask ' || coalesce(ask, '') FROM duty"
                              " WHERE rule = ? AND " SUBJECT " = ?",
                              "tt", rule, subject);
    bool wrong = false;

    if (words_is(w, "none")) {
        if (is)
            run_fail(r, "duty %s %s is there: %s", rule, subject, is);
        return;
    }
    if (!is)
        run_fail(r, "there is no duty %s %s", rule, subject);
    while (words_peek(w)) {
        if (words_is(w, "due"))
            wrong |= !strstr(is, arena_print(r->arena, " due %s ", need(r, w, "the day")));
        else if (words_is(w, "answer"))
            wrong |= !text_starts(is, need(r, w, "pending or unknown"));
        else if (words_is(w, "bound"))
            wrong |= !strstr(is, " bound 1 ");
        else if (words_is(w, "ask"))
            wrong |= !strstr(is, need(r, w, "what is asked for"));
        else
            break;
    }
    if (wrong)
        run_fail(r, "duty %s %s is %s", rule, subject, is);
}

/* What is left of the statement, with ", " between. */
static const char *rest(struct run *r, struct words *w)
{
    AUTO_TEXT t = { 0 };

    while (words_peek(w))
        text_addf(&t, "%s%s", t.size ? ", " : "", words_take(w));
    return arena_text(r->arena, text_of(&t));
}

static void same_list(struct run *r, const char *what, const char *is, const char *wanted)
{
    if (strcmp(is ? is : "", wanted) != 0)
        run_fail(r, "%s: %s; not %s", what, is ? is : "nothing", wanted);
}

static void expect_moves(struct run *r, struct words *w)
{
    const char *rule = need(r, w, "the rule"), *subject = need(r, w, "the subject");
    const char *is = one_text(r, state(r),
                              "SELECT group_concat(cause, ', ') FROM (SELECT cause FROM move"
                              " WHERE finding = (SELECT id FROM finding WHERE rule = ?"
                              " AND " SUBJECT " = ?) ORDER BY ordinal)",
                              "tt", rule, subject);

    same_list(r, arena_print(r->arena, "moves of %s %s", rule, subject), is, rest(r, w));
}

/* On which days moves of one cause happened. */
static void expect_move(struct run *r, struct words *w)
{
    const char *rule = need(r, w, "the rule"), *subject = need(r, w, "the subject");
    const char *cause = need(r, w, "the cause");
    const char *is = one_text(r, state(r),
                              arena_print(r->arena,
                                          "SELECT group_concat(day, ', ') FROM (SELECT day FROM"
                                          " move WHERE cause = '%s' AND finding = (SELECT id FROM"
                                          " finding WHERE rule = ? AND " SUBJECT " = ?)"
                                          " ORDER BY ordinal)",
                                          cause),
                              "tt", rule, subject);

    if (!words_is(w, "on"))
        run_fail(r, "expect move RULE SUBJECT CAUSE on DATE...");
    same_list(r, arena_print(r->arena, "%s %s %s on", rule, subject, cause), is, rest(r, w));
}

/* Which moves were told to anybody, in messages that were sent. */
static void expect_told(struct run *r, struct words *w)
{
    const char *rule = need(r, w, "the rule"), *subject = need(r, w, "the subject");
    const char *to = words_is(w, "to") ? need(r, w, "the address") : NULL;
    const char *is = one_text(
        r, state(r),
        arena_print(r->arena,
                    "SELECT group_concat(cause, ', ') FROM (SELECT m.cause FROM move m"
                    " JOIN notification n ON n.finding = m.finding AND n.ordinal = m.ordinal"
                    " JOIN message g ON g.key = n.message AND g.state = 'SENT'"
                    " WHERE m.finding = (SELECT id FROM finding WHERE rule = ? AND " SUBJECT " = ?)"
                    " %s%s%s ORDER BY m.ordinal, n.recipient)",
                    to ? "AND n.recipient = '" : "", to ? to : "", to ? "'" : ""),
        "tt", rule, subject);

    same_list(r, arena_print(r->arena, "told of %s %s", rule, subject), is, rest(r, w));
}

/* --- messages --- */

struct wanted_message {
    const char *to, *subject, *kind, *texts[4], *without;
    int text_count;
    int64_t count; /* -1: at least one */
    bool about;    /* in torture so many or fewer, but one */
};

/* What the message says, from the outbox. */
static void look_up(struct run *r, struct delivery *d)
{
    AUTO(json) content = NULL;
    AUTO_TEXT plain = { 0 };
    STMT s = NULL;
    bool row = false;
    struct error e;

    if (d->subject)
        return;
    must(r,
         db_query(state(r), &s, &e, "SELECT subject, kind, content FROM message WHERE key = ?", "t",
                  d->key) &&
             db_row(s, &row, &e),
         &e);
    if (!row)
        run_fail(r, "a message to %s has no row in the outbox: %s", d->to, d->key);
    content = json_read(db_text(s, 2), strlen(db_text(s, 2)), &e);
    must(r, content != NULL, &e);
    plain_write(content, &plain);
    d->subject = outside_text(r->o, db_text(s, 0));
    d->kind = outside_text(r->o, db_text(s, 1));
    d->text = outside_text(r->o, text_of(&plain));
}

/* A list of addresses has this one; "ops@" stands for any that begins so. */
static bool is_to(const char *list, const char *address)
{
    const char *at = address ? strstr(list, address) : list;
    size_t n = address ? strlen(address) : 0;

    if (!address)
        return true;
    return at && (at == list || at[-1] == ' ' || at[-1] == '<') &&
           (address[n - 1] == '@' || !at[n] || at[n] == ',' || at[n] == '>');
}

/* Texts are wrapped: blanks and line ends are the same. */
static bool says(const char *text, const char *words)
{
    for (; *text; text++) {
        const char *t = text, *w = words;

        while (*w && *t && (*t == *w || (isspace((unsigned char)*t) && *w == ' '))) {
            if (*w == ' ')
                t += strspn(t, " \n");
            else
                t++;
            w++;
        }
        if (!*w)
            return true;
    }
    return false;
}

static bool fits(struct run *r, struct delivery *d, const struct wanted_message *m)
{
    look_up(r, d);
    for (int i = 0; i < m->text_count; i++)
        if (!says(d->text, m->texts[i]))
            return false;
    return is_to(d->to, m->to) && (!m->subject || strstr(d->subject, m->subject)) &&
           (!m->kind || strcmp(m->kind, d->kind) == 0) &&
           (!m->without || !says(d->text, m->without));
}

static void list_messages(struct run *r, struct text *t, bool whole)
{
    int64_t n = 0;

    for (struct delivery *d = r->o->deliveries; d; d = d->next) {
        if (n++ < r->o->cleared)
            continue;
        look_up(r, d);
        text_addf(t, "\n    to %s (%s): %s", d->to, d->kind, d->subject);
        if (whole)
            text_addf(t, "\n%s", d->text);
    }
    if (n == r->o->cleared)
        text_add(t, "\n    no message arrived");
}

static int64_t count_messages(struct run *r, const struct wanted_message *m)
{
    int64_t n = 0, found = 0;

    run_scan(r);
    for (struct delivery *d = r->o->deliveries; d; d = d->next)
        if (n++ >= r->o->cleared)
            found += fits(r, d, m);
    return found;
}

static void check_messages(struct run *r, const struct wanted_message *m)
{
    int64_t found = count_messages(r, m);
    AUTO_TEXT t = { 0 };

    if (found == m->count || (m->count < 0 && found) || (m->about && found))
        return;
    list_messages(r, &t, m->text_count || m->without);
    run_fail(r, "%lld such messages, not %lld; since the last clear:%s", (long long)found,
             (long long)m->count, text_of(&t));
}

static void expect_message(struct run *r, struct words *w)
{
    struct wanted_message m = { .count = 1 };

    while (words_peek(w)) {
        if (words_is(w, "to"))
            m.to = need(r, w, "the address");
        else if (words_is(w, "subject"))
            m.subject = need(r, w, "the subject");
        else if (words_is(w, "kind"))
            m.kind = need(r, w, "the kind");
        else if (words_is(w, "text") && m.text_count < 4)
            m.texts[m.text_count++] = need(r, w, "the text");
        else if (words_is(w, "without"))
            m.without = need(r, w, "the text");
        else if (words_is(w, "count"))
            m.count = need_number(r, w, "the count");
        else if (words_is(w, "about")) /* a fault moves the hours of what recurs */
            m.about = r->o->tortured;
        else
            break;
    }
    check_messages(r, &m);
}

static void expect_messages(struct run *r, struct words *w)
{
    struct wanted_message m = { .count = need_number(r, w, "how many messages") };

    if (words_is(w, "to"))
        m.to = need(r, w, "the address");
    check_messages(r, &m);
}

static void expect_no(struct run *r, struct words *w)
{
    struct wanted_message m = { .count = 0 };

    if (!words_is(w, "message"))
        run_fail(r, "expect no message");
    if (words_is(w, "to"))
        m.to = need(r, w, "the address");
    if (words_is(w, "subject"))
        m.subject = need(r, w, "the subject");
    check_messages(r, &m);
}

static void expect_outbox(struct run *r, const char *state_name, int64_t wanted)
{
    int64_t n = 0;
    struct error e;

    must(r,
         db_number(state(r), &n, &e, "SELECT count(*) FROM message WHERE state = ?", "t",
                   state_name),
         &e);
    same_number(r, state_name, n, wanted);
}

static void expect_queued(struct run *r, struct words *w)
{
    expect_outbox(r, "QUEUED", need_number(r, w, "how many messages"));
}

static void expect_dead(struct run *r, struct words *w)
{
    expect_outbox(r, "DEAD", need_number(r, w, "how many messages"));
}

static void expect_attempts(struct run *r, struct words *w)
{
    const char *to = need(r, w, "the recipient");
    int64_t wanted = need_number(r, w, "how many attempts"), n = 0;
    struct error e;

    must(r,
         db_number(state(r), &n, &e, "SELECT max(attempts) FROM message WHERE recipient = ?", "t",
                   to),
         &e);
    if (!r->o->tortured)
        same_number(r, "most attempts for a message", n, wanted);
}

/* --- sources --- */

static void expect_source(struct run *r, struct words *w)
{
    const char *id = need(r, w, "the source"), *wanted = need(r, w, "good, held or failing");
    const char *why = words_take(w), *is;
    struct source_state st;
    struct error e;

    must(r, source_get(data(r), id, r->arena, &st, &e), &e);
    is = st.held_pull ? "held" : st.error ? "failing" : st.good_pull ? "good" : "never seen";
    if (strcmp(is, wanted) != 0 || (why && !(st.error && strstr(st.error, why))))
        run_fail(r, "source %s is %s: %s", id, is, st.error ? st.error : "no error");
}

static void expect_rejects(struct run *r, struct words *w)
{
    int64_t wanted = need_number(r, w, "how many rejects"), n = 0;
    const char *why = words_take(w);
    struct error e;
    const char *reasons = one_text(r, data(r),
                                   "SELECT group_concat('line ' || line || ': ' ||"
                                   " coalesce(field || ': ', '') || reason, '; ') FROM reject"
                                   " WHERE pull = (SELECT max(id) FROM pull)",
                                   "", NULL, NULL);

    must(r,
         db_number(
             data(r), &n, &e,
             "SELECT rejects + coalesce(unread, 0) FROM pull WHERE id = (SELECT max(id) FROM pull)",
             ""),
         &e);
    if (n != wanted || (why && !(reasons && strstr(reasons, why))))
        run_fail(r, "%lld rejects in the last pull, not %lld: %s", (long long)n, (long long)wanted,
                 reasons ? reasons : "none");
}

static void expect_rows(struct run *r, struct words *w)
{
    const char *dataset = need(r, w, "the dataset");
    int64_t wanted = need_number(r, w, "how many rows");
    bool gone = words_is(w, "gone");
    const char *n =
        one_text(r, data(r),
                 arena_print(r->arena, "SELECT CAST(count(*) AS TEXT) FROM %s WHERE _gone IS %s",
                             dataset, gone ? "NOT NULL" : "NULL"),
                 "", NULL, NULL);

    same_number(r, "rows", atoll(n), wanted);
}

static void expect_asked(struct run *r, struct words *w)
{
    const char *name = need(r, w, "the source");
    const struct server *s = outside_server(r->o, name, false);
    int64_t asked = need_number(r, w, "how often");
    int64_t unchanged = words_is(w, "unchanged") ? need_number(r, w, "how often") : -1;

    if (r->o->tortured)
        return;
    same_number(r, "asked", s ? s->asked : 0, asked);
    if (unchanged >= 0)
        same_number(r, "unchanged", s ? s->unchanged : 0, unchanged);
}

/* --- the operator's side --- */

static void expect_log(struct run *r, struct words *w)
{
    const char *text = need(r, w, "the text");
    int64_t wanted = words_is(w, "count") ? need_number(r, w, "the count") : -1, n = 0;

    for (const struct log_line *l = r->o->lines; l; l = l->next)
        n += strstr(l->text, text) != NULL;
    if (!r->o->tortured && (wanted < 0 ? !n : n != wanted))
        run_fail(r, "%lld such lines in the log", (long long)n);
}

static void expect_trouble(struct run *r, struct words *w)
{
    const char *text = need(r, w, "the text");
    bool found = false;

    for (struct trouble *t = r->o->troubles; t; t = t->next)
        if (strstr(t->text, text))
            found = t->expected = true;
    if (!found)
        run_fail(r, "no such trouble%s%s", r->o->troubles ? ", but " : "",
                 r->o->troubles ? r->o->troubles->text : "");
}

static void expect_day(struct run *r, struct words *w)
{
    const char *day =
        one_text(r, state(r), "SELECT value FROM setting WHERE key = 'judged_day'", "", NULL, NULL);

    same_list(r, "judged day", day, need(r, w, "the day"));
}

static const struct expectation {
    const char *name;
    void (*run)(struct run *r, struct words *w);
    const char *usage;
} expectations[] = {
    { "finding", expect_finding,
      "finding RULE SUBJECT none|open|resolved|withdrawn [stage \"-30 days\"|none] [due DATE]"
      " [past|on-time] [quiet \"TEXT\"|alarmed]" },
    { "duty", expect_duty,
      "duty RULE SUBJECT none|[due DATE] [answer pending|unknown] [bound] [ask \"TEXT\"]" },
    { "moves", expect_moves, "moves RULE SUBJECT CAUSE...          all of them, in order" },
    { "move", expect_move, "move RULE SUBJECT CAUSE on DATE..." },
    { "told", expect_told, "told RULE SUBJECT [to ADDRESS] CAUSE... those in messages sent" },
    { "message", expect_message,
      "message [to ADDRESS] [subject \"TEXT\"] [kind now|digest|baseline|operator]"
      " [text \"TEXT\"]... [without \"TEXT\"] [count N [about]]    exactly one unless it says "
      "count" },
    { "messages", expect_messages, "messages N [to ADDRESS]" },
    { "no", expect_no, "no message [to ADDRESS] [subject \"TEXT\"]" },
    { "queued", expect_queued, "queued N" },
    { "dead", expect_dead, "dead N" },
    { "attempts", expect_attempts, "attempts ADDRESS N" },
    { "source", expect_source, "source SOURCE good|held|failing [\"TEXT\"]" },
    { "rejects", expect_rejects,
      "rejects N [\"TEXT\"]                 and cells that could not be read, in the last "
      "payload" },
    { "rows", expect_rows, "rows DATASET N [gone]" },
    { "asked", expect_asked, "asked SOURCE N [unchanged N]" },
    { "log", expect_log, "log \"TEXT\" [count N]" },
    { "trouble", expect_trouble,
      "trouble \"TEXT\"                    what else fails the scenario" },
    { "day", expect_day, "day DATE                            the judged day" },
};

#define EXPECTATION_COUNT (sizeof expectations / sizeof *expectations)

void expect(struct run *r, struct words *w)
{
    const char *name = need(r, w, "what");

    for (size_t i = 0; i < EXPECTATION_COUNT; i++)
        if (strcmp(expectations[i].name, name) == 0) {
            expectations[i].run(r, w);
            return;
        }
    run_fail(r, "expect what? %s", name);
}

void expect_print(struct run *r)
{
    AUTO_TEXT t = { 0 };

    run_scan(r);
    list_messages(r, &t, true);
    printf("%s\n", text_of(&t));
}

void expect_help(void)
{
    printf("  expect ... (messages and log lines: since the last clear)\n");
    for (size_t i = 0; i < EXPECTATION_COUNT; i++)
        printf("        %s\n", expectations[i].usage);
}
