/* date: the first line is a pattern, the rest a text to read by it.
 *
 * What is read is a real day and time; written by the same pattern it is read as the same. */
#include "base/date.h"
#include "base/text.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static bool takes(const char **p, const char *element)
{
    if (!text_starts(*p, element))
        return false;
    *p += strlen(element);
    return true;
}

/* Writes the element that `*p` starts with; base/date.h lists them, the longer ones first. */
static bool write_element(const char **p, const struct date_fields *f, bool half, struct text *out)
{
    int east = f->offset < 0 ? -f->offset : f->offset;

    if (takes(p, "yyyy"))
        text_addf(out, "%04d", f->year);
    else if (takes(p, "yy"))
        text_addf(out, "%02d", f->year % 100);
    else if (takes(p, "mon"))
        text_add(out, months[f->month - 1]);
    else if (takes(p, "mm") || takes(p, "m"))
        text_addf(out, "%02d", f->month);
    else if (takes(p, "dd") || takes(p, "d"))
        text_addf(out, "%02d", f->day);
    else if (takes(p, "HH") || takes(p, "hh") || takes(p, "H") || takes(p, "h"))
        text_addf(out, "%02d", half ? (f->hour + 11) % 12 + 1 : f->hour);
    else if (takes(p, "MM"))
        text_addf(out, "%02d", f->minute);
    else if (takes(p, "SS"))
        text_addf(out, "%02d.%06d", f->second, f->micro);
    else if (takes(p, "AM"))
        text_add(out, f->hour < 12 ? "AM" : "PM");
    else if (takes(p, "Z"))
        text_addf(out, "%c%02d:%02d", f->offset < 0 ? '-' : '+', east / 60, east % 60);
    else
        return false;
    return true;
}

static int count_of(const char *pattern, const char *element)
{
    int n = 0;

    for (; (pattern = strstr(pattern, element)); pattern++)
        n++;
    return n;
}

/* Patterns whose elements run into each other, or stand twice, can be read and not written. */
static bool is_plain(const char *pattern)
{
    const char *s = strstr(pattern, "SS"), *mon = strstr(pattern, "mon");

    if (count_of(pattern, "SS") > 1 || count_of(pattern, "AM") > 1)
        return false;
    if (s && strchr("0123456789.,", s[2]) && s[2])
        return false;
    return !mon || !strchr("abcdefghijklmnopqrstuvwxyz", mon[3] | 0x20) || !mon[3];
}

static void write_and_read(const char *pattern, const struct date_fields *f)
{
    bool half = strstr(pattern, "AM") != NULL;
    struct date_fields again = { 0 };
    struct text out = { 0 };

    for (const char *p = pattern; *p;)
        if (!write_element(&p, f, half, &out))
            text_addn(&out, p++, 1);
    assert(date_parse(pattern, text_of(&out), out.size, &again));
    assert(memcmp(&again, f, sizeof again) == 0);
    text_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *line = size ? memchr(data, '\n', size) : NULL;
    size_t n = line ? (size_t)(line - data) : 0;
    char pattern[100], day[DATE_TEXT_SIZE];
    struct date_fields f;
    bool whole;

    if (!line || n >= sizeof pattern || memchr(data, '\0', n))
        return 0;
    memcpy(pattern, data, n);
    pattern[n] = '\0';
    memset(&f, 0, sizeof f);
    whole = date_pattern_check(pattern);
    if (!date_parse(pattern, (const char *)line + 1, size - n - 1, &f))
        return 0;
    assert(date_of(f.year, f.month, f.day) != DATE_NONE);
    assert(f.hour >= 0 && f.hour < 24 && f.minute >= 0 && f.minute < 60);
    assert(f.second >= 0 && f.second < 60 && f.micro >= 0);
    assert(f.offset > -24 * 60 && f.offset < 24 * 60);
    assert(date_read(date_text(date_of(f.year, f.month, f.day), day)) ==
           date_of(f.year, f.month, f.day));
    if (whole && is_plain(pattern))
        write_and_read(pattern, &f);
    return 0;
}
