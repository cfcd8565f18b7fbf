#include "ingest/json.h"

#include "ingest/excerpt.h"

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

/* The members come in the order in which they stand in the line. */
static void take_member(void *data, const char *key, struct json *value)
{
    struct walk *w = data;
    const char *start;
    struct cell cell;

    skip_blanks(w);
    skip_text(w); /* the key */
    skip_blanks(w);
    start = w->at;
    skip_value(w);
    cell = cell_of(value, start, (size_t)(w->at - start));
    if (!cell.text)
        return;
    for (size_t i = 0; i < w->count; i++)
        if (strcmp(w->names[i], key) == 0)
            w->cells[i] = cell;
}

bool json_cells(const char *line, size_t n, const char *const *names, struct cell *cells,
                size_t count, struct json **ret_object, struct error *e)
{
    struct walk w = { line, line + n, names, cells, count };
    struct json *object = json_read(line, n, e);
    char said[EXCERPT_SIZE];

    if (!object)
        return error_wrap(e, "not a JSON object ('%s')", excerpt(line, n, said, sizeof said));
    if (json_type_of(object) != JSON_GROUP) {
        json_free(object);
        return error_set(e, ERROR_INPUT, "is JSON, but not an object: '%s'",
                         excerpt(line, n, said, sizeof said));
    }
    if (count)
        memset(cells, 0, count * sizeof *cells);
    skip_blanks(&w);
    w.at++; /* { */
    json_each(object, take_member, &w);
    *ret_object = object;
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
