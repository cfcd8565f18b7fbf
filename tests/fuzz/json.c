/* json: any bytes as a JSON document. What the reader says does not depend on how the file is cut
 * into chunks or where its records lie; what the parser takes whole, the scanner takes too. */
#include "fuzz/payload.h"

#include "codec/json.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct source s = { .format = FORMAT_JSON, .pointer = "", .max_record = 1 << 20 };
    struct error e = { 0 };
    struct json *parsed = json_read((const char *)data, size, &e);
    struct text said = { 0 };

    check_at(data, size, "");
    check_at(data, size, "/a");
    check_at(data, size, "/a/1/*");
    payload_tell(data, size, &s, 4096, names, &said, NULL, NULL);
    if (parsed && said.size)
        assert(!strstr(text_of(&said) + (said.size > 300 ? said.size - 300 : 0), ": not JSON: "));
    json_free(parsed);
    text_free(&said);
    return 0;
}
