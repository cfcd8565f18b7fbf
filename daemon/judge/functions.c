#include "judge/functions.h"

#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "base/zone.h"
#include "calendar/period.h"
#include "codec/json.h"
#include "ingest/unread.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char function_names[] =
    "abs avg coalesce count date_add day days_between glob hex ifnull iif instr length like "
    "json_group_array list_count list_covers list_has list_join list_only list_without lower ltrim "
    "max min money month nullif replace round rtrim "
    "sign substr substring sum total trim typeof unicode upper year";

bool function_listed(const char *name)
{
    size_t n = strlen(name);

    for (const char *at = strstr(function_names, name); at; at = strstr(at + 1, name))
        if ((at == function_names || at[-1] == ' ') && (at[n] == ' ' || !at[n]))
            return true;
    return false;
}

/* The day of a value: text "2025-03-31", or UTC microseconds. */
static date day_of(sqlite3_context *c, sqlite3_value *v)
{
    const char *zone = sqlite3_user_data(c);

    if (sqlite3_value_type(v) == SQLITE_INTEGER)
        return zone_day(zone, sqlite3_value_int64(v));
    if (sqlite3_value_type(v) == SQLITE_TEXT)
        return date_read((const char *)sqlite3_value_text(v));
    return DATE_NONE;
}

static void give(sqlite3_context *c, date d)
{
    char text[DATE_TEXT_SIZE];

    if (d != DATE_NONE)
        sqlite3_result_text(c, date_text(d, text), -1, SQLITE_TRANSIENT);
}

static void sql_day(sqlite3_context *c, int n, sqlite3_value **v)
{
    (void)n;
    give(c, day_of(c, v[0]));
}

static void sql_date_add(sqlite3_context *c, int n, sqlite3_value **v)
{
    const char *text = (const char *)sqlite3_value_text(v[1]);
    struct term t;

    (void)n;
    if (!text)
        return;
    if (!term_read_plain(text, &t))
        sqlite3_result_error(c, "date_add: the second argument is no term such as '5 years'", -1);
    else
        give(c, term_end(day_of(c, v[0]), t, NULL));
}

static void sql_days_between(sqlite3_context *c, int n, sqlite3_value **v)
{
    date from = day_of(c, v[0]), to = day_of(c, v[1]);

    (void)n;
    if (from != DATE_NONE && to != DATE_NONE)
        sqlite3_result_int(c, to - from);
}

static void part(sqlite3_context *c, sqlite3_value *v, bool want_year)
{
    int year, month, day;
    date d = day_of(c, v);

    if (d == DATE_NONE)
        return;
    date_split(d, &year, &month, &day);
    sqlite3_result_int(c, want_year ? year : month);
}

static void sql_year(sqlite3_context *c, int n, sqlite3_value **v)
{
    (void)n;
    part(c, v[0], true);
}

static void sql_month(sqlite3_context *c, int n, sqlite3_value **v)
{
    (void)n;
    part(c, v[0], false);
}

static void sql_money(sqlite3_context *c, int n, sqlite3_value **v)
{
    const char *text = (const char *)sqlite3_value_text(v[0]);
    char why[160];
    int64_t cents;

    (void)n;
    if (!text)
        return;
    if (money_read(text, strlen(text), &cents)) {
        sqlite3_result_int64(c, cents);
        return;
    }
    snprintf(why, sizeof why, "money: the argument is no amount such as '5,000.00'%s",
             number_hint(text, strlen(text)));
    sqlite3_result_error(c, why, -1);
}

/* The list that a column holds (ingest/convert.h); of a text that is none, the list of it; NULL. */
static struct json *list_of(sqlite3_value *v)
{
    const char *text = (const char *)sqlite3_value_text(v);
    struct error e;
    struct json *list = text && *text == '[' ? json_read(text, strlen(text), &e) : NULL;

    if (!text || json_type_of(list) == JSON_LIST)
        return list;
    json_free(list);
    list = json_list();
    json_add_text(list, text);
    return list;
}

static void sql_list_count(sqlite3_context *c, int n, sqlite3_value **v)
{
    AUTO(json) list = list_of(v[0]);

    (void)n;
    if (list)
        sqlite3_result_int64(c, (sqlite3_int64)json_count(list));
}

static bool has(const struct json *list, const char *wanted)
{
    for (size_t i = 0; wanted && i < json_count(list); i++)
        if (text_same(json_text(json_at(list, i)), wanted))
            return true;
    return false;
}

static void sql_list_has(sqlite3_context *c, int n, sqlite3_value **v)
{
    AUTO(json) list = list_of(v[0]);
    const char *wanted = (const char *)sqlite3_value_text(v[1]);

    (void)n;
    if (list && wanted)
        sqlite3_result_int(c, has(list, wanted));
}

static void sql_list_covers(sqlite3_context *c, int n, sqlite3_value **v)
{
    AUTO(json) list = list_of(v[0]);
    AUTO(json) wanted = list_of(v[1]);
    bool all = true;

    (void)n;
    if (!list || !wanted)
        return;
    for (size_t i = 0; i < json_count(wanted); i++)
        all = all && has(list, json_text(json_at(wanted, i)));
    sqlite3_result_int(c, all);
}

/* --- lists out of lists --- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The texts of `list`, each once, in their order; none is NULL. */
static void give_list(sqlite3_context *c, struct json *list)
{
    size_t count = json_count(list), kept = 0;
    const char **all = sqlite3_malloc64((count + 1) * sizeof *all);
    AUTO(json) ret = json_list();
    AUTO_TEXT text = { 0 };

    if (!all) {
        sqlite3_result_error_nomem(c);
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (json_text(json_at(list, i)))
            all[kept++] = json_text(json_at(list, i));
    qsort(all, kept, sizeof *all, by_text);
    for (size_t i = 0; i < kept; i++)
        if (!i || strcmp(all[i], all[i - 1]) != 0)
            json_add_text(ret, all[i]);
    json_write(ret, false, &text);
    if (kept)
        sqlite3_result_text(c, text_of(&text), (int)text.size, SQLITE_TRANSIENT);
    sqlite3_free(all);
}

static void sql_list_join(sqlite3_context *c, int n, sqlite3_value **v)
{
    AUTO(json) all = json_list();

    for (int i = 0; i < n; i++) {
        AUTO(json) list = list_of(v[i]);

        for (size_t k = 0; k < json_count(list); k++)
            if (json_text(json_at(list, k)))
                json_add_text(all, json_text(json_at(list, k)));
    }
    give_list(c, all);
}

/* What of the first list is, or is not, among the other arguments. */
static void choose_list(sqlite3_context *c, int n, sqlite3_value **v, bool wanted)
{
    AUTO(json) list = n ? list_of(v[0]) : NULL;
    AUTO(json) kept = json_list();

    for (size_t k = 0; k < json_count(list); k++) {
        const char *element = json_text(json_at(list, k));
        bool there = false;

        for (int i = 1; i < n && !there; i++)
            there = text_same(element, (const char *)sqlite3_value_text(v[i]));
        if (element && there == wanted)
            json_add_text(kept, element);
    }
    give_list(c, kept);
}

static void sql_list_only(sqlite3_context *c, int n, sqlite3_value **v)
{
    choose_list(c, n, v, true);
}

static void sql_list_without(sqlite3_context *c, int n, sqlite3_value **v)
{
    choose_list(c, n, v, false);
}

static void sql_unread(sqlite3_context *c, int n, sqlite3_value **v)
{
    const char *cells = (const char *)sqlite3_value_text(v[0]);
    const char *names = (const char *)sqlite3_value_text(v[1]);
    AUTO_TEXT name = { 0 };
    bool lacks = false;

    (void)n;
    while (cells && names && *names && !lacks) {
        size_t length = strcspn(names, ",");

        text_clear(&name);
        text_addn(&name, names, length);
        lacks = unread_lacks(cells, text_of(&name));
        names += length + (names[length] == ',');
    }
    sqlite3_result_int(c, lacks);
}

bool functions_register(struct sqlite3 *handle, const char *zone, struct error *e)
{
    static const struct {
        const char *name;
        int arguments;
        void (*run)(sqlite3_context *, int, sqlite3_value **);
    } all[] = {
        { "day", 1, sql_day },
        { "date_add", 2, sql_date_add },
        { "days_between", 2, sql_days_between },
        { "year", 1, sql_year },
        { "month", 1, sql_month },
        { "money", 1, sql_money },
        { "list_has", 2, sql_list_has },
        { "list_covers", 2, sql_list_covers },
        { "list_count", 1, sql_list_count },
        { "list_join", -1, sql_list_join },
        { "list_only", -1, sql_list_only },
        { "list_without", -1, sql_list_without },
        { FUNCTION_UNREAD, 2, sql_unread },
    };
    union {
        const char *in;
        void *out;
    } data = { .in = zone };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (sqlite3_create_function_v2(handle, all[i].name, all[i].arguments,
                                       SQLITE_UTF8 | SQLITE_DETERMINISTIC, data.out, all[i].run,
                                       NULL, NULL, NULL) != SQLITE_OK)
            return error_set(e, ERROR_BUG, "functions: %s", sqlite3_errmsg(handle));
    return true;
}
