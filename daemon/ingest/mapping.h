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

/* The digest of how a source is read now: of its mapping, and of where it comes from. Another one
 * than at the last good pull makes it be read again in full. */
void mapping_of_source(const struct settings *settings, const struct source *s,
                       char ret[DIGEST_TEXT_SIZE]);

/* True if two of them differ at most in the mapping: the payload that is kept is still the one. */
bool mapping_same_place(const char *mapping, const char *other);

#endif
