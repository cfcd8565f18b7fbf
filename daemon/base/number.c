#include "base/number.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Digits with or without thousands commas into `ret`; returns what follows, NULL if none fit.
 * Nobody groups what begins with 0: "0,750" is three quarters of where a comma is the point. */
static const char *read_digits(const char *s, const char *end, int64_t *ret)
{
    const char *start = s, *comma = NULL;
    int64_t value = 0;
    int run = 0;

    for (; s < end; s++) {
        if (*s == ',') {
            if (run == 0 || run > 3 || (comma && run != 3) || *start == '0')
                return NULL;
            comma = s;
            run = 0;
            continue;
        }
        if (*s < '0' || *s > '9')
            break;
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, *s - '0', &value))
            return NULL;
        run++;
    }
    if (s == start || (comma && run != 3))
        return NULL;
    *ret = value;
    return s;
}

const char *number_hint(const char *s, size_t n)
{
    size_t at = 0;

    while (at < n && strchr("($+-", s[at]))
        at++;
    if (at < n && s[at] == '0' && memchr(s + at, ',', n - at))
        return "; thousands with commas never begin with 0, and a decimal point is a point";
    return "";
}

bool number_read(const char *s, size_t n, int64_t *ret)
{
    const char *end = s + n;
    bool minus = n && *s == '-';
    int64_t value;

    if (n && (*s == '-' || *s == '+'))
        s++;
    s = read_digits(s, end, &value);
    if (s != end || !s)
        return false;
    *ret = minus ? -value : value;
    return true;
}

bool money_read(const char *s, size_t n, int64_t *ret_cents)
{
    const char *end = s + n;
    bool minus = false, bracket = false;
    int64_t whole = 0, cents = 0;

    if (n >= 2 && *s == '(' && end[-1] == ')') {
        bracket = true;
        s++;
        end--;
    }
    if (s < end && (*s == '-' || *s == '+'))
        minus = *s++ == '-';
    if (s < end && *s == '$')
        s++;
    if (s < end && *s == '-' && !minus)
        minus = *s++ == '-';
    if (s < end && *s != '.')
        s = read_digits(s, end, &whole);
    else if (s + 1 >= end)
        return false;
    if (!s)
        return false;
    if (s < end && *s == '.') {
        int64_t unit = 10;

        for (s++; s < end && *s >= '0' && *s <= '9'; s++, unit /= 10) {
            if (unit == 0 && *s != '0')
                return false;
            cents += (*s - '0') * unit;
        }
    }
    if (s != end || __builtin_mul_overflow(whole, 100, &whole) ||
        __builtin_add_overflow(whole, cents, &whole))
        return false;
    *ret_cents = minus || bracket ? -whole : whole;
    return true;
}

bool real_read(const char *s, size_t n, double *ret)
{
    char copy[64], *end;

    if (!n || n >= sizeof copy || isspace((unsigned char)*s))
        return false;
    if (strspn(s, "0123456789+-.eE") < n)
        return false;
    memcpy(copy, s, n);
    copy[n] = '\0';
    errno = 0;
    *ret = strtod(copy, &end);
    return *end == '\0' && !errno && isfinite(*ret);
}

struct unit {
    const char *name;
    int64_t size;
};

/* A whole number, blanks, and a unit of the list (ended by a NULL name). */
static bool read_unit(const char *s, const struct unit *units, int64_t *ret)
{
    const char *end = s + strlen(s);
    int64_t value;

    s = read_digits(s, end, &value);
    if (!s)
        return false;
    while (*s == ' ')
        s++;
    for (; units->name; units++)
        if (strcmp(s, units->name) == 0)
            return !__builtin_mul_overflow(value, units->size, ret);
    return false;
}

bool span_read(const char *s, instant *ret)
{
    static const struct unit units[] = {
        { "s", SECOND },      { "second", SECOND }, { "seconds", SECOND }, { "min", MINUTE },
        { "minute", MINUTE }, { "h", HOUR },        { "minutes", MINUTE }, { "hour", HOUR },
        { "hours", HOUR },    { "d", DAY },         { "day", DAY },        { "days", DAY },
        { "week", 7 * DAY },  { "w", 7 * DAY },     { "weeks", 7 * DAY },  { NULL, 0 },
    };

    return read_unit(s, units, ret);
}

bool size_read(const char *s, int64_t *ret)
{
    static const struct unit units[] = {
        { "", 1 },          { "B", 1 },           { "kB", 1000 },     { "KB", 1000 },
        { "MB", 1000000 },  { "GB", 1000000000 }, { "KiB", 1 << 10 }, { "MiB", 1 << 20 },
        { "GiB", 1 << 30 }, { NULL, 0 },
    };

    return read_unit(s, units, ret);
}

const char *money_text(int64_t cents, char buffer[MONEY_TEXT_SIZE])
{
    uint64_t value = cents < 0 ? (uint64_t)0 - (uint64_t)cents : (uint64_t)cents;
    char digits[24], *out = buffer;
    int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)(value / 100));

    if (cents < 0)
        *out++ = '-';
    *out++ = '$';
    for (int i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0)
            *out++ = ',';
        *out++ = digits[i];
    }
    snprintf(out, 4, ".%02u", (unsigned)(value % 100));
    return buffer;
}

const char *span_text(instant span, char buffer[SPAN_TEXT_SIZE])
{
    static const struct unit units[] = { { "week", 7 * DAY },
                                         { "day", DAY },
                                         { "hour", HOUR },
                                         { "minute", MINUTE },
                                         { "second", SECOND } };
    const struct unit *u = units;

    while (u < units + 4 && (span % u->size || !span))
        u++;
    snprintf(buffer, SPAN_TEXT_SIZE, "%lld %s%s", (long long)(span / u->size), u->name,
             span / u->size == 1 ? "" : "s");
    return buffer;
}
