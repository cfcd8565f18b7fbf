#include "send/webhook.h"

#include <stdio.h>
#include <string.h>

#include "base/limit.h"
#include "codec/digest.h"
#include "codec/json.h"

#define PREFIX "whsec_"
LIMIT(SECRET_MAX, 256); /* refused: a secret of more bytes for a webhook */
#define KEY_MIN 16

void webhook_body(struct json *content, const char *source, struct text *ret)
{
    AUTO(json) event = json_group();
    AUTO_TEXT type = { 0 };
    const char *kind = json_get_text(content, "kind");

    text_addf(&type, "dutywatch.%s", kind ? kind : "message");
    json_set_text(event, "specversion", "1.0");
    json_set_text(event, "id", json_get_text(content, "key"));
    json_set_text(event, "source", source);
    json_set_text(event, "type", text_of(&type));
    json_set_text(event, "time", json_get_text(content, "made_at"));
    json_set_text(event, "datacontenttype", "application/json");
    json_set(event, "data", json_copy_ref(content));
    json_write(event, false, ret);
}

/* The bytes of one secret of `n` characters. */
static bool secret_read(const char *s, size_t n, unsigned char key[SECRET_MAX], size_t *ret_size)
{
    char encoded[SECRET_MAX * 2];
    bool read;

    if (n <= strlen(PREFIX) || n >= sizeof encoded || !text_starts(s, PREFIX))
        return false;
    n -= strlen(PREFIX);
    memcpy(encoded, s + strlen(PREFIX), n);
    encoded[n] = '\0';
    read = base64_read(encoded, key, SECRET_MAX, ret_size) && *ret_size >= KEY_MIN;
    explicit_bzero(encoded, sizeof encoded);
    return read;
}

/* HMAC over "id.timestamp.body". */
static void sign(const struct webhook_attempt *a, const unsigned char *key, size_t key_size,
                 struct text *out)
{
    unsigned char mac[DIGEST_SIZE];
    AUTO_TEXT signed_text = { .max = a->body_size + 200 };

    text_addf(&signed_text, "%s.%lld.", a->id, (long long)(a->now / SECOND));
    text_addn(&signed_text, a->body, a->body_size);
    digest_hmac(key, key_size, signed_text.data, signed_text.size, mac);
    text_add(out, " v1,");
    base64_write(mac, sizeof mac, out);
}

/* " v1,... v1,..." for all secrets. */
static bool sign_all(const struct webhook_attempt *a, struct text *out, struct error *e)
{
    const char *s = a->secret ? a->secret : "";
    unsigned char key[SECRET_MAX];
    size_t key_size, n;

    for (s += strspn(s, " \t\r\n"); *s; s += n + strspn(s + n, " \t\r\n")) {
        n = strcspn(s, " \t\r\n");
        if (!secret_read(s, n, key, &key_size))
            return error_set(e, ERROR_SETUP,
                             "the secret is not \"whsec_\" and base64 of at least %d bytes",
                             KEY_MIN);
        sign(a, key, key_size, out);
        explicit_bzero(key, sizeof key);
    }
    return out->size > 0 || error_set(e, ERROR_SETUP, "the webhook has no secret");
}

bool webhook_headers(const struct webhook_attempt *a, struct webhook_headers *ret, struct error *e)
{
    AUTO_TEXT signatures = { 0 };
    size_t id, timestamp, signature;

    if (!sign_all(a, &signatures, e))
        return false;
    text_clear(&ret->text);
    id = ret->text.size;
    text_addf(&ret->text, "webhook-id: %s%c", a->id, '\0');
    timestamp = ret->text.size;
    text_addf(&ret->text, "webhook-timestamp: %lld%c", (long long)(a->now / SECOND), '\0');
    signature = ret->text.size;
    text_addf(&ret->text, "webhook-signature:%s", text_of(&signatures));
    ret->lines[0] = "Content-Type: application/cloudevents+json; charset=utf-8";
    ret->lines[1] = ret->text.data + id;
    ret->lines[2] = ret->text.data + timestamp;
    ret->lines[3] = ret->text.data + signature;
    ret->lines[4] = NULL;
    return true;
}

void webhook_headers_free(struct webhook_headers *h)
{
    text_free(&h->text);
}
