#include "base/date.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const month_names[] = { "January",   "February", "March",    "April",
                                           "May",       "June",     "July",     "August",
                                           "September", "October",  "November", "December" };

static bool is_leap(int y)
{
    return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

int date_month_days(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Howard Hinnant's days_from_civil: March-based years, so that the leap day is the last one. */
date date_of(int year, int month, int day)
{
    int era, yoe, doy;

    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
        day > date_month_days(year, month))
        return DATE_NONE;
    year -= month <= 2;
    era = year / 400;
    yoe = year - era * 400;
    doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void date_split(date d, int *year, int *month, int *day)
{
    int z = d + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int doe = z - era * 146097;
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int mp = (5 * doy + 2) / 153;

    *day = doy - (153 * mp + 2) / 5 + 1;
    *month = mp < 10 ? mp + 3 : mp - 9;
    *year = yoe + era * 400 + (*month <= 2);
}

int date_weekday(date d)
{
    return ((d + 3) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
}

/* Every row that is read has days in it, so this one is not left to date_parse(). */
bool date_is_sentinel(date d)
{
    return d != DATE_NONE && (d >= date_of(2200, 1, 1) || d <= date_of(1900, 12, 31));
}

date date_read(const char *text)
{
    int numbers[3] = { 0 }, n = 0;

    for (int i = 0; i < 10; i++) {
        bool dash = i == 4 || i == 7;

        if (!text || (dash ? text[i] != '-' : text[i] < '0' || text[i] > '9'))
            return DATE_NONE; /* the NUL of a shorter text, too */
        if (dash)
            n++;
        else
            numbers[n] = numbers[n] * 10 + (text[i] - '0');
    }
    return text[10] ? DATE_NONE : date_of(numbers[0], numbers[1], numbers[2]);
}

const char *date_text(date d, char buffer[DATE_TEXT_SIZE])
{
    int y, m, day;

    if (d == DATE_NONE)
        return memcpy(buffer, "-", 2);
    date_split(d, &y, &m, &day);
    snprintf(buffer, DATE_TEXT_SIZE, "%04d-%02d-%02d", y % 10000, m % 100, day % 100);
    return buffer;
}

const char *date_long(date d, char buffer[DATE_LONG_SIZE])
{
    static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
    int y, m, day;

    if (d == DATE_NONE)
        return memcpy(buffer, "-", 2);
    date_split(d, &y, &m, &day);
    snprintf(buffer, DATE_LONG_SIZE, "%s %d %.3s %04d", days[date_weekday(d)], day % 100,
             month_names[m - 1], y % 10000);
    return buffer;
}

/* Between `least` and `most` digits at `*s`; -1 if there are fewer. */
static int digits(const char **s, const char *end, int least, int most)
{
    int value = 0, n = 0;

    while (n < most && *s < end && **s >= '0' && **s <= '9') {
        value = value * 10 + (**s - '0');
        (*s)++;
        n++;
    }
    return n < least ? -1 : value;
}

static int month_name(const char **s, const char *end)
{
    for (int m = 0; m < 12; m++) {
        size_t full = strlen(month_names[m]), left = (size_t)(end - *s);

        if (left >= full && strncasecmp(*s, month_names[m], full) == 0) {
            *s += full;
            return m + 1;
        }
    }
    for (int m = 0; m < 12; m++)
        if (end - *s >= 3 && strncasecmp(*s, month_names[m], 3) == 0) {
            *s += 3;
            return m + 1;
        }
    return -1;
}

static bool read_seconds(const char **s, const char *end, struct date_fields *f)
{
    int scale = 100000;

    f->second = digits(s, end, 2, 2);
    if (f->second < 0)
        return false;
    if (*s < end && (**s == '.' || **s == ',')) {
        (*s)++;
        if (*s == end || **s < '0' || **s > '9')
            return false;
        for (; *s < end && **s >= '0' && **s <= '9'; (*s)++, scale /= 10)
            f->micro += (**s - '0') * scale;
    }
    return true;
}

static bool read_offset(const char **s, const char *end, struct date_fields *f)
{
    int sign, hours, minutes;

    f->has_offset = true;
    if (*s < end && (**s == 'Z' || **s == 'z')) {
        (*s)++;
        return true;
    }
    if (*s == end || (**s != '+' && **s != '-'))
        return false;
    sign = *(*s)++ == '-' ? -1 : 1;
    hours = digits(s, end, 2, 2);
    if (*s < end && **s == ':')
        (*s)++;
    minutes = digits(s, end, 2, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return false;
    f->offset = sign * (hours * 60 + minutes);
    return true;
}

static bool read_half(const char **s, const char *end, struct date_fields *f)
{
    bool pm;

    if (end - *s < 2 || ((*s)[1] | 0x20) != 'm')
        return false;
    pm = ((*s)[0] | 0x20) == 'p';
    if (!pm && ((*s)[0] | 0x20) != 'a')
        return false;
    if (f->hour < 1 || f->hour > 12)
        return false;
    f->hour = f->hour % 12 + (pm ? 12 : 0);
    *s += 2;
    return true;
}

/* One element of a pattern. */
static const struct element {
    const char *name;
    char field; /* y c (of a century) m n d H M S Z A */
    int least, most;
} elements[] = {
    { "yyyy", 'y', 4, 4 }, { "yy", 'c', 2, 2 }, { "mon", 'n', 0, 0 }, { "mm", 'm', 2, 2 },
    { "dd", 'd', 2, 2 },   { "HH", 'H', 2, 2 }, { "hh", 'H', 2, 2 },  { "MM", 'M', 2, 2 },
    { "SS", 'S', 2, 2 },   { "AM", 'A', 0, 0 }, { "m", 'm', 1, 2 },   { "d", 'd', 1, 2 },
    { "H", 'H', 1, 2 },    { "h", 'H', 1, 2 },  { "Z", 'Z', 0, 0 },
};

static const struct element *element_at(const char *pattern)
{
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
        if (strncmp(pattern, elements[i].name, strlen(elements[i].name)) == 0)
            return &elements[i];
    return NULL;
}

static bool read_element(const struct element *e, const char **s, const char *end,
                         struct date_fields *f)
{
    switch (e->field) {
    case 'y':
        f->year = digits(s, end, e->least, e->most);
        return f->year >= 0;
    case 'c':
        f->year = digits(s, end, e->least, e->most);
        f->year += f->year < 0 ? 0 : f->year < 69 ? 2000 : 1900;
        return f->year >= 0;
    case 'm':
        f->month = digits(s, end, e->least, e->most);
        return f->month >= 0;
    case 'n':
        f->month = month_name(s, end);
        return f->month >= 0;
    case 'd':
        f->day = digits(s, end, e->least, e->most);
        return f->day >= 0;
    case 'H':
        f->has_time = true;
        f->hour = digits(s, end, e->least, e->most);
        return f->hour >= 0;
    case 'M':
        f->minute = digits(s, end, e->least, e->most);
        return f->minute >= 0;
    case 'S':
        return read_seconds(s, end, f);
    case 'A':
        return read_half(s, end, f);
    default:
        return read_offset(s, end, f);
    }
}

bool date_parse(const char *pattern, const char *text, size_t n, struct date_fields *ret)
{
    const char *s = text, *end = text + n;
    struct date_fields f = { 0 };

    while (*pattern) {
        const struct element *e = element_at(pattern);

        if (e) {
            if (!read_element(e, &s, end, &f))
                return false;
            pattern += strlen(e->name);
        } else if (s < end && *s == *pattern) {
            s++;
            pattern++;
        } else {
            return false;
        }
    }
    if (s != end || date_of(f.year, f.month, f.day) == DATE_NONE)
        return false;
    if (f.hour > 23 || f.minute > 59 || f.second > 59)
        return false;
    *ret = f;
    return true;
}

bool date_pattern_check(const char *pattern)
{
    int years = 0, months = 0, days = 0, hours = 0;

    while (*pattern) {
        const struct element *e = element_at(pattern);

        if (!e) {
            pattern++;
            continue;
        }
        years += e->field == 'y' || e->field == 'c';
        months += e->field == 'm' || e->field == 'n';
        days += e->field == 'd';
        hours += e->field == 'H';
        pattern += strlen(e->name);
    }
    return years == 1 && months == 1 && days == 1 && hours <= 1;
}

/* A number in as many digits as the element has, or in two where it may have one or two. */
static void write_number(const struct element *e, int n, bool padded, struct text *out)
{
    text_addf(out, "%0*d", padded || e->least > 1 ? e->most : 1, e->field == 'c' ? n % 100 : n);
}

static void write_element(const struct element *e, const struct date_fields *f, bool padded,
                          struct text *out)
{
    switch (e->field) {
    case 'y':
    case 'c':
        write_number(e, f->year, padded, out);
        break;
    case 'm':
        write_number(e, f->month, padded, out);
        break;
    case 'n':
        text_addf(out, "%.*s", padded ? 20 : 3, month_names[f->month - 1]);
        break;
    case 'd':
        write_number(e, f->day, padded, out);
        break;
    case 'A':
        text_add(out, "AM");
        break;
    case 'Z':
        text_add(out, "Z");
        break;
    default:
        text_add(out, "01");
    }
}

static void write_by(const char *pattern, const struct date_fields *f, bool padded,
                     struct text *out)
{
    text_clear(out);
    while (*pattern) {
        const struct element *e = element_at(pattern);

        if (e)
            write_element(e, f, padded, out);
        else
            text_addn(out, pattern, 1);
        pattern += e ? strlen(e->name) : 1;
    }
}

/* Whether `second` reads another day in what `first` writes for one. */
static bool clash_on(const char *first, const char *second, const struct date_fields *day,
                     bool padded, struct date_clash *ret)
{
    struct text t = { .max = sizeof ret->text - 1 };
    struct date_fields x, y;
    bool clash;

    write_by(first, day, padded, &t);
    clash = !t.cut && date_parse(first, text_of(&t), t.size, &x) &&
            date_parse(second, text_of(&t), t.size, &y);
    if (clash) {
        ret->first = date_of(x.year, x.month, x.day);
        ret->second = date_of(y.year, y.month, y.day);
        snprintf(ret->text, sizeof ret->text, "%s", text_of(&t));
    }
    text_free(&t);
    return clash && ret->first != ret->second;
}

bool date_patterns_clash(const char *first, const char *second, struct date_clash *ret)
{
    /* Two digits of these years can be a day and a month, or a day alone, or neither. */
    static const int years[] = { 2003, 2001, 2012, 2013, 2031, 2032, 1999 };

    for (size_t i = 0; i < sizeof years / sizeof *years; i++)
        for (int month = 2; month <= 13; month++)
            for (int day = 3; day <= 33; day++) {
                struct date_fields f = { .year = years[i],
                                         .month = (month - 1) % 12 + 1,
                                         .day = (day - 1) % 31 + 1 };

                if (clash_on(first, second, &f, false, ret) ||
                    clash_on(first, second, &f, true, ret))
                    return true;
            }
    return false;
}
