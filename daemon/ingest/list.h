/* list: the elements of a cell that holds several. Pure.
 *
 *     Bouw; Reclame;       separated, as the column's `separator` says
 *     ["Bouw", "Reclame"]  a JSON array of scalars
 *     {Bouw,"a, b"}        as databases write arrays
 *
 * Elements are trimmed; empty ones, and null, are none.                                        */
#ifndef INGEST_LIST_H
#define INGEST_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* False stops. `text` is not ended by NUL and lives as long as the call. */
typedef bool list_element_fn(void *data, const char *text, size_t n);

/* Calls `each` for each element in its order. False if `each` said so, or if it is a JSON array
 * with something in it that is no scalar. What looks like an array and is none is separated like
 * any other text. */
bool list_each(const char *text, size_t n, const char *separator, list_element_fn *each,
               void *data);

#endif
