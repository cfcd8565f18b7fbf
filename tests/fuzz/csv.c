/* csv: any bytes as CSV. Byte 0 gives the number of columns (its last three bits; 0: a header
 * names them), byte 1 the delimiter, the rest is the payload.
 *
 * What the reader says does not depend on how the file is cut into chunks, and the records that it
 * takes, written as CSV and read again, are the same. */
#include "fuzz/payload.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g" };

struct copy {
    struct text csv, cells; /* the records written again; their cells, each ended by NUL */
    char delimiter;
    size_t columns;
};

static void write_record(const struct fields *f, void *data)
{
    struct copy *c = data;
    const char *s;
    size_t n;

    c->columns = f->count;
    for (size_t i = 0; i < f->count; i++) {
        bool there = fields_get(f, (int)i, &s, &n);

        assert(there && (!f->ascii || utf8_check(s, n) == n) && !memchr(s, '\0', n));
        text_addn(&c->cells, s, n);
        text_addn(&c->cells, "", 1);
        if (i)
            text_addn(&c->csv, &c->delimiter, 1);
        text_add(&c->csv, "\"");
        for (size_t j = 0; j < n; j++)
            text_addn(&c->csv, s[j] == '"' ? "\"\"" : s + j, s[j] == '"' ? 2 : 1);
        text_add(&c->csv, "\"");
    }
    text_add(&c->csv, "\n");
}

static void read_again(const struct source *s, const struct copy *first)
{
    struct source again = *s;
    struct copy second = { .delimiter = first->delimiter };
    struct text said = { 0 };

    again.header = false;
    again.max_record = 1 << 20;
    again.columns = (struct texts){ names, first->columns };
    payload_tell(first->csv.data, first->csv.size, &again, 4096, NULL, &said, write_record,
                 &second);
    assert(second.cells.size == first->cells.size);
    assert(memcmp(second.cells.data, first->cells.data, first->cells.size) == 0);
    assert(text_same(text_of(&first->csv), text_of(&second.csv)));
    text_free(&said);
    text_free(&second.csv);
    text_free(&second.cells);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char delimiter[2] = { size > 1 ? (char)data[1] : ',', '\0' };
    struct source s = { .format = FORMAT_CSV, .delimiter = delimiter, .max_record = 300 };
    struct copy first = { .delimiter = delimiter[0] };
    struct text a = { 0 }, b = { 0 };

    if (size < 2 || strchr("\"\r\n", delimiter[0]) || (signed char)delimiter[0] < 0)
        return 0;
    s.columns = (struct texts){ names, data[0] & 7 };
    s.header = !s.columns.count;
    payload_tell(data + 2, size - 2, &s, 4096, NULL, &a, NULL, NULL);
    payload_tell(data + 2, size - 2, &s, 1 + size % 5, NULL, &b, write_record, &first);
    assert(a.size == b.size && memcmp(a.data, b.data, a.size) == 0);
    if (first.columns > 0 && first.columns <= sizeof names / sizeof *names)
        read_again(&s, &first);
    text_free(&a);
    text_free(&b);
    text_free(&first.csv);
    text_free(&first.cells);
    return 0;
}
