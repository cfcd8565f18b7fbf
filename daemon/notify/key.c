#include "notify/key.h"

#include "base/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void key_of_notification(const struct key_of_move *n, char ret[DIGEST_TEXT_SIZE])
{
    char ordinal[24];

    snprintf(ordinal, sizeof ordinal, "%lld", (long long)n->ordinal);
    digest_of_parts((const char *const[]){ n->rule, n->subject, n->period, ordinal, n->channel,
                                           n->recipient, NULL },
                    ret);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void key_of_message(const char **keys, size_t count, char ret[DIGEST_TEXT_SIZE])
{
    if (count == 1) {
        snprintf(ret, DIGEST_TEXT_SIZE, "%s", keys[0]);
        return;
    }
    qsort(keys, count, sizeof *keys, by_text);
    digest_of_parts(keys, ret);
}

int key_part(int part, bool trial)
{
    return 2 * part - (trial ? 0 : 1);
}

void key_of_digest(const char *channel, const char *recipient, const char *name, date day, int part,
                   char ret[DIGEST_TEXT_SIZE])
{
    char first[DATE_TEXT_SIZE], number[12];

    snprintf(number, sizeof number, "%d", part);
    digest_of_parts(
        (const char *const[]){ channel, recipient, name, date_text(day, first), number, NULL },
        ret);
}

void key_of_dead(const char *dead, const char *channel, const char *recipient,
                 char ret[DIGEST_TEXT_SIZE])
{
    digest_of_parts((const char *const[]){ "dead", dead, channel, recipient, NULL }, ret);
}

void key_of_channel(const char *channel, const char *recipient, instant when, bool works,
                    char ret[DIGEST_TEXT_SIZE])
{
    char at[INSTANT_TEXT_SIZE];

    digest_of_parts((const char *const[]){ "channel", channel, recipient, instant_text(when, at),
                                           works ? "works" : "fails", NULL },
                    ret);
}

void key_of_clock(const char *channel, const char *recipient, date day, char ret[DIGEST_TEXT_SIZE])
{
    char text[DATE_TEXT_SIZE];

    digest_of_parts(
        (const char *const[]){ "clock", channel, recipient, date_text(day, text), NULL }, ret);
}

void key_of_test(const char *channel, const char *recipient, const char *at,
                 char ret[DIGEST_TEXT_SIZE])
{
    digest_of_parts((const char *const[]){ "test", channel, recipient, at, NULL }, ret);
}
