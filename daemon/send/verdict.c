#include "send/verdict.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* The subject and detail of an enhanced status code (RFC 3463) behind the code: "550 5.1.1 ...".
 * False if there is none. */
static bool read_enhanced(const char *reply, int *ret_subject, int *ret_detail)
{
    int class = 0, used = 0;

    if (!isdigit((unsigned char)reply[0]) || strlen(reply) < 4)
        return false;
    return sscanf(reply + 4, " %1d.%3d.%3d%n", &class, ret_subject, ret_detail, &used) == 3 &&
           used && class == 5;
}

/* 5.1.7 and 5.1.8 are of the sender, which some servers look at only when they hear the recipient.
 */
static enum verdict verdict_of_mail(const struct answer *a)
{
    int subject = 0, detail = 0;
    bool enhanced = read_enhanced(a->reply, &subject, &detail);

    if (a->status < 500)
        return VERDICT_LATER;
    if (!a->at_recipient || (enhanced && subject == 7))
        return VERDICT_CHANNEL;
    if (enhanced && subject == 1)
        return detail == 7 || detail == 8 ? VERDICT_CHANNEL : VERDICT_DEAD;
    return VERDICT_RECIPIENT;
}

static enum verdict verdict_of_webhook(int status)
{
    if (status == 410)
        return VERDICT_DEAD;
    if (status < 400 || status >= 500 || status == 408 || status == 425 || status == 429)
        return VERDICT_LATER;
    return VERDICT_CHANNEL;
}

enum verdict verdict_of_answer(enum channel_type type, const struct answer *a)
{
    if (!a->ok)
        return type == CHANNEL_MAIL && a->status >= 500 ? VERDICT_CHANNEL
                                                        : verdict_of_error(&a->error);
    if (a->status >= 200 && a->status < 300)
        return VERDICT_ACCEPTED;
    return type == CHANNEL_WEBHOOK ? verdict_of_webhook(a->status) : verdict_of_mail(a);
}

enum verdict verdict_of_error(const struct error *why)
{
    switch (why->class) {
    case ERROR_INPUT:
    case ERROR_BUG:
        return VERDICT_DEAD;
    case ERROR_SETUP:
        return VERDICT_CHANNEL;
    case ERROR_NONE:
    case ERROR_RETRY:
    case ERROR_TOO_MUCH:
    default:
        return VERDICT_LATER;
    }
}
