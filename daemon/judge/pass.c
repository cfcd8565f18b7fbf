#include "judge/pass.h"

static bool visit_row(const struct rulebook *b, const struct rule_pass *p, struct cage_stmt *filter,
                      const struct visit *v, struct arena *a, observe_subject_fn *each, void *data,
                      struct error *e)
{
    const char *subject = arena_text(a, cage_text(filter, 0));
    bool touched = cage_number(filter, p->count + 1) > v->since;

    for (int i = 0; i < p->count; i++) {
        struct prepared_rule *r = p->rules[i];

        if (!touched && !v->all && !(v->whole && v->whole[r - b->rules]))
            continue;
        if (!each(data, r, subject, (enum glance)cage_number(filter, i + 1), e))
            return error_wrap(e, "rule %s", r->def->id);
    }
    return true;
}

static bool any_whole(const struct rulebook *b, const struct rule_pass *p, const struct visit *v)
{
    for (int i = 0; i < p->count && v->whole; i++)
        if (v->whole[p->rules[i] - b->rules])
            return true;
    return false;
}

static bool visit_rows(const struct rulebook *b, const struct rule_pass *p,
                       struct cage_stmt *filter, const struct visit *v, observe_subject_fn *each,
                       void *data, struct error *e)
{
    struct cage_values values = { .today = v->known->today,
                                  .since = v->all || any_whole(b, p, v) ? -1 : v->since };
    AUTO(arena) a = arena_new();
    bool row = false;

    if (!cage_bind(filter, &values, e))
        return false;
    for (;;) {
        arena_reset(a);
        if (!cage_row(filter, &row, e))
            return error_wrap(e, "dataset %s", p->dataset->id);
        if (!row)
            return true;
        if (!visit_row(b, p, filter, v, a, each, data, e)) {
            cage_reset(filter);
            return false;
        }
    }
}

bool observe_pass(const struct rulebook *b, const struct rule_pass *p, const struct visit *v,
                  observe_subject_fn *each, void *data, struct error *e)
{
    struct error why;

    if (!p->filter || visit_rows(b, p, p->filter, v, each, data, &why))
        return true;
    if (why.class == ERROR_SETUP) /* one of the rules: find out which, row by row */
        return visit_rows(b, p, p->plain, v, each, data, e);
    *e = why;
    return false;
}
