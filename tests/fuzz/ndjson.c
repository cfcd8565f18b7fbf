/* ndjson: any bytes as NDJSON. What the reader says does not depend on how the file is cut into
 * chunks, and the values that it takes, written as JSON text and read again, are the same. */
#include "fuzz/payload.h"

#include "codec/json.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = { "a", "b", "", "\xC3\xA9", NULL };

struct copy {
    struct text json;
};

static void write_record(const struct fields *f, void *data)
{
    struct copy *c = data;
    AUTO(json) group = json_group();
    const char *s;
    size_t n;

    for (int i = 0; names[i]; i++) {
        struct text value = { 0 };

        if (!fields_get(f, i, &s, &n))
            continue;
        assert(utf8_check(s, n) == n && !memchr(s, '\0', n));
        text_addn(&value, s, n);
        json_set_text(group, names[i], text_of(&value));
        text_free(&value);
    }
    json_write(group, false, &c->json);
    text_add(&c->json, "\n");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct source s = { .format = FORMAT_NDJSON, .max_record = 1000 };
    struct copy first = { 0 }, second = { 0 };
    struct text a = { 0 }, b = { 0 }, said = { 0 };

    payload_tell(data, size, &s, 4096, names, &a, NULL, NULL);
    payload_tell(data, size, &s, 1 + size % 5, names, &b, write_record, &first);
    assert(a.size == b.size && memcmp(a.data, b.data, a.size) == 0);
    s.max_record = 1 << 20;
    if (first.json.size)
        payload_tell(first.json.data, first.json.size, &s, 4096, names, &said, write_record,
                     &second);
    assert(text_same(text_of(&first.json), text_of(&second.json)));
    text_free(&a);
    text_free(&b);
    text_free(&said);
    text_free(&first.json);
    text_free(&second.json);
    return 0;
}
