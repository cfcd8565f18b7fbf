#include "codec/mime.h"

#include <ctype.h>
#include <gmime/gmime.h>
#include <stdio.h>
#include <string.h>

#include "base/limit.h"
#include "codec/digest.h"

LIMIT(ADDRESS_MAX, 254); /* refused: a mail address of more bytes (RFC 5321) */
LIMIT(LOCAL_MAX, 64);    /* refused: a mail address with more bytes before the @ (RFC 5321) */

static void start(void)
{
    static bool started;

    if (!started)
        g_mime_init();
    started = true;
}

static bool is_atom(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static bool local_check(const char *s, size_t n)
{
    if (n == 0 || n > LOCAL_MAX || s[0] == '.' || s[n - 1] == '.')
        return false;
    for (size_t i = 0; i < n; i++)
        if (s[i] == '.' ? s[i + 1] == '.' : !is_atom(s[i]))
            return false;
    return true;
}

/* Labels of letters, digits and inner hyphens; or an address literal, "[192.0.2.1]". */
static bool domain_check(const char *s)
{
    size_t n = strlen(s), label = 0;

    if (s[0] == '[')
        return n > 2 && s[n - 1] == ']' && strspn(s + 1, "0123456789abcdefABCDEFIPv:.") == n - 2;
    for (size_t i = 0; i <= n; i++) {
        if (s[i] == '.' || s[i] == '\0') {
            if (label == 0 || label > 63 || s[i - 1] == '-')
                return false;
            label = 0;
        } else if (!isalnum((unsigned char)s[i]) && (s[i] != '-' || label == 0)) {
            return false;
        } else {
            label++;
        }
    }
    return true;
}

bool mime_address_check(const char *address)
{
    const char *at = strrchr(address, '@');

    if (!at)
        return local_check(address, strlen(address));
    return strlen(address) <= ADDRESS_MAX && local_check(address, (size_t)(at - address)) &&
           domain_check(at + 1);
}

/* Whether a comma or semicolon stands in `s` up to `end`, outside of quotes: GMime would take what
 * is before it for a part of a name. */
static bool has_separator(const char *s, const char *end)
{
    bool quoted = false;

    for (; s < end; s++) {
        if (*s == '\\' && quoted)
            s++;
        else if (*s == '"')
            quoted = !quoted;
        else if (!quoted && (*s == ',' || *s == ';'))
            return true;
    }
    return false;
}

/* Whether `address` is all that is written, or stands in brackets behind a name. */
static bool stands_alone(const char *written, const char *address)
{
    size_t n = strlen(address);
    const char *bracket = strrchr(written, '<');

    if (!bracket)
        return strncmp(written, address, n) == 0 &&
               strspn(written + n, " \t") == strlen(written + n);
    return !has_separator(written, bracket) && strncmp(bracket + 1, address, n) == 0 &&
           bracket[1 + n] == '>' && strspn(bracket + 2 + n, " \t") == strlen(bracket + 2 + n);
}

/* The one address in `list`, which was read from `written`; NULL if it is none. */
static const char *only_address(InternetAddressList *list, const char *written)
{
    InternetAddress *first = list && internet_address_list_length(list) == 1
                                 ? internet_address_list_get_address(list, 0)
                                 : NULL;
    const char *address = first && INTERNET_ADDRESS_IS_MAILBOX(first)
                              ? internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(first))
                              : NULL;

    return address && mime_address_check(address) && stands_alone(written, address) ? address
                                                                                    : NULL;
}

/* Why not: two @ are two addresses, in whatever way they stand together. */
static bool refuse(const char *written, struct error *e)
{
    const char *first = strchr(written, '@'), *last = strrchr(written, '@');
    bool spelt_twice = strchr(written, '<') && !has_separator(written, written + strlen(written));

    return error_set(e, ERROR_INPUT, "%s",
                     first != last && !spelt_twice ? "several addresses in one text"
                                                   : "no address");
}

bool mime_address_read(const char *written, char ret[MIME_ADDRESS_SIZE], struct error *e)
{
    InternetAddressList *list;
    const char *address;
    bool good;

    start();
    written += strspn(written, " \t");
    if (utf8_check(written, strlen(written)) < strlen(written))
        return error_set(e, ERROR_INPUT, "no address");
    list = internet_address_list_parse(NULL, written);
    address = only_address(list, written);
    good = address && strlen(address) < MIME_ADDRESS_SIZE;
    for (size_t i = 0; good && i <= strlen(address); i++)
        ret[i] = (char)tolower((unsigned char)address[i]);
    if (list)
        g_object_unref(list);
    return good || refuse(written, e);
}

/* Reads `written` ("Name <local@domain>" or "local@domain") and adds it to the message. A recipient
 * that cannot be read is a fault of this message (INPUT), a sender one of the configuration. */
static bool add_address(GMimeMessage *message, GMimeAddressType type, const char *written,
                        struct error *e)
{
    enum error_class class = type == GMIME_ADDRESS_TYPE_TO ? ERROR_INPUT : ERROR_SETUP;
    InternetAddressList *list = internet_address_list_parse(NULL, written);
    const char *plain = only_address(list, written + strspn(written, " \t"));

    if (plain)
        g_mime_message_add_mailbox(
            message, type, internet_address_get_name(internet_address_list_get_address(list, 0)),
            plain);
    if (list)
        g_object_unref(list);
    return plain || error_set(e, class, "mail: \"%s\" is not one address", written);
}

static bool add_addresses(GMimeMessage *message, const struct mime_message *m, struct error *e)
{
    if (!m->from || !m->to || !m->to[0])
        return error_set(e, m->from ? ERROR_INPUT : ERROR_SETUP, "mail: no %s",
                         m->from ? "recipient" : "sender");
    if (!add_address(message, GMIME_ADDRESS_TYPE_FROM, m->from, e))
        return false;
    for (const char *const *to = m->to; *to; to++)
        if (!add_address(message, GMIME_ADDRESS_TYPE_TO, *to, e))
            return false;
    return !m->reply_to || add_address(message, GMIME_ADDRESS_TYPE_REPLY_TO, m->reply_to, e);
}

/* One line: a control character would begin another header. Bytes that are not UTF-8 would be
 * sent as they are: "?". */
static char *tamed(const char *s)
{
    char *copy = copy_text(s);
    size_t n = strlen(copy), at = 0;

    while ((at += utf8_check(copy + at, n - at)) < n)
        copy[at] = '?';
    for (char *c = copy; *c; c++)
        if ((unsigned char)*c < ' ' || *c == '\x7F')
            *c = ' ';
    return copy;
}

static bool add_header(GMimeMessage *message, const char *line, struct error *e)
{
    char *copy AUTO_FREE = tamed(line);
    char *colon = strchr(copy, ':'), *value;

    if (!colon || colon == copy)
        return error_set(e, ERROR_BUG, "mail: \"%s\" is no header", copy);
    *colon = '\0';
    for (const char *c = copy; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '-')
            return error_set(e, ERROR_BUG, "mail: \"%s\" is no name of a header", copy);
    value = colon + 1 + strspn(colon + 1, " ");
    g_mime_object_append_header(GMIME_OBJECT(message), copy, value, "utf-8");
    return true;
}

/* The header In-Reply-To and its elder sister References. */
static void add_thread(GMimeMessage *message, const char *first)
{
    char *copy AUTO_FREE = tamed(first);
    char *id = g_strdup_printf("<%s>", copy);

    g_mime_object_append_header(GMIME_OBJECT(message), "In-Reply-To", id, NULL);
    g_mime_object_append_header(GMIME_OBJECT(message), "References", id, NULL);
    g_free(id);
}

static bool add_headers(GMimeMessage *message, const struct mime_message *m, struct error *e)
{
    char *subject AUTO_FREE = tamed(m->subject ? m->subject : "");
    char *id AUTO_FREE = tamed(m->message_id);
    GDateTime *when = g_date_time_new_from_unix_utc(m->date / SECOND);

    g_mime_message_set_subject(message, subject, "utf-8");
    g_mime_message_set_message_id(message, id);
    g_mime_message_set_date(message, when);
    g_date_time_unref(when);
    if (m->in_reply_to)
        add_thread(message, m->in_reply_to);
    for (const char *const *line = m->headers; line && *line; line++)
        if (!add_header(message, *line, e))
            return false;
    return true;
}

/* Text in the encoding that suits it, 7-bit in any case. */
static GMimeObject *text_part(const char *subtype, const char *text)
{
    GMimeTextPart *part = g_mime_text_part_new_with_subtype(subtype);
    GMimeFilter *best = g_mime_filter_best_new(GMIME_FILTER_BEST_ENCODING);
    GMimeStream *null = g_mime_stream_null_new();
    GMimeStream *probe = g_mime_stream_filter_new(null);
    GMimeContentEncoding encoding;

    g_mime_stream_filter_add(GMIME_STREAM_FILTER(probe), best);
    g_mime_stream_write(probe, text, strlen(text));
    g_mime_stream_flush(probe);
    encoding = g_mime_filter_best_encoding(GMIME_FILTER_BEST(best), GMIME_ENCODING_CONSTRAINT_7BIT);
    g_mime_text_part_set_charset(part, "utf-8");
    g_mime_text_part_set_text(part, text);
    g_mime_part_set_content_encoding(GMIME_PART(part), encoding);
    g_object_unref(probe);
    g_object_unref(null);
    g_object_unref(best);
    return GMIME_OBJECT(part);
}

/* Both forms of the text, the richer one last. The boundary comes from the name of the message, so
 * that it is the same each time and cannot be guessed into the text by who wrote the data. */
static GMimeObject *alternatives(const struct mime_message *m)
{
    GMimeMultipart *both = g_mime_multipart_new_with_subtype("alternative");
    GMimeObject *plain = text_part("plain", m->plain), *html = text_part("html", m->html);
    const char *parts[] = { "boundary", m->message_id, m->plain, m->html, NULL };
    char digest[DIGEST_TEXT_SIZE], boundary[48];

    digest_of_parts(parts, digest);
    snprintf(boundary, sizeof boundary, "=-%.*s", 32,
             digest); /* "=-" never stands in QP or base64 */
    g_mime_multipart_set_boundary(both, boundary);
    g_mime_multipart_add(both, plain);
    g_mime_multipart_add(both, html);
    g_object_unref(plain);
    g_object_unref(html);
    return GMIME_OBJECT(both);
}

static void write_message(GMimeMessage *message, struct text *out)
{
    GMimeFormatOptions *format = g_mime_format_options_new();
    GMimeStream *stream = g_mime_stream_mem_new();
    GByteArray *bytes;

    g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
    g_mime_object_write_to_stream(GMIME_OBJECT(message), format, stream);
    bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    text_addn(out, (const char *)bytes->data, bytes->len);
    g_object_unref(stream);
    g_mime_format_options_free(format);
}

bool mime_write(const struct mime_message *m, struct text *out, struct error *e)
{
    GMimeMessage *message;
    GMimeObject *body;
    bool good;

    start();
    message = g_mime_message_new(FALSE);
    good = add_addresses(message, m, e) && add_headers(message, m, e);
    if (good) {
        body = m->html ? alternatives(m) : text_part("plain", m->plain);
        g_mime_message_set_mime_part(message, body);
        g_object_unref(body);
        write_message(message, out);
    }
    g_object_unref(message);
    return good;
}

bool mime_plain(const char *bytes, size_t size, struct text *out)
{
    GMimeStream *stream;
    GMimeParser *parser;
    GMimeMessage *message;
    GMimeObject *part;
    char *plain = NULL;

    start();
    stream = g_mime_stream_mem_new_with_buffer(bytes, size);
    parser = g_mime_parser_new_with_stream(stream);
    message = g_mime_parser_construct_message(parser, NULL);
    part = message ? g_mime_message_get_mime_part(message) : NULL;
    if (part && GMIME_IS_MULTIPART(part) && g_mime_multipart_get_count(GMIME_MULTIPART(part)) > 0)
        part = g_mime_multipart_get_part(GMIME_MULTIPART(part), 0);
    if (part && GMIME_IS_TEXT_PART(part))
        plain = g_mime_text_part_get_text(GMIME_TEXT_PART(part));
    if (plain)
        text_add(out, plain);
    g_free(plain);
    if (message)
        g_object_unref(message);
    g_object_unref(parser);
    g_object_unref(stream);
    return plain != NULL;
}
