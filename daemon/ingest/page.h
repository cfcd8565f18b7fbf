/* page: whether a JSON document says that it is not all there is.
 *
 *     { "results": [ ... ], "next": "https://..." }      a link to the next page
 *     { "value": [ ... ], "@odata.nextLink": "..." }
 *     { "data": [ ... ], "links": { "next": "..." }, "meta": { "total": 250 } }
 *
 * Looked at are the groups around the records and, in them, the groups in which such things stand
 * (links, meta, paging); never the records themselves.                                          */
#ifndef INGEST_PAGE_H
#define INGEST_PAGE_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>

/* Reads the document at `path` once through, its records at the pointer `at`. If it is a page of
 * more, `ret` says by what ("links.next leads to another page: ..."; "total is 250, but 100 records
 * are here"); else it stays as it was. The reader has found it to be
 * JSON. False only when the file cannot be read. */
bool page_check(const char *path, const char *at, struct text *ret, struct error *e);

#endif
