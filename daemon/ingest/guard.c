#include "ingest/guard.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define GROUPED_SIZE 32

/* 8131 -> "8,131" */
static const char *grouped(int64_t n, char buffer[GROUPED_SIZE])
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%lld", (long long)n);
    char *out = buffer;

    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            *out++ = ',';
        *out++ = digits[i];
    }
    *out = '\0';
    return buffer;
}

/* True if `part` of `whole` is more than `limit` hundredths of a percent. */
static bool exceeds(int64_t part, int64_t whole, int64_t limit)
{
    return whole > 0 && part * 10000 > whole * limit;
}

/* "26.1%", rounded up. */
static void add_percent(struct text *t, int64_t part, int64_t whole)
{
    int64_t tenths = (part * 1000 + whole - 1) / whole;

    text_addf(t, "%lld.%lld%%", (long long)(tenths / 10), (long long)(tenths % 10));
}

/* ", max_shrink is 20%": as it would be written in the configuration. */
static void add_limit(struct text *t, const char *name, int64_t limit)
{
    text_addf(t, ", %s is %lld", name, (long long)(limit / 100));
    if (limit % 100)
        text_addf(t, limit % 10 ? ".%02lld" : ".%lld",
                  (long long)(limit % 10 ? limit % 100 : limit % 100 / 10));
    text_add(t, "%");
}

static void begin(struct text *t)
{
    text_add(t, t->size ? "; " : "");
}

static void check_shrink(const struct guard *g, const struct counts *c, struct text *t)
{
    char missing[GROUPED_SIZE], known[GROUPED_SIZE];

    if (!exceeds(c->missing, c->known, g->max_shrink))
        return;
    begin(t);
    text_addf(t, "%s of %s known rows (", grouped(c->missing, missing), grouped(c->known, known));
    add_percent(t, c->missing, c->known);
    text_add(t, c->missing == 1 ? ") is missing" : ") are missing");
    add_limit(t, "max_shrink", g->max_shrink);
}

static void check_rejects(const struct guard *g, const struct counts *c, struct text *t)
{
    int64_t rejects = c->rejects + c->spoiled + c->lost, all = c->records + c->lost;
    char records[GROUPED_SIZE], lost[GROUPED_SIZE];

    if (!exceeds(rejects, all, g->max_rejects))
        return;
    begin(t);
    add_percent(t, rejects, all);
    text_addf(t, " of %s record%s rejected%s", grouped(all, records), all == 1 ? " was" : "s were",
              c->spoiled ? " or have cells that cannot be read" : "");
    if (c->lost)
        text_addf(t, " (%s %s inside of rejected ones counted)", grouped(c->lost, lost),
                  c->lost == 1 ? "line" : "lines");
    add_limit(t, "max_rejects", g->max_rejects);
}

bool guard_believes(const struct guard *g, const struct counts *c, bool first_load,
                    struct error *why)
{
    int64_t good = c->records - c->rejects;
    char text[GROUPED_SIZE], least[GROUPED_SIZE];
    AUTO_TEXT t = { 0 };

    if (!c->changes && good < g->min_rows)
        text_addf(&t, "only %s good record%s, min_rows is %s", grouped(good, text),
                  good == 1 ? "" : "s", grouped(g->min_rows, least));
    if (!c->changes && !first_load)
        check_shrink(g, c, &t);
    check_rejects(g, c, &t);
    return !t.size || error_set(why, ERROR_INPUT, "%s", text_of(&t));
}
