/* codec/digest: published values, strict base64, and the webhook vectors when they are there. */
#include "lib/test.h"

#include "codec/digest.h"
#include "codec/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* FIPS 180-4, examples of the Secure Hash Standard. */
static void sha256(void **state)
{
    char hex[DIGEST_TEXT_SIZE];
    struct digest *d = digest_new();

    (void)state;
    digest_of("", 0, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    digest_of("abc", 3, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    digest_add(d, "a", 1);
    digest_add(d, "", 0);
    digest_add(d, "bc", 2);
    digest_end(d, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    digest_free(digest_new());
    digest_free(NULL);
}

static void parts_do_not_run_together(void **state)
{
    static const char *const lists[][4] = {
        { "ab", "c", NULL },     { "a", "bc", NULL }, { "abc", NULL },
        { "ab", "c", "", NULL }, { "2:ab1:c", NULL }, { NULL },
    };
    char hex[6][DIGEST_TEXT_SIZE], plain[DIGEST_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < 6; i++) {
        digest_of_parts(lists[i], hex[i]);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(hex[i], hex[j]);
    }
    digest_of("2:ab1:c", 7, plain); /* what the keys in a state database are made of */
    assert_string_equal(hex[0], plain);
}

/* RFC 4648 section 10. */
static void base64(void **state)
{
    static const char *const cases[][2] = {
        { "", "" },
        { "f", "Zg==" },
        { "fo", "Zm8=" },
        { "foo", "Zm9v" },
        { "foob", "Zm9vYg==" },
        { "fooba", "Zm9vYmE=" },
        { "foobar", "Zm9vYmFy" },
        { "\xFB\xFF\xFE", "+//+" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_TEXT out = { 0 };
        unsigned char back[8];
        size_t n = 99;

        base64_write(cases[i][0], strlen(cases[i][0]), &out);
        assert_string_equal(text_of(&out), cases[i][1]);
        assert_true(base64_read(cases[i][1], back, sizeof back, &n));
        assert_int_equal(n, strlen(cases[i][0]));
        assert_memory_equal(back, cases[i][0], n);
    }
}

static void base64_is_strict(void **state)
{
    static const char *const bad[] = { "Zg",   "Zg=",  "Zg===", "Zh==",        "Zm9=",
                                       "Z===", "====", "Zm 9",  "Zm9v\n",      "Zg==Zg==",
                                       "Zm-_", "=Zm9", "Zm=v",  "Zm9vYmFyYmE=" };
    unsigned char back[6];
    size_t n;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (base64_read(bad[i], back, sizeof back, &n))
            fail_msg("accepted: %s", bad[i]);
    assert_true(base64_read("Zm9vYmFy", back, 6, &n));
    assert_false(base64_read("Zm9vYmFy", back, 5, &n));
}

/* xxHash 0.8, XXH3_64bits. */
static void fast_hash(void **state)
{
    (void)state;
    assert_true(hash_of("", 0, 0) == UINT64_C(0x2D06800538D394C2));
    assert_true(hash_of("a", 1, 0) != hash_of("a", 1, 1));
    assert_true(hash_of("a", 1, 7) == hash_of("a", 1, 7));
}

static size_t unhex(const char *s, unsigned char *ret, size_t room)
{
    size_t n = 0;

    for (; s[0] && s[1] && n < room; s += 2) {
        unsigned byte;

        assert_int_equal(sscanf(s, "%2x", &byte), 1);
        ret[n++] = (unsigned char)byte;
    }
    return n;
}

/* RFC 4231 test case 2, and an empty key and message. */
static void hmac(void **state)
{
    unsigned char mac[DIGEST_SIZE], want[DIGEST_SIZE];

    (void)state;
    digest_hmac("Jefe", 4, "what do ya want for nothing?", 28, mac);
    unhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", want, sizeof want);
    assert_memory_equal(mac, want, DIGEST_SIZE);
    digest_hmac("", 0, "", 0, mac);
    unhex("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad", want, sizeof want);
    assert_memory_equal(mac, want, DIGEST_SIZE);
}

static void check_vector(const struct json *v)
{
    unsigned char key[512], data[512], want[DIGEST_SIZE], mac[DIGEST_SIZE];
    size_t key_size = unhex(json_get_text(v, "key_hex"), key, sizeof key);
    size_t size = unhex(json_get_text(v, "data_hex"), data, sizeof data);

    unhex(json_get_text(v, "mac_hex"), want, sizeof want);
    digest_hmac(key, key_size, data, size, mac);
    assert_memory_equal(mac, want, DIGEST_SIZE);
}

static void published_vectors(void **state)
{
    size_t n;
    char *bytes AUTO_FREE = test_read(test_shared("data/webhooks/signature_vectors.json"), &n);
    AUTO(json) all = json_read(bytes, n, NULL);
    int count = 0;

    (void)state;
    for (size_t i = 0; i < json_count(all); i++)
        if (json_get_text(json_at(all, i), "mac_hex")) {
            check_vector(json_at(all, i));
            count++;
        }
    assert_true(count >= 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256),
        cmocka_unit_test(parts_do_not_run_together),
        cmocka_unit_test(base64),
        cmocka_unit_test(base64_is_strict),
        cmocka_unit_test(fast_hash),
        cmocka_unit_test(hmac),
        cmocka_unit_test(published_vectors),
    };

    return cmocka_run_group_tests_name("codec_digest", tests, NULL, NULL);
}
