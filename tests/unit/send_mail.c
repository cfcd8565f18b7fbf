/* send/mail: what a reader needs is there, in both forms, and data cannot become markup. */
#include "lib/test.h"

#include "codec/json.h"
#include "send/html.h"
#include "send/mail.h"
#include "send/plain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char sample[] =
    "{\"key\":\"00ff\",\"kind\":\"digest\",\"digest\":\"daily\",\"day\":\"2025-03-03\","
    "\"made_at\":\"2025-03-03T11:00:00Z\","
    "\"subject\":\"2 cases: act by Fri 28 Mar 2025\","
    "\"lead\":[\"Two cases need you. The first is lost unless someone acts by Friday the 28th of "
    "March, which is in less than four weeks.\"],"
    "\"sections\":[{\"title\":\"Act now\",\"note\":\"Worst first.\",\"cases\":["
    "{\"name\":\"2021-0417 Acme Imports\",\"unit\":\"Electronics\",\"office\":\"FP&F Los Angeles\","
    "\"owner\":\"J. Doe\",\"amount\":85810000,\"headline\":\"Refer to counsel in time for suit\","
    "\"act_by\":\"2025-03-28\",\"last_day\":\"2025-03-31\",\"days_left\":25,\"duties\":["
    "{\"title\":\"Limitation of action: negligence, 19 U.S.C. 1592\",\"law\":\"19 U.S.C. "
    "1621(1)\",\"remedy\":\"Ask for a waiver, or refer to counsel in time for suit.\","
    "\"change\":\"25 days left\",\"because\":null,\"as_of\":\"2025-02-10\","
    "\"act_by\":\"2025-03-28\",\"last_day\":\"2025-03-31\",\"amount\":85810000,"
    "\"steps\":[\"violation on Mon 30 Mar 2020 (entry 4711)\",\"5 years: Sun 30 Mar 2025\","
    "\"last day Mon 31 Mar 2025, because Sunday is no day of the court and the rule says so in "
    "many words\"],\"clears\":\"suit_filed_on is entered\",\"ref\":\"12.3\"},"
    "{\"title\":\"Second duty\",\"law\":null,\"remedy\":\"Sign.\",\"change\":\"new date\","
    "\"because\":\"waiver signed\",\"as_of\":null,\"act_by\":\"2025-06-30\",\"last_day\":"
    "\"2025-07-01\",\"amount\":100,\"steps\":[],\"clears\":null,\"ref\":\"13.1\"}]},"
    "{\"name\":\"<b>2022-1 & \\\"co\\\"</b>\",\"unit\":null,\"office\":null,\"owner\":null,"
    "\"amount\":null,\"headline\":\"late\",\"act_by\":\"2025-02-28\",\"last_day\":null,"
    "\"days_left\":-3,\"duties\":[]}]}],\"more\":4,\"part\":1,\"parts\":2,"
    "\"money\":[{\"within_days\":30,\"count\":1,\"amount\":85810000}],"
    "\"not_alarmed\":[{\"because\":\"at Treasury offset\",\"count\":2,\"amount\":150000}],"
    "\"foot\":[\"Answer by replying.\"]}";

static const char *const to[] = { "fpf@example.gov", NULL };

static struct json *content(void)
{
    struct error e = { 0 };
    struct json *v = json_read(sample, strlen(sample), &e);

    if (!v)
        fail_msg("%s", e.text);
    return v;
}

static void has(const char *in, const char *what)
{
    if (!strstr(in, what))
        fail_msg("\"%s\" is not in:\n%s", what, in);
}

static void has_not(const char *in, const char *what)
{
    if (strstr(in, what))
        fail_msg("\"%s\" is in:\n%s", what, in);
}

/* How often `what` stands in `in`. */
static int times(const char *in, const char *what)
{
    int n = 0;

    for (; (in = strstr(in, what)); in += strlen(what))
        n++;
    return n;
}

static void plain_says_what_a_reader_needs(void **state)
{
    AUTO(json) c = content();
    AUTO_TEXT out = { 0 };
    static const char *const wants[] = {
        "Two cases need you.",
        "\nAct now\n=======\n",
        "\n1. 2021-0417 Acme Imports, $858,100.00\n   Refer to counsel in time for suit\n",
        "   Act by:    Fri 28 Mar 2025 (25 days left)\n",
        "   Last day:  Mon 31 Mar 2025\n",
        "   Who:       J. Doe, FP&F Los Angeles, Electronics\n",
        "   Limitation of action: negligence, 19 U.S.C. 1592\n   News:      25 days left\n",
        "   To do:     Ask for a waiver, or refer to counsel in time for suit.\n",
        "   Law:       19 U.S.C. 1621(1)\n",
        "   Computed:  1. violation on Mon 30 Mar 2020 (entry 4711)\n",
        "              2. 5 years: Sun 30 Mar 2025\n",
        "   Ends with: suit_filed_on is entered\n",
        "   Data:      as of Mon 10 Feb 2025; nothing newer has come since\n",
        "   Reference: 12.3\n",
        "   News:      new date; waiver signed\n",
        "   Act by:    Mon 30 Jun 2025\n   Last day:  Tue 1 Jul 2025\n",
        "   Amount:    $1.00\n",
        "\n2. <b>2022-1 & \"co\"</b>\n",
        "(3 days ago)",
        "and 4 more cases in the other parts of this message (this is part 1 of\n2)\n",
        "Within 30 days: 1 case, $858,100.00\n",
        "2 cases, $1,500.00: at Treasury offset\n",
        "Answer by replying.\n",
    };

    (void)state;
    plain_write(c, &out);
    for (size_t i = 0; i < COUNT_OF(wants); i++)
        has(text_of(&out), wants[i]);
    assert_int_equal(times(text_of(&out), "Fri 28 Mar 2025"),
                     1); /* the duty's own date is the case's */
    has_not(text_of(&out), "TRIAL");
    has_not(text_of(&out), "null");
}

static void no_line_is_too_wide(void **state)
{
    AUTO(json) c = content();
    AUTO_TEXT out = { 0 };
    const char *line;
    size_t n;

    (void)state;
    plain_write(c, &out);
    for (line = text_of(&out); *line; line += n + 1) {
        n = strcspn(line, "\n");
        assert_true(n <= 72);
        assert_true(n == 0 || line[n - 1] != ' ');
    }
}

static void html_says_the_same(void **state)
{
    AUTO(json) c = content();
    AUTO_TEXT out = { 0 };
    static const char *const wants[] = {
        "<title>2 cases: act by Fri 28 Mar 2025</title>",
        "Fri 28 Mar 2025 (25 days left)",
        "$858,100.00",
        "FP&amp;F Los Angeles",
        "<li>5 years: Sun 30 Mar 2025</li>",
        "19 U.S.C. 1621(1)",
        "as of Mon 10 Feb 2025",
        "and 4 more cases",
        "at Treasury offset",
        "<th scope=\"col\"",
        "<th scope=\"row\"",
        "color-scheme",
        "&lt;b&gt;2022-1 &amp; &quot;co&quot;&lt;/b&gt;",
    };

    (void)state;
    html_write(c, &out);
    for (size_t i = 0; i < COUNT_OF(wants); i++)
        has(text_of(&out), wants[i]);
    has_not(text_of(&out), "<b>");
    has_not(text_of(&out), "<img");
    has_not(text_of(&out), "http");
    has_not(text_of(&out), "null");
    assert_int_equal(times(text_of(&out), "<table"), times(text_of(&out), "</table>"));
    assert_int_equal(times(text_of(&out), "<tr>"), times(text_of(&out), "</tr>"));
}

static void a_trial_names_who_would_have_got_it(void **state)
{
    AUTO(json) c = content();
    struct json *real = json_list();
    struct mail_form form = { .from = "d@example.gov", .to = to, .host = "example.gov" };
    AUTO_TEXT plain = { 0 };
    AUTO_TEXT html = { 0 };
    AUTO_TEXT mail = { 0 };

    (void)state;
    json_add_text(real, "a@example.gov");
    json_add_text(real, "b@example.gov");
    json_set(c, "trial_for", real);
    plain_write(c, &plain);
    html_write(c, &html);
    assert_true(
        text_starts(text_of(&plain), "TRIAL: would have gone to a@example.gov, b@example.gov\n\n"));
    has(text_of(&html), "TRIAL: would have gone to a@example.gov, b@example.gov");
    assert_true(mail_render(c, &form, &mail, NULL));
    has(text_of(&mail), "Subject: TRIAL: 2 cases");
}

static void hostile_data_stays_text(void **state)
{
    AUTO(json) c = content();
    struct json *first = json_at(json_get(json_at(json_get(c, "sections"), 0), "cases"), 0);
    static const char evil[] = "</td><script>x()</script>\r\nBcc: e@example.com\x1B[2J\xE2\x80\xAE";
    AUTO_TEXT plain = { 0 };
    AUTO_TEXT html = { 0 };

    (void)state;
    json_set_text(first, "name", evil);
    json_set_text(first, "owner", evil);
    json_set_text(first, "headline", evil);
    json_set_text(first, "act_by", evil);
    plain_write(c, &plain);
    html_write(c, &html);
    has_not(text_of(&html), "<script");
    has_not(text_of(&html), "\x1B");
    has_not(text_of(&plain), "\x1B");
    has_not(text_of(&plain), "\r");
    has_not(text_of(&plain), "\nBcc");
    has_not(text_of(&plain), "\xE2\x80\xAE");
}

static void the_mail_is_the_same_each_time(void **state)
{
    AUTO(json) c = content();
    struct mail_form form = { .from = "dutywatch <d@example.gov>",
                              .to = to,
                              .reply_to = "help@example.gov",
                              .host = "example.gov",
                              .made_at = INT64_C(1741000000) * SECOND };
    AUTO_TEXT one = { 0 };
    AUTO_TEXT two = { 0 };
    struct error e;

    (void)state;
    assert_true(mail_render(c, &form, &one, &e));
    assert_true(mail_render(c, &form, &two, &e));
    assert_string_equal(text_of(&one), text_of(&two));
    has(text_of(&one), "Message-Id: <00ff@example.gov>\r\n");
    has(text_of(&one), "Auto-Submitted: auto-generated\r\n");
    has(text_of(&one), "X-Dutywatch-Key: 00ff\r\n");
    has(text_of(&one), "Reply-To: help@example.gov\r\n");
    has(text_of(&one), "Date: Mon, 03 Mar 2025 11:06:40 +0000\r\n");
    has(text_of(&one), "multipart/alternative");
    has_not(text_of(&one), "Precedence");
}

static void an_almost_empty_content_is_no_crash(void **state)
{
    static const char *const texts[] = { "{\"key\":\"a\"}",
                                         "{\"key\":\"a\",\"sections\":[{\"cases\":[{}]},7]}",
                                         "{\"key\":\"a\",\"sections\":[{\"cases\":[{\"duties\":"
                                         "[{},null]}]}],\"lead\":[null],\"money\":[{}],"
                                         "\"not_alarmed\":[{}],\"trial_for\":[null]}" };
    struct mail_form form = { .from = "d@example.gov", .to = to, .host = "example.gov" };
    struct error e;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        AUTO(json) c = json_read(texts[i], strlen(texts[i]), NULL);
        AUTO_TEXT out = { 0 };

        assert_true(mail_render(c, &form, &out, &e));
    }
    AUTO(json) empty = json_group();
    AUTO_TEXT out = { 0 };
    assert_false(mail_render(empty, &form, &out, &e));
}

/* MAIL_SHOW=FOLDER: writes the sample there, to look at. */
static void shown(void **state)
{
    const char *folder = getenv("MAIL_SHOW");
    AUTO(json) c = content();
    AUTO_TEXT plain = { 0 };
    AUTO_TEXT html = { 0 };
    char path[512];
    FILE *f;

    (void)state;
    if (!folder)
        return;
    plain_write(c, &plain);
    html_write(c, &html);
    printf("%s\n", text_of(&plain));
    snprintf(path, sizeof path, "%s/mail.html", folder);
    f = fopen(path, "w");
    assert_non_null(f);
    fputs(text_of(&html), f);
    fclose(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_says_what_a_reader_needs),
        cmocka_unit_test(no_line_is_too_wide),
        cmocka_unit_test(html_says_the_same),
        cmocka_unit_test(a_trial_names_who_would_have_got_it),
        cmocka_unit_test(hostile_data_stays_text),
        cmocka_unit_test(the_mail_is_the_same_each_time),
        cmocka_unit_test(an_almost_empty_content_is_no_crash),
        cmocka_unit_test(shown),
    };

    return cmocka_run_group_tests_name("send_mail", tests, NULL, NULL);
}
