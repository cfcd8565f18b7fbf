#include "codec/digest.h"

#include <errno.h>
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#define PIECE_SIZE 65536

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

struct digest {
    EVP_MD_CTX *context;
};

/* SHA-256 is in every libcrypto: what fails here is memory. */
static void must(bool worked)
{
    if (!worked)
        out_of_memory();
}

struct digest *digest_new(void)
{
    struct digest *d = alloc(sizeof *d);

    d->context = EVP_MD_CTX_new();
    must(d->context && EVP_DigestInit_ex(d->context, EVP_sha256(), NULL));
    return d;
}

void digest_add(struct digest *d, const void *bytes, size_t n)
{
    must(EVP_DigestUpdate(d->context, bytes, n));
}

void digest_end(struct digest *d, char ret[DIGEST_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char raw[DIGEST_SIZE];

    must(EVP_DigestFinal_ex(d->context, raw, NULL));
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        ret[2 * i] = digits[raw[i] >> 4];
        ret[2 * i + 1] = digits[raw[i] & 15];
    }
    ret[2 * DIGEST_SIZE] = '\0';
    digest_free(d);
}

void digest_free(struct digest *d)
{
    if (!d)
        return;
    EVP_MD_CTX_free(d->context);
    free(d);
}

void digest_of(const void *bytes, size_t n, char ret[DIGEST_TEXT_SIZE])
{
    struct digest *d = digest_new();

    digest_add(d, bytes, n);
    digest_end(d, ret);
}

/* As a netstring without its comma: "5:hello". */
bool digest_of_file(const char *path, char ret[DIGEST_TEXT_SIZE], struct error *e)
{
    FILE *f = fopen(path, "re");
    struct digest *d;
    char buffer[PIECE_SIZE];
    size_t n;
    bool ok;

    if (!f)
        return error_set(e, ERROR_SETUP, "%s: %s", path, strerror(errno));
    d = digest_new();
    while ((n = fread(buffer, 1, sizeof buffer, f)) > 0)
        digest_add(d, buffer, n);
    ok = !ferror(f) || error_set(e, ERROR_SETUP, "%s: %s", path, strerror(errno));
    digest_end(d, ret);
    fclose(f);
    return ok;
}

void digest_of_parts(const char *const *parts, char ret[DIGEST_TEXT_SIZE])
{
    struct digest *d = digest_new();
    char length[24];

    for (; *parts; parts++) {
        size_t n = strlen(*parts);

        digest_add(d, length, (size_t)snprintf(length, sizeof length, "%zu:", n));
        digest_add(d, *parts, n);
    }
    digest_end(d, ret);
}

void digest_hmac(const void *key, size_t key_size, const void *bytes, size_t n,
                 unsigned char ret[DIGEST_SIZE])
{
    /* libcrypto takes a NULL key for "the key of last time" */
    must(key_size <= INT_MAX && HMAC(EVP_sha256(), key_size ? key : "", (int)key_size,
                                     n ? bytes : (const void *)"", n, ret, NULL));
}

void base64_write(const void *bytes, size_t n, struct text *out)
{
    const unsigned char *b = bytes;

    for (; n; b += 3, n = n > 3 ? n - 3 : 0) {
        unsigned group = (unsigned)b[0] << 16;
        char four[4];

        group |= n > 1 ? (unsigned)b[1] << 8 : 0;
        group |= n > 2 ? (unsigned)b[2] : 0;
        four[0] = alphabet[group >> 18];
        four[1] = alphabet[group >> 12 & 63];
        four[2] = n > 1 ? alphabet[group >> 6 & 63] : '=';
        four[3] = n > 2 ? alphabet[group & 63] : '=';
        text_addn(out, four, sizeof four);
    }
}

/* The three bytes of four characters; `used` of the characters are not padding. */
static bool base64_group(const char *s, size_t used, unsigned *ret)
{
    unsigned group = 0;

    for (size_t i = 0; i < 4; i++) {
        const char *at = i < used ? strchr(alphabet, s[i]) : alphabet;

        if (!at)
            return false;
        group = group << 6 | (unsigned)(at - alphabet);
    }
    *ret = group;
    /* bits that stand for nothing must be zero, else two texts mean one */
    return !(used == 2 && (group & 0xFFFF)) && !(used == 3 && (group & 0xFF));
}

bool base64_read(const char *s, unsigned char *ret, size_t room, size_t *ret_size)
{
    size_t n = strlen(s), size = 0;

    if (n % 4)
        return false;
    for (; n; s += 4, n -= 4) {
        size_t used = n > 4 || s[3] != '=' ? 4 : s[2] != '=' ? 3 : 2;
        unsigned group;

        if (!base64_group(s, used, &group) || size + used - 1 > room)
            return false;
        for (size_t i = 0; i < used - 1; i++)
            ret[size++] = (unsigned char)(group >> (16 - 8 * i));
    }
    *ret_size = size;
    return true;
}

uint64_t hash_of(const void *bytes, size_t n, uint64_t seed)
{
    return XXH3_64bits_withSeed(bytes, n, seed);
}
