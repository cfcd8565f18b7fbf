/* payload: what the fuzz targets of the readers share: a file without a disk, and all that a
 * reader says about it as one text. */
#ifndef TESTS_FUZZ_PAYLOAD_H
#define TESTS_FUZZ_PAYLOAD_H

#include "base/text.h"
#include "ingest/reader.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A path under which `data` can be opened; good until the second call after this one. */
static inline const char *payload_path(const void *data, size_t n)
{
    static char paths[2][40];
    static int files[2] = { -1, -1 };
    static int next;
    int i = next++ % 2;

    if (files[i] < 0) {
        files[i] = memfd_create("payload", MFD_CLOEXEC);
        assert(files[i] >= 0);
        snprintf(paths[i], sizeof paths[i], "/proc/self/fd/%d", files[i]);
    }
    assert(ftruncate(files[i], 0) == 0);
    assert(pwrite(files[i], data, n, 0) == (ssize_t)n);
    return paths[i];
}

/* What is asked of each record that could be read. */
typedef void record_fn(const struct fields *f, void *data);

/* One line a record or refusal; the names asked for first, for NDJSON. Checks on the way what must
 * hold for any payload. */
static inline void payload_tell(const void *data, size_t n, const struct source *s, size_t chunk,
                                const char *const *names, struct text *out, record_fn *each,
                                void *each_data)
{
    struct error e = { 0 };
    AUTO(reader) r = NULL;
    enum reading reading;
    struct fields f;
    struct raw raw;
    int64_t line = 0, offset = -1;

    if (!reader_open_chunked(payload_path(data, n), s, chunk, &r, &e)) {
        assert(e.class == ERROR_INPUT && e.text[0]);
        text_add(out, "refused\n"); /* the sentence quotes what the first chunk has */
        return;
    }
    for (; names && *names; names++)
        reader_column(r, *names);
    while ((reading = reader_next(r, &raw, &e)) == READ_RECORD || reading == READ_BAD) {
        assert(raw.line > line || (s->format == FORMAT_JSON && raw.line == line));
        assert(raw.offset > offset && raw.size <= (size_t)s->max_record);
        assert((size_t)raw.offset + raw.size <= n);
        assert(memcmp((const char *)data + raw.offset, raw.bytes, raw.size) == 0);
        line = raw.line;
        offset = raw.offset;
        text_addf(out, "%lld@%lld ", (long long)line, (long long)offset);
        if (reading == READ_BAD || !reader_fields(r, &raw, &f, &e)) {
            assert(e.class == ERROR_INPUT && e.text[0]);
            text_addf(out, "bad: %s\n", e.text);
            continue;
        }
        text_addf(out, "%.*s\n", (int)raw.size, raw.bytes);
        if (each)
            each(&f, each_data);
    }
    text_add(out, reading == READ_FAILED ? e.text : "end\n");
}

#endif
