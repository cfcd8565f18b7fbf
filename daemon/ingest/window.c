#include "ingest/window.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool window_open(struct window *w, const char *path, size_t most, size_t chunk, struct error *e)
{
    *w = (struct window){ .fd = open(path, O_RDONLY | O_CLOEXEC), .most = most, .chunk = chunk };
    if (w->fd < 0)
        return error_set(e, ERROR_RETRY, "%s: %s", path, strerror(errno));
    return true;
}

static void make_room(struct window *w)
{
    size_t need = w->end + w->chunk, limit = w->most + 2 * w->chunk;

    if (need <= w->room)
        return;
    w->room = 2 * need < limit ? 2 * need : limit;
    if (w->room < need)
        w->room = need;
    w->bytes = grow(w->bytes, w->room, 1);
}

bool window_fill(struct window *w, size_t keep, struct error *e)
{
    ssize_t n;

    w->end -= keep;
    w->base += (int64_t)keep;
    if (w->end)
        memmove(w->bytes, w->bytes + keep, w->end);
    make_room(w);
    do
        n = read(w->fd, w->bytes + w->end, w->chunk);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return error_set(e, ERROR_RETRY, "payload cannot be read at byte %lld: %s",
                         (long long)w->base + (long long)w->end, strerror(errno));
    w->end += (size_t)n;
    w->last = n == 0;
    return true;
}

bool window_again(const struct window *w, int64_t offset, size_t size, struct text *ret,
                  struct error *e)
{
    char *bytes AUTO_FREE = alloc(size + 1);
    size_t have = 0;
    ssize_t n = 1;

    while (have < size && n) {
        n = pread(w->fd, bytes + have, size - have, offset + (off_t)have);
        if (n < 0 && errno != EINTR)
            break;
        have += n > 0 ? (size_t)n : 0;
    }
    if (have < size)
        return error_set(e, ERROR_RETRY, "payload cannot be read again at byte %lld: %s",
                         (long long)offset, n < 0 ? strerror(errno) : "it has become shorter");
    text_addn(ret, bytes, size);
    return true;
}

void window_drop(struct window *w, size_t from, size_t to)
{
    memmove(w->bytes + from, w->bytes + to, w->end - to);
    w->end -= to - from;
    w->base += (int64_t)(to - from);
}

void window_close(struct window *w)
{
    if (w->fd >= 0)
        close(w->fd);
    free(w->bytes);
    w->fd = -1;
    w->bytes = NULL;
}
