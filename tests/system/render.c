/* render: what send/ makes of a content (notify/content.h) on standard input:
 *
 *     render mail      the mail, from dutywatch@example.gov to the arguments that follow
 *     render maildir DIR   the same mail to fpf@example.gov, delivered into DIR
 *     render webhook SECRET   {"body": "...", "headers": ["webhook-id: ...", ...]} at made_at 0 */
#include "codec/json.h"
#include "send/mail.h"
#include "send/maildir.h"
#include "send/webhook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

static int failed(const struct error *e)
{
    log_error("%s", e->text);
    return 1;
}

static struct json *content_read(void)
{
    AUTO_TEXT in = { 0 };
    struct error e = { 0 };
    char piece[4096];
    struct json *content;
    size_t n;

    while ((n = fread(piece, 1, sizeof piece, stdin)) > 0)
        text_addn(&in, piece, n);
    content = json_read(text_of(&in), in.size, &e);
    if (!content)
        exit(failed(&e));
    return content;
}

static int render_webhook(struct json *content, const char *secret)
{
    struct webhook_headers headers = { 0 };
    struct webhook_attempt attempt = { .id = json_get_text(content, "key"), .secret = secret };
    AUTO(json) all = json_group();
    struct json *lines = json_list();
    struct error e = { 0 };
    AUTO_TEXT body = { 0 };
    AUTO_TEXT out = { 0 };

    webhook_body(content, "https://watch.example.gov/", &body);
    attempt.body = text_of(&body);
    attempt.body_size = body.size;
    if (!webhook_headers(&attempt, &headers, &e))
        return failed(&e);
    for (const char *const *line = headers.lines; *line; line++)
        json_add_text(lines, *line);
    json_set_text(all, "body", text_of(&body));
    json_set(all, "headers", lines);
    json_write(all, false, &out);
    puts(text_of(&out));
    webhook_headers_free(&headers);
    return 0;
}

int main(int count, char **arguments)
{
    static const char *const office[] = { "fpf@example.gov", NULL };
    AUTO(json) content = content_read();
    struct mail_form form = { .from = "dutywatch <dutywatch@example.gov>",
                              .to = office,
                              .host = "example.gov",
                              .made_at = INT64_C(1741000000) * SECOND };
    struct error e = { 0 };
    AUTO_TEXT mail = { 0 };

    if (count < 2)
        return 2;
    if (strcmp(arguments[1], "webhook") == 0 && count == 3)
        return render_webhook(content, arguments[2]);
    if (strcmp(arguments[1], "mail") == 0 && count > 2)
        form.to = (const char *const *)(arguments + 2);
    if (!mail_render(content, &form, &mail, &e))
        return failed(&e);
    if (strcmp(arguments[1], "maildir") == 0 && count == 3)
        return maildir_deliver(arguments[2], json_get_text(content, "key"), mail.data, mail.size,
                               &e)
                   ? 0
                   : failed(&e);
    fwrite(mail.data, 1, mail.size, stdout);
    return 0;
}
