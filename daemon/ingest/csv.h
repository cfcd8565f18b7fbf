/* csv: bytes to records, records to cells (RFC 4180). Pure.
 *
 * Cutting is the hot path: it only looks for line ends that stand outside quotes. A quote opens
 * only at the start of a cell, so one that stands elsewhere spoils its own record and no other.
 * Splitting then reads one record strictly.
 *
 *     1,"two
 *     lines",3      one record, two lines; the next one starts on line 3
 *
 * A line ends with LF, CR LF or a lone CR.                                                     */
#ifndef INGEST_CSV_H
#define INGEST_CSV_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the cutter stands. All positions count from the first byte of what it is given. */
struct cut {
    char delimiter;
    size_t start, at;   /* the record's first byte; the first byte not looked at */
    size_t stop, next;  /* once cut: its end without line end; the start of the next */
    int64_t line;       /* on which the record starts, from 1 */
    int64_t lines;      /* line ends passed since */
    int64_t quote_line; /* on which the last quote opened */
    bool quoted;        /* `at` is inside quotes; after the cut: they were never closed */
    size_t lf, cr,
        quote; /* 1 + where the next of each stands, so that no byte is looked at twice */
};

/* Begins the record after the last one. */
void cut_next(struct cut *c);

/* The first `by` bytes were taken away, or others have come. */
void cut_moved(struct cut *c, size_t by);

/* Looks for the end of the record in `bytes` (of `end` bytes; `last`: no more will come). False:
 * it does not end here, come again with more bytes. At the end of the input it gives an empty
 * record with stop == next; if a quote is open there, `quoted` is set and nothing else. */
bool csv_cut(struct cut *c, const char *bytes, size_t end, bool last);

/* The same for formats without quotes: a line ends with LF or CR LF. */
bool line_cut(struct cut *c, const char *bytes, size_t end, bool last);

/* A cell of a record. `text` is NULL for one that is absent (JSON alone has such). */
struct cell {
    const char *text; /* not ended by NUL */
    size_t size;
};

/* Splits a record of `n` bytes into at most `room` cells; *ret_count says how many it has, also
 * when that is more. Cells point into `record`, or into `scratch` (at least `n` bytes) when they
 * hold doubled quotes. On failure *ret_count is the number of cells before the bad one. */
bool csv_split(const char *record, size_t n, char delimiter, struct cell *cells, size_t room,
               char *scratch, size_t *ret_count, struct error *e);

#endif
