/* functions: what rules may call besides SQLite's own listed functions.
 *
 *     date_add(day, term)       the last day of a term: date_add(entry_on, '5 years')
 *     days_between(from, to)    calendar days, negative when `to` is earlier
 *     day(value)                a day of a date or of a datetime, in the configuration's zone
 *     year(value) month(value)  of the same
 *     list_has(list, text)      1 if a list column has this element, else 0
 *     list_covers(list, wanted) 1 if it has each element of the list `wanted`, else 0
 *     list_count(list)          how many elements it has
 *
 * All give NULL for NULL and for what is no day or list. None of them asks for the time: the judged
 * day is the parameter :today. */
#ifndef JUDGE_FUNCTIONS_H
#define JUDGE_FUNCTIONS_H

#include "base/error.h"

#include <stdbool.h>

struct sqlite3;

/* Our own statements alone may call unread(cells, 'a,b'): whether a row whose column _unread is
 * `cells` lacks a value of one of these columns because it could not be read (ingest/unread.h). */
#define FUNCTION_UNREAD "unread"

/* Registers them on a connection. `zone` must live as long as the connection. */
bool functions_register(struct sqlite3 *handle, const char *zone, struct error *e);

/* True for every function that a rule may call, ours and SQLite's. */
bool function_listed(const char *name);

/* The names that rules may call, blank-separated, for messages and the manual. */
extern const char function_names[];

#endif
