/* codec/gunzip: whatever the pieces, the same bytes; damage and a missing end are found. */
#include "lib/test.h"

#include "base/text.h"
#include "codec/gunzip.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define PLAIN_SIZE 300000

static char plain[PLAIN_SIZE];
static unsigned char packed[PLAIN_SIZE];
static size_t packed_size;

/* Half of it hard to pack. */
static int prepare(void **state)
{
    uint64_t seed = 7;
    z_stream z = { 0 };

    (void)state;
    for (size_t i = 0; i < PLAIN_SIZE; i++)
        plain[i] = i % 2 ? 'x' : (char)(test_random(&seed) % 64 + ' ');
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)plain;
    z.avail_in = PLAIN_SIZE;
    z.next_out = packed;
    z.avail_out = sizeof packed;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    packed_size = z.total_out;
    deflateEnd(&z);
    return 0;
}

static bool give(void *data, const char *bytes, size_t n, struct error *e)
{
    (void)e;
    text_addn(data, bytes, n);
    return true;
}

static bool feed(struct gunzip *g, const unsigned char *bytes, size_t n, size_t piece,
                 struct text *out, struct error *e)
{
    for (size_t at = 0; at < n; at += piece) {
        size_t part = n - at < piece ? n - at : piece;

        if (!gunzip_add(g, (const char *)bytes + at, part, give, out, e))
            return false;
    }
    return true;
}

static void pieces_do_not_matter(void **state)
{
    static const size_t pieces[] = { 1, 7, 1000, 65536, 65537, PLAIN_SIZE };
    struct error e;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        AUTO(gunzip) g = gunzip_new();
        AUTO_TEXT out = { 0 };

        assert_false(gunzip_end(g, &e));
        assert_true(feed(g, packed, packed_size, pieces[i], &out, &e));
        assert_true(gunzip_end(g, &e));
        assert_int_equal(out.size, PLAIN_SIZE);
        assert_memory_equal(out.data, plain, PLAIN_SIZE);
    }
}

static void a_missing_end_is_found(void **state)
{
    static const size_t cuts[] = { 1, 4, 8, 9, 1000 }; /* the last eight are checksum and size */
    struct error e;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cuts); i++) {
        AUTO(gunzip) g = gunzip_new();
        AUTO_TEXT out = { 0 };

        assert_true(feed(g, packed, packed_size - cuts[i], 1000, &out, &e));
        assert_false(gunzip_end(g, &e));
        assert_int_equal(e.class, ERROR_RETRY);
    }
}

static void damage_is_found(void **state)
{
    static const size_t places[] = { 0, 2, 3000, 8, 4, 1 };
    struct error e;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        AUTO(gunzip) g = gunzip_new();
        AUTO_TEXT out = { 0 };
        size_t at = i < 3 ? places[i] : packed_size - places[i];

        packed[at] ^= 0x55;
        assert_false(feed(g, packed, packed_size, 1000, &out, &e));
        assert_int_equal(e.class, ERROR_INPUT);
        packed[at] ^= 0x55;
    }
}

static void members_follow_each_other(void **state)
{
    AUTO(gunzip) g = gunzip_new();
    AUTO_TEXT out = { 0 };
    struct error e;

    (void)state;
    assert_true(feed(g, packed, packed_size, 1000, &out, &e));
    assert_true(feed(g, packed, packed_size, 999, &out, &e));
    assert_true(gunzip_end(g, &e));
    assert_int_equal(out.size, 2 * PLAIN_SIZE);
    assert_false(feed(g, (const unsigned char *)"rubbish", 7, 7, &out, &e));
}

static bool refuse(void *data, const char *bytes, size_t n, struct error *e)
{
    (void)bytes;
    *(size_t *)data += n;
    return error_set(e, ERROR_INPUT, "enough");
}

static void the_receiver_may_stop_it(void **state)
{
    AUTO(gunzip) g = gunzip_new();
    size_t got = 0;
    struct error e;

    (void)state;
    assert_false(gunzip_add(g, (const char *)packed, packed_size, refuse, &got, &e));
    assert_string_equal(e.text, "enough");
    assert_true(got > 0 && got <= 65536);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_do_not_matter),     cmocka_unit_test(a_missing_end_is_found),
        cmocka_unit_test(damage_is_found),          cmocka_unit_test(members_follow_each_other),
        cmocka_unit_test(the_receiver_may_stop_it),
    };

    return cmocka_run_group_tests_name("codec_gunzip", tests, prepare, NULL);
}
