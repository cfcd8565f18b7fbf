/* json: one object, of a line of NDJSON or of a document, to cells.
 *
 * A name that begins with "/" is a JSON pointer into the object. In a record that is a member of an
 * object ("C-1": { ... }), the name "*" is its key. codec/json reads it strictly; here the values
 * are taken as they were written, so that a number keeps its digits: 1234.10 stays "1234.10" and
 * becomes 123410 cents without a detour over binary fractions. Text is text, true and false are
 * words, lists and groups their JSON text, null is absent. */
#ifndef INGEST_JSON_H
#define INGEST_JSON_H

#include "codec/json.h"
#include "ingest/csv.h"

/* Reads the object in `line` (`member`: it may be one with its key) and sets, for each of the
 * `count` names, its cell. Cells point into `line` or into *ret_object, which the caller frees with
 * json_free(). */
bool json_cells(const char *line, size_t n, const char *const *names, struct cell *cells,
                size_t count, bool member, struct json **ret_object, struct error *e);

/* Calls `each` for each element of a JSON array as its cell would be; null has no text and size 0.
 * `*ret_is_array`: whether `text` is one at all. False if not, if an element is a list or a group,
 * or if `each` said so. */
typedef bool json_element_fn(void *data, const char *text, size_t n);
bool json_elements(const char *text, size_t n, json_element_fn *each, void *data,
                   bool *ret_is_array);

#endif
