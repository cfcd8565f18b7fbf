#include "send/mail.h"

#include <stdio.h>

#include "codec/json.h"
#include "codec/mime.h"
#include "send/html.h"
#include "send/phrase.h"
#include "send/plain.h"

/* One line; in trial it says so, for who sorts mail by subject. */
static void write_subject(const struct json *content, struct text *out)
{
    const char *subject = json_get_text(content, "subject");

    subject = subject ? subject : "dutywatch";
    if (json_count(json_get(content, "trial_for")) && !text_starts(subject, "TRIAL"))
        text_add(out, "TRIAL: ");
    text_add(out, subject);
}

bool mail_render(const struct json *content, const struct mail_form *form, struct text *ret,
                 struct error *e)
{
    const char *key = json_get_text(content, "key");
    AUTO_TEXT subject = { 0 };
    AUTO_TEXT plain = { 0 };
    AUTO_TEXT html = { 0 };
    AUTO_TEXT id = { 0 };
    AUTO_TEXT named = { 0 };
    const char *headers[] = { "Auto-Submitted: auto-generated", NULL, NULL };
    struct mime_message m = { .from = form->from, .to = form->to, .reply_to = form->reply_to };

    if (!key)
        return error_set(e, ERROR_BUG, "the message has no key");
    write_subject(content, &subject);
    plain_write(content, &plain);
    html_write(content, &html);
    text_addf(&id, "%s@%s", key, form->host);
    text_addf(&named, "X-Dutywatch-Key: %s", key);
    headers[1] = text_of(&named);
    m.subject = text_of(&subject);
    m.message_id = text_of(&id);
    m.date = form->made_at;
    m.headers = headers;
    m.plain = text_of(&plain);
    m.html = text_of(&html);
    return mime_write(&m, ret, e);
}
