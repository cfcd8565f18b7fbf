#include "notify/fold.h"

#include "base/date.h"
#include "base/memory.h"
#include "base/text.h"
#include "codec/json.h"

#include <stdlib.h>
#include <string.h>

static const char *title_of(const struct json *duties, size_t i)
{
    return json_get_text(json_at(duties, i), "title");
}

/* Something is still to be done about it. */
static bool is_open(const struct json *duties, size_t i)
{
    return json_get_text(json_at(duties, i), "act_by") != NULL;
}

/* How many of the open duties from `from` on have the title of duty `i`. */
static size_t count_like(const struct json *duties, size_t i, size_t from)
{
    size_t n = 0;

    for (size_t k = from; k < json_count(duties); k++)
        n += is_open(duties, k) && text_same(title_of(duties, k), title_of(duties, i));
    return n;
}

static bool is_folded(const struct json *duties, size_t i)
{
    return is_open(duties, i) && count_like(duties, i, 0) > FOLD_FROM &&
           count_like(duties, i, i) > FOLD_SHOWN;
}

/* "And 52 more of this: The committee meets each month; last days Mon 31 Mar 2025, ...": each of
 * them, since what is told stands in the message. */
static void add_others(struct json *others, const struct json *duties, size_t i)
{
    size_t count = count_like(duties, i, 0) - FOLD_SHOWN, said = 0;
    char day[DATE_LONG_SIZE];
    AUTO_TEXT t = { 0 };

    text_addf(&t, "And %zu more of this: %s", count, title_of(duties, i));
    for (size_t k = i; k < json_count(duties); k++) {
        date last = date_read(json_get_text(json_at(duties, k), "last_day"));

        if (last != DATE_NONE && is_folded(duties, k) &&
            text_same(title_of(duties, k), title_of(duties, i)))
            text_addf(&t, "%s %s", said++ ? "," : "; last days", date_long(last, day));
    }
    text_add(&t, ". dutywatch list shows them all.");
    json_add_text(others, text_of(&t));
}

/* Dates as they are written sort as text; a duty that has none comes last. */
static bool acts_before(const struct json *a, const struct json *b)
{
    const char *x = json_get_text(a, "act_by"), *y = json_get_text(b, "act_by");

    return x && (!y || strcmp(x, y) < 0);
}

/* The duties with the first to be done first; those of one day stay in their order. */
static struct json *by_day(const struct json *duties)
{
    size_t n = json_count(duties);
    struct json **all = alloc((n + 1) * sizeof(struct json *));
    struct json *ret = json_list();

    for (size_t i = 0; i < n; i++) {
        size_t at = i;

        for (; at > 0 && acts_before(json_at(duties, i), all[at - 1]); at--)
            all[at] = all[at - 1];
        all[at] = json_at(duties, i);
    }
    for (size_t i = 0; i < n; i++)
        json_add(ret, json_copy_ref(all[i]));
    free(all);
    return ret;
}

void fold_duties(struct json *one_case)
{
    AUTO(json) duties = by_day(json_get(one_case, "duties"));
    struct json *shown = json_list(), *others = json_list(), *folded = json_list();

    for (size_t i = 0; i < json_count(duties); i++) {
        if (!is_folded(duties, i)) {
            json_add(shown, json_copy_ref(json_at(duties, i)));
            continue;
        }
        json_add_text(folded, json_get_text(json_at(duties, i), "ref"));
        if (count_like(duties, i, 0) == count_like(duties, i, i))
            add_others(others, duties, i);
    }
    json_set(one_case, "duties", shown);
    json_set(one_case, "others", others);
    json_set(one_case, "folded", folded);
}
