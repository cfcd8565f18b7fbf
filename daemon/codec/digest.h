/* digest: SHA-256, HMAC-SHA-256, base64, and the fast hash that tells changed records. */
#ifndef CODEC_DIGEST_H
#define CODEC_DIGEST_H

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE 32
#define DIGEST_TEXT_SIZE 65 /* 64 hexadecimal digits and NUL */

/* SHA-256 fed piece by piece. digest_end() writes the hexadecimal digest and frees the object. */
struct digest;
struct digest *digest_new(void);
void digest_add(struct digest *d, const void *bytes, size_t n);
void digest_end(struct digest *d, char ret[DIGEST_TEXT_SIZE]);
void digest_free(struct digest *d); /* gives up; NULL is fine */

/* SHA-256 of one buffer, as hexadecimal digits. */
void digest_of(const void *bytes, size_t n, char ret[DIGEST_TEXT_SIZE]);

/* SHA-256 of a file. */
bool digest_of_file(const char *path, char ret[DIGEST_TEXT_SIZE], struct error *e);

/* SHA-256 over several texts, each preceded by its length, so that no two lists give the same
 * bytes. `parts` is NULL-terminated. */
void digest_of_parts(const char *const *parts, char ret[DIGEST_TEXT_SIZE]);

/* HMAC-SHA-256 (RFC 2104). */
void digest_hmac(const void *key, size_t key_size, const void *bytes, size_t n,
                 unsigned char ret[DIGEST_SIZE]);

/* Base64 (RFC 4648 section 4) with padding, appended to `out`. */
void base64_write(const void *bytes, size_t n, struct text *out);

/* Strictly the other way; false if it is not base64 or longer than `room`. */
bool base64_read(const char *s, unsigned char *ret, size_t room, size_t *ret_size);

/* XXH3, 64 bits: tells changed from unchanged records; no defence against an attacker. */
uint64_t hash_of(const void *bytes, size_t n, uint64_t seed);

DEFINE_AUTO(digest, digest_free)

#endif
