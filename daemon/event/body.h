/* body: what a web server or a file sends, unpacked, bounded and handed on. For transfer.c alone.
 *
 * Only the body of a 2xx goes to the receiver; the start of any other is kept as answer.reply, and
 * of an error page without end no more than that is read.                                      */
#ifndef EVENT_BODY_H
#define EVENT_BODY_H

#include "event/transfer.h"

/* For CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION, with the transfer as data. */
size_t body_came(char *bytes, size_t size, size_t n, void *data);
size_t body_head_came(char *bytes, size_t size, size_t n, void *data);

/* True if libcurl's "done" is one: it takes a head and a packed body that break off for whole. */
bool body_end(struct transfer *t, struct error *e);

/* That of a redirect: the next one begins. */
void body_forget(struct transfer *t);

/* The status so far; 200 for a file. */
long body_status(const struct transfer *t);

/* A header of the answer, "" if it is missing or does not fit: a cut ETag would be another one. */
void body_header(struct transfer *t, const char *name, char *ret, size_t size);

/* Where the answer's Link says that the next page is, "" if nowhere. */
void body_next_page(struct transfer *t, char *ret, size_t size);

#endif
