#include "send/phrase.h"

#include <inttypes.h>

#include "base/date.h"
#include "base/number.h"
#include "codec/json.h"
#include "notify/words.h"

const char *const phrase_labels[LABEL_COUNT] = {
    [LABEL_ACT_BY] = "Act by",     [LABEL_LAST_DAY] = "Last day", [LABEL_WHO] = "Who",
    [LABEL_CHANGE] = "News",       [LABEL_TO_DO] = "To do",       [LABEL_AMOUNT] = "Amount",
    [LABEL_COMPUTED] = "Computed", [LABEL_LAW] = "Law",           [LABEL_CLEARS] = "Ends with",
    [LABEL_DATA] = "Data",         [LABEL_REF] = "Reference",
};

void phrase_date(struct text *out, const struct json *group, const char *key)
{
    const char *iso = json_get_text(group, key);
    char buffer[DATE_LONG_SIZE];
    date d = iso ? date_read(iso) : DATE_NONE;

    if (d != DATE_NONE)
        text_add(out, date_long(d, buffer));
    else if (iso)
        text_add(out, iso);
}

void phrase_money(struct text *out, const struct json *group, const char *key)
{
    char buffer[MONEY_TEXT_SIZE];

    if (json_type_of(json_get(group, key)) == JSON_WHOLE)
        text_add(out, money_text(json_get_whole(group, key), buffer));
}

static void add_if(struct text *out, const char *before, const char *s)
{
    if (s && s[0])
        text_addf(out, "%s%s", out->size ? before : "", s);
}

/* "17:00 on Mon 3 Mar 2025" where the day to act by ends by the hour. */
static void add_act_by(struct text *out, const struct json *group)
{
    const char *by = json_get_text(group, "by");

    if (by && text_same(json_get_text(group, "last_day"), json_get_text(group, "act_by")))
        text_addf(out, "%s on ", by);
    phrase_date(out, group, "act_by");
}

static void add_last_day(struct text *out, const struct json *group)
{
    const char *by = json_get_text(group, "by");

    phrase_date(out, group, "last_day");
    if (by)
        text_addf(out, ", until %s", by);
}

void phrase_case(struct text *out, enum phrase_label label, const struct json *c)
{
    const struct json *left = json_get(c, "days_left");

    if (label == LABEL_ACT_BY) {
        add_act_by(out, c);
        if (out->size && json_type_of(left) == JSON_WHOLE) {
            text_add(out, " (");
            words_left(out, (int)json_whole(left));
            text_add(out, ")");
        }
    } else if (label == LABEL_LAST_DAY) {
        if (!text_same(json_get_text(c, "last_day"), json_get_text(c, "act_by")))
            add_last_day(out, c);
    } else if (label == LABEL_AMOUNT) {
        phrase_money(out, c, "amount");
    } else if (label == LABEL_WHO) {
        add_if(out, "", json_get_text(c, "owner"));
        add_if(out, ", ", json_get_text(c, "office"));
        add_if(out, ", ", json_get_text(c, "unit"));
    }
}

static bool same_date(const struct json *a, const struct json *b, const char *key)
{
    return text_same(json_get_text(a, key), json_get_text(b, key));
}

static bool same_amount(const struct json *a, const struct json *b)
{
    return json_type_of(json_get(a, "amount")) == json_type_of(json_get(b, "amount")) &&
           json_get_whole(a, "amount") == json_get_whole(b, "amount");
}

void phrase_duty(struct text *out, enum phrase_label label, const struct json *duty,
                 const struct json *c)
{
    if (label == LABEL_ACT_BY && !(same_date(duty, c, "act_by") && same_date(duty, c, "by"))) {
        add_act_by(out, duty);
    } else if (label == LABEL_LAST_DAY &&
               !(same_date(duty, c, "last_day") && same_date(duty, c, "by"))) {
        add_last_day(out, duty);
    } else if (label == LABEL_AMOUNT && !same_amount(duty, c)) {
        phrase_money(out, duty, "amount");
    } else if (label == LABEL_CHANGE) {
        if (!text_same(json_get_text(duty, "change"), json_get_text(c, "headline")))
            add_if(out, "", json_get_text(duty, "change"));
        add_if(out, "; ", json_get_text(duty, "because"));
    } else if (label == LABEL_TO_DO) {
        add_if(out, "", json_get_text(duty, "remedy"));
    } else if (label == LABEL_LAW) {
        add_if(out, "", json_get_text(duty, "law"));
    } else if (label == LABEL_CLEARS) {
        add_if(out, "", json_get_text(duty, "clears"));
    } else if (label == LABEL_REF) {
        add_if(out, "", json_get_text(duty, "ref"));
    } else if (label == LABEL_DATA && json_get_text(duty, "as_of")) {
        text_add(out, "as of ");
        phrase_date(out, duty, "as_of");
        text_add(out, "; nothing newer has come since");
    }
}

void phrase_cases(struct text *out, int64_t n)
{
    text_addf(out, "%" PRId64 " %s", n, text_plural(n, "case", "cases"));
}

/* "3 cases, $1,000.00" of a group with count and amount. */
static void add_sum(struct text *out, const struct json *sum)
{
    phrase_cases(out, json_get_whole(sum, "count"));
    if (json_type_of(json_get(sum, "amount")) == JSON_WHOLE) {
        text_add(out, ", ");
        phrase_money(out, sum, "amount");
    }
}

void phrase_within(struct text *out, const struct json *money)
{
    text_addf(out, "Within %" PRId64 " days: ", json_get_whole(money, "within_days"));
    add_sum(out, money);
}

void phrase_not_alarmed(struct text *out, const struct json *reason)
{
    const char *because = json_get_text(reason, "because");

    add_sum(out, reason);
    text_addf(out, ": %s", because ? because : "no reason given");
}

void phrase_trial(struct text *out, const struct json *content)
{
    const struct json *real = json_get(content, "trial_for");

    for (size_t i = 0; i < json_count(real); i++) {
        const char *who = json_text(json_at(real, i));

        text_addf(out, "%s%s", i ? ", " : "TRIAL: would have gone to ", who ? who : "?");
    }
}

void phrase_more(struct text *out, const struct json *content)
{
    int64_t more = json_get_whole(content, "more");

    if (more > 0)
        text_addf(out,
                  "and %" PRId64
                  " more %s in the other parts of this message (this is part %" PRId64
                  " of %" PRId64 ")",
                  more, text_plural(more, "case", "cases"), json_get_whole(content, "part"),
                  json_get_whole(content, "parts"));
}
