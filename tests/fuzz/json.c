/* json: any bytes as a JSON document. What the reader says does not depend on how the file is cut
 * into chunks or where its records lie; what the parser takes whole, the scanner takes too. */
#include "fuzz/payload.h"

#include "codec/json.h"
#include "ingest/scan.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = { "a", "/a/b", "/a/0", "*", NULL };

static void check_fields(const struct fields *f, void *data)
{
    const char *s;
    size_t n;

    (void)data;
    for (int i = 0; names[i]; i++)
        if (fields_get(f, i, &s, &n))
            assert(utf8_check(s, n) == n && !memchr(s, '\0', n));
}

static void check_at(const uint8_t *data, size_t size, const char *at)
{
    struct source s = { .format = FORMAT_JSON, .pointer = at, .max_record = 1000 };
    struct text a = { 0 }, b = { 0 };

    payload_tell(data, size, &s, 4096, names, &a, check_fields, NULL);
    payload_tell(data, size, &s, 1 + size % 7, names, &b, NULL, NULL);
    assert(a.size == b.size && memcmp(a.data, b.data, a.size) == 0);
    text_free(&a);
    text_free(&b);
}

static bool is_json(const char *bytes, size_t n)
{
    struct scan s = { 0 };
    enum scan_event event;

    do {
        event = scan_next(&s, bytes, n);
        assert(s.at <= n && s.depth >= 0 && s.depth <= SCAN_DEPTH_MAX);
        event = event == SCAN_MORE ? scan_last(&s) : event;
    } while (event != SCAN_MORE && event != SCAN_BAD);
    return event == SCAN_MORE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error e = { 0 };
    struct json *parsed = json_read((const char *)data, size, &e);

    assert(!parsed || is_json((const char *)data, size));
    json_free(parsed);
    check_at(data, size, "");
    check_at(data, size, "/a");
    check_at(data, size, "/a/1/*");
    return 0;
}
