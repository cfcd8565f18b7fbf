#include "codec/json.h"

#include "base/limit.h"
#include "base/zone.h"

#include <jansson.h>
#include <string.h>

LIMIT(JSON_DEPTH_MAX, 64);         /* refused: JSON that is nested deeper */
#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

static json_t *theirs(struct json *v)
{
    return (json_t *)v;
}

static const json_t *theirs_const(const struct json *v)
{
    return (const json_t *)v;
}

/* What a constructor of jansson made: it only fails for want of memory. */
static struct json *made(json_t *v)
{
    if (!v)
        out_of_memory();
    return (struct json *)v;
}

/* jansson nests up to 2048 deep and its recursion with it; ours stops earlier. Brackets inside
 * strings do not count. True if no value lies deeper than JSON_DEPTH_MAX. */
static bool shallow(const char *s, size_t n)
{
    size_t depth = 0;
    bool quoted = false;

    for (size_t i = 0; i < n; i++) {
        if (quoted) {
            if (s[i] == '\\')
                i++;
            else if (s[i] == '"')
                quoted = false;
        } else if (s[i] == '"') {
            quoted = true;
        } else if (s[i] == '[' || s[i] == '{') {
            if (++depth > JSON_DEPTH_MAX)
                return false;
        } else if ((s[i] == ']' || s[i] == '}') && depth > 0) {
            depth--;
        }
    }
    return true;
}

struct json *json_read(const char *s, size_t n, struct error *e)
{
    json_error_t why;
    json_t *v;

    if (!shallow(s, n)) {
        error_set(e, ERROR_INPUT, "JSON is nested deeper than %d", JSON_DEPTH_MAX);
        return NULL;
    }
    if (memchr(s, '\0', n)) { /* jansson 2.14 takes one behind a bare number for the end */
        error_set(e, ERROR_INPUT, "JSON with a NUL byte in it");
        return NULL;
    }
    v = json_loadb(s, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
    if (!v && why.line > 1)
        error_set(e, ERROR_INPUT, "line %d, column %d: %s", why.line, why.column, why.text);
    else if (!v)
        error_set(e, ERROR_INPUT, "column %d: %s", why.column, why.text);
    return (struct json *)v;
}

struct json *json_copy_ref(struct json *v)
{
    return (struct json *)json_incref(theirs(v));
}

void json_free(struct json *v)
{
    json_decref(theirs(v));
}

struct json *json_group(void)
{
    return made(json_object());
}

struct json *json_list(void)
{
    return made(json_array());
}

struct json *json_of_text(const char *s)
{
    AUTO_TEXT clean = { 0 };
    size_t n, good;

    if (!s)
        return json_nothing();
    n = strlen(s);
    for (good = utf8_check(s, n); good < n; good = utf8_check(s, n)) {
        text_addn(&clean, s, good);
        text_add(&clean, REPLACEMENT);
        s += good + 1;
        n -= good + 1;
    }
    if (!clean.size)
        return made(json_stringn_nocheck(s, n));
    text_addn(&clean, s, n);
    return made(json_stringn_nocheck(clean.data, utf8_check(clean.data, clean.size)));
}

struct json *json_of_whole(int64_t n)
{
    return made(json_integer(n));
}

struct json *json_of_truth(bool b)
{
    return made(json_boolean(b));
}

struct json *json_nothing(void)
{
    return made(json_null());
}

void json_set(struct json *group, const char *key, struct json *value)
{
    if (json_object_set_new(theirs(group), key, theirs(value)) < 0)
        out_of_memory();
}

void json_set_text(struct json *group, const char *key, const char *s)
{
    json_set(group, key, json_of_text(s));
}

void json_set_whole(struct json *group, const char *key, int64_t n)
{
    json_set(group, key, json_of_whole(n));
}

void json_set_truth(struct json *group, const char *key, bool b)
{
    json_set(group, key, json_of_truth(b));
}

void json_set_day(struct json *group, const char *key, date d)
{
    char text[DATE_TEXT_SIZE];

    json_set_text(group, key, d == DATE_NONE ? NULL : date_text(d, text));
}

void json_set_instant(struct json *group, const char *key, instant t)
{
    char text[INSTANT_TEXT_SIZE];

    json_set_text(group, key, t == INSTANT_NONE || t == 0 ? NULL : instant_text(t, text));
}

void json_set_amount(struct json *group, const char *key, int64_t cents)
{
    json_set(group, key, cents == INT64_MIN ? json_nothing() : json_of_whole(cents));
}

void json_add(struct json *list, struct json *value)
{
    if (json_array_append_new(theirs(list), theirs(value)) < 0)
        out_of_memory();
}

void json_add_text(struct json *list, const char *s)
{
    json_add(list, json_of_text(s));
}

enum json_type json_type_of(const struct json *v)
{
    if (!v)
        return JSON_NONE;
    switch (json_typeof(theirs_const(v))) {
    case JSON_NULL:
        return JSON_NOTHING;
    case JSON_TRUE:
    case JSON_FALSE:
        return JSON_TRUTH;
    case JSON_INTEGER:
        return JSON_WHOLE;
    case JSON_REAL:
        return JSON_FRACTION;
    case JSON_STRING:
        return JSON_TEXT;
    case JSON_ARRAY:
        return JSON_LIST;
    case JSON_OBJECT:
        return JSON_GROUP;
    }
    return JSON_NONE;
}

struct json *json_get(const struct json *group, const char *key)
{
    return (struct json *)json_object_get(theirs_const(group), key);
}

struct json *json_at(const struct json *list, size_t i)
{
    return (struct json *)json_array_get(theirs_const(list), i);
}

size_t json_count(const struct json *v)
{
    if (json_type_of(v) == JSON_GROUP)
        return json_object_size(theirs_const(v));
    return json_array_size(theirs_const(v));
}

const char *json_text(const struct json *v)
{
    return json_string_value(theirs_const(v));
}

const char *json_get_text(const struct json *group, const char *key)
{
    return json_text(json_get(group, key));
}

int64_t json_whole(const struct json *v)
{
    return json_integer_value(theirs_const(v));
}

int64_t json_get_whole(const struct json *group, const char *key)
{
    return json_whole(json_get(group, key));
}

double json_fraction(const struct json *v)
{
    return json_number_value(theirs_const(v));
}

bool json_truth(const struct json *v)
{
    return json_is_true(theirs_const(v));
}

bool json_get_truth(const struct json *group, const char *key)
{
    return json_truth(json_get(group, key));
}

void json_each(const struct json *group, json_member_fn *each, void *data)
{
    json_t *object;
    void *at;

    if (json_type_of(group) != JSON_GROUP)
        return;
    object = (json_t *)(uintptr_t)group; /* jansson's iterators want it writable and do not write */
    for (at = json_object_iter(object); at; at = json_object_iter_next(object, at))
        each(data, json_object_iter_key(at), (struct json *)json_object_iter_value(at));
}

static int add_piece(const char *bytes, size_t n, void *out)
{
    text_addn(out, bytes, n);
    return 0;
}

void json_write(const struct json *v, bool pretty, struct text *out)
{
    size_t flags = JSON_ENCODE_ANY | (pretty ? JSON_INDENT(2) : JSON_COMPACT);

    json_dump_callback(theirs_const(v), add_piece, out, flags);
}
