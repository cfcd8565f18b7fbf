/* window: the part of a file that is looked at, read piece by piece, never the whole.
 *
 *     file    ......................................................
 *                      ^ base        (offset of bytes[0])
 *     bytes            [0 ............ end)      room
 *
 * The user keeps positions in `bytes`; window_fill() moves what is kept to the front and so shifts
 * them all by `keep`.                                                                          */
#ifndef INGEST_WINDOW_H
#define INGEST_WINDOW_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct window {
    int fd;
    char *bytes;
    size_t end, room;
    size_t chunk; /* bytes asked for at a time */
    size_t most;  /* `room` never grows past this and two chunks */
    int64_t base;
    bool last; /* the file ends where the bytes end */
};

/* Opens the file; nothing is read yet. End with window_close(). */
bool window_open(struct window *w, const char *path, size_t most, size_t chunk, struct error *e);

/* Forgets the bytes before `keep` and reads a chunk more, or sets `last`. At most `most` bytes may
 * be kept. */
bool window_fill(struct window *w, size_t keep, struct error *e);

/* Appends `size` bytes of the file from `offset` on, wherever the window is. */
bool window_again(const struct window *w, int64_t offset, size_t size, struct text *ret,
                  struct error *e);

/* Takes the bytes [from, to) out, so that a record that is too long needs no room. */
void window_drop(struct window *w, size_t from, size_t to);

void window_close(struct window *w);

#endif
