/* send/verdict: what each answer means for a message. */
#include "lib/test.h"

#include "send/verdict.h"

#include <stdio.h>
#include <string.h>

static void mail_is_refused_for_its_recipient_or_for_its_channel(void **state)
{
    static const struct {
        const char *reply;
        enum verdict at_recipient, elsewhere;
    } cases[] = {
        { "250 2.1.5 ok", VERDICT_ACCEPTED, VERDICT_ACCEPTED },
        { "450 4.2.0 greylisted", VERDICT_LATER, VERDICT_LATER },
        { "451", VERDICT_LATER, VERDICT_LATER },
        { "550 5.1.1 no such user", VERDICT_DEAD, VERDICT_CHANNEL },
        { "550-5.1.1 no such user", VERDICT_DEAD, VERDICT_CHANNEL },
        { "550 5.1.10 null MX", VERDICT_DEAD, VERDICT_CHANNEL },
        { "553 5.1.3 bad syntax", VERDICT_DEAD, VERDICT_CHANNEL },
        { "550 5.1.7 bad sender", VERDICT_CHANNEL, VERDICT_CHANNEL },
        { "550 5.1.8 bad domain of the sender", VERDICT_CHANNEL, VERDICT_CHANNEL },
        { "554 5.7.1 relay access denied", VERDICT_CHANNEL, VERDICT_CHANNEL },
        { "550 5.7.26 not authenticated", VERDICT_CHANNEL, VERDICT_CHANNEL },
        { "550 5.2.1 mailbox disabled", VERDICT_RECIPIENT, VERDICT_CHANNEL },
        { "552 5.2.2 mailbox full", VERDICT_RECIPIENT, VERDICT_CHANNEL },
        { "550 no such user", VERDICT_RECIPIENT, VERDICT_CHANNEL },
        { "550 4.1.1 what", VERDICT_RECIPIENT, VERDICT_CHANNEL },
        { "550 5.1 what", VERDICT_RECIPIENT, VERDICT_CHANNEL },
        { "550", VERDICT_RECIPIENT, VERDICT_CHANNEL },
        { "503 5.5.1 wrong order", VERDICT_RECIPIENT, VERDICT_CHANNEL },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases) * 2; i++) {
        struct answer a = { .ok = true, .at_recipient = i % 2 == 0 };
        enum verdict found, want = i % 2 ? cases[i / 2].elsewhere : cases[i / 2].at_recipient;

        snprintf(a.reply, sizeof a.reply, "%s", cases[i / 2].reply);
        sscanf(a.reply, "%3d", &a.status);
        found = verdict_of_answer(CHANNEL_MAIL, &a);
        if (found != want)
            fail_msg("%s %s: %d, not %d", a.reply, i % 2 ? "elsewhere" : "at RCPT", found, want);
    }
}

static void a_webhook_ends_refuses_or_waits(void **state)
{
    static const struct {
        int status;
        enum verdict verdict;
    } cases[] = { { 200, VERDICT_ACCEPTED }, { 204, VERDICT_ACCEPTED }, { 302, VERDICT_LATER },
                  { 400, VERDICT_CHANNEL },  { 401, VERDICT_CHANNEL },  { 404, VERDICT_CHANNEL },
                  { 408, VERDICT_LATER },    { 410, VERDICT_DEAD },     { 425, VERDICT_LATER },
                  { 429, VERDICT_LATER },    { 500, VERDICT_LATER },    { 503, VERDICT_LATER } };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct answer a = { .ok = true, .status = cases[i].status };

        assert_int_equal(verdict_of_answer(CHANNEL_WEBHOOK, &a), cases[i].verdict);
    }
}

static void what_cannot_be_made_is_dead_and_what_cannot_be_reached_waits(void **state)
{
    struct answer a = { .ok = false };
    static const struct {
        enum error_class class;
        enum verdict verdict;
    } cases[] = { { ERROR_RETRY, VERDICT_LATER },
                  { ERROR_INPUT, VERDICT_DEAD },
                  { ERROR_BUG, VERDICT_DEAD },
                  { ERROR_SETUP, VERDICT_CHANNEL } };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        a.error.class = cases[i].class;
        a.status = 0;
        assert_int_equal(verdict_of_error(&a.error), cases[i].verdict);
        assert_int_equal(verdict_of_answer(CHANNEL_MAIL, &a), cases[i].verdict);
        a.status = 554; /* a greeting */
        assert_int_equal(verdict_of_answer(CHANNEL_MAIL, &a), VERDICT_CHANNEL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mail_is_refused_for_its_recipient_or_for_its_channel),
        cmocka_unit_test(a_webhook_ends_refuses_or_waits),
        cmocka_unit_test(what_cannot_be_made_is_dead_and_what_cannot_be_reached_waits),
    };

    return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
