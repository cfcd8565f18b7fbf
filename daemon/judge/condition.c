#include "judge/observe.h"

#include "base/text.h"

bool observe_condition(struct cage *c, const struct prepared_rule *r, const struct condition *n,
                       const char *subject, const struct setting_of *k, struct arena *a,
                       enum truth *ret, struct evidence **ret_values, bool *ret_row,
                       struct error *e)
{
    struct cage_values v = { .today = k->today, .key = subject };
    struct cage_stmt *s = NULL;
    AUTO_TEXT sql = { 0 };
    bool ok;

    text_addf(&sql, "SELECT (%s\n)", n->sql);
    for (int i = 0; i < n->read_count; i++)
        text_addf(&sql, ", %s", n->reads[i]);
    text_addf(&sql, " FROM %s WHERE %s = :key", r->dataset->id, r->dataset->key);
    if (!cage_prepare(c, text_of(&sql), n->read_count + 1, &s, e))
        return false;
    ok = cage_bind(s, &v, e) && cage_row(s, ret_row, e);
    if (ok && *ret_row) {
        *ret = cage_is_null(s, 0) ? TRUTH_UNKNOWN : cage_number(s, 0) ? TRUTH_YES : TRUTH_NO;
        *ret_values = arena_alloc(a, ((size_t)n->read_count + 1) * sizeof **ret_values);
        for (int i = 0; i < n->read_count; i++)
            (*ret_values)[i] =
                (struct evidence){ .name = n->reads[i],
                                   .value = observe_show(r, s, i + 1, n->reads[i], a) };
    }
    cage_finalize(s);
    return ok;
}
