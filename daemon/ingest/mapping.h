/* mapping: all that decides what the bytes of a record mean, as one text and its digest. Pure. */
#ifndef INGEST_MAPPING_H
#define INGEST_MAPPING_H

#include "base/text.h"
#include "codec/digest.h"
#include "config/settings.h"

#include <stddef.h>

/* The digest of what is configured alone, without a payload: an edited mapping has another one. */
void mapping_digest(const struct dataset *d, const struct source *s, const char *zone_default,
                    char ret[DIGEST_TEXT_SIZE]);

/* Appends what the digest is taken of. */
void mapping_describe(const struct dataset *d, const struct source *s, const char *zone_default,
                      struct text *t);

/* Appends texts so that no two lists give the same bytes. */
void mapping_add(struct text *t, const char *const *all, size_t count);

#endif
