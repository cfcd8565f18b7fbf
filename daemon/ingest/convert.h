/* convert: the text of one value to what its column's type says. Pure. */
#ifndef INGEST_CONVERT_H
#define INGEST_CONVERT_H

#include "config/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct value {
    enum column_type type;
    bool null;          /* nothing below is set then */
    const char *unread; /* why what stands there could not be read; NULL: it could. Then it is
                           null, or what the row had before */
    int64_t number;     /* integer; money: cents; date: struct date's days; datetime: UTC
                           microseconds; boolean: 0 or 1 */
    double real;        /* real */
    const char *text;   /* as it was received, trimmed, ended by NUL; of a text its value;
                           of a list a JSON array of its elements, all as texts */
    size_t size;        /* of `text` */
    int offset_minutes; /* datetime: the offset received, minutes east of UTC */
    bool has_offset;    /* false: it was read in the source's zone */
};

/* How a column is written. */
struct form {
    enum column_type type;
    struct texts dates; /* patterns, for date and datetime */
    const char *zone;   /* of a datetime without offset */
    const char *says;   /* "a date (yyyy-mm-dd)": what complaints say was expected */
};

/* The form of column `c` in source `s`; `m` is its mapping or NULL. A date is read by the patterns
 * of its mapping, else of the source. A datetime by those of its mapping, else by those of the
 * source that have a time, else as ISO 8601 writes it. */
struct form form_of(const struct column *c, const struct source *s, const struct mapping *m,
                    const char *zone_default, struct arena *a);

/* What to add to "is not <says>" of a text that is not of this form; "" for nothing. */
const char *convert_hint(const struct form *f, const char *text, size_t n);

/* Reads `text` (`n` bytes and a NUL, trimmed, not empty), but no list. False if it is not of this
 * form. Nothing is guessed or rounded: a date that has a time although the pattern has none is no
 * date. */
bool convert(const struct form *f, const char *text, size_t n, struct value *ret);

#endif
