#include "watch/reading.h"

#include "codec/json.h"
#include "judge/silence.h"
#include "watch/asof.h"
#include "watch/coverage.h"
#include "watch/explain.h"
#include "watch/known.h"
#include "watch/rejected.h"
#include "watch/whynot.h"

#include <string.h>

typedef struct json *reading_fn(const struct report_from *r, const struct json *p, struct error *e);

static struct json *status(const struct report_from *r, const struct json *p, struct error *e)
{
    (void)p;
    return report_status(r, e);
}

static struct json *list(const struct report_from *r, const struct json *p, struct error *e)
{
    struct list_filter f;

    list_filter_read(p, &f);
    return report_list(r, &f, e);
}

/* What is silenced today. */
static struct json *silences(const struct report_from *r, const struct json *p, struct error *e)
{
    AUTO(arena) a = arena_new();
    struct json *out = json_group(), *list = json_list();
    struct silences all;
    date today;

    (void)p;
    json_set(out, "silences", list);
    if (!report_day(r, &today, e) || !silences_read(r->db, today, a, &all, e)) {
        json_free(out);
        return NULL;
    }
    for (int i = 0; i < all.count; i++) {
        const struct silence *s = &all.all[i];
        struct json *one = json_group();

        json_set_whole(one, "silence", s->id);
        json_set_text(one, "rule", s->rule);
        json_set_text(one, "case", s->subject);
        json_set_text(one, "unit", s->unit);
        json_set_text(one, "office", s->office);
        json_set_day(one, "until", s->until);
        json_set_text(one, "reason", s->reason);
        json_set_text(one, "person", s->person);
        json_set_instant(one, "at", s->at);
        json_add(list, one);
    }
    return out;
}

static struct json *explain_it(const struct report_from *r, const struct json *p, struct error *e)
{
    const char *what = json_get_text(p, "what");

    return explain(r, what ? what : "", json_get_text(p, "rule"), e);
}

static struct json *why_not_it(const struct report_from *r, const struct json *p, struct error *e)
{
    const char *subject = json_get_text(p, "case"), *rule = json_get_text(p, "rule");

    return why_not(r, subject ? subject : "", rule ? rule : "", json_get_text(p, "period"), e);
}

static struct json *coverage_of(const struct report_from *r, const struct json *p, struct error *e)
{
    return coverage(r, json_get_truth(p, "list"), NULL, e);
}

static struct json *queue(const struct report_from *r, const struct json *p, struct error *e)
{
    const char *show = json_get_text(p, "show");
    instant since = json_get(p, "since") ? json_get_whole(p, "since") : INT64_MAX;

    return show ? report_message(r, show, e)
                : report_queue(r, json_get_truth(p, "all") ? 0 : since, e);
}

static struct asof_page page_of(const struct json *p)
{
    return (struct asof_page){ .time = json_get_text(p, "time"),
                               .subject = json_get_text(p, "case"),
                               .unit = json_get_text(p, "unit"),
                               .after = json_get(p, "after"),
                               .whole = json_get_truth(p, "whole") };
}

/* A unit may be known only from what moved then. */
static bool asof_names(const struct report_from *r, const struct asof_page *page, struct error *e)
{
    const struct known k = { r->settings, r->db, r->db, r->generation, DATE_NONE };
    int64_t moved = 0;

    if (page->unit &&
        !db_number(r->db, &moved, e, "SELECT EXISTS (SELECT 1 FROM move WHERE unit = ?)", "t",
                   page->unit))
        return false;
    return (moved || known_unit(&k, page->unit, e)) &&
           known_case(r->settings, r->db, r->db, page->subject, e);
}

static struct json *as_of(const struct report_from *r, const struct json *p, struct error *e)
{
    struct asof_page page = page_of(p);

    return asof_names(r, &page, e) ? asof_findings(r, &page, e) : NULL;
}

static struct json *as_of_messages(const struct report_from *r, const struct json *p,
                                   struct error *e)
{
    struct asof_page page = page_of(p);

    return asof_messages(r, &page, e);
}

static struct json *rejects(const struct report_from *r, const struct json *p, struct error *e)
{
    return rejected_report(r, json_get_text(p, "source"), json_get_truth(p, "all"), e);
}

static const struct {
    const char *name;
    reading_fn *run;
} methods[] = {
    { "dutywatch.Status", status },      { "dutywatch.List", list },
    { "dutywatch.Explain", explain_it }, { "dutywatch.Queue", queue },
    { "dutywatch.Rejects", rejects },    { "dutywatch.Coverage", coverage_of },
    { "dutywatch.Silences", silences },  { "dutywatch.WhyNot", why_not_it },
    { "dutywatch.AsOf", as_of },         { "dutywatch.AsOfMessages", as_of_messages },
};

static reading_fn *named(const char *method)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (strcmp(methods[i].name, method) == 0)
            return methods[i].run;
    return NULL;
}

bool reading_method(const char *method)
{
    return named(method) != NULL;
}

struct json *reading_run(const struct report_from *r, const char *method,
                         const struct json *parameters, struct error *e)
{
    reading_fn *run = named(method);

    if (run)
        return run(r, parameters, e);
    error_set(e, ERROR_BUG, "no method %s", method);
    return NULL;
}
