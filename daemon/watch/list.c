/* What is watched, filtered and in order (watch/report.h). */
#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"
#include "base/zone.h"
#include "calendar/period.h"
#include "codec/json.h"
#include "judge/observe.h"
#include "watch/known.h"
#include "watch/line.h"
#include "watch/lost.h"
#include "watch/report.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const size_t line_texts[] = {
    offsetof(struct line, rule),   offsetof(struct line, subject), offsetof(struct line, period),
    offsetof(struct line, label),  offsetof(struct line, unit),    offsetof(struct line, office),
    offsetof(struct line, owner),  offsetof(struct line, answer),  offsetof(struct line, because),
    offsetof(struct line, ask),    offsetof(struct line, status),  offsetof(struct line, severity),
    offsetof(struct line, planned)
};

struct listing {
    const struct report_from *r;
    const struct list_filter *f;
    struct arena *arena;
    date day, until; /* `until`: of the filter `within`, DATE_NONE: any */
    struct lines lines;
};

/* --- reading --- */

/* The columns that both queries give, in this order; duties end before ROW_STATUS. */
enum {
    ROW_RULE,
    ROW_SUBJECT,
    ROW_PERIOD,
    ROW_UNIT,
    ROW_OFFICE,
    ROW_OWNER,
    ROW_AMOUNT,
    ROW_LAST,
    ROW_SAFE,
    ROW_QUIET,
    ROW_LABEL,
    ROW_ANSWER,
    ROW_ASK,
    ROW_DUE_AT,
    ROW_PLANNED_ON,
    ROW_PLANNED,
    ROW_STATUS = ROW_LABEL,
    ROW_FINDING,
    ROW_PAST_SINCE,
    ROW_SEVERITY,
    ROW_MET_ON
};

/* Both in the order of rule, subject and period: findings are sorted here, since to read them by
 * their index is slower than to read them as they lie and sort. */
#define DUTIES                                                                                     \
    "SELECT rule, subject, period, unit, office, owner, amount, due, safe, quiet, label, answer,"  \
    " ask, due_at, planned_on, planned FROM main.duty WHERE answer <> 'met' ORDER BY rule, "       \
    "subject, period"

#define FINDINGS                                                                                   \
    "SELECT rule, subject, period, unit, office, owner, amount, due, safe, quiet_because, status," \
    " id, breached_on, severity, met_on FROM st.finding"

/* Texts are lent by the statement. */
static struct line read_line(struct stmt *s)
{
    return (struct line){ .rule = db_text(s, ROW_RULE),
                          .subject = db_text(s, ROW_SUBJECT),
                          .period = db_text(s, ROW_PERIOD),
                          .unit = db_text(s, ROW_UNIT),
                          .office = db_text(s, ROW_OFFICE),
                          .owner = db_text(s, ROW_OWNER),
                          .amount = db_int_or_none(s, ROW_AMOUNT),
                          .last = db_date(s, ROW_LAST),
                          .safe = db_date(s, ROW_SAFE),
                          .because = db_text(s, ROW_QUIET),
                          .past_since = DATE_NONE,
                          .planned_on = DATE_NONE,
                          .met_on = DATE_NONE,
                          .due_at = INSTANT_NONE,
                          .finding = INT64_MIN };
}

static struct line read_finding(struct stmt *s)
{
    struct line x = read_line(s);

    x.status = db_text(s, ROW_STATUS);
    x.finding = db_int(s, ROW_FINDING);
    x.past_since = db_date(s, ROW_PAST_SINCE);
    x.severity = db_text(s, ROW_SEVERITY);
    x.met_on = db_date(s, ROW_MET_ON);
    return x;
}

/* A duty with what its finding (NULL: none) adds. One that has to be done again, after the finding
 * was closed, is not late by what was late before. */
static struct line read_duty(struct stmt *s, const struct line *finding)
{
    struct line x = read_line(s);
    bool anew;

    x.label = db_text(s, ROW_LABEL);
    x.answer = db_text(s, ROW_ANSWER);
    x.ask = db_text(s, ROW_ASK);
    x.due_at = db_int_or_none(s, ROW_DUE_AT);
    x.planned_on = db_date(s, ROW_PLANNED_ON);
    x.planned = db_text(s, ROW_PLANNED);
    anew = finding && !text_same(finding->status, "OPEN") && text_same(x.answer, "pending");
    x.status =
        finding && !anew && !text_same(finding->status, "RESOLVED") ? finding->status : "WATCHED";
    if (finding) {
        x.finding = finding->finding;
        x.past_since = anew ? DATE_NONE : finding->past_since;
        x.severity = finding->severity;
    }
    return x;
}

/* Appends a line that keeps its texts; most of them are those of the line before. */
static void keep(struct lines *l, const struct line *x, struct arena *a)
{
    const struct line *before = l->count ? &l->all[l->count - 1] : NULL;
    struct line *y;

    if (l->count == l->room) {
        l->room = l->room ? l->room * 2 : 256;
        l->all = arena_grow(a, l->all, l->count * sizeof *l->all, l->room * sizeof *l->all);
        before = l->count ? &l->all[l->count - 1] : NULL;
    }
    y = &l->all[l->count++];
    *y = *x;
    for (size_t i = 0; i < sizeof line_texts / sizeof *line_texts; i++) {
        const char **text = (const char **)((char *)y + line_texts[i]);
        const char *last =
            before ? *(const char *const *)((const char *)before + line_texts[i]) : NULL;

        *text = *text && last && strcmp(*text, last) == 0 ? last : arena_text(a, *text);
    }
}

static bool matches(const char *wanted, const char *value)
{
    return !wanted || text_same(wanted, value);
}

/* "(none)" is what has none. */
static bool is_of(const char *wanted, const char *value)
{
    return matches(wanted, value) || (strcmp(wanted, LIST_NONE) == 0 && (!value || !*value));
}

static bool wanted_status(const struct list_filter *f, const char *status)
{
    if (!f->status)
        return text_same(status, "OPEN") || text_same(status, "WATCHED");
    return text_same(f->status, "all") || strcasecmp(f->status, status) == 0;
}

/* What is watched on a guess may have passed; nobody knows that it is lost. */
static bool is_guess(const struct line *x)
{
    return x->ask && text_starts(x->ask, ASK_GUESS);
}

static bool wanted(const struct listing *l, const struct line *x)
{
    const struct list_filter *f = l->f;

    if (!matches(f->rule, x->rule) || !is_of(f->unit, x->unit) || !is_of(f->office, x->office) ||
        !is_of(f->owner, x->owner) || !matches(f->subject, x->subject) ||
        !wanted_status(f, x->status))
        return false;
    if ((f->past && !line_is_past(x, l->day)) ||
        (f->lost && (x->past_since == DATE_NONE || is_guess(x))))
        return false;
    if (l->until != DATE_NONE && (x->last == DATE_NONE || x->last < l->day || x->last > l->until))
        return false;
    if (x->amount < f->min_amount || (f->quiet && !x->because) || (f->alarmed && x->because) ||
        (f->severity >= 0 && severity_read(x->severity) < f->severity))
        return false;
    return !f->unknown || text_same(x->answer, "unknown");
}

static int by_key(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    int order = strcmp(x->rule, y->rule);

    if (!order)
        order = strcmp(x->subject, y->subject);
    return order ? order : strcmp(x->period, y->period);
}

/* Room for as many lines as `sql` counts. */
static bool make_room(struct listing *l, struct lines *ret, const char *sql, struct error *e)
{
    int64_t n = 0;

    if (!db_number(l->r->db, &n, e, sql, ""))
        return false;
    ret->room = (size_t)n + 16;
    ret->all = arena_alloc(l->arena, ret->room * sizeof *ret->all);
    return true;
}

static bool read_findings(struct listing *l, struct lines *ret, struct error *e)
{
    STMT s = NULL;
    bool row;

    if (!make_room(l, ret, "SELECT count(*) FROM st.finding", e) ||
        !db_query(l->r->db, &s, e, FINDINGS, ""))
        return false;
    for (;;) {
        struct line x;

        if (!db_row(s, &row, e))
            return false;
        if (!row)
            break;
        x = read_finding(s);
        keep(ret, &x, l->arena);
    }
    qsort(ret->all, ret->count, sizeof *ret->all, by_key);
    return true;
}

static void add(struct listing *l, const struct line *x)
{
    if (wanted(l, x))
        keep(&l->lines, x, l->arena);
}

/* Duties and findings side by side; a finding whose duty is no more stands for itself. */
static bool read_lines(struct listing *l, struct error *e)
{
    struct lines findings = { 0 };
    size_t at = 0;
    STMT s = NULL;
    bool row = true;

    if (!read_findings(l, &findings, e) ||
        !make_room(l, &l->lines, "SELECT count(*) FROM main.duty", e) ||
        !db_query(l->r->db, &s, e, DUTIES, ""))
        return false;
    while (row) {
        struct line x;
        bool same;

        if (!db_row(s, &row, e))
            return false;
        if (row)
            x = read_line(s);
        while (at < findings.count && (!row || by_key(&findings.all[at], &x) < 0))
            add(l, &findings.all[at++]);
        if (!row)
            break;
        same = at < findings.count && by_key(&findings.all[at], &x) == 0;
        x = read_duty(s, same ? &findings.all[at] : NULL);
        add(l, &x);
        at += same;
    }
    return true;
}

/* --- what is asked for --- */

void list_filter_read(const struct json *p, struct list_filter *ret)
{
    const struct json *least = json_get(p, "min_amount");
    const char *severity = json_get_text(p, "severity");

    *ret = (struct list_filter){ .rule = json_get_text(p, "rule"),
                                 .unit = json_get_text(p, "unit"),
                                 .office = json_get_text(p, "office"),
                                 .owner = json_get_text(p, "owner"),
                                 .status = json_get_text(p, "status"),
                                 .within = json_get_text(p, "within"),
                                 .sort = json_get_text(p, "sort"),
                                 .severity = severity_read(severity),
                                 .min_amount = json_type_of(least) == JSON_WHOLE ? json_whole(least)
                                                                                 : INT64_MIN,
                                 .past = json_get_truth(p, "past"),
                                 .unknown = json_get_truth(p, "unknown"),
                                 .quiet = json_get_truth(p, "quiet"),
                                 .alarmed = json_get_truth(p, "not_quiet"),
                                 .lost = json_get_truth(p, "lost"),
                                 .limit = json_get_whole(p, "limit") };
    if (ret->lost && !severity)
        ret->severity = SEVERITY_CRITICAL;
    if (ret->lost && !ret->status)
        ret->status = "all";
    if (ret->lost && !ret->sort)
        ret->sort = "due";
}

/* --- the whole --- */

/* The moment at which the last day ends, and its hour; null: at its end. */
static void set_due_at(struct json *j, const char *zone, date last, instant due_at)
{
    char hour[HOUR_TEXT_SIZE];

    json_set_instant(j, "due_at", due_at);
    json_set_text(j, "by", due_at == INSTANT_NONE ? NULL : zone_hour(zone, last, due_at, hour));
}

static struct json *json_of(const struct line *x, const char *zone, date day)
{
    const struct {
        const char *key, *value;
    } texts[] = { { "rule", x->rule },         { "subject", x->subject },
                  { "period", x->period },     { "name", x->label ? x->label : x->subject },
                  { "unit", x->unit },         { "office", x->office },
                  { "owner", x->owner },       { "status", x->status },
                  { "severity", x->severity }, { "answer", x->answer },
                  { "because", x->because },   { "ask", x->ask },
                  { "planned", x->planned } };
    struct json *j = json_group();

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_set_text(j, texts[i].key, texts[i].value);
    json_set_day(j, "last_day", x->last);
    set_due_at(j, zone, x->last, x->due_at);
    json_set_day(j, "act_by", x->safe);
    json_set_day(j, "past_since", x->past_since);
    json_set_day(j, "done_on", x->met_on);
    json_set_day(j, "planned_on", x->planned_on);
    json_set_amount(j, "amount", x->amount);
    json_set(j, "days_left", x->safe == DATE_NONE ? json_nothing() : json_of_whole(x->safe - day));
    json_set(j, "finding", x->finding == INT64_MIN ? json_nothing() : json_of_whole(x->finding));
    return j;
}

/* The end of "30", "90 days", "6 months" from `day` on. */
static bool read_within(struct listing *l, struct error *e)
{
    const char *within = l->f->within;
    struct term t = { .unit = TERM_DAYS };
    int64_t days = 0;

    l->until = DATE_NONE;
    if (!within || l->day == DATE_NONE)
        return true;
    if (number_read(within, strlen(within), &days) && days >= 0 && days < 146000)
        t.count = (int)days;
    else if (!term_read_plain(within, &t) || t.count < 0)
        return error_set(e, ERROR_INPUT, "\"%s\" is no time from today on, such as 90 days",
                         within);
    l->until = term_end(l->day, t, NULL);
    return true;
}

static bool is_one_of(const char *word, const char *const *words, const char *what, struct error *e)
{
    for (int i = 0; words[i]; i++)
        if (!word || strcmp(words[i], word) == 0)
            return true;
    return error_set(e, ERROR_INPUT, "%s cannot be \"%s\"", what, word);
}

static bool check_filter(const struct list_filter *f, struct error *e)
{
    static const char *const states[] = { "watched", "open", "resolved", "withdrawn", "all", NULL };
    static const char *const sorts[] = { "urgency", "due", "amount", "subject", NULL };

    if ((f->past && f->within) || (f->quiet && f->alarmed))
        return error_set(e, ERROR_INPUT, "%s exclude each other",
                         f->past ? "past and within" : "quiet and not-quiet");
    return is_one_of(f->status, states, "status", e) && is_one_of(f->sort, sorts, "sort", e);
}

/* Where something was found, its unit and its office are known: only nothing asks whether they
 * are. */
static bool check_places(const struct listing *l, struct error *e)
{
    const struct known k = { l->r->settings, l->r->db, l->r->db, l->r->generation, l->day };
    const char *unit = l->f->unit, *office = l->f->office, *owner = l->f->owner;

    return l->lines.count || ((text_same(unit, LIST_NONE) || known_unit(&k, unit, e)) &&
                              (text_same(office, LIST_NONE) || known_office(&k, office, e)) &&
                              (text_same(owner, LIST_NONE) || known_owner(&k, owner, e)));
}

static bool read_all(struct listing *l, struct error *e)
{
    return check_filter(l->f, e) && known_found(l->r->settings, l->r->db, l->f->rule, e) &&
           report_day(l->r, &l->day, e) && read_within(l, e) && read_lines(l, e) &&
           check_places(l, e);
}

struct json *report_list_each(const struct report_from *r, const struct list_filter *f,
                              report_row_fn *each, void *data, struct error *e)
{
    AUTO(arena) a = arena_new();
    struct listing l = { .r = r, .f = f, .arena = a };
    struct json *j;
    size_t shown;

    if (!read_all(&l, e))
        return NULL;
    lines_sort(&l.lines, f->sort, l.day, a);
    shown = f->limit > 0 && (size_t)f->limit < l.lines.count ? (size_t)f->limit : l.lines.count;
    if (r->most && shown > (size_t)r->most) {
        error_set(e, ERROR_TOO_MUCH,
                  "%zu lines are more than the daemon gives at once (%lld): ask for less (--unit, "
                  "--rule, --within, --limit), or read the files as root or dutywatch",
                  shown, (long long)r->most);
        return NULL;
    }
    for (size_t i = 0; i < shown; i++) {
        struct json *row = json_of(&l.lines.all[i], r->settings->zone, l.day);

        if (f->lost && !lost_add(r, row, e)) {
            json_free(row);
            return NULL;
        }
        each(data, row);
    }
    j = json_group();
    json_set_day(j, "day", l.day);
    json_set(j, "counts", lines_counts(&l.lines, l.day, (int64_t)shown));
    return j;
}

static void collect(void *data, struct json *row)
{
    json_add(data, row);
}

struct json *report_list(const struct report_from *r, const struct list_filter *f, struct error *e)
{
    struct json *duties = json_list();
    struct json *j = report_list_each(r, f, collect, duties, e);

    if (j)
        json_set(j, "duties", duties);
    else
        json_free(duties);
    return j;
}
