#include "codec/gunzip.h"

#include <stdlib.h>

#define ZLIB_CONST
#include <zlib.h>

#define PIECE_SIZE 65536
#define GZIP_ONLY (15 + 16) /* zlib: the largest window, a gzip header wanted */

struct gunzip {
    z_stream z;
    bool whole; /* a member ended here */
};

struct gunzip *gunzip_new(void)
{
    struct gunzip *g = alloc(sizeof *g);

    if (inflateInit2(&g->z, GZIP_ONLY) != Z_OK)
        out_of_memory();
    return g;
}

void gunzip_free(struct gunzip *g)
{
    if (!g)
        return;
    inflateEnd(&g->z);
    free(g);
}

/* One call of inflate(): at most PIECE_SIZE bytes come out. */
static bool unpack_piece(struct gunzip *g, gunzip_fn *give, void *data, struct error *e)
{
    char piece[PIECE_SIZE];
    int code;

    if (g->whole) { /* another member follows (RFC 1952 section 2.2) */
        inflateReset(&g->z);
        g->whole = false;
    }
    g->z.next_out = (Bytef *)piece;
    g->z.avail_out = sizeof piece;
    code = inflate(&g->z, Z_NO_FLUSH);
    if (code == Z_MEM_ERROR)
        out_of_memory();
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
        return error_set(e, ERROR_INPUT, "the compressed body is damaged (%s)",
                         g->z.msg ? g->z.msg : "no gzip");
    g->whole = code == Z_STREAM_END;
    return g->z.avail_out == sizeof piece || give(data, piece, sizeof piece - g->z.avail_out, e);
}

bool gunzip_add(struct gunzip *g, const char *bytes, size_t n, gunzip_fn *give, void *data,
                struct error *e)
{
    while (n > 0) {
        size_t part = n > PIECE_SIZE ? PIECE_SIZE : n;

        g->z.next_in = (const Bytef *)bytes;
        g->z.avail_in = (uInt)part;
        do {
            if (!unpack_piece(g, give, data, e))
                return false;
        } while (g->z.avail_in > 0 || (g->z.avail_out == 0 && !g->whole));
        bytes += part;
        n -= part;
    }
    return true;
}

bool gunzip_end(const struct gunzip *g, struct error *e)
{
    return g->whole || error_set(e, ERROR_RETRY, "the compressed body is truncated");
}
