/* sniff: what is plainly no payload of the format that was asked for: an error page, a packed file,
 * another encoding. Better said once and in these words than as a thousand rejects. Pure. */
#ifndef INGEST_SNIFF_H
#define INGEST_SNIFF_H

#include "base/error.h"
#include "config/settings.h"

/* How many bytes behind leading blanks it takes at least, unless there are no more. */
#define SNIFF_SIZE ((size_t)32)

/* "CSV", "NDJSON", "JSON". */
const char *format_name(enum source_format format);

/* Looks at the first `n` bytes; the more, the better it can quote them. */
bool sniff_check(const char *bytes, size_t n, enum source_format format, struct error *e);

/* The length of the byte-order mark of UTF-8 that `bytes` starts with, or 0. */
size_t sniff_mark(const char *bytes, size_t n);

#endif
