/* notify/message: what one message says, out of the notices of one recipient. */
#include "lib/test.h"

#include "base/text.h"
#include "codec/json.h"
#include "notify/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct settings settings = { .name = "dutywatch", .baseline_back = "2 years" };

#define TODAY date_read("2025-03-03") /* a Monday */
#define NOW (INT64_C(1740996000) * SECOND)
#define NONE INT64_MIN

static struct message_draft *begin(const char *kind)
{
    return message_begin(&settings, kind, TODAY, NOW);
}

/* An open duty of case `subject`, to be acted on by `safe` ("": no date is known). */
static struct notice duty(const char *subject, const char *safe)
{
    static int64_t count;

    return (struct notice){ .finding = ++count,
                            .ordinal = 1,
                            .rule = "suit",
                            .subject = subject,
                            .unit = "Machinery",
                            .amount = NONE,
                            .cause = CAUSE_STAGE,
                            .severity = "warning",
                            .status = STATUS_OPEN,
                            .due_before = DATE_NONE,
                            .due = date_read(safe),
                            .safe = date_read(safe),
                            .derivation = "{\"title\":\"Bring suit\",\"remedy\":\"File it.\","
                                          "\"clears\":\"The day of filing.\"}" };
}

static void add(struct message_draft *c, const char *subject, const char *safe)
{
    struct notice n = duty(subject, safe);

    message_notice(c, &n);
}

static struct json *end(struct message_draft *c)
{
    return message_end(c, "k", NULL, NULL);
}

/* "Section: case case | Section: case" */
static const char *outline(const struct json *content)
{
    static char all[2000];
    AUTO_TEXT t = { 0 };
    struct json *sections = json_get(content, "sections");

    for (size_t i = 0; i < json_count(sections); i++) {
        struct json *section = json_at(sections, i), *cases = json_get(section, "cases");

        text_addf(&t, "%s%s:", i ? " | " : "", json_get_text(section, "title"));
        for (size_t k = 0; k < json_count(cases); k++)
            text_addf(&t, " %s", json_get_text(json_at(cases, k), "name"));
    }
    snprintf(all, sizeof all, "%s", text_of(&t));
    return all;
}

static struct json *case_at(const struct json *content, size_t section, size_t n)
{
    return json_at(json_get(json_at(json_get(content, "sections"), section), "cases"), n);
}

static struct json *duty_at(const struct json *content, size_t section, size_t n, size_t k)
{
    return json_at(json_get(case_at(content, section, n), "duties"), k);
}

static const char *subject(const struct json *content)
{
    return json_get_text(content, "subject");
}

static void cases_stand_in_sections_by_urgency(void **state)
{
    struct message_draft *c = begin("digest");
    AUTO(json) out = NULL;
    struct notice met = duty("C-met", "2025-04-01"), moved = duty("C-moved", "2026-01-01");

    (void)state;
    met.cause = CAUSE_MET;
    met.status = STATUS_RESOLVED;
    moved.cause = CAUSE_MOVED;
    add(c, "C-none", "");
    add(c, "C-past", "2025-03-02");
    add(c, "C-today", "2025-03-03");
    add(c, "C-30", "2025-04-02");
    add(c, "C-31", "2025-04-03");
    message_notice(c, &met);
    message_notice(c, &moved);
    assert_int_equal(message_count(c), 7);
    out = end(c);
    assert_string_equal(outline(out),
                        "The last day has passed: C-past | Act within 30 days: C-today C-30 | "
                        "Coming up: C-31 | Needs a look: C-none | "
                        "Done, withdrawn or corrected: C-met C-moved");
    assert_int_equal(json_get_whole(case_at(out, 0, 0), "days_left"), -1);
    assert_int_equal(json_get_whole(case_at(out, 1, 0), "days_left"), 0);
    assert_string_equal(json_get_text(case_at(out, 1, 1), "act_by"), "2025-04-02");
    assert_int_equal(json_type_of(json_get(case_at(out, 3, 0), "days_left")), JSON_NOTHING);
}

static void what_is_past_is_headed_by_the_most_severe_what_is_ahead_by_the_first(void **state)
{
    struct message_draft *c = begin("digest");
    struct notice asked = duty("C1", "2025-01-02"), lost = duty("C1", "2025-03-01"),
                  first = duty("C2", "2025-03-10"), worse = duty("C2", "2025-03-20");
    AUTO(json) out = NULL;

    (void)state;
    lost.severity = worse.severity = "critical";
    message_notice(c, &asked);
    message_notice(c, &lost);
    message_notice(c, &first);
    message_notice(c, &worse);
    out = end(c);
    assert_string_equal(outline(out), "The last day has passed: C1 | Act within 30 days: C2");
    assert_string_equal(json_get_text(case_at(out, 0, 0), "last_day"), "2025-03-01");
    assert_string_equal(json_get_text(duty_at(out, 0, 0, 0), "last_day"), "2025-01-02");
    assert_string_equal(json_get_text(case_at(out, 1, 0), "act_by"), "2025-03-10");
}

static void the_subject_of_one_case_past_names_what_is_most_severe(void **state)
{
    struct message_draft *c = begin("now");
    struct notice asked = duty("C1", "2025-01-02"), lost = duty("C1", "2025-03-01");
    AUTO(json) out = NULL;

    (void)state;
    lost.severity = "critical";
    lost.derivation = "{\"title\":\"Limitation\"}";
    message_notice(c, &asked);
    message_notice(c, &lost);
    out = end(c);
    assert_non_null(strstr(subject(out), "C1, Limitation"));
}

static void between_act_by_and_the_last_day_it_is_not_past(void **state)
{
    struct message_draft *c = begin("digest");
    struct notice n = duty("C1", "2025-02-28"); /* a Friday; the last day is the Monday after */
    AUTO(json) out = NULL;

    (void)state;
    n.due = TODAY;
    message_notice(c, &n);
    out = end(c);
    assert_string_equal(outline(out), "Act within 30 days: C1");
    assert_int_equal(json_get_whole(case_at(out, 0, 0), "days_left"), -3);
}

static void a_first_load_begins_with_what_can_still_be_done(void **state)
{
    struct message_draft *c = begin("baseline");
    AUTO(json) out = NULL;

    (void)state;
    add(c, "C-none", "");
    add(c, "C-past", "2025-03-02");
    add(c, "C-30", "2025-04-02");
    add(c, "C-31", "2025-04-03");
    out = end(c);
    assert_string_equal(outline(out), "Act within 30 days: C-30 | Coming up: C-31 | "
                                      "The last day has passed: C-past | Needs a look: C-none");
}

static void what_passed_long_before_a_first_load_is_counted_by_year(void **state)
{
    struct message_draft *c = begin("baseline");
    struct notice n = duty("C-2019", "2019-05-01");
    AUTO(json) out = NULL;

    (void)state;
    n.amount = 150000;
    message_notice(c, &n);
    n.subject = "C-2019b";
    n.amount = 50000;
    message_notice(c, &n);
    add(c, "C-2021", "2021-01-01");
    add(c, "C-2023", "2023-03-02"); /* a day longer ago than two years */
    add(c, "C-in", "2023-03-03");
    assert_int_equal(message_count(c), 1);
    out = end(c);
    assert_string_equal(outline(out), "The last day has passed: C-in");
    assert_int_equal(json_count(json_get(out, "foot")), 1);
    assert_string_equal(json_text(json_at(json_get(out, "foot"), 0)),
                        "Not listed here, because the last day passed, or may have passed, long "
                        "ago: 1 in 2023, 1 in "
                        "2021, 2 in 2019 ($2,000.00). dutywatch list --past shows them all.");
}

static void a_digest_counts_nothing_away(void **state)
{
    struct message_draft *c = begin("digest");
    AUTO(json) out = NULL;

    (void)state;
    add(c, "C-2019", "2019-05-01");
    out = end(c);
    assert_string_equal(outline(out), "The last day has passed: C-2019");
    assert_int_equal(json_count(json_get(out, "foot")), 0);
}

static void one_case_with_several_duties_is_one_line_with_the_next_date(void **state)
{
    struct message_draft *c = begin("digest");
    struct notice n = duty("C1", "2025-05-01");
    AUTO(json) out = NULL;

    (void)state;
    add(c, "C1", "2025-03-20");
    add(c, "C2", "2025-03-25");
    n.rule = "notice";
    n.derivation = "{\"label\":\"Case one\"}";
    message_notice(c, &n);
    assert_int_equal(message_count(c), 2);
    out = end(c);
    assert_string_equal(outline(out), "Act within 30 days: C1 C2");
    assert_string_equal(json_get_text(case_at(out, 0, 0), "act_by"), "2025-03-20");
    assert_string_equal(json_get_text(case_at(out, 0, 0), "headline"), "17 days left");
    assert_int_equal(json_count(json_get(case_at(out, 0, 0), "duties")), 2);
    assert_string_equal(json_get_text(duty_at(out, 0, 0, 0), "title"), "Bring suit");
    assert_string_equal(json_get_text(duty_at(out, 0, 0, 1), "title"), "notice"); /* its rule */
    assert_string_equal(json_get_text(duty_at(out, 0, 0, 1), "act_by"), "2025-05-01");
}

static void many_duties_of_a_kind_are_told_in_a_few_lines(void **state)
{
    static const char *const days[] = { "2024-01-05", "2024-02-05", "2024-03-05", "2024-04-05",
                                        "2024-05-06", "2024-06-05", "2024-07-05" };
    struct message_draft *c = begin("digest");
    struct json *content, *one;

    (void)state;
    for (size_t i = 0; i < 7; i++) {
        struct notice other = duty("A", days[i]);

        add(c, "A", days[i]);
        other.derivation = "{\"title\":\"Answer\"}";
        if (i < 6)
            message_notice(c, &other); /* six of a kind are shown */
        other.subject = "B";
        other.status = STATUS_RESOLVED;
        other.cause = CAUSE_MET;
        message_notice(c, &other); /* and all that are done */
    }
    content = end(c);
    one = case_at(content, 0, 0);
    assert_int_equal(json_count(json_get(one, "duties")), 3 + 6);
    assert_string_equal(json_get_text(duty_at(content, 0, 0, 4), "last_day"), "2024-05-06");
    assert_int_equal(json_count(json_get(one, "others")), 1);
    assert_string_equal(json_text(json_at(json_get(one, "others"), 0)),
                        "And 4 more of this: Bring suit; last days Fri 5 Jan 2024, Mon 5 Feb 2024, "
                        "Tue 5 Mar 2024, Fri 5 Apr 2024. dutywatch list shows them all.");
    assert_int_equal(json_count(json_get(one, "folded")), 4);
    one = case_at(content, 1, 0);
    assert_int_equal(json_count(json_get(one, "duties")), 7);
    assert_int_equal(json_count(json_get(one, "others")), 0);
    json_free(content);
}

static void a_duty_done_does_not_hide_one_that_is_not(void **state)
{
    struct message_draft *c = begin("digest");
    struct notice met = duty("C1", "2025-03-10"), moved = duty("C2", "2025-03-28");
    AUTO(json) out = NULL;

    (void)state;
    met.cause = CAUSE_MET;
    met.status = STATUS_RESOLVED;
    message_notice(c, &met); /* it would come first, by its date */
    add(c, "C1", "2025-04-20");
    moved.cause = CAUSE_MOVED; /* to a nearer day, so that it has reached a rung as well */
    message_notice(c, &moved);
    add(c, "C2", "2025-03-28");
    out = end(c);
    assert_string_equal(outline(out), "Act within 30 days: C2 | Coming up: C1");
    assert_string_equal(json_get_text(case_at(out, 1, 0), "act_by"), "2025-04-20");
    assert_string_equal(json_get_text(case_at(out, 1, 0), "headline"), "48 days left");
    assert_int_equal(json_get_whole(case_at(out, 1, 0), "days_left"), 48);
    assert_string_equal(json_get_text(duty_at(out, 1, 0, 0), "change"), "48 days left");
    assert_string_equal(json_get_text(duty_at(out, 1, 0, 1), "change"), "done");
    assert_string_equal(json_get_text(duty_at(out, 0, 0, 0), "change"), "has a new date");
}

static void a_case_that_ended_has_nothing_to_do(void **state)
{
    struct message_draft *c = begin("digest");
    struct notice n = duty("C1", "2025-03-20");
    AUTO(json) out = NULL;
    struct json *one;

    (void)state;
    n.cause = CAUSE_MET_LATE;
    n.status = STATUS_RESOLVED;
    n.derivation = "{\"title\":\"Bring suit\",\"remedy\":\"File it.\",\"clears\":\"Filing.\","
                   "\"met_on\":\"2025-03-02\"}";
    message_notice(c, &n);
    out = end(c);
    one = case_at(out, 0, 0);
    assert_null(json_get_text(one, "act_by"));
    assert_int_equal(json_type_of(json_get(one, "days_left")), JSON_NOTHING);
    assert_string_equal(json_get_text(one, "headline"), "done, but late on Sun 2 Mar 2025");
    assert_null(json_get_text(duty_at(out, 0, 0, 0), "remedy"));
    assert_null(json_get_text(duty_at(out, 0, 0, 0), "clears"));
    assert_null(json_get_text(duty_at(out, 0, 0, 0), "act_by"));
    assert_string_equal(json_get_text(duty_at(out, 0, 0, 0), "last_day"), "2025-03-20");
}

static void a_change_says_what_happened(void **state)
{
    static const struct {
        enum cause cause;
        enum status status;
        const char *safe, *before, *derivation, *says;
    } table[] = {
        { CAUSE_STAGE, STATUS_OPEN, "2025-03-04", "", "{}", "1 day left" },
        { CAUSE_STAGE, STATUS_OPEN, "2025-03-03", "", "{}", "today" },
        { CAUSE_STAGE, STATUS_OPEN, "", "", "{}", "" },
        { CAUSE_BREACHED, STATUS_OPEN, "2025-03-02", "", "{}", "the last day has passed" },
        { CAUSE_BREACHED, STATUS_OPEN, "2025-03-02", "", "{\"because\":\"closed\"}",
          "the last day has passed, then: closed" },
        { CAUSE_REOPENED, STATUS_OPEN, "2025-03-02", "", "{}",
          "open again; the last day has passed" },
        { CAUSE_REMIND, STATUS_OPEN, "2025-03-02", "", "{}", "still open" },
        { CAUSE_MOVED, STATUS_OPEN, "2025-05-01", "2025-04-01", "{}",
          "has a new date (last day was Tue 1 Apr 2025)" },
        { CAUSE_MOVED, STATUS_OPEN, "2025-04-01", "2025-05-01", "{}",
          "has a new date (last day was Thu 1 May 2025); the new one is earlier" },
        { CAUSE_MET, STATUS_RESOLVED, "2025-04-01", "", "{\"met_on\":\"2025-03-02\"}",
          "done on Sun 2 Mar 2025" },
        { CAUSE_MET, STATUS_OPEN, "2025-04-01", "", "{\"met_on\":\"2025-03-02\"}",
          "done on Sun 2 Mar 2025; open again since" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        struct message_draft *c = begin("digest");
        struct notice n = duty("C1", table[i].safe);
        AUTO(json) out = NULL;

        n.cause = table[i].cause;
        n.status = table[i].status;
        n.due_before = date_read(table[i].before);
        n.derivation = table[i].derivation;
        message_notice(c, &n);
        out = end(c);
        assert_string_equal(json_get_text(case_at(out, 0, 0), "headline"), table[i].says);
    }
}

static void where_the_case_ended_after_the_last_day_a_person_decides(void **state)
{
    struct message_draft *c = begin("now");
    struct notice n = duty("C1", "2025-03-02");
    AUTO(json) out = NULL;

    (void)state;
    n.cause = CAUSE_BREACHED;
    n.severity = "critical";
    n.derivation = "{\"remedy\":\"File it.\",\"because\":\"closed\"}";
    message_notice(c, &n);
    out = end(c);
    assert_string_equal(json_get_text(duty_at(out, 0, 0, 0), "remedy"),
                        "Decide whether this was a loss, and record why it ended so.");
}

/* Before the last day, on it, and past it; of a record that left, whatever the day. */
static void past_the_last_day_it_says_what_can_still_be_done(void **state)
{
    static const struct {
        const char *due, *facts, *remedy, *clears;
    } table[] = {
        { "2025-03-04", "", "File it in time.", "Suit in time." },
        { "2025-03-03", "", "File it in time.", "Suit in time." },
        { "2025-03-02", "", "Ask counsel.", "A decision." },
        { "2025-03-02", ",\"gone\":true",
          "Enter how it ended and on which day, or bring the record back into its source.",
          "The day on which it ended, or the record in its source again." },
        { "2025-03-04", ",\"gone\":true",
          "Enter how it ended and on which day, or bring the record back into its source.",
          "The day on which it ended, or the record in its source again." },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        struct message_draft *c = begin("now");
        struct notice n = duty("C1", table[i].due);
        char facts[300];
        AUTO(json) out = NULL;

        n.due = date_read(table[i].due);
        snprintf(facts, sizeof facts,
                 "{\"remedy\":\"File it in time.\",\"clears\":\"Suit in time.\","
                 "\"remedy_past\":\"Ask counsel.\",\"clears_past\":\"A decision.\"%s}",
                 table[i].facts);
        n.derivation = facts;
        message_notice(c, &n);
        out = end(c);
        assert_string_equal(json_get_text(duty_at(out, 0, 0, 0), "remedy"), table[i].remedy);
        assert_string_equal(json_get_text(duty_at(out, 0, 0, 0), "clears"), table[i].clears);
    }
}

static void the_subject_of_one_case_says_what_and_by_when(void **state)
{
    static const struct {
        const char *kind, *safe, *says;
        enum cause cause;
        enum status status;
    } table[] = {
        { "now", "2025-04-02", "[dutywatch] 30 days left, act by Wed 2 Apr 2025: C1, Bring suit",
          CAUSE_STAGE, STATUS_OPEN },
        { "now", "2025-03-02", "[dutywatch] the last day has passed: C1, Bring suit",
          CAUSE_BREACHED, STATUS_OPEN },
        { "digest", "2025-04-02",
          "[dutywatch] Daily summary for Mon 3 Mar 2025: done: C1, Bring suit", CAUSE_MET,
          STATUS_RESOLVED },
        { "baseline", "2025-04-02",
          "[dutywatch] What stood open when the watch began: act by Wed 2 Apr 2025: C1, Bring suit",
          CAUSE_BASELINE, STATUS_OPEN },
        { "baseline", "2025-03-02",
          "[dutywatch] What stood open when the watch began: C1, Bring suit", CAUSE_BASELINE,
          STATUS_OPEN },
        { "now", "", "[dutywatch] C1, Bring suit", CAUSE_STAGE, STATUS_OPEN },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        struct message_draft *c = begin(table[i].kind);
        struct notice n = duty("C1", table[i].safe);
        AUTO(json) out = NULL;

        n.cause = table[i].cause;
        n.status = table[i].status;
        message_notice(c, &n);
        out = end(c);
        assert_string_equal(subject(out), table[i].says);
    }
}

static void the_subject_of_several_counts_them_and_names_the_first_date(void **state)
{
    struct message_draft *c = begin("digest");
    AUTO(json) out = NULL;

    (void)state;
    add(c, "C1", "2025-02-20");
    add(c, "C2", "2025-03-02");
    add(c, "C3", "2025-05-01");
    add(c, "C4", "2025-04-01");
    out = end(c);
    assert_string_equal(subject(out), "[dutywatch] Daily summary for Mon 3 Mar 2025: 4 cases, 2 "
                                      "past the last day, first to act by Tue 1 Apr 2025");
}

static void the_subject_of_a_first_load_with_nothing_but_old_ones_says_so(void **state)
{
    struct message_draft *c = begin("baseline");
    AUTO(json) out = NULL;

    (void)state;
    add(c, "C1", "2011-02-20");
    add(c, "C2", "2012-02-20");
    out = end(c);
    assert_string_equal(subject(out), "[dutywatch] What stood open when the watch began: 2 whose "
                                      "last day lies long ago");
    assert_int_equal(json_count(json_get(out, "sections")), 0);
}

static void unknown_amounts_are_not_zero(void **state)
{
    struct message_draft *c = begin("digest");
    struct notice n = duty("C2", "2025-04-02");
    AUTO(json) out = NULL;
    struct json *money;

    (void)state;
    add(c, "C1", "2025-04-01");
    n.amount = 0;
    message_notice(c, &n);
    message_money(c, 30, 3, NONE);
    message_money(c, 60, 4, 0);
    message_not_alarmed(c, "closed", 2, NONE);
    out = end(c);
    money = json_get(out, "money");
    assert_int_equal(json_type_of(json_get(case_at(out, 0, 0), "amount")), JSON_NOTHING);
    assert_int_equal(json_type_of(json_get(case_at(out, 0, 1), "amount")), JSON_WHOLE);
    assert_int_equal(json_type_of(json_get(duty_at(out, 0, 0, 0), "amount")), JSON_NOTHING);
    assert_int_equal(json_type_of(json_get(json_at(money, 0), "amount")), JSON_NOTHING);
    assert_int_equal(json_get_whole(json_at(money, 0), "count"), 3);
    assert_int_equal(json_type_of(json_get(json_at(money, 1), "amount")), JSON_WHOLE);
    assert_string_equal(json_get_text(json_at(json_get(out, "not_alarmed"), 0), "because"),
                        "closed");
}

static void in_trial_the_subject_says_so_and_the_real_reader_is_named(void **state)
{
    struct message_draft *c = begin("now");
    AUTO(json) out = NULL;

    (void)state;
    add(c, "C1", "2025-04-02");
    out = message_end(c, "k", "daily", "ann@example.gov");
    assert_true(text_starts(subject(out), "TRIAL: [dutywatch] "));
    assert_string_equal(json_text(json_at(json_get(out, "trial_for"), 0)), "ann@example.gov");
    assert_string_equal(json_get_text(out, "digest"), "daily");
    assert_string_equal(json_get_text(out, "key"), "k");
    assert_string_equal(json_get_text(out, "kind"), "now");
    assert_string_equal(json_get_text(out, "day"), "2025-03-03");
    assert_string_equal(json_get_text(out, "made_at"), "2025-03-03T10:00:00Z");
    json_free(out);
    c = begin("now");
    out = end(c);
    assert_null(json_get(out, "trial_for")); /* live: it is not there at all */
}

static void cases_beyond_the_room_of_a_message_are_told_in_short(void **state)
{
    struct message_draft *c = begin("digest");
    AUTO(json) out = NULL;
    char name[16];

    (void)state;
    for (int i = 0; i < 503; i++) {
        snprintf(name, sizeof name, "C%d", i);
        add(c, name, "2025-04-02");
    }
    for (int i = 0; i < 503; i++) { /* a second duty of each makes no second case */
        snprintf(name, sizeof name, "C%d", i);
        add(c, name, "2025-04-03");
    }
    assert_int_equal(message_count(c), 503);
    assert_true(message_has(c, "C502") && !message_has(c, "C503"));
    message_in_parts(
        c, &(struct message_parts){
               .part = 1, .parts = 2, .cases = 510, .past = 7, .first = date_of(2025, 4, 2) });
    out = end(c);
    assert_int_equal(json_get_whole(out, "more"), 7);
    assert_int_equal(json_count(json_get(case_at(out, 0, 502), "duties")), 2);
    assert_null(json_get_text(duty_at(out, 0, 500, 0), "law")); /* in short */
    assert_non_null(json_get_text(duty_at(out, 0, 500, 0), "title"));
    assert_string_equal(subject(out),
                        "[dutywatch] Daily summary for Mon 3 Mar 2025: 510 cases, 7 past the last "
                        "day, first to act by Wed 2 Apr 2025 (part 1 of 2)");
}

static void the_age_of_the_data_is_said_once_by_its_oldest_day(void **state)
{
    static const char *const days[] = { "2025-02-20", "2025-02-17", "2025-02-19" };
    struct message_draft *c = begin("digest");
    AUTO(json) out = NULL;
    char name[16], facts[64];

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct notice n = duty(name, "2025-04-02");

        snprintf(name, sizeof name, "C%d", i);
        snprintf(facts, sizeof facts, "{\"as_of\":\"%s\"}", days[i]);
        n.derivation = facts;
        message_notice(c, &n);
    }
    add(c, "C9", "2025-04-02"); /* this one is fresh */
    message_lead(c, "A sentence before.");
    out = end(c);
    assert_int_equal(json_count(json_get(out, "lead")), 2);
    assert_string_equal(json_text(json_at(json_get(out, "lead"), 1)),
                        "The data behind this is of Mon 17 Feb 2025: nothing newer could be had. "
                        "Time goes on all the same; what has been done since is not seen here.");
    assert_string_equal(json_get_text(duty_at(out, 0, 0, 0), "as_of"), "2025-02-20");
    assert_null(json_get_text(duty_at(out, 0, 3, 0), "as_of"));
}

static void a_notice_without_facts_is_told_all_the_same(void **state)
{
    static const char *const facts[] = { NULL, "", "not json", "[]" };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(facts); i++) {
        struct message_draft *c = begin("now");
        struct notice n = duty("C1", "2025-04-02");
        AUTO(json) out = NULL;

        n.derivation = facts[i];
        message_notice(c, &n);
        out = end(c);
        assert_string_equal(outline(out), "Act within 30 days: C1");
        assert_string_equal(json_get_text(duty_at(out, 0, 0, 0), "title"), "suit");
        assert_int_equal(json_count(json_get(duty_at(out, 0, 0, 0), "steps")), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases_stand_in_sections_by_urgency),
        cmocka_unit_test(what_is_past_is_headed_by_the_most_severe_what_is_ahead_by_the_first),
        cmocka_unit_test(the_subject_of_one_case_past_names_what_is_most_severe),
        cmocka_unit_test(between_act_by_and_the_last_day_it_is_not_past),
        cmocka_unit_test(a_first_load_begins_with_what_can_still_be_done),
        cmocka_unit_test(what_passed_long_before_a_first_load_is_counted_by_year),
        cmocka_unit_test(a_digest_counts_nothing_away),
        cmocka_unit_test(one_case_with_several_duties_is_one_line_with_the_next_date),
        cmocka_unit_test(many_duties_of_a_kind_are_told_in_a_few_lines),
        cmocka_unit_test(a_duty_done_does_not_hide_one_that_is_not),
        cmocka_unit_test(a_case_that_ended_has_nothing_to_do),
        cmocka_unit_test(a_change_says_what_happened),
        cmocka_unit_test(where_the_case_ended_after_the_last_day_a_person_decides),
        cmocka_unit_test(past_the_last_day_it_says_what_can_still_be_done),
        cmocka_unit_test(the_subject_of_one_case_says_what_and_by_when),
        cmocka_unit_test(the_subject_of_several_counts_them_and_names_the_first_date),
        cmocka_unit_test(the_subject_of_a_first_load_with_nothing_but_old_ones_says_so),
        cmocka_unit_test(unknown_amounts_are_not_zero),
        cmocka_unit_test(in_trial_the_subject_says_so_and_the_real_reader_is_named),
        cmocka_unit_test(cases_beyond_the_room_of_a_message_are_told_in_short),
        cmocka_unit_test(the_age_of_the_data_is_said_once_by_its_oldest_day),
        cmocka_unit_test(a_notice_without_facts_is_told_all_the_same),
    };

    return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
