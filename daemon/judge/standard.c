#include "judge/standard.h"

#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* One group in one period. */
struct cell {
    const char *group;
    struct period period;
    double numerator, denominator;
    int64_t cases, excluded;
    int64_t unread;  /* rows of which a value that is read could not be read */
    int64_t periods; /* put together, up to this one */
};

/* Rows that may be of any group: of a day, or (DATE_NONE) of any. */
struct astray {
    date day;
    int64_t rows;
    struct astray *next;
};

struct measuring {
    struct prepared_rule *rule;
    const struct setting_of *known;
    struct arena *arena;
    struct cell *cells; /* by group, then by period */
    int count, room;
    struct astray *astray;
    observe_fn *each;
    void *data;
};

/* --- reading --- */

static struct cell *add_cell(struct measuring *m, const char *group, struct period p)
{
    struct cell *last = m->count ? &m->cells[m->count - 1] : NULL;

    if (last && last->period.first == p.first && strcmp(last->group, group) == 0)
        return last;
    if (m->count == m->room) {
        int room = m->room ? 2 * m->room : 64;
        struct cell *more = arena_alloc(m->arena, (size_t)room * sizeof *more);

        if (m->count)
            memcpy(more, m->cells, (size_t)m->count * sizeof *more);
        m->cells = more;
        m->room = room;
    }
    last = &m->cells[m->count++];
    *last = (struct cell){ .group = arena_text(m->arena, group), .period = p, .periods = 1 };
    return last;
}

static const char *name_of_group(const char *group)
{
    return group && *group ? group : "(none)";
}

static void add_astray(struct measuring *m, date day, int64_t rows)
{
    struct astray *n = arena_alloc(m->arena, sizeof *n);

    *n = (struct astray){ day, rows, m->astray };
    m->astray = n;
}

static void add_row(struct measuring *m, struct cage_stmt *s)
{
    date day = cage_is_null(s, GROUP_DAY) ? DATE_NONE : date_read(cage_text(s, GROUP_DAY));
    int64_t astray = cage_number(s, GROUP_ASTRAY);
    struct cell *c;

    if (astray)
        add_astray(m, day, astray);
    if (day == DATE_NONE || astray == cage_number(s, GROUP_CASES) + cage_number(s, GROUP_EXCLUDED))
        return;
    c = add_cell(m, cage_text(s, GROUP_NAME), cadence_period(&m->rule->cadence, day));
    c->numerator += cage_real(s, GROUP_NUMERATOR);
    c->denominator += cage_real(s, GROUP_DENOMINATOR);
    c->cases += cage_number(s, GROUP_CASES);
    c->excluded += cage_number(s, GROUP_EXCLUDED);
    c->unread += cage_number(s, GROUP_UNREAD);
}

/* What may belong to a cell is unread there as well. */
static void spread_astray(struct measuring *m)
{
    for (int i = 0; i < m->count; i++)
        for (const struct astray *n = m->astray; n; n = n->next)
            if (n->day == DATE_NONE ||
                (n->day >= m->cells[i].period.first && n->day <= m->cells[i].period.last))
                m->cells[i].unread += n->rows;
}

/* The sums from the first period to the last one that has ended. */
static bool read_cells(struct measuring *m, date from, struct error *e)
{
    struct cage_stmt *s = m->rule->groups;
    struct cage_values v = { .today = m->known->today,
                             .first = cadence_period(&m->rule->cadence, from).first,
                             .last = cadence_period(&m->rule->cadence, m->known->today).first - 1 };
    bool row = true;

    if (!cage_bind(s, &v, e))
        return false;
    while (row) {
        if (!cage_row(s, &row, e))
            return false;
        if (row)
            add_row(m, s);
    }
    cage_reset(s);
    spread_astray(m);
    return true;
}

/* --- judging --- */

/* The number z with a chance of (1 - confidence) / 2 above it (Acklam's approximation of the
 * inverse normal distribution, relative error below 1.2e-9). */
static double normal_quantile(double p)
{
    static const double a[] = { -3.969683028665376e+01, 2.209460984245205e+02,
                                -2.759285104469687e+02, 1.383577518672690e+02,
                                -3.066479806614716e+01, 2.506628277459239e+00 };
    static const double b[] = { -5.447609879822406e+01, 1.615858368580409e+02,
                                -1.556989798598866e+02, 6.680131188771972e+01,
                                -1.328068155288572e+01 };
    static const double c[] = { -7.784894002430293e-03, -3.223964580411365e-01,
                                -2.400758277161838e+00, -2.549732539343734e+00,
                                4.374664141464968e+00,  2.938163982698783e+00 };
    static const double d[] = { 7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                                3.754408661907416e+00 };
    double q, r;

    if (p > 0.97575) {
        q = sqrt(-2 * log(1 - p));
        return -(((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
               ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
    }
    q = p - 0.5;
    r = q * q;
    return (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
           (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
}

void standard_interval(double hits, double cases, double confidence, double *ret_low,
                       double *ret_high)
{
    double z = normal_quantile(0.5 + confidence / 2), p = hits / cases, zz = z * z / cases;
    double middle = (p + zz / 2) / (1 + zz);
    double half = z / (1 + zz) * sqrt(p * (1 - p) / cases + zz / cases / 4);

    *ret_low = fmax(0, middle - half);
    *ret_high = fmin(1, middle + half);
}

static bool is_enough(const struct measuring *m, const struct cell *c)
{
    return c->cases >= m->rule->def->measure->min_cases && c->denominator > 0;
}

/* The cell at `index` if it has enough to be judged, else the latest `min_periods` periods of its
 * group put together. False if that is not enough either. */
static bool gather(const struct measuring *m, int index, struct cell *ret)
{
    const struct measure *def = m->rule->def->measure;
    const struct cell *c = &m->cells[index];

    *ret = *c;
    if (is_enough(m, c))
        return true;
    if (def->against_peers)
        return false;
    for (int i = index - 1; i >= 0 && ret->periods < def->min_periods; i--) {
        const struct cell *before = &m->cells[i];

        if (strcmp(before->group, c->group) != 0)
            break;
        ret->numerator += before->numerator;
        ret->denominator += before->denominator;
        ret->cases += before->cases;
        ret->excluded += before->excluded;
        ret->unread += before->unread;
        ret->periods++;
    }
    return ret->periods == def->min_periods && ret->denominator > 0;
}

/* All other groups of the period that have enough; how many groups are compared. */
static struct cell peers_of(const struct measuring *m, const struct cell *c, int *ret_groups)
{
    struct cell all = { .period = c->period };

    *ret_groups = 0;
    for (int i = 0; i < m->count; i++) {
        const struct cell *other = &m->cells[i];

        if (other->period.first != c->period.first || !is_enough(m, other))
            continue;
        ++*ret_groups;
        if (other == c)
            continue;
        all.numerator += other->numerator;
        all.denominator += other->denominator;
        all.cases += other->cases;
    }
    return all;
}

/* What a group is held against. */
struct verdict {
    bool known, good;
    double target;
    const char *ask;
};

static struct verdict against_peers(const struct measuring *m, const struct cell *c)
{
    const struct measure *def = m->rule->def->measure;
    struct verdict v = { .known = true, .good = true };
    double low, high, confidence;
    int groups;
    struct cell peers = peers_of(m, c, &groups);

    if (peers.denominator <= 0)
        return v; /* nobody to compare with */
    confidence = 1 - (1 - (double)def->confidence / 10000) / groups;
    v.target = peers.numerator / peers.denominator;
    standard_interval(c->numerator, c->denominator, confidence, &low, &high);
    v.good = def->worse == MEASURE_LOWER ? high >= v.target : low <= v.target;
    return v;
}

static bool against_target(const struct measuring *m, const struct cell *c, struct verdict *ret,
                           struct error *e)
{
    struct cage_values v = { .today = m->known->today,
                             .group = c->group,
                             .first = c->period.first,
                             .last = c->period.last };
    double value = c->numerator / c->denominator;
    bool row = false;

    if (!cage_bind(m->rule->target, &v, e) || !cage_row(m->rule->target, &row, e))
        return false;
    *ret = (struct verdict){ .ask = "the approved target" };
    if (row && !cage_is_null(m->rule->target, 0)) {
        ret->known = true;
        ret->target = cage_real(m->rule->target, 0);
        ret->good =
            m->rule->def->measure->at_least.text ? value >= ret->target : value <= ret->target;
    }
    cage_reset(m->rule->target);
    return true;
}

/* "87.5%", "41.2 days". */
static const char *show(const struct measuring *m, double value)
{
    const char *words = m->rule->def->measure->unit_words;

    if (words)
        return arena_print(m->arena, "%.1f %s", value, words);
    return arena_print(m->arena, "%.1f%%", 100 * value);
}

static void add_evidence(const struct measuring *m, const struct cell *c, const struct verdict *v,
                         struct observation *o)
{
    struct evidence *all = arena_alloc(m->arena, 7 * sizeof *all);
    bool peers = m->rule->def->measure->against_peers;
    int n = 0;

    all[n++] = (struct evidence){ "value", show(m, c->numerator / c->denominator) };
    if (v->known)
        all[n++] = (struct evidence){ peers ? "the other groups" : "target", show(m, v->target) };
    all[n++] = (struct evidence){ "numerator", arena_print(m->arena, "%.10g", c->numerator) };
    all[n++] = (struct evidence){ "denominator", arena_print(m->arena, "%.10g", c->denominator) };
    all[n++] = (struct evidence){ "cases", arena_print(m->arena, "%lld", (long long)c->cases) };
    all[n++] =
        (struct evidence){ "excluded", arena_print(m->arena, "%lld", (long long)c->excluded) };
    if (c->periods > 1)
        all[n++] =
            (struct evidence){ "periods", arena_print(m->arena, "%lld", (long long)c->periods) };
    o->evidence = all;
    o->evidence_count = n;
}

/* "41.7%, and the target is at least 90.0%; 12 cases in 6 periods, 3 left out" */
static const char *in_words(const struct measuring *m, const struct cell *c,
                            const struct verdict *v)
{
    const struct measure *def = m->rule->def->measure;
    AUTO_TEXT t = { 0 };

    text_add(&t, show(m, c->numerator / c->denominator));
    if (!v->known)
        text_add(&t, ", and there is no approved target");
    else if (def->against_peers)
        text_addf(&t, ", and all others have %s; that is %s chance", show(m, v->target),
                  v->good ? "within" : "beyond");
    else
        text_addf(&t, ", and the target is at %s %s", def->at_least.text ? "least" : "most",
                  show(m, v->target));
    text_addf(&t, "; %lld %s", (long long)c->cases, text_plural(c->cases, "case", "cases"));
    if (c->periods > 1)
        text_addf(&t, " in %lld periods", (long long)c->periods);
    text_addf(&t, ", %lld left out", (long long)c->excluded);
    return arena_text(m->arena, text_of(&t));
}

static void name_group(const struct measuring *m, const struct cell *c, struct observation *o)
{
    const char *name = *c->group ? c->group : NULL;

    o->label = name ? name : "(none)";
    switch ((enum measure_by)m->rule->def->measure->by) {
    case MEASURE_BY_UNIT:
        o->unit = name;
        break;
    case MEASURE_BY_OFFICE:
        o->office = name;
        break;
    case MEASURE_BY_OWNER:
        o->owner = name;
        break;
    case MEASURE_BY_ALL:
    default:
        o->label = "all";
        break;
    }
}

static bool judge_cell(struct measuring *m, int index, struct error *e)
{
    struct cell gathered;
    const struct cell *c = &gathered;
    const struct cadence *cadence = &m->rule->cadence;
    char name[PERIOD_TEXT_SIZE], words[PERIOD_LONG_SIZE];
    struct observation o;
    struct verdict v;

    if (!gather(m, index, &gathered))
        return true;
    o = observe_nothing(m->rule, name_of_group(c->group),
                        arena_text(m->arena, period_text(cadence, c->period, name)));
    o.period_words = arena_text(m->arena, period_long(cadence, c->period, words));
    o.start = c->period.last;
    name_group(m, c, &o);
    if (m->rule->def->measure->against_peers)
        v = against_peers(m, c);
    else if (!against_target(m, c, &v, e))
        return false;
    add_evidence(m, c, &v, &o);
    o.event = in_words(m, c, &v);
    o.answer = v.good ? ANSWER_MET : ANSWER_PENDING;
    if (c->unread)
        observe_unknown(&o, arena_print(m->arena, "what cannot be read in %s: dutywatch rejects",
                                        m->rule->dataset->id));
    else if (!v.known)
        observe_unknown(&o, v.ask);
    if (o.answer == ANSWER_MET)
        o.met_on = c->period.last;
    observe_counted(&o, m->arena);
    return m->each(m->data, &o, e);
}

/* Since when the data is complete enough to measure. */
static date from_day(const struct prepared_rule *r)
{
    date from = r->cadence.since, complete = r->dataset->complete_since;

    return from == DATE_NONE || (complete != DATE_NONE && complete > from) ? complete : from;
}

bool standard_observe(struct prepared_rule *r, const struct setting_of *k, struct arena *a,
                      observe_fn *each, void *data, struct error *e)
{
    struct measuring m = { .rule = r, .known = k, .arena = a, .each = each, .data = data };
    date from = from_day(r);

    r->runs++;
    if (from == DATE_NONE || from > k->today)
        return true;
    if (!read_cells(&m, from, e))
        return false;
    for (int i = 0; i < m.count; i++)
        if (!judge_cell(&m, i, e))
            return false;
    return true;
}

bool standard_has_group(struct prepared_rule *r, date today, const char *group, bool *ret,
                        struct error *e)
{
    struct cage_values v = { .today = today,
                             .first = date_read("0001-01-01"),
                             .last = date_read("9999-12-31") };
    bool row = true;

    *ret = !r->groups;
    if (*ret)
        return true;
    if (!cage_bind(r->groups, &v, e))
        return false;
    while (row && !*ret) {
        if (!cage_row(r->groups, &row, e))
            return false;
        if (row)
            *ret = strcmp(group, name_of_group(cage_text(r->groups, GROUP_NAME))) == 0;
    }
    cage_reset(r->groups);
    return true;
}
