/* reader: a spooled payload, record by record, in bounded memory.
 *
 *     reader_open()      the start is checked, the header is read
 *     reader_column()    a name -> a number
 *     reader_next()      the next record's bytes and line: enough to tell a changed one by its hash
 *     reader_fields()    these bytes -> fields; only for records that are not known already
 *     fields_get()       a number -> the value
 *     reader_free()
 *
 * A payload that is no CSV, NDJSON or JSON at all is refused at the start; a bad record is one
 * error and reading goes on; only a quote that is never closed, and what is no JSON in a document,
 * spoils the rest, and then the whole is refused. At no time is more in memory than one record of
 * `max_record` and some 128 kB.       */
#ifndef INGEST_READER_H
#define INGEST_READER_H

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "config/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader;

/* One record as it stands in the payload; good until the next reader_next(). */
struct raw {
    int64_t line;   /* of the payload, from 1, on which it starts */
    int64_t lines;  /* of a CSV record: over how many it goes; else 1 */
    int64_t offset; /* of its first byte in the payload */
    const char *bytes;
    size_t size; /* without the line end */
};

/* The fields of one record; good until the next reader_fields() or reader_next(). */
struct cell;
struct fields {
    const struct cell *all;
    size_t count;
    size_t found; /* how many the record has; another number than `count` when it was refused */
    bool ascii;   /* no byte is above 0x7F; else each value is to be checked */
};

enum reading {
    READ_RECORD,
    READ_BAD,   /* this record cannot be had (`e` says why; `ret` has its line and its start) */
    READ_END,   /* there is no further one */
    READ_FAILED /* nor can the rest: the file cannot be read, a quote is never closed, the document
                   is no JSON, or has nothing where the source's `at` leads */
};

/* Opens a payload of source `s`, which must outlive the reader. For CSV reads the header record,
 * or takes the source's `columns` when it has none. Refuses (ERROR_INPUT, naming what it found): an
 * empty payload, an HTML page, UTF-16, a packed file, a header with NUL bytes or not in UTF-8, and
 * one in which a name of the source's map stands twice. */
bool reader_open(const char *path, const struct source *s, struct reader **ret, struct error *e);

/* For tests: the same, reading `chunk` bytes at a time. */
bool reader_open_chunked(const char *path, const struct source *s, size_t chunk,
                         struct reader **ret, struct error *e);

void reader_free(struct reader *r); /* NULL is fine */

/* The next record. Blank lines are none, but for a CSV of one column, where they are an empty
 * value. */
enum reading reader_next(struct reader *r, struct raw *ret, struct error *e);

/* How many records the source's `skip` has passed over so far. */
int64_t reader_passed_over(const struct reader *r);

/* Reads the bytes of a record that reader_next() gave before once more, to the end of `ret`. */
bool reader_again(const struct reader *r, int64_t offset, size_t size, struct text *ret,
                  struct error *e);

/* Cuts a record that reader_next() or reader_again() gave into its fields. Refuses what RFC 4180
 * does not allow, a wrong number of fields, NUL bytes; JSON that is not UTF-8, not an object or has
 * a key twice. Where only the number of fields is wrong `ret` has those that are there; else its
 * `found` is 0. */
bool reader_fields(struct reader *r, const struct raw *raw, struct fields *ret, struct error *e);

/* How many of the lines inside a CSV record that goes over several look like records of their own:
 * they have the right number of fields, of which `is_record` says whether they are one. More than
 * none: a quote is missing or one too many. The fields that reader_fields() gave are lost. */
typedef bool line_fn(void *data, const struct fields *f);
int64_t reader_lines(struct reader *r, const struct raw *raw, line_fn *is_record, void *data);

/* The number of the field called `name`: blanks around a header do not count, and ASCII case does
 * not if nothing matches exactly; the first of several. -1 if a CSV header has none such. For
 * NDJSON any name gets a number when it is first asked for: ask before reader_fields(). */
int reader_column(struct reader *r, const char *name);

/* How many fields of a CSV header match `name` equally well; 1 for NDJSON. */
int reader_column_count(const struct reader *r, const char *name);

/* The names of the header, trimmed, in their order (NDJSON: those asked for). */
const char *const *reader_names(const struct reader *r, size_t *ret_count);

/* The value as it was received, not trimmed, not ended by NUL. False if it is absent: a key that
 * the JSON object lacks, or null. */
bool fields_get(const struct fields *f, int column, const char **ret, size_t *ret_size);

DEFINE_AUTO(reader, reader_free)

#endif
