#include "ingest/reader.h"

#include "base/limit.h"
#include "base/text.h"
#include "ingest/csv.h"
#include "ingest/excerpt.h"
#include "ingest/json.h"
#include "ingest/pointer.h"
#include "ingest/sniff.h"
#include "ingest/window.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CHUNK ((size_t)64 * 1024)
LIMIT(COLUMNS_MAX, 4096);  /* refused: a payload with more columns */
#define HEAD ((size_t)200) /* kept of a record that is too long, to be shown */

struct reader {
    const struct source *source;
    struct window window;
    struct cut cut;
    int64_t offset; /* of the record that is being cut */
    bool too_long;  /* some of it was dropped */
    bool failed;
    int64_t passed_over;
    const char **names;
    size_t count;
    struct cell *cells; /* one a name */
    char *scratch;
    size_t scratch_room;
    struct json *object;        /* of the last record of JSON */
    struct json_cutter *cutter; /* of a JSON document; else NULL */
};

static bool is_csv(const struct reader *r)
{
    return r->source->format == FORMAT_CSV;
}

static void add_name(struct reader *r, const char *name, size_t n)
{
    char *copy = alloc(n + 1);

    memcpy(copy, name, n);
    r->names = grow(r->names, r->count + 1, sizeof *r->names);
    r->cells = grow(r->cells, r->count + 1, sizeof *r->cells);
    r->names[r->count] = copy;
    r->cells[r->count++] = (struct cell){ NULL, 0 };
}

static bool cut_one(struct reader *r)
{
    const struct window *w = &r->window;

    if (r->cutter)
        return json_cut(r->cutter, &r->cut, w->bytes, w->end, w->last);
    return is_csv(r) ? csv_cut(&r->cut, w->bytes, w->end, w->last)
                     : line_cut(&r->cut, w->bytes, w->end, w->last);
}

/* Where the record starts is not known before it is there: JSON has more between records. */
static bool cut_on(struct reader *r)
{
    bool whole = cut_one(r);

    if (!r->too_long)
        r->offset = r->window.base + (int64_t)r->cut.start;
    return whole;
}

/* A record that outgrew its limit keeps its head, and the byte before `at`, which tells a quote at
 * the start of a cell. */
static void shorten(struct reader *r)
{
    struct cut *c = &r->cut;
    size_t from = c->start + HEAD, to = c->at - 1;

    if (!r->too_long && c->at - c->start <= (size_t)r->source->max_record)
        return;
    r->too_long = true;
    if (to <= from)
        return;
    window_drop(&r->window, from, to);
    c->at -= to - from;
}

/* Cuts the next record, whatever it is. False on an I/O error and when a quote stays open; then
 * each further call fails too. */
static bool advance(struct reader *r, struct error *e)
{
    struct cut *c = &r->cut;

    if (r->failed)
        return error_set(e, ERROR_INPUT, "payload could not be read further");
    r->failed = true;
    cut_next(c);
    r->too_long = false;
    while (!cut_on(r)) {
        size_t keep;

        shorten(r);
        keep = c->start;
        if (!window_fill(&r->window, keep, e))
            return false;
        cut_moved(c, keep);
    }
    if (c->quoted)
        return error_set(e, ERROR_INPUT,
                         "the quote that opens on line %lld is not closed before the payload ends",
                         (long long)c->quote_line);
    if (r->cutter && !json_cutter_ok(r->cutter, c, e))
        return false;
    r->failed = false;
    return true;
}

static bool is_blank(const struct reader *r)
{
    const char *s = r->window.bytes + r->cut.start, *end = r->window.bytes + r->cut.stop;

    while (s < end && (*s == ' ' || *s == '\t') && (!is_csv(r) || *s != r->cut.delimiter))
        s++;
    return s == end && !r->too_long;
}

/* How many bytes there are before the end of the line that `s` is in. */
static size_t line_length(const char *s, const char *end)
{
    const char *at = s;

    while (at < end && *at != '\n' && *at != '\r')
        at++;
    return (size_t)(at - s);
}

/* A line of totals, or the like, that the source is told to pass over. */
static bool is_passed_over(const struct reader *r)
{
    const char *s = r->window.bytes + r->cut.start;
    size_t n = r->cut.stop - r->cut.start;

    if (!is_csv(r) || !r->count)
        return false;
    text_trim(&s, &n);
    if (n && *s == '"') {
        s++;
        n--;
    }
    for (size_t i = 0; i < r->source->skip.count; i++) {
        size_t length = strlen(r->source->skip.all[i]);

        if (n >= length && memcmp(s, r->source->skip.all[i], length) == 0)
            return true;
    }
    return false;
}

/* Blank lines are not records, but where an empty value looks the same. */
static bool is_skipped(struct reader *r)
{
    if (is_passed_over(r)) {
        r->passed_over++;
        return true;
    }
    return (!is_csv(r) || r->count != 1) && is_blank(r);
}

int64_t reader_passed_over(const struct reader *r)
{
    return r->passed_over;
}

static bool refuse_length(const struct reader *r, struct error *e)
{
    int64_t most = r->source->max_record;

    if (most % 1000000 == 0)
        return error_set(e, ERROR_INPUT, "record is longer than max_record = %lld MB",
                         (long long)(most / 1000000));
    return error_set(e, ERROR_INPUT, "record is longer than max_record = %lld bytes",
                     (long long)most);
}

enum reading reader_next(struct reader *r, struct raw *ret, struct error *e)
{
    const struct cut *c = &r->cut;

    do {
        if (!advance(r, e))
            return READ_FAILED;
        if (c->next == c->start)
            return READ_END;
    } while (is_skipped(r));
    *ret = (struct raw){ .line = c->line,
                         .lines = is_csv(r) ? c->lines + (c->next == c->stop) : 1,
                         .offset = r->offset,
                         .bytes = r->window.bytes + c->start,
                         .size = c->stop - c->start };
    if (!r->too_long && ret->size <= (size_t)r->source->max_record)
        return READ_RECORD;
    if (ret->size > HEAD)
        ret->size = excerpt_cut(ret->bytes, ret->size, HEAD);
    refuse_length(r, e);
    return READ_BAD;
}

bool reader_again(const struct reader *r, int64_t offset, size_t size, struct text *ret,
                  struct error *e)
{
    return window_again(&r->window, offset, size, ret, e);
}

static char *scratch_of(struct reader *r, size_t n)
{
    if (n > r->scratch_room) {
        r->scratch_room = n;
        r->scratch = grow(r->scratch, n, 1);
    }
    return r->scratch;
}

/* True if no byte is above 0x7F: true of most records, and eight times as fast to say. */
static bool is_ascii(const char *s, size_t n)
{
    uint64_t word, seen = 0;

    for (; n >= sizeof word; s += sizeof word, n -= sizeof word) {
        memcpy(&word, s, sizeof word);
        seen |= word;
    }
    for (; n > 0; s++, n--)
        seen |= (uint64_t)(unsigned char)*s;
    return (seen & 0x8080808080808080u) == 0;
}

static bool csv_fields(struct reader *r, const struct raw *raw, struct fields *ret, struct error *e)
{
    const char *nul = memchr(raw->bytes, '\0', raw->size);
    size_t count;

    *ret = (struct fields){ .all = r->cells, .count = r->count };
    if (nul)
        return error_set(e, ERROR_INPUT, "byte %zu of the record is NUL",
                         (size_t)(nul - raw->bytes) + 1);
    if (!csv_split(raw->bytes, raw->size, r->cut.delimiter, r->cells, r->count,
                   scratch_of(r, raw->size), &count, e))
        return count < r->count ? error_wrap(e, "column \"%s\"", r->names[count])
                                : error_wrap(e, "field %zu", count + 1);
    ret->found = count;
    ret->ascii = is_ascii(raw->bytes, raw->size);
    for (size_t i = count; i < r->count; i++)
        r->cells[i] = (struct cell){ NULL, 0 };
    return count == r->count ||
           error_set(e, ERROR_INPUT, "has %zu %s, %s %zu", count,
                     text_plural((int64_t)count, "field", "fields"),
                     r->source->header ? "the header has" : "columns names", r->count);
}

bool reader_fields(struct reader *r, const struct raw *raw, struct fields *ret, struct error *e)
{
    *ret = (struct fields){ .count = 0 };
    if (is_csv(r))
        return csv_fields(r, raw, ret, e);
    json_free(r->object);
    r->object = NULL;
    if (!json_cells(raw->bytes, raw->size, r->names, r->cells, r->count, r->cutter != NULL,
                    &r->object, e))
        return false;
    /* JSON is UTF-8, or it was refused */
    *ret = (struct fields){ r->cells, r->count, r->count, true };
    return true;
}

int64_t reader_lines(struct reader *r, const struct raw *raw, line_fn *is_record, void *data)
{
    const char *s = raw->bytes, *end = s + raw->size;
    int64_t count = 0;

    for (s += line_length(s, end); s < end; s += line_length(s, end)) {
        struct raw line = { .bytes = ++s, .size = line_length(s, end) };
        struct fields f;
        struct error e;

        count += csv_fields(r, &line, &f, &e) && is_record(data, &f);
    }
    return count;
}

bool fields_get(const struct fields *f, int column, const char **ret, size_t *ret_size)
{
    if (column < 0 || (size_t)column >= f->count || !f->all[column].text)
        return false;
    *ret = f->all[column].text;
    *ret_size = f->all[column].size;
    return true;
}

/* The first name that `compare` finds equal and how many there are. */
static int look_up(const struct reader *r, const char *name,
                   int (*compare)(const char *, const char *), int *ret_count)
{
    int found = -1;

    *ret_count = 0;
    for (size_t i = 0; i < r->count; i++)
        if (compare(r->names[i], name) == 0) {
            found = found < 0 ? (int)i : found;
            ++*ret_count;
        }
    return found;
}

static int look_up_best(const struct reader *r, const char *name, int *ret_count)
{
    int found = look_up(r, name, strcmp, ret_count);

    return found < 0 && is_csv(r) ? look_up(r, name, strcasecmp, ret_count) : found;
}

int reader_column(struct reader *r, const char *name)
{
    int count, found = look_up_best(r, name, &count);

    if (found >= 0 || is_csv(r))
        return found;
    add_name(r, name, strlen(name));
    return (int)r->count - 1;
}

int reader_column_count(const struct reader *r, const char *name)
{
    int count;

    look_up_best(r, name, &count);
    return is_csv(r) ? count : 1;
}

const char *const *reader_names(const struct reader *r, size_t *ret_count)
{
    *ret_count = r->count;
    return r->names;
}

/* The names of the header record, without blanks around them. */
static bool take_names(struct reader *r, const struct raw *raw, struct error *e)
{
    struct cell *cells AUTO_FREE = alloc(COLUMNS_MAX * sizeof *cells);
    size_t count;

    if (memchr(raw->bytes, '\0', raw->size))
        return error_set(e, ERROR_INPUT, "has a NUL byte (UTF-16 without a byte-order mark?)");
    if (!csv_split(raw->bytes, raw->size, r->cut.delimiter, cells, COLUMNS_MAX,
                   scratch_of(r, raw->size), &count, e))
        return error_wrap(e, "column %zu", count + 1);
    if (count > COLUMNS_MAX)
        return error_set(e, ERROR_INPUT, "has %zu columns, more than %d", count, COLUMNS_MAX);
    for (size_t i = 0; i < count; i++) {
        if (utf8_check(cells[i].text, cells[i].size) < cells[i].size)
            return error_set(e, ERROR_INPUT, "column %zu is not UTF-8", i + 1);
        text_trim(&cells[i].text, &cells[i].size);
        add_name(r, cells[i].text, cells[i].size);
    }
    return true;
}

/* Headers of real files lack names and repeat them; that matters only where one is asked for. */
static bool check_map(const struct reader *r, struct error *e)
{
    for (LIST_EACH(struct mapping, m, &r->source->map))
        for (size_t i = 0; i < m->from.count; i++) {
            int count = reader_column_count(r, m->from.all[i]);

            if (count > 1)
                return error_set(e, ERROR_INPUT, "has \"%s\" %d times; the map takes %s from it",
                                 m->from.all[i], count, m->column);
            if (count && !*m->from.all[i])
                return error_set(e, ERROR_INPUT,
                                 "has a column without a name; the map takes %s from it",
                                 m->column);
        }
    return true;
}

static bool read_header(struct reader *r, struct error *e)
{
    struct raw raw;

    if (!r->source->header) {
        for (size_t i = 0; i < r->source->columns.count; i++)
            add_name(r, r->source->columns.all[i], strlen(r->source->columns.all[i]));
        return check_map(r, e) || error_wrap(e, "columns");
    }
    switch (reader_next(r, &raw, e)) {
    case READ_END:
        return error_set(e, ERROR_INPUT, "payload is empty; expected CSV with a header");
    case READ_FAILED:
    case READ_BAD:
        return error_wrap(e, "header");
    case READ_RECORD:
        break;
    }
    return (take_names(r, &raw, e) && check_map(r, e)) ||
           error_wrap(e, "header on line %lld", (long long)raw.line);
}

/* Reads until there is enough to tell what it is, behind blanks at its start if need be. */
static bool fill_start(struct window *w, struct error *e)
{
    const char *s;
    size_t n;

    do {
        if (!window_fill(w, 0, e))
            return false;
        s = w->bytes;
        n = w->end;
        text_trim(&s, &n);
    } while (!w->last && n < SNIFF_SIZE && w->end < CHUNK);
    return true;
}

/* Looks at the first bytes, passes the byte-order mark. */
static bool check_start(struct reader *r, struct error *e)
{
    struct window *w = &r->window;
    const char *s;
    size_t n;

    if (!fill_start(w, e))
        return false;
    if (!sniff_check(w->bytes, w->end, (enum source_format)r->source->format, e))
        return false;
    r->cut.next = sniff_mark(w->bytes, w->end);
    s = w->bytes + r->cut.next;
    n = w->end - r->cut.next;
    if (!is_csv(r) || r->source->header || r->source->columns.count != 1)
        text_trim(&s, &n);
    if (!n && w->last)
        return error_set(e, ERROR_INPUT, "payload is empty; expected %s",
                         format_name((enum source_format)r->source->format));
    return true;
}

bool reader_open_chunked(const char *path, const struct source *s, size_t chunk,
                         struct reader **ret, struct error *e)
{
    AUTO(reader) r = alloc(sizeof *r);

    r->source = s;
    r->window.fd = -1;
    r->cut = (struct cut){ .delimiter = s->delimiter ? s->delimiter[0] : ',', .line = 1 };
    if (s->format == FORMAT_JSON)
        r->cutter = json_cutter_new(s->pointer ? s->pointer : "");
    if (!window_open(&r->window, path, (size_t)s->max_record, chunk, e) || !check_start(r, e))
        return false;
    if (is_csv(r) && !read_header(r, e))
        return false;
    *ret = r;
    r = NULL;
    return true;
}

bool reader_open(const char *path, const struct source *s, struct reader **ret, struct error *e)
{
    return reader_open_chunked(path, s, CHUNK, ret, e);
}

void reader_free(struct reader *r)
{
    if (!r)
        return;
    window_close(&r->window);
    for (size_t i = 0; i < r->count; i++)
        free((char *)(uintptr_t)r->names[i]);
    free(r->names);
    free(r->cells);
    free(r->scratch);
    json_free(r->object);
    json_cutter_free(r->cutter);
    free(r);
}
