#include "watch/lost.h"

#include "base/number.h"
#include "base/text.h"
#include "base/zone.h"
#include "codec/json.h"

#include <string.h>

static void add_value(struct json *list, const struct column *c, struct stmt *s, int n)
{
    struct json *one = json_group();
    char money[MONEY_TEXT_SIZE], at[INSTANT_TEXT_SIZE];

    json_set_text(one, "name", c->name);
    if (c->type == COLUMN_MONEY && !db_is_null(s, n))
        json_set_text(one, "value", money_text(db_int(s, n), money));
    else if (c->type == COLUMN_DATETIME && !db_is_null(s, n))
        json_set_text(one, "value", instant_text(db_int(s, n), at));
    else if (c->type == COLUMN_BOOLEAN && !db_is_null(s, n))
        json_set_text(one, "value", db_int(s, n) ? "true" : "false");
    else
        json_set_text(one, "value", db_text(s, n));
    json_add(list, one);
}

/* What the rule names as evidence; without that, the whole record. */
static bool is_shown(const struct rule *rule, const struct column *c)
{
    for (size_t i = 0; i < rule->evidence.count; i++)
        if (strcmp(rule->evidence.all[i], c->name) == 0)
            return true;
    return !rule->evidence.count;
}

/* The record as it is now. Nothing is added if it is no more, or lies there without a column that
 * the configuration has by now. */
static void read_record(const struct report_from *r, const struct dataset *d,
                        const struct rule *rule, const char *subject, struct json *list)
{
    AUTO_TEXT sql = { 0 };
    STMT s = NULL;
    struct error e;
    bool row = false;
    int n = 1;

    text_addf(&sql, "SELECT %s", d->key);
    for (LIST_EACH(const struct column, c, &d->columns))
        if (is_shown(rule, c))
            text_addf(&sql, ", %s", c->name);
    text_addf(&sql, " FROM main.%s WHERE %s = ?", d->id, d->key);
    if (!db_query_text(r->db, &s, &e, text_of(&sql), "t", subject) || !db_row(s, &row, &e) || !row)
        return;
    for (LIST_EACH(const struct column, c, &d->columns))
        if (is_shown(rule, c)) {
            if (rule->evidence.count || !db_is_null(s, n))
                add_value(list, c, s, n);
            n++;
        }
}

static void add_record(const struct report_from *r, struct json *row)
{
    const struct rule *rule = settings_rule(r->settings, json_get_text(row, "rule"));
    const struct subject *subject = rule ? settings_subject(r->settings, rule->subject) : NULL;
    const struct dataset *d = subject ? settings_dataset(r->settings, subject->from) : NULL;
    struct json *list = json_list();

    json_set(row, "record", list);
    if (d)
        read_record(r, d, rule, json_get_text(row, "subject"), list);
}

static bool add_told(const struct report_from *r, struct json *row, struct error *e)
{
    static const char *const keys[] = { "day", "recipient", "channel", "cause", "state" };
    struct json *list = json_list();
    STMT s = NULL;
    bool found = false, ok;

    json_set(row, "told", list);
    ok = db_query(r->db, &s, e,
                  "SELECT n.day, n.recipient, n.channel, v.cause, m.state FROM notification n"
                  " JOIN move v ON v.finding = n.finding AND v.ordinal = n.ordinal"
                  " LEFT JOIN message m ON m.key = n.message"
                  " WHERE n.finding = ? AND n.withheld IS NULL"
                  " ORDER BY n.ordinal, n.recipient, n.channel",
                  "i", json_get_whole(row, "finding"));
    while (ok && (ok = db_row(s, &found, e)) && found) {
        struct json *one = json_group();

        for (int i = 0; i < 5; i++)
            json_set_text(one, keys[i], db_text(s, i));
        json_add(list, one);
    }
    return ok;
}

bool lost_add(const struct report_from *r, struct json *row, struct error *e)
{
    add_record(r, row);
    return add_told(r, row, e);
}
