#include "ingest/convert.h"

#include "base/number.h"
#include "base/text.h"
#include "base/zone.h"

#include <string.h>
#include <strings.h>

static const char *const iso_dates[] = { "yyyy-mm-dd", NULL };
static const char *const iso_times[] = { "yyyy-mm-ddTHH:MM:SSZ", "yyyy-mm-dd HH:MM:SSZ",
                                         "yyyy-mm-ddTHH:MM:SS",  "yyyy-mm-dd HH:MM:SS",
                                         "yyyy-mm-ddTHH:MMZ",    "yyyy-mm-ddTHH:MM",
                                         "yyyy-mm-dd HH:MM",     NULL };

static struct texts with_time(const struct texts *all, struct arena *a)
{
    const char **some = arena_alloc(a, (all->count + 1) * sizeof *some);
    struct texts ret = { some, 0 };

    for (size_t i = 0; i < all->count; i++)
        if (strpbrk(all->all[i], "Hh"))
            some[ret.count++] = all->all[i];
    return ret;
}

/* "a date (d/m/yyyy or yyyy-mm-dd)" */
static const char *say_patterns(const char *what, const struct texts *patterns, struct arena *a)
{
    AUTO_TEXT t = { .max = 150 };

    for (size_t i = 0; i < patterns->count; i++)
        text_addf(&t, "%s%s", i ? " or " : "", patterns->all[i]);
    return arena_print(a, "%s (%s)", what, text_of(&t));
}

static void form_date(struct form *f, const struct source *s, const struct mapping *m,
                      struct arena *a)
{
    f->dates = m && m->dates.count ? m->dates : s->dates;
    if (!f->dates.count)
        f->dates = (struct texts){ iso_dates, 1 };
    f->says = say_patterns("a date", &f->dates, a);
}

static void form_datetime(struct form *f, const struct source *s, const struct mapping *m,
                          struct arena *a)
{
    f->dates = m && m->dates.count ? m->dates : with_time(&s->dates, a);
    if (f->dates.count) {
        f->says = say_patterns("a time", &f->dates, a);
        return;
    }
    f->dates = (struct texts){ iso_times, sizeof iso_times / sizeof *iso_times - 1 };
    f->says = "a time (2025-03-31T17:00:00Z, 2025-03-31 17:00:00)";
}

struct form form_of(const struct column *c, const struct source *s, const struct mapping *m,
                    const char *zone_default, struct arena *a)
{
    struct form f = { .type = (enum column_type)c->type };

    f.zone = s->zone ? s->zone : zone_default;
    switch (f.type) {
    case COLUMN_TEXT:
        f.says = "text";
        break;
    case COLUMN_INTEGER:
        f.says = "a whole number";
        break;
    case COLUMN_REAL:
        f.says = "a number";
        break;
    case COLUMN_MONEY:
        f.says = "an amount of money (1,234.56)";
        break;
    case COLUMN_DATE:
        form_date(&f, s, m, a);
        break;
    case COLUMN_DATETIME:
        form_datetime(&f, s, m, a);
        break;
    case COLUMN_BOOLEAN:
        f.says = "true or false (yes, no, 1, 0)";
        break;
    case COLUMN_LIST:
        f.says = arena_print(a, "a list (one%stwo)", c->separator);
        break;
    }
    return f;
}

static bool parse(const struct texts *patterns, const char *s, size_t n, struct date_fields *ret)
{
    for (size_t i = 0; i < patterns->count; i++)
        if (date_parse(patterns->all[i], s, n, ret))
            return true;
    return false;
}

/* The day as it is written, whatever time and offset stand beside it. */
static bool read_date(const struct form *f, const char *s, size_t n, struct value *ret)
{
    struct date_fields d;

    if (!parse(&f->dates, s, n, &d))
        return false;
    ret->number = date_of(d.year, d.month, d.day);
    return true;
}

static bool read_datetime(const struct form *f, const char *s, size_t n, struct value *ret)
{
    struct date_fields d;
    int seconds;
    date day;

    if (!parse(&f->dates, s, n, &d))
        return false;
    day = date_of(d.year, d.month, d.day);
    seconds = d.hour * 3600 + d.minute * 60 + d.second;
    ret->has_offset = d.has_offset;
    ret->offset_minutes = d.has_offset ? d.offset : 0;
    ret->number = d.has_offset ? day * DAY + seconds * SECOND - d.offset * MINUTE
                               : zone_instant(f->zone, day, seconds);
    ret->number += d.micro;
    return true;
}

static bool read_boolean(const char *s, int64_t *ret)
{
    static const char *const words[] = {
        "false", "true", "no", "yes", "n", "y", "0", "1", "f", "t"
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(s, words[i]) == 0) {
            *ret = i % 2;
            return true;
        }
    return false;
}

const char *convert_hint(const struct form *f, const char *text, size_t n)
{
    return f->type == COLUMN_INTEGER || f->type == COLUMN_MONEY || f->type == COLUMN_REAL
               ? number_hint(text, n)
               : "";
}

bool convert(const struct form *f, const char *text, size_t n, struct value *ret)
{
    *ret = (struct value){ .type = f->type, .text = text, .size = n };
    switch (f->type) {
    case COLUMN_TEXT:
        return true;
    case COLUMN_INTEGER:
        return number_read(text, n, &ret->number);
    case COLUMN_REAL:
        return real_read(text, n, &ret->real);
    case COLUMN_MONEY:
        return money_read(text, n, &ret->number);
    case COLUMN_DATE:
        return read_date(f, text, n, ret);
    case COLUMN_DATETIME:
        return read_datetime(f, text, n, ret);
    case COLUMN_BOOLEAN:
        return read_boolean(text, &ret->number);
    case COLUMN_LIST: /* record_read() takes it apart */
        return false;
    }
    return false;
}
