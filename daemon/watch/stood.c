#include "watch/stood.h"

#include <ctype.h>
#include <string.h>

#include "base/date.h"
#include "base/escape.h"
#include "codec/json.h"
#include "codec/mime.h"

/* Each run of white space as one blank: a text may be wrapped anywhere. */
static void add_flat(struct text *out, const char *s)
{
    for (; *s; s++)
        if (!isspace((unsigned char)*s))
            text_addn(out, s, 1);
        else if (out->size && out->data[out->size - 1] != ' ')
            text_add(out, " ");
}

static bool stands(const struct text *said, const char *what)
{
    AUTO_TEXT clean = { 0 };
    AUTO_TEXT flat = { 0 };

    escape_line(&clean, what);
    add_flat(&flat, text_of(&clean));
    return strstr(text_of(said), text_of(&flat)) != NULL;
}

/* A message that is not yet made, `said` NULL, says all that it carries. */
static bool duty_stands(const struct text *said, const struct json *duty)
{
    const char *title = json_get_text(duty, "title");
    date last = date_read(json_get_text(duty, "last_day"));
    char day[DATE_LONG_SIZE];

    return !said || ((!title || stands(said, title)) &&
                     (last == DATE_NONE || stands(said, date_long(last, day))));
}

/* Those that are told by their days alone stand in the sentences of `others`. */
static bool others_stand(const struct text *said, const struct json *others)
{
    for (size_t i = 0; said && i < json_count(others); i++)
        if (!stands(said, json_text(json_at(others, i))))
            return false;
    return true;
}

static void add_case(const struct text *said, const struct json *one, struct json *refs)
{
    const struct json *duties = json_get(one, "duties"), *folded = json_get(one, "folded");

    for (size_t i = 0; i < json_count(duties); i++)
        if (duty_stands(said, json_at(duties, i)))
            json_set_truth(refs, json_get_text(json_at(duties, i), "ref"), true);
    if (others_stand(said, json_get(one, "others")))
        for (size_t i = 0; i < json_count(folded); i++)
            json_set_truth(refs, json_text(json_at(folded, i)), true);
}

static void add_sections(const struct text *said, const struct json *content, struct json *refs)
{
    const struct json *sections = json_get(content, "sections");

    for (size_t i = 0; i < json_count(sections); i++) {
        const struct json *cases = json_get(json_at(sections, i), "cases");

        for (size_t k = 0; k < json_count(cases); k++)
            add_case(said, json_at(cases, k), refs);
    }
}

struct json *stood_refs(const struct json *content, const char *bytes, size_t size)
{
    AUTO(json) event = bytes && size && *bytes == '{' ? json_read(bytes, size, NULL) : NULL;
    struct json *refs = json_group();
    AUTO_TEXT plain = { 0 };
    AUTO_TEXT flat = { 0 };

    if (event) {
        add_sections(NULL, json_get(event, "data"), refs);
    } else if (bytes) {
        mime_plain(bytes, size, &plain);
        add_flat(&flat, text_of(&plain));
        add_sections(&flat, content, refs);
    } else {
        add_sections(NULL, content, refs);
    }
    return refs;
}
