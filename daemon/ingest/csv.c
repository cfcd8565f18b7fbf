#include "ingest/csv.h"

#include "ingest/excerpt.h"

#include <string.h>

void cut_next(struct cut *c)
{
    c->start = c->at = c->next;
    c->line += c->lines;
    c->lines = 0;
}

void cut_moved(struct cut *c, size_t by)
{
    c->start -= by;
    c->at -= by;
    c->lf = c->cr = c->quote = 0;
}

/* Where the next `byte` stands at or after `from`, or `end`. */
static size_t find(const char *bytes, size_t from, size_t end, char byte, size_t *known)
{
    const char *p;

    if (*known <= from) {
        p = from < end ? memchr(bytes + from, byte, end - from) : NULL;
        *known = 1 + (p ? (size_t)(p - bytes) : end);
    }
    return *known - 1;
}

/* Line ends in [from, to). A CR counts; an LF unless it ends what a CR began, which may stand
 * before `from`. */
static int64_t count_lines(const char *bytes, size_t from, size_t to)
{
    int64_t lines = 0;

    for (size_t i = from; i < to; i++)
        lines += bytes[i] == '\r' || (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r'));
    return lines;
}

/* Goes on to the byte behind the closing quote. False if it is not here, or may be doubled. */
static bool leave_quotes(struct cut *c, const char *bytes, size_t end, bool last)
{
    size_t q;

    for (;;) {
        q = find(bytes, c->at, end, '"', &c->quote);
        c->lines += count_lines(bytes, c->at, q);
        c->at = q;
        if (q == end || (q + 1 == end && !last))
            return false;
        if (q + 1 == end || bytes[q + 1] != '"')
            break;
        c->at = q + 2;
    }
    c->at = q + 1;
    c->quoted = false;
    return true;
}

/* The record ends at `stop`, where a line end or the end of the bytes is. */
static bool end_record(struct cut *c, const char *bytes, size_t stop, size_t end)
{
    c->stop = c->next = stop;
    if (stop < end) {
        c->lines++;
        c->next = stop + 1;
        if (bytes[stop] == '\r' && c->next < end && bytes[c->next] == '\n')
            c->next++;
    }
    return true;
}

bool csv_cut(struct cut *c, const char *bytes, size_t end, bool last)
{
    for (;;) {
        size_t lf, cr, stop, q;

        if (c->quoted && !leave_quotes(c, bytes, end, last))
            return last;
        lf = find(bytes, c->at, end, '\n', &c->lf);
        cr = find(bytes, c->at, end, '\r', &c->cr);
        q = find(bytes, c->at, end, '"', &c->quote);
        stop = lf < cr ? lf : cr;
        if (q < stop) {
            c->at = q + 1;
            c->quoted = q == c->start || bytes[q - 1] == c->delimiter;
            if (c->quoted)
                c->quote_line = c->line + c->lines;
            continue;
        }
        if (!last && (stop == end || (bytes[stop] == '\r' && stop + 1 == end))) {
            c->at = stop;
            return false;
        }
        return end_record(c, bytes, stop, end);
    }
}

bool line_cut(struct cut *c, const char *bytes, size_t end, bool last)
{
    size_t lf = find(bytes, c->at, end, '\n', &c->lf);

    if (lf == end && !last) {
        c->at = end;
        return false;
    }
    c->lines += lf < end;
    c->stop = lf;
    c->next = lf < end ? lf + 1 : end;
    if (lf > c->start && bytes[lf - 1] == '\r')
        c->stop--;
    return true;
}

/* Reads the quoted cell at *p; leaves *p behind the closing quote. */
static bool read_quoted(const char **p, const char *end, char **scratch, struct cell *ret)
{
    const char *from = *p + 1, *q = memchr(from, '"', (size_t)(end - from));

    if (q && (q + 1 == end || q[1] != '"')) { /* the usual case: nothing to take out */
        *ret = (struct cell){ from, (size_t)(q - from) };
        *p = q + 1;
        return true;
    }
    *ret = (struct cell){ *scratch, 0 };
    while (q) {
        memcpy(*scratch, from, (size_t)(q - from));
        *scratch += q - from;
        if (q + 1 == end || q[1] != '"')
            break;
        *(*scratch)++ = '"';
        from = q + 2;
        q = memchr(from, '"', (size_t)(end - from));
    }
    ret->size = (size_t)(*scratch - ret->text);
    *p = q ? q + 1 : end;
    return q != NULL;
}

static bool refuse(const char *what, const char *near, const char *end, struct error *e)
{
    char said[EXCERPT_SIZE];

    return error_set(e, ERROR_INPUT, "%s: '%s'", what,
                     excerpt(near, (size_t)(end - near), said, sizeof said));
}

/* Reads the cell at *p, leaves *p at the delimiter or the end. `plain`: no quote in the record. */
static bool read_cell(const char **p, const char *end, char delimiter, bool plain, char **scratch,
                      struct cell *ret, struct error *e)
{
    const char *start = *p, *stop;

    if (!plain && start < end && *start == '"') {
        if (!read_quoted(p, end, scratch, ret))
            return refuse("a quote is not closed", start, end, e);
        if (*p < end && **p != delimiter)
            return refuse("text follows a closing quote", start, end, e);
        return true;
    }
    stop = memchr(start, delimiter, (size_t)(end - start));
    stop = stop ? stop : end;
    *ret = (struct cell){ start, (size_t)(stop - start) };
    *p = stop;
    if (!plain && memchr(start, '"', ret->size))
        return refuse("a quote stands inside a value that is not quoted", start, stop, e);
    return true;
}

bool csv_split(const char *record, size_t n, char delimiter, struct cell *cells, size_t room,
               char *scratch, size_t *ret_count, struct error *e)
{
    const char *p = record, *end = record + n;
    bool plain = !memchr(record, '"', n);
    struct cell cell;

    for (*ret_count = 0;; p++) {
        if (!read_cell(&p, end, delimiter, plain, &scratch, &cell, e))
            return false;
        if (*ret_count < room)
            cells[*ret_count] = cell;
        ++*ret_count;
        if (p == end)
            return true;
    }
}
