/* json: JSON values, read strictly and written the same way each time.
 *
 * Thin over jansson, which no other folder sees. Values are counted: what makes one gives you a
 * reference to free with json_free(); what puts one into another takes your reference; what gets
 * one out of another lends it.
 *
 * Reading refuses duplicate keys, numbers that do not fit, text that is not UTF-8, NUL inside
 * text and nesting deeper than 64. Objects keep the order in which their keys were set, and are
 * written in that order, without blanks (`pretty`: two blanks an indent).                      */
#ifndef CODEC_JSON_H
#define CODEC_JSON_H

#include "base/clock.h"
#include "base/date.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json;

enum json_type {
    JSON_NONE,
    JSON_NOTHING,
    JSON_TRUTH,
    JSON_WHOLE,
    JSON_FRACTION,
    JSON_TEXT,
    JSON_LIST,
    JSON_GROUP
};

/* Reads one value that takes all of `s`. NULL on failure: "column 17: '}' expected near ..." */
struct json *json_read(const char *s, size_t n, struct error *e);

struct json *json_copy_ref(struct json *v); /* one more reference */
void json_free(struct json *v);             /* NULL is fine */

struct json *json_group(void);
struct json *json_list(void);
struct json *json_of_text(const char *s); /* NULL gives null; bytes that are not UTF-8: U+FFFD */
struct json *json_of_whole(int64_t n);
struct json *json_of_truth(bool b);
struct json *json_nothing(void);

/* Set a key of a group. The value's reference is taken. */
void json_set(struct json *group, const char *key, struct json *value);
void json_set_text(struct json *group, const char *key, const char *s);
void json_set_whole(struct json *group, const char *key, int64_t n);
void json_set_truth(struct json *group, const char *key, bool b);

/* Kinds of value that all reports share: a day as "2025-03-03" (null for DATE_NONE), a moment as
 * "2025-03-03T11:00:00Z" (null for INSTANT_NONE and 0), and an amount in cents (null for INT64_MIN:
 * not known). */
void json_set_day(struct json *group, const char *key, date d);
void json_set_instant(struct json *group, const char *key, instant t);
void json_set_amount(struct json *group, const char *key, int64_t cents);

/* Adds to the end of a list. The value's reference is taken. */
void json_add(struct json *list, struct json *value);
void json_add_text(struct json *list, const char *s);

/* Look-ups; all accept NULL and the wrong type and then give the "nothing" of their type. */
enum json_type json_type_of(const struct json *v);                /* JSON_NONE for NULL */
struct json *json_get(const struct json *group, const char *key); /* lent, or NULL */
struct json *json_at(const struct json *list, size_t i);          /* lent, or NULL */
size_t json_count(const struct json *v);                          /* members or elements; else 0 */
const char *json_text(const struct json *v);                      /* lent, NULL unless text */
const char *json_get_text(const struct json *group, const char *key);
int64_t json_whole(const struct json *v); /* 0 unless whole */
int64_t json_get_whole(const struct json *group, const char *key);
double json_fraction(const struct json *v); /* also of a whole number */
bool json_truth(const struct json *v);      /* true only for true */
bool json_get_truth(const struct json *group, const char *key);

/* Calls `each` for the members of a group in order. */
typedef void json_member_fn(void *data, const char *key, struct json *value);
void json_each(const struct json *group, json_member_fn *each, void *data);

/* Appends the value to `out`. */
void json_write(const struct json *v, bool pretty, struct text *out);

DEFINE_AUTO(json, json_free)

#endif
