#include "ingest/json.h"

#include "ingest/excerpt.h"

#include <stdio.h>
#include <string.h>

struct walk {
    const char *at, *end; /* in the line, which codec/json has found well-formed */
    const char *const *names;
    struct cell *cells;
    size_t count;
};

static void skip_blanks(struct walk *w)
{
    while (w->at < w->end && memchr(" \t\r\n:,", *w->at, 6))
        w->at++;
}

static void skip_text(struct walk *w)
{
    for (w->at++; w->at < w->end && *w->at != '"'; w->at++)
        if (*w->at == '\\')
            w->at++;
    w->at++;
}

static void skip_nested(struct walk *w)
{
    int depth = 0;

    do {
        if (*w->at == '"') {
            skip_text(w);
            continue;
        }
        depth += (*w->at == '{' || *w->at == '[') - (*w->at == '}' || *w->at == ']');
        w->at++;
    } while (depth > 0 && w->at < w->end);
}

static void skip_value(struct walk *w)
{
    if (*w->at == '"')
        skip_text(w);
    else if (*w->at == '{' || *w->at == '[')
        skip_nested(w);
    else
        while (w->at < w->end && !memchr(" \t\r\n,}]", *w->at, 7))
            w->at++;
}

/* What a value is as a cell; its bytes in the text are at `start`. */
static struct cell cell_of(const struct json *value, const char *start, size_t n)
{
    if (json_type_of(value) == JSON_NOTHING)
        return (struct cell){ NULL, 0 };
    if (json_type_of(value) == JSON_TEXT)
        return (struct cell){ json_text(value), strlen(json_text(value)) };
    return (struct cell){ start, n };
}

/* What stands in a pointer behind its first token, if that is `key`; else NULL. */
static const char *behind_token(const char *pointer, const char *key)
{
    const char *p = pointer + 1;

    while (*p && *p != '/') {
        char c = *p++;

        if (c == '~' && *p)
            c = *p++ == '0' ? '~' : '/';
        if (c != *key++)
            return NULL;
    }
    return *key ? NULL : p;
}

/* A value inside others, on the way to where a pointer leads. */
struct descent {
    struct walk walk;
    const char *pointer;
    struct cell found;
};

static struct cell descend(const struct json *value, struct cell raw, const char *pointer);

/* The bytes of the next value, behind its key if it has one. */
static struct cell next_raw(struct walk *w, bool has_key)
{
    const char *start;

    skip_blanks(w);
    if (has_key) {
        skip_text(w);
        skip_blanks(w);
    }
    start = w->at;
    skip_value(w);
    return (struct cell){ start, (size_t)(w->at - start) };
}

static void descend_member(void *data, const char *key, struct json *value)
{
    struct descent *d = data;
    struct cell raw = next_raw(&d->walk, true);
    const char *rest = behind_token(d->pointer, key);

    if (rest)
        d->found = descend(value, raw, rest);
}

static struct cell descend(const struct json *value, struct cell raw, const char *pointer)
{
    struct descent d = { .walk = { .at = raw.text + 1, .end = raw.text + raw.size },
                         .pointer = pointer };

    if (!*pointer)
        return cell_of(value, raw.text, raw.size);
    if (json_type_of(value) == JSON_GROUP)
        json_each(value, descend_member, &d);
    for (size_t i = 0; json_type_of(value) == JSON_LIST && i < json_count(value); i++) {
        char index[24];

        snprintf(index, sizeof index, "%zu", i);
        raw = next_raw(&d.walk, false);
        if (behind_token(pointer, index))
            return descend(json_at(value, i), raw, behind_token(pointer, index));
    }
    return d.found;
}

/* The members come in the order in which they stand in the line. */
static void take_member(void *data, const char *key, struct json *value)
{
    struct walk *w = data;
    struct cell raw = next_raw(w, true);

    for (size_t i = 0; i < w->count; i++) {
        const char *rest = w->names[i][0] == '/'           ? behind_token(w->names[i], key)
                           : strcmp(w->names[i], key) == 0 ? ""
                                                           : NULL;

        if (rest)
            w->cells[i] = descend(value, raw, rest);
    }
}

/* The bytes of the key and colon that a record begins with when it is a member; 0 if it is none. */
static size_t key_size(const char *line, size_t n)
{
    struct walk w = { .at = line, .end = line + n };

    if (!n || *line != '"')
        return 0;
    skip_text(&w);
    while (w.at < w.end && memchr(" \t\r\n", *w.at, 4))
        w.at++;
    return w.at < w.end && *w.at == ':' ? (size_t)(w.at - line) + 1 : 0;
}

/* Sets the cells of the name "*". The object lends the key a place to live. */
static bool set_key(struct walk *w, struct json *object, const char *line, size_t n,
                    struct error *e)
{
    AUTO(json) key = NULL;
    const char *text;

    while (line[n - 1] != '"')
        n--;
    key = json_read(line, n, e);
    if (!key)
        return error_wrap(e, "the key of the record");
    json_set_text(object, "*", json_text(key));
    text = json_get_text(object, "*");
    for (size_t i = 0; i < w->count; i++)
        if (strcmp(w->names[i], "*") == 0)
            w->cells[i] = (struct cell){ text, strlen(text) };
    return true;
}

bool json_cells(const char *line, size_t n, const char *const *names, struct cell *cells,
                size_t count, bool member, struct json **ret_object, struct error *e)
{
    size_t key = member ? key_size(line, n) : 0;
    struct walk w = { line + key, line + n, names, cells, count };
    AUTO(json) object = json_read(line + key, n - key, e);
    char said[EXCERPT_SIZE];

    if (!object)
        return error_wrap(e, "not a JSON object ('%s')", excerpt(line, n, said, sizeof said));
    if (json_type_of(object) != JSON_GROUP)
        return error_set(e, ERROR_INPUT, "is JSON, but not an object: '%s'",
                         excerpt(line, n, said, sizeof said));
    if (count)
        memset(cells, 0, count * sizeof *cells);
    skip_blanks(&w);
    w.at++; /* { */
    json_each(object, take_member, &w);
    if (key && !set_key(&w, object, line, key, e))
        return false;
    *ret_object = object;
    object = NULL;
    return true;
}

bool json_elements(const char *text, size_t n, json_element_fn *each, void *data,
                   bool *ret_is_array)
{
    struct walk w = { .at = text, .end = text + n };
    struct error not_json;
    AUTO(json) list = json_read(text, n, &not_json);

    *ret_is_array = json_type_of(list) == JSON_LIST;
    w.at++; /* [ */
    for (size_t i = 0; *ret_is_array && i < json_count(list); i++) {
        const struct json *value = json_at(list, i);
        const char *start;
        struct cell cell;

        skip_blanks(&w);
        start = w.at;
        skip_value(&w);
        cell = cell_of(value, start, (size_t)(w.at - start));
        if (json_type_of(value) == JSON_LIST || json_type_of(value) == JSON_GROUP ||
            !each(data, cell.text, cell.size))
            return false;
    }
    return *ret_is_array;
}
