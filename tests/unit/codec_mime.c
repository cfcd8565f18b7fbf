/* codec/mime: what is written is read back by GMime's parser, and nothing slips into a header. */
#include "lib/test.h"

#include "base/memory.h"
#include "codec/mime.h"

#include <ctype.h>
#include <gmime/gmime.h>
#include <stdlib.h>
#include <string.h>

static const char *const one_recipient[] = { "fpf-office@example.gov", NULL };

static struct mime_message sample(void)
{
    return (struct mime_message){
        .from = "dutywatch <dutywatch@example.gov>",
        .to = one_recipient,
        .subject = "3 cases to act on",
        .message_id = "0123abcd@example.gov",
        .date = INT64_C(1741000000) * SECOND,
        .plain = "Act by Mon 3 Mar 2025.\n.\n..dots\nFrom here on\n",
        .html = "<p>Act by <b>3 Mar 2025</b>.</p>\n",
    };
}

static char *written(const struct mime_message *m)
{
    struct text out = { 0 };
    struct error e = { 0 };

    if (!mime_write(m, &out, &e))
        fail_msg("%s", e.text);
    return out.data;
}

static GMimeMessage *parsed(const char *bytes)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, strlen(bytes));
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

    g_object_unref(parser);
    g_object_unref(stream);
    assert_non_null(message);
    return message;
}

/* The text of the message (part -1) or of its alternative `part`, with \n; g_free() it. */
static char *part_text(GMimeMessage *message, int part)
{
    GMimeObject *object = g_mime_message_get_mime_part(message);
    char *raw, *to;

    if (part >= 0)
        object = g_mime_multipart_get_part(GMIME_MULTIPART(object), part);
    raw = g_mime_text_part_get_text(GMIME_TEXT_PART(object));
    to = raw;
    for (const char *from = raw; *from; from++)
        if (*from != '\r')
            *to++ = *from;
    *to = '\0';
    return raw;
}

/* CRLF only, 7-bit, no long line: what any mail server takes. */
static void check_bytes(const char *bytes)
{
    size_t line = 0;

    for (const char *c = bytes; *c; c++) {
        assert_true((unsigned char)*c < 0x80);
        assert_true(*c >= ' ' || *c == '\t' || *c == '\r' || *c == '\n');
        if (*c == '\n')
            assert_true(c > bytes && c[-1] == '\r');
        if (*c == '\r')
            assert_true(c[1] == '\n');
        line = *c == '\n' ? 0 : line + 1;
        assert_true(line <= 998);
    }
}

static const char *header(GMimeMessage *m, const char *name)
{
    return g_mime_object_get_header(GMIME_OBJECT(m), name);
}

static void both_forms_come_back(void **state)
{
    struct mime_message m = sample();
    char *bytes AUTO_FREE = written(&m), *again AUTO_FREE = written(&m), *plain, *html;
    GMimeMessage *back = parsed(bytes);
    GMimeObject *body = g_mime_message_get_mime_part(back);

    (void)state;
    check_bytes(bytes);
    assert_string_equal(bytes, again);
    assert_true(GMIME_IS_MULTIPART(body));
    assert_int_equal(g_mime_multipart_get_count(GMIME_MULTIPART(body)), 2);
    plain = part_text(back, 0);
    html = part_text(back, 1);
    assert_string_equal(plain, m.plain);
    assert_string_equal(html, m.html);
    assert_string_equal(header(back, "Subject"), m.subject);
    assert_string_equal(header(back, "From"), m.from);
    assert_string_equal(header(back, "To"), m.to[0]);
    assert_string_equal(header(back, "Message-Id"), "<0123abcd@example.gov>");
    assert_non_null(strstr(header(back, "Date"), "Mon, 03 Mar 2025 11:06:40 +0000"));
    assert_null(header(back, "In-Reply-To"));
    g_free(plain);
    g_free(html);
    g_object_unref(back);
}

static void plain_alone_is_one_part(void **state)
{
    struct mime_message m = sample();
    char *bytes AUTO_FREE = NULL, *plain;
    GMimeMessage *back;

    (void)state;
    m.html = NULL;
    bytes = written(&m);
    back = parsed(bytes);
    plain = part_text(back, -1);
    check_bytes(bytes);
    assert_string_equal(plain, m.plain);
    g_free(plain);
    g_object_unref(back);
}

static void text_of_any_kind_comes_back(void **state)
{
    static const char *const texts[] = {
        "",
        "no line end",
        "Zoll \xC3\xA4\xC3\xB6 \xE2\x82\xAC 5\n",
        "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\n",
        "blank at the end \n\ttab\t\n",
        "=3D =-0123 --boundary\n\n\n",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct mime_message m = sample();
        char *bytes AUTO_FREE = NULL, *plain;
        GMimeMessage *back;

        m.plain = texts[i];
        bytes = written(&m);
        check_bytes(bytes);
        back = parsed(bytes);
        plain = part_text(back, 0);
        assert_string_equal(plain, texts[i]);
        g_free(plain);
        g_object_unref(back);
    }
}

static void a_long_line_is_folded(void **state)
{
    struct mime_message m = sample();
    char line[5001], *plain;
    char *bytes AUTO_FREE = NULL;
    GMimeMessage *back;

    (void)state;
    memset(line, 'x', 5000);
    line[5000] = '\0';
    m.plain = m.subject = line;
    bytes = written(&m);
    check_bytes(bytes);
    back = parsed(bytes);
    plain = part_text(back, 0);
    assert_string_equal(plain, line);
    g_free(plain);
    g_object_unref(back);
}

/* What data may contain must not become a header, a recipient or another part. */
static void nothing_is_injected(void **state)
{
    static const char *const headers[] = { "X-Dutywatch-Key: a\r\nBcc: evil@example.com", NULL };
    struct mime_message m = sample();
    char *bytes AUTO_FREE = NULL;
    GMimeMessage *back;

    (void)state;
    m.subject = "due\r\nBcc: evil@example.com\r\n\r\nbody";
    m.message_id = "a@b>\r\nBcc: evil@example.com";
    m.in_reply_to = "first@example.gov\r\nBcc: evil@example.com";
    m.headers = headers;
    bytes = written(&m);
    check_bytes(bytes);
    back = parsed(bytes);
    assert_null(header(back, "Bcc"));
    assert_string_equal(header(back, "Subject"), "due  Bcc: evil@example.com    body");
    assert_null(strstr(bytes, "\nBcc"));
    g_object_unref(back);
}

static void subjects_are_encoded(void **state)
{
    static const char *const headers[] = { "Auto-Submitted: auto-generated",
                                           "X-Office: B\xC3\xA4renhof", NULL };
    struct mime_message m = sample();
    char *bytes AUTO_FREE = NULL;
    GMimeMessage *back;

    (void)state;
    m.subject = "\xE2\x82\xAC 5 \xF0\x9F\x93\x85 due \xFF";
    m.in_reply_to = "first@example.gov";
    m.reply_to = "Help Desk <help@example.gov>";
    m.headers = headers;
    bytes = written(&m);
    check_bytes(bytes);
    back = parsed(bytes);
    assert_string_equal(header(back, "Subject"), "\xE2\x82\xAC 5 \xF0\x9F\x93\x85 due ?");
    assert_string_equal(header(back, "X-Office"), "B\xC3\xA4renhof");
    assert_string_equal(header(back, "Auto-Submitted"), "auto-generated");
    assert_string_equal(header(back, "In-Reply-To"), "<first@example.gov>");
    assert_string_equal(header(back, "References"), "<first@example.gov>");
    assert_string_equal(header(back, "Reply-To"), m.reply_to);
    g_object_unref(back);
}

static void bad_addresses_are_refused(void **state)
{
    static const char *const bad[][2] = {
        { "some body", NULL },
        { "a@b.example, c@d.example", NULL },
        { "a@b.example\r\nBcc: c@d.example", NULL },
        { "<>", NULL },
        { "group: a@b.example;", NULL },
        { NULL },
    };
    struct error e = { 0 };
    struct mime_message m = sample();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        AUTO_TEXT out = { 0 };

        m.to = bad[i];
        assert_false(mime_write(&m, &out, &e));
        assert_int_equal(e.class, ERROR_INPUT); /* of this message, not of the channel */
        assert_int_equal(out.size, 0);
    }
    m = sample();
    m.from = NULL;
    AUTO_TEXT out = { 0 };
    assert_false(mime_write(&m, &out, &e));
}

static void mailboxes_are_checked(void **state)
{
    static const char *const good[] = { "a@b.example",   "a.b+c@d-e.example",  "root@localhost",
                                        "x@[192.0.2.1]", "o'neil@example.gov", "root" };
    static const char *const bad[] = {
        "",          "a b",     "@b",    "a@",          "a b@c.example",
        "a@b c",     "a@b..c",  "a@-b",  "a@b-",        ".a@b",
        "a.@b",      "a..b@c",  "<a@b>", "a@b>",        "a@b\r\nDATA",
        "\"a b\"@c", "a@b,c@d", "a@@b",  "a\xC3\xA4@b", "a@b\xC3\xA4",
        "a@b.",      "a@[",     "a@[]",
    };
    char longest[300];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++)
        if (!mime_address_check(good[i]))
            fail_msg("refused: %s", good[i]);
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (mime_address_check(bad[i]))
            fail_msg("accepted: %s", bad[i]);
    memset(longest, 'a', sizeof longest);
    memcpy(longest + 65, "@b", 3);
    assert_false(mime_address_check(longest));
    assert_true(mime_address_check(longest + 1));
}

static void one_person_has_one_address_however_it_is_written(void **state)
{
    static const struct {
        const char *written, *address, *why;
    } cases[] = {
        { "ann@example.org", "ann@example.org", NULL },
        { " Ann@Example.ORG\t", "ann@example.org", NULL },
        { "Ann Smith <ann@example.org>", "ann@example.org", NULL },
        { "\"Smith, Ann; (Miami)\" <ANN@example.org> ", "ann@example.org", NULL },
        { "ann@example.org <ann@example.org>", "ann@example.org", NULL },
        { "<ann@example.org>", "ann@example.org", NULL },
        { "root", "root", NULL },
        { "root@localhost", "root@localhost", NULL },
        { "ann@example.org; bob@example.org", NULL, "several addresses in one text" },
        { "ann@example.org, bob@example.org", NULL, "several addresses in one text" },
        { "ann@example.org bob@example.org", NULL, "several addresses in one text" },
        { "ann@example.orgbob@example.org", NULL, "several addresses in one text" },
        { "ann@example.org; Bob <bob@example.org>", NULL, "several addresses in one text" },
        { "Ann, Bob <bob@example.org>", NULL, "no address" },
        { "Team: ann@example.org;", NULL, "no address" },
        { "Ann <ann@example.org", NULL, "no address" },
        { "Ann <ann@example.org> x", NULL, "no address" },
        { "ann@example.org (Ann)", NULL, "no address" },
        { "Smith, Ann", NULL, "no address" },
        { "Bob Miller", NULL, "no address" },
        { "ann@", NULL, "no address" },
        { "m\xC3\xBCller@example.org", NULL, "no address" },
        { "M\xFCller <m@example.org>", NULL, "no address" },
        { "=?utf-8?q?a=40b?=", "=?utf-8?q?a=40b?=", NULL },
        { "ann@example.org\r\nBcc: bob@example.org", NULL, NULL },
        { "", NULL, "no address" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char ret[MIME_ADDRESS_SIZE] = "untouched";
        struct error e = { .text = "" };
        bool good = mime_address_read(cases[i].written, ret, &e);

        if (good != (cases[i].address != NULL) ||
            strcmp(ret, good ? cases[i].address : "untouched") != 0)
            fail_msg("%s: %s", cases[i].written, good ? ret : e.text);
        if (cases[i].why)
            assert_string_equal(e.text, cases[i].why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_forms_come_back),
        cmocka_unit_test(plain_alone_is_one_part),
        cmocka_unit_test(text_of_any_kind_comes_back),
        cmocka_unit_test(a_long_line_is_folded),
        cmocka_unit_test(nothing_is_injected),
        cmocka_unit_test(subjects_are_encoded),
        cmocka_unit_test(bad_addresses_are_refused),
        cmocka_unit_test(mailboxes_are_checked),
        cmocka_unit_test(one_person_has_one_address_however_it_is_written),
    };

    return cmocka_run_group_tests_name("codec_mime", tests, NULL, NULL);
}
