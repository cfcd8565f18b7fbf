/* gunzip: gzip (RFC 1952) unpacked piece by piece, its end and its checksum proved.
 *
 * libcurl unpacks too, but takes a stream that breaks off for a whole one. The receiver bounds the
 * size: it is called with pieces of at most 64 KiB and may refuse.                              */
#ifndef CODEC_GUNZIP_H
#define CODEC_GUNZIP_H

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stddef.h>

struct gunzip;

/* Takes the next unpacked bytes; false (with `e` filled or not) stops. */
typedef bool gunzip_fn(void *data, const char *bytes, size_t n, struct error *e);

struct gunzip *gunzip_new(void);
void gunzip_free(struct gunzip *g); /* NULL is fine */

/* Unpacks `n` more bytes into `give`. False if they are damaged (INPUT) or `give` said so. */
bool gunzip_add(struct gunzip *g, const char *bytes, size_t n, gunzip_fn *give, void *data,
                struct error *e);

/* True if what was added is whole; else RETRY. */
bool gunzip_end(const struct gunzip *g, struct error *e);

DEFINE_AUTO(gunzip, gunzip_free)

#endif
